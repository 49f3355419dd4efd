// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/usage_reader.h"

#include "backend/usage/csv_reader.h"
#include "backend/usage/format_probe.h"
#include "backend/usage/json_reader.h"
#include "backend/usage/usage_errors.h"

namespace apex::backend {

namespace {

Expected<ReadReport> readOpened(BlockReader& blocks, const QString& name, const ReadOptions& options,
                                const RowHandler& handler, std::stop_token stop) {
    if (auto more = blocks.readMore(); !more)
        return fail(more.error());
    const auto format = probeFormat(std::string_view(blocks.data(), blocks.size()), name);
    if (!format)
        return fail(format.error());
    if (*format == FileFormat::Csv)
        return CsvReader(blocks, name, options, handler, std::move(stop)).read();
    return JsonReader(blocks, name, *format, options, handler, std::move(stop)).read();
}

} // namespace

Expected<ReadReport> readUsageFile(const QString& path, const QString& name, const ReadOptions& options,
                                   const RowHandler& handler, std::stop_token stop) {
    BlockReader blocks;
    blocks.setTap(options.tap);
    if (auto opened = blocks.open(path, name); !opened)
        return fail(opened.error());
    auto report = readOpened(blocks, name, options, handler, std::move(stop));
    if (!report)
        return report;
    if (report->rowsSeen() == 0)
        return fail(noRows(name));
    // A sample may begin with a bad stretch; only the whole file is judged.
    if (report->complete && report->rowsRejected * 2 > report->rowsSeen())
        return fail(mostlyRejected(name, *report));
    return report;
}

} // namespace apex::backend
