// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_answers.h"
#include "backend/analysis/measurements.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

QString noStatus() {
    return missingColumn(QT_TRANSLATE_NOOP("Agents", "How many calls failed"), u"status"_s);
}

QString totalText() {
    return say(QT_TRANSLATE_NOOP("Agents", "Total"));
}

/// Rows with failures, the most wasteful first; times stay in their order.
std::vector<std::size_t> rowsWithFailures(const Table& table, const QString& dimension) {
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (table.number(row, u"failed_calls"_s) > 0)
            order.push_back(row);
    }
    if (!isTimeDimension(dimension))
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return table.money(a, u"failed_usd"_s) > table.money(b, u"failed_usd"_s);
        });
    return order;
}

struct FailedSum {
    std::int64_t failed = 0;
    std::int64_t calls = 0;
    Money cost;
};

QStringList failedCells(const QString& name, const FailedSum& sum, Money wasted) {
    return {name, QString::number(sum.failed), QString::number(sum.calls), moneyText(sum.cost),
            percentText(perMille(sum.cost, wasted)) + u" %"_s};
}

/// The groups with failures, those that are not shown in one row, and all of them.
ResultTable failedTable(const Table& table, const QString& dimension, const std::vector<std::size_t>& order,
                        const FailedSum& whole) {
    ResultTable shown(u"rows"_s,
                      {{u"key"_s, dimensionLabel(dimension)},
                       {u"failed_calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed calls"))},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "of Calls"))},
                       {u"failed_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Spent on them (USD)"))},
                       {u"share"_s, say(QT_TRANSLATE_NOOP("Agents", "Share of all failed cost"))}});
    const std::size_t most = isTimeDimension(dimension) ? 100 : shownRows;
    FailedSum rest = whole;
    for (std::size_t i = 0; i < std::min(order.size(), most); ++i) {
        const FailedSum sum{table.number(order[i], u"failed_calls"_s), table.number(order[i], u"calls"_s),
                            table.money(order[i], u"failed_usd"_s)};
        shown.add(failedCells(keyText(table, order[i], dimension), sum, whole.cost));
        rest = {rest.failed - sum.failed, rest.calls - sum.calls, rest.cost - sum.cost};
    }
    if (rest.calls > 0)
        shown.add(failedCells(say(QT_TRANSLATE_NOOP("Agents", "all others")), rest, whole.cost));
    shown.setTotal(failedCells(totalText(), whole, whole.cost));
    return shown;
}

FailedSum sumOfFailures(const Table& table) {
    FailedSum sum;
    for (std::size_t row = 0; row < table.size(); ++row) {
        sum.failed += table.number(row, u"failed_calls"_s);
        sum.calls += table.number(row, u"calls"_s);
        sum.cost += table.money(row, u"failed_usd"_s);
    }
    return sum;
}

QString rateOf(const Table& table, std::size_t row, const QString& column) {
    return shareText(static_cast<std::uint64_t>(table.number(row, column)),
                     static_cast<std::uint64_t>(table.number(row, u"status_known"_s))) +
           u" %"_s;
}

ResultTable rateTable(const Table& rates, const std::vector<std::size_t>& rows, const QString& dimension) {
    ResultTable table(u"rows"_s, {{u"key"_s, dimensionLabel(dimension)},
                                  {u"status_known"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls with status"))},
                                  {u"failed"_s, say(QT_TRANSLATE_NOOP("Agents", "Failed calls"))},
                                  {u"errors"_s, say(QT_TRANSLATE_NOOP("Agents", "Errors"))},
                                  {u"timeouts"_s, say(QT_TRANSLATE_NOOP("Agents", "Timeouts"))},
                                  {u"rate"_s, say(QT_TRANSLATE_NOOP("Agents", "Error rate"))}});
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 31); ++i) {
        const std::size_t row = rows[i];
        QStringList cells{keyText(rates, row, dimension)};
        for (const QString& column : {u"status_known"_s, u"failed"_s, u"errors"_s, u"timeouts"_s})
            cells.append(QString::number(rates.number(row, column)));
        table.add(cells << rateOf(rates, row, u"failed"_s));
    }
    return table;
}

/// The rows with a name and known outcomes, in the order of a table or, lowest rate first, against it.
std::vector<std::size_t> ratedRows(const Table& rates, bool highestFirst, const QString& dimension) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < rates.size(); ++row) {
        if (rates.number(row, u"status_known"_s) > 0)
            rows.push_back(row);
    }
    if (!highestFirst && !isTimeDimension(dimension))
        std::reverse(rows.begin(), rows.end());
    return rows;
}

/// The row of the highest rate, or the lowest one; tables over time are not sorted by it.
std::size_t extremeRow(const Table& rates, const std::vector<std::size_t>& rows, bool highest) {
    const auto isWorse = [&](std::size_t a, std::size_t b) {
        return rates.number(a, u"failed"_s) * rates.number(b, u"status_known"_s) >
               rates.number(b, u"failed"_s) * rates.number(a, u"status_known"_s);
    };
    std::size_t extreme = rows.front();
    for (const std::size_t row : rows) {
        if (!rates.isNull(row, u"key"_s) && (highest ? isWorse(row, extreme) : isWorse(extreme, row)))
            extreme = row;
    }
    return extreme;
}

QString mostFailed(const Table& rates, const QString& dimension) {
    std::size_t most = 0;
    for (std::size_t row = 1; row < rates.size(); ++row)
        most = rates.number(row, u"failed"_s) > rates.number(most, u"failed"_s) ? row : most;
    return say(QT_TRANSLATE_NOOP("Agents", "Most of them are of %1: %2."))
        .arg(keyInWords(rates, most, dimension), QString::number(rates.number(most, u"failed"_s)));
}

Expected<Answer> failureRate(RunState& state, const Measure& measure) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Failed calls"));
    const bool asksRate = measure.kind == Measure::Kind::FailureRate;
    answer.headline = failedHeadline(*state.usage);
    answer.facts = {{"failed"_L1, static_cast<qint64>(state.usage->totals.failed())},
                    {"status_known"_L1, static_cast<qint64>(state.usage->totals.statusKnown)}};
    if (measure.dimension.isEmpty())
        return answer;
    if (measure.dimension == u"hour" && !state.usage->hoursKnown) {
        answer.missing.append(noHours());
        return answer;
    }
    const auto rates = failureRates(*state.rows, measure.dimension);
    if (!rates)
        return fail(rates.error());
    const std::vector<std::size_t> rows = ratedRows(*rates, measure.upwards, measure.dimension);
    if (rows.empty())
        return answer;
    const std::size_t worst = extremeRow(*rates, rows, measure.upwards);
    if (!asksRate)
        answer.sentences.append(mostFailed(*rates, measure.dimension));
    const QString highest =
        (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "The highest rate has %1: %2 (%3 of %4)."))
                         : say(QT_TRANSLATE_NOOP("Agents", "The lowest rate has %1: %2 (%3 of %4).")))
            .arg(keyInWords(*rates, worst, measure.dimension), rateOf(*rates, worst, u"failed"_s),
                 QString::number(rates->number(worst, u"failed"_s)),
                 callsText(rates->number(worst, u"status_known"_s)));
    answer.sentences.append(asksRate ? answer.headline : highest);
    if (asksRate)
        answer.headline = highest;
    answer.tables.push_back(rateTable(*rates, rows, measure.dimension));
    return answer;
}

Expected<Answer> timeouts(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Timeouts"));
    const CallTotals& totals = state.usage->totals;
    answer.facts = {{"timeouts"_L1, static_cast<qint64>(totals.timeouts)},
                    {"status_known"_L1, static_cast<qint64>(totals.statusKnown)}};
    answer.headline = say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 timed out (%3 %)."))
                          .arg(QString::number(totals.timeouts), callsText(qint64(totals.statusKnown)),
                               shareText(totals.timeouts, totals.statusKnown));
    if (dimension.isEmpty())
        return answer;
    const auto rates = failureRates(*state.rows, dimension);
    if (!rates)
        return fail(rates.error());
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < rates->size(); ++row) {
        if (rates->number(row, u"timeouts"_s) > 0)
            order.push_back(row);
    }
    if (!isTimeDimension(dimension))
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return rates->number(a, u"timeouts"_s) > rates->number(b, u"timeouts"_s);
        });
    ResultTable table(u"rows"_s, {{u"key"_s, dimensionLabel(dimension)},
                                  {u"timeouts"_s, say(QT_TRANSLATE_NOOP("Agents", "Timeouts"))},
                                  {u"status_known"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls with status"))},
                                  {u"rate"_s, say(QT_TRANSLATE_NOOP("Agents", "Timeout rate"))}});
    for (const std::size_t row : order)
        table.add({keyText(*rates, row, dimension), QString::number(rates->number(row, u"timeouts"_s)),
                   QString::number(rates->number(row, u"status_known"_s)),
                   rateOf(*rates, row, u"timeouts"_s)});
    answer.tables.push_back(std::move(table));
    return answer;
}

Expected<Answer> wastedTokens(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Tokens of failed calls"));
    const auto all = failureRates(*state.rows, {});
    if (!all)
        return fail(all.error());
    const std::int64_t in = all->number(0, u"failed_prompt_tokens"_s);
    const std::int64_t out = all->number(0, u"failed_output_tokens"_s);
    answer.facts = {{"failed_calls"_L1, qint64(all->number(0, u"failed"_s))},
                    {"tokens_in"_L1, static_cast<qint64>(in)},
                    {"tokens_out"_L1, static_cast<qint64>(out)},
                    {"failed_usd"_L1, all->text(0, u"failed_usd"_s)}};
    answer.headline =
        say(QT_TRANSLATE_NOOP("Agents", "%1 that failed used %2 tokens in and %3 tokens out."))
            .arg(callsText(all->number(0, u"failed"_s)), QString::number(in), QString::number(out));
    if (!costUnknown(*state.usage))
        answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "They cost %1 USD."))
                                    .arg(moneyText(all->money(0, u"failed_usd"_s))));
    return answer;
}

} // namespace

QString missingColumn(const char* what, const QString& column) {
    return say(QT_TRANSLATE_NOOP("Agents", "%1 cannot be said: no row has `%2`.")).arg(say(what), column);
}

QString failedHeadline(const UsageSummary& usage) {
    const CallTotals& totals = usage.totals;
    if (totals.statusKnown == 0)
        return {};
    const QString known = callsText(static_cast<std::int64_t>(totals.statusKnown));
    const QString rate = shareText(totals.failed(), totals.statusKnown);
    if (totals.failed() == 0)
        return say(QT_TRANSLATE_NOOP("Agents", "None of %1 failed.")).arg(known);
    const QString text = say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 failed (%3 %; errors: %4, timeouts: %5)"))
                             .arg(QString::number(totals.failed()), known, rate,
                                  QString::number(totals.errors), QString::number(totals.timeouts));
    return costUnknown(usage) ? QString(text + u'.')
                              : say(QT_TRANSLATE_NOOP("Agents", "%1 and cost %2 USD."))
                                    .arg(text, moneyText(totals.failedCost));
}

Expected<Answer> failureFigure(RunState& state, const Measure& measure) {
    if (state.usage->totals.statusKnown == 0) {
        Answer answer;
        answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Failed calls"));
        answer.missing.append(noStatus());
        return answer;
    }
    if (measure.kind == Measure::Kind::Timeouts)
        return timeouts(state, measure.dimension);
    if (measure.kind == Measure::Kind::WastedTokens)
        return wastedTokens(state);
    return failureRate(state, measure);
}

Expected<Answer> errorsBy(RunState& state, const QString& dimension) {
    const auto table = breakdown(*state.rows, dimension);
    if (!table)
        return fail(table.error());
    Answer answer;
    const QString label = dimensionWords(dimension);
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Failed calls by %1")).arg(label);
    if (table->isEmpty() || (table->size() == 1 && table->isNull(0, u"key"_s))) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row says its %1, so failures cannot be told "
                                            "apart by it. Add a column `%2` to the export."))
                .arg(label, dimension));
        return answer;
    }
    if (state.usage->totals.statusKnown == 0) {
        answer.missing.append(noStatus());
        return answer;
    }
    answer.headline = failedHeadline(*state.usage);
    const std::vector<std::size_t> order = rowsWithFailures(*table, dimension);
    const FailedSum whole = sumOfFailures(*table);
    answer.facts = {{"wasted_usd"_L1, moneyText(whole.cost)},
                    {"groups"_L1, static_cast<qint64>(order.size())}};
    if (order.empty())
        return answer;
    const std::size_t dearest =
        *std::max_element(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return table->money(a, u"failed_usd"_s) < table->money(b, u"failed_usd"_s);
        });
    if (!whole.cost.isZero())
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "Most was spent on failed calls of %1: %2 of %3 USD."))
                .arg(keyInWords(*table, dearest, dimension),
                     moneyText(table->money(dearest, u"failed_usd"_s)), moneyText(whole.cost)));
    answer.tables.push_back(failedTable(*table, dimension, order, whole));
    return answer;
}

namespace {

/// Calls, tokens and cost of failed calls, one row or several together.
struct FailedModels {
    std::int64_t calls = 0;
    std::int64_t tokensIn = 0;
    std::int64_t tokensOut = 0;
    Money cost;

    void add(const Table& failed, std::size_t row) {
        calls += failed.number(row, u"calls"_s);
        tokensIn += failed.number(row, u"prompt_tokens"_s);
        tokensOut += failed.number(row, u"output_tokens"_s);
        cost += failed.money(row, u"cost_usd"_s);
    }
    [[nodiscard]] QStringList cells(const QString& name, const QString& status) const {
        return {name,
                status,
                QString::number(calls),
                QString::number(tokensIn),
                QString::number(tokensOut),
                moneyText(cost)};
    }
};

ResultTable failedByModel(const Table& failed) {
    ResultTable table(u"rows"_s, {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
                                  {u"status"_s, say(QT_TRANSLATE_NOOP("Agents", "Outcome"))},
                                  {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                                  {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                                  {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}});
    FailedModels whole;
    FailedModels rest;
    for (std::size_t row = 0; row < failed.size(); ++row) {
        whole.add(failed, row);
        if (row >= shownRows) {
            rest.add(failed, row);
            continue;
        }
        FailedModels one;
        one.add(failed, row);
        const QString name = failed.isNull(row, u"model"_s)
                                 ? say(QT_TRANSLATE_NOOP("Agents", "(not recorded)"))
                                 : failed.text(row, u"model"_s);
        table.add(one.cells(name, failed.text(row, u"status"_s)));
    }
    if (rest.calls > 0)
        table.add(rest.cells(say(QT_TRANSLATE_NOOP("Agents", "all others")), {}));
    table.setTotal(whole.cells(totalText(), {}));
    return table;
}

} // namespace

Expected<Answer> errorCauses(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Causes of errors"));
    const auto texts = errorTexts(*state.rows);
    if (!texts)
        return fail(texts.error());
    const auto failed = failures(*state.rows);
    if (!failed)
        return fail(failed.error());
    if (state.usage->totals.statusKnown == 0)
        answer.missing.append(noStatus());
    answer.headline = failedHeadline(*state.usage);
    answer.facts = {{"wasted_usd"_L1, moneyText(state.usage->totals.failedCost)},
                    {"errors_with_text"_L1, static_cast<qint64>(texts->size())}};
    if (!failed->isEmpty())
        answer.tables.push_back(failedByModel(*failed));
    if (texts->isEmpty()) {
        if (!failed->isEmpty())
            answer.missing.append(
                missingColumn(QT_TRANSLATE_NOOP("Agents", "What went wrong in them"), u"error"_s));
        return answer;
    }
    ResultTable causes(u"causes"_s, {{u"error"_s, say(QT_TRANSLATE_NOOP("Agents", "Error as recorded"))},
                                     {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                                     {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}});
    for (std::size_t row = 0; row < texts->size(); ++row)
        causes.add({texts->text(row, u"error"_s), QString::number(texts->number(row, u"calls"_s)),
                    texts->text(row, u"cost_usd"_s)});
    answer.tables.push_back(std::move(causes));
    return answer;
}

} // namespace apex::backend::answers
