// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/asked_periods.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/plain_request.h"
#include "backend/analysis/daily_series.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// "This week against last week" names one span twice where the data ended long ago; the earlier one is meant
/// to lie before the other.
void partEqualSpans(std::vector<DaySpan>& spans, const std::vector<TimeWords>& words) {
    static const QRegularExpression earlier(uR"(\b(?:last|past|previous|before|yesterday)\b)"_s);
    if (spans[0].from != spans[1].from || spans[0].to != spans[1].to)
        return;
    const bool secondIsEarlier =
        earlier.match(words[1].text).hasMatch() && !earlier.match(words[0].text).hasMatch();
    const std::size_t moved = secondIsEarlier ? 1 : 0;
    spans[moved] = spanBefore(spans[moved]);
}

/// Of the question itself, or of the one that a "why?" is about.
std::vector<TimeWords> wordsOfPeriods(const RunState& state) {
    const QStringList earlier = earlierRequests(state);
    if (state.intent.periods.size() == 2 || !state.intent.followUp || earlier.isEmpty())
        return state.intent.periods;
    return readIntent(earlier.front()).periods;
}

} // namespace

QString AskedPeriod::coverage() const {
    if (!isCovered() || (covered.from == span.from && covered.to == span.to))
        return {};
    const QString from = covered.from.toString(Qt::ISODate);
    const QString to = covered.to.toString(Qt::ISODate);
    if (covered.to == span.to)
        return say(QT_TRANSLATE_NOOP("Agents", "“%1” is covered from %2 on.")).arg(words, from);
    if (covered.from == span.from)
        return say(QT_TRANSLATE_NOOP("Agents", "“%1” is covered until %2.")).arg(words, to);
    return say(QT_TRANSLATE_NOOP("Agents", "“%1” is covered from %2 to %3.")).arg(words, from, to);
}

QStringList earlierRequests(const RunState& state) {
    QStringList requests;
    for (const EarlierMessage& message : state.request.history) {
        if (message.fromUser && readIntent(message.text).main() != Topic::Courtesy)
            requests.prepend(message.text);
    }
    return requests;
}

Expected<DaySpan> daysOfRows(RunState& state) {
    const auto table =
        state.rows->run(u"SELECT min(day_number) AS first, max(day_number) AS last FROM $rows"_s, Scope());
    if (!table)
        return fail(table.error());
    if (table->isNull(0, u"first"_s))
        return DaySpan{};
    const QDate epoch(1970, 1, 1);
    return DaySpan{epoch.addDays(table->number(0, u"first"_s)), epoch.addDays(table->number(0, u"last"_s)),
                   true};
}

DaySpan overlap(const DaySpan& a, const DaySpan& b) {
    const DaySpan both{std::max(a.from, b.from), std::min(a.to, b.to), a.fromToday};
    return both.from <= both.to ? both : DaySpan{};
}

std::vector<AskedPeriod> askedPeriods(const RunState& state, const DaySpan& rows) {
    const std::vector<TimeWords> words = wordsOfPeriods(state);
    if (words.size() != 2)
        return {};
    const QDate today =
        QDateTime::fromMSecsSinceEpoch(state.clock.wallNow().time_since_epoch().count() / 1000, Qt::UTC)
            .date();
    const auto spanOf = [&](const TimeWords& each) {
        const Scope& scope = state.found.scope;
        return each.kind == TimeWords::Kind::InForce ? DaySpan{scope.from, scope.to, true}
                                                     : resolveTime(each, today, rows.from, rows.to);
    };
    std::vector<DaySpan> spans{spanOf(words[0]), spanOf(words[1])};
    if (!spans[0].from.isValid() || !spans[0].to.isValid())
        return {};
    // "... to the week before": before the other one, wherever that is.
    if (words[1].step != TimeWords::Step::None && words[0].step == TimeWords::Step::None)
        spans[1] = besideSpan(words[1], spans[0]);
    partEqualSpans(spans, words);
    std::vector<AskedPeriod> periods;
    for (std::size_t i = 0; i < 2; ++i)
        periods.push_back({words[i].text.trimmed(), spans[i], overlap(spans[i], rows)});
    std::stable_sort(periods.begin(), periods.end(),
                     [](const AskedPeriod& a, const AskedPeriod& b) { return a.span.from < b.span.from; });
    return periods;
}

AskedAhead askedAhead(const RunState& state, QDate last, std::size_t days) {
    static const QRegularExpression span(
        uR"(\b(?:next|coming|following)\s+(?:(\d{1,3})\s+)?(day|week|month|quarter|year)s?\b)"_s);
    const QDate next = last.addDays(1);
    const QString text = plainRequest(state.request.text).text.toLower();
    auto found = span.match(text);
    if (const QStringList earlier = earlierRequests(state);
        !found.hasMatch() && state.intent.followUp && !earlier.isEmpty())
        found = span.match(plainRequest(earlier.front()).text.toLower());
    if (!found.hasMatch())
        return {false, next, daysAhead(days)};
    const int number = std::max(1, found.captured(1).toInt());
    const QString unit = found.captured(2);
    if (unit == u"day")
        return {true, next, std::min(number, 366)};
    if (unit == u"week")
        return {true, next, std::min(7 * number, 366)};
    const int months = unit == u"month" ? number : unit == u"quarter" ? 3 * number : 12 * number;
    const QDate first = QDate(last.year(), last.month(), 1).addMonths(1);
    return {true, first, static_cast<int>(first.daysTo(first.addMonths(std::min(months, 12))))};
}

} // namespace apex::backend
