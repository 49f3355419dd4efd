// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"

#include <optional>
#include <string_view>

namespace apex::backend {

/// Checks that a record is UTF-8 text without NUL bytes; returns why it is not.
[[nodiscard]] std::optional<RejectReason> checkText(std::string_view record);

} // namespace apex::backend
