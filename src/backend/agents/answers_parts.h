// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend::answers {

/// What the rows cost that one part of a question names for itself.
[[nodiscard]] Expected<Answer> partOfQuestion(RunState& state, const FoundScope::Part& part);

} // namespace apex::backend::answers
