// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/call_record.h"

namespace apex::backend {

IdentityHash& IdentityHash::add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t taken = std::min<std::size_t>(text.size(), sizeof word);
        std::memcpy(&word, text.data(), taken);
        text.remove_prefix(taken);
        add(static_cast<std::int64_t>(word));
    }
    return *this;
}

// Two lanes with different odd constants; identities are no secrets, nobody gains by forging one in his own
// files.
IdentityHash& IdentityHash::add(std::int64_t number) {
    const auto word = static_cast<std::uint64_t>(number);
    m_high = foldedProduct(m_high ^ word, 0x9e3779b97f4a7c15ULL) + 0xa0761d6478bd642fULL;
    m_low = foldedProduct(m_low ^ (word << 32U | word >> 32U), 0xe7037ed1a0b428dbULL) + 0x8ebc6af09c88c6e3ULL;
    return *this;
}

CallIdentity IdentityHash::identity(std::uint64_t request) const {
    return {m_high | 1U, m_low, request};
}

} // namespace apex::backend
