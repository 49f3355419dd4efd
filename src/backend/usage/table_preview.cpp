// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/table_preview.h"

#include "backend/usage/csv_reader.h"
#include "backend/usage/format_probe.h"
#include "backend/usage/json_reader.h"
#include "backend/usage/source_kind.h"

#include <algorithm>
#include <limits>

namespace apex::backend {

namespace {

constexpr std::uint64_t rowsLookedAt = 50;
constexpr qsizetype mostColumns = 200;

/// Reads rows for the report on them. Where the bytes end is no end of a file, so faults there mean nothing.
template <class Reader>
Expected<ReadReport> reportOf(Reader reader) {
    const auto read = reader.read();
    if (!read && reader.report().columnsFound.isEmpty())
        return fail(read.error());
    return read ? *read : reader.report();
}

Expected<ReadReport> lookAtRows(BlockReader& blocks, const QString& name, FileFormat format) {
    ReadOptions options;
    options.maxRows = rowsLookedAt;
    options.latestTimestampUs = std::numeric_limits<std::int64_t>::max();
    const RowHandler ignore = [](const UsageRow&) {};
    return format == FileFormat::Csv ? reportOf(CsvReader(blocks, name, options, ignore, {}))
                                     : reportOf(JsonReader(blocks, name, format, options, ignore, {}));
}

} // namespace

Expected<TablePreview> previewTable(const QByteArray& head, const QString& name) {
    BlockReader blocks;
    blocks.openBytes(head, name);
    if (auto more = blocks.readMore(); !more)
        return fail(more.error());
    const std::string_view text(blocks.data(), blocks.size());
    if (const SourceKind kind = sourceKindOf(text); kind != SourceKind::Table)
        return TablePreview{sourceKindText(kind), {}, true};
    const auto format = probeFormat(text, name);
    if (!format)
        return fail(format.error());
    const auto report = lookAtRows(blocks, name, *format);
    if (!report)
        return fail(report.error());
    TablePreview preview{report->formatText(), {}, report->tellsCalls()};
    for (qsizetype i = 0; i < std::min(report->columnsFound.size(), mostColumns); ++i) {
        const QString& column = report->columnsFound.at(i);
        preview.columns.push_back({column, report->fieldOf.value(column), report->samples.value(i)});
    }
    return preview;
}

} // namespace apex::backend
