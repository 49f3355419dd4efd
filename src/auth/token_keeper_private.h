// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/auth_server.h"
#include "auth/refresh_lock.h"
#include "auth/refresh_plan.h"
#include "auth/token_keeper.h"
#include "base/backoff.h"

#include <QPointer>
#include <QTimer>

namespace apex::auth {

/// The inside of TokenKeeper. One activity at a time; `epoch` grows with each adopt() and signOut(), and what
/// an older epoch started is ignored when it comes back.
struct TokenKeeper::Private {
    enum class Activity { Idle, Loading, Storing, Refreshing };
    struct Waiter {
        QPointer<QObject> context;
        TokenReady ready;
    };

    Private(TokenKeeper& keeper, environment::Profile profile, QString entryKey,
            credentials::SecretStore& secretStore, QNetworkAccessManager& network, const Clock& theClock);

    void moveTo(const environment::Profile& profile);
    void load();
    void onLoaded(credentials::ReadOutcome outcome);
    void adopt(TokenSet fresh, bool forThisSessionOnly);
    void write(const TokenSet& fresh, std::function<void(const Expected<void>&)> then);
    void noteStored(const Expected<void>& result);

    /// Decides what happens next: answer the waiters, refresh, or wait.
    void proceed();
    void startRefresh();
    void readBeforeRefresh();
    void sendRefresh();
    void onRefreshed(Expected<TokenSet> answer);
    void readAfterRefusal(const Error& refusal);
    void storeRefreshed(TokenSet fresh);
    [[nodiscard]] static Error signedInElsewhere();
    /// Got from another issuer than the environment has now: it must not see them.
    [[nodiscard]] bool isForeign(const TokenSet& stored) const;
    [[nodiscard]] std::optional<TokenSet> rotatedElsewhere(const credentials::ReadOutcome& outcome) const;
    /// Ends a refresh with good tokens.
    void settle(TokenSet fresh);
    /// Ends a refresh that may work later.
    void postpone(const Error& error);
    /// Ends the sign-in: only a new one helps.
    void endSignIn(const Error& error);
    void endWithoutEntry();

    void refused();
    void signOut(QObject* context, std::function<void(Expected<void>)> done);
    void revokeAfterRemoval(TokenSet old, const Expected<void>& removal, const QPointer<QObject>& context,
                            std::function<void(Expected<void>)> done);

    void setTokens(TokenSet fresh);
    void forgetTokens();
    void setState(State next, const Error& error);
    void answerWithToken();
    void answerWithError(const Error& error);
    void schedule();
    [[nodiscard]] bool isSessionOnly() const { return chosenSession || unsaved; }
    [[nodiscard]] bool isDue() const;
    [[nodiscard]] bool isUsable() const;
    [[nodiscard]] bool mayTry() const;
    [[nodiscard]] bool isJustRenewed() const;
    [[nodiscard]] Error reasonForNoToken() const;

    TokenKeeper& owner;
    QString key;
    credentials::SecretStore& store;
    const Clock& clock;
    QString issuer; ///< of the environment; empty for the backend of this computer, whose port changes
    AuthServer server;
    RefreshLock lock;
    QTimer timer;
    Backoff backoff;

    State state = State::Unread;
    Error lastError;
    Activity activity = Activity::Idle;
    int epoch = 0;
    std::optional<TokenSet> tokens;
    std::optional<Claims> claims;
    RefreshPlan plan;
    std::optional<MonoTime> monoRefreshAt;
    std::optional<MonoTime> lastFailure;
    std::optional<MonoTime> lastRenewal;
    std::optional<WallTime> retryAt;
    std::vector<Waiter> waiters;
    bool chosenSession = false; ///< the person chose memory only
    bool unsaved = false;       ///< the store refused the newest tokens
    bool mayBeStored = false;   ///< an entry was read or written
    bool foreign = false;       ///< what is stored is another issuer's
    bool mustRenew = false;     ///< the server refused the current access token
    bool askedStoreAgain = false;
    int refusals = 0;
    std::optional<MonoTime> lastRefusal;
};

} // namespace apex::auth
