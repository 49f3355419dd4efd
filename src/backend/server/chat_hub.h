// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/backend_state.h"
#include "backend/server/io_executor.h"
#include "backend/server/socket_admission.h"

#include <QJsonObject>

#include <list>
#include <memory>

namespace apex::backend {

/// The network side of one socket. io thread only.
class ChatSocket {
public:
    virtual ~ChatSocket() = default;
    /// Queues a text frame; never blocks. `keep` frames come back through ChatHub::closed if they were not
    /// written.
    virtual void send(const QByteArray& frame, bool keep) = 0;
    /// Closes once everything queued is written.
    virtual void close(quint16 code, const QByteArray& reason) = 0;
    /// Drops the connection at once; ChatHub::closed is called before this returns.
    virtual void abort() = 0;
};

/// One open socket as the chat sees it.
struct ChatPeer {
    std::weak_ptr<ChatSocket> socket;
    AccessClaims claims;
    QString connectionId;
    ThreadId greetedThread; ///< proposed in the greeting; becomes a thread when it is first used
    MonoTime lastHeard{};
    qint64 messages = 0;
    qint64 events = 0;
};

/// All open sockets: greets them, keeps them alive, delivers the frames of a user to each of the user's
/// sockets, and keeps for later what found no socket. io thread only.
class ChatHub {
public:
    using MessageHandler = std::function<void(ChatPeer& peer, const QByteArray& text)>;

    ChatHub(BackendState& state, IoExecutor& io) : m_state(state), m_io(io) {}

    void setMessageHandler(MessageHandler handler) { m_handler = std::move(handler); }
    /// Tells whether a user has a run under way; such a user's sockets are not closed for an expired token.
    void setRunProbe(std::function<bool(const UserId&)> probe) { m_hasRuns = std::move(probe); }

    /// False if the user has as many sockets as allowed.
    [[nodiscard]] bool hasRoomFor(const UserId& user) const;
    /// A socket is open: both greetings go out, then what was kept for the user.
    [[nodiscard]] std::shared_ptr<ChatPeer> opened(const SocketAdmission& admission,
                                                   const std::shared_ptr<ChatSocket>& socket);
    void received(const std::shared_ptr<ChatPeer>& peer, const QByteArray& text);
    /// A socket is gone; `unwritten` are its `keep` frames that were not written.
    void closed(const std::shared_ptr<ChatPeer>& peer, const std::vector<QByteArray>& unwritten);

    /// Answers one socket only; lost with it.
    void reply(ChatPeer& peer, const QJsonObject& frame) const;
    /// Sends to all sockets of the user; kept for the next one if there is none.
    void deliver(const UserId& user, const QByteArray& frame);
    /// Closes the sockets of an ended sign-in with 1008.
    void closeGrant(const QString& grant);
    /// Says server_shutdown and closes everything with 1001.
    void shutDown();
    /// Drops what did not close in time; its unwritten frames are kept.
    void abortAll();
    [[nodiscard]] bool isEmpty() const { return m_peers.empty(); }

private:
    void greet(ChatPeer& peer) const;
    void resendKept(ChatPeer& peer);
    void keep(const UserId& user, const std::vector<QByteArray>& frames) const;
    void watchSilence(const std::weak_ptr<ChatPeer>& weak, std::chrono::milliseconds wait);
    void watchExpiry(const std::weak_ptr<ChatPeer>& weak, std::chrono::milliseconds wait);

    BackendState& m_state;
    IoExecutor& m_io;
    MessageHandler m_handler;
    std::function<bool(const UserId&)> m_hasRuns;
    std::list<std::shared_ptr<ChatPeer>> m_peers;
};

} // namespace apex::backend
