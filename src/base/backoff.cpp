// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/backoff.h"

#include <algorithm>

namespace apex {

Backoff::Backoff(Milliseconds base, Milliseconds cap, Random random)
    : m_base(base), m_cap(cap), m_random(std::move(random)) {}

Backoff::Milliseconds Backoff::next() {
    // 2^20 x base exceeds any sensible cap, so the shift cannot overflow.
    const int exponent = std::min(m_attempts, 20);
    ++m_attempts;
    const auto ceiling = std::min<Milliseconds>(m_cap, m_base * (std::int64_t{1} << exponent));
    const auto floor = std::min(m_base / 2, ceiling);
    const auto span = static_cast<std::uint32_t>((ceiling - floor).count() + 1);
    return floor + Milliseconds(m_random(span));
}

} // namespace apex
