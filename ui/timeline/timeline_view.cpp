// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/timeline_view.h"

#include "ui/timeline/timeline_accessible.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

namespace apex::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Bars rescale at these steps only, so that a growing run does not repaint every row each second.
std::chrono::milliseconds niceScale(std::chrono::milliseconds total) {
    for (const auto step : {2s, 5s, 10s, 20s, 30s, 60s, 120s, 300s, 600s, 1200s, 3600s})
        if (total <= step)
            return step;
    return total;
}

} // namespace

TimelineView::TimelineView(const ThemeProvider& themes, QWidget* parent)
    : QAbstractScrollArea(parent), m_themes(themes), m_painter(themes.theme()) {
    // First: with assistive technology running, naming the view already asks for its accessible face.
    TimelineAccessible::install();
    setObjectName(u"timelineView"_s);
    setAccessibleName(tr("Timeline of the run"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalScrollBar()->setAccessibleName(tr("Scroll the timeline"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_geometry.setRowHeight(m_painter.rowHeight());
    connect(&m_themes, &ThemeProvider::changed, this, &TimelineView::onThemeChanged);
}

void TimelineView::setModel(models::TimelineModel* model) {
    if (m_model == model)
        return;
    if (m_model)
        disconnect(m_model, nullptr, this, nullptr);
    m_model = model;
    if (model) {
        connect(model, &QAbstractItemModel::modelReset, this, &TimelineView::onReset);
        connect(model, &QAbstractItemModel::rowsInserted, this,
                [this](const QModelIndex&, int first, int last) { onRowsInserted(first, last); });
        connect(model, &QAbstractItemModel::dataChanged, this,
                [this](const QModelIndex& a, const QModelIndex& b) { onDataChanged(a.row(), b.row()); });
        connect(model, &models::TimelineModel::summaryChanged, this, &TimelineView::onSummaryChanged);
    }
    onReset();
}

void TimelineView::onReset() {
    m_details.clear();
    m_geometry.closeAll();
    m_geometry.setRowCount(m_model ? m_model->rowCount() : 0);
    m_hovered = -1;
    if (m_current != -1) {
        m_current = -1;
        Q_EMIT currentRowChanged(-1);
    }
    onSummaryChanged();
    updateScrollRange();
    verticalScrollBar()->setValue(0);
    viewport()->update();
    TimelineAccessible::announceReset(this);
}

void TimelineView::onRowsInserted(int first, int last) {
    if (last + 1 < m_model->rowCount()) { // between others, by a filter: open rows would belong to others
        const int current = m_current >= first ? m_current + last - first + 1 : m_current;
        m_details.clear();
        m_geometry.closeAll();
        m_geometry.setRowCount(m_model->rowCount());
        m_current = current;
        updateScrollRange();
        viewport()->update();
        return;
    }
    const bool following = verticalScrollBar()->value() == verticalScrollBar()->maximum();
    m_geometry.setRowCount(m_model->rowCount());
    updateScrollRange();
    if (following)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    const QRect added = rowRect(first).united(rowRect(last));
    if (added.intersects(viewport()->rect()))
        viewport()->update(added);
}

void TimelineView::onDataChanged(int first, int last) {
    const auto [top, bottom] = visibleRows();
    for (int row = first; row <= last; ++row)
        if (m_geometry.isOpen(row))
            layOutDetails(row);
    for (int row = std::max(first, top); row <= std::min(last, bottom); ++row)
        updateRow(row);
}

void TimelineView::onSummaryChanged() {
    const auto summary = m_model ? m_model->summary() : std::nullopt;
    if (!summary)
        return;
    const auto scale = summary->running ? niceScale(summary->elapsed) : summary->elapsed;
    if (scale == m_painter.scale())
        return;
    m_painter.setScale(scale);
    viewport()->update();
}

void TimelineView::onThemeChanged() {
    m_painter.themeChanged();
    m_geometry.setRowHeight(m_painter.rowHeight());
    layOutAllDetails();
    updateScrollRange();
    viewport()->update();
}

void TimelineView::setOpen(int row, bool open) {
    if (!m_model || row < 0 || row >= m_geometry.rowCount() || open == m_geometry.isOpen(row))
        return;
    if (open) {
        layOutDetails(row);
    } else {
        m_geometry.close(row);
        m_details.erase(row);
    }
    updateScrollRange();
    const int y = rowRect(row).top();
    viewport()->update(0, y, viewport()->width(), viewport()->height() - y);
    if (open)
        ensureVisible(row);
    TimelineAccessible::announceState(this, row);
}

void TimelineView::layOutDetails(int row) {
    const int before = m_geometry.isOpen(row) ? m_geometry.height(row) : 0;
    const int width = viewport()->width() - m_painter.indent(m_model->row(row).depth);
    m_details.erase(row);
    const auto [layout, added] = m_details.try_emplace(row, m_model->details(row), m_themes.theme(), width);
    m_geometry.open(row, layout->second.height());
    if (before != 0 && before != m_geometry.height(row)) {
        updateScrollRange();
        viewport()->update();
    }
}

void TimelineView::layOutAllDetails() {
    const auto open = m_geometry.openRows();
    for (const auto& [row, height] : open)
        layOutDetails(row);
}

void TimelineView::updateScrollRange() {
    const int total = m_geometry.totalHeight() + spacing::s;
    verticalScrollBar()->setRange(0, std::max(0, total - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(m_geometry.rowHeight());
}

std::pair<int, int> TimelineView::visibleRows() const {
    const int top = verticalScrollBar()->value();
    return {m_geometry.rowAt(top), m_geometry.rowAt(top + viewport()->height() - 1)};
}

QRect TimelineView::rowRect(int row) const {
    return {0, m_geometry.top(row) - verticalScrollBar()->value(), viewport()->width(),
            m_geometry.height(row)};
}

int TimelineView::rowAt(const QPoint& position) const {
    const int row = m_geometry.rowAt(position.y() + verticalScrollBar()->value());
    return row >= 0 && rowRect(row).contains(position) ? row : -1;
}

void TimelineView::updateRow(int row) {
    if (row >= 0)
        viewport()->update(rowRect(row));
}

void TimelineView::setCurrentRow(int row) {
    const int wanted = row >= 0 && row < m_geometry.rowCount() ? row : -1;
    if (wanted == m_current)
        return;
    updateRow(m_current);
    m_current = wanted;
    if (wanted >= 0)
        ensureVisible(wanted);
    updateRow(m_current);
    TimelineAccessible::announceCurrent(this, wanted);
    Q_EMIT currentRowChanged(wanted);
}

void TimelineView::ensureVisible(int row) {
    const QRect rect = rowRect(row);
    auto* bar = verticalScrollBar();
    if (rect.top() < 0 || rect.height() > viewport()->height())
        bar->setValue(bar->value() + rect.top());
    else if (rect.bottom() >= viewport()->height())
        bar->setValue(bar->value() + rect.bottom() - viewport()->height() + 1);
}

void TimelineView::setHoveredRow(int row) {
    if (row == m_hovered)
        return;
    updateRow(m_hovered);
    m_hovered = row;
    updateRow(m_hovered);
}

QString TimelineView::rowText(int row) const {
    if (!m_model || row < 0 || row >= m_geometry.rowCount())
        return {};
    const models::TimelineRow r = m_model->row(row);
    const models::RowDetails d = m_model->details(row);
    QStringList lines{r.sentence};
    for (const QString& part : {d.text, d.arguments, d.result, d.timing, d.remarks.join(u'\n'), d.frames})
        if (!part.isEmpty())
            lines << part;
    return lines.join(u'\n');
}

void TimelineView::step(int delta) {
    const int rows = m_geometry.rowCount();
    if (rows > 0)
        setCurrentRow(
            std::clamp(m_current < 0 ? (delta > 0 ? 0 : rows - 1) : m_current + delta, 0, rows - 1));
}

// Whoever comes by the keyboard begins with what is in sight, and at the end of a run that goes on.
void TimelineView::enter() {
    const QScrollBar* bar = verticalScrollBar();
    const bool atEnd = bar->maximum() > 0 && bar->value() == bar->maximum();
    const int row = atEnd ? m_geometry.rowCount() - 1 : m_geometry.rowAt(bar->value());
    if (row >= 0)
        setCurrentRow(row);
}

bool TimelineView::navigate(int key) {
    const int page = std::max(1, viewport()->height() / m_geometry.rowHeight() - 1);
    switch (key) {
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_PageUp:
        step(-page);
        return true;
    case Qt::Key_PageDown:
        step(page);
        return true;
    case Qt::Key_Home:
        setCurrentRow(0);
        return true;
    case Qt::Key_End:
        setCurrentRow(m_geometry.rowCount() - 1);
        return true;
    case Qt::Key_Right:
        setOpen(m_current, true);
        return true;
    case Qt::Key_Left:
        setOpen(m_current, false);
        return true;
    case Qt::Key_Space:
        setOpen(m_current, !isOpen(m_current));
        return true;
    case Qt::Key_J:
    case Qt::Key_K: {
        const int problem = m_model ? m_model->nextProblem(m_current, key == Qt::Key_J ? 1 : -1) : -1;
        if (problem >= 0)
            setCurrentRow(problem);
        return true;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT rowActivated(m_current);
        return true;
    case Qt::Key_Slash:
        Q_EMIT filterRequested();
        return true;
    case Qt::Key_R:
    case Qt::Key_V:
        if (m_current >= 0 && m_model && m_model->supportMode())
            key == Qt::Key_R ? Q_EMIT frameRequested(m_current) : Q_EMIT valuesRequested(m_current);
        return true;
    default:
        if (key < Qt::Key_0 || key > Qt::Key_5)
            return false;
        Q_EMIT kindRequested(key - Qt::Key_0);
        return true;
    }
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) {
        if (m_current >= 0)
            QApplication::clipboard()->setText(rowText(m_current));
        event->accept();
        return;
    }
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (plain && navigate(event->key()))
        event->accept();
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || row < 0)
        return QAbstractScrollArea::mousePressEvent(event);
    setCurrentRow(row);
    const bool onLine = event->position().y() < rowRect(row).top() + m_geometry.rowHeight();
    if (onLine)
        setOpen(row, !isOpen(row));
    Q_EMIT rowClicked(row);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().toPoint());
    if (row == m_hovered)
        return;
    setHoveredRow(row);
    Q_EMIT hoveredRowChanged(row);
}

bool TimelineView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave && m_hovered >= 0) {
        setHoveredRow(-1);
        Q_EMIT hoveredRowChanged(-1);
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    if (m_current < 0 && event->reason() != Qt::MouseFocusReason)
        enter();
    updateRow(m_current);
}

void TimelineView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    updateRow(m_current);
}

void TimelineView::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int row = byKey ? m_current : rowAt(viewport()->mapFromGlobal(event->globalPos()));
    if (row < 0)
        return;
    setCurrentRow(row);
    showMenu(row, byKey ? viewport()->mapToGlobal(rowRect(row).center()) : event->globalPos());
}

void TimelineView::showMenu(int row, const QPoint& globalPosition) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show in the transcript"), this, [this, row] { Q_EMIT rowActivated(row); });
    menu->addAction(isOpen(row) ? tr("Hide details") : tr("Show details"), this,
                    [this, row] { setOpen(row, !isOpen(row)); });
    if (m_model && m_model->supportMode()) {
        menu->addAction(tr("Show the raw frame"), this, [this, row] { Q_EMIT frameRequested(row); });
        auto* values = menu->addAction(tr("Show parameters and result"), this,
                                       [this, row] { Q_EMIT valuesRequested(row); });
        values->setEnabled(!m_model->arguments(row).isEmpty() || !m_model->result(row).isEmpty());
    }
    menu->addAction(tr("Copy row"), this, [this, row] { QApplication::clipboard()->setText(rowText(row)); });
    menu->popup(globalPosition);
}

void TimelineView::resizeEvent(QResizeEvent* event) {
    // Whoever watched the end keeps it while the sentences below take their room.
    const QScrollBar* bar = verticalScrollBar();
    const bool atEnd = bar->maximum() > 0 && bar->value() == bar->maximum();
    QAbstractScrollArea::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        layOutAllDetails();
    updateScrollRange();
    if (atEnd)
        verticalScrollBar()->setValue(bar->maximum());
}

void TimelineView::scrollContentsBy(int dx, int dy) {
    m_hovered = -1;
    viewport()->scroll(dx, dy);
}

void TimelineView::paintEvent(QPaintEvent* event) {
    ++m_paintCount;
    QPainter painter(viewport());
    painter.setLayoutDirection(Qt::LeftToRight); // times and names keep their order in every language
    painter.fillRect(event->rect(), m_themes.theme().colours.window);
    if (!m_model || m_geometry.rowCount() == 0)
        return;
    const int scroll = verticalScrollBar()->value();
    const int last = m_geometry.rowAt(event->rect().bottom() + scroll);
    for (int row = m_geometry.rowAt(event->rect().top() + scroll); row <= last; ++row)
        if (event->region().intersects(rowRect(row)))
            paintRow(painter, row, event->rect());
}

void TimelineView::paintRow(QPainter& painter, int row, const QRect& dirty) const {
    const QRect rect = rowRect(row);
    const QRect line(rect.left(), rect.top(), rect.width(), m_geometry.rowHeight());
    const models::TimelineRow content = m_model->row(row);
    const bool selected = row == m_current;
    m_painter.paint(painter, line, content,
                    {isOpen(row), selected, selected && hasFocus(), row == m_hovered});
    const auto details = m_details.find(row);
    if (details == m_details.end())
        return;
    const int left = m_painter.indent(content.depth) - spacing::m;
    const QRect block(left, line.bottom() + 1, rect.width() - left - spacing::m,
                      rect.height() - line.height() - spacing::xs);
    painter.setPen(Qt::NoPen);
    painter.fillRect(block, m_themes.theme().colours.panel);
    details->second.paint(painter, block.topLeft(), dirty, m_themes.theme().colours);
}

} // namespace apex::ui
