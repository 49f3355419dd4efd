// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/authorization.h"
#include "backend/identity/consent_page.h"
#include "backend/identity/jwt.h"
#include "backend/identity/oauth_rules.h"
#include "backend/identity/token_store.h"
#include "base/random.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

class SteppedClock final : public Clock {
public:
    [[nodiscard]] WallTime wallNow() const override { return m_now; }
    [[nodiscard]] MonoTime monoNow() const override { return m_now.time_since_epoch(); }
    void step(seconds by) { m_now += by; }

private:
    WallTime m_now{std::chrono::microseconds(1'800'000'000'000'000)};
};

const QString issuer = u"http://127.0.0.1:4000"_s;
const QString redirect = u"http://127.0.0.1:51004/callback"_s;
const QByteArray verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const QString challenge = u"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"_s;

QByteArray signedToken(const QJsonObject& header, const QJsonObject& claims, const QByteArray& key) {
    const auto encode = [](const QJsonObject& object) {
        return base64Url(QJsonDocument(object).toJson(QJsonDocument::Compact));
    };
    const QByteArray part = encode(header) + '.' + encode(claims);
    return part + '.' + base64Url(QMessageAuthenticationCode::hash(part, key, QCryptographicHash::Sha256));
}

QJsonObject claimsOf(const QByteArray& token) {
    bool ok = false;
    return QJsonDocument::fromJson(fromBase64Url(token.split('.').at(1), ok)).object();
}

QString hiddenField(const QByteArray& html, const QString& name) {
    const QRegularExpression field(u"name=\"%1\" value=\"([^\"]*)\""_s.arg(name));
    return field.match(QString::fromUtf8(html)).captured(1);
}

// One backend's identity, with a clock that only moves when told to.
struct Identity {
    QTemporaryDir folder;
    SteppedClock clock;
    QByteArray key = QByteArray(32, 'k');
    std::unique_ptr<Database> database = std::move(*Database::open(folder.filePath(u"data"_s)));
    Accounts accounts{*database, clock};
    AccessTokens access{Secret(QByteArray(key)), issuer, seconds(900), clock};
    TokenStore tokens{*database, accounts, access, clock};
    Authorization authorization{accounts, tokens, issuer, u"ana"_s, clock};

    Account account(const QString& name = u"Ana Test"_s, const QString& password = {}) {
        return *accounts.create(name, password);
    }
    QByteArray code() { return *tokens.issueCode({account().id, redirect, challenge, u"chat"_s}); }
};

QByteArray query(std::initializer_list<std::pair<QString, QString>> changes = {}) {
    QMap<QString, QString> parameters{
        {u"response_type"_s, u"code"_s},  {u"client_id"_s, u"apex-desktop"_s},
        {u"redirect_uri"_s, redirect},    {u"state"_s, u"st4te"_s},
        {u"code_challenge"_s, challenge}, {u"code_challenge_method"_s, u"S256"_s},
        {u"resource"_s, issuer}};
    for (const auto& [name, value] : changes)
        parameters.insert(name, value);
    QByteArrayList pairs;
    for (auto it = parameters.begin(); it != parameters.end(); ++it) {
        if (!it.value().isEmpty())
            pairs.append(it.key().toLatin1() + '=' + QUrl::toPercentEncoding(it.value()));
    }
    return pairs.join('&');
}

QByteArray form(const Page& page, std::initializer_list<std::pair<QString, QString>> more) {
    QByteArrayList pairs{"request=" + hiddenField(page.html, u"request"_s).toLatin1(),
                         "form_token=" + hiddenField(page.html, u"form_token"_s).toLatin1()};
    for (const auto& [name, value] : more)
        pairs.append(name.toLatin1() + '=' + QUrl::toPercentEncoding(value));
    return pairs.join('&');
}

QUrlQuery redirectQuery(const BrowserAnswer& answer) {
    const auto* sent = std::get_if<Redirect>(&answer);
    return sent ? QUrlQuery(QUrl(sent->location)) : QUrlQuery();
}

Page pageOf(const BrowserAnswer& answer) {
    const auto* page = std::get_if<Page>(&answer);
    return page ? *page : Page{0, {}, {}};
}

} // namespace

class TestBackendIdentity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void redirectIsMatchedExactly_data();
    void redirectIsMatchedExactly();
    void verifierFollowsRfc7636();
    void formDataRefusesRepetition();

    void tokenRoundTripKeepsClaims();
    void tokenOfAnotherKeyIsRefused();
    void tokenHeaderCannotChooseTheAlgorithm();
    void tokenOfAnotherIssuerOrAudienceIsRefused();
    void tokenWithChangedClaimsIsRefused();
    void tokenExpires();

    void codeGivesTokensOnce();
    void codeIsBoundToRedirectAndVerifier();
    void codeExpiresAfterSixtySeconds();
    void refreshRotates();
    void refreshReuseEndsTheWholeGrant();
    void refreshExpires();
    void revocationEndsAccessToo();
    void secretsAreNotInTheDatabase();
    void stateSurvivesReopening();
    void cleaningKeepsWhatCanStillBeReplayed();

    void consentPageLoadsNothingAndEscapes();
    void badClientOrRedirectIsNeverRedirected_data();
    void badClientOrRedirectIsNeverRedirected();
    void otherMistakesGoBackToTheApp_data();
    void otherMistakesGoBackToTheApp();
    void allowingGivesACodeWithStateAndIssuer();
    void cancellingIsSaidToTheApp();
    void formTokenIsRequiredAndSingleUse();
    void formExpires();
    void passwordIsRequiredAndRateLimited();
};

void TestBackendIdentity::redirectIsMatchedExactly_data() {
    QTest::addColumn<QString>("uri");
    QTest::addColumn<bool>("allowed");
    const std::vector<std::pair<const char*, bool>> rows = {
        {"http://127.0.0.1:1/callback", true},
        {"http://127.0.0.1:65535/callback", true},
        {"http://[::1]:8080/callback", true},
        {"http://127.0.0.1:65536/callback", false},
        {"http://127.0.0.1:0/callback", false},
        {"http://127.0.0.1:080/callback", false},
        {"http://127.0.0.1/callback", false},
        {"https://127.0.0.1:80/callback", false},
        {"HTTP://127.0.0.1:80/callback", false},
        {"http://localhost:80/callback", false},
        {"http://127.0.0.2:80/callback", false},
        {"http://127.0.0.1:80/callback/", false},
        {"http://127.0.0.1:80/callback?x=1", false},
        {"http://127.0.0.1:80/callback#f", false},
        {"http://127.0.0.1:80/callback\n", false},
        {"http://127.0.0.1:80/other", false},
        {"http://127.0.0.1:80@evil.example/callback", false},
        {"http://user@127.0.0.1:80/callback", false},
        {"http://127.0.0.1.evil.example:80/callback", false},
        {"apex://callback", false},
        {"", false},
    };
    for (const auto& [uri, allowed] : rows)
        QTest::newRow(uri) << QString::fromLatin1(uri) << allowed;
}

void TestBackendIdentity::redirectIsMatchedExactly() {
    QFETCH(QString, uri);
    QFETCH(bool, allowed);
    QCOMPARE(isAllowedRedirect(uri), allowed);
}

void TestBackendIdentity::verifierFollowsRfc7636() {
    // The pair of RFC 7636, appendix B.
    QVERIFY(verifierMatches(verifier, challenge));
    QVERIFY(!verifierMatches(verifier.toLower(), challenge));
    QVERIFY(!verifierMatches({}, challenge));
    QVERIFY(!verifierMatches(challenge.toLatin1(), challenge));
    const QByteArray shortVerifier(42, 'a');
    QVERIFY(!verifierMatches(shortVerifier, QString::fromLatin1(base64Url(QCryptographicHash::hash(
                                                shortVerifier, QCryptographicHash::Sha256)))));
    QVERIFY(isVerifier(QByteArray(43, 'a')));
    QVERIFY(isVerifier(QByteArray(128, '~')));
    QVERIFY(!isVerifier(QByteArray(129, 'a')));
    QVERIFY(!isVerifier(QByteArray(43, '+')));
    QVERIFY(isChallenge(challenge));
    QVERIFY(!isChallenge(challenge + u'='));
}

void TestBackendIdentity::formDataRefusesRepetition() {
    const FormData once("state=a%20b+c&empty=&resource=x&resource=y");
    QCOMPARE(once.value("state"_L1), u"a b c"_s);
    QVERIFY(!once.single("empty"_L1));
    QVERIFY(!once.hasDuplicates());
    const FormData twice("state=a&state=a");
    QVERIFY(twice.hasDuplicates());
    QVERIFY(!twice.single("state"_L1));
}

void TestBackendIdentity::tokenRoundTripKeepsClaims() {
    Identity identity;
    AccessClaims subject;
    subject.user = UserId(u"user_1"_s);
    subject.email = u"ana@localhost"_s;
    subject.name = u"Ána"_s;
    subject.permissions = {u"read"_s, u"support"_s};
    subject.grant = u"g"_s;
    const QByteArray token = identity.access.issue(subject);
    const auto claims = identity.access.verify(token);
    QVERIFY(claims);
    QCOMPARE(claims->user.toString(), u"user_1"_s);
    QCOMPARE(claims->name, subject.name);
    QCOMPARE(claims->permissions, subject.permissions);
    QCOMPARE(claims->expiresAt - claims->issuedAt, 900);
    const QJsonObject raw = claimsOf(token);
    QCOMPARE(raw.value("aud"_L1).toString(), u"netra-platform"_s);
    QCOMPARE(raw.value("iss"_L1).toString(), issuer);
    QCOMPARE(raw.value("token_type"_L1).toString(), u"access"_s);
    QCOMPARE(raw.value("type"_L1).toString(), u"access"_s);
    QVERIFY(claimsOf(identity.access.issue(subject)).value("jti"_L1) != raw.value("jti"_L1));
}

void TestBackendIdentity::tokenOfAnotherKeyIsRefused() {
    Identity identity;
    const QByteArray token = identity.access.issue({UserId(u"u"_s), {}, {}, {}, u"g"_s, {}, 0, 0});
    QVERIFY(identity.access.verify(token));
    const AccessTokens other(Secret(QByteArray(32, 'x')), issuer, seconds(900), identity.clock);
    QVERIFY(!other.verify(token));
    const QJsonObject header{{"alg"_L1, "HS256"_L1}};
    QVERIFY(identity.access.verify(signedToken(header, claimsOf(token), identity.key)));
    QVERIFY(!identity.access.verify(signedToken(header, claimsOf(token), QByteArray(32, 'x'))));
    QVERIFY(!identity.access.verify(signedToken(header, claimsOf(token), {})));
}

void TestBackendIdentity::tokenHeaderCannotChooseTheAlgorithm() {
    Identity identity;
    const QByteArray token = identity.access.issue({UserId(u"u"_s), {}, {}, {}, u"g"_s, {}, 0, 0});
    const QJsonObject claims = claimsOf(token);
    for (const auto name : {"none"_L1, "None"_L1, "hs256"_L1, "HS512"_L1, "RS256"_L1, ""_L1})
        QVERIFY2(!identity.access.verify(signedToken({{"alg"_L1, name}}, claims, identity.key)), name.data());
    QVERIFY(!identity.access.verify(signedToken({}, claims, identity.key)));
    QVERIFY(!identity.access.verify(
        signedToken({{"alg"_L1, "HS256"_L1}, {"crit"_L1, QJsonArray{"x"_L1}}}, claims, identity.key)));
    const QByteArray unsignedToken = base64Url(R"({"alg":"none"})") + '.' + token.split('.').at(1) + '.';
    QVERIFY(!identity.access.verify(unsignedToken));
    const QByteArrayList malformed{token + '.',  '.' + token,
                                   token + '=',  token.left(token.lastIndexOf('.')),
                                   QByteArray(), QByteArray("a.b.c")};
    for (const QByteArray& form : malformed)
        QVERIFY(!identity.access.verify(form));
}

void TestBackendIdentity::tokenOfAnotherIssuerOrAudienceIsRefused() {
    Identity identity;
    const QJsonObject header{{"alg"_L1, "HS256"_L1}};
    const QJsonObject good = claimsOf(identity.access.issue({UserId(u"u"_s), {}, {}, {}, u"g"_s, {}, 0, 0}));
    QVERIFY(identity.access.verify(signedToken(header, good, identity.key)));
    for (const auto name : {"iss"_L1, "aud"_L1, "token_type"_L1, "sub"_L1, "jti"_L1, "exp"_L1}) {
        QJsonObject changed = good;
        changed.remove(name);
        QVERIFY2(!identity.access.verify(signedToken(header, changed, identity.key)), name.data());
    }
    QJsonObject refreshToken = good;
    refreshToken.insert("token_type"_L1, "refresh"_L1);
    QVERIFY(!identity.access.verify(signedToken(header, refreshToken, identity.key)));
    QJsonObject fromTheFuture = good;
    fromTheFuture.insert("iat"_L1, secondsNow(identity.clock) + 120);
    QVERIFY(!identity.access.verify(signedToken(header, fromTheFuture, identity.key)));
}

void TestBackendIdentity::tokenWithChangedClaimsIsRefused() {
    Identity identity;
    const QByteArray token = identity.access.issue({UserId(u"u"_s), {}, {}, {}, u"g"_s, {}, 0, 0});
    QJsonObject claims = claimsOf(token);
    claims.insert("sub"_L1, "somebody_else"_L1);
    QByteArrayList parts = token.split('.');
    parts[1] = base64Url(QJsonDocument(claims).toJson(QJsonDocument::Compact));
    QVERIFY(!identity.access.verify(parts.join('.')));
}

void TestBackendIdentity::tokenExpires() {
    Identity identity;
    const QByteArray token = identity.access.issue({UserId(u"u"_s), {}, {}, {}, u"g"_s, {}, 0, 0});
    identity.clock.step(seconds(899));
    QVERIFY(identity.access.verify(token));
    identity.clock.step(seconds(1));
    QVERIFY(!identity.access.verify(token));
}

void TestBackendIdentity::codeGivesTokensOnce() {
    Identity identity;
    QStringList ended;
    identity.tokens.setGrantEnded([&](const QString& grant) { ended.append(grant); });
    const QByteArray code = identity.code();
    const auto pair = identity.tokens.redeemCode(code, redirect, verifier);
    QVERIFY(pair);
    QCOMPARE(pair->scope, u"chat"_s);
    const auto claims = identity.tokens.verifyAccess(pair->accessToken);
    QVERIFY(claims);
    QVERIFY(claims->permissions.contains(u"support"_s));
    // The replay is refused and ends what the first use gave.
    QVERIFY(!identity.tokens.redeemCode(code, redirect, verifier));
    QCOMPARE(ended, QStringList{claims->grant});
    QVERIFY(!identity.tokens.verifyAccess(pair->accessToken));
    QVERIFY(!identity.tokens.refresh(pair->refreshToken));
}

void TestBackendIdentity::codeIsBoundToRedirectAndVerifier() {
    Identity identity;
    const QByteArray code = identity.code();
    QVERIFY(!identity.tokens.redeemCode(code, u"http://127.0.0.1:51005/callback"_s, verifier));
    QVERIFY(!identity.tokens.redeemCode(code, redirect, QByteArray(43, 'a')));
    QVERIFY(!identity.tokens.redeemCode("unknown", redirect, verifier));
    QVERIFY(identity.tokens.redeemCode(code, redirect, verifier));
}

void TestBackendIdentity::codeExpiresAfterSixtySeconds() {
    Identity identity;
    const QByteArray first = identity.code();
    identity.clock.step(seconds(59));
    QVERIFY(identity.tokens.redeemCode(first, redirect, verifier));
    const QByteArray second = identity.code();
    identity.clock.step(seconds(60));
    QVERIFY(!identity.tokens.redeemCode(second, redirect, verifier));
}

void TestBackendIdentity::refreshRotates() {
    Identity identity;
    const auto first = identity.tokens.signIn(identity.account().id);
    QVERIFY(first);
    identity.clock.step(seconds(3600));
    QVERIFY(!identity.tokens.verifyAccess(first->accessToken));
    const auto second = identity.tokens.refresh(first->refreshToken);
    QVERIFY(second);
    QVERIFY(second->refreshToken != first->refreshToken);
    QVERIFY(identity.tokens.verifyAccess(second->accessToken));
    QVERIFY(identity.tokens.refresh(second->refreshToken));
}

void TestBackendIdentity::refreshReuseEndsTheWholeGrant() {
    Identity identity;
    const Account account = identity.account();
    const auto other = identity.tokens.signIn(account.id);
    const auto first = identity.tokens.signIn(account.id);
    const auto second = identity.tokens.refresh(first->refreshToken);
    QVERIFY(second);
    QVERIFY(!identity.tokens.refresh(first->refreshToken));
    QVERIFY(!identity.tokens.refresh(second->refreshToken));
    QVERIFY(!identity.tokens.verifyAccess(second->accessToken));
    // Another sign-in of the same account is another grant.
    QVERIFY(identity.tokens.verifyAccess(other->accessToken));
    QVERIFY(identity.tokens.refresh(other->refreshToken));
}

void TestBackendIdentity::refreshExpires() {
    Identity identity;
    const auto pair = identity.tokens.signIn(identity.account().id);
    identity.clock.step(TokenStore::refreshLife);
    const auto refused = identity.tokens.refresh(pair->refreshToken);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, ErrorKind::Authentication);
}

void TestBackendIdentity::revocationEndsAccessToo() {
    Identity identity;
    const Account account = identity.account();
    const auto first = identity.tokens.signIn(account.id);
    QVERIFY(identity.tokens.revoke(first->refreshToken));
    QVERIFY(!identity.tokens.verifyAccess(first->accessToken));
    const auto second = identity.tokens.signIn(account.id);
    QVERIFY(identity.tokens.revoke(second->accessToken));
    QVERIFY(!identity.tokens.refresh(second->refreshToken));
    QVERIFY(identity.tokens.revoke("never heard of"));
}

void TestBackendIdentity::secretsAreNotInTheDatabase() {
    Identity identity;
    const Account account = identity.account(u"Bo"_s, u"correct horse"_s);
    const QByteArray code = *identity.tokens.issueCode({account.id, redirect, challenge, {}});
    const auto pair = identity.tokens.redeemCode(code, redirect, verifier);
    QVERIFY(pair);
    identity.database.reset();
    QFile file(identity.folder.filePath(u"data/backend.sqlite"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray stored = file.readAll();
    QVERIFY(stored.contains(account.id.toString().toLatin1()));
    QVERIFY(!stored.contains(code));
    QVERIFY(!stored.contains(pair->refreshToken));
    QVERIFY(!stored.contains(pair->accessToken));
    QVERIFY(!stored.contains("correct horse"));
    QCOMPARE(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
             QFileDevice::Permissions());
    const auto folder = QFileInfo(identity.folder.filePath(u"data"_s)).permissions();
    QCOMPARE(folder & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::ExeOther),
             QFileDevice::Permissions());
}

void TestBackendIdentity::stateSurvivesReopening() {
    Identity identity;
    const auto pair = identity.tokens.signIn(identity.account().id);
    identity.database.reset();
    const auto reopened = Database::open(identity.folder.filePath(u"data"_s));
    QVERIFY(reopened);
    const Accounts accounts(**reopened, identity.clock);
    TokenStore tokens(**reopened, accounts, identity.access, identity.clock);
    QVERIFY(tokens.verifyAccess(pair->accessToken));
    QVERIFY(tokens.refresh(pair->refreshToken));
    QVERIFY((*reopened)->execute(u"UPDATE schema_version SET version = 99"_s));
    const auto newer = Database::open(identity.folder.filePath(u"data"_s));
    QVERIFY(!newer);
    QCOMPARE(newer.error().kind, ErrorKind::Configuration);
}

void TestBackendIdentity::cleaningKeepsWhatCanStillBeReplayed() {
    Identity identity;
    const auto first = identity.tokens.signIn(identity.account().id);
    const auto second = identity.tokens.refresh(first->refreshToken);
    identity.clock.step(seconds(3600 * 24));
    QVERIFY(identity.tokens.removeExpired());
    QVERIFY(!identity.tokens.refresh(first->refreshToken));
    QVERIFY(!identity.tokens.refresh(second->refreshToken));
    identity.clock.step(TokenStore::refreshLife * 3);
    QVERIFY(identity.tokens.removeExpired());
    const auto left = identity.database->rows(u"SELECT count(*) FROM grants"_s);
    QCOMPARE(left->front().at(0).toInt(), 0);
}

void TestBackendIdentity::consentPageLoadsNothingAndEscapes() {
    Identity identity;
    identity.account(u"<b onclick=\"x\">&'"_s);
    const Page page = pageOf(identity.authorization.ask(query()));
    QCOMPARE(page.status, 200);
    QVERIFY(!page.html.contains("<b onclick"));
    QVERIFY(page.html.contains("&lt;b onclick"));
    QVERIFY(!page.html.contains("<script"));
    QVERIFY(!page.html.contains("src="));
    QVERIFY(!page.html.contains("<link"));
    QVERIFY(page.contentSecurityPolicy.startsWith("default-src 'none'"));
    QVERIFY(page.contentSecurityPolicy.contains("frame-ancestors 'none'"));
    QVERIFY(page.contentSecurityPolicy.contains("form-action 'self' http://127.0.0.1:51004;"));
    // The hash in the policy is that of the style as it stands in the page.
    const qsizetype start = page.html.indexOf("<style>") + 7;
    const QByteArray style = page.html.mid(start, page.html.indexOf("</style>") - start);
    QVERIFY(page.contentSecurityPolicy.contains(
        QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64()));
    // The name is suggested only while there is no account yet.
    QVERIFY(!page.html.contains("value=\"ana\""));
    Identity fresh;
    QVERIFY(pageOf(fresh.authorization.ask(query())).html.contains("value=\"ana\""));
}

void TestBackendIdentity::badClientOrRedirectIsNeverRedirected_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("no client") << query({{u"client_id"_s, {}}});
    QTest::newRow("other client") << query({{u"client_id"_s, u"other"_s}});
    QTest::newRow("two clients") << query() + "&client_id=apex-desktop";
    QTest::newRow("no redirect") << query({{u"redirect_uri"_s, {}}});
    QTest::newRow("foreign redirect") << query({{u"redirect_uri"_s, u"https://evil.example/callback"_s}});
    QTest::newRow("two redirects") << query() + "&redirect_uri=https://evil.example/";
    QTest::newRow("nothing") << QByteArray();
}

void TestBackendIdentity::badClientOrRedirectIsNeverRedirected() {
    QFETCH(QByteArray, request);
    Identity identity;
    const Page page = pageOf(identity.authorization.ask(request));
    QCOMPARE(page.status, 400);
    QVERIFY(!page.html.contains("<form"));
    QVERIFY(!page.html.contains("evil.example"));
}

void TestBackendIdentity::otherMistakesGoBackToTheApp_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QString>("error");
    QTest::newRow("no state") << query({{u"state"_s, {}}}) << u"invalid_request"_s;
    QTest::newRow("two states") << query() + "&state=x" << u"invalid_request"_s;
    QTest::newRow("token") << query({{u"response_type"_s, u"token"_s}}) << u"unsupported_response_type"_s;
    QTest::newRow("no challenge") << query({{u"code_challenge"_s, {}}}) << u"invalid_request"_s;
    QTest::newRow("plain") << query({{u"code_challenge_method"_s, u"plain"_s}}) << u"invalid_request"_s;
    QTest::newRow("no method") << query({{u"code_challenge_method"_s, {}}}) << u"invalid_request"_s;
}

void TestBackendIdentity::otherMistakesGoBackToTheApp() {
    QFETCH(QByteArray, request);
    QFETCH(QString, error);
    Identity identity;
    const BrowserAnswer answer = identity.authorization.ask(request);
    QVERIFY(std::holds_alternative<Redirect>(answer));
    QVERIFY(std::get<Redirect>(answer).location.startsWith(redirect + u'?'));
    QCOMPARE(redirectQuery(answer).queryItemValue(u"error"_s), error);
    QCOMPARE(redirectQuery(answer).queryItemValue(u"iss"_s, QUrl::FullyDecoded), issuer);
    QVERIFY(!redirectQuery(answer).hasQueryItem(u"code"_s));
}

void TestBackendIdentity::allowingGivesACodeWithStateAndIssuer() {
    Identity identity;
    const Page page = pageOf(identity.authorization.ask(query({{u"state"_s, u"a&b=c d+e"_s}})));
    const BrowserAnswer answer = identity.authorization.decide(
        form(page, {{u"account"_s, u"new"_s}, {u"new_name"_s, u"Zoë"_s}, {u"decision"_s, u"allow"_s}}));
    const QUrlQuery sent = redirectQuery(answer);
    QCOMPARE(sent.queryItemValue(u"state"_s, QUrl::FullyDecoded), u"a&b=c d+e"_s);
    QCOMPARE(sent.queryItemValue(u"iss"_s, QUrl::FullyDecoded), issuer);
    const auto pair =
        identity.tokens.redeemCode(sent.queryItemValue(u"code"_s).toLatin1(), redirect, verifier);
    QVERIFY(pair);
    QCOMPARE(identity.tokens.verifyAccess(pair->accessToken)->name, u"Zoë"_s);
    QCOMPARE(identity.accounts.all()->size(), size_t(1));
}

void TestBackendIdentity::cancellingIsSaidToTheApp() {
    Identity identity;
    const Page page = pageOf(identity.authorization.ask(query()));
    const BrowserAnswer answer = identity.authorization.decide(form(page, {{u"decision"_s, u"deny"_s}}));
    QCOMPARE(redirectQuery(answer).queryItemValue(u"error"_s), u"access_denied"_s);
    QCOMPARE(redirectQuery(answer).queryItemValue(u"state"_s), u"st4te"_s);
    QVERIFY(identity.accounts.all()->empty());
}

void TestBackendIdentity::formTokenIsRequiredAndSingleUse() {
    Identity identity;
    const QString account = identity.account().id.toString();
    const Page page = pageOf(identity.authorization.ask(query()));
    QByteArray body = form(page, {{u"account"_s, account}, {u"decision"_s, u"allow"_s}});
    QByteArray forged = body;
    forged.replace("form_token=", "form_token=x");
    QCOMPARE(pageOf(identity.authorization.decide(forged)).status, 400);
    QCOMPARE(pageOf(identity.authorization.decide("request=x&decision=allow")).status, 400);
    // A token belongs to its own page only.
    const Page second = pageOf(identity.authorization.ask(query()));
    QByteArray mixed = body;
    mixed.replace(hiddenField(page.html, u"request"_s).toLatin1(),
                  hiddenField(second.html, u"request"_s).toLatin1());
    QCOMPARE(pageOf(identity.authorization.decide(mixed)).status, 400);
    QVERIFY(redirectQuery(identity.authorization.decide(body)).hasQueryItem(u"code"_s));
    QCOMPARE(pageOf(identity.authorization.decide(body)).status, 400);
}

void TestBackendIdentity::formExpires() {
    Identity identity;
    const QString account = identity.account().id.toString();
    const Page page = pageOf(identity.authorization.ask(query()));
    identity.clock.step(seconds(600));
    QCOMPARE(pageOf(identity.authorization.decide(
                        form(page, {{u"account"_s, account}, {u"decision"_s, u"allow"_s}})))
                 .status,
             400);
}

void TestBackendIdentity::passwordIsRequiredAndRateLimited() {
    Identity identity;
    const QString account = identity.account(u"Bo"_s, u"s3cret"_s).id.toString();
    Page page = pageOf(identity.authorization.ask(query()));
    const auto tryPassword = [&](const QString& password) {
        BrowserAnswer answer = identity.authorization.decide(
            form(page, {{u"account"_s, account}, {u"password"_s, password}, {u"decision"_s, u"allow"_s}}));
        if (const auto* shown = std::get_if<Page>(&answer))
            page = *shown;
        return answer;
    };
    for (int i = 0; i < 5; ++i)
        QCOMPARE(pageOf(tryPassword(i == 0 ? QString() : u"wrong"_s)).status, 422);
    // Blocked: not even the right one counts until the time is over.
    QCOMPARE(pageOf(tryPassword(u"s3cret"_s)).status, 429);
    QVERIFY(!page.html.contains("s3cret"));
    identity.clock.step(seconds(31));
    QVERIFY(redirectQuery(tryPassword(u"s3cret"_s)).hasQueryItem(u"code"_s));
}

QTEST_GUILESS_MAIN(TestBackendIdentity)
#include "tst_backend_identity.moc"
