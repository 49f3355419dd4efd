// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/claude_log.h"
#include "backend/usage/content_id.h"
#include "backend/usage/import_part.h"
#include "backend/usage/line_chunk.h"
#include "backend/usage/record_of_row.h"
#include "backend/usage/session_reader.h"
#include "backend/usage/usage_errors.h"
#include "backend/usage/usage_reader.h"

namespace apex::backend {

namespace {

constexpr std::size_t rowsOfABatch = 8192;

/// Hands on batches when they are full.
class BatchBuilder {
public:
    explicit BatchBuilder(const BatchHandler& handler) : m_handler(handler) {}
    RecordBatch& batch() { return m_batch; }
    void flushIfFull() {
        if (m_batch.records.size() >= rowsOfABatch)
            flush();
    }
    void flush() {
        if (m_batch.records.empty() || m_error)
            return;
        const bool more = m_batch.records.size() >= rowsOfABatch;
        RecordBatch full = std::exchange(m_batch, RecordBatch());
        if (more)
            m_batch.records.reserve(rowsOfABatch);
        if (auto done = m_handler(std::move(full)); !done)
            m_error = done.error();
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    const BatchHandler& m_handler;
    RecordBatch m_batch;
    std::optional<Error> m_error;
};

} // namespace

struct PartReader::Private {
    const ImportOptions& options;
    LineChunk chunk;

    Expected<PartResult> readBlock(const Source& source, const ImportPart& part, const BatchHandler& handler);
    Expected<PartResult> readWhole(const Source& source, const BatchHandler& handler,
                                   const std::stop_token& stop);
};

PartReader::PartReader(const ImportOptions& options) : d(new Private{options, {}}) {}
PartReader::~PartReader() = default;

Expected<PartResult> PartReader::read(const Source& source, const ImportPart& part,
                                      const BatchHandler& handler, const std::stop_token& stop) {
    if (stop.stop_requested())
        return fail(readingStopped(source.file.name));
    return part.whole ? d->readWhole(source, handler, stop) : d->readBlock(source, part, handler);
}

Expected<PartResult> PartReader::Private::readBlock(const Source& source, const ImportPart& part,
                                                    const BatchHandler& handler) {
    if (auto done = chunk.read(source.file.path, source.file.name, part.begin, part.end, source.size); !done)
        return fail(done.error());
    PartResult result;
    BatchBuilder builder(handler);
    std::string_view text = chunk.lines();
    if (part.begin == 0 && text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    const QByteArray name = source.file.name.toUtf8();
    ClaudeLog log(placeOfLog(std::string_view(name.constData(), static_cast<std::size_t>(name.size()))),
                  options.latestTimestampUs);
    log.readLines(text, chunk.lastLineOpen(), 1, builder.batch(), result.report);
    if (chunk.tooLong()) {
        result.report.reject(result.report.lines + 1, RejectReason::TooLong, {});
        ++result.report.lines;
    }
    builder.flush();
    if (builder.error())
        return fail(*builder.error());
    result.digest = chunk.digest();
    result.bytes = part.end - part.begin;
    result.changed = chunk.shorter();
    return result;
}

Expected<PartResult> PartReader::Private::readWhole(const Source& source, const BatchHandler& handler,
                                                    const std::stop_token& stop) {
    ContentHasher hasher;
    BatchBuilder builder(handler);
    // A write that fails ends the reading like a stop.
    std::stop_source failed;
    const std::stop_callback stopped(stop, [&failed] { failed.request_stop(); });
    std::uint64_t seen = 0;
    ReadOptions reading;
    reading.decimalComma = options.decimalComma;
    reading.latestTimestampUs = options.latestTimestampUs;
    reading.columns = source.file.columns;
    reading.tap = [&](std::string_view bytes) {
        seen += bytes.size();
        hasher.add(bytes);
    };
    const auto afterRow = [&] {
        builder.flushIfFull();
        if (builder.error())
            failed.request_stop();
    };
    const RowHandler addRow = [&](const UsageRow& row) {
        addRecordOfRow(row, builder.batch());
        afterRow();
    };
    auto report = source.kind == SourceKind::Table
                      ? readUsageFile(source.file.path, source.file.name, reading, addRow, failed.get_token())
                      : readSession(
                            source, reading, [&]() -> RecordBatch& { return builder.batch(); }, afterRow,
                            failed.get_token());
    builder.flush();
    if (builder.error())
        return fail(*builder.error());
    if (!report)
        return fail(report.error());
    PartResult result;
    result.report = std::move(*report);
    result.digest = hasher.finish();
    result.bytes = seen;
    result.changed = seen != source.size;
    return result;
}

} // namespace apex::backend
