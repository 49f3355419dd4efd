// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// The answer when there is nothing to measure: which columns are needed, why, and how to get them. No
/// figure, no promise.
[[nodiscard]] QString guidanceMarkdown(const RunState& state);

} // namespace apex::backend
