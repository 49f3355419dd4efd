// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/chat_hub.h"

#include "backend/server/frames.h"
#include "base/logging.h"
#include "base/random.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

constexpr quint16 closeGoingAway = 1001;
constexpr quint16 closePolicy = 1008;
constexpr milliseconds expiryRecheck{5000};

struct ChatHubWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::ChatHub)
};

} // namespace

bool ChatHub::hasRoomFor(const UserId& user) const {
    const auto open = std::count_if(m_peers.begin(), m_peers.end(),
                                    [&](const auto& peer) { return peer->claims.user == user; });
    return open < m_state.options.maxSocketsPerUser;
}

std::shared_ptr<ChatPeer> ChatHub::opened(const SocketAdmission& admission,
                                          const std::shared_ptr<ChatSocket>& socket) {
    auto peer = std::make_shared<ChatPeer>();
    peer->socket = socket;
    peer->claims = admission.claims;
    peer->connectionId = u"main_"_s + QString::fromLatin1(randomBytes(6).toHex());
    peer->greetedThread = newThreadId();
    peer->lastHeard = m_state.clock.monoNow();
    m_peers.push_back(peer);
    greet(*peer);
    resendKept(*peer);
    watchSilence(peer, m_state.options.heartbeatInterval);
    const auto left = std::chrono::seconds(peer->claims.expiresAt - secondsNow(m_state.clock));
    watchExpiry(peer, left + m_state.options.expiryGrace);
    return peer;
}

void ChatHub::greet(ChatPeer& peer) const {
    reply(peer, frames::handshakeResponse(peer.greetedThread, m_state.clock));
    reply(peer, frames::connectionEstablished(peer.claims.user, peer.connectionId, m_state.clock));
}

void ChatHub::resendKept(ChatPeer& peer) {
    const auto kept = m_state.undelivered.take(peer.claims.user);
    if (!kept) {
        reply(peer, frames::error(u"STORAGE_ERROR"_s, kept.error().forPeople(), m_state.clock));
        return;
    }
    if (kept->lost > 0)
        reply(peer,
              frames::error(u"FRAMES_LOST"_s,
                            ChatHubWords::tr(
                                "Some events could not be kept while you were away. The stored messages are "
                                "complete."),
                            m_state.clock, {{"frames"_L1, kept->lost}}));
    if (const auto socket = peer.socket.lock()) {
        for (const QByteArray& frame : kept->frames)
            socket->send(frames::recovered(frame), true);
    }
}

void ChatHub::received(const std::shared_ptr<ChatPeer>& peer, const QByteArray& text) {
    peer->lastHeard = m_state.clock.monoNow();
    ++peer->messages;
    if (m_handler)
        m_handler(*peer, text);
}

void ChatHub::closed(const std::shared_ptr<ChatPeer>& peer, const std::vector<QByteArray>& unwritten) {
    m_peers.remove(peer);
    const UserId& user = peer->claims.user;
    const bool elsewhere = std::any_of(m_peers.begin(), m_peers.end(),
                                       [&](const auto& other) { return other->claims.user == user; });
    if (!elsewhere && !unwritten.empty())
        keep(user, unwritten);
}

void ChatHub::reply(ChatPeer& peer, const QJsonObject& frame) const {
    if (const auto socket = peer.socket.lock())
        socket->send(frames::bytes(frame), false);
}

void ChatHub::deliver(const UserId& user, const QByteArray& frame) {
    bool sent = false;
    for (const auto& peer : m_peers) {
        const auto socket = peer->socket.lock();
        if (!socket || !(peer->claims.user == user))
            continue;
        socket->send(frame, true);
        ++peer->events;
        sent = true;
    }
    if (!sent)
        keep(user, {frame});
}

void ChatHub::keep(const UserId& user, const std::vector<QByteArray>& frames) const {
    if (auto kept = m_state.undelivered.keep(user, frames); !kept)
        qCCritical(logBackend) << "Frames without a socket could not be kept:" << kept.error().forSupport();
}

void ChatHub::watchSilence(const std::weak_ptr<ChatPeer>& weak, milliseconds wait) {
    m_io.after(wait, [this, weak] {
        const auto peer = weak.lock();
        if (!peer || peer->socket.expired())
            return;
        const milliseconds interval = m_state.options.heartbeatInterval;
        const auto silence = duration_cast<milliseconds>(m_state.clock.monoNow() - peer->lastHeard);
        if (silence < interval) {
            watchSilence(weak, interval - silence);
            return;
        }
        reply(*peer, frames::heartbeat(peer->connectionId, peer->messages, peer->events, m_state.clock));
        watchSilence(weak, interval);
    });
}

void ChatHub::watchExpiry(const std::weak_ptr<ChatPeer>& weak, milliseconds wait) {
    m_io.after(wait, [this, weak] {
        const auto peer = weak.lock();
        const auto socket = peer ? peer->socket.lock() : nullptr;
        if (!socket)
            return;
        if (m_hasRuns && m_hasRuns(peer->claims.user))
            watchExpiry(weak, expiryRecheck);
        else
            socket->close(closePolicy, "token expired");
    });
}

void ChatHub::closeGrant(const QString& grant) {
    for (const auto& peer : m_peers) {
        if (const auto socket = peer->socket.lock(); socket && peer->claims.grant == grant)
            socket->close(closePolicy, "signed out");
    }
}

void ChatHub::shutDown() {
    for (const auto& peer : m_peers) {
        if (const auto socket = peer->socket.lock()) {
            socket->send(frames::bytes(frames::serverShutdown(m_state.clock)), false);
            socket->close(closeGoingAway, "server shutdown");
        }
    }
}

void ChatHub::abortAll() {
    const auto peers = m_peers;
    for (const auto& peer : peers) {
        if (const auto socket = peer->socket.lock())
            socket->abort();
    }
}

} // namespace apex::backend
