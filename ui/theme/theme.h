// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace apex::ui {

/// The look in force. HighContrast takes every colour from a system that has high contrast itself, else from
/// resources/themes/high-contrast.json; shapes and words carry what hues did.
enum class ColourScheme { Light, Dark, HighContrast };

/// Colours by meaning, never by hue (peers.md 6.8). Text is at least 4.5:1 and shapes 3:1 on every surface.
struct ThemeColours {
    QColor window;    ///< transcript, lists
    QColor panel;     ///< side panels, header, status bar
    QColor alternate; ///< hover, code, quiet fills
    QColor text;
    QColor muted;   ///< secondary text
    QColor border;  ///< outline of a control
    QColor divider; ///< hairline between areas; decoration only
    QColor accent;  ///< focus ring, links, "started"
    QColor thinking;
    QColor tool;
    QColor completed; ///< only for an outcome that was received
    QColor failed;
    QColor warning;      ///< warning, quiet, unknown
    QColor selection;    ///< fill behind selected rows and text
    QColor primary;      ///< fill of the one primary button
    QColor onPrimary;    ///< text on it
    QColor found;        ///< fill behind words that were searched for
    QColor foundCurrent; ///< the same for the one that was jumped to
    QColor codeKeyword;  ///< words in code, on `panel`
    QColor codeString;
    QColor codeNumber;
    QColor codeComment;
    QColor codeName; ///< types, functions, keys, tags
};

/// The type scale; sizes follow the system font and the chosen text size.
struct ThemeFonts {
    QFont body;
    QFont strong;  ///< body, semi-bold
    QFont caption; ///< 0.88 of body
    QFont heading; ///< 1.15, semi-bold
    QFont title;   ///< 1.6, semi-bold
    QFont mono;    ///< fixed pitch, 0.94
};

/// Distances in device-independent pixels, on a grid of 4.
namespace spacing {
inline constexpr int xs = 4;
inline constexpr int s = 8;
inline constexpr int m = 12;
inline constexpr int l = 16;
inline constexpr int xl = 24;
} // namespace spacing

/// Corner radii in device-independent pixels.
namespace radius {
inline constexpr int small = 4;
inline constexpr int medium = 8;
} // namespace radius

/// Everything a painter needs to know of the look. A value; compare `scheme` only for pictures that differ by
/// it.
struct Theme {
    ColourScheme scheme = ColourScheme::Light;
    bool systemColours = false; ///< colours are the desktop's own
    ThemeColours colours;
    ThemeFonts fonts;

    [[nodiscard]] bool isDark() const;
    [[nodiscard]] bool isHighContrast() const { return scheme == ColourScheme::HighContrast; }
    /// Words of what cannot be used now: quiet, and still 4.5:1.
    [[nodiscard]] QColor disabledText() const;
    /// The colours as Qt's roles, for standard controls.
    [[nodiscard]] QPalette palette() const;
};

/// Builds a look; `system` is the palette of the desktop, used for HighContrast; `textScale` 1.0 to 2.0.
[[nodiscard]] Theme makeTheme(ColourScheme scheme, const QPalette& system, const QFont& base,
                              qreal textScale);
/// The font of the desktop; where the desktop names none, Noto Sans. Colour emoji follow as a second family.
[[nodiscard]] QFont systemBaseFont();
/// True if the desktop itself shows pure text on pure ground, the same everywhere: its high contrast is on.
[[nodiscard]] bool isHighContrast(const QPalette& system);
/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2).
[[nodiscard]] double contrastRatio(const QColor& a, const QColor& b);

} // namespace apex::ui
