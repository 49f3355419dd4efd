// SPDX-License-Identifier: GPL-3.0-or-later
// TokenKeeper against a scripted server: single flight, rotation, two processes, transient and final trouble.
#include "auth/refresh_lock.h"
#include "auth/token_bundle.h"
#include "auth/token_keeper.h"
#include "base/random.h"
#include "credentials/memory_store.h"
#include "support/scripted_http_server.h"
#include "support/stepped_clock.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace apex;
using namespace apex::auth;
using namespace apex::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = TokenKeeper::State;

namespace {

QByteArray jwt(const QString& user, int number) {
    const QJsonObject claims{
        {u"sub"_s, user}, {u"email"_s, QString(user + u"@example.com"_s)}, {u"n"_s, number}};
    return "e30." + base64Url(QJsonDocument(claims).toJson()) + ".sig";
}

/// A store that can refuse, and that tells what it was asked in which order.
class WatchedStore final : public credentials::SecretStore {
public:
    void read(const QString& key, QObject* context, ReadDone done) override {
        log.append(u"read"_s);
        if (readTrouble) {
            QMetaObject::invokeMethod(
                context, [this, done] { done(credentials::Locked{*readTrouble}); }, Qt::QueuedConnection);
            return;
        }
        m_memory.read(key, context, std::move(done));
    }
    void write(const QString& key, Secret secret, QObject* context, WriteDone done) override {
        log.append(u"write"_s);
        if (onWrite)
            onWrite();
        if (writeTrouble)
            QMetaObject::invokeMethod(
                context, [this, done] { done(fail(*writeTrouble)); }, Qt::QueuedConnection);
        else
            m_memory.write(key, std::move(secret), context, std::move(done));
    }
    void remove(const QString& key, QObject* context, WriteDone done) override {
        log.append(u"remove"_s);
        if (writeTrouble)
            QMetaObject::invokeMethod(
                context, [this, done] { done(fail(*writeTrouble)); }, Qt::QueuedConnection);
        else
            m_memory.remove(key, context, std::move(done));
    }
    QString backendName() const override { return u"watched"_s; }

    QStringList log;
    std::optional<Error> readTrouble;
    std::optional<Error> writeTrouble;
    std::function<void()> onWrite;

private:
    credentials::MemoryStore m_memory;
};

/// One scene: a server that rotates refresh tokens "r1", "r2", ... and accepts each once, and a keeper.
struct Scene {
    explicit Scene(environment::SignInKind kind = environment::SignInKind::OAuth) {
        profile.issuer = server.url();
        profile.signIn = kind;
        profile.clientId = u"apex-desktop"_s;
        const QString base = server.url().toString();
        server.on(
            "/.well-known/oauth-authorization-server",
            {.body = QStringLiteral(
                         R"({"issuer":"%1","authorization_endpoint":"%1/a","token_endpoint":"%1/token",)"
                         R"("revocation_endpoint":"%1/revoke","response_types_supported":["code"],)"
                         R"("code_challenge_methods_supported":["S256"]})")
                         .arg(base)
                         .toUtf8()});
        const auto rotate = [this](const QString& token) {
            if (next.status != 200)
                return next;
            if (token != u"r%1"_s.arg(used))
                return ScriptedAnswer{.status = 400,
                                      .body = R"({"error":"invalid_grant","detail":"reused"})"};
            ++used;
            return ScriptedAnswer{
                .body = QStringLiteral(R"({"access_token":"%1","refresh_token":"r%2","token_type":"Bearer",)"
                                       R"("expires_in":900})")
                            .arg(QString::fromUtf8(jwt(user, used)))
                            .arg(used)
                            .toUtf8(),
                .delayMs = delayMs};
        };
        server.on("/token", [rotate](const ScriptedRequest& request) {
            return rotate(request.field(u"refresh_token"_s));
        });
        server.on("/auth/refresh", [rotate](const ScriptedRequest& request) {
            return rotate(QJsonDocument::fromJson(request.body).object().value(u"refresh_token").toString());
        });
        server.on("/revoke", {.body = "{}"});
        server.on("/auth/logout", {.body = "{}"});
    }

    TokenSet tokens(std::chrono::seconds lifetime = 900s, const QByteArray& refresh = "r1") {
        TokenSet set;
        set.accessToken = Secret(jwt(user, 1));
        set.refreshToken = Secret(QByteArray(refresh.constData(), refresh.size()));
        set.receivedAt = clock.wallNow();
        set.expiresAt = clock.wallNow() + lifetime;
        return set;
    }
    void putIntoStore(const TokenSet& set) {
        bool done = false;
        store.write(key, encodeBundle(set), qApp, [&](const Expected<void>&) { done = true; });
        QVERIFY(QTest::qWaitFor([&] { return done; }));
        store.log.clear();
    }
    TokenSet inStore() {
        std::optional<TokenSet> found;
        bool done = false;
        store.read(key, qApp, [&](credentials::ReadOutcome outcome) {
            if (const auto* entry = std::get_if<credentials::Found>(&outcome)) {
                if (auto bundle = decodeBundle(entry->secret))
                    found = std::move(*bundle);
            }
            done = true;
        });
        [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return done; });
        return found ? std::move(*found) : TokenSet();
    }
    std::unique_ptr<TokenKeeper> keeper() {
        return std::make_unique<TokenKeeper>(profile, key, store, network, clock);
    }
    [[nodiscard]] int refreshes() const {
        return static_cast<int>(server.requestsTo("/token").size() +
                                server.requestsTo("/auth/refresh").size());
    }

    ScriptedHttpServer server;
    environment::Profile profile;
    WatchedStore store;
    QNetworkAccessManager network;
    SteppedClock clock;
    QString key = u"home/test/ana/tokens"_s;
    QString user = u"ana"_s;
    int used = 1;
    int delayMs = 0;
    ScriptedAnswer next;
};

/// Asks for a token and waits: the number in the token, 0 for an error.
int tokenNumber(TokenKeeper& keeper, Error* error = nullptr) {
    std::optional<int> number;
    keeper.accessToken(&keeper, [&](const Expected<Secret>& token) {
        if (token) {
            const QByteArray payload = token->reveal().split('.').value(1);
            number = QJsonDocument::fromJson(QByteArray::fromBase64(payload, QByteArray::Base64UrlEncoding))
                         .object()
                         .value(u"n")
                         .toInt();
        } else {
            number = 0;
            if (error)
                *error = token.error();
        }
    });
    [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return number.has_value(); }, 20'000);
    return number.value_or(-1);
}

const Error lockedError = makeError(ErrorKind::Locked, QStringLiteral("locked"), QStringLiteral("unlock"));

} // namespace

class AuthKeeperTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void emptyStoreIsSignedOut();
    void lockedStoreIsTroubleNotSignedOut();
    void foreignEntryIsTrouble();
    void freshTokenCostsNoRequest();
    void oneRefreshServesEveryCaller();
    void refreshTokenIsStoredBeforeTheAccessTokenIsGiven();
    void dueTokenIsRenewedUnasked();
    void clockSetBackDoesNotStretchTheToken();
    void transientTroubleKeepsTheSession_data();
    void transientTroubleKeepsTheSession();
    void usableTokenIsGivenWhileRenewalFails();
    void refusedGrantNeedsSignIn();
    void tokenRotatedByAnotherProcessIsUsed();
    void tokenRotatedDuringTheRefreshIsUsed();
    void twoKeepersOfOneEntryRefreshOnce();
    void signOutElsewhereIsFollowed();
    void refusedTokenIsRenewedOnce();
    void refusalsDoNotLoop();
    void pastedTokenEndsWithItsLife();
    void unwritableStoreIsSaidAndRetried();
    void sessionOnlyNeverTouchesTheStore();
    void otherAccountIsNotAccepted();
    void tokensAreNotShownToAnotherIssuer();
    void signOutRemovesThenRevokes();
    void signOutSaysWhatFailed();
    void platformRefreshesAndLogsOut();
    void nothingComesBackAfterDeletion();
    void secretsStayOutOfErrors();

private:
    QTemporaryDir m_home;
};

void AuthKeeperTest::initTestCase() {
    QVERIFY(m_home.isValid());
    qputenv("APEX_HOME", m_home.path().toUtf8());
}

void AuthKeeperTest::emptyStoreIsSignedOut() {
    Scene scene;
    const auto keeper = scene.keeper();
    QCOMPARE(keeper->state(), State::Unread);
    keeper->load();
    QTRY_COMPARE(keeper->state(), State::SignedOut);
    Error error;
    QCOMPARE(tokenNumber(*keeper, &error), 0);
    QCOMPARE(error.kind, ErrorKind::Authentication);
}

void AuthKeeperTest::lockedStoreIsTroubleNotSignedOut() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    scene.store.readTrouble = lockedError;
    const auto keeper = scene.keeper();
    Error error;
    QCOMPARE(tokenNumber(*keeper, &error), 0); // loads by itself
    QCOMPARE(keeper->state(), State::StoreTrouble);
    QCOMPARE(error.kind, ErrorKind::Locked);
    QCOMPARE(keeper->lastError().kind, ErrorKind::Locked);
    scene.store.readTrouble.reset();
    keeper->load(); // "try again"
    QTRY_COMPARE(keeper->state(), State::SignedIn);
    QCOMPARE(keeper->claims()->user, UserId(u"ana"_s));
    QCOMPARE(tokenNumber(*keeper), 1);
}

void AuthKeeperTest::foreignEntryIsTrouble() {
    Scene scene;
    scene.store.write(scene.key, Secret("junk"), this, [](const Expected<void>&) {});
    const auto keeper = scene.keeper();
    keeper->load();
    QTRY_COMPARE(keeper->state(), State::StoreTrouble);
}

void AuthKeeperTest::freshTokenCostsNoRequest() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    for (int i = 0; i < 5; ++i)
        QCOMPARE(tokenNumber(*keeper), 1);
    QCOMPARE(scene.server.requests().size(), 0);
    QCOMPARE(scene.store.log, QStringList{u"read"_s});
    QVERIFY(keeper->nextRefresh() == scene.clock.wallNow() + 810s);
}

void AuthKeeperTest::oneRefreshServesEveryCaller() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    scene.delayMs = 50;
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    int answers = 0;
    for (int i = 0; i < 10; ++i)
        keeper->accessToken(this, [&](const Expected<Secret>& token) { answers += token ? 1 : 100; });
    QTRY_COMPARE(answers, 10);
    QCOMPARE(scene.refreshes(), 1);
    QCOMPARE(tokenNumber(*keeper), 2);
    QCOMPARE(scene.inStore().refreshToken.reveal(), QByteArray("r2"));
}

void AuthKeeperTest::refreshTokenIsStoredBeforeTheAccessTokenIsGiven() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    QStringList order;
    scene.store.onWrite = [&] { order.append(u"stored"_s); };
    keeper->accessToken(this, [&](const Expected<Secret>&) {
        order.append(u"given"_s);
        order.append(QString::fromUtf8(scene.inStore().refreshToken.reveal()));
    });
    QTRY_COMPARE(order.size(), 3);
    QCOMPARE(order, (QStringList{u"stored"_s, u"given"_s, u"r2"_s}));
}

void AuthKeeperTest::dueTokenIsRenewedUnasked() {
    Scene scene;
    TokenSet due = scene.tokens(900s);
    scene.clock.pass(820s); // past the planned 810 s, before the expiry
    scene.putIntoStore(due);
    const auto keeper = scene.keeper();
    keeper->load();
    QTRY_COMPARE(scene.refreshes(), 1);
    QTRY_VERIFY(keeper->nextRefresh() == scene.clock.wallNow() + 810s);
}

void AuthKeeperTest::clockSetBackDoesNotStretchTheToken() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(850s);
    scene.clock.jump(-24h);
    QCOMPARE(tokenNumber(*keeper), 2);
}

void AuthKeeperTest::transientTroubleKeepsTheSession_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("500") << 500 << QByteArray();
    QTest::newRow("429") << 429 << QByteArray();
    QTest::newRow("404 by a proxy") << 404 << QByteArray("<html>");
    QTest::newRow("no server") << 0 << QByteArray();
}

void AuthKeeperTest::transientTroubleKeepsTheSession() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    scene.next = {.status = status, .body = body};
    scene.next.cutInHalf = status == 0;
    Error error;
    QCOMPARE(tokenNumber(*keeper, &error), 0);
    QCOMPARE(keeper->state(), State::RenewalFailing);
    QVERIFY(error.kind != ErrorKind::Authentication);
    QVERIFY(error.cause != nullptr);
    QVERIFY(keeper->nextRefresh().has_value());
    const int before = scene.refreshes();
    QCOMPARE(tokenNumber(*keeper), 0); // at once again: answered without another request
    QCOMPARE(scene.refreshes(), before);
    scene.next = {};
    scene.clock.pass(3s);
    QCOMPARE(tokenNumber(*keeper), 2);
    QCOMPARE(keeper->state(), State::SignedIn);
    QVERIFY(keeper->lastError().happened.isEmpty());
}

void AuthKeeperTest::usableTokenIsGivenWhileRenewalFails() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(820s);
    scene.next = {.status = 503};
    QCOMPARE(tokenNumber(*keeper), 1);
    QCOMPARE(keeper->state(), State::RenewalFailing);
}

void AuthKeeperTest::refusedGrantNeedsSignIn() {
    Scene scene;
    scene.putIntoStore(scene.tokens(900s, "revoked"));
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    Error error;
    QCOMPARE(tokenNumber(*keeper, &error), 0);
    QCOMPARE(keeper->state(), State::NeedsSignIn);
    QCOMPARE(error.kind, ErrorKind::Authentication);
    const int before = scene.refreshes();
    scene.clock.pass(1h);
    QCOMPARE(tokenNumber(*keeper), 0);
    QCOMPARE(scene.refreshes(), before); // never asked again
    keeper->adopt(scene.tokens(900s, "r1"));
    QTRY_COMPARE(keeper->state(), State::SignedIn);
    QCOMPARE(tokenNumber(*keeper), 1);
}

void AuthKeeperTest::tokenRotatedByAnotherProcessIsUsed() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(850s);
    TokenSet other = scene.tokens(900s, "r7");
    other.accessToken = Secret(jwt(u"ana"_s, 7));
    scene.putIntoStore(other);
    QCOMPARE(tokenNumber(*keeper), 7);
    QCOMPARE(scene.refreshes(), 0);
}

void AuthKeeperTest::tokenRotatedDuringTheRefreshIsUsed() {
    Scene scene;
    scene.putIntoStore(scene.tokens(900s, "stale"));
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    // The other process stores its token after we have read ours and before the server refuses ours.
    bool first = true;
    scene.server.on("/token", [&](const ScriptedRequest& request) {
        if (std::exchange(first, false)) {
            scene.store.write(scene.key, encodeBundle(scene.tokens(900s, "r5")), this,
                              [](const Expected<void>&) {});
            return ScriptedAnswer{.status = 400, .body = R"({"error":"invalid_grant"})"};
        }
        const bool good = request.field(u"refresh_token"_s) == u"r5"_s;
        return ScriptedAnswer{.status = good ? 200 : 400,
                              .body = QByteArray(R"({"error":"invalid_grant","access_token":")") +
                                      jwt(u"ana"_s, 6) +
                                      R"(","token_type":"Bearer","refresh_token":"r6","expires_in":900})"};
    });
    QCOMPARE(tokenNumber(*keeper), 6);
    QCOMPARE(scene.inStore().refreshToken.reveal(), QByteArray("r6"));
}

void AuthKeeperTest::twoKeepersOfOneEntryRefreshOnce() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    scene.delayMs = 100;
    const auto one = scene.keeper();
    const auto two = scene.keeper();
    QCOMPARE(tokenNumber(*one), 1);
    QCOMPARE(tokenNumber(*two), 1);
    scene.clock.pass(901s);
    int good = 0;
    one->accessToken(this, [&](const Expected<Secret>& token) { good += token ? 1 : 100; });
    two->accessToken(this, [&](const Expected<Secret>& token) { good += token ? 1 : 100; });
    QTRY_COMPARE(good, 2);
    QCOMPARE(scene.refreshes(), 1);
}

void AuthKeeperTest::signOutElsewhereIsFollowed() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.store.remove(scene.key, this, [](const Expected<void>&) {});
    scene.clock.pass(901s);
    QCOMPARE(tokenNumber(*keeper), 0);
    QCOMPARE(keeper->state(), State::SignedOut);
    QCOMPARE(scene.refreshes(), 0);
    QVERIFY(scene.inStore().accessToken.isEmpty());
}

void AuthKeeperTest::refusedTokenIsRenewedOnce() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    keeper->refused();
    keeper->refused(); // the same token, said twice
    QCOMPARE(tokenNumber(*keeper), 2);
    QCOMPARE(scene.refreshes(), 1);
}

void AuthKeeperTest::refusalsDoNotLoop() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    for (int i = 0; i < 10 && keeper->state() != State::NeedsSignIn; ++i) {
        keeper->refused();
        [[maybe_unused]] const int number = tokenNumber(*keeper);
    }
    QCOMPARE(keeper->state(), State::NeedsSignIn);
    QVERIFY(scene.refreshes() <= 3);
}

void AuthKeeperTest::pastedTokenEndsWithItsLife() {
    Scene scene;
    const auto keeper = scene.keeper();
    TokenSet pasted = scene.tokens(900s, "");
    keeper->adopt(std::move(pasted));
    QTRY_COMPARE(keeper->state(), State::SignedIn);
    QVERIFY(!keeper->nextRefresh());
    scene.clock.pass(890s);
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(10s);
    QCOMPARE(tokenNumber(*keeper), 0);
    QCOMPARE(keeper->state(), State::NeedsSignIn);
    QCOMPARE(scene.server.requests().size(), 0);
}

void AuthKeeperTest::unwritableStoreIsSaidAndRetried() {
    Scene scene;
    scene.store.writeTrouble = lockedError;
    const auto keeper = scene.keeper();
    keeper->adopt(scene.tokens());
    QTRY_COMPARE(keeper->state(), State::SignedIn);
    QVERIFY(keeper->isSessionOnly());
    QCOMPARE(keeper->lastError().kind, ErrorKind::Locked);
    QCOMPARE(tokenNumber(*keeper), 1); // the session works, and the warning stays
    QVERIFY(!keeper->lastError().happened.isEmpty());
    scene.store.writeTrouble.reset();
    keeper->load();
    QTRY_VERIFY(!keeper->isSessionOnly());
    QVERIFY(keeper->lastError().happened.isEmpty());
    QCOMPARE(scene.inStore().refreshToken.reveal(), QByteArray("r1"));
}

void AuthKeeperTest::sessionOnlyNeverTouchesTheStore() {
    Scene scene;
    const auto keeper = scene.keeper();
    keeper->adopt(scene.tokens(), true);
    QTRY_COMPARE(keeper->state(), State::SignedIn);
    QVERIFY(keeper->isSessionOnly());
    scene.clock.pass(901s);
    QCOMPARE(tokenNumber(*keeper), 2);
    bool out = false;
    keeper->signOut(this, [&](const Expected<void>& result) { out = result.has_value(); });
    QTRY_VERIFY(out);
    QVERIFY2(scene.store.log.isEmpty(), qPrintable(scene.store.log.join(u' ')));
}

void AuthKeeperTest::otherAccountIsNotAccepted() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.user = u"eve"_s;
    scene.clock.pass(901s);
    QCOMPARE(tokenNumber(*keeper), 0);
    QCOMPARE(keeper->state(), State::NeedsSignIn);
    QCOMPARE(keeper->claims()->user, UserId(u"ana"_s));
    QCOMPARE(scene.inStore().refreshToken.reveal(), QByteArray("r1"));
}

void AuthKeeperTest::tokensAreNotShownToAnotherIssuer() {
    Scene scene;
    const auto before = scene.keeper();
    before->adopt(scene.tokens(-1s)); // due at once
    QTRY_COMPARE(before->state(), State::SignedIn);
    QTRY_COMPARE(scene.refreshes(), 1);
    ScriptedHttpServer other;
    scene.profile.issuer = other.url();
    const auto after = scene.keeper();
    after->load();
    QTRY_COMPARE(after->state(), State::NeedsSignIn);
    QVERIFY(after->lastError().happened.contains(u"another address"));
    QCOMPARE(after->claims()->user, UserId(u"ana"_s)); // the chats are still theirs
    Error error;
    QCOMPARE(tokenNumber(*after, &error), 0);
    QCOMPARE(error.kind, ErrorKind::Authentication);
    QCOMPARE(other.requests().size(), 0);
    QVERIFY(!scene.inStore().accessToken.isEmpty()); // whoever goes back is signed in there
    // The same place, written otherwise.
    scene.profile.issuer = QUrl(scene.server.url().toString() + u'/');
    const auto back = scene.keeper();
    back->load();
    QTRY_COMPARE(back->state(), State::SignedIn);
}

void AuthKeeperTest::signOutRemovesThenRevokes() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    bool gone = false;
    scene.server.on("/revoke", [&](const ScriptedRequest& request) {
        gone = scene.store.log.contains(u"remove"_s) && request.field(u"token"_s) == u"r1"_s &&
               request.field(u"token_type_hint"_s) == u"refresh_token"_s;
        return ScriptedAnswer{};
    });
    bool done = false;
    keeper->signOut(this, [&](const Expected<void>& result) { done = result.has_value(); });
    QTRY_VERIFY(done);
    QVERIFY(gone);
    QCOMPARE(keeper->state(), State::SignedOut);
    QVERIFY(!keeper->claims());
    QCOMPARE(tokenNumber(*keeper), 0);
    QVERIFY(scene.inStore().accessToken.isEmpty());
}

void AuthKeeperTest::signOutSaysWhatFailed() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.server.on("/revoke", {.status = 500});
    std::optional<Expected<void>> result;
    keeper->signOut(this, [&](Expected<void> outcome) { result = std::move(outcome); });
    QTRY_VERIFY(result.has_value());
    QVERIFY(!*result);
    QVERIFY(result->error().cause != nullptr);
    QCOMPARE(keeper->state(), State::SignedOut); // here it is over all the same

    scene.putIntoStore(scene.tokens());
    const auto locked = scene.keeper();
    QCOMPARE(tokenNumber(*locked), 1);
    scene.store.writeTrouble = lockedError;
    result.reset();
    locked->signOut(this, [&](Expected<void> outcome) { result = std::move(outcome); });
    QTRY_VERIFY(result.has_value());
    QVERIFY(!*result);
    QCOMPARE(result->error().kind, ErrorKind::Locked);
    QCOMPARE(locked->state(), State::StoreTrouble); // the entry is still there: not signed out
}

void AuthKeeperTest::platformRefreshesAndLogsOut() {
    Scene scene(environment::SignInKind::Platform);
    scene.putIntoStore(scene.tokens());
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    QCOMPARE(tokenNumber(*keeper), 2);
    QCOMPARE(scene.server.requestsTo("/auth/refresh").size(), 1);
    bool done = false;
    keeper->signOut(this, [&](const Expected<void>& result) { done = result.has_value(); });
    QTRY_VERIFY(done);
    const ScriptedRequest logout = scene.server.requestsTo("/auth/logout").value(0);
    QCOMPARE(logout.headers.value("authorization"), "Bearer " + jwt(u"ana"_s, 2));
    QVERIFY(scene.server.requestsTo("/.well-known/oauth-authorization-server").isEmpty());
}

void AuthKeeperTest::nothingComesBackAfterDeletion() {
    Scene scene;
    scene.putIntoStore(scene.tokens());
    scene.delayMs = 30;
    auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    bool called = false;
    keeper->accessToken(this, [&](const Expected<Secret>&) { called = true; });
    QTRY_COMPARE(scene.refreshes(), 1);
    keeper.reset();
    const auto next = scene.keeper(); // and the lock is free again
    scene.used = 1;
    QVERIFY(tokenNumber(*next) > 0);
    QVERIFY(!called);
}

void AuthKeeperTest::secretsStayOutOfErrors() {
    Scene scene;
    scene.putIntoStore(scene.tokens(900s, "very-secret-refresh-token"));
    const auto keeper = scene.keeper();
    QCOMPARE(tokenNumber(*keeper), 1);
    scene.clock.pass(901s);
    scene.server.on("/token",
                    {.status = 400,
                     .body = R"({"error":"invalid_grant",)"
                             R"("error_description":"refresh_token=very-secret-refresh-token is bad"})"});
    Error error;
    QCOMPARE(tokenNumber(*keeper, &error), 0);
    QVERIFY(error.forSupport().contains(u"invalid_grant"));
    QVERIFY(!error.forSupport().contains(u"very-secret"));
}

QTEST_GUILESS_MAIN(AuthKeeperTest)
#include "tst_auth_keeper.moc"
