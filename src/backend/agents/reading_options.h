// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// How the files of a run are read: nothing may lie more than a day in the future.
[[nodiscard]] ReadOptions readingOptions(const RunState& state);

} // namespace apex::backend
