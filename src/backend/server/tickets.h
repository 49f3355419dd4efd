// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/token_store.h"

#include <map>
#include <optional>

namespace apex::backend {

/// A pass for one socket in place of the token (protocol.md 2.6).
struct Ticket {
    QByteArray id;
    AccessClaims claims;
    double createdAt = 0; ///< seconds since 1970 UTC
    double expiresAt = 0;
    int ttlSeconds = 0;
    bool singleUse = true;
};

/// Tickets in memory; a restart forgets them, as their life is minutes. One thread only.
class Tickets {
public:
    static constexpr int shortestTtl = 30;
    static constexpr int longestTtl = 3600;
    static constexpr int defaultTtl = 300;

    explicit Tickets(const Clock& clock) : m_clock(clock) {}

    /// `ttlSeconds` lies between shortestTtl and longestTtl.
    [[nodiscard]] Ticket issue(const AccessClaims& claims, int ttlSeconds, bool singleUse);
    /// The ticket if it is valid now; a single-use one is spent by this.
    [[nodiscard]] std::optional<Ticket> redeem(const QByteArray& id);
    /// True if there was such a ticket of this user.
    bool remove(const QByteArray& id, const UserId& owner);

private:
    void removeExpired();
    [[nodiscard]] double now() const;

    const Clock& m_clock;
    std::map<QByteArray, Ticket> m_byHash;
};

} // namespace apex::backend
