// SPDX-License-Identifier: GPL-3.0-or-later
// Who signed in: signatures and claims of ID tokens, the provider's keys, discovery, and sign-in by device
// code.
#include "auth/auth_server.h"
#include "auth/device_sign_in.h"
#include "auth/id_token.h"
#include "auth/token_bundle.h"
#include "auth/token_signature.h"
#include "support/scripted_http_server.h"
#include "support/signing_key.h"
#include "support/stepped_clock.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::auth;
using namespace apex::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 now = 1'795'000'000;
const QByteArray nonce = "n0nce";

const SigningKey& rsaKey() {
    static const SigningKey key(u"RS256"_s);
    return key;
}

QJsonObject goodClaims() {
    return {{u"iss"_s, u"https://id.example"_s},
            {u"aud"_s, u"apex-desktop"_s},
            {u"sub"_s, u"u-1"_s},
            {u"name"_s, u"Ana"_s},
            {u"nonce"_s, QString::fromLatin1(nonce)},
            {u"iat"_s, now - 5},
            {u"exp"_s, now + 600}};
}

IdTokenExpectation expectation() {
    return {.issuer = u"https://id.example"_s,
            .clientId = u"apex-desktop"_s,
            .nonce = nonce,
            .serverNow = WallTime(std::chrono::seconds(now))};
}

QString checkOf(const Error& error) {
    return error.details.section(u"check: "_s, 1);
}

/// The whole way of one ID token; empty if it passes, else the check that it fails.
QString verdictOn(const QByteArray& compact, const QJsonArray& keys) {
    const auto token = parseJsonWebToken(compact);
    if (!token)
        return u"form"_s;
    if (const auto header = checkIdTokenHeader(*token); !header)
        return checkOf(header.error());
    const SignatureVerdict signature = judgeSignature(keys, *token);
    if (signature != SignatureVerdict::Good)
        return signature == SignatureVerdict::Bad ? u"signature"_s : u"kid"_s;
    const auto claims = checkIdTokenClaims(*token, expectation(), Secret("the access token"));
    return claims ? QString() : checkOf(claims.error());
}

QByteArray bytes(const QJsonObject& object) {
    return QJsonDocument(object).toJson();
}

QJsonObject metadataObject(const QString& issuer) {
    return {{u"issuer"_s, issuer},
            {u"authorization_endpoint"_s, QString(issuer + u"/authorize"_s)},
            {u"token_endpoint"_s, QString(issuer + u"/token"_s)},
            {u"device_authorization_endpoint"_s, QString(issuer + u"/device"_s)},
            {u"jwks_uri"_s, QString(issuer + u"/jwks"_s)},
            {u"userinfo_endpoint"_s, QString(issuer + u"/me"_s)},
            {u"response_types_supported"_s, QJsonArray{u"code"_s}},
            {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}}};
}

environment::Profile profileOf(const QUrl& issuer) {
    environment::Profile profile;
    profile.name = u"Test"_s;
    profile.issuer = issuer;
    profile.clientId = u"apex-desktop"_s;
    profile.scopes = QStringList{u"openid"_s};
    return profile;
}

const QByteArray oauthPlace = "/.well-known/oauth-authorization-server";
const QByteArray openIdPlace = "/.well-known/openid-configuration";

/// A scripted provider and our side of it.
struct Provider {
    Provider() {
        server.on(oauthPlace, {.body = bytes(metadataObject(server.url().toString()))});
        publish({rsaKey().jwk()});
    }
    void publish(const QJsonArray& keys) { server.on("/jwks", {.body = bytes({{u"keys"_s, keys}})}); }
    [[nodiscard]] QJsonObject claims() const {
        QJsonObject claims = goodClaims();
        claims.insert(u"iss"_s, server.url().toString());
        return claims;
    }
    void answerTokens(const QByteArray& idToken) {
        server.on("/token", {.body = R"({"access_token":"at","refresh_token":"rt2","token_type":"Bearer",)"
                                     R"("expires_in":60,"id_token":")" +
                                     idToken + "\"}"});
    }
    Expected<AuthorizationMetadata> discover() {
        std::optional<Expected<AuthorizationMetadata>> found;
        ours.discover([&](Expected<AuthorizationMetadata> metadata) { found = std::move(metadata); });
        if (!QTest::qWaitFor([&] { return found.has_value(); }, 20'000))
            return fail(ErrorKind::Internal, u"no answer"_s);
        return std::move(*found);
    }
    Expected<TokenSet> exchange(const QByteArray& sentNonce = nonce) {
        if (const auto metadata = discover(); !metadata)
            return fail(metadata.error());
        return wait([&](const AuthServer::Done<TokenSet>& done) {
            ours.exchangeCode(Secret("c"), Secret("v"), QUrl(u"http://127.0.0.1:9/callback"_s), sentNonce,
                              done);
        });
    }
    Expected<TokenSet> refresh() {
        return wait([&](const AuthServer::Done<TokenSet>& done) { ours.refresh(Secret("rt"), done); });
    }
    template <class Start>
    Expected<TokenSet> wait(const Start& start) {
        std::optional<Expected<TokenSet>> got;
        start([&](Expected<TokenSet> tokens) { got = std::move(tokens); });
        if (!QTest::qWaitFor([&] { return got.has_value(); }, 20'000))
            return fail(ErrorKind::Internal, u"no answer"_s);
        return std::move(*got);
    }
    ScriptedHttpServer server;
    QNetworkAccessManager network;
    SteppedClock clock{WallTime(std::chrono::seconds(now))};
    AuthServer ours{profileOf(server.url()), network, clock};
};

} // namespace

class AuthIdentityTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsTheVectorsOfTheRfcs_data();
    void followsTheVectorsOfTheRfcs();
    void checksEverySignature_data();
    void checksEverySignature();
    void refusesWeakAndBrokenKeys();
    void judgesIdTokens_data();
    void judgesIdTokens();
    void namesAreFitForTerminals();
    void identityIsKeptWithTheTokens();
    void identityOfASignIn();
    void failedChecksEndTheSignIn_data();
    void failedChecksEndTheSignIn();
    void rotatedKeysAreFetchedOnce();
    void renewalSurvivesMissingKeysOnly();
    void userInfoOfSomebodyElse();
    void findsMetadata_data();
    void findsMetadata();
    void wrongIssuerEndsTheSearch();
    void tokenRequestsFollowNoRedirect();
    void readsDeviceAnswers_data();
    void readsDeviceAnswers();
    void deviceSignIns();
    void deviceSignInCanBeCancelled();
};

void AuthIdentityTest::followsTheVectorsOfTheRfcs_data() {
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QJsonObject>("key");
    QTest::newRow("RFC 7515 A.3, ES256")
        << QByteArray("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5d"
                      "jxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
        << QJsonObject{{u"kty"_s, u"EC"_s},
                       {u"crv"_s, u"P-256"_s},
                       {u"x"_s, u"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"_s},
                       {u"y"_s, u"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"_s}};
    QTest::newRow("RFC 8037 A.4, Ed25519")
        << QByteArray(
               "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcv"
               "Mg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
        << QJsonObject{{u"kty"_s, u"OKP"_s},
                       {u"crv"_s, u"Ed25519"_s},
                       {u"x"_s, u"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"_s}};
}

void AuthIdentityTest::followsTheVectorsOfTheRfcs() {
    QFETCH(QByteArray, token);
    QFETCH(QJsonObject, key);
    const QList<QByteArray> parts = token.split('.');
    const auto decoded = [](const QByteArray& part) {
        return QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding);
    };
    const QString algorithm = QJsonDocument::fromJson(decoded(parts[0])).object().value(u"alg"_s).toString();
    QVERIFY(isSignedBy(key, algorithm, parts[0] + '.' + parts[1], decoded(parts[2])));
    QVERIFY(!isSignedBy(key, algorithm, parts[0] + ".x" + parts[1], decoded(parts[2])));
}

void AuthIdentityTest::checksEverySignature_data() {
    QTest::addColumn<QString>("algorithm");
    for (const char* name : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                             "EdDSA", "Ed25519"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void AuthIdentityTest::checksEverySignature() {
    QFETCH(QString, algorithm);
    const SigningKey key(algorithm);
    const auto token = parseJsonWebToken(key.token(goodClaims()));
    QVERIFY(token);
    const auto judged = [&](const QJsonObject& jwk, const JsonWebToken& one) {
        return isSignedBy(jwk, algorithm, one.signedBytes, one.signature);
    };
    QVERIFY(judged(key.jwk(), *token));
    // Every bit counts, and so does the length.
    for (const qsizetype at : {qsizetype{0}, token->signature.size() / 2, token->signature.size() - 1}) {
        JsonWebToken bent = *token;
        bent.signature[at] = static_cast<char>(bent.signature[at] ^ 1);
        QVERIFY(!judged(key.jwk(), bent));
    }
    JsonWebToken cut = *token;
    cut.signature.chop(1);
    QVERIFY(!judged(key.jwk(), cut));
    cut.signature.clear();
    QVERIFY(!judged(key.jwk(), cut));
    JsonWebToken zeros = *token;
    zeros.signature.fill('\0'); // r = s = 0 must never fit
    QVERIFY(!judged(key.jwk(), zeros));
    JsonWebToken other = *token;
    other.signedBytes += 'x';
    QVERIFY(!judged(key.jwk(), other));
    QVERIFY(!judged(SigningKey(algorithm).jwk(), *token)); // somebody else's key of the same name
    // A key made for something else is no key for this.
    const auto changed = [&](const QString& name, const QJsonValue& value) {
        QJsonObject jwk = key.jwk();
        jwk.insert(name, value);
        return jwk;
    };
    QVERIFY(!judged(changed(u"use"_s, u"enc"_s), *token));
    QVERIFY(!judged(changed(u"alg"_s, u"RS1"_s), *token));
    QVERIFY(!judged(changed(u"kty"_s, u"oct"_s), *token));
    QVERIFY(!judged(changed(u"key_ops"_s, QJsonArray{u"encrypt"_s}), *token));
    QVERIFY(judged(changed(u"key_ops"_s, QJsonArray{u"verify"_s}), *token));
}

void AuthIdentityTest::refusesWeakAndBrokenKeys() {
    const SigningKey weak(u"RS256"_s, u"k1"_s, 1024);
    QCOMPARE(verdictOn(weak.token(goodClaims()), {weak.jwk()}), u"signature"_s);
    const SigningKey curve(u"ES256"_s);
    QJsonObject off = curve.jwk(); // a point beside the curve
    off.insert(u"y"_s, off.value(u"x"_s));
    QCOMPARE(verdictOn(curve.token(goodClaims()), {off}), u"signature"_s);
    QJsonObject broken = rsaKey().jwk();
    for (const QJsonValue& value : {QJsonValue(u"!!!"_s), QJsonValue(u""_s), QJsonValue(7), QJsonValue(),
                                    QJsonValue(QString(20'000, u'A'))}) {
        broken.insert(u"n"_s, value);
        QCOMPARE(verdictOn(rsaKey().token(goodClaims()), {broken}), u"signature"_s);
    }
}

void AuthIdentityTest::judgesIdTokens_data() {
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("check");
    const auto with = [](const QString& key, const QJsonValue& value) {
        QJsonObject claims = goodClaims();
        if (value.isUndefined())
            claims.remove(key);
        else
            claims.insert(key, value);
        return rsaKey().token(claims);
    };
    const auto row = [](const char* name, const QByteArray& token, const QString& check) {
        QTest::newRow(name) << token << check;
    };
    row("good", rsaKey().token(goodClaims()), u""_s);
    row("other issuer", with(u"iss"_s, u"https://evil.example"_s), u"iss"_s);
    row("issuer with slash", with(u"iss"_s, u"https://id.example/"_s), u"iss"_s);
    row("no issuer", with(u"iss"_s, QJsonValue::Undefined), u"iss"_s);
    row("other audience", with(u"aud"_s, u"somebody"_s), u"aud"_s);
    row("no audience", with(u"aud"_s, QJsonValue::Undefined), u"aud"_s);
    row("audience is a prefix of ours", with(u"aud"_s, u"apex"_s), u"aud"_s);
    row("list of one audience", with(u"aud"_s, QJsonArray{u"apex-desktop"_s}), u""_s);
    row("two audiences, no azp", with(u"aud"_s, QJsonArray{u"apex-desktop"_s, u"other"_s}), u"azp"_s);
    row("azp is another", with(u"azp"_s, u"other"_s), u"azp"_s);
    row("azp is ours", with(u"azp"_s, u"apex-desktop"_s), u""_s);
    row("expired", with(u"exp"_s, now - 301), u"exp"_s);
    row("expired within the tolerance", with(u"exp"_s, now - 200), u""_s);
    row("no expiry", with(u"exp"_s, QJsonValue::Undefined), u"exp"_s);
    row("expiry is a text", with(u"exp"_s, u"1795000600"_s), u"exp"_s);
    row("expiry beyond all years", with(u"exp"_s, 1e300), u"exp"_s);
    row("made in the future", with(u"iat"_s, now + 301), u"iat"_s);
    row("made a little in the future", with(u"iat"_s, now + 200), u""_s);
    row("no issue time", with(u"iat"_s, QJsonValue::Undefined), u"iat"_s);
    row("not yet valid", with(u"nbf"_s, now + 301), u"iat"_s);
    row("other nonce", with(u"nonce"_s, u"n0ncf"_s), u"nonce"_s);
    row("no nonce", with(u"nonce"_s, QJsonValue::Undefined), u"nonce"_s);
    row("nonce is a number", with(u"nonce"_s, 5), u"nonce"_s);
    row("no subject", with(u"sub"_s, QJsonValue::Undefined), u"sub"_s);
    row("empty subject", with(u"sub"_s, u""_s), u"sub"_s);
    row("endless subject", with(u"sub"_s, QString(1025, u'a')), u"sub"_s);
    const QByteArray hash = QCryptographicHash::hash("the access token", QCryptographicHash::Sha256);
    row("access token belongs to it", with(u"at_hash"_s, QString::fromLatin1(base64Url(hash.left(16)))),
        u""_s);
    row("other access token", with(u"at_hash"_s, QString::fromLatin1(base64Url(hash.right(16)))),
        u"at_hash"_s);

    const QByteArray good = rsaKey().token(goodClaims());
    const QList<QByteArray> parts = good.split('.');
    const auto header = [&parts](const QByteArray& json, const QByteArray& signature) -> QByteArray {
        return base64Url(json) + '.' + parts[1] + '.' + signature;
    };
    row("not signed", header(R"({"alg":"none"})", ""), u"alg"_s);
    row("not signed, in capitals", header(R"({"alg":"NONE"})", ""), u"alg"_s);
    row("no algorithm", header("{}", parts[2]), u"alg"_s);
    row("algorithm is a list", header(R"({"alg":["RS256"]})", parts[2]), u"alg"_s);
    row("public key as shared secret", header(R"({"alg":"HS256","kid":"k1"})", "c2lnbmF0dXJl"), u"alg"_s);
    row("signature removed", parts[0] + '.' + parts[1] + '.', u"signature"_s);
    row("signed by another key of that name", SigningKey(u"RS256"_s).token(goodClaims()), u"signature"_s);
    row("signed by a key that is not published", SigningKey(u"RS256"_s, u"k2"_s).token(goodClaims()),
        u"kid"_s);
    const SigningKey own(u"RS256"_s, u"k3"_s);
    row("brings its own key", own.token(goodClaims(), {{u"jwk"_s, own.jwk()}}), u"kid"_s);
    row("names its own keys", own.token(goodClaims(), {{u"jku"_s, u"https://evil.example/jwks"_s}}),
        u"kid"_s);
    row("critical extension", rsaKey().token(goodClaims(), {{u"crit"_s, QJsonArray{u"exp"_s}}}), u"crit"_s);
    row("payload exchanged", parts[0] + '.' + base64Url(bytes(goodClaims())) + '.' + parts[2],
        u"signature"_s);
    row("encrypted", "a.b.c.d.e", u"form"_s);
    row("padding", parts[0] + "=." + parts[1] + '.' + parts[2], u"form"_s);
    row("two parts", parts[0] + '.' + parts[1], u"form"_s);
    row("huge", good + QByteArray(70'000, 'A'), u"form"_s);
}

void AuthIdentityTest::judgesIdTokens() {
    QFETCH(QByteArray, token);
    QFETCH(QString, check);
    QCOMPARE(verdictOn(token, {rsaKey().jwk()}), check);
}

void AuthIdentityTest::namesAreFitForTerminals() {
    const auto claims = readClaimSet({{u"sub"_s, u"u"_s},
                                      {u"name"_s, u"A\x1b[31mna \u202egro.live\u2069\n"_s},
                                      {u"email"_s, QString(5000, u'x')}});
    QVERIFY(claims);
    QCOMPARE(claims->name, u"A[31mna gro.live"_s);
    QVERIFY(claims->email.size() <= 256);
    QCOMPARE(readClaimSet({{u"sub"_s, u"u"_s}, {u"preferred_username"_s, u"ana"_s}})->name, u"ana"_s);
}

void AuthIdentityTest::identityIsKeptWithTheTokens() {
    TokenSet tokens;
    tokens.accessToken = Secret("opaque");
    tokens.idToken = Secret("never stored");
    tokens.identity = Claims{.user = UserId(u"u-1"_s),
                             .email = u"ana@example.com"_s,
                             .name = u"Ana"_s,
                             .issuer = {},
                             .permissions = {},
                             .issuedAt = {},
                             .expiresAt = {}};
    const Secret bundle = encodeBundle(tokens);
    QVERIFY(!bundle.reveal().contains("never stored"));
    const auto read = decodeBundle(bundle);
    QVERIFY(read && read->owner());
    QCOMPARE(read->owner()->user, UserId(u"u-1"_s));
    QCOMPARE(read->owner()->email, u"ana@example.com"_s);
    // Somebody else's access token is not given Ana's name.
    tokens.accessToken = Secret(rsaKey().token({{u"sub"_s, u"u-2"_s}}));
    QCOMPARE(tokens.owner()->user, UserId(u"u-2"_s));
    QVERIFY(tokens.owner()->name.isEmpty());
}

void AuthIdentityTest::identityOfASignIn() {
    Provider provider;
    provider.answerTokens(rsaKey().token(provider.claims()));
    const auto tokens = provider.exchange();
    QVERIFY2(tokens, tokens ? "" : qPrintable(tokens.error().forSupport()));
    QVERIFY(tokens->idToken.isEmpty());
    QCOMPARE(tokens->owner()->name, u"Ana"_s);
    QVERIFY(provider.server.requestsTo("/me").isEmpty()); // the token said it all
}

void AuthIdentityTest::failedChecksEndTheSignIn_data() {
    QTest::addColumn<QString>("trouble");
    QTest::addColumn<QString>("kind");
    QTest::newRow("nonce of another sign-in") << u"nonce"_s << u"protocol"_s;
    QTest::newRow("no keys published") << u"no keys"_s << u"unavailable"_s;
    QTest::newRow("keys are no JSON") << u"html keys"_s << u"unavailable"_s;
    QTest::newRow("not a token") << u"garbage"_s << u"protocol"_s;
}

void AuthIdentityTest::failedChecksEndTheSignIn() {
    QFETCH(QString, trouble);
    QFETCH(QString, kind);
    Provider provider;
    const QByteArray idToken = rsaKey().token(provider.claims());
    provider.answerTokens(trouble == u"garbage" ? QByteArray("garbage") : idToken);
    if (trouble == u"no keys")
        provider.server.on("/jwks", {.status = 503});
    if (trouble == u"html keys")
        provider.server.on("/jwks", {.body = "<html>", .contentType = "text/html"});
    const auto tokens = provider.exchange(trouble == u"nonce" ? QByteArray("another") : nonce);
    QVERIFY(!tokens);
    QCOMPARE(errorKindName(tokens.error().kind), kind);
    QVERIFY(!tokens.error().action.isEmpty());
    QVERIFY(!tokens.error().forSupport().contains(QString::fromLatin1(idToken.left(20))));
}

void AuthIdentityTest::rotatedKeysAreFetchedOnce() {
    Provider provider;
    provider.answerTokens(rsaKey().token(provider.claims()));
    QVERIFY(provider.exchange());
    QVERIFY(provider.refresh());
    QCOMPARE(provider.server.requestsTo("/jwks").size(), 1); // the keys are remembered
    const SigningKey fresh(u"ES256"_s, u"k2"_s);
    provider.publish({rsaKey().jwk(), fresh.jwk()});
    provider.answerTokens(fresh.token(provider.claims()));
    QVERIFY(provider.refresh());
    QCOMPARE(provider.server.requestsTo("/jwks").size(), 2); // and asked for again, once
    provider.answerTokens(SigningKey(u"ES256"_s, u"k3"_s).token(provider.claims()));
    const auto refused = provider.refresh();
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Authentication); // final: the keeper ends the sign-in
    QVERIFY(refused.error().forSupport().contains(u"check: kid"));
    QCOMPARE(provider.server.requestsTo("/jwks").size(), 3);
}

/// The old refresh token is used up by then: what only could not be checked must not cost the sign-in.
void AuthIdentityTest::renewalSurvivesMissingKeysOnly() {
    Provider provider;
    provider.server.on("/jwks", {.status = 503});
    provider.answerTokens(rsaKey().token(provider.claims()));
    const auto renewed = provider.refresh();
    QVERIFY2(renewed, renewed ? "" : qPrintable(renewed.error().forSupport()));
    QVERIFY(renewed->refreshToken.equals(Secret("rt2")));
    QVERIFY(renewed->idToken.isEmpty() && !renewed->identity);
    provider.publish({rsaKey().jwk()});
    QJsonObject forged = provider.claims();
    forged.insert(u"aud"_s, u"other"_s);
    provider.answerTokens(rsaKey().token(forged));
    const auto refused = provider.refresh();
    QVERIFY(!refused && refused.error().kind == ErrorKind::Authentication);
}

void AuthIdentityTest::userInfoOfSomebodyElse() {
    Provider provider;
    QJsonObject nameless = provider.claims();
    nameless.remove(u"name"_s);
    provider.answerTokens(rsaKey().token(nameless));
    provider.server.on("/me", {.body = R"({"sub":"u-1","name":"Ana"})"});
    QCOMPARE(provider.exchange()->owner()->name, u"Ana"_s);
    QCOMPARE(provider.server.requestsTo("/me").value(0).headers.value("authorization"),
             QByteArray("Bearer at"));
    provider.server.on("/me", {.status = 401});
    const auto unnamed = provider.exchange();
    QVERIFY(unnamed && unnamed->owner()->name.isEmpty()); // a name is not worth a sign-in
    provider.server.on("/me", {.body = R"({"sub":"u-2","name":"Eve"})"});
    const auto refused = provider.exchange();
    QVERIFY(!refused && refused.error().kind == ErrorKind::Protocol);
}

void AuthIdentityTest::findsMetadata_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("place");
    QTest::addColumn<int>("elsewhere");
    QTest::addColumn<int>("asked");
    QTest::newRow("RFC 8414") << u""_s << oauthPlace << 404 << 1;
    QTest::newRow("RFC 8414, path") << u"/t/one"_s << QByteArray(oauthPlace + "/t/one") << 404 << 1;
    QTest::newRow("OpenID Connect") << u""_s << openIdPlace << 404 << 2;
    QTest::newRow("OpenID Connect, others forbidden") << u""_s << openIdPlace << 403 << 2;
    QTest::newRow("OpenID Connect, others are a web page") << u""_s << openIdPlace << 200 << 2;
    QTest::newRow("OpenID Connect, path") << u"/t/one"_s << QByteArray("/t/one" + openIdPlace) << 404 << 2;
    QTest::newRow("path ends in a slash") << u"/t/"_s << QByteArray("/t" + openIdPlace) << 404 << 2;
    QTest::newRow("OpenID Connect, inserted") << u"/t"_s << QByteArray(openIdPlace + "/t") << 404 << 3;
    QTest::newRow("nowhere") << u"/t"_s << QByteArray("/other") << 404 << 3;
    QTest::newRow("nowhere, web pages") << u""_s << QByteArray("/other") << 200 << 2;
    QTest::newRow("redirected") << u""_s << openIdPlace << 302 << 1;
    QTest::newRow("broken") << u""_s << openIdPlace << 500 << 1;
}

void AuthIdentityTest::findsMetadata() {
    QFETCH(QString, path);
    QFETCH(QByteArray, place);
    QFETCH(int, elsewhere);
    QFETCH(int, asked);
    ScriptedHttpServer server;
    const QUrl issuer = server.url(path);
    const ScriptedAnswer nothing{
        .status = elsewhere, .body = "<html>", .contentType = "text/html", .headers = {{"Location", place}}};
    for (const QUrl& url : metadataUrls(issuer))
        server.on(url.path().toUtf8(), nothing);
    server.on(place, {.body = bytes(metadataObject(issuer.toString()))});
    QNetworkAccessManager network;
    const SteppedClock clock;
    AuthServer ours(profileOf(issuer), network, clock);
    std::optional<Expected<AuthorizationMetadata>> found;
    ours.discover([&](Expected<AuthorizationMetadata> metadata) { found = std::move(metadata); });
    QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), 20'000);
    const bool there = place != "/other" && elsewhere != 302 && elsewhere != 500;
    QCOMPARE(found->has_value(), there);
    QCOMPARE(server.requests().size(), asked);
    if (there)
        QCOMPARE((*found)->keysUrl.toString(), QString(issuer.toString() + u"/jwks"_s));
}

void AuthIdentityTest::wrongIssuerEndsTheSearch() {
    ScriptedHttpServer server;
    server.on(oauthPlace, {.body = bytes(metadataObject(u"https://evil.example"_s))});
    server.on(openIdPlace, {.body = bytes(metadataObject(server.url().toString()))});
    QNetworkAccessManager network;
    const SteppedClock clock;
    AuthServer ours(profileOf(server.url()), network, clock);
    std::optional<Expected<AuthorizationMetadata>> found;
    ours.discover([&](Expected<AuthorizationMetadata> metadata) { found = std::move(metadata); });
    QTRY_VERIFY_WITH_TIMEOUT(found.has_value(), 20'000);
    QVERIFY(!*found);
    QVERIFY(found->error().details.contains(u"evil.example"));
    QCOMPARE(server.requests().size(), 1);
}

/// An open redirect at the token endpoint must not carry code and verifier to somebody else.
void AuthIdentityTest::tokenRequestsFollowNoRedirect() {
    for (const int status : {301, 302, 303, 307, 308}) {
        ScriptedHttpServer thief;
        thief.on("/token", {.body = R"({"access_token":"evil","token_type":"Bearer"})"});
        Provider provider;
        provider.server.on("/token",
                           {.status = status, .headers = {{"Location", thief.url(u"/token"_s).toEncoded()}}});
        const auto tokens = provider.exchange();
        QVERIFY(!tokens);
        QVERIFY(tokens.error().details.contains(QString::number(status)));
        QVERIFY(!provider.refresh());
        QVERIFY(thief.requests().isEmpty());
    }
}

void AuthIdentityTest::readsDeviceAnswers_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("kind");
    const auto body = [](const QByteArray& code, const QByteArray& uri,
                         const QByteArray& more) -> QByteArray {
        return R"({"device_code":"d","user_code":")" + code + R"(","verification_uri":")" + uri + '"' + more +
               '}';
    };
    const QByteArray life = R"(,"expires_in":600)";
    const QByteArray uri = "https://id.example/device";
    const auto row = [](const char* name, int status, const QByteArray& text, const QString& kind) {
        QTest::newRow(name) << status << text << kind;
    };
    row("good", 200, body("WDJB-MJHT", uri, life), u""_s);
    row("control characters in the code", 200, body("A\\u001b[2JB", uri, life), u"protocol"_s);
    row("code that is a novel", 200, body(QByteArray(65, 'A'), uri, life), u"protocol"_s);
    row("no code", 200, body("", uri, life), u"protocol"_s);
    row("plain http", 200, body("AB", "http://id.example/device", life), u"protocol"_s);
    row("plain http to this computer", 200, body("AB", "http://127.0.0.1:9/device", life), u"protocol"_s);
    row("script", 200, body("AB", "javascript:alert(1)", life), u"protocol"_s);
    row("no life", 200, body("AB", uri, ""), u"protocol"_s);
    row("no life left", 200, body("AB", uri, R"(,"expires_in":0)"), u"protocol"_s);
    row("not JSON", 200, "<html>", u"protocol"_s);
    row("refused", 400, R"({"error":"unauthorized_client"})", u"configuration"_s);
    row("down", 503, "", u"unavailable"_s);
}

void AuthIdentityTest::readsDeviceAnswers() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, kind);
    const HttpAnswer answer{.status = status, .contentType = {}, .body = Secret(body), .serverTime = {}};
    const auto device = readDeviceAuthorization(answer, false);
    QCOMPARE(device ? QString() : errorKindName(device.error().kind), kind);
    if (device) {
        QCOMPARE(device->userCode, u"WDJB-MJHT"_s);
        QVERIFY(device->interval == 5s && device->lifetime == 600s);
    }
}

/// All at once, since each has to wait: agreed, declined, expired on the server, slowed down, out of time,
/// without the grant, and a server that fails once.
void AuthIdentityTest::deviceSignIns() {
    struct Case {
        QList<ScriptedAnswer> answers;
        QString outcome; ///< kind of the error, empty for success
        int questions;
        QByteArray lifetime = "60";
    };
    const auto refusal = [](const QByteArray& error) {
        return ScriptedAnswer{.status = 400, .body = R"({"error":")" + error + "\"}"};
    };
    const ScriptedAnswer tokens{.body =
                                    R"({"access_token":"at","refresh_token":"rt","token_type":"Bearer"})"};
    const std::vector<Case> cases{{{refusal("authorization_pending"), tokens}, u""_s, 2},
                                  {{refusal("access_denied")}, u"denied"_s, 1},
                                  {{refusal("expired_token")}, u"timeout"_s, 1},
                                  {{refusal("invalid_grant")}, u"authentication"_s, 1},
                                  {{refusal("something_new")}, u"authentication"_s, 1},
                                  {{refusal("slow_down"), tokens}, u"timeout"_s, 1, "3"},
                                  {{refusal("authorization_pending")}, u"timeout"_s, 1, "1.9"},
                                  {{ScriptedAnswer{.status = 502}, tokens}, u""_s, 2}};
    struct Running {
        Provider provider;
        std::unique_ptr<DeviceSignIn> signIn;
        std::optional<QString> outcome;
    };
    std::vector<std::unique_ptr<Running>> all;
    for (const Case& one : cases) {
        auto running = std::make_unique<Running>();
        ScriptedHttpServer& server = running->provider.server;
        server.on("/device", {.body = R"({"device_code":"d","user_code":"AB-CD","verification_uri":")" +
                                      server.url(u"/go"_s).toEncoded() + R"(","interval":1,"expires_in":)" +
                                      one.lifetime + '}'});
        server.on("/token",
                  [answers = one.answers, asked = std::make_shared<qsizetype>(0)](const ScriptedRequest&) {
                      return answers.at(std::min((*asked)++, answers.size() - 1));
                  });
        running->signIn = std::make_unique<DeviceSignIn>(profileOf(server.url()), running->provider.network);
        Running* it = running.get();
        connect(it->signIn.get(), &DeviceSignIn::succeeded, this, [it] { it->outcome = QString(); });
        connect(it->signIn.get(), &DeviceSignIn::failed, this,
                [it](const Error& error) { it->outcome = errorKindName(error.kind); });
        it->signIn->start();
        all.push_back(std::move(running));
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        QTRY_VERIFY2_WITH_TIMEOUT(all[i]->outcome.has_value(), qPrintable(QString::number(i)), 30'000);
        QCOMPARE(*all[i]->outcome, cases[i].outcome);
        const auto questions = all[i]->provider.server.requestsTo("/token");
        // A loaded machine may ask less often than it could, never more.
        QVERIFY2(questions.size() <= cases[i].questions, qPrintable(QString::number(i)));
        if (!questions.isEmpty())
            QCOMPARE(questions.value(0).field(u"device_code"_s), u"d"_s);
        QVERIFY(!all[i]->signIn->prompt());
    }
    QVERIFY(all[0]->signIn->takeTokens().refreshToken.equals(Secret("rt")));
}

void AuthIdentityTest::deviceSignInCanBeCancelled() {
    Provider provider;
    provider.server.on("/device",
                       {.body = R"({"device_code":"d","user_code":"AB-CD","verification_uri":")" +
                                provider.server.url(u"/go"_s).toEncoded() + R"(","expires_in":60})"});
    DeviceSignIn signIn(profileOf(provider.server.url()), provider.network);
    QSignalSpy failed(&signIn, &DeviceSignIn::failed);
    signIn.start();
    QTRY_VERIFY(signIn.prompt());
    QCOMPARE(signIn.prompt()->userCode, u"AB-CD"_s);
    signIn.cancel();
    QCOMPARE(failed.size(), 1);
    QCOMPARE(failed.at(0).at(0).value<Error>().kind, ErrorKind::Cancelled);
    QVERIFY(!signIn.prompt());
    // A server without the grant says so in words.
    QJsonObject metadata = metadataObject(provider.server.url().toString());
    metadata.remove(u"device_authorization_endpoint"_s);
    provider.server.on(oauthPlace, {.body = bytes(metadata)});
    DeviceSignIn without(profileOf(provider.server.url()), provider.network);
    QSignalSpy refused(&without, &DeviceSignIn::failed);
    without.start();
    QTRY_COMPARE(refused.size(), 1);
    QCOMPARE(refused.at(0).at(0).value<Error>().kind, ErrorKind::Configuration);
}

QTEST_GUILESS_MAIN(AuthIdentityTest)
#include "tst_auth_identity.moc"
