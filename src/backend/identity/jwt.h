// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"

#include <QStringList>

#include <chrono>

namespace apex::backend {

/// Who a verified access token speaks for. Times are seconds since 1970 UTC.
struct AccessClaims {
    UserId user;
    QString email;
    QString name;
    QStringList permissions;
    QString grant; ///< the sign-in this token belongs to; revoking that ends every token of it
    QString jti;
    qint64 issuedAt = 0;
    qint64 expiresAt = 0;
};

/// Makes and checks access tokens: JWT, HS256 only, claims of protocol.md 2.5 (RFC 7519, RFC 8725).
///
/// Knows nothing of revocation; see TokenStore. Not thread-safe only in so far as the clock is not.
class AccessTokens {
public:
    /// `key` is at least 32 random bytes. `issuer` is the base URL of this server. `life` is at least one
    /// second.
    AccessTokens(Secret key, QString issuer, std::chrono::seconds life, const Clock& clock);

    /// Signs a fresh token; fills jti, issuedAt and expiresAt itself.
    [[nodiscard]] QByteArray issue(const AccessClaims& subject) const;
    /// Accepts only a token of this key, issuer and audience that has not expired; Authentication error
    /// otherwise.
    [[nodiscard]] Expected<AccessClaims> verify(const QByteArray& token) const;
    [[nodiscard]] std::chrono::seconds life() const { return m_life; }

private:
    [[nodiscard]] QByteArray signature(const QByteArray& signedPart) const;
    [[nodiscard]] qint64 nowSeconds() const;

    Secret m_key;
    QString m_issuer;
    std::chrono::seconds m_life;
    const Clock& m_clock;
};

/// Strict base64url without padding; empty result with `ok` false for anything else.
[[nodiscard]] QByteArray fromBase64Url(const QByteArray& text, bool& ok);

/// Whole seconds since 1970 UTC.
[[nodiscard]] qint64 secondsNow(const Clock& clock);

} // namespace apex::backend
