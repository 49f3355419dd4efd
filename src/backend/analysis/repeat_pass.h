// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_store.h"

#include <functional>
#include <limits>
#include <vector>

namespace apex::backend {

/// Finds prompts that came again (by their hash) while the rows pass by, the dearest call of each taken as
/// the original: `repeats()` and `duplicates()` of usage_statements.h.
class RepeatPass {
public:
    void add(const CallRow& row);
    /// False: there were too many to hold.
    [[nodiscard]] bool isWhole() const { return !m_tooMany; }
    /// One row for all.
    [[nodiscard]] QueryResult inAll();
    /// A row for each model, the dearest first; `nameOf` gives its text, invalid where there is none.
    [[nodiscard]] QueryResult byModel(const std::function<QVariant(std::int64_t)>& nameOf);

private:
    static constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::min();
    struct Hashed {
        std::int64_t hash = 0;
        std::int64_t pico = 0; ///< `unknown`: the cost is
        std::int64_t rest = 0;
        std::int32_t model = 0;
        std::uint32_t place = 0; ///< in the order of the input
        [[nodiscard]] bool isKnown() const { return pico != unknown; }
    };
    void sort();
    /// Calls `each` for every row that is no original.
    void forRepeats(const std::function<void(const Hashed&)>& each) const;

    std::vector<Hashed> m_rows;
    bool m_sorted = false;
    bool m_tooMany = false;
};

} // namespace apex::backend
