// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"

#include <vector>

namespace apex::backend {

/// Leads the team: the outermost agent of every run. Decides the flow from triage's result
/// (platform-features.md 5.2), runs the steps one after the other and ends the run with exactly one terminal
/// frame.
class Supervisor {
public:
    explicit Supervisor(RunState& state) : m_state(state) {}
    [[nodiscard]] RunOutcome run();

    static QString name();

private:
    [[nodiscard]] Expected<void> runSteps();
    void planAfterTriage();
    [[nodiscard]] bool canMeasure() const;
    [[nodiscard]] bool modelIsOn() const;
    [[nodiscard]] static QStringList wholeFlow();
    [[nodiscard]] QStringList namesFrom(std::size_t step) const;
    [[nodiscard]] RunOutcome completed();
    [[nodiscard]] RunOutcome failed(const Error& error);
    [[nodiscard]] RunOutcome stopped();

    RunState& m_state;
    std::vector<std::unique_ptr<Agent>> m_steps;
    std::size_t m_current = 0;
    MonoTime m_start{};
};

} // namespace apex::backend
