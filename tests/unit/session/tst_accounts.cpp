// SPDX-License-Identifier: GPL-3.0-or-later
// Several accounts side by side, and one account through the end of its sign-in, against real sockets.
#include "support/session_home.h"

#include <QDirIterator>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::session;
using namespace apex::test;
using namespace Qt::StringLiterals;
using connection::LinkPhase;
using State = AccountSession::SignInState;

namespace {

/// Every byte of every file below a folder.
QByteArray allBytesBelow(const QString& folder) {
    QByteArray all;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly))
            all += file.readAll();
    }
    return all;
}

QStringList textsOf(const Conversation* chat) {
    QStringList texts;
    for (const Message& row : chat->messages())
        texts << row.text;
    return texts;
}

QByteArray answer(const QString& text) {
    return R"(,"payload":{"result":{"summary":")" + text.toUtf8() + R"("}})";
}

} // namespace

class TstAccounts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void interleavedFramesStayWithTheirAccount();
    void twoAccountsOfOneServerDoNotMix();
    void anAddedAccountLeavesTheOthersAlone();
    void signingInAgainKeepsRunDraftAndQueue();
    void anotherAccountsSignInIsRefused();
    void aRefusedTokenIsNotKept();
    void aMovedServerIsFollowed();
    void ticketsAreAskedForAndTheirIdIsUsed();
};

void TstAccounts::interleavedFramesStayWithTheirAccount() {
    Platform one;
    Platform two;
    Home home;
    AccountSession ann(home.parts(one, u"one"_s));
    AccountSession bob(home.parts(two, u"two"_s));
    ann.adoptPastedToken(tokenOf("ann"));
    bob.adoptPastedToken(tokenOf("bob"));
    QTRY_COMPARE(ann.linkState().phase, LinkPhase::Ready);
    QTRY_COMPARE(bob.linkState().phase, LinkPhase::Ready);
    // The same thread and run ids at both servers: nothing may go by them alone.
    Conversation* annChat = ann.openThread(ThreadId(u"t1"_s));
    Conversation* bobChat = bob.openThread(ThreadId(u"t1"_s));
    ann.sendMessage(annChat, u"anns question"_s, {});
    bob.sendMessage(bobChat, u"bobs question"_s, {});
    QTRY_COMPARE(one.prompts(), 1);
    QTRY_COMPARE(two.prompts(), 1);
    ann.saveDraft(ThreadId(u"t1"_s), u"anns draft"_s);
    for (int i = 0; i < 20; ++i) {
        const QByteArray run = "r" + QByteArray::number(i);
        for (Platform* platform : {&one, &two}) {
            platform->event("agent_started", run, "t1");
            const QString whose = platform == &one ? u"anns"_s : u"bobs"_s;
            platform->event("agent_completed", run, "t1", answer(whose + u" answer %1"_s.arg(i)));
        }
    }
    QTRY_VERIFY(textsOf(annChat).contains(u"anns answer 19"_s));
    QTRY_VERIFY(textsOf(bobChat).contains(u"bobs answer 19"_s));
    QVERIFY(textsOf(annChat).filter(u"bobs"_s).isEmpty());
    QVERIFY(textsOf(bobChat).filter(u"anns"_s).isEmpty());
    QCOMPARE(annChat->ledger().runs().size(), bobChat->ledger().runs().size());
    QVERIFY(bob.draft(ThreadId(u"t1"_s)).isEmpty());
    QVERIFY(!ann.promptHistory(10).contains(u"bobs question"_s));
    // Each server saw one account only, and each account's files hold nothing of the other.
    for (const SocketServerRequest& request : one.server.requests())
        QVERIFY(!request.headers.value("authorization").contains(tokenOf("bob").reveal()));
    for (const SocketServerRequest& request : two.server.requests())
        QVERIFY(!request.headers.value("authorization").contains(tokenOf("ann").reveal()));
    const SessionParts parts = home.parts(one);
    const QByteArray annsFiles =
        allBytesBelow(parts.paths.account(EnvironmentId(u"one"_s), UserId(u"ann"_s)));
    const QByteArray bobsFiles =
        allBytesBelow(parts.paths.account(EnvironmentId(u"two"_s), UserId(u"bob"_s)));
    QVERIFY(annsFiles.contains("anns answer") && !annsFiles.contains("bobs"));
    QVERIFY(bobsFiles.contains("bobs answer") && !bobsFiles.contains("anns"));
}

void TstAccounts::twoAccountsOfOneServerDoNotMix() {
    Platform platform;
    Home home;
    AccountSession ann(home.parts(platform));
    AccountSession bob(home.parts(platform));
    ann.adoptPastedToken(tokenOf("ann"));
    bob.adoptPastedToken(tokenOf("bob"));
    QTRY_COMPARE(ann.linkState().phase, LinkPhase::Ready);
    QTRY_COMPARE(bob.linkState().phase, LinkPhase::Ready);
    Conversation* annChat = ann.openThread(ThreadId(u"t1"_s));
    Conversation* bobChat = bob.openThread(ThreadId(u"t1"_s));
    // A server that sends everything to everybody: each account takes what names it.
    platform.event("agent_started", "r1", "t1", R"(,"user_id":"ann")");
    platform.event("agent_completed", "r1", "t1", R"(,"user_id":"ann")" + answer(u"for ann"_s));
    QTRY_VERIFY(textsOf(annChat).contains(u"for ann"_s));
    QTRY_VERIFY(bob.lastFrameAt().has_value());
    QVERIFY(textsOf(bobChat).filter(u"for ann"_s).isEmpty());
    QCOMPARE(platform.server.openSockets(), 2);
}

void TstAccounts::anAddedAccountLeavesTheOthersAlone() {
    Platform platform;
    Home home;
    AccountSession ann(home.parts(platform));
    ann.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(ann.linkState().phase, LinkPhase::Ready);
    SessionParts parts = home.parts(platform);
    parts.account = UserId();
    AccountSession added(parts);
    added.start();
    QCOMPARE(added.signInState(), State::SignedOut); // and not as ann, whose sign-in is stored
    added.adoptPastedToken(tokenOf("bob"));
    QTRY_COMPARE(added.linkState().phase, LinkPhase::Ready);
    QCOMPARE(added.user(), UserId(u"bob"_s));
    QCOMPARE(ann.linkState().phase, LinkPhase::Ready);
    added.signOut();
    QTRY_COMPARE(added.signInState(), State::SignedOut);
    QCOMPARE(ann.signInState(), State::SignedIn);
    // A later start finds the account it is told to use.
    parts.account = UserId(u"ann"_s);
    AccountSession again(parts);
    again.start();
    QTRY_COMPARE(again.signInState(), State::SignedIn);
    QCOMPARE(again.user(), UserId(u"ann"_s));
}

void TstAccounts::signingInAgainKeepsRunDraftAndQueue() {
    Platform platform;
    platform.server.onHttp("/auth/login", 200, pairFor("ann"));
    platform.server.onHttp("/auth/refresh", 401, R"({"detail":"Invalid refresh token"})");
    Home home;
    AccountSession session(platformParts(home, platform));
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    session.sendMessage(chat, u"the question"_s, {});
    QTRY_COMPARE(platform.prompts(), 1);
    const QByteArray run = platform.prompt(0)["run_id"_L1].toString().toUtf8();
    platform.event("agent_started", run, "t1");
    QTRY_VERIFY(chat->isRunning());
    session.saveDraft(ThreadId(u"t1"_s), u"half a thought"_s);

    platform.server.refuseUpgrades(401);
    platform.server.closeAll(4401, u"expired"_s);
    QTRY_COMPARE_WITH_TIMEOUT(session.signInState(), State::NeedsSignIn, 20'000);
    QVERIFY(!session.signInError().happened.isEmpty());
    session.sendMessage(chat, u"written meanwhile"_s, {});
    QCOMPARE(chat->messages().back().delivery, Delivery::Queued);

    // A failed try changes nothing of it.
    platform.server.onHttp("/auth/login", 401, R"({"detail":"Invalid credentials"})");
    session.signInWithPassword(u"ann@example.com"_s, Secret("wrong"));
    QTRY_COMPARE(session.signInAttemptError().kind, ErrorKind::Authentication);
    QCOMPARE(session.signInState(), State::NeedsSignIn);
    platform.server.onHttp("/auth/login", 200, pairFor("ann"));
    platform.server.refuseUpgrades(0);
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE_WITH_TIMEOUT(session.linkState().phase, LinkPhase::Ready, 20'000);
    QCOMPARE(session.openThread(ThreadId(u"t1"_s)), chat);
    QCOMPARE(session.draft(ThreadId(u"t1"_s)), u"half a thought"_s);
    QVERIFY(chat->isRunning());
    platform.event("agent_completed", run, "t1", answer(u"the answer"_s));
    QTRY_VERIFY(textsOf(chat).contains(u"the answer"_s));
    QTRY_COMPARE(platform.prompts(), 2);
    QCOMPARE(platform.prompt(1)["content"_L1].toString(), u"written meanwhile"_s);
    QCOMPARE(platform.server.textsOfType(u"user_message"_s).filter(u"the question"_s).size(), 1);
}

void TstAccounts::anotherAccountsSignInIsRefused() {
    Platform platform;
    platform.server.onHttp("/auth/login", 200, pairFor("ann"));
    platform.server.onHttp("/auth/refresh", 401, R"({"detail":"Invalid refresh token"})");
    Home home;
    AccountSession session(platformParts(home, platform));
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    platform.server.refuseUpgrades(401);
    platform.server.closeAll(4401);
    QTRY_COMPARE_WITH_TIMEOUT(session.signInState(), State::NeedsSignIn, 20'000);
    platform.server.onHttp("/auth/login", 200, pairFor("bob"));
    session.signInWithPassword(u"bob@example.com"_s, Secret("right"));
    QTRY_COMPARE(session.signInAttemptError().kind, ErrorKind::Conflict);
    QVERIFY(session.signInAttemptError().happened.contains(u"bob@example.com"_s));
    QCOMPARE(session.user(), UserId(u"ann"_s));
    QCOMPARE(session.openThread(ThreadId(u"t1"_s)), chat);
    // Somebody of the same name, as on another server: two equal names would explain nothing.
    platform.server.onHttp("/auth/login", 200, pairFor("ann-elsewhere", "ann"));
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_VERIFY(!session.signInAttemptError().happened.contains(u"bob@example.com"_s) &&
                !session.signInAttemptError().happened.isEmpty());
    QCOMPARE(session.signInAttemptError().kind, ErrorKind::Conflict);
    QCOMPARE(session.signInAttemptError().happened.count(u"ann@example.com"_s), 1);
    QCOMPARE(session.user(), UserId(u"ann"_s));
}

void TstAccounts::aRefusedTokenIsNotKept() {
    Platform platform;
    platform.server.onHttp("/auth/me", 401, R"({"detail":"Invalid token"})");
    Home home;
    AccountSession session(home.parts(platform));
    session.signInWithToken(tokenOf("ann"));
    QCOMPARE(session.signInState(), State::SigningIn);
    QTRY_COMPARE(session.signInState(), State::SignedOut);
    QVERIFY(!session.signInAttemptError().happened.isEmpty());
    QVERIFY(!session.signInAttemptError().forSupport().contains(u"eyJ"));
    platform.server.onHttp("/auth/me", 200, "{}");
    session.signInWithToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    // Nothing renews it; when the server is done with it, the person is asked.
    platform.server.refuseUpgrades(401);
    platform.server.closeAll(4401);
    QTRY_COMPARE_WITH_TIMEOUT(session.signInState(), State::NeedsSignIn, 20'000);
}

void TstAccounts::aMovedServerIsFollowed() {
    auto before = std::make_unique<Platform>();
    Platform after;
    Home home;
    AccountSession session(home.parts(*before));
    session.adoptPastedToken(tokenOf("ann"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    Conversation* chat = session.openThread(ThreadId(u"t1"_s));
    before.reset();
    QTRY_VERIFY_WITH_TIMEOUT(session.linkState().phase != LinkPhase::Ready, 20'000);
    session.sendMessage(chat, u"where are you?"_s, {});
    environment::Profile moved = session.profile();
    moved.apiUrl = after.server.httpUrl();
    moved.socketUrl = after.server.socketUrl();
    moved.issuer = after.server.httpUrl();
    session.followServer(moved);
    QTRY_COMPARE_WITH_TIMEOUT(session.linkState().phase, LinkPhase::Ready, 20'000);
    QTRY_COMPARE(after.prompts(), 1);
    QCOMPARE(session.openThread(ThreadId(u"t1"_s)), chat);
    QTRY_VERIFY(std::any_of(after.server.requests().begin(), after.server.requests().end(),
                            [](const auto& request) { return request.target.startsWith("/api/threads"); }));
}

void TstAccounts::ticketsAreAskedForAndTheirIdIsUsed() {
    Platform platform;
    platform.server.onHttp("/auth/login", 200, pairFor("ann"));
    // The address in a ticket names one fixed host whatever was asked; only the id counts.
    platform.server.onHttp(
        "/api/websocket/ticket", 200,
        R"({"ticket_id":"tick-1","expires_at":4102444800.5,"ttl_seconds":300,"single_use":true,)"
        R"("websocket_url":"wss://elsewhere.example/ws?ticket=tick-1"})");
    Home home;
    SessionParts parts = platformParts(home, platform);
    parts.profile.socketCredential = environment::SocketCredential::Ticket;
    AccountSession session(parts);
    session.signInWithPassword(u"ann@example.com"_s, Secret("right"));
    QTRY_COMPARE(session.linkState().phase, LinkPhase::Ready);
    const auto& requests = platform.server.requests();
    const auto upgrade = std::find_if(requests.begin(), requests.end(), [](const auto& request) {
        return request.headers.contains("upgrade");
    });
    QVERIFY(upgrade != requests.end());
    QVERIFY(upgrade->target.contains("ticket=tick-1"));
    QVERIFY(!upgrade->headers.contains("authorization"));
}

QTEST_GUILESS_MAIN(TstAccounts)
#include "tst_accounts.moc"
