// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive_schema.h"

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

// Times are microseconds since 1970; text columns are never null, empty means unknown.
QStringList toVersion1() {
    return {
        u"CREATE TABLE threads(id TEXT PRIMARY KEY, title TEXT NOT NULL, updated_us INTEGER)"_s,
        u"CREATE TABLE messages(row INTEGER PRIMARY KEY, thread TEXT NOT NULL, id TEXT NOT NULL, run TEXT "
        u"NOT NULL, "
        "from_user INTEGER NOT NULL, text TEXT NOT NULL, report BLOB, report_type TEXT NOT NULL, created_us INTEGER)"_s,
        u"CREATE INDEX messages_by_thread ON messages(thread, row)"_s,
        u"CREATE UNIQUE INDEX messages_by_id ON messages(thread, id) WHERE id<>''"_s,
        u"CREATE TABLE runs(id TEXT NOT NULL, thread TEXT NOT NULL, outcome INTEGER NOT NULL, verdict "
        u"INTEGER NOT NULL, "
        "agent TEXT NOT NULL, started_us INTEGER, duration_ms INTEGER, PRIMARY KEY(thread, id))"_s,
        u"CREATE TABLE frames(row INTEGER PRIMARY KEY, thread TEXT NOT NULL, session INTEGER NOT NULL, "
        u"wall_us INTEGER NOT "
        "NULL, mono_us INTEGER NOT NULL, bytes BLOB NOT NULL)"_s,
        u"CREATE INDEX frames_by_thread ON frames(thread, row)"_s,
        u"CREATE TABLE drafts(thread TEXT PRIMARY KEY, text TEXT NOT NULL)"_s,
        u"CREATE TABLE prompts(row INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE ON CONFLICT REPLACE)"_s,
        u"CREATE TABLE outbox(run TEXT PRIMARY KEY, thread TEXT NOT NULL, text TEXT NOT NULL, files TEXT NOT "
        u"NULL, "
        "queued_us INTEGER NOT NULL)"_s,
        u"CREATE VIRTUAL TABLE messages_text USING fts5(text, content='messages', content_rowid='row')"_s,
        u"CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN INSERT INTO messages_text(rowid, "
        u"text) "
        "VALUES(new.row, new.text); END"_s,
        u"CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN INSERT INTO "
        u"messages_text(messages_text, rowid, "
        "text) VALUES('delete', old.row, old.text); END"_s,
        u"CREATE TRIGGER messages_edited AFTER UPDATE OF text ON messages BEGIN INSERT INTO "
        u"messages_text(messages_text, "
        "rowid, text) VALUES('delete', old.row, old.text); INSERT INTO messages_text(rowid, text) "
        "VALUES(new.row, "
        "new.text); END"_s,
    };
}

QStringList toVersion2() {
    return {
        u"CREATE TABLE tool_times(row INTEGER PRIMARY KEY, thread TEXT NOT NULL, run TEXT NOT NULL, tool "
        u"TEXT NOT NULL, took_ms INTEGER NOT NULL)"_s,
        u"CREATE INDEX tool_times_by_tool ON tool_times(tool, row)"_s,
        u"CREATE INDEX tool_times_by_run ON tool_times(thread, run)"_s,
    };
}

QStringList toVersion3() {
    return {u"ALTER TABLE outbox ADD COLUMN columns TEXT NOT NULL DEFAULT ''"_s};
}

} // namespace

QStringList archiveMigration(int from) {
    QStringList statements;
    if (from < 1)
        statements += toVersion1();
    if (from < 2)
        statements += toVersion2();
    if (from < 3)
        statements += toVersion3();
    return statements;
}

} // namespace apex::history
