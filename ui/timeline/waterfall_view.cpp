// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/waterfall_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

namespace apex::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr double kZoomStep = 1.5;

} // namespace

WaterfallView::WaterfallView(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent)
    : QAbstractScrollArea(parent), m_model(model), m_themes(themes), m_painter(themes.theme()) {
    setObjectName(u"waterfallView"_s);
    setAccessibleName(tr("Waterfall of the run"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setMinimumHeight(72);
    setViewportMargins(spacing::m, 0, spacing::m, 0);
    // Time runs from left to right in every language.
    setLayoutDirection(Qt::LeftToRight);
    horizontalScrollBar()->setAccessibleName(tr("Scroll in time"));
    verticalScrollBar()->setAccessibleName(tr("Scroll the waterfall"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_later.setSingleShot(true);
    m_later.setInterval(33ms);
    connect(&m_later, &QTimer::timeout, this, &WaterfallView::refreshTotal);
    connect(&model, &models::TimelineModel::stepsReset, this, &WaterfallView::onReset);
    connect(&model, &models::TimelineModel::stepsAdded, this, &WaterfallView::onStepsAdded);
    connect(&model, &models::TimelineModel::stepChanged, this, &WaterfallView::onStepChanged);
    connect(&model, &models::TimelineModel::ticked, this, &WaterfallView::changedLater);
    connect(&model, &models::TimelineModel::summaryChanged, this, &WaterfallView::changedLater);
    connect(&m_themes, &ThemeProvider::changed, this, [this] {
        m_painter.themeChanged();
        updateScrollBars();
        viewport()->update();
    });
}

void WaterfallView::onReset() {
    m_stale = true;
    m_current = m_hovered = -1;
    m_axis.fit();
    if (isVisible())
        rebuild();
}

void WaterfallView::rebuild() {
    m_stale = false;
    m_lanes.clear();
    m_problems.clear();
    m_problemTimes.clear();
    if (const runs::Run* run = m_model.run()) {
        for (int step = 0; step < static_cast<int>(run->steps.size()); ++step) {
            m_lanes.add(*run, step);
            noteProblem(step);
        }
    }
    refreshTotal();
    verticalScrollBar()->setValue(0);
}

void WaterfallView::onStepsAdded(int first) {
    if (m_stale)
        return;
    if (!isVisible()) {
        m_stale = true;
        return;
    }
    const runs::Run* run = m_model.run();
    for (int step = first; step < static_cast<int>(run->steps.size()); ++step) {
        m_lanes.add(*run, step);
        noteProblem(step);
    }
    changedLater();
}

void WaterfallView::onStepChanged(int step) {
    if (m_stale)
        return;
    if (!isVisible() || !m_lanes.update(*m_model.run(), step)) {
        m_stale = true;
        if (isVisible())
            rebuild();
        return;
    }
    noteProblem(step);
    changedLater();
}

void WaterfallView::noteProblem(int step) {
    const std::pair<MonoTime, int> place{m_lanes.startOf(step) - m_model.run()->first, step};
    const bool changed =
        m_model.isProblemStep(step) ? m_problems.insert(place).second : m_problems.erase(place) > 0;
    if (changed)
        m_problemTimes.clear();
}

void WaterfallView::changedLater() {
    if (isVisible() && !m_later.isActive())
        m_later.start();
}

MonoTime WaterfallView::now() const {
    const runs::Run* run = m_model.run();
    if (!run)
        return {};
    const auto summary = m_model.summary();
    return run->first + std::chrono::duration_cast<MonoTime>(summary ? summary->elapsed : 0ms);
}

void WaterfallView::refreshTotal() {
    const runs::Run* run = m_model.run();
    if (!run)
        return viewport()->update();
    m_now = std::max(now(), run->last);
    m_axis.setTotal(m_now - run->first);
    updateScrollBars();
    describe();
    viewport()->update();
    if (const int lanes = m_lanes.laneCount(); lanes != m_toldLanes) {
        m_toldLanes = lanes;
        updateGeometry();
        Q_EMIT laneCountChanged();
    }
}

// The words for those who do not see the picture: the step on which it stands, and the chain that took the
// time.
void WaterfallView::describe() {
    QStringList words;
    if (const int row = m_model.rowOf(m_current); row >= 0)
        words << m_model.row(row).sentence;
    const QString text = words.join(u". "_s);
    if (accessibleDescription() != text)
        setAccessibleDescription(text);
}

QSize WaterfallView::sizeHint() const {
    constexpr int kMost = 9; // lanes; more are scrolled
    const int lanes = std::clamp(m_lanes.laneCount(), 2, kMost);
    return {320, m_painter.rulerHeight() + lanes * m_painter.laneHeight() + spacing::l};
}

QRect WaterfallView::lanesArea() const {
    return viewport()->rect().adjusted(0, m_painter.rulerHeight(), 0, 0);
}

WaterfallScene WaterfallView::scene() const {
    const int scrolled = verticalScrollBar()->value();
    const int first = scrolled / m_painter.laneHeight();
    return {m_model.run(), &m_lanes,
            &m_axis,       m_now,
            first,         lanesArea().top() + spacing::xs + first * m_painter.laneHeight() - scrolled,
            m_current,     m_hovered};
}

QRectF WaterfallView::barOf(int step) const {
    return m_model.run() && !m_stale ? m_painter.barOf(lanesArea(), scene(), step) : QRectF();
}

int WaterfallView::stepAt(const QPoint& at) const {
    const runs::Run* run = m_model.run();
    if (!run || m_stale || !lanesArea().contains(at))
        return -1;
    const WaterfallScene s = scene();
    const int lane = s.firstLane + (at.y() - s.laneTop) / m_painter.laneHeight();
    if (at.y() < s.laneTop || lane >= m_lanes.laneCount())
        return -1;
    return m_lanes.stepAt(lane, run->first + m_axis.timeAt(at.x()), 3 * m_axis.perPixel());
}

void WaterfallView::updateScrollBars() {
    m_moving = true;
    auto* across = horizontalScrollBar();
    across->setRange(0, std::max(0, m_axis.contentWidth() - m_axis.width()));
    across->setPageStep(m_axis.width());
    across->setSingleStep(std::max(1, m_axis.width() / 10));
    across->setValue(m_axis.offset());
    auto* down = verticalScrollBar();
    const int height = m_lanes.laneCount() * m_painter.laneHeight() + 2 * spacing::xs;
    down->setRange(0, std::max(0, height - lanesArea().height()));
    down->setPageStep(lanesArea().height());
    down->setSingleStep(m_painter.laneHeight());
    m_moving = false;
}

void WaterfallView::axisMoved() {
    updateScrollBars();
    viewport()->update();
    Q_EMIT axisChanged();
}

void WaterfallView::zoomIn() {
    const QRectF bar = barOf(m_current);
    m_axis.zoom(kZoomStep, bar.isEmpty() ? m_axis.width() / 2.0
                                         : std::clamp(bar.center().x(), 0.0, double(m_axis.width())));
    axisMoved();
}

void WaterfallView::zoomOut() {
    m_axis.zoom(1.0 / kZoomStep, m_axis.width() / 2.0);
    axisMoved();
}

void WaterfallView::fit() {
    m_axis.fit();
    axisMoved();
}

void WaterfallView::setPathShown(bool shown) {
    if (shown == m_pathShown)
        return;
    m_pathShown = shown;
    viewport()->update();
    Q_EMIT pathShownChanged(shown);
}

void WaterfallView::updateStep(int step) {
    const QRectF bar = barOf(step);
    if (!bar.isEmpty())
        viewport()->update(bar.toAlignedRect().adjusted(-4, -4, 4, 4));
}

void WaterfallView::setHoveredStep(int step) {
    if (step == m_hovered)
        return;
    updateStep(m_hovered);
    m_hovered = step;
    updateStep(m_hovered);
}

void WaterfallView::setCurrentStep(int step) {
    if (step == m_current)
        return;
    updateStep(m_current);
    m_current = step;
    if (const runs::Run* run = m_model.run(); run && step >= 0 && !m_stale && step < m_lanes.stepCount()) {
        const MonoTime start = m_lanes.startOf(step) - run->first;
        const double x = m_axis.xOf(start);
        if (x < 0 || x > m_axis.width() - 8) {
            m_axis.pan(x - m_axis.width() / 4.0);
            axisMoved();
        }
        const int top = m_lanes.laneOf(step) * m_painter.laneHeight();
        auto* bar = verticalScrollBar();
        if (top < bar->value() || top + m_painter.laneHeight() > bar->value() + lanesArea().height())
            bar->setValue(top - lanesArea().height() / 2);
    }
    updateStep(m_current);
    describe();
    Q_EMIT currentStepChanged(step);
}

bool WaterfallView::navigate(int key) {
    const double page = m_axis.width() / 4.0;
    switch (key) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_W:
        zoomIn();
        return true;
    case Qt::Key_Minus:
    case Qt::Key_S:
        zoomOut();
        return true;
    case Qt::Key_0:
        fit();
        return true;
    case Qt::Key_A:
    case Qt::Key_Left:
        m_axis.pan(-page);
        axisMoved();
        return true;
    case Qt::Key_D:
    case Qt::Key_Right:
        m_axis.pan(page);
        axisMoved();
        return true;
    case Qt::Key_C:
        setPathShown(!m_pathShown);
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
        Q_EMIT rowStepRequested(key == Qt::Key_Down ? 1 : -1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT stepActivated(m_current);
        return true;
    default:
        return false;
    }
}

void WaterfallView::keyPressEvent(QKeyEvent* event) {
    const auto ignored = Qt::KeypadModifier | Qt::ShiftModifier; // '+' needs Shift on many keyboards
    const bool plain = (event->modifiers() & ~ignored) == Qt::NoModifier;
    if (plain && navigate(event->key()))
        event->accept();
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void WaterfallView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return QAbstractScrollArea::mousePressEvent(event);
    m_pressed = event->position().toPoint();
    m_pressedOffset = m_axis.offset();
    m_dragging = false;
    if (const int step = stepAt(m_pressed); step >= 0)
        setCurrentStep(step);
}

void WaterfallView::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    if (event->buttons() & Qt::LeftButton) {
        m_dragging = m_dragging || std::abs(at.x() - m_pressed.x()) > 4;
        if (m_dragging) {
            m_axis.setOffset(std::max(0, m_pressedOffset - (at.x() - m_pressed.x())));
            axisMoved();
        }
        return;
    }
    const int step = stepAt(at);
    if (step == m_hovered)
        return;
    setHoveredStep(step);
    Q_EMIT hoveredStepChanged(step);
}

void WaterfallView::mouseReleaseEvent(QMouseEvent* event) {
    m_dragging = false;
    QAbstractScrollArea::mouseReleaseEvent(event);
}

void WaterfallView::mouseDoubleClickEvent(QMouseEvent* event) {
    const int step = stepAt(event->position().toPoint());
    const runs::Run* run = m_model.run();
    if (step < 0 || !run)
        return fit();
    // The step and a little around it.
    const MonoTime start = m_lanes.startOf(step) - run->first;
    const MonoTime length =
        std::max(std::min(m_lanes.endOf(step), m_now) - m_lanes.startOf(step), MonoTime{1'000});
    m_axis.show(start - length / 10, start + length + length / 10);
    axisMoved();
}

void WaterfallView::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    if (event->modifiers() & Qt::ControlModifier) {
        m_axis.zoom(std::pow(kZoomStep, delta.y() / 120.0), event->position().x());
        axisMoved();
        event->accept();
    } else if (event->modifiers() & Qt::ShiftModifier || delta.x() != 0) {
        m_axis.pan(-(delta.x() != 0 ? delta.x() : delta.y()) * m_axis.width() / 1200.0);
        axisMoved();
        event->accept();
    } else {
        QAbstractScrollArea::wheelEvent(event);
    }
}

bool WaterfallView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave && m_hovered >= 0) {
        setHoveredStep(-1);
        Q_EMIT hoveredStepChanged(-1);
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = m_model.rowOf(stepAt(help->pos()));
        QToolTip::showText(help->globalPos(), row < 0 ? QString() : m_model.row(row).sentence, viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void WaterfallView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    if (m_stale)
        rebuild();
    else
        refreshTotal();
}

void WaterfallView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void WaterfallView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void WaterfallView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    m_axis.setWidth(viewport()->width());
    updateScrollBars();
    viewport()->update();
}

void WaterfallView::scrollContentsBy(int, int) {
    if (m_moving)
        return;
    m_axis.setOffset(horizontalScrollBar()->value());
    viewport()->update();
    Q_EMIT axisChanged();
}

void WaterfallView::paintEvent(QPaintEvent* event) {
    ++m_paintCount;
    const auto& c = m_themes.theme().colours;
    QPainter painter(viewport());
    painter.setLayoutDirection(Qt::LeftToRight);
    painter.fillRect(event->rect(), c.window);
    const QRect area = lanesArea();
    const QRect ruler(0, 0, viewport()->width(), m_painter.rulerHeight());
    if (!m_model.run() || m_stale)
        return m_painter.paintRuler(painter, ruler, m_axis);
    const WaterfallScene s = scene();
    painter.setClipRect(area.intersected(event->rect()));
    const int painted = m_painter.paintLanes(painter, area.intersected(event->rect()), s);
    if (event->rect().contains(area))
        m_painted = painted;
    if (m_pathShown)
        m_painter.paintPath(painter, area, s, m_model.path());
    painter.setBrush(Qt::NoBrush);
    if (const QRectF bar = m_painter.barOf(area, s, m_hovered); !bar.isEmpty()) {
        painter.setPen(QPen(c.muted, 1));
        painter.drawRect(bar.adjusted(-1.5, -1.5, 0.5, 0.5));
    }
    if (const QRectF bar = m_painter.barOf(area, s, m_current); !bar.isEmpty()) {
        painter.setPen(QPen(c.accent, 2));
        painter.drawRect(bar.adjusted(-2, -2, 2, 2));
    }
    painter.setClipping(false);
    m_painter.paintRuler(painter, ruler, m_axis);
    if (m_problemTimes.empty())
        for (const auto& [time, step] : m_problems)
            m_problemTimes.push_back(time);
    m_painter.paintProblems(painter, ruler, m_axis, m_problemTimes);
    if (hasFocus()) {
        painter.setPen(QPen(c.accent, 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace apex::ui
