// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/time_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kClosest = 20.0;         // microseconds a pixel: finer than any clock involved
constexpr double kWidest = 100'000'000.0; // pixels a scroll bar can still count

double micros(MonoTime time) {
    return static_cast<double>(time.count());
}

QString tickLabel(double at, double step) {
    if (step < 1'000)
        return QString::number(at / 1'000.0, 'f', 1) + u" ms"_s;
    if (step < 100'000 && at < 1'000'000)
        return QString::number(at / 1'000.0, 'f', 0) + u" ms"_s;
    if (at < 60'000'000) {
        const int decimals = step < 10'000 ? 3 : step < 100'000 ? 2 : step < 1'000'000 ? 1 : 0;
        return QString::number(at / 1'000'000.0, 'f', decimals) + u" s"_s;
    }
    const auto seconds = static_cast<qint64>(at / 1'000'000.0);
    QString label = u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QChar(u'0'));
    if (step < 1'000'000)
        label += QString::number(at / 1'000'000.0 - static_cast<double>(seconds), 'f', 3).mid(1);
    return label;
}

} // namespace

void TimeAxis::setWidth(int width) {
    const int wanted = std::max(1, width);
    if (wanted == m_width)
        return;
    m_width = wanted;
    clamp();
}

void TimeAxis::setTotal(MonoTime total) {
    m_total = std::max(total, MonoTime{1'000});
    clamp();
}

void TimeAxis::clamp() {
    const double total = micros(m_total);
    const double whole = total / m_width;
    if (m_fitted || m_scale >= whole) {
        m_fitted = true;
        m_scale = whole;
        m_origin = 0;
        return;
    }
    m_scale = std::max({m_scale, std::min(kClosest, whole), total / kWidest});
    m_origin = std::clamp(m_origin, 0.0, total - m_scale * m_width);
}

void TimeAxis::zoom(double factor, double x) {
    const double under = m_origin + x * m_scale;
    m_scale /= factor;
    m_origin = under - x * m_scale;
    m_fitted = false;
    clamp();
    if (!m_fitted) {
        m_origin = under - x * m_scale;
        clamp();
    }
}

void TimeAxis::show(MonoTime from, MonoTime to) {
    m_fitted = false;
    m_scale = micros(std::max(to - from, MonoTime{1})) / m_width;
    m_origin = micros(from);
    clamp();
}

void TimeAxis::pan(double pixels) {
    m_origin += pixels * m_scale;
    clamp();
}

void TimeAxis::fit() {
    m_fitted = true;
    clamp();
}

double TimeAxis::xOf(MonoTime time) const {
    return (micros(time) - m_origin) / m_scale;
}

MonoTime TimeAxis::timeAt(double x) const {
    return MonoTime(static_cast<MonoTime::rep>(std::floor(m_origin + x * m_scale)));
}

MonoTime TimeAxis::perPixel() const {
    return MonoTime(std::max<MonoTime::rep>(1, static_cast<MonoTime::rep>(m_scale)));
}

int TimeAxis::contentWidth() const {
    return static_cast<int>(std::lround(micros(m_total) / m_scale));
}

int TimeAxis::offset() const {
    return static_cast<int>(std::lround(m_origin / m_scale));
}

void TimeAxis::setOffset(int pixels) {
    if (pixels == offset())
        return;
    m_origin = pixels * m_scale;
    clamp();
}

std::vector<TimeAxis::Tick> TimeAxis::ticks(int apart) const {
    const double least = std::max(1, apart) * m_scale;
    constexpr std::array kRound{1.0, 2.0, 5.0, 10.0};
    constexpr std::array kRoundMinutes{1.0, 2.0, 3.0, 6.0, 12.0}; // of 10 s: 10, 20, 30, 60, 120
    double step = 0;
    if (least > 10e6 && least <= 120e6) {
        step = 10e6 * *std::find_if(kRoundMinutes.begin(), kRoundMinutes.end(),
                                    [&](double factor) { return factor * 10e6 >= least; });
    } else {
        const double unit = least > 120e6 ? 60e6 : 1.0;
        const double power = unit * std::pow(10.0, std::floor(std::log10(least / unit)));
        step = power * *std::find_if(kRound.begin(), kRound.end() - 1,
                                     [&](double factor) { return factor * power >= least; });
    }
    std::vector<Tick> ticks;
    const double end = std::min(m_origin + m_scale * m_width, micros(m_total));
    const double first = std::ceil(m_origin / step);
    const int count = static_cast<int>(std::floor(end / step) - first) + 1;
    for (int i = 0; i < count; ++i) {
        const double at = (first + i) * step;
        ticks.push_back({(at - m_origin) / m_scale, tickLabel(at, step)});
    }
    return ticks;
}

} // namespace apex::ui
