// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <optional>
#include <string_view>

namespace apex::protocol {

/// A time as text: ISO 8601 with or without a zone (none means UTC), or digits (protocol.md 4.10).
[[nodiscard]] std::optional<WallTime> parseTime(std::string_view text);
/// A time as a number: below 1e11 seconds, below 1e14 milliseconds, else microseconds; negative or absurd:
/// none.
[[nodiscard]] std::optional<WallTime> timeFromNumber(double value);

} // namespace apex::protocol
