// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/agui_decoder.h"
#include "protocol/stored_message.h"

namespace apex::protocol {

namespace {

bool isAssistant(const QString& role) {
    return role.isEmpty() || role == u"assistant";
}

/// Content of a tool result: JSON where it is some, else the text as a JSON string.
JsonText contentAsJson(const json::Element& content) {
    const auto string = json::asString(content);
    if (!string)
        return json::text(content);
    const QString trimmed = string->trimmed();
    if (trimmed.startsWith(u'{') || trimmed.startsWith(u'[')) {
        json::Parser parser;
        if (const auto root = parser.parse(trimmed.toUtf8()); root && !parser.wasRepaired())
            return json::text(*root);
    }
    return json::quoted(*string);
}

/// Streamed arguments as JSON: as they are if they parse, else the text as a string.
JsonText argumentsAsJson(const QByteArray& streamed) {
    if (streamed.trimmed().isEmpty())
        return "{}";
    json::Parser parser;
    if (const auto root = parser.parse(streamed))
        return json::text(*root);
    return json::quoted(QString::fromUtf8(streamed));
}

} // namespace

void AgUiDecoder::textStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "messageId");
    const QString role = json::textOf(fields, "role");
    if (!isAssistant(role)) {
        if (static_cast<std::size_t>(m_roles.size()) < m_limits.maxOpenStreams)
            m_roles.insert(id, role);
        emitEvent(std::move(envelope), RunNotice{RunNotice::Level::Info, role, {}}, out);
        return;
    }
    PartialText body;
    body.message = MessageId(id);
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::textContent(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    QString id = json::textOf(fields, "messageId");
    const QString owner = json::textOf(fields, "subagentRunId");
    if (id.isEmpty())
        id = m_chunkedMessages.value(owner);
    if (static_cast<std::size_t>(m_chunkedMessages.size()) < m_limits.maxOpenStreams)
        m_chunkedMessages.insert(owner, id);
    const QString role = json::textOf(fields, "role");
    QString delta = json::textOf(fields, "delta");
    if (m_roles.contains(id) || !isAssistant(role)) {
        if (!role.isEmpty() && static_cast<std::size_t>(m_roles.size()) < m_limits.maxOpenStreams)
            m_roles.insert(id, role);
        emitEvent(std::move(envelope), RunNotice{RunNotice::Level::Info, delta, {}}, out);
        return;
    }
    PartialText body;
    body.text = std::move(delta);
    body.message = MessageId(id);
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::textEnded(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "messageId");
    if (m_roles.remove(id)) {
        emitEvent(std::move(envelope), RunNotice{}, out);
        return;
    }
    PartialText body;
    body.message = MessageId(id);
    body.isFinal = true;
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::toolStarted(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "toolCallId");
    const QString name = json::textOf(fields, "toolCallName");
    if (!m_calls.contains(id) && static_cast<std::size_t>(m_calls.size()) < m_limits.maxOpenStreams)
        m_calls.insert(id, Call{name, {}, false});
    ToolExecuting body;
    body.tool = name;
    body.call = ToolCallId(id);
    body.preparing = true;
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::toolArguments(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "toolCallId");
    ToolExecuting body;
    body.call = ToolCallId(id);
    body.preparing = true;
    if (const auto call = m_calls.find(id); call != m_calls.end()) {
        body.tool = call->tool;
        call->arguments.append(json::textOf(fields, "delta").toUtf8());
    }
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::toolChunk(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    QString id = json::textOf(fields, "toolCallId");
    const QString owner = json::textOf(fields, "subagentRunId");
    if (id.isEmpty())
        id = m_chunkedCalls.value(owner);
    if (!m_calls.contains(id) && static_cast<std::size_t>(m_calls.size()) < m_limits.maxOpenStreams)
        m_calls.insert(id, Call{json::textOf(fields, "toolCallName"), {}, false});
    if (static_cast<std::size_t>(m_chunkedCalls.size()) < m_limits.maxOpenStreams)
        m_chunkedCalls.insert(owner, id);
    ToolExecuting body;
    body.call = ToolCallId(id);
    body.preparing = true;
    if (const auto call = m_calls.find(id); call != m_calls.end()) {
        body.tool = call->tool;
        call->arguments.append(json::textOf(fields, "delta").toUtf8());
    }
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::toolEnded(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "toolCallId");
    if (!m_calls.contains(id))
        m_calls.insert(id, Call{json::textOf(fields, "toolCallName"), {}, false});
    beginExecution(id, envelope, out);
}

void AgUiDecoder::toolResult(const json::Fields& fields, Envelope& envelope, DecodedFrame& out) {
    const QString id = json::textOf(fields, "toolCallId");
    ToolCompleted body;
    body.call = ToolCallId(id);
    if (const auto call = m_calls.find(id); call != m_calls.end()) {
        body.tool = call->tool;
        // A result means the call was made, also where the end of its arguments was not said.
        if (!call->executing) {
            Envelope begun = envelope;
            begun.faults.clear();
            beginExecution(id, begun, out);
        }
        m_calls.remove(id);
    }
    if (const json::Element* content = fields.find("content"))
        body.result = contentAsJson(*content);
    emitEvent(std::move(envelope), std::move(body), out);
}

void AgUiDecoder::beginExecution(const QString& id, const Envelope& envelope, DecodedFrame& out) {
    Call& call = m_calls[id];
    call.executing = true;
    ToolExecuting body;
    body.tool = call.tool;
    body.call = ToolCallId(id);
    Envelope begun = envelope;
    body.arguments = argumentsAsJson(call.arguments);
    if (!call.arguments.trimmed().isEmpty() && body.arguments.startsWith('"') &&
        !call.arguments.trimmed().startsWith('"'))
        begun.faults.push_back({SequenceFault::Kind::BrokenPieces, QStringLiteral("TOOL_CALL_ARGS ") + id});
    call.arguments.clear();
    emitEvent(std::move(begun), std::move(body), out);
}

void AgUiDecoder::closeChunkedCalls(std::string_view nextType, const json::Fields& fields,
                                    const Envelope& envelope, DecodedFrame& out) {
    if (m_chunkedCalls.isEmpty())
        return;
    if (nextType.starts_with("RUN_") || nextType == "MESSAGES_SNAPSHOT") {
        const QStringList owners = m_chunkedCalls.keys();
        for (const QString& owner : owners)
            endChunkedCall(owner, envelope, out);
        return;
    }
    // What is not part of the conversation comes in between without ending anything.
    if (nextType == "RAW" || nextType.starts_with("ACTIVITY_") || nextType == "REASONING_ENCRYPTED_VALUE" ||
        nextType == "SUBAGENT_STARTED")
        return;
    const QString owner = json::textOf(fields, "subagentRunId");
    const auto open = m_chunkedCalls.constFind(owner);
    if (open == m_chunkedCalls.constEnd())
        return;
    const QString next = json::textOf(fields, "toolCallId");
    const bool sameCall = next.isEmpty() ? nextType == "TOOL_CALL_CHUNK" : next == *open;
    if (!sameCall || !nextType.starts_with("TOOL_CALL_"))
        endChunkedCall(owner, envelope, out);
}

void AgUiDecoder::endChunkedCall(const QString& owner, const Envelope& envelope, DecodedFrame& out) {
    const QString id = m_chunkedCalls.take(owner);
    const auto call = m_calls.constFind(id);
    if (call == m_calls.constEnd() || call->executing)
        return;
    Envelope begun = envelope;
    begun.agent = owner.isEmpty() ? m_agent : m_subagents.value(owner, owner);
    begun.parentAgent.reset();
    beginExecution(id, begun, out);
}

} // namespace apex::protocol
