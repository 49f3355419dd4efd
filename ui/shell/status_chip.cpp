// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_chip.h"

#include <QEvent>
#include <QPainter>
#include <QStyle>

namespace apex::ui {

using namespace Qt::StringLiterals;

StatusChip::StatusChip(const ThemeProvider& themes, QWidget* parent)
    : QAbstractButton(parent), m_themes(themes) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&m_themes, &ThemeProvider::changed, this, &QWidget::updateGeometry);
}

void StatusChip::setGlyph(Glyph glyph, const QColor& colour) {
    if (!m_dot && glyph == m_glyph && colour == m_colour)
        return;
    m_dot = false;
    m_glyph = glyph;
    m_colour = colour;
    update();
}

void StatusChip::setDot(const QColor& colour) {
    if (m_dot && colour == m_colour)
        return;
    m_dot = true;
    m_colour = colour;
    update();
}

void StatusChip::setWords(const QString& words) {
    if (words == text())
        return;
    setText(words);
    setAccessibleName(m_purpose.isEmpty() ? words : m_purpose + u": "_s + words);
    updateGeometry();
}

void StatusChip::setPurpose(const QString& purpose) {
    m_purpose = purpose;
    setAccessibleName(purpose + u": "_s + text());
}

QSize StatusChip::sizeHint() const {
    const QFontMetrics metrics(m_themes.theme().fonts.body);
    return {metrics.horizontalAdvance(text()) + metrics.ascent() + spacing::s + 2 * spacing::m,
            std::max(28, metrics.height() + spacing::s)};
}

QSize StatusChip::minimumSizeHint() const {
    const QFontMetrics metrics(m_themes.theme().fonts.body);
    const QSize whole = sizeHint();
    constexpr int kLeastChars = 4;
    const int least =
        whole.width() - metrics.horizontalAdvance(text()) + kLeastChars * metrics.averageCharWidth();
    return {std::min(whole.width(), least), whole.height()};
}

bool StatusChip::event(QEvent* event) {
    if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
        update();
    return QAbstractButton::event(event);
}

void StatusChip::paintEvent(QPaintEvent*) {
    const Theme& theme = m_themes.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(theme.colours.accent, 2) : QPen(Qt::NoPen));
    painter.setBrush(isDown()       ? theme.colours.selection
                     : underMouse() ? theme.colours.alternate
                                    : theme.colours.panel);
    if (hasFocus() || isDown() || underMouse())
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    const QFontMetrics metrics(theme.fonts.body);
    const int side = metrics.ascent();
    const auto seen = [this](const QRect& part) {
        return QStyle::visualRect(layoutDirection(), rect(), part);
    };
    const QRectF box(seen({spacing::m, (height() - side) / 2, side, side}));
    if (m_dot) {
        painter.setPen(Qt::NoPen);
        // In high contrast the name beside it says the same.
        painter.setBrush(theme.isHighContrast() ? theme.colours.text : m_colour);
        painter.drawEllipse(box.adjusted(1, 1, -1, -1));
    } else {
        paintGlyph(painter, box, m_glyph, m_colour);
    }
    const int left = spacing::m + side + spacing::s;
    const QRect words = seen({left, 0, width() - left - spacing::s, height()});
    painter.setFont(theme.fonts.body);
    painter.setPen(theme.colours.text);
    painter.drawText(words, leadingSide(*this), metrics.elidedText(text(), Qt::ElideRight, words.width()));
}

} // namespace apex::ui
