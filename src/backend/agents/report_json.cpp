// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/report_json.h"

#include "backend/agents/figures.h"
#include "backend/agents/report_sections.h"
#include "backend/agents/usage_results.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t daysForMonthly = 7;
constexpr std::size_t maxModelsListed = 100;
constexpr qsizetype mostFilesListed = 100;

/// Thirty days at the pace of the period; nothing for less than a week of data.
QJsonValue perThirtyDays(Money amount, const UsageSummary& usage) {
    const std::int64_t days = periodDays(usage);
    return days < daysForMonthly ? QJsonValue() : QJsonValue(estimateText(amount.scaled(30, days)));
}

QJsonObject costAnalysis(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    QJsonObject current;
    QJsonObject projected;
    for (std::size_t i = 0; i < std::min(usage.models.size(), maxModelsListed) && !costUnknown(usage); ++i) {
        const ModelSummary& model = usage.models[i];
        const QString name = groupName(model.name, u"(no model recorded)"_s);
        current[name] = moneyText(model.totals.cost());
        if (state.combined)
            projected[name] = estimateText(state.combined->projectedByModel.at(model.name));
    }
    QJsonObject cost{
        {"currency"_L1, u"USD"_s},
        {"period"_L1, periodText(usage)},
        {"total_current"_L1, costUnknown(usage) ? QJsonValue() : QJsonValue(moneyText(usage.totals.cost()))},
        {"recorded"_L1, moneyText(usage.totals.recordedCost)},
        {"at_list_price"_L1, moneyText(usage.totals.repricedCost)},
        {"current_costs"_L1, current}};
    if (state.combined && !costUnknown(usage)) {
        cost["total_projected"_L1] = estimateText(state.combined->current - state.combined->low);
        cost["projected_costs"_L1] = projected;
        cost["monthly_savings"_L1] = perThirtyDays(state.combined->low, usage);
        cost["range"_L1] = QJsonObject{{"low"_L1, estimateText(state.combined->low)},
                                       {"high"_L1, estimateText(state.combined->high)}};
    }
    return cost;
}

QJsonArray recommendations(const RunState& state) {
    QJsonArray list;
    for (const Recommendation& recommendation : state.recommendations) {
        QJsonObject metrics{{"latency_reduction"_L1, QJsonValue()}, {"potential_savings"_L1, QJsonValue()}};
        if (recommendation.simulation) {
            metrics["potential_savings"_L1] = estimateText(recommendation.simulation->high);
            metrics["potential_savings_low"_L1] = estimateText(recommendation.simulation->low);
        }
        const bool large = recommendation.simulation &&
                           perMille(recommendation.simulation->high, state.usage->totals.cost()) >= 100;
        list.append(QJsonObject{{"id"_L1, recommendation.id},
                                {"title"_L1, recommendation.title},
                                {"description"_L1, recommendation.description},
                                {"impact"_L1, large ? u"high"_s : u"low"_s},
                                {"effort"_L1, recommendation.effort},
                                {"category"_L1, recommendation.category},
                                {"metrics"_L1, metrics},
                                {"evidence"_L1, QJsonArray::fromStringList(recommendation.evidence)}});
    }
    return list;
}

QJsonArray actionPlan(const RunState& state) {
    QJsonArray list;
    for (const PlanStep& step : state.plan) {
        list.append(QJsonObject{{"step_number"_L1, list.size() + 1},
                                {"description"_L1, step.description},
                                {"expected_outcome"_L1, step.check},
                                {"rollback"_L1, step.rollback},
                                {"dependencies"_L1, QJsonArray::fromStringList(step.dependencies)}});
    }
    return list;
}

QJsonObject dataQuality(const RunState& state) {
    std::uint64_t read = 0;
    std::uint64_t rejected = 0;
    QJsonArray files;
    if (state.import) {
        read = state.import->rows;
        rejected = state.import->rejected;
        for (const FileImport& file : state.import->files) {
            if (files.size() < mostFilesListed)
                files.append(fileJson(file));
        }
    }
    QJsonArray missing;
    for (const NeededField& field : state.needed) {
        if (!field.present)
            missing.append(field.name);
    }
    return {
        {"rows_read"_L1, static_cast<qint64>(read)},
        {"rows_rejected"_L1, static_cast<qint64>(rejected)},
        {"duplicates_left_out"_L1, state.import ? static_cast<qint64>(state.import->duplicates) : 0},
        {"period"_L1, state.usage ? QJsonValue(periodText(*state.usage)) : QJsonValue()},
        {"unknown_price_calls"_L1, state.usage ? static_cast<qint64>(state.usage->totals.unknownCalls) : 0},
        {"missing_fields"_L1, missing},
        {"files"_L1, files},
        {"notes"_L1,
         QJsonArray::fromStringList(state.usage ? sections::dataQualityList(state) : state.skippedFiles)}};
}

/// Every answer with the tool call that its figures come from.
QJsonArray findings(const RunState& state) {
    QJsonArray list;
    for (const Finding& finding : state.findings)
        list.append(QJsonObject{{"title"_L1, finding.answer.heading},
                                {"tool"_L1, finding.tool},
                                {"evidence"_L1, QJsonArray{finding.call}},
                                {"sql"_L1, QJsonArray::fromStringList(finding.statements)},
                                {"result"_L1, finding.answer.json()}});
    return list;
}

/// The table that was asked for, where a question has one; what a spreadsheet is saved from.
std::optional<QJsonObject> askedTable(const RunState& state) {
    for (std::size_t i = 0; i < std::min(state.findingsAsked, state.findings.size()); ++i) {
        for (const ResultTable& table : state.findings[i].answer.tables) {
            if (!table.isEmpty())
                return table.sheet();
        }
    }
    return std::nullopt;
}

} // namespace

QJsonObject reportJson(const RunState& state, const QString& reportType, const QString& executiveSummary) {
    QJsonObject report{{"report_type"_L1, reportType},
                       {"executive_summary"_L1, executiveSummary},
                       {"recommendations"_L1, recommendations(state)},
                       {"action_plan"_L1, actionPlan(state)},
                       {"data_quality"_L1, dataQuality(state)}};
    if (!state.usage)
        return report;
    report["cost_analysis"_L1] = costAnalysis(state);
    report["scope"_L1] = state.found.scope.json();
    report["findings"_L1] = findings(state);
    if (const auto table = askedTable(state))
        report["asked_table"_L1] = *table;
    report["assumptions"_L1] = QJsonArray::fromStringList(sections::assumptionList(state));
    if (state.usage->latency.count > 0)
        report["performance_comparison"_L1] = latencyJson(*state.usage);
    return report;
}

} // namespace apex::backend
