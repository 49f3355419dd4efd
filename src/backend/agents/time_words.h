// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace apex::backend {

/// A day or month as a person writes it, perhaps without a year.
struct CalendarDay {
    int year = 0;  ///< 0: not said
    int month = 0; ///< 1..12; 0: open
    int day = 0;   ///< 0: the first or last one of the month, whichever bounds the span
};

/// A span of time as a person says it ("last week", "since 2025-06-05", "in June"), not yet tied to dates.
struct TimeWords {
    enum class Kind {
        LastDays,
        ThisMonth,
        LastMonth,
        ThisQuarter,
        LastQuarter,
        ThisYear,
        LastYear,
        Calendar,
        InForce, ///< that of the answer before: "how does that compare to the week before?"
        Always   ///< restricts no day by itself: weekdays only, or a step from another span
    };
    /// A step from the span before it: "the day before", "the next week"; Span: "and before that?", as long
    /// as that one.
    enum class Step { None, Day, Week, Month, Quarter, Year, Span };
    Kind kind = Kind::LastDays;
    int days = 0; ///< LastDays: how many, ending with the anchor day
    int skip = 0; ///< LastDays: days left out before the anchor day ("yesterday" skips one)
    bool skipsAlways =
        false;          ///< LastDays: `skip` also counts from the last day of the data ("the week before")
    bool isNow = false; ///< "today", "this week": never counted from the last day of the data
    CalendarDay first;  ///< Calendar: first day
    CalendarDay last;   ///< Calendar: last day
    int shiftFirst = 0; ///< Calendar: days added ("after June 5")
    int shiftLast = 0;  ///< Calendar: days added ("before June 5")
    Step step = Step::None;
    bool stepsBack = false;
    std::vector<int> weekdays; ///< only these, 1 = Monday; empty: all
    QString text;              ///< the words themselves
};

/// First and last day, both counted, UTC.
struct DaySpan {
    QDate from;
    QDate to;
    /// False: "last", "this" and so on were counted from the last day of the data, as it ends before today's.
    bool fromToday = true;
};

/// What a request says about time.
struct TimesRead {
    std::optional<TimeWords> time;
    QStringList unread; ///< words that look like a period and were not understood
};

/// `text` in lower case.
[[nodiscard]] TimesRead readTimes(const QString& text);
/// The span a request names, if any; `text` in lower case.
[[nodiscard]] std::optional<TimeWords> readTimeWords(const QString& text);

/// The two spans that a request sets against each other ("compare May to June", "this week vs last week"), in
/// the order named; empty if it does not. `text` in lower case.
[[nodiscard]] std::vector<TimeWords> readTwoTimes(const QString& text);

/// The one span of a request that sets it against the answer before ("how does that compare to last month?"),
/// if it does. `text` in lower case.
[[nodiscard]] std::optional<TimeWords> readComparedTime(const QString& text);

/// Ties words to days. They are counted from `today`; if the data (`first` to `last`) has nothing there, from
/// its last day.
[[nodiscard]] DaySpan resolveTime(const TimeWords& words, QDate today, QDate first, QDate last);
/// The same, counted from `today` whatever the data has.
[[nodiscard]] DaySpan resolveFromToday(const TimeWords& words, QDate today);
/// The span one step beside another one; `words.step` is not None.
[[nodiscard]] DaySpan besideSpan(const TimeWords& words, const DaySpan& span);
/// The span before this one: as long as it, months where it is of months.
[[nodiscard]] DaySpan spanBefore(const DaySpan& span);
/// The same after it.
[[nodiscard]] DaySpan spanAfter(const DaySpan& span);

/// True for names of months and weekdays, in any case: as a bare word they are a period before they are a
/// name.
[[nodiscard]] bool isPeriodName(const QString& word);

} // namespace apex::backend
