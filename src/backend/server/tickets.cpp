// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/tickets.h"

#include "backend/identity/oauth_rules.h"
#include "base/random.h"

namespace apex::backend {

double Tickets::now() const {
    return static_cast<double>(m_clock.wallNow().time_since_epoch().count()) / 1e6;
}

Ticket Tickets::issue(const AccessClaims& claims, int ttlSeconds, bool singleUse) {
    removeExpired();
    const double created = now();
    Ticket ticket{randomToken(32), claims, created, created + ttlSeconds, ttlSeconds, singleUse};
    // Looked up by hash, so that the time of a lookup says nothing about the ids.
    Ticket kept = ticket;
    kept.id.clear();
    m_byHash.insert_or_assign(secretHash(ticket.id), std::move(kept));
    return ticket;
}

std::optional<Ticket> Tickets::redeem(const QByteArray& id) {
    removeExpired();
    const auto found = m_byHash.find(secretHash(id));
    if (found == m_byHash.end())
        return std::nullopt;
    std::optional<Ticket> ticket = found->second;
    if (ticket->singleUse)
        m_byHash.erase(found);
    return ticket;
}

bool Tickets::remove(const QByteArray& id, const UserId& owner) {
    const auto found = m_byHash.find(secretHash(id));
    if (found == m_byHash.end() || !(found->second.claims.user == owner))
        return false;
    m_byHash.erase(found);
    return true;
}

void Tickets::removeExpired() {
    std::erase_if(m_byHash, [limit = now()](const auto& entry) { return entry.second.expiresAt <= limit; });
}

} // namespace apex::backend
