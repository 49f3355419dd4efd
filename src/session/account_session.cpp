// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/account_session.h"

#include "protocol/encoder.h"
#include "session/account_session_private.h"
#include "session/session_text.h"

#include <QFile>

#include <algorithm>

namespace apex::session {

using namespace Qt::StringLiterals;
using auth::TokenKeeper;

AccountSession::Private::Private(AccountSession& session, SessionParts sessionParts)
    : q(session), parts(std::move(sessionParts)), index(parts.paths.config) {
    const auto tokens = [this](QObject* context, std::function<void(Expected<Secret>)> ready) {
        getToken(context, std::move(ready));
    };
    rest = std::make_unique<connection::RestClient>(parts.profile, tokens, parts.network);
    link = std::make_unique<connection::Link>(parts.profile, tokens, parts.clock, nullptr, parts.timings);
    const auto refused = [this] {
        if (keeper)
            keeper->refused();
    };
    rest->onTokenRefused(refused);
    connect(link.get(), &connection::Link::credentialRefused, &q, refused);
    connect(link.get(), &connection::Link::stateChanged, &q,
            [this](const connection::LinkState& state) { linkChanged(state); });
    connect(link.get(), &connection::Link::frame, &q,
            [this](const connection::Frame& frame) { gotFrame(frame); });
    connect(
        link.get(), &connection::Link::event, &q,
        [this](const protocol::Event& event, const protocol::Receipt& receipt) { gotEvent(event, receipt); });
    connect(link.get(), &connection::Link::undecodable, &q,
            [this](const QString& reason) { undecodable(reason); });
    connect(link.get(), &connection::Link::linkEvent, &q,
            [this](const QString& name, const QByteArray& facts, const protocol::Receipt& receipt) {
                if (recorder)
                    recorder->link(name, facts, receipt);
                Q_EMIT q.linkEvent(name, facts, receipt);
            });
    leaving.setSingleShot(true);
    connect(&leaving, &QTimer::timeout, &q, [this] { pump(); });
    reaction.setSingleShot(true);
    reaction.setInterval(parts.reactionNotice);
    connect(&reaction, &QTimer::timeout, &q, [this] {
        if (unanswered())
            notify(u"reaction"_s, session::noReactionYet());
    });
    connect(&parts.store, &credentials::SecretStore::waitingForPrompt, &q, [this](bool waiting) {
        notify(u"keyring"_s, waiting ? makeError(ErrorKind::Locked, tr("Waiting for your keyring."),
                                                 tr("Answer its question, perhaps behind this window."))
                                     : Error{});
    });
}

AccountSession::AccountSession(SessionParts parts, QObject* parent)
    : QObject(parent), m_private(std::make_unique<Private>(*this, std::move(parts))) {}

AccountSession::~AccountSession() {
    disconnect(m_private->link.get(), nullptr, this, nullptr);
    m_private->link->close();
}

AccountSession::SignInState AccountSession::signInState() const {
    if (m_private->isSigningIn())
        return SignInState::SigningIn;
    // Signed out is said when the server has been told, not before.
    if (m_private->signingOut)
        return SignInState::SignedIn;
    if (!m_private->keeper)
        return m_private->started ? SignInState::SignedOut : SignInState::Unknown;
    switch (m_private->keeper->state()) {
    case TokenKeeper::State::Unread:
        return SignInState::Unknown;
    case TokenKeeper::State::SignedOut:
        return SignInState::SignedOut;
    case TokenKeeper::State::StoreTrouble:
        return SignInState::StoreTrouble;
    case TokenKeeper::State::SignedIn:
        return SignInState::SignedIn;
    case TokenKeeper::State::RenewalFailing:
        return SignInState::RenewalFailing;
    case TokenKeeper::State::NeedsSignIn:
        return SignInState::NeedsSignIn;
    }
    return SignInState::Unknown;
}

const Error& AccountSession::signInError() const {
    if (isSignOutUnfinished())
        return m_private->signOutError;
    if (!m_private->signInError.happened.isEmpty() || !m_private->keeper)
        return m_private->signInError;
    return m_private->keeper->lastError();
}

const Error& AccountSession::signInAttemptError() const {
    return m_private->signInError;
}

bool AccountSession::isNewHere() const {
    return m_private->newHere;
}

UserId AccountSession::user() const {
    return m_private->user;
}

QUrl AccountSession::signInUrl() const {
    if (m_private->platform && m_private->platform->isBusy())
        return m_private->platform->browserUrl();
    if (m_private->device && m_private->device->prompt())
        return m_private->device->prompt()->address;
    return m_private->signIn ? m_private->signIn->authorizationUrl() : QUrl();
}

auth::SignIn::Phase AccountSession::signInPhase() const {
    if (m_private->probing)
        return auth::SignIn::Phase::ExchangingCode;
    if (m_private->platform && m_private->platform->isBusy())
        return m_private->platform->phase();
    if (m_private->device)
        return m_private->device->prompt() ? auth::SignIn::Phase::WaitingForBrowser
                                           : auth::SignIn::Phase::Discovering;
    return m_private->signIn ? m_private->signIn->phase() : auth::SignIn::Phase::Idle;
}

const std::optional<auth::Claims>& AccountSession::claims() const {
    return m_private->lastClaims;
}
const connection::LinkState& AccountSession::linkState() const {
    return m_private->linkState;
}
const environment::Profile& AccountSession::profile() const {
    return m_private->parts.profile;
}
std::optional<MonoTime> AccountSession::lastFrameAt() const {
    return m_private->lastFrameAt;
}
const Clock& AccountSession::clock() const {
    return m_private->parts.clock;
}
const std::vector<ThreadEntry>& AccountSession::threads() const {
    return m_private->threads;
}

bool AccountSession::isSessionOnly() const {
    return m_private->keeper && m_private->keeper->isSessionOnly();
}
bool AccountSession::isServerLeaving() const {
    return m_private->leaving.isActive();
}

bool AccountSession::isSupportMode() const {
    if (m_private->parts.profile.supportMode)
        return true;
    if (!m_private->lastClaims)
        return false;
    const QStringList& granted = m_private->lastClaims->permissions;
    return std::any_of(granted.begin(), granted.end(), [](const QString& permission) {
        return permission == u"support" || permission == u"admin" || permission.startsWith(u"support:");
    });
}

void AccountSession::refreshThreads() {
    m_private->listThreads();
}

Conversation* AccountSession::openThread(const ThreadId& thread) {
    Conversation* conversation = m_private->find(thread);
    if (!conversation)
        conversation = m_private->create(thread);
    if (!thread.isEmpty())
        m_private->loadMessages(*conversation);
    return conversation;
}

void AccountSession::renameThread(const ThreadId& thread, const QString& title) {
    m_private->rest->renameThread(thread, title, this,
                                  [this, thread](const Expected<protocol::ThreadSummary>& done) {
                                      if (!done) {
                                          m_private->notify(u"threads"_s, done.error());
                                          return;
                                      }
                                      if (Conversation* conversation = m_private->find(thread))
                                          conversation->setTitle(done->title);
                                      m_private->listThreads();
                                  });
}

void AccountSession::archiveThread(const ThreadId& thread) {
    m_private->rest->archiveThread(thread, this, [this, thread](const Expected<void>& done) {
        if (!done) {
            m_private->notify(u"threads"_s, done.error());
            return;
        }
        if (m_private->archive)
            m_private->archive->removeThread(thread);
        m_private->listThreads();
    });
}

QString AccountSession::draft(const ThreadId& thread) const {
    return m_private->archive ? m_private->archive->draft(thread) : QString();
}

void AccountSession::saveDraft(const ThreadId& thread, const QString& text) {
    if (m_private->archive)
        m_private->archive->saveDraft(thread, text);
}

QStringList AccountSession::promptHistory(int limit) const {
    return m_private->archive ? m_private->archive->prompts(limit) : QStringList();
}

std::vector<SearchHit> AccountSession::search(const QString& text, int limit) const {
    std::vector<SearchHit> hits;
    if (!m_private->archive)
        return hits;
    for (history::ArchivedHit& hit : m_private->archive->search(text, limit))
        hits.push_back({std::move(hit.thread), std::move(hit.message), std::move(hit.excerpt)});
    return hits;
}

void AccountSession::sendMessage(Conversation* conversation, const QString& text, const QStringList& files,
                                 const protocol::FileColumns& columns) {
    m_private->queueMessage(*conversation, text, {files, columns});
}

bool AccountSession::previewsFiles() const {
    return m_private->parts.profile.attachments == environment::AttachmentTransport::Upload;
}

void AccountSession::previewFile(const QString& path, QObject* context,
                                 std::function<void(Expected<protocol::FilePreview>)> done) {
    constexpr qint64 headBytes = 64 * 1024;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        QMetaObject::invokeMethod(
            context,
            [done = std::move(done), name = attachmentName(path), details = file.errorString()] {
                done(fail(ErrorKind::Storage, tr("The file %1 could not be opened.").arg(name),
                          tr("Check that it still exists and that you may read it."), details));
            },
            Qt::QueuedConnection);
        return;
    }
    m_private->rest->previewFile(attachmentName(path), file.read(headBytes), context, std::move(done));
}

void AccountSession::retryMessage(Conversation* conversation, qint64 localId) {
    const Message* failed = conversation->message(localId);
    if (!failed || failed->speaker != Speaker::User || failed->delivery != Delivery::Failed)
        return;
    const RunId former = failed->run;
    const auto files = m_private->filesOf.value({conversation, localId});
    m_private->queueAgain(*conversation, localId, files);
    m_private->forget(former);
}

void AccountSession::stopRun(Conversation* conversation, const RunId& run) {
    const QByteArray frame = protocol::encode(protocol::StopAgent{run, conversation->thread()});
    if (const auto sent = m_private->link->send(frame); !sent) {
        Error error = sent.error();
        error.happened = tr("The stop could not be asked for: %1").arg(error.happened);
        m_private->notify(u"stop"_s, error);
        return;
    }
    m_private->clearNotice(u"stop"_s);
    conversation->stopRequested(run, m_private->receiptNow());
}

void AccountSession::retryConnection() {
    m_private->link->retryNow();
}

} // namespace apex::session
