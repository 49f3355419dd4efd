// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/backend_server/backend_client.h"

#include <QTest>

using namespace apex;
using namespace apex::backend;
using namespace apex::test;
using namespace Qt::StringLiterals;

class TestBackendSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();

    // Sign-in
    void wholeOAuthDance();
    void consentPageHeadersProtectIt();
    void refreshRotatesOverHttp();
    void tokenEndpointIsStrict();
    void passwordLogin();
    void logoutEndsTheSession();
    void metadataIsComplete();

private:
    QString dataDir() const { return m_folder->filePath(u"data"_s); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestBackendSignIn::init() {
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestBackendSignIn::wholeOAuthDance() {
    RunningServer server(dataDir());
    Client client(server);
    const Answer decided = client.decide(
        {{u"account"_s, u"new"_s}, {u"new_name"_s, u"Ana Test"_s}, {u"decision"_s, u"allow"_s}});
    QCOMPARE(decided.status, 303);
    const QUrl location = QUrl::fromEncoded(decided.header("Location"));
    QCOMPARE(location.toString(QUrl::RemoveQuery), Client::redirectUri());
    const QUrlQuery sent(location);
    QCOMPARE(sent.queryItemValue(u"state"_s), u"0123456789"_s);
    QCOMPARE(sent.queryItemValue(u"iss"_s, QUrl::FullyDecoded), server.url());
    const QUrlQuery exchange{{u"grant_type"_s, u"authorization_code"_s},
                             {u"client_id"_s, u"apex-desktop"_s},
                             {u"code"_s, sent.queryItemValue(u"code"_s)},
                             {u"redirect_uri"_s, Client::redirectUri()},
                             {u"code_verifier"_s, QString::fromLatin1(Client::verifier())}};
    const Answer tokens = client.postForm(u"/oauth/token"_s, exchange);
    QCOMPARE(tokens.status, 200);
    QCOMPARE(tokens.object().value("token_type"_L1).toString(), u"Bearer"_s);
    QCOMPARE(tokens.object().value("expires_in"_L1).toInt(), 900);
    const QString access = tokens.object().value("access_token"_L1).toString();
    const Answer me = client.get(u"/auth/me"_s, access);
    QCOMPARE(me.status, 200);
    QCOMPARE(me.object().value("name"_L1).toString(), u"Ana Test"_s);
    QCOMPARE(me.object().value("email"_L1).toString(), u"ana.test@localhost"_s);
    // The second use of the code is refused and ends the first one's tokens.
    const Answer replay = client.postForm(u"/oauth/token"_s, exchange);
    QCOMPARE(replay.status, 400);
    QCOMPARE(replay.object().value("error"_L1).toString(), u"invalid_grant"_s);
    QCOMPARE(client.get(u"/auth/me"_s, access).status, 401);
    // Cancelling reaches the app as access_denied.
    const Answer denied = client.decide({{u"decision"_s, u"deny"_s}});
    QCOMPARE(QUrlQuery(QUrl::fromEncoded(denied.header("Location"))).queryItemValue(u"error"_s),
             u"access_denied"_s);
}

void TestBackendSignIn::consentPageHeadersProtectIt() {
    RunningServer server(dataDir());
    Client client(server);
    const Answer page = client.get(client.authorizePath());
    QCOMPARE(page.status, 200);
    QCOMPARE(page.header("Content-Type"), QByteArray("text/html; charset=utf-8"));
    QVERIFY(page.header("Content-Security-Policy").contains("default-src 'none'"));
    QVERIFY(page.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
    QCOMPARE(page.header("X-Frame-Options"), QByteArray("DENY"));
    QCOMPARE(page.header("Cache-Control"), QByteArray("no-store"));
    QVERIFY(page.body.contains("value=\"Tester\""));
    const Answer json = client.send("POST", u"/oauth/authorize"_s, "decision=allow", "text/plain");
    QCOMPARE(json.status, 415);
    const Answer crossSite =
        client.send("POST", u"/oauth/authorize"_s, "decision=allow", "application/x-www-form-urlencoded", {},
                    {{"Origin", "https://evil.example"}});
    QCOMPARE(crossSite.status, 403);
    const Answer noClient = client.get(u"/oauth/authorize?client_id=x"_s);
    QCOMPARE(noClient.status, 400);
    QVERIFY(noClient.header("Location").isEmpty());
}

void TestBackendSignIn::refreshRotatesOverHttp() {
    RunningServer server(dataDir());
    Client client(server);
    const Tokens first = client.signIn(u"Ana"_s);
    const auto refresh = [&](const QString& token) {
        return client.postForm(u"/oauth/token"_s, {{u"grant_type"_s, u"refresh_token"_s},
                                                   {u"client_id"_s, u"apex-desktop"_s},
                                                   {u"refresh_token"_s, token}});
    };
    const Answer second = refresh(first.refresh);
    QCOMPARE(second.status, 200);
    const QString newRefresh = second.object().value("refresh_token"_L1).toString();
    QVERIFY(newRefresh != first.refresh);
    // The platform's own form works on the same tokens.
    const Answer third = client.postJson(u"/auth/refresh"_s, {{"refreshToken"_L1, newRefresh}});
    QCOMPARE(third.status, 200);
    const QString newest = third.object().value("access_token"_L1).toString();
    QCOMPARE(client.get(u"/auth/me"_s, newest).status, 200);
    QCOMPARE(refresh(first.refresh).object().value("error"_L1).toString(), u"invalid_grant"_s);
    QCOMPARE(client.get(u"/auth/me"_s, newest).status, 401);
    const Answer reused = client.postJson(u"/auth/refresh"_s, {{"refresh_token"_L1, newRefresh}});
    QCOMPARE(reused.status, 401);
    QCOMPARE(reused.object().value("detail"_L1).toString(), u"Invalid refresh token"_s);
    const Answer missing = client.postJson(u"/auth/refresh"_s, {{"other"_L1, 1}});
    QCOMPARE(missing.status, 422);
    QVERIFY(missing.object().value("detail"_L1).isString());
}

void TestBackendSignIn::tokenEndpointIsStrict() {
    RunningServer server(dataDir());
    Client client(server);
    const auto error = [](const Answer& answer) { return answer.object().value("error"_L1).toString(); };
    QCOMPARE(error(client.postForm(u"/oauth/token"_s, {{u"grant_type"_s, u"refresh_token"_s}})),
             u"invalid_client"_s);
    QCOMPARE(error(client.postForm(u"/oauth/token"_s,
                                   {{u"client_id"_s, u"apex-desktop"_s}, {u"grant_type"_s, u"password"_s}})),
             u"unsupported_grant_type"_s);
    QCOMPARE(error(client.postForm(u"/oauth/token"_s, {{u"client_id"_s, u"apex-desktop"_s},
                                                       {u"grant_type"_s, u"authorization_code"_s}})),
             u"invalid_request"_s);
    QCOMPARE(error(client.send("POST", u"/oauth/token"_s,
                               "client_id=apex-desktop&client_id=apex-desktop&grant_type=refresh_token",
                               "application/x-www-form-urlencoded")),
             u"invalid_request"_s);
    QCOMPARE(client.postJson(u"/oauth/token"_s, {{"grant_type"_L1, "refresh_token"_L1}}).status, 415);
    QCOMPARE(client.get(u"/oauth/token"_s).status, 405);
    QCOMPARE(client.postForm(u"/oauth/revoke"_s, {{u"token"_s, u"unknown"_s}}).status, 200);
}

void TestBackendSignIn::passwordLogin() {
    RunningServer server(dataDir());
    Client client(server);
    const Answer created = client.decide({{u"account"_s, u"new"_s},
                                          {u"new_name"_s, u"Bo"_s},
                                          {u"password"_s, u"pa ss"_s},
                                          {u"decision"_s, u"allow"_s}});
    QCOMPARE(created.status, 303);
    const auto login = [&](const QString& email, const QString& password) {
        return client.postJson(u"/auth/login"_s, {{"email"_L1, email}, {"password"_L1, password}});
    };
    const Answer good = login(u"bo@localhost"_s, u"pa ss"_s);
    QCOMPARE(good.status, 200);
    QCOMPARE(good.object().value("user"_L1).toObject().value("email"_L1).toString(), u"bo@localhost"_s);
    QCOMPARE(login(u"bo@localhost"_s, u"wrong"_s).status, 401);
    QCOMPARE(login(u"nobody@localhost"_s, u"pa ss"_s).object().value("detail"_L1).toString(),
             u"Invalid credentials"_s);
    // An account without a password is for the consent page only.
    QVERIFY(!client.signIn(u"Open"_s).access.isEmpty());
    QCOMPARE(login(u"open@localhost"_s, {}).status, 401);
    QCOMPARE(client.postJson(u"/auth/login"_s, {{"email"_L1, "bo@localhost"_L1}}).status, 422);
    for (int i = 0; i < 4; ++i)
        QCOMPARE(login(u"bo@localhost"_s, u"wrong"_s).status, 401);
    const Answer blocked = login(u"bo@localhost"_s, u"pa ss"_s);
    QCOMPARE(blocked.status, 429);
    QVERIFY(blocked.header("Retry-After").toInt() > 0);
}

void TestBackendSignIn::logoutEndsTheSession() {
    RunningServer server(dataDir());
    Client client(server);
    const Tokens tokens = client.signIn(u"Ana"_s);
    QCOMPARE(client.get(u"/auth/verify"_s, tokens.access).object().value("valid"_L1).toBool(), true);
    QCOMPARE(client.postJson(u"/auth/validate"_s, {{"token"_L1, tokens.access}})
                 .object()
                 .value("valid"_L1)
                 .toBool(),
             true);
    QCOMPARE(client.postJson(u"/auth/logout"_s, {}, tokens.access).status, 200);
    QCOMPARE(client.get(u"/auth/me"_s, tokens.access).status, 401);
    const Answer invalid = client.postJson(u"/auth/validate"_s, {{"token"_L1, tokens.access}});
    QCOMPARE(invalid.status, 200);
    QCOMPARE(invalid.object().value("valid"_L1).toBool(true), false);
    QCOMPARE(client.postJson(u"/auth/refresh"_s, {{"refresh_token"_L1, tokens.refresh}}).status, 401);
}

void TestBackendSignIn::metadataIsComplete() {
    RunningServer server(dataDir());
    Client client(server);
    const QJsonObject metadata = client.get(u"/.well-known/oauth-authorization-server"_s).object();
    QCOMPARE(metadata.value("issuer"_L1).toString(), server.url());
    QCOMPARE(metadata.value("authorization_endpoint"_L1).toString(), server.url(u"/oauth/authorize"_s));
    QCOMPARE(metadata.value("token_endpoint"_L1).toString(), server.url(u"/oauth/token"_s));
    QCOMPARE(metadata.value("revocation_endpoint"_L1).toString(), server.url(u"/oauth/revoke"_s));
    QCOMPARE(metadata.value("code_challenge_methods_supported"_L1).toArray(), QJsonArray{"S256"_L1});
    QVERIFY(metadata.value("authorization_response_iss_parameter_supported"_L1).toBool());
    const QJsonObject features = client.get(u"/api/config/public"_s).object().value("features"_L1).toObject();
    QCOMPARE(features.value("attachments"_L1).toString(), u"upload"_s);
    QCOMPARE(features.value("max_attachment_bytes"_L1).toInteger(), qint64(1) << 30);
    QVERIFY(client.get(u"/ws/config"_s).object().contains("websocket_config"_L1));
    QVERIFY(client.get(u"/auth/config"_s).object().value("oauth_enabled"_L1).toBool());
}

QTEST_GUILESS_MAIN(TestBackendSignIn)
#include "tst_backend_sign_in.moc"
