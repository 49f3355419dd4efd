// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_answers.h"
#include "backend/agents/ranking.h"
#include "backend/analysis/measurements.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

/// The importer has no place for the key of a call; whose it is, is the nearest that is known.
QString keyNote(const RunState& state, const QString& dimension) {
    static const QRegularExpression key(uR"(\bapi.?keys?\b)"_s, QRegularExpression::CaseInsensitiveOption);
    if (dimension != u"user" || !key.match(state.request.text).hasMatch())
        return {};
    return say(QT_TRANSLATE_NOOP(
        "Agents",
        "The API key of a call is not kept, so this is by user. Exports of OpenAI and Anthropic have it as "
        "the service (“cost by service”); of another file say that the column of the key is its service."));
}

ResultTable costTable(const QString& label, const CallTotals& totals) {
    const bool onlyListed = totals.recordedCalls == 0 && totals.repricedCalls > 0;
    return ResultTable(
        u"rows"_s, {{u"key"_s, label},
                    {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                    {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                    {u"cache_read_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "of them cached"))},
                    {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                    {u"cost_usd"_s, onlyListed ? say(QT_TRANSLATE_NOOP("Agents", "Cost at list price (USD)"))
                                               : say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
                    {u"share_of_cost"_s, say(QT_TRANSLATE_NOOP("Agents", "Share of cost"))}});
}

/// All groups of a breakdown together.
struct Breakdown {
    Money cost;
    std::int64_t calls = 0;
    std::int64_t unknownCalls = 0; ///< of unknown cost
    std::int64_t tokensIn = 0;
    std::int64_t tokensCached = 0;
    std::int64_t tokensOut = 0;
    std::size_t dearest = 0; ///< row

    void add(const Table& table, std::size_t row) {
        cost += table.money(row, u"cost_usd"_s);
        calls += table.number(row, u"calls"_s);
        unknownCalls += table.number(row, u"unknown_cost_calls"_s);
        tokensIn += table.number(row, u"prompt_tokens"_s);
        tokensCached += table.number(row, u"cache_read_tokens"_s);
        tokensOut += table.number(row, u"output_tokens"_s);
    }
    [[nodiscard]] bool costUnknown() const { return calls > 0 && unknownCalls == calls; }
    [[nodiscard]] QStringList cells(const QString& name, Money whole) const {
        return {name,
                QString::number(calls),
                QString::number(tokensIn),
                QString::number(tokensCached),
                QString::number(tokensOut),
                costUnknown() ? say(QT_TRANSLATE_NOOP("Agents", "unknown")) : moneyText(cost),
                costUnknown() ? QString() : QString(percentText(perMille(cost, whole)) + u" %"_s)};
    }
};

Breakdown sumOf(const Table& table) {
    Breakdown sums;
    for (std::size_t row = 0; row < table.size(); ++row) {
        sums.add(table, row);
        if (table.money(row, u"cost_usd"_s) > table.money(sums.dearest, u"cost_usd"_s))
            sums.dearest = row;
    }
    return sums;
}

ResultTable shownBreakdown(const RunState& state, const Table& table, const QString& dimension,
                           const Breakdown& sums, int asked) {
    const std::size_t most = asked > 0                    ? static_cast<std::size_t>(asked)
                             : isTimeDimension(dimension) ? 100
                                                          : shownRows;
    ResultTable shown = costTable(dimensionLabel(dimension), state.usage->totals);
    Breakdown rest;
    for (std::size_t row = 0; row < table.size(); ++row) {
        if (row >= most) {
            rest.add(table, row);
            continue;
        }
        Breakdown one;
        one.add(table, row);
        shown.add(one.cells(keyText(table, row, dimension), sums.cost));
    }
    if (rest.calls > 0)
        shown.add(rest.cells(say(QT_TRANSLATE_NOOP("Agents", "all others")), sums.cost));
    shown.setTotal(sums.cells(say(QT_TRANSLATE_NOOP("Agents", "Total")), sums.cost));
    return shown;
}

} // namespace

Expected<Answer> breakdownBy(RunState& state, const QString& dimension,
                             const std::optional<Ranking>& ranking) {
    auto table = breakdown(*state.rows, dimension);
    if (!table)
        return fail(table.error());
    if (ranking)
        table = ranked(*table, *ranking);
    Answer answer;
    const QString label = dimensionWords(dimension);
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Cost by %1")).arg(label);
    if (const QString note = keyNote(state, dimension); !note.isEmpty())
        answer.missing.append(note);
    if (table->isEmpty() || (table->size() == 1 && table->isNull(0, u"key"_s))) {
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row says its %1, so there is nothing to break down. "
                                            "Add a column `%2` to the export."))
                .arg(label, dimension));
        return answer;
    }
    if (dimension == u"hour" && !state.usage->hoursKnown) {
        answer.missing.append(noHours());
        return answer;
    }
    const Breakdown sums = sumOf(*table);
    ResultTable shown = shownBreakdown(state, *table, dimension, sums, ranking ? ranking->most : 0);
    if (ranking)
        answer.headline = rankingSentence(*table, *ranking, keyInWords(*table, 0, dimension));
    const Money whole = sums.cost;
    const std::int64_t calls = sums.calls;
    answer.facts = {{"groups"_L1, static_cast<qint64>(table->size())},
                    {"shown"_L1, static_cast<qint64>(shown.size())},
                    {"total_cost_usd"_L1, moneyText(whole)},
                    {"calls"_L1, static_cast<qint64>(calls)}};
    const std::size_t top = sums.dearest;
    const bool isSaid = ranking && ranking->measure == Ranking::Measure::Cost && !ranking->ascending;
    if (!whole.isZero() && !isSaid)
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "The largest part is %1 with %2 USD (%3 % of %4 USD)."))
                .arg(keyInWords(*table, top, dimension), table->text(top, u"cost_usd"_s),
                     percentText(perMille(table->money(top, u"cost_usd"_s), whole)), moneyText(whole)));
    answer.facts["largest_cost_usd"_L1] = table->text(top, u"cost_usd"_s);
    answer.facts["largest_share_percent"_L1] = percentText(perMille(table->money(top, u"cost_usd"_s), whole));
    answer.tables.push_back(std::move(shown));
    return answer;
}

QString noHours() {
    return say(QT_TRANSLATE_NOOP(
        "Agents",
        "The rows stand for whole days, so they say nothing about hours. Export single calls, or buckets "
        "of an hour or less."));
}

QString keyText(const Table& table, std::size_t row, const QString& dimension) {
    if (table.isNull(row, u"key"_s))
        return say(QT_TRANSLATE_NOOP("Agents", "(not recorded)"));
    const QString key = table.text(row, u"key"_s);
    return dimension == u"weekday" ? key.mid(2) : key;
}

QString keyInWords(const Table& table, std::size_t row, const QString& dimension) {
    const QString key = markdownSafe(keyText(table, row, dimension));
    if (dimension == u"week")
        return say(QT_TRANSLATE_NOOP("Agents", "the week of %1")).arg(key);
    return dimension == u"hour" ? say(QT_TRANSLATE_NOOP("Agents", "the hour from %1:00")).arg(key) : key;
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

QString dimensionWords(const QString& dimension) {
    if (dimension == u"week")
        return say(QT_TRANSLATE_NOOP("Agents", "week (UTC)"));
    QString words = dimensionLabel(dimension);
    words[0] = words.at(0).toLower();
    return words;
}

} // namespace apex::backend::answers
