// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/asked_periods.h"
#include "backend/agents/driver_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/plain_request.h"
#include "backend/analysis/daily_series.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

std::int64_t daysOf(const DaySpan& span) {
    return span.from.daysTo(span.to) + 1;
}

bool isUnknown(const Drivers::Side& side) {
    return side.calls > 0 && side.unknownCalls == side.calls;
}

QString perDayText(const Drivers::Side& side) {
    return isUnknown(side) ? say(QT_TRANSLATE_NOOP("Agents", "an unknown amount"))
                           : say(QT_TRANSLATE_NOOP("Agents", "%1 USD")).arg(estimateText(side.costPerDay()));
}

/// "From 2025-06-02 to 2025-06-15 the calls cost 0.64 USD a day, on 2025-06-06 1.06 USD."
QString sidesText(const Drivers& drivers) {
    const Scope& before = drivers.before.scope;
    const Scope& after = drivers.after.scope;
    const QString first = before.from == before.to
                              ? say(QT_TRANSLATE_NOOP("Agents", "On %1 the calls cost %2"))
                                    .arg(before.from.toString(Qt::ISODate), perDayText(drivers.before))
                              : say(QT_TRANSLATE_NOOP("Agents", "From %1 to %2 the calls cost %3 a day"))
                                    .arg(before.from.toString(Qt::ISODate), before.to.toString(Qt::ISODate),
                                         perDayText(drivers.before));
    return after.from == after.to
               ? say(QT_TRANSLATE_NOOP("Agents", "%1, on %2 %3."))
                     .arg(first, after.from.toString(Qt::ISODate), perDayText(drivers.after))
               : say(QT_TRANSLATE_NOOP("Agents", "%1, from %2 to %3 %4 a day."))
                     .arg(first, after.from.toString(Qt::ISODate), after.to.toString(Qt::ISODate),
                          perDayText(drivers.after));
}

/// "That is 12.0 % less a day.": whoever asks why costs rose has to know if they fell.
QString changeOfDay(const Drivers& drivers) {
    const Money before = drivers.before.costPerDay();
    const Money after = drivers.after.costPerDay();
    if (!(before > Money()) || before == after)
        return {};
    const Money change = after > before ? after - before : before - after;
    return (after > before ? say(QT_TRANSLATE_NOOP("Agents", "That is %1 % more a day."))
                           : say(QT_TRANSLATE_NOOP("Agents", "That is %1 % less a day.")))
        .arg(percentText(perMille(change, before)));
}

QJsonObject driverFacts(const Drivers& drivers) {
    return {{"before"_L1, drivers.before.scope.json()},
            {"after"_L1, drivers.after.scope.json()},
            {"cost_per_day_before_usd"_L1, estimateText(drivers.before.costPerDay())},
            {"cost_per_day_after_usd"_L1, estimateText(drivers.after.costPerDay())},
            {"change_from_calls_usd"_L1, dollarsText(drivers.fromCalls)},
            {"change_from_tokens_per_call_usd"_L1, dollarsText(drivers.fromTokensPerCall)},
            {"change_from_price_usd"_L1, dollarsText(drivers.fromPrice)},
            {"calls_before"_L1, static_cast<qint64>(drivers.before.calls)},
            {"calls_after"_L1, static_cast<qint64>(drivers.after.calls)},
            {"unknown_cost_calls_before"_L1, static_cast<qint64>(drivers.before.unknownCalls)},
            {"unknown_cost_calls_after"_L1, static_cast<qint64>(drivers.after.unknownCalls)}};
}

ResultTable driverTable(const Drivers& drivers) {
    const Scope& after = drivers.after.scope;
    const bool isDay = after.from == after.to;
    ResultTable table(
        u"parts"_s,
        {{u"part"_s, say(QT_TRANSLATE_NOOP("Agents", "Part"))},
         {u"before_usd_per_day"_s, isDay ? say(QT_TRANSLATE_NOOP("Agents", "Average day (USD)"))
                                         : say(QT_TRANSLATE_NOOP("Agents", "Before (USD a day)"))},
         {u"after_usd_per_day"_s,
          isDay ? say(QT_TRANSLATE_NOOP("Agents", "%1 (USD)")).arg(after.from.toString(Qt::ISODate))
                : say(QT_TRANSLATE_NOOP("Agents", "After (USD a day)"))},
         {u"change_usd_per_day"_s, isDay ? say(QT_TRANSLATE_NOOP("Agents", "Change (USD)"))
                                         : say(QT_TRANSLATE_NOOP("Agents", "Change (USD a day)"))}});
    for (std::size_t i = 0; i < std::min<std::size_t>(drivers.parts.size(), 10); ++i) {
        const Drivers::Part& part = drivers.parts[i];
        table.add({part.column + u' ' + part.value, estimateText(part.before), estimateText(part.after),
                   estimateText(part.change())});
    }
    return table;
}

Expected<void> addSpanDrivers(RunState& state, const DaySpan& before, const DaySpan& after, Answer& answer) {
    const Scope& scope = state.found.scope;
    const auto drivers = findDrivers(*state.rows, scope.within(before.from, before.to), daysOf(before),
                                     scope.within(after.from, after.to), daysOf(after));
    if (!drivers)
        return fail(drivers.error());
    addDrivers(*drivers, answer);
    return {};
}

/// "Which day was the most expensive and why?": that day; else the one day that the question is about.
std::optional<QDate> dayInQuestion(const RunState& state, const DailySeries& series) {
    const Scope& scope = state.found.scope;
    if (scope.from.isValid() && scope.from == scope.to)
        return scope.from;
    static const QRegularExpression dearest(
        uR"(\b(?:most expensive|dearest|costliest|highest|biggest|worst|peak)\b|\bcosts?\b.*\bmost\b)"_s);
    static const QRegularExpression cheapest(uR"(\b(?:cheapest|least expensive|lowest)\b)"_s);
    const QString text =
        plainRequest(state.request.text + u'\n' + earlierRequests(state).value(0)).text.toLower();
    if (!state.intent.dimensions.contains(u"day"_s) || series.cost.empty())
        return std::nullopt;
    const auto extremes = std::minmax_element(series.cost.begin(), series.cost.end());
    if (dearest.match(text).hasMatch())
        return series.day(static_cast<std::size_t>(extremes.second - series.cost.begin()));
    if (cheapest.match(text).hasMatch())
        return series.day(static_cast<std::size_t>(extremes.first - series.cost.begin()));
    return std::nullopt;
}

/// A named period against the one before it, as far as there are rows for both. False: there are none before.
Expected<bool> addPeriodDrivers(RunState& state, const DaySpan& rows, Answer& answer) {
    const Scope& scope = state.found.scope;
    const DaySpan asked{scope.from.isValid() ? scope.from : rows.from,
                        scope.to.isValid() ? scope.to : rows.to};
    const DaySpan after = overlap(asked, rows);
    const DaySpan before = overlap(spanBefore(asked), rows);
    if (!after.from.isValid() || !before.from.isValid()) {
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "There are no rows before %1 to compare with."))
                .arg(spanText(asked.from, asked.to)));
        return false;
    }
    if (auto added = addSpanDrivers(state, before, after, answer); !added)
        return fail(added.error());
    const AskedPeriod earlier{spanText(spanBefore(asked).from, spanBefore(asked).to), spanBefore(asked),
                              before};
    if (const QString coverage = earlier.coverage(); !coverage.isEmpty())
        answer.sentences.append(coverage);
    answer.assumptions.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "Drivers: the period asked about against the one before it, both per day that has rows around it.")));
    return true;
}

Expected<void> addHalves(RunState& state, const DailySeries& series, Answer& answer) {
    const std::size_t days = series.cost.size();
    if (days < 2) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "A change can only be explained between two days or more; the rows cover fewer.")));
        return {};
    }
    const std::size_t half = days / 2;
    answer.assumptions.append(
        days % 2 == 1
            ? say(QT_TRANSLATE_NOOP("Agents",
                                    "Drivers: the first half of the days against the last half; an odd "
                                    "day in the middle is left out."))
            : say(QT_TRANSLATE_NOOP("Agents", "Drivers: the first half of the days against the last half.")));
    return addSpanDrivers(state, {series.first, series.day(half - 1)},
                          {series.day(days - half), series.day(days - 1)}, answer);
}

/// What the question, or the one it goes on about, wants to have explained: two periods, a day, a period, or
/// the whole.
Expected<void> explain(RunState& state, Answer& answer) {
    const auto rows = daysOfRows(state);
    if (!rows)
        return fail(rows.error());
    const auto series = dailySeries(*state.rows);
    if (!series)
        return fail(series.error());
    if (!rows->from.isValid() || rows->from == rows->to)
        return addHalves(state, *series, answer);
    if (const auto periods = askedPeriods(state, *rows);
        periods.size() == 2 && periods[0].isCovered() && periods[1].isCovered())
        return addSpanDrivers(state, periods[0].covered, periods[1].covered, answer);
    if (const auto day = dayInQuestion(state, *series))
        return addDayDrivers(state, *day, *rows, answer);
    const Scope& scope = state.found.scope;
    if (scope.from.isValid() && scope.from > rows->from) {
        const auto added = addPeriodDrivers(state, *rows, answer);
        if (!added)
            return fail(added.error());
        if (*added)
            return {};
    }
    return addHalves(state, *series, answer);
}

} // namespace

void addDrivers(const Drivers& drivers, Answer& answer) {
    const QJsonObject facts = driverFacts(drivers);
    for (auto fact = facts.begin(); fact != facts.end(); ++fact)
        answer.facts[fact.key()] = fact.value();
    answer.sentences.append(sidesText(drivers));
    if (const std::int64_t unknown = drivers.before.unknownCalls + drivers.after.unknownCalls; unknown > 0) {
        answer.facts["unknown_cost_calls"_L1] = static_cast<qint64>(unknown);
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "The cost is unknown of %1, left out of the amounts."))
                .arg(callsText(unknown)));
    }
    if (isUnknown(drivers.before) || isUnknown(drivers.after))
        return;
    if (const QString change = changeOfDay(drivers); !change.isEmpty()) {
        answer.facts["change_per_day"_L1] = change;
        answer.sentences.append(change);
    }
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "Of the change per day, %1 USD come from the number of calls, %2 USD from "
                              "tokens per call, and %3 USD from the price per token (model, caching), "
                              "taken in this order."))
            .arg(dollarsText(drivers.fromCalls), dollarsText(drivers.fromTokensPerCall),
                 dollarsText(drivers.fromPrice)));
    answer.tables.push_back(driverTable(drivers));
}

Expected<void> addDayDrivers(RunState& state, QDate day, const DaySpan& span, Answer& answer) {
    const Scope& scope = state.found.scope;
    const auto drivers =
        findDrivers(*state.rows, scope.within(span.from, span.to), daysOf(span), scope.within(day, day), 1);
    if (!drivers)
        return fail(drivers.error());
    answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "What made %1 differ from the average day:"))
                                .arg(day.toString(Qt::ISODate)));
    addDrivers(*drivers, answer);
    return {};
}

Expected<Answer> reasons(RunState& state) {
    if (state.intent.asksFor(Topic::Anomalies))
        return anomalies(state);
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "What drives the cost"));
    if (costUnknown(*state.usage)) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "The cost of all these calls is unknown, so what drives it cannot be said.")));
        return answer;
    }
    if (state.usage->totals.cost().isZero()) {
        answer.missing.append(say(
            QT_TRANSLATE_NOOP("Agents", "All recorded costs are 0, so there is nothing that drives them.")));
        return answer;
    }
    if (auto explained = explain(state, answer); !explained)
        return fail(explained.error());
    return answer;
}

} // namespace apex::backend::answers
