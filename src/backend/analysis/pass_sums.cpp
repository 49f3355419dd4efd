// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/pass_sums.h"

#include <QDateTime>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

Money moneyOfPico(std::int64_t pico, std::int64_t rest) {
    return Money::fromUnits(Int128(pico) * 1'000'000'000'000 + rest);
}

QVariant text(Money money) {
    return QString::fromStdString(money.toString());
}

QVariant whole(std::uint64_t number) {
    return QVariant(static_cast<qlonglong>(number));
}

QVariant whole(std::int64_t number) {
    return QVariant(static_cast<qlonglong>(number));
}

QVariant whole(std::optional<std::int64_t> number) {
    return number ? whole(*number) : QVariant();
}

void noteEnds(std::optional<std::int64_t>& first, std::optional<std::int64_t>& last, std::int64_t value) {
    first = first ? std::min(*first, value) : value;
    last = last ? std::max(*last, value) : value;
}

QStringList percentileColumns(const QString& what) {
    QStringList names{what + u"_calls"_s};
    for (const QString& rank : {u"50"_s, u"90"_s, u"95"_s, u"99"_s})
        names.append(what + u"_p"_s + rank + u"_us"_s);
    return names;
}

QVariantList percentileValues(ValueCounts& counts, std::uint64_t total) {
    QVariantList values{whole(total)};
    for (const double percent : {50.0, 90.0, 95.0, 99.0})
        values.append(total > 0 ? whole(counts.nearestRank(percent)) : QVariant());
    return values;
}

QVariant dayText(std::optional<std::int64_t> day) {
    return day ? QVariant(QDate(1970, 1, 1).addDays(*day).toString(Qt::ISODate)) : QVariant();
}

} // namespace

std::optional<Money> costOf(const CallRow& row) {
    if (row.recordedPico)
        return moneyOfPico(*row.recordedPico, row.recordedRest);
    if (row.pricedPico)
        return moneyOfPico(*row.pricedPico, 0);
    return std::nullopt;
}

void PlainSums::add(const CallRow& row) {
    ++rows;
    const auto calls = static_cast<std::uint64_t>(row.calls);
    totals.calls += calls;
    if (row.inputTokens)
        totals.tokensIn += *row.inputTokens + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h;
    totals.tokensCached += row.cacheRead;
    totals.tokensOut += row.outputTokens.value_or(0);
    totals.tokensUnsplit += row.unsplit;
    cacheWrites += row.cacheWrite5m + row.cacheWrite1h;
    allTokens += row.inputTokens.value_or(0) + row.cacheRead + row.cacheWrite5m + row.cacheWrite1h +
                 row.outputTokens.value_or(0) + row.unsplit;
    const std::optional<Money> cost = costOf(row);
    if (!cost)
        totals.unknownCalls += calls;
    else if (row.recordedPico) {
        totals.recordedCalls += calls;
        totals.recordedCost += *cost;
    } else {
        totals.repricedCalls += calls;
        totals.repricedCost += *cost;
    }
    if (row.status == CallStatus::Unknown)
        return;
    totals.statusKnown += calls;
    if (row.status == CallStatus::Ok)
        return;
    (row.status == CallStatus::Error ? totals.errors : totals.timeouts) += calls;
    if (cost)
        totals.failedCost += *cost;
}

void PlainSums::merge(const PlainSums& other) {
    rows += other.rows;
    allTokens += other.allTokens;
    cacheWrites += other.cacheWrites;
    const CallTotals& more = other.totals;
    totals.calls += more.calls;
    totals.statusKnown += more.statusKnown;
    totals.errors += more.errors;
    totals.timeouts += more.timeouts;
    totals.tokensIn += more.tokensIn;
    totals.tokensOut += more.tokensOut;
    totals.tokensCached += more.tokensCached;
    totals.tokensUnsplit += more.tokensUnsplit;
    totals.recordedCalls += more.recordedCalls;
    totals.repricedCalls += more.repricedCalls;
    totals.unknownCalls += more.unknownCalls;
    totals.recordedCost += more.recordedCost;
    totals.repricedCost += more.repricedCost;
    totals.failedCost += more.failedCost;
}

QStringList PlainSums::columns() {
    return {u"calls"_s,
            u"prompt_tokens"_s,
            u"cache_read_tokens"_s,
            u"output_tokens"_s,
            u"unsplit_tokens"_s,
            u"recorded_usd"_s,
            u"list_price_usd"_s,
            u"unknown_cost_calls"_s,
            u"failed_usd"_s,
            u"status_known"_s,
            u"errors"_s,
            u"timeouts"_s,
            u"recorded_calls"_s,
            u"list_price_calls"_s};
}

QVariantList PlainSums::values() const {
    const CallTotals& t = totals;
    return {whole(t.calls),         whole(t.tokensIn),     whole(t.tokensCached), whole(t.tokensOut),
            whole(t.tokensUnsplit), text(t.recordedCost),  text(t.repricedCost),  whole(t.unknownCalls),
            text(t.failedCost),     whole(t.statusKnown),  whole(t.errors),       whole(t.timeouts),
            whole(t.recordedCalls), whole(t.repricedCalls)};
}

QStringList PlainSums::tableColumns() {
    return {u"calls"_s,          u"prompt_tokens"_s,      u"cache_read_tokens"_s, u"cache_write_tokens"_s,
            u"output_tokens"_s,  u"unsplit_tokens"_s,     u"cost_usd"_s,          u"recorded_usd"_s,
            u"list_price_usd"_s, u"unknown_cost_calls"_s, u"status_known"_s,      u"failed_calls"_s,
            u"failed_usd"_s};
}

QVariantList PlainSums::tableValues() const {
    const CallTotals& t = totals;
    return {whole(t.calls),       whole(t.tokensIn),      whole(t.tokensCached), whole(cacheWrites),
            whole(t.tokensOut),   whole(t.tokensUnsplit), text(t.cost()),        text(t.recordedCost),
            text(t.repricedCost), whole(t.unknownCalls),  whole(t.statusKnown),  whole(t.failed()),
            text(t.failedCost)};
}

void WholeSums::add(const CallRow& row) {
    PlainSums::add(row);
    if (row.timeUs) {
        noteEnds(firstUs, lastUs, *row.timeUs);
        latestInDay = std::max(latestInDay.value_or(0), *row.timeUs % microsecondsPerDay);
        wholeDays += row.calls != 1 && *row.timeUs % microsecondsPerDay == 0 ? 1 : 0;
    } else {
        undated += row.calls;
    }
    summedRows += row.calls != 1 ? 1 : 0;
    withoutPrompt += row.inputTokens ? 0 : row.calls;
    withoutOutput += row.outputTokens ? 0 : row.calls;
    if (row.calls == 1 && row.latencyUs) {
        ++latencies;
        latency.add(*row.latencyUs);
    }
}

QStringList WholeSums::columns() {
    return PlainSums::columns() +
           QStringList{u"first_us"_s,      u"last_us"_s,    u"undated"_s,        u"summed_rows"_s,
                       u"latest_in_day"_s, u"whole_days"_s, u"without_prompt"_s, u"without_output"_s} +
           percentileColumns(u"latency"_s);
}

QVariantList WholeSums::values() {
    return PlainSums::values() +
           QVariantList{whole(firstUs),     whole(lastUs),    whole(undated),       whole(summedRows),
                        whole(latestInDay), whole(wholeDays), whole(withoutPrompt), whole(withoutOutput)} +
           percentileValues(latency, latencies);
}

void ModelSums::add(const CallRow& row) {
    PlainSums::add(row);
    if (row.provider != 0)
        providers.insert(row.provider);
    cacheWrite5m += row.cacheWrite5m;
    cacheWrite1h += row.cacheWrite1h;
    input += row.inputTokens.value_or(0);
    if (row.pricedPico) {
        pricedCalls += row.calls;
        priced += moneyOfPico(*row.pricedPico, 0);
    }
    if (row.pricedInputPico)
        pricedInput += moneyOfPico(*row.pricedInputPico, 0);
    if (row.timeUs)
        noteEnds(firstDay, lastDay, *row.timeUs / microsecondsPerDay);
    if (row.calls != 1)
        return;
    if (row.latencyUs) {
        ++latencies;
        latency.add(*row.latencyUs);
    }
    if (row.ttftUs) {
        ++ttfts;
        ttft.add(*row.ttftUs);
    }
}

void ModelSums::merge(const ModelSums& other) {
    PlainSums::merge(other);
    providers.insert(other.providers.begin(), other.providers.end());
    cacheWrite5m += other.cacheWrite5m;
    cacheWrite1h += other.cacheWrite1h;
    input += other.input;
    pricedCalls += other.pricedCalls;
    priced += other.priced;
    pricedInput += other.pricedInput;
    for (const auto day : {other.firstDay, other.lastDay})
        if (day)
            noteEnds(firstDay, lastDay, *day);
    latencies += other.latencies;
    ttfts += other.ttfts;
    latency.merge(other.latency);
    ttft.merge(other.ttft);
}

QStringList ModelSums::columns() {
    return PlainSums::columns() +
           QStringList{
               u"cache_write_tokens"_s,    u"cost_usd"_s,     u"failed_calls"_s, u"priced_usd"_s,
               u"priced_input_usd"_s,      u"priced_calls"_s, u"input_tokens"_s, u"cache_write_5m_tokens"_s,
               u"cache_write_1h_tokens"_s, u"first_day"_s,    u"last_day"_s} +
           percentileColumns(u"latency"_s) + percentileColumns(u"ttft"_s);
}

QVariantList ModelSums::values() {
    return PlainSums::values() +
           QVariantList{whole(cacheWrites),  text(totals.cost()), whole(totals.failed()), text(priced),
                        text(pricedInput),   whole(pricedCalls),  whole(input),           whole(cacheWrite5m),
                        whole(cacheWrite1h), dayText(firstDay),   dayText(lastDay)} +
           percentileValues(latency, latencies) + percentileValues(ttft, ttfts);
}

void FilledRows::add(const CallRow& row) {
    const std::array<bool, 15> says{true,
                                    row.timeUs.has_value(),
                                    row.model != 0,
                                    row.inputTokens.has_value(),
                                    row.outputTokens.has_value(),
                                    row.recordedPico || row.pricedPico,
                                    row.status != CallStatus::Unknown,
                                    row.latencyUs.has_value(),
                                    row.ttftUs.has_value(),
                                    row.promptHash.has_value(),
                                    row.project != 0,
                                    row.session != 0,
                                    row.user != 0,
                                    row.service != 0,
                                    row.cacheRead > 0};
    for (std::size_t i = 0; i < says.size(); ++i)
        counts[i] += says[i] ? 1 : 0;
}

QStringList FilledRows::columns() {
    return {u"rows"_s,     u"timestamp"_s, u"model"_s,      u"prompt_tokens"_s, u"completion_tokens"_s,
            u"cost_usd"_s, u"status"_s,    u"latency_ms"_s, u"ttft_ms"_s,       u"prompt_hash"_s,
            u"project"_s,  u"session"_s,   u"user"_s,       u"service"_s,       u"cached_tokens"_s};
}

QVariantList FilledRows::values() const {
    QVariantList values;
    for (const qlonglong number : counts)
        values.append(number);
    return values;
}

} // namespace apex::backend
