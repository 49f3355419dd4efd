// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/row_relay.h"

#include <utility>

namespace apex::backend {

RowRelay::RowRelay(std::function<void(const CallRow&)> work) : m_work(std::move(work)) {
    m_thread = std::thread([this] { run(); });
}

RowRelay::~RowRelay() {
    finish();
}

void RowRelay::add(const CallRow& row) {
    m_filling.push_back(row);
    if (m_filling.size() >= rowsOfABlock)
        hand();
}

void RowRelay::finish() {
    if (!m_thread.joinable())
        return;
    if (!m_filling.empty())
        hand();
    hand();
    m_thread.join();
}

void RowRelay::hand() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_handed; });
    m_handed = std::move(m_filling);
    m_filling = std::exchange(m_spare, {});
    m_filling.clear();
    m_filling.reserve(rowsOfABlock);
    m_changed.notify_all();
}

void RowRelay::run() {
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_handed.has_value(); });
        std::vector<CallRow> block = *std::exchange(m_handed, std::nullopt);
        m_changed.notify_all();
        lock.unlock();
        if (block.empty())
            return;
        for (const CallRow& row : block)
            m_work(row);
        lock.lock();
        m_spare = std::move(block);
    }
}

} // namespace apex::backend
