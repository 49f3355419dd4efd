// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QIcon>

#include <array>

namespace apex::ui {

/// Fonts, colours and distances of the transcript, derived from the theme. A value; lengths in pixels.
struct TranscriptStyle {
    ThemeColours colours;
    QFont body;
    QFont meta; ///< speaker, time, badge
    QFont metaStrong;
    QFont mono;
    QFont tableFont; ///< body with figures of one width where the font has them
    std::array<QFont, 6> headings;
    QIcon attachmentIcon;
    qreal lineFactor = 1.5;
    qreal em = 15;            ///< height of the body font
    qreal measure = 640;      ///< widest text column: 80 characters of running text
    qreal indent = 24;        ///< one level of list or quote
    bool rightToLeft = false; ///< names, badges and buttons begin at the right; text has its own direction
    int rowPadding = 14;      ///< above and below a message
    int panelPadding = 16;

    /// Distance between baselines for a font, whole pixels.
    [[nodiscard]] qreal lineHeight(const QFont& font, qreal factor = 0) const;
};

/// Derives the style; `zoom` 0.5 to 3 multiplies the fonts.
[[nodiscard]] TranscriptStyle makeTranscriptStyle(const Theme& theme, qreal zoom);

} // namespace apex::ui
