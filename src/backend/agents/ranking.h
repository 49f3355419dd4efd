// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

#include <optional>

namespace apex::backend {

/// How a question wants groups in order: "top 3 users", "which user made the most calls", "cheapest model".
struct Ranking {
    enum class Measure { Cost, Calls, Tokens, ErrorRate, Latency };
    Measure measure = Measure::Cost;
    bool ascending = false;
    int most = 0;        ///< groups asked for; 0: all
    int percentile = 95; ///< Latency: which of 50, 90, 95 and 99 the order is of
};

/// Reads the order that a request asks for, if any; `text` in lower case.
[[nodiscard]] std::optional<Ranking> readRanking(const QString& text);

/// What a follow-up makes of the order before it: "and the lowest?", "and by errors?"; nothing: it says
/// nothing about an order. `text` in lower case.
[[nodiscard]] std::optional<Ranking> rankingAfter(const Ranking& before, const QString& text);
/// "Lowest", "least" and so on; nothing: the text names no direction.
[[nodiscard]] std::optional<bool> asksForLeast(const QString& text);

/// The rows of a breakdown in the order asked for. Measures that a breakdown has no column for (latency)
/// leave the rows as they are.
[[nodiscard]] Table ranked(const Table& table, const Ranking& ranking);

/// "highest cost", "fewest calls" and so on.
[[nodiscard]] QString rankingName(const Ranking& ranking);

/// What a ranked breakdown says first: which group leads, and how many of how many are shown. `first` is the
/// name of the first row.
[[nodiscard]] QString rankingSentence(const Table& table, const Ranking& ranking, const QString& first);

} // namespace apex::backend
