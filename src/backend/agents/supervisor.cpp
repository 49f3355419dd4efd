// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/supervisor.h"

#include "backend/agents/actions_agent.h"
#include "backend/agents/agent_words.h"
#include "backend/agents/column_profile.h"
#include "backend/agents/data_agent.h"
#include "backend/agents/data_helper_agent.h"
#include "backend/agents/language_model_agent.h"
#include "backend/agents/optimization_agent.h"
#include "backend/agents/reporting_agent.h"
#include "backend/agents/triage_agent.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QString Supervisor::name() {
    return u"Supervisor"_s;
}

RunOutcome Supervisor::run() {
    m_start = m_state.clock.monoNow();
    m_state.frames.agentStarted(
        name(), say(QT_TRANSLATE_NOOP("Agents", "Answer the request from the attached usage data")), 0);
    m_state.frames.agentThinking(
        name(),
        say(QT_TRANSLATE_NOOP(
            "Agents",
            "First I find out whether the data is enough; nothing is optimised before it is measured.")));
    const auto done = runSteps();
    if (!done)
        return done.error().kind == ErrorKind::Cancelled ? stopped() : failed(done.error());
    return m_state.stopped() ? stopped() : completed();
}

Expected<void> Supervisor::runSteps() {
    m_steps.push_back(std::make_unique<TriageAgent>());
    for (m_current = 0; m_current < m_steps.size(); ++m_current) {
        if (auto done = runAgent(*m_steps[m_current], m_state, static_cast<int>(m_current) + 1); !done)
            return done;
        if (m_current == 0)
            planAfterTriage();
    }
    return {};
}

void Supervisor::planAfterTriage() {
    if (m_state.intent.main() == Topic::Courtesy || m_state.intent.main() == Topic::Unclear) {
        m_steps.push_back(std::make_unique<ReportingAgent>());
        return;
    }
    if (m_state.sufficiency != Sufficiency::Sufficient)
        m_steps.push_back(std::make_unique<DataHelperAgent>());
    if (canMeasure())
        m_steps.push_back(std::make_unique<DataAgent>());
    if (m_state.sufficiency == Sufficiency::Sufficient && !m_state.intent.isNarrow()) {
        m_steps.push_back(std::make_unique<OptimizationAgent>());
        m_steps.push_back(std::make_unique<ActionsAgent>());
    }
    if (canMeasure() && modelIsOn())
        m_steps.push_back(std::make_unique<LanguageModelAgent>(*m_state.modelSource));
    m_steps.push_back(std::make_unique<ReportingAgent>());
    m_state.frames.agentThinking(
        name(), say(QT_TRANSLATE_NOOP("Agents", "The data is %1, so the next steps are: %2."))
                    .arg(sufficiencyName(m_state.sufficiency), namesFrom(1).join(u", "_s)));
}

/// A query of the user's own needs rows, not any particular column.
bool Supervisor::canMeasure() const {
    return m_state.sufficiency != Sufficiency::Insufficient ||
           (m_state.store && m_state.intent.main() == Topic::Sql);
}

/// Settings that cannot be read are on: the agent says what is wrong with them.
bool Supervisor::modelIsOn() const {
    if (m_state.modelSource == nullptr)
        return false;
    const auto settings = m_state.modelSource->settings();
    return !settings || settings->has_value();
}

/// The steps after triage that a full analysis has; before triage ended they are not planned yet.
QStringList Supervisor::wholeFlow() {
    return {u"data"_s, u"optimization"_s, u"actions"_s, u"reporting"_s};
}

QStringList Supervisor::namesFrom(std::size_t step) const {
    QStringList names;
    for (; step < m_steps.size(); ++step)
        names.append(m_steps[step]->name());
    return names;
}

RunOutcome Supervisor::completed() {
    const double total = millisecondsSince(m_state.clock, m_start);
    QJsonArray metrics;
    for (const AgentMetric& metric : m_state.metrics) {
        metrics.append(QJsonObject{{"agent_type"_L1, metric.agent},
                                   {"duration_ms"_L1, metric.durationMs},
                                   {"tools_executed"_L1, metric.tools}});
    }
    m_state.report["agent_metrics"_L1] = metrics;
    m_state.report["total_duration_ms"_L1] = total;
    m_state.report["markdown"_L1] = m_state.answer;
    m_state.frames.finalReport(name(), m_state.report, total);
    m_state.frames.agentCompleted(name(), m_state.answer,
                                  {{"report_type"_L1, m_state.report.value("report_type"_L1)}}, total);
    return {RunEnd::Completed, m_state.answer, m_state.report};
}

RunOutcome Supervisor::failed(const Error& error) {
    const QStringList notRun = m_current == 0 ? wholeFlow() : namesFrom(m_current + 1);
    const QString failing = m_steps[m_current]->name();
    m_state.frames.agentFailed(failing, error, {});
    Error whole = wrapError(
        error.kind, say(QT_TRANSLATE_NOOP("Agents", "The step “%1” failed: %2")).arg(failing, error.happened),
        error, error.action);
    whole.kept = error.kept;
    if (!notRun.isEmpty())
        whole.kept =
            (whole.kept.isEmpty() ? QString() : whole.kept + u' ') +
            say(QT_TRANSLATE_NOOP("Agents", "Not run because of that: %1.")).arg(notRun.join(u", "_s));
    m_state.frames.agentFailed(name(), whole, notRun);
    return {RunEnd::Failed, whole.forPeople(), {}};
}

RunOutcome Supervisor::stopped() {
    QStringList done;
    for (const AgentMetric& metric : m_state.metrics)
        done.append(metric.agent);
    const QStringList notDone = done.isEmpty() ? QStringList(u"triage"_s) + wholeFlow()
                                               : namesFrom(static_cast<std::size_t>(done.size()));
    const QString message = m_state.frames.agentStopped(name(), done, notDone);
    return {RunEnd::Stopped, message, {}};
}

} // namespace apex::backend
