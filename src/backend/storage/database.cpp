// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/storage/database.h"

#include "base/random.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct DatabaseWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::Database)
};

tl::unexpected<Error> storageFailure(const QSqlError& error) {
    return fail(ErrorKind::Storage, DatabaseWords::tr("The backend could not read or write its database."),
                DatabaseWords::tr("Check that its folder is writable and that the disk is not full."),
                error.text());
}

// Qt binds a null QString or QByteArray as NULL, which is not what an empty text of ours means.
void bindAll(QSqlQuery& query, const QVariantList& values) {
    for (const QVariant& value : values) {
        if (value.typeId() == QMetaType::QString && value.toString().isNull())
            query.addBindValue(u""_s);
        else if (value.typeId() == QMetaType::QByteArray && value.toByteArray().isNull())
            query.addBindValue(QByteArray(""));
        else
            query.addBindValue(value);
    }
}

Expected<void> createOwnerOnlyFile(const QString& path) {
    if (QFileInfo::exists(path))
        return {};
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return fail(ErrorKind::Storage, DatabaseWords::tr("The backend could not create its database."),
                    DatabaseWords::tr("Check that its folder is writable and that the disk is not full."),
                    path + u": "_s + file.errorString());
    return {};
}

} // namespace

Expected<void> makePrivateDirectory(const QString& path) {
    if (QFileInfo(path).isDir())
        return {};
    if (!QDir().mkpath(path) ||
        !QFile::setPermissions(path,
                               QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner))
        return fail(ErrorKind::Storage,
                    DatabaseWords::tr("The backend could not create a folder for its data."),
                    DatabaseWords::tr("Choose a folder you may write to."), path);
    return {};
}

Database::Database(QString connectionName) : m_connection(std::move(connectionName)) {}

Database::~Database() {
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

Expected<std::unique_ptr<Database>> Database::open(const QString& directory) {
    if (auto made = makePrivateDirectory(directory); !made)
        return fail(made.error());
    const QString path = QDir(directory).filePath(u"backend.sqlite"_s);
    if (auto created = createOwnerOnlyFile(path); !created)
        return fail(created.error());
    const QString name = u"backend-"_s + QString::fromLatin1(randomToken(9));
    QSqlDatabase connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
    std::unique_ptr<Database> database(new Database(name));
    connection.setDatabaseName(path);
    connection.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    const bool opened = connection.open();
    const QSqlError error = connection.lastError();
    connection = {};
    if (!opened)
        return storageFailure(error);
    if (auto ready = database->prepare(); !ready)
        return fail(ready.error());
    return database;
}

Expected<std::vector<Database::Row>> Database::rows(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return storageFailure(query.lastError());
    bindAll(query, values);
    if (!query.exec())
        return storageFailure(query.lastError());
    const int columns = query.record().count();
    std::vector<Row> result;
    while (query.next()) {
        Row row;
        for (int column = 0; column < columns; ++column)
            row.append(query.value(column));
        result.push_back(std::move(row));
    }
    if (query.lastError().isValid())
        return storageFailure(query.lastError());
    return result;
}

Expected<int> Database::execute(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    if (!query.prepare(sql))
        return storageFailure(query.lastError());
    bindAll(query, values);
    if (!query.exec())
        return storageFailure(query.lastError());
    return query.numRowsAffected();
}

Expected<void> Database::inTransaction(const std::function<Expected<void>()>& work) const {
    if (auto begun = execute(u"BEGIN IMMEDIATE"_s); !begun)
        return fail(begun.error());
    Expected<void> done = work();
    if (done) {
        if (auto committed = execute(u"COMMIT"_s); !committed)
            done = fail(committed.error());
    }
    if (!done) {
        if (auto undone = execute(u"ROLLBACK"_s); !undone)
            return fail(wrapError(ErrorKind::Storage, undone.error().happened, done.error()));
    }
    return done;
}

Expected<QByteArray> Database::setting(const QString& name) const {
    const auto found = rows(u"SELECT value FROM settings WHERE name = ?"_s, {name});
    if (!found)
        return fail(found.error());
    return found->empty() ? QByteArray() : found->front().at(0).toByteArray();
}

Expected<void> Database::setSetting(const QString& name, const QByteArray& value) const {
    const auto done = execute(u"INSERT INTO settings(name, value) VALUES(?, ?) "
                              "ON CONFLICT(name) DO UPDATE SET value = excluded.value"_s,
                              {name, value});
    if (!done)
        return fail(done.error());
    return {};
}

Expected<void> Database::prepare() const {
    for (const QString& sql :
         {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s, u"PRAGMA foreign_keys = ON"_s,
          u"CREATE TABLE IF NOT EXISTS schema_version(version INTEGER NOT NULL)"_s,
          u"CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value BLOB NOT NULL)"_s}) {
        if (auto done = execute(sql); !done)
            return fail(done.error());
    }
    const auto found = rows(u"SELECT version FROM schema_version"_s);
    if (!found)
        return fail(found.error());
    const int version = found->empty() ? 0 : found->front().at(0).toInt();
    const int known = static_cast<int>(schemaSteps().size());
    if (version > known)
        return fail(ErrorKind::Configuration,
                    DatabaseWords::tr("The backend's data was written by a newer version of this program."),
                    DatabaseWords::tr("Update this program, or choose another data folder."),
                    u"schema %1, known %2"_s.arg(version).arg(known));
    return version == known ? Expected<void>() : applySteps(version);
}

Expected<void> Database::applySteps(int fromVersion) const {
    return inTransaction([&]() -> Expected<void> {
        for (size_t step = static_cast<size_t>(fromVersion); step < schemaSteps().size(); ++step) {
            for (const QString& sql : schemaSteps().at(step)) {
                if (auto done = execute(sql); !done)
                    return fail(done.error());
            }
        }
        if (auto cleared = execute(u"DELETE FROM schema_version"_s); !cleared)
            return fail(cleared.error());
        if (auto set =
                execute(u"INSERT INTO schema_version VALUES(?)"_s, {static_cast<int>(schemaSteps().size())});
            !set)
            return fail(set.error());
        return {};
    });
}

} // namespace apex::backend
