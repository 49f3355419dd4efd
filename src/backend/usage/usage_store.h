// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_row.h"
#include "base/error.h"

#include <QString>
#include <QStringList>
#include <QVariant>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

struct sqlite3;

namespace apex::backend {

/// What a query may take; the time counts from the call.
struct QueryLimits {
    std::size_t maxRows = 100'000;
    std::chrono::milliseconds maxTime{10'000};
};

/// What a query gave.
struct QueryResult {
    QStringList columns;
    std::vector<QVariantList> rows; ///< qlonglong, double, QString or an invalid QVariant for NULL
    bool truncated = false;         ///< there were more rows than the limit
};

/// A row of the imported calls as it is stored; texts are numbers of UsageStore::names(), 0 where there is
/// none.
struct CallRow {
    std::int64_t calls = 0;
    std::optional<std::int64_t> timeUs;
    std::int64_t model = 0;
    std::int64_t provider = 0;
    std::int64_t project = 0;
    std::int64_t session = 0;
    std::int64_t user = 0;
    std::int64_t service = 0;
    std::int64_t app = 0;
    std::optional<std::int64_t> inputTokens;
    std::int64_t cacheRead = 0;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::optional<std::int64_t> outputTokens;
    std::int64_t unsplit = 0;
    std::optional<std::int64_t> recordedPico;
    std::int64_t recordedRest = 0;
    std::optional<std::int64_t> pricedPico;
    std::optional<std::int64_t> pricedInputPico;
    CallStatus status = CallStatus::Unknown;
    std::optional<std::int64_t> latencyUs;
    std::optional<std::int64_t> ttftUs;
    std::optional<std::int64_t> promptHash;
};

/// The imported rows of one set of usage files: a SQLite file that is written once
/// (backend/usage/usage_import.h) and then only read. Schema version 1, to be queried with plain SQL:
///
/// View `usage_rows`, one row per model call (or per bucket of calls, where an export sums them up):
/// | column | type | meaning |
/// |---|---|---|
/// | row_id | INTEGER | order of the input: files by name, then line |
/// | time_us | INTEGER? | UTC microseconds since 1970; NULL if the row had no time |
/// | day, hour | TEXT?, INTEGER? | 'YYYY-MM-DD' and 0..23, UTC |
/// | day_number | INTEGER? | days since 1970-01-01; the cheaper one to group by |
/// | calls | INTEGER | 1, or the number of calls the row sums up (0 and more) |
/// | model, provider, project, session, user, service, app | TEXT? | as recorded; NULL where absent |
/// | input_tokens | INTEGER? | prompt tokens that were neither read from nor written to a cache |
/// | cache_read_tokens | INTEGER | prompt tokens read from a cache |
/// | cache_write_5m_tokens, cache_write_1h_tokens | INTEGER | prompt tokens written to a cache, by lifetime |
/// | prompt_tokens | INTEGER? | the sum of the four above |
/// | output_tokens | INTEGER? | with reasoning tokens |
/// | reasoning_tokens | INTEGER | part of output_tokens |
/// | unsplit_tokens | INTEGER | a total that was recorded without input/output split; beside the others |
/// | total_tokens | INTEGER | prompt + output + unsplit |
/// | recorded_pico, recorded_rest | INTEGER? | recorded cost: 10^-12 US dollars, and what is left in 10^-24 |
/// | priced_pico | INTEGER? | cost by the price file in 10^-12 US dollars, exact; NULL: unknown price |
/// | priced_input_pico | INTEGER? | part of priced_pico for prompt tokens |
/// | cost_pico, cost_rest | INTEGER? | recorded if recorded, else priced, else NULL (unknown) |
/// | cost_source | TEXT | 'recorded', 'priced' or 'unknown' |
/// | status | TEXT? | 'ok', 'error', 'timeout'; NULL if not recorded |
/// | error | TEXT? | the recorded error text, at most 200 bytes |
/// | latency_us, ttft_us | INTEGER? | duration and time to first token, microseconds |
/// | request_id, message_id | TEXT? | as recorded |
/// | prompt_hash | INTEGER? | 64 bits of the recorded hash of the prompt: equal = same prompt |
/// | is_sidechain, is_batch | INTEGER | 1: a sub-agent's call; 1: billed as batch |
/// | source_file, source_line | TEXT, INTEGER | where the row stands, to check it by hand |
///
/// View `bill_rows`: amounts of cost exports, which are no calls and are never added to the costs above:
/// time_us, day, provider, project, service, item (line item), model, amount_pico, amount_rest, source_file,
/// source_line.
///
/// Table `files(file_id, name, format, bytes, content, rows, rejected, duplicates, other_entries)`.
///
/// SQL functions beside SQLite's own: `usd_sum(pico)` and `usd_sum(pico, rest)` (aggregate: exact decimal
/// text of a sum, never overflows; "0.00" without rows), `usd(pico)` and `usd(pico, rest)` (exact decimal
/// text), `percentile(value, p)` (aggregate: nearest rank, 0 < p <= 100; NULL without rows; exact).
class UsageStore {
public:
    /// Opens the file read-only; Storage error if it cannot be, Configuration if it is not of this schema
    /// version.
    [[nodiscard]] static Expected<UsageStore> open(const QString& path);
    UsageStore(UsageStore&&) noexcept;
    UsageStore& operator=(UsageStore&&) noexcept;
    ~UsageStore();

    /// Runs one SELECT (or WITH ... SELECT) and returns its rows. An answer that took long is kept beside the
    /// import, so that asking the same again takes a few milliseconds. Anything else (writes, ATTACH, PRAGMA,
    /// a second statement, loading extensions) is refused as Denied; a wrong query is InvalidInput with
    /// SQLite's words in `details`; more time than the limit is Timeout; `stop` ends it within 50 ms as
    /// Cancelled. One thread at a time.
    [[nodiscard]] Expected<QueryResult> query(const QString& sql, const QVariantList& values = {},
                                              const std::stop_token& stop = {},
                                              const QueryLimits& limits = {}) const;
    /// Hands every call of `rows` (the view, or a selection of it that has row_id) to `each`, in the order of
    /// the input; much cheaper than a statement for each column. `stop` ends it within 50 ms as Cancelled.
    [[nodiscard]] Expected<void> eachCall(const QString& rows, const std::stop_token& stop,
                                          const std::function<void(const CallRow&)>& each) const;
    /// The texts that calls name by number.
    [[nodiscard]] Expected<std::unordered_map<std::int64_t, QString>> names() const;
    /// Whether the answer of a query is kept beside the import.
    [[nodiscard]] bool knows(const QString& sql, const QueryLimits& limits) const;
    /// Keeps an answer that was computed otherwise, as if `query` had given it. The caller answers for it.
    void keep(const QString& sql, const QueryLimits& limits, const QueryResult& answer) const;
    /// A value of the import's own description (table `meta`); empty if there is none.
    [[nodiscard]] Expected<QString> meta(const QString& name) const;

private:
    struct Closer {
        void operator()(sqlite3* database) const;
    };
    UsageStore(sqlite3* database, QString path);
    [[nodiscard]] Expected<QueryResult> run(const QString& sql, const QVariantList& values,
                                            const std::stop_token& stop, const QueryLimits& limits) const;
    std::unique_ptr<sqlite3, Closer> m_database;
    QString m_path;
};

/// The schema version that this program writes and reads.
inline constexpr int usageStoreVersion = 1;

} // namespace apex::backend
