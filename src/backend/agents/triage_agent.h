// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

namespace apex::backend {

/// Finds out what is asked and whether the files hold enough for it (platform-features.md 5.5).
class TriageAgent final : public Agent {
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;

private:
    [[nodiscard]] Expected<void> listAttachments(RunState& state) const;
    [[nodiscard]] Expected<void> loadPrices(RunState& state) const;
    [[nodiscard]] Expected<void> importRows(RunState& state) const;
    [[nodiscard]] Expected<void> findRows(RunState& state) const;
    [[nodiscard]] Expected<void> profileColumns(RunState& state) const;
};

} // namespace apex::backend
