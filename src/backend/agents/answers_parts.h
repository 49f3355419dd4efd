// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

#include <functional>

namespace apex::backend::answers {

/// What the rows cost that one part of a question is about.
[[nodiscard]] Expected<Answer> partOfQuestion(RunState& state, const FoundScope::Part& part);
/// Another answer, given for the rows of a part only; the state is as before afterwards.
[[nodiscard]] Expected<Answer> answerInPart(RunState& state, const FoundScope::Part& part,
                                            const std::function<Expected<Answer>(RunState&)>& answer);

} // namespace apex::backend::answers
