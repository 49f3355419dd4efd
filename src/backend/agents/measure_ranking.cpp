// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_answers.h"
#include "backend/analysis/measurements.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

using Rank = Measure::Rank;

bool ranksByCost(Rank rank) {
    return rank == Rank::Cost || rank == Rank::CostPerCall;
}

Money costPerCall(const Table& table, std::size_t row) {
    return table.money(row, u"cost_usd"_s)
        .scaled(1, std::max<std::int64_t>(1, table.number(row, u"calls"_s)));
}

double tokensPerCallOf(const Table& table, std::size_t row) {
    return static_cast<double>(table.number(row, u"total_tokens"_s)) /
           static_cast<double>(std::max<std::int64_t>(1, table.number(row, u"calls"_s)));
}

/// Whether `a` has less of the figure than `b`.
bool isLess(const Table& table, Rank rank, std::size_t a, std::size_t b) {
    switch (rank) {
    case Rank::Cost:
        return table.money(a, u"cost_usd"_s) < table.money(b, u"cost_usd"_s);
    case Rank::CostPerCall:
        return costPerCall(table, a) < costPerCall(table, b);
    case Rank::Calls:
        return table.number(a, u"calls"_s) < table.number(b, u"calls"_s);
    case Rank::TokensPerCall:
        return tokensPerCallOf(table, a) < tokensPerCallOf(table, b);
    case Rank::Tokens:
        break;
    }
    return table.number(a, u"total_tokens"_s) < table.number(b, u"total_tokens"_s);
}

/// "Users who spent more than 0.5 USD": on that side of the limit; without one every row is.
bool isWithin(const Table& table, std::size_t row, const Measure& measure) {
    if (measure.words.isEmpty())
        return true;
    const Money cost = table.money(row, u"cost_usd"_s);
    const Money limit = moneyOf(measure.words);
    return measure.upwards ? cost > limit : cost < limit;
}

/// Rows in the order asked for; a group with calls of unknown cost has no place among costs.
std::vector<std::size_t> orderOf(const Table& table, const Measure& measure) {
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < table.size(); ++row) {
        const bool known = table.number(row, u"unknown_cost_calls"_s) == 0;
        if (!table.isNull(row, u"key"_s) && (known || !ranksByCost(measure.rank)) &&
            isWithin(table, row, measure))
            order.push_back(row);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return measure.upwards ? isLess(table, measure.rank, b, a) : isLess(table, measure.rank, a, b);
    });
    return order;
}

QString shareOf(const Table& table, std::size_t row, const QString& column) {
    std::int64_t whole = 0;
    for (std::size_t each = 0; each < table.size(); ++each)
        whole += table.number(each, column);
    return shareText(static_cast<std::uint64_t>(table.number(row, column)),
                     static_cast<std::uint64_t>(whole));
}

QString rankHeadline(const Table& table, std::size_t row, const Measure& measure) {
    QString key = keyInWords(table, row, measure.dimension);
    if (key.startsWith(say(QT_TRANSLATE_NOOP("Agents", "the "))) && measure.rank != Rank::CostPerCall)
        key[0] = key.at(0).toUpper();
    switch (measure.rank) {
    case Rank::Cost:
        return (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "%1 cost most: %2 USD."))
                                : say(QT_TRANSLATE_NOOP("Agents", "%1 cost least: %2 USD.")))
            .arg(key, moneyText(table.money(row, u"cost_usd"_s)));
    case Rank::CostPerCall:
        return (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "A call costs most with %1: %2 USD."))
                                : say(QT_TRANSLATE_NOOP("Agents", "A call costs least with %1: %2 USD.")))
            .arg(key, estimateText(costPerCall(table, row)));
    case Rank::Calls:
        return (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "%1 has most calls: %2 (%3 %)."))
                                : say(QT_TRANSLATE_NOOP("Agents", "%1 has fewest calls: %2 (%3 %).")))
            .arg(key, QString::number(table.number(row, u"calls"_s)), shareOf(table, row, u"calls"_s));
    case Rank::TokensPerCall:
        return say(QT_TRANSLATE_NOOP("Agents", "%1 has most tokens per call: %2 on average (%3)."))
            .arg(key, decimalText(tokensPerCallOf(table, row), 1), callsText(table.number(row, u"calls"_s)));
    case Rank::Tokens:
        break;
    }
    return (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "%1 has most tokens: %2 (%3 %)."))
                            : say(QT_TRANSLATE_NOOP("Agents", "%1 has fewest tokens: %2 (%3 %).")))
        .arg(key, QString::number(table.number(row, u"total_tokens"_s)),
             shareOf(table, row, u"total_tokens"_s));
}

ResultTable rankTable(const Table& table, std::vector<std::size_t> order, const QString& dimension) {
    const bool inTime = isTimeDimension(dimension);
    if (inTime)
        std::sort(order.begin(), order.end());
    ResultTable shown(u"rows"_s,
                      {{u"key"_s, dimensionLabel(dimension)},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                       {u"total_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens"))},
                       {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                       {u"cost_per_call_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost per call (USD)"))}});
    for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), inTime ? 100 : shownRows); ++i) {
        const std::size_t row = order[i];
        const bool known = table.number(row, u"unknown_cost_calls"_s) == 0;
        const QString unknown = say(QT_TRANSLATE_NOOP("Agents", "unknown"));
        shown.add({keyText(table, row, dimension), QString::number(table.number(row, u"calls"_s)),
                   QString::number(table.number(row, u"total_tokens"_s)),
                   known ? moneyText(table.money(row, u"cost_usd"_s)) : unknown,
                   known ? estimateText(costPerCall(table, row)) : unknown});
    }
    return shown;
}

} // namespace

Expected<Answer> rankedFigure(RunState& state, const Measure& measure) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Ranking by %1")).arg(dimensionWords(measure.dimension));
    if (measure.dimension == u"hour" && !state.usage->hoursKnown) {
        answer.missing.append(noHours());
        return answer;
    }
    const auto table = callRates(*state.rows, measure.dimension);
    if (!table)
        return fail(table.error());
    std::vector<std::size_t> order = orderOf(*table, measure);
    if (order.empty()) {
        answer.missing.append(
            (measure.words.isEmpty()
                 ? say(QT_TRANSLATE_NOOP("Agents", "No row has both a %1 and that figure."))
                 : say(QT_TRANSLATE_NOOP("Agents", "No %1 lies on that side of the limit.")))
                .arg(dimensionWords(measure.dimension)));
        return answer;
    }
    const std::size_t all = order.size();
    const int most = state.intent.ranking ? state.intent.ranking->most : 0;
    if (most > 0 && static_cast<std::size_t>(most) < all) {
        order.resize(static_cast<std::size_t>(most));
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "These are the first %1 of %2 in that order."))
                .arg(QString::number(most), QString::number(all)));
    }
    answer.headline = rankHeadline(*table, order.front(), measure);
    if (!measure.words.isEmpty())
        answer.headline =
            (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "More than %1 USD: %2 of %3 (by %4)."))
                             : say(QT_TRANSLATE_NOOP("Agents", "Less than %1 USD: %2 of %3 (by %4).")))
                .arg(measure.words, QString::number(all), QString::number(table->size()),
                     dimensionWords(measure.dimension));
    answer.facts = {{"groups"_L1, static_cast<qint64>(all)}};
    if (!measure.words.isEmpty())
        answer.facts["limit_usd"_L1] = measure.words;
    if (measure.words.isEmpty() && ranksByCost(measure.rank) && all < table->size())
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents",
            "Left out of the order: values with calls of unknown cost, and calls without a value.")));
    answer.tables.push_back(rankTable(*table, order, measure.dimension));
    return answer;
}

} // namespace apex::backend::answers
