// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// The answer to "thanks" or "hello": that nothing was calculated, and how to go on.
[[nodiscard]] QString courtesyMarkdown(const RunState& state);

/// The answer to what the rules know no word of: that nothing was calculated, and what is understood.
[[nodiscard]] QString unclearMarkdown(const RunState& state);

} // namespace apex::backend
