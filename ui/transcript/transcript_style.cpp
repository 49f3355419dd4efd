// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_style.h"

#include "ui/theme/theme_icon.h"

#include <QFontInfo>
#include <QFontMetricsF>

#include <cmath>

namespace apex::ui {

namespace {

// Running text is set a little larger than controls: it is read for minutes, not glanced at.
constexpr qreal kReadingFactor = 15.0 / 14.0;
constexpr std::array<qreal, 6> kHeadingFactors{1.45, 1.25, 1.1, 1.0, 1.0, 1.0};

QFont resized(const QFont& font, qreal factor) {
    QFont result = font;
    if (font.pointSizeF() > 0)
        result.setPointSizeF(font.pointSizeF() * factor);
    else
        result.setPixelSize(std::max(1, qRound(font.pixelSize() * factor)));
    return result;
}

qreal measureOf(const QFont& font) {
    const QString sample = QStringLiteral(
        "Most of the increase comes from three projects that moved long prompts to a larger model in June.");
    return std::round(QFontMetricsF(font).horizontalAdvance(sample) / qreal(sample.size()) * 80);
}

} // namespace

qreal TranscriptStyle::lineHeight(const QFont& font, qreal factor) const {
    const qreal pixels = QFontInfo(font).pixelSize();
    const qreal wanted = pixels * (factor > 0 ? factor : lineFactor);
    return std::ceil(std::max(wanted, QFontMetricsF(font).height()));
}

TranscriptStyle makeTranscriptStyle(const Theme& theme, qreal zoom) {
    TranscriptStyle style;
    style.colours = theme.colours;
    style.body = resized(theme.fonts.body, kReadingFactor * zoom);
    style.meta = resized(theme.fonts.caption, zoom);
    style.metaStrong = style.meta;
    style.metaStrong.setWeight(QFont::DemiBold);
    style.mono = resized(theme.fonts.mono, zoom);
    style.tableFont = resized(theme.fonts.body, kReadingFactor * zoom * 0.94);
    for (size_t level = 0; level < style.headings.size(); ++level) {
        style.headings[level] = resized(style.body, kHeadingFactors[level]);
        style.headings[level].setWeight(QFont::DemiBold);
    }
    style.attachmentIcon = themeIcon(QStringLiteral("attach"), theme.colours.muted);
    style.em = QFontInfo(style.body).pixelSize();
    style.measure = measureOf(style.body);
    style.indent = std::round(style.em * 1.6);
    style.rowPadding = qRound(style.em * 0.95);
    style.panelPadding = qRound(style.em * 1.05);
    return style;
}

} // namespace apex::ui
