// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/retry_pass.h"

#include "backend/analysis/pass_sums.h"

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t mostSequences = 300'000;
constexpr std::int64_t soonUs = 300'000'000;
// Beyond this a text may have several numbers (NameTable), and a sequence could be torn apart.
constexpr std::int64_t mostNumbered = 200'000;

} // namespace

std::size_t RetryPass::KeyHash::operator()(const Key& key) const {
    std::size_t hash = 0;
    for (const std::uint32_t part : key)
        hash = hash * 0x9e3779b97f4a7c15ULL + part + 1;
    return hash ^ (hash >> 29);
}

void RetryPass::add(const CallRow& row) {
    if (m_givenUp || !row.timeUs || row.status == CallStatus::Unknown || row.calls != 1)
        return;
    if (std::max({row.session, row.user, row.service, row.model}) > mostNumbered)
        return giveUp();
    const Key key{static_cast<std::uint32_t>(row.session), static_cast<std::uint32_t>(row.user),
                  static_cast<std::uint32_t>(row.service), static_cast<std::uint32_t>(row.model)};
    const auto [place, isNew] = m_last.try_emplace(key, Last{*row.timeUs, row.status});
    Last& last = place->second;
    if (*row.timeUs < last.timeUs || m_last.size() > mostSequences)
        return giveUp();
    const bool failedBefore = last.status == CallStatus::Error || last.status == CallStatus::Timeout;
    if (!isNew && failedBefore && *row.timeUs - last.timeUs <= soonUs) {
        Sum& sum = m_sums[row.model];
        ++sum.retries;
        sum.recovered += row.status == CallStatus::Ok ? 1 : 0;
        if (const auto cost = costOf(row))
            sum.cost += *cost;
    }
    last = {*row.timeUs, row.status};
}

void RetryPass::giveUp() {
    m_givenUp = true;
    m_last = {};
}

QueryResult RetryPass::byModel(const std::function<QVariant(std::int64_t)>& nameOf) const {
    std::vector<std::pair<QVariant, Sum>> rows;
    for (const auto& [id, sum] : m_sums)
        rows.emplace_back(nameOf(id), sum);
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        if (!(a.second.cost == b.second.cost))
            return a.second.cost > b.second.cost;
        return a.first.isValid() != b.first.isValid() ? !a.first.isValid()
                                                      : a.first.toString() < b.first.toString();
    });
    QueryResult result{{u"model"_s, u"retries"_s, u"cost_usd"_s, u"recovered"_s}, {}, false};
    for (const auto& [name, sum] : rows)
        result.rows.push_back(
            {name, sum.retries, QString::fromStdString(sum.cost.toString()), sum.recovered});
    return result;
}

} // namespace apex::backend
