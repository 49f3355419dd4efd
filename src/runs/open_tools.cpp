// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/open_tools.h"

#include <algorithm>
#include <vector>

namespace apex::runs {

void ToolSteps::add(const ToolCallId& call, const Owner& owner, const QString& tool, int step) {
    m_waiting.insert(step, {call, owner.stated});
    if (!call.isEmpty())
        m_byCall.insert(call, step);
    m_byAgent[{owner.agent, tool}].push_back(step);
    m_byTool[tool].push_back(step);
}

int ToolSteps::take(const ToolCallId& call, const Owner& owner, const QString& tool) {
    int step = call.isEmpty() ? -1 : m_byCall.value(call, -1);
    // An end with an id also ends a start that came without one, but never one that carries another id.
    const auto sameId = [&](const Entry& entry) { return call.isEmpty() || entry.call.isEmpty(); };
    if (step < 0)
        if (const auto queue = m_byAgent.find({owner.agent, tool}); queue != m_byAgent.end())
            step = oldest(*queue, sameId);
    if (step < 0)
        if (const auto queue = m_byTool.find(tool); queue != m_byTool.end())
            step = oldest(*queue, [&](const Entry& entry) {
                return sameId(entry) && !(owner.stated && entry.ownerStated);
            });
    remove(step);
    return step;
}

template <class Filter>
int ToolSteps::oldest(std::deque<int>& queue, Filter mayTake) {
    while (!queue.empty() && !m_waiting.contains(queue.front()))
        queue.pop_front();
    if (queue.empty() || !mayTake(m_waiting[queue.front()]))
        return -1;
    return queue.front();
}

void ToolSteps::remove(int step) {
    const auto entry = m_waiting.constFind(step);
    if (entry == m_waiting.constEnd())
        return;
    if (const auto call = m_byCall.constFind(entry->call); call != m_byCall.constEnd() && *call == step)
        m_byCall.erase(call);
    m_waiting.erase(entry);
    // Emptied by ids alone, the queues would only grow.
    if (m_waiting.isEmpty())
        clear();
}

std::vector<int> ToolSteps::all() const {
    std::vector<int> steps(m_waiting.keyBegin(), m_waiting.keyEnd());
    std::sort(steps.begin(), steps.end());
    return steps;
}

void ToolSteps::clear() {
    m_byCall.clear();
    m_byAgent.clear();
    m_byTool.clear();
    m_waiting.clear();
}

} // namespace apex::runs
