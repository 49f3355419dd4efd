// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/session_reader.h"

#include "backend/usage/format_probe.h"
#include "backend/usage/json_reader.h"
#include "backend/usage/record_parser.h"
#include "backend/usage/usage_errors.h"

namespace apex::backend {

Expected<ReadReport> readSession(const Source& source, const ReadOptions& options,
                                 const std::function<RecordBatch&()>& batch,
                                 const std::function<void()>& afterRecord, std::stop_token stop) {
    const QString& name = source.file.name;
    BlockReader blocks;
    blocks.setTap(options.tap);
    if (auto opened = blocks.open(source.file.path, name); !opened)
        return fail(opened.error());
    if (auto more = blocks.readMore(); !more)
        return fail(more.error());
    const std::string_view start(blocks.data(), blocks.size());
    const auto format = probeFormat(start, name);
    if (!format)
        return fail(format.error());
    const auto parser = makeRecordParser(source, start, options);
    const RowHandler noRows = [](const UsageRow&) {};
    JsonReader reader(blocks, name, *format == FileFormat::Csv ? FileFormat::JsonLines : *format, options,
                      noRows, std::move(stop));
    reader.setRecordHandler([&](std::string_view record, qint64 line, ReadReport& report) {
        const auto problem = parser->parse(record, line, batch(), report);
        afterRecord();
        return problem;
    });
    auto report = reader.read();
    if (report)
        parser->finish(batch(), *report);
    return report;
}

} // namespace apex::backend
