// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"

#include <QDateTime>
#include <QTimeZone>

#include <cstdio>

namespace apex {

using namespace std::chrono;

namespace {

/// Seconds since the epoch at which years get a fifth digit, which RFC 3339 does not know.
constexpr qint64 endOfYear9999 = 253'402'300'800;
/// The same for years before 0000.
constexpr qint64 startOfYear0 = -62'167'219'200;

/// `value` in units of `unit`, halves away from nothing; no sum is formed, for servers claim absurd times.
qint64 nearest(qint64 value, qint64 unit) {
    const qint64 rest = value % unit;
    return value / unit + (rest * 2 >= unit ? 1 : rest * 2 <= -unit ? -1 : 0);
}

QString twoDigits(qint64 n) {
    return QString::number(n).rightJustified(2, u'0');
}

} // namespace

WallTime SystemClock::wallNow() const {
    return time_point_cast<microseconds>(system_clock::now());
}

MonoTime SystemClock::monoNow() const {
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch());
}

qint64 unixSeconds(const Clock& clock) {
    return std::chrono::duration_cast<std::chrono::seconds>(clock.wallNow().time_since_epoch()).count();
}

QString toRfc3339(WallTime time) {
    const qint64 us = time.time_since_epoch().count();
    qint64 seconds = us / 1'000'000;
    qint64 fraction = us % 1'000'000;
    if (fraction < 0) {
        fraction += 1'000'000;
        --seconds;
    }
    if (seconds < startOfYear0 || seconds >= endOfYear9999)
        return QDateTime::fromSecsSinceEpoch(seconds, QTimeZone::utc()).toString(Qt::ISODateWithMs);
    // Written for every recorded frame: a date formatted by Qt costs as much as judging the frame.
    const sys_seconds whole{std::chrono::seconds(seconds)};
    const year_month_day date(floor<days>(whole));
    const hh_mm_ss timeOfDay(whole - floor<days>(whole));
    char text[40];
    const int length = std::snprintf(
        text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", int{date.year()}, unsigned{date.month()},
        unsigned{date.day()}, static_cast<int>(timeOfDay.hours().count()),
        static_cast<int>(timeOfDay.minutes().count()), static_cast<int>(timeOfDay.seconds().count()),
        static_cast<int>(fraction));
    return QString::fromLatin1(text, length);
}

QString durationText(seconds duration) {
    const qint64 s = duration.count();
    if (s < 60)
        return QString::number(s) + QStringLiteral(" s");
    if (s < 3600)
        return QString::number(s / 60) + QStringLiteral(" min ") + twoDigits(s % 60) + QStringLiteral(" s");
    const qint64 minutes = nearest(s, 60);
    return QString::number(minutes / 60) + QStringLiteral(" h ") + twoDigits(minutes % 60) +
           QStringLiteral(" min");
}

QString durationText(milliseconds duration) {
    const qint64 ms = duration.count();
    if (ms < 100)
        return QString::number(ms) + QStringLiteral(" ms");
    const qint64 tenths = nearest(ms, 100);
    if (tenths < 600)
        return QString::number(tenths / 10) + u'.' + QString::number(tenths % 10) + QStringLiteral(" s");
    const qint64 whole = nearest(ms, 1000);
    // From an hour on minutes are shown, and rounded once: by way of seconds a half would count twice.
    return whole < 3600 ? durationText(seconds(whole)) : durationText(seconds(nearest(ms, 60'000) * 60));
}

QString durationText(MonoTime duration) {
    const qint64 us = duration.count();
    if (us > 0 && us < 1000)
        return QStringLiteral("<1 ms");
    return durationText(milliseconds(nearest(us, 1000)));
}

} // namespace apex
