// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace apex {

/// Capped exponential backoff with full jitter: attempt n waits a random time in [base/2, min(cap, base *
/// 2^n)].
///
/// Holds no timer, so it is testable without waiting. Not thread-safe.
class Backoff {
public:
    using Milliseconds = std::chrono::milliseconds;
    /// Returns a uniform number in [0, bound).
    using Random = std::function<std::uint32_t(std::uint32_t bound)>;

    Backoff(Milliseconds base, Milliseconds cap, Random random);

    /// Time to wait before the next attempt; counts the attempt.
    [[nodiscard]] Milliseconds next();
    /// Attempts since the last reset.
    [[nodiscard]] int attempts() const { return m_attempts; }
    /// Forget past failures; call after a connection has been good for a while, not on connect.
    void reset() { m_attempts = 0; }

private:
    Milliseconds m_base;
    Milliseconds m_cap;
    Random m_random;
    int m_attempts = 0;
};

} // namespace apex
