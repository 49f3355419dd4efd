// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/backend_server/backend_client.h"

#include <QFile>
#include <QTcpServer>
#include <QTest>

using namespace apex;
using namespace apex::backend;
using namespace apex::test;
using namespace Qt::StringLiterals;

class TestBackendServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    // Where and how it serves
    void announcesItselfAndCleansUp();
    void refusesOtherAddresses();
    void secondServerOnSameFolderNamesTheProcess();
    void takenPortIsAConflict();
    void remembersItsPort();
    void staleLockAndAnnouncementAreTakenOver();

    // Defences
    void foreignHostIsMisdirected_data();
    void foreignHostIsMisdirected();
    void foreignOriginIsForbidden();
    void noCorsHeaders();
    void limitsAreKept();
    void malformedRequestsAreAnswered_data();
    void malformedRequestsAreAnswered();

    // REST
    void threadsAndMessages();
    void usersAreApart();
    void errorBodies();
    void uploads();
    void bigUploadIsRefusedWithASentence();

private:
    QString dataDir() const { return m_folder->filePath(u"data"_s); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestBackendServer::init() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestBackendServer::announcesItselfAndCleansUp() {
    const QString file = dataDir() + u"/backend.json"_s;
    {
        RunningServer server(dataDir());
        QVERIFY(server.isRunning());
        QFile announced(file);
        QVERIFY(announced.open(QIODevice::ReadOnly));
        const QJsonObject json = QJsonDocument::fromJson(announced.readAll()).object();
        QCOMPARE(json.value("schema"_L1).toString(), u"apex/serve/1"_s);
        QCOMPARE(json.value("base_url"_L1).toString(), server.url());
        QCOMPARE(json.value("ws_url"_L1).toString(), server.socketUrl());
        QCOMPARE(json.value("authorization_endpoint"_L1).toString(), server.url(u"/oauth/authorize"_s));
        QCOMPARE(json.value("issuer"_L1).toString(), server.url());
        QCOMPARE(json.value("pid"_L1).toInteger(), QCoreApplication::applicationPid());
        QCOMPARE(announced.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
                 QFileDevice::Permissions());
        const auto running = DataFolder::running(dataDir());
        QVERIFY(running);
        QCOMPARE(running->baseUrl, server.url());
        QCOMPARE(Client(server).get(u"/health"_s).object().value("status"_L1).toString(), u"ok"_s);
    }
    QVERIFY(!QFile::exists(file));
    QVERIFY(!DataFolder::running(dataDir()));
}

void TestBackendServer::refusesOtherAddresses() {
    for (const QString& address : {u"0.0.0.0"_s, u"::"_s, u"192.168.1.1"_s, u"localhost"_s, u""_s}) {
        RunningServer server(dataDir(), [&](ServerOptions& options) { options.bindAddress = address; });
        QVERIFY2(!server.isRunning(), qPrintable(address));
        QCOMPARE(server.error().kind, ErrorKind::Configuration);
    }
}

void TestBackendServer::secondServerOnSameFolderNamesTheProcess() {
    RunningServer first(dataDir());
    QVERIFY(first.isRunning());
    RunningServer second(dataDir());
    QVERIFY(!second.isRunning());
    QCOMPARE(second.error().kind, ErrorKind::Conflict);
    QVERIFY(second.error().happened.contains(QString::number(QCoreApplication::applicationPid())));
    // The loser leaves the winner's files alone.
    QVERIFY(DataFolder::running(dataDir()));
}

void TestBackendServer::takenPortIsAConflict() {
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, 0));
    RunningServer server(dataDir(), [&](ServerOptions& options) { options.port = other.serverPort(); });
    QVERIFY(!server.isRunning());
    QCOMPARE(server.error().kind, ErrorKind::Conflict);
    QVERIFY(server.error().happened.contains(QString::number(other.serverPort())));
    QVERIFY(!QFile::exists(dataDir() + u"/backend.json"_s));
}

void TestBackendServer::remembersItsPort() {
    quint16 port = 0;
    {
        RunningServer server(dataDir());
        port = server.port();
    }
    {
        RunningServer server(dataDir());
        QCOMPARE(server.port(), port);
    }
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, port));
    RunningServer server(dataDir());
    QVERIFY(server.isRunning());
    QVERIFY(server.port() != port);
}

void TestBackendServer::staleLockAndAnnouncementAreTakenOver() {
    QVERIFY(QDir().mkpath(dataDir()));
    // A process id that cannot be alive: larger than any the kernel gives out.
    QFile lock(dataDir() + u"/backend.lock"_s);
    QVERIFY(lock.open(QIODevice::WriteOnly));
    lock.write("4194305\napex\n" + QSysInfo::machineHostName().toUtf8() + '\n');
    lock.close();
    QFile announcement(dataDir() + u"/backend.json"_s);
    QVERIFY(announcement.open(QIODevice::WriteOnly));
    announcement.write(R"({"schema":"apex/serve/1","base_url":"http://127.0.0.1:1","pid":4194305})");
    announcement.close();
    RunningServer server(dataDir());
    QVERIFY(server.isRunning());
    QCOMPARE(DataFolder::running(dataDir())->baseUrl, server.url());
}

void TestBackendServer::foreignHostIsMisdirected_data() {
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("address") << QByteArray("127.0.0.1:PORT") << QByteArray("HTTP/1.1 200 OK");
    QTest::newRow("name") << QByteArray("localhost:PORT") << QByteArray("HTTP/1.1 200 OK");
    QTest::newRow("ipv6") << QByteArray("[::1]:PORT") << QByteArray("HTTP/1.1 200 OK");
    const QByteArray refused("HTTP/1.1 421 Misdirected Request");
    QTest::newRow("rebinding") << QByteArray("evil.example:PORT") << refused;
    QTest::newRow("suffix") << QByteArray("localhost.evil.example:PORT") << refused;
    QTest::newRow("other port") << QByteArray("127.0.0.1:1") << refused;
    QTest::newRow("no port") << QByteArray("127.0.0.1") << refused;
    QTest::newRow("two") << QByteArray("127.0.0.1:PORT\r\nHost: evil.example") << refused;
    QTest::newRow("empty") << QByteArray() << refused;
}

void TestBackendServer::foreignHostIsMisdirected() {
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, status);
    RunningServer server(dataDir());
    host.replace("PORT", QByteArray::number(server.port()));
    const QByteArray answer =
        rawExchange(server.port(), "GET /health HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    QCOMPARE(statusLine(answer), status);
}

void TestBackendServer::foreignOriginIsForbidden() {
    RunningServer server(dataDir());
    Client client(server);
    const auto status = [&](const QByteArray& name, const QByteArray& value) {
        return client.send("GET", u"/health"_s, {}, {}, {}, {{name, value}}).status;
    };
    QCOMPARE(status("Origin", server.url().toLatin1()), 200);
    QCOMPARE(status("Origin", "http://localhost:" + QByteArray::number(server.port())), 200);
    for (const char* origin : {"https://evil.example", "null", "http://127.0.0.1:1", "file://"})
        QCOMPARE(status("Origin", origin), 403);
    QCOMPARE(status("Sec-Fetch-Site", "cross-site"), 403);
    QCOMPARE(status("Sec-Fetch-Site", "same-site"), 403);
    QCOMPARE(status("Sec-Fetch-Site", "none"), 200);
    // A link on a web page may lead to the sign-in page, but may not frame it.
    const auto navigation = [&](const QByteArray& destination) {
        return client
            .send("GET", client.authorizePath(), {}, {}, {},
                  {{"Sec-Fetch-Site", "cross-site"},
                   {"Sec-Fetch-Mode", "navigate"},
                   {"Sec-Fetch-Dest", destination}})
            .status;
    };
    QCOMPARE(navigation("document"), 200);
    QCOMPARE(navigation("iframe"), 403);
}

void TestBackendServer::noCorsHeaders() {
    RunningServer server(dataDir());
    Client client(server);
    const Answer answer =
        client.send("OPTIONS", u"/auth/config"_s, {}, {}, {},
                    {{"Origin", server.url().toLatin1()}, {"Access-Control-Request-Method", "POST"}});
    QCOMPARE(answer.status, 405);
    for (const auto& [name, value] : answer.headers)
        QVERIFY(!name.toLower().startsWith("access-control"));
    QCOMPARE(answer.header("X-Content-Type-Options"), QByteArray("nosniff"));
    QCOMPARE(answer.header("Cache-Control"), QByteArray("no-store"));
    QCOMPARE(answer.header("Referrer-Policy"), QByteArray("no-referrer"));
}

void TestBackendServer::limitsAreKept() {
    RunningServer server(dataDir());
    const QByteArray host = "Host: 127.0.0.1:" + QByteArray::number(server.port()) + "\r\n";
    const QByteArray longHead = rawExchange(server.port(), "GET /health HTTP/1.1\r\n" + host +
                                                               "X: " + QByteArray(9000, 'x') + "\r\n\r\n");
    QCOMPARE(statusLine(longHead), QByteArray("HTTP/1.1 431 Request Header Fields Too Large"));
    const QByteArray declared = rawExchange(server.port(), "POST /auth/login HTTP/1.1\r\n" + host +
                                                               "Content-Length: 100000000\r\n\r\n");
    QCOMPARE(statusLine(declared), QByteArray("HTTP/1.1 413 Payload Too Large"));
    Client client(server);
    QCOMPARE(client.send("POST", u"/auth/login"_s, QByteArray(70'000, 'x')).status, 413);
}

void TestBackendServer::malformedRequestsAreAnswered_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("no http") << QByteArray("hello there\r\n\r\n");
    QTest::newRow("absolute target") << QByteArray("GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n");
    QTest::newRow("bad length") << QByteArray("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n");
    QTest::newRow("two lengths") << QByteArray(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
}

void TestBackendServer::malformedRequestsAreAnswered() {
    QFETCH(QByteArray, request);
    RunningServer server(dataDir());
    QCOMPARE(statusLine(rawExchange(server.port(), request)), QByteArray("HTTP/1.1 400 Bad Request"));
    QCOMPARE(Client(server).get(u"/health"_s).status, 200);
}

void TestBackendServer::threadsAndMessages() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    const QJsonObject created =
        client
            .postJson(u"/api/threads"_s,
                      {{"title"_L1, "First"_L1}, {"metadata"_L1, QJsonObject{{"a"_L1, 1}}}}, token)
            .object();
    QCOMPARE(created.value("object"_L1).toString(), u"thread"_s);
    QCOMPARE(created.value("message_count"_L1).toInt(-1), 0);
    QVERIFY(created.value("updated_at"_L1).isNull());
    const QString path = u"/api/threads/"_s + created.value("id"_L1).toString();
    const QJsonObject second = client.postJson(u"/api/threads"_s, {}, token).object();
    QVERIFY(second.value("title"_L1).isNull());
    QCOMPARE(client.get(u"/api/threads"_s, token).array().size(), 2);
    QCOMPARE(client.get(u"/api/threads?limit=1"_s, token).array().at(0).toObject().value("id"_L1),
             second.value("id"_L1));
    const QJsonObject message =
        client.postJson(path + u"/messages"_s, {{"message"_L1, "A long question about cost"_L1}}, token)
            .object();
    QCOMPARE(message.value("role"_L1).toString(), u"user"_s);
    QCOMPARE(message.value("thread_id"_L1), created.value("id"_L1));
    // Activity brings a thread to the front.
    QCOMPARE(client.get(u"/api/threads?limit=1"_s, token).array().at(0).toObject().value("id"_L1),
             created.value("id"_L1));
    const QJsonObject page = client.get(path + u"/messages?limit=100"_s, token).object();
    QCOMPARE(page.value("total"_L1).toInt(), 1);
    QCOMPARE(page.value("limit"_L1).toInt(), 100);
    QCOMPARE(page.value("messages"_L1).toArray().at(0).toObject().value("content"_L1).toString(),
             u"A long question about cost"_s);
    const Answer renamed = client.send("PUT", path, R"({"title":"New name"})", "application/json", token);
    QCOMPARE(renamed.object().value("title"_L1).toString(), u"New name"_s);
    QCOMPARE(client.postJson(path + u"/auto-rename"_s, {}, token).object().value("title"_L1).toString(),
             u"A long question about cost"_s);
    QCOMPARE(client.send("DELETE", path, {}, {}, token).object().value("message"_L1).toString(),
             u"Thread archived successfully"_s);
    const QJsonObject archived = client.get(path, token).object().value("metadata"_L1).toObject();
    QCOMPARE(archived.value("status"_L1).toString(), u"archived"_s);
    QCOMPARE(archived.value("a"_L1).toInt(), 1);
    QCOMPARE(client.get(path + u"/validate"_s, token).object().value("valid"_L1).toBool(), true);
    QCOMPARE(client.get(u"/api/threads/nothing/validate"_s, token).object().value("valid"_L1).toBool(true),
             false);
    QVERIFY(client.postJson(u"/api/threads/create"_s, {{"source"_L1, "cli"_L1}}, token)
                .object()
                .contains("thread_id"_L1));
}

void TestBackendServer::usersAreApart() {
    RunningServer server(dataDir());
    Client client(server);
    const QString ana = client.signIn(u"Ana"_s).access;
    const QString bo = client.signIn(u"Bo"_s).access;
    const QString id = client.postJson(u"/api/threads"_s, {{"title"_L1, "secret"_L1}}, ana)
                           .object()
                           .value("id"_L1)
                           .toString();
    const QString path = u"/api/threads/"_s + id;
    const QJsonObject missing = client.get(u"/api/threads/never_was"_s, bo).object();
    for (const Answer& answer :
         {client.get(path, bo), client.get(path + u"/messages"_s, bo),
          client.send("DELETE", path, {}, {}, bo), client.send("PUT", path, "{}", "application/json", bo),
          client.postJson(path + u"/messages"_s, {{"message"_L1, "x"_L1}}, bo)}) {
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.object(), missing);
    }
    QVERIFY(client.get(u"/api/threads"_s, bo).array().isEmpty());
    QCOMPARE(client.get(path, ana).object().value("metadata"_L1).toObject().value("status"_L1).toString(),
             u"active"_s);
    const QString file = client.send("POST", u"/api/files?name=a.csv"_s, "a,b", "text/csv", ana)
                             .object()
                             .value("file_id"_L1)
                             .toString();
    QCOMPARE(client.get(u"/api/files/"_s + file, ana).status, 200);
    QCOMPARE(client.get(u"/api/files/"_s + file, bo).status, 404);
    // A thread id of somebody else on the socket leads to a thread of one's own.
    ChatProbe probe(server, bo);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}, {"thread_id"_L1, id}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QVERIFY(createdThread(probe) != id);
    QCOMPARE(client.get(path, ana).object().value("message_count"_L1).toInt(-1), 0);
}

void TestBackendServer::errorBodies() {
    RunningServer server(dataDir());
    Client client(server);
    const Answer anonymous = client.get(u"/api/threads"_s);
    QCOMPARE(anonymous.status, 401);
    QCOMPARE(anonymous.header("WWW-Authenticate"), QByteArray("Bearer"));
    QCOMPARE(anonymous.object().value("detail"_L1).toObject().value("error"_L1).toString(),
             u"authentication_failed"_s);
    QCOMPARE(client.get(u"/api/never"_s).status, 401);
    QCOMPARE(client.get(u"/never"_s).object().value("detail"_L1).toString(), u"Not Found"_s);
    const QString token = client.signIn(u"Ana"_s).access;
    QCOMPARE(client.get(u"/api/never"_s, token).status, 404);
    QCOMPARE(client.send("PATCH", u"/api/threads"_s, {}, {}, token).status, 405);
    QCOMPARE(client.postJson(u"/api/threads/bulk"_s, {}, token).status, 501);
    for (const QString& query : {u"limit=101"_s, u"limit=0"_s, u"limit=x"_s, u"offset=-1"_s}) {
        const Answer refused = client.get(u"/api/threads?"_s + query, token);
        QCOMPARE(refused.status, 422);
        QVERIFY(refused.object().value("detail"_L1).isArray());
    }
    QCOMPARE(client.send("POST", u"/api/threads"_s, "{", "application/json", token).status, 422);
    QCOMPARE(client.send("POST", u"/api/threads"_s, "{}", "text/plain", token).status, 415);
    QCOMPARE(client.send("POST", u"/api/threads"_s, R"({"title":5})", "application/json", token).status, 422);
}

void TestBackendServer::uploads() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    const QByteArray bytes = QByteArray(3'000'000, 'r') + "end";
    const Answer stored =
        client.send("POST", u"/api/files?name=..%2F..%2Fusage%20%C3%BC%2B1.csv"_s, bytes, "text/csv", token);
    QCOMPARE(stored.status, 200);
    QCOMPARE(stored.object().value("name"_L1).toString(), u"usage ü+1.csv"_s);
    QCOMPARE(stored.object().value("size_bytes"_L1).toInteger(), bytes.size());
    QFile onDisk;
    for (const QFileInfo& user :
         QDir(dataDir() + u"/files"_s).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot))
        onDisk.setFileName(user.filePath() + u'/' + stored.object().value("file_id"_L1).toString());
    QVERIFY(onDisk.open(QIODevice::ReadOnly));
    QCOMPARE(onDisk.readAll(), bytes);
    QCOMPARE(onDisk.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
             QFileDevice::Permissions());
    QCOMPARE(client.send("POST", u"/api/files?name=a.csv"_s, "x", "text/csv").status, 401);
    QCOMPARE(client.send("POST", u"/api/files?name=a.csv"_s, {}, "text/csv", token).status, 422);
    QCOMPARE(client.send("POST", u"/api/files"_s, "x", "text/csv", token).status, 422);
    // Nothing half-written is left.
    QVERIFY(QDir(QFileInfo(onDisk).path()).entryList({u"*.part"_s}, QDir::Files).isEmpty());
}

void TestBackendServer::bigUploadIsRefusedWithASentence() {
    RunningServer server(dataDir(), [](ServerOptions& options) { options.maxUploadBytes = 1'000'000; });
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    const Answer refused =
        client.send("POST", u"/api/files?name=a"_s, QByteArray(5'000'000, 'x'), "text/csv", token);
    QCOMPARE(refused.status, 413);
    QVERIFY(refused.object().value("detail"_L1).toString().contains(u"1.0 MB"_s));
    // Of a very large one the client reads the answer only when it has sent everything.
    const Answer huge =
        client.send("POST", u"/api/files?name=a"_s, QByteArray(150'000'000, 'x'), "text/csv", token);
    QCOMPARE(huge.status, 413);
    // Without a declared length the limit is met on the way.
    QByteArray chunked =
        "POST /api/files?name=a HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(server.port()) +
        "\r\nAuthorization: Bearer " + token.toLatin1() + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        chunked += "10000\r\n" + QByteArray(65536, 'x') + "\r\n";
    QCOMPARE(statusLine(rawExchange(server.port(), chunked + "0\r\n\r\n")),
             QByteArray("HTTP/1.1 413 Payload Too Large"));
    const QString user = QDir(dataDir() + u"/files"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).value(0);
    QVERIFY(QDir(dataDir() + u"/files/"_s + user).entryList(QDir::Files).isEmpty());
}

QTEST_GUILESS_MAIN(TestBackendServer)
#include "tst_backend_server.moc"
