// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "environment/profile.h"
#include "environment/tls_failure.h"

#include <QAbstractSocket>
#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QSslSocket;

namespace apex::connection {

/// How far a probe came on its way to a host.
enum class RouteStage {
    Connecting, ///< name, TCP, proxy
    Securing,   ///< TLS
    Upgrading,  ///< HTTP upgrade to WebSocket
    Greeting,   ///< upgraded, waiting for the server's first message
    Arrived,    ///< everything asked for was reached
};

/// What a probe of the way to a host found. Holds nothing secret.
struct RouteReport {
    RouteStage stage = RouteStage::Connecting; ///< where it ended
    bool timedOut = false;
    QAbstractSocket::SocketError socketError = QAbstractSocket::UnknownSocketError;
    QString errorText;                          ///< the socket's own, for support
    std::optional<environment::TlsFailure> tls; ///< why the secure channel was refused
    QStringList chain;                          ///< the certificates shown, one line each
    QString secureWith;                         ///< "TLSv1.3, TLS_AES_256_GCM_SHA384"; empty without TLS
    QString peer;                               ///< address reached; the proxy's if there is one

    int httpStatus = 0;                    ///< of the upgrade; QWebSocket hides it
    QHash<QByteArray, QByteArray> headers; ///< of the answer, lower-case names
    QByteArray firstFrame;                 ///< text of the server's first message
    int closeCode = 0;                     ///< the server closed instead of greeting
    QString closeReason;
};

/// Goes the way to one host by hand: proxy, TCP, TLS with the profile's trust, and on wish the upgrade to
/// WebSocket and the first message. Sees what QWebSocket hides; sends nothing after the upgrade.
///
/// Single use; calls back once, later, unless destroyed. Main thread.
class RouteProbe final : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(const RouteReport&)>;

    explicit RouteProbe(environment::Profile profile, QObject* parent = nullptr);
    ~RouteProbe() override;

    /// To the host of `address` (http, https, ws or wss) and its secure channel.
    void reach(const QUrl& address, Done done);
    /// To the profile's socket, with `credential` as the profile shows it, up to the first message.
    /// `greetingDeadline` counts from the upgrade.
    void upgrade(const Secret& credential, std::chrono::milliseconds greetingDeadline, Done done);

private:
    void start(const QUrl& address);
    void secured();
    void read();
    void readAnswer();
    void readFrame();
    void failed(QAbstractSocket::SocketError error);
    void end();

    environment::Profile m_profile;
    std::unique_ptr<QSslSocket> m_socket;
    QTimer m_deadline;
    Done m_done;
    RouteReport m_report;
    Secret m_request; ///< empty: no upgrade
    std::chrono::milliseconds m_greetingDeadline{};
    QByteArray m_buffer;
    QList<QSslError> m_tlsErrors;
    bool m_encrypted = false;
};

} // namespace apex::connection
