// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/transcript_model.h"
#include "ui/transcript/transcript_view.h"

#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <limits>

namespace apex::ui {

using models::TranscriptModel;

void TranscriptView::syncScrollBar() {
    const auto clamped = [](qint64 value) {
        return static_cast<int>(std::min<qint64>(value, std::numeric_limits<int>::max() / 2));
    };
    QScrollBar* bar = verticalScrollBar();
    m_syncingBar = true;
    bar->setPageStep(std::max(1, viewport()->height()));
    bar->setSingleStep(qRound(m_rows.style().em * 3));
    // While the handle is held, only the hand moves it.
    if (!bar->isSliderDown()) {
        bar->setRange(0, clamped(m_scroll.maximum()));
        bar->setValue(m_scroll.showsEnd() ? bar->maximum() : clamped(m_scroll.value()));
    }
    m_barValue = bar->value();
    m_syncingBar = false;
    // The bar keeps its place so that no line breaks anew, but has nothing to show while all fits.
    const bool fits = bar->maximum() == 0;
    if (fits == bar->styleSheet().isEmpty())
        bar->setStyleSheet(fits ? QStringLiteral("QScrollBar::handle:vertical { background: transparent; }")
                                : QString());
}

// Short ways are taken in pixels of measured rows, long ones by the bar's partly estimated scale.
void TranscriptView::scrollContentsBy(int, int) {
    if (m_syncingBar)
        return;
    const QScrollBar* bar = verticalScrollBar();
    const int value = bar->value();
    const int distance = value - m_barValue;
    const bool toEnd = distance > 0 && value >= bar->maximum();
    if (distance == 0)
        return;
    layOutNow();
    const bool before = isFollowing();
    if (toEnd)
        m_scroll.followEnd();
    else if (!bar->isSliderDown() && std::abs(distance) <= 3 * viewport()->height())
        m_scroll.scrollBy(distance);
    else
        m_scroll.moveToValue(value);
    m_barValue = value;
    noteFollowing(before);
    afterScroll();
}

void TranscriptView::scrollPixels(int pixels) {
    layOutNow();
    const bool before = isFollowing();
    m_scroll.scrollBy(pixels);
    noteFollowing(before);
    afterScroll();
}

void TranscriptView::afterScroll() {
    m_layoutDue = true;
    layOutNow();
    hoverAt(viewport()->mapFromGlobal(QCursor::pos()));
}

void TranscriptView::noteFollowing(bool before) {
    if (before != isFollowing())
        Q_EMIT followingChanged(isFollowing());
}

void TranscriptView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        event->ignore(); // Zooming belongs to the window.
        return;
    }
    const QPoint turned = event->pixelDelta().isNull() ? event->angleDelta() / 2 : event->pixelDelta();
    const bool asideByKey = event->modifiers().testFlag(Qt::ShiftModifier);
    const int aside = turned.x() != 0 ? turned.x() : asideByKey ? turned.y() : 0;
    if (aside != 0 && std::abs(turned.x()) >= std::abs(asideByKey ? 0 : turned.y())) {
        event->setAccepted(scrollSideways(event->position().toPoint(), -aside));
        return;
    }
    const int lines = 3;
    const int pixels = event->pixelDelta().isNull()
                           ? qRound(event->angleDelta().y() / 120.0 * lines * m_rows.style().em * 1.45)
                           : event->pixelDelta().y();
    if (pixels != 0)
        scrollPixels(-pixels);
    event->accept();
}

int TranscriptView::pageStep() const {
    return std::max(1, viewport()->height() - qRound(m_rows.style().em * 3));
}

void TranscriptView::jumpToLatest() {
    const bool before = isFollowing();
    m_scroll.followEnd();
    m_newMessages = 0;
    noteFollowing(before);
    afterScroll();
}

void TranscriptView::revealRow(int row) {
    layOutNow();
    const PlacedRow* placed = m_scroll.placedRow(row);
    const int height = viewport()->height();
    const bool before = isFollowing();
    if (!placed) {
        const bool below = !m_scroll.placed().empty() && row > m_scroll.placed().back().row;
        m_scroll.moveTo(row, 0);
        if (below && m_rows.layout(row).height() < height) {
            m_scroll.arrange(height);
            m_scroll.scrollBy(m_rows.layout(row).height() - height);
        }
    } else if (placed->top < 0) {
        m_scroll.moveTo(row, 0);
    } else if (placed->top + placed->height > height) {
        m_scroll.scrollBy(std::min(placed->top, placed->top + placed->height - height));
    } else {
        return;
    }
    noteFollowing(before);
    afterScroll();
}

ReadingPlace TranscriptView::readingPlace() const {
    ReadingPlace place;
    place.followsEnd = isFollowing();
    if (!m_scroll.placed().empty()) {
        const PlacedRow& first = m_scroll.placed().front();
        place.localId = m_rows.index(first.row).data(TranscriptModel::LocalIdRole).toLongLong();
        place.offset = -first.top;
    }
    return place;
}

void TranscriptView::restore(const ReadingPlace& place) {
    if (place.followsEnd) {
        jumpToLatest();
        return;
    }
    for (int row = m_rows.count() - 1; row >= 0; --row) {
        if (m_rows.index(row).data(TranscriptModel::LocalIdRole).toLongLong() != place.localId)
            continue;
        const bool before = isFollowing();
        m_scroll.moveTo(row, place.offset);
        noteFollowing(before);
        afterScroll();
        return;
    }
}

} // namespace apex::ui
