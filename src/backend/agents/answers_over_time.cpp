// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/ranking.h"
#include "backend/analysis/daily_series.h"
#include "backend/analysis/drivers.h"
#include "backend/analysis/measurements.h"

#include <algorithm>
#include <cmath>

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

QString keyText(const Table& table, std::size_t row, const QString& dimension) {
    if (table.isNull(row, u"key"_s))
        return say(QT_TRANSLATE_NOOP("Agents", "(not recorded)"));
    const QString key = table.text(row, u"key"_s);
    return dimension == u"weekday" ? key.mid(2) : key;
}

QStringList costCells(const Table& table, std::size_t row, const QString& name, Money whole) {
    const Money cost = table.money(row, u"cost_usd"_s);
    const std::int64_t calls = table.number(row, u"calls"_s);
    const bool unknown = calls > 0 && table.number(row, u"unknown_cost_calls"_s) == calls;
    return {name,
            QString::number(calls),
            QString::number(table.number(row, u"prompt_tokens"_s)),
            QString::number(table.number(row, u"cache_read_tokens"_s)),
            QString::number(table.number(row, u"output_tokens"_s)),
            unknown ? say(QT_TRANSLATE_NOOP("Agents", "unknown")) : moneyText(cost),
            unknown ? QString() : QString(percentText(perMille(cost, whole)) + u" %"_s)};
}

ResultTable costTable(const QString& label) {
    return ResultTable(u"rows"_s,
                       {{u"key"_s, label},
                        {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                        {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                        {u"cache_read_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "of them cached"))},
                        {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                        {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                        {u"share_of_cost"_s, say(QT_TRANSLATE_NOOP("Agents", "Share of cost"))}});
}

/// The scope of a span of days within the scope of the question.
Scope spanOf(const RunState& state, QDate first, QDate last) {
    return state.found.scope.within(first, last);
}

QStringList driverSentences(const Drivers& drivers, QJsonObject& facts) {
    const QString before = estimateText(drivers.before.costPerDay());
    const QString after = estimateText(drivers.after.costPerDay());
    facts["before"_L1] = drivers.before.scope.json();
    facts["after"_L1] = drivers.after.scope.json();
    facts["cost_per_day_before_usd"_L1] = before;
    facts["cost_per_day_after_usd"_L1] = after;
    facts["change_from_calls_usd"_L1] = dollarsText(drivers.fromCalls);
    facts["change_from_tokens_per_call_usd"_L1] = dollarsText(drivers.fromTokensPerCall);
    facts["change_from_price_usd"_L1] = dollarsText(drivers.fromPrice);
    facts["calls_before"_L1] = static_cast<qint64>(drivers.before.calls);
    facts["calls_after"_L1] = static_cast<qint64>(drivers.after.calls);
    return {say(QT_TRANSLATE_NOOP("Agents",
                                  "From %1 to %2 the calls cost %3 USD a day, from %4 to %5 %6 USD a day."))
                .arg(drivers.before.scope.from.toString(Qt::ISODate),
                     drivers.before.scope.to.toString(Qt::ISODate), before,
                     drivers.after.scope.from.toString(Qt::ISODate),
                     drivers.after.scope.to.toString(Qt::ISODate), after),
            say(QT_TRANSLATE_NOOP("Agents",
                                  "Of the change per day, %1 USD come from the number of calls, %2 USD from "
                                  "tokens per call, and %3 USD from the price per token (model, caching), "
                                  "taken in this order."))
                .arg(dollarsText(drivers.fromCalls), dollarsText(drivers.fromTokensPerCall),
                     dollarsText(drivers.fromPrice))};
}

ResultTable driverTable(const Drivers& drivers) {
    ResultTable table(u"parts"_s,
                      {{u"part"_s, say(QT_TRANSLATE_NOOP("Agents", "Part"))},
                       {u"before_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "Before (USD a day)"))},
                       {u"after_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "After (USD a day)"))},
                       {u"change_usd_per_day"_s, say(QT_TRANSLATE_NOOP("Agents", "Change (USD a day)"))}});
    for (std::size_t i = 0; i < std::min<std::size_t>(drivers.parts.size(), 10); ++i) {
        const Drivers::Part& part = drivers.parts[i];
        table.add({part.column + u' ' + part.value, estimateText(part.before), estimateText(part.after),
                   estimateText(part.change())});
    }
    return table;
}

/// All groups of a breakdown together.
struct Breakdown {
    Money cost;
    std::int64_t calls = 0;
    std::size_t dearest = 0; ///< row
};

Breakdown sumOf(const Table& table) {
    Breakdown sums;
    for (std::size_t row = 0; row < table.size(); ++row) {
        const Money cost = table.money(row, u"cost_usd"_s);
        sums.cost += cost;
        sums.calls += table.number(row, u"calls"_s);
        if (cost > table.money(sums.dearest, u"cost_usd"_s))
            sums.dearest = row;
    }
    return sums;
}

ResultTable shownBreakdown(const Table& table, const QString& dimension, const Breakdown& sums, int asked) {
    const std::size_t most = asked > 0                    ? static_cast<std::size_t>(asked)
                             : isTimeDimension(dimension) ? 100
                                                          : shownRows;
    ResultTable shown = costTable(dimensionLabel(dimension));
    Money rest;
    std::int64_t restCalls = 0;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (row < most) {
            shown.add(costCells(table, row, keyText(table, row, dimension), sums.cost));
            continue;
        }
        rest += table.money(row, u"cost_usd"_s);
        restCalls += table.number(row, u"calls"_s);
    }
    const QString none;
    if (restCalls > 0)
        shown.add({say(QT_TRANSLATE_NOOP("Agents", "all others")), QString::number(restCalls), none, none,
                   none, moneyText(rest), percentText(perMille(rest, sums.cost)) + u" %"_s});
    shown.setTotal({say(QT_TRANSLATE_NOOP("Agents", "Total")), QString::number(sums.calls), none, none, none,
                    moneyText(sums.cost), none});
    return shown;
}

} // namespace

Expected<Answer> breakdownBy(RunState& state, const QString& dimension) {
    auto table = breakdown(*state.rows, dimension);
    if (!table)
        return fail(table.error());
    const std::optional<Ranking>& ranking = state.intent.ranking;
    if (ranking)
        table = ranked(*table, *ranking);
    Answer answer;
    QString label = dimensionLabel(dimension);
    label[0] = label.at(0).toLower();
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Cost by %1")).arg(label);
    if (table->isEmpty() || (table->size() == 1 && table->isNull(0, u"key"_s))) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row says its %1, so there is nothing to break down. "
                                            "Add a column `%2` to the export."))
                .arg(label, dimension));
        return answer;
    }
    const Breakdown sums = sumOf(*table);
    ResultTable shown = shownBreakdown(*table, dimension, sums, ranking ? ranking->most : 0);
    if (ranking)
        answer.sentences.append(rankingSentence(*table, *ranking, keyText(*table, 0, dimension)));
    const Money whole = sums.cost;
    const std::int64_t calls = sums.calls;
    answer.facts = {{"groups"_L1, static_cast<qint64>(table->size())},
                    {"shown"_L1, static_cast<qint64>(shown.size())},
                    {"total_cost_usd"_L1, moneyText(whole)},
                    {"calls"_L1, static_cast<qint64>(calls)}};
    const std::size_t top = sums.dearest;
    if (!whole.isZero())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "The largest part is %1 with %2 USD (%3 % of %4 USD)."))
                .arg(keyText(*table, top, dimension), table->text(top, u"cost_usd"_s),
                     percentText(perMille(table->money(top, u"cost_usd"_s), whole)), moneyText(whole)));
    answer.facts["largest_cost_usd"_L1] = table->text(top, u"cost_usd"_s);
    answer.facts["largest_share_percent"_L1] = percentText(perMille(table->money(top, u"cost_usd"_s), whole));
    answer.tables.push_back(std::move(shown));
    return answer;
}

Expected<Answer> trend(RunState& state) {
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Trend and projection"));
    const auto trend = trendOf(series->cost);
    const auto ahead = projectionOf(series->cost, daysAhead(series->cost.size()));
    if (!trend || !ahead) {
        answer.missing.append(tooFewDays(series->cost.size()));
        return answer;
    }
    const bool clear = trend->slopeLow > 0 || trend->slopeHigh < 0;
    answer.facts = {
        {"method"_L1, u"ordinary least squares on cost per UTC day, 95 % intervals (Student's t)"_s},
        {"days"_L1, static_cast<qint64>(trend->days)},
        {"first_day"_L1, series->first.toString(Qt::ISODate)},
        {"last_day"_L1, series->day(series->cost.size() - 1).toString(Qt::ISODate)},
        {"mean_usd_per_day"_L1, dollarsText(trend->meanPerDay)},
        {"slope_usd_per_day"_L1, dollarsText(trend->slopePerDay)},
        {"slope_low"_L1, dollarsText(trend->slopeLow)},
        {"slope_high"_L1, dollarsText(trend->slopeHigh)},
        {"projected_days"_L1, ahead->days},
        {"projected_usd"_L1, dollarsText(ahead->expected)},
        {"projected_low_usd"_L1, dollarsText(ahead->low)},
        {"projected_high_usd"_L1, dollarsText(ahead->high)},
        {"interval_percent"_L1, 95}};
    answer.sentences = {
        say(QT_TRANSLATE_NOOP("Agents",
                              "Over %1 days the cost was %2 USD a day on average and changed by %3 USD a day "
                              "each day (95 % interval %4 to %5)%6."))
            .arg(QString::number(trend->days), dollarsText(trend->meanPerDay),
                 dollarsText(trend->slopePerDay), dollarsText(trend->slopeLow), dollarsText(trend->slopeHigh),
                 clear ? QString() : say(QT_TRANSLATE_NOOP("Agents", ", so no direction is certain"))),
        (ahead->alongTrend
             ? say(QT_TRANSLATE_NOOP(
                   "Agents", "Along this line the next %1 days cost %2 USD (95 % interval %3 to %4)."))
             : say(QT_TRANSLATE_NOOP(
                   "Agents", "At the mean level the next %1 days cost %2 USD (95 % interval %3 to %4).")))
            .arg(QString::number(ahead->days), dollarsText(ahead->expected), dollarsText(ahead->low),
                 dollarsText(ahead->high))};
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "Trend and projection: a straight line through the cost of each UTC day (least "
        "squares) where its direction is certain, else their mean; days without calls as zero; a change "
        "of habits is not foreseen.")));
    return answer;
}

Expected<Answer> anomalies(RunState& state) {
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
    const QString method =
        search.byMad ? say(QT_TRANSLATE_NOOP("Agents", "modified z-score from median and MAD (Iglewicz and "
                                                       "Hoaglin), beyond 3.5"))
                     : say(QT_TRANSLATE_NOOP("Agents", "modified z-score from median and mean absolute "
                                                       "deviation, beyond 3.5"));
    answer.facts = {{"method"_L1, method},
                    {"days"_L1, static_cast<qint64>(series->cost.size())},
                    {"median_usd"_L1, dollarsText(search.median)},
                    {"deviation_usd"_L1, dollarsText(search.deviation)},
                    {"threshold"_L1, u"3.5"_s},
                    {"unusual_days"_L1, static_cast<qint64>(search.outliers.size())}};
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 days are unusual (%3); a usual day costs %4 USD (median)."))
            .arg(QString::number(search.outliers.size()), QString::number(series->cost.size()), method,
                 dollarsText(search.median)));
    ResultTable table(u"rows"_s, {{u"day"_s, say(QT_TRANSLATE_NOOP("Agents", "Day (UTC)"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                                  {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                                  {u"score"_s, say(QT_TRANSLATE_NOOP("Agents", "Score"))}});
    for (std::size_t i = 0; i < std::min(search.outliers.size(), shownOutliers); ++i) {
        const Outlier& outlier = search.outliers[i];
        table.add({series->day(outlier.index).toString(Qt::ISODate), dollarsText(outlier.value),
                   decimalText(series->calls[outlier.index], 0), decimalText(outlier.score, 1)});
    }
    answer.tables.push_back(std::move(table));
    if (search.outliers.empty())
        return answer;
    // What made the most unusual day differ from all the others.
    const QDate day = series->day(search.outliers.front().index);
    auto others = spanOf(state, series->first, series->day(series->cost.size() - 1));
    auto drivers = findDrivers(*state.rows, others, static_cast<std::int64_t>(series->cost.size()),
                               spanOf(state, day, day), 1);
    if (!drivers)
        return fail(drivers.error());
    const QStringList sentences = driverSentences(*drivers, answer.facts);
    answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "What made %1 differ from the average day:"))
                                .arg(day.toString(Qt::ISODate)));
    answer.sentences.append(sentences);
    answer.tables.push_back(driverTable(*drivers));
    return answer;
}

Expected<Answer> reasons(RunState& state) {
    if (state.intent.asksFor(Topic::Anomalies))
        return anomalies(state);
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "What drives the cost"));
    const std::size_t days = series->cost.size();
    if (days < 2) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "A change can only be explained between two days or more; the rows cover fewer.")));
        return answer;
    }
    const std::size_t half = days / 2;
    const Scope before = spanOf(state, series->first, series->day(half - 1));
    const Scope after = spanOf(state, series->day(days - half), series->day(days - 1));
    auto drivers = findDrivers(*state.rows, before, static_cast<std::int64_t>(half), after,
                               static_cast<std::int64_t>(half));
    if (!drivers)
        return fail(drivers.error());
    answer.sentences = driverSentences(*drivers, answer.facts);
    answer.tables.push_back(driverTable(*drivers));
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "Drivers: the first half of the days against the last half; an odd day in the middle is left out.")));
    return answer;
}

QString millisecondsText(std::int64_t microseconds) {
    return decimalText(static_cast<double>(microseconds) / 1000, 3);
}

QString decimalText(double value, int places) {
    QString text = QString::number(value, 'f', places);
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text == u"-0" ? u"0"_s : text;
}

QString dollarsText(double dollars) {
    const int places = std::abs(dollars) < 1 ? 6 : 2;
    return estimateText(moneyOf(QString::number(dollars, 'f', places)));
}

QString dimensionLabel(const QString& dimension) {
    static const QHash<QString, const char*> labels{
        {u"model"_s, QT_TRANSLATE_NOOP("Agents", "Model")},
        {u"provider"_s, QT_TRANSLATE_NOOP("Agents", "Provider")},
        {u"project"_s, QT_TRANSLATE_NOOP("Agents", "Project")},
        {u"session"_s, QT_TRANSLATE_NOOP("Agents", "Session")},
        {u"user"_s, QT_TRANSLATE_NOOP("Agents", "User")},
        {u"service"_s, QT_TRANSLATE_NOOP("Agents", "Service")},
        {u"app"_s, QT_TRANSLATE_NOOP("Agents", "Application")},
        {u"day"_s, QT_TRANSLATE_NOOP("Agents", "Day (UTC)")},
        {u"week"_s, QT_TRANSLATE_NOOP("Agents", "Week of (UTC)")},
        {u"month"_s, QT_TRANSLATE_NOOP("Agents", "Month (UTC)")},
        {u"hour"_s, QT_TRANSLATE_NOOP("Agents", "Hour of the day (UTC)")},
        {u"weekday"_s, QT_TRANSLATE_NOOP("Agents", "Weekday (UTC)")}};
    const char* label = labels.value(dimension, nullptr);
    return label ? say(label) : dimension;
}

} // namespace apex::backend::answers
