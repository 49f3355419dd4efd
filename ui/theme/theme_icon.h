// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/glyph.h"

#include <QColor>
#include <QIcon>
#include <QString>

namespace apex::ui {

/// The line icon `name` of resources/icons in one colour, drawn sharp at any size. Icons are decoration: give
/// the widget a name.
[[nodiscard]] QIcon themeIcon(const QString& name, const QColor& colour);
/// A shape as an icon, drawn sharp at any size and scale.
[[nodiscard]] QIcon glyphIcon(Glyph glyph, const QColor& colour);

} // namespace apex::ui
