// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "protocol/event.h"

#include <optional>
#include <variant>
#include <vector>

namespace apex::protocol {

/// user_message (3.5): every field inside `payload`, the text under `content`, which every server generation
/// reads.
struct UserMessage {
    QString content;
    ThreadId thread;                ///< empty: null on the wire, a new conversation
    RunId run;                      ///< our own id for the run to come; empty: not sent
    std::vector<FileId> references; ///< uploaded files
    std::vector<JsonText>
        inlineLogs; ///< one JSON value each, sent as payload.jsonl_logs; empty: key not sent
    WallTime timestamp{};
    QString clientEnvironment; ///< empty: null on the wire
};
/// stop_agent; the server may only acknowledge it (5.3).
struct StopAgent {
    RunId run;
    ThreadId thread;
};
/// handshake_acknowledged: only ever as the answer to handshake_response (3.4).
struct HandshakeAcknowledged {
    ThreadId thread;
    WallTime timestamp{};
};
/// heartbeat_ack.
struct HeartbeatAck {
    WallTime timestamp{};
};
/// pong, the answer to a server's ping.
struct Pong {
    std::optional<qint64> originalTimestamp; ///< as the ping carried it
    WallTime timestamp{};
};
/// ping of ours; may stay unanswered (3.6).
struct PingRequest {
    WallTime timestamp{};
};
/// switch_thread.
struct SwitchThread {
    ThreadId thread;
};

/// Anything the client may send.
using Outgoing = std::variant<UserMessage, StopAgent, HandshakeAcknowledged, HeartbeatAck, Pong, PingRequest,
                              SwitchThread>;

/// One text frame of compact UTF-8 JSON; InvalidInput if an inline log line is not JSON, names which.
[[nodiscard]] Expected<QByteArray> encode(const UserMessage& message);
/// One text frame of compact UTF-8 JSON.
[[nodiscard]] QByteArray encode(const StopAgent& message);
[[nodiscard]] QByteArray encode(const HandshakeAcknowledged& message);
[[nodiscard]] QByteArray encode(const HeartbeatAck& message);
[[nodiscard]] QByteArray encode(const Pong& message);
[[nodiscard]] QByteArray encode(const PingRequest& message);
[[nodiscard]] QByteArray encode(const SwitchThread& message);
/// Whichever of them it is.
[[nodiscard]] Expected<QByteArray> encode(const Outgoing& message);

} // namespace apex::protocol
