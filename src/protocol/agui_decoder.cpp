// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/agui_decoder.h"

#include "protocol/names.h"
#include "protocol/stored_message.h"

#include <QCoreApplication>

#include <unordered_map>

namespace apex::protocol {

namespace {

namespace event = names::event;

/// "success" unless the sender says otherwise; the outcome is a word or an object with a type.
QString outcomeOf(const json::Fields& fields) {
    const json::Element* outcome = fields.find("outcome");
    if (!outcome)
        return {};
    if (outcome->is_string())
        return json::asText(*outcome);
    const auto type = json::member(*outcome, "type");
    return type ? json::asText(*type) : QString();
}

/// Calls that the sender says will get their result later, as those that the client has to make.
std::vector<ToolCallId> pendingCallsOf(const json::Element& outcome) {
    std::vector<ToolCallId> calls;
    const auto ids = json::member(outcome, "pendingToolCallIds");
    if (!ids || !ids->is_array())
        return calls;
    for (const json::Element& id : json::items(*ids))
        calls.emplace_back(json::asText(id));
    return calls;
}

} // namespace

AgUiDecoder::AgUiDecoder(DecoderLimits limits) : m_limits(limits), m_sequence(limits.maxOpenStreams) {}

AgUiDecoder::Handler AgUiDecoder::handlerFor(std::string_view type) {
    using D = AgUiDecoder;
    static const std::unordered_map<std::string_view, Handler> handlers = {
        {"RUN_STARTED", &D::runStarted},
        {"RUN_FINISHED", &D::runFinished},
        {"RUN_ERROR", &D::runError},
        {"SUBAGENT_STARTED", &D::subagentStarted},
        {"SUBAGENT_FINISHED", &D::subagentFinished},
        {"SUBAGENT_ERROR", &D::runError},
        {"STEP_STARTED", &D::stepStarted},
        {"STEP_FINISHED", &D::stepFinished},
        {"ACTIVITY_SNAPSHOT", &D::activity},
        {"ACTIVITY_DELTA", &D::other},
        {"REASONING_START", &D::reasoningOpened},
        {"REASONING_MESSAGE_START", &D::reasoningOpened},
        {"REASONING_MESSAGE_CONTENT", &D::reasoningContent},
        {"REASONING_MESSAGE_CHUNK", &D::reasoningContent},
        {"REASONING_MESSAGE_END", &D::reasoningContent},
        {"REASONING_END", &D::reasoningClosed},
        {"REASONING_ENCRYPTED_VALUE", &D::other},
        {"TEXT_MESSAGE_START", &D::textStarted},
        {"TEXT_MESSAGE_CONTENT", &D::textContent},
        {"TEXT_MESSAGE_CHUNK", &D::textContent},
        {"TEXT_MESSAGE_END", &D::textEnded},
        {"TOOL_CALL_START", &D::toolStarted},
        {"TOOL_CALL_ARGS", &D::toolArguments},
        {"TOOL_CALL_CHUNK", &D::toolChunk},
        {"TOOL_CALL_END", &D::toolEnded},
        {"TOOL_CALL_RESULT", &D::toolResult},
        {"MESSAGES_SNAPSHOT", &D::messagesSnapshot},
        {"STATE_SNAPSHOT", &D::other},
        {"STATE_DELTA", &D::other},
        {"RAW", &D::other},
        {"CUSTOM", &D::other},
    };
    const auto found = handlers.find(type);
    return found != handlers.end() ? found->second : nullptr;
}

Envelope AgUiDecoder::envelopeOf(const json::Fields& fields, std::string_view type) const {
    Envelope envelope;
    envelope.family = 'U';
    envelope.wireType = QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size()));
    envelope.type = envelope.wireType;
    envelope.run = m_run;
    envelope.thread = m_thread;
    envelope.agent = m_agent;
    if (const QString sub = json::textOf(fields, "subagentRunId"); !sub.isEmpty())
        envelope.agent = m_subagents.value(sub, sub);
    if (const json::Element* time = fields.find("timestamp"))
        envelope.serverTime = json::asTime(*time);
    return envelope;
}

void AgUiDecoder::decode(const json::Element& object, bool repaired, DecodedFrame& out) {
    const json::Fields fields(object);
    std::string_view type;
    if (const json::Element* found = fields.find("type"); found && found->is_string())
        type = found->get_string().value_unsafe();
    Envelope envelope = envelopeOf(fields, type);
    envelope.repairedText = repaired;
    closeChunkedCalls(type, fields, envelope, out);
    envelope.faults = m_sequence.check(type, fields);
    if (const Handler handler = handlerFor(type)) {
        (this->*handler)(fields, envelope, out);
        return;
    }
    Unknown unknown;
    unknown.reason = type.empty() ? QCoreApplication::translate("Protocol", "The message has no type.")
                                  : QCoreApplication::translate("Protocol", "The type \"%1\" is not known.")
                                        .arg(envelope.wireType.left(120));
    emitEvent(std::move(envelope), std::move(unknown), out);
}

void AgUiDecoder::emitEvent(Envelope envelope, Body body, DecodedFrame& out) const {
    static const auto canonical = [](const Body& of) -> QLatin1String {
        if (std::holds_alternative<AgentStarted>(of))
            return event::AgentStarted;
        if (std::holds_alternative<AgentThinking>(of))
            return event::AgentThinking;
        if (std::holds_alternative<ToolExecuting>(of))
            return event::ToolExecuting;
        if (std::holds_alternative<ToolCompleted>(of))
            return event::ToolCompleted;
        if (std::holds_alternative<AgentCompleted>(of))
            return event::AgentCompleted;
        if (std::holds_alternative<AgentFailed>(of))
            return event::AgentError;
        return {};
    };
    if (const QLatin1String name = canonical(body); !name.isEmpty())
        envelope.type = name;
    out.events.push_back({std::move(envelope), std::move(body)});
}

void AgUiDecoder::resetRun() {
    m_subagents.clear();
    m_calls.clear();
    m_roles.clear();
    m_chunkedCalls.clear();
    m_chunkedMessages.clear();
    m_reasoning = false;
}

void AgUiDecoder::runStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    resetRun();
    m_run = RunId(json::textOf(fields, "runId"));
    m_thread = ThreadId(json::textOf(fields, "threadId"));
    m_agent = json::firstTextOf(fields, {"agentName", "agentId"});
    envelope.run = m_run;
    envelope.thread = m_thread;
    envelope.agent = m_agent;
    emitEvent(std::move(envelope), AgentStarted{}, out);
}

void AgUiDecoder::runFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    if (const QString run = json::textOf(fields, "runId"); !run.isEmpty())
        envelope.run = RunId(run);
    envelope.agent = m_agent;
    AgentCompleted body;
    body.status = outcomeOf(fields);
    body.cancelled = body.status == u"cancelled";
    if (const json::Element* result = fields.find("result"); result && !json::isEmpty(*result)) {
        body.answer = contentText(*result);
        if (!result->is_string())
            body.answerJson = json::text(*result);
    }
    const json::Element* outcome = fields.find("outcome");
    if (outcome)
        body.pendingCalls = pendingCallsOf(*outcome);
    body.waiting = body.status == u"interrupt";
    if (body.waiting) {
        Envelope notice = envelope;
        notice.faults.clear();
        emitEvent(
            std::move(notice),
            RunNotice{RunNotice::Level::Warning,
                      QCoreApplication::translate("Protocol", "The agent stopped to wait for a decision."),
                      json::text(*outcome)},
            out);
    }
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::runError(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    if (const QString run = json::textOf(fields, "runId"); !run.isEmpty())
        envelope.run = RunId(run);
    AgentFailed body;
    body.message = json::firstTextOf(fields, {"message", "error"});
    body.code = json::textOf(fields, "code");
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::subagentStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "subagentRunId");
    QString name = json::firstTextOf(fields, {"name", "subagentName", "agentName", "subagentId"});
    name = name.isEmpty() ? id : uniqueName(name, id);
    envelope.parentAgent = m_subagents.value(json::textOf(fields, "parentSubagentRunId"));
    if (envelope.parentAgent->isEmpty())
        envelope.parentAgent = m_agent;
    if (static_cast<std::size_t>(m_subagents.size()) < m_limits.maxOpenStreams)
        m_subagents.insert(id, name);
    envelope.agent = name;
    emitEvent(std::move(envelope), AgentStarted{json::textOf(fields, "description")}, out);
}

QString AgUiDecoder::uniqueName(const QString& name, const QString& id) const {
    bool isTaken = name == m_agent;
    for (auto it = m_subagents.cbegin(); it != m_subagents.cend() && !isTaken; ++it)
        isTaken = it.key() != id && it.value() == name;
    return isTaken ? QStringLiteral("%1 (%2)").arg(name, id) : name;
}

void AgUiDecoder::subagentFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    AgentCompleted body;
    body.status = outcomeOf(fields);
    if (const json::Element* result = fields.find("result"); result && !json::isEmpty(*result))
        body.answer = contentText(*result);
    m_subagents.remove(json::textOf(fields, "subagentRunId"));
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::stepStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    AgentThinking body;
    body.text = json::textOf(fields, "stepName");
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::stepFinished(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    emitEvent(std::move(envelope),
              RunNotice{RunNotice::Level::Info,
                        QCoreApplication::translate("Protocol", "Step finished: %1")
                            .arg(json::textOf(fields, "stepName")),
                        {}},
              out);
}

void AgUiDecoder::activity(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    AgentThinking body;
    if (const json::Element* content = fields.find("content"))
        if (const auto title = json::member(*content, "title"))
            body.text = json::asText(*title);
    if (body.text.isEmpty())
        body.text = json::textOf(fields, "activityType");
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::reasoningOpened(const json::Fields&, Envelope& envelope, DecodedFrame& out) {
    AgentThinking body;
    body.continues = m_reasoning;
    m_reasoning = true;
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::reasoningContent(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    AgentThinking body;
    body.text = json::textOf(fields, "delta");
    body.continues = m_reasoning;
    m_reasoning = true;
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::reasoningClosed(const json::Fields&, Envelope& envelope, DecodedFrame& out) {
    AgentThinking body;
    body.continues = true;
    m_reasoning = false;
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::messagesSnapshot(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    ThreadHistory body;
    body.thread = m_thread;
    if (const json::Element* messages = fields.find("messages"))
        body.messages = storedMessages(*messages, m_thread);
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::other(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    RunNotice body;
    body.text = json::firstTextOf(fields, {"name", "activityType"});
    for (const std::string_view key : {"snapshot", "delta", "patch", "value", "event"})
        if (const json::Element* data = fields.find(key); data && body.data.isEmpty())
            body.data = json::text(*data);
    // Encrypted reasoning is opaque by its sender's wish; only that it came is noted.
    if (envelope.wireType == u"REASONING_ENCRYPTED_VALUE") {
        body.text = QCoreApplication::translate("Protocol", "Encrypted reasoning was received.");
        body.data.clear();
    }
    emitEvent(std::move(envelope), std::move(body), out);
}

} // namespace apex::protocol
