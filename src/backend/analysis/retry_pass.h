// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/money.h"
#include "backend/usage/usage_store.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <functional>
#include <map>

namespace apex::backend {

/// Finds calls that follow a failed one of the same session, user, service and model within five minutes:
/// `retries()` of usage_statements.h. Needs the calls of each of these in the order of time, as logs have
/// them.
class RetryPass {
public:
    void add(const CallRow& row);
    /// False: calls came out of order, or there were too many sessions to hold.
    [[nodiscard]] bool isWhole() const { return !m_givenUp; }
    /// A row for each model, the dearest first; `nameOf` gives its text, invalid where there is none.
    [[nodiscard]] QueryResult byModel(const std::function<QVariant(std::int64_t)>& nameOf) const;

private:
    using Key = std::array<std::uint32_t, 4>; ///< numbers of names
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    struct Last {
        std::int64_t timeUs = 0;
        CallStatus status = CallStatus::Unknown;
    };
    struct Sum {
        qlonglong retries = 0;
        qlonglong recovered = 0;
        Money cost;
    };

    void giveUp();

    boost::unordered_flat_map<Key, Last, KeyHash> m_last;
    std::map<std::int64_t, Sum> m_sums; ///< by the number of the model
    bool m_givenUp = false;
};

} // namespace apex::backend
