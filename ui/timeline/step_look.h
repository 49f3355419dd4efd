// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_summary.h"
#include "models/run_text.h"
#include "ui/theme/glyph.h"
#include "ui/theme/theme.h"

namespace apex::ui {

/// Shape and colour of a row or an outcome.
struct StepLook {
    Glyph glyph = Glyph::Notice;
    QColor colour;
};

/// Look of a row of the timeline.
[[nodiscard]] StepLook lookOf(const models::TimelineRow& row, const ThemeColours& colours);
/// Look of a run's outcome; the completed colour needs a received completion.
[[nodiscard]] StepLook lookOf(models::RunMark mark, const ThemeColours& colours);
/// Colour of the word that names the kind.
[[nodiscard]] QColor kindColour(runs::StepKind kind, const ThemeColours& colours);

} // namespace apex::ui
