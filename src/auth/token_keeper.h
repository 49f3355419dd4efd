// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"
#include "credentials/secret_store.h"
#include "environment/profile.h"

#include <QNetworkAccessManager>
#include <QObject>

#include <functional>
#include <memory>

namespace apex::auth {

/// Keeps one account's tokens good: reads them once, refreshes ahead of expiry in a single flight, stores
/// each new refresh token before anybody uses the access token that came with it, and signs out. Main thread.
class TokenKeeper final : public QObject {
    Q_OBJECT
public:
    enum class State {
        Unread,
        SignedOut,    ///< the store said NotFound
        StoreTrouble, ///< locked, denied, unavailable or corrupt: see lastError()
        SignedIn,
        RenewalFailing, ///< transient trouble; the session is kept
        NeedsSignIn,    ///< the server refused for good (invalid_grant)
    };

    TokenKeeper(environment::Profile profile, QString entryKey, credentials::SecretStore& store,
                QNetworkAccessManager& network, const Clock& clock, QObject* parent = nullptr);
    ~TokenKeeper() override;

    /// Reads the store; stateChanged follows.
    void load();
    /// Adopts tokens of a finished sign-in and stores them; `sessionOnly` keeps them in memory, as the person
    /// chose.
    void adopt(TokenSet tokens, bool sessionOnly = false);
    /// The same server at other addresses, from the next request on.
    void moveTo(const environment::Profile& profile);
    using TokenReady = std::function<void(Expected<Secret>)>;
    /// A currently valid access token, refreshed first if needed. Every caller of one moment shares one
    /// refresh.
    void accessToken(QObject* context, TokenReady ready);
    /// The server refused the token (401, close 1008): refresh even if it has not expired. At most once a
    /// token.
    void refused();
    /// Revokes (RFC 7009), removes from the store; reports what failed, local removal goes first.
    void signOut(QObject* context, std::function<void(Expected<void>)> done);

    [[nodiscard]] State state() const;
    [[nodiscard]] const std::optional<Claims>& claims() const;
    /// Why the state is what it is; kind Internal with empty text if there is nothing to say.
    [[nodiscard]] const Error& lastError() const;
    /// When the next refresh is planned, wall time; nullopt if none is.
    [[nodiscard]] std::optional<WallTime> nextRefresh() const;
    /// True if the tokens are only in memory.
    [[nodiscard]] bool isSessionOnly() const;

Q_SIGNALS:
    void stateChanged(apex::auth::TokenKeeper::State state);
    /// Fresh tokens came with the refresh token and are stored.
    void renewed();

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace apex::auth
