// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/csv_reader.h"

#include "backend/usage/columns.h"
#include "backend/usage/format_probe.h"
#include "backend/usage/text_check.h"
#include "backend/usage/usage_errors.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

namespace {

constexpr std::size_t maxColumns = 1000;
constexpr std::uint64_t rowsBetweenStopChecks = 128;

std::string_view trimmedName(std::string_view name) {
    const auto first = name.find_first_not_of(" \t\"");
    if (first == std::string_view::npos)
        return {};
    return name.substr(first, name.find_last_not_of(" \t\"\r") - first + 1);
}

/// The separator under which most header names are known; on a tie the one that makes more columns.
char detectDelimiter(std::string_view header, const ColumnChoices& choices) {
    char best = ',';
    std::pair<std::size_t, std::size_t> bestScore{0, 0};
    for (const char candidate : {',', ';', '\t'}) {
        std::string copy(header);
        std::vector<std::string_view> names;
        splitCsvFields(copy.data(), copy.size(), candidate, true, names);
        const auto known = std::count_if(names.begin(), names.end(), [&](std::string_view name) {
            return choices.contains(trimmedName(name)) || fieldOfColumn(trimmedName(name)).has_value();
        });
        const std::pair score{static_cast<std::size_t>(known), names.size()};
        if (score > bestScore) {
            bestScore = score;
            best = candidate;
        }
    }
    return best;
}

} // namespace

CsvReader::CsvReader(BlockReader& blocks, const QString& name, const ReadOptions& options,
                     const RowHandler& handler, std::stop_token stop)
    : m_blocks(blocks), m_name(name), m_handler(handler), m_stop(std::move(stop)), m_choices(options.columns),
      m_maxRows(options.maxRows) {
    m_rules.decimalComma = options.decimalComma;
    m_rules.latestTimestampUs = options.latestTimestampUs;
    m_report.format = FileFormat::Csv;
}

Expected<ReadReport> CsvReader::read() {
    if (auto header = readHeader(); !header)
        return fail(header.error());
    for (;;) {
        if (m_report.rowsSeen() % rowsBetweenStopChecks == 0 && m_stop.stop_requested())
            return fail(readingStopped(m_name));
        if (m_maxRows > 0 && m_report.rowsSeen() >= m_maxRows) {
            m_report.complete = false;
            break;
        }
        std::string_view record;
        const auto step = nextRecord(record);
        if (!step)
            return fail(step.error());
        if (*step == Step::End)
            break;
        if (!record.empty())
            readRow(record);
    }
    m_report.bytesRead = m_blocks.bytesRead();
    m_report.decimalComma = m_rules.decimalComma;
    return std::move(m_report);
}

Expected<CsvReader::Step> CsvReader::nextRecord(std::string_view& record) {
    m_blocks.consume(m_pendingConsume);
    m_pendingConsume = 0;
    m_line = m_nextLine;
    for (;;) {
        const std::string_view text(m_blocks.data(), m_blocks.size());
        if (text.empty() && m_blocks.atEnd())
            return Step::End;
        const CsvRecord found = m_finder.next(text, m_blocks.offset(), m_blocks.atEnd());
        if (found.state == CsvRecord::State::Complete) {
            record = text.substr(0, found.size);
            m_pendingConsume = found.consumed;
            m_quoted = found.quoted;
            m_lastWithoutLineEnd = found.consumed == text.size() && m_blocks.atEnd() && text.back() != '\n';
            m_nextLine = m_line + 1;
            if (found.quoted)
                m_nextLine += std::count(record.begin(), record.end(), '\n');
            return Step::Record;
        }
        if (found.state == CsvRecord::State::NeedMore) {
            if (m_stop.stop_requested())
                return fail(readingStopped(m_name));
            if (auto more = m_blocks.readMore(); !more)
                return fail(more.error());
        } else if (!skipBroken(found)) {
            return fail(recordTooLong(m_name, m_line));
        }
    }
}

/// Gives up one line of a record that has no end and goes on behind it.
bool CsvReader::skipBroken(const CsvRecord& record) {
    const std::string_view text(m_blocks.data(), m_blocks.size());
    const std::size_t lineEnd = text.find('\n');
    if (lineEnd == std::string_view::npos && !m_blocks.atEnd())
        return false;
    const bool unclosed = record.state == CsvRecord::State::UnclosedQuote;
    const std::string_view line = text.substr(0, lineEnd);
    m_report.reject(m_line, unclosed ? RejectReason::UnclosedQuote : RejectReason::TooLong, line);
    m_blocks.consume(std::min(line.size() + 1, text.size()));
    m_line = ++m_nextLine;
    return true;
}

Expected<void> CsvReader::readHeader() {
    m_blocks.consume(byteOrderMarkLength(std::string_view(m_blocks.data(), m_blocks.size())));
    std::string_view record;
    do {
        const auto step = nextRecord(record);
        if (!step)
            return fail(step.error());
        if (*step == Step::End)
            return fail(missingColumns());
    } while (record.empty() || takeDirective(record));
    if (checkText(record))
        return fail(headerNotText(m_name));
    if (!m_delimiterGiven)
        m_report.delimiter = detectDelimiter(record, m_choices);
    m_finder = CsvRecordFinder(m_report.delimiter);
    mapColumns(record);
    if (m_columns.size() > maxColumns)
        return fail(tooManyColumns(m_name, m_columns.size()));
    if (!m_report.tellsCalls()) {
        // Whoever is to say what the columns are needs to see what is in them.
        if (const auto step = nextRecord(record); step && *step == Step::Record && !checkText(record))
            static_cast<void>(fillRow(record));
        return fail(missingColumns());
    }
    return {};
}

/// "sep=;" as spreadsheets write it, and comments; "# decimal=," declares decimal commas.
bool CsvReader::takeDirective(std::string_view line) {
    if (line.size() == 5 && line.starts_with("sep=")) {
        m_report.delimiter = line[4];
        m_delimiterGiven = true;
        return true;
    }
    if (line.front() != '#')
        return false;
    std::string plain;
    std::copy_if(line.begin(), line.end(), std::back_inserter(plain),
                 [](char c) { return c != ' ' && c != '\t'; });
    m_rules.decimalComma = m_rules.decimalComma || plain.starts_with("#decimal=,");
    return true;
}

void CsvReader::mapColumns(std::string_view header) {
    splitCsvFields(writable(header), header.size(), m_report.delimiter, m_quoted, m_fields);
    for (const std::string_view field : m_fields) {
        const std::string_view name = trimmedName(field);
        m_report.columnsFound.append(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    }
    m_columns.assign(m_fields.size(), std::nullopt);
    mapByChoice();
    mapByName();
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const QString& column = m_report.columnsFound.at(static_cast<qsizetype>(i));
        if (m_columns[i])
            m_report.fieldOf.insert(column, canonicalName(*m_columns[i]));
        else
            m_report.columnsUnused.append(column);
    }
}

void CsvReader::take(std::size_t column, Field field) {
    m_columns[column] = field;
    m_report.fieldsFound.set(static_cast<std::size_t>(field));
}

/// What a person says comes before any name; of columns with one name the first is meant.
void CsvReader::mapByChoice() {
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        const auto choice = m_choices.find(trimmedName(m_fields[i]));
        if (choice != m_choices.end() && choice->second && !m_report.has(*choice->second))
            take(i, *choice->second);
    }
}

/// Of two columns with one meaning the one with the canonical name counts, else the first.
void CsvReader::mapByName() {
    const auto chosen = m_report.fieldsFound;
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        const std::string_view name = trimmedName(m_fields[i]);
        const std::optional<Field> field = fieldOfColumn(name);
        if (!field || m_choices.contains(name) || chosen.test(static_cast<std::size_t>(*field)))
            continue;
        if (m_report.has(*field)) {
            if (name != fieldName(*field))
                continue;
            std::replace(m_columns.begin(), m_columns.end(), field, std::optional<Field>());
        }
        take(i, *field);
    }
}

Error CsvReader::missingColumns() const {
    return wrongColumns(m_name, m_report.columnsFound);
}

void CsvReader::readRow(std::string_view record) {
    auto problem = checkText(record);
    const bool wasQuoted = m_quoted;
    const std::string_view shown = record;
    if (!problem)
        problem = fillRow(record);
    if (!problem)
        problem = buildRow(m_raw, m_rules, m_row);
    if (problem) {
        // Unquoting moved bytes inside the record, so the excerpt of a quoted one is a little shorter than
        // the original.
        m_report.reject(m_line, *problem, wasQuoted ? shown.substr(0, shown.find('\n')) : shown);
        return;
    }
    m_row.line = m_line;
    ++m_report.rowsAccepted;
    m_report.unknownStatusWords += m_row.unknownStatusWord ? 1 : 0;
    m_handler(m_row);
}

std::optional<RejectReason> CsvReader::fillRow(std::string_view record) {
    splitCsvFields(writable(record), record.size(), m_report.delimiter, m_quoted, m_fields);
    const auto extra = [this] {
        return std::any_of(m_fields.begin() + static_cast<std::ptrdiff_t>(m_columns.size()), m_fields.end(),
                           [](std::string_view field) { return !field.empty(); });
    };
    if (m_fields.size() < m_columns.size())
        return m_lastWithoutLineEnd ? RejectReason::CutOff : RejectReason::FieldCount;
    if (m_fields.size() > m_columns.size() && extra())
        return RejectReason::FieldCount;
    if (m_report.samples.isEmpty())
        std::for_each_n(m_fields.begin(), m_columns.size(),
                        [this](std::string_view value) { m_report.addSample(value); });
    m_raw.clear();
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i])
            m_raw.set(*m_columns[i], m_fields[i]);
    }
    return std::nullopt;
}

/// The record's own bytes in the block buffer, which the reader may change.
char* CsvReader::writable(std::string_view record) const {
    return m_blocks.data() + (record.data() - m_blocks.data());
}

} // namespace apex::backend
