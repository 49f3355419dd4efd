// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

namespace apex::backend {

/// Measures the imported rows by queries: exact sums, percentiles, rates, repeats, and whatever the question
/// asks. Calculates nothing that is not in the data.
class DataAgent final : public Agent {
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;

private:
    [[nodiscard]] Expected<void> summarise(RunState& state) const;
    [[nodiscard]] Expected<void> measure(RunState& state) const;
    [[nodiscard]] Expected<void> measureGroups(RunState& state) const;
};

} // namespace apex::backend
