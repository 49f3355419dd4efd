// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"
#include "backend/usage/usage_summary.h"

#include <map>

namespace apex::backend {

/// Tokens by what they are charged as.
struct TokenSums {
    std::int64_t input = 0; ///< neither read from nor written to a cache
    std::int64_t cacheRead = 0;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::int64_t output = 0;
};

/// The whole picture of one scope, every number from a query.
struct MeasuredUsage {
    UsageSummary summary;
    std::map<std::string, TokenSums> tokens; ///< by model
    std::vector<GroupSummary> projects;      ///< dearest first
    std::vector<GroupSummary> sessions;      ///< dearest first, at most 200
    std::int64_t sessionCount = 0;
};

/// Measures everything a report needs. `prices` (may be null) only tells which models have a price.
[[nodiscard]] Expected<MeasuredUsage> measureUsage(RowsQuery& query, const PriceBook* prices);

} // namespace apex::backend
