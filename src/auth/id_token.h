// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/json_web_token.h"

#include <QJsonArray>

namespace apex::auth {

/// What an ID token has to say to be ours.
struct IdTokenExpectation {
    QString issuer;
    QString clientId;
    QByteArray nonce;   ///< as sent in the request; empty: none was sent
    WallTime serverNow; ///< by the server's clock as far as known
};

/// How far the provider's clock and ours may be apart when times are judged.
constexpr auto clockTolerance = std::chrono::minutes(5);

/// Whose key made the signature.
enum class SignatureVerdict {
    Good,
    Bad,        ///< a key that should fit does not confirm it
    UnknownKey, ///< none of the keys is named or fits: the provider may have changed them
};

/// Refuses headers that must not be followed: unsigned tokens, shared-secret signatures, critical extensions
/// nobody here knows (RFC 7515 4.1.11, RFC 8725 3.1). Keys named or carried in a header are never used. Pure.
[[nodiscard]] Expected<void> checkIdTokenHeader(const JsonWebToken& token);

/// Checks the signature against a provider's public keys (the `keys` of RFC 7517 5). Pure.
[[nodiscard]] SignatureVerdict judgeSignature(const QJsonArray& keys, const JsonWebToken& token);

/// Checks what a signed ID token says (OpenID Connect Core 3.1.3.7, and 3.1.3.8 if it carries at_hash): iss,
/// aud, azp, exp, iat, nbf, nonce. The error says which check failed and never holds a value of the token.
/// Pure.
[[nodiscard]] Expected<Claims>
checkIdTokenClaims(const JsonWebToken& token, const IdTokenExpectation& expected, const Secret& accessToken);

/// The error of a failed check; `check` names it for support ("signature", "aud").
[[nodiscard]] Error idTokenError(const QString& check, const QString& why);

} // namespace apex::auth
