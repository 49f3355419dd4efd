// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_reader.h"

#include "backend/usage/format_probe.h"
#include "backend/usage/text_check.h"
#include "backend/usage/usage_errors.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstring>

namespace apex::backend {

namespace {

constexpr std::size_t maxRow = 4 * 1024 * 1024;
constexpr std::size_t maxRecord = 16 * 1024 * 1024; // a batch of spans, an answer with pictures
constexpr std::uint64_t rowsBetweenStopChecks = 64;

} // namespace

JsonReader::JsonReader(BlockReader& blocks, const QString& name, FileFormat format,
                       const ReadOptions& options, const RowHandler& handler, std::stop_token stop)
    : m_blocks(blocks), m_name(name), m_handler(handler), m_stop(std::move(stop)), m_maxRows(options.maxRows),
      m_parser(options.columns) {
    m_rules.decimalComma = options.decimalComma;
    m_rules.latestTimestampUs = options.latestTimestampUs;
    m_report.format = format;
}

Expected<ReadReport> JsonReader::read() {
    m_blocks.consume(byteOrderMarkLength(std::string_view(m_blocks.data(), m_blocks.size())));
    const auto done = m_report.format == FileFormat::JsonLines ? readLines() : readDocument();
    if (!done)
        return fail(done.error());
    const auto noUsage = m_report.rejectedBy[static_cast<std::size_t>(RejectReason::NoUsage)];
    if (m_report.rowsAccepted == 0 && noUsage > 0 && noUsage == m_report.rowsRejected)
        return fail(wrongColumns(m_name, m_report.columnsFound));
    m_report.bytesRead = m_blocks.bytesRead();
    m_report.decimalComma = m_rules.decimalComma;
    return std::move(m_report);
}

Expected<bool> JsonReader::more() {
    if (m_stop.stop_requested())
        return fail(readingStopped(m_name));
    return m_blocks.readMore();
}

std::size_t JsonReader::limit() const {
    return m_records ? maxRecord : maxRow;
}

bool JsonReader::enough() {
    if (m_maxRows == 0 || m_report.rowsSeen() < m_maxRows)
        return false;
    m_report.complete = false;
    return true;
}

Expected<void> JsonReader::readLines() {
    std::size_t searched = 0;
    while (!enough()) {
        if (m_report.rowsSeen() % rowsBetweenStopChecks == 0 && m_stop.stop_requested())
            return fail(readingStopped(m_name));
        const std::string_view text(m_blocks.data(), m_blocks.size());
        std::size_t lineEnd = text.find('\n', searched);
        if (lineEnd == std::string_view::npos && !m_blocks.atEnd()) {
            searched = text.size();
            if (searched > limit())
                return fail(recordTooLong(m_name, m_line));
            if (auto got = more(); !got)
                return fail(got.error());
            continue;
        }
        if (text.empty())
            return {};
        const bool last = lineEnd == std::string_view::npos;
        lineEnd = last ? text.size() : lineEnd;
        readRecord(text.substr(0, lineEnd), last);
        m_blocks.consume(std::min(lineEnd + 1, text.size()));
        searched = 0;
        ++m_line;
    }
    return {};
}

Expected<void> JsonReader::readDocument() {
    JsonSplitter splitter;
    while (!enough()) {
        if (m_report.rowsSeen() % rowsBetweenStopChecks == 0 && m_stop.stop_requested())
            return fail(readingStopped(m_name));
        const std::string_view text(m_blocks.data(), m_blocks.size());
        const JsonSplitter::Result found = splitter.step(text);
        if (found.event == JsonSplitter::Event::Record) {
            m_line += found.newlinesBefore;
            readRecord(text.substr(found.begin, found.end - found.begin), false);
            m_line += found.newlinesInside;
            splitter.consumed(found.end);
            m_blocks.consume(found.end);
        } else if (found.event == JsonSplitter::Event::End) {
            return {};
        } else if (found.event == JsonSplitter::Event::Broken) {
            return fail(brokenJson(
                m_name, m_line + found.newlinesBefore,
                QCoreApplication::translate("UsageReader", "a bracket closes that was never opened")));
        } else {
            const auto goesOn = readOn(splitter);
            if (!goesOn)
                return fail(goesOn.error());
            if (!*goesOn)
                return {};
        }
    }
    return {};
}

/// Drops what the splitter is done with and reads a block; false at the end, where an open list or record is
/// a fault.
Expected<bool> JsonReader::readOn(JsonSplitter& splitter) {
    const std::size_t keep = splitter.keepFrom();
    splitter.consumed(keep);
    m_blocks.consume(keep);
    if (m_blocks.size() > limit())
        return fail(recordTooLong(m_name, m_line));
    auto got = more();
    if (!got || *got)
        return got;
    if (splitter.isOpen() && m_report.rowsSeen() == 0)
        return fail(
            brokenJson(m_name, m_line, QCoreApplication::translate("UsageReader", "it ends too early")));
    if (splitter.isOpen())
        m_report.reject(m_line, RejectReason::CutOff, std::string_view(m_blocks.data(), m_blocks.size()));
    return false;
}

void JsonReader::readRecord(std::string_view record, bool mayBeCut) {
    while (!record.empty() && (record.back() == '\r' || record.back() == ' '))
        record.remove_suffix(1);
    if (record.empty())
        return;
    auto problem = checkText(record);
    if (m_records && !problem) {
        problem = m_records(record, m_line, m_report);
        if (problem)
            m_report.reject(m_line,
                            problem == RejectReason::NotJson && mayBeCut ? RejectReason::CutOff : *problem,
                            record);
        return;
    }
    if (!problem)
        problem = m_parser.parse(record, m_raw, m_report);
    if (problem == RejectReason::NotJson && mayBeCut)
        problem = RejectReason::CutOff;
    if (!problem)
        problem = buildRow(m_raw, m_rules, m_row);
    if (problem) {
        m_report.reject(m_line, *problem, record);
        return;
    }
    m_row.line = m_line;
    ++m_report.rowsAccepted;
    m_report.unknownStatusWords += m_row.unknownStatusWord ? 1 : 0;
    m_handler(m_row);
}

} // namespace apex::backend
