// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_text.h"
#include "ui/theme/theme.h"

class QPainter;

namespace apex::ui {

/// What the view knows of a row beyond its content.
struct RowState {
    bool open = false;
    bool selected = false;
    bool focused = false; ///< selected, and the view has the keyboard
    bool hovered = false;
};

/// Paints one line of the timeline: indent, shape, kind, title, badges, offset, duration and a bar on the
/// run's time scale.
class RowPainter {
public:
    /// `theme` outlives this.
    explicit RowPainter(const Theme& theme);
    /// Measures again after the theme changed.
    void themeChanged();

    [[nodiscard]] int rowHeight() const { return m_rowHeight; }
    /// Pixels before the text of a row of this depth; details align with it.
    [[nodiscard]] int indent(int depth) const;
    /// The time that a full bar stands for; columns for times are as wide as it needs.
    void setScale(std::chrono::milliseconds scale);
    [[nodiscard]] std::chrono::milliseconds scale() const { return m_scale; }
    void paint(QPainter& painter, const QRect& line, const models::TimelineRow& row,
               const RowState& state) const;

private:
    struct Columns {
        QRect text;
        QRect offset; ///< empty where there is no room
        QRect duration;
        QRect bar; ///< empty where there is no room
    };
    [[nodiscard]] Columns columns(const QRect& line, int depth) const;
    void paintBackground(QPainter& painter, const QRect& line, const RowState& state) const;
    void paintText(QPainter& painter, QRect box, const models::TimelineRow& row) const;
    /// One base line for words of every size.
    [[nodiscard]] int baseline(const QRect& line) const;
    void paintTime(QPainter& painter, const QRect& box, const QString& text, const QColor& colour) const;
    [[nodiscard]] int paintWord(QPainter& painter, const QRect& box, const QString& text, const QFont& font,
                                const QColor& colour) const;
    void paintBadges(QPainter& painter, QRect& box, const QStringList& badges) const;
    void paintBar(QPainter& painter, const QRect& box, const models::TimelineRow& row) const;

    const Theme& m_theme;
    std::chrono::milliseconds m_scale{1000};
    int m_rowHeight = 28;
    int m_offsetWidth = 0;
    int m_durationWidth = 0;
};

} // namespace apex::ui
