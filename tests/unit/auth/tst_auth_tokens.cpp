// SPDX-License-Identifier: GPL-3.0-or-later
// What is read from servers and stores, and one whole sign-in against a scripted server.
#include "auth/account_index.h"
#include "auth/authorization_metadata.h"
#include "auth/pkce.h"
#include "auth/platform_sign_in.h"
#include "auth/refresh_plan.h"
#include "auth/sign_in.h"
#include "auth/token_bundle.h"
#include "auth/token_response.h"
#include "base/random.h"
#include "support/scripted_http_server.h"
#include "support/stepped_clock.h"

#include <QFile>
#include <QJsonArray>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace apex;
using namespace apex::auth;
using namespace apex::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray jwt(const QJsonObject& claims) {
    return base64Url("{\"alg\":\"HS256\"}") + '.' + base64Url(QJsonDocument(claims).toJson()) + ".c2ln";
}

HttpAnswer answer(int status, const QByteArray& body, const QByteArray& type = "application/json") {
    return {.status = status, .contentType = type, .body = Secret(body), .serverTime = {}};
}

QJsonObject metadataObject(const QString& issuer) {
    return {{u"issuer"_s, issuer},
            {u"authorization_endpoint"_s, QString(issuer + u"/authorize"_s)},
            {u"token_endpoint"_s, QString(issuer + u"/token"_s)},
            {u"revocation_endpoint"_s, QString(issuer + u"/revoke"_s)},
            {u"response_types_supported"_s, QJsonArray{u"code"_s}},
            {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}},
            {u"authorization_response_iss_parameter_supported"_s, true}};
}

QByteArray bytes(const QJsonObject& object) {
    return QJsonDocument(object).toJson();
}

environment::Profile oauthProfile(const QUrl& issuer) {
    environment::Profile profile;
    profile.id = EnvironmentId(u"test"_s);
    profile.name = u"Test"_s;
    profile.issuer = issuer;
    profile.clientId = u"apex-desktop"_s;
    profile.scopes = QStringList{u"openid"_s, u"offline_access"_s};
    profile.resource = u"https://api.example"_s;
    return profile;
}

/// A server that gives metadata and tokens as they should be.
void scriptGoodServer(ScriptedHttpServer& server) {
    server.on("/.well-known/oauth-authorization-server",
              {.body = bytes(metadataObject(server.url().toString()))});
    server.on(
        "/token",
        {.body = R"({"access_token":"at","refresh_token":"rt","token_type":"bearer","expires_in":900})"});
}

/// One sign-in; `browser` plays the browser.
struct Dance {
    explicit Dance(const environment::Profile& profile, BrowserOpener browser)
        : signIn(profile, network, std::move(browser)) {
        QObject::connect(&signIn, &SignIn::succeeded, &signIn, [this] { ended = true; });
        QObject::connect(&signIn, &SignIn::failed, &signIn, [this](const Error& failure) {
            ended = true;
            error = failure;
        });
    }
    bool finish() {
        signIn.start();
        return QTest::qWaitFor([this] { return ended; }, 20'000);
    }
    QNetworkAccessManager network;
    SignIn signIn;
    bool ended = false;
    Error error;
};

/// The browser comes back at once with `more` added to state and iss.
BrowserOpener comingBack(QNetworkAccessManager& network, const QString& issuer, const QString& more,
                         QUrl* seen = nullptr) {
    return [&network, issuer, more, seen](const QUrl& url) {
        if (seen)
            *seen = url;
        const QUrlQuery query(url);
        QUrl back(query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
        back.setQuery(u"state="_s + query.queryItemValue(u"state"_s) + u"&iss="_s +
                      QString::fromUtf8(QUrl::toPercentEncoding(issuer)) + more);
        network.get(QNetworkRequest(back));
        return true;
    };
}

} // namespace

class AuthTokensTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pkceFollowsTheRfc();
    void readsClaims();
    void refusesTokensWithoutClaims_data();
    void refusesTokensWithoutClaims();
    void bundlesRoundTrip();
    void bundlesOfOthersAreErrors();
    void plansRefreshes_data();
    void plansRefreshes();
    void serverClockIsAllowedToDiffer();
    void readsHttpDates();
    void metadataAddresses();
    void checksMetadata_data();
    void checksMetadata();
    void sortsTokenErrors_data();
    void sortsTokenErrors();
    void platformExpiryComesFromTheToken();
    void indexRemembersAccounts();
    void indexRefusesForeignFiles();
    void signsIn();
    void signInProblems_data();
    void signInProblems();
    void browserThatDoesNotOpenKeepsWaiting();
    void cancellingClosesThePort();
    void serverTroubleInTheExchange_data();
    void serverTroubleInTheExchange();
    void platformProfileIsRefusedByTheBrowserFlow();
    void platformSignIn();
};

void AuthTokensTest::pkceFollowsTheRfc() {
    // RFC 7636 appendix B.
    QCOMPARE(Pkce::challengeOf(Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
             QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    const Pkce one = Pkce::create();
    const Pkce two = Pkce::create();
    QCOMPARE(one.verifier.size(), 43);
    QVERIFY(!one.verifier.equals(two.verifier));
    QCOMPARE(one.challenge, Pkce::challengeOf(one.verifier));
}

void AuthTokensTest::readsClaims() {
    const auto claims = readClaims(Secret(jwt({{u"sub"_s, u"u-1"_s},
                                               {u"email"_s, u"ana@example.com"_s},
                                               {u"name"_s, u"Ána"_s},
                                               {u"iss"_s, u"https://id.example"_s},
                                               {u"permissions"_s, QJsonArray{u"support"_s, 7}},
                                               {u"iat"_s, 1700000000},
                                               {u"exp"_s, 1700000900.5}})));
    QVERIFY(claims);
    QCOMPARE(claims->user, UserId(u"u-1"_s));
    QCOMPARE(claims->name, u"Ána"_s);
    QCOMPARE(claims->permissions, QStringList{u"support"_s});
    QCOMPARE(*claims->expiresAt - *claims->issuedAt, std::chrono::microseconds(900'500'000));
}

void AuthTokensTest::refusesTokensWithoutClaims_data() {
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("opaque") << QByteArray("8c1f6a0b2d");
    QTest::newRow("two parts") << QByteArray("a.b");
    QTest::newRow("four parts") << QByteArray("a.b.c.d");
    QTest::newRow("not base64") << QByteArray("a.!!!.c");
    QTest::newRow("not json") << "a." + base64Url("hello") + ".c";
    QTest::newRow("array") << "a." + base64Url("[1]") + ".c";
    QTest::newRow("no sub") << jwt({{u"email"_s, u"a"_s}});
    QTest::newRow("sub is a number") << jwt({{u"sub"_s, 5}});
    QTest::newRow("huge") << jwt({{u"sub"_s, QString(70'000, u'a')}});
}

void AuthTokensTest::refusesTokensWithoutClaims() {
    QFETCH(QByteArray, token);
    const auto claims = readClaims(Secret(token));
    QVERIFY(!claims);
    QVERIFY(token.isEmpty() || !claims.error().forSupport().contains(QString::fromUtf8(token)));
}

void AuthTokensTest::bundlesRoundTrip() {
    TokenSet tokens;
    tokens.accessToken = Secret("a.b.c");
    tokens.refreshToken = Secret("deadbeef");
    tokens.scopes = QStringList{u"openid"_s};
    tokens.expiresAt = WallTime(1'795'000'900s);
    tokens.receivedAt = WallTime(1'795'000'000s);
    tokens.serverAhead = -90s;
    const auto read = decodeBundle(encodeBundle(tokens));
    QVERIFY(read);
    QVERIFY(read->accessToken.equals(tokens.accessToken));
    QVERIFY(read->refreshToken.equals(tokens.refreshToken));
    QCOMPARE(read->scopes, tokens.scopes);
    QVERIFY(read->expiresAt == tokens.expiresAt && read->receivedAt == tokens.receivedAt);
    QVERIFY(read->serverAhead == tokens.serverAhead);
    TokenSet pasted;
    pasted.accessToken = Secret("only");
    const auto bare = decodeBundle(encodeBundle(pasted));
    QVERIFY(bare && bare->refreshToken.isEmpty() && !bare->expiresAt);
}

void AuthTokensTest::bundlesOfOthersAreErrors() {
    for (const QByteArray& entry : {QByteArray(), QByteArray("{}"), QByteArray("plain"),
                                    QByteArray(R"({"schema":"apex/tokens/2","access_token":"x"})"),
                                    QByteArray(R"({"schema":"apex/tokens/1"})")})
        QVERIFY(!decodeBundle(Secret(QByteArray(entry.constData(), entry.size()))));
}

void AuthTokensTest::plansRefreshes_data() {
    QTest::addColumn<int>("lifetime");
    QTest::addColumn<int>("refreshAfter");
    QTest::newRow("hour: ten percent") << 3600 << 3240;
    QTest::newRow("quarter of an hour: ten percent") << 900 << 810;
    QTest::newRow("five minutes: sixty seconds") << 300 << 240;
    QTest::newRow("a minute: half of it") << 60 << 30;
    QTest::newRow("ten seconds: half of it") << 10 << 5;
}

void AuthTokensTest::plansRefreshes() {
    QFETCH(int, lifetime);
    QFETCH(int, refreshAfter);
    const WallTime start(1'795'000'000s);
    TokenSet tokens;
    tokens.receivedAt = start;
    tokens.expiresAt = start + std::chrono::seconds(lifetime);
    const RefreshPlan plan = planRefresh(tokens);
    QVERIFY(!plan.isDue(start + std::chrono::seconds(refreshAfter) - 1ms));
    QVERIFY(plan.isDue(start + std::chrono::seconds(refreshAfter)));
    QVERIFY(plan.isUsable(start + std::chrono::seconds(lifetime) - 6s));
    QVERIFY(!plan.isUsable(start + std::chrono::seconds(lifetime) - 4s));
}

void AuthTokensTest::serverClockIsAllowedToDiffer() {
    const WallTime ours(1'795'000'000s);
    HttpAnswer reply = answer(200, R"({"access_token":"x","token_type":"Bearer","expires_in":600})");
    reply.serverTime = ours + 4min;
    const auto tokens = readTokenAnswer(reply, TokenDialect::OAuth, ours);
    QVERIFY(tokens);
    const RefreshPlan plan = planRefresh(*tokens);
    QVERIFY(*plan.expiresAt - ours == 600s); // lifetime counts, not the server's idea of now
    QVERIFY(*tokens->expiresAt - ours > 800s);
    reply.serverTime = ours + 1s;
    QVERIFY(clockDifference(reply, ours) == 0ms); // latency, not a wrong clock
}

void AuthTokensTest::readsHttpDates() {
    const auto time = parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
    QVERIFY(time);
    QVERIFY(time->time_since_epoch() == 784111777s);
    QVERIFY(!parseHttpDate("yesterday"));
    QVERIFY(!parseHttpDate(""));
}

void AuthTokensTest::metadataAddresses() {
    QCOMPARE(metadataUrls(QUrl(u"https://id.example"_s)).value(0).toString(),
             u"https://id.example/.well-known/oauth-authorization-server"_s);
    QCOMPARE(metadataUrls(QUrl(u"https://id.example/"_s)).value(0).toString(),
             u"https://id.example/.well-known/oauth-authorization-server"_s);
    QCOMPARE(metadataUrls(QUrl(u"https://id.example/t/one"_s)).value(0).toString(),
             u"https://id.example/.well-known/oauth-authorization-server/t/one"_s);
}

void AuthTokensTest::checksMetadata_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<bool>("good");
    const auto row = [](const char* name, const QString& key, const QJsonValue& value, bool good) {
        QTest::newRow(name) << key << value << good;
    };
    row("as it should be", u"x"_s, 1, true);
    row("other issuer", u"issuer"_s, u"https://evil.example"_s, false);
    row("issuer with slash", u"issuer"_s, u"https://id.example/"_s, false);
    row("no issuer", u"issuer"_s, QJsonValue::Undefined, false);
    row("plain http", u"token_endpoint"_s, u"http://id.example/token"_s, false);
    row("plain http on loopback, of a server elsewhere", u"token_endpoint"_s, u"http://127.0.0.1:9/token"_s,
        false);
    row("looks like loopback", u"token_endpoint"_s, u"http://127.0.0.1.evil.example/token"_s, false);
    row("user name in address", u"authorization_endpoint"_s, u"https://a:b@id.example/x"_s, false);
    row("query in address", u"authorization_endpoint"_s, u"https://id.example/x?tenant=1"_s, true);
    row("fragment in address", u"authorization_endpoint"_s, u"https://id.example/x#y"_s, false);
    row("javascript", u"authorization_endpoint"_s, u"javascript:alert(1)"_s, false);
    row("file", u"authorization_endpoint"_s, u"file:///etc/passwd"_s, false);
    row("no token endpoint", u"token_endpoint"_s, QJsonValue::Undefined, false);
    row("no revocation", u"revocation_endpoint"_s, QJsonValue::Undefined, true);
    row("revocation by http", u"revocation_endpoint"_s, u"http://id.example/r"_s, false);
    row("plain PKCE only", u"code_challenge_methods_supported"_s, QJsonArray{u"plain"_s}, false);
    row("no PKCE", u"code_challenge_methods_supported"_s, QJsonValue::Undefined, false);
    row("implicit only", u"response_types_supported"_s, QJsonArray{u"token"_s}, false);
}

void AuthTokensTest::checksMetadata() {
    QFETCH(QString, key);
    QFETCH(QJsonValue, value);
    QFETCH(bool, good);
    const QUrl issuer(u"https://id.example"_s);
    QJsonObject object = metadataObject(issuer.toString());
    if (value.isUndefined())
        object.remove(key);
    else
        object.insert(key, value);
    const auto metadata = parseMetadata(bytes(object), issuer);
    QCOMPARE(metadata.has_value(), good);
    if (!good)
        QVERIFY(!metadata.error().action.isEmpty());
}

void AuthTokensTest::sortsTokenErrors_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("platform");
    QTest::addColumn<QString>("kind");
    const QByteArray json = "application/json";
    const auto row = [&](const char* name, int status, const QByteArray& body, bool platform,
                         const QString& kind, const QByteArray& type = "application/json") {
        QTest::newRow(name) << status << body << type << platform << kind;
    };
    row("invalid_grant", 400, R"({"error":"invalid_grant"})", false, u"authentication"_s);
    row("invalid_client", 401, R"({"error":"invalid_client"})", false, u"authentication"_s);
    row("unauthorized_client", 400, R"({"error":"unauthorized_client"})", false, u"authentication"_s);
    row("unknown error", 400, R"({"error":"slow_down"})", false, u"unavailable"_s);
    row("invalid_grant with 500", 500, R"({"error":"invalid_grant"})", false, u"unavailable"_s);
    row("proxy page", 404, "<html>", false, u"unavailable"_s, "text/html");
    row("401 page", 401, "<html>", false, u"unavailable"_s, "text/html");
    row("busy", 429, "", false, u"unavailable"_s);
    row("500", 500, "", false, u"unavailable"_s);
    row("redirect", 302, "", false, u"unavailable"_s);
    row("html with 200", 200, "<html>", false, u"protocol"_s, "text/html");
    row("json as text", 200, R"({"access_token":"x","token_type":"Bearer"})", false, u"protocol"_s,
        "text/plain");
    row("cut json", 200, R"({"access_token":"x")", false, u"protocol"_s);
    row("no token", 200, R"({"token_type":"Bearer"})", false, u"protocol"_s);
    row("empty token", 200, R"({"access_token":"","token_type":"Bearer"})", false, u"protocol"_s);
    row("mac token", 200, R"({"access_token":"x","token_type":"mac"})", false, u"protocol"_s);
    row("no type", 200, R"({"access_token":"x"})", false, u"protocol"_s);
    row("good", 200, R"({"access_token":"x","token_type":"BEARER"})", false, u""_s);
    row("platform 401", 401, R"({"detail":"Invalid refresh token"})", true, u"authentication"_s);
    row("platform 422", 422, R"({"detail":"refresh_token required, got: []"})", true, u"authentication"_s);
    row("platform 500", 500, R"({"detail":"Internal"})", true, u"unavailable"_s);
    row("platform 401 by proxy", 401, "<html>", true, u"unavailable"_s, "text/html");
}

void AuthTokensTest::sortsTokenErrors() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, type);
    QFETCH(bool, platform);
    QFETCH(QString, kind);
    const auto tokens =
        readTokenAnswer(answer(status, body, type), platform ? TokenDialect::Platform : TokenDialect::OAuth,
                        WallTime(1'795'000'000s));
    QCOMPARE(tokens ? QString() : errorKindName(tokens.error().kind), kind);
}

void AuthTokensTest::platformExpiryComesFromTheToken() {
    const WallTime now(1'795'000'000s);
    const QByteArray token = jwt({{u"sub"_s, u"u"_s}, {u"exp"_s, 1'795'007'200.0}});
    const QByteArray body = R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":900})";
    const auto platform = readTokenAnswer(answer(200, body), TokenDialect::Platform, now);
    QVERIFY(platform && *platform->expiresAt - now == 7200s);
    const auto oauth = readTokenAnswer(answer(200, body), TokenDialect::OAuth, now);
    QVERIFY(oauth && *oauth->expiresAt - now == 900s);
}

void AuthTokensTest::indexRemembersAccounts() {
    const QTemporaryDir folder;
    AccountIndex index(folder.path());
    QVERIFY(index.accounts() && index.accounts()->empty());
    const Account ana{EnvironmentId(u"local"_s), UserId(u"1"_s), u"ana@example.com"_s};
    const Account ben{EnvironmentId(u"local"_s), UserId(u"2"_s), u"Ben"_s};
    const Account far{EnvironmentId(u"far"_s), UserId(u"1"_s), u"ana@far"_s};
    QVERIFY(index.add(ana) && index.add(far) && index.add(ben));
    QVERIFY(index.add(ana)); // used again: to the front, not twice
    const auto local = AccountIndex(folder.path()).accountsOf(EnvironmentId(u"local"_s));
    QVERIFY(local);
    QCOMPARE(local->size(), std::size_t{2});
    QCOMPARE(local->front().displayName, ana.displayName);
    QVERIFY(index.remove(ana.environment, ana.user));
    QCOMPARE(index.accounts()->size(), std::size_t{2}); // the same user elsewhere stays
    const auto permissions = QFile::permissions(folder.filePath(u"accounts.json"_s));
    QVERIFY(!(permissions & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
}

void AuthTokensTest::indexRefusesForeignFiles() {
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"accounts.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("not json");
    file.close();
    AccountIndex index(folder.path());
    QVERIFY(!index.accounts());
    QVERIFY(!index.add({EnvironmentId(u"e"_s), UserId(u"u"_s), {}})); // and does not overwrite it
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("not json"));
}

void AuthTokensTest::signsIn() {
    ScriptedHttpServer server;
    scriptGoodServer(server);
    QNetworkAccessManager browser;
    QUrl asked;
    Dance dance(oauthProfile(server.url()),
                comingBack(browser, server.url().toString(), u"&code=c%26de"_s, &asked));
    QVERIFY(dance.finish());
    QVERIFY2(dance.error.happened.isEmpty(), qPrintable(dance.error.forSupport()));
    QCOMPARE(dance.signIn.phase(), SignIn::Phase::Done);
    QVERIFY(dance.signIn.authorizationUrl().isEmpty());
    const TokenSet tokens = dance.signIn.takeTokens();
    QVERIFY(tokens.accessToken.equals(Secret("at")) && tokens.refreshToken.equals(Secret("rt")));
    QCOMPARE(tokens.scopes, (QStringList{u"openid"_s, u"offline_access"_s}));
    QVERIFY(tokens.expiresAt.has_value());
    QVERIFY(dance.signIn.takeTokens().accessToken.isEmpty());

    const QUrlQuery query(asked);
    const ScriptedRequest exchange = server.requestsTo("/token").value(0);
    QCOMPARE(exchange.headers.value("content-type"), QByteArray("application/x-www-form-urlencoded"));
    QCOMPARE(exchange.field(u"grant_type"_s), u"authorization_code"_s);
    QCOMPARE(exchange.field(u"code"_s), u"c&de"_s);
    QCOMPARE(exchange.field(u"redirect_uri"_s), query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
    QCOMPARE(exchange.field(u"client_id"_s), u"apex-desktop"_s);
    QCOMPARE(exchange.field(u"resource"_s), u"https://api.example"_s);
    QCOMPARE(Pkce::challengeOf(Secret(exchange.field(u"code_verifier"_s).toUtf8())),
             query.queryItemValue(u"code_challenge"_s).toUtf8());
    QCOMPARE(query.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
    QCOMPARE(query.queryItemValue(u"scope"_s, QUrl::FullyDecoded), u"openid offline_access"_s);
    QVERIFY(!exchange.headers.contains("cookie"));
}

void AuthTokensTest::signInProblems_data() {
    QTest::addColumn<QByteArray>("metadata");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("back");
    QTest::addColumn<QString>("kind");
    QTest::newRow("no metadata") << QByteArray("{}") << 404 << u""_s << u"protocol"_s;
    QTest::newRow("server down") << QByteArray("{}") << 503 << u""_s << u"unavailable"_s;
    QTest::newRow("not json") << QByteArray("<html>") << 200 << u""_s << u"protocol"_s;
    QTest::newRow("redirected") << QByteArray() << 302 << u""_s << u"protocol"_s;
    QTest::newRow("person declined") << QByteArray("good") << 200 << u"&error=access_denied"_s << u"denied"_s;
    QTest::newRow("no code") << QByteArray("good") << 200 << u"&x=y"_s << u"protocol"_s;
}

void AuthTokensTest::signInProblems() {
    QFETCH(QByteArray, metadata);
    QFETCH(int, status);
    QFETCH(QString, back);
    QFETCH(QString, kind);
    ScriptedHttpServer server;
    scriptGoodServer(server);
    if (metadata != "good")
        server.on("/.well-known/oauth-authorization-server",
                  {.status = status, .body = metadata, .headers = {{"Location", "/token"}}});
    QNetworkAccessManager browser;
    Dance dance(oauthProfile(server.url()), comingBack(browser, server.url().toString(), back));
    QVERIFY(dance.finish());
    QCOMPARE(errorKindName(dance.error.kind), kind);
    QCOMPARE(dance.signIn.phase(), SignIn::Phase::Failed);
    QVERIFY(server.requestsTo("/token").isEmpty());
}

void AuthTokensTest::browserThatDoesNotOpenKeepsWaiting() {
    ScriptedHttpServer server;
    scriptGoodServer(server);
    QNetworkAccessManager browser;
    Dance dance(oauthProfile(server.url()), [](const QUrl&) { return false; });
    QSignalSpy unavailable(&dance.signIn, &SignIn::browserUnavailable);
    dance.signIn.start();
    QTRY_COMPARE(unavailable.size(), 1);
    QCOMPARE(dance.signIn.phase(), SignIn::Phase::WaitingForBrowser);
    const QUrl address = dance.signIn.authorizationUrl();
    QCOMPARE(unavailable.at(0).at(0).toUrl(), address);
    QVERIFY(comingBack(browser, server.url().toString(), u"&code=c"_s)(address)); // the person pastes it
    QTRY_VERIFY(dance.ended);
    QCOMPARE(dance.signIn.phase(), SignIn::Phase::Done);
}

void AuthTokensTest::cancellingClosesThePort() {
    ScriptedHttpServer server;
    scriptGoodServer(server);
    Dance dance(oauthProfile(server.url()), [](const QUrl&) { return true; });
    dance.signIn.start();
    QTRY_COMPARE(dance.signIn.phase(), SignIn::Phase::WaitingForBrowser);
    const QUrl redirect(
        QUrlQuery(dance.signIn.authorizationUrl()).queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
    dance.signIn.cancel();
    QVERIFY(dance.ended);
    QCOMPARE(dance.error.kind, ErrorKind::Cancelled);
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(redirect.port()));
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
}

void AuthTokensTest::serverTroubleInTheExchange_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("cut");
    QTest::addColumn<QString>("kind");
    QTest::newRow("code used up") << 400
                                  << QByteArray(
                                         R"({"error":"invalid_grant","error_description":"code expired"})")
                                  << false << u"authentication"_s;
    QTest::newRow("server error") << 500 << QByteArray() << false << u"unavailable"_s;
    QTest::newRow("answer cut short")
        << 200 << QByteArray(R"({"access_token":"at","token_type":"bearer"})" + QByteArray(500, ' ')) << true
        << u"network"_s;
    QTest::newRow("ten megabytes") << 200 << QByteArray(10'000'000, ' ') << false << u"protocol"_s;
}

void AuthTokensTest::serverTroubleInTheExchange() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(bool, cut);
    QFETCH(QString, kind);
    ScriptedHttpServer server;
    scriptGoodServer(server);
    server.on("/token", {.status = status, .body = body, .cutInHalf = cut});
    QNetworkAccessManager browser;
    Dance dance(oauthProfile(server.url()), comingBack(browser, server.url().toString(), u"&code=thecode"_s));
    QVERIFY(dance.finish());
    QCOMPARE(errorKindName(dance.error.kind), kind);
    QVERIFY(!dance.error.forSupport().contains(u"thecode"));
    QVERIFY(dance.signIn.takeTokens().accessToken.isEmpty());
}

void AuthTokensTest::platformProfileIsRefusedByTheBrowserFlow() {
    environment::Profile profile = oauthProfile(QUrl(u"https://auth.example"_s));
    profile.signIn = environment::SignInKind::Platform;
    Dance dance(profile, [](const QUrl&) { return true; });
    QVERIFY(dance.finish());
    QCOMPARE(dance.error.kind, ErrorKind::Configuration);
}

void AuthTokensTest::platformSignIn() {
    ScriptedHttpServer server;
    server.on("/auth/login", [](const ScriptedRequest& request) {
        const QJsonObject body = QJsonDocument::fromJson(request.body).object();
        if (body.value(u"password").toString() != u"right"_s)
            return ScriptedAnswer{.status = 401, .body = R"({"detail":"Invalid credentials"})"};
        return ScriptedAnswer{
            .body = R"({"access_token":"pat","refresh_token":"prt","token_type":"Bearer","expires_in":900})"};
    });
    environment::Profile profile = oauthProfile(server.url());
    profile.signIn = environment::SignInKind::Platform;
    QNetworkAccessManager network;
    PlatformSignIn wrong(profile, network, {});
    QSignalSpy failed(&wrong, &PlatformSignIn::failed);
    wrong.start(u"ana@example.com"_s, Secret("wrong"));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.at(0).at(0).value<Error>().kind, ErrorKind::Authentication);
    PlatformSignIn right(profile, network, {});
    QSignalSpy succeeded(&right, &PlatformSignIn::succeeded);
    right.start(u"ana@example.com"_s, Secret("right"));
    QTRY_COMPARE(succeeded.size(), 1);
    QVERIFY(right.takeTokens().refreshToken.equals(Secret("prt")));
}

QTEST_GUILESS_MAIN(AuthTokensTest)
#include "tst_auth_tokens.moc"
