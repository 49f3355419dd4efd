// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/json_web_token.h"

namespace apex::auth {

TokenSet TokenSet::clone() const {
    return {.accessToken = accessToken.clone(),
            .refreshToken = refreshToken.clone(),
            .expiresAt = expiresAt,
            .scopes = scopes,
            .receivedAt = receivedAt,
            .serverAhead = serverAhead,
            .idToken = idToken.clone(),
            .identity = identity,
            .issuer = issuer};
}

std::optional<Claims> TokenSet::owner() const {
    auto claims = readClaims(accessToken);
    if (!claims)
        return identity;
    // A pairwise or service-specific subject is somebody else's name for the person: not mixed.
    if (identity && identity->user == claims->user) {
        if (claims->email.isEmpty())
            claims->email = identity->email;
        if (claims->name.isEmpty())
            claims->name = identity->name;
    }
    return std::move(*claims);
}

Expected<Claims> readClaims(const Secret& accessToken) {
    const auto token = parseJsonWebToken(accessToken.reveal());
    if (!token)
        return fail(token.error());
    return readClaimSet(token->payload);
}

} // namespace apex::auth
