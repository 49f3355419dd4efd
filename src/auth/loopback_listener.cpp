// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/loopback_listener.h"

#include "auth/return_page.h"

#include <QNetworkProxy>
#include <QTimer>

#include <algorithm>

namespace apex::auth {

namespace {

constexpr auto connectionDeadline = std::chrono::seconds(10);
constexpr auto answerDeadline = std::chrono::seconds(5);
constexpr std::size_t maxConnections = 16;
const QByteArray callbackPath = QByteArrayLiteral("/callback");

QByteArray reasonOf(int status) {
    switch (status) {
    case 200:
        return QByteArrayLiteral("OK");
    case 400:
        return QByteArrayLiteral("Bad Request");
    case 404:
        return QByteArrayLiteral("Not Found");
    case 405:
        return QByteArrayLiteral("Method Not Allowed");
    default:
        return QByteArrayLiteral("Request Header Fields Too Large");
    }
}

} // namespace

LoopbackListener::LoopbackListener(QObject* parent) : QObject(parent) {
    m_server.setProxy(QNetworkProxy::NoProxy);
    // One by one, and later: what each has sent is read before so many others came that it has to give way.
    m_server.setMaxPendingConnections(1);
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackListener::acceptAll, Qt::QueuedConnection);
}

LoopbackListener::~LoopbackListener() {
    close();
}

Expected<QUrl> LoopbackListener::listen() {
    if (!m_server.listen(QHostAddress::LocalHost, 0)) {
        return fail(ErrorKind::Unavailable,
                    tr("This computer did not allow waiting for the browser's answer."),
                    tr("Check the firewall or security software, then try again."), m_server.errorString());
    }
    return QUrl(QStringLiteral("http://%1%2")
                    .arg(QString::fromLatin1(authority()), QString::fromLatin1(callbackPath)));
}

QByteArray LoopbackListener::authority() const {
    return QByteArrayLiteral("127.0.0.1:") + QByteArray::number(m_server.serverPort());
}

void LoopbackListener::expect(Expectation expectation) {
    m_expectation = std::move(expectation);
}

bool LoopbackListener::isOpen() const {
    return m_server.isListening();
}

void LoopbackListener::close() {
    m_server.close();
    while (!m_connections.empty())
        drop(m_connections.front().socket);
}

Judgement LoopbackListener::takeJudgement() {
    return std::exchange(m_judgement, NotOurs{});
}

void LoopbackListener::acceptAll() {
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        // Browsers open connections they never use; the oldest one gives way, so that idle ones cannot lock
        // us out.
        if (m_connections.size() >= maxConnections)
            drop(m_connections.front().socket);
        m_connections.push_back({socket, {}});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { readFrom(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] { drop(socket); });
        QTimer::singleShot(connectionDeadline, socket, [this, socket] { drop(socket); });
    }
}

void LoopbackListener::readFrom(QTcpSocket* socket) {
    const auto known =
        std::find_if(m_connections.begin(), m_connections.end(),
                     [socket](const Connection& connection) { return connection.socket == socket; });
    if (known == m_connections.end())
        return;
    known->received += socket->read(maxRequestBytes + 1 - known->received.size());
    const CallbackRequest request = parseCallbackRequest(known->received, callbackPath, authority());
    if (request.kind != CallbackRequest::Kind::Incomplete)
        handle(socket, request);
}

void LoopbackListener::handle(QTcpSocket* socket, const CallbackRequest& request) {
    switch (request.kind) {
    case CallbackRequest::Kind::Incomplete:
        return;
    case CallbackRequest::Kind::TooLarge:
        respond(socket, 431);
        return;
    case CallbackRequest::Kind::Malformed:
        respond(socket, 400);
        return;
    case CallbackRequest::Kind::WrongMethod:
        respond(socket, 405);
        return;
    case CallbackRequest::Kind::WrongPath:
        respond(socket, 404);
        return;
    case CallbackRequest::Kind::Callback:
        break;
    }
    Judgement judgement = judgeCallback(request.parameters, m_expectation);
    if (std::holds_alternative<NotOurs>(judgement)) {
        respond(socket, 400);
        return;
    }
    // The state is single use: from here on nothing can match it.
    m_expectation = {};
    m_judgement = std::move(judgement);
    respondWithPage(socket, std::holds_alternative<Granted>(m_judgement));
    close();
    Q_EMIT answered();
}

void LoopbackListener::respond(QTcpSocket* socket, int status) {
    const QByteArray reason = reasonOf(status);
    send(socket,
         QByteArrayLiteral("HTTP/1.1 ") + QByteArray::number(status) + ' ' + reason +
             QByteArrayLiteral("\r\nContent-Type: text/plain; charset=utf-8\r\n"
                               "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"),
         reason + '\n');
}

void LoopbackListener::respondWithPage(QTcpSocket* socket, bool granted) {
    const ReturnPage page = returnPage(granted);
    send(socket,
         QByteArrayLiteral("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                           "Content-Security-Policy: ") +
             page.contentSecurityPolicy + QByteArrayLiteral("\r\n"),
         page.html);
}

void LoopbackListener::send(QTcpSocket* socket, const QByteArray& head, const QByteArray& body) {
    std::erase_if(m_connections,
                  [socket](const Connection& connection) { return connection.socket == socket; });
    socket->disconnect(this);
    // From here the socket lives on its own, so that the page arrives even if the listener goes.
    socket->setParent(nullptr);
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(answerDeadline, socket, [socket] { socket->deleteLater(); });
    socket->write(head +
                  QByteArrayLiteral(
                      "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
                      "X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n"
                      "Cross-Origin-Opener-Policy: same-origin\r\nConnection: close\r\nContent-Length: ") +
                  QByteArray::number(body.size()) + QByteArrayLiteral("\r\n\r\n") + body);
    // A refused sign-in may end the program at once; the person still reads why.
    socket->flush();
    socket->disconnectFromHost();
}

void LoopbackListener::drop(QTcpSocket* socket) {
    const auto erased = std::erase_if(
        m_connections, [socket](const Connection& connection) { return connection.socket == socket; });
    if (erased == 0)
        return;
    socket->disconnect(this);
    socket->abort();
    socket->deleteLater();
}

} // namespace apex::auth
