// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/link.h"
#include "connection/rest_client.h"
#include "protocol/encoder.h"
#include "support/scripted_socket_server.h"

#include <QNetworkAccessManager>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::connection;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using apex::test::ScriptedSocketServer;

namespace {

const QString Established =
    u"{\"type\":\"connection_established\",\"data\":{\"connection_id\":\"c1\",\"user_id\":\"u1\"}}"_s;
const QString HandshakeResponse = u"{\"type\":\"handshake_response\",\"thread_id\":\"thread_hs\"}"_s;
const QString HandshakeComplete = u"{\"type\":\"handshake_complete\",\"thread_id\":\"thread_hs\"}"_s;
const QByteArray Token = "header.payload.signature-that-is-secret";

LinkTimings quick() {
    LinkTimings timings;
    timings.connectDeadline = 400ms;
    timings.greetingDeadline = 300ms;
    timings.handshakeComplete = 100ms;
    timings.autoWait = 100ms;
    timings.silence = 100ms;
    timings.pongDeadline = 100ms;
    timings.backoffBase = 20ms;
    timings.backoffCap = 60ms;
    timings.wakeJump = 60s;
    return timings;
}

environment::Profile profileOf(const ScriptedSocketServer& server) {
    environment::Profile profile;
    profile.id = EnvironmentId(u"test"_s);
    profile.apiUrl = server.httpUrl();
    profile.socketUrl = server.socketUrl();
    profile.greeting = environment::Greeting::Established;
    profile.handshakeSettle = 20ms;
    return profile;
}

TokenSource tokens(int* asked = nullptr) {
    return [asked](QObject* context, std::function<void(Expected<Secret>)> ready) {
        if (asked)
            ++*asked;
        QMetaObject::invokeMethod(
            context, [ready = std::move(ready)] { ready(Secret(QByteArray(Token))); }, Qt::QueuedConnection);
    };
}

void greets(ScriptedSocketServer& server) {
    server.onConnected([](QWebSocket& socket) { socket.sendTextMessage(Established); });
}

} // namespace

class TstLink : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void carriesTheTokenInOneWay_data();
    void carriesTheTokenInOneWay();
    void ticketIsFetchedForEachAttempt();
    void bothGreetings_data();
    void bothGreetings();
    void sendsNothingBeforeTheGreeting();
    void refusedUpgrades_data();
    void refusedUpgrades();
    void closeCodes_data();
    void closeCodes();
    void droppedConnectionIsReopenedOnce();
    void muteServerIsGivenUp();
    void upgradeThatNeverComesIsGivenUp();
    void unreachableServer();
    void deadConnectionIsFoundByPing();
    void answersPingAndHeartbeat();
    void keepsEveryFrame();
    void tooLargeFramesAreRefusedLocally();
    void overlongFrameCloses1009();
    void closedLinkStaysClosed();
    void restRefreshesOnce();
    void restTellsNotFoundFromSignedOut_data();
    void restTellsNotFoundFromSignedOut();
    void restStreamsUploads();
    void restFollowsNoRedirectElsewhere();
    void restPagesThreads();
};

void TstLink::carriesTheTokenInOneWay_data() {
    QTest::addColumn<int>("way");
    QTest::newRow("header") << static_cast<int>(environment::SocketCredential::Header);
    QTest::newRow("subprotocol") << static_cast<int>(environment::SocketCredential::Subprotocol);
}

void TstLink::carriesTheTokenInOneWay() {
    QFETCH(int, way);
    ScriptedSocketServer server;
    greets(server);
    environment::Profile profile = profileOf(server);
    profile.socketCredential = static_cast<environment::SocketCredential>(way);
    SystemClock clock;
    Link link(profile, tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    const auto& headers = server.requests().front().headers;
    const bool byHeader = profile.socketCredential == environment::SocketCredential::Header;
    QCOMPARE(headers.value("authorization"), byHeader ? "Bearer " + Token : QByteArray());
    const QByteArray encoded =
        "jwt." + Token.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    QCOMPARE(headers.value("sec-websocket-protocol").contains(encoded), !byHeader);
    QVERIFY(!server.requests().front().target.contains(Token));
    QCOMPARE(link.state().connection, ConnectionId(u"c1"_s));
}

void TstLink::ticketIsFetchedForEachAttempt() {
    ScriptedSocketServer server;
    greets(server);
    int tickets = 0;
    server.onHttp("/api/websocket/ticket", [&tickets](const test::SocketServerRequest&) {
        const QByteArray id = QByteArray::number(++tickets);
        return std::pair(200, QByteArray(R"({"ticket_id":"tk)" + id + R"(","expires_at":1.5})"));
    });
    environment::Profile profile = profileOf(server);
    profile.socketCredential = environment::SocketCredential::Ticket;
    SystemClock clock;
    Link link(profile, tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    server.dropAll();
    QTRY_COMPARE(server.upgrades(), 2);
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    QStringList targets;
    for (const auto& request : server.requests()) {
        if (request.target.startsWith("/ws"))
            targets.append(QString::fromLatin1(request.target));
    }
    QCOMPARE(targets, (QStringList{u"/ws?ticket=tk1"_s, u"/ws?ticket=tk2"_s}));
}

void TstLink::bothGreetings_data() {
    QTest::addColumn<int>("greeting");
    QTest::addColumn<bool>("handshake");
    QTest::addColumn<bool>("established");
    QTest::addColumn<bool>("warned");
    using environment::Greeting;
    QTest::newRow("September, expected") << static_cast<int>(Greeting::Established) << false << true << false;
    QTest::newRow("October, expected") << static_cast<int>(Greeting::Handshake) << true << true << false;
    QTest::newRow("September, auto") << static_cast<int>(Greeting::Auto) << false << true << false;
    QTest::newRow("October, auto") << static_cast<int>(Greeting::Auto) << true << true << false;
    QTest::newRow("October without established")
        << static_cast<int>(Greeting::Handshake) << true << false << true;
    QTest::newRow("October expected, September met")
        << static_cast<int>(Greeting::Handshake) << false << true << true;
}

void TstLink::bothGreetings() {
    QFETCH(int, greeting);
    QFETCH(bool, handshake);
    QFETCH(bool, established);
    QFETCH(bool, warned);
    ScriptedSocketServer server;
    server.onConnected([handshake, established](QWebSocket& socket) {
        if (established)
            socket.sendTextMessage(Established);
        if (handshake)
            socket.sendTextMessage(HandshakeResponse);
    });
    server.onText([](QWebSocket& socket, const QString& text) {
        if (text.contains(u"handshake_acknowledged"_s))
            socket.sendTextMessage(HandshakeComplete);
    });
    environment::Profile profile = profileOf(server);
    profile.greeting = static_cast<environment::Greeting>(greeting);
    SystemClock clock;
    Link link(profile, tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    QCOMPARE(!link.state().error.happened.isEmpty(), warned);
    QCOMPARE(server.textsOfType(u"handshake_acknowledged"_s).size(), handshake ? 1 : 0);
    if (handshake)
        QVERIFY(server.textsOfType(u"handshake_acknowledged"_s).front().contains(u"thread_hs"_s));
    QCOMPARE(server.upgrades(), 1);
}

void TstLink::sendsNothingBeforeTheGreeting() {
    ScriptedSocketServer server;
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Greeting);
    const auto early = link.send("{}");
    QVERIFY(!early);
    QCOMPARE(early.error().kind, ErrorKind::Unavailable);
    server.sendAll(Established);
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    QVERIFY(server.texts().isEmpty());
    QVERIFY(link.send("{\"type\":\"user_message\"}"));
    QTRY_COMPARE(server.texts().size(), 1);
}

void TstLink::refusedUpgrades_data() {
    QTest::addColumn<int>("socketStatus");
    QTest::addColumn<int>("meStatus");
    QTest::addColumn<int>("phase");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("refusals");
    const auto row = [](const char* name, int socket, int me, LinkPhase phase, ErrorKind kind, int refusals) {
        QTest::newRow(name) << socket << me << static_cast<int>(phase) << static_cast<int>(kind) << refusals;
    };
    row("401", 401, 401, LinkPhase::Refused, ErrorKind::Authentication, 3);
    row("403", 403, 403, LinkPhase::Refused, ErrorKind::Denied, 0);
    row("429", 429, 429, LinkPhase::Waiting, ErrorKind::Unavailable, 0);
    row("503", 503, 503, LinkPhase::Waiting, ErrorKind::Unavailable, 0);
    row("403 at the socket, 200 at REST", 403, 200, LinkPhase::Refused, ErrorKind::Configuration, 0);
    row("401 at the socket, 200 at REST", 401, 200, LinkPhase::Refused, ErrorKind::Authentication, 3);
    row("404 at the socket, 200 at REST", 404, 200, LinkPhase::Waiting, ErrorKind::Network, 0);
}

void TstLink::refusedUpgrades() {
    QFETCH(int, socketStatus);
    QFETCH(int, meStatus);
    QFETCH(int, phase);
    QFETCH(int, kind);
    QFETCH(int, refusals);
    ScriptedSocketServer server;
    server.refuseUpgrades(socketStatus);
    server.onHttp("/auth/me", meStatus, "{}");
    SystemClock clock;
    LinkTimings timings = quick();
    timings.backoffBase = phase == static_cast<int>(LinkPhase::Waiting) ? 60'000ms : 20ms;
    timings.backoffCap = timings.backoffBase;
    Link link(profileOf(server), tokens(), clock, nullptr, timings);
    QSignalSpy refused(&link, &Link::credentialRefused);
    link.open();
    QTRY_COMPARE(static_cast<int>(link.state().phase), phase);
    QCOMPARE(static_cast<int>(link.state().error.kind), kind);
    QVERIFY(!link.state().error.happened.isEmpty());
    QCOMPARE(refused.count(), refusals);
    QVERIFY(!link.state().error.forSupport().contains(QString::fromLatin1(Token)));
}

void TstLink::closeCodes_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("refusals");
    const auto row = [](int code, ErrorKind kind, int refusals) {
        QTest::addRow("%d", code) << code << static_cast<int>(kind) << refusals;
    };
    row(1000, ErrorKind::Network, 0);
    row(1001, ErrorKind::Unavailable, 0);
    row(1008, ErrorKind::Authentication, 1);
    row(1009, ErrorKind::TooLarge, 0);
    row(1011, ErrorKind::Unavailable, 0);
    row(4401, ErrorKind::Authentication, 1);
    row(4403, ErrorKind::Denied, 0);
}

void TstLink::closeCodes() {
    QFETCH(int, code);
    QFETCH(int, kind);
    QFETCH(int, refusals);
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    LinkTimings timings = quick();
    timings.backoffBase = timings.backoffCap = 60'000ms;
    Link link(profileOf(server), tokens(), clock, nullptr, timings);
    QSignalSpy refused(&link, &Link::credentialRefused);
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    server.closeAll(code, u"the reason"_s);
    QTRY_VERIFY(link.state().phase == LinkPhase::Waiting || link.state().phase == LinkPhase::Refused);
    QCOMPARE(static_cast<int>(link.state().error.kind), kind);
    QVERIFY2(link.state().error.details.contains(u"close %1, reason: the reason"_s.arg(code)),
             qPrintable(link.state().error.details));
    QCOMPARE(refused.count(), refusals);
}

void TstLink::droppedConnectionIsReopenedOnce() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    QList<LinkState> states;
    connect(&link, &Link::stateChanged, this, [&states](const LinkState& state) { states.append(state); });
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    for (int round = 2; round < 6; ++round) {
        states.clear();
        server.dropAll();
        QTRY_COMPARE(server.upgrades(), round);
        QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
        QCOMPARE(states.front().phase, LinkPhase::Waiting);
        QVERIFY(states.front().error.details.contains(u"close 1006"_s));
        QVERIFY(states.front().retryAt.has_value());
    }
    QCOMPARE(server.openSockets(), 1);
    QCOMPARE(server.mostSockets(), 1);
}

void TstLink::muteServerIsGivenUp() {
    ScriptedSocketServer server;
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    link.open();
    QTRY_VERIFY(server.upgrades() >= 2);
    QCOMPARE(link.state().error.kind, ErrorKind::Timeout);
    QVERIFY(server.mostSockets() <= 1);
}

void TstLink::upgradeThatNeverComesIsGivenUp() {
    ScriptedSocketServer server;
    server.ignoreUpgrades(true);
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    link.open();
    QTRY_VERIFY(server.upgrades() >= 2);
    QCOMPARE(link.state().error.kind, ErrorKind::Timeout);
    server.ignoreUpgrades(false);
    greets(server);
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    QCOMPARE(server.openSockets(), 1);
}

void TstLink::unreachableServer() {
    environment::Profile profile;
    {
        ScriptedSocketServer gone;
        profile = profileOf(gone);
    }
    SystemClock clock;
    LinkTimings timings = quick();
    timings.backoffBase = timings.backoffCap = 60'000ms;
    Link link(profile, tokens(), clock, nullptr, timings);
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Waiting);
    QCOMPARE(link.state().error.kind, ErrorKind::Network);
    const int attempt = link.state().attempt;
    link.retryNow();
    QCOMPARE(link.state().attempt, attempt + 1);
}

void TstLink::deadConnectionIsFoundByPing() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    // A live peer answers the protocol ping by itself and stays.
    QTRY_VERIFY(link.state().roundTrip.has_value());
    QCOMPARE(server.upgrades(), 1);
    server.dropAll();
    server.dieAfter(R"({"type":"connection_established","data":{"connection_id":"dead"}})");
    QTRY_COMPARE(link.state().connection, ConnectionId(u"dead"_s));
    QTRY_VERIFY(link.state().phase == LinkPhase::Waiting);
    QVERIFY2(link.state().error.details.contains(u"ping"_s), qPrintable(link.state().error.details));
}

void TstLink::answersPingAndHeartbeat() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    server.sendAll(u"{\"type\":\"ping\",\"timestamp\":1234567890123}"_s);
    QTRY_COMPARE(server.textsOfType(u"pong"_s).size(), 1);
    QVERIFY(server.textsOfType(u"pong"_s).front().contains(u"1234567890123"_s));
    server.sendAll(u"{\"type\":\"heartbeat\",\"data\":{}}"_s);
    QTRY_COMPARE(server.textsOfType(u"heartbeat_ack"_s).size(), 1);
}

void TstLink::keepsEveryFrame() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    Link link(profileOf(server), tokens(), clock, nullptr, quick());
    QList<Frame> frames;
    connect(&link, &Link::frame, this, [&frames](const Frame& frame) { frames.append(frame); });
    QSignalSpy undecodable(&link, &Link::undecodable);
    int events = 0;
    connect(&link, &Link::event, this, [&](const protocol::Event&, const protocol::Receipt& receipt) {
        QVERIFY2(frames.back().receipt.frame >= receipt.frame, "the frame goes out before its events");
        ++events;
    });
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    events = 0;
    frames.clear();
    server.sendAll(u"this is not JSON"_s);
    server.sendAll(u"{\"type\":\"something_new\",\"x\":1}"_s);
    server.sendAll(u"{\"type\":\"token_refreshed\",\"data\":{\"new_token\":\"very-secret-value\"}}"_s);
    server.sendAll(u"[]"_s);
    QVERIFY(link.send("{\"type\":\"user_message\"}"));
    QTRY_COMPARE(frames.size(), 5);
    QCOMPARE(undecodable.count() >= 1, true);
    QVERIFY(events >= 2);
    for (qsizetype i = 1; i < frames.size(); ++i)
        QCOMPARE(frames[i].receipt.frame, frames[i - 1].receipt.frame + 1);
    const auto text = std::find_if(frames.begin(), frames.end(),
                                   [](const Frame& f) { return f.bytes == "this is not JSON"; });
    QVERIFY(text != frames.end());
    for (const Frame& frame : frames)
        QVERIFY2(!frame.bytes.contains("very-secret-value"), "tokens never leave the link");
    QCOMPARE(std::count_if(frames.begin(), frames.end(), [](const Frame& f) { return f.outgoing; }), 1);
    QCOMPARE(link.state().phase, LinkPhase::Ready);
}

void TstLink::tooLargeFramesAreRefusedLocally() {
    ScriptedSocketServer server;
    greets(server);
    environment::Profile profile = profileOf(server);
    profile.maxFrameBytes = 100;
    SystemClock clock;
    Link link(profile, tokens(), clock, nullptr, quick());
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    const auto sent = link.send(QByteArray(101, 'x'));
    QVERIFY(!sent);
    QCOMPARE(sent.error().kind, ErrorKind::TooLarge);
    QVERIFY(link.send("\"" + QByteArray(98, 'x') + "\""));
}

void TstLink::overlongFrameCloses1009() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    LinkTimings timings = quick();
    timings.backoffBase = timings.backoffCap = 60'000ms;
    timings.silence = timings.pongDeadline = 10'000ms;
    Link link(profileOf(server), tokens(), clock, nullptr, timings);
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    server.sendAll(QString(17 * 1024 * 1024, u'x'));
    QTRY_COMPARE_WITH_TIMEOUT(link.state().phase, LinkPhase::Waiting, 10'000);
    QCOMPARE(link.state().error.kind, ErrorKind::TooLarge);
}

void TstLink::closedLinkStaysClosed() {
    ScriptedSocketServer server;
    greets(server);
    SystemClock clock;
    int asked = 0;
    Link link(profileOf(server), tokens(&asked), clock, nullptr, quick());
    link.open();
    link.close();
    QCOMPARE(link.state().phase, LinkPhase::Closed);
    link.open();
    QTRY_COMPARE(link.state().phase, LinkPhase::Ready);
    link.close();
    QTRY_COMPARE(server.openSockets(), 0);
    QCOMPARE(link.state().phase, LinkPhase::Closed);
    QCOMPARE(server.upgrades(), 1);
    QCOMPARE(asked, 2);
}

void TstLink::restRefreshesOnce() {
    ScriptedSocketServer server;
    int answers = 0;
    server.onHttp("/api/threads", [&answers](const test::SocketServerRequest&) {
        return ++answers == 1 ? std::pair(401, QByteArray("{}")) : std::pair(200, QByteArray("[]"));
    });
    QNetworkAccessManager network;
    int asked = 0;
    int refused = 0;
    RestClient rest(profileOf(server), tokens(&asked), network);
    rest.onTokenRefused([&refused] { ++refused; });
    bool done = false;
    rest.listThreads(this, [&done](const Expected<std::vector<protocol::ThreadSummary>>& threads) {
        QVERIFY(threads);
        done = true;
    });
    QTRY_VERIFY(done);
    QCOMPARE(refused, 1);
    QCOMPARE(asked, 2);
}

void TstLink::restTellsNotFoundFromSignedOut_data() {
    QTest::addColumn<int>("me");
    QTest::addColumn<int>("kind");
    QTest::newRow("deleted elsewhere") << 200 << static_cast<int>(ErrorKind::NotFound);
    QTest::newRow("signed out") << 401 << static_cast<int>(ErrorKind::Authentication);
}

void TstLink::restTellsNotFoundFromSignedOut() {
    QFETCH(int, me);
    QFETCH(int, kind);
    ScriptedSocketServer server;
    server.onHttp("/api/threads/t%2F1/messages", 401, "{}");
    server.onHttp("/auth/me", me, "{}");
    QNetworkAccessManager network;
    RestClient rest(profileOf(server), tokens(), network);
    std::optional<Error> error;
    rest.listMessages(ThreadId(u"t/1"_s), this,
                      [&error](const Expected<std::vector<protocol::StoredMessage>>& messages) {
                          QVERIFY(!messages);
                          error = messages.error();
                      });
    QTRY_VERIFY(error.has_value());
    QCOMPARE(static_cast<int>(error->kind), kind);
}

void TstLink::restStreamsUploads() {
    ScriptedSocketServer server;
    QByteArray received;
    QByteArray target;
    server.onHttp("/api/files", [&](const test::SocketServerRequest& request) {
        received = request.body;
        target = request.target;
        return std::pair(200, QByteArray(R"({"file_id":"f1","name":"x","size_bytes":3})"));
    });
    QTemporaryDir folder;
    QFile file(folder.filePath(u"my usage & co.csv"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(300'000, 'z'));
    file.close();
    QNetworkAccessManager network;
    RestClient rest(profileOf(server), tokens(), network);
    std::optional<FileId> id;
    rest.uploadFile(file.fileName(), u"my usage & co.csv"_s, {}, this, {},
                    [&id](const Expected<FileId>& done) {
                        QVERIFY(done);
                        id = *done;
                    });
    QTRY_VERIFY(id.has_value());
    QCOMPARE(*id, FileId(u"f1"_s));
    QCOMPARE(received.size(), 300'000);
    QCOMPARE(target, "/api/files?name=my%20usage%20%26%20co.csv");
    std::optional<Error> error;
    rest.uploadFile(folder.filePath(u"missing.csv"_s), u"missing.csv"_s, {}, this, {},
                    [&error](const Expected<FileId>& done) { error = done.error(); });
    QTRY_VERIFY(error.has_value());
    QCOMPARE(error->kind, ErrorKind::Storage);
}

void TstLink::restFollowsNoRedirectElsewhere() {
    ScriptedSocketServer server;
    server.onHttp("/api/threads", 302, "");
    QNetworkAccessManager network;
    RestClient rest(profileOf(server), tokens(), network);
    std::optional<Error> error;
    rest.listThreads(this, [&error](const Expected<std::vector<protocol::ThreadSummary>>& threads) {
        QVERIFY(!threads);
        error = threads.error();
    });
    QTRY_VERIFY(error.has_value());
    QCOMPARE(server.requests().size(), size_t{1});
}

void TstLink::restPagesThreads() {
    ScriptedSocketServer server;
    server.onHttp("/api/threads", [](const test::SocketServerRequest& request) {
        const bool first = request.target.contains("offset=0");
        QByteArray body = "[";
        for (int i = 0; i < (first ? 100 : 3); ++i)
            body += QByteArray(i ? "," : "") + R"({"id":")" + (first ? "a" : "b") + QByteArray::number(i) +
                    R"(","object":"thread","title":null,"created_at":1758207374,"metadata":{"status":")" +
                    (i == 0 ? "archived" : "active") + R"("}})";
        return std::pair(200, QByteArray(body + "]"));
    });
    QNetworkAccessManager network;
    RestClient rest(profileOf(server), tokens(), network);
    std::vector<protocol::ThreadSummary> found;
    rest.listThreads(this, [&found](const Expected<std::vector<protocol::ThreadSummary>>& threads) {
        QVERIFY(threads);
        found = *threads;
    });
    QTRY_COMPARE(found.size(), size_t{101});
    QCOMPARE(found.back().id, ThreadId(u"b2"_s));
}

QTEST_GUILESS_MAIN(TstLink)
#include "tst_link.moc"
