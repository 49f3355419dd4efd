// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessibleWidget>

#include <map>

namespace apex::ui {

class TimelineView;

/// What assistive technology sees of the timeline: a list with one item per visible row, however long the run
/// is.
class TimelineAccessible final : public QAccessibleWidget {
public:
    explicit TimelineAccessible(TimelineView* view);
    ~TimelineAccessible() override;

    /// Makes Qt use this class for TimelineView; more than one call does no harm.
    static void install();
    static void announceReset(TimelineView* view);
    static void announceCurrent(TimelineView* view, int row);
    static void announceState(TimelineView* view, int row);

    [[nodiscard]] int childCount() const override;
    [[nodiscard]] QAccessibleInterface* child(int index) const override;
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override;
    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override;
    [[nodiscard]] QAccessibleInterface* focusChild() const override;

private:
    [[nodiscard]] TimelineView* view() const;
    void forgetHiddenRows() const;

    mutable std::map<int, QAccessible::Id> m_rows;
};

} // namespace apex::ui
