// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

#include <optional>
#include <vector>

/// Private to runs/: which agents of one run are open, and in what nesting.
namespace apex::runs {

/// Stack of open agents; closing one in the middle leaves the others (parallel agents, protocol.md 4.9).
class OpenAgents {
public:
    /// One agent that was opened; step is -1 for an agent known only from its later events.
    struct Slot {
        QString name;
        int step = -1;
        bool open = true;
    };

    /// Opens an agent on top; the first one opened into an empty stack is the outermost.
    void open(const QString& name, int step);
    /// An open agent known only from its events turns out to be this one.
    void identify(const QString& was, const QString& name, int step);
    /// Closes the agent of that name; nullopt if it is not open.
    struct Closed {
        int step = -1;
        bool wasOutermost = false;
    };
    std::optional<Closed> close(const QString& name);
    /// Closes all and returns the slots that were open, outermost first.
    std::vector<Slot> closeAll();

    [[nodiscard]] bool isOpen(const QString& name) const { return m_byName.contains(name); }
    [[nodiscard]] bool isEmpty() const { return m_byName.isEmpty(); }
    [[nodiscard]] qsizetype size() const { return m_byName.size(); }
    /// Slot of an open agent, nullptr if it is not open.
    [[nodiscard]] const Slot* find(const QString& name) const;
    /// Innermost open agent, nullptr if none is open.
    [[nodiscard]] const Slot* innermost();
    /// Outermost open agent, nullptr if the outermost has been closed or none was opened.
    [[nodiscard]] const Slot* outermost() const;
    /// All slots since the stack was last empty, closed ones among them.
    [[nodiscard]] const std::vector<Slot>& all() const { return m_slots; }

private:
    void dropClosedTop();

    std::vector<Slot> m_slots;
    QHash<QString, std::size_t> m_byName;
};

} // namespace apex::runs
