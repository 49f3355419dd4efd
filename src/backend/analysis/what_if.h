// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/usage_measure.h"
#include "backend/usage/simulations.h"

namespace apex::backend {

/// part / whole in billionths, cut; 0 if either is not positive.
[[nodiscard]] std::int64_t ratioInBillionths(Money part, Money whole);

/// Price of tokens at a model's list price; the dearer price of long prompts is left out, as sums do not tell
/// them.
[[nodiscard]] Money priceOf(const ModelPrice& price, const TokenSums& tokens);

/// The recorded tokens of a model at another model's list price, for a share of its calls. Nothing if the
/// model has no price of its own or the other one would not be cheaper for this mix of tokens.
[[nodiscard]] std::optional<Simulation> whatIfModel(const MeasuredUsage& usage, const std::string& model,
                                                    const ModelPrice& replacement, AssumedShare share);
/// The same, also when it would be dearer: low and high may be negative.
struct Repricing {
    std::uint64_t calls = 0;
    Money recorded; ///< what the calls cost, recorded or at list price
    Money now;      ///< their tokens at the model's list price; zero if it has none
    Money then;     ///< their tokens at the replacement's list price
    bool nowKnown = false;
};
[[nodiscard]] Repricing reprice(const MeasuredUsage& usage, const std::string& model,
                                const ModelPrice& replacement);

/// Prompt tokens that stood at the start of the call before, in the same session within five minutes, and
/// were still paid in full: what a prompt cache could have read. Columns: model, calls, repeatable_tokens,
/// repeatable_calls.
[[nodiscard]] Expected<Table> repeatablePrompts(RowsQuery& query);
/// Those tokens at the cached price for 50 to 100 % of them. Nothing if no model has a price for cached
/// input.
[[nodiscard]] std::optional<Simulation> whatIfPromptCache(const MeasuredUsage& usage,
                                                          const Table& repeatable);
/// Calls at the batch price of their model; 25 to 50 % of the calls. All calls are taken as not yet billed as
/// batch.
[[nodiscard]] std::optional<Simulation> whatIfBatch(const MeasuredUsage& usage);

} // namespace apex::backend
