// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QString>

#include <optional>
#include <vector>

namespace apex::backend {

/// A span of time as a person says it ("last week", "since 2025-06-05", "in June"), not yet tied to dates.
struct TimeWords {
    enum class Kind { LastDays, ThisMonth, LastMonth, LastQuarter, Month, Dates };
    Kind kind = Kind::LastDays;
    int days = 0; ///< LastDays: how many, ending with the anchor day
    int skip = 0; ///< LastDays: days left out before the anchor day ("yesterday" skips one)
    bool skipsAlways =
        false;     ///< LastDays: `skip` also counts from the last day of the data ("the week before")
    int month = 0; ///< Month without a year: 1..12
    QDate from;    ///< Dates: first day, invalid = from the start
    QDate to;      ///< Dates: last day, invalid = to the end
    QString text;  ///< the words themselves
};

/// First and last day, both counted, UTC.
struct DaySpan {
    QDate from;
    QDate to;
    /// False: "last", "this" and so on were counted from the last day of the data, as it ends before today's.
    bool fromToday = true;
};

/// The span a request names, if any; `text` in lower case.
[[nodiscard]] std::optional<TimeWords> readTimeWords(const QString& text);

/// The two spans that a request sets against each other ("compare May to June", "this week vs last week"), in
/// the order named; empty if it does not. `text` in lower case.
[[nodiscard]] std::vector<TimeWords> readTwoTimes(const QString& text);

/// Ties words to days. They are counted from `today`; if the data (`first` to `last`) has nothing there, from
/// its last day.
[[nodiscard]] DaySpan resolveTime(const TimeWords& words, QDate today, QDate first, QDate last);

} // namespace apex::backend
