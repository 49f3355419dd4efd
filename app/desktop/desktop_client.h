// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/account_index.h"
#include "base/clock.h"
#include "credentials/keychain_store.h"
#include "desktop/account_seat.h"
#include "environment/local_backend.h"
#include "environment/own_server.h"
#include "environment/paths.h"
#include "environment/profile.h"
#include "ui/shell/client_window.h"
#include "ui/theme/theme_provider.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace apex::desktop {

class DesktopModel;

/// The composition root of the window: one embedded backend, one window, and a seat for every open account.
/// Seats that are not on show stay connected. Main thread.
class DesktopClient final : public QObject {
    Q_OBJECT
public:
    /// `app` outlives this.
    DesktopClient(QApplication& app, environment::Paths paths);
    ~DesktopClient() override;

    /// Opens `environment`; if it is empty the last one used; if there is none the window asks. A name that
    /// does not exist is said in the window that asks.
    void start(const EnvironmentId& environment);

private:
    /// An account as the switcher knows it; nobody's yet if `user` is empty.
    struct Known {
        EnvironmentId environment;
        UserId user;
        QString name;
    };

    void open(const EnvironmentId& environment, const std::optional<UserId>& user);
    void openResolved(const environment::Profile& profile, const std::optional<UserId>& user);
    void takeSeat(const environment::Profile& profile, const std::optional<UserId>& user);
    void connectSeat(AccountSeat& seat);
    void showSeat(AccountSeat& seat);
    void ask(const Error& why);
    void showWindow();
    void addServer(const environment::OwnServer& server);
    void editServer(const EnvironmentId& environment);
    void changeServer(const EnvironmentId& environment, const environment::OwnServer& server);
    void reopen(const EnvironmentId& environment);
    void removeServer(const EnvironmentId& environment);
    void removeUnused(const environment::Profile& profile);
    void environmentChosen(const EnvironmentId& environment);
    void accountChosen(int index);
    void refreshAccounts();
    void seatChanged(AccountSeat& seat);
    void mergeTwins();
    void removeSeat(AccountSeat& seat);
    void deleteAccount(AccountSeat& seat);
    void remember(const AccountSeat& seat) const;
    void backendDied(const Error& error);
    void followBackend(AccountSeat& seat);
    void checkBackend(AccountSeat& seat);
    [[nodiscard]] AccountSeat* find(const EnvironmentId& environment, const UserId& user) const;
    [[nodiscard]] AccountSeat* current() const;
    [[nodiscard]] std::vector<Known> knownAccounts() const;
    void offerModel(AccountSeat& seat);
    void nameModel();
    [[nodiscard]] environment::LocalBackend& backend();
    [[nodiscard]] std::optional<UserId> lastUser(const EnvironmentId& environment) const;
    [[nodiscard]] QString settingsFile() const;
    [[nodiscard]] QString backendProgram() const;

    environment::Paths m_paths;
    SystemClock m_clock;
    credentials::KeychainStore m_store;
    auth::AccountIndex m_index;
    environment::ProfileCatalog m_catalog;
    ui::ThemeProvider m_themes;
    std::unique_ptr<environment::LocalBackend> m_backend;
    std::unique_ptr<DesktopModel> m_model; ///< once an account of the embedded backend is open
    std::unique_ptr<ui::ClientWindow> m_window;
    std::vector<std::unique_ptr<AccountSeat>> m_seats;
    std::vector<Known> m_known; ///< as the switcher shows them
    QTimer m_patience; ///< the waiting window comes only if an environment is slow, so that a fast start does
                       ///< not flash
};

} // namespace apex::desktop
