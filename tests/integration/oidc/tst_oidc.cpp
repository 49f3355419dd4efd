// SPDX-License-Identifier: GPL-3.0-or-later
// Sign-in, renewal, reuse detection, device grant and attacks against npm's oidc-provider, driven through its
// real pages in a real browser.
#include "auth/device_sign_in.h"
#include "auth/sign_in.h"
#include "auth/token_keeper.h"
#include "credentials/keychain_store.h"
#include "e2e/apex_program.h"
#include "integration/oidc/peer_program.h"
#include "support/scripted_http_server.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

using namespace apex;
using namespace apex::auth;
using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int patienceMs = 60'000;

/// One sign-in of ours; `browser` is told the address.
struct Dance {
    Dance(const environment::Profile& profile, QNetworkAccessManager& network, BrowserOpener browser)
        : signIn(profile, network, std::move(browser)) {
        QObject::connect(&signIn, &SignIn::succeeded, &signIn, [this] { ended = true; });
        QObject::connect(&signIn, &SignIn::failed, &signIn, [this](const Error& failure) {
            ended = true;
            error = failure;
        });
    }
    bool finish() {
        signIn.start();
        return QTest::qWaitFor([this] { return ended; }, patienceMs);
    }
    [[nodiscard]] QString parameter(const QString& name) const {
        return QUrlQuery(signIn.authorizationUrl()).queryItemValue(name, QUrl::FullyDecoded);
    }
    SignIn signIn;
    bool ended = false;
    Error error;
};

QString address(const QUrl& url) {
    return QString::fromUtf8(url.toEncoded());
}

QJsonObject payloadOf(const Secret& token) {
    const QByteArray part = token.reveal().split('.').value(1);
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding)).object();
}

} // namespace

class OidcTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_person.settle(); }
    void signsInThroughTheRealPages_data();
    void signsInThroughTheRealPages();
    void nameComesFromTheUserInfoEndpoint();
    void declinedOnTheConsentPage();
    void renewsAndFollowsReuseDetection();
    void signOutEndsTheGrant();
    void signsInByDeviceCode();
    void codeOfAnotherSessionIsRefused();
    void answerOfAnotherIssuerIsRefused();
    void hostilePageGetsNowhere();
    void programSignsIn();
    void programSignsInByDeviceCode();

private:
    [[nodiscard]] environment::Profile profile(const QString& client = u"apex-desktop"_s) const;
    [[nodiscard]] TokenSet signedIn(const QString& login);
    /// Sends a form to the token endpoint like a thief would: status and body.
    std::pair<int, QJsonObject> post(const QString& path, const QUrlQuery& form);
    void writeProfile(const ApexProgram& program) const;

    QNetworkAccessManager m_network;
    PeerProgram m_provider;
    PeerProgram m_otherProvider;
    PeerProgram m_person;
    QUrl m_issuer;
    QUrl m_otherIssuer;
};

void OidcTest::initTestCase() {
    m_issuer = QUrl(m_provider.start(u"oidc_provider.mjs"_s).value(u"issuer"_s).toString());
    QVERIFY2(!m_issuer.isEmpty(), m_provider.errors().constData());
    const QJsonObject other = m_otherProvider.start(u"oidc_provider.mjs"_s, {u"--plain-id-tokens"_s});
    m_otherIssuer = QUrl(other.value(u"issuer"_s).toString());
    QVERIFY2(!m_otherIssuer.isEmpty(), m_otherProvider.errors().constData());
    QVERIFY2(m_person.start(u"oidc_person.mjs"_s).value(u"ready"_s).toBool(), m_person.errors().constData());
}

environment::Profile OidcTest::profile(const QString& client) const {
    environment::Profile profile;
    profile.id = EnvironmentId(u"oidc"_s);
    profile.name = u"Provider"_s;
    profile.issuer = m_issuer;
    profile.clientId = client;
    profile.scopes = QStringList{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s, u"chat"_s};
    profile.resource = u"urn:apex:api"_s;
    return profile;
}

TokenSet OidcTest::signedIn(const QString& login) {
    Dance dance(profile(), m_network, [this, &login](const QUrl& url) {
        m_person.order({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(url)}, {u"login"_s, login}});
        return true;
    });
    if (!dance.finish() || !dance.error.happened.isEmpty())
        qWarning().noquote() << dance.error.forSupport();
    [[maybe_unused]] const QJsonObject seen = m_person.answer();
    return dance.signIn.takeTokens();
}

std::pair<int, QJsonObject> OidcTest::post(const QString& path, const QUrlQuery& form) {
    QNetworkRequest request(QUrl(m_issuer.toString() + path));
    request.setHeader(QNetworkRequest::ContentTypeHeader,
                      QByteArrayLiteral("application/x-www-form-urlencoded"));
    QNetworkReply* reply = m_network.post(request, form.toString(QUrl::FullyEncoded).toUtf8());
    QSignalSpy finished(reply, &QNetworkReply::finished);
    if (!reply->isFinished())
        finished.wait(patienceMs);
    reply->deleteLater();
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
            QJsonDocument::fromJson(reply->readAll()).object()};
}

void OidcTest::signsInThroughTheRealPages_data() {
    QTest::addColumn<QString>("client");
    QTest::newRow("RS256") << u"apex-RS256"_s;
    QTest::newRow("PS256") << u"apex-PS256"_s;
    QTest::newRow("ES256") << u"apex-ES256"_s;
    QTest::newRow("EdDSA") << u"apex-EdDSA"_s;
}

void OidcTest::signsInThroughTheRealPages() {
    QFETCH(QString, client);
    Dance dance(profile(client), m_network, [this](const QUrl& url) {
        m_person.order({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(url)}, {u"login"_s, u"ana"_s}});
        return true;
    });
    QVERIFY(dance.finish());
    QVERIFY2(dance.error.happened.isEmpty(), qPrintable(dance.error.forSupport()));
    const TokenSet tokens = dance.signIn.takeTokens();
    QVERIFY(tokens.identity && tokens.idToken.isEmpty());
    QCOMPARE(tokens.identity->user, UserId(u"ana"_s));
    QCOMPARE(tokens.identity->name, u"Person ana"_s);
    QCOMPARE(tokens.owner()->email, u"ana@example.com"_s);
    QCOMPARE(payloadOf(tokens.accessToken).value(u"aud"_s).toString(), u"urn:apex:api"_s);
    QVERIFY(!tokens.refreshToken.isEmpty() && tokens.expiresAt);
    // The page at the end: ours, with nothing in it or its address that somebody else could use.
    const QJsonObject seen = m_person.answer();
    QVERIFY2(seen.value(u"ok"_s).toBool(), QJsonDocument(seen).toJson().constData());
    QVERIFY(seen.value(u"text"_s).toString().contains(u"Return to Apex Desktop"));
    QVERIFY(seen.value(u"address"_s).toString().endsWith(u"/callback"));
    QCOMPARE(seen.value(u"links"_s).toInt(-1), 0);
}

void OidcTest::nameComesFromTheUserInfoEndpoint() {
    environment::Profile other = profile();
    other.issuer = m_otherIssuer;
    other.resource.clear(); // then the access token is opaque, and good for the userinfo endpoint
    Dance dance(other, m_network, [this](const QUrl& url) {
        m_person.order({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(url)}, {u"login"_s, u"ben"_s}});
        return true;
    });
    QVERIFY(dance.finish());
    QVERIFY2(dance.error.happened.isEmpty(), qPrintable(dance.error.forSupport()));
    QVERIFY(m_person.answer().value(u"ok"_s).toBool());
    const TokenSet tokens = dance.signIn.takeTokens();
    QVERIFY(!readClaims(tokens.accessToken));
    const auto owner = tokens.owner();
    QVERIFY(owner);
    QCOMPARE(owner->user, UserId(u"ben"_s));
    QCOMPARE(owner->name, u"Person ben"_s);
    QCOMPARE(owner->email, u"ben@example.com"_s);
}

void OidcTest::declinedOnTheConsentPage() {
    Dance dance(profile(), m_network, [this](const QUrl& url) {
        m_person.order({{u"do"_s, u"decline"_s}, {u"url"_s, address(url)}, {u"login"_s, u"ana"_s}});
        return true;
    });
    QVERIFY(dance.finish());
    QCOMPARE(dance.error.kind, ErrorKind::Denied);
    QVERIFY(dance.error.details.contains(u"access_denied"));
    const QJsonObject seen = m_person.answer();
    QVERIFY2(seen.value(u"ok"_s).toBool(), QJsonDocument(seen).toJson().constData());
    QVERIFY(seen.value(u"text"_s).toString().contains(u"not completed"));
    QVERIFY(
        !seen.value(u"text"_s).toString().contains(u"aborted")); // the server's words stay out of the page
}

void OidcTest::renewsAndFollowsReuseDetection() {
    credentials::KeychainStore store;
    const SystemClock clock;
    TokenKeeper keeper(profile(), u"oidc-test/reuse/tokens"_s, store, m_network, clock);
    TokenSet tokens = signedIn(u"ana"_s);
    const Secret first = tokens.refreshToken.clone();
    const Secret firstAccess = tokens.accessToken.clone();
    QVERIFY(!first.isEmpty());
    keeper.adopt(std::move(tokens));
    QTRY_COMPARE(keeper.state(), TokenKeeper::State::SignedIn);
    QCOMPARE(keeper.claims()->name, u"Person ana"_s);

    // The access token lives for eight seconds: it is renewed unasked.
    QVERIFY(keeper.nextRefresh());
    std::optional<Secret> second;
    QTRY_VERIFY_WITH_TIMEOUT(
        [&] {
            keeper.accessToken(&keeper, [&](Expected<Secret> token) {
                if (token && !token->equals(firstAccess))
                    second = std::move(*token);
            });
            QTest::qWait(50);
            return second.has_value();
        }(),
        patienceMs);
    QCOMPARE(keeper.state(), TokenKeeper::State::SignedIn);
    QCOMPARE(payloadOf(*second).value(u"sub"_s).toString(), u"ana"_s);
    QCOMPARE(keeper.claims()->name, u"Person ana"_s);

    // A thief who copied the first refresh token comes too late, and his try ends the whole family.
    QUrlQuery theft;
    theft.addQueryItem(u"grant_type"_s, u"refresh_token"_s);
    theft.addQueryItem(u"client_id"_s, u"apex-desktop"_s);
    theft.addQueryItem(u"refresh_token"_s, QString::fromUtf8(first.reveal()));
    const auto [status, refusal] = post(u"/token"_s, theft);
    QCOMPARE(status, 400);
    QCOMPARE(refusal.value(u"error"_s).toString(), u"invalid_grant"_s);
    keeper.refused();
    QTRY_COMPARE_WITH_TIMEOUT(keeper.state(), TokenKeeper::State::NeedsSignIn, patienceMs);
    QCOMPARE(keeper.lastError().kind, ErrorKind::Authentication);
    QVERIFY(!keeper.lastError().action.isEmpty());
    QVERIFY(keeper.lastError().details.contains(u"invalid_grant"));

    // Signing in again revives the same keeper.
    keeper.adopt(signedIn(u"ana"_s));
    QTRY_COMPARE(keeper.state(), TokenKeeper::State::SignedIn);
}

void OidcTest::signOutEndsTheGrant() {
    credentials::KeychainStore store;
    const SystemClock clock;
    TokenKeeper keeper(profile(), u"oidc-test/out/tokens"_s, store, m_network, clock);
    TokenSet tokens = signedIn(u"cleo"_s);
    const Secret refresh = tokens.refreshToken.clone();
    keeper.adopt(std::move(tokens));
    QTRY_COMPARE(keeper.state(), TokenKeeper::State::SignedIn);
    std::optional<Expected<void>> out;
    keeper.signOut(&keeper, [&](Expected<void> done) { out = std::move(done); });
    QTRY_VERIFY_WITH_TIMEOUT(out.has_value(), patienceMs);
    QVERIFY2(*out, *out ? "" : qPrintable(out->error().forSupport()));
    QUrlQuery again;
    again.addQueryItem(u"grant_type"_s, u"refresh_token"_s);
    again.addQueryItem(u"client_id"_s, u"apex-desktop"_s);
    again.addQueryItem(u"refresh_token"_s, QString::fromUtf8(refresh.reveal()));
    QCOMPARE(post(u"/token"_s, again).first, 400);
}

/// Two at once: one person agrees, the other declines; each program learns its own answer.
void OidcTest::signsInByDeviceCode() {
    DeviceSignIn device(profile(), m_network);
    DeviceSignIn other(profile(), m_network);
    QSignalSpy succeeded(&device, &DeviceSignIn::succeeded);
    QSignalSpy failed(&device, &DeviceSignIn::failed);
    QSignalSpy declined(&other, &DeviceSignIn::failed);
    device.start();
    other.start();
    QTRY_VERIFY_WITH_TIMEOUT(device.prompt() && other.prompt(), patienceMs);
    QCOMPARE(device.phase(), DeviceSignIn::Phase::WaitingForPerson);
    const DevicePrompt prompt = *device.prompt();
    const DevicePrompt otherPrompt = *other.prompt();
    const QJsonObject seen = m_person.ask({{u"do"_s, u"device"_s},
                                           {u"url"_s, address(prompt.address)},
                                           {u"code"_s, prompt.userCode},
                                           {u"login"_s, u"dora"_s}});
    QVERIFY2(seen.value(u"ok"_s).toBool(), QJsonDocument(seen).toJson().constData());
    QVERIFY(seen.value(u"shown"_s).toString().contains(prompt.userCode));
    const QJsonObject refused = m_person.ask({{u"do"_s, u"refuse-device"_s},
                                              {u"url"_s, address(otherPrompt.addressWithCode)},
                                              {u"code"_s, otherPrompt.userCode},
                                              {u"login"_s, u"dora"_s}});
    QVERIFY2(refused.value(u"ok"_s).toBool(), QJsonDocument(refused).toJson().constData());
    QTRY_VERIFY_WITH_TIMEOUT(succeeded.size() + failed.size() > 0, patienceMs);
    QVERIFY2(failed.isEmpty(),
             failed.isEmpty() ? "" : qPrintable(failed.at(0).at(0).value<Error>().forSupport()));
    const TokenSet tokens = device.takeTokens();
    QCOMPARE(tokens.owner()->user, UserId(u"dora"_s));
    QCOMPARE(tokens.identity->name, u"Person dora"_s);
    QVERIFY(!tokens.refreshToken.isEmpty());
    QVERIFY(!device.prompt());
    QTRY_COMPARE_WITH_TIMEOUT(declined.size(), 1, patienceMs);
    QCOMPARE(declined.at(0).at(0).value<Error>().kind, ErrorKind::Denied);
}

/// An attacker signs in, keeps his code, and slips it into the victim's sign-in: it would continue in the
/// attacker's account. State is not what stops him here (it is given away); PKCE is.
void OidcTest::codeOfAnotherSessionIsRefused() {
    Dance attacker(profile(), m_network, [](const QUrl&) { return true; });
    attacker.signIn.start();
    QTRY_COMPARE(attacker.signIn.phase(), SignIn::Phase::WaitingForBrowser);
    const auto steal = [&] {
        const QJsonObject caught = m_person.ask({{u"do"_s, u"capture"_s},
                                                 {u"url"_s, address(attacker.signIn.authorizationUrl())},
                                                 {u"login"_s, u"mallory"_s}});
        return QUrlQuery(QUrl(caught.value(u"address"_s).toString())).queryItemValue(u"code"_s);
    };
    const QString code = steal();
    QVERIFY(!code.isEmpty());

    Dance victim(profile(), m_network, [](const QUrl&) { return true; });
    victim.signIn.start();
    QTRY_COMPARE(victim.signIn.phase(), SignIn::Phase::WaitingForBrowser);
    QUrl forged(victim.parameter(u"redirect_uri"_s));
    QUrlQuery query;
    query.addQueryItem(u"code"_s, code);
    query.addQueryItem(u"state"_s, victim.parameter(u"state"_s));
    query.addQueryItem(u"iss"_s, m_issuer.toString());
    forged.setQuery(query);
    m_network.get(QNetworkRequest(forged));
    QTRY_VERIFY_WITH_TIMEOUT(victim.ended, patienceMs);
    QCOMPARE(victim.error.kind, ErrorKind::Authentication);
    QVERIFY(victim.error.details.contains(u"invalid_grant"));
    QVERIFY(!victim.error.happened.contains(u"any more")); // there was none before
    QVERIFY(victim.signIn.takeTokens().accessToken.isEmpty());

    // The same with everything right but the verifier.
    const QString fresh = steal();
    QUrlQuery exchange;
    exchange.addQueryItem(u"grant_type"_s, u"authorization_code"_s);
    exchange.addQueryItem(u"client_id"_s, u"apex-desktop"_s);
    exchange.addQueryItem(u"redirect_uri"_s, attacker.parameter(u"redirect_uri"_s));
    exchange.addQueryItem(u"code"_s, fresh);
    exchange.addQueryItem(u"code_verifier"_s, QString(43, u'a'));
    const auto [status, answer] = post(u"/token"_s, exchange);
    QCOMPARE(status, 400);
    QCOMPARE(answer.value(u"error"_s).toString(), u"invalid_grant"_s);
}

/// The profile's server is evil and sends the browser on to an honest one, with our own redirect, state and
/// challenge; the honest code must not be shown to it (RFC 9207 1, RFC 9700 4.4).
void OidcTest::answerOfAnotherIssuerIsRefused() {
    ScriptedHttpServer evil;
    const QString name = evil.url().toString();
    const QJsonObject metadata{{u"issuer"_s, name},
                               {u"authorization_endpoint"_s, QString(m_issuer.toString() + u"/auth"_s)},
                               {u"token_endpoint"_s, QString(name + u"/token"_s)},
                               {u"response_types_supported"_s, QJsonArray{u"code"_s}},
                               {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}}};
    evil.on("/.well-known/oauth-authorization-server", {.body = QJsonDocument(metadata).toJson()});
    environment::Profile fooled = profile();
    fooled.issuer = evil.url();
    Dance dance(fooled, m_network, [this](const QUrl& url) {
        m_person.order({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(url)}, {u"login"_s, u"ana"_s}});
        return true;
    });
    QVERIFY(dance.finish());
    QCOMPARE(dance.error.kind, ErrorKind::Protocol);
    QVERIFY(dance.error.happened.contains(u"another sign-in server"));
    QVERIFY(evil.requestsTo("/token").isEmpty());
    QVERIFY(m_person.answer().value(u"text"_s).toString().contains(u"not completed"));
}

/// A page of another origin knows the port and tries what a page can; the sign-in goes on and ends well.
void OidcTest::hostilePageGetsNowhere() {
    QUrl asked;
    Dance dance(profile(), m_network, [&asked](const QUrl& url) {
        asked = url;
        return true;
    });
    dance.signIn.start();
    QTRY_COMPARE(dance.signIn.phase(), SignIn::Phase::WaitingForBrowser);
    const QJsonObject found =
        m_person.ask({{u"do"_s, u"attack"_s}, {u"target"_s, dance.parameter(u"redirect_uri"_s)}});
    QVERIFY2(found.value(u"ok"_s).toBool(), QJsonDocument(found).toJson().constData());
    for (const QString& way : {u"get"_s, u"post"_s, u"preflight"_s, u"credentials"_s})
        QCOMPARE(found.value(way).toString(), u"refused"_s);
    QVERIFY(found.value(u"blind"_s).toString() != u"loaded"_s);
    QVERIFY(!found.value(u"blind"_s).toString().startsWith(u"read"));
    QVERIFY(found.value(u"image"_s).toString() != u"loaded"_s);
    QVERIFY(found.value(u"script"_s).toString() != u"loaded"_s);
    QCOMPARE(found.value(u"form"_s).toString(), u"unreadable"_s);
    QCOMPARE(found.value(u"rebinding"_s).toInt(), 400);
    QVERIFY(!dance.ended);
    m_person.order({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(asked)}, {u"login"_s, u"ana"_s}});
    QTRY_VERIFY_WITH_TIMEOUT(dance.ended, patienceMs);
    QVERIFY2(dance.error.happened.isEmpty(), qPrintable(dance.error.forSupport()));
    QVERIFY(m_person.answer().value(u"ok"_s).toBool());
}

void OidcTest::writeProfile(const ApexProgram& program) const {
    const QString folder = program.home() + u"/config/environments"_s;
    QVERIFY(QDir().mkpath(folder));
    QFile file(folder + u"/acme.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QJsonObject object{
        {u"name"_s, u"Acme"_s},
        {u"colour"_s, u"#6a1b9a"_s},
        {u"backend"_s, u"remote"_s},
        {u"api_url"_s, m_issuer.toString()},
        {u"socket_url"_s, QString(m_issuer.toString().replace(0, 4, u"ws"_s) + u"/ws"_s)},
        {u"issuer"_s, m_issuer.toString()},
        {u"sign_in"_s, u"oauth"_s},
        {u"client_id"_s, u"apex-desktop"_s},
        {u"scopes"_s, QJsonArray::fromStringList(profile().scopes)},
        {u"resource"_s, u"urn:apex:api"_s},
        {u"socket_credential"_s, u"header"_s},
        {u"greeting"_s, u"auto"_s},
        {u"protocol"_s, u"platform"_s},
        {u"attachments"_s, u"inline"_s}};
    file.write(QJsonDocument(object).toJson());
}

void OidcTest::programSignsIn() {
    ApexProgram program;
    writeProfile(program);
    const ProgramResult result = program.signIn(
        [this](const QUrl& url) {
            const QJsonObject seen =
                m_person.ask({{u"do"_s, u"sign-in"_s}, {u"url"_s, address(url)}, {u"login"_s, u"eve"_s}});
            QVERIFY2(seen.value(u"ok"_s).toBool(), QJsonDocument(seen).toJson().constData());
        },
        u"acme"_s);
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QVERIFY(result.out.contains("Signed in to Acme as Person eve."));
    const QJsonObject accounts = program.run({u"accounts"_s, u"--json"_s}).json();
    QVERIFY(QJsonDocument(accounts).toJson().contains("eve@example.com"));
    const ProgramResult out = program.run({u"sign-out"_s, u"--environment"_s, u"acme"_s});
    QVERIFY2(out.exitCode == 0, out.err.constData());
}

void OidcTest::programSignsInByDeviceCode() {
    ApexProgram program;
    writeProfile(program);
    const auto process = program.start({u"sign-in"_s, u"--environment"_s, u"acme"_s, u"--device"_s});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += process->readAllStandardOutput()).contains("Waiting for"), patienceMs);
    const QList<QByteArray> lines = said.split('\n');
    QVERIFY(lines.value(1).startsWith("http://127.0.0.1:"));
    const QString code = QString::fromUtf8(lines.value(3));
    QCOMPARE(code.size(), 9);
    const QJsonObject seen = m_person.ask({{u"do"_s, u"device"_s},
                                           {u"url"_s, QString::fromUtf8(lines.value(1))},
                                           {u"code"_s, code},
                                           {u"login"_s, u"fay"_s}});
    QVERIFY2(seen.value(u"ok"_s).toBool(), QJsonDocument(seen).toJson().constData());
    QTRY_COMPARE_WITH_TIMEOUT(process->state(), QProcess::NotRunning, patienceMs);
    said += process->readAllStandardOutput();
    QVERIFY2(process->exitCode() == 0, process->readAllStandardError().constData());
    QVERIFY(said.contains("Signed in to Acme as Person fay."));
}

QTEST_GUILESS_MAIN(OidcTest)
#include "tst_oidc.moc"
