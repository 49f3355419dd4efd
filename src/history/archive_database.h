// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QVariantList>

#include <functional>
#include <memory>
#include <vector>

namespace apex::history {

/// One SQLite file with the archive's schema (WAL, version in user_version). One thread.
class ArchiveDatabase {
public:
    using Row = QVariantList;

    /// Opens or creates `<folder>/history.sqlite`, owner-only, and brings its schema up to date. Storage if
    /// the file is damaged or made by a newer version; the file is left as it is then.
    [[nodiscard]] static Expected<std::unique_ptr<ArchiveDatabase>> open(const QString& folder);
    ~ArchiveDatabase();
    ArchiveDatabase(const ArchiveDatabase&) = delete;
    ArchiveDatabase& operator=(const ArchiveDatabase&) = delete;

    /// Runs one statement with positional values.
    [[nodiscard]] Expected<void> execute(const QString& sql, const QVariantList& values = {}) const;
    /// Runs one query and returns all rows.
    [[nodiscard]] Expected<std::vector<Row>> rows(const QString& sql, const QVariantList& values = {}) const;
    /// Runs `work` in one transaction; rolled back if it fails.
    [[nodiscard]] Expected<void> inTransaction(const std::function<Expected<void>()>& work) const;

private:
    explicit ArchiveDatabase(QString connection) : m_connection(std::move(connection)) {}
    [[nodiscard]] Expected<void> prepare() const;
    [[nodiscard]] Expected<void> migrate(int from) const;

    QString m_connection;
};

} // namespace apex::history
