// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/waterfall_painter.h"

#include "ui/timeline/step_look.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kGap = 3;         // between lanes
constexpr double kFramed = 8.0; // from this width on a bar has a frame and a tint, below it is solid
constexpr int kTickDistance = 96;

QColor colourOf(const runs::Step& step, const ThemeColours& c) {
    if (step.state == runs::StepState::Failed)
        return c.failed;
    if (step.state == runs::StepState::Unfinished)
        return c.warning;
    return kindColour(step.kind, c);
}

} // namespace

WaterfallPainter::WaterfallPainter(const Theme& theme) : m_theme(theme) {
    themeChanged();
}

void WaterfallPainter::themeChanged() {
    const QFontMetrics caption(m_theme.fonts.caption);
    m_laneHeight = std::max(18, caption.height() + 4) + kGap;
    m_rulerHeight = caption.height() + 10;
}

QColor WaterfallPainter::tint(const QColor& colour) const {
    if (m_theme.scheme == ColourScheme::HighContrast)
        return m_theme.colours.window;
    const QColor& base = m_theme.colours.window;
    const float share = m_theme.isDark() ? 0.28F : 0.16F;
    const auto mix = [share](float a, float b) { return a * share + b * (1.0F - share); };
    return QColor::fromRgbF(mix(colour.redF(), base.redF()), mix(colour.greenF(), base.greenF()),
                            mix(colour.blueF(), base.blueF()));
}

int WaterfallPainter::laneY(const WaterfallScene& scene, int lane) const {
    return scene.laneTop + (lane - scene.firstLane) * m_laneHeight;
}

void WaterfallPainter::paintRuler(QPainter& painter, const QRect& ruler, const TimeAxis& axis) const {
    const auto& c = m_theme.colours;
    painter.fillRect(ruler, c.panel);
    painter.fillRect(QRect(ruler.left(), ruler.bottom(), ruler.width(), 1), c.divider);
    painter.setFont(m_theme.fonts.caption);
    const QFontMetrics metrics(m_theme.fonts.caption);
    for (const TimeAxis::Tick& tick : axis.ticks(kTickDistance)) {
        const int x = ruler.left() + static_cast<int>(tick.x);
        painter.fillRect(QRect(x, ruler.bottom() - 5, 1, 5), c.border);
        painter.setPen(c.muted);
        const int width = metrics.horizontalAdvance(tick.label);
        if (x + 4 + width <= ruler.right())
            painter.drawText(x + 4, ruler.top() + 4 + metrics.ascent(), tick.label);
    }
}

void WaterfallPainter::paintLabel(QPainter& painter, const QRectF& rect, const QString& text) const {
    const QFontMetrics metrics(m_theme.fonts.caption);
    const QString shown = metrics.elidedText(text.simplified(), Qt::ElideRight,
                                             static_cast<int>(rect.width()) - 2 * spacing::xs);
    if (shown.size() < 2 && shown != text)
        return;
    painter.setPen(m_theme.colours.text);
    painter.drawText(QPointF(rect.left() + spacing::xs,
                             rect.top() + (rect.height() - metrics.height()) / 2.0 + metrics.ascent()),
                     shown);
}

void WaterfallPainter::paintBar(QPainter& painter, const Bar& bar, const WaterfallScene& scene) const {
    const runs::Step& step = scene.run->steps[static_cast<size_t>(bar.step)];
    const QColor colour = colourOf(step, m_theme.colours);
    if (bar.rect.width() < kFramed || bar.merged > 1) {
        painter.fillRect(bar.rect, colour);
        return;
    }
    const bool open = step.state == runs::StepState::Running || step.state == runs::StepState::Unfinished;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1, open ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(tint(colour));
    painter.drawRoundedRect(bar.rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF(bar.rect.left(), bar.rect.top(), 4, bar.rect.height()), 2, 2);
    painter.restore();
    if (bar.rect.width() >= 28) {
        const bool said = step.kind == runs::StepKind::Thinking || step.name.isEmpty();
        const QString& name = said ? step.text : step.name;
        const QRectF inside =
            bar.rect.intersected(QRectF(0, bar.rect.top(), scene.axis->width(), bar.rect.height()));
        paintLabel(painter, inside.adjusted(3, 0, 0, 0), name.left(200));
    }
}

int WaterfallPainter::paintLanes(QPainter& painter, const QRect& area, const WaterfallScene& scene) const {
    int painted = 0;
    painter.setFont(m_theme.fonts.caption);
    const MonoTime origin = scene.run->first;
    const TimeAxis& axis = *scene.axis;
    const MonoTime from = origin + axis.timeAt(area.left()) - axis.perPixel();
    const MonoTime to = origin + axis.timeAt(area.right() + 1.0);
    for (int lane = scene.firstLane; lane < scene.lanes->laneCount(); ++lane) {
        const int y = laneY(scene, lane);
        if (y > area.bottom())
            break;
        const double height = m_laneHeight - kGap;
        for (const models::LanePiece& piece :
             scene.lanes->pieces(lane, from, to, axis.perPixel(), scene.now)) {
            const double left = std::max(axis.xOf(piece.start - origin), -2.0);
            const double right = std::min(axis.xOf(piece.end - origin), axis.width() + 2.0);
            // Whole pixels: neighbours that touch in time touch in the picture.
            const double edge = std::floor(left);
            const QRectF rect(edge, y + 1.0, std::max(std::ceil(right) - edge, 1.0), height);
            paintBar(painter, {rect, piece.step, piece.merged}, scene);
            ++painted;
        }
    }
    return painted;
}

QRectF WaterfallPainter::barOf(const QRect& area, const WaterfallScene& scene, int step) const {
    if (step < 0 || step >= scene.lanes->stepCount())
        return {};
    const int lane = scene.lanes->laneOf(step);
    const MonoTime origin = scene.run->first;
    const MonoTime start = scene.lanes->startOf(step);
    const MonoTime end = std::max(start, std::min(scene.lanes->endOf(step), scene.now));
    const double left = std::max(scene.axis->xOf(start - origin), -2.0);
    const double right = std::min(scene.axis->xOf(end - origin), scene.axis->width() + 2.0);
    const QRectF rect(left, laneY(scene, lane) + 1.0, std::max(right - left, 1.0), m_laneHeight - kGap);
    return rect.intersects(QRectF(area)) && right >= 0 && left <= scene.axis->width() ? rect : QRectF();
}

void WaterfallPainter::paintPath(QPainter& painter, const QRect& area, const WaterfallScene& scene,
                                 const std::vector<runs::PathPiece>& path) const {
    const TimeAxis& axis = *scene.axis;
    const MonoTime origin = scene.run->first;
    const MonoTime to = origin + axis.to();
    auto piece = std::lower_bound(path.begin(), path.end(), origin + axis.from(),
                                  [](const runs::PathPiece& p, MonoTime at) { return p.to < at; });
    const double height = m_laneHeight - kGap;
    int before = -1;
    while (piece != path.end() && piece->from <= to) {
        const double left = std::max(axis.xOf(piece->from - origin), -4.0);
        const double right = std::min(axis.xOf(piece->to - origin), axis.width() + 4.0);
        if (piece->step >= 0 && right - left >= 2.0 && piece->step < scene.lanes->stepCount()) {
            const int y = laneY(scene, scene.lanes->laneOf(piece->step));
            if (before >= 0 && std::abs(before - y) > 1) // where the path changes lanes
                painter.fillRect(
                    QRectF(left - 1, std::min(before, y) + height - 1, 1, std::abs(before - y) + 2),
                    m_theme.colours.text);
            if (y + height >= area.top() && y <= area.bottom())
                painter.fillRect(QRectF(left, y + height - 1, right - left, 2), m_theme.colours.text);
            before = y;
        }
        // What is narrower than a pixel leaps to the next pixel.
        if (right - left < 1.0)
            piece = std::lower_bound(piece + 1, path.end(), piece->from + axis.perPixel(),
                                     [](const runs::PathPiece& p, MonoTime at) { return p.to < at; });
        else
            ++piece;
    }
}

void WaterfallPainter::paintProblems(QPainter& painter, const QRect& ruler, const TimeAxis& axis,
                                     const std::vector<MonoTime>& problems) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.colours.failed);
    auto at = std::lower_bound(problems.begin(), problems.end(), axis.from());
    while (at != problems.end() && *at <= axis.to()) {
        const double x = ruler.left() + axis.xOf(*at);
        QPainterPath mark;
        mark.moveTo(x - 4, ruler.bottom() - 7);
        mark.lineTo(x + 4, ruler.bottom() - 7);
        mark.lineTo(x, ruler.bottom());
        mark.closeSubpath();
        painter.drawPath(mark);
        at = std::lower_bound(at + 1, problems.end(), *at + 3 * axis.perPixel());
    }
    painter.restore();
}

} // namespace apex::ui
