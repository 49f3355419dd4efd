// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <chrono>

namespace apex {

/// Wall-clock instant, microseconds since 1970-01-01 UTC.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
/// Monotonic instant, microseconds since an arbitrary start; only differences mean something.
using MonoTime = std::chrono::duration<std::int64_t, std::micro>;

/// Source of time; real code uses SystemClock, unit tests step a FakeClock.
class Clock {
public:
    virtual ~Clock() = default;
    /// Current wall time, UTC.
    [[nodiscard]] virtual WallTime wallNow() const = 0;
    /// Current monotonic time; never runs backwards.
    [[nodiscard]] virtual MonoTime monoNow() const = 0;
};

/// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime wallNow() const override;
    [[nodiscard]] MonoTime monoNow() const override;
};

/// Current wall time in whole seconds since 1970-01-01 UTC.
[[nodiscard]] qint64 unixSeconds(const Clock& clock);
/// RFC 3339 in UTC with microseconds: "2026-11-22T16:37:21.795980Z".
[[nodiscard]] QString toRfc3339(WallTime time);
/// A measured duration in words of fixed form, rounded: "<1 ms", "42 ms", "0.4 s", "31.4 s", "2 min 05 s",
/// "1 h 02 min".
[[nodiscard]] QString durationText(MonoTime duration);
[[nodiscard]] QString durationText(std::chrono::milliseconds duration);
/// A span that is known in whole seconds, a wait for example: "4 s", "2 min 05 s".
[[nodiscard]] QString durationText(std::chrono::seconds duration);

} // namespace apex
