// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

#include <functional>

namespace apex::test {

/// A request as it came.
struct ScriptedRequest {
    QByteArray method;
    QByteArray path;
    QByteArray query;
    QHash<QByteArray, QByteArray> headers; ///< lower-case names
    QByteArray body;

    /// One field of a form body, decoded.
    [[nodiscard]] QString field(const QString& name) const {
        return QUrlQuery(QString::fromUtf8(body)).queryItemValue(name, QUrl::FullyDecoded);
    }
};

/// What to answer.
struct ScriptedAnswer {
    int status = 200;
    QByteArray body = {};
    QByteArray contentType = QByteArrayLiteral("application/json");
    QList<std::pair<QByteArray, QByteArray>> headers = {};
    bool silent = false;    ///< never answer
    bool cutInHalf = false; ///< close in the middle of the body
    int delayMs = 0;
};

/// An HTTP/1.1 server on loopback that answers by script; real sockets, one request a connection. Tests only.
class ScriptedHttpServer final : public QObject {
public:
    using Handler = std::function<ScriptedAnswer(const ScriptedRequest&)>;

    ScriptedHttpServer() {
        m_server.listen(QHostAddress::LocalHost, 0);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                serve(socket);
        });
    }

    /// Answers `path` by `handler`; every other path gets 404.
    void on(const QByteArray& path, Handler handler) { m_handlers[path] = std::move(handler); }
    void on(const QByteArray& path, ScriptedAnswer answer) {
        on(path, [answer = std::move(answer)](const ScriptedRequest&) { return answer; });
    }
    /// "http://127.0.0.1:PORT" + path.
    [[nodiscard]] QUrl url(const QString& path = {}) const {
        return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(path));
    }
    /// Every request so far.
    [[nodiscard]] const QList<ScriptedRequest>& requests() const { return m_requests; }
    /// The requests to one path.
    [[nodiscard]] QList<ScriptedRequest> requestsTo(const QByteArray& path) const {
        QList<ScriptedRequest> found;
        for (const ScriptedRequest& request : m_requests) {
            if (request.path == path)
                found.append(request);
        }
        return found;
    }
    /// Stops listening; the port stays known to url().
    void stop() { m_server.close(); }

private:
    void serve(QTcpSocket* socket) {
        auto buffer = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, buffer] {
            *buffer += socket->readAll();
            const qsizetype end = buffer->indexOf("\r\n\r\n");
            if (end < 0)
                return;
            ScriptedRequest request = parse(buffer->left(end));
            const qsizetype length = request.headers.value("content-length", "0").toLongLong();
            if (buffer->size() - end - 4 < length)
                return;
            request.body = buffer->mid(end + 4, length);
            buffer->clear();
            m_requests.append(request);
            const auto handler = m_handlers.value(request.path);
            const ScriptedAnswer answer = handler ? handler(request) : ScriptedAnswer{.status = 404};
            QTimer::singleShot(answer.delayMs, socket, [socket, answer] { respond(socket, answer); });
        });
    }

    static ScriptedRequest parse(const QByteArray& head) {
        ScriptedRequest request;
        QList<QByteArray> lines = head.split('\n');
        const QList<QByteArray> words = lines.takeFirst().trimmed().split(' ');
        request.method = words.value(0);
        const qsizetype mark = words.value(1).indexOf('?');
        request.path = mark < 0 ? words.value(1) : words.value(1).left(mark);
        request.query = mark < 0 ? QByteArray() : words.value(1).mid(mark + 1);
        for (const QByteArray& line : lines) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        return request;
    }

    static void respond(QTcpSocket* socket, const ScriptedAnswer& answer) {
        if (answer.silent)
            return;
        QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) +
                          " Scripted\r\nContent-Type: " + answer.contentType +
                          "\r\nContent-Length: " + QByteArray::number(answer.body.size()) +
                          "\r\nConnection: close\r\n";
        for (const auto& [name, value] : answer.headers)
            head += name + ": " + value + "\r\n";
        socket->write(head + "\r\n" +
                      (answer.cutInHalf ? answer.body.left(answer.body.size() / 2) : answer.body));
        socket->disconnectFromHost();
    }

    QTcpServer m_server;
    QHash<QByteArray, Handler> m_handlers;
    QList<ScriptedRequest> m_requests;
};

} // namespace apex::test
