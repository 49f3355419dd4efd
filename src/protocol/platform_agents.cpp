// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/names.h"
#include "protocol/platform_events.h"

#include <cmath>

namespace apex::protocol {

namespace {

namespace event = names::event;
namespace field = names::field;
using names::view;

constexpr int kMaxUnwrap = 8;

/// Sentences a completion carries in place of an answer (4.5).
bool isStockPhrase(const QString& text) {
    const QString plain = text.trimmed();
    return plain.compare(u"Task completed", Qt::CaseInsensitive) == 0 ||
           plain.compare(u"Task completed.", Qt::CaseInsensitive) == 0 ||
           plain.compare(u"Task completed successfully", Qt::CaseInsensitive) == 0 ||
           plain.endsWith(u"has completed processing your request");
}

/// The answer text inside a value, or empty where it holds none.
QString unwrapped(const json::Element& value, int depth) {
    if (const auto string = json::asString(value))
        return isStockPhrase(*string) ? QString() : *string;
    if (!value.is_object() || depth > kMaxUnwrap)
        return {};
    for (const QLatin1String key : {field::Output, field::Response, field::Answer, field::Content,
                                    field::Message, field::Summary, field::Result}) {
        const auto found = json::member(value, view(key));
        if (!found)
            continue;
        if (QString text = unwrapped(*found, depth + 1); !text.isEmpty())
            return text;
    }
    return {};
}

/// Takes the answer from one place; true if there was one.
bool takeAnswer(const json::Element* value, AgentCompleted& completed) {
    if (!value || json::isEmpty(*value))
        return false;
    QString text = unwrapped(*value, 0);
    const bool structured = value->is_object() || value->is_array();
    if (text.isEmpty() && !structured)
        return false;
    completed.answer = std::move(text);
    if (structured)
        completed.answerJson = json::text(*value);
    return true;
}

/// Members of a payload that belong to the envelope, so they are no answer by themselves.
bool isEnvelopeKey(std::string_view key) {
    for (const QLatin1String name :
         {field::RunId,      field::ThreadId,        field::UserId,        field::AgentName,
          field::AgentId,    field::AgentType,       field::Timestamp,     field::Status,
          field::Metadata,   field::Event,           field::Type,          field::Message,
          field::DurationMs, field::ExecutionTimeMs, field::ExecutionTime, field::Duration,
          field::EventId,    field::RequestId,       field::TurnId,        field::SubagentName,
          field::SubagentId, field::StepNumber,      field::TotalSteps})
        if (key == view(name))
            return true;
    return false;
}

bool hasContentOfItsOwn(const json::Fields& fields) {
    for (const auto& [key, value] : fields.members())
        if (!isEnvelopeKey(key) && !json::isEmpty(value))
            return true;
    return false;
}

} // namespace

void readAnswer(const WireMessage& message, AgentCompleted& completed) {
    for (const QLatin1String key : {field::FinalResponse, field::FinalAnswer, field::Result, field::Results,
                                    field::Response, field::Content, field::Output})
        if (takeAnswer(message.firstFilled({key}), completed))
            return;
    for (const QLatin1String key : {field::Response, field::Result})
        if (takeAnswer(message.metadata(key), completed))
            return;
    if (takeAnswer(message.firstFilled({field::Message}), completed))
        return;
    const json::Element* payload = message.payloadValue();
    if (payload && (!payload->is_object() || hasContentOfItsOwn(message.payload())))
        takeAnswer(payload, completed);
}

std::optional<std::chrono::microseconds> wireDuration(const WireMessage& message) {
    for (const QLatin1String key : {field::ExecutionTimeMs, field::DurationMs, field::TotalDurationMs,
                                    field::ExecutionTime, field::Duration}) {
        const auto milliseconds = message.number({key});
        constexpr double tenYears = 10.0 * 366 * 86'400'000;
        if (milliseconds && *milliseconds > 0 && *milliseconds < tenYears)
            return std::chrono::microseconds{std::llround(*milliseconds * 1000)};
    }
    return std::nullopt;
}

QString agentName(const EventName& name, const WireMessage& message) {
    const json::Element* type = message.outer(field::Type);
    const QString wire = type ? json::asText(*type) : QString();
    // Only subagent_* names its parent in agent_name and itself elsewhere (4.9).
    if (wire.startsWith(u"subagent_")) {
        QString own = message.identifier({field::SubagentName, field::SubAgentName, field::SubagentId});
        if (!own.isEmpty())
            return own;
    }
    QString agent = message.identifier({field::AgentName, field::Agent, field::AgentId, field::AgentType});
    const bool toolOwnsName =
        name.canonical == event::ToolExecuting || name.canonical == event::ToolCompleted;
    if (agent.isEmpty() && !toolOwnsName)
        agent = message.identifier({field::Name});
    return agent.isEmpty() ? message.identifier({field::SubagentName, field::SubAgentName}) : agent;
}

std::optional<QString> parentAgent(const WireMessage& message) {
    const json::Element* type = message.outer(field::Type);
    const QString wire = type ? json::asText(*type) : QString();
    const QString parent = message.identifier({field::AgentName});
    const bool namesItself =
        !message.identifier({field::SubagentName, field::SubAgentName, field::SubagentId}).isEmpty();
    if (!wire.startsWith(u"subagent_") || !namesItself || parent.isEmpty())
        return std::nullopt;
    return parent;
}

QString errorText(const WireMessage& message) {
    for (const QLatin1String key : {field::UserFriendlyMessage, field::UserMessage, field::Message,
                                    field::ErrorMessage, field::Error, field::Detail}) {
        const json::Element* found = message.firstFilled({key});
        if (!found || found->is_bool())
            continue;
        if (auto string = json::asString(*found))
            return *std::move(string);
        for (const QLatin1String part : {field::UserFriendlyMessage, field::UserMessage, field::Message,
                                         field::ErrorMessage, field::Error, field::Detail})
            if (const auto nested = json::member(*found, view(part)); nested && nested->is_string())
                return json::asText(*nested);
        return json::asText(*found);
    }
    if (const json::Element* payload = message.payloadValue(); payload && payload->is_string())
        return json::asText(*payload);
    return {};
}

} // namespace apex::protocol
