// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/money.h"
#include "backend/usage/usage_row.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace apex::backend {

/// Who a row is, so that it counts once however often it was written. Two calls with the same message are one
/// if their requests are equal too, or if one of them stands in a sidechain, which repeats its parent's
/// messages.
struct CallIdentity {
    std::uint64_t messageHigh = 0; ///< 128 bits of the message's identity; both 0: the row has none
    std::uint64_t messageLow = 0;
    std::uint64_t request = 0; ///< 64 bits of the request's identity; 0: none

    [[nodiscard]] bool isKnown() const { return messageHigh != 0 || messageLow != 0; }
};

/// One model call as every importer delivers it, in the units of the store (backend/usage/usage_store.h).
/// Texts live in the batch.
struct CallRecord {
    std::int64_t timeUs = 0;
    std::int64_t calls = 1;
    std::int64_t input = 0;
    std::int64_t cacheRead = 0;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::int64_t output = 0;
    std::int64_t reasoning = 0;
    std::int64_t unsplit = 0;
    std::int64_t latencyUs = -1;
    std::int64_t ttftUs = -1;
    std::uint64_t promptHash = 0; ///< 0: none
    std::int64_t line = 0;        ///< counted from the start of the batch's part of the file
    Money recorded;
    CallIdentity identity;
    std::string_view model;
    std::string_view provider;
    std::string_view project;
    std::string_view session;
    std::string_view user;
    std::string_view service;
    std::string_view app;
    std::string_view error;
    std::string_view requestId;
    std::string_view messageId;
    std::string_view item; ///< of a bill
    CallStatus status = CallStatus::Unknown;
    bool hasTime = false;
    bool hasInput = false;
    bool hasOutput = false;
    bool hasRecorded = false;
    bool sidechain = false;
    bool batch = false;
    bool isBill = false; ///< an amount of a cost export (`recorded`), no call

    /// Every token of the call.
    [[nodiscard]] std::int64_t tokens() const {
        return input + cacheRead + cacheWrite5m + cacheWrite1h + output + unsplit;
    }
};

/// Texts that live as long as the arena, at addresses that never change.
class TextArena {
public:
    /// A copy of the text that stays.
    [[nodiscard]] std::string_view keep(std::string_view text) {
        if (text.empty())
            return {};
        if (m_free < text.size()) {
            m_free = std::max(blockSize, text.size());
            m_blocks.push_back(std::make_unique<char[]>(m_free));
            m_next = m_blocks.back().get();
            m_bytes += m_free;
        }
        std::memcpy(m_next, text.data(), text.size());
        const std::string_view kept(m_next, text.size());
        m_next += text.size();
        m_free -= text.size();
        return kept;
    }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
    static constexpr std::size_t blockSize = 32 * 1024;
    std::vector<std::unique_ptr<char[]>> m_blocks;
    char* m_next = nullptr;
    std::size_t m_free = 0;
    std::size_t m_bytes = 0;
};

/// Records of one part of one file, with their texts.
struct RecordBatch {
    std::vector<CallRecord> records;
    TextArena texts;
    std::string_view lastText; ///< of the texts that repeat from row to row

    [[nodiscard]] std::size_t bytes() const {
        return texts.bytes() + records.capacity() * sizeof(CallRecord);
    }
};

/// The two halves of the 128-bit product, folded into one.
[[nodiscard]] inline std::uint64_t foldedProduct(std::uint64_t a, std::uint64_t b) {
#if defined(__SIZEOF_INT128__)
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
#else
    a ^= b;
    a *= 0xff51afd7ed558ccdULL;
    a ^= a >> 33U;
    a *= 0xc4ceb9fe1a85ec53ULL;
    return a ^ a >> 29U;
#endif
}

/// 128 bits of texts and numbers, for identities: equal input gives equal bits on every machine of one byte
/// order.
class IdentityHash {
public:
    IdentityHash& add(std::string_view text);
    IdentityHash& add(std::int64_t number);
    [[nodiscard]] CallIdentity identity(std::uint64_t request = 0) const;
    [[nodiscard]] std::uint64_t low() const { return m_low; }

private:
    std::uint64_t m_high = 0x243f6a8885a308d3ULL;
    std::uint64_t m_low = 0x13198a2e03707344ULL;
};

} // namespace apex::backend
