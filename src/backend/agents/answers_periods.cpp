// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/analysis/measurements.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

/// What one of the compared spans holds.
struct Period {
    DaySpan span;
    std::int64_t calls = 0;
    std::int64_t days = 0;
    Money cost;
    Table sums;
};

/// The span before this one, as long as it.
DaySpan oneBack(const DaySpan& span, TimeWords::Kind kind) {
    DaySpan before = span;
    const int months = kind == TimeWords::Kind::LastQuarter                                       ? 3
                       : kind == TimeWords::Kind::LastMonth || kind == TimeWords::Kind::ThisMonth ? 1
                                                                                                  : 0;
    before.to = span.from.addDays(-1);
    before.from =
        months > 0 ? span.from.addMonths(-months) : before.to.addDays(span.from.daysTo(span.to) * -1);
    return before;
}

/// "This week against last week" names one span twice where the data ended long ago; the earlier one is meant
/// to lie before the other.
void partEqualSpans(std::vector<DaySpan>& spans, const std::vector<TimeWords>& words) {
    static const QRegularExpression earlier(uR"(\b(?:last|past|previous|before|yesterday)\b)"_s);
    if (spans[0].from != spans[1].from || spans[0].to != spans[1].to)
        return;
    const bool secondIsEarlier =
        earlier.match(words[1].text).hasMatch() && !earlier.match(words[0].text).hasMatch();
    const std::size_t moved = secondIsEarlier ? 1 : 0;
    spans[moved] = oneBack(spans[moved], words[moved].kind);
}

/// First and last day of the rows; invalid if no row has a time.
Expected<DaySpan> daysOfRows(RunState& state) {
    const auto table =
        state.rows->run(u"SELECT min(day_number) AS first, max(day_number) AS last FROM $rows"_s);
    if (!table)
        return fail(table.error());
    if (table->isNull(0, u"first"_s))
        return DaySpan{};
    const QDate epoch(1970, 1, 1);
    return DaySpan{epoch.addDays(table->number(0, u"first"_s)), epoch.addDays(table->number(0, u"last"_s)),
                   true};
}

Expected<Period> measure(RunState& state, const DaySpan& span) {
    const Scope whole = state.rows->scope();
    state.rows->setScope(whole.within(span.from, span.to));
    auto sums = totals(*state.rows);
    state.rows->setScope(whole);
    if (!sums)
        return fail(sums.error());
    Period period{span, sums->number(0, u"calls"_s), span.from.daysTo(span.to) + 1,
                  sums->money(0, u"cost_usd"_s), std::move(*sums)};
    return period;
}

QString spanText(const DaySpan& span) {
    return span.from == span.to ? span.from.toString(Qt::ISODate)
                                : say(QT_TRANSLATE_NOOP("Agents", "%1 to %2"))
                                      .arg(span.from.toString(Qt::ISODate), span.to.toString(Qt::ISODate));
}

ResultTable periodTable(const std::vector<Period>& periods) {
    ResultTable table(u"periods"_s,
                      {{u"period"_s, say(QT_TRANSLATE_NOOP("Agents", "Period (UTC)"))},
                       {u"days_with_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Days with calls"))},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                       {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                       {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                       {u"failed_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed calls"))},
                       {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                       {u"cost_per_call_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost per call (USD)"))}});
    for (const Period& period : periods) {
        const auto number = [&](const char16_t* column) {
            return QString::number(period.sums.number(0, QString::fromUtf16(column)));
        };
        table.add({spanText(period.span), number(u"days_with_calls"), QString::number(period.calls),
                   number(u"prompt_tokens"), number(u"output_tokens"), number(u"failed_calls"),
                   moneyText(period.cost),
                   period.calls > 0 ? estimateText(period.cost.scaled(1, period.calls)) : QString()});
    }
    return table;
}

/// "more" or "less" with the amount and, where there is something to divide by, the percentage.
QString changeSentence(const Period& first, const Period& second, QJsonObject& facts) {
    const bool more = second.cost >= first.cost;
    const Money change = more ? second.cost - first.cost : first.cost - second.cost;
    facts["change_usd"_L1] = moneyText(second.cost - first.cost);
    QString amount = moneyText(change) + u" USD"_s;
    if (first.cost > Money()) {
        const QString percent = percentText(perMille(change, first.cost));
        facts["change_percent"_L1] = QString((more ? QString() : u"-"_s) + percent);
        amount += u" ("_s + percent + u" %)"_s;
    }
    return (more ? say(QT_TRANSLATE_NOOP("Agents", "%1 cost %2 USD, %3 cost %4 USD: %5 more."))
                 : say(QT_TRANSLATE_NOOP("Agents", "%1 cost %2 USD, %3 cost %4 USD: %5 less.")))
        .arg(spanText(first.span), moneyText(first.cost), spanText(second.span), moneyText(second.cost),
             amount);
}

Expected<std::vector<Period>> measureBoth(RunState& state, const DaySpan& rows) {
    const QDate today =
        QDateTime::fromMSecsSinceEpoch(state.clock.wallNow().time_since_epoch().count() / 1000, Qt::UTC)
            .date();
    std::vector<DaySpan> spans;
    for (const TimeWords& words : state.intent.periods)
        spans.push_back(resolveTime(words, today, rows.from, rows.to));
    partEqualSpans(spans, state.intent.periods);
    std::vector<Period> periods;
    for (const DaySpan& span : spans) {
        auto period = measure(state, span);
        if (!period)
            return fail(period.error());
        periods.push_back(std::move(*period));
    }
    return periods;
}

} // namespace

Expected<Answer> comparePeriods(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Comparison of two periods"));
    const auto rows = daysOfRows(state);
    if (!rows)
        return fail(rows.error());
    if (!rows->from.isValid()) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "No row has a time, so periods cannot be told apart. Add a column `timestamp`.")));
        return answer;
    }
    const auto periods = measureBoth(state, *rows);
    if (!periods)
        return fail(periods.error());
    for (std::size_t i = 0; i < periods->size(); ++i) {
        const Period& period = periods->at(i);
        answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "“%1” means %2 (UTC, both counted)."))
                                    .arg(state.intent.periods.at(i).text.trimmed(), spanText(period.span)));
        if (period.calls == 0)
            answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "No call lies in %1; the rows cover %2."))
                                      .arg(spanText(period.span), spanText(*rows)));
    }
    if (answer.missing.isEmpty())
        answer.sentences.append(changeSentence(periods->at(0), periods->at(1), answer.facts));
    if (periods->at(0).days != periods->at(1).days && answer.missing.isEmpty())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "Per day that is %1 against %2 USD (%3 and %4 days)."))
                .arg(estimateText(periods->at(0).cost.scaled(1, periods->at(0).days)),
                     estimateText(periods->at(1).cost.scaled(1, periods->at(1).days)),
                     QString::number(periods->at(0).days), QString::number(periods->at(1).days)));
    answer.tables.push_back(periodTable(*periods));
    return answer;
}

Expected<Answer> errorsBy(RunState& state, const QString& dimension) {
    const auto table = breakdown(*state.rows, dimension);
    if (!table)
        return fail(table.error());
    Answer answer;
    const QString label = dimensionLabel(dimension);
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Failed calls by %1")).arg(label.toLower());
    if (table->isEmpty() || (table->size() == 1 && table->isNull(0, u"key"_s))) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row says its %1, so failures cannot be told "
                                            "apart by it. Add a column `%2` to the export."))
                .arg(label.toLower(), dimension));
        return answer;
    }
    std::vector<std::size_t> order;
    Money wasted;
    for (std::size_t row = 0; row < table->size(); ++row) {
        wasted += table->money(row, u"failed_usd"_s);
        if (table->number(row, u"failed_calls"_s) > 0)
            order.push_back(row);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return table->money(a, u"failed_usd"_s) > table->money(b, u"failed_usd"_s);
    });
    const auto key = [&](std::size_t row) {
        return table->isNull(row, u"key"_s) ? say(QT_TRANSLATE_NOOP("Agents", "(not recorded)"))
                                            : table->text(row, u"key"_s);
    };
    ResultTable shown(u"rows"_s,
                      {{u"key"_s, label},
                       {u"failed_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed calls"))},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "of Calls"))},
                       {u"failed_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Spent on them (USD)"))},
                       {u"share"_s, say(QT_TRANSLATE_NOOP("Agents", "Share of all failed cost"))}});
    for (std::size_t i = 0; i < std::min(order.size(), shownRows); ++i) {
        const Money failed = table->money(order[i], u"failed_usd"_s);
        shown.add({key(order[i]), QString::number(table->number(order[i], u"failed_calls"_s)),
                   QString::number(table->number(order[i], u"calls"_s)), moneyText(failed),
                   percentText(perMille(failed, wasted)) + u" %"_s});
    }
    answer.facts = {{"wasted_usd"_L1, moneyText(wasted)}, {"groups"_L1, static_cast<qint64>(order.size())}};
    if (order.empty())
        answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "No call failed.")));
    else
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "Most was spent on failed calls of %1: %2 of %3 USD."))
                .arg(key(order.front()), moneyText(table->money(order.front(), u"failed_usd"_s)),
                     moneyText(wasted)));
    answer.tables.push_back(std::move(shown));
    return answer;
}

Expected<Answer> usageTotals(RunState& state) {
    const auto sums = totals(*state.rows);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Usage"));
    const auto number = [&](const char16_t* column) {
        return QString::number(sums->number(0, QString::fromUtf16(column)));
    };
    answer.facts = sums->json(1).first().toObject();
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "Calls: %1, failed: %2. Tokens in: %3, of them read from a cache: %4. Tokens "
                              "out: %5."))
            .arg(number(u"calls"), number(u"failed_calls"), number(u"prompt_tokens"),
                 number(u"cache_read_tokens"), number(u"output_tokens")));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Different sessions: %1, projects: %2, users: %3."))
            .arg(number(u"sessions"), number(u"projects"), number(u"users")));
    return answer;
}

Expected<Answer> averages(RunState& state) {
    const auto sums = totals(*state.rows);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Averages"));
    const Money cost = sums->money(0, u"cost_usd"_s);
    ResultTable table(u"rows"_s, {{u"per"_s, say(QT_TRANSLATE_NOOP("Agents", "Per"))},
                                  {u"count"_s, say(QT_TRANSLATE_NOOP("Agents", "Number"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                                  {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                                  {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))}});
    const auto add = [&](const char* what, const QString& column) {
        const std::int64_t count = sums->number(0, column);
        if (count <= 0)
            return;
        const auto each = [&](const QString& tokens) {
            return decimalText(static_cast<double>(sums->number(0, tokens)) / static_cast<double>(count), 1);
        };
        table.add({say(what), QString::number(count), estimateText(cost.scaled(1, count)),
                   each(u"prompt_tokens"_s), each(u"output_tokens"_s)});
    };
    add(QT_TRANSLATE_NOOP("Agents", "call"), u"calls"_s);
    add(QT_TRANSLATE_NOOP("Agents", "day with calls"), u"days_with_calls"_s);
    add(QT_TRANSLATE_NOOP("Agents", "session"), u"sessions"_s);
    add(QT_TRANSLATE_NOOP("Agents", "project"), u"projects"_s);
    add(QT_TRANSLATE_NOOP("Agents", "user"), u"users"_s);
    const std::int64_t calls = sums->number(0, u"calls"_s);
    if (calls > 0)
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "A call cost %1 USD on average (%2 USD, %3 calls)."))
                .arg(estimateText(cost.scaled(1, calls)), moneyText(cost), QString::number(calls)));
    answer.tables.push_back(std::move(table));
    return answer;
}

} // namespace apex::backend::answers
