// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/drop_hint.h"

#include <QPainter>

namespace apex::ui {

DropHint::DropHint(const Theme& theme, QWidget* window)
    : QWidget(window), m_colours(theme.colours), m_font(theme.fonts.heading) {
    setObjectName(QStringLiteral("dropHint"));
    setAccessibleName(tr("Let go to attach the files to your message"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setGeometry(window->rect());
}

void DropHint::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = m_colours.window;
    veil.setAlphaF(0.86F);
    painter.fillRect(rect(), veil);
    painter.setPen(QPen(m_colours.accent, 2, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(12, 12, -12, -12), radius::medium + 4,
                            radius::medium + 4);
    painter.setFont(m_font);
    painter.setPen(m_colours.text);
    painter.drawText(rect().adjusted(spacing::xl, spacing::xl, -spacing::xl, -spacing::xl),
                     Qt::AlignCenter | Qt::TextWordWrap, accessibleName());
}

} // namespace apex::ui
