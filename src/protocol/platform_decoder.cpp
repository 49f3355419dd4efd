// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/platform_decoder.h"

#include "protocol/names.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::protocol {

namespace {

namespace event = names::event;
namespace field = names::field;
using names::view;

constexpr qsizetype kMaxRememberedRuns = 1'000;
constexpr qsizetype kMaxRememberedAgents = 1'000;
constexpr qsizetype kMaxNameInReason = 120;

std::string_view stringView(const json::Element* value) {
    std::string_view out;
    if (value && value->get_string().get(out) != simdjson::SUCCESS)
        return {};
    return out;
}

/// How the name of a message was found (4.1, unwrap rule 1 and 2).
struct FoundName {
    std::string_view wire;   ///< outermost
    std::string_view actual; ///< after unwrapping
    bool fromEventKey = false;
};

/// Name of the event that a message carries inside; `data.type` counts only if it is an event's name.
std::string_view innerName(const WireMessage& message) {
    for (const json::Element* inner :
         {message.top().find(view(field::Event)), message.data().find(view(field::Event)),
          message.payload().find(view(field::Event))})
        if (const std::string_view name = stringView(inner); !name.empty())
            return name;
    for (const json::Element* inner :
         {message.data().find(view(field::Type)), message.payload().find(view(field::Type))})
        if (const std::string_view name = stringView(inner); !isWrapperName(name) && findEventName(name))
            return name;
    return {};
}

FoundName nameOf(const WireMessage& message, std::string_view batchType) {
    FoundName found;
    found.wire = stringView(message.top().find(view(field::Type)));
    if (found.wire.empty()) {
        found.wire = stringView(message.top().find(view(field::Event)));
        found.fromEventKey = !found.wire.empty();
    }
    if (found.wire.empty())
        found.wire = batchType;
    found.actual = found.wire;
    // A wrapper, or nothing outside that says what it is.
    if (found.wire.empty() || isWrapperName(found.wire))
        if (const std::string_view inner = innerName(message); !inner.empty())
            found.actual = inner;
    return found;
}

char familyOf(const WireMessage& message, const FoundName& name, const EventName* known) {
    if (name.fromEventKey)
        return 'F';
    if (name.actual != name.wire)
        return 'D';
    if (known && known->family != '?')
        return known->family;
    if (message.top().contains(view(field::Critical)))
        return 'A';
    if (message.top().contains(view(field::Payload)))
        return 'C';
    if (message.top().contains(view(field::Data)))
        return 'B';
    const bool lifecycle =
        known && (known->canonical == event::AgentStarted || known->canonical == event::AgentThinking ||
                  known->canonical == event::ToolExecuting || known->canonical == event::ToolCompleted ||
                  known->canonical == event::AgentCompleted);
    const bool addressed =
        message.top().contains(view(field::UserId)) || message.top().contains(view(field::ThreadId));
    return lifecycle && !addressed ? 'E' : 'A';
}

/// Ids that senders write when they know none are the same as none (4.10).
QString runIdentifier(const WireMessage& message) {
    QString run = message.identifier({field::RunId});
    return run == names::value::UnknownRun ? QString() : run;
}

void readRetry(const WireMessage& message, Envelope& envelope) {
    if (const json::Element* recovered = message.outer(field::Recovered))
        envelope.recovered = json::asBool(*recovered).value_or(false);
    std::optional<qint64> attempt = message.integer({field::Attempt});
    if (const json::Element* retry = message.outer(field::RetryInfo)) {
        const auto number = json::member(*retry, view(field::AttemptNumber));
        if (number && json::asInteger(*number))
            attempt = json::asInteger(*number);
        if (const auto maximum = json::member(*retry, view(field::MaxAttempts)))
            envelope.maxAttempts =
                static_cast<int>(std::clamp<qint64>(json::asInteger(*maximum).value_or(0), 0, 1'000'000));
        if (const auto reason = json::member(*retry, view(field::Reason)))
            envelope.retryReason = json::asText(*reason);
    }
    if (attempt)
        envelope.attempt = static_cast<int>(std::clamp<qint64>(*attempt, 1, 1'000'000));
}

QString toQString(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

Envelope envelopeOf(const WireMessage& message, const FoundName& name, const EventName* known) {
    Envelope envelope;
    envelope.wireType = toQString(name.wire);
    envelope.type = known && !known->canonical.isEmpty() ? QString(known->canonical) : toQString(name.actual);
    envelope.family = familyOf(message, name, known);
    envelope.run = RunId(runIdentifier(message));
    envelope.thread = ThreadId(message.identifier({field::ThreadId}));
    QString user = message.identifier({field::UserId});
    if (!user.endsWith(u"...") && !user.endsWith(QChar(0x2026)))
        envelope.user = UserId(std::move(user));
    if (known) {
        envelope.agent = agentName(*known, message);
        envelope.parentAgent = parentAgent(message);
        envelope.cutDetail = cutValue(message, envelope.family, *known);
        envelope.cutByServer = !envelope.cutDetail.isEmpty();
    }
    envelope.turn = message.identifier({field::TurnId});
    envelope.eventId = message.identifier({field::EventId});
    if (const json::Element* time = message.outer(field::Timestamp))
        envelope.serverTime = json::asTime(*time);
    readRetry(message, envelope);
    return envelope;
}

void inheritFromBatch(Envelope& envelope, const Envelope* batch) {
    if (!batch)
        return;
    envelope.family = 'G';
    if (envelope.user.isEmpty())
        envelope.user = batch->user;
    if (envelope.run.isEmpty())
        envelope.run = batch->run;
    if (envelope.thread.isEmpty())
        envelope.thread = batch->thread;
    if (envelope.agent.isEmpty())
        envelope.agent = batch->agent;
}

/// Place of an event in an agent's life, for events whose order the batch lost.
int lifeRank(const Body& body) {
    if (std::holds_alternative<AgentStarted>(body))
        return 0;
    if (std::holds_alternative<AgentThinking>(body))
        return 1;
    if (std::holds_alternative<ToolExecuting>(body))
        return 2;
    if (std::holds_alternative<ToolCompleted>(body))
        return 3;
    if (std::holds_alternative<AgentCompleted>(body) || std::holds_alternative<AgentFailed>(body))
        return 5;
    return 4;
}

/// Puts the events of one batch in the order of their times, else of an agent's life; equal ones keep theirs.
void restoreBatchOrder(std::vector<Event>& events) {
    const bool timed = std::all_of(events.begin(), events.end(),
                                   [](const Event& each) { return each.envelope.serverTime.has_value(); });
    std::stable_sort(events.begin(), events.end(), [timed](const Event& a, const Event& b) {
        if (timed && *a.envelope.serverTime != *b.envelope.serverTime)
            return *a.envelope.serverTime < *b.envelope.serverTime;
        return lifeRank(a.body) < lifeRank(b.body);
    });
}

/// Any event may carry what a check of the model's output found (4.8); only a bad finding is worth a row.
std::optional<Event> validationWarning(const WireMessage& message, const Envelope& envelope) {
    const json::Element* validation = message.outer(field::LlmValidation);
    const auto valid = validation ? json::member(*validation, view(field::IsValid)) : std::nullopt;
    if (!valid || json::asBool(*valid).value_or(true))
        return std::nullopt;
    const auto count = json::member(*validation, view(field::ViolationsCount));
    Event warning;
    warning.envelope = envelope;
    warning.envelope.type = field::LlmValidation;
    warning.envelope.eventId.clear();
    warning.body = RunNotice{
        RunNotice::Level::Warning,
        QCoreApplication::translate("Protocol", "The server's check of the model's output found %1 faults.")
            .arg(count ? json::asText(*count) : QStringLiteral("?")),
        json::text(*validation)};
    return warning;
}

Body unknownBody(const FoundName& name) {
    if (name.actual.empty())
        return Unknown{QCoreApplication::translate("Protocol", "The message has no type.")};
    return Unknown{QCoreApplication::translate("Protocol", "The type \"%1\" is not known.")
                       .arg(toQString(name.actual).left(kMaxNameInReason))};
}

} // namespace

void RunningAgents::observe(const Event& event) {
    const Envelope& envelope = event.envelope;
    if (envelope.agent.isEmpty())
        return;
    // Who thinks runs, also where its start was not received.
    if (std::holds_alternative<AgentStarted>(event.body) ||
        std::holds_alternative<AgentThinking>(event.body)) {
        if (m_byRun.size() >= kMaxRememberedRuns && !m_byRun.contains(envelope.run))
            m_byRun.clear();
        QStringList& agents = m_byRun[envelope.run];
        if (agents.size() < kMaxRememberedAgents && !agents.contains(envelope.agent))
            agents.append(envelope.agent);
    } else if (std::holds_alternative<AgentCompleted>(event.body) ||
               std::holds_alternative<AgentFailed>(event.body)) {
        const auto agents = m_byRun.find(envelope.run);
        if (agents == m_byRun.end())
            return;
        agents->removeAll(envelope.agent);
        if (agents->isEmpty())
            m_byRun.erase(agents);
    }
}

bool RunningAgents::isRunning(const RunId& run, const QString& agent) const {
    const auto agents = m_byRun.constFind(run);
    return agents != m_byRun.constEnd() && agents->contains(agent);
}

PlatformDecoder::PlatformDecoder(DecoderLimits limits) : m_limits(limits) {}

void PlatformDecoder::decode(const json::Element& object, bool repaired, DecodedFrame& out) {
    decodeMessage(object, {repaired, nullptr, {}}, out);
}

void PlatformDecoder::decodeMessage(const json::Element& object, const Context& context, DecodedFrame& out) {
    const WireMessage message(object);
    const FoundName name = nameOf(message, context.batchType);
    if (name.actual == view(event::EventBatch) && !context.batch) {
        decodeBatch(message, context, out);
        return;
    }
    const EventName* known = findEventName(name.actual);
    Event result;
    result.envelope = envelopeOf(message, name, known);
    result.envelope.repairedText = context.repaired;
    inheritFromBatch(result.envelope, context.batch);
    result.body = known ? platformBody(*known, message) : unknownBody(name);
    std::optional<Event> warning = validationWarning(message, result.envelope);
    if (context.batch)
        out.events.push_back(std::move(result)); // judged once the batch is in order
    else
        append(std::move(result), out);
    if (warning)
        out.events.push_back(*std::move(warning));
}

void PlatformDecoder::decodeBatch(const WireMessage& message, const Context& context, DecodedFrame& out) {
    const FoundName name{view(event::EventBatch), view(event::EventBatch), false};
    Envelope envelope = envelopeOf(message, name, nullptr);
    envelope.family = 'G';
    const json::Element* events = message.firstFilled({field::Events});
    DecodedFrame members;
    const Context inner{context.repaired, &envelope, {}};
    if (events && events->is_object()) {
        for (const auto& [type, list] : json::members(*events))
            decodeBatchList(type, list, inner, members);
    } else if (events && events->is_array()) {
        decodeBatchList({}, *events, inner, members);
    }
    if (members.events.empty()) {
        Event empty;
        empty.envelope = std::move(envelope);
        empty.envelope.repairedText = context.repaired;
        empty.body = Unknown{QCoreApplication::translate("Protocol", "The batch holds no events.")};
        members.events.push_back(std::move(empty));
    }
    restoreBatchOrder(members.events);
    if (!members.reason.isEmpty())
        out.reason = members.reason;
    for (Event& each : members.events)
        append(std::move(each), out);
}

void PlatformDecoder::decodeBatchList(std::string_view type, const json::Element& list,
                                      const Context& context, DecodedFrame& out) {
    Context member = context;
    member.batchType = type;
    if (list.is_object()) {
        decodeMessage(list, member, out);
        return;
    }
    simdjson::dom::array items;
    if (list.get_array().get(items) != simdjson::SUCCESS)
        return;
    for (const json::Element& item : items) {
        if (out.events.size() >= m_limits.maxEventsPerFrame) {
            out.reason = QCoreApplication::translate(
                             "Protocol", "The batch holds more than %1 events; the rest was not read.")
                             .arg(m_limits.maxEventsPerFrame);
            return;
        }
        if (item.is_object()) {
            decodeMessage(item, member, out);
        } else {
            Event odd;
            odd.envelope = *context.batch;
            odd.body =
                Unknown{QCoreApplication::translate("Protocol", "A member of the batch is not an object.")};
            out.events.push_back(std::move(odd));
        }
    }
}

void PlatformDecoder::append(Event event, DecodedFrame& out) {
    restoreNames(event);
    m_running.observe(event);
    out.events.push_back(std::move(event));
}

void PlatformDecoder::restoreNames(Event& event) const {
    QString* tool = nullptr;
    if (auto* executing = std::get_if<ToolExecuting>(&event.body))
        tool = &executing->tool;
    else if (auto* completed = std::get_if<ToolCompleted>(&event.body))
        tool = &completed->tool;
    Envelope& envelope = event.envelope;
    if (!tool || tool->isEmpty() || envelope.agent.isEmpty() || *tool == envelope.agent)
        return;
    if (!m_running.isRunning(envelope.run, *tool) || m_running.isRunning(envelope.run, envelope.agent))
        return;
    std::swap(*tool, envelope.agent);
    envelope.namesSwapped = true;
}

} // namespace apex::protocol
