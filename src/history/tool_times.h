// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QString>

namespace apex::history {

/// How long a tool took in the past on this computer, in one environment and account.
struct ToolTimes {
    /// With fewer calls than this no claim of "slow" is made.
    static constexpr int meaningful = 5;

    int count = 0;                      ///< calls that finished
    std::chrono::milliseconds median{}; ///< of the newest 1000
    std::chrono::milliseconds p95{};    ///< nearest rank
};

/// One call of a tool that finished, as measured here.
struct ToolTime {
    QString tool;
    std::chrono::milliseconds took{};
};

} // namespace apex::history
