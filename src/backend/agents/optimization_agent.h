// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

namespace apex::backend {

/// Calculates what changes would save on the calls measured, each between two stated assumptions. Needs the
/// data agent's measurement first.
class OptimizationAgent final : public Agent {
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;

private:
    using Outcome = std::optional<Simulation>;
    [[nodiscard]] Expected<void> simulate(RunState& state, const QString& tool, const QJsonObject& arguments,
                                          const std::function<Outcome()>& run,
                                          const QString& withoutEffect) const;
    [[nodiscard]] Expected<void> simulateGeneral(RunState& state) const;
    [[nodiscard]] Expected<void> simulateSwaps(RunState& state) const;
    [[nodiscard]] Expected<void> simulateSwap(RunState& state, const ModelSummary& model) const;
    [[nodiscard]] Expected<void> combine(RunState& state) const;
    [[nodiscard]] Expected<void> simulatePromptCache(RunState& state) const;
};

} // namespace apex::backend
