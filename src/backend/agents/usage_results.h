// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/simulations.h"
#include "backend/usage/usage_import.h"
#include "backend/usage/usage_summary.h"

#include <QJsonArray>
#include <QJsonObject>

namespace apex::backend {

/// Tool results as JSON of bounded size. Amounts are decimal texts in USD, exact where measured, rounded
/// where estimated. Lists that are cut say so: "shown" and "of".

[[nodiscard]] QJsonObject fileJson(const FileImport& file);
[[nodiscard]] QJsonObject importJson(const ImportReport& report);
[[nodiscard]] QJsonObject totalsJson(const CallTotals& totals, Money wholeCost);
[[nodiscard]] QJsonObject summaryJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject costByModelJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject costByTimeJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject costByGroupJson(const std::vector<GroupSummary>& groups, Money wholeCost);
[[nodiscard]] QJsonObject hoursJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject latencyJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject errorsJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject repeatsJson(const UsageSummary& usage);
[[nodiscard]] QJsonObject simulationJson(const Simulation& simulation, const UsageSummary& usage);
[[nodiscard]] QJsonObject combinedJson(const CombinedSaving& combined);

/// A row of the table over time: a day, or a week or month where there are many days.
struct TimeRow {
    QString label;
    CallTotals totals;
};
/// Days up to 31 of them, weeks (from Monday) up to 60, else months.
struct TimeTable {
    QString unit; ///< "day", "week", "month"
    std::vector<TimeRow> rows;
};
[[nodiscard]] TimeTable timeTable(const UsageSummary& usage);

/// Adds the totals of one set of calls to another.
void addTotals(CallTotals& sum, const CallTotals& part);

/// Rows shown of long lists.
inline constexpr std::size_t shownGroups = 20;

} // namespace apex::backend
