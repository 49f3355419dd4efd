// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/account_session_private.h"

#include <QDir>

namespace apex::session {

using namespace Qt::StringLiterals;
using auth::TokenKeeper;

namespace {

constexpr QLatin1String TokenEntry("tokens");

} // namespace

void AccountSession::start() {
    if (m_private->started)
        return;
    m_private->started = true;
    const auto& wanted = m_private->parts.account;
    if (wanted) {
        if (!wanted->isEmpty()) {
            m_private->useAccount(*wanted);
            m_private->keeper->load();
        }
        Q_EMIT signInStateChanged();
        return;
    }
    const auto known = m_private->index.accountsOf(m_private->parts.profile.id);
    if (!known) {
        m_private->signInError = known.error();
        m_private->notify(u"accounts"_s, known.error());
    } else if (!known->empty()) {
        m_private->useAccount(known->front().user);
        m_private->keeper->load();
    }
    Q_EMIT signInStateChanged();
}

void AccountSession::signIn() {
    if (m_private->isSigningIn())
        return;
    if (m_private->isOfPlatform()) {
        m_private->beginAttempt();
        m_private->platformSignIn().ask();
        m_private->platformSignIn().startBrowser();
        return;
    }
    m_private->beginAttempt();
    // A child of the session too: its deferred deletion may come after the session, and so after the network.
    m_private->signIn = std::make_unique<auth::SignIn>(m_private->parts.profile, m_private->parts.network,
                                                       m_private->parts.openBrowser, this);
    auth::SignIn* flow = m_private->signIn.get();
    connect(flow, &auth::SignIn::phaseChanged, this, [this] { Q_EMIT signInStateChanged(); });
    connect(flow, &auth::SignIn::browserUnavailable, this, [this] { m_private->browserUnavailable(); });
    connect(flow, &auth::SignIn::succeeded, this, [this] { m_private->signInSucceeded(); });
    connect(flow, &auth::SignIn::failed, this,
            [this](const Error& error) { m_private->signInFailed(error); });
    flow->start();
    Q_EMIT signInStateChanged();
}

void AccountSession::cancelSignIn() {
    if (m_private->signIn)
        m_private->signIn->cancel();
    if (m_private->device)
        m_private->device->cancel();
    if (m_private->platform)
        m_private->platform->cancel();
    if (m_private->probing)
        m_private->endAttempt(makeError(ErrorKind::Cancelled, tr("The sign-in was cancelled.")));
}

void AccountSession::retryStore() {
    m_private->sessionOnly = false;
    m_private->signOutError = {};
    if (m_private->keeper)
        m_private->keeper->load();
    else {
        m_private->started = false;
        start();
    }
}

void AccountSession::signInForThisSessionOnly() {
    m_private->sessionOnly = true;
    signIn();
}

void AccountSession::adoptPastedToken(Secret accessToken) {
    m_private->beginAttempt();
    auth::TokenSet tokens;
    tokens.accessToken = std::move(accessToken);
    m_private->adopt(std::move(tokens));
}

namespace {

/// What the keychain says of itself is about signing in; here it stood in the way of signing out.
Error signOutFailure(const Error& error) {
    const QString action = error.kind == ErrorKind::Unavailable
                               ? AccountSession::tr("Start your keyring service, then sign out again.")
                               : AccountSession::tr("Allow access to it, then sign out again.");
    Error failure =
        wrapError(error.kind, AccountSession::tr("The sign-in could not be removed: %1").arg(error.happened),
                  error, action);
    failure.kept = AccountSession::tr("It may still be in your keychain.");
    return failure;
}

} // namespace

void AccountSession::signOut() {
    if (!m_private->keeper || m_private->signingOut)
        return;
    m_private->signingOut = true;
    m_private->link->close();
    m_private->keeper->signOut(this, [this](const Expected<void>& done) {
        m_private->signingOut = false;
        const bool gone = m_private->keeper && m_private->keeper->state() == TokenKeeper::State::SignedOut;
        // What stands in the way is said with the state, once and with what can be done.
        m_private->signOutError = gone || done ? Error{} : signOutFailure(done.error());
        m_private->notify(u"sign-out"_s, gone && !done ? done.error() : Error{});
        m_private->notify(u"credentials"_s, {});
        // An entry that may still be in the keychain keeps its account listed, so that it can be removed
        // later.
        if (gone) {
            const auto forgotten = m_private->index.remove(m_private->parts.profile.id, m_private->user);
            if (!forgotten)
                m_private->notify(u"accounts"_s, forgotten.error());
            m_private->leaveAccount();
        }
        Q_EMIT signInStateChanged();
    });
}

bool AccountSession::isSignOutUnfinished() const {
    return !m_private->signOutError.happened.isEmpty() && m_private->keeper &&
           m_private->keeper->state() == TokenKeeper::State::StoreTrouble;
}

std::optional<WallTime> AccountSession::nextSignInRenewal() const {
    return m_private->keeper ? m_private->keeper->nextRefresh() : std::nullopt;
}

void AccountSession::accessToken(QObject* context, std::function<void(Expected<Secret>)> ready) {
    m_private->getToken(context, std::move(ready));
}

void AccountSession::Private::getToken(QObject* context, std::function<void(Expected<Secret>)> ready) {
    if (keeper) {
        keeper->accessToken(context, std::move(ready));
        return;
    }
    const QPointer<QObject> alive(context);
    QMetaObject::invokeMethod(
        &q,
        [alive, ready = std::move(ready)] {
            if (alive)
                ready(fail(ErrorKind::Authentication, tr("You are not signed in."), tr("Sign in.")));
        },
        Qt::QueuedConnection);
}

void AccountSession::Private::useAccount(const UserId& account) {
    if (keeper && account == user)
        return;
    leaveAccount();
    user = account;
    const QString key = credentials::entryKey(parts.paths.homeHash, parts.profile.id.toString(),
                                              account.toString(), QString(TokenEntry));
    keeper = std::make_unique<TokenKeeper>(parts.profile, key, parts.store, parts.network, parts.clock, &q);
    connect(keeper.get(), &TokenKeeper::renewed, &q, &AccountSession::signInRenewed);
    connect(keeper.get(), &TokenKeeper::stateChanged, &q, [this] { keeperChanged(); });
}

void AccountSession::Private::leaveAccount() {
    link->close();
    outbox.clear();
    filesOf.clear();
    byRun.clear();
    byFormerThread.clear();
    handshakeThread = {};
    threads.clear();
    listed.clear();
    for (OpenConversation& open : conversations) {
        open.conversation->disconnect(&q);
        // A view may be inside a slot of its conversation.
        open.conversation.release()->deleteLater();
    }
    conversations.clear();
    recorder.reset();
    archive.reset();
    if (keeper)
        keeper.release()->deleteLater();
    user = {};
    lastClaims.reset();
    lostAt.reset();
    Q_EMIT q.threadsChanged();
}

void AccountSession::Private::keeperChanged() {
    if (keeper->claims())
        lastClaims = keeper->claims();
    switch (keeper->state()) {
    case TokenKeeper::State::SignedIn:
        notify(u"credentials"_s, keeper->lastError());
        startServices();
        break;
    case TokenKeeper::State::RenewalFailing:
        notify(u"credentials"_s, keeper->lastError());
        break;
    case TokenKeeper::State::NeedsSignIn:
    case TokenKeeper::State::SignedOut:
        link->close();
        break;
    case TokenKeeper::State::StoreTrouble:
        clearNotice(u"credentials"_s); // the state says it, with what can be done
        break;
    case TokenKeeper::State::Unread:
        break;
    }
    if (!signingOut)
        Q_EMIT q.signInStateChanged();
}

void AccountSession::Private::signInSucceeded() {
    auth::TokenSet tokens = signIn->takeTokens();
    signIn.release()->deleteLater();
    adopt(std::move(tokens));
}

/// Chats, drafts and queue belong to one account; another one's sign-in must not push them aside.
std::optional<Error> AccountSession::Private::otherAccount(const UserId& account,
                                                           const std::optional<auth::Claims>& claims) const {
    const bool bound = !user.isEmpty() && keeper && keeper->state() != TokenKeeper::State::SignedOut;
    if (!bound || account == user)
        return std::nullopt;
    const auto nameOf = [](const std::optional<auth::Claims>& one) {
        return !one ? tr("an account without a name") : one->email.isEmpty() ? one->name : one->email;
    };
    Error error = makeError(
        ErrorKind::Conflict,
        tr("You signed in as %1, but these chats belong to %2.")
            .arg(nameOf(claims), lastClaims ? nameOf(lastClaims) : tr("another account")),
        tr("Sign in with that account. To use the other one as well, add it as a further account."));
    error.kept = tr("Nothing was changed; chats, drafts and waiting messages are here.");
    return error;
}

void AccountSession::Private::adopt(auth::TokenSet tokens) {
    const auto claims = tokens.owner();
    // Opaque tokens without an ID token name nobody; they share one place of their own.
    const UserId account = claims ? claims->user : UserId(u"unnamed"_s);
    if (const auto conflict = otherAccount(account, claims))
        return endAttempt(*conflict);
    useAccount(account);
    lastClaims = claims;
    rememberAccount();
    keeper->adopt(std::move(tokens), sessionOnly);
    Q_EMIT q.signInStateChanged();
}

void AccountSession::Private::signInFailed(const Error& error) {
    signIn.release()->deleteLater();
    endAttempt(error);
}

void AccountSession::Private::rememberAccount() {
    auth::Account account{parts.profile.id, user, user.toString()};
    if (lastClaims)
        account.displayName = lastClaims->email.isEmpty() ? lastClaims->name : lastClaims->email;
    if (const auto added = index.add(account); !added)
        notify(u"accounts"_s, added.error());
}

void AccountSession::Private::startServices() {
    signInError = {};
    notify(u"browser"_s, {});
    const bool isNew = !archive && !recorder;
    if (isNew) {
        newHere = !QDir(parts.paths.account(parts.profile.id, user)).exists();
        openArchive();
        openRecorder();
        restoreOutgoing();
        rebuildThreads();
    }
    link->open();
}

void AccountSession::Private::openArchive() {
    auto opened = history::Archive::open(parts.paths.account(parts.profile.id, user));
    if (!opened) {
        Error error = opened.error();
        error.kept = tr("The chat works, but nothing is saved on this computer.");
        notify(u"archive"_s, error);
        return;
    }
    archive = std::move(*opened);
    connect(archive.get(), &history::Archive::failed, &q,
            [this](const Error& error) { notify(u"archive"_s, error); });
    for (const history::ArchivedThread& saved : archive->threads()) {
        ThreadEntry entry;
        entry.id = saved.id;
        entry.title = saved.title;
        entry.updatedAt = saved.updatedAt;
        entry.hasRun = saved.lastOutcome.has_value();
        entry.lastOutcome = saved.lastOutcome.value_or(runs::Outcome::None);
        listed.push_back(entry);
    }
}

void AccountSession::Private::openRecorder() {
    history::RecorderOptions options;
    options.folder = QDir(parts.paths.account(parts.profile.id, user)).filePath(u"recordings"_s);
    options.protocol = parts.profile.protocol;
    options.environment = parts.profile.id.toString();
    options.client = u"apex-desktop/" APEX_VERSION ""_s;
    recorder = std::make_unique<history::Recorder>(options, parts.clock);
    connect(recorder.get(), &history::Recorder::failed, &q,
            [this](const Error& error) { notify(u"recorder"_s, error); });
    connect(recorder.get(), &history::Recorder::madeRoom, &q, [this](const history::RoomMade& room) {
        notify(u"recorder"_s, makeError(ErrorKind::TooLarge,
                                        tr("%n old recording(s) were removed to make room for new ones.",
                                           nullptr, static_cast<int>(room.removed.size()))));
    });
    if (const auto recording = recorder->start(); !recording) {
        Error error = recording.error();
        error.kept = tr("The chat works, but it is not recorded.");
        notify(u"recorder"_s, error);
    }
}

} // namespace apex::session
