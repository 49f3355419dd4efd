// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

namespace apex::backend {

/// Says which data is missing and why each field matters; promises nothing.
class DataHelperAgent final : public Agent {
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;
};

} // namespace apex::backend
