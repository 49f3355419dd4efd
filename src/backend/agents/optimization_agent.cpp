// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/optimization_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_questions.h"
#include "backend/agents/recommendations.h"
#include "backend/agents/usage_results.h"
#include "backend/analysis/what_if.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t swapCandidates = 3;
constexpr std::int64_t leastSharePerMille = 50;

QString toolOf(const Simulation& simulation) {
    switch (simulation.kind) {
    case SimulationKind::FailedCalls:
        return u"simulate_fewer_failures"_s;
    case SimulationKind::Cache:
        return u"simulate_cache"_s;
    case SimulationKind::PromptCache:
        return u"simulate_prompt_cache"_s;
    case SimulationKind::ModelSwap:
        return u"simulate_model_swap:"_s + QString::fromStdString(simulation.model);
    case SimulationKind::Batch:
        return u"simulate_batch"_s;
    case SimulationKind::PromptTrim:
        return u"simulate_prompt_trim"_s;
    }
    return {};
}

/// The measurement a simulation rests on.
QString measurementOf(SimulationKind kind) {
    switch (kind) {
    case SimulationKind::FailedCalls:
        return u"error_rates"_s;
    case SimulationKind::Cache:
        return u"duplicates"_s;
    case SimulationKind::PromptCache:
        return u"cache_use"_s;
    case SimulationKind::ModelSwap:
    case SimulationKind::Batch:
    case SimulationKind::PromptTrim:
        return u"cost_by_model"_s;
    }
    return {};
}

/// Why avoiding failures would save nothing that is known.
QString withoutFailures(const UsageSummary& usage) {
    if (usage.totals.statusKnown == 0)
        return say(QT_TRANSLATE_NOOP("Agents", "No row has `status`, so failures are unknown."));
    return say(QT_TRANSLATE_NOOP("Agents", "No failed call with a cost was found."));
}

/// `reason`, unless all costs are 0: then there is nothing to save, whatever the prices.
QString withoutPrices(const UsageSummary& usage, const char* reason) {
    const bool allZero = usage.totals.recordedCalls > 0 && usage.totals.cost().isZero();
    return allZero
               ? say(QT_TRANSLATE_NOOP("Agents", "All recorded costs are 0, so a lower price saves nothing."))
               : say(reason);
}

void recommend(RunState& state) {
    for (const Simulation& simulation : state.simulations) {
        QStringList evidence;
        for (const QString& tool : {measurementOf(simulation.kind), toolOf(simulation)}) {
            if (state.lastCall.contains(tool))
                evidence.append(state.lastCall.value(tool));
        }
        state.recommendations.push_back(recommendationFor(simulation, 0, evidence));
        state.assumptions.append(assumptionOf(simulation));
    }
    std::stable_sort(state.recommendations.begin(), state.recommendations.end(),
                     [](const Recommendation& a, const Recommendation& b) {
                         return a.simulation->high > b.simulation->high;
                     });
    const auto slow =
        latencyRecommendation(*state.usage, 0, {state.lastCall.value(u"latency_percentiles"_s)});
    if (slow && state.intent.asksFor(Topic::Latency))
        state.recommendations.insert(state.recommendations.begin(), *slow);
    else if (slow)
        state.recommendations.push_back(*slow);
    for (std::size_t i = 0; i < state.recommendations.size(); ++i)
        state.recommendations[i].id = u"rec_%1"_s.arg(i + 1);
}

} // namespace

QString OptimizationAgent::name() const {
    return u"optimization"_s;
}

QString OptimizationAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Calculate what changes would save on the measured calls"));
}

Expected<QJsonObject> OptimizationAgent::work(RunState& state) {
    if (!state.usage) {
        return fail(
            ErrorKind::Internal,
            say(QT_TRANSLATE_NOOP("Agents", "Savings cannot be calculated before the data was measured.")));
    }
    if (asksForFigure(state))
        return QJsonObject{
            {"summary"_L1,
             say(QT_TRANSLATE_NOOP("Agents", "One figure is asked for, so no changes are tried."))}};
    think(state,
          say(QT_TRANSLATE_NOOP(
                  "Agents", "I try changes on the measured calls (%1), each between two stated assumptions."))
              .arg(state.usage->totals.calls));
    // The order of applying: avoid calls first, then make the remaining ones cheaper.
    if (auto done = simulateGeneral(state); !done)
        return fail(done.error());
    if (auto done = combine(state); !done)
        return fail(done.error());
    recommend(state);
    const QString summary =
        state.simulations.empty()
            ? say(QT_TRANSLATE_NOOP(
                  "Agents", "None of the changes tried has an effect that can be calculated from this data."))
            : say(QT_TRANSLATE_NOOP("Agents",
                                    "%1 with an effect would together save %2 to %3 USD of %4 USD in "
                                    "the period."))
                  .arg(counted(static_cast<std::int64_t>(state.simulations.size()),
                               QT_TRANSLATE_NOOP("Agents", "1 change"),
                               QT_TRANSLATE_NOOP("Agents", "%1 changes")),
                       estimateText(state.combined->low), estimateText(state.combined->high),
                       moneyText(state.combined->current));
    think(state, summary);
    return QJsonObject{{"summary"_L1, summary}, {"combined"_L1, combinedJson(*state.combined)}};
}

Expected<void> OptimizationAgent::simulate(RunState& state, const QString& tool, const QJsonObject& arguments,
                                           const std::function<Outcome()>& run,
                                           const QString& withoutEffect) const {
    const auto result = callTool(state, tool, arguments, [&]() -> Expected<QJsonObject> {
        const Outcome outcome = run();
        if (!outcome) {
            state.simulationsWithoutEffect.append(withoutEffect);
            return QJsonObject{{"effect"_L1, false}, {"reason"_L1, withoutEffect}};
        }
        state.simulations.push_back(*outcome);
        QJsonObject json = simulationJson(*outcome, *state.usage);
        json["effect"_L1] = true;
        json["assumption"_L1] = assumptionOf(*outcome);
        return json;
    });
    if (!result)
        return fail(result.error());
    if (result->value("effect"_L1).toBool())
        state.lastCall[toolOf(state.simulations.back())] = state.lastCall.value(tool);
    return {};
}

Expected<void> OptimizationAgent::simulateGeneral(RunState& state) const {
    const UsageSummary& usage = *state.usage;
    const QJsonObject calls{{"calls"_L1, static_cast<qint64>(usage.totals.calls)}};
    if (auto done = simulate(
            state, u"simulate_fewer_failures"_s, calls, [&] { return simulateFailedCalls(usage); },
            withoutFailures(usage));
        !done)
        return done;
    if (auto done = simulate(
            state, u"simulate_cache"_s, calls, [&] { return simulateCache(usage); },
            usage.repeats.callsWithHash > 0
                ? say(QT_TRANSLATE_NOOP("Agents",
                                        "No repeated prompt with a cost was found (by prompt_hash)."))
                : say(QT_TRANSLATE_NOOP("Agents",
                                        "No row has `prompt_hash`, so repeated prompts are unknown.")));
        !done)
        return done;
    if (auto done = simulatePromptCache(state); !done)
        return done;
    if (auto done = simulateSwaps(state); !done)
        return done;
    if (auto done = simulate(
            state, u"simulate_batch"_s, calls, [&] { return whatIfBatch(*state.measured); },
            withoutPrices(usage,
                          QT_TRANSLATE_NOOP("Agents", "No model with a published batch price was found.")));
        !done)
        return done;
    return simulate(
        state, u"simulate_prompt_trim"_s, calls, [&] { return simulatePromptTrim(usage); },
        withoutPrices(
            usage,
            QT_TRANSLATE_NOOP("Agents",
                              "No model with a known price was found, so the cost of prompts is unknown.")));
}

Expected<void> OptimizationAgent::simulatePromptCache(RunState& state) const {
    if (state.measured->sessionCount == 0)
        return {};
    auto repeatable = repeatablePrompts(*state.rows);
    if (!repeatable)
        return fail(repeatable.error());
    const QJsonObject arguments{{"sessions"_L1, static_cast<qint64>(state.measured->sessionCount)},
                                {"within_minutes"_L1, 5}};
    return simulate(
        state, u"simulate_prompt_cache"_s, arguments,
        [&] { return whatIfPromptCache(*state.measured, *repeatable); },
        say(QT_TRANSLATE_NOOP(
            "Agents", "No prompt tokens that a prompt cache could still read, of a model with a price "
                      "for cached input, were found.")));
}

Expected<void> OptimizationAgent::simulateSwaps(RunState& state) const {
    std::size_t tried = 0;
    for (const ModelSummary& model : state.usage->models) {
        const bool matters = perMille(model.totals.cost(), state.usage->totals.cost()) >= leastSharePerMille;
        if (!matters || model.name.empty() || tried == swapCandidates)
            continue;
        ++tried;
        if (auto done = simulateSwap(state, model); !done)
            return done;
    }
    return {};
}

Expected<void> OptimizationAgent::simulateSwap(RunState& state, const ModelSummary& model) const {
    const QString name = QString::fromStdString(model.name);
    if (!model.price) {
        state.simulationsWithoutEffect.append(
            say(QT_TRANSLATE_NOOP("Agents", "No price is known for %1, so no replacement was calculated."))
                .arg(name));
        return {};
    }
    const auto alternatives = state.prices->alternativesTo(*model.price);
    if (alternatives.empty()) {
        state.simulationsWithoutEffect.append(
            say(QT_TRANSLATE_NOOP("Agents", "The price file has no cheaper alternative to %1.")).arg(name));
        return {};
    }
    const ModelPrice& replacement = *alternatives.front();
    const QJsonObject arguments{{"model"_L1, name},
                                {"replacement"_L1, QString::fromStdString(replacement.model)},
                                {"calls"_L1, static_cast<qint64>(model.totals.calls)},
                                {"prices_as_of"_L1, state.prices->asOf().toString(Qt::ISODate)}};
    return simulate(
        state, u"simulate_model_swap"_s, arguments,
        [&] {
            return whatIfModel(*state.measured, model.name, replacement, {50, 100});
        },
        say(QT_TRANSLATE_NOOP("Agents", "%1 would not be cheaper with %2."))
            .arg(name, QString::fromStdString(replacement.model)));
}

Expected<void> OptimizationAgent::combine(RunState& state) const {
    const QJsonObject arguments{{"simulations"_L1, static_cast<qint64>(state.simulations.size())}};
    const auto result = callTool(state, u"combine_savings"_s, arguments, [&]() -> Expected<QJsonObject> {
        state.combined = combineSavings(*state.usage, state.simulations);
        QJsonObject json = combinedJson(*state.combined);
        if (const auto target = state.intent.targetPercent) {
            json["target_percent"_L1] = *target;
            json["target_reached_at_low"_L1] = state.combined->lowPerMille() >= *target * 10;
            json["target_reached_at_high"_L1] = state.combined->highPerMille() >= *target * 10;
        }
        return json;
    });
    return result ? Expected<void>() : fail(result.error());
}

} // namespace apex::backend
