// SPDX-License-Identifier: GPL-3.0-or-later
// The days on which something is broken, through the built program: each time a person is told what happened
// and what was kept, standard output holds exactly one JSON document, and the exit code keeps the contract.
#include "e2e/apex_program.h"
#include "support/browser_person.h"
#include "support/scripted_socket_server.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTest>
#include <QUrlQuery>

#include <csignal>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

const QString sample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

const QByteArray forgedToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyX2V2aWwiLCJleHAiOjQxMDI0NDQ4MDB9.";

QString message(const ProgramResult& result) {
    return result.json().value(u"error"_s).toObject().value(u"message"_s).toString();
}

QString kept(const ProgramResult& result) {
    return result.json().value(u"error"_s).toObject().value(u"kept"_s).toString();
}

void writeFile(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

/// A port of this computer on which nobody listens.
quint16 closedPort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost, 0);
    return server.serverPort();
}

/// A profile for a server on this computer; `change` may spoil it.
QByteArray profile(const QByteArray& http, const QByteArray& socket, const QByteArray& more = {}) {
    return R"({"name":"Elsewhere","colour":"#123456","backend":"remote","sign_in":"oauth",)"
           R"("client_id":"apex-desktop","scopes":["openid"],"socket_credential":"header",)"
           R"("greeting":"established","protocol":"platform","attachments":"upload","issuer":")" +
           http + R"(","api_url":")" + http + R"(","socket_url":")" + socket + "\"" + more + "}";
}

/// The sample's rows often enough for a run of some seconds.
void writeLargeUsage(const QString& path, qint64 bytes) {
    QFile from(sample);
    QVERIFY(from.open(QIODevice::ReadOnly));
    const QByteArray head = from.readLine();
    const QByteArray rows = from.readAll();
    QFile to(path);
    QVERIFY(to.open(QIODevice::WriteOnly));
    to.write(head);
    for (qint64 written = 0; written < bytes; written += rows.size())
        QCOMPARE(to.write(rows), rows.size());
}

bool fileContains(const QString& path, const QByteArray& word) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.readAll().contains(word);
}

} // namespace

class TestBadDays : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void serveThatCannotServe_data();
    void serveThatCannotServe();
    void portTaken();
    void brokenProfileIsNamed_data();
    void brokenProfileIsNamed();
    void serverThatIsNotThere();
    void noBrowserOpener();
    void hostileRedirectsDoNotEndTheWait();
    void theBrowserIsToldOfARefusal();
    void interruptedSignInLeavesNothing();
    void tokenThatTheServerRefuses_data();
    void tokenThatTheServerRefuses();
    void attachmentsThatCannotBeRead_data();
    void attachmentsThatCannotBeRead();
    void unknownThreadIsNotReplacedByAnother();
    void longAndStrangeTexts_data();
    void longAndStrangeTexts();
    void recordingToAFullDisk();
    void outputThatCannotBeWritten_data();
    void outputThatCannotBeWritten();
    void inspectOfWhatIsNoRecording_data();
    void inspectOfWhatIsNoRecording();
    void sessionRecordingsAreUnderstood();
    void threeAtOnceKeepTheirOwnThreads();
    void shortLivedTokensAreRenewedByThemselves();
    void serverKilledInTheMiddle_data();
    void serverKilledInTheMiddle();
    void hostileFrames();
    void noSessionBus();
    void signOutWithoutTheServer();
    void lockedKeyringIsNotSignedOut(); // last: it stays locked

private:
    [[nodiscard]] ProgramResult ask(const QStringList& more, const QByteArray& input = {},
                                    int timeoutMs = 60'000) const {
        return m_apex->run(QStringList{u"ask"_s, u"--environment"_s, u"local"_s, u"--json"_s} + more, input,
                           timeoutMs);
    }
    void startSignedIn(const QStringList& serverOptions = {});
    [[nodiscard]] QString path(const QString& name) const { return m_apex->home() + u'/' + name; }
    void addProfile(const QString& name, const QByteArray& json) const {
        writeFile(path(u"config/environments/%1.json"_s.arg(name)), json);
    }

    std::unique_ptr<ApexProgram> m_apex;
};

void TestBadDays::init() {
    m_apex = std::make_unique<ApexProgram>();
}

void TestBadDays::startSignedIn(const QStringList& serverOptions) {
    QVERIFY(!m_apex->startServer(serverOptions).isEmpty());
    const ProgramResult result = m_apex->signIn([](const QUrl& address) { (void)visitAndDecide(address); });
    QVERIFY2(result.exitCode == 0, result.err.constData());
    // Leaving in the middle of connecting is no reason for a warning.
    QVERIFY2(result.err.isEmpty(), result.err.constData());
}

void TestBadDays::serveThatCannotServe_data() {
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("says");
    QTest::newRow("other address") << QStringList{u"--bind"_s, u"192.0.2.1"_s} << u"this computer only"_s;
    QTest::newRow("no address") << QStringList{u"--bind"_s, u"nowhere"_s} << u"this computer only"_s;
    QTest::newRow("unwritable folder") << QStringList{u"--data"_s, u"/proc/apex"_s} << u"create a folder"_s;
    QTest::newRow("folder is a file") << QStringList{u"--data"_s, u"/dev/null"_s} << u"create a folder"_s;
}

void TestBadDays::serveThatCannotServe() {
    QFETCH(QStringList, options);
    QFETCH(QString, says);
    const ProgramResult result = m_apex->run(QStringList{u"serve"_s, u"--json"_s} + options, {}, 10'000);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(message(result).contains(says), result.out.constData());
}

void TestBadDays::portTaken() {
    QTcpServer holder;
    QVERIFY(holder.listen(QHostAddress::LocalHost, 0));
    const QString port = QString::number(holder.serverPort());
    const ProgramResult result = m_apex->run({u"serve"_s, u"--json"_s, u"--port"_s, port}, {}, 10'000);
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result), u"Port %1 is taken by another program."_s.arg(port));
}

void TestBadDays::brokenProfileIsNamed_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("says");
    const QByteArray http = "http://127.0.0.1:9", socket = "ws://127.0.0.1:9/ws";
    QTest::newRow("missing key") << profile(http, socket).replace("\"name\":\"Elsewhere\",", "")
                                 << u"The key \"name\" is missing in "_s;
    QTest::newRow("unknown key") << profile(http, socket, R"(,"surprise":1)")
                                 << u"The key \"surprise\" in "_s;
    QTest::newRow("plain http to another host")
        << profile("http://example.com", socket) << u"http:// is allowed to this computer only"_s;
    QTest::newRow("no JSON") << QByteArray("{") << u"is not valid JSON"_s;
}

void TestBadDays::brokenProfileIsNamed() {
    QFETCH(QByteArray, json);
    QFETCH(QString, says);
    addProfile(u"elsewhere"_s, json);
    const ProgramResult result =
        m_apex->run({u"ask"_s, u"Hello"_s, u"--environment"_s, u"elsewhere"_s, u"--json"_s});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(message(result).contains(says), result.out.constData());
    QVERIFY2(message(result).contains(u"/elsewhere.json"_s), result.out.constData());
}

void TestBadDays::serverThatIsNotThere() {
    const QByteArray address = "127.0.0.1:" + QByteArray::number(closedPort());
    addProfile(u"elsewhere"_s, profile("http://" + address, "ws://" + address + "/ws"));
    const ProgramResult result =
        m_apex->run({u"sign-in"_s, u"--environment"_s, u"elsewhere"_s, u"--no-browser"_s, u"--json"_s});
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result),
             u"No sign-in server answers at %1 on this computer."_s.arg(QString::fromUtf8(address)));
    const ProgramResult pasted = m_apex->run(
        {u"sign-in"_s, u"--environment"_s, u"elsewhere"_s, u"--token-stdin"_s, u"--json"_s}, "opaque\n");
    QCOMPARE(pasted.exitCode, 2);
    QVERIFY(kept(pasted).contains(u"not kept"_s));
    QVERIFY(m_apex->run({u"accounts"_s, u"--json"_s}).json().value(u"accounts"_s).toArray().isEmpty());
}

void TestBadDays::noBrowserOpener() {
    QVERIFY(!m_apex->startServer().isEmpty());
    m_apex->setVariable(u"PATH"_s, u"/nonexistent"_s);
    const ProgramResult result =
        m_apex->signIn([](const QUrl& address) { (void)visitAndDecide(address); }, u"local"_s, {});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QVERIFY2(result.err.contains("The browser could not be opened. Copy the address and open it yourself."),
             result.err.constData());
}

void TestBadDays::hostileRedirectsDoNotEndTheWait() {
    QVERIFY(!m_apex->startServer().isEmpty());
    int lateStatus = -1;
    const ProgramResult result = m_apex->signIn([&](const QUrl& address) {
        const QUrl redirect(QUrlQuery(address).queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
        for (const QString& query :
             {u"code=stolen&state=wrong"_s, u"error=access_denied&state=wrong"_s, QString()}) {
            QUrl forged = redirect;
            forged.setQuery(query);
            QCOMPARE(load(forged).status, 400);
        }
        const PageLoad page = visitAndDecide(address);
        QCOMPARE(page.status, 200);
        lateStatus = load(page.finalUrl).status; // replayed
    });
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QVERIFY(lateStatus != 200);
}

void TestBadDays::theBrowserIsToldOfARefusal() {
    QVERIFY(!m_apex->startServer().isEmpty());
    PageLoad page;
    const ProgramResult result = m_apex->signIn([&page](const QUrl& address) {
        Decision no;
        no.allow = false;
        page = visitAndDecide(address, no);
    });
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.err.contains("The sign-in was declined in the browser."), result.err.constData());
    QCOMPARE(page.status, 200);
}

void TestBadDays::interruptedSignInLeavesNothing() {
    QVERIFY(!m_apex->startServer().isEmpty());
    const auto process =
        m_apex->start({u"sign-in"_s, u"--environment"_s, u"local"_s, u"--no-browser"_s, u"--json"_s});
    QByteArray err;
    QTRY_VERIFY_WITH_TIMEOUT((err += process->readAllStandardError()).contains("Waiting for the sign-in"),
                             10'000);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(10'000));
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 2);
    const ProgramResult result{2, process->readAllStandardOutput(), {}};
    QCOMPARE(message(result), u"The sign-in was cancelled."_s);
    QVERIFY(m_apex->run({u"accounts"_s, u"--json"_s}).json().value(u"accounts"_s).toArray().isEmpty());
}

void TestBadDays::tokenThatTheServerRefuses_data() {
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("forged") << forgedToken;
    QTest::newRow("opaque") << QByteArray("opaque-token-abc");
}

void TestBadDays::tokenThatTheServerRefuses() {
    QFETCH(QByteArray, token);
    startSignedIn();
    const ProgramResult result = m_apex->run(
        {u"sign-in"_s, u"--environment"_s, u"local"_s, u"--token-stdin"_s, u"--json"_s}, token + '\n');
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result), u"The server does not accept this token."_s);
    QVERIFY(!QByteArray(result.out + result.err).contains(token));
    // The sign-in that works has not been touched.
    QCOMPARE(ask({u"Hello there"_s}).exitCode, 0);
}

void TestBadDays::attachmentsThatCannotBeRead_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << u"is empty"_s;
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0",
                                          7)
                            << u"does not look like text"_s;
    QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08", 3) + QByteArray(100, '\0')
                          << u"is a gzip archive, not text."_s;
    QTest::newRow("zip") << QByteArray("PK\x03\x04") + QByteArray(100, '\0')
                         << u"is a ZIP archive or a spreadsheet, not text."_s;
    QTest::newRow("missing") << QByteArray("-") << u"is not there"_s;
    QTest::newRow("empty folder") << QByteArray("/") << u"no usage data in the folder"_s;
}

void TestBadDays::attachmentsThatCannotBeRead() {
    QFETCH(QByteArray, content);
    QFETCH(QString, says);
    startSignedIn();
    const QString name = path(u"attached.csv"_s);
    if (content == "/")
        QVERIFY(QDir().mkpath(name));
    else if (content != "-")
        writeFile(name, content);
    const ProgramResult result = ask({u"Where is my AI spend going?"_s, u"--attach"_s, name});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(message(result).contains(says), result.out.constData());
    QCOMPARE(kept(result), u"Nothing was sent."_s);
    QVERIFY2(!result.err.contains("QNativeSocketEngine"), result.err.constData());
}

void TestBadDays::unknownThreadIsNotReplacedByAnother() {
    startSignedIn();
    const ProgramResult result = ask({u"Hello there"_s, u"--thread"_s, u"thread_0000"_s});
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result), u"The server does not know the conversation thread_0000."_s);
    QCOMPARE(kept(result), u"Nothing was sent."_s);
}

void TestBadDays::longAndStrangeTexts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("emoji, right to left, NUL")
        << QByteArray("\xf0\x9f\x92\xb8 \xd9\x85\xd8\xb1 \0 spend?", 18) << 0;
    QTest::newRow("one megabyte") << QByteArray("word ").repeated(200'000) << 2;
    QTest::newRow("more than a frame") << QByteArray("word ").repeated(1'000'000) << 2;
}

void TestBadDays::longAndStrangeTexts() {
    QFETCH(QByteArray, text);
    QFETCH(int, exitCode);
    startSignedIn();
    const ProgramResult result = ask({u"-"_s}, text);
    QVERIFY2(result.exitCode == exitCode, result.err.left(500).constData());
    if (exitCode != 0)
        QVERIFY2(kept(result).startsWith(u"Your message is kept"_s), result.out.constData());
}

void TestBadDays::recordingToAFullDisk() {
    startSignedIn();
    const ProgramResult result = ask({u"Hello there"_s, u"--record"_s, u"/dev/full"_s});
    QCOMPARE(result.exitCode, 1);
    QCOMPARE(result.json().value(u"runs"_s)[0][u"outcome"_s].toString(), u"completed"_s);
    QCOMPARE(result.json().value(u"recording_error"_s)[u"kept"_s].toString(),
             u"The run goes on; it is not recorded from here on."_s);
}

void TestBadDays::outputThatCannotBeWritten_data() {
    QTest::addColumn<QString>("redirection");
    QTest::newRow("closed") << u">&-"_s;
    QTest::newRow("full") << u">/dev/full"_s;
    QTest::newRow("reader gone") << u"| true; exit ${PIPESTATUS[0]}"_s;
}

void TestBadDays::outputThatCannotBeWritten() {
    QFETCH(QString, redirection);
    startSignedIn();
    const ProgramResult result =
        m_apex->runShell(u"\"$APEX\" ask 'Hello there' --environment local "_s + redirection);
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.err.contains("could not be written"), result.err.constData());
}

void TestBadDays::inspectOfWhatIsNoRecording_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("binary") << QByteArray("\0\1\2\xff\xfe", 5).repeated(1000);
    QTest::newRow("words") << QByteArray("hello\nworld\n");
    QTest::newRow("missing") << QByteArray("-");
    QTest::newRow("folder") << QByteArray("/");
}

void TestBadDays::inspectOfWhatIsNoRecording() {
    QFETCH(QByteArray, content);
    const QString name = path(u"run.apexrec"_s);
    if (content == "/")
        QVERIFY(QDir().mkpath(name));
    else if (content != "-")
        writeFile(name, content);
    const ProgramResult result = m_apex->run({u"inspect"_s, u"--json"_s, name});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(!message(result).isEmpty(), result.out.constData());
    QVERIFY(!result.err.isEmpty());
}

void TestBadDays::sessionRecordingsAreUnderstood() {
    startSignedIn();
    QCOMPARE(ask({u"Where is my AI spend going?"_s, u"--attach"_s, sample}).exitCode, 0);
    const QDir account(path(u"data/accounts/local"_s));
    const QString user = account.entryList(QDir::Dirs | QDir::NoDotAndDotDot).value(0);
    const QDir recordings(account.filePath(user + u"/recordings"_s));
    const QString newest = recordings.entryList({u"*.apexrec"_s}, QDir::Files, QDir::Name).value(0);
    int runs = 0;
    for (const QString& name : recordings.entryList({u"*.apexrec"_s}, QDir::Files, QDir::Name)) {
        QVERIFY(fileContains(recordings.filePath(name), "link"));
        const ProgramResult result = m_apex->run({u"inspect"_s, u"--json"_s, recordings.filePath(name)});
        for (const QJsonValue& run : result.json().value(u"runs"_s).toArray()) {
            ++runs;
            QCOMPARE(run[u"outcome"_s].toString(), u"completed"_s);
            QCOMPARE(run[u"verdict"_s].toString(), u"ok"_s);
            QCOMPARE(result.exitCode, 0);
        }
    }
    QCOMPARE(runs, 1);
}

void TestBadDays::threeAtOnceKeepTheirOwnThreads() {
    startSignedIn();
    std::vector<std::unique_ptr<QProcess>> asking;
    for (int i = 0; i < 3; ++i)
        asking.push_back(m_apex->start({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s,
                                        u"local"_s, u"--attach"_s, sample, u"--json"_s}));
    QSet<QString> threads;
    for (const auto& process : asking) {
        QVERIFY(process->waitForFinished(30'000));
        const ProgramResult result{process->exitCode(), process->readAllStandardOutput(), {}};
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(result.json().value(u"runs"_s).toArray().size(), 1);
        threads.insert(result.json().value(u"thread_id"_s).toString());
    }
    QCOMPARE(threads.size(), 3);
}

void TestBadDays::shortLivedTokensAreRenewedByThemselves() {
    startSignedIn({u"--access-token-life"_s, u"5"_s});
    QElapsedTimer time;
    time.start();
    QTRY_VERIFY_WITH_TIMEOUT(time.elapsed() > 5'200, 10'000); // the token has run out
    std::vector<std::unique_ptr<QProcess>> asking;
    for (int i = 0; i < 3; ++i)
        asking.push_back(m_apex->start(
            {u"ask"_s, u"Hello there %1"_s.arg(i), u"--environment"_s, u"local"_s, u"--json"_s}));
    for (const auto& process : asking) {
        QVERIFY(process->waitForFinished(30'000));
        QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
    }
    QCOMPARE(ask({u"Hello again"_s}).exitCode, 0);
}

void TestBadDays::serverKilledInTheMiddle_data() {
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("says");
    QTest::newRow("killed") << SIGKILL << u"The connection broke and could not be restored within 15 s."_s;
    QTest::newRow("mute") << SIGSTOP << u"There was no end of the run within 5 s."_s;
}

void TestBadDays::serverKilledInTheMiddle() {
    QFETCH(int, signal);
    QFETCH(QString, says);
    startSignedIn();
    const QString usage = path(u"large.csv"_s);
    writeLargeUsage(usage, 80'000'000);
    const QString recording = path(u"run.apexrec"_s);
    const QString limit = signal == SIGSTOP ? u"5"_s : u"60"_s;
    const auto process =
        m_apex->start({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s, u"local"_s,
                       u"--attach"_s, usage, u"--record"_s, recording, u"--timeout"_s, limit, u"--json"_s});
    QTRY_VERIFY_WITH_TIMEOUT(fileContains(recording, "list_attachments"), 20'000);
    ::kill(static_cast<pid_t>(m_apex->server()->processId()), signal);
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, 60'000);
    ::kill(static_cast<pid_t>(m_apex->server()->processId()), SIGCONT);
    const ProgramResult result{process->exitCode(), process->readAllStandardOutput(),
                               process->readAllStandardError()};
    QVERIFY2(result.exitCode == 1, QByteArray(result.err + result.out).constData());
    QCOMPARE(message(result), says);
    QCOMPARE(result.json().value(u"runs"_s)[0][u"outcome"_s].toString(), u"no_outcome"_s);
    const ProgramResult looked = m_apex->run({u"inspect"_s, u"--json"_s, recording});
    QCOMPARE(looked.exitCode, 1);
    QCOMPARE(looked.json().value(u"runs"_s)[0][u"verdict"_s],
             result.json().value(u"runs"_s)[0][u"verdict"_s]);
}

void TestBadDays::hostileFrames() {
    ScriptedSocketServer server;
    server.onHttp("/auth/me", 200, "{}");
    server.onHttp("/api/threads", 200, "[]");
    server.onConnected([](QWebSocket& socket) {
        socket.sendTextMessage(u"{\"type\":\"connection_established\",\"data\":{\"connection_id\":\"c\"}}"_s);
    });
    server.onText([](QWebSocket& socket, const QString& text) {
        const QJsonObject prompt = QJsonDocument::fromJson(text.toUtf8()).object();
        if (prompt.value(u"type"_s) != u"user_message"_s)
            return;
        socket.sendTextMessage(
            u"{\"type\":\"agent_started\",\"agent_name\":\"Supervisor\",\"thread_id\":\"t1\",\"run_id\":\""_s +
            prompt.value(u"run_id"_s).toString() + u"\"}"_s);
        const QByteArray deep = QByteArray("[").repeated(100'000);
        socket.sendBinaryMessage(QByteArray("\0\xff\xfe", 3).repeated(100));
        socket.sendTextMessage(QString::fromUtf8(deep));
        socket.sendTextMessage(u"{\"type\":\"agent_started\",\"user_id\":\"mallory\",\"run_id\":\"r9\"}"_s);
        socket.sendTextMessage(
            u"{\"type\":\"agent_completed\",\"run_id\":\"r_other\",\"thread_id\":\"t_other\","
            "\"agent_name\":\"Supervisor\",\"final_response\":\"Not yours.\"}"_s);
        socket.sendTextMessage(QString(20 * 1024 * 1024, u'x'));
    });
    addProfile(u"elsewhere"_s, profile(server.httpUrl().toEncoded(), server.socketUrl().toEncoded()));
    const ProgramResult signedIn =
        m_apex->run({u"sign-in"_s, u"--environment"_s, u"elsewhere"_s, u"--token-stdin"_s, u"--json"_s},
                    forgedToken + '\n');
    QVERIFY2(signedIn.exitCode == 0, signedIn.err.constData());
    const QString recording = path(u"run.apexrec"_s);
    const ProgramResult result = m_apex->run({u"ask"_s, u"Hello"_s, u"--environment"_s, u"elsewhere"_s,
                                              u"--timeout"_s, u"3"_s, u"--record"_s, recording, u"--json"_s});
    QVERIFY2(result.exitCode == 1, QByteArray(result.err + result.out).left(3000).constData());
    QCOMPARE(result.json().value(u"runs"_s)[0][u"outcome"_s].toString(), u"no_outcome"_s);
    QVERIFY(!result.json().value(u"answer"_s).toString().contains(u"Not yours"_s));
    QVERIFY2(result.err.contains("could not be read"), result.err.left(2000).constData());
    const ProgramResult looked = m_apex->run({u"inspect"_s, u"--json"_s, recording});
    QCOMPARE(looked.exitCode, 1);
    QCOMPARE(looked.json().value(u"runs"_s)[0][u"outcome"_s].toString(), u"no_outcome"_s);
}

void TestBadDays::noSessionBus() {
    startSignedIn();
    m_apex->setVariable(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path=/nonexistent"_s);
    const ProgramResult result = ask({u"Hello there"_s});
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result), u"No keyring is running for this login."_s);
}

void TestBadDays::signOutWithoutTheServer() {
    ScriptedSocketServer server;
    server.onHttp("/auth/me", 200, "{}");
    addProfile(u"elsewhere"_s, profile(server.httpUrl().toEncoded(), server.socketUrl().toEncoded()));
    QCOMPARE(
        m_apex
            ->run({u"sign-in"_s, u"--environment"_s, u"elsewhere"_s, u"--token-stdin"_s}, forgedToken + '\n')
            .exitCode,
        0);
    const QByteArray address = "127.0.0.1:" + QByteArray::number(closedPort());
    addProfile(u"elsewhere"_s, profile("http://" + address, "ws://" + address + "/ws"));
    const ProgramResult result =
        m_apex->run({u"sign-out"_s, u"--environment"_s, u"elsewhere"_s, u"--json"_s});
    QVERIFY2(result.exitCode == 1, result.err.constData());
    QCOMPARE(result.json().value(u"revoked"_s), QJsonValue(false));
    QCOMPARE(message(result), u"You are signed out on this computer, but the server could not be told."_s);
    QVERIFY(m_apex->run({u"accounts"_s, u"--json"_s}).json().value(u"accounts"_s).toArray().isEmpty());
}

void TestBadDays::lockedKeyringIsNotSignedOut() {
    startSignedIn();
    const ProgramResult locked = m_apex->runShell(
        u"for c in $(dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets "
        "/org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias string:default); do "
        "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets "
        "org.freedesktop.Secret.Service.Lock array:objpath:$c >/dev/null; done"_s);
    QVERIFY2(locked.exitCode == 0, locked.err.constData());
    const ProgramResult result = ask({u"Hello there"_s});
    const ProgramResult signedIn = m_apex->signIn([](const QUrl& address) { (void)visitAndDecide(address); });
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(message(result), u"Your keyring (Secret Service) is locked."_s);
    QCOMPARE(kept(result), u"Nothing that it holds is lost."_s);
    QCOMPARE(signedIn.exitCode, 1);
    QVERIFY2(signedIn.err.contains("so the sign-in ends with this command"), signedIn.err.constData());
    QVERIFY(!signedIn.out.contains("in the keychain"));
}

QTEST_GUILESS_MAIN(TestBadDays)
#include "tst_bad_days.moc"
