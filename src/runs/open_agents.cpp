// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/open_agents.h"

namespace apex::runs {

void OpenAgents::open(const QString& name, int step) {
    if (m_byName.isEmpty())
        m_slots.clear();
    m_byName.insert(name, m_slots.size());
    m_slots.push_back({name, step, true});
}

void OpenAgents::identify(const QString& was, const QString& name, int step) {
    const auto found = m_byName.constFind(was);
    if (found == m_byName.constEnd())
        return;
    const std::size_t index = *found;
    m_byName.erase(found);
    m_byName.insert(name, index);
    m_slots[index].name = name;
    m_slots[index].step = step;
}

std::optional<OpenAgents::Closed> OpenAgents::close(const QString& name) {
    const auto found = m_byName.constFind(name);
    if (found == m_byName.constEnd())
        return std::nullopt;
    const std::size_t index = *found;
    m_byName.erase(found);
    Slot& slot = m_slots[index];
    slot.open = false;
    const Closed closed{slot.step, index == 0};
    dropClosedTop();
    return closed;
}

std::vector<OpenAgents::Slot> OpenAgents::closeAll() {
    std::vector<Slot> open;
    for (const Slot& slot : m_slots)
        if (slot.open)
            open.push_back(slot);
    m_slots.clear();
    m_byName.clear();
    return open;
}

const OpenAgents::Slot* OpenAgents::find(const QString& name) const {
    const auto found = m_byName.constFind(name);
    return found != m_byName.constEnd() ? &m_slots[*found] : nullptr;
}

const OpenAgents::Slot* OpenAgents::innermost() {
    dropClosedTop();
    return m_slots.empty() ? nullptr : &m_slots.back();
}

const OpenAgents::Slot* OpenAgents::outermost() const {
    return m_slots.empty() || !m_slots.front().open ? nullptr : &m_slots.front();
}

void OpenAgents::dropClosedTop() {
    while (!m_slots.empty() && !m_slots.back().open)
        m_slots.pop_back();
}

} // namespace apex::runs
