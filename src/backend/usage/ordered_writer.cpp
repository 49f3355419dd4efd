// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/ordered_writer.h"

#include "backend/usage/content_id.h"

namespace apex::backend {

OrderedWriter::OrderedWriter(RowWriter& writer, const std::vector<Source>& sources,
                             const std::vector<ImportPart>& parts, std::vector<FileImport>& files)
    : m_writer(writer), m_sources(sources), m_parts(parts), m_files(files), m_lines(sources.size()),
      m_digests(sources.size()) {}

bool OrderedWriter::mayBegin(std::size_t part) {
    std::unique_lock lock(m_mutex);
    m_turn.wait(lock, [&] { return m_error || part < m_next + window; });
    return !m_error;
}

Expected<void> OrderedWriter::deliver(std::size_t part, RecordBatch&& batch) {
    std::unique_lock lock(m_mutex);
    Waiting& waiting = m_waiting[part];
    waiting.bytes += batch.bytes();
    waiting.batches.push_back(std::move(batch));
    if (auto drained = drainUnlessServed(lock); !drained)
        return drained;
    m_turn.wait(lock, [&] {
        const auto found = m_waiting.find(part);
        return m_error || found == m_waiting.end() || found->second.bytes <= maxWaitingBytes ||
               (m_next == part && !m_serving);
    });
    return m_error ? fail(*m_error) : drainUnlessServed(lock);
}

Expected<void> OrderedWriter::finish(std::size_t part, PartResult&& result) {
    std::unique_lock lock(m_mutex);
    m_waiting[part].result = std::move(result);
    return drainUnlessServed(lock);
}

void OrderedWriter::serve() {
    std::unique_lock lock(m_mutex);
    m_serving = true;
    while (!m_error && m_next < m_parts.size()) {
        // A reader that came first may have written the last part itself.
        m_turn.wait(lock, [this] { return m_error || m_next == m_parts.size() || isTurnOfSomething(); });
        static_cast<void>(drain(lock)); // an error stays in m_error, where the readers find it
    }
    m_serving = false;
}

bool OrderedWriter::isTurnOfSomething() const {
    const auto found = m_waiting.find(m_next);
    return !m_writing && found != m_waiting.end() && (!found->second.batches.empty() || found->second.result);
}

Expected<void> OrderedWriter::drainUnlessServed(std::unique_lock<std::mutex>& lock) {
    if (!m_serving)
        return drain(lock);
    m_turn.notify_all();
    return m_error ? fail(*m_error) : Expected<void>();
}

/// Writes everything whose turn it is, unless another worker is at it already and will see it.
Expected<void> OrderedWriter::drain(std::unique_lock<std::mutex>& lock) {
    while (!m_error && isTurnOfSomething()) {
        const auto found = m_waiting.find(m_next);
        std::deque<RecordBatch> batches = std::move(found->second.batches);
        found->second.batches.clear();
        found->second.bytes = 0;
        const std::optional<PartResult> result = std::move(found->second.result);
        found->second.result.reset();
        m_writing = true;
        lock.unlock();
        auto written = write(m_next, batches);
        if (written && result)
            finishPart(m_next, *result);
        lock.lock();
        m_writing = false;
        if (!written)
            m_error = written.error();
        if (result) {
            m_waiting.erase(m_next);
            ++m_next;
        }
        m_turn.notify_all();
    }
    return m_error ? fail(*m_error) : Expected<void>();
}

Expected<void> OrderedWriter::write(std::size_t part, std::deque<RecordBatch>& batches) {
    const std::size_t source = m_parts[part].source;
    for (; !batches.empty(); batches.pop_front()) {
        const auto copies =
            m_writer.write(batches.front(), static_cast<std::int64_t>(source) + 1, m_lines[source]);
        if (!copies)
            return fail(copies.error());
        m_files[source].duplicates += *copies;
    }
    return {};
}

void OrderedWriter::finishPart(std::size_t part, const PartResult& result) {
    const std::size_t source = m_parts[part].source;
    FileImport& file = m_files[source];
    const ReadReport& report = result.report;
    file.bytes += result.bytes;
    file.rejected += report.rowsRejected;
    file.rows += report.rowsAccepted; // copies are taken off when all is read
    file.otherEntries += report.otherEntries;
    for (std::size_t i = 0; i < rejectReasonCount; ++i)
        file.rejectedBy[i] += report.rejectedBy[i];
    for (RejectedRow row : report.firstRejected) {
        if (file.firstRejected.size() >= ReadReport::keptRejects)
            break;
        row.line += m_lines[source];
        file.firstRejected.push_back(row);
    }
    file.changedWhileRead = file.changedWhileRead || result.changed;
    m_lines[source] += report.lines;
    m_digests[source].append(result.digest);
    if (m_sources[source].kind != SourceKind::Table)
        return;
    file.format = report.formatText();
    for (const QString& column : report.columnsFound) {
        const auto field = report.fieldOf.value(column);
        const bool chosen = m_sources[source].file.columns.contains(column.toStdString());
        file.columns.push_back({column, field, chosen});
    }
}

void OrderedWriter::abort(const Error& error) {
    const std::scoped_lock lock(m_mutex);
    if (!m_error)
        m_error = error;
    m_turn.notify_all();
}

std::optional<Error> OrderedWriter::failure() const {
    const std::scoped_lock lock(m_mutex);
    return m_error;
}

QList<QByteArray> OrderedWriter::contents() const {
    const std::scoped_lock lock(m_mutex);
    QList<QByteArray> all;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const QList<QByteArray>& digests = m_digests[i];
        if (!m_sources[i].content.isEmpty())
            all.append(m_sources[i].content);
        else if (m_files[i].changedWhileRead || digests.isEmpty() || digests.contains(QByteArray()))
            all.append(QByteArray());
        else
            all.append(m_sources[i].inBlocks ? contentId(digests, m_sources[i].size) : digests.front());
    }
    return all;
}

} // namespace apex::backend
