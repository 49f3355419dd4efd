// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_store.h"

#include <functional>
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
    struct Hashed {
        std::int64_t hash = 0;
        std::int64_t pico = 0;
        std::int64_t rest = 0;
        std::int32_t model = 0;
        bool known = false; ///< the cost is
    };
    void sort();
    /// Calls `each` for every row that is no original.
    void forRepeats(const std::function<void(const Hashed&)>& each) const;

    std::vector<Hashed> m_rows;
    bool m_sorted = false;
    bool m_tooMany = false;
};

} // namespace apex::backend
