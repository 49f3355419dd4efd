// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend::answers {

/// The price of a model as a person calls it ("haiku", "gpt 4o"); nullptr: the price file has none.
[[nodiscard]] const ModelPrice* priceOfName(const RunState& state, const QString& name);

/// "Move reply-drafts to gpt-4o-mini": every call of the scope moves, whatever its model.
void moveWholeScope(const RunState& state, Answer& answer);

} // namespace apex::backend::answers
