// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_scroll.h"

#include <algorithm>

namespace apex::ui {

namespace {

constexpr int kEndMargin = 16;

} // namespace

const std::vector<PlacedRow>& TranscriptScroll::arrange(int viewportHeight) {
    m_viewport = viewportHeight;
    m_placed.clear();
    m_showsEnd = true;
    if (m_rows.count() == 0)
        return m_placed;
    if (m_follows) {
        placeFromEnd();
        stayAtStart();
    } else {
        placeFromPin();
    }
    const PlacedRow& last = m_placed.back();
    m_showsEnd = last.row == m_rows.count() - 1 && last.top + last.height <= m_viewport;
    m_rows.trim();
    return m_placed;
}

void TranscriptScroll::placeFromEnd() {
    const int last = m_rows.count() - 1;
    const int height = m_rows.layout(last).height();
    push(last, m_viewport - kEndMargin - height, false);
    placeAbove();
    if (m_placed.front().top > 0)
        shift(-m_placed.front().top);
}

// A long answer is read from its start, so following stops there; a short prompt above it stays in sight too.
void TranscriptScroll::stayAtStart() {
    if (m_start < 0 || m_start >= m_rows.count())
        return;
    int row = m_start;
    if (m_startHasPrompt && row > 0 && m_rows.layout(row - 1).height() <= m_viewport / 4)
        --row;
    const PlacedRow* placed = placedRow(row);
    if (placed && placed->top >= 0)
        return;
    m_follows = false;
    m_stays = true;
    m_row = row;
    m_offset = 0;
    takePin();
    m_placed.clear();
    placeFromPin();
}

void TranscriptScroll::placeFromPin() {
    m_row = std::clamp(m_row, 0, m_rows.count() - 1);
    const MessageLayout& layout = m_rows.layout(m_row);
    if (m_pin.isValid)
        m_offset = qRound(layout.topFor(m_pin));
    push(m_row, -m_offset, false);
    placeBelow();
    placeAbove();
    const PlacedRow& last = m_placed.back();
    const int missing = m_viewport - kEndMargin - last.top - last.height;
    if (missing > 0 && last.row == m_rows.count() - 1) {
        shift(missing);
        placeAbove();
    }
    if (m_placed.front().top > 0) {
        shift(-m_placed.front().top);
        placeBelow();
    }
}

void TranscriptScroll::placeBelow() {
    while (m_placed.back().row + 1 < m_rows.count()) {
        const int top = m_placed.back().top + m_placed.back().height;
        if (top >= m_viewport)
            return;
        push(m_placed.back().row + 1, top, false);
    }
}

void TranscriptScroll::placeAbove() {
    while (m_placed.front().top > 0 && m_placed.front().row > 0) {
        const int row = m_placed.front().row - 1;
        push(row, m_placed.front().top - m_rows.layout(row).height(), true);
    }
    // Rows that a shift moved out of sight are of no further use.
    while (m_placed.size() > 1 && m_placed.back().top >= m_viewport)
        m_placed.pop_back();
}

void TranscriptScroll::push(int row, int top, bool above) {
    const PlacedRow placed{row, top, m_rows.layout(row).height()};
    m_placed.insert(above ? m_placed.begin() : m_placed.end(), placed);
}

void TranscriptScroll::shift(int pixels) {
    for (PlacedRow& placed : m_placed)
        placed.top += pixels;
}

const PlacedRow* TranscriptScroll::placedRow(int row) const {
    const auto found = std::find_if(m_placed.begin(), m_placed.end(),
                                    [row](const PlacedRow& placed) { return placed.row == row; });
    return found == m_placed.end() ? nullptr : &*found;
}

void TranscriptScroll::followEnd() {
    m_follows = true;
    m_stays = false;
    m_start = -1;
}

void TranscriptScroll::keepStart(int row, bool hasPrompt) {
    m_start = row;
    m_startHasPrompt = hasPrompt;
}

void TranscriptScroll::scrollBy(int pixels) {
    if (m_placed.empty() || pixels == 0)
        return;
    m_stays = false;
    m_row = m_placed.front().row;
    m_offset = -m_placed.front().top + pixels;
    m_follows = false;
    normalise();
    takePin();
    arrange(m_viewport);
    // Own motion to the end, and a thread that fits the window, both mean: show me what comes.
    const bool fits = m_showsEnd && m_placed.front().row == 0 && m_placed.front().top >= 0;
    m_follows = m_showsEnd && (pixels > 0 || fits);
    // Who went past the start of an answer on their own is not brought back to it.
    const PlacedRow* start = placedRow(m_start);
    if (!start || start->top < 0)
        m_start = -1;
}

void TranscriptScroll::normalise() {
    while (m_offset < 0 && m_row > 0)
        m_offset += m_rows.layout(--m_row).height();
    m_offset = std::max(m_offset, 0);
    for (;;) {
        const int height = m_rows.layout(m_row).height();
        if (m_offset < height)
            return;
        if (m_row + 1 >= m_rows.count()) {
            m_offset = height - 1;
            return;
        }
        m_offset -= height;
        ++m_row;
    }
}

void TranscriptScroll::takePin() {
    const MessageLayout& layout = m_rows.layout(m_row);
    m_pin = layout.pinAt(m_offset);
}

void TranscriptScroll::moveTo(int row, int offset) {
    if (m_rows.count() == 0)
        return;
    m_follows = false;
    m_stays = false;
    m_row = std::clamp(row, 0, m_rows.count() - 1);
    m_offset = offset;
    normalise();
    takePin();
}

void TranscriptScroll::moveToValue(qint64 value) {
    const int row = m_rows.heights().rowAt(value);
    if (row < 0)
        return;
    moveTo(row, static_cast<int>(value - m_rows.heights().top(row)));
}

qint64 TranscriptScroll::value() const {
    if (m_placed.empty())
        return 0;
    return m_rows.heights().top(m_placed.front().row) - m_placed.front().top;
}

qint64 TranscriptScroll::maximum() const {
    return std::max<qint64>(0, m_rows.heights().total() + kEndMargin - m_viewport);
}

void TranscriptScroll::rowsInserted(int first, int count) {
    if (first <= m_start)
        m_start += count;
    if (first <= m_row && !m_follows)
        m_row += count;
}

void TranscriptScroll::rowsRemoved(int first, int count) {
    if (first <= m_start)
        m_start = m_start < first + count ? -1 : m_start - count;
    if (m_follows || first > m_row)
        return;
    if (first + count <= m_row) {
        m_row -= count;
        return;
    }
    // The line being read is gone; its place is taken by what follows it.
    m_row = first;
    m_offset = 0;
    m_pin = {};
}

void TranscriptScroll::reset() {
    m_placed.clear();
    m_follows = true;
    m_showsEnd = true;
    m_stays = false;
    m_start = -1;
    m_row = 0;
    m_offset = 0;
    m_pin = {};
}

} // namespace apex::ui
