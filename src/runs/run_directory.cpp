// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/run_directory.h"

#include <algorithm>

namespace apex::runs {

void RunDirectory::noteOpen(const Run& run, int index) {
    if (!run.id.isEmpty())
        m_byId.insert(run.id, index);
    m_open.push_back(index);
    noteThread(run.thread, index);
}

void RunDirectory::noteThread(const ThreadId& thread, int index) {
    m_openOf[thread].push_back(index);
    m_latestOf.insert(thread, index);
}

void RunDirectory::noteTurn(const QString& turn, int index) {
    if (turn.isEmpty() || m_turnOf.contains(index))
        return;
    m_turnOf.insert(index, turn);
    m_byTurn.insert(turn, index);
}

int RunDirectory::lastOpenOf(std::vector<int>& stack, const std::vector<Run>& runs) {
    while (!stack.empty() && runs[static_cast<std::size_t>(stack.back())].ended)
        stack.pop_back();
    return stack.empty() ? -1 : stack.back();
}

int RunDirectory::latestOpen(const ThreadId& thread, const std::vector<Run>& runs) {
    if (thread.isEmpty())
        return lastOpenOf(m_open, runs);
    const auto own = m_openOf.find(thread);
    const int inThread = own != m_openOf.end() ? lastOpenOf(*own, runs) : -1;
    if (inThread >= 0)
        return inThread;
    // A run whose thread is not known yet may turn out to be of this one.
    const auto nameless = m_openOf.find(ThreadId());
    const int candidate = nameless != m_openOf.end() ? lastOpenOf(*nameless, runs) : -1;
    return candidate >= 0 && runs[static_cast<std::size_t>(candidate)].thread.isEmpty() ? candidate : -1;
}

int RunDirectory::latest(const ThreadId& thread, const std::vector<Run>& runs) const {
    if (thread.isEmpty())
        return static_cast<int>(runs.size()) - 1;
    return m_latestOf.value(thread, -1);
}

std::vector<int> RunDirectory::allOpen(const std::vector<Run>& runs) {
    std::erase_if(m_open, [&](int index) { return runs[static_cast<std::size_t>(index)].ended; });
    std::sort(m_open.begin(), m_open.end());
    m_open.erase(std::unique(m_open.begin(), m_open.end()), m_open.end());
    return m_open;
}

std::vector<int> RunDirectory::recentlyOpened(const std::vector<Run>& runs, std::size_t limit) const {
    std::vector<int> found;
    const std::size_t looked = std::min(m_open.size(), limit * 4);
    for (auto it = m_open.rbegin(); it != m_open.rbegin() + static_cast<std::ptrdiff_t>(looked); ++it) {
        const bool isNew = std::find(found.begin(), found.end(), *it) == found.end();
        if (found.size() < limit && isNew && !runs[static_cast<std::size_t>(*it)].ended)
            found.push_back(*it);
    }
    return found;
}

} // namespace apex::runs
