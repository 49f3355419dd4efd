// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/import_cache.h"

#include "backend/usage/answer_cache.h"
#include "backend/usage/content_id.h"
#include "base/random.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <filesystem>
#include <system_error>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 maxBytes = 4'000'000'000;
constexpr qsizetype maxImports = 40;
constexpr auto usageEnding = ".usage"_L1;
constexpr auto knownEnding = ".known"_L1;
constexpr auto sizesEnding = ".sizes"_L1;
constexpr qint64 inUseSeconds = 3600;

std::string_view viewOf(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// A file as it was seen; another state is another file.
QByteArray stateOf(const Source& source) {
    const QByteArray state = source.file.path.toUtf8() + '\n' +
                             QByteArray::number(static_cast<qulonglong>(source.size)) + '\n' +
                             QByteArray::number(static_cast<qlonglong>(source.modifiedMs));
    return blockDigest(viewOf(state)).toHex();
}

QString hexOf(const QByteArray& bytes) {
    return QString::fromLatin1(bytes.toHex());
}

/// Best effort: without the note a file is read once more, nothing else.
void writeNote(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        file.remove();
}

void touch(const QString& path) {
    QFile file(path);
    if (file.open(QIODevice::ReadWrite))
        file.setFileTime(QDateTime::currentDateTimeUtc(), QFileDevice::FileModificationTime);
}

} // namespace

Expected<ImportCache> ImportCache::open(const QString& folder) {
    const QDir dir(folder);
    constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (!dir.exists() && (!dir.mkpath(u"."_s) || !QFile::setPermissions(folder, ownerOnly))) {
        return fail(
            ErrorKind::Storage,
            QCoreApplication::translate("UsageImport", "The folder for imported usage cannot be created."),
            QCoreApplication::translate("UsageImport", "Check that the data folder is writable."), folder);
    }
    ImportCache cache(folder);
    cache.loadKnown();
    return cache;
}

void ImportCache::loadKnown() {
    const QDir dir(m_folder);
    for (const QString& name : dir.entryList({u'*' + knownEnding}, QDir::Files)) {
        QFile file(dir.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray& line : file.readAll().split('\n')) {
            const QList<QByteArray> parts = line.split(' ');
            if (parts.size() == 2)
                m_known.insert(parts[0], parts[1]);
        }
    }
}

QByteArray ImportCache::knownContent(const Source& source) const {
    return QByteArray::fromHex(m_known.value(stateOf(source)));
}

void ImportCache::rememberContents(const std::vector<Source>& sources) const {
    // A file that was written just before may have changed again within the resolution of its time stamp.
    constexpr qint64 settledMs = 100;
    QByteArray lines;
    for (const Source& source : sources) {
        const QByteArray state = stateOf(source);
        if (!source.content.isEmpty() && source.seenMs - source.modifiedMs >= settledMs &&
            !m_known.contains(state))
            lines += state + ' ' + source.content.toHex() + '\n';
    }
    if (!lines.isEmpty())
        writeNote(m_folder + u'/' + QString::fromLatin1(randomBytes(12).toHex()) + knownEnding, lines);
}

bool ImportCache::mayKnow(const QByteArray& sizes) const {
    return !QDir(m_folder).entryList({u"*."_s + hexOf(sizes).left(16) + sizesEnding}, QDir::Files).isEmpty();
}

QString ImportCache::pathOf(const QByteArray& key) const {
    return m_folder + u'/' + hexOf(key).left(40) + usageEnding;
}

QString ImportCache::find(const QByteArray& key) const {
    QString path = pathOf(key);
    if (!QFile::exists(path))
        return {};
    touch(path);
    return path;
}

QString ImportCache::temporaryPath() const {
    return m_folder + u'/' + QString::fromLatin1(randomBytes(12).toHex()) + u".part"_s;
}

Expected<QString> ImportCache::keep(const QString& temporary, const QByteArray& key,
                                    const QByteArray& sizes) const {
    QString path = pathOf(key);
    QDir(AnswerCache::folderOf(path)).removeRecursively();
    // Another run may have finished the same import first. Both hold the same rows, and whoever opens it at
    // this moment has to find one of them: replaced in one step, which QFile::rename does not.
    std::error_code failure;
    std::filesystem::rename(temporary.toStdU16String(), path.toStdU16String(), failure);
    if (failure) {
        QFile::remove(temporary);
        return fail(ErrorKind::Storage,
                    QCoreApplication::translate("UsageImport", "The imported usage could not be kept."),
                    QCoreApplication::translate("UsageImport", "Check that the data folder is writable."),
                    path + u": "_s + QString::fromStdString(failure.message()));
    }
    QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    writeNote(path.chopped(usageEnding.size()) + u'.' + hexOf(sizes).left(16) + sizesEnding, {});
    removeOld(path);
    return path;
}

void ImportCache::removeOld(const QString& except) const {
    const QDir dir(m_folder);
    const QDateTime inUse = QDateTime::currentDateTimeUtc().addSecs(-inUseSeconds);
    qint64 bytes = 0;
    qsizetype count = 0;
    for (const QFileInfo& file : dir.entryInfoList({u"*.usage"_s}, QDir::Files, QDir::Time)) {
        bytes += file.size();
        ++count;
        if ((bytes <= maxBytes && count <= maxImports) || file.filePath() == except ||
            file.lastModified() > inUse)
            continue;
        QFile::remove(file.filePath());
        QDir(AnswerCache::folderOf(file.filePath())).removeRecursively();
        for (const QString& note :
             dir.entryList({file.completeBaseName() + u".*"_s + sizesEnding}, QDir::Files))
            QFile::remove(dir.filePath(note));
    }
    for (const QFileInfo& file : dir.entryInfoList({u"*.part"_s}, QDir::Files)) {
        if (file.lastModified() < inUse)
            QFile::remove(file.filePath());
    }
    const QFileInfoList notes = dir.entryInfoList({u'*' + knownEnding}, QDir::Files, QDir::Time);
    for (qsizetype i = maxImports * 2; i < notes.size(); ++i)
        QFile::remove(notes.at(i).filePath());
}

} // namespace apex::backend
