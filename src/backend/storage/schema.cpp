// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/storage/database.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

// Times are whole seconds since 1970 UTC. Secrets of clients are kept as SHA-256 hashes only.
const std::vector<QStringList>& schemaSteps() {
    static const std::vector<QStringList> steps = {
        {
            u"CREATE TABLE accounts(id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, "
            "password_hash BLOB, password_salt BLOB, password_rounds INTEGER, created_at INTEGER NOT NULL, "
            "last_login_at INTEGER)"_s,
            u"CREATE TABLE grants(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), "
            "client TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER)"_s,
            u"CREATE TABLE codes(hash BLOB PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES grants(id), "
            "redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, scope TEXT NOT NULL, "
            "expires_at INTEGER NOT NULL, used_at INTEGER)"_s,
            u"CREATE TABLE refresh_tokens(hash BLOB PRIMARY KEY, grant_id TEXT NOT NULL REFERENCES "
            u"grants(id), "
            "scope TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER)"_s,
            u"CREATE TABLE threads(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), title "
            u"TEXT, "
            "metadata TEXT NOT NULL, archived INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, "
            "updated_at INTEGER, activity INTEGER NOT NULL)"_s,
            u"CREATE INDEX threads_by_account ON threads(account, activity DESC)"_s,
            u"CREATE TABLE messages(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "
            "thread TEXT NOT NULL REFERENCES threads(id), role TEXT NOT NULL, content TEXT NOT NULL, "
            "metadata TEXT NOT NULL, created_at INTEGER NOT NULL)"_s,
            u"CREATE INDEX messages_by_thread ON messages(thread, seq)"_s,
            u"CREATE TABLE files(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), "
            "name TEXT NOT NULL, size_bytes INTEGER NOT NULL, created_at INTEGER NOT NULL)"_s,
            u"CREATE TABLE thread_files(seq INTEGER PRIMARY KEY AUTOINCREMENT, "
            "thread TEXT NOT NULL REFERENCES threads(id), file TEXT NOT NULL REFERENCES files(id), "
            "UNIQUE(thread, file))"_s,
            u"CREATE TABLE runs(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(id), "
            "thread TEXT NOT NULL REFERENCES threads(id), request TEXT NOT NULL, state TEXT NOT NULL, "
            "started_at INTEGER NOT NULL, ended_at INTEGER)"_s,
            u"CREATE TABLE undelivered(seq INTEGER PRIMARY KEY AUTOINCREMENT, "
            "account TEXT NOT NULL REFERENCES accounts(id), frame BLOB NOT NULL)"_s,
            u"CREATE INDEX undelivered_by_account ON undelivered(account, seq)"_s,
            u"CREATE TABLE undelivered_lost(account TEXT PRIMARY KEY REFERENCES accounts(id), "
            "frames INTEGER NOT NULL)"_s,
        },
        {u"ALTER TABLE files ADD COLUMN columns TEXT NOT NULL DEFAULT ''"_s},
    };
    return steps;
}

} // namespace apex::backend
