// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"
#include "base/error.h"

#include <functional>

namespace apex::backend {

/// One member of the team: does its part on the shared state and says what it does. One run, one thread.
class Agent {
public:
    virtual ~Agent() = default;
    /// Name on the wire.
    [[nodiscard]] virtual QString name() const = 0;
    /// What it is going to do, for people.
    [[nodiscard]] virtual QString task() const = 0;
    /// Does the work; the result is a short object for the completion frame. A Cancelled error means stopped.
    [[nodiscard]] virtual Expected<QJsonObject> work(RunState& state) = 0;

protected:
    /// Tells the user one thing that is true now.
    void think(RunState& state, const QString& text) const { state.frames.agentThinking(name(), text); }
    /// Runs a tool between its two frames. The function returns the result that is shown, or the reason it
    /// failed.
    [[nodiscard]] Expected<QJsonObject> callTool(RunState& state, const QString& tool,
                                                 const QJsonObject& arguments,
                                                 const std::function<Expected<QJsonObject>()>& run) const;
    /// Runs a tool that asks the imported rows; its answer becomes a finding of the run, and its event also
    /// tells the scope, the number of rows in it and the SQL.
    [[nodiscard]] Expected<void> ask(RunState& state, const QString& tool, QJsonObject arguments,
                                     const std::function<Expected<Answer>()>& run) const;
};

/// Runs one agent between its started and completed frames; on failure no frame is sent, the caller sends it.
[[nodiscard]] Expected<void> runAgent(Agent& agent, RunState& state, int step);

/// Milliseconds since `start` with the clock's full resolution; a rounded 0 would read as "unknown"
/// (protocol.md 4.4).
[[nodiscard]] double millisecondsSince(const Clock& clock, MonoTime start);

/// The error of a run that was asked to stop.
[[nodiscard]] Error stoppedError();

} // namespace apex::backend
