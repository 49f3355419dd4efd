// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/account_session.h"
#include "support/closable_store.h"

#include <QNetworkAccessManager>
#include <QTemporaryDir>

namespace apex::test {

/// A real account session of a machine without a server: its address refuses every connection.
class OfflineSession {
public:
    explicit OfflineSession(bool supportMode = false);

    /// Signs in with a token made up here, so that the window shows its workspace.
    void signIn();
    [[nodiscard]] session::AccountSession& session() { return *m_session; }
    [[nodiscard]] ClosableStore& store() { return m_store; }
    [[nodiscard]] const environment::Paths& paths() const { return m_paths; }

private:
    QTemporaryDir m_home;
    environment::Paths m_paths;
    SystemClock m_clock;
    QNetworkAccessManager m_network;
    ClosableStore m_store;
    std::unique_ptr<session::AccountSession> m_session;
};

} // namespace apex::test
