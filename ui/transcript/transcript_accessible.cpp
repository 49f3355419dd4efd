// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_accessible.h"

#include "models/transcript_model.h"
#include "ui/transcript/transcript_view.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPushButton>

#include <algorithm>

namespace apex::ui {

using models::TranscriptModel;

namespace {

// Rows beyond the visible ones that are exposed at each end: enough to walk, too few to slow anything down.
constexpr int kMargin = 5;
constexpr qsizetype kKeptRows = 200;

TranscriptView* viewOf(QObject* object) {
    return qobject_cast<TranscriptView*>(object);
}

/// One message as a list item; found again by its local id, so it survives rows coming and going.
class RowAccessible final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    RowAccessible(TranscriptView& view, qint64 localId, int row)
        : m_view(&view), m_localId(localId), m_lastRow(row) {}

    bool isValid() const override { return row() >= 0; }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override;
    QAccessible::State state() const override;
    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this)
                                                    : nullptr;
    }

    QStringList actionNames() const override;
    void doAction(const QString& name) override;
    QStringList keyBindingsForAction(const QString&) const override { return {}; }
    QString localizedActionDescription(const QString& name) const override;

    /// Row of the message now, -1 if it is gone.
    int row() const;

private:
    static QString retryAction() { return QStringLiteral("Retry"); }
    static QString reportAction() { return QStringLiteral("Report"); }
    static QString wholeAction() { return QStringLiteral("Open"); }
    [[nodiscard]] bool hasReport() const;
    [[nodiscard]] QModelIndex index() const;

    QPointer<TranscriptView> m_view;
    qint64 m_localId;
    mutable int m_lastRow;
};

int RowAccessible::row() const {
    if (!m_view || !m_view->model())
        return -1;
    const QAbstractItemModel& model = *m_view->model();
    const auto isHere = [&](int row) {
        return row >= 0 && row < model.rowCount() &&
               model.index(row, 0).data(TranscriptModel::LocalIdRole).toLongLong() == m_localId;
    };
    if (isHere(m_lastRow))
        return m_lastRow;
    for (int distance = 1; distance < model.rowCount(); ++distance) {
        for (const int candidate : {m_lastRow - distance, m_lastRow + distance}) {
            if (isHere(candidate))
                return m_lastRow = candidate;
        }
    }
    return -1;
}

QModelIndex RowAccessible::index() const {
    const int at = row();
    return at < 0 ? QModelIndex() : m_view->model()->index(at, 0);
}

QString RowAccessible::text(QAccessible::Text kind) const {
    switch (kind) {
    case QAccessible::Name:
        return index().data(Qt::AccessibleTextRole).toString();
    case QAccessible::Value:
        return index().data(Qt::DisplayRole).toString();
    default:
        return {};
    }
}

QRect RowAccessible::rect() const {
    const int at = row();
    const QRect local = at < 0 ? QRect() : m_view->rowRect(at);
    return local.isEmpty() ? QRect() : QRect(m_view->viewport()->mapToGlobal(local.topLeft()), local.size());
}

QAccessible::State RowAccessible::state() const {
    QAccessible::State state;
    const int at = row();
    if (at < 0) {
        state.invalid = true;
        return state;
    }
    state.focusable = true;
    state.selectable = true;
    state.readOnly = true;
    state.multiLine = true;
    state.focused = m_view->hasFocus() && m_view->focusedRow() == at;
    state.offscreen = m_view->rowRect(at).isEmpty();
    return state;
}

QStringList RowAccessible::actionNames() const {
    QStringList names{pressAction()};
    if (index().data(TranscriptModel::CanRetryRole).toBool())
        names << retryAction();
    if (hasReport())
        names << reportAction();
    return names << wholeAction();
}

void RowAccessible::doAction(const QString& name) {
    if (!m_view)
        return;
    if (name == pressAction())
        m_view->activateRow(row());
    else if (name == retryAction())
        m_view->retryRow(row());
    else if (name == reportAction())
        m_view->showReport(row(), !m_view->rows().content(row()).asReport);
    else if (name == wholeAction())
        m_view->showWhole(row(), -1);
}

bool RowAccessible::hasReport() const {
    const int at = row();
    return at >= 0 && m_view->rows().content(at).report != nullptr;
}

QString RowAccessible::localizedActionDescription(const QString& name) const {
    if (name == reportAction())
        return TranscriptView::tr("Shows the report in place of the text, or the text again");
    if (name == wholeAction())
        return TranscriptView::tr("Opens the text in a window of its own");
    return name == retryAction() ? TranscriptView::tr("Sends the message again")
                                 : TranscriptView::tr("Shows the run in the timeline");
}

/// The transcript as a list: rows in sight and a few more, then the buttons that lie over it.
class TranscriptAccessible final : public QAccessibleWidget {
public:
    explicit TranscriptAccessible(TranscriptView& view) : QAccessibleWidget(&view, QAccessible::List) {}
    ~TranscriptAccessible() override {
        for (const QAccessible::Id id : std::as_const(m_rows))
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return lastRow() - firstRow() + 1 + int(overlays().size()); }
    QAccessibleInterface* child(int index) const override;
    int indexOfChild(const QAccessibleInterface* child) const override;
    QAccessibleInterface* childAt(int x, int y) const override;
    QAccessibleInterface* focusChild() const override;
    /// Index of a row among the children, -1 if it is not exposed.
    int indexOfRow(int row) const { return row >= firstRow() && row <= lastRow() ? row - firstRow() : -1; }

private:
    [[nodiscard]] TranscriptView& view() const { return *viewOf(object()); }
    [[nodiscard]] int firstRow() const;
    [[nodiscard]] int lastRow() const;
    [[nodiscard]] QList<QWidget*> overlays() const;
    QAccessibleInterface* rowInterface(int row) const;

    mutable QHash<qint64, QAccessible::Id> m_rows;
};

int TranscriptAccessible::firstRow() const {
    const auto& placed = view().placedRows();
    return placed.empty() ? 0 : std::max(0, placed.front().row - kMargin);
}

int TranscriptAccessible::lastRow() const {
    const auto& placed = view().placedRows();
    return placed.empty() ? -1 : std::min(view().rows().count() - 1, placed.back().row + kMargin);
}

QList<QWidget*> TranscriptAccessible::overlays() const {
    QList<QWidget*> found;
    for (QObject* child : view().viewport()->children()) {
        auto* widget = qobject_cast<QWidget*>(child);
        if (widget && !widget->isHidden() && !widget->isWindow())
            found << widget;
    }
    return found;
}

QAccessibleInterface* TranscriptAccessible::rowInterface(int row) const {
    const qint64 localId = view().rows().index(row).data(TranscriptModel::LocalIdRole).toLongLong();
    const auto known = m_rows.constFind(localId);
    if (known != m_rows.constEnd())
        return QAccessible::accessibleInterface(*known);
    if (m_rows.size() > kKeptRows) {
        for (const QAccessible::Id id : std::as_const(m_rows))
            QAccessible::deleteAccessibleInterface(id);
        m_rows.clear();
    }
    auto* created = new RowAccessible(view(), localId, row);
    m_rows.insert(localId, QAccessible::registerAccessibleInterface(created));
    return created;
}

QAccessibleInterface* TranscriptAccessible::child(int index) const {
    const int rows = lastRow() - firstRow() + 1;
    if (index >= 0 && index < rows)
        return rowInterface(firstRow() + index);
    QWidget* overlay = overlays().value(index - rows);
    return overlay ? QAccessible::queryAccessibleInterface(overlay) : nullptr;
}

int TranscriptAccessible::indexOfChild(const QAccessibleInterface* child) const {
    if (const auto* row = dynamic_cast<const RowAccessible*>(child))
        return indexOfRow(row->row());
    for (int i = lastRow() - firstRow() + 1; child && i < childCount(); ++i) {
        if (this->child(i) == child)
            return i;
    }
    return -1;
}

QAccessibleInterface* TranscriptAccessible::childAt(int x, int y) const {
    for (int i = childCount() - 1; i >= 0; --i) {
        QAccessibleInterface* candidate = child(i);
        if (candidate && candidate->rect().contains(x, y))
            return candidate;
    }
    return nullptr;
}

QAccessibleInterface* TranscriptAccessible::focusChild() const {
    const int index = view().hasFocus() ? indexOfRow(view().focusedRow()) : -1;
    return index >= 0 ? child(index) : QAccessibleWidget::focusChild();
}

QAccessibleInterface* createInterface(const QString&, QObject* object) {
    TranscriptView* view = viewOf(object);
    return view ? new TranscriptAccessible(*view) : nullptr;
}

} // namespace

void installTranscriptAccessibility() {
    // Installing the same factory again moves it to the front and no more.
    QAccessible::installFactory(createInterface);
}

void notifyRowFocus(TranscriptView& view) {
    if (!QAccessible::isActive() || !view.hasFocus())
        return;
    const auto* list = dynamic_cast<TranscriptAccessible*>(QAccessible::queryAccessibleInterface(&view));
    const int index = list ? list->indexOfRow(view.focusedRow()) : -1;
    if (index < 0)
        return;
    QAccessibleEvent event(&view, QAccessible::Focus);
    event.setChild(index);
    QAccessible::updateAccessibility(&event);
}

} // namespace apex::ui
