// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/agui_sequence.h"

#include <algorithm>

namespace apex::protocol {

namespace {

using Kind = SequenceFault::Kind;

QString named(std::string_view type, const QString& id) {
    return QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size())) + u' ' + id.left(120);
}

/// Events that do not close their owner's stream of chunks.
bool mayInterrupt(std::string_view type) {
    return type == "RAW" || type.starts_with("ACTIVITY_") || type == "REASONING_ENCRYPTED_VALUE" ||
           type == "SUBAGENT_STARTED";
}

bool concernsAll(std::string_view type) {
    return type.starts_with("RUN_") || type == "MESSAGES_SNAPSHOT";
}

} // namespace

std::vector<SequenceFault> AgUiSequence::check(std::string_view type, const json::Fields& fields) {
    Faults faults;
    m_owner = json::textOf(fields, "subagentRunId");
    followRun(type, faults);
    if (type.ends_with("_CHUNK")) {
        chunk(type, json::textOf(fields, type == "TOOL_CALL_CHUNK" ? "toolCallId" : "messageId"), faults);
        return faults;
    }
    closeLanes(type);
    const QString id = json::textOf(fields, type.starts_with("TOOL_CALL_") ? "toolCallId" : "messageId");
    const QString what = named(type, id);
    if (type == "RUN_STARTED")
        reset();
    else if (type == "RUN_FINISHED")
        leftOpen(faults);
    else if (type.starts_with("SUBAGENT_"))
        subagent(type, fields, faults);
    else if (type == "STEP_STARTED" || type == "STEP_FINISHED")
        step(type == "STEP_STARTED", json::textOf(fields, "stepName"), faults);
    else if (type == "TOOL_CALL_RESULT" && m_calls.contains(id))
        faults.push_back({Kind::LeftOpen, what});
    else if (Open* open = type.starts_with("TEXT_MESSAGE_")                      ? &m_messages
                          : type == "TOOL_CALL_RESULT"                           ? nullptr
                          : type.starts_with("TOOL_CALL_")                       ? &m_calls
                          : type.starts_with("REASONING_MESSAGE_")               ? &m_reasoning
                          : type == "REASONING_START" || type == "REASONING_END" ? &m_spans
                                                                                 : nullptr) {
        if (type.ends_with("_START")) {
            opens(*open, id, what, faults);
        } else {
            needsOpen(*open, id, what, faults);
            if (type.ends_with("_END"))
                open->remove(id);
        }
    }
    return faults;
}

void AgUiSequence::followRun(std::string_view type, Faults& faults) {
    if (type == "RUN_STARTED") {
        // What came before belonged to no run that could have been told of it.
        if (!m_outside.isEmpty())
            faults.push_back({Kind::NotOpen, m_outside});
        m_outside.clear();
        m_running = true;
    } else if (type == "RUN_FINISHED" || type == "RUN_ERROR") {
        m_running = false;
    } else if (!m_running) {
        const QString name = named(type, {}).trimmed();
        if (m_outside.isEmpty())
            m_outside = name;
        faults.push_back({Kind::NotOpen, name});
    }
}

void AgUiSequence::opens(Open& open, const QString& id, const QString& what, Faults& faults) {
    if (open.contains(id)) {
        // A call that begins twice is seen by the ledger, which knows its step.
        if (&open != &m_calls)
            faults.push_back({Kind::StartedTwice, what});
        return;
    }
    if (static_cast<std::size_t>(open.size()) < m_maxOpen)
        open.insert(id, m_owner);
}

void AgUiSequence::needsOpen(const Open& open, const QString& id, const QString& what, Faults& faults) const {
    const auto found = open.constFind(id);
    const bool isFull = static_cast<std::size_t>(open.size()) >= m_maxOpen;
    if (found == open.constEnd() ? !isFull : !m_owner.isEmpty() && *found != m_owner)
        faults.push_back({Kind::NotOpen, what});
}

void AgUiSequence::step(bool starts, const QString& name, Faults& faults) {
    const std::pair key(m_owner, name);
    if (starts && m_steps.contains(key))
        faults.push_back({Kind::StartedTwice, named("STEP_STARTED", name)});
    else if (starts && static_cast<std::size_t>(m_steps.size()) < m_maxOpen)
        m_steps.insert(key);
    else if (!starts && !m_steps.remove(key) && static_cast<std::size_t>(m_steps.size()) < m_maxOpen)
        faults.push_back({Kind::NotOpen, named("STEP_FINISHED", name)});
}

void AgUiSequence::chunk(std::string_view type, const QString& id, Faults& faults) {
    // A chunk that says not whose it is continues the stream with its id, or the only one of its kind.
    QString owner = m_owner;
    if (owner.isEmpty() && !(m_lanes.contains(owner) && m_lanes[owner].type == type)) {
        for (auto lane = m_lanes.cbegin(); lane != m_lanes.cend(); ++lane)
            if (lane->type == type && (id.isEmpty() || lane->id == id))
                owner = lane.key();
    }
    const auto lane = m_lanes.constFind(owner);
    const bool continues =
        lane != m_lanes.constEnd() && lane->type == type && (id.isEmpty() || lane->id == id);
    if (continues)
        return;
    m_lanes.remove(owner);
    if (id.isEmpty())
        faults.push_back({Kind::NotOpen, named(type, id).trimmed()});
    else if (static_cast<std::size_t>(m_lanes.size()) < m_maxOpen)
        m_lanes.insert(owner, {type == "TOOL_CALL_CHUNK"      ? "TOOL_CALL_CHUNK"
                               : type == "TEXT_MESSAGE_CHUNK" ? "TEXT_MESSAGE_CHUNK"
                                                              : "REASONING_MESSAGE_CHUNK",
                               id});
}

void AgUiSequence::closeLanes(std::string_view type) {
    if (concernsAll(type))
        m_lanes.clear();
    else if (!mayInterrupt(type))
        m_lanes.remove(m_owner);
}

void AgUiSequence::subagent(std::string_view type, const json::Fields& fields, Faults& faults) {
    if (type != "SUBAGENT_STARTED") {
        // One that is not open is named by the ledger, which knows the agents.
        if (m_subagents.remove(m_owner) && static_cast<std::size_t>(m_endedSubagents.size()) < m_maxOpen)
            m_endedSubagents.insert(m_owner);
        return;
    }
    if (m_endedSubagents.contains(m_owner))
        faults.push_back({Kind::StartedTwice, named(type, m_owner)});
    const QString parent = json::textOf(fields, "parentSubagentRunId");
    if (!parent.isEmpty() && !m_subagents.contains(parent) && !m_endedSubagents.contains(parent))
        faults.push_back({Kind::NotOpen, named(type, parent)});
    if (static_cast<std::size_t>(m_subagents.size()) < m_maxOpen)
        m_subagents.insert(m_owner);
}

void AgUiSequence::leftOpen(Faults& faults) const {
    const auto add = [&](std::string_view type, QStringList ids) {
        std::sort(ids.begin(), ids.end());
        for (const QString& id : std::as_const(ids))
            faults.push_back({Kind::LeftOpen, named(type, id)});
    };
    QStringList steps;
    for (const auto& [owner, name] : m_steps)
        steps.append(name);
    add("TEXT_MESSAGE", m_messages.keys());
    add("REASONING_MESSAGE", m_reasoning.keys());
    add("REASONING", m_spans.keys());
    add("TOOL_CALL", m_calls.keys());
    add("STEP", steps);
}

void AgUiSequence::reset() {
    for (Open* open : {&m_messages, &m_calls, &m_spans, &m_reasoning})
        open->clear();
    m_steps.clear();
    m_subagents.clear();
    m_endedSubagents.clear();
    m_lanes.clear();
}

} // namespace apex::protocol
