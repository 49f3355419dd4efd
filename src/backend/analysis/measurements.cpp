// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/measurements.h"

#include "backend/analysis/usage_statements.h"

#include <map>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QString sums = statements::sums();

const QString percentiles = statements::percentiles();

struct Dimension {
    QString name;
    QString key;
    bool time;
};

const std::vector<Dimension>& dimensions() {
    static const std::vector<Dimension> table{
        {u"model"_s, u"model"_s, false},
        {u"provider"_s, u"provider"_s, false},
        {u"project"_s, u"project"_s, false},
        {u"session"_s, u"session"_s, false},
        {u"user"_s, u"user"_s, false},
        {u"service"_s, u"service"_s, false},
        {u"app"_s, u"app"_s, false},
        {u"day"_s, u"date(day_number * 86400, 'unixepoch')"_s, true},
        // Weeks start on Monday; 1970-01-01 was a Thursday.
        {u"week"_s, u"date((day_number - (day_number + 3) % 7) * 86400, 'unixepoch')"_s, true},
        {u"month"_s, u"strftime('%Y-%m', day_number * 86400, 'unixepoch')"_s, true},
        {u"hour"_s, u"hour"_s, true},
        {u"weekday"_s,
         u"CASE (day_number + 3) % 7 WHEN 0 THEN '1 Monday' WHEN 1 THEN '2 Tuesday' WHEN 2 THEN '3 "
         u"Wednesday' WHEN "
         "3 THEN '4 Thursday' WHEN 4 THEN '5 Friday' WHEN 5 THEN '6 Saturday' WHEN 6 THEN '7 Sunday' END"_s,
         true}};
    return table;
}

const Dimension* findDimension(const QString& name) {
    for (const Dimension& dimension : dimensions()) {
        if (dimension.name == name)
            return &dimension;
    }
    return nullptr;
}

tl::unexpected<Error> unknownDimension(const QString& name) {
    return fail(ErrorKind::Internal, u"There is no column “%1” to break down by."_s.arg(name));
}

} // namespace

QStringList dimensionNames() {
    QStringList names;
    for (const Dimension& dimension : dimensions())
        names.append(dimension.name);
    return names;
}

QString dimensionKey(const QString& name) {
    const Dimension* dimension = findDimension(name);
    return dimension ? dimension->key : QString();
}

bool isTimeDimension(const QString& name) {
    const Dimension* dimension = findDimension(name);
    return dimension && dimension->time;
}

Expected<Table> breakdown(RowsQuery& query, const QString& name) {
    const Dimension* dimension = findDimension(name);
    if (!dimension)
        return unknownDimension(name);
    if (!dimension->time)
        return query.run(statements::breakdown(dimension->key));
    // Grouping by the number of the day is cheaper than by its text.
    const QString group = name == u"day" ? u"day_number"_s : u"1"_s;
    return query.run(u"SELECT "_s + dimension->key + u" AS key,\n  "_s + sums + u"\nFROM $rows GROUP BY "_s +
                     group + u" ORDER BY key IS NULL, key"_s);
}

Expected<Table> totals(RowsQuery& query) {
    return query.run(u"SELECT "_s + sums + uR"(,
  date(min(day_number) * 86400, 'unixepoch') AS first_day, date(max(day_number) * 86400, 'unixepoch') AS last_day,
  count(DISTINCT day_number) AS days_with_calls, count(DISTINCT session) AS sessions,
  count(DISTINCT project) AS projects, count(DISTINCT user) AS users
FROM $rows)"_s);
}

Expected<Table> latencies(RowsQuery& query, const QString& name) {
    const Dimension* dimension = findDimension(name);
    if (!name.isEmpty() && !dimension)
        return unknownDimension(name);
    const QString key = dimension ? dimension->key : u"'all'"_s;
    return query.run(u"SELECT "_s + key + u" AS key, "_s + percentiles +
                     u"\nFROM $rows WHERE calls = 1 AND (latency_us IS NOT NULL OR ttft_us IS NOT NULL)\n"
                     "GROUP BY 1 ORDER BY "_s +
                     (dimension && dimension->time ? u"key IS NULL, key"_s : u"latency_p95_us DESC, key"_s));
}

Expected<Table> failures(RowsQuery& query) {
    return query.run(uR"(SELECT model, status, sum(calls) AS calls, usd_sum(cost_pico, cost_rest) AS cost_usd,
  sum(coalesce(prompt_tokens, 0)) AS prompt_tokens, sum(coalesce(output_tokens, 0)) AS output_tokens
FROM $rows WHERE status IN ('error', 'timeout') GROUP BY model, status
ORDER BY total(cost_pico) DESC, sum(calls) DESC, model, status)"_s);
}

Expected<Table> errorTexts(RowsQuery& query) {
    return query.run(uR"(SELECT error, sum(calls) AS calls, usd_sum(cost_pico, cost_rest) AS cost_usd
FROM $rows WHERE error IS NOT NULL GROUP BY error ORDER BY sum(calls) DESC, error LIMIT 20)"_s);
}

Expected<Table> retries(RowsQuery& query) {
    return query.run(statements::retries());
}

Expected<Table> duplicates(RowsQuery& query) {
    return query.run(statements::duplicates());
}

Expected<Table> cacheUse(RowsQuery& query, const QString& name) {
    const Dimension* dimension = findDimension(name);
    if (!dimension)
        return unknownDimension(name);
    return query.run(u"SELECT "_s + dimension->key +
                     uR"( AS key, sum(calls) AS calls, sum(coalesce(prompt_tokens, 0)) AS prompt_tokens,
  sum(cache_read_tokens) AS cache_read_tokens,
  sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cache_write_tokens,
  sum(coalesce(input_tokens, 0)) AS uncached_tokens,
  (sum(cache_read_tokens) * 2000 + sum(prompt_tokens)) / (2 * sum(prompt_tokens)) AS hit_per_mille
FROM $rows GROUP BY 1 ORDER BY sum(prompt_tokens) DESC, key)"_s);
}

Expected<Table> contextGrowth(RowsQuery& query) {
    return query.run(uR"(WITH ordered AS (
  SELECT session, project, time_us, prompt_tokens, cost_pico, cost_rest,
    first_value(prompt_tokens) OVER (PARTITION BY session, is_sidechain ORDER BY time_us, row_id) AS first_prompt
  FROM $rows WHERE session IS NOT NULL AND prompt_tokens IS NOT NULL AND calls = 1)
SELECT session, min(project) AS project, count(*) AS calls, max(first_prompt) AS first_prompt_tokens,
  max(prompt_tokens) AS largest_prompt_tokens, sum(prompt_tokens) AS prompt_tokens,
  usd_sum(cost_pico, cost_rest) AS cost_usd, (max(time_us) - min(time_us)) / 60000000 AS minutes
FROM ordered GROUP BY session ORDER BY total(cost_pico) DESC, session LIMIT 20)"_s);
}

Expected<Table> contextTotals(RowsQuery& query) {
    return query.run(uR"(WITH ordered AS (
  SELECT session, prompt_tokens,
    first_value(prompt_tokens) OVER (PARTITION BY session, is_sidechain ORDER BY time_us, row_id) AS first_prompt
  FROM $rows WHERE session IS NOT NULL AND prompt_tokens IS NOT NULL AND calls = 1),
each AS (SELECT session, count(*) AS calls, max(prompt_tokens) AS largest, max(first_prompt) AS first_prompt,
  sum(prompt_tokens) AS prompt_tokens, sum(min(prompt_tokens, first_prompt)) AS first_tokens
  FROM ordered GROUP BY session)
SELECT count(*) AS sessions, sum(largest >= 2 * first_prompt) AS growing, sum(prompt_tokens) AS prompt_tokens,
  sum(first_tokens) AS first_tokens, max(calls) AS most_calls FROM each)"_s);
}

Expected<Table> peakRates(RowsQuery& query) {
    return query.run(uR"(WITH minutes AS (
  SELECT time_us / 60000000 AS minute, sum(calls) AS calls, sum(total_tokens) AS tokens
  FROM $rows WHERE time_us IS NOT NULL GROUP BY 1)
SELECT (SELECT max(calls) FROM minutes) AS peak_calls,
  (SELECT strftime('%Y-%m-%d %H:%M', minute * 60, 'unixepoch') FROM minutes ORDER BY calls DESC, minute LIMIT 1)
    AS peak_calls_minute,
  (SELECT max(tokens) FROM minutes) AS peak_tokens,
  (SELECT strftime('%Y-%m-%d %H:%M', minute * 60, 'unixepoch') FROM minutes ORDER BY tokens DESC, minute LIMIT 1)
    AS peak_tokens_minute)"_s);
}

Expected<Table> modelFigures(RowsQuery& query) {
    return query.run(statements::models());
}

} // namespace apex::backend
