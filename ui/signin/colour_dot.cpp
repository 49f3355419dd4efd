// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/colour_dot.h"

#include <QPainter>

namespace apex::ui {

ColourDot::ColourDot(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
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
    painter.setBrush(m_colour);
    painter.drawEllipse(QRectF(rect()).adjusted(1, 1, -1, -1));
}

} // namespace apex::ui
