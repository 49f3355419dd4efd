// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/time_words.h"

namespace apex::backend {

/// Periods of the calendar that a text names: days, months, quarters and years, spans of them ("May 3-7",
/// "since June 5", "March and April"), and what looks like one but is none ("June 31", "January and May").
struct CalendarRead {
    std::optional<TimeWords> time; ///< the first one
    QStringList unread;            ///< as written
};

/// `text` in lower case. `bare`: "may" and "2024" are periods without a word before them, too.
[[nodiscard]] CalendarRead readCalendar(const QString& text, bool bare);

/// Ties a period of the calendar to days. Where it has no year, it is the latest one in which the data
/// (`first` to `last`) has something.
[[nodiscard]] DaySpan calendarSpan(const TimeWords& words, QDate first, QDate last);

} // namespace apex::backend
