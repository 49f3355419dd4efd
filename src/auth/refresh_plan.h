// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"

namespace apex::auth {

/// When to renew an access token. Pure; all times by our own clock.
struct RefreshPlan {
    std::optional<WallTime> expiresAt; ///< nullopt: the server did not say
    std::optional<WallTime>
        refreshAt; ///< max(60 s, 10 % of the lifetime) before expiry, but never in its first half

    std::chrono::microseconds reserve =
        std::chrono::seconds(5); ///< left for the way: 5 s, of short lives the half

    /// The token can still be used at `now`.
    [[nodiscard]] bool isUsable(WallTime now) const;
    /// It is time to renew at `now`.
    [[nodiscard]] bool isDue(WallTime now) const;
};

[[nodiscard]] RefreshPlan planRefresh(const TokenSet& tokens);

} // namespace apex::auth
