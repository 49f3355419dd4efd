// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "protocol/wire_message.h"

/// Private to protocol/: from an unwrapped platform message to the typed event.
namespace apex::protocol {

/// Every event the client knows, synonyms folded together.
enum class EventKind {
    AgentStarted,
    AgentThinking,
    ToolExecuting,
    ToolCompleted,
    ToolFailed,
    AgentCompleted,
    AgentError,
    AgentDeath,
    AgentTimeout,
    AgentStopped,
    PartialText,
    WholeText,
    FinalReport,
    Notice,
    WarningNotice,
    ErrorNotice,
    ConnectionEstablished,
    HandshakeResponse,
    HandshakeComplete,
    ThreadNotice,
    ThreadHistory,
    ServerError,
    AuthenticationError,
    ServerShutdown,
    Heartbeat,
    Ping,
    Acknowledgement,
    TokenRefreshed,
    TokenRefreshFailed,
};

/// What a name on the wire means.
struct EventName {
    EventKind kind;
    QLatin1String canonical; ///< name after folding synonyms; empty: as it stood on the wire
    char family = '?';       ///< family the name alone tells, '?' if any
};

/// Looks a name up, also with the prefix of a reserved socket mode ("factory_heartbeat"); nullptr if not
/// known.
[[nodiscard]] const EventName* findEventName(std::string_view name);
/// True for names that carry another event inside (4.1, family D).
[[nodiscard]] bool isWrapperName(std::string_view name);

/// The body of a known event.
[[nodiscard]] Body platformBody(const EventName& name, const WireMessage& message);
/// Agent name by the keys of 4.2; tools keep `name` for themselves, sub-agents put their own name first.
[[nodiscard]] QString agentName(const EventName& name, const WireMessage& message);

/// Answer of an agent_completed (4.5).
void readAnswer(const WireMessage& message, AgentCompleted& completed);
/// Duration by the keys of 4.4; 0 and less mean unknown.
[[nodiscard]] std::optional<std::chrono::microseconds> wireDuration(const WireMessage& message);
/// The sentence for people by the keys of 4.6.
[[nodiscard]] QString errorText(const WireMessage& message);
/// The agent that a sub-agent names as its parent (4.9); nullopt if the message names none.
[[nodiscard]] std::optional<QString> parentAgent(const WireMessage& message);
/// How the server shortened a value of the message (4.4), for people; empty if nothing tells that it did.
[[nodiscard]] QString cutValue(const WireMessage& message, char family, const EventName& name);

} // namespace apex::protocol
