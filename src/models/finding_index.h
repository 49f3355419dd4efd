// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/run.h"

#include <unordered_map>
#include <vector>

namespace apex::models {

/// Which remarks of a run concern which step; follows a growing run at the cost of what is new.
class FindingIndex {
public:
    /// Takes note of remarks added since the last call; reads everything again if some were taken back.
    void follow(const runs::Run& run);
    void clear();

    /// Indices into Run::findings of the remarks on a step, in order.
    [[nodiscard]] std::vector<int> on(const runs::Step& step) const;
    /// True if the step failed, did not finish, or is blamed by more than a note.
    [[nodiscard]] bool isProblem(const runs::Run& run, const runs::Step& step) const;

private:
    [[nodiscard]] bool stillHolds(const runs::Run& run) const;

    std::unordered_map<qint64, std::vector<int>> m_byFrame;
    size_t m_seen = 0;
    runs::Finding m_last{runs::Rule::Silence, {}, -1};
};

} // namespace apex::models
