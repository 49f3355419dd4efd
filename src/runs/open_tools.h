// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"

#include <QHash>
#include <QString>

#include <deque>
#include <utility>
#include <vector>

/// Private to runs/: which tool calls wait for their end, and which ends came without a start.
namespace apex::runs {

/// Steps of tool calls by call id, else by agent and tool name in order of their start (protocol.md 4.4).
class ToolSteps {
public:
    /// Whose call it is: as the event said, or supposed where it did not.
    struct Owner {
        QString agent;
        bool stated = false;
    };

    /// Adds the step of a call.
    void add(const ToolCallId& call, const Owner& owner, const QString& tool, int step);
    /// Takes the step an event belongs to, -1 if there is none: by id; without one the oldest call of that
    /// tool by that agent, or by any agent where one of the two was only supposed.
    int take(const ToolCallId& call, const Owner& owner, const QString& tool);
    /// Removes a step that was dealt with otherwise.
    void remove(int step);
    /// The step of a call id without taking it, -1 if there is none.
    [[nodiscard]] int peek(const ToolCallId& call) const { return m_byCall.value(call, -1); }
    [[nodiscard]] bool isEmpty() const { return m_waiting.isEmpty(); }
    /// All waiting steps in ascending order.
    [[nodiscard]] std::vector<int> all() const;
    void clear();

private:
    using Key = std::pair<QString, QString>;
    struct Entry {
        ToolCallId call;
        bool ownerStated = false;
    };
    /// First waiting step of a queue that the filter lets pass; only the oldest is looked at.
    template <class Filter>
    int oldest(std::deque<int>& queue, Filter mayTake);

    QHash<ToolCallId, int> m_byCall;
    QHash<Key, std::deque<int>> m_byAgent; ///< may hold steps that were taken already
    QHash<QString, std::deque<int>> m_byTool;
    QHash<int, Entry> m_waiting;
};

} // namespace apex::runs
