// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/callback_judgement.h"

#include <QObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <vector>

namespace apex::auth {

/// Waits on 127.0.0.1, at a free port, for the browser to come back (RFC 8252 7.3). Answers GET /callback
/// only; what is not the answer to our request gets 400 and the wait goes on; the first real answer closes
/// it. Single use. Main thread.
class LoopbackListener final : public QObject {
    Q_OBJECT
public:
    explicit LoopbackListener(QObject* parent = nullptr);
    ~LoopbackListener() override;

    /// Opens the port; gives the redirect URI.
    [[nodiscard]] Expected<QUrl> listen();
    /// What the redirect must match; before it is set every redirect gets 400.
    void expect(Expectation expectation);
    /// True until the answer came or close() was called.
    [[nodiscard]] bool isOpen() const;
    /// Closes the port and every connection that has not been answered.
    void close();

Q_SIGNALS:
    /// The one answer; `takeJudgement` gives it.
    void answered();

public:
    /// The answer, once, after answered(); never NotOurs.
    [[nodiscard]] Judgement takeJudgement();

private:
    struct Connection {
        QTcpSocket* socket = nullptr;
        QByteArray received;
    };

    void acceptAll();
    void readFrom(QTcpSocket* socket);
    void handle(QTcpSocket* socket, const CallbackRequest& request);
    void respond(QTcpSocket* socket, int status);
    void respondWithPage(QTcpSocket* socket, bool granted);
    void send(QTcpSocket* socket, const QByteArray& head, const QByteArray& body);
    void drop(QTcpSocket* socket);
    [[nodiscard]] QByteArray authority() const;

    QTcpServer m_server;
    std::vector<Connection> m_connections;
    Expectation m_expectation;
    Judgement m_judgement;
};

} // namespace apex::auth
