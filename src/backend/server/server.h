// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/data_folder.h"
#include "backend/server/server_options.h"

#include <memory>

namespace apex::backend {

/// The embedded backend: the platform's wire protocol, sign-in and REST on a loopback port.
///
/// start() and run() belong to one thread, which needs no Qt event loop but a QCoreApplication somewhere in
/// the process (Qt's database plugins want one). Destroying a server that ran stops it first.
class Server {
public:
    explicit Server(ServerOptions options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Locks the data folder, opens the database, listens and announces. Configuration error for a bind
    /// address that is not loopback; Conflict if the data folder or the port is taken.
    [[nodiscard]] Expected<Announcement> start();
    /// Serves until stopped; call after a successful start(). Stopping ends the runs, lets their last frames
    /// out, closes the sockets with 1001 and takes a few seconds at most.
    void run();
    /// Asks run() to return; also before it was entered. Any thread.
    void requestStop();

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace apex::backend
