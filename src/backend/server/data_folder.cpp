// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/data_folder.h"

#include "backend/storage/database.h"
#include "base/logging.h"
#include "base/whole_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct DataFolderWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::DataFolder)
};

QString lockPath(const QString& folder) {
    return QDir(folder).filePath(u"backend.lock"_s);
}
QString announcementPath(const QString& folder) {
    return QDir(folder).filePath(u"backend.json"_s);
}

std::unique_ptr<QLockFile> lockFile(const QString& folder) {
    auto lock = std::make_unique<QLockFile>(lockPath(folder));
    // A server may run for weeks: only a dead process makes a lock stale, never its age.
    lock->setStaleLockTime(0);
    return lock;
}

tl::unexpected<Error> lockFailure(const QLockFile& lock, const QString& path) {
    if (lock.error() == QLockFile::PermissionError)
        return fail(ErrorKind::Storage, DataFolderWords::tr("The backend may not write to its data folder."),
                    DataFolderWords::tr("Check who owns %1.").arg(QDir::toNativeSeparators(path)));
    if (lock.error() != QLockFile::LockFailedError)
        return fail(
            ErrorKind::Storage, DataFolderWords::tr("The backend could not write to its data folder."),
            DataFolderWords::tr("Most likely the disk is full. Free some space and try again."), path);
    qint64 pid = 0;
    QString host;
    QString program;
    if (!lock.getLockInfo(&pid, &host, &program))
        return fail(ErrorKind::Conflict, DataFolderWords::tr("Another backend is using this data folder."),
                    DataFolderWords::tr("Use that one, or stop it first."), path);
    return fail(ErrorKind::Conflict,
                DataFolderWords::tr("Another backend (process %1) is using this data folder.").arg(pid),
                DataFolderWords::tr("Use that one, or stop it first."), u"%1, pid %2"_s.arg(path).arg(pid));
}

} // namespace

QJsonObject Announcement::toJson() const {
    return {{"schema"_L1, "apex/serve/1"_L1},
            {"base_url"_L1, baseUrl},
            {"ws_url"_L1, webSocketUrl},
            {"authorization_endpoint"_L1, authorizationEndpoint},
            {"issuer"_L1, issuer},
            {"pid"_L1, pid}};
}

Expected<std::unique_ptr<DataFolder>> DataFolder::lock(const QString& path) {
    if (auto made = makePrivateDirectory(path); !made)
        return fail(made.error());
    auto lock = lockFile(path);
    if (!lock->tryLock(0))
        return lockFailure(*lock, path);
    return std::unique_ptr<DataFolder>(new DataFolder(path, std::move(lock)));
}

DataFolder::~DataFolder() {
    const QString path = announcementPath(m_path);
    if (QFile::exists(path) && !QFile::remove(path))
        qCWarning(logBackend) << "The announcement file could not be removed:" << path;
    m_lock->unlock();
}

Expected<void> DataFolder::announce(const Announcement& announcement) {
    QSaveFile file(announcementPath(m_path));
    const QByteArray json = QJsonDocument(announcement.toJson()).toJson(QJsonDocument::Compact) + '\n';
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(json) != json.size() || !commitWhole(file))
        return fail(ErrorKind::Storage,
                    DataFolderWords::tr("The backend could not write down where it listens."),
                    DataFolderWords::tr("Check that its folder is writable and that the disk is not full."),
                    file.errorString());
    return {};
}

std::optional<Announcement> DataFolder::running(const QString& path) {
    if (!QFile::exists(lockPath(path)))
        return std::nullopt;
    // Taking the lock is the only safe way to learn that nobody alive holds it.
    auto lock = lockFile(path);
    if (lock->tryLock(0)) {
        lock->unlock();
        return std::nullopt;
    }
    QFile file(announcementPath(path));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    if (json.value("schema"_L1).toString() != "apex/serve/1"_L1)
        return std::nullopt;
    return Announcement{json.value("base_url"_L1).toString(), json.value("ws_url"_L1).toString(),
                        json.value("authorization_endpoint"_L1).toString(),
                        json.value("issuer"_L1).toString(), json.value("pid"_L1).toInteger()};
}

} // namespace apex::backend
