// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

double millisecondsSince(const Clock& clock, MonoTime start) {
    return std::chrono::duration<double, std::milli>(clock.monoNow() - start).count();
}

Expected<QJsonObject> Agent::callTool(RunState& state, const QString& tool, const QJsonObject& arguments,
                                      const std::function<Expected<QJsonObject>()>& run) const {
    if (state.stopped())
        return fail(stoppedError());
    const MonoTime start = state.clock.monoNow();
    const ToolCallId call = state.frames.toolExecuting(name(), tool, arguments);
    ++state.toolsOfAgent;
    auto result = run();
    const double duration = millisecondsSince(state.clock, start);
    if (result) {
        state.frames.toolCompleted(name(), tool, call, *result, duration);
        state.lastCall[tool] = call.toString();
        if (!result->contains("asks_for"_L1)) // a model's own words are no tool's figures
            state.toolResults.push_back({tool, call.toString(), *result});
    } else {
        state.frames.toolFailed(name(), tool, call, result.error(), duration);
    }
    return result;
}

Expected<void> Agent::ask(RunState& state, const QString& tool, QJsonObject arguments,
                          const std::function<Expected<Answer>()>& run) const {
    if (!state.found.scope.isEverything() && !arguments.contains("scope"_L1))
        arguments["scope"_L1] = state.found.scope.json();
    Finding finding;
    const auto result = callTool(state, tool, arguments, [&]() -> Expected<QJsonObject> {
        static_cast<void>(state.rows->takeStatements());
        auto answer = run();
        if (!answer)
            return fail(answer.error());
        finding.answer = std::move(*answer);
        finding.statements = state.rows->takeStatements();
        QJsonObject json = finding.answer.json();
        if (!json.contains("rows_in_scope"_L1))
            json["rows_in_scope"_L1] = state.rowsInScope;
        json["sql"_L1] = QJsonArray::fromStringList(finding.statements);
        return json;
    });
    if (!result)
        return fail(result.error());
    finding.tool = tool;
    finding.call = state.lastCall.value(tool);
    state.findings.push_back(std::move(finding));
    return {};
}

Expected<void> runAgent(Agent& agent, RunState& state, int step) {
    if (state.stopped())
        return fail(stoppedError());
    const MonoTime start = state.clock.monoNow();
    state.toolsOfAgent = 0;
    state.frames.agentStarted(agent.name(), agent.task(), step);
    const auto result = agent.work(state);
    if (!result)
        return fail(result.error());
    if (state.stopped())
        return fail(stoppedError());
    const double duration = millisecondsSince(state.clock, start);
    state.metrics.push_back({agent.name(), duration, state.toolsOfAgent});
    state.frames.agentCompleted(agent.name(), result->value(QLatin1String("summary")), *result, duration);
    return {};
}

Error stoppedError() {
    return makeError(ErrorKind::Cancelled,
                     QCoreApplication::translate("Agents", "The run was stopped as asked."));
}

} // namespace apex::backend
