// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/elided_button.h"

#include "ui/theme/theme.h"

namespace apex::ui {

ElidedButton::ElidedButton(QWidget* parent) : QPushButton(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedButton::setFullText(const QString& text) {
    if (text == m_full)
        return;
    m_full = text;
    setAccessibleName(text);
    elide();
}

QSize ElidedButton::minimumSizeHint() const {
    return {48, QPushButton::minimumSizeHint().height()};
}

void ElidedButton::resizeEvent(QResizeEvent* event) {
    QPushButton::resizeEvent(event);
    elide();
}

void ElidedButton::elide() {
    const int used = (icon().isNull() ? 0 : iconSize().width() + spacing::s) + 2 * spacing::s;
    // An ampersand in server text is a character, not a shortcut.
    QString shown = fontMetrics().elidedText(m_full, Qt::ElideRight, std::max(24, width() - used));
    shown.replace(u'&', QStringLiteral("&&"));
    setText(shown);
}

} // namespace apex::ui
