// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/transcript_model.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/transcript_accessible.h"
#include "ui/transcript/transcript_view.h"

#include <QKeyEvent>

#include <algorithm>

namespace apex::ui {

using models::TranscriptModel;

void TranscriptView::keyPressEvent(QKeyEvent* event) {
    layOutNow();
    m_showFocus = true;
    if (handleCopyKey(event) || handleRowKey(event) || scrollByKey(event->key())) {
        event->accept();
        return;
    }
    QAbstractScrollArea::keyPressEvent(event);
    event->ignore();
}

bool TranscriptView::handleCopyKey(QKeyEvent* event) {
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return true;
    }
    if (event->matches(QKeySequence::Copy)) {
        copyToClipboard(copyText());
        return true;
    }
    if (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier)) {
        copyToClipboard(copyMarkdown());
        return true;
    }
    if (event->key() == Qt::Key_Escape && m_findBar->isVisible()) {
        closeFind();
        return true;
    }
    if (event->key() == Qt::Key_Escape && !m_selection.isEmpty()) {
        clearSelection();
        return true;
    }
    return false;
}

bool TranscriptView::handleRowKey(QKeyEvent* event) {
    const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool prompts = event->modifiers().testFlag(Qt::AltModifier);
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down: {
        const int direction = event->key() == Qt::Key_Down ? 1 : -1;
        if (prompts)
            movePrompt(direction);
        else
            moveFocus(direction, extend);
        return true;
    }
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const qreal step = m_rows.style().em * (event->key() == Qt::Key_Right ? 4 : -4);
        if (prompts || !m_scroll.placedRow(m_focusRow) || !m_rows.layout(m_focusRow).scrollSideways(step))
            return false;
        viewport()->update();
        return true;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
        activateRow(m_focusRow);
        return m_focusRow >= 0;
    default:
        return false;
    }
}

bool TranscriptView::scrollByKey(int key) {
    switch (key) {
    case Qt::Key_PageUp:
        scrollPixels(-pageStep());
        return true;
    case Qt::Key_PageDown:
        scrollPixels(pageStep());
        return true;
    case Qt::Key_Home: {
        const bool before = isFollowing();
        m_scroll.moveTo(0, 0);
        noteFollowing(before);
        setFocusRow(m_rows.count() > 0 ? 0 : -1, false);
        afterScroll();
        return true;
    }
    case Qt::Key_End:
        setFocusRow(m_rows.count() - 1, false);
        jumpToLatest();
        return true;
    default:
        return false;
    }
}

// A message taller than the window is read through before the focus leaves it.
void TranscriptView::moveFocus(int direction, bool extend) {
    if (m_rows.count() == 0)
        return;
    const PlacedRow* current = m_scroll.placedRow(m_focusRow);
    if (!current) {
        const auto& placed = m_scroll.placed();
        setFocusRow(direction > 0 && !isFollowing() ? placed.front().row : placed.back().row, true);
        return;
    }
    const int rest = direction > 0 ? current->top + current->height - viewport()->height() : -current->top;
    if (!extend && rest > 0 && current->height > viewport()->height()) {
        scrollPixels(direction * std::min(rest, qRound(m_rows.style().em * 6)));
        return;
    }
    const int target = std::clamp(m_focusRow + direction, 0, m_rows.count() - 1);
    if (extend) {
        const int anchor = m_selection.isEmpty() ? m_focusRow : m_selection.anchorRow();
        m_selection.selectRows(anchor, target);
        viewport()->update();
    }
    setFocusRow(target, true);
}

void TranscriptView::movePrompt(int direction) {
    const int start = m_focusRow >= 0             ? m_focusRow
                      : m_scroll.placed().empty() ? 0
                                                  : m_scroll.placed().front().row + (direction < 0 ? 1 : -1);
    for (int row = start + direction; row >= 0 && row < m_rows.count(); row += direction) {
        if (m_rows.index(row).data(TranscriptModel::SpeakerRole).toInt() != int(session::Speaker::User))
            continue;
        const bool before = isFollowing();
        m_scroll.moveTo(row, 0);
        noteFollowing(before);
        setFocusRow(row, false);
        afterScroll();
        return;
    }
}

void TranscriptView::goToPreviousPrompt() {
    layOutNow();
    movePrompt(-1);
}

void TranscriptView::goToNextPrompt() {
    layOutNow();
    movePrompt(1);
}

void TranscriptView::setFocusRow(int row, bool reveal) {
    m_focusRow = row;
    if (row < 0)
        return;
    if (reveal)
        revealRow(row);
    viewport()->update();
    notifyRowFocus(*this);
    tellFocusedRun();
}

void TranscriptView::tellFocusedRun() {
    const RunId run(m_rows.index(m_focusRow).data(TranscriptModel::RunIdRole).toString());
    if (!run.isEmpty())
        Q_EMIT messageFocused(run);
}

void TranscriptView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    const bool byKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                       event->reason() == Qt::ShortcutFocusReason;
    m_showFocus = byKey;
    layOutNow();
    if (byKey && m_focusRow < 0 && !m_scroll.placed().empty())
        m_focusRow = m_scroll.placed().back().row;
    viewport()->update();
}

void TranscriptView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TranscriptView::activateRow(int row) {
    if (row < 0 || row >= m_rows.count())
        return;
    const RunId run(m_rows.index(row).data(TranscriptModel::RunIdRole).toString());
    if (!run.isEmpty())
        Q_EMIT messageActivated(run);
}

void TranscriptView::retryRow(int row) {
    if (row < 0 || row >= m_rows.count())
        return;
    const QModelIndex index = m_rows.index(row);
    if (index.data(TranscriptModel::CanRetryRole).toBool())
        Q_EMIT retryRequested(index.data(TranscriptModel::LocalIdRole).toLongLong());
}

} // namespace apex::ui
