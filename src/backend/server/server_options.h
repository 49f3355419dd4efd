// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent_run.h"
#include "base/clock.h"

#include <QString>

#include <chrono>
#include <functional>

namespace apex::backend {

/// Runs the agents; `runAgents` in the product. Called in a worker thread of its own for each run.
using RunFunction =
    std::function<RunOutcome(const RunRequest&, const FrameSink&, std::stop_token, const Clock&)>;

/// How to serve.
struct ServerOptions {
    quint16 port = 0; ///< 0 = the port this data folder had last, if free, else any
    QString dataDir;  ///< all state; created owner-only
    QString bindAddress = QStringLiteral("127.0.0.1"); ///< "127.0.0.1" or "::1"; anything else is refused
    QString priceFilePath;                             ///< handed to every run
    RunFunction run;                                   ///< must be set
    bool handleSignals = false;                        ///< stop on SIGINT and SIGTERM
    QString suggestedName; ///< prefilled name of the first account; empty = name of the home folder
    std::chrono::seconds accessTokenLife{900};
    std::chrono::milliseconds heartbeatInterval{30'000}; ///< silence before the server says "heartbeat"
    std::chrono::seconds expiryGrace{60}; ///< a socket outlives its token by this, and by its last run
    qint64 maxUploadBytes = qint64(1) << 30;
    int maxSocketsPerUser = 8;
    int maxRunsPerUser = 4;
    qint64 maxQueuedBytesPerSocket = 32 * 1024 * 1024; ///< a socket slower than this is given up
    const Clock* clock = nullptr;                      ///< not owned; nullptr = the machine's
};

} // namespace apex::backend
