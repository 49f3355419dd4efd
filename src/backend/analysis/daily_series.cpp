// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/daily_series.h"

#include "backend/analysis/measurements.h"
#include "backend/analysis/usage_statements.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct Line {
    double meanX = 0;
    double meanY = 0;
    double slope = 0;
    double spreadX = 0;  ///< sum of squared distances of x
    double residual = 0; ///< standard error of the residuals
    double quantile = 0; ///< Student's t for its degrees of freedom
};

Line fit(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    Line line;
    line.meanX = (n - 1) / 2;
    line.meanY = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double covariance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double dx = static_cast<double>(i) - line.meanX;
        line.spreadX += dx * dx;
        covariance += dx * (values[i] - line.meanY);
    }
    line.slope = covariance / line.spreadX;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double error = values[i] - (line.meanY + line.slope * (static_cast<double>(i) - line.meanX));
        squares += error * error;
    }
    line.residual = std::sqrt(squares / (n - 2));
    line.quantile = studentQuantile(values.size() - 2);
    return line;
}

double medianOf(std::vector<double> values) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

} // namespace

Expected<DailySeries> dailySeries(RowsQuery& query) {
    const auto table = query.run(statements::daySeries());
    if (!table)
        return fail(table.error());
    DailySeries series;
    if (table->isEmpty())
        return series;
    const std::int64_t first = table->number(0, u"day_number"_s);
    const std::int64_t last = table->number(table->size() - 1, u"day_number"_s);
    // Days far apart are a fault of the data; a line through them would mean nothing.
    constexpr std::int64_t mostDays = 3660;
    if (last - first >= mostDays)
        return series;
    series.first = QDate(1970, 1, 1).addDays(first);
    series.cost.assign(static_cast<std::size_t>(last - first + 1), 0);
    series.calls = series.cost;
    for (std::size_t row = 0; row < table->size(); ++row) {
        const auto at = static_cast<std::size_t>(table->number(row, u"day_number"_s) - first);
        series.cost[at] = table->text(row, u"cost_usd"_s).toDouble();
        series.calls[at] = static_cast<double>(table->number(row, u"calls"_s));
    }
    return series;
}

int daysAhead(std::size_t days) {
    return static_cast<int>(std::min<std::size_t>(days, 30));
}

// Boost's: the C library's lgamma writes a global, and runs work side by side.
double studentQuantile(std::size_t degrees) {
    const boost::math::students_t distribution(static_cast<double>(std::max<std::size_t>(1, degrees)));
    return boost::math::quantile(distribution, 0.975);
}

std::optional<Trend> trendOf(const std::vector<double>& values) {
    if (values.size() < leastDaysForTrend)
        return std::nullopt;
    const Line line = fit(values);
    const double margin = line.quantile * line.residual / std::sqrt(line.spreadX);
    return Trend{values.size(), line.meanY, line.slope, line.slope - margin, line.slope + margin};
}

std::optional<Projection> projectionOf(const std::vector<double>& values, int days, int skipped) {
    if (values.size() < leastDaysForTrend || days < 1)
        return std::nullopt;
    const auto n = static_cast<double>(values.size());
    const auto ahead = static_cast<double>(days);
    const Line line = fit(values);
    const auto trend = trendOf(values);
    const bool certain = trend->slopeLow > 0 || trend->slopeHigh < 0;
    const double meanAhead = n + skipped + (ahead - 1) / 2 - line.meanX;
    double expected = ahead * line.meanY;
    double margin = 0;
    if (certain) {
        expected += ahead * line.slope * meanAhead;
        margin = line.quantile * line.residual *
                 std::sqrt(ahead + ahead * ahead / n + ahead * ahead * meanAhead * meanAhead / line.spreadX);
    } else {
        double squares = 0;
        for (const double value : values)
            squares += (value - line.meanY) * (value - line.meanY);
        margin = studentQuantile(values.size() - 1) * std::sqrt(squares / (n - 1)) *
                 std::sqrt(ahead + ahead * ahead / n);
    }
    return Projection{days, certain, std::max(0.0, expected), std::max(0.0, expected - margin),
                      std::max(0.0, expected + margin)};
}

OutlierSearch findOutliers(const std::vector<double>& values) {
    OutlierSearch search;
    search.median = medianOf(values);
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const double value : values)
        distances.push_back(std::abs(value - search.median));
    search.deviation = medianOf(distances);
    double scale = search.deviation / 0.6745;
    if (search.deviation <= 0) {
        search.byMad = false;
        search.deviation = values.empty() ? 0
                                          : std::accumulate(distances.begin(), distances.end(), 0.0) /
                                                static_cast<double>(values.size());
        scale = search.deviation * 1.253314;
    }
    if (scale <= 0)
        return search;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double score = (values[i] - search.median) / scale;
        if (std::abs(score) > outlierThreshold)
            search.outliers.push_back({i, values[i], score});
    }
    std::sort(search.outliers.begin(), search.outliers.end(),
              [](const Outlier& a, const Outlier& b) { return std::abs(a.score) > std::abs(b.score); });
    return search;
}

} // namespace apex::backend
