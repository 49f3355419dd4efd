// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/measure_questions.h"

namespace apex::backend::answers {

/// The answer to a question for one figure; its headline holds the figure. Where the data lacks what is
/// needed, or nothing of the kind is calculated, the answer says so and has no headline.
[[nodiscard]] Expected<Answer> figure(RunState& state, const Measure& measure);

/// Figures about failures: FailureRate, Timeouts, WastedTokens, FailedCalls.
[[nodiscard]] Expected<Answer> failureFigure(RunState& state, const Measure& measure);
/// Ranked: the values of a column in the order of a figure.
[[nodiscard]] Expected<Answer> rankedFigure(RunState& state, const Measure& measure);
/// Figures of what might be: PriceChange, PriceOn, Batch, MostGrown, Share, Budget.
[[nodiscard]] Expected<Answer> supposedFigure(RunState& state, const Measure& measure);

/// What all calls of the scope would cost on the models of pricedNames().
[[nodiscard]] Expected<Answer> priceOnModels(RunState& state);
/// The names in the question that no row has, but the price file has a price for; "haiku" is one.
[[nodiscard]] QStringList pricedNames(const RunState& state);
/// "73 of 2000 calls failed (3.7 %) ..."; empty if no row says how it ended.
[[nodiscard]] QString failedHeadline(const UsageSummary& usage);
/// "How calls ended cannot be said: no row has `status`."
[[nodiscard]] QString missingColumn(const char* what, const QString& column);
/// Why nothing is said by the hour.
[[nodiscard]] QString noHours();
/// A key of a breakdown for people.
[[nodiscard]] QString keyText(const Table& table, std::size_t row, const QString& dimension);
/// The same within a sentence: "the week of 2025-06-09", "the hour from 10:00".
[[nodiscard]] QString keyInWords(const Table& table, std::size_t row, const QString& dimension);

} // namespace apex::backend::answers
