// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_lanes.h"
#include "runs/critical_path.h"
#include "ui/theme/theme.h"
#include "ui/timeline/time_axis.h"

#include <QRect>

class QPainter;

namespace apex::ui {

/// What a picture of the waterfall is made of; all of it outlives the painting.
struct WaterfallScene {
    const runs::Run* run = nullptr;
    const models::RunLanes* lanes = nullptr;
    const TimeAxis* axis = nullptr;
    MonoTime now{};
    int firstLane = 0; ///< lanes from here on are in sight
    int laneTop = 0;   ///< y of that lane
    int selected = -1; ///< step
    int hovered = -1;
};

/// Paints lanes, ruler, critical path and marks. The cost is bound by pixels: steps closer than a pixel are
/// one rectangle.
class WaterfallPainter {
public:
    /// `theme` outlives this.
    explicit WaterfallPainter(const Theme& theme);
    /// Measures again after the theme changed.
    void themeChanged();

    [[nodiscard]] int laneHeight() const { return m_laneHeight; }
    [[nodiscard]] int rulerHeight() const { return m_rulerHeight; }

    void paintRuler(QPainter& painter, const QRect& ruler, const TimeAxis& axis) const;
    /// Rectangles painted, for the promise that they are bound by pixels.
    int paintLanes(QPainter& painter, const QRect& area, const WaterfallScene& scene) const;
    void paintPath(QPainter& painter, const QRect& area, const WaterfallScene& scene,
                   const std::vector<runs::PathPiece>& path) const;
    /// Marks for problems in the ruler; `problems` are times from the start of the run, ascending.
    void paintProblems(QPainter& painter, const QRect& ruler, const TimeAxis& axis,
                       const std::vector<MonoTime>& problems) const;
    /// Where a step is drawn, in the coordinates of the lanes; empty if it is not in sight.
    [[nodiscard]] QRectF barOf(const QRect& area, const WaterfallScene& scene, int step) const;

private:
    struct Bar {
        QRectF rect;
        int step;
        int merged;
    };
    void paintBar(QPainter& painter, const Bar& bar, const WaterfallScene& scene) const;
    void paintLabel(QPainter& painter, const QRectF& rect, const QString& text) const;
    [[nodiscard]] QColor tint(const QColor& colour) const;
    [[nodiscard]] int laneY(const WaterfallScene& scene, int lane) const;

    const Theme& m_theme;
    int m_laneHeight = 20;
    int m_rulerHeight = 20;
};

} // namespace apex::ui
