// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/reading_options.h"

namespace apex::backend {

ReadOptions readingOptions(const RunState& state) {
    ReadOptions options;
    options.decimalComma = state.intent.decimalComma;
    options.latestTimestampUs = (state.clock.wallNow() + std::chrono::hours(24)).time_since_epoch().count();
    return options;
}

} // namespace apex::backend
