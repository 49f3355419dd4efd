// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme_provider.h"

#include "ui/theme/theme_style_sheet.h"

#include <QApplication>
#include <QStyleFactory>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

ColourScheme schemeFor(SchemeChoice choice, const QPalette& system) {
    switch (choice) {
    case SchemeChoice::Light:
        return ColourScheme::Light;
    case SchemeChoice::Dark:
        return ColourScheme::Dark;
    case SchemeChoice::HighContrast:
        return ColourScheme::HighContrast;
    case SchemeChoice::System:
        break;
    }
    if (isHighContrast(system))
        return ColourScheme::HighContrast;
    const bool dark =
        system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness();
    return dark ? ColourScheme::Dark : ColourScheme::Light;
}

} // namespace

ThemeProvider::ThemeProvider(QApplication& app, QObject* parent)
    : QObject(parent), m_app(app), m_system(app.palette()), m_base(systemBaseFont()) {
    if (QStyle* fusion = QStyleFactory::create(u"Fusion"_s))
        m_app.setStyle(fusion);
    apply();
}

void ThemeProvider::setChoice(SchemeChoice choice) {
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
}

void ThemeProvider::setTextScale(qreal scale) {
    const qreal bounded = std::clamp(scale, 1.0, 2.0);
    if (qFuzzyCompare(bounded, m_textScale))
        return;
    m_textScale = bounded;
    apply();
}

void ThemeProvider::systemLookChanged() {
    // An empty palette lets Qt fall back to the desktop's; only then can it be read.
    m_app.setPalette(QPalette());
    m_system = m_app.palette();
    m_base = systemBaseFont();
    apply();
}

void ThemeProvider::apply() {
    m_theme = makeTheme(schemeFor(m_choice, m_system), m_system, m_base, m_textScale);
    m_app.setFont(m_theme.fonts.body);
    const bool system = m_theme.systemColours;
    m_app.setPalette(system ? m_system : m_theme.palette());
    m_app.setStyleSheet(system ? QString() : styleSheetFor(m_theme));
    Q_EMIT changed();
}

} // namespace apex::ui
