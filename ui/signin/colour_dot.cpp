// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/colour_dot.h"

#include <QPainter>

namespace apex::ui {

int dotSide(const Theme& theme) {
    return qRound(QFontMetrics(theme.fonts.body).ascent() * 0.7);
}

QColor dotColour(const Theme& theme, const QColor& environment) {
    if (theme.isHighContrast())
        return theme.colours.text;
    return environment.isValid() ? environment : theme.colours.muted;
}

ColourDot::ColourDot(const ThemeProvider& themes, QWidget* parent) : QWidget(parent), m_themes(themes) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&m_themes, &ThemeProvider::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize ColourDot::sizeHint() const {
    const int side = dotSide(m_themes.theme());
    return {side, side};
}

void ColourDot::setColour(const QColor& colour) {
    if (colour == m_colour)
        return;
    m_colour = colour;
    update();
}

void ColourDot::paintEvent(QPaintEvent*) {
    if (!m_colour.isValid())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(dotColour(m_themes.theme(), m_colour));
    painter.drawEllipse(rect());
}

} // namespace apex::ui
