// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/usage_results.h"

#include "backend/agents/figures.h"
#include "backend/usage/reject_reason.h"

#include <QDate>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

qint64 number(std::uint64_t value) {
    return static_cast<qint64>(value);
}

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

QJsonObject percentilesJson(const LatencyPercentiles& latency) {
    return {{"calls_with_latency"_L1, number(latency.count)}, {"p50_ms"_L1, latencyText(latency.p50)},
            {"p90_ms"_L1, latencyText(latency.p90)},          {"p95_ms"_L1, latencyText(latency.p95)},
            {"p99_ms"_L1, latencyText(latency.p99)},          {"exact"_L1, latency.exact}};
}

template <class Groups>
QJsonObject boundedList(const Groups& groups, const QString& key,
                        const std::function<QJsonObject(std::size_t)>& row) {
    QJsonArray rows;
    const std::size_t shown = std::min(groups.size(), shownGroups);
    for (std::size_t i = 0; i < shown; ++i)
        rows.append(row(i));
    return {{key, rows}, {"shown"_L1, number(shown)}, {"of"_L1, number(groups.size())}};
}

QString timeLabel(const QDate& date, const QString& unit) {
    if (unit == "day"_L1)
        return date.toString(Qt::ISODate);
    return unit == "week"_L1 ? date.addDays(1 - date.dayOfWeek()).toString(Qt::ISODate)
                             : date.toString(u"yyyy-MM"_s);
}

QString simulationName(SimulationKind kind) {
    switch (kind) {
    case SimulationKind::FailedCalls:
        return u"failed_calls"_s;
    case SimulationKind::Cache:
        return u"cache"_s;
    case SimulationKind::PromptCache:
        return u"prompt_cache"_s;
    case SimulationKind::ModelSwap:
        return u"model_swap"_s;
    case SimulationKind::Batch:
        return u"batch"_s;
    case SimulationKind::PromptTrim:
        return u"prompt_trim"_s;
    }
    return {};
}

} // namespace

void addTotals(CallTotals& sum, const CallTotals& part) {
    sum.calls += part.calls;
    sum.statusKnown += part.statusKnown;
    sum.errors += part.errors;
    sum.timeouts += part.timeouts;
    sum.tokensIn += part.tokensIn;
    sum.tokensOut += part.tokensOut;
    sum.tokensCached += part.tokensCached;
    sum.tokensUnsplit += part.tokensUnsplit;
    sum.recordedCalls += part.recordedCalls;
    sum.repricedCalls += part.repricedCalls;
    sum.unknownCalls += part.unknownCalls;
    sum.recordedCost += part.recordedCost;
    sum.repricedCost += part.repricedCost;
    sum.failedCost += part.failedCost;
}

QJsonObject fileJson(const FileImport& file) {
    QJsonObject reasons;
    for (std::size_t i = 0; i < rejectReasonCount; ++i) {
        if (file.rejectedBy[i] > 0)
            reasons[rejectReasonName(static_cast<RejectReason>(i))] = number(file.rejectedBy[i]);
    }
    QJsonArray first;
    for (const RejectedRow& row : file.firstRejected) {
        first.append(QJsonObject{
            {"line"_L1, row.line}, {"reason"_L1, rejectReasonText(row.reason)}, {"text"_L1, row.excerpt}});
    }
    QJsonArray columns;
    for (const ColumnMapping& column : file.columns)
        columns.append(QJsonObject{{"column"_L1, column.column},
                                   {"taken_for"_L1, column.field},
                                   {"chosen_by_user"_L1, column.chosen}});
    QJsonObject json{{"file"_L1, file.name},
                     {"format"_L1, file.format},
                     {"bytes_read"_L1, number(file.bytes)},
                     {"rows_read"_L1, number(file.rows)},
                     {"rows_rejected"_L1, number(file.rejected)},
                     {"duplicates_left_out"_L1, number(file.duplicates)},
                     {"other_entries"_L1, number(file.otherEntries)},
                     {"rejected_by_reason"_L1, reasons},
                     {"first_rejected"_L1, first}};
    if (!columns.isEmpty())
        json["columns"_L1] = columns;
    if (!file.sameAs.isEmpty())
        json["same_as"_L1] = file.sameAs;
    if (file.changedWhileRead)
        json["changed_while_read"_L1] = true;
    return json;
}

QJsonObject importJson(const ImportReport& report) {
    QJsonArray files;
    for (const FileImport& file : report.files) {
        if (files.size() < static_cast<qsizetype>(shownGroups))
            files.append(fileJson(file));
    }
    QJsonArray unpriced;
    for (const UnpricedModel& model : report.modelsWithoutPrice) {
        if (unpriced.size() < static_cast<qsizetype>(shownGroups))
            unpriced.append(QJsonObject{{"model"_L1, model.model}, {"calls"_L1, number(model.calls)}});
    }
    return {{"files"_L1, files},
            {"files_read"_L1, number(report.files.size())},
            {"rows_read"_L1, number(report.rows)},
            {"bill_rows"_L1, number(report.billRows)},
            {"rows_rejected"_L1, number(report.rejected)},
            {"duplicates_left_out"_L1, number(report.duplicates)},
            {"other_entries"_L1, number(report.otherEntries)},
            {"models_without_price"_L1, unpriced},
            {"imported_before"_L1, report.fromCache}};
}

QJsonObject totalsJson(const CallTotals& totals, Money wholeCost) {
    return {{"calls"_L1, number(totals.calls)},
            {"tokens_in"_L1, static_cast<qint64>(totals.tokensIn)},
            {"tokens_out"_L1, static_cast<qint64>(totals.tokensOut)},
            {"tokens_cached"_L1, static_cast<qint64>(totals.tokensCached)},
            {"tokens_without_split"_L1, static_cast<qint64>(totals.tokensUnsplit)},
            {"cost_usd"_L1, moneyText(totals.cost())},
            {"recorded_cost_usd"_L1, moneyText(totals.recordedCost)},
            {"list_price_cost_usd"_L1, moneyText(totals.repricedCost)},
            {"unknown_cost_calls"_L1, number(totals.unknownCalls)},
            {"share_of_cost_percent"_L1, percentText(perMille(totals.cost(), wholeCost))}};
}

QJsonObject summaryJson(const UsageSummary& usage) {
    QJsonObject result = totalsJson(usage.totals, usage.totals.cost());
    result["currency"_L1] = u"USD"_s;
    result["period"_L1] = periodText(usage);
    result["days"_L1] = static_cast<qint64>(periodDays(usage));
    result["calls_without_timestamp"_L1] = number(usage.callsWithoutTimestamp);
    result["recorded_cost_calls"_L1] = number(usage.totals.recordedCalls);
    result["list_price_calls"_L1] = number(usage.totals.repricedCalls);
    result["models"_L1] = number(usage.models.size());
    QJsonArray unknown;
    for (const ModelSummary& model : usage.models) {
        if (model.totals.unknownCalls > 0 && unknown.size() < static_cast<qsizetype>(shownGroups))
            unknown.append(
                QJsonObject{{"model"_L1, text(model.name)}, {"calls"_L1, number(model.totals.unknownCalls)}});
    }
    result["unknown_cost_models"_L1] = unknown;
    return result;
}

QJsonObject costByModelJson(const UsageSummary& usage) {
    QJsonObject result = boundedList(usage.models, u"models"_s, [&usage](std::size_t i) {
        const ModelSummary& model = usage.models[i];
        QJsonObject row = totalsJson(model.totals, usage.totals.cost());
        row["model"_L1] = text(model.name);
        row["list_price_of_all_calls_usd"_L1] = moneyText(model.listCost);
        row["price_known"_L1] = model.price.has_value();
        return row;
    });
    CallTotals rest;
    for (std::size_t i = shownGroups; i < usage.models.size(); ++i)
        addTotals(rest, usage.models[i].totals);
    if (rest.calls > 0)
        result["rest"_L1] = totalsJson(rest, usage.totals.cost());
    result["total"_L1] = totalsJson(usage.totals, usage.totals.cost());
    return result;
}

TimeTable timeTable(const UsageSummary& usage) {
    TimeTable table;
    const std::int64_t span = usage.days.empty() ? 0 : usage.days.back().day - usage.days.front().day + 1;
    table.unit = span <= 31 ? u"day"_s : span <= 60 * 7 ? u"week"_s : u"month"_s;
    for (const DaySummary& day : usage.days) {
        const QString label = timeLabel(QDate(1970, 1, 1).addDays(day.day), table.unit);
        if (table.rows.empty() || table.rows.back().label != label)
            table.rows.push_back({label, {}});
        addTotals(table.rows.back().totals, day.totals);
    }
    return table;
}

QJsonObject costByTimeJson(const UsageSummary& usage) {
    const TimeTable table = timeTable(usage);
    QJsonArray rows;
    for (const TimeRow& row : table.rows) {
        QJsonObject entry = totalsJson(row.totals, usage.totals.cost());
        entry[table.unit] = row.label;
        rows.append(entry);
    }
    return {{"unit"_L1, table.unit}, {"rows"_L1, rows}, {"time_zone"_L1, u"UTC"_s}};
}

QJsonObject costByGroupJson(const std::vector<GroupSummary>& groups, Money wholeCost) {
    QJsonObject result = boundedList(groups, u"rows"_s, [&](std::size_t i) {
        QJsonObject row = totalsJson(groups[i].totals, wholeCost);
        row["name"_L1] = text(groups[i].name);
        return row;
    });
    CallTotals rest;
    for (std::size_t i = shownGroups; i < groups.size(); ++i)
        addTotals(rest, groups[i].totals);
    if (rest.calls > 0)
        result["rest"_L1] = totalsJson(rest, wholeCost);
    return result;
}

QJsonObject hoursJson(const UsageSummary& usage) {
    if (!usage.hoursKnown)
        return {{"hours_known"_L1, false}, {"reason"_L1, u"the rows stand for whole days"_s}};
    QJsonArray hours;
    std::size_t peak = 0;
    for (std::size_t hour = 0; hour < usage.hours.size(); ++hour) {
        const CallTotals& totals = usage.hours[hour];
        hours.append(QJsonObject{{"hour_utc"_L1, number(hour)},
                                 {"calls"_L1, number(totals.calls)},
                                 {"cost_usd"_L1, moneyText(totals.cost())}});
        peak = totals.calls > usage.hours[peak].calls ? hour : peak;
    }
    return {{"hours"_L1, hours},
            {"peak_hour_utc"_L1, number(peak)},
            {"peak_calls"_L1, number(usage.hours[peak].calls)}};
}

QJsonObject latencyJson(const UsageSummary& usage) {
    QJsonObject result = boundedList(usage.models, u"models"_s, [&usage](std::size_t i) {
        QJsonObject row = percentilesJson(usage.models[i].latency);
        row["model"_L1] = text(usage.models[i].name);
        return row;
    });
    result["overall"_L1] = percentilesJson(usage.latency);
    result["method"_L1] = usage.latency.exact ? u"nearest rank over every recorded value, to 0.01 ms"_s
                                              : u"nearest rank, each value up to 0.1 % too low"_s;
    return result;
}

QJsonObject errorsJson(const UsageSummary& usage) {
    const auto row = [](const CallTotals& totals) {
        return QJsonObject{
            {"calls_with_status"_L1, number(totals.statusKnown)},
            {"errors"_L1, number(totals.errors)},
            {"timeouts"_L1, number(totals.timeouts)},
            {"error_rate_percent"_L1, shareText(totals.errors, totals.statusKnown)},
            {"timeout_rate_percent"_L1, shareText(totals.timeouts, totals.statusKnown)},
            {"cost_of_failed_calls_usd"_L1, moneyText(totals.failedCost)},
            {"share_of_cost_percent"_L1, percentText(perMille(totals.failedCost, totals.cost()))}};
    };
    QJsonObject result = boundedList(usage.models, u"models"_s, [&](std::size_t i) {
        QJsonObject entry = row(usage.models[i].totals);
        entry["model"_L1] = text(usage.models[i].name);
        return entry;
    });
    result["overall"_L1] = row(usage.totals);
    return result;
}

QJsonObject repeatsJson(const UsageSummary& usage) {
    const RepeatSummary& repeats = usage.repeats;
    return {{"calls_with_prompt_hash"_L1, number(repeats.callsWithHash)},
            {"different_prompts"_L1, number(repeats.distinct)},
            {"repeated_calls"_L1, number(repeats.repeats)},
            {"repeated_percent"_L1, shareText(repeats.repeats, repeats.callsWithHash)},
            {"most_calls_of_one_prompt"_L1, static_cast<qint64>(repeats.mostCalls)},
            {"cost_of_repeats_usd"_L1, moneyText(repeats.repeatCost)},
            {"share_of_cost_percent"_L1, percentText(perMille(repeats.repeatCost, usage.totals.cost()))}};
}

QJsonObject simulationJson(const Simulation& simulation, const UsageSummary& usage) {
    QJsonObject result{
        {"simulation"_L1, simulationName(simulation.kind)},
        {"sample_calls"_L1, number(simulation.sampleCalls)},
        {"base_cost_usd"_L1, estimateText(simulation.base)},
        {"assumed_share_low_percent"_L1, simulation.share.lowPercent},
        {"assumed_share_high_percent"_L1, simulation.share.highPercent},
        {"saving_low_usd"_L1, estimateText(simulation.low)},
        {"saving_high_usd"_L1, estimateText(simulation.high)},
        {"saving_low_percent_of_total"_L1, percentText(perMille(simulation.low, usage.totals.cost()))},
        {"saving_high_percent_of_total"_L1, percentText(perMille(simulation.high, usage.totals.cost()))},
        {"period"_L1, periodText(usage)}};
    if (!simulation.model.empty())
        result["model"_L1] = text(simulation.model);
    if (!simulation.replacement.empty())
        result["replacement"_L1] = text(simulation.replacement);
    return result;
}

QJsonObject combinedJson(const CombinedSaving& combined) {
    return {{"current_cost_usd"_L1, moneyText(combined.current)},
            {"saving_low_usd"_L1, estimateText(combined.low)},
            {"saving_high_usd"_L1, estimateText(combined.high)},
            {"saving_low_percent"_L1, percentText(combined.lowPerMille())},
            {"saving_high_percent"_L1, percentText(combined.highPerMille())},
            {"projected_cost_at_low_usd"_L1, estimateText(combined.current - combined.low)},
            {"projected_cost_at_high_usd"_L1, estimateText(combined.current - combined.high)},
            {"method"_L1, u"each change applied to the cost the ones before leave over"_s}};
}

} // namespace apex::backend
