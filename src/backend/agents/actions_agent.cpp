// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/actions_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_questions.h"
#include "backend/agents/recommendations.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QString ActionsAgent::name() const {
    return u"actions"_s;
}

QString ActionsAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Put the recommendations into ordered steps"));
}

Expected<QJsonObject> ActionsAgent::work(RunState& state) {
    if (state.recommendations.empty() && asksForFigure(state))
        return QJsonObject{
            {"summary"_L1,
             say(QT_TRANSLATE_NOOP("Agents", "One figure is asked for, so there is nothing to plan."))}};
    think(state, say(QT_TRANSLATE_NOOP("Agents", "I turn %1 recommendations into steps with a check and a "
                                                 "way back, the largest saving first."))
                     .arg(state.recommendations.size()));
    const QJsonObject arguments{{"recommendations"_L1, static_cast<qint64>(state.recommendations.size())}};
    const auto result = callTool(state, u"plan_steps"_s, arguments, [&]() -> Expected<QJsonObject> {
        QJsonArray steps;
        for (const Recommendation& recommendation : state.recommendations) {
            state.plan.push_back(planStepFor(recommendation));
            state.plan.back().dependencies.append(recommendation.id);
            steps.append(QJsonObject{{"recommendation"_L1, recommendation.id},
                                     {"step"_L1, state.plan.back().description}});
        }
        return QJsonObject{{"steps"_L1, steps}, {"count"_L1, steps.size()}};
    });
    if (!result)
        return fail(result.error());
    return QJsonObject{{"summary"_L1, counted(static_cast<std::int64_t>(state.plan.size()),
                                              QT_TRANSLATE_NOOP("Agents", "1 step is planned."),
                                              QT_TRANSLATE_NOOP("Agents", "%1 steps are planned."))},
                       {"steps"_L1, result->value("count"_L1)}};
}

} // namespace apex::backend
