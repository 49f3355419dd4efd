// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/route_probe.h"

#include "base/random.h"
#include "connection/socket_request.h"
#include "environment/tls.h"

#include <QHostAddress>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QtEndian>

namespace apex::connection {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto RouteDeadline = 15s;
constexpr qsizetype MaxAnswerHead = 32 * 1024;
constexpr quint64 MaxFirstFrame = 64 * 1024;

bool isSecure(const QUrl& address) {
    return address.scheme() == u"https"_s || address.scheme() == u"wss"_s;
}

QString hostOf(const QUrl& address) {
    return address.host(QUrl::EncodeUnicode);
}

/// The upgrade as RFC 6455 4.1 wants it, with the same headers that the link's socket sends.
Secret upgradeRequest(const SocketRequest& wanted) {
    const QUrl url = wanted.request.url();
    const QByteArray path = url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::RemoveFragment);
    QByteArray text = "GET " + (path.isEmpty() ? QByteArray("/") : path) +
                      " HTTP/1.1\r\nHost: " + url.authority(QUrl::EncodeUnicode).toLatin1() +
                      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: " +
                      randomBytes(16).toBase64() + "\r\n";
    const auto headers = wanted.request.rawHeaderList();
    for (const QByteArray& name : headers)
        text += name + ": " + wanted.request.rawHeader(name) + "\r\n";
    const QStringList protocols = wanted.options.subprotocols();
    if (!protocols.isEmpty())
        text += "Sec-WebSocket-Protocol: " + protocols.join(u", "_s).toLatin1() + "\r\n";
    return Secret(text + "\r\n");
}

enum Opcode { Close = 0x8, Ping = 0x9, Pong = 0xa };

struct WireFrame {
    int opcode = 0;
    QByteArray body;
    qsizetype size = 0; ///< with its head
    bool tooLarge = false;
};

/// The first frame of `bytes` (RFC 6455 5.2) if it is whole; a server never masks, and a greeting is one
/// frame.
std::optional<WireFrame> nextFrame(const QByteArray& bytes) {
    if (bytes.size() < 2)
        return std::nullopt;
    WireFrame frame;
    frame.opcode = static_cast<unsigned char>(bytes.at(0)) & 0x0f;
    quint64 length = static_cast<unsigned char>(bytes.at(1)) & 0x7f;
    const qsizetype head = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (bytes.size() < head)
        return std::nullopt;
    if (length == 126)
        length = qFromBigEndian<quint16>(bytes.constData() + 2);
    else if (length == 127)
        length = qFromBigEndian<quint64>(bytes.constData() + 2);
    frame.tooLarge = length > MaxFirstFrame;
    if (frame.tooLarge)
        return frame;
    frame.size = head + static_cast<qsizetype>(length);
    if (bytes.size() < frame.size)
        return std::nullopt;
    frame.body = bytes.mid(head, static_cast<qsizetype>(length));
    return frame;
}

} // namespace

RouteProbe::RouteProbe(environment::Profile profile, QObject* parent)
    : QObject(parent), m_profile(std::move(profile)), m_socket(std::make_unique<QSslSocket>()) {
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        m_report.timedOut = true;
        end();
    });
}

RouteProbe::~RouteProbe() {
    m_socket->disconnect(this);
    m_socket->abort();
}

void RouteProbe::reach(const QUrl& address, Done done) {
    m_done = std::move(done);
    start(address);
}

void RouteProbe::upgrade(const Secret& credential, std::chrono::milliseconds greetingDeadline, Done done) {
    m_done = std::move(done);
    m_greetingDeadline = greetingDeadline;
    m_request = upgradeRequest(socketRequest(m_profile, credential));
    start(m_profile.socketUrl);
}

void RouteProbe::start(const QUrl& address) {
    m_socket->setProxy(environment::proxyFor(m_profile, address));
    connect(m_socket.get(), &QSslSocket::sslErrors, this,
            [this](const QList<QSslError>& errors) { m_tlsErrors = errors; });
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this, &RouteProbe::failed, Qt::QueuedConnection);
    connect(m_socket.get(), &QIODevice::readyRead, this, &RouteProbe::read);
    m_deadline.start(RouteDeadline);
    const bool secure = isSecure(address);
    connect(m_socket.get(), &QAbstractSocket::connected, this, [this, secure] {
        m_report.peer = m_socket->peerAddress().toString();
        m_report.stage = RouteStage::Securing;
        if (!secure)
            secured();
    });
    if (!secure) {
        m_socket->connectToHost(hostOf(address), static_cast<quint16>(address.port(80)));
        return;
    }
    const auto tls = environment::tlsConfiguration(m_profile);
    if (!tls) {
        m_report.stage = RouteStage::Securing;
        m_report.tls = environment::TlsFailure{environment::TlsProblem::Other,
                                               tls.error().happened,
                                               tls.error().action,
                                               {},
                                               tls.error().details};
        QMetaObject::invokeMethod(this, &RouteProbe::end, Qt::QueuedConnection);
        return;
    }
    m_socket->setSslConfiguration(*tls);
    connect(m_socket.get(), &QSslSocket::encrypted, this, &RouteProbe::secured);
    m_socket->connectToHostEncrypted(hostOf(address), static_cast<quint16>(address.port(443)));
}

void RouteProbe::secured() {
    if (m_socket->isEncrypted()) {
        m_report.secureWith =
            u"%1, %2"_s.arg(m_socket->sessionCipher().protocolString(), m_socket->sessionCipher().name());
        const auto chain = m_socket->peerCertificateChain();
        for (const QSslCertificate& certificate : chain)
            m_report.chain.append(environment::certificateLine(certificate));
    }
    if (m_request.isEmpty()) {
        m_report.stage = RouteStage::Arrived;
        QMetaObject::invokeMethod(this, &RouteProbe::end, Qt::QueuedConnection);
        return;
    }
    m_report.stage = RouteStage::Upgrading;
    m_socket->write(m_request.reveal());
    m_request = {};
}

void RouteProbe::read() {
    m_buffer += m_socket->readAll();
    if (m_report.stage == RouteStage::Upgrading)
        readAnswer();
    if (m_report.stage == RouteStage::Greeting && m_done)
        readFrame();
}

void RouteProbe::readAnswer() {
    const qsizetype headEnd = m_buffer.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        if (m_buffer.size() > MaxAnswerHead)
            end();
        return;
    }
    const QList<QByteArray> lines = m_buffer.left(headEnd).split('\n');
    m_buffer.remove(0, headEnd + 4);
    if (lines.front().startsWith("HTTP/1."))
        m_report.httpStatus = lines.front().split(' ').value(1).toInt();
    for (const QByteArray& line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            m_report.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    if (m_report.httpStatus != 101)
        return end();
    m_report.stage = RouteStage::Greeting;
    m_deadline.start(m_greetingDeadline);
}

void RouteProbe::readFrame() {
    while (m_done) {
        const auto frame = nextFrame(m_buffer);
        if (!frame)
            return;
        if (frame->tooLarge)
            return end();
        m_buffer.remove(0, frame->size);
        if (frame->opcode == Ping || frame->opcode == Pong)
            continue;
        if (frame->opcode == Close) {
            m_report.closeCode =
                frame->body.size() >= 2 ? qFromBigEndian<quint16>(frame->body.constData()) : 1005;
            m_report.closeReason = QString::fromUtf8(frame->body.mid(2)).left(200);
        } else {
            m_report.firstFrame = frame->body;
            m_report.stage = RouteStage::Arrived;
        }
        end();
    }
}

void RouteProbe::failed(QAbstractSocket::SocketError error) {
    if (!m_done)
        return;
    m_report.socketError = error;
    m_report.errorText = m_socket->errorString();
    const bool isTls = error == QAbstractSocket::SslHandshakeFailedError;
    // A server without a common version just hangs up in the middle of the handshake.
    if (isTls || (m_report.stage == RouteStage::Securing && !m_tlsErrors.isEmpty()))
        m_report.tls = environment::describeTlsFailure(m_socket->peerName(), m_tlsErrors,
                                                       m_socket->peerCertificateChain(), m_report.errorText);
    if (m_report.tls)
        m_report.chain = m_report.tls->chain;
    end();
}

void RouteProbe::end() {
    if (!m_done)
        return;
    m_deadline.stop();
    m_socket->disconnect(this);
    // A good-bye, so that the server does not take the probe for a broken line.
    if (m_report.stage == RouteStage::Arrived || m_report.stage == RouteStage::Greeting)
        m_socket->write(QByteArrayView("\x88\x82\0\0\0\0\x03\xe8", 8).toByteArray());
    m_socket->disconnectFromHost();
    const Done done = std::exchange(m_done, {});
    done(m_report);
}

} // namespace apex::connection
