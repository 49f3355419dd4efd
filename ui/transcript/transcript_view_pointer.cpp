// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_view.h"

#include <QApplication>
#include <QMouseEvent>
#include <QStyleHints>
#include <QToolTip>

namespace apex::ui {

QPointF TranscriptView::toRow(QPoint point, const PlacedRow& placed) const {
    return QPointF(point - QPoint(columnLeft(), placed.top));
}

TranscriptPosition TranscriptView::positionAt(QPoint point) const {
    const auto& placed = m_scroll.placed();
    if (placed.empty())
        return {};
    const PlacedRow* best = &placed.front();
    for (const PlacedRow& candidate : placed) {
        if (candidate.top <= point.y())
            best = &candidate;
    }
    const MessageLayout* layout = m_rows.existing(best->row);
    return layout ? TranscriptPosition{best->row, layout->positionAt(toRow(point, *best))}
                  : TranscriptPosition{best->row, {}};
}

MessageHit TranscriptView::hitAt(QPoint point, int* row) const {
    for (const PlacedRow& placed : m_scroll.placed()) {
        if (point.y() < placed.top || point.y() >= placed.top + placed.height)
            continue;
        if (row)
            *row = placed.row;
        const MessageLayout* layout = m_rows.existing(placed.row);
        return layout ? layout->hit(toRow(point, placed)) : MessageHit{};
    }
    return {};
}

void TranscriptView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    layOutNow();
    m_showFocus = false;
    int pressedRow = -1;
    const MessageHit hit = hitAt(event->position().toPoint(), &pressedRow);
    if (hit.zone == MessageHit::Zone::ScrollHandle) {
        m_handleRow = pressedRow;
        m_handleBlock = hit.block;
        m_pointer = event->position().toPoint();
        return;
    }
    m_pressed = event->position().toPoint();
    m_selecting = true;
    m_dragged = false;
    const TranscriptPosition position = positionAt(m_pressed);
    const bool third =
        m_sinceDoubleClick.isValid() &&
        m_sinceDoubleClick.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval();
    const MessageLayout* layout = m_rows.count() > 0 ? m_rows.existing(position.row) : nullptr;
    if (third && layout) {
        m_selection.select(position.row, layout->blockSpan(position.text));
        m_selecting = false;
    } else if (event->modifiers().testFlag(Qt::ShiftModifier) && !m_selection.isEmpty()) {
        m_selection.extend(position);
    } else {
        m_selection.begin(position);
    }
    int row = -1;
    static_cast<void>(hitAt(m_pressed, &row));
    if (row >= 0)
        m_focusRow = row;
    viewport()->update();
}

void TranscriptView::mouseMoveEvent(QMouseEvent* event) {
    const QPoint before = std::exchange(m_pointer, event->position().toPoint());
    if (m_handleRow >= 0 && m_handleRow < m_rows.count()) {
        MessageLayout& layout = m_rows.layout(m_handleRow);
        const qreal pixels = (m_pointer.x() - before.x()) * layout.scrollFactor(m_handleBlock);
        if (layout.scrollBlock(m_handleBlock, pixels))
            viewport()->update();
        return;
    }
    if (!m_selecting || !(event->buttons() & Qt::LeftButton)) {
        hoverAt(m_pointer);
        return;
    }
    if (!m_dragged && (m_pointer - m_pressed).manhattanLength() < QApplication::startDragDistance())
        return;
    m_dragged = true;
    const bool outside = m_pointer.y() < 0 || m_pointer.y() > viewport()->height();
    if (outside && !m_dragTimer.isActive())
        m_dragTimer.start(40, this);
    else if (!outside)
        m_dragTimer.stop();
    dragTo(m_pointer);
}

void TranscriptView::dragTo(QPoint point) {
    m_selection.extend(positionAt(point));
    viewport()->update();
}

void TranscriptView::mouseReleaseEvent(QMouseEvent* event) {
    m_dragTimer.stop();
    m_handleRow = -1;
    if (event->button() != Qt::LeftButton || !m_selecting)
        return;
    m_selecting = false;
    if (!m_dragged)
        clickAt(event->position().toPoint());
}

void TranscriptView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_rows.count() == 0)
        return;
    const TranscriptPosition position = positionAt(event->position().toPoint());
    if (const MessageLayout* layout = m_rows.existing(position.row))
        m_selection.select(position.row, layout->wordAt(position.text));
    m_sinceDoubleClick.start();
    viewport()->update();
}

void TranscriptView::clickAt(QPoint point) {
    int row = -1;
    const MessageHit hit = hitAt(point, &row);
    switch (hit.zone) {
    case MessageHit::Zone::Link:
        openLink(hit.address);
        break;
    case MessageHit::Zone::CopyCode:
        copyCode(row, hit.block);
        break;
    case MessageHit::Zone::Retry:
        retryRow(row);
        break;
    case MessageHit::Zone::ShowAll:
        showWhole(row, hit.block);
        break;
    case MessageHit::Zone::Toggle:
        showReport(row, !m_rows.content(row).asReport);
        break;
    case MessageHit::Zone::Text:
    case MessageHit::Zone::Nothing:
        if (row >= 0) {
            tellFocusedRun();
            tellFocusedWords(row, point);
        }
        break;
    case MessageHit::Zone::ScrollHandle:
        break;
    }
}

void TranscriptView::openLink(const QString& address) {
    if (isOpenableLink(address))
        Q_EMIT linkActivated(QUrl(address, QUrl::StrictMode));
    else
        Q_EMIT linkRefused(address);
}

void TranscriptView::hoverAt(QPoint point) {
    const MessageHit hit = viewport()->rect().contains(point) ? hitAt(point) : MessageHit{};
    switch (hit.zone) {
    case MessageHit::Zone::Link:
    case MessageHit::Zone::CopyCode:
    case MessageHit::Zone::Retry:
    case MessageHit::Zone::ShowAll:
    case MessageHit::Zone::Toggle:
        viewport()->setCursor(Qt::PointingHandCursor);
        break;
    case MessageHit::Zone::Text:
        viewport()->setCursor(Qt::IBeamCursor);
        break;
    case MessageHit::Zone::ScrollHandle:
    case MessageHit::Zone::Nothing:
        viewport()->unsetCursor();
        break;
    }
    if (hit.address == m_hovered)
        return;
    m_hovered = hit.address;
    Q_EMIT linkHovered(m_hovered);
    if (m_hovered.isEmpty()) {
        QToolTip::hideText();
        return;
    }
    const QString shown = isOpenableLink(m_hovered) ? m_hovered : tr("Not opened: %1").arg(m_hovered);
    // Escaped, so that an address cannot dress up as rich text.
    const QString safe = QStringLiteral("<qt>") + shown.toHtmlEscaped() + QStringLiteral("</qt>");
    QToolTip::showText(viewport()->mapToGlobal(point), safe, viewport());
}

} // namespace apex::ui
