// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QObject>

class QApplication;

namespace apex::ui {

/// What the person chose; System follows the desktop's light, dark or high-contrast
/// palette.
enum class SchemeChoice { System, Light, Dark, HighContrast };

/// Holds the look and puts it on the application's standard controls. Owned by the application, passed by
/// reference.
class ThemeProvider final : public QObject {
    Q_OBJECT
public:
    /// `app` outlives this; its palette, font, style and style sheet belong to the provider from here on.
    explicit ThemeProvider(QApplication& app, QObject* parent = nullptr);

    [[nodiscard]] const Theme& theme() const { return m_theme; }
    [[nodiscard]] SchemeChoice choice() const { return m_choice; }
    [[nodiscard]] qreal textScale() const { return m_textScale; }

    void setChoice(SchemeChoice choice);
    /// 1.0 to 2.0; values outside are clamped.
    void setTextScale(qreal scale);
    /// Call when the desktop says that its look changed (QEvent::ThemeChange of a window).
    void systemLookChanged();

Q_SIGNALS:
    /// theme() is new; repaint.
    void changed();

private:
    void apply();

    QApplication& m_app;
    QPalette m_system;
    QFont m_base;
    Theme m_theme;
    SchemeChoice m_choice = SchemeChoice::System;
    qreal m_textScale = 1.0;
};

} // namespace apex::ui
