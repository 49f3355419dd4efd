// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "connection/link.h"
#include "connection/link_machine.h"
#include "environment/profile.h"
#include "protocol/file_preview.h"
#include "protocol/rest.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QPointer>
#include <QSslConfiguration>

#include <functional>
#include <memory>
#include <optional>

namespace apex::connection {

/// The REST routes for threads, messages and files (protocol.md 5). Calls come back once, later. Main thread.
class RestClient final : public QObject {
    Q_OBJECT
public:
    template <class T>
    using Done = std::function<void(Expected<T>)>;

    RestClient(environment::Profile profile, TokenSource tokens, QNetworkAccessManager& network,
               QObject* parent = nullptr);

    /// The same server at other addresses, from the next request on.
    void moveTo(const environment::Profile& profile) { m_profile = profile; }

    /// All threads that are not archived, newest first; pages until a short page.
    void listThreads(QObject* context, Done<std::vector<protocol::ThreadSummary>> done);
    /// Creates a thread; `title` may be empty.
    void createThread(const QString& title, QObject* context, Done<protocol::ThreadSummary> done);
    void renameThread(const ThreadId& thread, const QString& title, QObject* context,
                      Done<protocol::ThreadSummary> done);
    void archiveThread(const ThreadId& thread, QObject* context, Done<void> done);
    /// All messages of a thread, oldest first.
    void listMessages(const ThreadId& thread, QObject* context,
                      Done<std::vector<protocol::StoredMessage>> done);
    /// Streams a file up under `name`; `progress` gets sent and total bytes.
    /// `columns` is what the person says its columns are.
    void uploadFile(const QString& path, const QString& name, const protocol::ColumnMap& columns,
                    QObject* context, std::function<void(qint64, qint64)> progress, Done<FileId> done);
    /// What the server would take the columns of a file for that begins with `head` (at most 128 KiB).
    void previewFile(const QString& name, const QByteArray& head, QObject* context,
                     Done<protocol::FilePreview> done);
    /// One-time socket ticket (protocol.md 2.6).
    void socketTicket(QObject* context, Done<Secret> done);

    /// Called when the server refused a token, before the one retry; whoever keeps the tokens renews them
    /// then.
    void onTokenRefused(std::function<void()> refused);
    /// Asks the host by plain HTTP how it takes this token (GET /auth/me, /health where that is unknown):
    /// QWebSocket hides the status of a refused upgrade. Never retries.
    void probe(const Secret& token, QObject* context, std::function<void(ProbeAnswer)> done);

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;
    using Body = Expected<QByteArray>;

    [[nodiscard]] CallPtr makeCall(const QByteArray& verb, const QString& path, QObject* context,
                                   std::function<void(Body)> done) const;
    void run(const CallPtr& call);
    void perform(const CallPtr& call, const Secret& token);
    [[nodiscard]] QNetworkReply* dispatch(const CallPtr& call, const QNetworkRequest& request);
    void answered(const CallPtr& call, QNetworkReply& reply);
    void refusedTwice(const CallPtr& call);
    [[nodiscard]] QNetworkRequest request(const QUrl& url, const Secret& token) const;
    [[nodiscard]] QUrl url(const QString& path) const;
    [[nodiscard]] QUrl identityUrl() const;
    void nextThreads(int offset, std::vector<protocol::ThreadSummary> sofar, QObject* context,
                     Done<std::vector<protocol::ThreadSummary>> done);
    void nextMessages(const ThreadId& thread, int offset, std::vector<protocol::StoredMessage> sofar,
                      QObject* context, Done<std::vector<protocol::StoredMessage>> done);
    void probeHealth(const QPointer<QObject>& context, std::function<void(ProbeAnswer)> done);

    environment::Profile m_profile;
    TokenSource m_tokens;
    QNetworkAccessManager& m_network;
    std::function<void()> m_refused;
    std::optional<Expected<QSslConfiguration>>
        m_tls; ///< nullopt: plain HTTP, or the system's authorities only
};

} // namespace apex::connection
