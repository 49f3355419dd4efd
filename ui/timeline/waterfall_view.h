// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_lanes.h"
#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"
#include "ui/timeline/time_axis.h"
#include "ui/timeline/waterfall_painter.h"

#include <QAbstractScrollArea>
#include <QPointer>
#include <QTimer>

#include <set>

namespace apex::ui {

/// The run on an axis of time: agents above, their work beneath, parallel work side by side. The rows of the
/// timeline are its exact twin in words; both show the same step as selected.
///
/// Keys: + and - or W and S zoom, A and D or Left and Right move in time, 0 shows all, Up and Down go to the
/// previous and next row, C shows or hides the critical path, Enter leads to the transcript.
class WaterfallView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    WaterfallView(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] const TimeAxis& axis() const { return m_axis; }
    [[nodiscard]] const models::RunLanes& lanes() const { return m_lanes; }
    /// Selects a step and brings it into sight; -1 selects none.
    void setCurrentStep(int step);
    [[nodiscard]] int currentStep() const { return m_current; }
    void setHoveredStep(int step);
    void setPathShown(bool shown);
    [[nodiscard]] bool isPathShown() const { return m_pathShown; }

    void zoomIn();
    void zoomOut();
    void fit();
    /// The step drawn at a place of the viewport, -1 if there is none.
    [[nodiscard]] int stepAt(const QPoint& viewportPosition) const;
    /// Where a step is drawn; empty if out of sight.
    [[nodiscard]] QRectF barOf(int step) const;
    [[nodiscard]] int paintCount() const { return m_paintCount; }
    /// Rectangles of the last whole picture.
    [[nodiscard]] int painted() const { return m_painted; }

    /// High enough for the lanes, up to a bound.
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void currentStepChanged(int step);
    void hoveredStepChanged(int step);
    /// Enter or double click.
    void stepActivated(int step);
    /// Up and Down: the row before or after.
    void rowStepRequested(int delta);
    void axisChanged();
    void pathShownChanged(bool shown);
    void laneCountChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void onReset();
    void onStepsAdded(int first);
    void onStepChanged(int step);
    void rebuild();
    void noteProblem(int step);
    void changedLater();
    void refreshTotal();
    void axisMoved();
    void updateScrollBars();
    [[nodiscard]] QRect lanesArea() const;
    [[nodiscard]] WaterfallScene scene() const;
    [[nodiscard]] MonoTime now() const;
    void updateStep(int step);
    bool navigate(int key);
    void describe();

    models::TimelineModel& m_model;
    const ThemeProvider& m_themes;
    models::RunLanes m_lanes;
    TimeAxis m_axis;
    WaterfallPainter m_painter;
    std::set<std::pair<MonoTime, int>> m_problems;
    mutable std::vector<MonoTime> m_problemTimes; ///< m_problems without the steps; empty: to be made
    MonoTime m_now{};                             ///< of the last picture
    QTimer m_later; ///< a burst of events costs one picture, at most 30 a second
    QPoint m_pressed;
    int m_pressedOffset = 0;
    bool m_dragging = false;
    bool m_stale = true;
    bool m_pathShown = true;
    bool m_moving = false;
    int m_current = -1;
    int m_hovered = -1;
    int m_toldLanes = 0;
    int m_paintCount = 0;
    int m_painted = 0;
};

} // namespace apex::ui
