// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend::sections {

/// Sections of the Markdown answer, each from tool results only and each ending with an empty line. Empty if
/// the data has nothing for it.

/// The opening; `headline`: what is said first of all, in place of the measured sum.
[[nodiscard]] QString finding(const RunState& state, const QString& headline = {});
/// "This is about model gpt-4o." with a space before it; empty if the question is about everything.
[[nodiscard]] QString scopeSentence(const RunState& state);
/// That much of the files could not be read, with a space before it; empty up to 5 % of the rows.
[[nodiscard]] QString rejectedSentence(const RunState& state);
[[nodiscard]] QString costByModel(const UsageSummary& usage);
[[nodiscard]] QString costByTime(const UsageSummary& usage);
[[nodiscard]] QString costByGroup(const QString& title, const QString& column,
                                  const std::vector<GroupSummary>& groups, const UsageSummary& usage);
/// Or why there are none.
[[nodiscard]] QString peakHours(const UsageSummary& usage);
[[nodiscard]] QString latency(const UsageSummary& usage);
[[nodiscard]] QString errors(const RunState& state);
[[nodiscard]] QString repeats(const RunState& state);
[[nodiscard]] QString recommendations(const RunState& state);
[[nodiscard]] QString actionPlan(const RunState& state);
[[nodiscard]] QString assumptions(const RunState& state);
/// Only those that the findings rest on, for a narrow answer; empty if there are none.
[[nodiscard]] QString narrowAssumptions(const RunState& state);
[[nodiscard]] QString dataQuality(const RunState& state);

/// Whether the simulations reach the percentage asked for; empty if none was asked for.
[[nodiscard]] QString targetSentence(const RunState& state);
/// "of the total cost", or "of the cost in scope" where a part of the data is in question.
[[nodiscard]] QString ofTheCost(const RunState& state);
/// All assumptions of the answer as sentences.
[[nodiscard]] QStringList assumptionList(const RunState& state);
/// Those that the findings alone rest on: list prices and the findings' own.
[[nodiscard]] QStringList narrowAssumptionList(const RunState& state);
/// What about the data limits the answer, as sentences.
[[nodiscard]] QStringList dataQualityList(const RunState& state);

} // namespace apex::backend::sections
