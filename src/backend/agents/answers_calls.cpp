// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/measure_answers.h"
#include "backend/analysis/measurements.h"
#include "backend/analysis/what_if.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

QString keyOf(const Table& table, std::size_t row, const QString& column = u"key"_s) {
    return table.isNull(row, column) ? say(QT_TRANSLATE_NOOP("Agents", "(not recorded)"))
                                     : table.text(row, column);
}

QString countText(const Table& table, std::size_t row, const QString& column) {
    return QString::number(table.number(row, column));
}

/// What the tokens read from caches would have cost more at the full price.
Money savedByCaching(const MeasuredUsage& usage) {
    Money saved;
    for (const ModelSummary& model : usage.summary.models) {
        const auto tokens = usage.tokens.find(model.name);
        if (model.price && model.price->cachedInput && tokens != usage.tokens.end())
            saved += (model.price->input - *model.price->cachedInput) * tokens->second.cacheRead;
    }
    return saved;
}

ResultTable cacheTable(const Table& use, const QString& name, const QString& label) {
    ResultTable table(name, {{u"key"_s, label},
                             {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                             {u"cache_read_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "read from cache"))},
                             {u"cache_write_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "written to cache"))},
                             {u"uncached_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "at full price"))},
                             {u"hit_rate"_s, say(QT_TRANSLATE_NOOP("Agents", "Hit rate"))}});
    for (std::size_t row = 0; row < std::min(use.size(), shownRows); ++row)
        table.add({keyOf(use, row), countText(use, row, u"prompt_tokens"_s),
                   countText(use, row, u"cache_read_tokens"_s), countText(use, row, u"cache_write_tokens"_s),
                   countText(use, row, u"uncached_tokens"_s),
                   percentText(use.number(row, u"hit_per_mille"_s)) + u" %"_s});
    return table;
}

/// Whoever wrote a name that is not there wants to know those that are.
QString columnsOfRows(RunState& state) {
    const auto none = state.rows->runOwn(u"SELECT * FROM usage_rows LIMIT 0"_s, {});
    return none ? say(QT_TRANSLATE_NOOP("Agents", "The columns of usage_rows are: %1."))
                      .arg(none->columns().join(u", "_s))
                : none.error().forPeople();
}

} // namespace

namespace {

/// What came again, all models together.
struct CalledAgain {
    std::int64_t number = 0;
    std::int64_t recovered = 0;
    Money cost;
};

CalledAgain sumAgain(const Table& table, const QString& column) {
    CalledAgain sum;
    for (std::size_t row = 0; row < table.size(); ++row) {
        sum.number += table.number(row, column);
        sum.recovered += table.number(row, u"recovered"_s);
        sum.cost += table.money(row, u"cost_usd"_s);
    }
    return sum;
}

void sayRetries(const RunState& state, const CalledAgain& retried, Answer& answer) {
    if (state.usage->totals.statusKnown == 0) {
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "Whether calls were retried"), u"status"_s));
        return;
    }
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP(
                "Agents", "Retries (calls that followed a failed one of the same session, user, service and "
                          "model within 5 minutes): %1; %2 of them went well, together they cost %3 USD."))
            .arg(QString::number(retried.number), QString::number(retried.recovered),
                 moneyText(retried.cost)));
}

void sayRepeats(const RunState& state, const CalledAgain& repeated, Answer& answer) {
    if (state.usage->repeats.callsWithHash == 0) {
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "Whether prompts were repeated"), u"prompt_hash"_s));
        return;
    }
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "%1 sent a prompt again that had been sent before; the repeats cost %2 "
                              "USD, the dearest call of each prompt taken as the original."))
            .arg(callsText(repeated.number), moneyText(repeated.cost)));
}

ResultTable retryTable(const Table& again) {
    ResultTable table(u"retries_by_model"_s,
                      {{u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
                       {u"retries"_s, say(QT_TRANSLATE_NOOP("Agents", "Retries"))},
                       {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}});
    for (std::size_t row = 0; row < std::min(again.size(), shownRows); ++row)
        table.add({keyOf(again, row, u"model"_s), countText(again, row, u"retries"_s),
                   again.text(row, u"cost_usd"_s)});
    return table;
}

} // namespace

Expected<Answer> retriesAndRepeats(RunState& state) {
    const auto again = retries(*state.rows);
    if (!again)
        return fail(again.error());
    const auto same = duplicates(*state.rows);
    if (!same)
        return fail(same.error());
    const CalledAgain retried = sumAgain(*again, u"retries"_s);
    const CalledAgain repeated = sumAgain(*same, u"repeats"_s);
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Retries and repeats"));
    answer.facts = {{"retries"_L1, static_cast<qint64>(retried.number)},
                    {"retries_that_went_well"_L1, static_cast<qint64>(retried.recovered)},
                    {"retry_cost_usd"_L1, moneyText(retried.cost)},
                    {"repeated_prompts"_L1, static_cast<qint64>(repeated.number)},
                    {"repeat_cost_usd"_L1, moneyText(repeated.cost)},
                    {"retry_window_minutes"_L1, 5}};
    sayRetries(state, retried, answer);
    sayRepeats(state, repeated, answer);
    answer.tables.push_back(retryTable(*again));
    return answer;
}

namespace {

/// What a prompt cache could still have read.
Expected<void> addRepeatable(RunState& state, Answer& answer) {
    const auto again = repeatablePrompts(*state.rows);
    if (!again)
        return fail(again.error());
    std::int64_t repeatable = 0;
    for (std::size_t row = 0; row < again->size(); ++row)
        repeatable += again->number(row, u"repeatable_tokens"_s);
    answer.facts["repeatable_tokens_at_full_price"_L1] = static_cast<qint64>(repeatable);
    if (state.measured->sessions.empty())
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "What a prompt cache could still read cannot be said: no row has "
                                            "a `session` to see which prompts "
                                            "go on from the one before.")));
    else
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP(
                    "Agents", "Another %1 tokens had stood in the prompt of the call before (same session, "
                              "within five minutes) and were paid in full; that is what better caching "
                              "could still reach."))
                .arg(repeatable));
    return {};
}

} // namespace

Expected<Answer> caching(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Prompt caching"));
    const auto models = cacheUse(*state.rows, u"model"_s);
    if (!models)
        return fail(models.error());
    std::int64_t prompt = 0;
    std::int64_t read = 0;
    std::int64_t written = 0;
    for (std::size_t row = 0; row < models->size(); ++row) {
        prompt += models->number(row, u"prompt_tokens"_s);
        read += models->number(row, u"cache_read_tokens"_s);
        written += models->number(row, u"cache_write_tokens"_s);
    }
    const QString rate = shareText(static_cast<std::uint64_t>(read), static_cast<std::uint64_t>(prompt));
    const Money saved = savedByCaching(*state.measured);
    answer.facts = {{"prompt_tokens"_L1, static_cast<qint64>(prompt)},
                    {"cache_read_tokens"_L1, static_cast<qint64>(read)},
                    {"cache_write_tokens"_L1, static_cast<qint64>(written)},
                    {"hit_rate_percent"_L1, rate},
                    {"saved_at_list_price_usd"_L1, estimateText(saved)}};
    if (state.prices && !saved.isZero())
        answer.facts["prices_as_of"_L1] = state.prices->asOf().toString(Qt::ISODate);
    if (prompt == 0) {
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "How much was cached"), u"prompt_tokens"_s));
        return answer;
    }
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP(
                "Agents", "%1 of %2 prompt tokens were read from a cache (hit rate %3 %) and %4 written to "
                          "one. Reading them from the cache instead of paying in full saved %5 USD at "
                          "list price."))
            .arg(QString::number(read), QString::number(prompt), rate, QString::number(written),
                 estimateText(saved)));
    answer.tables.push_back(cacheTable(*models, u"by_model"_s, dimensionLabel(u"model"_s)));
    const QString usual = state.measured->projects.empty() ? u"service"_s : u"project"_s;
    const QString second = state.intent.dimensions.value(0, usual);
    const auto groups = cacheUse(*state.rows, second);
    if (!groups)
        return fail(groups.error());
    if (groups->size() > 1)
        answer.tables.push_back(cacheTable(*groups, u"by_"_s + second, dimensionLabel(second)));
    if (auto done = addRepeatable(state, answer); !done)
        return fail(done.error());
    return answer;
}

Expected<Answer> contextGrowth(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Growth of the context within sessions"));
    const auto all = contextTotals(*state.rows);
    if (!all)
        return fail(all.error());
    const std::int64_t sessions = all->number(0, u"sessions"_s);
    if (sessions == 0) {
        answer.missing.append(missingColumn(QT_TRANSLATE_NOOP("Agents", "How prompts grow"), u"session"_s));
        return answer;
    }
    const std::int64_t tokens = all->number(0, u"prompt_tokens"_s);
    const std::int64_t grown = tokens - all->number(0, u"first_tokens"_s);
    answer.facts = {{"sessions"_L1, static_cast<qint64>(sessions)},
                    {"sessions_that_doubled"_L1, static_cast<qint64>(all->number(0, u"growing"_s))},
                    {"prompt_tokens"_L1, static_cast<qint64>(tokens)},
                    {"tokens_beyond_first_prompt"_L1, static_cast<qint64>(grown)},
                    {"tokens_beyond_first_prompt_percent"_L1,
                     shareText(static_cast<std::uint64_t>(std::max<std::int64_t>(0, grown)),
                               static_cast<std::uint64_t>(tokens))}};
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP(
                "Agents", "In %1 of %2 sessions the largest prompt was at least twice the first. %3 of %4 "
                          "prompt tokens (%5 %) are what prompts held beyond the first one of their "
                          "session."))
            .arg(QString::number(all->number(0, u"growing"_s)), QString::number(sessions),
                 QString::number(grown), QString::number(tokens),
                 answer.facts.value("tokens_beyond_first_prompt_percent"_L1).toString()));
    const auto top = backend::contextGrowth(*state.rows);
    if (!top)
        return fail(top.error());
    ResultTable table(u"rows"_s,
                      {{u"session"_s, say(QT_TRANSLATE_NOOP("Agents", "Session"))},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                       {u"minutes"_s, say(QT_TRANSLATE_NOOP("Agents", "Minutes"))},
                       {u"first_prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "First prompt"))},
                       {u"largest_prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Largest prompt"))},
                       {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}});
    for (std::size_t row = 0; row < std::min<std::size_t>(top->size(), 10); ++row)
        table.add({top->text(row, u"session"_s), countText(*top, row, u"calls"_s),
                   countText(*top, row, u"minutes"_s), countText(*top, row, u"first_prompt_tokens"_s),
                   countText(*top, row, u"largest_prompt_tokens"_s), top->text(row, u"cost_usd"_s)});
    answer.tables.push_back(std::move(table));
    return answer;
}

Expected<Answer> peakRates(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Rate limits"));
    if (state.usage->summedRows > 0 || (state.usage->hasPeriod() && !state.usage->hoursKnown)) {
        answer.missing.append(
            state.usage->hoursKnown
                ? say(QT_TRANSLATE_NOOP("Agents",
                                        "Rows stand for many calls at once, so they say nothing about "
                                        "single minutes. Export single calls."))
                : say(QT_TRANSLATE_NOOP("Agents",
                                        "The rows stand for whole days, so they say nothing about minutes. "
                                        "Export single calls.")));
        return answer;
    }
    const auto peak = backend::peakRates(*state.rows);
    if (!peak)
        return fail(peak.error());
    if (peak->isNull(0, u"peak_calls"_s)) {
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "How close calls come to a limit"), u"timestamp"_s));
        return answer;
    }
    const std::int64_t calls = peak->number(0, u"peak_calls"_s);
    const std::int64_t tokens = peak->number(0, u"peak_tokens"_s);
    answer.facts = {{"peak_calls_per_minute"_L1, static_cast<qint64>(calls)},
                    {"peak_calls_minute"_L1, peak->text(0, u"peak_calls_minute"_s)},
                    {"peak_tokens_per_minute"_L1, static_cast<qint64>(tokens)},
                    {"peak_tokens_minute"_L1, peak->text(0, u"peak_tokens_minute"_s)}};
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "The fullest minute had %1 (%2 UTC); the minute with most tokens had %3 (%4 "
                              "UTC)."))
            .arg(callsText(calls), peak->text(0, u"peak_calls_minute"_s), QString::number(tokens),
                 peak->text(0, u"peak_tokens_minute"_s)));
    if (const auto growth = state.intent.growthPercent) {
        const std::int64_t grownCalls = (calls * (100 + *growth) + 99) / 100;
        const std::int64_t grownTokens = (tokens * (100 + *growth) + 99) / 100;
        answer.facts["growth_percent"_L1] = *growth;
        answer.facts["peak_calls_per_minute_grown"_L1] = static_cast<qint64>(grownCalls);
        answer.facts["peak_tokens_per_minute_grown"_L1] = static_cast<qint64>(grownTokens);
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents",
                                  "With %1 % more of the same these peaks become %2 and %3 tokens a "
                                  "minute."))
                .arg(QString::number(*growth), callsText(grownCalls), QString::number(grownTokens)));
    }
    answer.missing.append(
        say(QT_TRANSLATE_NOOP("Agents", "Your limits themselves are in no usage file: compare these peaks "
                                        "with the requests and tokens a minute "
                                        "that your provider's console shows for your account.")));
    return answer;
}

Expected<Answer> ownQuery(RunState& state) {
    constexpr std::size_t mostRows = 200;
    const QueryLimits limits{mostRows, std::chrono::milliseconds(10'000)};
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Result of your query"));
    const auto table = state.rows->runOwn(state.intent.sql, limits);
    if (!table && table.error().kind == ErrorKind::Cancelled)
        return fail(table.error());
    if (!table) {
        answer.facts["error"_L1] = table.error().forPeople();
        answer.missing.append(table.error().forPeople());
        // What SQLite says helps to correct a query, and only repeats the refusal of a forbidden one.
        if (!table.error().details.isEmpty() && table.error().kind == ErrorKind::InvalidInput)
            answer.missing.append(table.error().details);
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents",
            "Only one SELECT over the view usage_rows is possible; nothing can be changed by it.")));
        if (table.error().kind == ErrorKind::InvalidInput)
            answer.missing.append(columnsOfRows(state));
        return answer;
    }
    std::vector<ResultTable::Column> columns;
    for (const QString& column : table->columns())
        columns.push_back({column, column});
    ResultTable shown(u"rows"_s, columns);
    for (std::size_t row = 0; row < table->size(); ++row) {
        QStringList cells;
        for (const QString& column : table->columns())
            cells.append(table->isNull(row, column) ? u"NULL"_s : table->text(row, column));
        shown.add(cells);
    }
    answer.facts = {{"row_count"_L1, static_cast<qint64>(table->size())},
                    {"truncated"_L1, table->truncated()},
                    {"most_rows"_L1, static_cast<qint64>(mostRows)}};
    answer.sentences.append(table->truncated()
                                ? say(QT_TRANSLATE_NOOP("Agents", "The first %1; there are more."))
                                      .arg(rowsText(static_cast<std::int64_t>(table->size())))
                                : say(QT_TRANSLATE_NOOP("Agents", "Rows: %1.")).arg(table->size()));
    answer.tables.push_back(std::move(shown));
    return answer;
}

Expected<Answer> statements(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "The SQL behind the answer"));
    int count = 0;
    for (const ToolResult& result : state.toolResults) {
        for (const QJsonValue& sql : result.result.value("sql"_L1).toArray()) {
            answer.sentences.append(u"\n\n`"_s + result.tool + u"` (`"_s + result.call +
                                    u"`):\n\n```sql\n"_s + sql.toString() + u"\n```\n"_s);
            ++count;
        }
    }
    answer.facts["statements"_L1] = count;
    answer.sentences.append(say(QT_TRANSLATE_NOOP(
        "Agents", "\n\nSend a SELECT of your own as a message to run it on the same rows.")));
    return answer;
}

Expected<Answer> unknownNames(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Names that the data does not have"));
    answer.facts["unknown"_L1] = QJsonArray::fromStringList(state.found.unknownNames);
    for (const QString& name : state.found.unknownNames)
        answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "“%1” is in no row.")).arg(markdownSafe(name)));
    QStringList have;
    for (const QString& column : {u"service"_s, u"project"_s, u"app"_s, u"model"_s}) {
        const QStringList values = state.found.known.value(column);
        if (values.isEmpty()) {
            if (column == u"service")
                answer.missing.append(say(QT_TRANSLATE_NOOP(
                    "Agents",
                    "No row has a `service`: a column with the name of the feature, tool or function of each "
                    "call would tell them apart.")));
            continue;
        }
        QStringList shown;
        for (const QString& value : values.mid(0, 10))
            shown.append(markdownSafe(value));
        have.append(column + u": "_s + shown.join(u", "_s));
    }
    answer.missing.append(say(QT_TRANSLATE_NOOP("Agents", "The data has %1.")).arg(have.join(u"; "_s)));
    answer.facts["known"_L1] = QJsonArray::fromStringList(have);
    return answer;
}

} // namespace apex::backend::answers
