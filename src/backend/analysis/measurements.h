// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

namespace apex::backend {

/// Rows shown of one result; the rest is summed up.
inline constexpr std::size_t shownRows = 20;

/// The columns a question can be broken down by: "model", "provider", "day", "week", "month", "hour",
/// "weekday", "project", "session", "user", "service", "app".
[[nodiscard]] QStringList dimensionNames();
[[nodiscard]] bool isTimeDimension(const QString& dimension);
/// The SQL expression of a dimension's value; empty if there is no such dimension.
[[nodiscard]] QString dimensionKey(const QString& dimension);

/// Calls, tokens, cost and failures by one column: the dearest first, times in their order. Columns: key,
/// calls, prompt_tokens, cache_read_tokens, cache_write_tokens, output_tokens, unsplit_tokens, cost_usd,
/// recorded_usd, list_price_usd, unknown_cost_calls, status_known, failed_calls, failed_usd.
[[nodiscard]] Expected<Table> breakdown(RowsQuery& query, const QString& dimension);
/// The same in one row, with first_day, last_day, days and the number of different sessions, projects and
/// users.
[[nodiscard]] Expected<Table> totals(RowsQuery& query);

/// Percentiles (nearest rank, exact) of latency and time to first token in microseconds by one column, which
/// may be empty for all calls together: key, calls, latency_p50_us .. p99, ttft_calls, ttft_p50_us .. p99;
/// the slowest by p95 first, times in their order.
[[nodiscard]] Expected<Table> latencies(RowsQuery& query, const QString& dimension);

/// Failed calls and what they cost by model and status: model, status, calls, cost_usd, prompt_tokens,
/// output_tokens.
[[nodiscard]] Expected<Table> failures(RowsQuery& query);
/// The recorded error texts: error, calls, cost_usd.
[[nodiscard]] Expected<Table> errorTexts(RowsQuery& query);

/// Calls that follow a failed one of the same session, user, service and model within five minutes: model,
/// retries, cost_usd, recovered (retries that went well).
[[nodiscard]] Expected<Table> retries(RowsQuery& query);
/// Prompts that came again (by prompt_hash), the dearest call of each taken as the original: model, repeats,
/// cost_usd, prompts.
[[nodiscard]] Expected<Table> duplicates(RowsQuery& query);

/// Prompt tokens read from and written to caches by one column: key, calls, prompt_tokens, cache_read_tokens,
/// cache_write_tokens, uncached_tokens, hit_per_mille.
[[nodiscard]] Expected<Table> cacheUse(RowsQuery& query, const QString& dimension);

/// Sessions by cost, with how the prompt grew: session, project, calls, first_prompt_tokens,
/// largest_prompt_tokens, prompt_tokens, cost_usd, minutes.
[[nodiscard]] Expected<Table> contextGrowth(RowsQuery& query);
/// All sessions together: sessions, growing (largest prompt at least twice the first), prompt_tokens,
/// first_tokens (what the prompts would hold had they stayed as long as each session's first).
[[nodiscard]] Expected<Table> contextTotals(RowsQuery& query);

/// The fullest minutes: peak_calls, peak_calls_minute, peak_tokens, peak_tokens_minute (UTC).
[[nodiscard]] Expected<Table> peakRates(RowsQuery& query);

/// One row per model for comparing: model, calls, cost_usd, priced_usd, prompt_tokens, cache_read_tokens,
/// cache_write_5m_tokens, cache_write_1h_tokens, input_tokens, output_tokens, failed_calls, status_known,
/// latency and time to first token percentiles, first_day, last_day.
[[nodiscard]] Expected<Table> modelFigures(RowsQuery& query);

} // namespace apex::backend
