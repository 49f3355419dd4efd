// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/source_files.h"

#include "backend/usage/content_id.h"
#include "backend/usage/usage_errors.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 probeBytes = 64 * 1024;
constexpr std::size_t maxFiles = 100'000;

Error unreadable(const QString& name, ErrorKind kind, const QString& details) {
    return makeError(kind,
                     QCoreApplication::translate("UsageReader", "The file “%1” cannot be opened.").arg(name),
                     QCoreApplication::translate("UsageReader", "Attach the file again."), details);
}

Expected<Source> lookAtOne(const ImportFile& file) {
    Source source;
    source.file = file;
    const QFileInfo info(file.path);
    // A pipe or a device has no end that could be waited for.
    if (info.exists() && !info.isFile())
        return fail(unreadable(file.name, ErrorKind::InvalidInput, u"not a regular file"_s));
    if (!info.exists() || !info.isReadable())
        return fail(unreadable(file.name, info.exists() ? ErrorKind::Denied : ErrorKind::NotFound, {}));
    source.seenMs = QDateTime::currentMSecsSinceEpoch();
    source.size = static_cast<std::uint64_t>(info.size());
    source.modifiedMs = info.lastModified().toMSecsSinceEpoch();
    return source;
}

/// Finds out what a file is by its beginning.
Expected<void> probe(Source& source) {
    QFile opened(source.file.path);
    if (!opened.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return fail(unreadable(source.file.name, ErrorKind::Denied, opened.errorString()));
    QByteArray start = opened.read(probeBytes);
    const bool utf16 = start.startsWith("\xff\xfe") || start.startsWith("\xfe\xff");
    if (utf16) {
        QStringDecoder decoder(start.startsWith("\xff\xfe") ? QStringDecoder::Utf16LE
                                                            : QStringDecoder::Utf16BE);
        const QString text = decoder.decode(start);
        start = text.toUtf8();
    }
    const std::string_view text(start.constData(), static_cast<std::size_t>(start.size()));
    // The first lines mostly tell; only what they leave open is looked at further.
    source.kind = sourceKindOf(text.substr(0, 4096));
    if (source.kind == SourceKind::Table)
        source.kind = sourceKindOf(text);
    source.inBlocks = readsInBlocks(source.kind) && !utf16;
    return {};
}

bool isUsageFile(const QString& name) {
    static const QStringList endings{u".jsonl"_s, u".json"_s, u".csv"_s, u".tsv"_s, u".ndjson"_s};
    return std::any_of(endings.begin(), endings.end(),
                       [&](const QString& ending) { return name.endsWith(ending, Qt::CaseInsensitive); });
}

} // namespace

unsigned threadCount(unsigned wanted) {
    return wanted > 0 ? wanted : std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

Expected<std::vector<Source>> lookAt(const std::vector<ImportFile>& files) {
    std::vector<Source> sources;
    sources.reserve(files.size());
    for (const ImportFile& file : files) {
        auto source = lookAtOne(file);
        if (!source)
            return fail(source.error());
        sources.push_back(std::move(*source));
    }
    std::stable_sort(sources.begin(), sources.end(),
                     [](const Source& a, const Source& b) { return a.file.name < b.file.name; });
    return sources;
}

Expected<void> findKinds(std::vector<Source>& sources) {
    for (Source& source : sources) {
        if (auto found = probe(source); !found)
            return found;
    }
    return {};
}

Expected<void> hashUnknown(std::vector<Source>& sources, unsigned threads, const std::stop_token& stop) {
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::optional<Error> failure;
    const auto work = [&] {
        for (std::size_t i = next++; i < sources.size(); i = next++) {
            if (!sources[i].content.isEmpty())
                continue;
            auto id = contentIdOfFile(sources[i].file.path, sources[i].file.name, stop);
            if (id) {
                sources[i].content = std::move(*id);
                continue;
            }
            const std::scoped_lock lock(mutex);
            failure = id.error();
            next = sources.size();
        }
    };
    {
        std::vector<std::jthread> workers;
        const std::size_t wanted = std::min<std::size_t>(threadCount(threads), sources.size());
        for (std::size_t i = 1; i < wanted; ++i)
            workers.emplace_back(work);
        work();
    }
    return failure ? fail(*failure) : Expected<void>();
}

Expected<void> markSameFiles(std::vector<Source>& sources, unsigned threads, const std::stop_token& stop) {
    std::map<std::uint64_t, std::vector<std::size_t>> bySize;
    for (std::size_t i = 0; i < sources.size(); ++i)
        bySize[sources[i].size].push_back(i);
    std::vector<Source> alike;
    std::vector<std::size_t> places;
    for (const auto& [size, same] : bySize) {
        if (same.size() < 2 || size == 0)
            continue;
        for (const std::size_t i : same) {
            alike.push_back(sources[i]);
            places.push_back(i);
        }
    }
    if (auto hashed = hashUnknown(alike, threads, stop); !hashed)
        return hashed;
    for (std::size_t i = 0; i < alike.size(); ++i)
        sources[places[i]].content = alike[i].content;
    std::map<QByteArray, QString> first;
    for (Source& source : sources) {
        if (source.content.isEmpty() || bySize[source.size].size() < 2)
            continue;
        const auto [known, isNew] =
            first.emplace(source.content + columnChoicesJson(source.file.columns), source.file.name);
        if (!isNew)
            source.sameAs = known->second;
    }
    return {};
}

Expected<std::vector<ImportFile>> usageFilesBelow(const QString& folder) {
    const QDir dir(folder);
    if (!dir.exists()) {
        return fail(ErrorKind::NotFound,
                    QCoreApplication::translate("UsageImport", "There is no folder “%1”.").arg(folder),
                    QCoreApplication::translate("UsageImport", "Choose another folder."));
    }
    QDir parent(QFileInfo(dir.canonicalPath()).path());
    std::vector<ImportFile> files;
    // Without FollowSymlinks a link that leads back up is seen as a link and left alone.
    QDirIterator walk(dir.canonicalPath(), QDir::Files | QDir::NoSymLinks | QDir::Readable,
                      QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString path = walk.next();
        if (!isUsageFile(path) || QFileInfo(path).size() == 0)
            continue;
        if (files.size() == maxFiles) {
            return fail(
                ErrorKind::TooLarge,
                QCoreApplication::translate("UsageImport", "The folder “%1” holds more than %2 usage files.")
                    .arg(folder, QString::number(maxFiles)),
                QCoreApplication::translate("UsageImport", "Choose a folder further down."));
        }
        files.push_back({path, parent.relativeFilePath(path)});
    }
    std::sort(files.begin(), files.end(),
              [](const ImportFile& a, const ImportFile& b) { return a.name < b.name; });
    return files;
}

} // namespace apex::backend
