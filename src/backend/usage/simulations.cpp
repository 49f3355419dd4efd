// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/simulations.h"

#include <algorithm>

namespace apex::backend {

namespace {

constexpr std::int64_t billion = 1'000'000'000;

/// part / whole in billionths, cut to 0..1,000,000.
std::int64_t billionths(Money part, Money whole) {
    if (whole.units() <= 0 || part.units() <= 0)
        return 0;
    Int128 p = part.units();
    Int128 w = whole.units();
    while (w > powerOfTen(28)) {
        p /= 10;
        w /= 10;
    }
    return static_cast<std::int64_t>(std::min<Int128>(p * billion / w, billion));
}

Simulation simulationOf(SimulationKind kind, AssumedShare share) {
    Simulation simulation;
    simulation.kind = kind;
    simulation.share = share;
    return simulation;
}

/// Spreads the change over one model: `fullPpb` of its cost goes away if the change reached every call.
void affect(Simulation& simulation, const ModelSummary& model, std::int64_t fullPpb) {
    const Simulation::Fraction fraction{fullPpb * simulation.share.lowPercent / 100,
                                        fullPpb * simulation.share.highPercent / 100};
    simulation.fractions[model.name] = fraction;
    simulation.low += model.totals.cost().scaled(fraction.lowPpb, billion);
    simulation.high += model.totals.cost().scaled(fraction.highPpb, billion);
}

std::optional<Simulation> ifWorthwhile(Simulation simulation) {
    return simulation.high > Money() ? std::optional(std::move(simulation)) : std::nullopt;
}

} // namespace

std::optional<Simulation> simulateFailedCalls(const UsageSummary& usage) {
    Simulation simulation = simulationOf(SimulationKind::FailedCalls, {50, 100});
    simulation.sampleCalls = usage.totals.failed();
    simulation.base = usage.totals.failedCost;
    for (const ModelSummary& model : usage.models)
        affect(simulation, model, billionths(model.totals.failedCost, model.totals.cost()));
    return ifWorthwhile(std::move(simulation));
}

std::optional<Simulation> simulateCache(const UsageSummary& usage) {
    Simulation simulation = simulationOf(SimulationKind::Cache, {50, 100});
    simulation.sampleCalls = usage.repeats.repeats;
    simulation.base = usage.repeats.repeatCost;
    const std::int64_t share = billionths(usage.repeats.repeatCost, usage.totals.cost());
    for (const ModelSummary& model : usage.models)
        affect(simulation, model, share);
    return ifWorthwhile(std::move(simulation));
}

std::optional<Simulation> simulateBatch(const UsageSummary& usage) {
    Simulation simulation = simulationOf(SimulationKind::Batch, {25, 50});
    for (const ModelSummary& model : usage.models) {
        if (!model.price || !model.price->batchInput || !model.price->batchOutput)
            continue;
        const CallTotals& totals = model.totals;
        const Money now = model.price->costOf(totals.tokensIn, totals.tokensOut, totals.tokensCached);
        const Money then =
            *model.price->batchInput * totals.tokensIn + *model.price->batchOutput * totals.tokensOut;
        simulation.sampleCalls += totals.calls;
        simulation.base += totals.cost();
        affect(simulation, model, billionths(now - then, now));
    }
    return ifWorthwhile(std::move(simulation));
}

std::optional<Simulation> simulatePromptTrim(const UsageSummary& usage) {
    Simulation simulation = simulationOf(SimulationKind::PromptTrim, {5, 15});
    for (const ModelSummary& model : usage.models) {
        if (model.listCalls == 0)
            continue;
        const std::int64_t promptShare = billionths(model.listInputCost, model.listCost);
        simulation.sampleCalls += model.totals.calls;
        simulation.base += model.totals.cost().scaled(promptShare, billion);
        affect(simulation, model, promptShare);
    }
    return ifWorthwhile(std::move(simulation));
}

CombinedSaving combineSavings(const UsageSummary& usage, const std::vector<Simulation>& simulations) {
    CombinedSaving combined;
    combined.current = usage.totals.cost();
    for (const ModelSummary& model : usage.models) {
        const Money current = model.totals.cost();
        Money leftAtLow = current;
        Money leftAtHigh = current;
        for (const Simulation& simulation : simulations) {
            const auto fraction = simulation.fractions.find(model.name);
            if (fraction == simulation.fractions.end())
                continue;
            leftAtLow -= leftAtLow.scaled(fraction->second.lowPpb, billion);
            leftAtHigh -= leftAtHigh.scaled(fraction->second.highPpb, billion);
        }
        combined.low += current - leftAtLow;
        combined.high += current - leftAtHigh;
        combined.currentByModel[model.name] = current;
        combined.projectedByModel[model.name] = leftAtLow;
    }
    return combined;
}

} // namespace apex::backend
