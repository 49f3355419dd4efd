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

/// The user's requests before this one, the newest first, thanks and greetings left out.
[[nodiscard]] QStringList earlierRequests(const RunState& state);
/// First and last day of all rows, whatever the question is about; invalid if no row has a time.
[[nodiscard]] Expected<DaySpan> daysOfRows(RunState& state);
/// The part of a span within another one; invalid days if they do not meet.
[[nodiscard]] DaySpan overlap(const DaySpan& a, const DaySpan& b);
/// The two spans that the question, or the one it goes on about, sets against each other, in the order of
/// time; empty if there are none.
[[nodiscard]] std::vector<AskedPeriod> askedPeriods(const RunState& state, const DaySpan& rows);

/// The days that a question wants to know ahead.
struct AskedAhead {
    bool named = false; ///< false: the question says nothing, as many days as the rows reach back
    QDate first;
    int days = 0;

    [[nodiscard]] QDate last() const { return first.addDays(days - 1); }
    /// Days that lie between a day and the first of these.
    [[nodiscard]] int daysFrom(QDate day) const { return static_cast<int>(day.daysTo(first)) - 1; }
};
/// "Next month" has its days, a week seven; counted from the last day of the rows, of which there are `days`.
[[nodiscard]] AskedAhead askedAhead(const RunState& state, QDate last, std::size_t days);

} // namespace apex::backend
