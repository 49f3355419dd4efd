// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

namespace apex::backend {

/// Cost and calls of every UTC day between the first and the last day with a call; days without calls are
/// zero.
struct DailySeries {
    QDate first;
    std::vector<double> cost; ///< US dollars, for estimates only
    std::vector<double> calls;

    [[nodiscard]] QDate day(std::size_t index) const { return first.addDays(static_cast<qint64>(index)); }
};
[[nodiscard]] Expected<DailySeries> dailySeries(RowsQuery& query);

/// A straight line through daily values (ordinary least squares).
struct Trend {
    std::size_t days = 0;
    double meanPerDay = 0;
    double slopePerDay = 0;
    double slopeLow = 0; ///< 95 % confidence interval of the slope
    double slopeHigh = 0;
};
/// What the line gives for the sum of the days after the last one, with its 95 % prediction interval; the low
/// end is not below zero.
struct Projection {
    int days = 0;
    bool alongTrend = false;
    double expected = 0;
    double low = 0;
    double high = 0;
};
inline constexpr std::size_t leastDaysForTrend = 7;
/// Nothing for fewer than leastDaysForTrend values.
[[nodiscard]] std::optional<Trend> trendOf(const std::vector<double>& values);
/// `skipped`: days between the last one and the first that is projected.
[[nodiscard]] std::optional<Projection> projectionOf(const std::vector<double>& values, int days,
                                                     int skipped = 0);
/// How far a line through so many days is followed: as far again, at most 30 days.
[[nodiscard]] int daysAhead(std::size_t days);
/// 97.5 % quantile of Student's t, 1 <= degrees.
[[nodiscard]] double studentQuantile(std::size_t degrees);

/// A value far from the others: modified z-score after Iglewicz and Hoaglin, 0.6745 (x - median) / MAD,
/// beyond 3.5; if more than half of the values are equal, (x - median) / (1.253314 mean absolute deviation).
struct Outlier {
    std::size_t index = 0;
    double value = 0;
    double score = 0;
};
struct OutlierSearch {
    double median = 0;
    double deviation = 0; ///< MAD, or the mean absolute deviation where the MAD is zero
    bool byMad = true;
    std::vector<Outlier> outliers; ///< farthest first
};
inline constexpr double outlierThreshold = 3.5;
[[nodiscard]] OutlierSearch findOutliers(const std::vector<double>& values);

} // namespace apex::backend
