// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/elided_button.h"

#include "ui/theme/theme.h"

#include <QTextLayout>

#include <algorithm>

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

void ElidedButton::setMostLines(int lines) {
    m_lines = lines;
    elide();
}

// Room for all lines from the start: a height that follows the text, which follows the width, arrives a
// layout too late.
QSize ElidedButton::sizeHint() const {
    QSize hint = QPushButton::sizeHint();
    const auto lines = static_cast<int>(text().count(u'\n')) + 1;
    return hint + QSize(0, std::max(0, m_lines - lines) * fontMetrics().lineSpacing());
}

QSize ElidedButton::minimumSizeHint() const {
    return {48, sizeHint().height()};
}

void ElidedButton::resizeEvent(QResizeEvent* event) {
    QPushButton::resizeEvent(event);
    elide();
}

QString ElidedButton::wrapped(int width) const {
    QTextLayout layout(m_full, font());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    int from = 0;
    layout.beginLayout();
    while (lines.size() < m_lines - 1) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(width);
        lines << m_full.mid(from, line.textLength()).trimmed();
        from = line.textStart() + line.textLength();
    }
    layout.endLayout();
    if (from < m_full.size())
        lines << fontMetrics().elidedText(m_full.mid(from), Qt::ElideRight, width);
    return lines.join(u'\n');
}

void ElidedButton::elide() {
    const int used = (icon().isNull() ? 0 : iconSize().width() + spacing::s) + 2 * spacing::s;
    // An ampersand in server text is a character, not a shortcut.
    QString shown = wrapped(std::max(24, width() - used));
    shown.replace(u'&', QStringLiteral("&&"));
    setText(shown);
}

} // namespace apex::ui
