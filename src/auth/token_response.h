// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/http_call.h"
#include "auth/tokens.h"

namespace apex::auth {

/// Which rules an answer with tokens follows.
enum class TokenDialect {
    OAuth,    ///< RFC 6749 5.1 and 5.2; expires_in wins over the token's own exp
    Platform, ///< protocol.md 2.1: expires_in is a constant and wrong, exp counts
};

/// Reads the answer of a token endpoint received at `now`. An error of kind Authentication is final (the
/// server will not take this code, refresh token or password again); every other kind may pass.
[[nodiscard]] Expected<TokenSet> readTokenAnswer(const HttpAnswer& answer, TokenDialect dialect,
                                                 WallTime now);

/// The server's clock minus ours by its Date header; differences below 3 s are latency and count as none.
[[nodiscard]] std::chrono::milliseconds clockDifference(const HttpAnswer& answer, WallTime now);

} // namespace apex::auth
