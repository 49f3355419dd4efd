// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/token_store.h"

#include "backend/identity/oauth_rules.h"
#include "base/random.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct TokenStoreWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::TokenStore)
};

tl::unexpected<Error> signInEnded(const QString& details) {
    return fail(ErrorKind::Authentication, TokenStoreWords::tr("The sign-in is no longer valid."),
                TokenStoreWords::tr("Sign in again."), details);
}

Expected<void> withoutValue(const Expected<int>& done) {
    if (!done)
        return fail(done.error());
    return {};
}

} // namespace

TokenStore::TokenStore(const Database& database, const Accounts& accounts, const AccessTokens& accessTokens,
                       const Clock& clock)
    : m_database(database), m_accounts(accounts), m_accessTokens(accessTokens), m_clock(clock) {}

Expected<QString> TokenStore::openGrant(const UserId& account) const {
    const QString grant = QString::fromLatin1(randomToken(16));
    const auto done = m_database.execute(
        u"INSERT INTO grants(id, account, client, created_at) VALUES(?, ?, ?, ?)"_s,
        {grant, account.toString(), QString::fromLatin1(desktopClientId), secondsNow(m_clock)});
    if (!done)
        return fail(done.error());
    if (auto touched = m_accounts.touch(account); !touched)
        return fail(touched.error());
    return grant;
}

Expected<QByteArray> TokenStore::issueCode(const CodeBinding& binding) {
    const auto grant = openGrant(binding.account);
    if (!grant)
        return fail(grant.error());
    QByteArray code = randomToken(32);
    const auto done = m_database.execute(
        u"INSERT INTO codes(hash, grant_id, redirect_uri, challenge, scope, expires_at) VALUES(?, ?, ?, ?, ?, ?)"_s,
        {secretHash(code), *grant, binding.redirectUri, binding.challenge, binding.scope,
         secondsNow(m_clock) + static_cast<qint64>(codeLife.count())});
    if (!done)
        return fail(done.error());
    return code;
}

Expected<TokenPair> TokenStore::redeemCode(const QByteArray& code, const QString& redirectUri,
                                           const QByteArray& verifier) {
    const QByteArray hash = secretHash(code);
    const auto rows = m_database.rows(u"SELECT grant_id, redirect_uri, challenge, scope, expires_at, used_at "
                                      "FROM codes WHERE hash = ?"_s,
                                      {hash});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return signInEnded(u"unknown code"_s);
    const auto& row = rows->front();
    const QString grant = row.at(0).toString();
    if (!row.at(5).isNull()) {
        if (auto ended = endGrant(grant); !ended)
            return fail(ended.error());
        return signInEnded(u"code used twice"_s);
    }
    if (row.at(4).toLongLong() <= secondsNow(m_clock))
        return signInEnded(u"code expired"_s);
    if (row.at(1).toString() != redirectUri)
        return signInEnded(u"redirect_uri differs"_s);
    if (!verifierMatches(verifier, row.at(2).toString()))
        return signInEnded(u"code_verifier differs"_s);
    return spendAndIssue(u"codes"_s, hash, grant, row.at(3).toString());
}

Expected<TokenPair> TokenStore::signIn(const UserId& account) {
    const auto grant = openGrant(account);
    if (!grant)
        return fail(grant.error());
    return issuePair(*grant, {});
}

Expected<TokenPair> TokenStore::refresh(const QByteArray& refreshToken) {
    const QByteArray hash = secretHash(refreshToken);
    const auto rows = m_database.rows(
        u"SELECT grant_id, scope, expires_at, used_at FROM refresh_tokens WHERE hash = ?"_s, {hash});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return signInEnded(u"unknown refresh token"_s);
    const auto& row = rows->front();
    const QString grant = row.at(0).toString();
    if (!row.at(3).isNull()) {
        if (auto ended = endGrant(grant); !ended)
            return fail(ended.error());
        return signInEnded(u"refresh token used twice"_s);
    }
    if (row.at(2).toLongLong() <= secondsNow(m_clock))
        return signInEnded(u"refresh token expired"_s);
    return spendAndIssue(u"refresh_tokens"_s, hash, grant, row.at(1).toString());
}

Expected<TokenPair> TokenStore::spendAndIssue(const QString& table, const QByteArray& hash,
                                              const QString& grant, const QString& scope) {
    const auto live = isLive(grant);
    if (!live)
        return fail(live.error());
    if (!*live)
        return signInEnded(u"grant ended"_s);
    TokenPair pair;
    const auto done = m_database.inTransaction([&]() -> Expected<void> {
        const auto spent =
            m_database.execute(u"UPDATE %1 SET used_at = ? WHERE hash = ? AND used_at IS NULL"_s.arg(table),
                               {secondsNow(m_clock), hash});
        if (!spent)
            return fail(spent.error());
        if (*spent != 1)
            return signInEnded(u"spent meanwhile"_s);
        auto issued = issuePair(grant, scope);
        if (!issued)
            return fail(issued.error());
        pair = std::move(*issued);
        return {};
    });
    if (!done)
        return fail(done.error());
    return pair;
}

Expected<TokenPair> TokenStore::issuePair(const QString& grant, const QString& scope) {
    const auto owner = m_database.rows(u"SELECT account FROM grants WHERE id = ?"_s, {grant});
    if (!owner)
        return fail(owner.error());
    if (owner->empty())
        return signInEnded(u"unknown grant"_s);
    const auto account = m_accounts.byId(UserId(owner->front().at(0).toString()));
    if (!account)
        return fail(account.error());
    // The person at this computer owns every account here, so each may look at frames and prompts.
    AccessClaims subject;
    subject.user = account->id;
    subject.email = account->email;
    subject.name = account->name;
    subject.permissions = {u"read"_s, u"write"_s, u"support"_s};
    subject.grant = grant;
    TokenPair pair{m_accessTokens.issue(subject), randomToken(32), m_accessTokens.life(), scope, account->id};
    const auto stored = m_database.execute(
        u"INSERT INTO refresh_tokens(hash, grant_id, scope, expires_at) VALUES(?, ?, ?, ?)"_s,
        {secretHash(pair.refreshToken), grant, scope,
         secondsNow(m_clock) + static_cast<qint64>(refreshLife.count())});
    if (!stored)
        return fail(stored.error());
    return pair;
}

Expected<void> TokenStore::revoke(const QByteArray& token) {
    const auto rows =
        m_database.rows(u"SELECT grant_id FROM refresh_tokens WHERE hash = ?"_s, {secretHash(token)});
    if (!rows)
        return fail(rows.error());
    if (!rows->empty())
        return endGrant(rows->front().at(0).toString());
    const auto claims = m_accessTokens.verify(token);
    return claims ? endGrant(claims->grant) : Expected<void>();
}

Expected<void> TokenStore::endGrant(const QString& grant) {
    const auto done =
        m_database.execute(u"UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"_s,
                           {secondsNow(m_clock), grant});
    if (done && *done > 0 && m_grantEnded)
        m_grantEnded(grant);
    return withoutValue(done);
}

Expected<bool> TokenStore::isLive(const QString& grant) const {
    const auto rows = m_database.rows(u"SELECT 1 FROM grants WHERE id = ? AND revoked_at IS NULL"_s, {grant});
    if (!rows)
        return fail(rows.error());
    return !rows->empty();
}

Expected<AccessClaims> TokenStore::verifyAccess(const QByteArray& accessToken) const {
    auto claims = m_accessTokens.verify(accessToken);
    if (!claims)
        return claims;
    const auto live = isLive(claims->grant);
    if (!live)
        return fail(live.error());
    if (!*live)
        return signInEnded(u"grant ended"_s);
    return claims;
}

Expected<void> TokenStore::removeExpired() const {
    // A spent token is remembered as long as it could still be replayed.
    const qint64 now = secondsNow(m_clock);
    const qint64 oldestGrant = now - static_cast<qint64>(refreshLife.count()) * 2;
    if (auto done = m_database.execute(u"DELETE FROM refresh_tokens WHERE expires_at < ?"_s, {now}); !done)
        return fail(done.error());
    if (auto done = m_database.execute(u"DELETE FROM codes WHERE expires_at < ?"_s,
                                       {now - static_cast<qint64>(refreshLife.count())});
        !done)
        return fail(done.error());
    return withoutValue(
        m_database.execute(u"DELETE FROM grants WHERE created_at < ? AND NOT EXISTS(SELECT 1 FROM "
                           u"refresh_tokens r WHERE r.grant_id = "
                           "grants.id) AND NOT EXISTS(SELECT 1 FROM codes c WHERE c.grant_id = grants.id)"_s,
                           {oldestGrant}));
}

} // namespace apex::backend
