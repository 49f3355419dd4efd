// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/names.h"
#include "protocol/platform_events.h"
#include "protocol/stored_message.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace apex::protocol {

namespace {

namespace event = names::event;
namespace field = names::field;
using names::view;

std::optional<int> smallInteger(const std::optional<qint64>& value) {
    if (!value || *value < 0 || *value > 1'000'000'000)
        return std::nullopt;
    return static_cast<int>(*value);
}

/// Progress as 0..1; percent by name, or by size where the name does not tell (4.3).
std::optional<double> progressOf(const WireMessage& message) {
    if (const auto percent = message.number({field::ProgressPercentage}))
        return std::clamp(*percent / 100.0, 0.0, 1.0);
    const auto progress = message.number({field::Progress});
    if (!progress)
        return std::nullopt;
    return std::clamp(*progress > 1.0 ? *progress / 100.0 : *progress, 0.0, 1.0);
}

Body thinking(const WireMessage& message) {
    AgentThinking body;
    body.text = message.text({field::ReasoningText, field::Thought, field::Message, field::Thinking,
                              field::Content, field::Status});
    if (body.text.isEmpty() && message.payloadValue() && message.payloadValue()->is_string())
        body.text = json::asText(*message.payloadValue());
    body.step = smallInteger(message.integer({field::StepNumber, field::Step}));
    if (!body.step)
        if (const json::Element* step = message.metadata(field::StepNumber))
            body.step = smallInteger(json::asInteger(*step));
    body.totalSteps = smallInteger(message.integer({field::TotalSteps}));
    body.progress = progressOf(message);
    return body;
}

QString toolName(const WireMessage& message) {
    return message.identifier({field::ToolName, field::Tool, field::Name});
}

ToolCallId toolCall(const WireMessage& message) {
    return ToolCallId(
        message.identifier({field::ExecutionId, field::ToolCallId, field::ToolId, field::CallId}));
}

Body toolExecuting(const WireMessage& message) {
    static constexpr auto keys = {field::Parameters, field::ToolArgs,  field::Params,   field::Args,
                                  field::Input,      field::ToolInput, field::Arguments};
    ToolExecuting body;
    body.tool = toolName(message);
    body.call = toolCall(message);
    const json::Element* arguments = message.firstFilled(keys);
    if (!arguments)
        arguments = message.metadata(field::Parameters);
    for (auto key = keys.begin(); !arguments && key != keys.end(); ++key)
        arguments = message.inner(*key);
    if (arguments)
        body.arguments = json::text(*arguments);
    return body;
}

/// What the sender said of success; silence is nullopt, not yes.
std::optional<bool> successOf(const WireMessage& message, const QString& error) {
    if (const auto success = message.flag({field::Success}))
        return success;
    const QString status = message.string({field::Status}).toLower();
    if (status == u"error" || status == u"failed" || status == u"failure" || !error.isEmpty())
        return false;
    if (status == u"success" || status == u"ok")
        return true;
    return std::nullopt;
}

Body toolCompleted(const WireMessage& message, bool failed) {
    ToolCompleted body;
    body.tool = toolName(message);
    body.call = toolCall(message);
    const json::Element* result = message.firstFilled({field::Results, field::Result, field::Output});
    for (const QLatin1String key : {field::Result, field::Results})
        if (!result)
            result = message.metadata(key);
    if (!result)
        result = message.inner(field::Result);
    if (result)
        body.result = json::text(*result);
    body.duration = wireDuration(message);
    if (const json::Element* error = message.firstFilled({field::Error, field::ErrorMessage});
        error && !error->is_bool())
        body.error = error->is_object() ? errorText(message) : json::asText(*error);
    body.success = failed ? std::optional(false) : successOf(message, body.error);
    if (failed && body.error.isEmpty())
        body.error = message.string({field::Message});
    return body;
}

Body agentCompleted(const WireMessage& message) {
    AgentCompleted body;
    readAnswer(message, body);
    body.duration = wireDuration(message);
    body.status = message.string({field::Status});
    return body;
}

Body agentFailed(const WireMessage& message, AgentFailed::Cause cause) {
    AgentFailed body;
    body.cause = cause;
    body.message = errorText(message);
    body.code = message.string({field::ErrorCode, field::Code, field::DeathCause, field::ErrorType});
    if (body.code.isEmpty())
        if (const json::Element* context = message.firstFilled({field::ErrorContext}))
            if (const auto type = json::member(*context, view(field::ErrorType)))
                body.code = json::asText(*type);
    return body;
}

Body agentStopped(const WireMessage& message) {
    return AgentStopped{
        message.string({field::CancellationReason, field::Reason, field::Message, field::Status})};
}

Body partialText(const WireMessage& message, bool whole) {
    PartialText body;
    body.text = message.string({field::Content, field::Chunk, field::Delta, field::Text, field::Message});
    body.isFinal = whole || message.flag({field::IsComplete, field::IsFinal, field::Done}).value_or(false);
    // A closing frame without text only closes; with text it carries the whole.
    body.replaces = message.flag({field::Replace}).value_or(whole && !body.text.isEmpty());
    body.message = MessageId(message.identifier({field::MessageId}));
    return body;
}

/// Puts a report that stands in a string into its place: JSON as JSON, anything else as Markdown.
void takeReportText(const QString& text, FinalReport& body) {
    if (text.trimmed().startsWith(u'{')) {
        json::Parser parser;
        if (const auto root = parser.parse(text.toUtf8()); root && root->is_object()) {
            body.report = json::text(*root);
            return;
        }
    }
    body.markdown = text;
    body.report = json::quoted(text);
}

Body finalReport(const WireMessage& message) {
    FinalReport body;
    const json::Element* report = message.firstFilled({field::Report, field::FinalReport, field::Content});
    if (!report)
        report = message.payloadValue() ? message.payloadValue() : message.dataValue();
    if (report && report->is_string())
        takeReportText(*json::asString(*report), body);
    else if (report)
        body.report = json::text(*report);
    body.reportType = message.string({field::ReportType});
    if (report && body.reportType.isEmpty())
        if (const auto type = json::member(*report, view(field::ReportType)); type && type->is_string())
            body.reportType = json::asText(*type);
    if (body.markdown.isEmpty())
        body.markdown = message.string({field::Markdown});
    if (report && body.markdown.isEmpty())
        if (const auto markdown = json::member(*report, view(field::Markdown));
            markdown && markdown->is_string())
            body.markdown = json::asText(*markdown);
    body.duration = wireDuration(message);
    return body;
}

/// The part of a message worth keeping as data of a notice: what stands beside the envelope.
JsonText noticeData(const WireMessage& message) {
    if (const json::Element* data = message.dataValue(); data && !json::isEmpty(*data))
        return json::text(*data);
    if (const json::Element* payload = message.payloadValue(); payload && !json::isEmpty(*payload))
        return json::text(*payload);
    return json::text(message.whole());
}

/// The lines of a backend_log, one a line; long bundles are cut, the data keeps them all.
QString logLines(const WireMessage& message) {
    constexpr qsizetype mostLines = 20;
    QStringList lines;
    const json::Element* entries = message.firstFilled({field::Messages});
    if (!entries || !entries->is_array())
        return {};
    for (const json::Element& entry : json::items(*entries)) {
        if (lines.size() == mostLines)
            break;
        if (const auto text = json::member(entry, view(field::Message)))
            lines.append(json::asText(*text));
    }
    return lines.join(u'\n');
}

QString noticeText(const EventName& name, const WireMessage& message) {
    QString text = name.canonical == event::BackendLog ? logLines(message) : errorText(message);
    if (text.isEmpty())
        if (const json::Element* progress = message.firstFilled({field::ProgressData}))
            if (const auto inner = json::member(*progress, view(field::Message)))
                text = json::asText(*inner);
    if (text.isEmpty())
        if (const json::Element* chunk = message.firstFilled({field::ChunkData}))
            if (const auto response = json::member(*chunk, view(field::Response)))
                text = json::asText(*response);
    if (text.isEmpty())
        text = message.string({field::Content, field::Text, field::Status, field::Response, field::Reason});
    if (name.canonical == event::AgentTimeoutWarning && text.isEmpty()) {
        const auto elapsed = message.number({field::ElapsedSeconds});
        const auto total = message.number({field::TotalTimeoutSeconds});
        if (elapsed && total)
            text = QCoreApplication::translate("Protocol", "%1 of %2 seconds are used up.")
                       .arg(*elapsed)
                       .arg(*total);
    }
    return text;
}

Body notice(const EventName& name, const WireMessage& message, RunNotice::Level level) {
    return RunNotice{level, noticeText(name, message), noticeData(message)};
}

Body connectionEstablished(const WireMessage& message) {
    ConnectionEstablished body;
    body.connection = ConnectionId(message.identifier({field::ConnectionId}));
    body.mode = message.string({field::Mode});
    const QString user = message.identifier({field::UserId});
    body.user = UserId(user);
    body.userIsCut = user.endsWith(u"...") || user.endsWith(QChar(0x2026));
    body.message = message.string({field::Message});
    return body;
}

Body threadNotice(const EventName& name, const WireMessage& message) {
    using Kind = ThreadNotice::Kind;
    ThreadNotice body;
    if (name.canonical == event::ThreadSwitched)
        body.kind = Kind::Switched;
    else if (name.canonical == event::ThreadRenamed)
        body.kind = Kind::Renamed;
    else if (name.canonical == event::ThreadDeleted)
        body.kind = Kind::Deleted;
    else if (name.canonical == event::ThreadUpdated)
        body.kind = Kind::Updated;
    else if (name.canonical == event::ThreadLoaded)
        body.kind = Kind::Loaded;
    else if (name.canonical == event::ThreadLoading)
        body.kind = Kind::Loading;
    body.thread = ThreadId(message.identifier({field::ThreadId}));
    body.title = message.string({field::NewTitle, field::Title});
    return body;
}

Body threadHistory(const WireMessage& message) {
    ThreadHistory body;
    body.thread = ThreadId(message.identifier({field::ThreadId}));
    if (const json::Element* messages = message.firstFilled({field::Messages}))
        body.messages = storedMessages(*messages, body.thread);
    return body;
}

Body serverError(const WireMessage& message, bool authentication) {
    ServerError body;
    body.code = message.string({field::ErrorCode, field::Code, field::SupportCode});
    body.message = errorText(message);
    if (const json::Element* details = message.firstFilled({field::Details}))
        body.details = json::text(*details);
    body.authentication = authentication || body.code.startsWith(u"AUTH");
    return body;
}

Body serverShutdown(const WireMessage& message) {
    ServerNotice body;
    body.text = errorText(message);
    if (body.text.isEmpty())
        body.text = message.string({field::Reason});
    if (const auto drain = message.number({field::DrainSeconds}); drain && *drain >= 0 && *drain < 1e9)
        body.drain = std::chrono::seconds{std::llround(*drain)};
    return body;
}

} // namespace

// One branch an event type: a table in the form of a function.
// NOLINTNEXTLINE(readability-function-size)
Body platformBody(const EventName& name, const WireMessage& message) {
    switch (name.kind) {
    case EventKind::AgentStarted:
        return AgentStarted{
            message.string({field::TaskDescription, field::Description, field::Message, field::Status})};
    case EventKind::AgentThinking:
        return thinking(message);
    case EventKind::ToolExecuting:
        return toolExecuting(message);
    case EventKind::ToolCompleted:
        return toolCompleted(message, false);
    case EventKind::ToolFailed:
        return toolCompleted(message, true);
    case EventKind::AgentCompleted:
        return agentCompleted(message);
    case EventKind::AgentError:
        return agentFailed(message, AgentFailed::Cause::Error);
    case EventKind::AgentDeath:
        return agentFailed(message, AgentFailed::Cause::Death);
    case EventKind::AgentTimeout:
        return agentFailed(message, AgentFailed::Cause::Timeout);
    case EventKind::AgentStopped:
        return agentStopped(message);
    case EventKind::PartialText:
        return partialText(message, false);
    case EventKind::WholeText:
        return partialText(message, true);
    case EventKind::FinalReport:
        return finalReport(message);
    case EventKind::Notice:
        return notice(name, message, RunNotice::Level::Info);
    case EventKind::WarningNotice:
        return notice(name, message, RunNotice::Level::Warning);
    case EventKind::ErrorNotice:
        return notice(name, message, RunNotice::Level::Error);
    case EventKind::ConnectionEstablished:
        return connectionEstablished(message);
    case EventKind::HandshakeResponse:
        return HandshakeResponse{ThreadId(message.identifier({field::ThreadId}))};
    case EventKind::HandshakeComplete:
        return HandshakeComplete{ThreadId(message.identifier({field::ThreadId}))};
    case EventKind::ThreadNotice:
        return threadNotice(name, message);
    case EventKind::ThreadHistory:
        return threadHistory(message);
    case EventKind::ServerError:
        return serverError(message, false);
    case EventKind::AuthenticationError:
        return serverError(message, true);
    case EventKind::ServerShutdown:
        return serverShutdown(message);
    case EventKind::Heartbeat:
        return Heartbeat{};
    case EventKind::Ping:
        return Ping{message.integer({field::Timestamp})};
    case EventKind::Acknowledgement: {
        const QString received = message.string({field::ReceivedType});
        return Acknowledgement{received.isEmpty() ? message.string({field::Type}) : received};
    }
    case EventKind::TokenRefreshed:
        return TokenNotice{true};
    case EventKind::TokenRefreshFailed:
        return TokenNotice{false};
    }
    return Unknown{};
}

} // namespace apex::protocol
