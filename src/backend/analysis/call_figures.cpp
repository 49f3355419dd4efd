// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/call_figures.h"

#include "backend/analysis/measurements.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString keyOrAll(const QString& dimension) {
    const QString key = dimensionKey(dimension);
    return key.isEmpty() ? u"'all'"_s : key;
}

/// Times in their order, everything else by `order`.
QString orderBy(const QString& dimension, const QString& order) {
    return isTimeDimension(dimension) ? u"key IS NULL, key"_s : QString(order + u", key"_s);
}

QString hasEnded(Outcome outcome) {
    switch (outcome) {
    case Outcome::Any:
        break;
    case Outcome::Failed:
        return u" WHERE status IN ('error', 'timeout')"_s;
    case Outcome::TimedOut:
        return u" WHERE status = 'timeout'"_s;
    case Outcome::Succeeded:
        return u" WHERE status = 'ok'"_s;
    }
    return {};
}

QString valueOf(CallOrder order) {
    switch (order) {
    case CallOrder::Cost:
        return u"cost_pico"_s;
    case CallOrder::Latency:
        return u"latency_us"_s;
    case CallOrder::Tokens:
        break;
    }
    return u"total_tokens"_s;
}

} // namespace

Expected<Table> callRates(RowsQuery& query, const QString& dimension) {
    return query.run(u"SELECT "_s + keyOrAll(dimension) +
                     uR"( AS key, sum(calls) AS calls, sum(coalesce(prompt_tokens, 0)) AS prompt_tokens,
  sum(coalesce(output_tokens, 0)) AS output_tokens, sum(total_tokens) AS total_tokens,
  usd_sum(cost_pico, cost_rest) AS cost_usd,
  sum(CASE WHEN cost_source = 'unknown' THEN calls ELSE 0 END) AS unknown_cost_calls
FROM $rows GROUP BY 1 ORDER BY )"_s +
                     orderBy(dimension, u"total(cost_pico) / sum(calls) DESC"_s));
}

Expected<Table> meanLatencies(RowsQuery& query, const QString& dimension) {
    return query.run(u"SELECT "_s + keyOrAll(dimension) +
                     uR"( AS key, count(latency_us) AS calls, avg(latency_us) AS mean_us,
  percentile(latency_us, 50) AS p50_us
FROM $rows WHERE calls = 1 AND latency_us IS NOT NULL GROUP BY 1 ORDER BY )"_s +
                     orderBy(dimension, u"mean_us DESC"_s));
}

Expected<Table> middleCosts(RowsQuery& query) {
    return query.run(uR"(WITH ordered AS (
  SELECT cost_pico, cost_rest, row_number() OVER (ORDER BY cost_pico, cost_rest) AS place, count(*) OVER () AS calls
  FROM $rows WHERE calls = 1 AND cost_pico IS NOT NULL)
SELECT usd(cost_pico, cost_rest) AS cost_usd, calls FROM ordered
WHERE place IN ((calls + 1) / 2, (calls + 2) / 2) ORDER BY place)"_s);
}

Expected<Table> failureRates(RowsQuery& query, const QString& dimension) {
    return query.run(u"SELECT "_s + keyOrAll(dimension) + uR"( AS key, sum(calls) AS calls,
  sum(CASE WHEN status IS NOT NULL THEN calls ELSE 0 END) AS status_known,
  sum(CASE WHEN status IN ('error', 'timeout') THEN calls ELSE 0 END) AS failed,
  sum(CASE WHEN status = 'error' THEN calls ELSE 0 END) AS errors,
  sum(CASE WHEN status = 'timeout' THEN calls ELSE 0 END) AS timeouts,
  sum(CASE WHEN status IN ('error', 'timeout') THEN coalesce(prompt_tokens, 0) ELSE 0 END) AS failed_prompt_tokens,
  sum(CASE WHEN status IN ('error', 'timeout') THEN coalesce(output_tokens, 0) ELSE 0 END) AS failed_output_tokens,
  usd_sum(CASE WHEN status IN ('error', 'timeout') THEN cost_pico END,
          CASE WHEN status IN ('error', 'timeout') THEN cost_rest END) AS failed_usd
FROM $rows GROUP BY 1 ORDER BY )"_s +
                     orderBy(dimension, u"1.0 * failed / nullif(status_known, 0) DESC, failed DESC"_s));
}

Expected<Table> topCalls(RowsQuery& query, CallOrder order, bool largest, int most) {
    const QString value = valueOf(order);
    return query.run(uR"(SELECT request_id, day, strftime('%H:%M:%S', time_us / 1000000, 'unixepoch') AS time,
  model, service, user, prompt_tokens, output_tokens, latency_us, usd(cost_pico, cost_rest) AS cost_usd
FROM $rows WHERE calls = 1 AND )"_s +
                     value + u" IS NOT NULL ORDER BY "_s + value + (largest ? u" DESC"_s : u" ASC"_s) +
                     u", row_id LIMIT "_s + QString::number(most));
}

Expected<Table> listCalls(RowsQuery& query, const CallList& list) {
    const QString order = list.newestFirst ? u"time_us IS NULL, time_us DESC, row_id DESC"_s
                                           : u"time_us IS NULL, time_us, row_id"_s;
    return query.run(
        uR"(SELECT request_id, day, strftime('%H:%M:%S', time_us / 1000000, 'unixepoch') AS time, calls,
  model, service, user, prompt_tokens, output_tokens, latency_us, usd(cost_pico, cost_rest) AS cost_usd, status, error,
  source_file, source_line
FROM $rows)"_s +
        hasEnded(list.outcome) + u" ORDER BY "_s + order + u" LIMIT "_s + QString::number(list.most) +
        u" OFFSET "_s + QString::number(list.skip));
}

Expected<Table> countCalls(RowsQuery& query, Outcome outcome) {
    return query.run(
        uR"(SELECT count(*) AS rows, coalesce(sum(calls), 0) AS calls, usd_sum(cost_pico, cost_rest) AS cost_usd,
  coalesce(sum(CASE WHEN cost_source = 'unknown' THEN calls ELSE 0 END), 0) AS unknown_cost_calls
FROM $rows)"_s +
        hasEnded(outcome));
}

Expected<Table> callsBeyond(RowsQuery& query, CallOrder order, bool above, std::int64_t limit) {
    const QString value = valueOf(order);
    const QString beyond = value + (above ? u" > "_s : u" < "_s) + QString::number(limit);
    return query.run(u"SELECT count(CASE WHEN "_s + beyond + u" THEN 1 END) AS matching, count("_s + value +
                     u") AS known,\n  usd_sum(CASE WHEN "_s + beyond + u" THEN cost_pico END, CASE WHEN "_s +
                     beyond + u" THEN cost_rest END) AS cost_usd\nFROM $rows WHERE calls = 1"_s);
}

Expected<Table> distinctValues(RowsQuery& query, const QString& dimension) {
    const QString key = dimensionKey(dimension);
    return query.run(u"SELECT count(DISTINCT "_s + key + u") AS number, sum(CASE WHEN "_s + key +
                     u" IS NULL THEN calls ELSE 0 END) AS without FROM $rows"_s);
}

Expected<Table> distinctBy(RowsQuery& query, const QString& dimension, const QString& by) {
    return query.run(u"SELECT "_s + keyOrAll(by) + u" AS key, count(DISTINCT "_s + dimensionKey(dimension) +
                     u") AS number, sum(calls) AS calls\nFROM $rows GROUP BY 1 ORDER BY "_s +
                     orderBy(by, u"number DESC, calls DESC"_s));
}

Expected<Table> costOfHalves(RowsQuery& query, const QString& dimension, QDate lastBefore, QDate firstAfter) {
    const QDate epoch(1970, 1, 1);
    const QString before = u"day_number <= "_s + QString::number(epoch.daysTo(lastBefore));
    const QString after = u"day_number >= "_s + QString::number(epoch.daysTo(firstAfter));
    const auto sum = [](const QString& when) -> QString {
        return u"usd_sum(CASE WHEN "_s + when + u" THEN cost_pico END, CASE WHEN "_s + when +
               u" THEN cost_rest END)"_s;
    };
    return query.run(u"SELECT "_s + keyOrAll(dimension) + u" AS key, "_s + sum(before) +
                     u" AS before_usd,\n  "_s + sum(after) +
                     u" AS after_usd\nFROM $rows WHERE day_number IS NOT NULL GROUP BY 1\n"
                     "ORDER BY total(CASE WHEN "_s +
                     after + u" THEN cost_pico END) - total(CASE WHEN "_s + before +
                     u" THEN cost_pico END) DESC, key"_s);
}

} // namespace apex::backend
