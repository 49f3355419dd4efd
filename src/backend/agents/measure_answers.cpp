// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/measure_answers.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/analysis/measurements.h"

#include <algorithm>

namespace apex::backend::answers {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t perCalls = 1000;
constexpr std::int64_t perTokens = 1'000'000;

QString unknownText() {
    return say(QT_TRANSLATE_NOOP("Agents", "unknown"));
}

Answer costsUnknown(Answer answer) {
    answer.missing.append(
        say(QT_TRANSLATE_NOOP("Agents", "The cost of all these calls is unknown, so it cannot be said.")));
    return answer;
}

Expected<Answer> medianCost(RunState& state) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Median cost of a call"));
    const auto middle = middleCosts(*state.rows);
    if (!middle)
        return fail(middle.error());
    if (middle->isEmpty()) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "No row is a single call with a known cost, so there is no median.")));
        return answer;
    }
    const std::size_t last = middle->size() - 1;
    const Money median = (middle->money(0, u"cost_usd"_s) + middle->money(last, u"cost_usd"_s)).scaled(1, 2);
    const std::int64_t calls = middle->number(0, u"calls"_s);
    const CallTotals& totals = state.usage->totals;
    const Money mean = totals.cost().scaled(
        1, std::max<std::int64_t>(1, static_cast<std::int64_t>(totals.calls - totals.unknownCalls)));
    answer.facts = {{"median_usd"_L1, moneyText(median)},
                    {"calls"_L1, static_cast<qint64>(calls)},
                    {"mean_usd"_L1, estimateText(mean)}};
    answer.headline = say(QT_TRANSLATE_NOOP("Agents", "The median cost of a call is %1 USD (%2)."))
                          .arg(moneyText(median), callsText(calls));
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents", "Half of the calls cost as much or less; the average is %1 USD."))
            .arg(estimateText(mean)));
    return answer;
}

QString meanMs(const Table& table, std::size_t row) {
    return decimalText(table.real(row, u"mean_us"_s) / 1000, 2);
}

/// The slowest and the fastest group by their mean; tables over time are not sorted by it.
void sayExtremes(const Table& groups, const QString& dimension, Answer& answer) {
    std::vector<std::size_t> named;
    for (std::size_t row = 0; row < groups.size(); ++row) {
        if (!groups.isNull(row, u"key"_s))
            named.push_back(row);
    }
    if (named.size() < 2)
        return;
    const auto [fastest, slowest] =
        std::minmax_element(named.begin(), named.end(), [&](std::size_t a, std::size_t b) {
            return groups.real(a, u"mean_us"_s) < groups.real(b, u"mean_us"_s);
        });
    answer.sentences.append(
        say(QT_TRANSLATE_NOOP("Agents",
                              "By the average, %1 is slowest with %2 ms and %3 fastest with %4 ms."))
            .arg(keyInWords(groups, *slowest, dimension), meanMs(groups, *slowest),
                 keyInWords(groups, *fastest, dimension), meanMs(groups, *fastest)));
}

Expected<Answer> meanLatency(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Average latency"));
    const auto whole = meanLatencies(*state.rows, {});
    if (!whole)
        return fail(whole.error());
    if (whole->isEmpty()) {
        answer.missing.append(
            missingColumn(QT_TRANSLATE_NOOP("Agents", "How long calls took"), u"latency_ms"_s));
        return answer;
    }
    answer.headline =
        say(QT_TRANSLATE_NOOP("Agents", "A call took %1 ms on average; half took up to %2 ms (%3 "
                                        "with a latency)."))
            .arg(meanMs(*whole, 0), millisecondsText(whole->number(0, u"p50_us"_s)),
                 callsText(whole->number(0, u"calls"_s)));
    answer.facts = {{"mean_ms"_L1, meanMs(*whole, 0)}, {"calls"_L1, qint64(whole->number(0, u"calls"_s))}};
    if (dimension.isEmpty())
        return answer;
    const auto groups = meanLatencies(*state.rows, dimension);
    if (!groups)
        return fail(groups.error());
    ResultTable table(u"rows"_s, {{u"key"_s, dimensionLabel(dimension)},
                                  {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls with latency"))},
                                  {u"mean_ms"_s, say(QT_TRANSLATE_NOOP("Agents", "Average (ms)"))},
                                  {u"p50_ms"_s, u"p50 (ms)"_s}});
    for (std::size_t row = 0; row < std::min(groups->size(), shownRows); ++row)
        table.add({keyText(*groups, row, dimension), QString::number(groups->number(row, u"calls"_s)),
                   meanMs(*groups, row), millisecondsText(groups->number(row, u"p50_us"_s))});
    answer.tables.push_back(std::move(table));
    sayExtremes(*groups, dimension, answer);
    return answer;
}

/// Cost per thousand calls and per million tokens of one row; the calls of unknown cost make it unknown.
QStringList rateCells(const Table& table, std::size_t row) {
    const std::int64_t calls = table.number(row, u"calls"_s);
    const std::int64_t tokens = table.number(row, u"total_tokens"_s);
    const Money cost = table.money(row, u"cost_usd"_s);
    const bool known = table.number(row, u"unknown_cost_calls"_s) == 0;
    return {known && calls > 0 ? rateText(cost.scaled(perCalls, calls)) : unknownText(),
            known && tokens > 0 ? rateText(cost.scaled(perTokens, tokens)) : unknownText()};
}

Expected<Answer> costRates(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Cost per thousand calls and per million tokens"));
    const auto whole = callRates(*state.rows, {});
    if (!whole)
        return fail(whole.error());
    if (costUnknown(*state.usage))
        return costsUnknown(std::move(answer));
    const QStringList all = rateCells(*whole, 0);
    const QString by = dimension.isEmpty() ? u"model"_s : dimension;
    const auto groups = callRates(*state.rows, by);
    if (!groups)
        return fail(groups.error());
    answer.facts = {{"per_1000_calls_usd"_L1, all[0]}, {"per_1000000_tokens_usd"_L1, all[1]}};
    answer.headline =
        say(QT_TRANSLATE_NOOP("Agents",
                              "A thousand calls cost %1 USD, a million tokens (in and out) %2 USD."))
            .arg(all[0], all[1]);
    ResultTable table(
        u"rows"_s,
        {{u"key"_s, dimensionLabel(by)},
         {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
         {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))},
         {u"per_1000_calls_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "USD per thousand calls"))},
         {u"per_1000000_tokens_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "USD per million tokens"))}});
    for (std::size_t row = 0; row < std::min(groups->size(), shownRows); ++row)
        table.add(QStringList{keyText(*groups, row, by), QString::number(groups->number(row, u"calls"_s)),
                              moneyText(groups->money(row, u"cost_usd"_s))} +
                  rateCells(*groups, row));
    answer.tables.push_back(std::move(table));
    return answer;
}

QStringList tokenCells(const Table& table, std::size_t row) {
    const auto calls = static_cast<double>(std::max<std::int64_t>(1, table.number(row, u"calls"_s)));
    QStringList cells;
    for (const QString& column : {u"prompt_tokens"_s, u"output_tokens"_s, u"total_tokens"_s})
        cells.append(decimalText(static_cast<double>(table.number(row, column)) / calls, 1));
    return cells;
}

Expected<Answer> tokensPerCall(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Tokens per call"));
    const auto whole = callRates(*state.rows, {});
    if (!whole)
        return fail(whole.error());
    const QStringList all = tokenCells(*whole, 0);
    answer.headline =
        say(QT_TRANSLATE_NOOP("Agents", "A call has %1 tokens in and %2 tokens out on average."))
            .arg(all[0], all[1]);
    answer.facts = {{"tokens_in_per_call"_L1, all[0]}, {"tokens_out_per_call"_L1, all[1]}};
    const QString by = dimension.isEmpty() ? u"model"_s : dimension;
    const auto groups = callRates(*state.rows, by);
    if (!groups)
        return fail(groups.error());
    ResultTable table(u"rows"_s,
                      {{u"key"_s, dimensionLabel(by)},
                       {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))},
                       {u"tokens_in_per_call"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in per call"))},
                       {u"tokens_out_per_call"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out per call"))},
                       {u"tokens_per_call"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens per call"))}});
    for (std::size_t row = 0; row < std::min(groups->size(), shownRows); ++row)
        table.add(QStringList{keyText(*groups, row, by), QString::number(groups->number(row, u"calls"_s))} +
                  tokenCells(*groups, row));
    answer.tables.push_back(std::move(table));
    return answer;
}

QString cellOf(const Table& table, std::size_t row, const QString& column) {
    return table.isNull(row, column) ? QString() : markdownSafe(table.text(row, column));
}

ResultTable topCallsTable(const Table& calls) {
    ResultTable table(u"rows"_s, {{u"request_id"_s, say(QT_TRANSLATE_NOOP("Agents", "Call"))},
                                  {u"time"_s, say(QT_TRANSLATE_NOOP("Agents", "Time (UTC)"))},
                                  {u"model"_s, say(QT_TRANSLATE_NOOP("Agents", "Model"))},
                                  {u"service"_s, say(QT_TRANSLATE_NOOP("Agents", "Service"))},
                                  {u"user"_s, say(QT_TRANSLATE_NOOP("Agents", "User"))},
                                  {u"prompt_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens in"))},
                                  {u"output_tokens"_s, say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))},
                                  {u"latency_ms"_s, say(QT_TRANSLATE_NOOP("Agents", "Latency (ms)"))},
                                  {u"cost_usd"_s, say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))}});
    for (std::size_t row = 0; row < calls.size(); ++row)
        table.add({calls.isNull(row, u"request_id"_s) ? say(QT_TRANSLATE_NOOP("Agents", "(no id recorded)"))
                                                      : calls.text(row, u"request_id"_s),
                   QString(calls.text(row, u"day"_s) + u' ' + calls.text(row, u"time"_s)).trimmed(),
                   cellOf(calls, row, u"model"_s), cellOf(calls, row, u"service"_s),
                   cellOf(calls, row, u"user"_s), calls.text(row, u"prompt_tokens"_s),
                   calls.text(row, u"output_tokens"_s),
                   calls.isNull(row, u"latency_us"_s) ? QString()
                                                      : millisecondsText(calls.number(row, u"latency_us"_s)),
                   calls.isNull(row, u"cost_usd"_s) ? unknownText() : calls.text(row, u"cost_usd"_s)});
    return table;
}

QString topSentence(const Measure& measure, const Table& calls) {
    const QString id = calls.isNull(0, u"request_id"_s)
                           ? say(QT_TRANSLATE_NOOP("Agents", "one without an id"))
                           : markdownSafe(calls.text(0, u"request_id"_s));
    const QString model = markdownSafe(calls.text(0, u"model"_s));
    switch (measure.order) {
    case CallOrder::Cost:
        return (measure.upwards
                    ? say(QT_TRANSLATE_NOOP("Agents", "The most expensive call is %1 with %2 USD (%3)."))
                    : say(QT_TRANSLATE_NOOP("Agents", "The cheapest call is %1 with %2 USD (%3).")))
            .arg(id, calls.text(0, u"cost_usd"_s), model);
    case CallOrder::Latency:
        return (measure.upwards ? say(QT_TRANSLATE_NOOP("Agents", "The slowest call is %1 with %2 ms (%3)."))
                                : say(QT_TRANSLATE_NOOP("Agents", "The fastest call is %1 with %2 ms (%3).")))
            .arg(id, millisecondsText(calls.number(0, u"latency_us"_s)), model);
    case CallOrder::Tokens:
        break;
    }
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "The largest call is %1 with %2 tokens in and %3 tokens out (%4)."))
        .arg(id, calls.text(0, u"prompt_tokens"_s), calls.text(0, u"output_tokens"_s), model);
}

Expected<Answer> topCallsAnswer(RunState& state, const Measure& measure) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Single calls"));
    const auto calls = topCalls(*state.rows, measure.order, measure.upwards,
                                std::clamp(measure.number, 1, static_cast<int>(shownRows)));
    if (!calls)
        return fail(calls.error());
    if (calls->isEmpty()) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "No row is a single call with that figure, so single calls cannot be ranked.")));
        return answer;
    }
    answer.headline = topSentence(measure, *calls);
    answer.tables.push_back(topCallsTable(*calls));
    return answer;
}

/// "How many sessions per project".
Expected<void> addCountsBy(RunState& state, const QString& dimension, const QString& by, Answer& answer) {
    const auto counts = distinctBy(*state.rows, dimension, by);
    if (!counts)
        return fail(counts.error());
    ResultTable table(u"rows"_s, {{u"key"_s, dimensionLabel(by)},
                                  {u"number"_s, say(QT_TRANSLATE_NOOP("Agents", "Different values"))},
                                  {u"calls"_s, say(QT_TRANSLATE_NOOP("Agents", "Calls"))}});
    const std::size_t most = isTimeDimension(by) ? 100 : shownRows;
    for (std::size_t row = 0; row < std::min(counts->size(), most); ++row)
        table.add({keyText(*counts, row, by), counts->text(row, u"number"_s), counts->text(row, u"calls"_s)});
    if (counts->size() > most)
        answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "Shown are the first %1 of %2."))
                                    .arg(QString::number(most), QString::number(counts->size())));
    answer.tables.push_back(std::move(table));
    return {};
}

Expected<Answer> distinct(RunState& state, const QString& dimension) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Number of different values"));
    const auto values = distinctValues(*state.rows, dimension);
    if (!values)
        return fail(values.error());
    const std::int64_t number = values->number(0, u"number"_s);
    if (number == 0) {
        answer.missing.append(missingColumn(QT_TRANSLATE_NOOP("Agents", "How many there are"), dimension));
        return answer;
    }
    static const QHash<QString, const char*> nouns{
        {u"user"_s, QT_TRANSLATE_NOOP("Agents", "Different users: %1.")},
        {u"model"_s, QT_TRANSLATE_NOOP("Agents", "Different models: %1.")},
        {u"service"_s, QT_TRANSLATE_NOOP("Agents", "Different services: %1.")},
        {u"project"_s, QT_TRANSLATE_NOOP("Agents", "Different projects: %1.")},
        {u"session"_s, QT_TRANSLATE_NOOP("Agents", "Different sessions: %1.")},
        {u"app"_s, QT_TRANSLATE_NOOP("Agents", "Different applications: %1.")},
        {u"provider"_s, QT_TRANSLATE_NOOP("Agents", "Different providers: %1.")}};
    answer.headline = say(nouns.value(dimension)).arg(number);
    answer.facts = {{"number"_L1, static_cast<qint64>(number)},
                    {"calls_without"_L1, qint64(values->number(0, u"without"_s))}};
    if (const std::int64_t without = values->number(0, u"without"_s); without > 0)
        answer.sentences.append(
            say(QT_TRANSLATE_NOOP("Agents", "%1 do not say it.")).arg(callsText(without)));
    for (const QString& by : state.intent.dimensions) {
        if (by == dimension)
            continue;
        if (auto added = addCountsBy(state, dimension, by, answer); !added)
            return fail(added.error());
    }
    return answer;
}

Expected<Answer> beyond(RunState& state, const Measure& measure) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Calls beyond a limit"));
    const auto counts = callsBeyond(*state.rows, measure.order, measure.upwards, measure.limit);
    if (!counts)
        return fail(counts.error());
    const std::int64_t known = counts->number(0, u"known"_s);
    if (known == 0) {
        answer.missing.append(say(QT_TRANSLATE_NOOP(
            "Agents", "No row is a single call with that figure, so none can be counted.")));
        return answer;
    }
    const std::int64_t matching = counts->number(0, u"matching"_s);
    const QString share = shareText(static_cast<std::uint64_t>(matching), static_cast<std::uint64_t>(known));
    answer.facts = {{"matching"_L1, static_cast<qint64>(matching)},
                    {"of"_L1, static_cast<qint64>(known)},
                    {"share_percent"_L1, share},
                    {"limit"_L1, measure.words},
                    {"cost_usd"_L1, counts->text(0, u"cost_usd"_s)}};
    static const char* const texts[3][2]{
        {QT_TRANSLATE_NOOP("Agents", "%1 of %2 cost more than %3 (%4 %)."),
         QT_TRANSLATE_NOOP("Agents", "%1 of %2 cost less than %3 (%4 %).")},
        {QT_TRANSLATE_NOOP("Agents", "%1 of %2 with a latency took longer than %3 (%4 %)."),
         QT_TRANSLATE_NOOP("Agents", "%1 of %2 with a latency took less than %3 (%4 %).")},
        {QT_TRANSLATE_NOOP("Agents", "%1 of %2 have more than %3 (%4 %)."),
         QT_TRANSLATE_NOOP("Agents", "%1 of %2 have fewer than %3 (%4 %).")}};
    if (matching > 0 && measure.upwards) {
        const auto top =
            topCalls(*state.rows, measure.order, true, static_cast<int>(std::min<std::int64_t>(matching, 5)));
        if (!top)
            return fail(top.error());
        answer.tables.push_back(topCallsTable(*top));
    }
    answer.headline = say(texts[static_cast<int>(measure.order)][measure.upwards ? 0 : 1])
                          .arg(QString::number(matching), callsText(known), measure.words, share);
    if (matching > 0 && !costUnknown(*state.usage))
        answer.sentences.append(say(QT_TRANSLATE_NOOP("Agents", "Together they cost %1 USD."))
                                    .arg(moneyText(counts->money(0, u"cost_usd"_s))));
    return answer;
}

Answer notComputedAnswer(const QString& name) {
    Answer answer;
    answer.heading = say(QT_TRANSLATE_NOOP("Agents", "Not computed"));
    answer.facts["asked"_L1] = name;
    answer.missing.append(
        say(QT_TRANSLATE_NOOP("Agents", "“%1” is not computed here.")).arg(markdownSafe(name)));
    answer.missing.append(say(QT_TRANSLATE_NOOP(
        "Agents",
        "Offered are cost, tokens, calls and failures by model, service, user, project or time; averages "
        "and medians; percentiles of latency (p50, p90, p95, p99); trends, comparisons, what-ifs and "
        "savings. For anything else send a SELECT over usage_rows as a message.")));
    return answer;
}

} // namespace

Expected<Answer> figure(RunState& state, const Measure& measure) {
    if (state.rowsInScope == 0 && measure.kind != Measure::Kind::NotComputed) {
        Answer answer;
        answer.heading = say(QT_TRANSLATE_NOOP("Agents", "No rows"));
        answer.missing.append(
            say(QT_TRANSLATE_NOOP("Agents", "No row is in question, so there is no figure.")));
        return answer;
    }
    switch (measure.kind) {
    case Measure::Kind::MedianCost:
        return medianCost(state);
    case Measure::Kind::MeanLatency:
        return meanLatency(state, measure.dimension);
    case Measure::Kind::CostRates:
        return costRates(state, measure.dimension);
    case Measure::Kind::TokensPerCall:
        return tokensPerCall(state, measure.dimension);
    case Measure::Kind::TopCalls:
        return topCallsAnswer(state, measure);
    case Measure::Kind::Listed:
        return callList(state, measure.list);
    case Measure::Kind::Distinct:
        return distinct(state, measure.dimension);
    case Measure::Kind::Beyond:
        return beyond(state, measure);
    case Measure::Kind::FailureRate:
    case Measure::Kind::Timeouts:
    case Measure::Kind::WastedTokens:
    case Measure::Kind::FailedCalls:
        return failureFigure(state, measure);
    case Measure::Kind::MostGrown:
    case Measure::Kind::PriceChange:
    case Measure::Kind::PriceOn:
    case Measure::Kind::Batch:
    case Measure::Kind::Share:
    case Measure::Kind::Budget:
        return supposedFigure(state, measure);
    case Measure::Kind::Ranked:
        return rankedFigure(state, measure);
    case Measure::Kind::NotComputed:
        break;
    }
    return notComputedAnswer(measure.words);
}

} // namespace apex::backend::answers
