// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/conversation.h"

namespace apex::test {

/// A clock that stands still until it is told otherwise.
class FakeClock final : public Clock {
public:
    [[nodiscard]] WallTime wallNow() const override { return m_wall; }
    [[nodiscard]] MonoTime monoNow() const override { return m_mono; }
    void advance(std::chrono::microseconds by) {
        m_wall += by;
        m_mono += by;
    }

private:
    WallTime m_wall{std::chrono::seconds{1'795'370'400}};
    MonoTime m_mono{std::chrono::seconds{1'000}};
};

/// Feeds events as a server would send them, one frame each, stepping the clock.
class RunScript {
public:
    RunScript(session::Conversation& conversation, FakeClock& clock, QString run);

    RunScript& wait(std::chrono::milliseconds time);
    RunScript& start(const QString& agent, const QString& description = {});
    RunScript& think(const QString& agent, const QString& text);
    RunScript& tool(const QString& agent, const QString& tool, const QByteArray& arguments,
                    const ToolCallId& call = {});
    RunScript& toolDone(const QString& agent, const QString& tool, const QByteArray& result,
                        const ToolCallId& call = {});
    /// The next piece of the answer's text.
    RunScript& write(const QString& agent, const QString& text);
    RunScript& complete(const QString& agent, const QString& answer);
    RunScript& failRun(const QString& agent, const QString& message);
    RunScript& cutNext();
    /// The source ends here.
    RunScript& end();

private:
    void apply(const QString& type, const QString& agent, protocol::Body body);

    session::Conversation& m_conversation;
    FakeClock& m_clock;
    RunId m_run;
    qint64 m_frame;
    bool m_cut = false;
};

/// A whole healthy run of two agents with two tools: 14 steps or so, 41.2 s.
void playHealthyRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
/// The same, cut in the middle of a tool, still running.
void playRunningRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
void playFailedRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
/// The stream ends without a terminal event.
void playNoOutcomeRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
/// Three tools at once under one agent, one of them slow: 12 s, completed.
void playParallelRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
/// Two tools whose calls the answer names under the tables that they gave, as the embedded backend does.
void playSourcedRun(session::Conversation& conversation, FakeClock& clock, const QString& run);
/// `tools` tool calls in one agent, completed.
void playLongRun(session::Conversation& conversation, FakeClock& clock, const QString& run, int tools);

} // namespace apex::test
