// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/account_index.h"
#include "auth/device_sign_in.h"
#include "history/archive.h"
#include "history/recorder.h"
#include "session/account_session.h"
#include "session/attachment_folder.h"

#include <QHash>
#include <QPointer>
#include <QTimer>

#include <deque>
#include <set>

namespace apex::session {

/// What goes along with a message.
struct Attachments {
    QStringList files;               ///< as given: files and folders
    protocol::FileColumns columns{}; ///< by these paths
};

/// A message on its way out. One is sent at most once; only the person's click sends it again, as a new run.
struct OutgoingMessage {
    QPointer<Conversation> conversation;
    qint64 localId = 0;
    RunId run;
    QString text;
    Attachments attached;
    std::vector<OutgoingFile> sending; ///< the files in them
    std::vector<FileId> uploaded;      ///< of `sending`, from the front
    bool uploading = false;
};

/// A conversation and what the session must remember of it.
struct OpenConversation {
    std::unique_ptr<Conversation> conversation;
    std::vector<connection::Frame> unsaved; ///< frames from before the thread had an id
    bool wasRunning = false;
    bool loading = false;   ///< the server's list is being fetched
    bool loadAgain = false; ///< it was wanted anew meanwhile, so the answer under way may be too old
};

/// The inside of AccountSession: what hangs from the account, and how the parts are joined.
struct AccountSession::Private {
    Private(AccountSession& session, SessionParts sessionParts);

    // Sign-in and the account (account_session_sign_in.cpp)
    void useAccount(const UserId& user);
    void leaveAccount();
    void keeperChanged();
    void signInSucceeded();
    [[nodiscard]] bool isSigningIn() const;
    [[nodiscard]] bool isOfPlatform() const {
        return parts.profile.signIn == environment::SignInKind::Platform;
    }
    auth::PlatformSignIn& platformSignIn();
    void beginAttempt();
    void endAttempt(const Error& error);
    void browserUnavailable();
    [[nodiscard]] std::optional<Error> otherAccount(const UserId& account,
                                                    const std::optional<auth::Claims>& claims) const;
    void signInFailed(const Error& error);
    void adopt(auth::TokenSet tokens);
    void startServices();
    void openArchive();
    void openRecorder();
    void rememberAccount();
    void getToken(QObject* context, std::function<void(Expected<Secret>)> ready);

    // Events (account_session_routing.cpp)
    void gotFrame(const connection::Frame& frame);
    void gotEvent(const protocol::Event& event, const protocol::Receipt& receipt);
    void linkChanged(const connection::LinkState& state);
    void undecodable(const QString& reason);
    [[nodiscard]] bool isForeign(const UserId& user) const;
    void refuseForeign(const protocol::Event& event);
    void checkIdentity(const protocol::ConnectionEstablished& greeting);
    bool takeSessionEvent(const protocol::Event& event);
    void threadNotice(const protocol::Event& event, const protocol::ThreadNotice& notice);
    [[nodiscard]] Conversation* target(const protocol::Event& event);
    [[nodiscard]] Conversation* waitingForThread() const;
    [[nodiscard]] Conversation* waitingForReaction() const;
    /// The conversation whose sent message has no event yet, nullptr if there is none.
    [[nodiscard]] Conversation* unanswered() const;
    void keepFrame(Conversation& conversation, const protocol::Receipt& receipt);
    void serverLeaves(const protocol::ServerNotice& notice);
    void watchReaction();
    void noteLoss();
    void restored();

    // Threads and history (account_session_threads.cpp)
    Conversation* create(const ThreadId& thread);
    [[nodiscard]] Conversation* find(const ThreadId& thread) const;
    [[nodiscard]] OpenConversation& entryOf(const Conversation& conversation);
    void replay(Conversation& conversation);
    void loadMessages(Conversation& conversation);
    void reconcile(Conversation& conversation);
    void assignThread(Conversation& conversation, const ThreadId& thread);
    void runChanged(Conversation& conversation, const runs::Change& change);
    void saveAnswer(const Conversation& conversation, const runs::Run& run);
    void listThreads();
    void rebuildThreads();
    [[nodiscard]] protocol::Receipt receiptNow() const;

    // Sending (account_session_sending.cpp)
    void queueMessage(Conversation& conversation, const QString& text, const Attachments& attached);
    void queueAgain(Conversation& conversation, qint64 localId, const Attachments& attached);
    void enqueue(Conversation& conversation, qint64 localId, const RunId& run, const QString& text,
                 const Attachments& attached);
    void restoreOutgoing();
    /// Sends what may leave now, oldest first.
    void pump();
    [[nodiscard]] bool mustWait(const OutgoingMessage& message) const;
    void advance(OutgoingMessage& message);
    void uploadNext(OutgoingMessage& message);
    /// The files behind the given paths, folders opened; or why they cannot be sent.
    [[nodiscard]] Expected<std::vector<OutgoingFile>> filesBehind(const Attachments& attached) const;
    void send(OutgoingMessage& message);
    [[nodiscard]] Expected<QByteArray> frameOf(const OutgoingMessage& message) const;
    void notSent(const OutgoingMessage& message, const Error& error);
    void failMessage(const OutgoingMessage& message, const Error& error);
    void leave(const RunId& run);
    void savePrompt(const Conversation& conversation, qint64 localId);
    void forget(const RunId& run);
    [[nodiscard]] OutgoingMessage* outgoing(const RunId& run);

    void notify(const QString& key, const Error& error) { Q_EMIT q.notice(key, error); }
    void clearNotice(const QString& key) { Q_EMIT q.notice(key, {}); }

    AccountSession& q;
    SessionParts parts;
    auth::AccountIndex index;

    bool started = false;
    bool signingOut = false;
    bool newHere = false;     ///< nothing of the account was kept before
    bool sessionOnly = false; ///< the person chose tokens in memory only
    UserId user;              ///< account in use; empty before the first sign-in
    Error signInError;
    Error signOutError; ///< why the entry is still in the keychain after a sign-out; empty: it is not
    std::optional<auth::Claims> lastClaims;
    std::unique_ptr<auth::TokenKeeper> keeper;
    std::unique_ptr<auth::SignIn> signIn;
    std::unique_ptr<auth::DeviceSignIn> device;     ///< only while it runs
    std::unique_ptr<auth::PlatformSignIn> platform; ///< created when first needed
    bool probing = false;                           ///< a pasted token is being shown to the server
    int probes = 0;                                 ///< answers to earlier ones are dropped

    std::unique_ptr<connection::RestClient> rest;
    std::unique_ptr<connection::Link> link;
    connection::LinkState linkState;
    std::unique_ptr<history::Archive> archive;
    std::unique_ptr<history::Recorder> recorder;

    std::vector<OpenConversation> conversations;
    QHash<QString, QPointer<Conversation>> byRun;
    QHash<QString, QPointer<Conversation>> byFormerThread; ///< ids a thread had before
    ThreadId handshakeThread; ///< offered by the greeting for the next new conversation
    std::vector<ThreadEntry> threads;
    std::vector<ThreadEntry> listed; ///< as the server or the archive gave them
    bool listing = false;

    std::deque<OutgoingMessage> outbox;
    /// Local paths of the files of a prompt row, for a later retry.
    QHash<std::pair<const Conversation*, qint64>, Attachments> filesOf;
    bool pumping = false;
    QTimer leaving;                    ///< runs while the server is going away; sends are held
    QTimer reaction;                   ///< runs while a sent message has no event yet
    std::set<QString> unconfirmedRuns; ///< sent before the last loss, without any reaction since

    connection::Frame lastFrame; ///< the frame whose events are being taken
    qint64 lastKept = -1;        ///< index of the frame last put into the archive
    ThreadId lastKeptThread;
    std::optional<MonoTime> lastFrameAt;
    std::optional<protocol::Receipt> lostAt; ///< when Ready was left
    int foreignFrames = 0;
    int undecodableFrames = 0;
};

} // namespace apex::session
