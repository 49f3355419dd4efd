// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/accounts.h"
#include "backend/identity/authorization.h"
#include "backend/identity/token_store.h"
#include "backend/server/server_options.h"
#include "backend/server/tickets.h"
#include "backend/threads/file_store.h"
#include "backend/threads/run_store.h"
#include "backend/threads/thread_store.h"

namespace apex::backend {

/// Everything the routes and the chat work on. Belongs to the server; io thread only.
class BackendState {
public:
    /// `baseUrl` is "http://127.0.0.1:PORT", also the issuer. `key` signs access tokens.
    BackendState(const ServerOptions& serverOptions, const Clock& systemClock,
                 std::unique_ptr<Database> opened, Secret key, const QString& baseUrl);

    const ServerOptions& options;
    const Clock& clock;
    QString issuer;
    QString webSocketUrl;
    std::unique_ptr<Database> database;
    Accounts accounts;
    AccessTokens accessTokens;
    TokenStore tokens;
    Authorization authorization;
    ThreadStore threads;
    FileStore files;
    RunStore runs;
    UndeliveredFrames undelivered;
    Tickets tickets;
};

} // namespace apex::backend
