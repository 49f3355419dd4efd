// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"
#include "backend/usage/row_writer.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace apex::backend {

/// Brings what several workers read into the order of the parts, so that the same files give the same store
/// however the workers are scheduled. What is read too early waits in bounded memory. Any thread.
class OrderedWriter {
public:
    OrderedWriter(RowWriter& writer, const std::vector<Source>& sources, const std::vector<ImportPart>& parts,
                  std::vector<FileImport>& files);

    /// Waits until part number `part` is near enough to its turn; false if the import has ended.
    [[nodiscard]] bool mayBegin(std::size_t part);
    /// Records of a part that goes on.
    [[nodiscard]] Expected<void> deliver(std::size_t part, RecordBatch&& batch);
    /// The end of a part.
    [[nodiscard]] Expected<void> finish(std::size_t part, PartResult&& result);
    /// Writes on the calling thread until every part is finished or the import has ended; until then nobody
    /// else writes. For imports with fewer parts than threads: reading and writing then run side by side.
    void serve();
    /// Ends everything; the first error stays.
    void abort(const Error& error);
    [[nodiscard]] std::optional<Error> failure() const;
    /// Content ids by source, empty for those whose bytes changed; after all parts are finished.
    [[nodiscard]] QList<QByteArray> contents() const;

private:
    struct Waiting {
        std::deque<RecordBatch> batches;
        std::size_t bytes = 0;
        std::optional<PartResult> result;
    };
    static constexpr std::size_t window = 8;
    static constexpr std::size_t maxWaitingBytes = 6'000'000;

    [[nodiscard]] bool isTurnOfSomething() const;
    [[nodiscard]] Expected<void> drainUnlessServed(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Expected<void> drain(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Expected<void> write(std::size_t part, std::deque<RecordBatch>& batches);
    void finishPart(std::size_t part, const PartResult& result);

    RowWriter& m_writer;
    const std::vector<Source>& m_sources;
    const std::vector<ImportPart>& m_parts;
    std::vector<FileImport>& m_files;
    std::vector<std::int64_t> m_lines;        ///< by source: lines of the parts before
    std::vector<QList<QByteArray>> m_digests; ///< by source
    mutable std::mutex m_mutex;
    std::condition_variable m_turn;
    std::map<std::size_t, Waiting> m_waiting;
    std::size_t m_next = 0;
    bool m_writing = false;
    bool m_serving = false;
    std::optional<Error> m_error;
};

} // namespace apex::backend
