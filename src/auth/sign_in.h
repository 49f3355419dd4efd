// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"
#include "environment/profile.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>

namespace apex::auth {

/// Opens a URL in the system browser; false if that failed. The window passes QDesktopServices, tests a real
/// HTTP client.
using BrowserOpener = std::function<bool(const QUrl&)>;

/// One sign-in through the system browser: authorization code with PKCE S256 and a loopback redirect
/// (RFC 8252, 7636, 6749, 8414, 9207, OpenID Connect Core 3.1). Single use; create a new one for the next
/// try. Main thread.
class SignIn final : public QObject {
    Q_OBJECT
public:
    enum class Phase { Idle, Discovering, WaitingForBrowser, ExchangingCode, Done, Failed, Cancelled };

    /// `network` must outlive this; `profile` has resolved URLs.
    SignIn(environment::Profile profile, QNetworkAccessManager& network, BrowserOpener openBrowser,
           QObject* parent = nullptr);
    ~SignIn() override;

    /// Starts: discovery, loopback listener on a free port, browser.
    void start();
    /// Gives up; the listener closes, `failed` comes with ErrorKind::Cancelled.
    void cancel();
    /// The address the person can copy; empty before WaitingForBrowser. Holds no secret but is never logged.
    [[nodiscard]] QUrl authorizationUrl() const;
    [[nodiscard]] Phase phase() const;
    /// Takes the tokens out, once, after succeeded().
    [[nodiscard]] TokenSet takeTokens();

Q_SIGNALS:
    void phaseChanged(apex::auth::SignIn::Phase phase);
    /// The browser could not be opened; the person has to copy the address.
    void browserUnavailable(const QUrl& url);
    void succeeded();
    void failed(const apex::Error& error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace apex::auth
