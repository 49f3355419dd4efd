// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/backend_server/backend_client.h"

#include <QMessageAuthenticationCode>
#include <QSignalSpy>
#include <QTest>

#ifdef Q_OS_UNIX
#include <unistd.h>

#include <csignal>
#endif

using namespace apex;
using namespace apex::backend;
using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray headerLine(const QByteArray& answer, const QByteArray& name) {
    for (const QByteArray& line : answer.split('\n')) {
        if (line.toLower().startsWith(QByteArray(name.toLower() + ':')))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

QByteArray encoded(const QString& token) {
    return token.toLatin1().toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace

class TestBackendSocket : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    // Socket
    void socketsAreRefusedBeforeTheUpgrade_data();
    void socketsAreRefusedBeforeTheUpgrade();
    void subprotocolIsEchoed_data();
    void subprotocolIsEchoed();
    void bothGreetings();
    void ticketsAreSingleUse();
    void keepAliveMessages();
    void badAndUnknownFrames();
    void frameLimit();
    void expiredTokenClosesTheSocket();
    void signingOutClosesTheSocket();
    void socketLimitPerUser();

private:
    QString dataDir() const { return m_folder->filePath(u"data"_s); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestBackendSocket::init() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestBackendSocket::socketsAreRefusedBeforeTheUpgrade_data() {
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    const QByteArray good = "Authorization: Bearer TOKEN\r\n";
    QTest::newRow("good") << good << QByteArray("/ws") << 101;
    QTest::newRow("own origin") << good + "Origin: http://127.0.0.1:PORT\r\n" << QByteArray("/ws") << 101;
    QTest::newRow("no token") << QByteArray() << QByteArray("/ws") << 401;
    QTest::newRow("garbage") << QByteArray("Authorization: Bearer abc\r\n") << QByteArray("/ws") << 401;
    QTest::newRow("forged") << QByteArray("Authorization: Bearer FORGED\r\n") << QByteArray("/ws") << 401;
    QTest::newRow("unsigned") << QByteArray("Authorization: Bearer UNSIGNED\r\n") << QByteArray("/ws") << 401;
    QTest::newRow("token in query") << QByteArray() << QByteArray("/ws?token=TOKEN") << 401;
    QTest::newRow("unknown ticket") << QByteArray() << QByteArray("/ws?ticket=abc") << 401;
    QTest::newRow("foreign origin") << good + "Origin: https://evil.example\r\n" << QByteArray("/ws") << 403;
    QTest::newRow("null origin") << good + "Origin: null\r\n" << QByteArray("/ws") << 403;
    QTest::newRow("foreign host") << good + "Host: evil.example:PORT\r\n" << QByteArray("/ws") << 421;
    QTest::newRow("bad subprotocol") << good + "Sec-WebSocket-Protocol: soap\r\n" << QByteArray("/ws") << 403;
    QTest::newRow("other path") << good << QByteArray("/websocket") << 404;
}

void TestBackendSocket::socketsAreRefusedBeforeTheUpgrade() {
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    RunningServer server(dataDir());
    const QByteArray token = Client(server).signIn(u"Ana"_s).access.toLatin1();
    const QByteArrayList parts = token.split('.');
    const QByteArray part = parts.at(0) + '.' + parts.at(1);
    const auto url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    const QByteArray forged =
        part + '.' +
        QMessageAuthenticationCode::hash(part, QByteArray(32, 'k'), QCryptographicHash::Sha256).toBase64(url);
    const QByteArray unsignedToken =
        QByteArray(R"({"alg":"none","typ":"JWT"})").toBase64(url) + '.' + parts.at(1) + '.';
    for (QByteArray* text : {&headers, &target}) {
        text->replace("UNSIGNED", unsignedToken);
        text->replace("FORGED", forged);
        text->replace("TOKEN", token);
        text->replace("PORT", QByteArray::number(server.port()));
    }
    const QByteArray answer = rawExchange(server.port(), upgradeRequest(server.port(), headers, target));
    QCOMPARE(statusLine(answer).split(' ').value(1).toInt(), status);
}

void TestBackendSocket::subprotocolIsEchoed_data() {
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("selected");
    QTest::newRow("encoded") << QByteArray("jwt-auth, jwt.ENCODED") << QByteArray("jwt.ENCODED");
    QTest::newRow("raw") << QByteArray("jwt.TOKEN") << QByteArray("jwt.TOKEN");
    QTest::newRow("bearer") << QByteArray("bearer.TOKEN, agent_chat") << QByteArray("bearer.TOKEN");
    QTest::newRow("environment") << QByteArray("jwt.staging.TOKEN") << QByteArray("jwt.staging.TOKEN");
    QTest::newRow("staging with plain")
        << QByteArray("staging-auth.TOKEN, jwt-auth") << QByteArray("jwt-auth");
}

void TestBackendSocket::subprotocolIsEchoed() {
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, selected);
    RunningServer server(dataDir());
    const QString token = Client(server).signIn(u"Ana"_s).access;
    for (QByteArray* text : {&offered, &selected}) {
        text->replace("TOKEN", token.toLatin1());
        text->replace("ENCODED", encoded(token));
    }
    const QByteArray answer = rawExchange(
        server.port(), upgradeRequest(server.port(), "Sec-WebSocket-Protocol: " + offered + "\r\n"));
    QCOMPARE(statusLine(answer), QByteArray("HTTP/1.1 101 Switching Protocols"));
    QVERIFY(headerLine(answer, "Sec-WebSocket-Protocol") == selected);
}

void TestBackendSocket::bothGreetings() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    const QString user = client.get(u"/auth/me"_s, token).object().value("user_id"_L1).toString();
    ChatProbe probe(server, token);
    QTRY_COMPARE(probe.frames().size(), 2);
    const QJsonObject handshake = probe.frames().at(0);
    QCOMPARE(handshake.value("type"_L1).toString(), u"handshake_response"_s);
    QVERIFY(handshake.value("run_id"_L1).isNull());
    QVERIFY(!handshake.contains("session_token"_L1));
    const QJsonObject established = probe.frames().at(1);
    QCOMPARE(established.value("type"_L1).toString(), u"connection_established"_s);
    const QJsonObject data = established.value("data"_L1).toObject();
    QCOMPARE(data.value("user_id"_L1).toString(), user);
    QCOMPARE(data.value("mode"_L1).toString(), u"main"_s);
    QCOMPARE(data.value("golden_path_events"_L1).toArray().size(), 5);
    QVERIFY(established.value("server_id"_L1).isNull());
    probe.sendText(u"{\"type\":\"handshake_acknowledged\",\"thread_id\":\"x\"}"_s);
    QTRY_VERIFY(probe.has(u"handshake_complete"_s));
    QCOMPARE(probe.ofType(u"handshake_complete"_s).at(0).value("thread_id"_L1),
             handshake.value("thread_id"_L1));
}

void TestBackendSocket::ticketsAreSingleUse() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    QCOMPARE(client.postJson(u"/api/websocket/ticket"_s, {{"ttl_seconds"_L1, 29}}, token).status, 422);
    const QJsonObject ticket =
        client.postJson(u"/api/websocket/ticket"_s, {{"ttl_seconds"_L1, 60}}, token).object();
    QCOMPARE(ticket.value("ttl_seconds"_L1).toInt(), 60);
    QVERIFY(ticket.value("single_use"_L1).toBool());
    const QString query = u"?ticket="_s + ticket.value("ticket_id"_L1).toString();
    ChatProbe first(server, {}, query);
    QTRY_VERIFY(first.has(u"connection_established"_s));
    const QByteArray target = "/ws" + query.toLatin1();
    QCOMPARE(statusLine(rawExchange(server.port(), upgradeRequest(server.port(), {}, target))),
             QByteArray("HTTP/1.1 401 Unauthorized"));
    // A ticket dies with the sign-in it came from.
    const QString second =
        client.postJson(u"/api/websocket/ticket"_s, {}, token).object().value("ticket_id"_L1).toString();
    QCOMPARE(client.postJson(u"/auth/logout"_s, {}, token).status, 200);
    const QByteArray later = "/ws?ticket=" + second.toLatin1();
    QCOMPARE(statusLine(rawExchange(server.port(), upgradeRequest(server.port(), {}, later))),
             QByteArray("HTTP/1.1 401 Unauthorized"));
}

void TestBackendSocket::keepAliveMessages() {
    RunningServer server(dataDir(), [](ServerOptions& options) {
        options.heartbeatInterval = std::chrono::milliseconds(200);
    });
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.sendText(u"{\"type\":\"ping\",\"timestamp\":1234}"_s);
    QTRY_VERIFY(probe.has(u"pong"_s));
    QCOMPARE(probe.ofType(u"pong"_s).at(0).value("data"_L1).toObject().value("original_timestamp"_L1).toInt(),
             1234);
    probe.sendText(u"{\"type\":\"heartbeat\"}"_s);
    QTRY_VERIFY(probe.has(u"heartbeat_ack"_s));
    QTRY_VERIFY(probe.ofType(u"heartbeat"_s).size() >= 2);
    QVERIFY(probe.ofType(u"heartbeat"_s).at(0).value("data"_L1).toObject().contains("stats"_L1));
    QSignalSpy pongs(&probe.socket(), &QWebSocket::pong);
    probe.socket().ping("p");
    QTRY_COMPARE(pongs.size(), 1);
}

void TestBackendSocket::badAndUnknownFrames() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.sendText(u"{nonsense"_s);
    QTRY_VERIFY(probe.has(u"error_message"_s));
    QCOMPARE(probe.ofType(u"error_message"_s).at(0).value("error_code"_L1).toString(), u"JSON_PARSE_ERROR"_s);
    probe.send(u"never_heard_of"_s);
    QTRY_VERIFY(probe.has(u"ack"_s));
    QCOMPARE(probe.ofType(u"ack"_s).at(0).value("received_type"_L1).toString(), u"never_heard_of"_s);
    probe.send(u"user_message"_s, {{"content"_L1, "   "_L1}});
    QTRY_COMPARE(probe.ofType(u"error_message"_s).size(), 2);
    QVERIFY(probe.isOpen());
    probe.socket().sendBinaryMessage("x");
    QTRY_COMPARE(probe.closeCode(), 1003);
}

void TestBackendSocket::frameLimit() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.sendText(QString(17 * 1024 * 1024, u'x'));
    QTRY_COMPARE_WITH_TIMEOUT(probe.closeCode(), 1009, 20'000);
}

void TestBackendSocket::expiredTokenClosesTheSocket() {
    RunningServer server(dataDir(), [](ServerOptions& options) {
        options.accessTokenLife = std::chrono::seconds(1);
        options.expiryGrace = std::chrono::seconds(1);
    });
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    QTRY_COMPARE_WITH_TIMEOUT(probe.closeCode(), 1008, 10'000);
    QCOMPARE(probe.socket().closeReason(), u"token expired"_s);
    QCOMPARE(client.get(u"/auth/me"_s, token).status, 401);
    QCOMPARE(
        statusLine(rawExchange(server.port(), upgradeRequest(server.port(), "Authorization: Bearer " +
                                                                                token.toLatin1() + "\r\n"))),
        QByteArray("HTTP/1.1 401 Unauthorized"));
}

void TestBackendSocket::signingOutClosesTheSocket() {
    RunningServer server(dataDir());
    Client client(server);
    const Tokens tokens = client.signIn(u"Ana"_s);
    ChatProbe probe(server, tokens.access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    QCOMPARE(client.postForm(u"/oauth/revoke"_s, {{u"token"_s, tokens.refresh}}).status, 200);
    QTRY_COMPARE(probe.closeCode(), 1008);
    QCOMPARE(probe.socket().closeReason(), u"signed out"_s);
}

void TestBackendSocket::socketLimitPerUser() {
    RunningServer server(dataDir(), [](ServerOptions& options) { options.maxSocketsPerUser = 2; });
    const QString token = Client(server).signIn(u"Ana"_s).access;
    ChatProbe first(server, token);
    ChatProbe second(server, token);
    QTRY_VERIFY(first.has(u"connection_established"_s) && second.has(u"connection_established"_s));
    const QByteArray request =
        upgradeRequest(server.port(), "Authorization: Bearer " + token.toLatin1() + "\r\n");
    QCOMPARE(statusLine(rawExchange(server.port(), request)), QByteArray("HTTP/1.1 429 Too Many Requests"));
    second.close();
    QTRY_COMPARE(second.closeCode(), 1000);
    ChatProbe third(server, token);
    QTRY_VERIFY(third.has(u"connection_established"_s));
}

QTEST_GUILESS_MAIN(TestBackendSocket)
#include "tst_backend_socket.moc"
