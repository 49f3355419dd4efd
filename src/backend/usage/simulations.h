// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_summary.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace apex::backend {

enum class SimulationKind { FailedCalls, Cache, PromptCache, ModelSwap, Batch, PromptTrim };

/// Shares between which a change is assumed to work, in percent; a person can argue about them, so they are
/// printed.
struct AssumedShare {
    int lowPercent = 0;
    int highPercent = 0;
};

/// What one change would save on the calls read, between two stated assumptions. Estimates, not measurements.
struct Simulation {
    SimulationKind kind = SimulationKind::Cache;
    std::string model;             ///< the model it concerns; empty: all
    std::string replacement;       ///< ModelSwap only
    std::uint64_t sampleCalls = 0; ///< calls the change concerns
    Money base;                    ///< their cost in the period read
    AssumedShare share;
    Money low;
    Money high;
    /// Part of each model's cost that goes away, in billionths, at either end; by model name.
    struct Fraction {
        std::int64_t lowPpb = 0;
        std::int64_t highPpb = 0;
    };
    std::map<std::string, Fraction> fractions;
};

/// All changes applied one after the other, each to the cost the ones before leave over.
struct CombinedSaving {
    Money current;
    Money low;
    Money high;
    std::map<std::string, Money> currentByModel;
    std::map<std::string, Money> projectedByModel; ///< at the low end of the savings
    [[nodiscard]] std::int64_t lowPerMille() const { return perMille(low, current); }
    [[nodiscard]] std::int64_t highPerMille() const { return perMille(high, current); }
};

/// Calls that failed cost money; 50 to 100 % of them avoided.
[[nodiscard]] std::optional<Simulation> simulateFailedCalls(const UsageSummary& usage);
/// Repeated prompts answered from a cache; 50 to 100 % of the repeats hit.
[[nodiscard]] std::optional<Simulation> simulateCache(const UsageSummary& usage);
/// Calls that can wait go to the provider's batch price; 25 to 50 % of the calls of models with a published
/// batch price.
[[nodiscard]] std::optional<Simulation> simulateBatch(const UsageSummary& usage);
/// Prompts made 5 to 15 % shorter.
[[nodiscard]] std::optional<Simulation> simulatePromptTrim(const UsageSummary& usage);
/// Applies the simulations in the order given.
[[nodiscard]] CombinedSaving combineSavings(const UsageSummary& usage,
                                            const std::vector<Simulation>& simulations);

} // namespace apex::backend
