// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/refresh_plan.h"

#include <algorithm>

namespace apex::auth {

using namespace std::chrono;

bool RefreshPlan::isUsable(WallTime now) const {
    return !expiresAt || now < *expiresAt - reserve;
}

bool RefreshPlan::isDue(WallTime now) const {
    return refreshAt && now >= *refreshAt;
}

RefreshPlan planRefresh(const TokenSet& tokens) {
    RefreshPlan plan;
    if (!tokens.expiresAt)
        return plan;
    plan.expiresAt = *tokens.expiresAt - tokens.serverAhead;
    const auto start = tokens.receivedAt.value_or(*plan.expiresAt);
    const microseconds lifetime = std::max(microseconds(0), *plan.expiresAt - start);
    const microseconds margin =
        std::min<microseconds>(std::max<microseconds>(seconds(60), lifetime / 10), lifetime / 2);
    if (lifetime.count() > 0)
        plan.reserve = std::min(plan.reserve, lifetime / 2);
    // An unknown lifetime leaves no half to protect.
    plan.refreshAt = *plan.expiresAt - (lifetime.count() > 0 ? margin : microseconds(seconds(60)));
    return plan;
}

} // namespace apex::auth
