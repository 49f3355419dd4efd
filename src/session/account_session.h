// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/device_sign_in.h"
#include "auth/platform_sign_in.h"
#include "auth/sign_in.h"
#include "auth/token_keeper.h"
#include "connection/link.h"
#include "connection/rest_client.h"
#include "environment/paths.h"
#include "history/tool_times.h"
#include "session/conversation.h"

#include <QObject>

#include <memory>

namespace apex::session {

/// What a session needs from outside; references outlive it.
struct SessionParts {
    environment::Profile profile; ///< URLs resolved
    environment::Paths paths;
    credentials::SecretStore& store;
    QNetworkAccessManager& network;
    const Clock& clock;
    auth::BrowserOpener openBrowser;
    connection::LinkTimings timings = {};
    /// After this long without any event of a sent message, a notice says so.
    std::chrono::milliseconds reactionNotice{5'000};
    /// Account to use; nullopt: the one last used in this environment; an empty id: one that is yet to sign
    /// in.
    std::optional<UserId> account = {};
};

/// A thread as the list shows it.
struct ThreadEntry {
    ThreadId id;
    QString title; ///< may be empty
    std::optional<WallTime> updatedAt;
    bool running = false;
    runs::Outcome lastOutcome = runs::Outcome::None;
    bool hasRun = false; ///< lastOutcome is known
};

/// Place of a message found by its words.
struct SearchHit {
    ThreadId thread;
    MessageId message;
    QString excerpt; ///< words found stand between U+2068 and U+2069
};

/// Everything of one account in one environment hangs from here and dies with it (design.md 2). Main thread.
class AccountSession final : public QObject {
    Q_OBJECT
public:
    enum class SignInState {
        Unknown,
        SignedOut,
        SigningIn,
        SignedIn,
        RenewalFailing,
        NeedsSignIn,
        StoreTrouble
    };

    explicit AccountSession(SessionParts parts, QObject* parent = nullptr);
    ~AccountSession() override;

    /// Reads the keychain and, if signed in, connects.
    void start();
    /// Through the browser.
    void signIn();
    /// With a code that the person types into a browser on any device (RFC 8628); OAuth environments only.
    void signInByCode();
    void cancelSignIn();
    /// Environments of the platform only: asks which ways to sign in the server offers.
    void askSignInOffer();
    /// What it offers; nullopt before its answer and in other environments.
    [[nodiscard]] const std::optional<auth::PlatformOffer>& signInOffer() const;
    /// Why it could not be asked; empty `happened` if it could or has not been.
    [[nodiscard]] const Error& signInOfferError() const;
    [[nodiscard]] bool isAskingSignInOffer() const;
    /// Environments of the platform only. The password goes into one request and is forgotten.
    void signInWithPassword(const QString& email, const Secret& password);
    /// Environments of the platform only, if the server offers it.
    void signInForDevelopment();
    /// The address the browser ended on, while SigningIn; what is wrong with it is in signInAttemptError().
    void submitSignInAddress(const Secret& address);
    /// Asks the server whether it takes a pasted access token, and adopts it if so.
    void signInWithToken(Secret accessToken);
    /// After StoreTrouble: try the keychain again, or go on with tokens in memory only, as the person chose.
    void retryStore();
    void signInForThisSessionOnly();
    void signOut();
    /// True if the person signed out and the keychain did not let the entry go: only signOut() again helps.
    [[nodiscard]] bool isSignOutUnfinished() const;
    /// Support and CI: keeps a pasted access token, which has no refresh token, as this account's sign-in.
    void adoptPastedToken(Secret accessToken);

    [[nodiscard]] SignInState signInState() const;
    [[nodiscard]] const Error& signInError() const;
    /// What went wrong in the newest try; empty `happened`: nothing.
    [[nodiscard]] const Error& signInAttemptError() const;
    /// True if this computer kept nothing of the account before it signed in here.
    [[nodiscard]] bool isNewHere() const;
    /// The account in use; empty before a sign-in.
    [[nodiscard]] UserId user() const;
    /// The same server at other addresses: a restarted embedded backend. Sign-in, chats and drafts stay.
    void followServer(const environment::Profile& resolved);
    /// The code and where to type it, while signing in by code and waiting for the person.
    [[nodiscard]] const std::optional<auth::DevicePrompt>& devicePrompt() const;
    [[nodiscard]] QUrl signInUrl() const; ///< while SigningIn, to copy
    [[nodiscard]] auth::SignIn::Phase signInPhase() const;
    [[nodiscard]] const std::optional<auth::Claims>& claims() const;
    [[nodiscard]] const connection::LinkState& linkState() const;
    [[nodiscard]] const environment::Profile& profile() const;
    /// When the sign-in is renewed next; nullopt if that is not planned.
    [[nodiscard]] std::optional<WallTime> nextSignInRenewal() const;
    /// A valid access token, renewed first if needed, for examining the way to the server. Calls back once,
    /// later.
    void accessToken(QObject* context, std::function<void(Expected<Secret>)> ready);
    /// True if the sign-in is only in memory and ends with the program.
    [[nodiscard]] bool isSessionOnly() const;
    /// True between the server's word that it goes away and its next greeting: nothing is sent meanwhile.
    [[nodiscard]] bool isServerLeaving() const;
    [[nodiscard]] bool isSupportMode() const;
    /// Receive time of the last frame; nullopt before the first.
    [[nodiscard]] std::optional<MonoTime> lastFrameAt() const;
    [[nodiscard]] const Clock& clock() const;

    [[nodiscard]] const std::vector<ThreadEntry>& threads() const;
    void refreshThreads();
    /// The open conversation of a thread, loading its history; owned by the session. An empty id is a new
    /// thread.
    Conversation* openThread(const ThreadId& thread);
    void renameThread(const ThreadId& thread, const QString& title);
    void archiveThread(const ThreadId& thread);

    /// The text not yet sent in a thread, kept over restarts; an empty id is the thread not yet begun.
    [[nodiscard]] QString draft(const ThreadId& thread) const;
    void saveDraft(const ThreadId& thread, const QString& text);
    /// Prompts sent before on this computer, newest last.
    [[nodiscard]] QStringList promptHistory(int limit) const;
    /// Saved messages with all words of `text`, best first.
    [[nodiscard]] std::vector<SearchHit> search(const QString& text, int limit) const;

    /// Sends a message; queued and shown as queued while the link is not Ready. `files` are local paths of
    /// files and folders; of a folder the files that can be usage data are sent.
    /// `columns` is what the person says the columns of some of these paths are; of a folder it goes for
    /// every file. Servers that take no uploads get files as they are.
    void sendMessage(Conversation* conversation, const QString& text, const QStringList& files,
                     const protocol::FileColumns& columns = {});
    /// True if the server can tell what it takes the columns of a file for.
    [[nodiscard]] bool previewsFiles() const;
    /// What the server takes the columns of a file for, from its first 64 KiB. Comes back once, later.
    void previewFile(const QString& path, QObject* context,
                     std::function<void(Expected<protocol::FilePreview>)> done);
    /// The user's click on Retry of a failed message.
    void retryMessage(Conversation* conversation, qint64 localId);
    /// Asks the server to stop a run.
    void stopRun(Conversation* conversation, const RunId& run);
    void retryConnection();

    /// How long a tool took in the past on this computer; nullopt if that is not known.
    [[nodiscard]] std::optional<history::ToolTimes> toolTimes(const QString& tool) const;
    /// A frame of a thread by its index and receive time, from what is saved; empty if it is not kept.
    [[nodiscard]] QByteArray savedFrame(const ThreadId& thread, qint64 frame, MonoTime at) const;

Q_SIGNALS:
    void signInStateChanged();
    /// Fresh tokens came; the state is as it was.
    void signInRenewed();
    void linkStateChanged();
    void threadsChanged();
    /// Something went wrong outside a message; show it as a banner. `key` replaces an older banner of the
    /// same key, an error with empty `happened` removes it.
    void notice(const QString& key, const apex::Error& error);
    void frame(const apex::connection::Frame& frame);
    /// An event of the connection itself ("opened", "closed", ...) with its facts as JSON text.
    void linkEvent(const QString& name, const QByteArray& facts, const apex::protocol::Receipt& receipt);
    /// Of the files of a message so many have been uploaded.
    void filesUploaded(apex::session::Conversation* conversation, qint64 localId, qsizetype done,
                       qsizetype total);
    /// The thread of a conversation opened as new now has this id.
    void threadAssigned(apex::session::Conversation* conversation);
    /// The server's messages of an open conversation were read; an error with text if they could not be.
    void historyRead(apex::session::Conversation* conversation, const apex::Error& error);

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace apex::session
