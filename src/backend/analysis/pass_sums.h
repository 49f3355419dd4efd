// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_store.h"
#include "backend/usage/usage_summary.h"
#include "backend/usage/value_counts.h"

#include <array>
#include <set>

namespace apex::backend {

inline constexpr std::int64_t microsecondsPerDay = 86'400'000'000;

/// Sums of a group of rows as the statements of usage_statements.h give them (totalSums and statusSums
/// there).
struct PlainSums {
    CallTotals totals;
    std::uint64_t rows = 0;
    std::int64_t allTokens = 0; ///< prompt, output and unsplit
    std::int64_t cacheWrites = 0;

    void add(const CallRow& row);
    void merge(const PlainSums& other);
    [[nodiscard]] static QStringList columns();
    [[nodiscard]] QVariantList values() const;
    /// The same sums as statements::sums() names them.
    [[nodiscard]] static QStringList tableColumns();
    [[nodiscard]] QVariantList tableValues() const;
};

/// Sums of all rows: those of PlainSums, times, gaps and latency.
struct WholeSums : PlainSums {
    std::optional<std::int64_t> firstUs;
    std::optional<std::int64_t> lastUs;
    std::optional<std::int64_t> latestInDay;
    std::int64_t undated = 0;
    std::int64_t summedRows = 0;
    std::int64_t wholeDays = 0;
    std::int64_t withoutPrompt = 0;
    std::int64_t withoutOutput = 0;
    std::uint64_t latencies = 0;
    ValueCounts latency;

    void add(const CallRow& row);
    [[nodiscard]] static QStringList columns();
    [[nodiscard]] QVariantList values();
};

/// Sums of a model's rows (`models()` in usage_statements.h, but for name and provider).
struct ModelSums : PlainSums {
    std::set<std::int64_t> providers;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::int64_t input = 0;
    std::int64_t pricedCalls = 0;
    Money priced;
    Money pricedInput;
    std::optional<std::int64_t> firstDay;
    std::optional<std::int64_t> lastDay;
    std::uint64_t latencies = 0;
    std::uint64_t ttfts = 0;
    ValueCounts latency;
    ValueCounts ttft;

    void add(const CallRow& row);
    void merge(const ModelSums& other);
    /// Different latencies held.
    [[nodiscard]] std::size_t held() const { return latency.held() + ttft.held(); }
    [[nodiscard]] static QStringList columns();
    [[nodiscard]] QVariantList values();
};

/// In how many rows each column says something (`filled()` in usage_statements.h).
struct FilledRows {
    std::array<qlonglong, 15> counts{};

    void add(const CallRow& row);
    [[nodiscard]] static QStringList columns();
    [[nodiscard]] QVariantList values() const;
};

/// The cost of a row that is recorded, else priced; nullopt: unknown.
[[nodiscard]] std::optional<Money> costOf(const CallRow& row);

} // namespace apex::backend
