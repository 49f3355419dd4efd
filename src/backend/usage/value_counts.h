// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace apex::backend {

/// How often each value came, for percentiles in bounded memory (at most 40 MB). Exact for up to `mostValues`
/// values, and beyond as long as no more of them are different; then the finest digits go and a percentile
/// may be up to 0.1 % nearer to zero. One thread.
class ValueCounts {
public:
    static constexpr std::uint64_t mostValues = 1'000'000;

    void add(std::int64_t value);
    /// Different values held, at most; a measure of memory.
    [[nodiscard]] std::size_t held() const { return m_new.size() + m_counts.size(); }
    /// Counts what `other` counted.
    void merge(const ValueCounts& other);
    /// The smallest value that `percent` (above 0, at most 100) of the values do not exceed; 0 if there are
    /// none.
    [[nodiscard]] std::int64_t nearestRank(double percent);

private:
    struct Count {
        std::int64_t value = 0;
        std::uint64_t times = 0;
    };
    void settle();
    void coarsen();

    std::vector<std::int64_t> m_new; ///< not counted yet
    std::vector<Count> m_counts;     ///< by value
    std::uint64_t m_total = 0;
    bool m_coarse = false;
};

} // namespace apex::backend
