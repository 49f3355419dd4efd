// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

namespace apex::backend {

/// Single figures that people ask for by name, each one query over the scope. `dimension` is one of
/// dimensionNames() or empty for all rows together; the column `key` holds its value.

/// Calls, tokens and cost: key, calls, prompt_tokens, output_tokens, total_tokens, cost_usd,
/// unknown_cost_calls; the dearest per call first, times in their order.
[[nodiscard]] Expected<Table> callRates(RowsQuery& query, const QString& dimension);
/// The mean of the recorded latencies in microseconds: key, calls, mean_us, p50_us; the slowest first.
[[nodiscard]] Expected<Table> meanLatencies(RowsQuery& query, const QString& dimension);
/// Half of the calls with a known cost cost as much or less: cost_usd in one or two rows (the median is their
/// mean), calls. Rows that stand for several calls are left out.
[[nodiscard]] Expected<Table> middleCosts(RowsQuery& query);
/// Failures: key, calls, status_known, failed, errors, timeouts, failed_prompt_tokens, failed_output_tokens,
/// failed_usd; the highest rate first, times in their order.
[[nodiscard]] Expected<Table> failureRates(RowsQuery& query, const QString& dimension);

/// What single calls are sorted by.
enum class CallOrder { Cost, Latency, Tokens };
/// The calls at the top of an order: request_id, day, time (UTC), model, service, user, prompt_tokens,
/// output_tokens, latency_us, cost_usd. Rows that stand for several calls are left out.
[[nodiscard]] Expected<Table> topCalls(RowsQuery& query, CallOrder order, bool largest, int most);
/// How a call has to have ended to be in a list.
enum class Outcome { Any, Failed, TimedOut, Succeeded };
/// A part of the calls, in the order of time.
struct CallList {
    Outcome outcome = Outcome::Any;
    bool newestFirst = false;
    int most = 20;
    int skip = 0; ///< of those before the first one listed
};
/// The calls themselves: request_id, day, time (UTC), calls (of which a row stands for), model, service,
/// user, prompt_tokens, output_tokens, latency_us, cost_usd, status, error, source_file, source_line.
[[nodiscard]] Expected<Table> listCalls(RowsQuery& query, const CallList& list);
/// All of that outcome: rows, calls, cost_usd, unknown_cost_calls.
[[nodiscard]] Expected<Table> countCalls(RowsQuery& query, Outcome outcome);
/// How many single calls lie beyond a limit of the order's unit (10^-12 USD, microseconds, tokens): matching,
/// known (calls with a value), cost_usd (of the matching).
[[nodiscard]] Expected<Table> callsBeyond(RowsQuery& query, CallOrder order, bool above, std::int64_t limit);
/// How many different values a dimension has: number, without (calls that have none).
[[nodiscard]] Expected<Table> distinctValues(RowsQuery& query, const QString& dimension);
/// The same by another dimension: key, number, calls; the highest number first, times in their order.
[[nodiscard]] Expected<Table> distinctBy(RowsQuery& query, const QString& dimension, const QString& by);
/// Cost up to a day and from another one on: key, before_usd, after_usd; what grew most first.
[[nodiscard]] Expected<Table> costOfHalves(RowsQuery& query, const QString& dimension, QDate lastBefore,
                                           QDate firstAfter);

} // namespace apex::backend
