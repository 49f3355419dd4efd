// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme_provider.h"

#include <QColor>
#include <QWidget>

namespace apex::ui {

/// A filled circle in an environment's colour, as high as a small letter beside it; decoration beside the
/// name, never alone.
class ColourDot final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ColourDot(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// An invalid colour draws nothing.
    void setColour(const QColor& colour);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const ThemeProvider& m_themes;
    QColor m_colour;
};

/// Diameter of a dot beside words in the body font.
[[nodiscard]] int dotSide(const Theme& theme);
/// Colour of a dot: that of the environment, in high contrast that of the words, which say the same.
[[nodiscard]] QColor dotColour(const Theme& theme, const QColor& environment);

} // namespace apex::ui
