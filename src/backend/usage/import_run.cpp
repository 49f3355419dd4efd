// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/import_run.h"

#include "backend/usage/content_id.h"
#include "backend/usage/import_report_json.h"
#include "backend/usage/ordered_writer.h"
#include "backend/usage/source_files.h"
#include "backend/usage/usage_errors.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

std::vector<ImportPart> partsOf(const std::vector<Source>& sources) {
    std::vector<ImportPart> parts;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const Source& source = sources[i];
        if (!source.sameAs.isEmpty())
            continue;
        if (!source.inBlocks) {
            parts.push_back({i, 0, source.size, true});
            continue;
        }
        for (std::uint64_t begin = 0; begin < source.size; begin += contentBlock)
            parts.push_back({i, begin, std::min(source.size, begin + contentBlock), false});
    }
    return parts;
}

std::vector<FileImport> emptyReports(const std::vector<Source>& sources) {
    std::vector<FileImport> files(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
        files[i].name = sources[i].file.name;
        files[i].format = sourceKindText(sources[i].kind);
        files[i].sameAs = sources[i].sameAs;
    }
    return files;
}

/// What lies beside the logs in a folder is no reason to read none of them; a file named by the person is.
bool mayBeSkipped(const Source& source, const Error& error) {
    return source.kind == SourceKind::Table && source.file.name.contains(u'/') &&
           error.kind == ErrorKind::InvalidInput;
}

/// What the workers share.
struct Work {
    const std::vector<Source>& sources;
    const std::vector<ImportPart>& parts;
    const ImportOptions& options;
    const ImportProgress& progress;
    OrderedWriter& writer;
    std::stop_token stop;
    std::uint64_t total = 0;
    std::atomic<std::size_t> next = 0;
    std::atomic<std::uint64_t> done = 0;
    std::mutex skippedMutex{};
    std::map<std::size_t, Error> skipped{}; ///< by source

    /// Reads one part; a foreign file of a folder gives nothing and is remembered.
    Expected<PartResult> read(PartReader& reader, std::size_t number) {
        const ImportPart& part = parts[number];
        bool delivered = false;
        auto result = reader.read(
            sources[part.source], part,
            [&](RecordBatch&& batch) {
                delivered = true;
                return writer.deliver(number, std::move(batch));
            },
            stop);
        if (result || delivered || !mayBeSkipped(sources[part.source], result.error()))
            return result;
        const Error why = result.error();
        // What was left out is part of what an import was made from: another file there may not be foreign.
        PartResult nothing;
        const ImportFile& file = sources[part.source].file;
        auto content = contentIdOfFile(file.path, file.name, stop);
        if (!content && content.error().kind == ErrorKind::Cancelled)
            return fail(content.error());
        nothing.digest = content.value_or(QByteArray());
        const std::scoped_lock lock(skippedMutex);
        skipped.emplace(part.source, why);
        return nothing;
    }

    void run() {
        PartReader reader(options);
        for (std::size_t i = next++; i < parts.size() && writer.mayBegin(i); i = next++) {
            auto result = read(reader, i);
            if (!result)
                return writer.abort(result.error());
            const std::uint64_t bytes = done += result->bytes;
            if (auto finished = writer.finish(i, std::move(*result)); !finished)
                return writer.abort(finished.error());
            if (progress)
                progress(bytes, total);
        }
    }
};

Expected<void> readAll(Work& work) {
    {
        std::vector<std::jthread> workers;
        const std::size_t threads = threadCount(work.options.threads);
        const std::size_t readers = std::min(threads, work.parts.size());
        // A single table is read in order by one thread; another one writes what it has read.
        if (readers > 0 && readers < threads)
            workers.emplace_back([&work] { work.writer.serve(); });
        for (std::size_t i = 1; i < readers; ++i)
            workers.emplace_back([&work] { work.run(); });
        work.run();
    }
    if (const auto failure = work.writer.failure())
        return fail(*failure);
    return {};
}

/// Notes the files that were left out; fails if nothing else was there.
Expected<void> noteSkipped(const Work& work, std::vector<FileImport>& files) {
    for (const auto& [source, error] : work.skipped)
        files[source].skipped = error.happened;
    const bool anyRead = std::any_of(files.begin(), files.end(), [](const FileImport& file) {
        return file.skipped.isEmpty() && file.sameAs.isEmpty();
    });
    return anyRead || work.skipped.empty() ? Expected<void>() : fail(work.skipped.begin()->second);
}

/// A file nobody could make sense of must not look like a small bill.
Expected<void> judge(const std::vector<Source>& sources, const std::vector<FileImport>& files) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        const FileImport& file = files[i];
        if (!file.sameAs.isEmpty() || sources[i].kind == SourceKind::Table)
            continue; // tables are judged by their reader
        const std::uint64_t good = file.rows + file.otherEntries;
        if (good + file.rejected == 0)
            return fail(noRows(file.name));
        if (file.rejected > good) {
            ReadReport report;
            report.rowsRejected = file.rejected;
            report.rowsAccepted = good;
            report.rejectedBy = file.rejectedBy;
            report.firstRejected = file.firstRejected;
            return fail(mostlyRejected(file.name, report));
        }
    }
    return {};
}

/// A choice that fits no file would be dropped in silence.
Expected<void> checkChoices(const std::vector<Source>& sources, const std::vector<FileImport>& files) {
    QStringList found;
    for (const FileImport& file : files) {
        for (const ColumnMapping& column : file.columns)
            found.append(column.column);
    }
    for (const Source& source : sources) {
        for (const auto& choice : source.file.columns) {
            if (const QString column = QString::fromStdString(choice.first); !found.contains(column))
                return fail(noSuchColumn(column, found));
        }
    }
    return {};
}

void addUp(ImportReport& report) {
    for (FileImport& file : report.files) {
        file.rows -= std::min(file.rows, file.duplicates);
        report.rows += file.rows;
        report.rejected += file.rejected;
        report.duplicates += file.duplicates;
        report.otherEntries += file.otherEntries;
    }
}

Expected<void> noteUnpriced(RowWriter& writer, ImportReport& report, const ImportOptions& options) {
    if (writer.allPriced())
        return {};
    const auto unpriced = writer.texts(
        "SELECT n.text, SUM(c.calls) FROM (SELECT model, SUM(calls) AS calls FROM calls WHERE priced_pico IS "
        "NULL GROUP BY model) c JOIN names n ON n.id = c.model GROUP BY n.text ORDER BY 2 DESC, 1 LIMIT "
        "1000");
    if (!unpriced)
        return fail(unpriced.error());
    for (const auto& row : *unpriced) {
        // A known model's calls without token counts have no price either; that is another matter.
        if (!options.prices || !options.prices->find(row[0].toStdString()))
            report.modelsWithoutPrice.push_back({row[0], row[1].toULongLong()});
    }
    return {};
}

Expected<void> describe(RowWriter& writer, ImportReport& report, const ImportOptions& options) {
    const auto late = writer.settle();
    if (!late)
        return fail(late.error());
    for (auto it = late->begin(); it != late->end(); ++it)
        report.files[static_cast<std::size_t>(it.key()) - 1].duplicates += it.value();
    addUp(report);
    if (auto noted = noteUnpriced(writer, report, options); !noted)
        return noted;
    const auto bills = writer.texts("SELECT COUNT(*) FROM bills");
    if (!bills)
        return fail(bills.error());
    report.billRows = bills->front().front().toULongLong();
    report.rows -= std::min(report.rows, report.billRows);
    report.pricesAsOf = options.prices ? options.prices->asOf() : QDate();
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const FileImport& file = report.files[i];
        const std::vector<QString> values{QString::number(i + 1),
                                          file.name,
                                          file.format,
                                          QString::number(file.bytes),
                                          QString::fromLatin1(file.content.toHex()),
                                          QString::number(file.rows),
                                          QString::number(file.rejected),
                                          QString::number(file.duplicates),
                                          QString::number(file.otherEntries)};
        if (auto done = writer.execute("INSERT INTO files VALUES(?,?,?,?,?,?,?,?,?)", values); !done)
            return done;
    }
    for (const auto& [name, value] : {std::pair(u"schema_version"_s, QString::number(usageStoreVersion)),
                                      std::pair(u"prices_as_of"_s, report.pricesAsOf.toString(Qt::ISODate)),
                                      std::pair(u"report"_s, importReportJson(report))}) {
        if (auto done = writer.setMeta(name, value); !done)
            return done;
    }
    return {};
}

} // namespace

Expected<ImportReport> runImport(std::vector<Source>& sources, const ImportOptions& options,
                                 const QString& path, const std::stop_token& stop,
                                 const ImportProgress& progress) {
    auto writer = RowWriter::create(path, options.prices);
    if (!writer)
        return fail(writer.error());
    ImportReport report;
    report.files = emptyReports(sources);
    const std::vector<ImportPart> parts = partsOf(sources);
    OrderedWriter ordered(**writer, sources, parts, report.files);
    Work work{sources, parts, options, progress, ordered, stop};
    for (const Source& source : sources)
        work.total += source.sameAs.isEmpty() ? source.size : 0;
    if (auto read = readAll(work); !read)
        return fail(read.error());
    if (auto noted = noteSkipped(work, report.files); !noted)
        return fail(noted.error());
    if (auto judged = judge(sources, report.files); !judged)
        return fail(judged.error());
    if (auto checked = checkChoices(sources, report.files); !checked)
        return fail(checked.error());
    const QList<QByteArray> contents = ordered.contents();
    for (std::size_t i = 0; i < sources.size(); ++i)
        sources[i].content = report.files[i].content = contents.at(static_cast<qsizetype>(i));
    if (auto described = describe(**writer, report, options); !described)
        return fail(described.error());
    if (auto finished = (*writer)->finish(); !finished)
        return fail(finished.error());
    return report;
}

} // namespace apex::backend
