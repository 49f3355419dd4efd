// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>

namespace apex::ui {

/// Style sheet for standard controls: one set of radii, one focus ring, no borders where space suffices.
///
/// Widgets may carry a property "role": "primary", "quiet", "link" or "danger" on buttons, "muted",
/// "caption", "heading" or "title" on labels, "panel" or "window" on plain containers.
[[nodiscard]] QString styleSheetFor(const Theme& theme);

} // namespace apex::ui
