// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/block_reader.h"
#include "backend/usage/csv_record.h"
#include "backend/usage/read_report.h"
#include "backend/usage/row_builder.h"

#include <stop_token>

namespace apex::backend {

/// Streams the rows of one CSV file: header synonyms, ',' ';' or tab found from the header, quoted fields
/// with line ends, byte order mark, a "sep=" line and "# decimal=," comments before the header. One use, one
/// thread.
class CsvReader {
public:
    CsvReader(BlockReader& blocks, const QString& name, const ReadOptions& options, const RowHandler& handler,
              std::stop_token stop);
    /// Reads to the end. Fails if there is no usable header, on read errors and when stopped (Cancelled).
    [[nodiscard]] Expected<ReadReport> read();
    /// What was found until read() failed.
    [[nodiscard]] const ReadReport& report() const { return m_report; }

private:
    enum class Step { Record, End };
    [[nodiscard]] Expected<Step> nextRecord(std::string_view& record);
    [[nodiscard]] bool skipBroken(const CsvRecord& record);
    [[nodiscard]] Expected<void> readHeader();
    [[nodiscard]] bool takeDirective(std::string_view line);
    void mapColumns(std::string_view header);
    void mapByChoice();
    void mapByName();
    void take(std::size_t column, Field field);
    [[nodiscard]] Error missingColumns() const;
    void readRow(std::string_view record);
    [[nodiscard]] std::optional<RejectReason> fillRow(std::string_view record);
    [[nodiscard]] char* writable(std::string_view record) const;

    BlockReader& m_blocks;
    QString m_name;
    const RowHandler& m_handler;
    std::stop_token m_stop;
    ColumnChoices m_choices;
    std::uint64_t m_maxRows;
    ReadReport m_report;
    ValueRules m_rules;
    CsvRecordFinder m_finder{','};
    bool m_delimiterGiven = false;
    std::vector<std::optional<Field>> m_columns;
    std::vector<std::string_view> m_fields;
    RawRow m_raw;
    UsageRow m_row;
    qint64 m_line = 1;     ///< line of the record at hand
    qint64 m_nextLine = 1; ///< line of the record after it
    std::size_t m_pendingConsume = 0;
    bool m_quoted = false;
    bool m_lastWithoutLineEnd = false;
};

} // namespace apex::backend
