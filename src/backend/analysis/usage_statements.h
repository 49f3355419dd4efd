// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The statements of a report's measurements; `$rows` stands for the rows of the scope (RowsQuery::run).
namespace apex::backend::statements {

/// What is summed up of any set of rows, for a SELECT.
[[nodiscard]] QString sums();
/// Percentiles of latency and time to first token, for a SELECT.
[[nodiscard]] QString percentiles();

/// All rows in one.
[[nodiscard]] QString totals();
/// A row for each day that has calls, oldest first.
[[nodiscard]] QString days();
/// A row for each hour of the day that has calls.
[[nodiscard]] QString hours();
/// A row for each value of "service", "app", "user", "project" or "session", the dearest first.
[[nodiscard]] QString group(const QString& column);
/// The same with sums() for a table: a row for each value of a text column under `key`.
[[nodiscard]] QString breakdown(const QString& column);
/// Prompts that came again, all together.
[[nodiscard]] QString repeats();
/// A row for each model, the dearest first.
[[nodiscard]] QString models();
/// Prompts that came again, by model.
[[nodiscard]] QString duplicates();

/// Calls that follow a failed one of the same session, user, service and model within five minutes, by model.
[[nodiscard]] QString retries();
/// In how many rows each column says something.
[[nodiscard]] QString filled();
/// The values of a column, the dearest first, at most 2,000.
[[nodiscard]] QString names(const QString& column);
/// Calls and cost of each day.
[[nodiscard]] QString daySeries();
/// One side of a comparison: calls, tokens, cost.
[[nodiscard]] QString side();
/// The cost of each value of a column, the dearest first, at most 200.
[[nodiscard]] QString parts(const QString& column);

} // namespace apex::backend::statements
