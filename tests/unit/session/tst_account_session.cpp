// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/memory_store.h"
#include "history/archive.h"
#include "session/account_session.h"
#include "support/session_home.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::session;
using namespace apex::test;
using namespace Qt::StringLiterals;
using connection::LinkPhase;
using SignInState = AccountSession::SignInState;

namespace {

const Message* answerOf(const Conversation* conversation) {
    const Message* found = nullptr;
    for (const Message& row : conversation->messages()) {
        if (row.speaker == Speaker::Agent)
            found = &row;
    }
    return found;
}

QString utf8(const QJsonValue& value) {
    return value.toString();
}

} // namespace

class TstAccountSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void firstStartAsksForSignInWithoutTouchingTheStore();
    void oneMessageOneWholeRun();
    void queuedMessageIsSentOnce();
    void secondMessageOfANewThreadWaitsForItsId();
    void foreignEventsAreRefusedAndCounted();
    void demoIdentityIsShown();
    void lossInTheMiddleIsReadFromTheServerNotCalledDone();
    void unconfirmedMessageIsNotSentAgainByItself();
    void nothingIsSentToAServerThatLeaves();
    void missingReactionIsSaid();
    void threadRenamedByTheServer();
    void restartRebuildsTheTimeline();
    void queueOfAnEarlierLifeWaitsForAClick();
    void twoSessionsShareNothing();
    void filesAreCheckedBeforeAnythingIsSent();
    void filesAreUploadedFirst();
    void everyFrameIsRecorded();
    void signOutRemovesAndReports();
    void anotherAccountStartsEmpty();
};

void TstAccountSession::firstStartAsksForSignInWithoutTouchingTheStore() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    QCOMPARE(session.signInState(), SignInState::Unknown);
    session.start();
    QCOMPARE(session.signInState(), SignInState::SignedOut);
    QCOMPARE(session.linkState().phase, LinkPhase::Closed);
    QCOMPARE(platform.server.upgrades(), 0);
}

void TstAccountSession::oneMessageOneWholeRun() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    QCOMPARE(session.signInState(), SignInState::SignedIn);
    QCOMPARE(session.claims()->user, UserId(u"ann"_s));
    Conversation* chat = session.openThread({});
    QSignalSpy assigned(&session, &AccountSession::threadAssigned);
    session.sendMessage(chat, u"Why did costs rise?"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    QCOMPARE(utf8(platform.prompt(0)["content"_L1]), u"Why did costs rise?"_s);
    QVERIFY(platform.prompt(0)["thread_id"_L1].isNull());
    const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
    QVERIFY(run.startsWith("run_"));
    QCOMPARE(chat->messages()[0].delivery, Delivery::Sent);
    platform.server.sendAll(u"{\"type\":\"thread_created\",\"payload\":{\"thread_id\":\"t1\"}}"_s);
    platform.event("agent_started", run, "t1");
    QTRY_VERIFY(chat->isRunning());
    QCOMPARE(assigned.count(), 1);
    QCOMPARE(chat->thread(), ThreadId(u"t1"_s));
    QVERIFY(session.threads().front().running);
    platform.event("agent_completed", run, "t1", R"(,"final_response":"Because.")");
    QTRY_VERIFY(answerOf(chat) != nullptr);
    QCOMPARE(answerOf(chat)->kind, AnswerKind::Full);
    QCOMPARE(answerOf(chat)->text, u"Because."_s);
    QCOMPARE(session.openThread(ThreadId(u"t1"_s)), chat);
    QCOMPARE(session.threads().front().lastOutcome, runs::Outcome::Completed);
    QVERIFY(session.lastFrameAt().has_value());
}

void TstAccountSession::queuedMessageIsSentOnce() {
    Platform platform;
    platform.server.ignoreUpgrades(true);
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(platform.server.upgrades(), 1);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"one"_s, {});
    session.sendMessage(chat, u"two"_s, {});
    QCOMPARE(chat->messages()[0].delivery, Delivery::Queued);
    platform.server.ignoreUpgrades(false);
    platform.server.refuseUpgrades(503);
    platform.server.dropAll();
    QTRY_COMPARE_WITH_TIMEOUT(session.linkState().phase, LinkPhase::Waiting, 20'000);
    QCOMPARE(chat->messages()[1].delivery, Delivery::Queued);
    platform.server.refuseUpgrades(0);
    session.retryConnection();
    QTRY_COMPARE(platform.prompts(), 2);
    QCOMPARE(utf8(platform.prompt(0)["content"_L1]), u"one"_s);
    QCOMPARE(chat->messages()[0].delivery, Delivery::Sent);
    // Another connection sends nothing again.
    const int upgrades = platform.server.upgrades();
    platform.server.dropAll();
    QTRY_COMPARE(platform.server.upgrades(), upgrades + 1);
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    session.sendMessage(chat, u"three"_s, {});
    QTRY_COMPARE(platform.prompts(), 3);
    QCOMPARE(utf8(platform.prompt(2)["content"_L1]), u"three"_s);
}

void TstAccountSession::secondMessageOfANewThreadWaitsForItsId() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread({});
    session.sendMessage(chat, u"one"_s, {});
    session.sendMessage(chat, u"two"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    QCOMPARE(chat->messages()[1].delivery, Delivery::Queued);
    platform.server.sendAll(u"{\"type\":\"thread_created\",\"payload\":{\"thread_id\":\"t1\"}}"_s);
    QTRY_COMPARE(platform.prompts(), 2);
    QCOMPARE(utf8(platform.prompt(1)["thread_id"_L1]), u"t1"_s);
    // A second new conversation is a second thread.
    QVERIFY(session.openThread({}) != chat);
}

void TstAccountSession::foreignEventsAreRefusedAndCounted() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    Notices notices(session);
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    platform.event("agent_started", "r9", "t1", R"(,"user_id":"bob")");
    platform.event("agent_completed", "r9", "t1", R"(,"user_id":"bob","final_response":"Bob's secret")");
    platform.event("agent_started", "r1", "t1", R"(,"user_id":"ann")");
    QTRY_VERIFY(chat->isRunning());
    QCOMPARE(chat->ledger().runs().size(), size_t{1});
    QCOMPARE(answerOf(chat), nullptr);
    QVERIFY(notices.of(u"foreign"_s).contains(u"2"_s));
}

void TstAccountSession::demoIdentityIsShown() {
    Platform platform;
    Home home;
    platform.server.onConnected([](QWebSocket& socket) {
        socket.sendTextMessage(
            u"{\"type\":\"connection_established\",\"data\":{\"connection_id\":\"c\",\"user_id\":\"demo-use...\"}}"_s);
    });
    AccountSession session(home.parts(platform));
    Notices notices(session);
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    QVERIFY(notices.has(u"identity"_s));
    AccountSession demo(home.parts(platform, u"demo"_s));
    Notices demoNotices(demo);
    demo.adoptPastedToken(tokenOf("demo-user-001"));
    QTRY_COMPARE(demo.linkState().phase, LinkPhase::Ready);
    QVERIFY(!demoNotices.has(u"identity"_s));
}

void TstAccountSession::lossInTheMiddleIsReadFromTheServerNotCalledDone() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"Why?"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
    platform.event("agent_started", run, "t1");
    QTRY_VERIFY(chat->isRunning());
    platform.server.onHttp(
        "/api/threads/t1/messages", 200,
        R"({"messages":[{"id":"m1","role":"user","content":"Why?","created_at":1758207374,"metadata":{"run_id":")" +
            run +
            R"("}},{"id":"m2","role":"assistant","content":"Stored answer.","created_at":1758207375,"metadata":{"run_id":")" +
            run + R"("}}],"thread_id":"t1","total":2,"limit":100,"offset":0})");
    platform.server.dropAll();
    QTRY_VERIFY(answerOf(chat) != nullptr && answerOf(chat)->recovered);
    QCOMPARE(answerOf(chat)->text, u"Stored answer."_s);
    QTRY_COMPARE(answerOf(chat)->kind, AnswerKind::NotClosed);
    QCOMPARE(chat->ledger().runs()[0].outcome, runs::Outcome::None);
    QCOMPARE(platform.prompts(), 1);
    QCOMPARE(chat->messages()[0].id, MessageId(u"m1"_s));
}

void TstAccountSession::nothingIsSentToAServerThatLeaves() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    platform.server.sendAll(u"{\"type\":\"server_shutdown\",\"payload\":{\"message\":\"Restarting\"}}"_s);
    QTRY_VERIFY(session.isServerLeaving());
    Conversation* chat = session.openThread({});
    session.sendMessage(chat, u"hold this"_s, {});
    QCOMPARE(chat->messages()[0].delivery, Delivery::Queued);
    platform.server.closeAll(1012);
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Waiting);
    QCOMPARE(platform.prompts(), 0);
    session.retryConnection();
    QTRY_COMPARE(platform.prompts(), 1);
    QVERIFY(!session.isServerLeaving());
}

void TstAccountSession::missingReactionIsSaid() {
    Platform platform;
    Home home;
    SessionParts parts = home.parts(platform);
    parts.reactionNotice = std::chrono::milliseconds(50);
    AccountSession session(parts);
    QStringList said;
    connect(&session, &AccountSession::notice, this, [&said](const QString& key, const Error& error) {
        if (key == u"reaction"_s)
            said.append(error.happened);
    });
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    session.sendMessage(session.openThread({}), u"Why?"_s, {});
    QTRY_VERIFY(said.contains(u"There is no reaction from the server yet."_s));
    platform.event("agent_started", platform.prompt(0)["run_id"_L1].toString().toUtf8(), "t1");
    QTRY_VERIFY(said.last().isEmpty());
}

void TstAccountSession::unconfirmedMessageIsNotSentAgainByItself() {
    Platform platform;
    Home home;
    platform.server.onHttp("/api/threads/t1/messages", 200,
                           R"({"messages":[],"thread_id":"t1","total":0,"limit":100,"offset":0})");
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"Why?"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    platform.server.dropAll();
    QTRY_COMPARE(chat->messages()[0].delivery, Delivery::Failed);
    QVERIFY(!chat->messages()[0].error().action.isEmpty());
    QCOMPARE(platform.prompts(), 1);
    session.retryMessage(chat, chat->messages()[0].localId);
    QTRY_COMPARE(platform.prompts(), 2);
    QVERIFY(platform.prompt(0)["run_id"_L1] != platform.prompt(1)["run_id"_L1]);
    QCOMPARE(chat->messages().size(), size_t{1});
}

void TstAccountSession::threadRenamedByTheServer() {
    Platform platform;
    Home home;
    platform.server.onConnected([](QWebSocket& socket) {
        socket.sendTextMessage(u"{\"type\":\"handshake_response\",\"thread_id\":\"thread_hs\"}"_s);
        socket.sendTextMessage(u"{\"type\":\"connection_established\",\"data\":{\"connection_id\":\"c\"}}"_s);
    });
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread({});
    session.sendMessage(chat, u"Why?"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    QCOMPARE(utf8(platform.prompt(0)["thread_id"_L1]), u"thread_hs"_s);
    const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
    platform.server.sendAll(
        u"{\"type\":\"thread_created\",\"payload\":{\"thread_id\":\"thread_session_9\"}}"_s);
    platform.event("agent_started", run, "thread_session_9");
    QTRY_VERIFY(chat->isRunning());
    QCOMPARE(chat->thread(), ThreadId(u"thread_session_9"_s));
    // Events that still carry the old id find their way.
    platform.event("agent_completed", run, "thread_hs", R"(,"final_response":"Done.")");
    QTRY_VERIFY(!chat->isRunning());
    QCOMPARE(chat->ledger().runs().size(), size_t{1});
}

void TstAccountSession::restartRebuildsTheTimeline() {
    Platform platform;
    Home home;
    platform.server.onHttp("/api/threads/t1/messages", 503, "{}");
    {
        AccountSession session(home.parts(platform));
        session.adoptPastedToken(tokenOf("ann"));
        QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
        Conversation* chat = session.openThread(ThreadId(u"t1"_s));
        session.sendMessage(chat, u"Why?"_s, {});
        QTRY_COMPARE(platform.prompts(), 1);
        const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
        platform.event("agent_started", run, "t1");
        platform.event("tool_executing", run, "t1", R"(,"tool_name":"costs")");
        platform.event("tool_completed", run, "t1", R"(,"tool_name":"costs","results":{"sum":12})");
        platform.event("agent_completed", run, "t1", R"(,"final_response":"Because.")");
        QTRY_VERIFY(answerOf(chat) != nullptr && !chat->isRunning());
        session.sendMessage(chat, u"And then?"_s, {});
        QTRY_COMPARE(platform.prompts(), 2);
        platform.event("agent_started", platform.prompt(1)["run_id"_L1].toString().toUtf8(), "t1");
        QTRY_VERIFY(chat->isRunning());
        session.saveDraft(ThreadId(u"t1"_s), u"half a"_s);
    }
    AccountSession session(home.parts(platform));
    session.start();
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    QCOMPARE(chat->ledger().runs().size(), size_t{2});
    QCOMPARE(chat->ledger().runs()[0].outcome, runs::Outcome::Completed);
    QVERIFY(chat->ledger().runs()[0].steps.size() >= 2);
    QVERIFY(chat->ledger().runs()[1].ended);
    QCOMPARE(chat->ledger().runs()[1].outcome, runs::Outcome::None);
    const auto& rows = chat->messages();
    QCOMPARE(rows.size(), size_t{4});
    QCOMPARE(rows[0].text, u"Why?"_s);
    QCOMPARE(rows[1].text, u"Because."_s);
    QCOMPARE(rows[1].kind, AnswerKind::Full);
    QCOMPARE(rows[2].text, u"And then?"_s);
    QCOMPARE(rows[3].kind, AnswerKind::NotClosed);
    QCOMPARE(session.draft(ThreadId(u"t1"_s)), u"half a"_s);
    QCOMPARE(session.promptHistory(10).size(), 2);
    QCOMPARE(session.search(u"because"_s, 5).size(), size_t{1});
    QCOMPARE(platform.prompts(), 2);
}

void TstAccountSession::queueOfAnEarlierLifeWaitsForAClick() {
    Platform platform;
    platform.server.refuseUpgrades(503);
    Home home;
    {
        AccountSession session(home.parts(platform));
        session.adoptPastedToken(tokenOf("ann"));
        QTRY_COMPARE(session.signInState(), SignInState::SignedIn);
        session.sendMessage(session.openThread(ThreadId(u"t1"_s)), u"waiting"_s, {});
    }
    platform.server.refuseUpgrades(0);
    AccountSession session(home.parts(platform));
    session.start();
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    QCOMPARE(chat->messages().size(), size_t{1});
    QCOMPARE(chat->messages()[0].delivery, Delivery::Failed);
    QCOMPARE(platform.prompts(), 0);
    session.retryMessage(chat, chat->messages()[0].localId);
    QTRY_COMPARE(platform.prompts(), 1);
    QCOMPARE(utf8(platform.prompt(0)["content"_L1]), u"waiting"_s);
}

void TstAccountSession::twoSessionsShareNothing() {
    Platform one;
    Platform two;
    Home home;
    AccountSession first(home.parts(one, u"one"_s));
    AccountSession second(home.parts(two, u"two"_s));
    first.adoptPastedToken(tokenOf("ann"));
    second.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(first.linkState().phase, LinkPhase::Ready);
    QTRY_COMPARE(second.linkState().phase, LinkPhase::Ready);
    Conversation* a = first.openThread(ThreadId(u"t1"_s));
    Conversation* b = second.openThread(ThreadId(u"t1"_s));
    QVERIFY(a != b);
    one.event("agent_started", "r1", "t1");
    QTRY_VERIFY(a->isRunning());
    first.saveDraft(ThreadId(u"t1"_s), u"mine"_s);
    QVERIFY(!b->isRunning());
    QVERIFY(second.draft(ThreadId(u"t1"_s)).isEmpty());
    QCOMPARE(home.recordings().size(), 2);
    second.signOut();
    QTRY_COMPARE(second.signInState(), SignInState::SignedOut);
    QCOMPARE(first.signInState(), SignInState::SignedIn);
    QCOMPARE(first.linkState().phase, LinkPhase::Ready);
    one.event("agent_completed", "r1", "t1", R"(,"final_response":"Done.")");
    QTRY_VERIFY(!a->isRunning());
}

void TstAccountSession::filesAreCheckedBeforeAnythingIsSent() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"see file"_s, {home.folder.filePath(u"none.csv"_s)});
    QCOMPARE(chat->messages()[0].delivery, Delivery::Failed);
    QCOMPARE(chat->messages()[0].error().kind, ErrorKind::NotFound);
    // Inline files have to be JSON lines; what is not is refused before it leaves.
    QFile csv(home.folder.filePath(u"usage.csv"_s));
    QVERIFY(csv.open(QIODevice::WriteOnly));
    csv.write("a,b\n1,2\n");
    csv.close();
    session.sendMessage(chat, u"see file"_s, {csv.fileName()});
    QCOMPARE(chat->messages()[1].delivery, Delivery::Failed);
    QFile lines(home.folder.filePath(u"usage.jsonl"_s));
    QVERIFY(lines.open(QIODevice::WriteOnly));
    lines.write("{\"cost\":1}\n\n{\"cost\":2}\n");
    lines.close();
    session.sendMessage(chat, u"see file"_s, {lines.fileName()});
    QTRY_COMPARE(platform.prompts(), 1);
    QCOMPARE(platform.prompt(0)["jsonl_logs"_L1].toArray().size(), 2);
    QCOMPARE(chat->messages()[2].attachments, QStringList{u"usage.jsonl"_s});
}

void TstAccountSession::filesAreUploadedFirst() {
    Platform platform;
    int uploads = 0;
    platform.server.onHttp("/api/files", [&uploads](const test::SocketServerRequest&) {
        const QByteArray id = QByteArray::number(++uploads);
        return std::pair(200, QByteArray(R"({"file_id":"f)" + id + R"(","name":"x","size_bytes":3})"));
    });
    Home home;
    SessionParts parts = home.parts(platform);
    parts.profile.attachments = environment::AttachmentTransport::Upload;
    AccountSession session(parts);
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    QStringList files;
    for (const QString& name : {u"a.csv"_s, u"b.csv"_s}) {
        QFile file(home.folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b\n1,2\n");
        files.append(file.fileName());
    }
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"see files"_s, files);
    QCOMPARE(chat->messages()[0].delivery, Delivery::Uploading);
    session.sendMessage(chat, u"after the files"_s, {});
    QTRY_COMPARE(platform.prompts(), 2);
    QCOMPARE(utf8(platform.prompt(0)["content"_L1]), u"see files"_s);
    const QByteArray references =
        QJsonDocument(platform.prompt(0)["references"_L1].toArray()).toJson(QJsonDocument::Compact);
    QCOMPARE(references, QByteArray(R"(["f1","f2"])"));
}

void TstAccountSession::everyFrameIsRecorded() {
    Platform platform;
    Home home;
    qsizetype frames = 0;
    {
        AccountSession session(home.parts(platform));
        connect(&session, &AccountSession::frame, this, [&frames] { ++frames; });
        session.adoptPastedToken(tokenOf("ann"));
        QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
        platform.server.sendAll(u"not json"_s);
        platform.event("agent_started", "r1", "t1");
        session.sendMessage(session.openThread(ThreadId(u"t1"_s)), u"hello"_s, {});
        QTRY_VERIFY(frames >= 4);
    }
    QCOMPARE(home.recordings().size(), 1);
    QFile file(home.recordings().front());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray all = file.readAll();
    QCOMPARE(all.count("\"dir\":"), frames);
    QVERIFY(all.contains("\"text\":\"not json\""));
    QVERIFY(all.contains("\"link\":\"ready\""));
    QVERIFY(all.contains("\"end\":true"));
    QVERIFY(!all.contains("c2lnbmF0dXJl"));
}

void TstAccountSession::signOutRemovesAndReports() {
    Platform platform;
    Home home;
    {
        AccountSession session(home.parts(platform));
        session.adoptPastedToken(tokenOf("ann"));
        QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
        QPointer<Conversation> chat = session.openThread(ThreadId(u"t1"_s));
        session.signOut();
        QTRY_COMPARE(session.signInState(), SignInState::SignedOut);
        QTRY_COMPARE(platform.server.openSockets(), 0);
        QTRY_VERIFY(chat.isNull());
        QVERIFY(!session.claims());
        QVERIFY(session.threads().empty());
    }
    AccountSession again(home.parts(platform));
    again.start();
    QCOMPARE(again.signInState(), SignInState::SignedOut);
}

void TstAccountSession::anotherAccountStartsEmpty() {
    Platform platform;
    Home home;
    AccountSession session(home.parts(platform));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    session.openThread(ThreadId(u"t1"_s));
    session.saveDraft(ThreadId(u"t1"_s), u"Ann's"_s);
    platform.event("agent_started", "r1", "t1");
    QTRY_COMPARE(session.threads().size(), size_t{1});
    // The same person again keeps everything, another one finds nothing.
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.signInState(), SignInState::SignedIn);
    QCOMPARE(session.threads().size(), size_t{1});
    session.signOut();
    QTRY_COMPARE(session.signInState(), SignInState::SignedOut);
    session.adoptPastedToken(tokenOf("bob"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    QCOMPARE(session.claims()->user, UserId(u"bob"_s));
    QVERIFY(session.threads().empty());
    QVERIFY(session.draft(ThreadId(u"t1"_s)).isEmpty());
    QCOMPARE(home.recordings().size(), 2);
}

QTEST_GUILESS_MAIN(TstAccountSession)
#include "tst_account_session.moc"
