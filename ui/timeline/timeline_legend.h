// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/glyph.h"
#include "ui/theme/theme_provider.h"

#include <QLabel>
#include <QWidget>

#include <vector>

namespace apex::ui {

/// What the timeline shows before the first event: the five kinds with their shapes.
class TimelineLegend final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit TimelineLegend(const ThemeProvider& themes, QWidget* parent = nullptr);

private:
    void applyTheme();

    const ThemeProvider& m_themes;
    std::vector<GlyphLabel*> m_kinds;
};

} // namespace apex::ui
