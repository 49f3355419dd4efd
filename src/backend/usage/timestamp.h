// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace apex::backend {

enum class TimestampProblem { None, NotATime, Ambiguous, Absurd };

/// A UTC instant in microseconds since 1970, or why there is none.
struct TimestampResult {
    std::int64_t us = 0;
    TimestampProblem problem = TimestampProblem::None;
};

/// Reads ISO 8601 (no zone = UTC; date alone = midnight) and numbers of seconds, milliseconds or microseconds
/// (protocol.md 4.10). Before 2015 or after `latestUs` is Absurd; "03/04/2025" is Ambiguous.
[[nodiscard]] TimestampResult parseTimestamp(std::string_view text, std::int64_t latestUs);

} // namespace apex::backend
