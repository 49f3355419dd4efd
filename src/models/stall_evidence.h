// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "history/tool_times.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace apex::models {

/// Whether anything could arrive at all; told apart from whether something did.
struct LinkLiveness {
    bool known = false; ///< false: a recording, or nobody said
    bool up = false;
    std::optional<std::chrono::milliseconds> roundTrip; ///< of the last ping
};

/// A tool that runs, against its own past.
struct ToolPace {
    QString name;
    std::chrono::milliseconds now{};
    std::optional<history::ToolTimes> usual; ///< nullopt: never seen to finish here
};

/// What is known of a run that has not ended. Evidence only: nothing here ever concludes that it failed.
struct StallEvidence {
    std::chrono::milliseconds silence{}; ///< since the last event of the run
    LinkLiveness link;
    std::vector<ToolPace> tools; ///< that run now
};

/// From this silence on it is told how long nothing came.
inline constexpr std::chrono::seconds silenceWorthTelling{5};

/// One sentence each: silence and link apart, then the tools that take longer than half of their past calls.
/// Empty while all is lively.
[[nodiscard]] QStringList describeStall(const StallEvidence& evidence);
/// "median 3.0 s, p95 9.0 s, now 31 s (n = 212)".
[[nodiscard]] QString paceText(const ToolPace& pace);
/// True if it runs longer than 95 of 100 past calls did, of at least `history::ToolTimes::meaningful` ones.
[[nodiscard]] bool isSlow(const ToolPace& pace);

} // namespace apex::models
