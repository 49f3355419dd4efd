// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/threads/file_store.h"

#include "base/random.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QStorageInfo>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestName = 255;
constexpr qsizetype longestNameWithFolders = 1024;
constexpr qint64 reserveBytes = 16 * 1024 * 1024;

struct FileStoreWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::FileStore)
};

tl::unexpected<Error> diskFailure(const QString& details) {
    return fail(ErrorKind::Storage, FileStoreWords::tr("The file could not be stored on this computer."),
                FileStoreWords::tr("Free some disk space and send it again."), details);
}

// The name is for people and reports, and folders in it tell the project of session logs; it never becomes a
// path. Of a name that begins at a root or goes up only the last part stays.
QString shownName(const QString& name) {
    QString shown = name;
    shown.replace(u'\\', u'/');
    shown.removeIf([](QChar c) { return c.category() == QChar::Other_Control; });
    const QStringList parts = shown.split(u'/', Qt::SkipEmptyParts);
    const bool inFolders = !shown.startsWith(u'/') && !parts.value(0).endsWith(u':') &&
                           !parts.contains(u".."_s) && !parts.contains(u"."_s) &&
                           shown.size() <= longestNameWithFolders;
    shown = inFolders ? parts.join(u'/') : parts.value(parts.size() - 1);
    shown = shown.trimmed();
    if (!shown.contains(u'/'))
        shown.truncate(longestName);
    return shown.isEmpty() ? u"file"_s : shown;
}

/// They were checked when they came.
ColumnChoices storedColumns(const QVariant& value) {
    return columnChoicesFromJson(value.toString().toUtf8()).value_or(ColumnChoices());
}

} // namespace

IncomingFile::~IncomingFile() {
    if (m_file)
        m_file->remove();
}

Expected<void> IncomingFile::write(const char* bytes, qint64 size) {
    if (m_file->write(bytes, size) != size)
        return diskFailure(m_file->errorString());
    m_size += size;
    return {};
}

FileStore::FileStore(const Database& database, const Clock& clock, const QString& directory)
    : m_database(database), m_clock(clock), m_directory(QDir(directory).filePath(u"files"_s)) {}

QString FileStore::pathOf(const UserId& owner, const FileId& id) const {
    return m_directory + u'/' + owner.toString() + u'/' + id.toString();
}

Expected<void> FileStore::removeLeftovers() const {
    if (auto made = makePrivateDirectory(m_directory); !made)
        return made;
    QDirIterator parts(m_directory, {u"*.part"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (parts.hasNext()) {
        const QString path = parts.next();
        if (!QFile::remove(path))
            return diskFailure(path);
    }
    return {};
}

Expected<IncomingFile> FileStore::begin(const UserId& owner, const QString& name, qint64 expectedBytes,
                                        ColumnChoices columns) const {
    if (auto made = makePrivateDirectory(m_directory + u'/' + owner.toString()); !made)
        return fail(made.error());
    const qint64 free = QStorageInfo(m_directory).bytesAvailable();
    if (free >= 0 && expectedBytes > free - reserveBytes)
        return diskFailure(u"%1 bytes wanted, %2 free"_s.arg(expectedBytes).arg(free));
    const FileId id(u"file_"_s + QString::fromLatin1(randomBytes(12).toHex()));
    auto file = std::make_unique<QFile>(pathOf(owner, id) + u".part"_s);
    if (!file->open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered) ||
        !file->setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return diskFailure(file->errorString());
    return IncomingFile(owner, id, shownName(name), std::move(columns), std::move(file));
}

Expected<AttachedFile> FileStore::finish(IncomingFile incoming) const {
    if (incoming.m_size == 0)
        return fail(ErrorKind::InvalidInput, FileStoreWords::tr("The file is empty."),
                    FileStoreWords::tr("Choose a file with content."));
    const QString path = pathOf(incoming.m_owner, incoming.m_id);
    incoming.m_file->close();
    if (incoming.m_file->error() != QFileDevice::NoError || !incoming.m_file->rename(path))
        return diskFailure(incoming.m_file->errorString());
    const auto stored = m_database.execute(
        u"INSERT INTO files(id, account, name, size_bytes, created_at, columns) VALUES(?, ?, ?, ?, ?, ?)"_s,
        {incoming.m_id.toString(), incoming.m_owner.toString(), incoming.m_name, incoming.m_size,
         unixSeconds(m_clock), QString::fromUtf8(columnChoicesJson(incoming.m_columns))});
    if (!stored)
        return fail(stored.error());
    incoming.m_file.reset();
    return AttachedFile{
        incoming.m_id, incoming.m_name, path, incoming.m_size, true, std::move(incoming.m_columns)};
}

Expected<AttachedFile> FileStore::get(const UserId& owner, const FileId& id) const {
    const auto rows =
        m_database.rows(u"SELECT name, size_bytes, columns FROM files WHERE id = ? AND account = ?"_s,
                        {id.toString(), owner.toString()});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorKind::NotFound, FileStoreWords::tr("An attached file is not known here."),
                    FileStoreWords::tr("Attach it again."));
    const QVariantList& row = rows->front();
    return AttachedFile{id,   row.at(0).toString(),    pathOf(owner, id), row.at(1).toLongLong(),
                        true, storedColumns(row.at(2))};
}

Expected<void> FileStore::attach(const ThreadId& thread, const std::vector<AttachedFile>& files) const {
    if (files.empty())
        return {};
    return m_database.inTransaction([&]() -> Expected<void> {
        for (const AttachedFile& file : files) {
            const auto done = m_database.execute(u"INSERT INTO thread_files(thread, file) VALUES(?, ?) "
                                                 "ON CONFLICT(thread, file) DO NOTHING"_s,
                                                 {thread.toString(), file.id.toString()});
            if (!done)
                return fail(done.error());
        }
        return {};
    });
}

Expected<std::vector<AttachedFile>> FileStore::ofThread(const UserId& owner, const ThreadId& thread) const {
    const auto rows =
        m_database.rows(u"SELECT f.id, f.name, f.size_bytes, f.columns FROM thread_files t JOIN files f "
                        "ON f.id = t.file WHERE t.thread = ? AND f.account = ? ORDER BY t.seq"_s,
                        {thread.toString(), owner.toString()});
    if (!rows)
        return fail(rows.error());
    std::vector<AttachedFile> files;
    for (const auto& row : *rows) {
        const FileId id(row.at(0).toString());
        files.push_back({id, row.at(1).toString(), pathOf(owner, id), row.at(2).toLongLong(), true,
                         storedColumns(row.at(3))});
    }
    return files;
}

} // namespace apex::backend
