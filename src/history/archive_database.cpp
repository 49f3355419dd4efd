// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive_database.h"

#include "base/random.h"
#include "history/archive_schema.h"
#include "history/private_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

struct DatabaseWords {
    Q_DECLARE_TR_FUNCTIONS(DatabaseWords)
};

tl::unexpected<Error> storageFailure(const QSqlError& error) {
    return fail(ErrorKind::Storage,
                DatabaseWords::tr("The saved conversations on this computer could not be read or written."),
                DatabaseWords::tr("Check that the disk is not full."), error.text());
}

Expected<void> createPrivateFile(const QString& path) {
    QFile file(path);
    if (file.exists())
        return {};
    if (file.open(QIODevice::WriteOnly | QIODevice::NewOnly) &&
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return {};
    return fail(ErrorKind::Storage,
                DatabaseWords::tr("The file for saved conversations could not be created."),
                DatabaseWords::tr("Check that the disk is not full."), path + u": "_s + file.errorString());
}

} // namespace

ArchiveDatabase::~ArchiveDatabase() {
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

Expected<std::unique_ptr<ArchiveDatabase>> ArchiveDatabase::open(const QString& folder) {
    if (auto made = makePrivateFolder(folder); !made)
        return fail(made.error());
    const QString path = QDir(folder).filePath(u"history.sqlite"_s);
    if (auto created = createPrivateFile(path); !created)
        return fail(created.error());
    const QString name = u"archive-"_s + QString::fromLatin1(randomToken(9));
    QSqlDatabase connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
    std::unique_ptr<ArchiveDatabase> database(new ArchiveDatabase(name));
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

Expected<void> ArchiveDatabase::prepare() const {
    for (const QString& pragma :
         {u"PRAGMA journal_mode=WAL"_s, u"PRAGMA synchronous=NORMAL"_s, u"PRAGMA foreign_keys=ON"_s}) {
        if (auto done = rows(pragma); !done)
            return fail(done.error());
    }
    const auto version = rows(u"PRAGMA user_version"_s);
    if (!version)
        return fail(version.error());
    const int found = version->front().front().toInt();
    if (found > ArchiveSchemaVersion)
        return fail(
            ErrorKind::Storage,
            DatabaseWords::tr("The saved conversations were written by a newer version of this program."),
            DatabaseWords::tr("Install the newer version to read them."), u"schema %1"_s.arg(found));
    return found == ArchiveSchemaVersion ? Expected<void>() : migrate(found);
}

Expected<void> ArchiveDatabase::migrate(int from) const {
    return inTransaction([this, from]() -> Expected<void> {
        for (const QString& statement : archiveMigration(from)) {
            if (auto done = execute(statement); !done)
                return done;
        }
        return execute(u"PRAGMA user_version=%1"_s.arg(ArchiveSchemaVersion));
    });
}

Expected<void> ArchiveDatabase::execute(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    if (!query.prepare(sql))
        return storageFailure(query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return storageFailure(query.lastError());
    return {};
}

Expected<std::vector<ArchiveDatabase::Row>> ArchiveDatabase::rows(const QString& sql,
                                                                  const QVariantList& values) const {
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return storageFailure(query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return storageFailure(query.lastError());
    const int columns = query.record().count();
    std::vector<Row> found;
    while (query.next()) {
        Row row;
        for (int column = 0; column < columns; ++column)
            row.append(query.value(column));
        found.push_back(std::move(row));
    }
    if (query.lastError().isValid())
        return storageFailure(query.lastError());
    return found;
}

Expected<void> ArchiveDatabase::inTransaction(const std::function<Expected<void>()>& work) const {
    if (auto begun = execute(u"BEGIN IMMEDIATE"_s); !begun)
        return begun;
    Expected<void> done = work();
    if (done)
        done = execute(u"COMMIT"_s);
    if (!done) {
        if (auto undone = execute(u"ROLLBACK"_s); !undone)
            done.error().details += u"; rollback: "_s + undone.error().details;
    }
    return done;
}

} // namespace apex::history
