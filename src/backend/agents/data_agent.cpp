// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/data_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/questions.h"
#include "backend/agents/usage_results.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QString DataAgent::name() const {
    return u"data"_s;
}

QString DataAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Measure cost, use, latency and errors by queries"));
}

Expected<QJsonObject> DataAgent::work(RunState& state) {
    if (auto summarised = summarise(state); !summarised)
        return fail(summarised.error());
    const std::vector<Question> asked = questionsOf(state);
    for (const Question& question : asked) {
        if (auto done = ask(state, question.tool, question.arguments, [&] { return question.answer(state); });
            !done)
            return fail(done.error());
    }
    state.findingsAsked = state.findings.size();
    if (!state.intent.isNarrow()) {
        if (auto measured = measure(state); !measured)
            return fail(measured.error());
        if (auto measured = measureGroups(state); !measured)
            return fail(measured.error());
        for (const Question& question : questionsOfReport(state, asked)) {
            if (auto done =
                    ask(state, question.tool, question.arguments, [&] { return question.answer(state); });
                !done)
                return fail(done.error());
        }
    }
    return QJsonObject{{"summary"_L1, measuredSentence(*state.usage)},
                       {"calls"_L1, static_cast<qint64>(state.usage->totals.calls)},
                       {"cost_usd"_L1, moneyText(state.usage->totals.cost())},
                       {"period"_L1, periodText(*state.usage)}};
}

Expected<void> DataAgent::summarise(RunState& state) const {
    QJsonObject arguments{{"rows"_L1, state.rowsInScope}};
    if (!state.found.scope.isEverything())
        arguments["scope"_L1] = state.found.scope.json();
    const auto result = callTool(state, u"summarise_usage"_s, arguments, [&]() -> Expected<QJsonObject> {
        static_cast<void>(state.rows->takeStatements());
        auto measured = measureUsage(*state.rows, state.prices.get());
        if (!measured)
            return fail(measured.error());
        state.measured = std::move(*measured);
        state.usage = state.measured->summary;
        if (state.intent.growthPercent && !costUnknown(*state.usage))
            state.projectedGrowth = state.usage->totals.cost().scaled(100 + *state.intent.growthPercent, 100);
        QJsonObject json = summaryJson(*state.usage);
        json["sql"_L1] = QJsonArray::fromStringList(state.rows->takeStatements());
        return json;
    });
    if (!result)
        return fail(result.error());
    think(state,
          measuredSentence(*state.usage) + u' ' +
              (state.intent.isNarrow()
                   ? say(QT_TRANSLATE_NOOP("Agents", "Next I ask the rows what the question wants to know."))
                   : say(QT_TRANSLATE_NOOP("Agents", "Next I break this down by model and by time."))));
    return {};
}

Expected<void> DataAgent::measure(RunState& state) const {
    const UsageSummary& usage = *state.usage;
    struct Measurement {
        QString tool;
        bool possible;
        QJsonObject (*result)(const UsageSummary&);
    };
    const std::vector<Measurement> measurements{
        {u"cost_by_model"_s, true, costByModelJson},
        {u"cost_by_day"_s, usage.hasPeriod(), costByTimeJson},
        {u"peak_hours"_s, usage.hasPeriod(), hoursJson},
        {u"latency_percentiles"_s, usage.latency.count > 0, latencyJson},
        {u"error_rates"_s, usage.totals.statusKnown > 0, errorsJson},
        {u"duplicates"_s, usage.repeats.callsWithHash > 0, repeatsJson}};
    for (const Measurement& measurement : measurements) {
        if (!measurement.possible)
            continue;
        const QJsonObject arguments{{"calls"_L1, static_cast<qint64>(usage.totals.calls)}};
        const auto result = callTool(state, measurement.tool, arguments,
                                     [&]() -> Expected<QJsonObject> { return measurement.result(usage); });
        if (!result)
            return fail(result.error());
    }
    return {};
}

Expected<void> DataAgent::measureGroups(RunState& state) const {
    const UsageSummary& usage = *state.usage;
    const std::vector<std::pair<QString, const std::vector<GroupSummary>*>> columns{
        {u"project"_s, &state.measured->projects},
        {u"session"_s, &state.measured->sessions},
        {u"service"_s, &usage.services},
        {u"app"_s, &usage.apps},
        {u"user"_s, &usage.users}};
    for (const auto& [column, groups] : columns) {
        if (groups->empty() || state.lastCall.contains(u"cost_by_"_s + column))
            continue;
        const auto result =
            callTool(state, u"cost_by_"_s + column, {{"calls"_L1, static_cast<qint64>(usage.totals.calls)}},
                     [&, list = groups]() -> Expected<QJsonObject> {
                         return costByGroupJson(*list, usage.totals.cost());
                     });
        if (!result)
            return fail(result.error());
    }
    return {};
}

} // namespace apex::backend
