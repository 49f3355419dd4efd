// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/money.h"
#include "backend/usage/price_book.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace apex::backend {

/// Percentiles by nearest rank, in hundredths of a millisecond.
struct LatencyPercentiles {
    std::uint64_t count = 0;
    std::uint32_t p50 = 0;
    std::uint32_t p90 = 0;
    std::uint32_t p95 = 0;
    std::uint32_t p99 = 0;
    bool exact = true; ///< false: so many values that each figure may be up to 0.1 % too low
};

/// Exact sums over a set of calls.
struct CallTotals {
    std::uint64_t calls = 0;
    std::uint64_t statusKnown = 0; ///< calls whose outcome is recorded; the base of every error rate
    std::uint64_t errors = 0;      ///< without timeouts
    std::uint64_t timeouts = 0;
    std::int64_t tokensIn = 0;
    std::int64_t tokensOut = 0;
    std::int64_t tokensCached = 0;  ///< part of tokensIn
    std::int64_t tokensUnsplit = 0; ///< totals recorded without prompt/completion split
    std::uint64_t recordedCalls = 0;
    std::uint64_t repricedCalls = 0; ///< without recorded cost, priced by the price file
    std::uint64_t unknownCalls = 0;  ///< neither recorded nor priced
    Money recordedCost;
    Money repricedCost;
    Money failedCost; ///< part of cost() spent on errors and timeouts

    /// Recorded cost plus list-price cost of calls without one; unknown ones are not in it.
    [[nodiscard]] Money cost() const { return recordedCost + repricedCost; }
    [[nodiscard]] std::uint64_t failed() const { return errors + timeouts; }
};

/// Calls with one value of a column.
struct GroupSummary {
    std::string name; ///< empty: the column was empty
    CallTotals totals;
};

/// Calls of one model.
struct ModelSummary {
    std::string name;     ///< as recorded; empty: no model recorded
    std::string provider; ///< as recorded in the first row, may be empty
    CallTotals totals;
    LatencyPercentiles latency;
    std::optional<ModelPrice> price; ///< none: the price file does not know the model
    Money listCost;                  ///< all its calls at list price, where priced
    std::uint64_t listCalls = 0;     ///< calls in listCost
    Money listInputCost;             ///< part of listCost for prompt tokens
};

/// Calls of one UTC day.
struct DaySummary {
    std::int32_t day = 0; ///< days since 1970-01-01
    CallTotals totals;
};

/// How often a prompt came again (by prompt hash).
struct RepeatSummary {
    std::uint64_t callsWithHash = 0;
    std::uint64_t distinct = 0;
    std::uint64_t repeats = 0;
    std::uint32_t mostCalls = 0;
    Money repeatCost;
};

/// Everything one pass over the usage files gives.
struct UsageSummary {
    CallTotals totals;
    std::vector<ModelSummary> models;   ///< dearest first
    std::vector<DaySummary> days;       ///< oldest first
    std::array<CallTotals, 24> hours;   ///< by UTC hour of day
    std::vector<GroupSummary> services; ///< dearest first; empty if the column is absent
    std::vector<GroupSummary> apps;
    std::vector<GroupSummary> users;
    bool groupsMerged = false; ///< a column has more values than are told apart; the rest is in "(other)"
    LatencyPercentiles latency;
    RepeatSummary repeats;
    std::int64_t firstUs = 0; ///< first and last instant, if anything has a timestamp
    std::int64_t lastUs = 0;
    bool dated = false;           ///< at least one row has a timestamp
    std::uint64_t summedRows = 0; ///< rows that stand for several calls; their latency is not used
    std::uint64_t callsWithoutTimestamp = 0;
    bool hoursKnown = true; ///< false: rows stand for whole days, so hours and minutes mean nothing
    std::uint64_t callsWithoutPromptTokens = 0;
    std::uint64_t callsWithoutCompletionTokens = 0;

    [[nodiscard]] bool hasPeriod() const { return dated; }
};

} // namespace apex::backend
