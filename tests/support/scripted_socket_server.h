// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHash>
#include <QPointer>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

#include <functional>
#include <vector>

namespace apex::test {

/// What came to the server by plain HTTP or as an upgrade.
struct SocketServerRequest {
    QByteArray method;
    QByteArray target;                     ///< path and query
    QHash<QByteArray, QByteArray> headers; ///< lower-case names
    QByteArray body;
};

/// A platform server for tests: sockets and REST on one loopback port, all by script. Real TCP, nothing
/// faked.
class ScriptedSocketServer final : public QObject {
public:
    using Script = std::function<void(QWebSocket&)>;
    using OnText = std::function<void(QWebSocket&, const QString&)>;
    using Rest = std::function<std::pair<int, QByteArray>(const SocketServerRequest&)>;

    ScriptedSocketServer() : m_upgrader(QStringLiteral("scripted"), QWebSocketServer::NonSecureMode) {
        m_upgrader.setSupportedSubprotocols({QStringLiteral("jwt-auth")});
        m_server.listen(QHostAddress::LocalHost, 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { look(socket); });
        });
        connect(&m_upgrader, &QWebSocketServer::newConnection, this, [this] {
            while (QWebSocket* socket = m_upgrader.nextPendingConnection())
                adopt(socket);
        });
    }
    ~ScriptedSocketServer() override {
        for (const QPointer<QWebSocket>& socket : m_sockets) {
            if (socket)
                socket->disconnect(this);
            delete socket;
        }
        // A QWebSocket lets go of its TCP socket by a deferred delete, which nobody would run after the test.
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    [[nodiscard]] QUrl socketUrl() const { return address(QStringLiteral("ws"), QStringLiteral("/ws")); }
    [[nodiscard]] QUrl httpUrl() const { return address(QStringLiteral("http"), {}); }

    /// Upgrades are answered with this status and no socket; 0 accepts.
    void refuseUpgrades(int status) { m_refusal = status; }
    /// Upgrades get no answer at all.
    void ignoreUpgrades(bool ignore) { m_ignore = ignore; }
    /// Upgrades are answered, this one text is sent, and then the peer is as good as dead: not even pings are
    /// answered.
    void dieAfter(const QByteArray& text) { m_lastWords = text; }
    /// What happens on each new socket, e.g. the greeting.
    void onConnected(Script script) { m_onConnected = std::move(script); }
    /// What happens on each text of the client.
    void onText(OnText script) { m_onText = std::move(script); }
    /// Answers of the REST side by path without query; unknown paths get 404.
    void onHttp(const QByteArray& path, Rest rest) { m_rest[path] = std::move(rest); }
    void onHttp(const QByteArray& path, int status, const QByteArray& body) {
        onHttp(path, [status, body](const SocketServerRequest&) { return std::pair(status, body); });
    }
    void setRetryAfter(const QByteArray& seconds) { m_retryAfter = seconds; }

    /// Sockets open now; more than one for one client is a defect of the client.
    [[nodiscard]] int openSockets() const {
        int open = 0;
        for (const QPointer<QWebSocket>& socket : m_sockets)
            open += socket && socket->state() == QAbstractSocket::ConnectedState ? 1 : 0;
        return open;
    }
    [[nodiscard]] int mostSockets() const { return m_mostSockets; }
    [[nodiscard]] int upgrades() const { return m_upgrades; }
    [[nodiscard]] const QStringList& texts() const { return m_texts; }
    [[nodiscard]] const std::vector<SocketServerRequest>& requests() const { return m_requests; }
    /// Client texts whose "type" is this.
    [[nodiscard]] QStringList textsOfType(const QString& type) const {
        return m_texts.filter(QStringLiteral("\"type\":\"%1\"").arg(type));
    }
    void sendAll(const QString& text) {
        for (const QPointer<QWebSocket>& socket : m_sockets) {
            if (socket)
                socket->sendTextMessage(text);
        }
    }
    void closeAll(int code, const QString& reason = {}) {
        for (const QPointer<QWebSocket>& socket : m_sockets) {
            if (socket)
                socket->close(static_cast<QWebSocketProtocol::CloseCode>(code), reason);
        }
    }
    /// Breaks every connection without a word.
    void dropAll() {
        for (const QPointer<QWebSocket>& socket : m_sockets) {
            if (socket)
                socket->abort();
        }
    }

private:
    [[nodiscard]] QUrl address(const QString& scheme, const QString& path) const {
        QUrl url;
        url.setScheme(scheme);
        url.setHost(QStringLiteral("127.0.0.1"));
        url.setPort(m_server.serverPort());
        url.setPath(path);
        return url;
    }

    void look(QTcpSocket* socket) {
        const QByteArray seen = socket->peek(64 * 1024);
        const qsizetype end = seen.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        SocketServerRequest request = parse(seen.left(end));
        if (request.headers.value("upgrade").toLower() == "websocket") {
            socket->disconnect(this);
            upgrade(socket, request);
            return;
        }
        const qsizetype length = request.headers.value("content-length", "0").toLongLong();
        if (socket->bytesAvailable() < end + 4 + length)
            return;
        request.body = socket->read(end + 4 + length).mid(end + 4);
        answerHttp(socket, request);
    }

    void upgrade(QTcpSocket* socket, const SocketServerRequest& request) {
        ++m_upgrades;
        m_requests.push_back(request);
        if (m_ignore)
            return;
        if (m_refusal != 0) {
            respond(socket, m_refusal, "{}");
            return;
        }
        if (!m_lastWords.isEmpty()) {
            upgradeByHand(socket, request);
            return;
        }
        socket->setParent(nullptr);
        m_upgrader.handleConnection(socket);
        Q_EMIT socket->readyRead();
    }

    /// RFC 6455 sections 4.2.2 and 5.2; texts below 126 bytes only.
    void upgradeByHand(QTcpSocket* socket, const SocketServerRequest& request) const {
        const QByteArray key =
            request.headers.value("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        const QByteArray accept = QCryptographicHash::hash(key, QCryptographicHash::Sha1);
        socket->readAll();
        socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: " +
                      accept.toBase64() + "\r\n\r\n");
        socket->write(QByteArray(1, '\x81') + static_cast<char>(m_lastWords.size()) + m_lastWords);
    }

    void answerHttp(QTcpSocket* socket, const SocketServerRequest& request) {
        m_requests.push_back(request);
        const qsizetype mark = request.target.indexOf('?');
        const auto rest = m_rest.value(mark < 0 ? request.target : request.target.left(mark));
        const auto [status, body] =
            rest ? rest(request) : std::pair(404, QByteArray(R"({"detail":"Not Found"})"));
        respond(socket, status, body);
    }

    void respond(QTcpSocket* socket, int status, const QByteArray& body) const {
        QByteArray head =
            "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\nContent-Type: application/json\r\n";
        if (!m_retryAfter.isEmpty())
            head += "Retry-After: " + m_retryAfter + "\r\n";
        socket->write(head + "Content-Length: " + QByteArray::number(body.size()) +
                      "\r\nConnection: close\r\n\r\n" + body);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        socket->disconnectFromHost();
    }

    void adopt(QWebSocket* socket) {
        socket->setParent(this);
        m_sockets.push_back(socket);
        m_mostSockets = std::max(m_mostSockets, openSockets());
        connect(socket, &QWebSocket::textMessageReceived, this, [this, socket](const QString& text) {
            m_texts.append(text);
            if (m_onText)
                m_onText(*socket, text);
        });
        if (m_onConnected)
            m_onConnected(*socket);
    }

    static SocketServerRequest parse(const QByteArray& head) {
        SocketServerRequest request;
        QList<QByteArray> lines = head.split('\n');
        const QList<QByteArray> words = lines.takeFirst().trimmed().split(' ');
        request.method = words.value(0);
        request.target = words.value(1);
        for (const QByteArray& line : lines) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        return request;
    }

    QTcpServer m_server;
    QWebSocketServer m_upgrader;
    int m_refusal = 0;
    bool m_ignore = false;
    QByteArray m_lastWords;
    Script m_onConnected;
    OnText m_onText;
    QHash<QByteArray, Rest> m_rest;
    QByteArray m_retryAfter;
    std::vector<QPointer<QWebSocket>> m_sockets;
    int m_mostSockets = 0;
    int m_upgrades = 0;
    QStringList m_texts;
    std::vector<SocketServerRequest> m_requests;
};

} // namespace apex::test
