// SPDX-License-Identifier: GPL-3.0-or-later
// The platform's own sign-in against scripted servers: what is offered, sent, accepted, and said.
#include "auth/platform_sign_in.h"
#include "auth/platform_sign_in_address.h"
#include "base/random.h"
#include "support/scripted_http_server.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

using namespace apex;
using namespace apex::auth;
using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

QByteArray jwt(qint64 lifetime = 900, qint64 age = 0) {
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QJsonObject claims{{u"sub"_s, u"user-1"_s},
                             {u"email"_s, u"ana@example.com"_s},
                             {u"iat"_s, now - age},
                             {u"exp"_s, now - age + lifetime}};
    return base64Url("{\"alg\":\"HS256\"}") + '.' + base64Url(QJsonDocument(claims).toJson()) + ".c2ln";
}

QByteArray pair(const QByteArray& access) {
    return R"({"access_token":")" + access +
           R"(","refresh_token":"rt-1","token_type":"Bearer","expires_in":900})";
}

QJsonObject config(const QUrl& base, bool development = false) {
    QJsonObject endpoints{{u"login"_s, QString(base.toString() + u"/auth/login"_s)},
                          {u"token"_s, QString(base.toString() + u"/oauth/token"_s)}};
    if (development)
        endpoints.insert(u"dev_login"_s, QString(base.toString() + u"/auth/dev/login"_s));
    return {{u"oauth_enabled"_s, true},
            {u"endpoints"_s, endpoints},
            {u"authorized_javascript_origins"_s,
             QJsonArray{u"https://app.example.com"_s, u"http://evil.example"_s}}};
}

/// A platform's auth service and one sign-in at it.
struct Scene {
    explicit Scene(bool development = false) {
        server.on("/auth/config", {.body = QJsonDocument(config(server.url(), development)).toJson()});
        environment::Profile profile;
        profile.name = u"Test"_s;
        profile.issuer = server.url();
        profile.signIn = environment::SignInKind::Platform;
        signIn = std::make_unique<PlatformSignIn>(profile, network, [this](const QUrl& url) {
            opened = url;
            return true;
        });
        QObject::connect(signIn.get(), &PlatformSignIn::succeeded, signIn.get(), [this] { ++succeeded; });
        QObject::connect(signIn.get(), &PlatformSignIn::failed, signIn.get(),
                         [this](const Error& error) { failure = error; });
    }
    void ask() {
        signIn->ask();
        QTRY_VERIFY(signIn->offer().has_value());
    }

    ScriptedHttpServer server;
    QNetworkAccessManager network;
    std::unique_ptr<PlatformSignIn> signIn;
    QUrl opened;
    Error failure;
    int succeeded = 0;
};

AddressExpectation expectation() {
    AddressExpectation expected;
    expected.origins = {originOf(QUrl(u"https://app.example.com"_s)),
                        originOf(QUrl(u"https://auth.example.com"_s))};
    expected.state = Secret("our-state");
    return expected;
}

Expected<TokenSet> paste(const QByteArray& address) {
    return readPastedAddress(Secret(address), expectation(), SystemClock().wallNow());
}

} // namespace

class AuthPlatformTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsOffered();
    void anUnusableOfferIsSaid_data();
    void anUnusableOfferIsSaid();
    void passwordGoesIntoOneRequest();
    void refusalsInWords_data();
    void refusalsInWords();
    void refusedServerIsSaid();
    void developmentOnlyWhereOffered();
    void expiryIsOfTheTokenAndOfItsAge();
    void goodAddresses_data();
    void goodAddresses();
    void badAddresses_data();
    void badAddresses();
    void pastedAddressFinishesTheBrowserSignIn();
    void loopbackIsUsedWhereHonoured();
    void cancelEndsTheWait();
};

void AuthPlatformTest::readsWhatIsOffered() {
    Scene plain;
    plain.ask();
    QVERIFY(plain.signIn->offer()->browser);
    QVERIFY(!plain.signIn->offer()->development);
    QCOMPARE(plain.signIn->offer()->tokenEndpoint, plain.server.url(u"/oauth/token"_s));
    // Plain http to a host elsewhere is nobody's front end.
    QCOMPARE(plain.signIn->offer()->finalOrigins,
             (QList<QUrl>{originOf(plain.server.url()), originOf(QUrl(u"https://app.example.com"_s))}));
    plain.signIn->ask(); // known already
    QCOMPARE(plain.server.requestsTo("/auth/config").size(), 1);
    Scene development(true);
    development.ask();
    QVERIFY(development.signIn->offer()->development);

    // A code must not be sent to another host than the profile's.
    QJsonObject hostile = config(QUrl(u"https://auth.example.com"_s));
    hostile.insert(u"endpoints"_s, QJsonObject{{u"token"_s, u"https://evil.example/oauth/token"_s}});
    const HttpAnswer answer{.status = 200,
                            .contentType = "application/json",
                            .body = Secret(QJsonDocument(hostile).toJson()),
                            .serverTime = {}};
    const auto offer = readPlatformOffer(answer, QUrl(u"https://auth.example.com"_s));
    QVERIFY(offer && offer->tokenEndpoint.isEmpty());
}

void AuthPlatformTest::anUnusableOfferIsSaid_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("not found") << 404 << QByteArray("{}");
    QTest::newRow("broken") << 503 << QByteArray("{}");
    QTest::newRow("no JSON") << 200 << QByteArray("<html>");
    QTest::newRow("a list") << 200 << QByteArray("[]");
}

void AuthPlatformTest::anUnusableOfferIsSaid() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    Scene scene;
    scene.server.on("/auth/config", {.status = status, .body = body});
    scene.signIn->ask();
    QVERIFY(scene.signIn->isAsking());
    QTRY_VERIFY(!scene.signIn->isAsking());
    QVERIFY(!scene.signIn->offer());
    QVERIFY(!scene.signIn->offerError().happened.isEmpty());
    QVERIFY(!scene.signIn->offerError().action.isEmpty());
    scene.signIn->ask(); // a failure is asked again
    QTRY_COMPARE(scene.server.requestsTo("/auth/config").size(), 2);
}

void AuthPlatformTest::passwordGoesIntoOneRequest() {
    Scene scene;
    const QByteArray secret = "p\"ä\\ss";
    scene.server.on("/auth/login", {.body = pair(jwt())});
    scene.signIn->start(u"ana@example.com"_s, Secret(secret));
    QVERIFY(scene.signIn->isBusy());
    scene.signIn->start(u"twice@example.com"_s, Secret("x")); // one try at a time
    QTRY_COMPARE(scene.succeeded, 1);
    QCOMPARE(scene.server.requests().size(), 1);
    const ScriptedRequest request = scene.server.requests().constFirst();
    QCOMPARE(request.method, "POST");
    QVERIFY(request.query.isEmpty());
    const QJsonObject sent = QJsonDocument::fromJson(request.body).object();
    QCOMPARE(sent.value(u"password"_s).toString().toUtf8(), secret);
    QCOMPARE(sent.keys(), (QStringList{u"email"_s, u"password"_s}));
    QVERIFY(!request.headers.contains("authorization") && !request.headers.contains("cookie"));
    const TokenSet tokens = scene.signIn->takeTokens();
    QVERIFY(tokens.refreshToken.equals(Secret("rt-1")));
    QVERIFY(scene.signIn->takeTokens().accessToken.isEmpty());
}

void AuthPlatformTest::refusalsInWords_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("word");
    QTest::newRow("wrong") << 401 << ErrorKind::Authentication << u"password is not right"_s;
    QTest::newRow("not allowed") << 403 << ErrorKind::Denied << u"may not sign in"_s;
    QTest::newRow("no such way") << 404 << ErrorKind::Configuration << u"does not offer"_s;
    QTest::newRow("unreadable") << 422 << ErrorKind::InvalidInput << u"e-mail address"_s;
    QTest::newRow("too often") << 429 << ErrorKind::Unavailable << u"too many tries"_s;
    QTest::newRow("broken") << 500 << ErrorKind::Unavailable << u"problem"_s;
    QTest::newRow("gateway") << 502 << ErrorKind::Unavailable << u"problem"_s;
    QTest::newRow("redirected") << 302 << ErrorKind::Unavailable << u"problem"_s;
}

void AuthPlatformTest::refusalsInWords() {
    QFETCH(int, status);
    QFETCH(ErrorKind, kind);
    QFETCH(QString, word);
    Scene scene;
    scene.server.on("/auth/login", {.status = status, .body = R"({"detail":"hunter2 is wrong"})"});
    scene.signIn->start(u"ana@example.com"_s, Secret("hunter2"));
    QTRY_VERIFY(!scene.failure.happened.isEmpty());
    QCOMPARE(scene.failure.kind, kind);
    QVERIFY2(scene.failure.happened.contains(word), qPrintable(scene.failure.happened));
    QVERIFY(!scene.failure.action.isEmpty());
    // A server may echo what it got.
    QVERIFY(!scene.failure.forSupport().contains(u"hunter2"));
    QVERIFY(!scene.signIn->isBusy());
    // The next try is a new one.
    scene.server.on("/auth/login", {.body = pair(jwt())});
    scene.signIn->start(u"ana@example.com"_s, Secret("hunter2"));
    QTRY_COMPARE(scene.succeeded, 1);
}

void AuthPlatformTest::refusedServerIsSaid() {
    Scene scene;
    scene.server.stop();
    scene.signIn->start(u"ana@example.com"_s, Secret("hunter2"));
    QTRY_COMPARE(scene.failure.kind, ErrorKind::Network);
    QVERIFY(!scene.failure.action.isEmpty());
}

void AuthPlatformTest::developmentOnlyWhereOffered() {
    Scene plain;
    plain.server.on("/auth/dev/login", {.body = pair(jwt())});
    plain.ask();
    plain.signIn->startDevelopment();
    QTRY_COMPARE(plain.failure.kind, ErrorKind::Configuration);
    QVERIFY(plain.server.requestsTo("/auth/dev/login").isEmpty());

    Scene development(true);
    development.server.on("/auth/dev/login", {.body = pair(jwt())});
    development.ask();
    QVERIFY(development.server.requestsTo("/auth/dev/login").isEmpty()); // never by itself
    development.signIn->startDevelopment();
    QTRY_COMPARE(development.succeeded, 1);
    QCOMPARE(development.server.requestsTo("/auth/dev/login").size(), 1);
}

void AuthPlatformTest::expiryIsOfTheTokenAndOfItsAge() {
    const WallTime now = SystemClock().wallNow();
    const auto lifeOf = [now](const QByteArray& token) {
        const HttpAnswer answer{
            .status = 200, .contentType = "application/json", .body = Secret(pair(token)), .serverTime = {}};
        const auto tokens = readLoginAnswer(answer, false, now);
        return tokens && tokens->expiresAt
                   ? std::chrono::duration_cast<std::chrono::minutes>(*tokens->expiresAt - now).count()
                   : -1;
    };
    QVERIFY(std::abs(lifeOf(jwt(7200)) - 120) <= 1); // expires_in says 15 minutes and is wrong
    // Demo tokens claim 48 hours, but none older than 24 is taken.
    QVERIFY(std::abs(lifeOf(jwt(48 * 3600)) - 24 * 60) <= 1);
    QVERIFY(std::abs(lifeOf(jwt(48 * 3600, 20 * 3600)) - 4 * 60) <= 1);
}

void AuthPlatformTest::goodAddresses_data() {
    QTest::addColumn<QByteArray>("address");
    const QByteArray token = jwt();
    const QByteArray base = "https://app.example.com/auth/callback";
    QTest::newRow("as the service sends it")
        << base + "?access_token=" + token + "&refresh_token=rt-1&email=ana%40example.com&name=Ana";
    QTest::newRow("other names") << base + "?token=" + token + "&refresh=rt-1";
    QTest::newRow("with our state") << base + "?access_token=" + token +
                                           "&refresh_token=rt-1&state=our-state";
    QTest::newRow("in the fragment") << base + "#access_token=" + token + "&refresh_token=rt-1";
    QTest::newRow("at the auth service")
        << "https://auth.example.com/auth/callback?access_token=" + token + "&refresh_token=rt-1";
    QTest::newRow("blanks around") << "  " + base + "?access_token=" + token + "&refresh_token=rt-1 \n";
}

void AuthPlatformTest::goodAddresses() {
    QFETCH(QByteArray, address);
    const auto tokens = paste(address);
    QVERIFY2(tokens, tokens ? "" : qPrintable(tokens.error().forSupport()));
    QVERIFY(!tokens->accessToken.isEmpty());
    QVERIFY(tokens->refreshToken.equals(Secret("rt-1")));
    QVERIFY(tokens->expiresAt.has_value());
}

void AuthPlatformTest::badAddresses_data() {
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QString>("word");
    const QByteArray token = jwt();
    const QByteArray query = "?access_token=" + token + "&refresh_token=rt-secret";
    const QByteArray base = "https://app.example.com/auth/callback";
    QTest::newRow("empty") << QByteArray() << u"no address"_s;
    QTest::newRow("words") << QByteArray("hello there") << u"not a web address"_s;
    QTest::newRow("script") << QByteArray("javascript:alert(1)") << u"not a web address"_s;
    QTest::newRow("file") << QByteArray("file:///auth/callback") + query << u"not a web address"_s;
    QTest::newRow("token") << token << u"access token, not an address"_s;
    QTest::newRow("huge") << base + QByteArray(maxPastedBytes, 'a') << u"too long"_s;
    QTest::newRow("other host") << "https://evil.example/auth/callback" + query << u"evil.example"_s;
    QTest::newRow("look-alike host") << "https://app.example.com.evil.example/auth/callback" + query
                                     << u"elsewhere"_s;
    QTest::newRow("host in user info")
        << "https://app.example.com@evil.example/auth/callback" + query << u"evil.example"_s;
    QTest::newRow("user info") << "https://x@app.example.com/auth/callback" + query << u"elsewhere"_s;
    QTest::newRow("other port") << "https://app.example.com:8443/auth/callback" + query << u"elsewhere"_s;
    QTest::newRow("plain") << "http://app.example.com/auth/callback" + query << u"elsewhere"_s;
    QTest::newRow("other state") << base + query + "&state=another" << u"does not belong"_s;
    QTest::newRow("empty state") << base + query + "&state=" << u"does not belong"_s;
    QTest::newRow("two states") << base + query + "&state=our-state&state=our-state" << u"damaged"_s;
    QTest::newRow("two tokens") << base + query + "&access_token=" + token << u"damaged"_s;
    QTest::newRow("broken escape") << base + query + "&name=%E" << u"not a web address"_s;
    QTest::newRow("other page") << "https://app.example.com/chat" + query << u"not the last page"_s;
    QTest::newRow("step before") << base + "?code=abc" << u"step before"_s;
    QTest::newRow("nothing in it") << base << u"no sign-in"_s;
    QTest::newRow("cut off") << base + "?access_token=" + token.left(40) << u"cut off"_s;
    QTest::newRow("expired") << base + "?access_token=" + jwt(900, 4000) << u"expired"_s;
    QTest::newRow("declined") << QByteArray("https://app.example.com/auth/error?error=access_denied")
                              << u"declined"_s;
    QTest::newRow("failed") << QByteArray("https://app.example.com/auth/error?error=x&error_description=y")
                            << u"failed in the browser"_s;
}

void AuthPlatformTest::badAddresses() {
    QFETCH(QByteArray, address);
    QFETCH(QString, word);
    const auto tokens = paste(address);
    QVERIFY(!tokens);
    const Error& error = tokens.error();
    QVERIFY2(error.happened.contains(word), qPrintable(error.happened));
    QVERIFY(!error.action.isEmpty());
    QVERIFY(!error.forSupport().contains(u"rt-secret"));
    QVERIFY(!error.forSupport().contains(u"eyJ"));
}

void AuthPlatformTest::pastedAddressFinishesTheBrowserSignIn() {
    Scene scene;
    scene.ask();
    scene.signIn->startBrowser();
    QCOMPARE(scene.signIn->phase(), SignIn::Phase::WaitingForBrowser);
    QCOMPARE(scene.opened, scene.signIn->browserUrl());
    QCOMPARE(originOf(scene.opened), originOf(scene.server.url()));
    QCOMPARE(scene.opened.path(), u"/auth/login"_s);
    // A wrong address is said and the wait goes on.
    const auto wrong =
        scene.signIn->submitAddress(Secret("https://evil.example/auth/callback?access_token=x"));
    QVERIFY(!wrong);
    QCOMPARE(scene.signIn->phase(), SignIn::Phase::WaitingForBrowser);
    const QByteArray good =
        "https://app.example.com/auth/callback?access_token=" + jwt() + "&refresh_token=r";
    QVERIFY(scene.signIn->submitAddress(Secret(good)));
    QCOMPARE(scene.succeeded, 1);
    QVERIFY(scene.signIn->browserUrl().isEmpty());
    QVERIFY(!scene.signIn->submitAddress(Secret(good))); // nothing waits for it any more
}

void AuthPlatformTest::loopbackIsUsedWhereHonoured() {
    Scene scene;
    scene.server.on("/oauth/token", {.body = pair(jwt())});
    scene.ask();
    scene.signIn->startBrowser();
    const QUrlQuery asked(scene.opened);
    const QUrl back(asked.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded));
    QCOMPARE(back.host(), u"127.0.0.1"_s);
    QCOMPARE(asked.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
    QVERIFY(asked.queryItemValue(u"state"_s).size() >= 32);
    const auto visit = [](QUrl url, const QString& query) {
        url.setQuery(query);
        QNetworkAccessManager browser;
        std::unique_ptr<QNetworkReply> reply(browser.get(QNetworkRequest(url)));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        return finished.wait(5000) ? reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
    };
    QCOMPARE(visit(back, u"code=stolen&state=wrong"_s), 400);
    QCOMPARE(scene.signIn->phase(), SignIn::Phase::WaitingForBrowser);
    QCOMPARE(visit(back, u"code=c-1&state="_s + asked.queryItemValue(u"state"_s)), 200);
    QTRY_COMPARE(scene.succeeded, 1);
    const ScriptedRequest exchange = scene.server.requestsTo("/oauth/token").value(0);
    QCOMPARE(exchange.field(u"code"_s), u"c-1"_s);
    QCOMPARE(exchange.field(u"redirect_uri"_s), back.toString());
    const Secret verifier(exchange.field(u"code_verifier"_s).toUtf8());
    QCOMPARE(verifier.size(), 43);
}

void AuthPlatformTest::cancelEndsTheWait() {
    Scene scene;
    scene.signIn->startBrowser();
    scene.signIn->cancel();
    QCOMPARE(scene.failure.kind, ErrorKind::Cancelled);
    QVERIFY(!scene.signIn->isBusy());
    // A late answer to a cancelled try changes nothing.
    scene.server.on("/auth/login", {.body = pair(jwt()), .delayMs = 100});
    scene.signIn->start(u"ana@example.com"_s, Secret("x"));
    scene.signIn->cancel();
    QTRY_COMPARE(scene.server.requestsTo("/auth/login").size(), 1);
    QTest::qWait(200);
    QCOMPARE(scene.succeeded, 0);
}

QTEST_GUILESS_MAIN(AuthPlatformTest)
#include "tst_auth_platform.moc"
