// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/accounts.h"
#include "backend/identity/jwt.h"
#include "backend/storage/database.h"

#include <functional>

namespace apex::backend {

/// What a token request gets (RFC 6749 5.1).
struct TokenPair {
    QByteArray accessToken;
    QByteArray refreshToken;
    std::chrono::seconds accessLife{};
    QString scope;
    UserId user;
};

/// What an authorization code was given for.
struct CodeBinding {
    UserId account;
    QString redirectUri;
    QString challenge;
    QString scope;
};

/// Sign-ins ("grants"), their single-use codes, rotating refresh tokens and revocations. Thread of the
/// database only.
///
/// Codes and refresh tokens are kept as SHA-256 hashes. Using either twice ends the whole grant (RFC
/// 6749 4.1.2, RFC 9700 4.14): there is no grace period. Every refusal is an Authentication error; Storage
/// errors stay Storage.
class TokenStore {
public:
    static constexpr std::chrono::seconds codeLife{60};
    static constexpr std::chrono::seconds refreshLife{std::chrono::hours(24 * 14)};

    TokenStore(const Database& database, const Accounts& accounts, const AccessTokens& accessTokens,
               const Clock& clock);

    /// Is told the id of each grant that ends, so that its open sockets can be closed.
    void setGrantEnded(std::function<void(const QString& grant)> callback) {
        m_grantEnded = std::move(callback);
    }

    /// Opens a grant for the account and returns a single-use code for it, valid for codeLife.
    [[nodiscard]] Expected<QByteArray> issueCode(const CodeBinding& binding);
    /// Exchanges a code for tokens; redirect URI and verifier must be those of the code.
    [[nodiscard]] Expected<TokenPair> redeemCode(const QByteArray& code, const QString& redirectUri,
                                                 const QByteArray& verifier);
    /// Opens a grant and its tokens at once, for a sign-in by password.
    [[nodiscard]] Expected<TokenPair> signIn(const UserId& account);
    /// Exchanges a refresh token for a new pair; the old one is spent.
    [[nodiscard]] Expected<TokenPair> refresh(const QByteArray& refreshToken);
    /// Ends the grant of a refresh or access token; an unknown token is not an error (RFC 7009 2.2).
    [[nodiscard]] Expected<void> revoke(const QByteArray& token);
    /// Ends a grant and with it all of its tokens.
    [[nodiscard]] Expected<void> endGrant(const QString& grant);
    /// Checks signature, life, grant and account of an access token.
    [[nodiscard]] Expected<AccessClaims> verifyAccess(const QByteArray& accessToken) const;
    /// True as long as the grant has not been ended.
    [[nodiscard]] Expected<bool> isLive(const QString& grant) const;
    /// Forgets codes and refresh tokens that expired long ago.
    [[nodiscard]] Expected<void> removeExpired() const;

private:
    [[nodiscard]] Expected<QString> openGrant(const UserId& account) const;
    [[nodiscard]] Expected<TokenPair> issuePair(const QString& grant, const QString& scope);
    [[nodiscard]] Expected<TokenPair> spendAndIssue(const QString& table, const QByteArray& hash,
                                                    const QString& grant, const QString& scope);

    const Database& m_database;
    const Accounts& m_accounts;
    const AccessTokens& m_accessTokens;
    const Clock& m_clock;
    std::function<void(const QString&)> m_grantEnded;
};

} // namespace apex::backend
