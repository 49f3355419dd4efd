// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QUrlQuery>
#include <QWebSocket>

#include <atomic>
#include <future>
#include <semaphore>
#include <thread>

namespace apex::test {

/// A whole HTTP answer.
struct Answer {
    int status = 0;
    QByteArray body;
    QList<QNetworkReply::RawHeaderPair> headers;

    [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(body).object(); }
    [[nodiscard]] QJsonArray array() const { return QJsonDocument::fromJson(body).array(); }
    [[nodiscard]] QByteArray header(const QByteArray& name) const;
};

/// Runs a real server in a thread of its own, with a run function that does what the message says:
/// "hello" completes, "wait" runs until stopped, "gate" waits for `gate` before it completes,
/// "linger" waits for `gate` between its last frame and its end, "throw" throws,
/// "files" answers with the attached files, "flood N SIZE [C]" emits N thoughts of SIZE
/// characters C, the i-th with a pad of i bytes before them.
class RunningServer {
public:
    explicit RunningServer(const QString& dataDir,
                           const std::function<void(backend::ServerOptions&)>& change = {});
    ~RunningServer() { stop(); }

    [[nodiscard]] bool isRunning() const { return m_announcement.has_value(); }
    [[nodiscard]] const Error& error() const { return m_announcement.error(); }
    [[nodiscard]] QString url(const QString& path = {}) const { return m_announcement->baseUrl + path; }
    [[nodiscard]] QString socketUrl() const { return m_announcement->webSocketUrl; }
    [[nodiscard]] quint16 port() const { return static_cast<quint16>(QUrl(m_announcement->baseUrl).port()); }
    void stop();
    /// Waits for a server that stops by itself.
    void join() { m_thread.join(); }

    std::counting_semaphore<16> gate{0};
    std::atomic<int> finishedRuns{0};
    std::atomic<int> earlierSeen{-1};

private:
    backend::RunOutcome run(const backend::RunRequest& request, const backend::FrameSink& emitFrame,
                            const std::stop_token& stop);

    std::atomic<backend::Server*> m_active = nullptr;
    Expected<backend::Announcement> m_announcement = fail(ErrorKind::Internal, QString());
    std::thread m_thread;
};

/// Signed-in tokens of one person.
struct Tokens {
    QString access;
    QString refresh;
};

/// A native client without a window, and the person in its browser.
class Client {
public:
    explicit Client(const RunningServer& server) : m_server(server) {}

    [[nodiscard]] Answer send(const QByteArray& method, const QString& path, const QByteArray& body = {},
                              const QByteArray& contentType = "application/json", const QString& token = {},
                              const QList<std::pair<QByteArray, QByteArray>>& headers = {});
    [[nodiscard]] Answer get(const QString& path, const QString& token = {}) {
        return send("GET", path, {}, {}, token);
    }
    [[nodiscard]] Answer postJson(const QString& path, const QJsonObject& body, const QString& token = {});
    [[nodiscard]] Answer postForm(const QString& path, const QUrlQuery& form);

    /// The authorization request of an app; the verifier is `verifier()`.
    [[nodiscard]] QString authorizePath() const;
    [[nodiscard]] static QByteArray verifier() { return "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; }
    [[nodiscard]] static QString redirectUri() { return QStringLiteral("http://127.0.0.1:51004/callback"); }
    /// Opens the page as a person does and answers it with `fields`; the result is the POST's answer.
    [[nodiscard]] Answer decide(const QUrlQuery& fields);
    /// The whole dance: new account `name`, code, tokens.
    [[nodiscard]] Tokens signIn(const QString& name);

private:
    const RunningServer& m_server;
    QNetworkAccessManager m_network;
};

/// One chat socket that remembers all frames.
class ChatProbe : public QObject {
    Q_OBJECT

public:
    /// Opens with an Authorization header; `extra` goes to the URL's query.
    ChatProbe(const RunningServer& server, const QString& token, const QString& extra = {});

    void send(const QString& type, const QJsonObject& payload = {});
    void sendText(const QString& text) { m_socket.sendTextMessage(text); }
    void close() { m_socket.close(); }
    [[nodiscard]] bool isOpen() const { return m_socket.isValid(); }
    [[nodiscard]] int closeCode() const { return m_closed ? static_cast<int>(m_socket.closeCode()) : 0; }
    [[nodiscard]] const QList<QJsonObject>& frames() const { return m_frames; }
    [[nodiscard]] QList<QJsonObject> ofType(const QString& type) const;
    [[nodiscard]] bool has(const QString& type) const { return !ofType(type).isEmpty(); }
    [[nodiscard]] QStringList types() const;
    [[nodiscard]] QWebSocket& socket() { return m_socket; }

private:
    QWebSocket m_socket;
    QList<QJsonObject> m_frames;
    bool m_closed = false;
};

/// Sends raw bytes and returns everything up to the close of the connection, or to the end of the response
/// head.
[[nodiscard]] QByteArray rawExchange(quint16 port, const QByteArray& request);
/// An upgrade request with extra header lines (each ended by CRLF).
[[nodiscard]] QByteArray upgradeRequest(quint16 port, const QByteArray& headerLines,
                                        const QByteArray& target = "/ws");

/// First line of a raw answer.
[[nodiscard]] QByteArray statusLine(const QByteArray& answer);
/// The thread id of the first thread_created frame.
[[nodiscard]] QString createdThread(const ChatProbe& probe);

} // namespace apex::test
