// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

#include <QString>

#include <vector>

namespace apex::ui {

/// Which part of a run's time lies under which pixel. Times count from the start of the run.
class TimeAxis {
public:
    /// One labelled line of the ruler.
    struct Tick {
        double x = 0;
        QString label;
    };

    /// Pixels there are for the whole axis, at least 1.
    void setWidth(int width);
    /// Length of the run, at least 1 ms; a fitted axis stays fitted, another keeps its place.
    void setTotal(MonoTime total);
    [[nodiscard]] int width() const { return m_width; }
    [[nodiscard]] MonoTime total() const { return m_total; }

    /// Zooms by `factor` (above 1: closer), what lies under pixel `x` stays there.
    void zoom(double factor, double x);
    /// Shows exactly this span.
    void show(MonoTime from, MonoTime to);
    /// Moves by pixels, towards later with a positive number.
    void pan(double pixels);
    /// Shows the whole run, and goes on doing so while it grows.
    void fit();
    [[nodiscard]] bool isFitted() const { return m_fitted; }

    [[nodiscard]] double xOf(MonoTime time) const;
    [[nodiscard]] MonoTime timeAt(double x) const;
    /// Time that one pixel stands for, at least 1 us.
    [[nodiscard]] MonoTime perPixel() const;
    [[nodiscard]] MonoTime from() const { return timeAt(0); }
    [[nodiscard]] MonoTime to() const { return timeAt(m_width); }
    /// Pixels of the whole run at this zoom, and of what lies before the left edge: for a scroll bar.
    [[nodiscard]] int contentWidth() const;
    [[nodiscard]] int offset() const;
    void setOffset(int pixels);

    /// Round times with labels, at least `apart` pixels from each other.
    [[nodiscard]] std::vector<Tick> ticks(int apart) const;

private:
    void clamp();

    int m_width = 1;
    MonoTime m_total{1'000'000};
    double m_origin = 0;       ///< microseconds at the left edge
    double m_scale = 10'000.0; ///< microseconds a pixel
    bool m_fitted = true;
};

} // namespace apex::ui
