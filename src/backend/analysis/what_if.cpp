// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/what_if.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t billion = 1'000'000'000;

/// part / whole in billionths, cut to 0..1,000,000.
std::int64_t billionths(Money part, Money whole) {
    return std::min(ratioInBillionths(part, whole), billion);
}

void affect(Simulation& simulation, const ModelSummary& model, std::int64_t fullPpb) {
    const Simulation::Fraction fraction{fullPpb * simulation.share.lowPercent / 100,
                                        fullPpb * simulation.share.highPercent / 100};
    simulation.fractions[model.name] = fraction;
    simulation.low += model.totals.cost().scaled(fraction.lowPpb, billion);
    simulation.high += model.totals.cost().scaled(fraction.highPpb, billion);
}

const ModelSummary* modelOf(const MeasuredUsage& usage, const std::string& name) {
    for (const ModelSummary& model : usage.summary.models) {
        if (model.name == name)
            return &model;
    }
    return nullptr;
}

std::optional<Simulation> ifWorthwhile(Simulation simulation) {
    return simulation.high > Money() ? std::optional(std::move(simulation)) : std::nullopt;
}

} // namespace

std::int64_t ratioInBillionths(Money part, Money whole) {
    if (whole.units() <= 0 || part.units() <= 0)
        return 0;
    Int128 p = part.units();
    Int128 w = whole.units();
    while (w > powerOfTen(28) || p > powerOfTen(28)) {
        p /= 10;
        w /= 10;
    }
    return w <= 0 ? 0 : static_cast<std::int64_t>(p * billion / w);
}

Money priceOf(const ModelPrice& price, const TokenSums& tokens) {
    TokenCounts counts;
    counts.input = tokens.input;
    counts.cacheRead = tokens.cacheRead;
    counts.cacheWrite5m = tokens.cacheWrite5m;
    counts.cacheWrite1h = tokens.cacheWrite1h;
    counts.output = tokens.output;
    counts.oneCall = false; // a sum says nothing about the length of one prompt
    return price.costOf(counts).value_or(Money());
}

Repricing reprice(const MeasuredUsage& usage, const std::string& name, const ModelPrice& replacement) {
    Repricing result;
    const ModelSummary* model = modelOf(usage, name);
    if (!model)
        return result;
    result.calls = model->totals.calls;
    result.recorded = model->totals.cost();
    result.nowKnown = model->listCalls > 0;
    result.now = model->listCost;
    const auto tokens = usage.tokens.find(name);
    if (tokens != usage.tokens.end())
        result.then = priceOf(replacement, tokens->second);
    return result;
}

std::optional<Simulation> whatIfModel(const MeasuredUsage& usage, const std::string& name,
                                      const ModelPrice& replacement, AssumedShare share) {
    const ModelSummary* model = modelOf(usage, name);
    const Repricing prices = reprice(usage, name, replacement);
    if (!model || !prices.nowKnown)
        return std::nullopt;
    Simulation simulation;
    simulation.kind = SimulationKind::ModelSwap;
    simulation.model = name;
    simulation.replacement = replacement.model;
    simulation.sampleCalls = model->totals.calls;
    simulation.base = model->totals.cost();
    simulation.share = share;
    affect(simulation, *model, billionths(prices.now - prices.then, prices.now));
    return ifWorthwhile(std::move(simulation));
}

Expected<Table> repeatablePrompts(RowsQuery& query) {
    return query.run(uR"(WITH ordered AS (
  SELECT model, time_us, prompt_tokens, input_tokens, cache_read_tokens,
    lag(prompt_tokens) OVER w AS prompt_before, lag(time_us) OVER w AS time_before
  FROM $rows
  WHERE session IS NOT NULL AND calls = 1 AND prompt_tokens IS NOT NULL AND time_us IS NOT NULL
  WINDOW w AS (PARTITION BY session, model, is_sidechain ORDER BY time_us, row_id)),
near AS (SELECT model, max(0, min(input_tokens, min(prompt_before, prompt_tokens) - cache_read_tokens)) AS repeatable
  FROM ordered WHERE time_us - time_before <= 300000000)
SELECT model, count(*) AS calls, sum(repeatable) AS repeatable_tokens, sum(repeatable > 0) AS repeatable_calls
FROM near GROUP BY model ORDER BY repeatable_tokens DESC, model)"_s);
}

std::optional<Simulation> whatIfPromptCache(const MeasuredUsage& usage, const Table& repeatable) {
    Simulation simulation;
    simulation.kind = SimulationKind::PromptCache;
    simulation.share = {50, 100};
    for (std::size_t row = 0; row < repeatable.size(); ++row) {
        const ModelSummary* model = modelOf(usage, repeatable.text(row, u"model"_s).toStdString());
        if (!model || !model->price || !model->price->cachedInput || model->listCost.isZero())
            continue;
        const std::int64_t tokens = repeatable.number(row, u"repeatable_tokens"_s);
        const Money saved = (model->price->input - *model->price->cachedInput) * tokens;
        simulation.sampleCalls += static_cast<std::uint64_t>(repeatable.number(row, u"repeatable_calls"_s));
        simulation.base += model->price->input * tokens;
        affect(simulation, *model, billionths(saved, model->listCost));
    }
    return ifWorthwhile(std::move(simulation));
}

std::optional<Simulation> whatIfBatch(const MeasuredUsage& usage) {
    Simulation simulation;
    simulation.kind = SimulationKind::Batch;
    simulation.share = {25, 50};
    for (const ModelSummary& model : usage.summary.models) {
        const auto tokens = usage.tokens.find(model.name);
        if (!model.price || !model.price->batchInput || !model.price->batchOutput ||
            tokens == usage.tokens.end() || model.listCost.isZero())
            continue;
        const TokenSums& sums = tokens->second;
        const Money then =
            *model.price->batchInput * (sums.input + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h) +
            *model.price->batchOutput * sums.output;
        simulation.sampleCalls += model.totals.calls;
        simulation.base += model.totals.cost();
        affect(simulation, model, billionths(model.listCost - then, model.listCost));
    }
    return ifWorthwhile(std::move(simulation));
}

} // namespace apex::backend
