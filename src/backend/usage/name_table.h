// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace apex::backend {

/// Numbers for texts that repeat, in bounded memory: beyond a limit a text may get a further number, which
/// costs room but changes no result, as results are grouped by text.
class NameTable {
public:
    struct Answer {
        std::int64_t id = 0;
        bool isNew = false; ///< the caller has to store the text under the number
    };
    /// The number of a text.
    [[nodiscard]] Answer idOf(std::string_view text) {
        if (const auto known = m_ids.find(text); known != m_ids.end())
            return {known->second, false};
        const std::int64_t id = m_next++;
        if (m_ids.size() < maxNames && m_bytes < maxBytes) {
            m_bytes += text.size();
            m_ids.emplace(std::string(text), id);
        }
        return {id, true};
    }

private:
    static constexpr std::size_t maxNames = 200'000;
    static constexpr std::size_t maxBytes = 16'000'000;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    boost::unordered_flat_map<std::string, std::int64_t, TextHash, std::equal_to<>> m_ids;
    std::size_t m_bytes = 0;
    std::int64_t m_next = 1;
};

} // namespace apex::backend
