// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"
#include "backend/usage/duplicate_index.h"
#include "backend/usage/name_table.h"
#include "backend/usage/price_book.h"
#include "base/error.h"

#include <QHash>

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace apex::backend {

/// Writes records into a new usage store: prices them, leaves out copies, keeps repeated texts once. One
/// thread at a time.
class RowWriter {
public:
    /// Creates the file, which must not exist. `prices` may be null and must outlive the writer.
    [[nodiscard]] static Expected<std::unique_ptr<RowWriter>> create(const QString& path,
                                                                     const PriceBook* prices);
    ~RowWriter();
    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;

    /// Appends the records of one part of file number `file`, whose lines start behind `linesBefore`. Returns
    /// how many were copies of calls that are already there.
    [[nodiscard]] Expected<std::uint64_t> write(const RecordBatch& batch, std::int64_t file,
                                                std::int64_t linesBefore);
    /// Removes the copies that only show at the end and returns how many there were, by file number.
    [[nodiscard]] Expected<QHash<qint64, quint64>> settle();
    /// Whether every call had a price, or no token to pay for.
    [[nodiscard]] bool allPriced() const { return m_allPriced; }
    /// Runs statements that return nothing.
    [[nodiscard]] Expected<void> execute(const char* sql);
    /// Keeps a value in table `meta`.
    [[nodiscard]] Expected<void> setMeta(const QString& name, const QString& value);
    /// Rows of a query as texts.
    [[nodiscard]] Expected<std::vector<std::vector<QString>>> texts(const char* sql);
    /// Runs one statement with values bound as texts.
    [[nodiscard]] Expected<void> execute(const char* sql, const std::vector<QString>& values);
    /// Ends the transaction and closes the file.
    [[nodiscard]] Expected<void> finish();

private:
    struct StatementCloser {
        void operator()(sqlite3_stmt* statement) const;
    };
    struct DatabaseCloser {
        void operator()(sqlite3* database) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

    RowWriter(sqlite3* database, const PriceBook* prices);
    [[nodiscard]] Error failure() const;
    [[nodiscard]] Expected<Statement> prepare(const char* sql);
    [[nodiscard]] Expected<void> insertCall(const CallRecord& record, std::int64_t row, std::int64_t file,
                                            std::int64_t line);
    [[nodiscard]] Expected<void> insertBill(const CallRecord& record, std::int64_t file, std::int64_t line);
    void bindPrice(sqlite3_stmt* statement, const CallRecord& record);
    bool bindName(sqlite3_stmt* statement, int index, std::string_view text);
    [[nodiscard]] const ModelPrice* priceOf(std::string_view model);
    [[nodiscard]] const std::string* placeOf(const CallRecord& record);

    std::unique_ptr<sqlite3, DatabaseCloser> m_database;
    const PriceBook* m_prices;
    Statement m_appendCall;
    Statement m_replaceCall;
    Statement m_insertBill;
    Statement m_insertName;
    NameTable m_names;
    DuplicateIndex m_copies;
    std::string m_lastModel;
    const ModelPrice* m_lastPrice = nullptr;
    std::unordered_set<std::string> m_places; ///< project and session; the addresses of its texts stay
    std::string m_lastPlace;
    const std::string* m_lastPlaceKept = nullptr;
    std::int64_t m_nextRow = 1;
    bool m_allPriced = true;
    bool m_failed = false;
};

} // namespace apex::backend
