// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"
#include "runs/run.h"

#include <QHash>

#include <vector>

/// Private to runs/: which run an event belongs to.
namespace apex::runs {

/// Finds runs by id, and by thread and order where there is no id (protocol.md 4.10).
class RunDirectory {
public:
    /// Notes a run that was added to the end of the list, or reopened.
    void noteOpen(const Run& run, int index);
    /// Notes that a run got its id later.
    void noteId(const RunId& id, int index) { m_byId.insert(id, index); }
    /// Notes that a run got its thread, or another one.
    void noteThread(const ThreadId& thread, int index);

    /// Notes the turn that a run without an id belongs to (protocol.md, family D).
    void noteTurn(const QString& turn, int index);
    /// Index of the run of a turn, -1 if none is known.
    [[nodiscard]] int byTurn(const QString& turn) const { return m_byTurn.value(turn, -1); }
    /// Turn of a run, empty if none is known.
    [[nodiscard]] QString turnOf(int index) const { return m_turnOf.value(index); }

    [[nodiscard]] int byId(const RunId& id) const { return m_byId.value(id, -1); }
    /// Latest open run that may belong to the thread, -1 if there is none; an empty thread fits any.
    [[nodiscard]] int latestOpen(const ThreadId& thread, const std::vector<Run>& runs);
    /// Latest run of the thread, open or not; of all threads if the thread is not known.
    [[nodiscard]] int latest(const ThreadId& thread, const std::vector<Run>& runs) const;
    /// All open runs in order of their opening.
    [[nodiscard]] std::vector<int> allOpen(const std::vector<Run>& runs);

    /// The open runs opened last, at most `limit`, so that hostile input cannot make this dear.
    [[nodiscard]] std::vector<int> recentlyOpened(const std::vector<Run>& runs, std::size_t limit) const;

private:
    static int lastOpenOf(std::vector<int>& stack, const std::vector<Run>& runs);

    QHash<RunId, int> m_byId;
    std::vector<int> m_open;                    ///< may hold runs that ended since
    QHash<ThreadId, std::vector<int>> m_openOf; ///< the same by thread
    QHash<ThreadId, int> m_latestOf;
    QHash<QString, int> m_byTurn;
    QHash<int, QString> m_turnOf;
};

} // namespace apex::runs
