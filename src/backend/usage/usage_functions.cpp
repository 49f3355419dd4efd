// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/money.h"
#include "backend/usage/usage_schema.h"
#include "backend/usage/value_counts.h"

#include <sqlite3.h>

#include <algorithm>
#include <new>

namespace apex::backend {

namespace {

constexpr int picoDecimals = 12;

struct MoneySum {
    Int128 units;
};

/// SQLite frees the block, the counts are freed in finalPercentile.
struct Values {
    ValueCounts* counts;
    double percent;
};

Int128 unitsOf(int count, sqlite3_value** values) {
    Int128 units = sqlite3_value_int64(values[0]) * powerOfTen(picoDecimals);
    if (count > 1 && sqlite3_value_type(values[1]) != SQLITE_NULL)
        units += sqlite3_value_int64(values[1]);
    return units;
}

void answerMoney(sqlite3_context* context, Int128 units) {
    const std::string text = Money::fromUnits(units).toString();
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void usd(sqlite3_context* context, int count, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return sqlite3_result_null(context);
    answerMoney(context, unitsOf(count, values));
}

void stepUsd(sqlite3_context* context, int count, sqlite3_value** values) {
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    // SQLite hands out zeroed memory aligned to 8 bytes, so the sum is copied in and out.
    void* memory = sqlite3_aggregate_context(context, sizeof(MoneySum));
    if (!memory)
        return sqlite3_result_error_nomem(context);
    MoneySum sum{};
    std::copy_n(static_cast<const char*>(memory), sizeof sum, static_cast<char*>(static_cast<void*>(&sum)));
    sum.units += unitsOf(count, values);
    std::copy_n(static_cast<const char*>(static_cast<void*>(&sum)), sizeof sum, static_cast<char*>(memory));
}

void finalUsd(sqlite3_context* context) {
    const void* memory = sqlite3_aggregate_context(context, 0);
    MoneySum sum{};
    if (memory)
        std::copy_n(static_cast<const char*>(memory), sizeof sum,
                    static_cast<char*>(static_cast<void*>(&sum)));
    answerMoney(context, sum.units);
}

void stepPercentile(sqlite3_context* context, int, sqlite3_value** values) {
    auto* state = static_cast<Values*>(sqlite3_aggregate_context(context, sizeof(Values)));
    if (!state)
        return sqlite3_result_error_nomem(context);
    state->percent = sqlite3_value_double(values[1]);
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    if (!state->counts)
        state->counts = new (std::nothrow) ValueCounts();
    if (!state->counts)
        return sqlite3_result_error_nomem(context);
    state->counts->add(sqlite3_value_int64(values[0]));
}

void finalPercentile(sqlite3_context* context) {
    auto* state = static_cast<Values*>(sqlite3_aggregate_context(context, 0));
    if (!state || !state->counts)
        return sqlite3_result_null(context);
    if (state->percent > 0 && state->percent <= 100)
        sqlite3_result_int64(context, state->counts->nearestRank(state->percent));
    else
        sqlite3_result_error(context, "percentile() takes more than 0 and at most 100", -1);
    delete state->counts;
    state->counts = nullptr;
}

} // namespace

bool addUsageFunctions(sqlite3* database) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments, auto scalar, auto step, auto final) {
        return sqlite3_create_function_v2(database, name, arguments, flags, nullptr, scalar, step, final,
                                          nullptr) == SQLITE_OK;
    };
    return add("usd", 1, usd, nullptr, nullptr) && add("usd", 2, usd, nullptr, nullptr) &&
           add("usd_sum", 1, nullptr, stepUsd, finalUsd) && add("usd_sum", 2, nullptr, stepUsd, finalUsd) &&
           add("percentile", 2, nullptr, stepPercentile, finalPercentile);
}

} // namespace apex::backend
