// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

namespace apex::backend {

/// The statements that make an empty usage store (backend/usage/usage_store.h describes the views).
[[nodiscard]] const char* usageSchema();

/// Registers usd, usd_sum and percentile on a connection; false if SQLite refuses.
[[nodiscard]] bool addUsageFunctions(sqlite3* database);

} // namespace apex::backend
