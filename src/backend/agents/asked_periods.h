// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// A span that a question names, and the part of it that the rows cover.
struct AskedPeriod {
    QString words; ///< as written
    DaySpan span;
    DaySpan covered; ///< invalid days: no row lies near it

    [[nodiscard]] bool isCovered() const { return covered.from.isValid(); }
    /// Days that the rows cover; what is divided by, as nothing is known of the others.
    [[nodiscard]] std::int64_t days() const { return isCovered() ? covered.from.daysTo(covered.to) + 1 : 0; }
    /// "“april” is covered from 2026-04-20 on."; empty where all of it is covered.
    [[nodiscard]] QString coverage() const;
};

/// First and last day of all rows, whatever the question is about; invalid if no row has a time.
[[nodiscard]] Expected<DaySpan> daysOfRows(RunState& state);
/// The part of a span within another one; invalid days if they do not meet.
[[nodiscard]] DaySpan overlap(const DaySpan& a, const DaySpan& b);
/// The span before this one: as long as it, months where it is of months.
[[nodiscard]] DaySpan spanBefore(const DaySpan& span);
/// The two spans that the question, or the one it goes on about, sets against each other, in the order of
/// time; empty if there are none.
[[nodiscard]] std::vector<AskedPeriod> askedPeriods(const RunState& state, const DaySpan& rows);

} // namespace apex::backend
