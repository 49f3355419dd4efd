// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"

namespace apex::test {

/// A clock that stands still until it is moved.
class SteppedClock final : public Clock {
public:
    explicit SteppedClock(WallTime start = WallTime(std::chrono::seconds(1'795'000'000))) : m_wall(start) {}

    [[nodiscard]] WallTime wallNow() const override { return m_wall; }
    [[nodiscard]] MonoTime monoNow() const override { return m_mono; }

    /// Time passes.
    void pass(std::chrono::microseconds duration) {
        m_wall += duration;
        m_mono += duration;
    }
    /// Somebody sets the clock.
    void jump(std::chrono::microseconds duration) { m_wall += duration; }

private:
    WallTime m_wall;
    MonoTime m_mono{std::chrono::hours(1)};
};

} // namespace apex::test
