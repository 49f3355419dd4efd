// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/row_writer.h"

#include "backend/usage/usage_schema.h"

#include <QCoreApplication>
#include <QFile>

#include <sqlite3.h>

namespace apex::backend {

namespace {

constexpr int restDecimals = Money::decimals - 12;

void bindText(sqlite3_stmt* statement, int index, std::string_view text) {
    if (text.empty())
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void bindIf(sqlite3_stmt* statement, int index, bool present, std::int64_t value) {
    if (present)
        sqlite3_bind_int64(statement, index, value);
    else
        sqlite3_bind_null(statement, index);
}

std::int64_t picoOf(Money amount) {
    return static_cast<std::int64_t>(amount.units() / powerOfTen(restDecimals));
}

std::int64_t restOf(Money amount) {
    return static_cast<std::int64_t>(amount.units() % powerOfTen(restDecimals));
}

TokenCounts tokensOf(const CallRecord& record) {
    TokenCounts tokens;
    tokens.input = record.input;
    tokens.cacheRead = record.cacheRead;
    tokens.cacheWrite5m = record.cacheWrite5m;
    tokens.cacheWrite1h = record.cacheWrite1h;
    tokens.output = record.output;
    tokens.batch = record.batch;
    tokens.oneCall = record.calls == 1;
    return tokens;
}

} // namespace

void RowWriter::StatementCloser::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void RowWriter::DatabaseCloser::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

RowWriter::RowWriter(sqlite3* database, const PriceBook* prices) : m_database(database), m_prices(prices) {}

RowWriter::~RowWriter() = default;

Error RowWriter::failure() const {
    return makeError(
        ErrorKind::Storage,
        QCoreApplication::translate("UsageImport", "The usage could not be stored on this computer."),
        QCoreApplication::translate("UsageImport", "Free some disk space, then ask again."),
        m_database ? QString::fromUtf8(sqlite3_errmsg(m_database.get())) : QString());
}

Expected<std::unique_ptr<RowWriter>> RowWriter::create(const QString& path, const PriceBook* prices) {
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(QFile::encodeName(path).constData(), &raw,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<RowWriter> writer(new RowWriter(raw, prices));
    if (code != SQLITE_OK)
        return fail(writer->failure());
    // A half-written file is thrown away as a whole, so nothing needs a journal.
    for (const char* sql :
         {"PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA "
          "locking_mode = EXCLUSIVE; PRAGMA cache_size = -16000",
          "BEGIN", usageSchema()}) {
        if (auto done = writer->execute(sql); !done)
            return fail(done.error());
    }
    const std::pair<Statement*, const char*> statements[] = {
        // A row that names no row_id gets the next one, without a search for that number first.
        {&writer->m_appendCall,
         "INSERT INTO calls(time_us, calls, model, provider, project, session, user, service, app, "
         "input_tokens, cache_read, cache_write_5m, cache_write_1h, output_tokens, reasoning, unsplit, "
         "recorded_pico, recorded_rest, priced_pico, priced_input_pico, status, error, latency_us, ttft_us, "
         "request_id, message_id, prompt_hash, flags, source_file, source_line) VALUES(?2,?3,?4,?5,?6,?7,?8,"
         "?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,?31)"},
        {&writer->m_replaceCall, "INSERT OR REPLACE INTO calls VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,"
                                 "?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,"
                                 "?31)"},
        {&writer->m_insertBill, "INSERT INTO bills VALUES(NULL,?,?,?,?,?,?,?,?,?,?)"},
        {&writer->m_insertName, "INSERT INTO names VALUES(?,?)"}};
    for (const auto& [statement, sql] : statements) {
        auto prepared = writer->prepare(sql);
        if (!prepared)
            return fail(prepared.error());
        *statement = std::move(*prepared);
    }
    return writer;
}

Expected<RowWriter::Statement> RowWriter::prepare(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(m_database.get(), sql, -1, &raw, nullptr) != SQLITE_OK)
        return fail(failure());
    return Statement(raw);
}

bool RowWriter::bindName(sqlite3_stmt* statement, int index, std::string_view text) {
    if (text.empty())
        return sqlite3_bind_null(statement, index) == SQLITE_OK;
    const NameTable::Answer name = m_names.idOf(text);
    if (name.isNew) {
        sqlite3_bind_int64(m_insertName.get(), 1, name.id);
        bindText(m_insertName.get(), 2, text);
        m_failed = m_failed || sqlite3_step(m_insertName.get()) != SQLITE_DONE;
        sqlite3_reset(m_insertName.get());
    }
    return sqlite3_bind_int64(statement, index, name.id) == SQLITE_OK;
}

const ModelPrice* RowWriter::priceOf(std::string_view model) {
    if (!m_prices || model.empty())
        return nullptr;
    if (model == m_lastModel)
        return m_lastPrice;
    m_lastModel = model;
    m_lastPrice = m_prices->find(model);
    return m_lastPrice;
}

void RowWriter::bindPrice(sqlite3_stmt* statement, const CallRecord& record) {
    std::optional<Money> whole;
    std::optional<Money> input;
    const TokenCounts tokens = tokensOf(record);
    if (record.unsplit == 0 && (record.hasInput || record.hasOutput)) {
        if (const ModelPrice* price = priceOf(record.model)) {
            whole = price->costOf(tokens);
            TokenCounts prompt = tokens;
            prompt.output = 0;
            input = price->costOf(prompt);
        } else if (record.tokens() == 0) {
            whole = input = Money(); // no tokens cost nothing at any price
        }
    }
    m_allPriced = m_allPriced && whole.has_value();
    bindIf(statement, 20, whole.has_value(), whole ? picoOf(*whole) : 0);
    bindIf(statement, 21, input.has_value(), input ? picoOf(*input) : 0);
}

Expected<void> RowWriter::insertCall(const CallRecord& record, std::int64_t row, std::int64_t file,
                                     std::int64_t line) {
    sqlite3_stmt* s = row == m_nextRow ? m_appendCall.get() : m_replaceCall.get();
    sqlite3_bind_int64(s, 1, row);
    bindIf(s, 2, record.hasTime, record.timeUs);
    sqlite3_bind_int64(s, 3, record.calls);
    int index = 4;
    for (const std::string_view text : {record.model, record.provider, record.project, record.session,
                                        record.user, record.service, record.app})
        bindName(s, index++, text);
    bindIf(s, 11, record.hasInput, record.input);
    sqlite3_bind_int64(s, 12, record.cacheRead);
    sqlite3_bind_int64(s, 13, record.cacheWrite5m);
    sqlite3_bind_int64(s, 14, record.cacheWrite1h);
    bindIf(s, 15, record.hasOutput, record.output);
    sqlite3_bind_int64(s, 16, record.reasoning);
    sqlite3_bind_int64(s, 17, record.unsplit);
    bindIf(s, 18, record.hasRecorded, picoOf(record.recorded));
    bindIf(s, 19, record.hasRecorded, restOf(record.recorded));
    bindPrice(s, record);
    sqlite3_bind_int64(s, 22, static_cast<int>(record.status));
    bindName(s, 23, record.error);
    bindIf(s, 24, record.latencyUs >= 0, record.latencyUs);
    bindIf(s, 25, record.ttftUs >= 0, record.ttftUs);
    bindText(s, 26, record.requestId);
    bindText(s, 27, record.messageId);
    bindIf(s, 28, record.promptHash != 0, static_cast<std::int64_t>(record.promptHash));
    sqlite3_bind_int64(s, 29, (record.sidechain ? 1 : 0) | (record.batch ? 2 : 0));
    sqlite3_bind_int64(s, 30, file);
    sqlite3_bind_int64(s, 31, line);
    m_failed = m_failed || sqlite3_step(s) != SQLITE_DONE;
    sqlite3_reset(s);
    return m_failed ? fail(failure()) : Expected<void>();
}

Expected<void> RowWriter::insertBill(const CallRecord& record, std::int64_t file, std::int64_t line) {
    sqlite3_stmt* s = m_insertBill.get();
    bindIf(s, 1, record.hasTime, record.timeUs);
    int index = 2;
    for (const std::string_view text :
         {record.provider, record.project, record.service, record.item, record.model})
        bindName(s, index++, text);
    sqlite3_bind_int64(s, 7, picoOf(record.recorded));
    sqlite3_bind_int64(s, 8, restOf(record.recorded));
    sqlite3_bind_int64(s, 9, file);
    sqlite3_bind_int64(s, 10, line);
    m_failed = m_failed || sqlite3_step(s) != SQLITE_DONE;
    sqlite3_reset(s);
    return m_failed ? fail(failure()) : Expected<void>();
}

const std::string* RowWriter::placeOf(const CallRecord& record) {
    constexpr std::size_t maxPlaces = 100'000;
    m_lastPlace.assign(record.project).append(1, '\x01').append(record.session);
    if (m_lastPlaceKept && *m_lastPlaceKept == m_lastPlace)
        return m_lastPlaceKept;
    if (m_places.size() < maxPlaces) {
        m_lastPlaceKept = &*m_places.insert(m_lastPlace).first;
        return m_lastPlaceKept;
    }
    const auto known = m_places.find(m_lastPlace);
    return known == m_places.end() ? nullptr : &*known;
}

Expected<std::uint64_t> RowWriter::write(const RecordBatch& batch, std::int64_t file,
                                         std::int64_t linesBefore) {
    std::uint64_t copies = 0;
    for (const CallRecord& record : batch.records) {
        std::int64_t row = m_nextRow;
        if (record.isBill) {
            if (auto done = insertBill(record, file, record.line + linesBefore); !done)
                return fail(done.error());
            continue;
        }
        if (record.identity.isKnown()) {
            const std::uint64_t cost =
                record.hasRecorded ? static_cast<std::uint64_t>(picoOf(record.recorded)) + 1 : 0;
            const auto verdict = m_copies.judge(
                record.identity, {record.tokens(), record.timeUs, cost, placeOf(record), record.sidechain},
                row);
            if (!verdict)
                return fail(verdict.error());
            copies += verdict->action == DuplicateIndex::Verdict::New ? 0U : 1U;
            if (verdict->action == DuplicateIndex::Verdict::Drop)
                continue;
            row = verdict->action == DuplicateIndex::Verdict::Replace ? verdict->row : row;
        }
        if (auto done = insertCall(record, row, file, record.line + linesBefore); !done)
            return fail(done.error());
        m_nextRow += row == m_nextRow ? 1 : 0;
    }
    return copies;
}

Expected<QHash<qint64, quint64>> RowWriter::settle() {
    const auto losers = m_copies.settle();
    if (!losers)
        return fail(losers.error());
    QHash<qint64, quint64> byFile;
    auto find = prepare("SELECT source_file FROM calls WHERE row_id = ?");
    auto remove = prepare("DELETE FROM calls WHERE row_id = ?");
    if (!find || !remove)
        return fail(failure());
    for (const std::int64_t row : *losers) {
        sqlite3_bind_int64(find->get(), 1, row);
        if (sqlite3_step(find->get()) == SQLITE_ROW)
            ++byFile[sqlite3_column_int64(find->get(), 0)];
        sqlite3_reset(find->get());
        sqlite3_bind_int64(remove->get(), 1, row);
        if (sqlite3_step(remove->get()) != SQLITE_DONE)
            return fail(failure());
        sqlite3_reset(remove->get());
    }
    return byFile;
}

Expected<void> RowWriter::execute(const char* sql) {
    if (sqlite3_exec(m_database.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return fail(failure());
    return {};
}

Expected<void> RowWriter::execute(const char* sql, const std::vector<QString>& values) {
    const auto statement = prepare(sql);
    if (!statement)
        return fail(statement.error());
    int index = 1;
    for (const QString& value : values) {
        const QByteArray text = value.toUtf8();
        sqlite3_bind_text(statement->get(), index++, text.constData(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
    }
    return sqlite3_step(statement->get()) == SQLITE_DONE ? Expected<void>() : fail(failure());
}

Expected<void> RowWriter::setMeta(const QString& name, const QString& value) {
    return execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", {name, value});
}

Expected<std::vector<std::vector<QString>>> RowWriter::texts(const char* sql) {
    const auto statement = prepare(sql);
    if (!statement)
        return fail(statement.error());
    std::vector<std::vector<QString>> rows;
    int code = SQLITE_DONE;
    while ((code = sqlite3_step(statement->get())) == SQLITE_ROW) {
        std::vector<QString> row;
        for (int i = 0; i < sqlite3_column_count(statement->get()); ++i) {
            const auto* text = static_cast<const char*>(sqlite3_column_blob(statement->get(), i));
            row.push_back(QString::fromUtf8(text, sqlite3_column_bytes(statement->get(), i)));
        }
        rows.push_back(std::move(row));
    }
    if (code != SQLITE_DONE)
        return fail(failure());
    return rows;
}

Expected<void> RowWriter::finish() {
    if (auto done = execute("COMMIT"); !done)
        return done;
    m_appendCall.reset();
    m_replaceCall.reset();
    m_insertBill.reset();
    m_insertName.reset();
    m_database.reset();
    return {};
}

} // namespace apex::backend
