// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_text.h"
#include "ui/theme/theme.h"

#include <QTextLayout>

#include <memory>
#include <vector>

class QPainter;

namespace apex::ui {

/// The text beneath an open row, laid out once for a width.
class DetailsLayout {
public:
    DetailsLayout(const models::RowDetails& details, const Theme& theme, int width);

    /// Height in pixels, margins included.
    [[nodiscard]] int height() const { return m_height; }
    void paint(QPainter& painter, const QPoint& topLeft, const QRect& clip,
               const ThemeColours& colours) const;

private:
    enum class Tone { Heading, Body, Mono, Quiet };
    void add(const QString& text, Tone tone, const Theme& theme);
    void addSection(const QString& heading, const QString& text, Tone tone, const Theme& theme);

    struct Block {
        std::unique_ptr<QTextLayout> layout;
        Tone tone;
        int top;
    };
    std::vector<Block> m_blocks;
    int m_width;
    int m_height;
    bool m_edged; ///< their ground is the colour of the rows
};

} // namespace apex::ui
