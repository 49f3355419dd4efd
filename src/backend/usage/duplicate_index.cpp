// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/duplicate_index.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

namespace {

constexpr std::size_t firstSlots = 1U << 14U;
constexpr std::size_t pendingEntries = 512;

bool sameMessage(const CallIdentity& a, const CallIdentity& b) {
    return a.messageLow == b.messageLow && a.messageHigh == b.messageHigh;
}

} // namespace

bool CallRank::isBetter(const CallRank& other) const {
    if (sidechain != other.sidechain)
        return !sidechain;
    if (tokens != other.tokens)
        return tokens > other.tokens;
    if (cost != other.cost)
        return cost > other.cost;
    if (timeUs != other.timeUs)
        return timeUs < other.timeUs;
    return place && other.place && *place < *other.place;
}

DuplicateIndex::DuplicateIndex(std::size_t rememberedRows) : m_limit(rememberedRows), m_slots(firstSlots) {}

std::size_t DuplicateIndex::slotOf(const CallIdentity& identity) const {
    return static_cast<std::size_t>(identity.messageLow) & (m_slots.size() - 1);
}

/// Compares with every remembered call of the same message. All of them are the parent's, one for each
/// request, or one is a sidechain's.
DuplicateIndex::Verdict DuplicateIndex::judgeRemembered(std::size_t first, const Entry& entry, bool& met) {
    for (std::size_t at = first; m_slots[at].identity.isKnown(); at = (at + 1) & (m_slots.size() - 1)) {
        Entry& known = m_slots[at];
        if (!sameMessage(known.identity, entry.identity))
            continue;
        met = true;
        const bool sidechain = known.rank.sidechain || entry.rank.sidechain;
        if (!sidechain && known.identity.request != entry.identity.request)
            continue;
        if (!entry.rank.isBetter(known.rank))
            return {Verdict::Drop, 0};
        const std::int64_t row = known.row;
        known = entry;
        known.row = row;
        return {Verdict::Replace, row};
    }
    return {Verdict::New, 0};
}

void DuplicateIndex::remember(const Entry& entry) {
    if (m_count * 4 >= m_slots.size() * 3)
        grow();
    std::size_t at = slotOf(entry.identity);
    while (m_slots[at].identity.isKnown())
        at = (at + 1) & (m_slots.size() - 1);
    m_slots[at] = entry;
    ++m_count;
}

void DuplicateIndex::grow() {
    std::vector<Entry> old(m_slots.size() * 2);
    old.swap(m_slots);
    for (const Entry& entry : old) {
        if (!entry.identity.isKnown())
            continue;
        std::size_t at = slotOf(entry.identity);
        while (m_slots[at].identity.isKnown())
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = entry;
    }
}

Expected<DuplicateIndex::Verdict> DuplicateIndex::judge(const CallIdentity& identity, const CallRank& rank,
                                                        std::int64_t row) {
    const Entry entry{identity, rank, row};
    bool met = false;
    const Verdict verdict = judgeRemembered(slotOf(identity), entry, met);
    if (verdict.action != Verdict::New)
        return verdict;
    // Further requests of a remembered message stay in memory with it, so that one place knows all of them.
    if (m_count < m_limit || met) {
        remember(entry);
    } else if (auto spilled = spill(entry); !spilled) {
        return fail(spilled.error());
    }
    return verdict;
}

Expected<void> DuplicateIndex::spill(const Entry& entry) {
    m_spilled = true;
    const std::size_t part = entry.identity.messageHigh >> 58U;
    m_parts.at(part).pending.push_back(entry);
    return m_parts.at(part).pending.size() < pendingEntries ? Expected<void>() : flush(part);
}

Expected<void> DuplicateIndex::flush(std::size_t part) {
    Part& each = m_parts.at(part);
    if (!each.file) {
        each.file = std::make_unique<QTemporaryFile>();
        if (!each.file->open())
            each.file.reset();
    }
    const auto bytes = static_cast<qint64>(each.pending.size()) * static_cast<qint64>(sizeof(Entry));
    const char* data = static_cast<const char*>(static_cast<const void*>(each.pending.data()));
    if (!each.file || each.file->write(data, bytes) != bytes) {
        return fail(
            ErrorKind::Storage,
            QCoreApplication::translate("UsageImport",
                                        "There is no room to compare so many rows with each other."),
            QCoreApplication::translate("UsageImport", "Free some space in the folder for temporary files."),
            each.file ? each.file->errorString() : QString());
    }
    each.pending.clear();
    return {};
}

Expected<std::vector<std::int64_t>> DuplicateIndex::settle() {
    std::vector<std::int64_t> losers;
    if (!m_spilled)
        return losers;
    m_slots = {};
    for (std::size_t part = 0; part < partCount; ++part) {
        if (auto flushed = flush(part); !flushed)
            return fail(flushed.error());
        QTemporaryFile& file = *m_parts.at(part).file;
        std::vector<Entry> entries(static_cast<std::size_t>(file.size()) / sizeof(Entry));
        file.seek(0);
        const auto bytes = static_cast<qint64>(entries.size()) * static_cast<qint64>(sizeof(Entry));
        if (file.read(static_cast<char*>(static_cast<void*>(entries.data())), bytes) != bytes) {
            return fail(
                ErrorKind::Storage,
                QCoreApplication::translate("UsageImport", "A temporary file could not be read back."),
                QCoreApplication::translate("UsageImport", "Try again."), file.errorString());
        }
        m_parts.at(part).file.reset();
        settlePart(entries, losers);
    }
    return losers;
}

/// Puts the copies of one message side by side, the best first, and names the others.
void DuplicateIndex::settlePart(std::vector<Entry>& entries, std::vector<std::int64_t>& losers) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        if (a.identity.messageLow != b.identity.messageLow)
            return a.identity.messageLow < b.identity.messageLow;
        if (a.identity.messageHigh != b.identity.messageHigh)
            return a.identity.messageHigh < b.identity.messageHigh;
        if (a.rank.isBetter(b.rank) != b.rank.isBetter(a.rank))
            return a.rank.isBetter(b.rank);
        return a.row < b.row;
    });
    for (auto first = entries.begin(); first != entries.end();) {
        const auto end = std::find_if(
            first, entries.end(), [&](const Entry& e) { return !sameMessage(e.identity, first->identity); });
        std::vector<std::uint64_t> requests{first->identity.request};
        for (auto copy = first + 1; copy != end; ++copy) {
            const bool known =
                copy->rank.sidechain || first->rank.sidechain ||
                std::find(requests.begin(), requests.end(), copy->identity.request) != requests.end();
            if (known)
                losers.push_back(copy->row);
            else
                requests.push_back(copy->identity.request);
        }
        first = end;
    }
}

} // namespace apex::backend
