// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/details_layout.h"

#include <QCoreApplication>
#include <QPainter>

#include <cmath>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

/// Context of the translations.
struct Details {
    Q_DECLARE_TR_FUNCTIONS(TimelineDetails)
};

} // namespace

DetailsLayout::DetailsLayout(const models::RowDetails& details, const Theme& theme, int width)
    : m_width(std::max(80, width - 2 * spacing::m)), m_height(spacing::s), m_edged(theme.isHighContrast()) {
    addSection({}, details.text, Tone::Body, theme);
    addSection(Details::tr("Parameters"), details.arguments, Tone::Mono, theme);
    addSection(Details::tr("Result"), details.result, Tone::Mono, theme);
    addSection(Details::tr("Remarks"), details.remarks.join(u'\n'), Tone::Body, theme);
    QStringList facts;
    if (!details.timing.isEmpty())
        facts << details.timing;
    if (!details.frames.isEmpty())
        facts << details.frames;
    if (details.hiddenParameters)
        facts << Details::tr("Parameters and results are shown in support mode");
    if (facts.isEmpty() && m_blocks.empty())
        facts << Details::tr("Nothing more was sent for this step");
    addSection({}, facts.join(u'\n'), Tone::Quiet, theme);
    m_height += spacing::xs;
}

void DetailsLayout::addSection(const QString& heading, const QString& text, Tone tone, const Theme& theme) {
    if (text.isEmpty())
        return;
    if (!heading.isEmpty())
        add(heading, Tone::Heading, theme);
    add(text, tone, theme);
    m_height += spacing::s;
}

void DetailsLayout::add(const QString& text, Tone tone, const Theme& theme) {
    const QFont& font = tone == Tone::Mono   ? theme.fonts.mono
                        : tone == Tone::Body ? theme.fonts.body
                                             : theme.fonts.caption;
    QString lines = text;
    lines.replace(u'\n', QChar::LineSeparator);
    auto layout = std::make_unique<QTextLayout>(lines, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    if (tone == Tone::Mono)
        option.setTextDirection(Qt::LeftToRight); // brackets of JSON are not mirrored
    layout->setTextOption(option);
    layout->setCacheEnabled(true);
    const int top = m_height;
    qreal y = 0;
    layout->beginLayout();
    for (QTextLine line = layout->createLine(); line.isValid(); line = layout->createLine()) {
        line.setLineWidth(m_width);
        line.setPosition({0, y});
        y += line.height();
    }
    layout->endLayout();
    m_height += static_cast<int>(std::ceil(y)) + (tone == Tone::Heading ? 2 : 0);
    m_blocks.push_back({std::move(layout), tone, top});
}

void DetailsLayout::paint(QPainter& painter, const QPoint& topLeft, const QRect& clip,
                          const ThemeColours& c) const {
    if (m_edged) {
        painter.setPen(QPen(c.border, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRect(topLeft, QSize(m_width + 2 * spacing::m - 1, m_height - spacing::xs - 1)));
    }
    for (const Block& block : m_blocks) {
        const QPoint at = topLeft + QPoint(spacing::m, block.top);
        if (at.y() > clip.bottom() || at.y() + block.layout->boundingRect().height() < clip.top())
            continue;
        painter.setPen(block.tone == Tone::Body || block.tone == Tone::Mono ? c.text : c.muted);
        block.layout->draw(&painter, at, {}, clip);
    }
}

} // namespace apex::ui
