// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/storage/database.h"
#include "integration/backend_server/backend_client.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTcpSocket>
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

QString runIdOf(const ChatProbe& probe, const QString& type) {
    return probe.ofType(type).value(0).value("run_id"_L1).toString();
}

} // namespace

class TestBackendChat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    // Runs
    void messageRunsAndIsStored();
    void answerIsStoredBeforeTheEndIsTold();
    void messageBeforeTheAcknowledgementIsServed();
    void greetedThreadCanBeUsed();
    void clientRunIdIsAdoptedOnce();
    void attachmentsReachTheRun();
    void jsonlLogsReachTheRun();
    void unknownReferenceIsRefused();
    void stopReallyStops();
    void exceptionInTheRunIsAnError();
    void framesGoToAllSocketsOfTheUserOnly();
    void missedFramesAreRecovered();
    void slowSocketDoesNotBlockTheRun();
    void noCharacterIsTornApart();
    void threadRequestsOnTheSocket();
    void runLimit();

    // Stopping and restarting
    void stoppingEndsRunsAndSaysGoodbye();
#ifdef Q_OS_UNIX
    void signalStopsIt();
#endif
    void restartKeepsState();
    void interruptedRunIsReported();

private:
    QString dataDir() const {
        return m_folder->filePath(u"data"_s);
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestBackendChat::init() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestBackendChat::messageRunsAndIsStored() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"start_agent"_s, {{"user_request"_L1, "hello world"_L1}, {"thread_id"_L1, QJsonValue()}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    const QString thread = createdThread(probe);
    QVERIFY(!thread.isEmpty());
    QCOMPARE(probe.types().mid(2),
             (QStringList{u"thread_created"_s, u"thread_renamed"_s, u"ack"_s, u"agent_started"_s,
                          u"agent_thinking"_s, u"agent_completed"_s}));
    QCOMPARE(probe.ofType(u"thread_renamed"_s).at(0).value("new_title"_L1).toString(), u"hello world"_s);
    const QString run = runIdOf(probe, u"agent_started"_s);
    QCOMPARE(probe.ofType(u"ack"_s).at(0).value("run_id"_L1).toString(), run);
    // The answer is stored before the client hears of the end.
    const QJsonArray messages =
        client.get(u"/api/threads/%1/messages"_s.arg(thread), token).object().value("messages"_L1).toArray();
    QCOMPARE(messages.size(), 2);
    const QJsonObject answer = messages.at(1).toObject();
    QCOMPARE(answer.value("role"_L1).toString(), u"assistant"_s);
    QCOMPARE(answer.value("content"_L1).toString(), u"Hi **there**"_s);
    const QJsonObject metadata = answer.value("metadata"_L1).toObject();
    QCOMPARE(metadata.value("run_id"_L1).toString(), run);
    QCOMPARE(metadata.value("report_type"_L1).toString(), u"guidance"_s);
    QCOMPARE(metadata.value("run_end"_L1).toString(), u"completed"_s);
    // The next message of the thread sees what was said.
    probe.send(u"chat_message"_s, {{"text"_L1, "hello again"_L1}, {"thread_id"_L1, thread}});
    QTRY_COMPARE(probe.ofType(u"agent_completed"_s).size(), 2);
    QCOMPARE(server.earlierSeen.load(), 2);
    QCOMPARE(probe.ofType(u"thread_created"_s).size(), 1);
    QCOMPARE(probe.ofType(u"thread_renamed"_s).size(), 1);
}

void TestBackendChat::answerIsStoredBeforeTheEndIsTold() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "linger"_L1}});
    QTRY_VERIFY(probe.has(u"agent_thinking"_s));
    for (int i = 1; i <= 3; ++i) {
        probe.sendText(u"{\"type\":\"ping\"}"_s);
        QTRY_COMPARE(probe.ofType(u"pong"_s).size(), i);
    }
    QVERIFY(!probe.has(u"agent_completed"_s));
    server.gate.release();
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    const Answer messages = client.get(u"/api/threads/%1/messages"_s.arg(createdThread(probe)), token);
    QCOMPARE(messages.object().value("total"_L1).toInt(), 2);
}

void TestBackendChat::messageBeforeTheAcknowledgementIsServed() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QSignalSpy connected(&probe.socket(), &QWebSocket::connected);
    QVERIFY(connected.wait());
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QCOMPARE(probe.types().first(), u"handshake_response"_s);
}

void TestBackendChat::greetedThreadCanBeUsed() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"handshake_response"_s));
    const QString proposed = probe.ofType(u"handshake_response"_s).at(0).value("thread_id"_L1).toString();
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}, {"thread_id"_L1, proposed}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QCOMPARE(createdThread(probe), proposed);
}

void TestBackendChat::clientRunIdIsAdoptedOnce() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    const QJsonObject message{{"content"_L1, "hello"_L1}, {"run_id"_L1, "cli_20260101_1"_L1}};
    probe.send(u"user_message"_s, message);
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QCOMPARE(runIdOf(probe, u"agent_completed"_s), u"cli_20260101_1"_s);
    // The same message again is not run again.
    probe.send(u"user_message"_s, message);
    QTRY_COMPARE(probe.ofType(u"ack"_s).size(), 2);
    QCOMPARE(probe.ofType(u"ack"_s).at(1).value("status"_L1).toString(), u"duplicate"_s);
    // Another message under the same id, or an id that is none, gets an id of the server.
    probe.send(u"user_message"_s, {{"content"_L1, "hello 2"_L1}, {"run_id"_L1, "cli_20260101_1"_L1}});
    probe.send(u"user_message"_s, {{"content"_L1, "hello 3"_L1}, {"run_id"_L1, "../x y"_L1}});
    QTRY_COMPARE(probe.ofType(u"agent_completed"_s).size(), 3);
    for (int i = 1; i < 3; ++i)
        QVERIFY(probe.ofType(u"agent_completed"_s).at(i).value("run_id"_L1).toString().contains(u"_run_"_s));
}

void TestBackendChat::attachmentsReachTheRun() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    const QString file = client.send("POST", u"/api/files?name=usage.csv"_s, "a,b\n1,2", "text/csv", token)
                             .object()
                             .value("file_id"_L1)
                             .toString();
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "files please"_L1}, {"references"_L1, QJsonArray{file}}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QCOMPARE(probe.ofType(u"agent_completed"_s).at(0).value("final_response"_L1).toString(),
             u"usage.csv:7:a,b\n1,2"_s);
    // Later messages of the thread still see the file.
    const QString thread = createdThread(probe);
    probe.send(u"user_message"_s, {{"content"_L1, "files again"_L1}, {"thread_id"_L1, thread}});
    QTRY_COMPARE(probe.ofType(u"agent_completed"_s).size(), 2);
    QCOMPARE(probe.ofType(u"agent_completed"_s).at(1).value("final_response"_L1).toString(),
             u"usage.csv:7:a,b\n1,2"_s);
    const QJsonArray messages =
        client.get(u"/api/threads/%1/messages"_s.arg(thread), token).object().value("messages"_L1).toArray();
    const QJsonArray attached =
        messages.at(0).toObject().value("metadata"_L1).toObject().value("attachments"_L1).toArray();
    QCOMPARE(attached.at(0).toObject().value("name"_L1).toString(), u"usage.csv"_s);
}

void TestBackendChat::jsonlLogsReachTheRun() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    const QJsonArray records{QJsonObject{{"model"_L1, "m"_L1}, {"tokens"_L1, 5}}, "text"_L1, 7};
    probe.send(u"user_message"_s, {{"content"_L1, "files"_L1}, {"jsonl_logs"_L1, records}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    QCOMPARE(probe.ofType(u"agent_completed"_s).at(0).value("final_response"_L1).toString(),
             u"logs.jsonl:34:{\"model\":\"m\",\"tokens\":5}\n\"text\"\n7\n"_s);
}

void TestBackendChat::unknownReferenceIsRefused() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "files"_L1}, {"references"_L1, QJsonArray{"file_x"_L1}}});
    QTRY_VERIFY(probe.has(u"error_message"_s));
    QCOMPARE(probe.ofType(u"error_message"_s).at(0).value("error_code"_L1).toString(), u"NOT_FOUND"_s);
    QVERIFY(!probe.has(u"ack"_s));
    QVERIFY(client.get(u"/api/threads"_s, token).array().isEmpty());
}

void TestBackendChat::stopReallyStops() {
    RunningServer server(dataDir());
    Client client(server);
    const QString token = client.signIn(u"Ana"_s).access;
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "wait a"_L1}, {"run_id"_L1, "run_a"_L1}});
    probe.send(u"user_message"_s, {{"content"_L1, "wait b"_L1}, {"run_id"_L1, "run_b"_L1}});
    QTRY_COMPARE(probe.ofType(u"agent_started"_s).size(), 2);
    probe.send(u"stop_agent"_s, {{"run_id"_L1, "run_a"_L1}});
    QTRY_VERIFY(probe.has(u"agent_stopped"_s));
    QCOMPARE(runIdOf(probe, u"agent_stopped"_s), u"run_a"_s);
    QCOMPARE(server.finishedRuns.load(), 1);
    probe.send(u"stop_agent"_s);
    QTRY_COMPARE(probe.ofType(u"agent_stopped"_s).size(), 2);
    QTRY_COMPARE(server.finishedRuns.load(), 2);
    probe.send(u"stop_agent"_s);
    QTRY_COMPARE(probe.ofType(u"ack"_s).last().value("status"_L1).toString(), u"nothing_to_stop"_s);
    const QJsonArray messages = client.get(u"/api/threads/%1/messages"_s.arg(createdThread(probe)), token)
                                    .object()
                                    .value("messages"_L1)
                                    .toArray();
    QCOMPARE(messages.at(1).toObject().value("metadata"_L1).toObject().value("run_end"_L1).toString(),
             u"stopped"_s);
}

void TestBackendChat::exceptionInTheRunIsAnError() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"A run ended by an exception"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "throw it"_L1}, {"run_id"_L1, "run_t"_L1}});
    QTRY_VERIFY(probe.has(u"agent_error"_s));
    QCOMPARE(runIdOf(probe, u"agent_error"_s), u"run_t"_s);
    QVERIFY(!probe.ofType(u"agent_error"_s).at(0).value("error"_L1).toString().contains(u"boom"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
}

void TestBackendChat::framesGoToAllSocketsOfTheUserOnly() {
    RunningServer server(dataDir());
    Client client(server);
    const QString ana = client.signIn(u"Ana"_s).access;
    ChatProbe first(server, ana);
    ChatProbe second(server, ana);
    ChatProbe other(server, client.signIn(u"Bo"_s).access);
    QTRY_VERIFY(first.has(u"connection_established"_s) && second.has(u"connection_established"_s) &&
                other.has(u"connection_established"_s));
    first.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
    QTRY_VERIFY(first.has(u"agent_completed"_s) && second.has(u"agent_completed"_s));
    other.sendText(u"{\"type\":\"ping\"}"_s);
    QTRY_VERIFY(other.has(u"pong"_s));
    QCOMPARE(other.frames().size(), 3);
}

void TestBackendChat::missedFramesAreRecovered() {
    RunningServer server(dataDir());
    const QString token = Client(server).signIn(u"Ana"_s).access;
    {
        ChatProbe probe(server, token);
        QTRY_VERIFY(probe.has(u"connection_established"_s));
        probe.send(u"user_message"_s, {{"content"_L1, "gate"_L1}, {"run_id"_L1, "run_g"_L1}});
        QTRY_VERIFY(probe.has(u"agent_started"_s));
        probe.close();
        QTRY_COMPARE(probe.closeCode(), 1000);
    }
    server.gate.release();
    QTRY_COMPARE(server.finishedRuns.load(), 1);
    ChatProbe back(server, token);
    QTRY_VERIFY(back.has(u"agent_completed"_s));
    QCOMPARE(back.types(), (QStringList{u"handshake_response"_s, u"connection_established"_s,
                                        u"agent_thinking"_s, u"agent_completed"_s}));
    for (const QJsonObject& frame : back.frames().mid(2)) {
        QVERIFY(frame.value("recovered"_L1).toBool());
        QCOMPARE(frame.value("run_id"_L1).toString(), u"run_g"_s);
    }
    // They come once.
    ChatProbe again(server, token);
    QTRY_VERIFY(again.has(u"connection_established"_s));
    again.sendText(u"{\"type\":\"ping\"}"_s);
    QTRY_VERIFY(again.has(u"pong"_s));
    QCOMPARE(again.frames().size(), 3);
}

void TestBackendChat::slowSocketDoesNotBlockTheRun() {
    RunningServer server(dataDir(),
                         [](ServerOptions& options) { options.maxQueuedBytesPerSocket = 1'000'000; });
    const QString token = Client(server).signIn(u"Ana"_s).access;
    // This socket never reads what it is sent; the system's buffers take a few megabytes of 36.
    QTcpSocket dead;
    dead.setReadBufferSize(1024);
    dead.connectToHost(u"127.0.0.1"_s, server.port());
    QVERIFY(dead.waitForConnected());
    dead.write(upgradeRequest(server.port(), "Authorization: Bearer " + token.toLatin1() + "\r\n"));
    QVERIFY(dead.waitForReadyRead());
    const QByteArray json = R"({"type":"user_message","payload":{"content":"flood 600 60000"}})";
    QByteArray head("\x81");
    head += static_cast<char>(0x80 | json.size());
    head += QByteArray(4, '\0');
    dead.write(head + json);
    QTRY_COMPARE_WITH_TIMEOUT(server.finishedRuns.load(), 1, 20'000);
    // It was given up, and what it did not take waits for the next socket, in order and to the end.
    ChatProbe later(server, token);
    QTRY_VERIFY_WITH_TIMEOUT(later.has(u"agent_completed"_s), 20'000);
    const QList<QJsonObject> thoughts = later.ofType(u"agent_thinking"_s);
    QVERIFY(thoughts.size() > 100);
    const int first = thoughts.front().value("step"_L1).toInt();
    for (qsizetype i = 0; i + 1 < thoughts.size(); ++i)
        QCOMPARE(thoughts.at(i).value("step"_L1).toInt(), first + static_cast<int>(i));
    QCOMPARE(thoughts.at(thoughts.size() - 2).value("step"_L1).toInt(), 599);
    QVERIFY(thoughts.front().value("recovered"_L1).toBool());
}

/// Qt's WebSocket takes a character of several bytes for broken text if it lies in two fragments: whatever
/// the place of the character, the answer arrives on this connection.
void TestBackendChat::noCharacterIsTornApart() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, u"flood 3 40000 €"_s}});
    QTRY_VERIFY_WITH_TIMEOUT(probe.has(u"agent_completed"_s) || probe.closeCode() != 0, 20'000);
    QCOMPARE(probe.closeCode(), 0);
    QCOMPARE(probe.ofType(u"agent_thinking"_s).size(), 4);
}

void TestBackendChat::threadRequestsOnTheSocket() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
    const QJsonObject thread{{"thread_id"_L1, createdThread(probe)}};
    probe.send(u"switch_thread"_s, thread);
    probe.send(u"get_thread_history"_s, thread);
    probe.send(u"get_agent_context"_s, thread);
    probe.send(u"list_threads"_s);
    probe.send(u"create_thread"_s, {{"title"_L1, "Made here"_L1}});
    probe.send(u"delete_thread"_s, thread);
    probe.send(u"switch_thread"_s, {{"thread_id"_L1, "never"_L1}});
    QTRY_VERIFY(probe.has(u"error_message"_s));
    for (const QString& type : {u"thread_switched"_s, u"thread_history"_s, u"agent_context"_s,
                                u"thread_list"_s, u"thread_deleted"_s})
        QVERIFY2(probe.has(type), qPrintable(type));
    QCOMPARE(probe.ofType(u"thread_created"_s).size(), 2);
    const QJsonArray history =
        probe.ofType(u"thread_history"_s).at(0).value("payload"_L1).toObject().value("messages"_L1).toArray();
    QCOMPARE(history.size(), 2);
    QCOMPARE(history.at(0).toObject().value("role"_L1).toString(), u"user"_s);
}

void TestBackendChat::runLimit() {
    RunningServer server(dataDir(), [](ServerOptions& options) { options.maxRunsPerUser = 1; });
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "wait"_L1}});
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}, {"run_id"_L1, "second"_L1}});
    QTRY_VERIFY(probe.has(u"error_message"_s));
    const QJsonObject error = probe.ofType(u"error_message"_s).at(0);
    QCOMPARE(error.value("error_code"_L1).toString(), u"TOO_MANY_RUNS"_s);
    QCOMPARE(error.value("details"_L1).toObject().value("run_id"_L1).toString(), u"second"_s);
    probe.send(u"stop_agent"_s);
    QTRY_VERIFY(probe.has(u"agent_stopped"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
    QTRY_VERIFY(probe.has(u"agent_completed"_s));
}

void TestBackendChat::stoppingEndsRunsAndSaysGoodbye() {
    RunningServer server(dataDir());
    ChatProbe probe(server, Client(server).signIn(u"Ana"_s).access);
    QTRY_VERIFY(probe.has(u"connection_established"_s));
    probe.send(u"user_message"_s, {{"content"_L1, "wait"_L1}});
    QTRY_VERIFY(probe.has(u"agent_started"_s));
    QElapsedTimer timer;
    timer.start();
    auto stopped = std::async(std::launch::async, [&] { server.stop(); });
    QTRY_COMPARE(probe.closeCode(), 1001);
    QCOMPARE(probe.types().mid(probe.types().size() - 2),
             (QStringList{u"agent_stopped"_s, u"server_shutdown"_s}));
    stopped.get();
    QVERIFY(timer.elapsed() < 2000);
}

#ifdef Q_OS_UNIX
void TestBackendChat::signalStopsIt() {
    RunningServer server(dataDir(), [](ServerOptions& options) { options.handleSignals = true; });
    QVERIFY(server.isRunning());
    QCOMPARE(::kill(::getpid(), SIGTERM), 0);
    QTRY_VERIFY(!QFile::exists(dataDir() + u"/backend.json"_s));
    server.join();
    QVERIFY(!DataFolder::running(dataDir()));
}
#endif

void TestBackendChat::restartKeepsState() {
    Tokens tokens;
    QString thread;
    {
        RunningServer server(dataDir());
        Client client(server);
        tokens = client.signIn(u"Ana"_s);
        ChatProbe probe(server, tokens.access);
        QTRY_VERIFY(probe.has(u"connection_established"_s));
        probe.send(u"user_message"_s, {{"content"_L1, "hello"_L1}});
        QTRY_VERIFY(probe.has(u"agent_completed"_s));
        thread = createdThread(probe);
    }
    RunningServer server(dataDir());
    Client client(server);
    const Answer messages = client.get(u"/api/threads/%1/messages"_s.arg(thread), tokens.access);
    QCOMPARE(messages.object().value("total"_L1).toInt(), 2);
    QCOMPARE(client.postJson(u"/auth/refresh"_s, {{"refresh_token"_L1, tokens.refresh}}).status, 200);
    QVERIFY(client.get(client.authorizePath()).body.contains("ana@localhost"));
}

void TestBackendChat::interruptedRunIsReported() {
    QString token;
    QString thread;
    {
        RunningServer server(dataDir());
        Client client(server);
        token = client.signIn(u"Ana"_s).access;
        thread = client.postJson(u"/api/threads"_s, {}, token).object().value("id"_L1).toString();
    }
    {
        // What a process leaves behind that was killed during a run.
        const auto database = Database::open(dataDir());
        QVERIFY(database);
        QVERIFY((*database)->execute(u"INSERT INTO runs(id, account, thread, request, state, started_at) "
                                     "SELECT 'run_lost', account, id, 'x', 'running', 1 FROM threads"_s));
    }
    RunningServer server(dataDir());
    ChatProbe probe(server, token);
    QTRY_VERIFY(probe.has(u"agent_error"_s));
    QCOMPARE(runIdOf(probe, u"agent_error"_s), u"run_lost"_s);
    QVERIFY(probe.ofType(u"agent_error"_s).at(0).value("recovered"_L1).toBool());
    const QJsonArray messages = Client(server)
                                    .get(u"/api/threads/%1/messages"_s.arg(thread), token)
                                    .object()
                                    .value("messages"_L1)
                                    .toArray();
    QCOMPARE(messages.at(0).toObject().value("metadata"_L1).toObject().value("run_end"_L1).toString(),
             u"interrupted"_s);
}

QTEST_GUILESS_MAIN(TestBackendChat)
#include "tst_backend_chat.moc"
