// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/analysis/measurements.h"

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t leastCalls = 20; ///< fewer calls say nothing about a percentile

struct Feature {
    QString column;
    QString value;
};

std::optional<Feature> featureNamed(const RunState& state, const QString& name) {
    for (const QString& column : {u"service"_s, u"app"_s, u"project"_s, u"model"_s}) {
        for (const QString& value : state.found.known.value(column)) {
            if (value.compare(name, Qt::CaseInsensitive) == 0 || !namesIn(name, {value}).isEmpty())
                return Feature{column, value};
        }
    }
    return std::nullopt;
}

QString noFeature(const RunState& state, const LatencyLimit& limit) {
    const QStringList services = state.found.known.value(u"service"_s);
    const QString have = services.isEmpty() ? say(QT_TRANSLATE_NOOP("Agents", "no row has a `service`"))
                                            : say(QT_TRANSLATE_NOOP("Agents", "the services are %1"))
                                                  .arg(markdownSafe(services.mid(0, 10).join(u", "_s)));
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "No row belongs to “%1” (%2), so its limit of %3 ms was not checked."))
        .arg(markdownSafe(limit.feature), have, QString::number(limit.milliseconds));
}

Expected<Table> within(RunState& state, const Scope& scope, std::int64_t microseconds) {
    return state.rows->run(
        u"SELECT model AS model, sum(calls) AS calls, count(latency_us) AS latency_calls,\n"
        "  sum(latency_us <= "_s +
            QString::number(microseconds) + uR"() AS within_calls,
  percentile(latency_us, 50) AS p50_us, percentile(latency_us, 95) AS p95_us, usd_sum(cost_pico, cost_rest) AS cost_usd
FROM $rows WHERE latency_us IS NOT NULL AND calls = 1 GROUP BY model ORDER BY p95_us, model)"_s,
        scope);
}

ResultTable limitTable(const QString& name) {
    return ResultTable(
        name, {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
               {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls with latency"))},
               {u"p50_ms"_s, u"p50 (ms)"_s},
               {u"p95_ms"_s, u"p95 (ms)"_s},
               {u"within"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls within the limit"))},
               {u"cost_per_1000_calls_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "USD per thousand calls"))},
               {u"verdict"_s, say(QT_TRANSLATE_NOOP("Agents", "p95 within the limit"))}});
}

struct Verdicts {
    int fast = 0; ///< models whose p95 is within the limit
    int fastAndNotDearer = 0;
};

Verdicts fill(ResultTable& shown, const Table& table, std::int64_t limitUs, Money usualPerThousand) {
    Verdicts verdicts;
    for (std::size_t row = 0; row < table.size(); ++row) {
        const std::int64_t calls = table.number(row, u"latency_calls"_s);
        const Money perThousand =
            table.money(row, u"cost_usd"_s).scaled(1000, std::max<std::int64_t>(1, calls));
        const bool enough = calls >= leastCalls;
        const bool fast = enough && table.number(row, u"p95_us"_s) <= limitUs;
        verdicts.fast += fast ? 1 : 0;
        verdicts.fastAndNotDearer += fast && perThousand <= usualPerThousand ? 1 : 0;
        shown.add({table.text(row, u"model"_s), QString::number(calls),
                   millisecondsText(table.number(row, u"p50_us"_s)),
                   millisecondsText(table.number(row, u"p95_us"_s)),
                   shareText(static_cast<std::uint64_t>(table.number(row, u"within_calls"_s)),
                             static_cast<std::uint64_t>(calls)) +
                       u" %"_s,
                   estimateText(perThousand),
                   !enough ? say(QT_TRANSLATE_NOOP("Agents", "too few calls"))
                   : fast  ? say(QT_TRANSLATE_NOOP("Agents", "yes"))
                           : say(QT_TRANSLATE_NOOP("Agents", "no"))});
    }
    return verdicts;
}

Money perThousandCalls(const RunState& state) {
    const CallTotals& totals = state.usage->totals;
    return totals.calls > 0 ? totals.cost().scaled(1000, static_cast<std::int64_t>(totals.calls)) : Money();
}

Expected<void> checkLimit(RunState& state, const LatencyLimit& limit, int number, Answer& answer) {
    Scope scope = state.found.scope;
    if (!limit.feature.isEmpty()) {
        const auto feature = featureNamed(state, limit.feature);
        if (!feature) {
            answer.missing.append(noFeature(state, limit));
            return {};
        }
        scope = scope.with(feature->column, feature->value);
    }
    const std::int64_t limitUs = std::int64_t(limit.milliseconds) * 1000;
    const auto table = within(state, scope, limitUs);
    if (!table)
        return fail(table.error());
    const QString name =
        limit.feature.isEmpty() ? say(QT_TRANSLATE_NOOP("Agents", "all calls")) : limit.feature;
    ResultTable shown = limitTable(u"limit_%1"_s.arg(number));
    const Verdicts verdicts = fill(shown, *table, limitUs, perThousandCalls(state));
    answer.facts[u"limit_%1_ms"_s.arg(number)] = limit.milliseconds;
    answer.facts[u"limit_%1_models_within"_s.arg(number)] = verdicts.fast;
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "For %1 the limit is %2 ms; models of the data that keep it at p95: %3."))
            .arg(markdownSafe(name), QString::number(limit.milliseconds), QString::number(verdicts.fast)));
    answer.tables.push_back(std::move(shown));
    return {};
}

Expected<void> checkFactor(RunState& state, Answer& answer) {
    const std::int64_t p95 = std::int64_t(state.usage->latency.p95) * 10;
    const std::int64_t target = p95 * 10 / *state.intent.latencyFactorTenths;
    const auto table = within(state, state.found.scope, target);
    if (!table)
        return fail(table.error());
    const Money usual = perThousandCalls(state);
    ResultTable shown = limitTable(u"target"_s);
    const Verdicts verdicts = fill(shown, *table, target, usual);
    const QString factor = decimalText(*state.intent.latencyFactorTenths / 10.0, 1);
    answer.facts["factor"_L1] = factor;
    answer.facts["p95_ms"_L1] = millisecondsText(p95);
    answer.facts["target_p95_ms"_L1] = millisecondsText(target);
    answer.facts["models_within"_L1] = verdicts.fast;
    answer.facts["models_within_not_dearer"_L1] = verdicts.fastAndNotDearer;
    answer.facts["cost_per_1000_calls_usd"_L1] = estimateText(usual);
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP(
                "Agents",
                "%1 times faster means a p95 of %2 ms instead of %3 ms. Models of the data whose "
                "p95 is that low: %4; of them not dearer than today's %5 USD per thousand calls: %6."))
            .arg(factor, millisecondsText(target), millisecondsText(p95), QString::number(verdicts.fast),
                 estimateText(usual), QString::number(verdicts.fastAndNotDearer)));
    answer.sentences.append(
        verdicts.fast == 0
            ? say(QT_TRANSLATE_NOOP("Agents", "A change of model within this data does not reach it."))
            : say(QT_TRANSLATE_NOOP("Agents",
                                    "Whether such a model does the same work was not measured: its calls may "
                                    "have been shorter.")));
    answer.tables.push_back(std::move(shown));
    return {};
}

} // namespace

Expected<Answer> latencyWishes(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Latency wanted"));
    if (state.usage->latency.count == 0) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row has a latency, so no limit can be checked. Add a column "
                                            "`latency_ms` (and `ttft_ms` for the "
                                            "time to the first token), and `service` for the feature.")));
        return answer;
    }
    int number = 0;
    for (const LatencyLimit& limit : state.intent.limits) {
        if (auto checked = checkLimit(state, limit, ++number, answer); !checked)
            return fail(checked.error());
    }
    if (state.intent.latencyFactorTenths) {
        if (auto checked = checkFactor(state, answer); !checked)
            return fail(checked.error());
    }
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents", "Latency of a model is what its calls in this data took, whatever they did; a model "
                  "with fewer than 20 such calls is not judged.")));
    return answer;
}

} // namespace apex::backend::answers
