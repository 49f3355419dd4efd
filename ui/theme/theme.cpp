// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "theme_values.h"

#include <QFontDatabase>

#include <cmath>
#include <iterator>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

ThemeColours fromValues(const unsigned (&v)[23]) {
    static_assert(std::size(generated::lightColours) == 23 && std::size(generated::darkColours) == 23);
    const auto colour = [&v](int index) { return QColor::fromRgba(v[index]); };
    return {colour(0),  colour(1),  colour(2),  colour(3),  colour(4),  colour(5),  colour(6),  colour(7),
            colour(8),  colour(9),  colour(10), colour(11), colour(12), colour(13), colour(14), colour(15),
            colour(16), colour(17), colour(18), colour(19), colour(20), colour(21), colour(22)};
}

// Kinds lose their hue here on purpose: shapes and words carry the meaning.
ThemeColours fromSystem(const QPalette& p) {
    const QColor text = p.color(QPalette::WindowText);
    ThemeColours c;
    c.window = p.color(QPalette::Base);
    c.panel = p.color(QPalette::Window);
    c.alternate = p.color(QPalette::Button);
    c.text = p.color(QPalette::Text);
    c.muted = c.text;
    c.border = text;
    c.divider = text;
    c.accent = text;
    c.thinking = c.tool = c.completed = c.failed = c.warning = text;
    c.selection = p.color(QPalette::Button);
    c.primary = p.color(QPalette::Highlight);
    c.found = p.color(QPalette::Button);
    c.foundCurrent = c.found;
    c.codeKeyword = c.codeString = c.codeNumber = c.codeComment = c.codeName = text;
    c.onPrimary = p.color(QPalette::HighlightedText);
    return c;
}

QFont scaled(const QFont& base, qreal factor, QFont::Weight weight = QFont::Normal) {
    QFont font = base;
    font.setPointSizeF(base.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}

ThemeFonts makeFonts(const QFont& base) {
    ThemeFonts fonts;
    fonts.body = base;
    fonts.strong = scaled(base, 1.0, QFont::DemiBold);
    fonts.caption = scaled(base, 0.88);
    fonts.heading = scaled(base, 1.15, QFont::DemiBold);
    fonts.title = scaled(base, 1.6, QFont::DemiBold);
    fonts.mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fonts.mono.setPointSizeF(base.pointSizeF() * 0.94);
    return fonts;
}

double luminance(const QColor& colour) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(double(colour.redF())) + 0.7152 * linear(double(colour.greenF())) +
           0.0722 * linear(double(colour.blueF()));
}

} // namespace

bool Theme::isDark() const {
    return colours.window.lightness() < colours.text.lightness();
}

QColor Theme::disabledText() const {
    // High contrast has one colour of text; only half of it looks different.
    const auto half = [](int a, int b) { return (a + b) / 2; };
    const QColor& words = colours.text;
    const QColor& ground = colours.window;
    return isHighContrast() ? QColor(half(words.red(), ground.red()), half(words.green(), ground.green()),
                                     half(words.blue(), ground.blue()))
                            : colours.muted;
}

QPalette Theme::palette() const {
    QPalette p;
    const auto& c = colours;
    p.setColor(QPalette::Window, c.panel);
    p.setColor(QPalette::Base, c.window);
    p.setColor(QPalette::AlternateBase, c.alternate);
    p.setColor(QPalette::Button, c.panel);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.failed);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Highlight, c.selection);
    p.setColor(QPalette::HighlightedText, c.text);
    p.setColor(QPalette::ToolTipBase, c.window);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::Light, c.window);
    p.setColor(QPalette::Midlight, c.alternate);
    p.setColor(QPalette::Mid, c.divider);
    p.setColor(QPalette::Dark, c.border);
    p.setColor(QPalette::Shadow, c.divider);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, disabledText());
    return p;
}

Theme makeTheme(ColourScheme scheme, const QPalette& system, const QFont& base, qreal textScale) {
    Theme theme;
    theme.scheme = scheme;
    switch (scheme) {
    case ColourScheme::Light:
        theme.colours = fromValues(generated::lightColours);
        break;
    case ColourScheme::Dark:
        theme.colours = fromValues(generated::darkColours);
        break;
    case ColourScheme::HighContrast:
        theme.systemColours = isHighContrast(system);
        theme.colours = theme.systemColours ? fromSystem(system) : fromValues(generated::highContrastColours);
        break;
    }
    theme.fonts = makeFonts(scaled(base, textScale));
    return theme;
}

QFont systemBaseFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const bool unnamed = font.family().isEmpty() ||
                         font.family().startsWith("Sans"_L1, Qt::CaseInsensitive) ||
                         font.family().startsWith("DejaVu"_L1);
    QStringList families = unnamed ? QStringList{u"Noto Sans"_s, font.family()} : QStringList{font.family()};
    families << u"Noto Color Emoji"_s;
    font.setFamilies(families);
    // 9 pt is Qt's last resort where no desktop says anything; it is too small to read for hours.
    if (font.pointSizeF() <= 0 || (unnamed && font.pointSizeF() < 10.5))
        font.setPointSizeF(10.5);
    return font;
}

bool isHighContrast(const QPalette& system) {
    const auto colour = [&system](QPalette::ColorRole role) { return system.color(QPalette::Active, role); };
    return colour(QPalette::Window) == colour(QPalette::Base) &&
           contrastRatio(colour(QPalette::Window), colour(QPalette::WindowText)) >= 15.0 &&
           contrastRatio(colour(QPalette::Base), colour(QPalette::Text)) >= 15.0;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace apex::ui
