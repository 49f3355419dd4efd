// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/recommendations.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct Wording {
    QString title;
    QString description;
    QString category;
    QString effort;
};

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

Wording wordingOf(const Simulation& simulation) {
    const QString calls = callsText(static_cast<std::int64_t>(simulation.sampleCalls));
    const QString base = estimateText(simulation.base);
    switch (simulation.kind) {
    case SimulationKind::FailedCalls:
        return {say(QT_TRANSLATE_NOOP("Agents", "Stop paying for failed calls")),
                say(QT_TRANSLATE_NOOP(
                        "Agents", "%1 ended in an error or a timeout and cost %2 USD in the period. Find the "
                                  "cause, limit retries and shorten time limits."))
                    .arg(calls, base),
                u"reliability"_s, u"medium"_s};
    case SimulationKind::Cache:
        return {
            say(QT_TRANSLATE_NOOP("Agents", "Answer repeated prompts from a cache")),
            say(QT_TRANSLATE_NOOP(
                    "Agents", "%1 repeated a prompt that had been sent before; the repeats cost %2 USD in "
                              "the period."))
                .arg(calls, base),
            u"caching"_s, u"medium"_s};
    case SimulationKind::PromptCache:
        return {say(QT_TRANSLATE_NOOP("Agents", "Let the provider cache the start of prompts")),
                say(QT_TRANSLATE_NOOP(
                        "Agents",
                        "%1 sent again what stood in the prompt of the call before, within five minutes "
                        "and at the full price: %2 USD at list price."))
                    .arg(calls, base),
                u"caching"_s, u"low"_s};
    case SimulationKind::ModelSwap:
        return {
            say(QT_TRANSLATE_NOOP("Agents", "Move suitable calls from %1 to %2"))
                .arg(text(simulation.model), text(simulation.replacement)),
            say(QT_TRANSLATE_NOOP(
                    "Agents", "%1 of %2 cost %3 USD in the period; their tokens were repriced at the list "
                              "price of %4. The quality of the answers was not measured."))
                .arg(calls, text(simulation.model), base, text(simulation.replacement)),
            u"model_choice"_s, u"medium"_s};
    case SimulationKind::Batch:
        return {
            say(QT_TRANSLATE_NOOP("Agents", "Send calls that can wait as a batch")),
            say(QT_TRANSLATE_NOOP(
                    "Agents", "%1 (%2 USD) used models with a published batch price. Batch answers take up "
                              "to a day."))
                .arg(calls, base),
            u"batching"_s, u"medium"_s};
    case SimulationKind::PromptTrim:
        return {say(QT_TRANSLATE_NOOP("Agents", "Shorten long prompts")),
                say(QT_TRANSLATE_NOOP("Agents", "The prompt tokens of %1 cost about %2 USD in the period."))
                    .arg(calls, base),
                u"prompts"_s, u"low"_s};
    }
    return {};
}

} // namespace

Recommendation recommendationFor(const Simulation& simulation, int number, QStringList evidence) {
    const Wording wording = wordingOf(simulation);
    return {u"rec_%1"_s.arg(number), wording.title,       wording.description, wording.category,
            wording.effort,          std::move(evidence), simulation};
}

std::optional<Recommendation> latencyRecommendation(const UsageSummary& usage, int number,
                                                    QStringList evidence) {
    constexpr std::uint64_t leastCalls = 20;
    const ModelSummary* slowest = nullptr;
    for (const ModelSummary& model : usage.models) {
        if (model.latency.count >= leastCalls && (!slowest || model.latency.p95 > slowest->latency.p95))
            slowest = &model;
    }
    if (!slowest || slowest->latency.p95 <= usage.latency.p95)
        return std::nullopt;
    const QString name =
        groupName(slowest->name, say(QT_TRANSLATE_NOOP("Agents", "calls without a model name")));
    return Recommendation{u"rec_%1"_s.arg(number),
                          say(QT_TRANSLATE_NOOP("Agents", "Look at the latency of %1 first")).arg(name),
                          say(QT_TRANSLATE_NOOP("Agents", "Its p95 is %1 ms against %2 ms over all calls. "
                                                          "How much faster it can get was not calculated."))
                              .arg(latencyText(slowest->latency.p95), latencyText(usage.latency.p95)),
                          u"latency"_s,
                          u"medium"_s,
                          std::move(evidence),
                          std::nullopt};
}

QString assumptionOf(const Simulation& simulation) {
    const QString low = QString::number(simulation.share.lowPercent);
    const QString high = QString::number(simulation.share.highPercent);
    switch (simulation.kind) {
    case SimulationKind::FailedCalls:
        return say(QT_TRANSLATE_NOOP("Agents", "Failed calls: %1 to %2 % of them can be avoided."))
            .arg(low, high);
    case SimulationKind::Cache:
        return say(QT_TRANSLATE_NOOP(
                       "Agents",
                       "Cache: %1 to %2 % of the repeats are answered from it, with the share of repeats "
                       "taken as equal for all models; the cache itself costs nothing here."))
            .arg(low, high);
    case SimulationKind::PromptCache:
        return say(QT_TRANSLATE_NOOP(
                       "Agents",
                       "Prompt cache: %1 to %2 % of those tokens are read from it at the cached price; what "
                       "writing to it costs is not counted."))
            .arg(low, high);
    case SimulationKind::ModelSwap:
        return say(QT_TRANSLATE_NOOP(
                       "Agents",
                       "%1 to %2: %3 to %4 % of the calls move, with the same number of tokens; list prices "
                       "set the ratio, so a discount you have is kept."))
            .arg(text(simulation.model), text(simulation.replacement), low, high);
    case SimulationKind::Batch:
        return say(QT_TRANSLATE_NOOP("Agents",
                                     "Batch: %1 to %2 % of the calls can wait; the data does not say which."))
            .arg(low, high);
    case SimulationKind::PromptTrim:
        return say(QT_TRANSLATE_NOOP("Agents",
                                     "Prompts: they get %1 to %2 % shorter without a change in the answers."))
            .arg(low, high);
    }
    return {};
}

PlanStep planStepFor(const Recommendation& recommendation) {
    const QString title = recommendation.title;
    if (recommendation.category == "model_choice"_L1)
        return {say(QT_TRANSLATE_NOOP("Agents", "%1, beginning with one service and a tenth of its calls."))
                    .arg(title),
                say(QT_TRANSLATE_NOOP(
                    "Agents", "Compare answers on a fixed set of your own cases, then the cost of a week.")),
                say(QT_TRANSLATE_NOOP("Agents", "Set the model name back; nothing else changes.")),
                {}};
    if (recommendation.category == "caching"_L1)
        return {
            say(QT_TRANSLATE_NOOP("Agents", "%1, with a time limit that fits how fast your data changes."))
                .arg(title),
            say(QT_TRANSLATE_NOOP(
                "Agents", "Count hits and misses for a week and compare with the repeats measured here.")),
            say(QT_TRANSLATE_NOOP("Agents", "Switch the cache off.")),
            {}};
    if (recommendation.category == "reliability"_L1)
        return {say(QT_TRANSLATE_NOOP("Agents", "%1: group the failed calls by model and cause.")).arg(title),
                say(QT_TRANSLATE_NOOP("Agents", "Compare the rate of errors and timeouts before and after.")),
                say(QT_TRANSLATE_NOOP("Agents", "Restore the former retry and time limits.")),
                {}};
    if (recommendation.category == "batching"_L1)
        return {say(QT_TRANSLATE_NOOP("Agents", "%1: list the jobs nobody waits for.")).arg(title),
                say(QT_TRANSLATE_NOOP("Agents",
                                      "Check that batch results arrive in time for those who need them.")),
                say(QT_TRANSLATE_NOOP("Agents", "Send these jobs as single calls again.")),
                {}};
    if (recommendation.category == "latency"_L1)
        return {say(QT_TRANSLATE_NOOP(
                        "Agents", "%1: compare prompt sizes and hours of its slow calls with its fast ones."))
                    .arg(title),
                say(QT_TRANSLATE_NOOP("Agents", "Compare p50 and p95 before and after.")),
                say(QT_TRANSLATE_NOOP("Agents", "Undo the change that made no difference.")),
                {}};
    return {
        say(QT_TRANSLATE_NOOP("Agents", "%1, the most expensive template first.")).arg(title),
        say(QT_TRANSLATE_NOOP("Agents", "Compare tokens per call and the answers on a fixed set of cases.")),
        say(QT_TRANSLATE_NOOP("Agents", "Restore the former prompt.")),
        {}};
}

} // namespace apex::backend
