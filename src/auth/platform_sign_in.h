// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/platform_sign_in_offer.h"
#include "auth/sign_in.h"

#include <QNetworkAccessManager>
#include <QObject>

#include <memory>

namespace apex::auth {

/// The sign-in of the platform's own auth service (protocol.md 2): password, development user, or browser.
/// Its browser flow ends on a page of its front end, whose address the person pastes; a server that honours
/// redirect_uri, state and PKCE ends at our loopback listener by itself (protocol.md 2.2). One try at a time;
/// can be used for another after failed(). Main thread.
class PlatformSignIn final : public QObject {
    Q_OBJECT
public:
    using Phase = SignIn::Phase;

    /// `network` must outlive this.
    PlatformSignIn(environment::Profile profile, QNetworkAccessManager& network, BrowserOpener openBrowser,
                   QObject* parent = nullptr);
    ~PlatformSignIn() override;

    /// Asks the server what it offers; offerChanged() follows. An answer is kept, a failure asked again.
    void ask();
    /// What the server offers; nullopt before its answer.
    [[nodiscard]] const std::optional<PlatformOffer>& offer() const;
    /// Why the server could not be asked; empty `happened` if it could.
    [[nodiscard]] const Error& offerError() const;
    [[nodiscard]] bool isAsking() const;

    /// Sends the password to POST /auth/login and nowhere else; succeeded() or failed() follows, later.
    void start(const QString& email, const Secret& password);
    /// Signs in as the development user; refused unless the server's offer holds it.
    void startDevelopment();
    /// Opens the browser and waits for its answer or for submitAddress().
    void startBrowser();
    /// The address the browser ended on. An error leaves the wait as it was.
    [[nodiscard]] Expected<void> submitAddress(const Secret& pasted);
    /// Gives up; `failed` comes with ErrorKind::Cancelled if a try was under way.
    void cancel();

    [[nodiscard]] Phase phase() const;
    /// True between a start and its end.
    [[nodiscard]] bool isBusy() const;
    /// The address the person can copy; empty unless WaitingForBrowser.
    [[nodiscard]] QUrl browserUrl() const;
    /// Takes the tokens out, once, after succeeded().
    [[nodiscard]] TokenSet takeTokens();

Q_SIGNALS:
    void offerChanged();
    void phaseChanged(apex::auth::SignIn::Phase phase);
    /// The browser could not be opened; the person has to copy the address.
    void browserUnavailable(const QUrl& url);
    void succeeded();
    void failed(const apex::Error& error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// What the server's answer to a password or development sign-in means. Pure.
[[nodiscard]] Expected<TokenSet> readLoginAnswer(const HttpAnswer& answer, bool development, WallTime now);

} // namespace apex::auth
