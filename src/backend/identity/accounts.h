// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/storage/database.h"
#include "base/clock.h"
#include "base/ids.h"

#include <QHash>

#include <optional>
#include <vector>

namespace apex::backend {

/// A local account. It exists in one data folder only and is known to nobody else.
struct Account {
    UserId id;
    QString name;
    QString email; ///< made up from the name, "…@localhost"; the unique name for /auth/login
    bool hasPassword = false;
    qint64 createdAt = 0;   ///< seconds since 1970 UTC
    qint64 lastLoginAt = 0; ///< 0 = never
};

/// Local accounts and their passwords (PBKDF2, one salt each). Thread of the database only.
class Accounts {
public:
    Accounts(const Database& database, const Clock& clock) : m_database(database), m_clock(clock) {}

    /// All accounts, the one that signed in last first.
    [[nodiscard]] Expected<std::vector<Account>> all() const;
    /// The account, or NotFound.
    [[nodiscard]] Expected<Account> byId(const UserId& id) const;
    /// The account, or NotFound.
    [[nodiscard]] Expected<Account> byEmail(const QString& email) const;
    /// Creates one; `name` 1 to 80 characters after trimming, empty password = none. InvalidInput says what
    /// is wrong.
    [[nodiscard]] Expected<Account> create(const QString& name, const QString& password) const;
    /// Succeeds if the account has no password or this is it. Denied for a wrong one, Unavailable with the
    /// seconds to wait in `details` after five wrong ones in a row.
    [[nodiscard]] Expected<void> checkPassword(const Account& account, const QString& password);
    /// Remembers that the account signed in now.
    [[nodiscard]] Expected<void> touch(const UserId& id) const;

private:
    struct Failures {
        int count = 0;
        qint64 blockedUntil = 0;
    };
    [[nodiscard]] Expected<Account> one(const QString& condition, const QString& value) const;
    [[nodiscard]] Expected<QString> freeEmail(const QString& name) const;

    const Database& m_database;
    const Clock& m_clock;
    QHash<QString, Failures> m_failures;
};

} // namespace apex::backend
