// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/transcript_rows.h"

#include <vector>

namespace apex::ui {

/// A row on the screen; `top` is relative to the viewport and may be negative.
struct PlacedRow {
    int row = 0;
    int top = 0;
    int height = 0;

    friend bool operator==(const PlacedRow&, const PlacedRow&) = default;
};

/// Where the reader is: held to a line of a row, or following the end. Data never moves the reader, only the
/// reader does. Following ends by itself where it would take the start of a fresh answer out of sight: an
/// answer is read from its start.
class TranscriptScroll {
public:
    explicit TranscriptScroll(TranscriptRows& rows) : m_rows(rows) {}

    /// Lays out and places the rows that a viewport shows.
    const std::vector<PlacedRow>& arrange(int viewportHeight);
    [[nodiscard]] const std::vector<PlacedRow>& placed() const { return m_placed; }
    [[nodiscard]] const PlacedRow* placedRow(int row) const;

    /// The intent to follow the end; only these functions and the reader's own scrolling change it.
    [[nodiscard]] bool follows() const { return m_follows; }
    /// True if the last arrangement shows the end of the last row.
    [[nodiscard]] bool showsEnd() const { return m_showsEnd; }
    void followEnd();
    /// Following must not take the start of this row, an answer, out of sight; -1 for none. `hasPrompt`: the
    /// row above asked for it and stays in sight too if it is short.
    void keepStart(int row, bool hasPrompt);
    /// True while the reader was left at the start of an answer and has not moved since.
    [[nodiscard]] bool staysAtStart() const { return m_stays; }
    /// Moves by pixels; positive is towards the end. Reaching the end by own motion means following it.
    void scrollBy(int pixels);
    /// Puts a row's pixel line `offset` at the top of the viewport.
    void moveTo(int row, int offset);
    /// Moves to a distance from the very top, as a scroll bar says it.
    void moveToValue(qint64 value);

    /// Distance of the viewport's top from the very top (partly estimated), and the largest one.
    [[nodiscard]] qint64 value() const;
    [[nodiscard]] qint64 maximum() const;

    void rowsInserted(int first, int count);
    void rowsRemoved(int first, int count);
    void reset();

private:
    void placeFromEnd();
    void stayAtStart();
    void placeFromPin();
    void placeBelow();
    void placeAbove();
    void push(int row, int top, bool above);
    void shift(int pixels);
    void takePin();
    void normalise();

    TranscriptRows& m_rows;
    std::vector<PlacedRow> m_placed;
    bool m_follows = true;
    bool m_showsEnd = true;
    bool m_stays = false;
    int m_start = -1; ///< answer whose start following keeps in sight, -1 for none
    bool m_startHasPrompt = false;
    int m_row = 0;
    int m_offset = 0;
    ReadingPin m_pin;
    int m_viewport = 0;
};

} // namespace apex::ui
