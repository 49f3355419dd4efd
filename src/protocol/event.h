// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/ids.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <variant>
#include <vector>

namespace apex::protocol {

/// JSON kept as compact UTF-8 text, so layers above need no JSON library; empty means "not sent".
/// Bytes that were not valid UTF-8 are replaced, never dropped silently (Envelope::repairedText says so).
using JsonText = QByteArray;

/// How an event breaks the sequence its own protocol prescribes, as far as the decoder can tell (AG-UI 1.0).
struct SequenceFault {
    enum class Kind {
        NotOpen,      ///< belongs to a message, call or step that is not open
        LeftOpen,     ///< the run went on or ended while this was still open
        StartedTwice, ///< began while it was open already
        BrokenPieces, ///< its pieces do not make a whole: one was lost, repeated or moved
    };
    Kind kind = Kind::NotOpen;
    QString what; ///< what it is about, in the protocol's own words
};

/// What every event of a run carries, after unwrapping (protocol.md 4.1). Empty and nullopt mean "not sent".
struct Envelope {
    QString type;      ///< canonical event name ("agent_thinking", also where the wire said "reasoning")
    QString wireType;  ///< the name as it stood on the wire, outermost
    char family = '?'; ///< envelope family A..I of protocol.md 4.1, 'U' for AG-UI
    RunId run;
    ThreadId thread;
    UserId user;
    QString agent;                      ///< agent name; empty if not sent
    std::optional<QString> parentAgent; ///< who started this agent, if said; empty: the outermost agent
    QString turn;                       ///< turn_id of family D: groups events that carry no run id
    QString eventId;
    std::optional<WallTime> serverTime; ///< the sender's clock; never used for durations against ours
    bool recovered = false;             ///< resent by the server after a reconnect (3.10)
    int attempt = 1;                    ///< delivery or retry attempt, 1-based
    int maxAttempts = 0;                ///< 0 = not sent
    QString retryReason;
    bool cutByServer = false;   ///< a value was shortened by the server (4.4: 500 characters, 10 entries)
    bool namesSwapped = false;  ///< tool and agent name stood in each other's place and were put back (4.4)
    bool repairedText = false;  ///< invalid UTF-8 or lone surrogates were replaced
    bool duplicateKeys = false; ///< an object had a key twice; the last one was used
    QString cutDetail;          ///< how a value was shortened, for people; empty unless cutByServer
    std::vector<SequenceFault> faults; ///< empty where the sequence is lawful or the protocol has none
};

/// An agent began (also sub-agents and orchestration levels).
struct AgentStarted {
    QString description;
};
/// A thought, or progress that an agent reports.
struct AgentThinking {
    QString text;
    std::optional<int> step;
    std::optional<int> totalSteps;
    std::optional<double> progress; ///< 0..1
    bool continues = false; ///< text to append to this agent's last thought, not a new one (AG-UI deltas)
};
/// A tool call began.
struct ToolExecuting {
    QString tool;
    ToolCallId call;
    JsonText arguments;
    bool preparing = false; ///< AG-UI: arguments still streaming, execution has not begun
};
/// A tool call ended.
struct ToolCompleted {
    QString tool;
    ToolCallId call;
    JsonText result;
    std::optional<std::chrono::microseconds> duration; ///< as claimed by the server; 0 on the wire is nullopt
    std::optional<bool> success;                       ///< nullopt: the sender did not say
    QString error;
};
/// An agent ended well.
struct AgentCompleted {
    QString answer;      ///< text found by the look-up order of 4.5, Markdown; empty if there is none
    JsonText answerJson; ///< the structured answer, if it was one
    std::optional<std::chrono::microseconds> duration;
    QString status;
    bool cancelled = false;               ///< AG-UI outcome "cancelled"
    bool waiting = false;                 ///< AG-UI outcome "interrupt": open tool calls wait for a decision
    std::vector<ToolCallId> pendingCalls; ///< AG-UI: calls that rightly have no result yet
};
/// An agent ended badly: agent_error, agent_failed, agent_death, agent_timeout_failure.
struct AgentFailed {
    enum class Cause { Error, Death, Timeout };
    Cause cause = Cause::Error;
    QString message; ///< for people
    QString code;
};
/// The server confirms a stop; may lack a run id (4.7).
struct AgentStopped {
    QString reason;
};
/// A piece of streamed answer text.
struct PartialText {
    QString text;
    bool replaces = false; ///< the text so far, not an addition to it
    bool isFinal = false;
    MessageId message;
};
/// The structured report (platform-features.md 5.5).
struct FinalReport {
    JsonText report;
    QString markdown;   ///< if the report was text or carries one
    QString reportType; ///< full_analysis, partial_analysis, guidance, fallback, ...; empty if not sent
    std::optional<std::chrono::microseconds> duration;
};
/// Anything about a run worth a row that changes no state: progress, fallback, timeout warning, cleanup, log,
/// MCP, status.
struct RunNotice {
    enum class Level { Info, Warning, Error };
    Level level = Level::Info;
    QString text;
    JsonText data;
};
/// connection_established.
struct ConnectionEstablished {
    ConnectionId connection;
    QString mode;
    UserId user; ///< may be cut short with dots (3.4): not an identity then
    bool userIsCut = false;
    QString message;
};
/// handshake_response.
struct HandshakeResponse {
    ThreadId thread;
};
/// handshake_complete.
struct HandshakeComplete {
    ThreadId thread;
};
/// thread_created, thread_switched, thread_renamed, thread_deleted, thread_updated, thread_loaded,
/// thread_loading.
struct ThreadNotice {
    enum class Kind { Created, Switched, Renamed, Deleted, Updated, Loaded, Loading };
    Kind kind = Kind::Created;
    ThreadId thread;
    QString title;
};

/// One stored message (REST, 5.1, and thread_history).
struct StoredMessage {
    MessageId id;
    ThreadId thread;
    RunId run; ///< from metadata.run_id; may be empty
    bool fromUser = false;
    QString text;         ///< Markdown
    JsonText finalReport; ///< from metadata.final_report; may be empty
    QString reportType;
    std::optional<WallTime> createdAt;
};
/// thread_history, thread_data, conversation_history.
struct ThreadHistory {
    ThreadId thread;
    std::vector<StoredMessage> messages;
};
/// error, error_message, connection_error, system_error, authentication_error: not tied to an agent.
struct ServerError {
    QString code;
    QString message; ///< for people, by the key order of 4.6
    JsonText details;
    bool authentication = false;
};
/// server_shutdown and the like: the server says it will go away.
struct ServerNotice {
    QString text;
    std::optional<std::chrono::seconds> drain;
};
/// heartbeat from the server; answer with heartbeat_ack.
struct Heartbeat {};
/// ping from the server; answer with pong.
struct Ping {
    std::optional<qint64> timestamp;
};
/// pong, heartbeat_ack, ack, authentication_success and other answers that need none.
struct Acknowledgement {
    QString receivedType;
};
/// token_refreshed / token_refresh_failed (3.10). The token itself is removed before anything is kept.
struct TokenNotice {
    bool refreshed = false;
};
/// Kept, counted, shown; never dropped.
struct Unknown {
    QString reason;
};

using Body =
    std::variant<AgentStarted, AgentThinking, ToolExecuting, ToolCompleted, AgentCompleted, AgentFailed,
                 AgentStopped, PartialText, FinalReport, RunNotice, ConnectionEstablished, HandshakeResponse,
                 HandshakeComplete, ThreadNotice, ThreadHistory, ServerError, ServerNotice, Heartbeat, Ping,
                 Acknowledgement, TokenNotice, Unknown>;

/// One thing the server told us. A frame holds one, a batch frame several.
struct Event {
    Envelope envelope;
    Body body;
};

/// When and in what order a frame came, by our own clocks.
struct Receipt {
    qint64 frame = 0; ///< index of the frame in its session or recording, 0-based
    WallTime wall{};
    MonoTime mono{};
};

} // namespace apex::protocol
