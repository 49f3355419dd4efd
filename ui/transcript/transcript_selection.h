// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/message_layout.h"

namespace apex::ui {

/// A place in the transcript: row and place in its text.
struct TranscriptPosition {
    int row = 0;
    TextPosition text;

    friend auto operator<=>(const TranscriptPosition&, const TranscriptPosition&) = default;
};

/// Selected text from an anchor to a head, over any number of rows; follows its rows when others come and go.
class TranscriptSelection {
public:
    void clear() { m_active = false; }
    void begin(TranscriptPosition at);
    void extend(TranscriptPosition to);
    /// Selects a stretch of one row; further extending keeps it selected.
    void select(int row, const TextSpan& span);
    /// Selects rows whole, `from` being where the reader began.
    void selectRows(int from, int to);

    [[nodiscard]] bool isEmpty() const { return !m_active || m_anchor == m_head; }
    [[nodiscard]] int firstRow() const { return std::min(m_anchor, m_head).row; }
    [[nodiscard]] int lastRow() const { return std::max(m_anchor, m_head).row; }
    /// Row where selecting began.
    [[nodiscard]] int anchorRow() const { return m_anchor.row; }
    /// What is selected of a row; empty if nothing is.
    [[nodiscard]] TextSpan spanOf(int row) const;

    void rowsInserted(int first, int count);
    void rowsRemoved(int first, int count);

private:
    TranscriptPosition m_anchor;
    TranscriptPosition m_head;
    bool m_active = false;
};

} // namespace apex::ui
