// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/questions.h"

namespace apex::backend {

/// The read-only tools a language model may ask for, as the function definitions of a chat request.
[[nodiscard]] QJsonArray modelToolDefinitions();

/// The tool that a model's call names. InvalidInput: there is no such tool, or its arguments are not usable.
/// Nothing of the arguments but what the definition names is used.
[[nodiscard]] Expected<Question> modelQuestion(const QString& name, const QString& argumentsJson);

/// Numbers that a model wrote into its own call, within texts too; they are no result of the tool.
[[nodiscard]] std::vector<double> constantsOf(const QString& argumentsJson);

/// What a model is told of the run: the question and the results so far, without file contents, paths and
/// SQL, at most maxBriefChars characters; a result that does not fit is shortened or left out, and that is
/// said.
[[nodiscard]] QString modelBrief(const RunState& state);
inline constexpr qsizetype maxBriefChars = 48 * 1024;
/// One result in the same form.
[[nodiscard]] QString briefResult(const QJsonObject& result, qsizetype mostChars);

} // namespace apex::backend
