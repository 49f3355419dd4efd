// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/chat_hub.h"
#include "backend/server/run_host.h"

#include <map>

namespace apex::backend {

/// Understands what clients say on the socket (protocol.md 3.5), starts and stops runs, and stores what comes
/// of them. io thread only.
class ChatService {
public:
    ChatService(BackendState& state, ChatHub& hub, IoExecutor& io);

    /// Tells users about runs that an earlier process of this backend left unfinished.
    [[nodiscard]] Expected<void> reportInterruptedRuns();
    /// Stops all runs and calls `idle` once the last has ended, or at once.
    void stopAllRuns(std::function<void()> idle);
    [[nodiscard]] bool isIdle() const { return m_runs.isIdle(); }

private:
    struct Incoming {
        ChatPeer& peer;
        QString type;
        QJsonObject body; ///< payload or data or the frame itself
        QJsonObject frame;
    };
    using Handler = void (ChatService::*)(const Incoming&);

    void handle(ChatPeer& peer, const QByteArray& text);
    [[nodiscard]] static const std::map<QString, Handler>& handlers();

    void onPing(const Incoming& in);
    void onHeartbeat(const Incoming& in);
    void onHandshakeAcknowledged(const Incoming& in);
    void onNothing(const Incoming& in);
    void onDisconnect(const Incoming& in);
    void onUserMessage(const Incoming& in);
    void onStop(const Incoming& in);
    void onSwitchThread(const Incoming& in);
    void onCreateThread(const Incoming& in);
    void onListThreads(const Incoming& in);
    void onDeleteThread(const Incoming& in);
    void onHistory(const Incoming& in);
    void onAgentContext(const Incoming& in);

    [[nodiscard]] bool isRepeated(const Incoming& in, const QString& text) const;
    [[nodiscard]] Expected<RunRequest> prepareRun(const Incoming& in, const QString& text);
    [[nodiscard]] Expected<Thread> threadFor(const Incoming& in);
    [[nodiscard]] Expected<std::vector<AttachedFile>> newFiles(const Incoming& in) const;
    [[nodiscard]] Expected<AttachedFile> storeLogs(const UserId& owner, const QJsonArray& records) const;
    [[nodiscard]] Expected<RunId> runIdFor(const Incoming& in, const ThreadId& thread) const;
    void titleThread(const Thread& thread, const QString& text);
    void runEnded(const RunRequest& run, const RunOutcome& outcome, const std::vector<QByteArray>& lastFrames,
                  const std::optional<QString>& thrown);
    void refuse(const Incoming& in, const Error& error);

    BackendState& m_state;
    ChatHub& m_hub;
    std::function<void()> m_whenIdle;
    RunHost m_runs;
};

} // namespace apex::backend
