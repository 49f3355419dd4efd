// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/usage_measure.h"

#include "backend/analysis/measurements.h"
#include "backend/analysis/usage_pass.h"
#include "backend/analysis/usage_statements.h"
#include "backend/usage/value_counts.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t mostGroups = 200;

std::uint64_t count(const Table& table, std::size_t row, const QString& column) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, table.number(row, column)));
}

std::uint32_t hundredths(const Table& table, std::size_t row, const QString& column) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(table.number(row, column) / 10, 0, UINT32_MAX));
}

CallTotals totalsOf(const Table& table, std::size_t row) {
    CallTotals totals;
    totals.calls = count(table, row, u"calls"_s);
    totals.statusKnown = count(table, row, u"status_known"_s);
    totals.errors = count(table, row, u"errors"_s);
    totals.timeouts = count(table, row, u"timeouts"_s);
    totals.tokensIn = table.number(row, u"prompt_tokens"_s);
    totals.tokensOut = table.number(row, u"output_tokens"_s);
    totals.tokensCached = table.number(row, u"cache_read_tokens"_s);
    totals.tokensUnsplit = table.number(row, u"unsplit_tokens"_s);
    totals.recordedCalls = count(table, row, u"recorded_calls"_s);
    totals.repricedCalls = count(table, row, u"list_price_calls"_s);
    totals.unknownCalls = count(table, row, u"unknown_cost_calls"_s);
    totals.recordedCost = table.money(row, u"recorded_usd"_s);
    totals.repricedCost = table.money(row, u"list_price_usd"_s);
    totals.failedCost = table.money(row, u"failed_usd"_s);
    return totals;
}

LatencyPercentiles percentilesOf(const Table& table, std::size_t row) {
    LatencyPercentiles latency;
    latency.count = count(table, row, u"latency_calls"_s);
    latency.p50 = hundredths(table, row, u"latency_p50_us"_s);
    latency.p90 = hundredths(table, row, u"latency_p90_us"_s);
    latency.p95 = hundredths(table, row, u"latency_p95_us"_s);
    latency.p99 = hundredths(table, row, u"latency_p99_us"_s);
    latency.exact = latency.count <= ValueCounts::mostValues;
    return latency;
}

Expected<void> measureModels(RowsQuery& query, const PriceBook* prices, MeasuredUsage& usage) {
    const auto table = modelFigures(query);
    if (!table)
        return fail(table.error());
    for (std::size_t row = 0; row < table->size(); ++row) {
        ModelSummary model;
        model.name = table->text(row, u"model"_s).toStdString();
        model.provider = table->text(row, u"provider"_s).toStdString();
        model.totals = totalsOf(*table, row);
        model.latency = percentilesOf(*table, row);
        model.listCost = table->money(row, u"priced_usd"_s);
        model.listInputCost = table->money(row, u"priced_input_usd"_s);
        model.listCalls = count(*table, row, u"priced_calls"_s);
        if (const ModelPrice* price = prices ? prices->find(model.name) : nullptr)
            model.price = *price;
        usage.tokens[model.name] = {
            table->number(row, u"input_tokens"_s), table->number(row, u"cache_read_tokens"_s),
            table->number(row, u"cache_write_5m_tokens"_s), table->number(row, u"cache_write_1h_tokens"_s),
            table->number(row, u"output_tokens"_s)};
        usage.summary.models.push_back(std::move(model));
    }
    // Exactly by cost; the database ordered by an approximation.
    std::stable_sort(
        usage.summary.models.begin(), usage.summary.models.end(),
        [](const ModelSummary& a, const ModelSummary& b) { return a.totals.cost() > b.totals.cost(); });
    return {};
}

Expected<void> measureTotals(RowsQuery& query, UsageSummary& summary) {
    const auto table = query.run(statements::totals());
    if (!table)
        return fail(table.error());
    summary.totals = totalsOf(*table, 0);
    summary.latency = percentilesOf(*table, 0);
    summary.dated = !table->isNull(0, u"first_us"_s);
    summary.firstUs = table->number(0, u"first_us"_s);
    summary.lastUs = table->number(0, u"last_us"_s);
    summary.summedRows = count(*table, 0, u"summed_rows"_s);
    // Sums at midnight are sums of a day, and where everything is at midnight only days were written down.
    summary.hoursKnown = count(*table, 0, u"whole_days"_s) == 0 && table->number(0, u"latest_in_day"_s) > 0;
    summary.callsWithoutTimestamp = count(*table, 0, u"undated"_s);
    summary.callsWithoutPromptTokens = count(*table, 0, u"without_prompt"_s);
    summary.callsWithoutCompletionTokens = count(*table, 0, u"without_output"_s);
    return {};
}

Expected<void> measureTimes(RowsQuery& query, UsageSummary& summary) {
    const auto days = query.run(statements::days());
    if (!days)
        return fail(days.error());
    for (std::size_t row = 0; row < days->size(); ++row)
        summary.days.push_back(
            {static_cast<std::int32_t>(days->number(row, u"day_number"_s)), totalsOf(*days, row)});
    const auto hours = query.run(statements::hours());
    if (!hours)
        return fail(hours.error());
    for (std::size_t row = 0; row < hours->size(); ++row)
        summary.hours.at(count(*hours, row, u"hour"_s)) = totalsOf(*hours, row);
    return {};
}

Expected<void> measureGroup(RowsQuery& query, const QString& column, std::vector<GroupSummary>& groups,
                            bool& merged) {
    const auto table = query.run(statements::group(column));
    if (!table)
        return fail(table.error());
    if (table->isEmpty() || (table->size() == 1 && table->isNull(0, u"name"_s)))
        return {};
    for (std::size_t row = 0; row < table->size(); ++row)
        groups.push_back({table->text(row, u"name"_s).toStdString(), totalsOf(*table, row)});
    std::stable_sort(groups.begin(), groups.end(), [](const GroupSummary& a, const GroupSummary& b) {
        return a.totals.cost() > b.totals.cost();
    });
    merged = merged || table->truncated();
    return {};
}

Expected<void> measureRepeats(RowsQuery& query, UsageSummary& summary) {
    const auto table = query.run(statements::repeats());
    if (!table)
        return fail(table.error());
    summary.repeats.callsWithHash = count(*table, 0, u"hashed"_s);
    summary.repeats.distinct = count(*table, 0, u"prompts"_s);
    summary.repeats.repeats = count(*table, 0, u"repeats"_s);
    summary.repeats.mostCalls = static_cast<std::uint32_t>(count(*table, 0, u"most"_s));
    summary.repeats.repeatCost = table->money(0, u"repeat_usd"_s);
    return {};
}

} // namespace

Expected<MeasuredUsage> measureUsage(RowsQuery& query, const PriceBook* prices) {
    MeasuredUsage usage;
    UsageSummary& summary = usage.summary;
    if (auto done = answerInOnePass(query); !done)
        return fail(done.error());
    if (auto done = measureTotals(query, summary); !done)
        return fail(done.error());
    if (auto done = measureModels(query, prices, usage); !done)
        return fail(done.error());
    if (auto done = measureTimes(query, summary); !done)
        return fail(done.error());
    const std::vector<std::pair<QString, std::vector<GroupSummary>*>> groups{
        {u"service"_s, &summary.services},
        {u"app"_s, &summary.apps},
        {u"user"_s, &summary.users},
        {u"project"_s, &usage.projects},
        {u"session"_s, &usage.sessions}};
    for (const auto& [column, list] : groups) {
        if (auto done = measureGroup(query, column, *list, summary.groupsMerged); !done)
            return fail(done.error());
    }
    usage.sessionCount = std::count_if(usage.sessions.begin(), usage.sessions.end(),
                                       [](const GroupSummary& g) { return !g.name.empty(); });
    usage.sessions.resize(std::min(usage.sessions.size(), mostGroups));
    if (auto done = measureRepeats(query, summary); !done)
        return fail(done.error());
    return usage;
}

} // namespace apex::backend
