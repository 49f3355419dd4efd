// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_answers.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

QString recordedText(const Table& calls, std::size_t row, const QString& column) {
    return calls.isNull(row, column) ? QString() : markdownSafe(calls.text(row, column));
}

/// Where the call stands: a file and its line.
QString sourceOf(const Table& calls, std::size_t row) {
    return recordedText(calls, row, u"source_file"_s) + u':' + calls.text(row, u"source_line"_s);
}

QString costOf(const Table& calls, std::size_t row) {
    return calls.isNull(row, u"cost_usd"_s) ? say(QT_TRANSLATE_NOOP("Agents", "unknown"))
                                            : calls.text(row, u"cost_usd"_s);
}

QString latencyOf(const Table& calls, std::size_t row) {
    return calls.isNull(row, u"latency_us"_s) ? QString()
                                              : millisecondsText(calls.number(row, u"latency_us"_s));
}

struct ListColumn {
    ResultTable::Column head;
    std::function<QString(const Table&, std::size_t)> cell;
};

std::function<QString(const Table&, std::size_t)> textOf(const QString& column) {
    return [column](const Table& calls, std::size_t row) { return recordedText(calls, row, column); };
}

/// Every column that says something of one of these calls.
std::vector<ListColumn> columnsOf(const Table& calls) {
    const std::vector<ListColumn> all{
        {{u"time"_s, say(QT_TRANSLATE_NOOP("Agents", "Time (UTC)"))},
         [](const Table& table, std::size_t row) {
             return QString(table.text(row, u"day"_s) + u' ' + table.text(row, u"time"_s)).trimmed();
         }},
        {{u"request_id"_s, say(QT_TRANSLATE_NOOP("Agents", "Call"))}, textOf(u"request_id"_s)},
        {{u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))}, textOf(u"calls"_s)},
        {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))}, textOf(u"model"_s)},
        {{u"service"_s, say(QT_TRANSLATE_NOOP("Agents", "Service"))}, textOf(u"service"_s)},
        {{u"user"_s, say(QT_TRANSLATE_NOOP("Agents", "User"))}, textOf(u"user"_s)},
        {{u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))}, textOf(u"prompt_tokens"_s)},
        {{u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))}, textOf(u"output_tokens"_s)},
        {{u"latency_ms"_s, say(QT_TRANSLATE_NOOP("Agents", "Latency (ms)"))}, latencyOf},
        {{u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}, costOf},
        {{u"status"_s, say(QT_TRANSLATE_NOOP("Agents", "Outcome"))}, textOf(u"status"_s)},
        {{u"error"_s, say(QT_TRANSLATE_NOOP("Agents", "Error as recorded"))}, textOf(u"error"_s)},
        {{u"source"_s, say(QT_TRANSLATE_NOOP("Agents", "File and line"))}, sourceOf}};
    std::vector<ListColumn> filled;
    for (const ListColumn& column : all) {
        const QString nothing = column.head.key == u"calls" ? u"1"_s : QString();
        for (std::size_t row = 0; row < calls.size(); ++row) {
            if (column.cell(calls, row) == nothing)
                continue;
            filled.push_back(column);
            break;
        }
    }
    return filled;
}

ResultTable listTable(const Table& calls) {
    const std::vector<ListColumn> columns = columnsOf(calls);
    std::vector<ResultTable::Column> heads;
    heads.reserve(columns.size());
    for (const ListColumn& column : columns)
        heads.push_back(column.head);
    ResultTable table(u"rows"_s, std::move(heads));
    for (std::size_t row = 0; row < calls.size(); ++row) {
        QStringList cells;
        for (const ListColumn& column : columns)
            cells.append(column.cell(calls, row));
        table.add(cells);
    }
    return table;
}

QString headlineOf(const RunState& state, Outcome outcome, const Table& count) {
    const CallTotals& totals = state.usage->totals;
    const QString known = callsText(static_cast<std::int64_t>(totals.statusKnown));
    switch (outcome) {
    case Outcome::Any:
        break;
    case Outcome::Failed:
        return failedHeadline(*state.usage);
    case Outcome::TimedOut:
        return say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 timed out (%3 %)."))
            .arg(QString::number(totals.timeouts), known, shareText(totals.timeouts, totals.statusKnown));
    case Outcome::Succeeded:
        return say(QT_TRANSLATE_NOOP("Agents", "%1 of %2 went well."))
            .arg(QString::number(count.number(0, u"calls"_s)), known);
    }
    return {};
}

/// Which of them are listed, and what those that are not cost.
QString listedSentence(const CallList& list, const Table& calls, const Table& count) {
    const std::int64_t rows = count.number(0, u"rows"_s);
    const auto listed = static_cast<std::int64_t>(calls.size());
    const QString order = list.newestFirst ? say(QT_TRANSLATE_NOOP("Agents", "the newest first"))
                                           : say(QT_TRANSLATE_NOOP("Agents", "the oldest first"));
    if (rows == 1)
        return say(QT_TRANSLATE_NOOP("Agents", "It is the only one."));
    if (listed == rows)
        return say(QT_TRANSLATE_NOOP("Agents", "Listed are all %1, %2.")).arg(QString::number(rows), order);
    Money others = count.money(0, u"cost_usd"_s);
    for (std::size_t row = 0; row < calls.size(); ++row)
        others = others - calls.money(row, u"cost_usd"_s);
    const QString text = say(QT_TRANSLATE_NOOP("Agents", "Listed are %1 to %2 of %3, %4; the other %5"))
                             .arg(QString::number(list.skip + 1), QString::number(list.skip + listed),
                                  QString::number(rows), order, QString::number(rows - listed));
    return count.number(0, u"unknown_cost_calls"_s) > 0
               ? say(QT_TRANSLATE_NOOP("Agents", "%1 are not listed here.")).arg(text)
               : say(QT_TRANSLATE_NOOP("Agents", "%1 cost %2 USD.")).arg(text, moneyText(others));
}

} // namespace

Expected<Answer> callList(RunState& state, const CallList& list) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Single calls"));
    if (list.outcome != Outcome::Any && state.usage->totals.statusKnown == 0) {
        answer.missing.append(missingColumn(QT_TRANSLATE_NOOP("Agents", "Which calls failed"), u"status"_s));
        return answer;
    }
    const auto count = countCalls(*state.rows, list.outcome);
    if (!count)
        return fail(count.error());
    const auto calls = listCalls(*state.rows, list);
    if (!calls)
        return fail(calls.error());
    answer.headline = headlineOf(state, list.outcome, *count);
    answer.facts = {{"rows_of_that_kind"_L1, static_cast<qint64>(count->number(0, u"rows"_s))},
                    {"cost_of_all_usd"_L1, count->text(0, u"cost_usd"_s)},
                    {"first"_L1, list.skip + 1},
                    {"listed"_L1, static_cast<qint64>(calls->size())}};
    if (calls->isEmpty()) {
        if (list.skip > 0)
            answer.sentences.append(
                say(QT_TRANSLATE_NOOP("Agents", "There are no more than the %1 listed before."))
                    .arg(count->number(0, u"rows"_s)));
        return answer;
    }
    answer.sentences.append(listedSentence(list, *calls, *count));
    answer.tables.push_back(listTable(*calls));
    return answer;
}

} // namespace apex::backend::answers
