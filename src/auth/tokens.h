// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"

#include <QStringList>

#include <optional>

namespace apex::auth {

/// Who a token speaks for. Read from an access token: for display and expiry only (the server judges
/// signatures).
struct Claims {
    UserId user; ///< sub
    QString email;
    QString name;
    QString issuer;
    QStringList permissions;
    std::optional<WallTime> issuedAt;
    std::optional<WallTime> expiresAt;
};

/// What a sign-in yields. Move-only; goes to the keychain as one entry.
struct TokenSet {
    Secret accessToken;
    Secret refreshToken;               ///< empty: none was given
    std::optional<WallTime> expiresAt; ///< of the access token, by the server's clock
    QStringList scopes;
    std::optional<WallTime> receivedAt; ///< by our clock
    std::chrono::milliseconds serverAhead{
        0};                         ///< the server's clock minus ours, measured when the tokens came
    Secret idToken;                 ///< as it came and not yet checked; empty once it is, and never stored
    std::optional<Claims> identity; ///< who signed in, from an ID token that passed every check
    QString issuer;                 ///< the environment's, when they were stored; empty: not known

    [[nodiscard]] TokenSet clone() const;
    /// Whose tokens these are: the access token's claims, completed by the checked identity; the identity
    /// alone where the access token is opaque; nullopt if nothing says it.
    [[nodiscard]] std::optional<Claims> owner() const;
};

/// Reads the claims of a JWT without checking its signature (RFC 7519); an opaque token gives an error.
[[nodiscard]] Expected<Claims> readClaims(const Secret& accessToken);

/// One account in one environment, without its secrets.
struct Account {
    EnvironmentId environment;
    UserId user;
    QString displayName; ///< e-mail or name, for people
};

} // namespace apex::auth
