// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/run_state.h"

namespace apex::backend {

/// The recommendation a simulation supports; `evidence` are the execution ids of the tools that show it.
[[nodiscard]] Recommendation recommendationFor(const Simulation& simulation, int number,
                                               QStringList evidence);
/// Points to the slowest model, without a figure for the gain; nothing if no model stands out.
[[nodiscard]] std::optional<Recommendation> latencyRecommendation(const UsageSummary& usage, int number,
                                                                  QStringList evidence);
/// The assumption a simulation rests on, as a sentence.
[[nodiscard]] QString assumptionOf(const Simulation& simulation);
/// The step that carries out a recommendation: change, check, way back.
[[nodiscard]] PlanStep planStepFor(const Recommendation& recommendation);

} // namespace apex::backend
