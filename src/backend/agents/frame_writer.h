// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent_run.h"
#include "base/error.h"

namespace apex::backend {

/// Builds the frames of one run (protocol.md family A) and hands them on in order. One run, one thread.
class FrameWriter {
public:
    FrameWriter(const RunRequest& request, const FrameSink& sink, const Clock& clock);

    void agentStarted(const QString& agent, const QString& task, int step);
    /// `text` is for end users: what is about to be done and why.
    void agentThinking(const QString& agent, const QString& text);
    /// Returns the new call's execution id.
    [[nodiscard]] ToolCallId toolExecuting(const QString& agent, const QString& tool,
                                           const QJsonObject& arguments);
    void toolCompleted(const QString& agent, const QString& tool, const ToolCallId& call,
                       const QJsonObject& results, double durationMs);
    void toolFailed(const QString& agent, const QString& tool, const ToolCallId& call, const Error& error,
                    double durationMs);
    void agentCompleted(const QString& agent, const QJsonValue& response, const QJsonObject& result,
                        double durationMs);
    /// Replaces the agent's completion; `notRun` names the steps that were not started because of it.
    void agentFailed(const QString& agent, const Error& error, const QStringList& notRun);
    void finalReport(const QString& agent, const QJsonObject& report, double totalMs);
    /// The last frame of a stopped run; `done` says what was finished before. Returns its sentence.
    QString agentStopped(const QString& agent, const QStringList& done, const QStringList& notRun);

private:
    [[nodiscard]] QJsonObject frame(QLatin1String type, const QString& agent) const;

    const RunRequest& m_request;
    const FrameSink& m_sink;
    const Clock& m_clock;
    int m_thought = 0;
    int m_call = 0;
};

} // namespace apex::backend
