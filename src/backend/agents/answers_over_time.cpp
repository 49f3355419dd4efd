// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/asked_periods.h"
#include "backend/agents/driver_words.h"
#include "backend/agents/figures.h"
#include "backend/analysis/daily_series.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t shownOutliers = 10;

QString tooFewDays(std::size_t days) {
    return say(QT_TRANSLATE_NOOP(
                   "Agents",
                   "This needs at least %1 days between the first and the last call; the rows cover %2."))
        .arg(QString::number(leastDaysForTrend), QString::number(days));
}

QString aheadSentence(const Projection& projected, const AskedAhead& ahead) {
    const QString amounts =
        say(QT_TRANSLATE_NOOP("Agents", "%1 USD (95 % interval %2 to %3)"))
            .arg(dollarsText(projected.expected), dollarsText(projected.low), dollarsText(projected.high));
    if (!ahead.named)
        return (projected.alongTrend
                    ? say(QT_TRANSLATE_NOOP("Agents", "Along this line the next %1 cost %2."))
                    : say(QT_TRANSLATE_NOOP("Agents", "At the mean level the next %1 cost %2.")))
            .arg(daysText(projected.days), amounts);
    return (projected.alongTrend ? say(QT_TRANSLATE_NOOP("Agents", "Along this line %1 (%2) cost %3."))
                                 : say(QT_TRANSLATE_NOOP("Agents", "At the mean level %1 (%2) cost %3.")))
        .arg(spanText(ahead.first, ahead.last()), daysText(projected.days), amounts);
}

QJsonObject trendFacts(const Trend& trend, const DailySeries& series) {
    return {{"method"_L1, u"ordinary least squares on cost per UTC day, 95 % intervals (Student's t)"_s},
            {"days"_L1, static_cast<qint64>(trend.days)},
            {"first_day"_L1, series.first.toString(Qt::ISODate)},
            {"last_day"_L1, series.day(series.cost.size() - 1).toString(Qt::ISODate)},
            {"mean_usd_per_day"_L1, dollarsText(trend.meanPerDay)},
            {"slope_usd_per_day"_L1, dollarsText(trend.slopePerDay)},
            {"slope_low"_L1, dollarsText(trend.slopeLow)},
            {"slope_high"_L1, dollarsText(trend.slopeHigh)},
            {"interval_percent"_L1, 95}};
}

void addProjection(const Projection& projected, const AskedAhead& ahead, std::size_t days, Answer& answer) {
    answer.facts["projected_days"_L1] = projected.days;
    answer.facts["projected_from"_L1] = ahead.first.toString(Qt::ISODate);
    answer.facts["projected_to"_L1] = ahead.last().toString(Qt::ISODate);
    answer.facts["projected_usd"_L1] = dollarsText(projected.expected);
    answer.facts["projected_low_usd"_L1] = dollarsText(projected.low);
    answer.facts["projected_high_usd"_L1] = dollarsText(projected.high);
    answer.sentences.append(aheadSentence(projected, ahead));
    if (static_cast<std::size_t>(projected.days) > days)
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents",
                                  "That is further ahead than the %1 of the rows reach back, so take it "
                                  "as a rough figure."))
                .arg(daysText(static_cast<std::int64_t>(days))));
}

Answer withoutCosts(const char* heading) {
    Answer answer;
    answer.heading = say(heading);
    answer.missing.append(say(QT_TRANSLATE_NOOP(
        "Agents", "The cost of all these calls is unknown, so nothing can be said of it.")));
    return answer;
}

} // namespace

Expected<Answer> trend(RunState& state) {
    if (costUnknown(*state.usage))
        return withoutCosts(QT_TRANSLATE_NOOP("Agents", "Trend and projection"));
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Trend and projection"));
    const std::size_t days = series->cost.size();
    const auto trend = trendOf(series->cost);
    if (!trend) {
        answer.missing.append(tooFewDays(days));
        return answer;
    }
    const QDate last = series->day(days - 1);
    const AskedAhead ahead = askedAhead(state, last, days);
    const auto projected = projectionOf(series->cost, ahead.days, ahead.daysFrom(last));
    const bool clear = trend->slopeLow > 0 || trend->slopeHigh < 0;
    answer.facts = trendFacts(*trend, *series);
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "Over %1 days the cost was %2 USD a day on average and changed by %3 USD a day "
                              "each day (95 % interval %4 to %5)%6."))
            .arg(QString::number(trend->days), dollarsText(trend->meanPerDay),
                 dollarsText(trend->slopePerDay), dollarsText(trend->slopeLow), dollarsText(trend->slopeHigh),
                 clear ? QString() : say(QT_TRANSLATE_NOOP("Agents", ", so no direction is certain"))));
    if (projected)
        addProjection(*projected, ahead, days, answer);
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "Trend and projection: a straight line through the cost of each UTC day (least "
        "squares) where its direction is certain, else their mean; days without calls as zero; a change "
        "of habits is not foreseen.")));
    return answer;
}

namespace {

void sayOutliers(const OutlierSearch& search, std::size_t days, Answer& answer) {
    const QString method =
        search.byMad ? say(QT_TRANSLATE_NOOP("Agents", "modified z-score from median and MAD (Iglewicz and "
                                                       "Hoaglin), beyond 3.5"))
                     : say(QT_TRANSLATE_NOOP("Agents", "modified z-score from median and mean absolute "
                                                       "deviation, beyond 3.5"));
    answer.facts = {{"method"_L1, method},
                    {"days"_L1, static_cast<qint64>(days)},
                    {"median_usd"_L1, dollarsText(search.median)},
                    {"deviation_usd"_L1, dollarsText(search.deviation)},
                    {"threshold"_L1, u"3.5"_s},
                    {"unusual_days"_L1, static_cast<qint64>(search.outliers.size())}};
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Unusual days: %1 of %2 (%3); a usual day costs %4 USD (median)."))
            .arg(QString::number(search.outliers.size()), QString::number(days), method,
                 dollarsText(search.median)));
}

ResultTable outlierTable(const OutlierSearch& search, const DailySeries& series) {
    ResultTable table(u"rows"_s, {{u"day"_s, say(QT_TRANSLATE_NOOP("Agents", "Day (UTC)"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                                  {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                                  {u"score"_s, say(QT_TRANSLATE_NOOP("Agents", "Score"))}});
    for (std::size_t i = 0; i < std::min(search.outliers.size(), shownOutliers); ++i) {
        const Outlier& outlier = search.outliers[i];
        table.add({series.day(outlier.index).toString(Qt::ISODate), dollarsText(outlier.value),
                   decimalText(series.calls[outlier.index], 0), decimalText(outlier.score, 1)});
    }
    return table;
}

} // namespace

Expected<Answer> anomalies(RunState& state) {
    if (costUnknown(*state.usage))
        return withoutCosts(QT_TRANSLATE_NOOP("Agents", "Unusual days"));
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Unusual days"));
    if (series->cost.size() < leastDaysForTrend) {
        answer.missing.append(tooFewDays(series->cost.size()));
        return answer;
    }
    const OutlierSearch search = findOutliers(series->cost);
    sayOutliers(search, series->cost.size(), answer);
    answer.tables.push_back(outlierTable(search, *series));
    if (search.outliers.empty())
        return answer;
    // What made the most unusual day differ from all the others.
    const DaySpan rows{series->first, series->day(series->cost.size() - 1)};
    if (auto added = addDayDrivers(state, series->day(search.outliers.front().index), rows, answer); !added)
        return fail(added.error());
    return answer;
}

} // namespace apex::backend::answers
