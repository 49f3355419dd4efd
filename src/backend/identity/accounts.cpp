// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/accounts.h"

#include "backend/identity/jwt.h"
#include "base/random.h"
#include "base/secret.h"

#include <QCoreApplication>
#include <QPasswordDigestor>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr int passwordRounds = 120'000;
constexpr quint64 passwordHashBytes = 32;
constexpr int freeTries = 5;
constexpr qint64 firstBlockSeconds = 30;
constexpr qint64 longestBlockSeconds = 900;
constexpr qsizetype longestName = 80;
constexpr qsizetype longestPassword = 1024;

struct AccountsWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::Accounts)
};

QByteArray digest(const QString& password, const QByteArray& salt, int rounds) {
    return QPasswordDigestor::deriveKeyPbkdf2(QCryptographicHash::Sha256, password.toUtf8(), salt, rounds,
                                              passwordHashBytes);
}

const QString columns = u"SELECT id, name, email, password_hash IS NOT NULL, created_at, "
                        "coalesce(last_login_at, 0) FROM accounts "_s;

Account readAccount(const Database::Row& row) {
    return {UserId(row.at(0).toString()), row.at(1).toString(),   row.at(2).toString(),
            row.at(3).toBool(),           row.at(4).toLongLong(), row.at(5).toLongLong()};
}

QString emailStem(const QString& name) {
    QString stem;
    for (const QChar c : name.toLower()) {
        if ((c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9'))
            stem.append(c);
        else if (!stem.isEmpty() && !stem.endsWith(u'.'))
            stem.append(u'.');
    }
    while (stem.endsWith(u'.'))
        stem.chop(1);
    return stem.isEmpty() ? u"user"_s : stem;
}

} // namespace

Expected<std::vector<Account>> Accounts::all() const {
    const auto rows =
        m_database.rows(columns + u"ORDER BY coalesce(last_login_at, 0) DESC, created_at, name"_s);
    if (!rows)
        return fail(rows.error());
    std::vector<Account> accounts;
    for (const auto& row : *rows)
        accounts.push_back(readAccount(row));
    return accounts;
}

Expected<Account> Accounts::one(const QString& condition, const QString& value) const {
    const auto rows = m_database.rows(columns + condition, {value});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorKind::NotFound, AccountsWords::tr("There is no such account on this computer."));
    return readAccount(rows->front());
}

Expected<Account> Accounts::byId(const UserId& id) const {
    return one(u"WHERE id = ?"_s, id.toString());
}

Expected<Account> Accounts::byEmail(const QString& email) const {
    return one(u"WHERE email = ?"_s, email.toLower());
}

Expected<QString> Accounts::freeEmail(const QString& name) const {
    const QString stem = emailStem(name);
    for (int suffix = 1;; ++suffix) {
        const QString email = stem + (suffix == 1 ? QString() : QString::number(suffix)) + u"@localhost"_s;
        const auto taken = m_database.rows(u"SELECT 1 FROM accounts WHERE email = ?"_s, {email});
        if (!taken)
            return fail(taken.error());
        if (taken->empty())
            return email;
    }
}

Expected<Account> Accounts::create(const QString& name, const QString& password) const {
    const QString trimmed = name.simplified();
    if (trimmed.isEmpty() || trimmed.size() > longestName)
        return fail(ErrorKind::InvalidInput, AccountsWords::tr("Enter a name of 1 to 80 characters."));
    if (password.size() > longestPassword)
        return fail(ErrorKind::InvalidInput, AccountsWords::tr("The password is too long."));
    const auto email = freeEmail(trimmed);
    if (!email)
        return fail(email.error());
    Account account{UserId(u"user_"_s + QString::fromLatin1(randomBytes(8).toHex())),
                    trimmed,
                    *email,
                    !password.isEmpty(),
                    secondsNow(m_clock),
                    0};
    const QByteArray salt = randomBytes(16);
    const QVariant hash = account.hasPassword ? QVariant(digest(password, salt, passwordRounds)) : QVariant();
    const auto stored = m_database.execute(
        u"INSERT INTO accounts(id, name, email, password_hash, password_salt, password_rounds, "
        "created_at) VALUES(?, ?, ?, ?, ?, ?, ?)"_s,
        {account.id.toString(), account.name, account.email, hash, salt, passwordRounds, account.createdAt});
    if (!stored)
        return fail(stored.error());
    return account;
}

Expected<void> Accounts::checkPassword(const Account& account, const QString& password) {
    if (!account.hasPassword)
        return {};
    Failures& failures = m_failures[account.id.toString()];
    const qint64 now = secondsNow(m_clock);
    if (failures.blockedUntil > now)
        return fail(ErrorKind::Unavailable, AccountsWords::tr("Too many wrong passwords for this account."),
                    AccountsWords::tr("Wait %1 seconds, then try again.").arg(failures.blockedUntil - now),
                    QString::number(failures.blockedUntil - now));
    const auto rows = m_database.rows(u"SELECT password_hash, password_salt, password_rounds FROM accounts "
                                      "WHERE id = ?"_s,
                                      {account.id.toString()});
    if (!rows)
        return fail(rows.error());
    if (!rows->empty() && password.size() <= longestPassword) {
        const auto& row = rows->front();
        if (constantTimeEquals(digest(password, row.at(1).toByteArray(), row.at(2).toInt()),
                               row.at(0).toByteArray())) {
            m_failures.remove(account.id.toString());
            return {};
        }
    }
    if (++failures.count >= freeTries)
        failures.blockedUntil =
            now + std::min(longestBlockSeconds, firstBlockSeconds << std::min(failures.count - freeTries, 5));
    return fail(ErrorKind::Denied, AccountsWords::tr("That is not the password of this account."),
                AccountsWords::tr("Try again."));
}

Expected<void> Accounts::touch(const UserId& id) const {
    const auto done = m_database.execute(u"UPDATE accounts SET last_login_at = ? WHERE id = ?"_s,
                                         {secondsNow(m_clock), id.toString()});
    if (!done)
        return fail(done.error());
    return {};
}

} // namespace apex::backend
