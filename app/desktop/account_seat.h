// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile_network.h"
#include "session/account_session.h"
#include "ui/shell/main_window.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace apex::desktop {

/// One open account: its network, its session, its page, which die in the reverse order.
struct AccountSeat {
    /// All but `profile` outlive this.
    AccountSeat(const environment::Profile& profile, const std::optional<UserId>& user,
                const environment::Paths& paths, credentials::SecretStore& store, const Clock& clock,
                ui::ThemeProvider& themes);
    AccountSeat(const AccountSeat&) = delete;
    AccountSeat& operator=(const AccountSeat&) = delete;

    [[nodiscard]] bool isEmbedded() const;

    environment::ProfileNetwork network;
    session::AccountSession session;
    ui::MainWindow page;
    /// Opens the connection check of this account, or brings it to the front.
    void openDoctor(const environment::Paths& paths, credentials::SecretStore& store,
                    const ui::ThemeProvider& themes);

    /// Keeps name and password of the proxy and uses them from now on.
    void keepProxySignIn(environment::ProxySignIn signIn, const environment::Paths& paths,
                         credentials::SecretStore& store,
                         std::function<void(Expected<environment::Profile>)> done);

    QTimer mute; ///< runs while the embedded backend has not said anything
};

} // namespace apex::desktop
