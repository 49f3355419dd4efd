// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_accessible.h"

#include "ui/timeline/timeline_view.h"

#include <QPointer>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t kRowsRemembered = 256;

class RowAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    RowAccessible(TimelineView* view, int row) : m_view(view), m_row(row) {}

    [[nodiscard]] int row() const { return m_row; }

    [[nodiscard]] bool isValid() const override {
        return m_view && m_view->model() && m_row < m_view->model()->rowCount();
    }
    [[nodiscard]] QObject* object() const override { return nullptr; }
    [[nodiscard]] QAccessibleInterface* parent() const override {
        return QAccessible::queryAccessibleInterface(m_view.data());
    }
    [[nodiscard]] int childCount() const override { return 0; }
    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    [[nodiscard]] QString text(QAccessible::Text kind) const override {
        if (!isValid())
            return {};
        if (kind == QAccessible::Name)
            return m_view->model()->row(m_row).sentence;
        return kind == QAccessible::Description && m_view->isOpen(m_row) ? m_view->rowText(m_row) : QString();
    }
    void setText(QAccessible::Text, const QString&) override {}
    [[nodiscard]] QRect rect() const override {
        if (!isValid())
            return {};
        const QRect inViewport = m_view->rowRect(m_row).intersected(m_view->viewport()->rect());
        return {m_view->viewport()->mapToGlobal(inViewport.topLeft()), inViewport.size()};
    }
    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::ListItem; }
    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.focusable = state.selectable = state.expandable = true;
        state.selected = m_view->currentRow() == m_row;
        state.focused = state.selected && m_view->hasFocus();
        state.expanded = m_view->isOpen(m_row);
        state.collapsed = !state.expanded;
        return state;
    }

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this)
                                                    : nullptr;
    }
    [[nodiscard]] QStringList actionNames() const override {
        return {pressAction(), toggleAction(), setFocusAction()};
    }
    void doAction(const QString& action) override {
        if (!isValid())
            return;
        m_view->setCurrentRow(m_row);
        if (action == toggleAction() || action == pressAction())
            m_view->setOpen(m_row, !m_view->isOpen(m_row));
        else if (action == setFocusAction())
            m_view->setFocus();
    }
    [[nodiscard]] QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    QPointer<TimelineView> m_view;
    int m_row;
};

QAccessibleInterface* createFor(const QString& className, QObject* object) {
    if (className != QLatin1StringView(TimelineView::staticMetaObject.className()))
        return nullptr;
    auto* view = qobject_cast<TimelineView*>(object);
    return view ? new TimelineAccessible(view) : nullptr;
}

} // namespace

TimelineAccessible::TimelineAccessible(TimelineView* view) : QAccessibleWidget(view, QAccessible::List) {}

TimelineAccessible::~TimelineAccessible() {
    for (const auto& [row, id] : m_rows)
        QAccessible::deleteAccessibleInterface(id);
}

void TimelineAccessible::install() {
    static const bool once = (QAccessible::installFactory(createFor), true);
    Q_UNUSED(once)
}

void TimelineAccessible::announceReset(TimelineView* view) {
    if (!QAccessible::isActive())
        return;
    QAccessibleEvent event(view, QAccessible::ObjectReorder);
    QAccessible::updateAccessibility(&event);
}

void TimelineAccessible::announceCurrent(TimelineView* view, int row) {
    if (!QAccessible::isActive() || row < 0 || !view->hasFocus())
        return;
    QAccessibleEvent event(view, QAccessible::Focus);
    event.setChild(row - view->visibleRows().first);
    QAccessible::updateAccessibility(&event);
}

void TimelineAccessible::announceState(TimelineView* view, int row) {
    if (!QAccessible::isActive())
        return;
    QAccessible::State changed;
    changed.expanded = changed.collapsed = true;
    QAccessibleStateChangeEvent event(view, changed);
    event.setChild(row - view->visibleRows().first);
    QAccessible::updateAccessibility(&event);
}

TimelineView* TimelineAccessible::view() const {
    return static_cast<TimelineView*>(object());
}

int TimelineAccessible::childCount() const {
    const auto [first, last] = view()->visibleRows();
    return first < 0 ? 0 : last - first + 1;
}

QAccessibleInterface* TimelineAccessible::child(int index) const {
    if (index < 0 || index >= childCount())
        return nullptr;
    const int row = view()->visibleRows().first + index;
    if (const auto known = m_rows.find(row); known != m_rows.end())
        return QAccessible::accessibleInterface(known->second);
    forgetHiddenRows();
    auto* item = new RowAccessible(view(), row);
    m_rows.emplace(row, QAccessible::registerAccessibleInterface(item));
    return item;
}

int TimelineAccessible::indexOfChild(const QAccessibleInterface* child) const {
    const auto* item = dynamic_cast<const RowAccessible*>(child);
    if (!item)
        return -1;
    const auto [first, last] = view()->visibleRows();
    return item->row() >= first && item->row() <= last ? item->row() - first : -1;
}

QAccessibleInterface* TimelineAccessible::childAt(int x, int y) const {
    const int row = view()->rowAt(view()->viewport()->mapFromGlobal(QPoint(x, y)));
    return row < 0 ? nullptr : child(row - view()->visibleRows().first);
}

QAccessibleInterface* TimelineAccessible::focusChild() const {
    const int row = view()->currentRow();
    return row < 0 || !view()->hasFocus() ? nullptr : child(row - view()->visibleRows().first);
}

void TimelineAccessible::forgetHiddenRows() const {
    if (m_rows.size() < kRowsRemembered)
        return;
    const auto [first, last] = view()->visibleRows();
    for (auto it = m_rows.begin(); it != m_rows.end();) {
        if (it->first >= first && it->first <= last) {
            ++it;
            continue;
        }
        QAccessible::deleteAccessibleInterface(it->second);
        it = m_rows.erase(it);
    }
}

} // namespace apex::ui
