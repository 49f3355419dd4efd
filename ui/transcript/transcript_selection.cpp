// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_selection.h"

#include <algorithm>
#include <limits>

namespace apex::ui {

namespace {

constexpr int kBeyond = std::numeric_limits<int>::max();

} // namespace

void TranscriptSelection::begin(TranscriptPosition at) {
    m_anchor = at;
    m_head = at;
    m_active = true;
}

void TranscriptSelection::extend(TranscriptPosition to) {
    m_head = to;
}

void TranscriptSelection::select(int row, const TextSpan& span) {
    m_anchor = {row, span.from};
    m_head = {row, span.to};
    m_active = true;
}

void TranscriptSelection::selectRows(int from, int to) {
    const TextPosition end{kBeyond, kBeyond};
    m_anchor = {from, from <= to ? TextPosition{} : end};
    m_head = {to, from <= to ? end : TextPosition{}};
    m_active = true;
}

TextSpan TranscriptSelection::spanOf(int row) const {
    if (isEmpty() || row < firstRow() || row > lastRow())
        return {};
    const TranscriptPosition first = std::min(m_anchor, m_head);
    const TranscriptPosition last = std::max(m_anchor, m_head);
    return {row == first.row ? first.text : TextPosition{},
            row == last.row ? last.text : TextPosition{kBeyond, kBeyond}};
}

void TranscriptSelection::rowsInserted(int first, int count) {
    for (TranscriptPosition* position : {&m_anchor, &m_head}) {
        if (position->row >= first)
            position->row += count;
    }
}

void TranscriptSelection::rowsRemoved(int first, int count) {
    const auto isGone = [&](int row) { return row >= first && row < first + count; };
    if (isGone(m_anchor.row) || isGone(m_head.row))
        m_active = false;
    for (TranscriptPosition* position : {&m_anchor, &m_head}) {
        if (position->row >= first + count)
            position->row -= count;
    }
}

} // namespace apex::ui
