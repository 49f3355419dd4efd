// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"

#include <cstdint>
#include <optional>

namespace apex::backend {

/// How the values of a file are written.
struct ValueRules {
    bool decimalComma = false;          ///< only if declared, never guessed
    std::int64_t latestTimestampUs = 0; ///< later is absurd
};

/// Turns the texts of one record into a checked row; the one place where values are judged, whatever the file
/// format. Returns the reason if the record cannot be counted.
[[nodiscard]] std::optional<RejectReason> buildRow(const RawRow& raw, const ValueRules& rules, UsageRow& row);

} // namespace apex::backend
