// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive.h"

#include "history/archive_database.h"
#include "history/archive_values.h"

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

constexpr auto FlushAfter = std::chrono::milliseconds(1'000);
constexpr qint64 FlushBytes = 4 * 1024 * 1024;

protocol::StoredMessage messageFrom(const ThreadId& thread, const QVariantList& row) {
    protocol::StoredMessage message;
    message.thread = thread;
    message.id = MessageId(row[0].toString());
    message.run = RunId(row[1].toString());
    message.fromUser = row[2].toBool();
    message.text = row[3].toString();
    message.finalReport = row[4].toByteArray();
    message.reportType = row[5].toString();
    message.createdAt = timeOf(row[6]);
    return message;
}

} // namespace

Archive::Archive(std::unique_ptr<ArchiveDatabase> database, qint64 session)
    : m_database(std::move(database)), m_session(session) {
    m_flush.setSingleShot(true);
    m_flush.setInterval(FlushAfter);
    connect(&m_flush, &QTimer::timeout, this, &Archive::flush);
}

Archive::~Archive() {
    flush();
    flush(); // the second try, if the first one failed
}

Expected<std::unique_ptr<Archive>> Archive::open(const QString& folder) {
    auto database = ArchiveDatabase::open(folder);
    if (!database)
        return fail(database.error());
    const auto last = (*database)->rows(u"SELECT coalesce(max(session),0) FROM frames"_s);
    if (!last)
        return fail(last.error());
    return std::unique_ptr<Archive>(
        new Archive(std::move(*database), last->front().front().toLongLong() + 1));
}

bool Archive::check(const Expected<void>& done) {
    if (!done)
        Q_EMIT failed(done.error());
    return done.has_value();
}

std::vector<QVariantList> Archive::read(const QString& sql, const QVariantList& values) {
    auto rows = m_database->rows(sql, values);
    if (rows)
        return std::move(*rows);
    Q_EMIT failed(rows.error());
    return {};
}

void Archive::saveThread(const ThreadId& thread, const QString& title, std::optional<WallTime> updatedAt) {
    check(m_database->execute(
        u"INSERT INTO threads(id,title,updated_us) VALUES(?,?,?) ON CONFLICT(id) DO UPDATE SET "
        "title=CASE WHEN excluded.title='' THEN title ELSE excluded.title END, "
        "updated_us=coalesce(excluded.updated_us,updated_us)"_s,
        {textOf(thread), notNull(title), microsOf(updatedAt)}));
}

std::vector<ArchivedThread> Archive::threads() {
    std::vector<ArchivedThread> found;
    for (const QVariantList& row :
         read(u"SELECT id, title, updated_us, (SELECT outcome FROM runs WHERE runs.thread=threads.id ORDER "
              u"BY started_us "
              "DESC, rowid DESC LIMIT 1) FROM threads ORDER BY updated_us DESC, id"_s)) {
        ArchivedThread thread{ThreadId(row[0].toString()), row[1].toString(), timeOf(row[2]), {}};
        if (!row[3].isNull())
            thread.lastOutcome = static_cast<runs::Outcome>(row[3].toInt());
        found.push_back(std::move(thread));
    }
    return found;
}

void Archive::renameThread(const ThreadId& from, const ThreadId& to) {
    flush();
    check(m_database->inTransaction([&]() -> Expected<void> {
        for (const QString& table : {u"threads"_s, u"messages"_s, u"runs"_s, u"frames"_s, u"drafts"_s,
                                     u"outbox"_s, u"tool_times"_s}) {
            const QString column = table == u"threads"_s ? u"id"_s : u"thread"_s;
            const QString sql = u"UPDATE OR REPLACE %1 SET %2=? WHERE %2=?"_s.arg(table, column);
            if (auto done = m_database->execute(sql, {textOf(to), textOf(from)}); !done)
                return done;
        }
        return {};
    }));
}

void Archive::removeThread(const ThreadId& thread) {
    flush();
    m_toolTimes.clear();
    check(m_database->inTransaction([&]() -> Expected<void> {
        for (const QString& table : {u"threads"_s, u"messages"_s, u"runs"_s, u"frames"_s, u"drafts"_s,
                                     u"outbox"_s, u"tool_times"_s}) {
            const QString column = table == u"threads"_s ? u"id"_s : u"thread"_s;
            if (auto done =
                    m_database->execute(u"DELETE FROM %1 WHERE %2=?"_s.arg(table, column), {textOf(thread)});
                !done)
                return done;
        }
        return {};
    }));
}

Expected<void> Archive::saveMessage(const ThreadId& thread, const protocol::StoredMessage& message) {
    const QVariant id = textOf(message.id);
    const QVariant run = textOf(message.run);
    const auto known = m_database->rows(u"SELECT row FROM messages WHERE thread=? AND ((?<>'' AND id=?) OR "
                                        u"(?<>'' AND run=? AND from_user=? AND (id='' OR "
                                        "?=''))) ORDER BY id<>?, row LIMIT 1"_s,
                                        {textOf(thread), id, id, run, run, message.fromUser, id, id});
    if (!known)
        return fail(known.error());
    const QVariantList values{
        textOf(thread),        textOf(message.id),  textOf(message.run),         message.fromUser,
        notNull(message.text), message.finalReport, notNull(message.reportType), microsOf(message.createdAt)};
    if (known->empty())
        return m_database->execute(
            u"INSERT INTO messages(thread,id,run,from_user,text,report,report_type,created_us) "
            "VALUES(?,?,?,?,?,?,?,?)"_s,
            values);
    return m_database->execute(
        u"UPDATE messages SET thread=?, id=?, run=?, from_user=?, text=?, report=?, report_type=?, "
        "created_us=? WHERE row=?"_s,
        values + QVariantList{known->front().front()});
}

void Archive::saveMessages(const ThreadId& thread, const std::vector<protocol::StoredMessage>& messages) {
    check(m_database->inTransaction([&]() -> Expected<void> {
        for (const protocol::StoredMessage& message : messages) {
            if (auto done = saveMessage(thread, message); !done)
                return done;
        }
        return {};
    }));
}

std::vector<protocol::StoredMessage> Archive::messages(const ThreadId& thread) {
    std::vector<protocol::StoredMessage> found;
    for (const QVariantList& row :
         read(u"SELECT id, run, from_user, text, report, report_type, created_us FROM messages "
              "WHERE thread=? ORDER BY row"_s,
              {textOf(thread)}))
        found.push_back(messageFrom(thread, row));
    return found;
}

void Archive::addFrame(const ThreadId& thread, const QByteArray& bytes, const protocol::Receipt& receipt) {
    m_pending.push_back({thread, {bytes, receipt.wall, receipt.mono, m_session}});
    m_pendingBytes += bytes.size();
    if (m_pendingBytes >= FlushBytes)
        flush();
    else if (!m_flush.isActive())
        m_flush.start();
}

void Archive::flush() {
    m_flush.stop();
    if (m_pending.empty())
        return;
    const auto written = writePending();
    // Another program may hold the file for a moment: once more before it is said that something is missing.
    if (!written && !std::exchange(m_retrying, true)) {
        m_flush.start();
        return;
    }
    m_retrying = false;
    const auto count = static_cast<int>(std::exchange(m_pending, {}).size());
    m_pendingBytes = 0;
    if (written)
        return;
    Error error =
        wrapError(ErrorKind::Storage, tr("%n event(s) could not be saved on this computer.", nullptr, count),
                  written.error(), written.error().action);
    error.kept = tr("The conversation goes on; the recording and the server may still hold them.");
    Q_EMIT failed(error);
}

Expected<void> Archive::writePending() {
    return m_database->inTransaction([&]() -> Expected<void> {
        for (const PendingFrame& pending : m_pending) {
            const ArchivedFrame& frame = pending.frame;
            auto done = m_database->execute(
                u"INSERT INTO frames(thread,session,wall_us,mono_us,bytes) VALUES(?,?,?,?,?)"_s,
                {textOf(pending.thread), frame.session, microsOf(frame.wall), qint64{frame.mono.count()},
                 frame.bytes});
            if (!done)
                return done;
        }
        return {};
    });
}

std::vector<ArchivedFrame> Archive::frames(const ThreadId& thread) {
    flush();
    std::vector<ArchivedFrame> found;
    for (const QVariantList& row :
         read(u"SELECT bytes, wall_us, mono_us, session FROM frames WHERE thread=? ORDER BY row"_s,
              {textOf(thread)}))
        found.push_back({row[0].toByteArray(), timeOf(row[1]).value_or(WallTime{}),
                         MonoTime(row[2].toLongLong()), row[3].toLongLong()});
    return found;
}

void Archive::saveRun(const ArchivedRun& run) {
    flush();
    check(m_database->execute(
        u"INSERT INTO runs(id,thread,outcome,verdict,agent,started_us,duration_ms) VALUES(?,?,?,?,?,?,?) ON "
        "CONFLICT(thread,id) DO UPDATE SET outcome=excluded.outcome, verdict=excluded.verdict, "
        "agent=excluded.agent, "
        "started_us=excluded.started_us, duration_ms=excluded.duration_ms"_s,
        {textOf(run.id), textOf(run.thread), static_cast<int>(run.outcome), static_cast<int>(run.verdict),
         notNull(run.agent), microsOf(run.started),
         run.duration ? QVariant(qint64{run.duration->count()}) : QVariant()}));
}

std::vector<ArchivedRun> Archive::runs(const ThreadId& thread) {
    std::vector<ArchivedRun> found;
    for (const QVariantList& row :
         read(u"SELECT id, outcome, verdict, agent, started_us, duration_ms FROM runs WHERE "
              "thread=? ORDER BY started_us, rowid"_s,
              {textOf(thread)})) {
        ArchivedRun run{RunId(row[0].toString()),
                        thread,
                        static_cast<runs::Outcome>(row[1].toInt()),
                        static_cast<runs::Verdict>(row[2].toInt()),
                        row[3].toString(),
                        timeOf(row[4]),
                        {}};
        if (!row[5].isNull())
            run.duration = std::chrono::milliseconds(row[5].toLongLong());
        found.push_back(std::move(run));
    }
    return found;
}

} // namespace apex::history
