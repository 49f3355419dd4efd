// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QString>
#include <QStringList>
#include <QVariant>

#include <functional>
#include <memory>
#include <vector>

namespace apex::backend {

/// The SQLite file that holds everything the embedded backend remembers. One thread only: the one that opened
/// it.
class Database {
public:
    using Row = QVariantList;

    /// Creates `directory` owner-only if it is missing, opens or creates backend.sqlite in it (WAL) and
    /// brings its tables to the version this program knows. A file written by a newer program is refused,
    /// never changed.
    [[nodiscard]] static Expected<std::unique_ptr<Database>> open(const QString& directory);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs a query and returns all its rows; Storage error otherwise. Only an invalid QVariant is bound as
    /// NULL.
    [[nodiscard]] Expected<std::vector<Row>> rows(const QString& sql, const QVariantList& values = {}) const;
    /// Runs a statement and returns how many rows it changed; Storage error otherwise.
    [[nodiscard]] Expected<int> execute(const QString& sql, const QVariantList& values = {}) const;
    /// Runs `work` between BEGIN IMMEDIATE and COMMIT; any failure rolls back and is returned.
    [[nodiscard]] Expected<void> inTransaction(const std::function<Expected<void>()>& work) const;

    /// A small value kept by name; empty if never set.
    [[nodiscard]] Expected<QByteArray> setting(const QString& name) const;
    /// Keeps a small value by name.
    [[nodiscard]] Expected<void> setSetting(const QString& name, const QByteArray& value) const;

private:
    explicit Database(QString connectionName);
    [[nodiscard]] Expected<void> prepare() const;
    [[nodiscard]] Expected<void> applySteps(int fromVersion) const;

    QString m_connection;
};

/// Creates a directory and its parents, readable by the owner only. An existing one is left as it is.
[[nodiscard]] Expected<void> makePrivateDirectory(const QString& path);

/// The statements that lead from schema version n to n + 1, in order; the current version is their number.
[[nodiscard]] const std::vector<QStringList>& schemaSteps();

} // namespace apex::backend
