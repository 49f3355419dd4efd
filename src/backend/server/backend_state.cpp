// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/backend_state.h"

#include <QDir>

namespace apex::backend {

using namespace Qt::StringLiterals;

BackendState::BackendState(const ServerOptions& serverOptions, const Clock& systemClock,
                           std::unique_ptr<Database> opened, Secret key, const QString& baseUrl)
    : options(serverOptions), clock(systemClock), issuer(baseUrl),
      webSocketUrl(u"ws"_s + baseUrl.mid(4) + u"/ws"_s), database(std::move(opened)),
      accounts(*database, clock), accessTokens(std::move(key), issuer, options.accessTokenLife, clock),
      tokens(*database, accounts, accessTokens, clock),
      authorization(accounts, tokens, issuer,
                    options.suggestedName.isEmpty() ? QDir::home().dirName() : options.suggestedName, clock),
      threads(*database, clock), files(*database, clock, options.dataDir), runs(*database, clock),
      undelivered(*database), tickets(clock) {}

} // namespace apex::backend
