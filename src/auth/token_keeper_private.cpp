// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/token_keeper_private.h"

#include "auth/token_bundle.h"
#include "base/logging.h"
#include "base/random.h"

#include <algorithm>

namespace apex::auth {

namespace {

using namespace std::chrono;

constexpr auto shortestRetry = seconds(2);
constexpr auto longestRetry = minutes(5);
// Wakes at least this often while a refresh is planned: timers stand still while the computer sleeps.
constexpr auto longestSleep = minutes(10);
constexpr int maxRefusals = 3;
constexpr auto refusalWindow = minutes(10);

QString boundTo(const environment::Profile& profile) {
    if (profile.backend == environment::BackendKind::Embedded)
        return {};
    QString issuer = profile.issuer.toString(QUrl::FullyEncoded);
    while (issuer.endsWith(u'/')) // written with or without, it is the same place
        issuer.chop(1);
    return issuer;
}

} // namespace

TokenKeeper::Private::Private(TokenKeeper& keeper, environment::Profile profile, QString entryKey,
                              credentials::SecretStore& secretStore, QNetworkAccessManager& network,
                              const Clock& theClock)
    : owner(keeper), key(std::move(entryKey)), store(secretStore), clock(theClock), issuer(boundTo(profile)),
      server(std::move(profile), network, theClock), lock(key, nullptr),
      backoff(shortestRetry, longestRetry, randomBelow) {
    timer.setSingleShot(true);
    timer.setTimerType(Qt::VeryCoarseTimer);
    QObject::connect(&timer, &QTimer::timeout, &owner, [this] {
        if (state == State::RenewalFailing && activity == Activity::Idle)
            startRefresh();
        else
            proceed();
    });
}

void TokenKeeper::Private::moveTo(const environment::Profile& profile) {
    issuer = boundTo(profile);
    server.moveTo(profile);
}

bool TokenKeeper::Private::isForeign(const TokenSet& stored) const {
    return !stored.issuer.isEmpty() && !issuer.isEmpty() && stored.issuer != issuer;
}

void TokenKeeper::Private::load() {
    if (activity != Activity::Idle)
        return;
    if (tokens && unsaved) {
        // "Try again" after the store refused: the tokens are here, only their place is missing.
        adopt(tokens->clone(), false);
        return;
    }
    if (tokens && chosenSession)
        return;
    activity = Activity::Loading;
    store.read(key, &owner, [this, started = epoch](credentials::ReadOutcome outcome) {
        if (started == epoch)
            onLoaded(std::move(outcome));
    });
}

void TokenKeeper::Private::onLoaded(credentials::ReadOutcome outcome) {
    activity = Activity::Idle;
    const auto trouble = [this](const auto& answer) { setState(State::StoreTrouble, answer.error); };
    if (const auto* found = std::get_if<credentials::Found>(&outcome)) {
        mayBeStored = true;
        auto bundle = decodeBundle(found->secret);
        if (bundle && isForeign(*bundle)) {
            claims = bundle->owner();
            foreign = true;
            setState(State::NeedsSignIn, signedInElsewhere());
        } else if (bundle) {
            setTokens(std::move(*bundle));
            setState(State::SignedIn, {});
        } else {
            setState(State::StoreTrouble, bundle.error());
        }
    } else if (const auto* locked = std::get_if<credentials::Locked>(&outcome)) {
        trouble(*locked);
    } else if (const auto* denied = std::get_if<credentials::Denied>(&outcome)) {
        trouble(*denied);
    } else if (const auto* unavailable = std::get_if<credentials::Unavailable>(&outcome)) {
        trouble(*unavailable);
    } else if (const auto* corrupt = std::get_if<credentials::Corrupt>(&outcome)) {
        trouble(*corrupt);
    } else {
        forgetTokens();
        setState(State::SignedOut, {});
    }
    proceed();
}

void TokenKeeper::Private::adopt(TokenSet fresh, bool forThisSessionOnly) {
    ++epoch;
    lock.release();
    chosenSession = forThisSessionOnly;
    refusals = 0;
    backoff.reset();
    activity = Activity::Storing;
    auto held = std::make_shared<TokenSet>(std::move(fresh));
    held->issuer = issuer;
    const auto finish = [this, held, started = epoch](const Expected<void>& result) {
        if (started != epoch)
            return;
        activity = Activity::Idle;
        setTokens(std::move(*held));
        noteStored(result);
        proceed();
    };
    if (chosenSession)
        QMetaObject::invokeMethod(
            &owner, [finish] { finish({}); }, Qt::QueuedConnection);
    else
        write(*held, finish);
}

void TokenKeeper::Private::write(const TokenSet& fresh, std::function<void(const Expected<void>&)> then) {
    store.write(key, encodeBundle(fresh), &owner, std::move(then));
}

/// Goes on in memory if the store refused, and says so for as long as it lasts.
void TokenKeeper::Private::noteStored(const Expected<void>& result) {
    Error warning;
    unsaved = !result;
    if (!result) {
        warning = wrapError(
            result.error().kind,
            TokenKeeper::tr("You are signed in for this session only: your sign-in could not be stored."),
            result.error(), result.error().action);
    } else if (!chosenSession) {
        mayBeStored = true;
    }
    setState(State::SignedIn, warning);
}

bool TokenKeeper::Private::isDue() const {
    return plan.isDue(clock.wallNow()) || (monoRefreshAt && clock.monoNow() >= *monoRefreshAt);
}

bool TokenKeeper::Private::isUsable() const {
    return tokens && !mustRenew && plan.isUsable(clock.wallNow());
}

/// Callers must not turn a failing server into a tight loop.
bool TokenKeeper::Private::mayTry() const {
    return !lastFailure || clock.monoNow() - *lastFailure >= shortestRetry;
}

/// A server whose tokens are hardly good for anything must not be asked for new ones without pause.
bool TokenKeeper::Private::isJustRenewed() const {
    return tokens && !mustRenew && lastRenewal && clock.monoNow() - *lastRenewal < shortestRetry;
}

void TokenKeeper::Private::proceed() {
    if (activity != Activity::Idle)
        return;
    const bool signedIn = state == State::SignedIn || state == State::RenewalFailing;
    if (!signedIn || !tokens) {
        answerWithError(reasonForNoToken());
        return;
    }
    const bool renewable = !tokens->refreshToken.isEmpty();
    const bool wanted = isDue() || mustRenew || (!isUsable() && !waiters.empty());
    if (isJustRenewed()) {
        schedule();
        answerWithToken();
    } else if (wanted && renewable && mayTry()) {
        startRefresh();
    } else if (isUsable()) {
        schedule();
        answerWithToken();
    } else if (renewable) {
        answerWithError(reasonForNoToken());
    } else {
        endSignIn(makeError(ErrorKind::Authentication, TokenKeeper::tr("Your sign-in has expired."),
                            TokenKeeper::tr("Sign in again.")));
    }
}

void TokenKeeper::Private::startRefresh() {
    activity = Activity::Refreshing;
    askedStoreAgain = false;
    timer.stop();
    lock.acquire([this, started = epoch](bool held) {
        if (started != epoch)
            return;
        if (held)
            readBeforeRefresh();
        else
            postpone(
                makeError(ErrorKind::Conflict,
                          TokenKeeper::tr("Another window is renewing your sign-in and has not finished."),
                          TokenKeeper::tr("It is tried again by itself.")));
    });
}

/// Another process may have used our refresh token since; using it again would end the sign-in on strict
/// servers.
void TokenKeeper::Private::readBeforeRefresh() {
    if (isSessionOnly()) {
        sendRefresh();
        return;
    }
    store.read(key, &owner, [this, started = epoch](const credentials::ReadOutcome& outcome) {
        if (started != epoch)
            return;
        if (std::holds_alternative<credentials::NotFound>(outcome)) {
            endWithoutEntry();
            return;
        }
        if (auto rotated = rotatedElsewhere(outcome)) {
            const bool fresh = !planRefresh(*rotated).isDue(clock.wallNow());
            if (fresh) {
                settle(std::move(*rotated));
                setState(State::SignedIn, {});
                proceed();
                return;
            }
            tokens = std::move(rotated);
        }
        sendRefresh();
    });
}

std::optional<TokenSet>
TokenKeeper::Private::rotatedElsewhere(const credentials::ReadOutcome& outcome) const {
    const auto* found = std::get_if<credentials::Found>(&outcome);
    if (!found)
        return std::nullopt;
    auto bundle = decodeBundle(found->secret);
    if (!bundle || isForeign(*bundle) || bundle->refreshToken.isEmpty() ||
        bundle->refreshToken.equals(tokens->refreshToken))
        return std::nullopt;
    return std::move(*bundle);
}

void TokenKeeper::Private::sendRefresh() {
    server.refresh(tokens->refreshToken, [this, started = epoch](Expected<TokenSet> answer) {
        if (started == epoch)
            onRefreshed(std::move(answer));
    });
}

void TokenKeeper::Private::onRefreshed(Expected<TokenSet> answer) {
    if (!answer) {
        if (answer.error().kind != ErrorKind::Authentication)
            postpone(answer.error());
        else if (isSessionOnly() || askedStoreAgain)
            endSignIn(answer.error());
        else
            readAfterRefusal(answer.error());
        return;
    }
    if (answer->refreshToken.isEmpty())
        answer->refreshToken = tokens->refreshToken.clone();
    if (answer->scopes.isEmpty())
        answer->scopes = tokens->scopes;
    if (!answer->identity)
        answer->identity = tokens->identity;
    const auto fresh = answer->owner();
    if (claims && fresh && fresh->user != claims->user) {
        endSignIn(makeError(
            ErrorKind::Protocol,
            TokenKeeper::tr("The server renewed the sign-in for another account; it was not accepted."),
            TokenKeeper::tr("Sign in again, and tell your administrator.")));
        return;
    }
    storeRefreshed(std::move(*answer));
}

/// The server calls our refresh token used up: perhaps another process used it and stored a newer one.
void TokenKeeper::Private::readAfterRefusal(const Error& refusal) {
    askedStoreAgain = true;
    store.read(key, &owner, [this, refusal, started = epoch](const credentials::ReadOutcome& outcome) {
        if (started != epoch)
            return;
        auto rotated = rotatedElsewhere(outcome);
        if (!rotated) {
            endSignIn(refusal);
            return;
        }
        tokens = std::move(rotated);
        sendRefresh();
    });
}

void TokenKeeper::Private::storeRefreshed(TokenSet fresh) {
    auto held = std::make_shared<TokenSet>(std::move(fresh));
    held->issuer = issuer;
    const auto finish = [this, held, started = epoch](const Expected<void>& result) {
        if (started != epoch)
            return;
        settle(std::move(*held));
        noteStored(result);
        proceed();
    };
    if (chosenSession)
        finish({});
    else
        write(*held, finish);
}

void TokenKeeper::Private::settle(TokenSet fresh) {
    lock.release();
    activity = Activity::Idle;
    backoff.reset();
    lastRenewal = clock.monoNow();
    setTokens(std::move(fresh));
    qCInfo(logAuth) << "sign-in renewed";
    Q_EMIT owner.renewed();
}

void TokenKeeper::Private::postpone(const Error& error) {
    lock.release();
    activity = Activity::Idle;
    lastFailure = clock.monoNow();
    const auto delay = backoff.next();
    retryAt = clock.wallNow() + delay;
    Error words = wrapError(
        error.kind, TokenKeeper::tr("Your sign-in cannot be renewed at the moment; it is tried again."),
        error, error.action);
    words.kept = TokenKeeper::tr("You stay signed in.");
    setState(State::RenewalFailing, words);
    timer.start(duration_cast<milliseconds>(delay));
    if (isUsable())
        answerWithToken();
    else
        answerWithError(words);
}

void TokenKeeper::Private::endSignIn(const Error& error) {
    lock.release();
    activity = Activity::Idle;
    timer.stop();
    setState(State::NeedsSignIn, error);
    answerWithError(error);
}

/// The entry is gone: another process of this home signed out, and this one follows instead of writing it
/// back.
void TokenKeeper::Private::endWithoutEntry() {
    lock.release();
    activity = Activity::Idle;
    timer.stop();
    forgetTokens();
    mayBeStored = false;
    setState(State::SignedOut, {});
    answerWithError(reasonForNoToken());
}

void TokenKeeper::Private::setTokens(TokenSet fresh) {
    claims = fresh.owner();
    // An identity's own expiry says nothing of the access token.
    const auto own = readClaims(fresh.accessToken);
    if (!fresh.expiresAt && own)
        fresh.expiresAt = own->expiresAt;
    plan = planRefresh(fresh);
    tokens = std::move(fresh);
    foreign = false;
    mustRenew = false;
    lastFailure.reset();
    monoRefreshAt.reset();
    const WallTime now = clock.wallNow();
    if (plan.refreshAt && *plan.refreshAt > now)
        monoRefreshAt = clock.monoNow() + (*plan.refreshAt - now);
}

void TokenKeeper::Private::forgetTokens() {
    tokens.reset();
    claims.reset();
    plan = {};
    monoRefreshAt.reset();
    foreign = false;
    chosenSession = false;
    unsaved = false;
}

void TokenKeeper::Private::setState(State next, const Error& error) {
    const bool same =
        next == state && error.happened == lastError.happened && error.details == lastError.details;
    state = next;
    lastError = error;
    if (!error.happened.isEmpty())
        qCInfo(logAuth).noquote() << error.forSupport();
    if (!same)
        Q_EMIT owner.stateChanged(next);
}

void TokenKeeper::Private::answerWithToken() {
    // Whoever is answered may end the session and with it this keeper.
    const QPointer<TokenKeeper> alive(&owner);
    const auto answered = std::exchange(waiters, {});
    for (const Waiter& waiter : answered) {
        if (alive && waiter.context)
            waiter.ready(tokens ? Expected<Secret>(tokens->accessToken.clone()) : fail(reasonForNoToken()));
    }
}

void TokenKeeper::Private::answerWithError(const Error& error) {
    const auto answered = std::exchange(waiters, {});
    for (const Waiter& waiter : answered) {
        if (waiter.context)
            waiter.ready(fail(error));
    }
}

Error TokenKeeper::Private::reasonForNoToken() const {
    if (!lastError.happened.isEmpty())
        return lastError;
    return makeError(ErrorKind::Authentication, TokenKeeper::tr("You are not signed in."),
                     TokenKeeper::tr("Sign in."));
}

void TokenKeeper::Private::schedule() {
    const bool renewable = tokens && !tokens->refreshToken.isEmpty() && plan.refreshAt;
    if (!renewable || state != State::SignedIn)
        return;
    auto delay = duration_cast<milliseconds>(*plan.refreshAt - clock.wallNow());
    if (monoRefreshAt)
        delay = std::min(delay, duration_cast<milliseconds>(*monoRefreshAt - clock.monoNow()));
    const auto soonest = isJustRenewed() ? milliseconds(shortestRetry) : milliseconds(0);
    timer.start(std::clamp<milliseconds>(delay, soonest, longestSleep));
}

void TokenKeeper::Private::refused() {
    if (!tokens || activity != Activity::Idle || mustRenew || state == State::NeedsSignIn)
        return;
    const MonoTime now = clock.monoNow();
    refusals = lastRefusal && now - *lastRefusal < refusalWindow ? refusals + 1 : 1;
    lastRefusal = now;
    if (tokens->refreshToken.isEmpty() || refusals > maxRefusals) {
        endSignIn(makeError(
            ErrorKind::Authentication, TokenKeeper::tr("The server does not accept this sign-in."),
            TokenKeeper::tr("Sign in again."), QStringLiteral("refused %1 times in a row").arg(refusals)));
        return;
    }
    mustRenew = true;
    proceed();
}

} // namespace apex::auth
