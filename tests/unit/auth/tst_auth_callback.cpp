// SPDX-License-Identifier: GPL-3.0-or-later
// The way back from the browser: the request parser, the judgement and the listener under attack.
#include "auth/callback_judgement.h"
#include "auth/loopback_listener.h"

#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>

#ifdef Q_OS_UNIX
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

using namespace apex;
using namespace apex::auth;
using namespace Qt::StringLiterals;

using Kind = CallbackRequest::Kind;
Q_DECLARE_METATYPE(apex::auth::CallbackRequest::Kind)

namespace {

const QByteArray path = "/callback";
const QByteArray authority = "127.0.0.1:4711";
const QByteArray hostLine = "Host: 127.0.0.1:4711\r\n\r\n";

Expectation expectation(bool issuerRequired = false) {
    return {.state = Secret("st4te"), .issuer = u"https://id.example"_s, .issuerRequired = issuerRequired};
}

CallbackParameters parameters(const QByteArray& query) {
    auto parsed = CallbackParameters::parse(query);
    return parsed ? *parsed : CallbackParameters();
}

QString nameOf(const Judgement& judgement) {
    if (const auto* refusal = std::get_if<Refusal>(&judgement))
        return u"refused: "_s + errorKindName(refusal->error.kind);
    if (const auto* granted = std::get_if<Granted>(&judgement))
        return u"code "_s + QString::fromUtf8(granted->code.reveal());
    return u"not ours"_s;
}

/// A raw connection to the listener.
class Visitor {
public:
    explicit Visitor(const QUrl& redirect) : m_authority(redirect.authority().toUtf8()) {
        m_socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(redirect.port()));
    }
    void write(const QByteArray& bytes) { m_socket.write(bytes); }
    /// Sends a whole GET and gives the answer.
    QByteArray get(const QByteArray& target, const QByteArray& method = "GET") {
        write(method + ' ' + target + " HTTP/1.1\r\nHost: " + m_authority + "\r\n\r\n");
        return answer();
    }
    /// Everything until the other side closes.
    QByteArray answer() {
        [[maybe_unused]] const bool closed =
            QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, 15'000);
        return m_socket.readAll();
    }
    [[nodiscard]] bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

private:
    QByteArray m_authority;
    QTcpSocket m_socket;
};

QByteArray statusOf(const QByteArray& answer) {
    return answer.mid(9, 3);
}

} // namespace

class AuthCallbackTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesRequests_data();
    void judgesRequests();
    void everyPrefixIsIncomplete();
    void splitsBeforeDecoding();
    void judgesParameters_data();
    void judgesParameters();
    void serverTextIsTamed();
    void listensOnLoopbackOnly();
    void firstRealAnswerClosesIt();
    void pageHoldsNothingOfTheRequest();
    void attacksDoNotEndTheWait_data();
    void attacksDoNotEndTheWait();
    void replayFindsNobody();
    void forgedIssuerEndsTheSignIn();
    void nothingMatchesBeforeAnExpectation();
    void slowVisitorsDoNotBlockTheBrowser();
    void slowVisitorIsDropped();
    void splitRequestsAreReadToTheEnd();
    void portCannotBeTakenOver();
    void floodOfStrangersEndsWithTheBrowser();
    void onlyTheFirstRequestOfAConnectionCounts();
    void noAnswerCanBeReadByAnotherOrigin_data();
    void noAnswerCanBeReadByAnotherOrigin();
};

void AuthCallbackTest::judgesRequests_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Kind>("kind");
    const auto row = [](const char* name, const QByteArray& bytes, Kind kind) {
        QTest::newRow(name) << bytes << kind;
    };
    const QByteArray get = "GET /callback?code=a&state=b HTTP/1.1\r\n";
    row("plain", get + hostLine, Kind::Callback);
    row("http/1.0", "GET /callback?code=a HTTP/1.0\r\n" + hostLine, Kind::Callback);
    row("no query", "GET /callback HTTP/1.1\r\n" + hostLine, Kind::Callback);
    row("host in capitals", get + "HOST:127.0.0.1:4711\r\n\r\n", Kind::Callback);
    row("nothing", "", Kind::Incomplete);
    row("no end", get + "Host: 127.0.0.1:4711\r\n", Kind::Incomplete);
    row("line feeds only", "GET /callback HTTP/1.1\n\n", Kind::Incomplete);
    row("too large without end", QByteArray(maxRequestBytes + 1, 'a'), Kind::TooLarge);
    row("too large headers", get + "X: " + QByteArray(maxRequestBytes, 'a') + "\r\n" + hostLine,
        Kind::TooLarge);
    row("post", "POST /callback?code=a HTTP/1.1\r\n" + hostLine, Kind::WrongMethod);
    row("head", "HEAD /callback?code=a HTTP/1.1\r\n" + hostLine, Kind::WrongMethod);
    row("lower-case method", "get /callback HTTP/1.1\r\n" + hostLine, Kind::WrongMethod);
    row("favicon", "GET /favicon.ico HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("root", "GET / HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("path with more", "GET /callback/x?code=a HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("path with slash", "GET /callback/?code=a HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("encoded path", "GET /%63allback?code=a HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("dot path", "GET /./callback HTTP/1.1\r\n" + hostLine, Kind::WrongPath);
    row("absolute form", "GET http://127.0.0.1:4711/callback HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("asterisk", "OPTIONS * HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("no version", "GET /callback\r\n" + hostLine, Kind::Malformed);
    row("http/2", "GET /callback HTTP/2.0\r\n" + hostLine, Kind::Malformed);
    row("two spaces", "GET  /callback HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("tab", "GET\t/callback HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("nul in target", QByteArray("GET /call\0back HTTP/1.1\r\n", 25) + hostLine, Kind::Malformed);
    row("high byte in target", "GET /callback?x=\xc3\xa9 HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("tls hello", QByteArray("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11), Kind::Malformed);
    row("no host", "GET /callback HTTP/1.1\r\n\r\n", Kind::Malformed);
    row("foreign host", get + "Host: evil.example\r\n\r\n", Kind::Malformed);
    row("host by name", get + "Host: localhost:4711\r\n\r\n", Kind::Malformed);
    row("two hosts", get + "Host: 127.0.0.1:4711\r\n" + hostLine, Kind::Malformed);
    row("broken escape", "GET /callback?code=%4 HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("broken escape at the end", "GET /callback?code=% HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("escape with other letters", "GET /callback?code=%zz HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("state twice", "GET /callback?state=a&code=x&state=b HTTP/1.1\r\n" + hostLine, Kind::Malformed);
    row("code twice, once encoded", "GET /callback?code=a&%63ode=b HTTP/1.1\r\n" + hostLine, Kind::Malformed);
}

void AuthCallbackTest::judgesRequests() {
    QFETCH(QByteArray, bytes);
    QFETCH(Kind, kind);
    QCOMPARE(parseCallbackRequest(bytes, path, authority).kind, kind);
}

void AuthCallbackTest::everyPrefixIsIncomplete() {
    const QByteArray whole = "GET /callback?code=a&state=b HTTP/1.1\r\n" + hostLine;
    for (qsizetype length = 0; length < whole.size(); ++length)
        QCOMPARE(parseCallbackRequest(whole.left(length), path, authority).kind, Kind::Incomplete);
    QCOMPARE(parseCallbackRequest(QByteArray(whole + "trailing"), path, authority).kind, Kind::Callback);
}

void AuthCallbackTest::splitsBeforeDecoding() {
    const auto request = parseCallbackRequest(
        QByteArray("GET /callback?code=a%26state%3Devil%2B+b&state=good&empty=&flag&&x=1=2 HTTP/1.1\r\n" +
                   hostLine),
        path, authority);
    QCOMPARE(request.kind, Kind::Callback);
    QCOMPARE(request.parameters.single("code"), std::optional<QByteArray>("a&state=evil+ b"));
    QCOMPARE(request.parameters.single("state"), std::optional<QByteArray>("good"));
    QCOMPARE(request.parameters.single("empty"), std::optional<QByteArray>(""));
    QCOMPARE(request.parameters.single("flag"), std::optional<QByteArray>(""));
    QCOMPARE(request.parameters.single("x"), std::optional<QByteArray>("1=2"));
    QVERIFY(!request.parameters.single("other"));
}

void AuthCallbackTest::judgesParameters_data() {
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<bool>("issuerRequired");
    QTest::addColumn<QString>("judgement");
    QTest::newRow("code") << QByteArray("code=c0de&state=st4te") << false << u"code c0de"_s;
    QTest::newRow("code and iss") << QByteArray("code=c&state=st4te&iss=https%3A%2F%2Fid.example") << true
                                  << u"code c"_s;
    QTest::newRow("no state") << QByteArray("code=c") << false << u"not ours"_s;
    QTest::newRow("empty state") << QByteArray("code=c&state=") << false << u"not ours"_s;
    QTest::newRow("wrong state") << QByteArray("code=c&state=st4tE") << false << u"not ours"_s;
    QTest::newRow("longer state") << QByteArray("code=c&state=st4te1") << false << u"not ours"_s;
    QTest::newRow("error with wrong state")
        << QByteArray("error=access_denied&state=x") << false << u"not ours"_s;
    QTest::newRow("declined") << QByteArray("error=access_denied&state=st4te") << false
                              << u"refused: denied"_s;
    QTest::newRow("server error") << QByteArray("error=server_error&state=st4te") << false
                                  << u"refused: unavailable"_s;
    QTest::newRow("bad client") << QByteArray("error=unauthorized_client&state=st4te") << false
                                << u"refused: configuration"_s;
    QTest::newRow("error beats code")
        << QByteArray("code=c&error=access_denied&state=st4te") << false << u"refused: denied"_s;
    QTest::newRow("no code") << QByteArray("state=st4te") << false << u"refused: protocol"_s;
    QTest::newRow("empty code") << QByteArray("code=&state=st4te") << false << u"refused: protocol"_s;
    QTest::newRow("forged iss") << QByteArray("code=c&state=st4te&iss=https%3A%2F%2Fevil.example") << false
                                << u"refused: protocol"_s;
    QTest::newRow("iss with slash") << QByteArray("code=c&state=st4te&iss=https%3A%2F%2Fid.example%2F")
                                    << false << u"refused: protocol"_s;
    QTest::newRow("iss promised, absent")
        << QByteArray("code=c&state=st4te") << true << u"refused: protocol"_s;
    QTest::newRow("error without promised iss")
        << QByteArray("error=access_denied&state=st4te") << true << u"refused: protocol"_s;
}

void AuthCallbackTest::judgesParameters() {
    QFETCH(QByteArray, query);
    QFETCH(bool, issuerRequired);
    QFETCH(QString, judgement);
    QCOMPARE(nameOf(judgeCallback(parameters(query), expectation(issuerRequired))), judgement);
}

void AuthCallbackTest::serverTextIsTamed() {
    const Judgement judgement = judgeCallback(
        parameters("error=invalid_scope&state=st4te&error_description=line%0Aone%1b[31m+code%3Dsecretsecret"),
        expectation());
    const auto* refusal = std::get_if<Refusal>(&judgement);
    QVERIFY(refusal);
    QVERIFY(refusal->error.details.contains(u"invalid_scope"));
    QVERIFY(!refusal->error.details.contains(u'\n'));
    QVERIFY(!refusal->error.details.contains(u'\x1b'));
    QVERIFY(!refusal->error.details.contains(u"secretsecret"));
}

void AuthCallbackTest::listensOnLoopbackOnly() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    QCOMPARE(redirect->host(), u"127.0.0.1"_s);
    QCOMPARE(redirect->path(), u"/callback"_s);
    QVERIFY(redirect->port() > 0);
    LoopbackListener second; // two sign-ins at once do not share a port
    const auto other = second.listen();
    QVERIFY(other);
    QVERIFY(other->port() != redirect->port());
}

void AuthCallbackTest::firstRealAnswerClosesIt() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    QSignalSpy answered(&listener, &LoopbackListener::answered);
    const QByteArray answer = Visitor(*redirect).get("/callback?code=c0de&state=st4te");
    QCOMPARE(statusOf(answer), QByteArray("200"));
    QCOMPARE(answered.size(), 1);
    QVERIFY(!listener.isOpen());
    QCOMPARE(nameOf(listener.takeJudgement()), u"code c0de"_s);
    QCOMPARE(nameOf(listener.takeJudgement()), u"not ours"_s); // taken once
}

void AuthCallbackTest::pageHoldsNothingOfTheRequest() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    const QByteArray answer =
        Visitor(*redirect).get("/callback?error=zzz-error&error_description=%3Cscript%3Ezzz&state=st4te");
    QCOMPARE(statusOf(answer), QByteArray("200"));
    QVERIFY(!answer.contains("zzz"));
    QVERIFY(!answer.contains("st4te"));
    QVERIFY(answer.contains("Cache-Control: no-store"));
    QVERIFY(answer.contains("Content-Security-Policy: default-src 'none'"));
    QVERIFY(answer.contains("Referrer-Policy: no-referrer"));
    QVERIFY(answer.contains("not completed"));
}

void AuthCallbackTest::attacksDoNotEndTheWait_data() {
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("status");
    QTest::newRow("wrong state") << QByteArray("/callback?code=evil&state=guess") << QByteArray("GET")
                                 << QByteArray("400");
    QTest::newRow("no state") << QByteArray("/callback?code=evil") << QByteArray("GET") << QByteArray("400");
    QTest::newRow("error without state")
        << QByteArray("/callback?error=access_denied") << QByteArray("GET") << QByteArray("400");
    QTest::newRow("post") << QByteArray("/callback?code=evil&state=st4te") << QByteArray("POST")
                          << QByteArray("405");
    QTest::newRow("wrong path") << QByteArray("/?code=evil&state=st4te") << QByteArray("GET")
                                << QByteArray("404");
    QTest::newRow("favicon") << QByteArray("/favicon.ico") << QByteArray("GET") << QByteArray("404");
    QTest::newRow("oversized") << "/callback?code=" + QByteArray(10'000, 'a') << QByteArray("GET")
                               << QByteArray("431");
    QTest::newRow("options, as before a foreign request")
        << QByteArray("/callback?code=evil&state=st4te") << QByteArray("OPTIONS") << QByteArray("405");
    QTest::newRow("head, as a link scanner does")
        << QByteArray("/callback?code=good&state=st4te") << QByteArray("HEAD") << QByteArray("405");
    QTest::newRow("state in the fragment")
        << QByteArray("/callback?code=evil#state=st4te") << QByteArray("GET") << QByteArray("400");
    QTest::newRow("matrix parameters")
        << QByteArray("/callback;state=st4te?code=evil") << QByteArray("GET") << QByteArray("404");
    QTest::newRow("state encoded in part, and once more")
        << QByteArray("/callback?code=e&st%61te=st4te&state=st4te") << QByteArray("GET") << QByteArray("400");
    QTest::newRow("state in a list") << QByteArray("/callback?code=evil&state[]=st4te") << QByteArray("GET")
                                     << QByteArray("400");
    QTest::newRow("state with a nul")
        << QByteArray("/callback?code=evil&state=st4te%00") << QByteArray("GET") << QByteArray("400");
    QTest::newRow("state twice") << QByteArray("/callback?code=e&state=st4te&state=st4te")
                                 << QByteArray("GET") << QByteArray("400");
}

void AuthCallbackTest::attacksDoNotEndTheWait() {
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, status);
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    QSignalSpy answered(&listener, &LoopbackListener::answered);
    QCOMPARE(statusOf(Visitor(*redirect).get(target, method)), status);
    QCOMPARE(answered.size(), 0);
    QVERIFY(listener.isOpen());
    QCOMPARE(statusOf(Visitor(*redirect).get("/callback?code=good&state=st4te")), QByteArray("200"));
    QCOMPARE(nameOf(listener.takeJudgement()), u"code good"_s);
}

void AuthCallbackTest::replayFindsNobody() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    Visitor early(*redirect); // connected before the answer came, speaks after it
    QTRY_VERIFY(early.isConnected());
    QCOMPARE(statusOf(Visitor(*redirect).get("/callback?code=good&state=st4te")), QByteArray("200"));
    QCOMPARE(early.get("/callback?code=evil&state=st4te"), QByteArray());
    QCOMPARE(Visitor(*redirect).get("/callback?code=evil&state=st4te"), QByteArray());
    QCOMPARE(nameOf(listener.takeJudgement()), u"code good"_s);
}

void AuthCallbackTest::forgedIssuerEndsTheSignIn() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    const QByteArray answer =
        Visitor(*redirect).get("/callback?code=c&state=st4te&iss=https%3A%2F%2Fevil.example");
    QVERIFY(answer.contains("not completed"));
    QCOMPARE(nameOf(listener.takeJudgement()), u"refused: protocol"_s);
}

void AuthCallbackTest::nothingMatchesBeforeAnExpectation() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    QCOMPARE(statusOf(Visitor(*redirect).get("/callback?code=c&state=")), QByteArray("400"));
    QVERIFY(listener.isOpen());
}

void AuthCallbackTest::slowVisitorsDoNotBlockTheBrowser() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    std::vector<std::unique_ptr<Visitor>> idle;
    for (int i = 0; i < 40; ++i) {
        idle.push_back(std::make_unique<Visitor>(*redirect));
        idle.back()->write("GET /callback?co");
    }
    QTRY_VERIFY(idle.back()->isConnected());
    QCOMPARE(statusOf(Visitor(*redirect).get("/callback?code=good&state=st4te")), QByteArray("200"));
    QCOMPARE(nameOf(listener.takeJudgement()), u"code good"_s);
}

void AuthCallbackTest::slowVisitorIsDropped() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    Visitor slow(*redirect);
    slow.write("GET /callback?code=x");
    QTRY_VERIFY(slow.isConnected());
    QTRY_VERIFY_WITH_TIMEOUT(!slow.isConnected(), 14'000);
    QVERIFY(listener.isOpen());
}

void AuthCallbackTest::splitRequestsAreReadToTheEnd() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    Visitor visitor(*redirect);
    QTRY_VERIFY(visitor.isConnected());
    const QByteArray whole =
        "GET /callback?code=good&state=st4te HTTP/1.1\r\nHost: " + redirect->authority().toUtf8() +
        "\r\n\r\n";
    for (const char byte : whole) {
        visitor.write(QByteArray(1, byte));
        QCoreApplication::processEvents();
    }
    QCOMPARE(statusOf(visitor.answer()), QByteArray("200"));
    QCOMPARE(nameOf(listener.takeJudgement()), u"code good"_s);
}

/// Another local process that knows the port cannot listen on it too, not even with the options meant for
/// sharing.
void AuthCallbackTest::portCannotBeTakenOver() {
#ifdef Q_OS_UNIX
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    for (const in_addr_t address : {INADDR_LOOPBACK, INADDR_ANY}) {
        const int thief = ::socket(AF_INET, SOCK_STREAM, 0);
        QVERIFY(thief >= 0);
        const int on = 1;
        ::setsockopt(thief, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        ::setsockopt(thief, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(static_cast<quint16>(redirect->port()));
        place.sin_addr.s_addr = htonl(address);
        const bool taken =
            ::bind(thief, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 && ::listen(thief, 1) == 0;
        ::close(thief);
        QVERIFY(!taken);
    }
#endif
}

/// Connections that come first, stay and guess do not keep the browser out.
void AuthCallbackTest::floodOfStrangersEndsWithTheBrowser() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    std::vector<std::unique_ptr<Visitor>> strangers;
    for (int i = 0; i < 100; ++i) {
        strangers.push_back(std::make_unique<Visitor>(*redirect));
        strangers.back()->write(i % 2 ? QByteArray("GET /callback?code=evil&state=" + QByteArray::number(i) +
                                                   " HTTP/1.1\r\nHost: " + redirect->authority().toUtf8() +
                                                   "\r\n\r\n")
                                      : QByteArray("\x16\x03\x01"));
    }
    QCOMPARE(statusOf(Visitor(*redirect).get("/callback?code=good&state=st4te")), QByteArray("200"));
    QCOMPARE(nameOf(listener.takeJudgement()), u"code good"_s);
}

/// A second request behind the first (request smuggling) is never read.
void AuthCallbackTest::onlyTheFirstRequestOfAConnectionCounts() {
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    const QByteArray host = " HTTP/1.1\r\nHost: " + redirect->authority().toUtf8() + "\r\n\r\n";
    Visitor visitor(*redirect);
    visitor.write("GET /favicon.ico" + host + "GET /callback?code=evil&state=st4te" + host);
    const QByteArray answer = visitor.answer();
    QCOMPARE(statusOf(answer), QByteArray("404"));
    QCOMPARE(answer.count("HTTP/1.1"), 1);
    QVERIFY(listener.isOpen());
}

void AuthCallbackTest::noAnswerCanBeReadByAnotherOrigin_data() {
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("good") << QByteArray("GET") << QByteArray("/callback?code=c&state=st4te");
    QTest::newRow("declined") << QByteArray("GET") << QByteArray("/callback?error=access_denied&state=st4te");
    QTest::newRow("wrong state") << QByteArray("GET") << QByteArray("/callback?code=zzz&state=zzz");
    QTest::newRow("wrong path") << QByteArray("GET") << QByteArray("/zzz");
    QTest::newRow("wrong method") << QByteArray("OPTIONS") << QByteArray("/callback");
    QTest::newRow("malformed") << QByteArray("GET") << QByteArray("zzz");
    QTest::newRow("oversized") << QByteArray("GET") << "/" + QByteArray(9'000, 'z');
}

void AuthCallbackTest::noAnswerCanBeReadByAnotherOrigin() {
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    LoopbackListener listener;
    const auto redirect = listener.listen();
    QVERIFY(redirect);
    listener.expect(expectation());
    const QByteArray answer = Visitor(*redirect).get(target, method);
    QVERIFY(answer.startsWith("HTTP/1.1 "));
    QVERIFY(!answer.toLower().contains("access-control"));
    QVERIFY(!answer.contains("zzz"));
    QVERIFY(!answer.toLower().contains("location:"));
    QVERIFY(!answer.toLower().contains("set-cookie"));
    for (const char* header :
         {"Cache-Control: no-store", "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff",
          "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin",
          "frame-ancestors 'none'", "default-src 'none'"})
        QVERIFY2(answer.contains(header), header);
    // Nothing the page could load or link to.
    for (const char* tag : {"<a ", "<img", "<link", "<iframe", "<form", "http://", "https://", " src="})
        QVERIFY2(!answer.contains(tag), tag);
}

QTEST_GUILESS_MAIN(AuthCallbackTest)
#include "tst_auth_callback.moc"
