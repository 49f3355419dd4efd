// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/block_reader.h"
#include "backend/usage/json_row.h"
#include "backend/usage/json_splitter.h"
#include "backend/usage/read_report.h"
#include "backend/usage/row_builder.h"

#include <stop_token>

namespace apex::backend {

/// Judges one JSON record, followed by BlockReader::padding readable bytes, that starts on a line. Returns
/// why it cannot be used; what it counts goes into the report.
using RecordHandler =
    std::function<std::optional<RejectReason>(std::string_view record, qint64 line, ReadReport& report)>;

/// Streams the records of a JSON lines file or of a JSON document. One use, one thread.
class JsonReader {
public:
    JsonReader(BlockReader& blocks, const QString& name, FileFormat format, const ReadOptions& options,
               const RowHandler& handler, std::stop_token stop);
    /// Gives whole records to a handler in place of reading them as rows. Call before read().
    void setRecordHandler(RecordHandler handler) { m_records = std::move(handler); }
    /// Reads to the end. Fails on read errors, on a document that breaks off, and when stopped (Cancelled).
    [[nodiscard]] Expected<ReadReport> read();
    /// What was found until read() failed.
    [[nodiscard]] const ReadReport& report() const { return m_report; }

private:
    [[nodiscard]] Expected<void> readLines();
    [[nodiscard]] Expected<void> readDocument();
    [[nodiscard]] Expected<bool> more();
    [[nodiscard]] Expected<bool> readOn(JsonSplitter& splitter);
    [[nodiscard]] bool enough();
    [[nodiscard]] std::size_t limit() const;
    void readRecord(std::string_view record, bool mayBeCut);

    BlockReader& m_blocks;
    QString m_name;
    const RowHandler& m_handler;
    RecordHandler m_records;
    std::stop_token m_stop;
    std::uint64_t m_maxRows;
    ReadReport m_report;
    ValueRules m_rules;
    JsonRowParser m_parser;
    RawRow m_raw;
    UsageRow m_row;
    qint64 m_line = 1;
};

} // namespace apex::backend
