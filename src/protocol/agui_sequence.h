// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "protocol/json_dom.h"

#include <QHash>
#include <QSet>

#include <utility>

/// Private to protocol/: what AG-UI 1.0 says of the order of its events (peers.md 4.1).
namespace apex::protocol {

/// Follows which messages, calls, spans, steps and sub-agents of a run are open, and names what breaks it.
///
/// What the ledger sees by itself (agents, tools without a result) is not judged here again.
class AgUiSequence {
public:
    /// Remembers at most so many open things of a kind; beyond that it says nothing.
    explicit AgUiSequence(std::size_t maxOpen) : m_maxOpen(maxOpen) {}

    /// Takes note of an event and returns what is wrong with its place; empty if nothing is.
    [[nodiscard]] std::vector<SequenceFault> check(std::string_view type, const json::Fields& fields);
    /// A result arrived before the end of the call's arguments was said.
    [[nodiscard]] bool isCallOpen(const QString& call) const { return m_calls.contains(call); }

private:
    using Faults = std::vector<SequenceFault>;
    using Open = QHash<QString, QString>; ///< id to owner (sub-agent run, empty: the run's own agent)
    /// A stream of chunks: it opens with its first chunk and closes where its owner does something else.
    struct Lane {
        std::string_view type;
        QString id;
    };

    void followRun(std::string_view type, Faults& faults);
    void opens(Open& open, const QString& id, const QString& what, Faults& faults);
    void needsOpen(const Open& open, const QString& id, const QString& what, Faults& faults) const;
    void step(bool starts, const QString& name, Faults& faults);
    void chunk(std::string_view type, const QString& id, Faults& faults);
    void closeLanes(std::string_view type);
    void subagent(std::string_view type, const json::Fields& fields, Faults& faults);
    void leftOpen(Faults& faults) const;
    void reset();

    std::size_t m_maxOpen;
    bool m_running = false;
    QString m_outside; ///< the first event that came while no run was open
    QString m_owner;   ///< of the event under way
    Open m_messages;
    Open m_calls;
    Open m_spans;                              ///< REASONING_START to REASONING_END
    Open m_reasoning;                          ///< REASONING_MESSAGE_*
    QSet<std::pair<QString, QString>> m_steps; ///< owner and name
    QSet<QString> m_subagents;
    QSet<QString> m_endedSubagents;
    QHash<QString, Lane> m_lanes; ///< by owner
};

} // namespace apex::protocol
