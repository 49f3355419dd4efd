// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

namespace apex::backend {

/// Writes the answer and the structured report from what the others measured and calculated; adds no figure
/// of its own.
class ReportingAgent final : public Agent {
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;
};

} // namespace apex::backend
