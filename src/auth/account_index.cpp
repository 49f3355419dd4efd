// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/account_index.h"

#include "base/whole_file.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>

namespace apex::auth {

namespace {

const QString schema = QStringLiteral("apex/accounts/1");
constexpr int lockWaitMs = 2000;

struct AccountIndexWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::AccountIndex)
};

tl::unexpected<Error> unusable(const QString& file, const QString& sentence, const QString& why) {
    Error error = makeError(ErrorKind::Storage, sentence,
                            AccountIndexWords::tr("Move the file %1 away and sign in again.").arg(file), why);
    error.kept = AccountIndexWords::tr("Stored sign-ins are not touched.");
    return fail(std::move(error));
}

tl::unexpected<Error> unwritable(const QString& file, const QString& why) {
    Error error =
        makeError(ErrorKind::Storage, AccountIndexWords::tr("The list of accounts cannot be written."),
                  AccountIndexWords::tr("Check the folder of %1 and the free space.").arg(file), why);
    error.kept = AccountIndexWords::tr("Stored sign-ins are not touched; the list stays as it was.");
    return fail(std::move(error));
}

QByteArray encoded(const std::vector<Account>& accounts) {
    QJsonArray items;
    for (const Account& account : accounts) {
        items.append(QJsonObject{{QStringLiteral("environment"), account.environment.toString()},
                                 {QStringLiteral("user"), account.user.toString()},
                                 {QStringLiteral("display_name"), account.displayName}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("schema"), schema}, {QStringLiteral("accounts"), items}})
        .toJson();
}

} // namespace

AccountIndex::AccountIndex(const QString& configFolder)
    : m_file(configFolder + QStringLiteral("/accounts.json")) {}

Expected<std::vector<Account>> AccountIndex::accounts() const {
    QFile file(m_file);
    if (!file.exists())
        return std::vector<Account>();
    if (!file.open(QIODevice::ReadOnly))
        return unusable(m_file, AccountIndexWords::tr("The list of accounts cannot be read."),
                        file.errorString());
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    if (object.value(u"schema").toString() != schema)
        return unusable(m_file, AccountIndexWords::tr("The list of accounts cannot be understood."),
                        QStringLiteral("schema"));
    std::vector<Account> accounts;
    const QJsonArray items = object.value(u"accounts").toArray();
    for (const QJsonValue& item : items) {
        Account account{.environment = EnvironmentId(item[u"environment"].toString()),
                        .user = UserId(item[u"user"].toString()),
                        .displayName = item[u"display_name"].toString()};
        if (account.environment.isEmpty())
            return unusable(m_file, AccountIndexWords::tr("The list of accounts cannot be understood."),
                            QStringLiteral("accounts"));
        accounts.push_back(std::move(account));
    }
    return accounts;
}

Expected<std::vector<Account>> AccountIndex::accountsOf(const EnvironmentId& environment) const {
    auto all = accounts();
    if (all)
        std::erase_if(*all, [&](const Account& account) { return account.environment != environment; });
    return all;
}

Expected<void> AccountIndex::add(const Account& account) {
    return change([&account](std::vector<Account>& all) {
        std::erase_if(all, [&](const Account& known) {
            return known.environment == account.environment && known.user == account.user;
        });
        all.insert(all.begin(), account);
    });
}

Expected<void> AccountIndex::remove(const EnvironmentId& environment, const UserId& user) {
    return change([&](std::vector<Account>& all) {
        std::erase_if(all, [&](const Account& known) {
            return known.environment == environment && known.user == user;
        });
    });
}

Expected<void> AccountIndex::change(const std::function<void(std::vector<Account>&)>& edit) {
    QLockFile lock(m_file + QStringLiteral(".lock"));
    if (!lock.tryLock(lockWaitMs))
        return unusable(m_file, AccountIndexWords::tr("The list of accounts is held by another program."),
                        QStringLiteral("lock"));
    auto all = accounts();
    if (!all)
        return fail(all.error());
    edit(*all);
    QSaveFile file(m_file);
    const QByteArray bytes = encoded(*all);
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(bytes) != bytes.size() || !commitWhole(file))
        return unwritable(m_file, file.errorString());
    return {};
}

} // namespace apex::auth
