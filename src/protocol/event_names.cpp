// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/names.h"
#include "protocol/platform_events.h"

#include <unordered_map>

namespace apex::protocol {

namespace {

namespace event = names::event;
using names::view;

struct Row {
    QLatin1String wire;
    EventName name;
};

constexpr Row row(QLatin1String wire, EventKind kind, char family = '?') {
    return {wire, {kind, wire, family}};
}
constexpr Row synonym(QLatin1String wire, EventKind kind, QLatin1String canonical, char family = '?') {
    return {wire, {kind, canonical, family}};
}

constexpr Row kLifecycle[] = {
    row(event::AgentStarted, EventKind::AgentStarted),
    row(event::AgentThinking, EventKind::AgentThinking),
    row(event::ToolExecuting, EventKind::ToolExecuting),
    row(event::ToolCompleted, EventKind::ToolCompleted),
    row(event::AgentCompleted, EventKind::AgentCompleted),
    synonym(event::SubagentStarted, EventKind::AgentStarted, event::AgentStarted),
    synonym(event::OrchestrationStarted, EventKind::AgentStarted, event::AgentStarted, 'I'),
    synonym(event::Reasoning, EventKind::AgentThinking, event::AgentThinking),
    synonym(event::OrchestrationThinking, EventKind::AgentThinking, event::AgentThinking, 'I'),
    synonym(event::OrchestrationDelegating, EventKind::AgentThinking, event::AgentThinking, 'I'),
    synonym(event::ToolCall, EventKind::ToolExecuting, event::ToolExecuting),
    synonym(event::ToolStarted, EventKind::ToolExecuting, event::ToolExecuting),
    synonym(event::ToolResult, EventKind::ToolCompleted, event::ToolCompleted),
    synonym(event::ToolError, EventKind::ToolFailed, event::ToolCompleted),
    synonym(event::AgentFinished, EventKind::AgentCompleted, event::AgentCompleted),
    synonym(event::SubagentCompleted, EventKind::AgentCompleted, event::AgentCompleted),
    synonym(event::OrchestrationCompleted, EventKind::AgentCompleted, event::AgentCompleted, 'I'),
    row(event::AgentError, EventKind::AgentError),
    row(event::AgentFailed, EventKind::AgentError),
    row(event::AgentDeath, EventKind::AgentDeath),
    row(event::AgentTimeoutFailure, EventKind::AgentTimeout, 'H'),
    row(event::AgentStopped, EventKind::AgentStopped),
    row(event::AgentCancelled, EventKind::AgentStopped),
};

constexpr Row kText[] = {
    row(event::PartialResult, EventKind::PartialText),
    row(event::StreamChunk, EventKind::PartialText),
    row(event::AgentResponseChunk, EventKind::PartialText),
    row(event::ResponseChunk, EventKind::PartialText),
    row(event::StreamComplete, EventKind::WholeText),
    row(event::ResponseComplete, EventKind::WholeText),
    row(event::AgentResponse, EventKind::WholeText),
    row(event::Message, EventKind::WholeText, 'H'),
    row(event::FinalReport, EventKind::FinalReport),
};

constexpr Row kNotices[] = {
    row(event::SystemMessage, EventKind::Notice),
    row(event::AgentProgress, EventKind::Notice),
    row(event::AgentResponseComplete, EventKind::Notice),
    row(event::AgentUpdate, EventKind::Notice),
    row(event::SubAgentUpdate, EventKind::Notice),
    row(event::ProgressUpdate, EventKind::Notice),
    row(event::AgentRegistered, EventKind::Notice),
    row(event::AgentUnregistered, EventKind::Notice),
    row(event::AgentStatusChanged, EventKind::Notice),
    row(event::AgentMetricsUpdated, EventKind::Notice),
    row(event::AgentManagerShutdown, EventKind::WarningNotice),
    row(event::AgentLog, EventKind::Notice),
    row(event::BackendLog, EventKind::Notice, 'H'),
    row(event::AgentFallback, EventKind::WarningNotice),
    row(event::AgentTimeoutWarning, EventKind::WarningNotice, 'H'),
    row(event::CleanupStarted, EventKind::Notice, 'H'),
    row(event::CleanupDurationEstimate, EventKind::Notice, 'H'),
    row(event::CleanupComplete, EventKind::Notice, 'H'),
    row(event::ChunkResponseImmediate, EventKind::Notice, 'H'),
    row(event::AgentAggregationComplete, EventKind::Notice, 'H'),
    row(event::ThreadReadyForChunks, EventKind::Notice, 'H'),
    row(event::McpServerConnected, EventKind::Notice),
    row(event::McpServerDisconnected, EventKind::WarningNotice),
    row(event::McpServerError, EventKind::ErrorNotice),
    row(event::McpToolStarted, EventKind::Notice),
    row(event::McpToolCompleted, EventKind::Notice),
    row(event::McpToolFailed, EventKind::ErrorNotice),
    row(event::MessageReceived, EventKind::Notice),
    row(event::StepCreated, EventKind::Notice),
    row(event::StreamStart, EventKind::Notice),
    row(event::StreamEnd, EventKind::Notice),
    row(event::UserMessage, EventKind::Notice),
    row(event::AgentContext, EventKind::Notice),
    row(event::ExampleMessageResponse, EventKind::Notice),
};

constexpr Row kSession[] = {
    row(event::ConnectionEstablished, EventKind::ConnectionEstablished),
    row(event::HandshakeResponse, EventKind::HandshakeResponse, 'H'),
    row(event::HandshakeComplete, EventKind::HandshakeComplete, 'H'),
    row(event::Heartbeat, EventKind::Heartbeat),
    row(event::Ping, EventKind::Ping),
    row(event::Pong, EventKind::Acknowledgement),
    row(event::HeartbeatAck, EventKind::Acknowledgement),
    row(event::Ack, EventKind::Acknowledgement),
    row(event::AuthenticationSuccess, EventKind::Acknowledgement),
    row(event::TokenRefreshed, EventKind::TokenRefreshed),
    row(event::TokenRefreshFailed, EventKind::TokenRefreshFailed),
    row(event::ServerShutdown, EventKind::ServerShutdown),
    row(event::Error, EventKind::ServerError),
    row(event::ErrorMessage, EventKind::ServerError),
    row(event::ConnectionError, EventKind::ServerError),
    row(event::SystemError, EventKind::ServerError),
    row(event::AuthenticationError, EventKind::AuthenticationError),
    row(event::ThreadCreated, EventKind::ThreadNotice),
    row(event::ThreadSwitched, EventKind::ThreadNotice),
    row(event::ThreadRenamed, EventKind::ThreadNotice),
    row(event::ThreadDeleted, EventKind::ThreadNotice),
    row(event::ThreadUpdated, EventKind::ThreadNotice),
    row(event::ThreadLoaded, EventKind::ThreadNotice),
    row(event::ThreadLoading, EventKind::ThreadNotice),
    row(event::ThreadHistory, EventKind::ThreadHistory),
    row(event::ThreadData, EventKind::ThreadHistory),
    row(event::ConversationHistory, EventKind::ThreadHistory),
};

using NameTable = std::unordered_map<std::string_view, EventName>;

NameTable buildTable() {
    NameTable table;
    const auto add = [&table](const auto& rows) {
        for (const Row& each : rows)
            table.emplace(view(each.wire), each.name);
    };
    add(kLifecycle);
    add(kText);
    add(kNotices);
    add(kSession);
    return table;
}

} // namespace

const EventName* findEventName(std::string_view name) {
    static const NameTable table = buildTable();
    if (const auto it = table.find(name); it != table.end())
        return &it->second;
    for (const std::string_view prefix : {"factory_", "isolated_", "legacy_"}) {
        if (!name.starts_with(prefix))
            continue;
        const auto it = table.find(name.substr(prefix.size()));
        return it != table.end() ? &it->second : nullptr;
    }
    static constexpr EventName notice{EventKind::Notice, {}, '?'};
    for (const QLatin1String prefix : {event::CleanupPrefix, event::McpPrefix, event::ValidationPrefix})
        if (name.starts_with(view(prefix)))
            return &notice;
    return nullptr;
}

bool isWrapperName(std::string_view name) {
    return name == view(event::SystemMessage) || name == view(event::AgentProgress) ||
           name == view(event::AgentResponseComplete) || name == view(event::AgentUpdate);
}

} // namespace apex::protocol
