// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend::sections {

/// Sections of the Markdown answer, each from tool results only and each ending with an empty line. Empty if
/// the data has nothing for it.

[[nodiscard]] QString finding(const RunState& state);
[[nodiscard]] QString costByModel(const UsageSummary& usage);
[[nodiscard]] QString costByTime(const UsageSummary& usage);
[[nodiscard]] QString costByGroup(const QString& title, const QString& column,
                                  const std::vector<GroupSummary>& groups, const UsageSummary& usage);
[[nodiscard]] QString peakHours(const UsageSummary& usage);
[[nodiscard]] QString latency(const UsageSummary& usage);
[[nodiscard]] QString errors(const UsageSummary& usage);
[[nodiscard]] QString repeats(const UsageSummary& usage);
[[nodiscard]] QString recommendations(const RunState& state);
[[nodiscard]] QString actionPlan(const RunState& state);
[[nodiscard]] QString assumptions(const RunState& state);
[[nodiscard]] QString dataQuality(const RunState& state);

/// Whether the simulations reach the percentage asked for; empty if none was asked for.
[[nodiscard]] QString targetSentence(const RunState& state);
/// All assumptions of the answer as sentences.
[[nodiscard]] QStringList assumptionList(const RunState& state);
/// What about the data limits the answer, as sentences.
[[nodiscard]] QStringList dataQualityList(const RunState& state);

} // namespace apex::backend::sections
