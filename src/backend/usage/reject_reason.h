// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"

#include <QString>

namespace apex::backend {

/// Stable name for results and logs, e.g. "negative_tokens".
[[nodiscard]] QString rejectReasonName(RejectReason reason);
/// The reason in words for people, without a final dot, e.g. "a token count is negative".
[[nodiscard]] QString rejectReasonText(RejectReason reason);

} // namespace apex::backend
