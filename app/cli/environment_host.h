// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "credentials/keychain_store.h"
#include "environment/local_backend.h"
#include "environment/paths.h"
#include "environment/profile_network.h"
#include "session/account_session.h"

#include <QObject>

#include <functional>
#include <memory>

namespace apex::cli {

/// The objects a command needs to work in one environment: profile, keychain, embedded backend, session.
///
/// Lives in main()'s thread; needs an event loop.
class EnvironmentHost final : public QObject {
    Q_OBJECT
public:
    using Opened = std::function<void(Expected<session::AccountSession*>)>;

    explicit EnvironmentHost(QObject* parent = nullptr);
    ~EnvironmentHost() override;

    /// Finds the profile, resolves its URLs (starting the embedded backend if it is one) and builds the
    /// session, not yet started. Calls back once. `openBrowser` is used by sign-in only.
    void open(const EnvironmentId& environment, auth::BrowserOpener openBrowser, Opened done);
    [[nodiscard]] const environment::Paths& paths() const { return m_paths; }
    [[nodiscard]] credentials::KeychainStore& store() { return m_store; }
    [[nodiscard]] QNetworkAccessManager& network() { return m_network; }
    [[nodiscard]] const SystemClock& clock() const { return m_clock; }

private:
    void build(environment::Profile profile, auth::BrowserOpener openBrowser, const Opened& done);

    SystemClock m_clock;
    environment::Paths m_paths;
    environment::ProfileNetwork m_network;
    credentials::KeychainStore m_store;
    std::unique_ptr<environment::LocalBackend> m_localBackend;
    std::unique_ptr<session::AccountSession> m_session;
};

/// Opens an address in the system browser without QtGui; false if no way was found.
[[nodiscard]] bool openInBrowser(const QUrl& url);

} // namespace apex::cli
