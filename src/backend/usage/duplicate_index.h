// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"
#include "base/error.h"

#include <QTemporaryFile>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace apex::backend {

/// What decides which of several copies of one call counts; see `isBetter`.
struct CallRank {
    std::int64_t tokens = 0;
    std::int64_t timeUs = 0;
    std::uint64_t cost = 0; ///< recorded cost in 10^-12 dollars plus one; 0: none recorded
    const std::string* place =
        nullptr; ///< project and session: settles what nothing else settles; outlives the index
    bool sidechain = false;

    /// True if this copy counts rather than the other: the parent's before a sidechain's, the later state of
    /// a streamed message (more tokens), a recorded cost, the dearer, the earlier, at last the smaller text
    /// bits.
    [[nodiscard]] bool isBetter(const CallRank& other) const;
};

/// Finds copies of calls among any number of rows in bounded memory: it remembers the first 750,000,
/// writes the identities of the others to a temporary file and settles those in parts at the end. One thread.
class DuplicateIndex {
public:
    /// What to do with a row.
    struct Verdict {
        enum { New, Drop, Replace } action = New;
        std::int64_t row = 0; ///< Replace: the row that this one takes the place of
    };

    explicit DuplicateIndex(std::size_t rememberedRows = 750'000);

    /// Judges a row with a known identity. `row` is the number it gets if it is New.
    [[nodiscard]] Expected<Verdict> judge(const CallIdentity& identity, const CallRank& rank,
                                          std::int64_t row);
    /// The rows that turned out to be copies after all, in no particular order. Call once, at the end.
    [[nodiscard]] Expected<std::vector<std::int64_t>> settle();

private:
    struct Entry {
        CallIdentity identity;
        CallRank rank;
        std::int64_t row = 0;
    };
    static constexpr std::size_t partCount = 64;

    [[nodiscard]] std::size_t slotOf(const CallIdentity& identity) const;
    [[nodiscard]] Verdict judgeRemembered(std::size_t first, const Entry& entry, bool& met);
    void remember(const Entry& entry);
    void grow();
    [[nodiscard]] Expected<void> spill(const Entry& entry);
    [[nodiscard]] Expected<void> flush(std::size_t part);
    static void settlePart(std::vector<Entry>& entries, std::vector<std::int64_t>& losers);

    std::size_t m_limit;
    std::size_t m_count = 0;
    std::vector<Entry> m_slots;
    struct Part {
        std::unique_ptr<QTemporaryFile> file;
        std::vector<Entry> pending;
    };
    std::array<Part, partCount> m_parts;
    bool m_spilled = false;
};

} // namespace apex::backend
