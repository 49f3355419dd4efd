// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/usage_import.h"

#include "backend/usage/content_id.h"
#include "backend/usage/import_cache.h"
#include "backend/usage/import_report_json.h"
#include "backend/usage/import_run.h"
#include "backend/usage/source_files.h"
#include "backend/usage/usage_errors.h"

#include <QElapsedTimer>
#include <QFile>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// Raised whenever the same bytes would give other rows than before.
constexpr int importerVersion = 2;

std::string_view viewOf(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// What decides what is in the store: the files' bytes and names, prices and options.
QByteArray keyOf(const std::vector<Source>& sources, const ImportOptions& options) {
    QByteArray text = QByteArray::number(importerVersion) + ' ' + QByteArray::number(usageStoreVersion) +
                      (options.decimalComma ? " comma " : " point ") +
                      (options.prices ? options.prices->fingerprint() : QByteArray());
    for (const Source& source : sources) {
        if (source.content.isEmpty())
            return {};
        text += '\n' + source.content.toHex() + ' ' + source.file.name.toUtf8() +
                columnChoicesJson(source.file.columns);
    }
    return blockDigest(viewOf(text));
}

QByteArray sizesOf(const std::vector<Source>& sources) {
    QByteArray text;
    for (const Source& source : sources)
        text += QByteArray::number(static_cast<qulonglong>(source.size)) + ' ';
    return blockDigest(viewOf(text));
}

Expected<UsageImport> openKept(const QString& path) {
    const auto store = UsageStore::open(path);
    if (!store)
        return fail(store.error());
    const auto text = store->meta(u"report"_s);
    if (!text)
        return fail(text.error());
    UsageImport import{path, importReportFromJson(*text)};
    import.report.fromCache = true;
    return import;
}

/// A kept import of exactly these files, if there is one that can be opened.
Expected<std::optional<UsageImport>> findKept(const ImportCache& cache, std::vector<Source>& sources,
                                              const ImportOptions& options, const std::stop_token& stop) {
    bool unknown = false;
    for (Source& source : sources) {
        source.content = cache.knownContent(source);
        unknown = unknown || source.content.isEmpty();
    }
    if (unknown && cache.mayKnow(sizesOf(sources))) {
        if (auto hashed = hashUnknown(sources, options.threads, stop); !hashed)
            return fail(hashed.error());
        cache.rememberContents(sources);
    }
    const QByteArray key = keyOf(sources, options);
    const QString path = key.isEmpty() ? QString() : cache.find(key);
    if (path.isEmpty())
        return std::optional<UsageImport>();
    auto kept = openKept(path);
    // What another version wrote, or a broken disk spoiled, is made anew.
    return kept ? std::optional(std::move(*kept)) : std::optional<UsageImport>();
}

} // namespace

Expected<UsageImport> importUsage(const std::vector<ImportFile>& files, const ImportOptions& options,
                                  const std::stop_token& stop, const ImportProgress& progress) {
    QElapsedTimer timer;
    timer.start();
    const auto cache = ImportCache::open(options.cacheFolder);
    if (!cache)
        return fail(cache.error());
    auto sources = lookAt(files);
    if (!sources)
        return fail(sources.error());
    auto kept = findKept(*cache, *sources, options, stop);
    if (!kept)
        return fail(kept.error());
    if (*kept) {
        (*kept)->report.seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        return std::move(**kept);
    }
    if (auto found = findKinds(*sources); !found)
        return fail(found.error());
    if (auto marked = markSameFiles(*sources, options.threads, stop); !marked)
        return fail(marked.error());
    const QString temporary = cache->temporaryPath();
    auto report = runImport(*sources, options, temporary, stop, progress);
    if (!report) {
        QFile::remove(temporary);
        return fail(report.error());
    }
    cache->rememberContents(*sources);
    QByteArray key = keyOf(*sources, options);
    if (key.isEmpty()) // a file changed meanwhile: this state of it will not come again
        key = blockDigest(viewOf(temporary.toUtf8()));
    const auto path = cache->keep(temporary, key, sizesOf(*sources));
    if (!path)
        return fail(path.error());
    report->seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    return UsageImport{*path, std::move(*report)};
}

} // namespace apex::backend
