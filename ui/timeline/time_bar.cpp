// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/time_bar.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace apex::ui {

using namespace Qt::StringLiterals;
using models::TimeUse;

namespace {

struct Fill {
    QColor colour;
    Qt::BrushStyle pattern; ///< so that parts differ without their hue
};

Fill fillOf(TimeUse use, const Theme& theme) {
    const ThemeColours& c = theme.colours;
    const bool hues = theme.scheme != ColourScheme::HighContrast;
    switch (use) {
    case TimeUse::Tools:
        return {c.tool, Qt::SolidPattern};
    case TimeUse::Thinking:
        return {c.thinking, hues ? Qt::SolidPattern : Qt::Dense3Pattern};
    case TimeUse::Text:
        return {c.accent, hues ? Qt::SolidPattern : Qt::Dense5Pattern};
    case TimeUse::Waiting:
        return {c.border, hues ? Qt::SolidPattern : Qt::FDiagPattern};
    case TimeUse::Silence:
        break;
    }
    return {hues ? c.divider : c.border, hues ? Qt::SolidPattern : Qt::NoBrush};
}

} // namespace

TimeBar::TimeBar(const ThemeProvider& themes, QWidget* parent) : QWidget(parent), m_themes(themes) {
    setObjectName(u"timeBar"_s);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setLayoutDirection(Qt::LeftToRight);
    connect(&m_themes, &ThemeProvider::changed, this, [this] { update(); });
}

void TimeBar::setParts(const std::vector<models::TimePart>& parts, const QString& sentence) {
    setAccessibleName(sentence);
    setVisible(!parts.empty());
    const bool same =
        std::equal(parts.begin(), parts.end(), m_parts.begin(), m_parts.end(),
                   [](const auto& a, const auto& b) { return a.use == b.use && a.time == b.time; });
    if (same)
        return;
    m_parts = parts;
    update();
}

QSize TimeBar::sizeHint() const {
    return {200, 12};
}

QSize TimeBar::minimumSizeHint() const {
    return {40, 12};
}

std::vector<int> TimeBar::widths(int width) const {
    std::vector<int> result;
    std::chrono::milliseconds whole{};
    for (const auto& part : m_parts)
        whole += part.time;
    std::chrono::milliseconds until{};
    int x = 0;
    for (const auto& part : m_parts) {
        until += part.time;
        const int end = static_cast<int>(width * until.count() / std::max<qint64>(1, whole.count()));
        result.push_back(end - x);
        x = end;
    }
    return result;
}

int TimeBar::partAt(int x) const {
    const std::vector<int> parts = widths(width());
    for (size_t i = 0; i < parts.size(); ++i) {
        if (x < parts[i])
            return static_cast<int>(i);
        x -= parts[i];
    }
    return -1;
}

void TimeBar::paintEvent(QPaintEvent*) {
    const auto& c = m_themes.theme().colours;
    const bool outlined = m_themes.theme().scheme == ColourScheme::HighContrast;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bar = QRectF(rect()).adjusted(0.5, 1.5, -0.5, -1.5);
    QPainterPath shape;
    shape.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    painter.save();
    painter.setClipPath(shape);
    painter.fillPath(shape, c.window);
    const std::vector<int> parts = widths(width());
    int x = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
        const Fill fill = fillOf(m_parts[i].use, m_themes.theme());
        const QRect part(x, 0, parts[i], height());
        if (fill.pattern != Qt::NoBrush)
            painter.fillRect(part, QBrush(fill.colour, fill.pattern));
        x += parts[i];
        if (i + 1 < parts.size())
            painter.fillRect(QRect(x - 2, 0, 2, height()), c.panel);
    }
    painter.restore();
    if (!outlined)
        return;
    painter.setPen(QPen(c.border, 1));
    painter.drawPath(shape);
}

bool TimeBar::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int part = partAt(help->pos().x());
        QToolTip::showText(help->globalPos(), part < 0 ? QString() : m_parts[static_cast<size_t>(part)].text,
                           this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace apex::ui
