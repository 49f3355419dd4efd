// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// The structured report of platform-features.md 5.5, without `agent_metrics` and `total_duration_ms`, which
/// only the supervisor knows at the end. Amounts are decimal texts in USD.
[[nodiscard]] QJsonObject reportJson(const RunState& state, const QString& reportType,
                                     const QString& executiveSummary);

} // namespace apex::backend
