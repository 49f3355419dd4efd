// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/repeat_pass.h"

#include "backend/usage/money.h"

#include <algorithm>
#include <limits>
#include <map>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t mostHashed = 1'500'000; // some 50 MB
constexpr std::size_t manyHashed = 65'536;

Money moneyOfHashed(std::int64_t pico, std::int64_t rest) {
    return Money::fromUnits(Int128(pico) * 1'000'000'000'000 + rest);
}

} // namespace

void RepeatPass::add(const CallRow& row) {
    if (m_tooMany || !row.promptHash)
        return;
    if (m_rows.size() >= mostHashed || row.model > std::numeric_limits<std::int32_t>::max()) {
        m_tooMany = true;
        m_rows = {};
        return;
    }
    // Where there are many, room for all at once: it is taken from the system only as it is filled.
    if (m_rows.size() == manyHashed)
        m_rows.reserve(mostHashed);
    Hashed hashed{*row.promptHash, 0, 0, static_cast<std::int32_t>(row.model),
                  static_cast<std::uint32_t>(m_rows.size())};
    if (row.recordedPico) {
        hashed.pico = *row.recordedPico;
        hashed.rest = row.recordedRest;
    } else if (row.pricedPico) {
        hashed.pico = *row.pricedPico;
    } else {
        hashed.pico = unknown;
    }
    m_rows.push_back(hashed);
}

/// By hash, the dearest first, unknown costs last; the order of the input decides the rest.
void RepeatPass::sort() {
    if (std::exchange(m_sorted, true))
        return;
    // In place: std::stable_sort would take as much memory again.
    std::sort(m_rows.begin(), m_rows.end(), [](const Hashed& a, const Hashed& b) {
        if (a.hash != b.hash)
            return a.hash < b.hash;
        return a.pico != b.pico ? a.pico > b.pico : a.place < b.place;
    });
}

void RepeatPass::forRepeats(const std::function<void(const Hashed&)>& each) const {
    for (std::size_t i = 1; i < m_rows.size(); ++i)
        if (m_rows[i].hash == m_rows[i - 1].hash)
            each(m_rows[i]);
}

QueryResult RepeatPass::inAll() {
    sort();
    qlonglong prompts = 0;
    qlonglong turn = 0;
    qlonglong most = 0;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool again = i > 0 && m_rows[i].hash == m_rows[i - 1].hash;
        turn = again ? turn + 1 : 1;
        prompts += again ? 0 : 1;
        most = std::max(most, turn);
    }
    Money cost;
    forRepeats([&](const Hashed& row) {
        if (row.isKnown())
            cost += moneyOfHashed(row.pico, row.rest);
    });
    const auto hashed = static_cast<qlonglong>(m_rows.size());
    return {{u"hashed"_s, u"prompts"_s, u"repeats"_s, u"most"_s, u"repeat_usd"_s},
            {{hashed, prompts, hashed - prompts, most, QString::fromStdString(cost.toString())}},
            false};
}

QueryResult RepeatPass::byModel(const std::function<QVariant(std::int64_t)>& nameOf) {
    sort();
    struct Sum {
        qlonglong repeats = 0;
        qlonglong prompts = 0;
        Money cost;
    };
    // A model may have several numbers, so prompts are counted by its text.
    std::map<QString, std::pair<QVariant, Sum>> sums;
    std::map<std::int32_t, std::pair<QVariant, Sum>*> known;
    std::map<std::pair<QVariant, Sum>*, std::int64_t> lastHash;
    forRepeats([&](const Hashed& row) {
        auto*& entry = known[row.model];
        if (!entry) {
            const QVariant name = nameOf(row.model);
            entry = &sums[name.isValid() ? u'n' + name.toString() : QString()];
            entry->first = name;
        }
        Sum& sum = entry->second;
        ++sum.repeats;
        if (row.isKnown())
            sum.cost += moneyOfHashed(row.pico, row.rest);
        const auto last = lastHash.find(entry);
        if (last == lastHash.end() || last->second != row.hash) {
            ++sum.prompts;
            lastHash[entry] = row.hash;
        }
    });
    std::vector<std::pair<QVariant, Sum>> rows;
    rows.reserve(sums.size());
    for (auto& [key, entry] : sums)
        rows.push_back(entry);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second.cost > b.second.cost; });
    QueryResult result{{u"model"_s, u"repeats"_s, u"cost_usd"_s, u"prompts"_s}, {}, false};
    for (const auto& [name, sum] : rows)
        result.rows.push_back({name, sum.repeats, QString::fromStdString(sum.cost.toString()), sum.prompts});
    return result;
}

} // namespace apex::backend
