// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/threads/run_store.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

Expected<void> withoutValue(const Expected<int>& done) {
    if (!done)
        return fail(done.error());
    return {};
}

StoredRun readRun(const Database::Row& row) {
    return {RunId(row.at(0).toString()), UserId(row.at(1).toString()), ThreadId(row.at(2).toString()),
            row.at(3).toString()};
}

} // namespace

Expected<std::optional<StoredRun>> RunStore::find(const RunId& id) const {
    const auto rows =
        m_database.rows(u"SELECT id, account, thread, request FROM runs WHERE id = ?"_s, {id.toString()});
    if (!rows)
        return fail(rows.error());
    return rows->empty() ? std::nullopt : std::optional(readRun(rows->front()));
}

Expected<void> RunStore::begin(const StoredRun& run) const {
    return withoutValue(m_database.execute(
        u"INSERT INTO runs(id, account, thread, request, state, started_at) VALUES(?, ?, ?, ?, 'running', ?)"_s,
        {run.id.toString(), run.owner.toString(), run.thread.toString(), run.request, unixSeconds(m_clock)}));
}

Expected<void> RunStore::end(const RunId& id, const QString& state) const {
    return withoutValue(m_database.execute(u"UPDATE runs SET state = ?, ended_at = ? WHERE id = ?"_s,
                                           {state, unixSeconds(m_clock), id.toString()}));
}

Expected<std::vector<StoredRun>> RunStore::takeInterrupted() const {
    const auto rows =
        m_database.rows(u"SELECT id, account, thread, request FROM runs WHERE state = 'running'"_s);
    if (!rows)
        return fail(rows.error());
    std::vector<StoredRun> runs;
    for (const auto& row : *rows) {
        runs.push_back(readRun(row));
        if (auto ended = end(runs.back().id, u"interrupted"_s); !ended)
            return fail(ended.error());
    }
    return runs;
}

Expected<void> UndeliveredFrames::keep(const UserId& user, const std::vector<QByteArray>& frames) const {
    const QString& id = user.toString();
    return m_database.inTransaction([&]() -> Expected<void> {
        for (const QByteArray& frame : frames) {
            if (auto added = m_database.execute(u"INSERT INTO undelivered(account, frame) VALUES(?, ?)"_s,
                                                {id, frame});
                !added)
                return fail(added.error());
        }
        const auto dropped = m_database.execute(u"DELETE FROM undelivered WHERE account = ? AND seq <= "
                                                u"(SELECT seq FROM undelivered WHERE account = ? "
                                                "ORDER BY seq DESC LIMIT 1 OFFSET ?)"_s,
                                                {id, id, mostFrames});
        if (!dropped)
            return fail(dropped.error());
        if (*dropped == 0)
            return {};
        return withoutValue(m_database.execute(
            u"INSERT INTO undelivered_lost(account, frames) VALUES(?, ?) ON CONFLICT(account) "
            "DO UPDATE SET frames = frames + excluded.frames"_s,
            {id, *dropped}));
    });
}

Expected<UndeliveredFrames::Kept> UndeliveredFrames::take(const UserId& user) const {
    const QString& id = user.toString();
    Kept kept;
    const auto done = m_database.inTransaction([&]() -> Expected<void> {
        const auto frames =
            m_database.rows(u"SELECT frame FROM undelivered WHERE account = ? ORDER BY seq"_s, {id});
        if (!frames)
            return fail(frames.error());
        for (const auto& row : *frames)
            kept.frames.push_back(row.at(0).toByteArray());
        const auto lost = m_database.rows(u"SELECT frames FROM undelivered_lost WHERE account = ?"_s, {id});
        if (!lost)
            return fail(lost.error());
        kept.lost = lost->empty() ? 0 : lost->front().at(0).toInt();
        for (const QString& table : {u"undelivered"_s, u"undelivered_lost"_s}) {
            if (auto gone = m_database.execute(u"DELETE FROM %1 WHERE account = ?"_s.arg(table), {id}); !gone)
                return fail(gone.error());
        }
        return {};
    });
    if (!done)
        return fail(done.error());
    return kept;
}

} // namespace apex::backend
