// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_store.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace apex::backend {

/// Hands rows in their order from the thread that reads them to one of its own that works on them, so that
/// both go on at once. Holds at most three blocks of rows (some 3 MB). add() and finish() on one thread.
class RowRelay {
public:
    /// `work` is called on the relay's thread until finish() returns.
    explicit RowRelay(std::function<void(const CallRow&)> work);
    ~RowRelay();
    RowRelay(const RowRelay&) = delete;
    RowRelay& operator=(const RowRelay&) = delete;

    void add(const CallRow& row);
    /// Waits until every row was worked on; what `work` wrote may be read afterwards.
    void finish();

private:
    static constexpr std::size_t rowsOfABlock = 4096;

    void hand();
    void run();

    std::function<void(const CallRow&)> m_work;
    std::vector<CallRow> m_filling;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<std::vector<CallRow>> m_handed; ///< an empty block: the end
    std::vector<CallRow> m_spare;                 ///< room of a block that was worked on
    std::thread m_thread;
};

} // namespace apex::backend
