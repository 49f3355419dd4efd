// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"
#include "backend/analysis/call_figures.h"

namespace apex::backend::answers {

/// Each asks the rows in the scope of the question and says what came of it. Where the data lacks what is
/// needed, the answer names exactly what is missing and holds no figure. A database error or a stop is the
/// only failure.

[[nodiscard]] Expected<Answer> breakdownBy(RunState& state, const QString& dimension,
                                           const std::optional<Ranking>& ranking);
[[nodiscard]] Expected<Answer> trend(RunState& state);
[[nodiscard]] Expected<Answer> anomalies(RunState& state);
[[nodiscard]] Expected<Answer> reasons(RunState& state);

/// The two spans of the question side by side.
[[nodiscard]] Expected<Answer> comparePeriods(RunState& state);
/// Cost, tokens and calls per call, day, session, project and user.
[[nodiscard]] Expected<Answer> averages(RunState& state);
/// How many calls, tokens, sessions, projects and users there are.
[[nodiscard]] Expected<Answer> usageTotals(RunState& state);
/// What failed calls cost by one column, the most wasteful first.
[[nodiscard]] Expected<Answer> errorsBy(RunState& state, const QString& dimension);

/// `ranking`: counts where it is one by latency.
[[nodiscard]] Expected<Answer> latency(RunState& state, const QString& dimension,
                                       const std::optional<Ranking>& ranking);
/// The calls themselves, a part of them at a time.
[[nodiscard]] Expected<Answer> callList(RunState& state, const CallList& list);
[[nodiscard]] Expected<Answer> latencyWishes(RunState& state);
[[nodiscard]] Expected<Answer> errorCauses(RunState& state);
[[nodiscard]] Expected<Answer> retriesAndRepeats(RunState& state);
[[nodiscard]] Expected<Answer> caching(RunState& state);
[[nodiscard]] Expected<Answer> contextGrowth(RunState& state);
[[nodiscard]] Expected<Answer> peakRates(RunState& state);

[[nodiscard]] Expected<Answer> modelChoice(RunState& state);
[[nodiscard]] Expected<Answer> beforeAndAfter(RunState& state);
[[nodiscard]] Expected<Answer> growth(RunState& state);

[[nodiscard]] Expected<Answer> ownQuery(RunState& state);
/// The statements of the findings so far.
[[nodiscard]] Expected<Answer> statements(RunState& state);
/// What the question names that the data does not have, and what it has instead.
[[nodiscard]] Expected<Answer> unknownNames(RunState& state);

/// Microseconds as milliseconds: "812", "812.5".
[[nodiscard]] QString millisecondsText(std::int64_t microseconds);
/// A dollar estimate kept as double, rounded like estimateText().
[[nodiscard]] QString dollarsText(double dollars);
/// A plain number with at most `places` decimals, zeros trimmed.
[[nodiscard]] QString decimalText(double value, int places);
/// Name of a dimension for people, as the head of a column: "project" -> "Project".
[[nodiscard]] QString dimensionLabel(const QString& dimension);
/// The same within a sentence: "project", "day (UTC)", "week (UTC)".
[[nodiscard]] QString dimensionWords(const QString& dimension);

} // namespace apex::backend::answers
