// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/event.h"

#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace apex::protocol {

/// Indented by two spaces, key order and numbers as received; text that is not JSON comes back unchanged.
[[nodiscard]] QString pretty(const JsonText& json);

/// One line for a summary: `region: us-east-1, days: 7`; nested values as [3] or {2}; cut with an ellipsis
/// at maxChars (at least 1). Control characters become spaces.
[[nodiscard]] QString oneLine(const JsonText& json, qsizetype maxChars);

/// One row of the cost table: a model, service or other key.
struct CostLine {
    QString name;
    std::optional<double> current;
    std::optional<double> projected;
};
/// Costs as the report states them; nothing is computed here.
struct CostAnalysis {
    QString currency;
    QString period;
    std::optional<double> totalCurrent;
    std::optional<double> totalProjected;
    std::optional<double> monthlySavings;
    std::optional<double> savingsLow;
    std::optional<double> savingsHigh;
    std::vector<CostLine> lines;
};
/// One recommendation.
struct Recommendation {
    QString id;
    QString title;
    QString description;
    QString impact;
    QString effort;
    QString category;
    std::vector<std::pair<QString, QString>> metrics; ///< key and value as text, in the order sent
    std::vector<ToolCallId> evidence;
};
/// One step of the action plan.
struct ActionStep {
    int number = 0;
    QString description;
    QString expectedOutcome;
    QStringList dependencies;
};
/// What one agent spent.
struct AgentMetric {
    QString agent;
    std::optional<std::chrono::milliseconds> duration;
    std::optional<int> toolsExecuted;
};
/// What the data was like.
struct DataQuality {
    std::optional<qint64> rowsRead;
    std::optional<qint64> rowsRejected;
    std::optional<qint64> unknownPriceCalls;
    QString period;
};
/// A final_report as types (platform-features.md 5.5). Empty and nullopt mean "not sent".
struct Report {
    QString executiveSummary;
    std::optional<CostAnalysis> cost;
    std::vector<std::pair<QString, QString>> performance; ///< key and value as text
    std::vector<Recommendation> recommendations;
    std::vector<ActionStep> actionPlan;
    std::vector<AgentMetric> agents;
    QStringList assumptions;
    std::optional<DataQuality> dataQuality;
    std::optional<std::chrono::milliseconds> totalDuration;
    std::vector<std::pair<QString, JsonText>> other; ///< sections we do not know, as sent
};

/// Reads a report; InvalidInput if the text is not a JSON object.
[[nodiscard]] Expected<Report> parseReport(const JsonText& json);

} // namespace apex::protocol
