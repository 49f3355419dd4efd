// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inspection/inspect.h"

/// Private to inspection/: the fixed names of apex/inspect/1.
namespace apex::inspection {

[[nodiscard]] QString kindName(runs::StepKind kind);
[[nodiscard]] QString stateName(runs::StepState state);
[[nodiscard]] QString gravityName(runs::Gravity gravity);
[[nodiscard]] QString clockName(ClockSource clock);
[[nodiscard]] QString dialectName(protocol::Dialect dialect);

} // namespace apex::inspection
