// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/asked_periods.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_answers.h"
#include "backend/analysis/measurements.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

/// What one of the compared spans holds.
struct Period {
    AskedPeriod asked;
    std::int64_t calls = 0;
    Money cost;
    Table sums;

    [[nodiscard]] QString text() const { return spanText(asked.span.from, asked.span.to); }
    [[nodiscard]] bool costUnknown() const {
        return calls > 0 && sums.number(0, u"unknown_cost_calls"_s) == calls;
    }
    /// By the days that the rows cover.
    [[nodiscard]] Money perDay() const { return cost.scaled(1, std::max<std::int64_t>(1, asked.days())); }
    [[nodiscard]] QString coveredText() const { return spanText(asked.covered.from, asked.covered.to); }
};

Expected<Period> measure(RunState& state, const AskedPeriod& asked) {
    const Scope whole = state.rows->scope();
    state.rows->setScope(whole.within(asked.span.from, asked.span.to));
    auto sums = totals(*state.rows);
    state.rows->setScope(whole);
    if (!sums)
        return fail(sums.error());
    return Period{asked, sums->number(0, u"calls"_s), sums->money(0, u"cost_usd"_s), std::move(*sums)};
}

/// A number, or that nobody wrote it down.
QString countOrNot(const Table& sums, const QString& column, bool recorded) {
    return recorded ? QString::number(sums.number(0, column))
                    : say(QT_TRANSLATE_NOOP("Agents", "not recorded"));
}

/// "12.0 % less", "0.50 USD more" where there is nothing to divide by, "as much".
QString changeWords(Money earlier, Money later) {
    if (earlier == later)
        return say(QT_TRANSLATE_NOOP("Agents", "as much"));
    const bool more = later > earlier;
    const Money change = more ? later - earlier : earlier - later;
    const QString amount =
        earlier > Money() ? percentText(perMille(change, earlier)) + u" %"_s : moneyText(change) + u" USD"_s;
    return (more ? say(QT_TRANSLATE_NOOP("Agents", "%1 more")) : say(QT_TRANSLATE_NOOP("Agents", "%1 less")))
        .arg(amount);
}

QString signedPercent(Money earlier, Money later) {
    if (!(earlier > Money()))
        return {};
    const bool more = later >= earlier;
    const Money change = more ? later - earlier : earlier - later;
    return (more ? u"+"_s : u"-"_s) + percentText(perMille(change, earlier)) + u" %"_s;
}

ResultTable periodTable(const Period& earlier, const Period& later) {
    ResultTable table(u"periods"_s,
                      {{u"period"_s, say(QT_TRANSLATE_NOOP("Agents", "Period (UTC)"))},
                       {u"days_with_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Days with calls"))},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                       {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                       {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                       {u"failed_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed calls"))},
                       {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                       {u"cost_per_call_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost per call (USD)"))},
                       {u"cost_per_day_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost per day (USD)"))},
                       {u"change"_s, say(QT_TRANSLATE_NOOP("Agents", "Change of cost"))}});
    const QString unknown = say(QT_TRANSLATE_NOOP("Agents", "unknown"));
    for (const Period* period : {&earlier, &later}) {
        const auto number = [&](const QString& column) {
            return QString::number(period->sums.number(0, column));
        };
        const bool none = period->costUnknown();
        const bool outcomes = period->calls == 0 || period->sums.number(0, u"status_known"_s) > 0;
        const bool changed = period == &later && !none && !earlier.costUnknown() && period->calls > 0;
        table.add(
            {period->text(), number(u"days_with_calls"_s), QString::number(period->calls),
             number(u"prompt_tokens"_s), number(u"output_tokens"_s),
             countOrNot(period->sums, u"failed_calls"_s, outcomes), none ? unknown : moneyText(period->cost),
             period->calls > 0 && !none ? estimateText(period->cost.scaled(1, period->calls)) : QString(),
             changed ? signedPercent(earlier.cost, later.cost) : QString()});
    }
    return table;
}

/// The change in one sentence; by day where one of the periods is covered in part only, as the sums do not
/// compare then.
QString changeHeadline(const Period& earlier, const Period& later) {
    const bool inPart = !earlier.asked.coverage().isEmpty() || !later.asked.coverage().isEmpty();
    if (inPart && !(earlier.perDay() == later.perDay()))
        return say(QT_TRANSLATE_NOOP("Agents", "%1 cost %2 a day than %3."))
            .arg(later.coveredText(), changeWords(earlier.perDay(), later.perDay()), earlier.coveredText());
    if (earlier.cost == later.cost)
        return say(QT_TRANSLATE_NOOP("Agents", "%1 cost as much as %2.")).arg(later.text(), earlier.text());
    return say(QT_TRANSLATE_NOOP("Agents", "%1 cost %2 than %3."))
        .arg(later.text(), changeWords(earlier.cost, later.cost), earlier.text());
}

/// What the later period cost against the earlier one, whatever order they were named in.
void sayChange(const Period& earlier, const Period& later, Answer& answer) {
    const Money change = later.cost > earlier.cost ? later.cost - earlier.cost : earlier.cost - later.cost;
    const QString percent = signedPercent(earlier.cost, later.cost);
    answer.facts["change_usd"_L1] = moneyText(later.cost - earlier.cost);
    answer.facts["change"_L1] = changeWords(earlier.cost, later.cost);
    if (!percent.isEmpty())
        answer.facts["change_percent"_L1] = percent;
    answer.headline = changeHeadline(earlier, later);
    const QString share = percent.isEmpty() ? QString() : QString(u" ("_s + percent.mid(1) + u')');
    const QString amount = moneyText(change) + u" USD"_s + share;
    answer.sentences.append(
        (later.cost >= earlier.cost
             ? say(QT_TRANSLATE_NOOP("Agents",
                                     "%1 cost %2 USD, %3 cost %4 USD: %5 more in the later period."))
             : say(QT_TRANSLATE_NOOP("Agents",
                                     "%1 cost %2 USD, %3 cost %4 USD: %5 less in the later period.")))
            .arg(later.text(), moneyText(later.cost), earlier.text(), moneyText(earlier.cost), amount));
    if (earlier.asked.days() == later.asked.days())
        return;
    answer.facts["change_per_day"_L1] = changeWords(earlier.perDay(), later.perDay());
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Per day that is %1 against %2 USD (%3 and %4): %5."))
            .arg(estimateText(later.perDay()), estimateText(earlier.perDay()),
                 QString::number(later.asked.days()), daysText(earlier.asked.days()),
                 changeWords(earlier.perDay(), later.perDay())));
}

void sayWhatIsMeant(const Period& period, const DaySpan& rows, Answer& answer) {
    answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "“%1” means %2 (UTC, both counted)."))
                                .arg(period.asked.words, period.text()));
    if (const QString coverage = period.asked.coverage(); !coverage.isEmpty())
        answer.sentences.append(coverage);
    if (period.calls == 0)
        answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "No call lies in %1; the rows cover %2."))
                                  .arg(period.text(), spanText(rows.from, rows.to)));
    else if (period.costUnknown())
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "What the calls in %1 cost is unknown, so nothing is compared."))
                .arg(period.text()));
}

/// The costs of both periods by one column.
struct PeriodGroup {
    QString key;
    Money earlier;
    Money later;

    [[nodiscard]] Money change() const { return later - earlier; }
    [[nodiscard]] Money size() const { return change() < Money() ? earlier - later : change(); }
    [[nodiscard]] QStringList cells() const {
        return {key, moneyText(earlier), moneyText(later), moneyText(change()),
                signedPercent(earlier, later)};
    }
};

Expected<std::vector<PeriodGroup>> groupsOf(RunState& state, const Period& earlier, const Period& later,
                                            const QString& dimension) {
    std::vector<PeriodGroup> groups;
    const Scope whole = state.rows->scope();
    for (const Period* period : {&earlier, &later}) {
        state.rows->setScope(whole.within(period->asked.span.from, period->asked.span.to));
        const auto table = breakdown(*state.rows, dimension);
        state.rows->setScope(whole);
        if (!table)
            return fail(table.error());
        for (std::size_t row = 0; row < table->size(); ++row) {
            const QString key = keyText(*table, row, dimension);
            auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const PeriodGroup& each) { return each.key == key; });
            if (group == groups.end())
                group = groups.insert(groups.end(), {key, {}, {}});
            (period == &earlier ? group->earlier : group->later) = table->money(row, u"cost_usd"_s);
        }
    }
    std::stable_sort(groups.begin(), groups.end(),
                     [](const PeriodGroup& a, const PeriodGroup& b) { return b.size() < a.size(); });
    return groups;
}

/// What changed most, and what did not; those that are not shown in one row.
Expected<void> addGroups(RunState& state, const Period& earlier, const Period& later,
                         const QString& dimension, Answer& answer) {
    const auto groups = groupsOf(state, earlier, later, dimension);
    if (!groups)
        return fail(groups.error());
    ResultTable table(u"rows"_s, {{u"key"_s, dimensionLabel(dimension)},
                                  {u"earlier_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Earlier (USD)"))},
                                  {u"later_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Later (USD)"))},
                                  {u"change_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Change (USD)"))},
                                  {u"change"_s, say(QT_TRANSLATE_NOOP("Agents", "Change"))}});
    PeriodGroup rest{say(QT_TRANSLATE_NOOP("Agents", "all others")), {}, {}};
    PeriodGroup all{say(QT_TRANSLATE_NOOP("Agents", "Total")), {}, {}};
    for (std::size_t i = 0; i < groups->size(); ++i) {
        const PeriodGroup& group = (*groups)[i];
        all.earlier += group.earlier;
        all.later += group.later;
        if (i < shownRows) {
            table.add(group.cells());
            continue;
        }
        rest.earlier += group.earlier;
        rest.later += group.later;
    }
    if (groups->size() > shownRows)
        table.add(rest.cells());
    table.setTotal(all.cells());
    answer.tables.push_back(std::move(table));
    return {};
}

} // namespace

Expected<Answer> comparePeriods(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Comparison of two periods"));
    const auto rows = daysOfRows(state);
    if (!rows)
        return fail(rows.error());
    const auto asked = rows->from.isValid() ? askedPeriods(state, *rows) : std::vector<AskedPeriod>();
    if (asked.size() != 2) {
        answer.missing.append(
            rows->from.isValid()
                ? say(QT_TRANSLATE_NOOP("Agents", "Name the two periods that are to be compared."))
                : say(QT_TRANSLATE_NOOP(
                      "Agents",
                      "No row has a time, so periods cannot be told apart. Add a column `timestamp`.")));
        return answer;
    }
    const auto earlier = measure(state, asked[0]);
    if (!earlier)
        return fail(earlier.error());
    const auto later = measure(state, asked[1]);
    if (!later)
        return fail(later.error());
    sayWhatIsMeant(*earlier, *rows, answer);
    sayWhatIsMeant(*later, *rows, answer);
    if (answer.missing.isEmpty())
        sayChange(*earlier, *later, answer);
    answer.tables.push_back(periodTable(*earlier, *later));
    for (const QString& dimension : state.intent.dimensions) {
        if (isTimeDimension(dimension) || !answer.missing.isEmpty())
            continue;
        if (auto added = addGroups(state, *earlier, *later, dimension, answer); !added)
            return fail(added.error());
    }
    return answer;
}

Expected<Answer> usageTotals(RunState& state) {
    const auto sums = totals(*state.rows);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Usage"));
    const auto number = [&](const QString& column) { return QString::number(sums->number(0, column)); };
    const auto different = [&](const QString& column) {
        return countOrNot(*sums, column, sums->number(0, column) > 0);
    };
    answer.facts = sums->json(1).first().toObject();
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "Calls: %1, failed: %2. Tokens in: %3, of them read from a cache: %4. Tokens "
                              "out: %5."))
            .arg(number(u"calls"_s),
                 countOrNot(*sums, u"failed_calls"_s, sums->number(0, u"status_known"_s) > 0),
                 number(u"prompt_tokens"_s), number(u"cache_read_tokens"_s), number(u"output_tokens"_s)));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Different sessions: %1, projects: %2, users: %3."))
            .arg(different(u"sessions"_s), different(u"projects"_s), different(u"users"_s)));
    return answer;
}

namespace {

ResultTable averagesTable(const Table& sums, std::int64_t pricedCalls) {
    ResultTable table(u"rows"_s, {{u"per"_s, say(QT_TRANSLATE_NOOP("Agents", "Per"))},
                                  {u"count"_s, say(QT_TRANSLATE_NOOP("Agents", "Number"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                                  {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                                  {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))}});
    const Money cost = sums.money(0, u"cost_usd"_s);
    const auto add = [&](const char* what, const QString& column) {
        const std::int64_t count = sums.number(0, column);
        if (count <= 0)
            return;
        const auto each = [&](const QString& tokens) {
            return decimalText(static_cast<double>(sums.number(0, tokens)) / static_cast<double>(count), 1);
        };
        const std::int64_t payers = column == u"calls" ? pricedCalls : count;
        table.add({say(what), QString::number(count),
                   pricedCalls > 0 ? estimateText(cost.scaled(1, payers))
                                   : say(QT_TRANSLATE_NOOP("Agents", "unknown")),
                   each(u"prompt_tokens"_s), each(u"output_tokens"_s)});
    };
    add(QT_TRANSLATE_NOOP("Agents", "call"), u"calls"_s);
    add(QT_TRANSLATE_NOOP("Agents", "day with calls"), u"days_with_calls"_s);
    add(QT_TRANSLATE_NOOP("Agents", "session"), u"sessions"_s);
    add(QT_TRANSLATE_NOOP("Agents", "project"), u"projects"_s);
    add(QT_TRANSLATE_NOOP("Agents", "user"), u"users"_s);
    return table;
}

} // namespace

Expected<Answer> averages(RunState& state) {
    const auto sums = totals(*state.rows);
    if (!sums)
        return fail(sums.error());
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Averages"));
    const Money cost = sums->money(0, u"cost_usd"_s);
    const std::int64_t unknown = sums->number(0, u"unknown_cost_calls"_s);
    const std::int64_t priced = sums->number(0, u"calls"_s) - unknown;
    if (priced > 0)
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "A call cost %1 USD on average (%2 USD, %3)."))
                .arg(estimateText(cost.scaled(1, priced)), moneyText(cost), callsText(priced)));
    if (unknown > 0)
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "The cost is unknown of %1, left out of the amounts."))
                .arg(callsText(unknown)));
    answer.facts = {{"priced_calls"_L1, static_cast<qint64>(priced)},
                    {"unknown_cost_calls"_L1, static_cast<qint64>(unknown)}};
    answer.tables.push_back(averagesTable(*sums, priced));
    return answer;
}

} // namespace apex::backend::answers
