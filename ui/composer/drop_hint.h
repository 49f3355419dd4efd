// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace apex::ui {

/// Lies over a window while files are dragged over it and says what letting go does. Takes no input.
class DropHint final : public QWidget {
    Q_OBJECT
public:
    DropHint(const Theme& theme, QWidget* window);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ThemeColours m_colours;
    QFont m_font;
};

} // namespace apex::ui
