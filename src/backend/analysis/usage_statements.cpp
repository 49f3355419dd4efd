// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/usage_statements.h"

namespace apex::backend::statements {

using namespace Qt::StringLiterals;

namespace {

const QString statusSums = uR"(,
  sum(CASE WHEN status IS NOT NULL THEN calls ELSE 0 END) AS status_known,
  sum(CASE WHEN status = 'error' THEN calls ELSE 0 END) AS errors,
  sum(CASE WHEN status = 'timeout' THEN calls ELSE 0 END) AS timeouts,
  sum(CASE WHEN cost_source = 'recorded' THEN calls ELSE 0 END) AS recorded_calls,
  sum(CASE WHEN cost_source = 'priced' THEN calls ELSE 0 END) AS list_price_calls)"_s;

const QString totalSums = uR"(sum(calls) AS calls, sum(coalesce(prompt_tokens, 0)) AS prompt_tokens,
  sum(cache_read_tokens) AS cache_read_tokens, sum(coalesce(output_tokens, 0)) AS output_tokens,
  sum(unsplit_tokens) AS unsplit_tokens, usd_sum(recorded_pico, recorded_rest) AS recorded_usd,
  usd_sum(CASE WHEN cost_source = 'priced' THEN cost_pico END, CASE WHEN cost_source = 'priced' THEN cost_rest END)
    AS list_price_usd,
  sum(CASE WHEN cost_source = 'unknown' THEN calls ELSE 0 END) AS unknown_cost_calls,
  usd_sum(CASE WHEN status IN ('error', 'timeout') THEN cost_pico END,
          CASE WHEN status IN ('error', 'timeout') THEN cost_rest END) AS failed_usd)"_s;

} // namespace

QString sums() {
    return uR"(sum(calls) AS calls,
  sum(coalesce(prompt_tokens, 0)) AS prompt_tokens,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cache_write_tokens,
  sum(coalesce(output_tokens, 0)) AS output_tokens,
  sum(unsplit_tokens) AS unsplit_tokens,
  usd_sum(cost_pico, cost_rest) AS cost_usd,
  usd_sum(recorded_pico, recorded_rest) AS recorded_usd,
  usd_sum(CASE WHEN cost_source = 'priced' THEN cost_pico END, CASE WHEN cost_source = 'priced' THEN cost_rest END)
    AS list_price_usd,
  sum(CASE WHEN cost_source = 'unknown' THEN calls ELSE 0 END) AS unknown_cost_calls,
  sum(CASE WHEN status IS NOT NULL THEN calls ELSE 0 END) AS status_known,
  sum(CASE WHEN status IN ('error', 'timeout') THEN calls ELSE 0 END) AS failed_calls,
  usd_sum(CASE WHEN status IN ('error', 'timeout') THEN cost_pico END,
          CASE WHEN status IN ('error', 'timeout') THEN cost_rest END) AS failed_usd)"_s;
}

QString percentiles() {
    return uR"(count(latency_us) AS latency_calls,
  percentile(latency_us, 50) AS latency_p50_us, percentile(latency_us, 90) AS latency_p90_us,
  percentile(latency_us, 95) AS latency_p95_us, percentile(latency_us, 99) AS latency_p99_us,
  count(ttft_us) AS ttft_calls,
  percentile(ttft_us, 50) AS ttft_p50_us, percentile(ttft_us, 90) AS ttft_p90_us,
  percentile(ttft_us, 95) AS ttft_p95_us, percentile(ttft_us, 99) AS ttft_p99_us)"_s;
}

QString totals() {
    return u"SELECT "_s + totalSums + statusSums + uR"(,
  min(time_us) AS first_us, max(time_us) AS last_us,
  sum(CASE WHEN time_us IS NULL THEN calls ELSE 0 END) AS undated, sum(calls <> 1) AS summed_rows,
  max(time_us % 86400000000) AS latest_in_day,
  sum(calls <> 1 AND time_us % 86400000000 = 0) AS whole_days,
  sum(CASE WHEN prompt_tokens IS NULL THEN calls ELSE 0 END) AS without_prompt,
  sum(CASE WHEN output_tokens IS NULL THEN calls ELSE 0 END) AS without_output,
  count(CASE WHEN calls = 1 THEN latency_us END) AS latency_calls,
  percentile(CASE WHEN calls = 1 THEN latency_us END, 50) AS latency_p50_us,
  percentile(CASE WHEN calls = 1 THEN latency_us END, 90) AS latency_p90_us,
  percentile(CASE WHEN calls = 1 THEN latency_us END, 95) AS latency_p95_us,
  percentile(CASE WHEN calls = 1 THEN latency_us END, 99) AS latency_p99_us
FROM $rows)"_s;
}

QString days() {
    return u"SELECT day_number, "_s + totalSums + statusSums +
           u"\nFROM $rows WHERE day_number IS NOT NULL GROUP BY day_number ORDER BY day_number"_s;
}

QString hours() {
    return u"SELECT hour, "_s + totalSums + statusSums +
           u"\nFROM $rows WHERE hour IS NOT NULL GROUP BY hour"_s;
}

QString group(const QString& column) {
    return u"SELECT "_s + column + u" AS name, "_s + totalSums + statusSums + u"\nFROM $rows GROUP BY "_s +
           column + u" ORDER BY total(cost_pico) DESC, sum(calls) DESC, name"_s;
}

QString breakdown(const QString& column) {
    return u"SELECT "_s + column + u" AS key,\n  "_s + sums() +
           u"\nFROM $rows GROUP BY 1 ORDER BY total(cost_pico) DESC, sum(calls) DESC, key"_s;
}

QString repeats() {
    return uR"(WITH numbered AS (
  SELECT prompt_hash, cost_pico, cost_rest,
    row_number() OVER (PARTITION BY prompt_hash ORDER BY cost_pico DESC, row_id) AS turn
  FROM $rows WHERE prompt_hash IS NOT NULL)
SELECT count(*) AS hashed, coalesce(sum(turn = 1), 0) AS prompts, coalesce(sum(turn > 1), 0) AS repeats,
  coalesce(max(turn), 0) AS most,
  usd_sum(CASE WHEN turn > 1 THEN cost_pico END, CASE WHEN turn > 1 THEN cost_rest END) AS repeat_usd
FROM numbered)"_s;
}

QString models() {
    return u"SELECT model, min(provider) AS provider, "_s + sums() + uR"(,
  usd_sum(priced_pico) AS priced_usd, usd_sum(priced_input_pico) AS priced_input_usd,
  sum(CASE WHEN priced_pico IS NOT NULL THEN calls ELSE 0 END) AS priced_calls,
  sum(CASE WHEN cost_source = 'recorded' THEN calls ELSE 0 END) AS recorded_calls,
  sum(CASE WHEN cost_source = 'priced' THEN calls ELSE 0 END) AS list_price_calls,
  sum(CASE WHEN status = 'error' THEN calls ELSE 0 END) AS errors,
  sum(CASE WHEN status = 'timeout' THEN calls ELSE 0 END) AS timeouts,
  sum(coalesce(input_tokens, 0)) AS input_tokens,
  sum(cache_write_5m_tokens) AS cache_write_5m_tokens, sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
  date(min(day_number) * 86400, 'unixepoch') AS first_day, date(max(day_number) * 86400, 'unixepoch') AS last_day,
  )"_s +
           percentiles()
               .replace(u"latency_us"_s, u"CASE WHEN calls = 1 THEN latency_us END"_s)
               .replace(u"ttft_us"_s, u"CASE WHEN calls = 1 THEN ttft_us END"_s) +
           u"\nFROM $rows GROUP BY model ORDER BY total(cost_pico) DESC, sum(calls) DESC, model"_s;
}

QString duplicates() {
    return uR"(WITH numbered AS (
  SELECT model, cost_pico, cost_rest, prompt_hash,
    row_number() OVER (PARTITION BY prompt_hash ORDER BY cost_pico DESC, row_id) AS turn
  FROM $rows WHERE prompt_hash IS NOT NULL)
SELECT model, count(*) AS repeats, usd_sum(cost_pico, cost_rest) AS cost_usd, count(DISTINCT prompt_hash) AS prompts
FROM numbered WHERE turn > 1 GROUP BY model ORDER BY total(cost_pico) DESC, model)"_s;
}

QString retries() {
    return uR"(WITH ordered AS (
  SELECT model, status, time_us, cost_pico, cost_rest,
    lag(status) OVER w AS status_before, lag(time_us) OVER w AS time_before
  FROM $rows WHERE time_us IS NOT NULL AND status IS NOT NULL AND calls = 1
  WINDOW w AS (PARTITION BY session, user, service, model ORDER BY time_us, row_id))
SELECT model, count(*) AS retries, usd_sum(cost_pico, cost_rest) AS cost_usd, sum(status = 'ok') AS recovered
FROM ordered WHERE status_before IN ('error', 'timeout') AND time_us - time_before <= 300000000
GROUP BY model ORDER BY total(cost_pico) DESC, model)"_s;
}

QString filled() {
    return uR"(SELECT count(*) AS rows, count(time_us) AS timestamp, count(model) AS model,
  count(prompt_tokens) AS prompt_tokens, count(output_tokens) AS completion_tokens, count(cost_pico) AS cost_usd,
  count(status) AS status, count(latency_us) AS latency_ms, count(ttft_us) AS ttft_ms, count(prompt_hash) AS prompt_hash,
  count(project) AS project, count(session) AS session, count(user) AS user, count(service) AS service,
  sum(cache_read_tokens > 0) AS cached_tokens
FROM $rows)"_s;
}

QString names(const QString& column) {
    return u"SELECT "_s + column + u" AS name FROM $rows WHERE "_s + column +
           u" IS NOT NULL GROUP BY 1 ORDER BY total(cost_pico) DESC, count(*) DESC LIMIT 2000"_s;
}

QString daySeries() {
    return uR"(SELECT day_number, sum(calls) AS calls, usd_sum(cost_pico, cost_rest) AS cost_usd
FROM $rows WHERE day_number IS NOT NULL GROUP BY day_number ORDER BY day_number)"_s;
}

QString side() {
    return uR"(SELECT sum(calls) AS calls, sum(total_tokens) AS tokens, usd_sum(cost_pico, cost_rest) AS cost_usd,
  sum(CASE WHEN cost_source = 'unknown' THEN calls ELSE 0 END) AS unknown_cost_calls FROM $rows)"_s;
}

QString parts(const QString& column) {
    return u"SELECT "_s + column +
           u" AS value, usd_sum(cost_pico, cost_rest) AS cost_usd FROM $rows WHERE "_s + column +
           u" IS NOT NULL GROUP BY 1 ORDER BY total(cost_pico) DESC LIMIT 200"_s;
}

} // namespace apex::backend::statements
