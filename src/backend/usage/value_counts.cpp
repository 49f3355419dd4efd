// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/value_counts.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace apex::backend {

namespace {

constexpr std::size_t mostNew = 65'536;
constexpr int keptBits = 10; // one part in 1024

/// Without the digits below one part in 1024, towards zero.
std::int64_t coarse(std::int64_t value) {
    const auto size = static_cast<std::uint64_t>(value < 0 ? -value : value);
    const int spare = static_cast<int>(std::bit_width(size)) - keptBits - 1;
    if (spare <= 0)
        return value;
    const auto cut = static_cast<std::int64_t>(size >> spare << spare);
    return value < 0 ? -cut : cut;
}

} // namespace

void ValueCounts::add(std::int64_t value) {
    m_new.push_back(m_coarse ? coarse(value) : value);
    ++m_total;
    if (m_new.size() >= std::max(mostNew, m_counts.size() / 4))
        settle();
}

/// Merges what is new into the counts.
void ValueCounts::settle() {
    std::sort(m_new.begin(), m_new.end());
    std::vector<Count> merged;
    merged.reserve(m_counts.size());
    auto old = m_counts.begin();
    for (auto first = m_new.begin(); first != m_new.end();) {
        const auto last = std::upper_bound(first, m_new.end(), *first);
        for (; old != m_counts.end() && old->value < *first; ++old)
            merged.push_back(*old);
        merged.push_back({*first, static_cast<std::uint64_t>(last - first)});
        if (old != m_counts.end() && old->value == *first)
            merged.back().times += (old++)->times;
        first = last;
    }
    merged.insert(merged.end(), old, m_counts.end());
    m_counts = std::move(merged);
    m_new.clear();
    if (!m_coarse && m_counts.size() > mostValues)
        coarsen();
}

void ValueCounts::merge(const ValueCounts& other) {
    ValueCounts settled = other;
    settled.settle();
    settle();
    for (Count count : settled.m_counts) {
        if (m_coarse)
            count.value = coarse(count.value);
        const auto place =
            std::lower_bound(m_counts.begin(), m_counts.end(), count.value,
                             [](const Count& known, std::int64_t v) { return known.value < v; });
        if (place != m_counts.end() && place->value == count.value)
            place->times += count.times;
        else
            m_counts.insert(place, count);
    }
    m_total += other.m_total;
    if (!m_coarse && (settled.m_coarse || m_counts.size() > mostValues))
        coarsen();
}

/// Rounding keeps the order, so equal values stand side by side.
void ValueCounts::coarsen() {
    m_coarse = true;
    std::vector<Count> fewer;
    for (const Count& count : m_counts) {
        const std::int64_t value = coarse(count.value);
        if (fewer.empty() || fewer.back().value != value)
            fewer.push_back({value, 0});
        fewer.back().times += count.times;
    }
    m_counts = std::move(fewer);
}

std::int64_t ValueCounts::nearestRank(double percent) {
    settle();
    const double exactRank = percent / 100.0 * static_cast<double>(m_total);
    auto rank = static_cast<std::uint64_t>(exactRank);
    rank += static_cast<double>(rank) < exactRank ? 1 : 0;
    for (const Count& count : m_counts) {
        if (rank <= count.times)
            return count.value;
        rank -= count.times;
    }
    return m_counts.empty() ? 0 : m_counts.back().value;
}

} // namespace apex::backend
