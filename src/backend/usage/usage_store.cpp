// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/usage_store.h"

#include "backend/usage/answer_cache.h"
#include "backend/usage/usage_schema.h"

#include <QCoreApplication>
#include <QFile>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int stepsBetweenChecks = 4000; // well below a millisecond

QString storeText(const char* text) {
    return QCoreApplication::translate("UsageStore", text);
}

QString sqliteWords(sqlite3* database) {
    return QString::fromUtf8(sqlite3_errmsg(database));
}

/// What a running query is watched for.
struct Watch {
    std::stop_token stop;
    Clock::time_point deadline;
    bool late = false;

    static int look(void* self) {
        auto* watch = static_cast<Watch*>(self);
        watch->late = watch->late || Clock::now() > watch->deadline;
        return watch->late || watch->stop.stop_requested() ? 1 : 0;
    }
};

/// What belongs to SQLite itself, and the tables below the views, whose numbers stand for names: the latter
/// may only be read by the views.
bool mayRead(std::string_view table, std::string_view reader) {
    static constexpr std::array<std::string_view, 5> below{"calls", "names", "files", "bills", "meta"};
    static constexpr std::array<std::string_view, 3> sqlites{"sqlite_", "pragma_", "dbstat"};
    if (std::any_of(sqlites.begin(), sqlites.end(),
                    [&](std::string_view prefix) { return table.substr(0, prefix.size()) == prefix; }))
        return false;
    return reader == "usage_rows" || reader == "bill_rows" ||
           std::find(below.begin(), below.end(), table) == below.end();
}

std::string_view orEmpty(const char* text) {
    return text ? std::string_view(text) : std::string_view();
}

/// Reading is all that anybody may do here, whatever the query text says. `reader`: the view that reads.
int allowReadingOnly(void*, int action, const char* table, const char* name, const char*,
                     const char* reader) {
    switch (action) {
    case SQLITE_READ:
        // Without a column it is a table that a view was replaced by, of which nothing is read.
        return orEmpty(name).empty() || mayRead(orEmpty(table), orEmpty(reader)) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION: {
        static constexpr std::array<std::string_view, 4> refused{"load_extension", "readfile", "writefile",
                                                                 "fts3_tokenizer"};
        const std::string_view function = name ? name : "";
        return std::find(refused.begin(), refused.end(), function) == refused.end() ? SQLITE_OK : SQLITE_DENY;
    }
    default:
        return SQLITE_DENY;
    }
}

struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalizer>;

Error refused(const QString& details) {
    return makeError(
        ErrorKind::Denied, storeText(QT_TRANSLATE_NOOP("UsageStore", "This query is not allowed.")),
        storeText(QT_TRANSLATE_NOOP("UsageStore", "Write one SELECT over usage_rows or bill_rows.")),
        details);
}

Expected<Statement> prepare(sqlite3* database, const QString& sql) {
    const QByteArray text = sql.toUtf8();
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code =
        sqlite3_prepare_v2(database, text.constData(), static_cast<int>(text.size()), &raw, &tail);
    Statement statement(raw);
    // Functions are refused with a general code and these words.
    const std::string_view words(sqlite3_errmsg(database));
    const bool unauthorised = words.find("authorized") != std::string_view::npos ||
                              words.find("prohibited") != std::string_view::npos ||
                              words.find("cannot modify") != std::string_view::npos;
    if (code == SQLITE_AUTH || (code != SQLITE_OK && unauthorised))
        return fail(refused({})); // SQLite's own words would only say the same again
    if (code != SQLITE_OK || !statement) {
        return fail(ErrorKind::InvalidInput,
                    storeText(QT_TRANSLATE_NOOP("UsageStore", "The query cannot be understood.")),
                    storeText(QT_TRANSLATE_NOOP("UsageStore", "Correct the SQL.")), sqliteWords(database));
    }
    const std::string_view rest(tail);
    if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        return fail(refused(u"more than one statement"_s));
    if (sqlite3_stmt_readonly(statement.get()) == 0 || sqlite3_stmt_isexplain(statement.get()) != 0)
        return fail(refused(u"not a SELECT"_s));
    return statement;
}

bool bindOne(sqlite3_stmt* statement, int index, const QVariant& value) {
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return sqlite3_bind_null(statement, index) == SQLITE_OK;
    case QMetaType::Double:
        return sqlite3_bind_double(statement, index, value.toDouble()) == SQLITE_OK;
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return sqlite3_bind_int64(statement, index, value.toLongLong()) == SQLITE_OK;
    default: {
        const QByteArray text = value.toString().toUtf8();
        return sqlite3_bind_text(statement, index, text.constData(), static_cast<int>(text.size()),
                                 SQLITE_TRANSIENT) == SQLITE_OK;
    }
    }
}

QVariant valueAt(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return QVariant(static_cast<qlonglong>(sqlite3_column_int64(statement, column)));
    case SQLITE_FLOAT:
        return QVariant(sqlite3_column_double(statement, column));
    case SQLITE_NULL:
        return {};
    default: {
        const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, column));
        return QVariant(QString::fromUtf8(text, sqlite3_column_bytes(statement, column)));
    }
    }
}

Error ended(sqlite3* database, const Watch& watch) {
    if (watch.stop.stop_requested())
        return makeError(ErrorKind::Cancelled,
                         storeText(QT_TRANSLATE_NOOP("UsageStore", "The query was stopped.")));
    if (watch.late) {
        return makeError(
            ErrorKind::Timeout, storeText(QT_TRANSLATE_NOOP("UsageStore", "The query took too long.")),
            storeText(QT_TRANSLATE_NOOP("UsageStore", "Ask for less: a shorter period or fewer groups.")));
    }
    if (sqlite3_errcode(database) == SQLITE_TOOBIG) {
        return makeError(
            ErrorKind::TooLarge,
            storeText(QT_TRANSLATE_NOOP("UsageStore", "A value of the answer is longer than 10 MB.")),
            storeText(QT_TRANSLATE_NOOP("UsageStore", "Ask for less: fewer rows in one group.")));
    }
    return makeError(ErrorKind::InvalidInput, storeText(QT_TRANSLATE_NOOP("UsageStore", "The query failed.")),
                     storeText(QT_TRANSLATE_NOOP("UsageStore", "Correct the SQL.")), sqliteWords(database));
}

Expected<QueryResult> fetch(sqlite3* database, sqlite3_stmt* statement, std::size_t maxRows,
                            const Watch& watch) {
    QueryResult result;
    const int columns = sqlite3_column_count(statement);
    for (int i = 0; i < columns; ++i)
        result.columns.append(QString::fromUtf8(sqlite3_column_name(statement, i)));
    for (;;) {
        const int code = sqlite3_step(statement);
        if (code == SQLITE_DONE)
            return result;
        if (code != SQLITE_ROW)
            return fail(ended(database, watch));
        if (result.rows.size() >= maxRows) {
            result.truncated = true;
            return result;
        }
        QVariantList row;
        row.reserve(columns);
        for (int i = 0; i < columns; ++i)
            row.append(valueAt(statement, i));
        result.rows.push_back(std::move(row));
    }
}

} // namespace

void UsageStore::Closer::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

UsageStore::UsageStore(sqlite3* database, QString path) : m_database(database), m_path(std::move(path)) {}
UsageStore::UsageStore(UsageStore&&) noexcept = default;
UsageStore& UsageStore::operator=(UsageStore&&) noexcept = default;
UsageStore::~UsageStore() = default;

Expected<UsageStore> UsageStore::open(const QString& path) {
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(QFile::encodeName(path).constData(), &raw,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
    UsageStore store(raw, path);
    if (code != SQLITE_OK || !addUsageFunctions(raw)) {
        return fail(ErrorKind::Storage,
                    storeText(QT_TRANSLATE_NOOP("UsageStore", "The imported usage cannot be opened.")),
                    storeText(QT_TRANSLATE_NOOP("UsageStore", "Attach the files again.")),
                    raw ? sqliteWords(raw) : QString());
    }
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, 10'000'000);
    sqlite3_limit(raw, SQLITE_LIMIT_SQL_LENGTH, 100'000);
    sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0);
    // What is sorted goes to a file where it is much: memory stays bounded whatever the number of rows.
    sqlite3_exec(raw, "PRAGMA mmap_size = 67108864; PRAGMA cache_size = -16000; PRAGMA temp_store = FILE",
                 nullptr, nullptr, nullptr);
    sqlite3_set_authorizer(raw, allowReadingOnly, nullptr);
    const auto version = store.meta(u"schema_version"_s);
    if (!version || *version != QString::number(usageStoreVersion)) {
        return fail(
            ErrorKind::Configuration,
            storeText(
                QT_TRANSLATE_NOOP("UsageStore", "The imported usage is of another version of this program.")),
            storeText(QT_TRANSLATE_NOOP("UsageStore", "Ask again; the files are then imported anew.")),
            version ? *version : version.error().forSupport());
    }
    return store;
}

Expected<QueryResult> UsageStore::query(const QString& sql, const QVariantList& values,
                                        const std::stop_token& stop, const QueryLimits& limits) const {
    constexpr auto slow = std::chrono::milliseconds(5);
    const AnswerCache answers(m_path);
    if (auto known = answers.find(sql, values, limits.maxRows))
        return std::move(*known);
    const auto began = Clock::now();
    auto result = run(sql, values, stop, limits);
    if (result && Clock::now() - began >= slow)
        answers.keep(sql, values, limits.maxRows, *result);
    return result;
}

Expected<QueryResult> UsageStore::run(const QString& sql, const QVariantList& values,
                                      const std::stop_token& stop, const QueryLimits& limits) const {
    sqlite3* database = m_database.get();
    Watch watch{stop, Clock::now() + limits.maxTime, false};
    sqlite3_progress_handler(database, stepsBetweenChecks, Watch::look, &watch);
    const auto fetchAll = [&]() -> Expected<QueryResult> {
        const auto statement = prepare(database, sql);
        if (!statement)
            return fail(statement.error());
        for (qsizetype i = 0; i < values.size(); ++i) {
            if (!bindOne(statement->get(), static_cast<int>(i) + 1, values.at(i)))
                return fail(ended(database, watch));
        }
        return fetch(database, statement->get(), limits.maxRows, watch);
    };
    auto result = fetchAll();
    sqlite3_progress_handler(database, 0, nullptr, nullptr);
    return result;
}

namespace {

/// In the order of callOf().
const QString callColumns =
    u"c.calls, c.time_us, c.model, c.provider, c.project, c.session, c.user, c.service, c.app, "
    "c.input_tokens, c.cache_read, c.cache_write_5m, c.cache_write_1h, c.output_tokens, c.unsplit, "
    "c.recorded_pico, c.recorded_rest, c.priced_pico, c.priced_input_pico, c.status, c.latency_us, "
    "c.ttft_us, c.prompt_hash"_s;

CallRow callOf(sqlite3_stmt* statement) {
    int column = 0;
    const auto number = [&] { return std::int64_t{sqlite3_column_int64(statement, column++)}; };
    const auto maybe = [&]() -> std::optional<std::int64_t> {
        if (sqlite3_column_type(statement, column) != SQLITE_NULL)
            return number();
        ++column;
        return std::nullopt;
    };
    CallRow row;
    row.calls = number();
    row.timeUs = maybe();
    for (std::int64_t* name :
         {&row.model, &row.provider, &row.project, &row.session, &row.user, &row.service, &row.app})
        *name = number();
    row.inputTokens = maybe();
    row.cacheRead = number();
    row.cacheWrite5m = number();
    row.cacheWrite1h = number();
    row.outputTokens = maybe();
    row.unsplit = number();
    row.recordedPico = maybe();
    row.recordedRest = number();
    row.pricedPico = maybe();
    row.pricedInputPico = maybe();
    row.status = static_cast<CallStatus>(number());
    row.latencyUs = maybe();
    row.ttftUs = maybe();
    row.promptHash = maybe();
    return row;
}

/// Our own statements may read the tables behind the views.
class Unguarded {
public:
    explicit Unguarded(sqlite3* database) : m_database(database) {
        sqlite3_set_authorizer(m_database, nullptr, nullptr);
    }
    ~Unguarded() { sqlite3_set_authorizer(m_database, allowReadingOnly, nullptr); }
    Unguarded(const Unguarded&) = delete;
    Unguarded& operator=(const Unguarded&) = delete;

private:
    sqlite3* m_database;
};

} // namespace

Expected<void> UsageStore::eachCall(const QString& rows, const std::stop_token& stop,
                                    const std::function<void(const CallRow&)>& each) const {
    sqlite3* database = m_database.get();
    const Unguarded own(database);
    // A selection is walked through in its own order, and each row looked up beside it: `row_id IN (...)`
    // would sort all numbers first.
    const QString from = rows == u"usage_rows"
                             ? u"calls c"_s
                             : rows + u" r CROSS JOIN calls c ON c.row_id = r.row_id ORDER BY r.row_id"_s;
    const QString sql = u"SELECT "_s + callColumns + u" FROM "_s + from;
    Watch watch{stop, Clock::now() + std::chrono::minutes(10), false};
    sqlite3_progress_handler(database, stepsBetweenChecks, Watch::look, &watch);
    const auto statement = prepare(database, sql);
    int code = statement ? SQLITE_ROW : SQLITE_ERROR;
    while (code == SQLITE_ROW && (code = sqlite3_step(statement->get())) == SQLITE_ROW)
        each(callOf(statement->get()));
    sqlite3_progress_handler(database, 0, nullptr, nullptr);
    if (!statement)
        return fail(statement.error());
    return code == SQLITE_DONE ? Expected<void>() : fail(ended(database, watch));
}

Expected<std::unordered_map<std::int64_t, QString>> UsageStore::names() const {
    const Unguarded own(m_database.get());
    const auto found =
        run(u"SELECT id, text FROM names"_s, {}, {}, {100'000'000, std::chrono::milliseconds(600'000)});
    if (!found)
        return fail(found.error());
    std::unordered_map<std::int64_t, QString> names;
    for (const QVariantList& row : found->rows)
        names.emplace(row.front().toLongLong(), row.back().toString());
    return names;
}

bool UsageStore::knows(const QString& sql, const QueryLimits& limits) const {
    return AnswerCache(m_path).find(sql, {}, limits.maxRows).has_value();
}

void UsageStore::keep(const QString& sql, const QueryLimits& limits, const QueryResult& answer) const {
    AnswerCache(m_path).keep(sql, {}, limits.maxRows, answer);
}

Expected<QString> UsageStore::meta(const QString& name) const {
    sqlite3_set_authorizer(m_database.get(), nullptr, nullptr);
    const auto found = run(u"SELECT value FROM meta WHERE name = ?"_s, {name}, {}, {});
    sqlite3_set_authorizer(m_database.get(), allowReadingOnly, nullptr);
    if (!found)
        return fail(found.error());
    return found->rows.empty() ? QString() : found->rows.front().front().toString();
}

} // namespace apex::backend
