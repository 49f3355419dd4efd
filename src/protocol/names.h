// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1String>

#include <string_view>

/// One index of every name on the wire (protocol.md 3.5, 4, 5): event types, field names, REST paths.
///
/// Whoever reads or writes JSON of the platform takes the name from here, so a rename is one line.
namespace apex::protocol::names {

using namespace Qt::StringLiterals;

/// A name as simdjson and the standard library want it.
[[nodiscard]] constexpr std::string_view view(QLatin1String name) {
    return {name.data(), static_cast<std::size_t>(name.size())};
}

/// Types of frames the server sends.
namespace event {
// The five of a run's life (4.2 to 4.5).
inline constexpr auto AgentStarted = "agent_started"_L1;
inline constexpr auto AgentThinking = "agent_thinking"_L1;
inline constexpr auto ToolExecuting = "tool_executing"_L1;
inline constexpr auto ToolCompleted = "tool_completed"_L1;
inline constexpr auto AgentCompleted = "agent_completed"_L1;
// Synonyms of the five.
inline constexpr auto Reasoning = "reasoning"_L1;
inline constexpr auto ToolCall = "tool_call"_L1;
inline constexpr auto ToolStarted = "tool_started"_L1;
inline constexpr auto ToolResult = "tool_result"_L1;
inline constexpr auto ToolError = "tool_error"_L1;
inline constexpr auto AgentFinished = "agent_finished"_L1;
inline constexpr auto SubagentStarted = "subagent_started"_L1;
inline constexpr auto SubagentCompleted = "subagent_completed"_L1;
inline constexpr auto OrchestrationStarted = "orchestration_started"_L1;
inline constexpr auto OrchestrationThinking = "orchestration_thinking"_L1;
inline constexpr auto OrchestrationDelegating = "orchestration_delegating"_L1;
inline constexpr auto OrchestrationCompleted = "orchestration_completed"_L1;
// Other ends of an agent (4.6, 4.7, 4.8).
inline constexpr auto AgentError = "agent_error"_L1;
inline constexpr auto AgentFailed = "agent_failed"_L1;
inline constexpr auto AgentDeath = "agent_death"_L1;
inline constexpr auto AgentTimeoutFailure = "agent_timeout_failure"_L1;
inline constexpr auto AgentStopped = "agent_stopped"_L1;
inline constexpr auto AgentCancelled = "agent_cancelled"_L1;
// Wrappers (4.1, families D and G).
inline constexpr auto SystemMessage = "system_message"_L1;
inline constexpr auto AgentProgress = "agent_progress"_L1;
inline constexpr auto AgentResponseComplete = "agent_response_complete"_L1;
inline constexpr auto AgentUpdate = "agent_update"_L1;
inline constexpr auto SubAgentUpdate = "sub_agent_update"_L1;
inline constexpr auto EventBatch = "event_batch"_L1;
// Text and reports.
inline constexpr auto PartialResult = "partial_result"_L1;
inline constexpr auto StreamChunk = "stream_chunk"_L1;
inline constexpr auto StreamComplete = "stream_complete"_L1;
inline constexpr auto AgentResponseChunk = "agent_response_chunk"_L1;
inline constexpr auto ResponseChunk = "response_chunk"_L1;
inline constexpr auto ResponseComplete = "response_complete"_L1;
inline constexpr auto AgentResponse = "agent_response"_L1;
inline constexpr auto Message = "message"_L1;
inline constexpr auto FinalReport = "final_report"_L1;
// Notices of a run.
inline constexpr auto ProgressUpdate = "progress_update"_L1;
inline constexpr auto AgentFallback = "agent_fallback"_L1;
inline constexpr auto AgentTimeoutWarning = "agent_timeout_warning"_L1;
inline constexpr auto BackendLog = "backend_log"_L1;
inline constexpr auto AgentLog = "agent_log"_L1;
inline constexpr auto AgentRegistered = "agent_registered"_L1;
inline constexpr auto AgentUnregistered = "agent_unregistered"_L1;
inline constexpr auto AgentStatusChanged = "agent_status_changed"_L1;
inline constexpr auto AgentMetricsUpdated = "agent_metrics_updated"_L1;
inline constexpr auto AgentManagerShutdown = "agent_manager_shutdown"_L1;
inline constexpr auto CleanupStarted = "cleanup_started"_L1;
inline constexpr auto CleanupDurationEstimate = "cleanup_duration_estimate"_L1;
inline constexpr auto CleanupComplete = "cleanup_complete"_L1;
inline constexpr auto ChunkResponseImmediate = "chunk_response_immediate"_L1;
inline constexpr auto AgentAggregationComplete = "agent_aggregation_complete"_L1;
inline constexpr auto ThreadReadyForChunks = "thread_ready_for_chunks"_L1;
inline constexpr auto McpServerConnected = "mcp_server_connected"_L1;
inline constexpr auto McpServerDisconnected = "mcp_server_disconnected"_L1;
inline constexpr auto McpServerError = "mcp_server_error"_L1;
inline constexpr auto McpToolStarted = "mcp_tool_started"_L1;
inline constexpr auto McpToolCompleted = "mcp_tool_completed"_L1;
inline constexpr auto McpToolFailed = "mcp_tool_failed"_L1;
inline constexpr auto MessageReceived = "message_received"_L1;
inline constexpr auto StepCreated = "step_created"_L1;
inline constexpr auto StreamStart = "stream_start"_L1;
inline constexpr auto StreamEnd = "stream_end"_L1;
inline constexpr auto UserMessage = "user_message"_L1; ///< an echo, in the server's event streams (5.2)
/// Families of notices of which the sources name only the beginning.
inline constexpr auto CleanupPrefix = "cleanup_"_L1;
inline constexpr auto McpPrefix = "mcp_"_L1;
inline constexpr auto ValidationPrefix = "validation_"_L1;
// Connection and session (section 3).
inline constexpr auto ConnectionEstablished = "connection_established"_L1;
inline constexpr auto HandshakeResponse = "handshake_response"_L1;
inline constexpr auto HandshakeComplete = "handshake_complete"_L1;
inline constexpr auto Heartbeat = "heartbeat"_L1;
inline constexpr auto HeartbeatAck = "heartbeat_ack"_L1;
inline constexpr auto Ping = "ping"_L1;
inline constexpr auto Pong = "pong"_L1;
inline constexpr auto Ack = "ack"_L1;
inline constexpr auto AuthenticationSuccess = "authentication_success"_L1;
inline constexpr auto TokenRefreshed = "token_refreshed"_L1;
inline constexpr auto TokenRefreshFailed = "token_refresh_failed"_L1;
inline constexpr auto ServerShutdown = "server_shutdown"_L1;
// Errors not tied to an agent (4.6).
inline constexpr auto Error = "error"_L1;
inline constexpr auto ErrorMessage = "error_message"_L1;
inline constexpr auto ConnectionError = "connection_error"_L1;
inline constexpr auto SystemError = "system_error"_L1;
inline constexpr auto AuthenticationError = "authentication_error"_L1;
// Threads.
inline constexpr auto ThreadCreated = "thread_created"_L1;
inline constexpr auto ThreadSwitched = "thread_switched"_L1;
inline constexpr auto ThreadRenamed = "thread_renamed"_L1;
inline constexpr auto ThreadDeleted = "thread_deleted"_L1;
inline constexpr auto ThreadUpdated = "thread_updated"_L1;
inline constexpr auto ThreadLoaded = "thread_loaded"_L1;
inline constexpr auto ThreadLoading = "thread_loading"_L1;
inline constexpr auto ThreadHistory = "thread_history"_L1;
inline constexpr auto ThreadData = "thread_data"_L1;
inline constexpr auto ConversationHistory = "conversation_history"_L1;
inline constexpr auto AgentContext = "agent_context"_L1;
inline constexpr auto ExampleMessageResponse = "example_message_response"_L1;
} // namespace event

/// Types of messages a client sends (3.5).
namespace request {
inline constexpr auto UserMessage = "user_message"_L1;
inline constexpr auto StartAgent = "start_agent"_L1;
inline constexpr auto StopAgent = "stop_agent"_L1;
inline constexpr auto SwitchThread = "switch_thread"_L1;
inline constexpr auto HandshakeAcknowledged = "handshake_acknowledged"_L1;
inline constexpr auto HeartbeatAck = "heartbeat_ack"_L1;
inline constexpr auto Ping = "ping"_L1;
inline constexpr auto Pong = "pong"_L1;
inline constexpr auto Disconnect = "disconnect"_L1;
// What other clients send; read in their recordings, never sent by us.
inline constexpr auto ChatMessage = "chat_message"_L1;
inline constexpr auto Chat = "chat"_L1;
inline constexpr auto ExecuteAgent = "execute_agent"_L1;
inline constexpr auto UserInput = "user_input"_L1;
inline constexpr auto CreateThread = "create_thread"_L1;
inline constexpr auto ListThreads = "list_threads"_L1;
inline constexpr auto DeleteThread = "delete_thread"_L1;
inline constexpr auto GetThreadHistory = "get_thread_history"_L1;
inline constexpr auto GetConversationHistory = "get_conversation_history"_L1;
inline constexpr auto GetAgentContext = "get_agent_context"_L1;
inline constexpr auto SessionRestore = "session_restore"_L1;
inline constexpr auto SessionRequest = "session_request"_L1;
inline constexpr auto SessionAcknowledged = "session_acknowledged"_L1;
inline constexpr auto HandshakeRequest = "handshake_request"_L1;
inline constexpr auto EventConfirmation = "event_confirmation"_L1;
inline constexpr auto ChunkedStart = "chunked_start"_L1;
inline constexpr auto ChunkedData = "chunked_data"_L1;
inline constexpr auto ChunkedEnd = "chunked_end"_L1;
inline constexpr auto Typing = "typing"_L1;
} // namespace request

/// Field names, of frames and of REST bodies.
namespace field {
// Envelope.
inline constexpr auto Type = "type"_L1;
inline constexpr auto Event = "event"_L1;
inline constexpr auto Payload = "payload"_L1;
inline constexpr auto Data = "data"_L1;
inline constexpr auto Metadata = "metadata"_L1;
inline constexpr auto Timestamp = "timestamp"_L1;
inline constexpr auto RunId = "run_id"_L1;
inline constexpr auto ThreadId = "thread_id"_L1;
inline constexpr auto UserId = "user_id"_L1;
inline constexpr auto EventId = "event_id"_L1;
inline constexpr auto MessageId = "message_id"_L1;
inline constexpr auto RequestId = "request_id"_L1;
inline constexpr auto TurnId = "turn_id"_L1;
inline constexpr auto ServerId = "server_id"_L1;
inline constexpr auto CorrelationId = "correlation_id"_L1;
inline constexpr auto Critical = "critical"_L1;
inline constexpr auto Recovered = "recovered"_L1;
inline constexpr auto Attempt = "attempt"_L1;
inline constexpr auto RetryInfo = "retry_info"_L1;
inline constexpr auto AttemptNumber = "attempt_number"_L1;
inline constexpr auto MaxAttempts = "max_attempts"_L1;
inline constexpr auto Reason = "reason"_L1;
inline constexpr auto LlmValidation = "llm_validation"_L1;
inline constexpr auto IsValid = "is_valid"_L1;
inline constexpr auto ViolationsCount = "violations_count"_L1;
inline constexpr auto ChunkData = "chunk_data"_L1;
inline constexpr auto BatchId = "batch_id"_L1;
inline constexpr auto BatchSize = "batch_size"_L1;
inline constexpr auto Events = "events"_L1;
// Agents.
inline constexpr auto AgentName = "agent_name"_L1;
inline constexpr auto Agent = "agent"_L1;
inline constexpr auto AgentId = "agent_id"_L1;
inline constexpr auto AgentType = "agent_type"_L1;
inline constexpr auto Name = "name"_L1;
inline constexpr auto SubagentName = "subagent_name"_L1;
inline constexpr auto SubAgentName = "sub_agent_name"_L1;
inline constexpr auto SubagentId = "subagent_id"_L1;
inline constexpr auto TaskDescription = "task_description"_L1;
inline constexpr auto Description = "description"_L1;
inline constexpr auto TotalSteps = "total_steps"_L1;
inline constexpr auto State = "state"_L1;
// Thinking.
inline constexpr auto ReasoningText = "reasoning"_L1;
inline constexpr auto Thought = "thought"_L1;
inline constexpr auto Thinking = "thinking"_L1;
inline constexpr auto Message = "message"_L1;
inline constexpr auto Content = "content"_L1;
inline constexpr auto Status = "status"_L1;
inline constexpr auto StepNumber = "step_number"_L1;
inline constexpr auto Step = "step"_L1;
inline constexpr auto ProgressPercentage = "progress_percentage"_L1;
inline constexpr auto Progress = "progress"_L1;
inline constexpr auto ProgressData = "progress_data"_L1;
inline constexpr auto Percentage = "percentage"_L1;
// Tools.
inline constexpr auto ToolName = "tool_name"_L1;
inline constexpr auto Tool = "tool"_L1;
inline constexpr auto ExecutionId = "execution_id"_L1;
inline constexpr auto ToolCallId = "tool_call_id"_L1;
inline constexpr auto ToolId = "tool_id"_L1;
inline constexpr auto CallId = "call_id"_L1;
inline constexpr auto Parameters = "parameters"_L1;
inline constexpr auto ToolArgs = "tool_args"_L1;
inline constexpr auto Params = "params"_L1;
inline constexpr auto Args = "args"_L1;
inline constexpr auto Arguments = "arguments"_L1;
inline constexpr auto Input = "input"_L1;
inline constexpr auto ToolInput = "tool_input"_L1;
inline constexpr auto Results = "results"_L1;
inline constexpr auto Result = "result"_L1;
inline constexpr auto Output = "output"_L1;
inline constexpr auto ExecutionTime = "execution_time"_L1;
inline constexpr auto ExecutionTimeMs = "execution_time_ms"_L1;
inline constexpr auto DurationMs = "duration_ms"_L1;
inline constexpr auto Duration = "duration"_L1;
inline constexpr auto TotalDurationMs = "total_duration_ms"_L1;
inline constexpr auto Success = "success"_L1;
inline constexpr auto ToolPurpose = "tool_purpose"_L1;
// Answers.
inline constexpr auto FinalResponse = "final_response"_L1;
inline constexpr auto FinalAnswer = "final_answer"_L1;
inline constexpr auto Response = "response"_L1;
inline constexpr auto Answer = "answer"_L1;
inline constexpr auto Summary = "summary"_L1;
inline constexpr auto Report = "report"_L1;
inline constexpr auto FinalReport = "final_report"_L1;
inline constexpr auto ReportType = "report_type"_L1;
inline constexpr auto Markdown = "markdown"_L1;
inline constexpr auto Text = "text"_L1;
inline constexpr auto Chunk = "chunk"_L1;
inline constexpr auto Delta = "delta"_L1;
inline constexpr auto IsComplete = "is_complete"_L1;
inline constexpr auto IsFinal = "is_final"_L1;
inline constexpr auto Done = "done"_L1;
inline constexpr auto Replace = "replace"_L1;
inline constexpr auto Truncated = "truncated"_L1;
inline constexpr auto Value = "value"_L1;
// Errors.
inline constexpr auto Error = "error"_L1;
inline constexpr auto ErrorMessage = "error_message"_L1;
inline constexpr auto ErrorCode = "error_code"_L1;
inline constexpr auto ErrorType = "error_type"_L1;
inline constexpr auto ErrorContext = "error_context"_L1;
inline constexpr auto Code = "code"_L1;
inline constexpr auto Detail = "detail"_L1;
inline constexpr auto Details = "details"_L1;
inline constexpr auto UserFriendlyMessage = "user_friendly_message"_L1;
inline constexpr auto UserMessage = "user_message"_L1;
inline constexpr auto DeathCause = "death_cause"_L1;
inline constexpr auto CancellationReason = "cancellation_reason"_L1;
inline constexpr auto FallbackType = "fallback_type"_L1;
inline constexpr auto ElapsedSeconds = "elapsed_seconds"_L1;
inline constexpr auto TotalTimeoutSeconds = "total_timeout_seconds"_L1;
inline constexpr auto TimeoutSeconds = "timeout_seconds"_L1;
inline constexpr auto RemainingSeconds = "remaining_seconds"_L1;
inline constexpr auto TraceId = "trace_id"_L1;
inline constexpr auto SupportCode = "support_code"_L1;
inline constexpr auto Severity = "severity"_L1;
// Connection.
inline constexpr auto ConnectionId = "connection_id"_L1;
inline constexpr auto Mode = "mode"_L1;
inline constexpr auto ReceivedType = "received_type"_L1;
inline constexpr auto OriginalTimestamp = "original_timestamp"_L1;
inline constexpr auto NewToken = "new_token"_L1;
inline constexpr auto SessionToken = "session_token"_L1;
inline constexpr auto DrainSeconds = "drain_seconds"_L1;
// Outgoing.
inline constexpr auto References = "references"_L1;
// Previews of files.
inline constexpr auto Format = "format"_L1;
inline constexpr auto Columns = "columns"_L1;
inline constexpr auto Field = "field"_L1;
inline constexpr auto Fields = "fields"_L1;
inline constexpr auto Sample = "sample"_L1;
inline constexpr auto Words = "words"_L1;
inline constexpr auto Usable = "usable"_L1;
inline constexpr auto Problem = "problem"_L1;
inline constexpr auto JsonlLogs = "jsonl_logs"_L1;
inline constexpr auto ClientEnvironment = "client_environment"_L1;
// Threads, messages and the rest of REST.
inline constexpr auto Id = "id"_L1;
inline constexpr auto Object = "object"_L1;
inline constexpr auto Title = "title"_L1;
inline constexpr auto NewTitle = "new_title"_L1;
inline constexpr auto CreatedAt = "created_at"_L1;
inline constexpr auto UpdatedAt = "updated_at"_L1;
inline constexpr auto MessageCount = "message_count"_L1;
inline constexpr auto Messages = "messages"_L1;
inline constexpr auto Total = "total"_L1;
inline constexpr auto Limit = "limit"_L1;
inline constexpr auto Offset = "offset"_L1;
inline constexpr auto Role = "role"_L1;
inline constexpr auto Archived = "archived"_L1;
inline constexpr auto FileId = "file_id"_L1;
inline constexpr auto FileName = "file_name"_L1;
inline constexpr auto SizeBytes = "size_bytes"_L1;
inline constexpr auto Environment = "environment"_L1;
inline constexpr auto AppName = "app_name"_L1;
inline constexpr auto Version = "version"_L1;
inline constexpr auto Features = "features"_L1;
inline constexpr auto Attachments = "attachments"_L1;
inline constexpr auto MaxBytes = "max_bytes"_L1;
} // namespace field

/// Values with a meaning of their own.
namespace value {
inline constexpr auto RoleUser = "user"_L1;
inline constexpr auto RoleAssistant = "assistant"_L1;
inline constexpr auto StatusArchived = "archived"_L1;
inline constexpr auto StatusActive = "active"_L1;
inline constexpr auto AttachmentsUpload = "upload"_L1;
inline constexpr auto AttachmentsInline = "inline"_L1;
inline constexpr auto AttachmentsNone = "none"_L1;
inline constexpr auto Redacted = "[REDACTED]"_L1;
/// Ids senders use when they know none (4.10); treated as absent.
inline constexpr auto UnknownRun = "unknown_run"_L1;
} // namespace value

/// REST and socket paths below the base URL (1, 3.1, 5).
namespace path {
inline constexpr auto WebSocket = "/ws"_L1;
inline constexpr auto WebSocketTicket = "/api/websocket/ticket"_L1;
inline constexpr auto Threads = "/api/threads"_L1;     ///< GET list, POST create; /{id} GET, PUT, DELETE
inline constexpr auto MessagesSuffix = "/messages"_L1; ///< appended to /api/threads/{id}
inline constexpr auto Files = "/api/files"_L1;         ///< POST, where the public configuration says "upload"
inline constexpr auto FilePreview =
    "/api/files/preview"_L1; ///< POST the beginning of a file; embedded backend
inline constexpr auto PublicConfig = "/api/config/public"_L1;
inline constexpr auto WebSocketConfig = "/ws/config"_L1;
inline constexpr auto Health = "/health"_L1;
inline constexpr auto AuthConfig = "/auth/config"_L1;
inline constexpr auto AuthMe = "/auth/me"_L1;
inline constexpr auto AuthRefresh = "/auth/refresh"_L1;
inline constexpr auto AuthLogout = "/auth/logout"_L1;
inline constexpr auto RunStatusPrefix = "/api/agent/"_L1; ///< /api/agent/{run_id}/status (5.3)
} // namespace path

} // namespace apex::protocol::names
