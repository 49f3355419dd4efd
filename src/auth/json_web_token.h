// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"

#include <QByteArray>
#include <QJsonObject>

namespace apex::auth {

/// A signed token taken apart (RFC 7515 3.1); nothing in it has been checked.
struct JsonWebToken {
    QJsonObject header;
    QJsonObject payload;
    QByteArray signedBytes; ///< what the signature covers
    QByteArray signature;
};

/// Longer tokens are refused unread.
constexpr qsizetype maxTokenBytes = 64 * 1024;

/// Takes a compact JWS apart: exactly three base64url parts, JSON objects in the first two. The error's
/// details say what was wrong and never hold a part of the token. Pure.
[[nodiscard]] Expected<JsonWebToken> parseJsonWebToken(const QByteArray& compact);

/// The claims this program uses (RFC 7519 4.1, OpenID Connect Core 5.1); texts for people are freed of
/// control characters. An error without a `sub`.
[[nodiscard]] Expected<Claims> readClaimSet(const QJsonObject& payload);

/// A NumericDate (RFC 7519 2): seconds since 1970, possibly with a fraction; nullopt for anything else.
[[nodiscard]] std::optional<WallTime> numericDate(const QJsonValue& value);

} // namespace apex::auth
