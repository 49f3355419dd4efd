// SPDX-License-Identifier: GPL-3.0-or-later
// The published schemas against the strict reader, the policy of a computer, and the choice of a proxy.
#include "environment/policy.h"
#include "environment/profile.h"
#include "support/published_schema.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::environment;
using namespace Qt::StringLiterals;

namespace {

QJsonObject objectOf(const QByteArray& json) {
    QJsonParseError error;
    const QJsonObject object = QJsonDocument::fromJson(json, &error).object();
    if (error.error != QJsonParseError::NoError)
        qWarning() << "test data is not JSON:" << error.errorString() << json;
    return object;
}

QJsonObject schemaOf(const QString& name) {
    QFile file(QStringLiteral(APEX_SOURCE_DIR "/resources/environments/") + name);
    return file.open(QIODevice::ReadOnly) ? objectOf(file.readAll()) : QJsonObject();
}

const QByteArray Remote =
    R"({"name":"Acme","colour":"#6a1b9a","backend":"remote","api_url":"https://a.example",)"
    R"("socket_url":"wss://a.example/ws","issuer":"https://l.example","sign_in":"oauth","client_id":"c",)"
    R"("scopes":["openid"],"socket_credential":"header","greeting":"auto","protocol":"platform",)"
    R"("attachments":"inline"})";

/// The valid profile with some keys changed; null removes a key.
QJsonObject changed(const QByteArray& changes) {
    QJsonObject object = objectOf(Remote);
    const QJsonObject wanted = objectOf(changes);
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (it->isNull())
            object.remove(it.key());
        else
            object.insert(it.key(), it.value());
    }
    return object;
}

QByteArray bytesOf(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void put(const QString& path, const QByteArray& content) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

QString shown(const QNetworkProxy& proxy) {
    return proxyWords(proxy);
}

} // namespace

class EnvironmentPolicyTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void schemaAndReaderAgree_data();
    void schemaAndReaderAgree();
    void examplesAreAccepted();
    void policySchemaAndReaderAgree_data();
    void policySchemaAndReaderAgree();
    void policyKeysWrittenTwiceAreNamed();
    void policyPresetsAndLocks();
    void policyDefinesEnvironments();
    void brokenPolicyClosesEverything();
    void proxyForEachAddress_data();
    void proxyForEachAddress();
    void systemProxyServesSocketsToo();
    void proxySignInSurvivesTheKeychain();
};

void EnvironmentPolicyTest::schemaAndReaderAgree_data() {
    QTest::addColumn<QByteArray>("changes");
    QTest::addColumn<bool>("good");
    const auto row = [](const char* name, const char* changes, bool good) {
        QTest::newRow(name) << QByteArray(changes) << good;
    };
    row("as it is", "{}", true);
    row("no name", R"({"name":null})", false);
    row("blank name", R"({"name":"  "})", false);
    row("name too long", R"({"name":"1234567890123456789012345678901234567890123456789012345678901"})",
        false);
    row("name is a number", R"({"name":5})", false);
    row("short colour", R"({"colour":"#fff"})", false);
    row("unknown key", R"({"colours":"#ffffff"})", false);
    row("other backend", R"({"backend":"cloud"})", false);
    row("no api_url", R"({"api_url":null})", false);
    row("plain http elsewhere", R"({"api_url":"http://a.example"})", false);
    row("plain http here", R"({"api_url":"http://127.0.0.1:80"})", true);
    row("plain http here, by name", R"({"api_url":"http://localhost:8000"})", true);
    row("plain http here, IPv6", R"({"api_url":"http://[::1]:8000"})", true);
    row("plain http to a name that looks like here", R"({"api_url":"http://127.0.0.1.evil.example"})", false);
    row("query in an address", R"({"api_url":"https://a.example/?a=1"})", false);
    row("fragment in an address", R"({"issuer":"https://a.example/#a"})", false);
    row("password in an address", R"({"issuer":"https://a:b@a.example"})", false);
    row("web address as socket", R"({"socket_url":"https://a.example"})", false);
    row("plain socket elsewhere", R"({"socket_url":"ws://a.example/ws"})", false);
    row("plain socket here", R"({"socket_url":"ws://localhost:8000/ws"})", true);
    row("embedded with addresses", R"({"backend":"embedded"})", false);
    row("embedded", R"({"backend":"embedded","api_url":null,"socket_url":null,"issuer":null})", true);
    row("platform with a client", R"({"sign_in":"platform"})", false);
    row("platform", R"({"sign_in":"platform","client_id":null,"scopes":null})", true);
    row("oauth without a client", R"({"client_id":null})", false);
    row("empty scopes", R"({"scopes":[]})", true);
    row("scope with a space", R"({"scopes":["a b"]})", false);
    row("scope twice", R"({"scopes":["a","a"]})", false);
    row("scopes as text", R"({"scopes":"openid"})", false);
    row("settle", R"({"handshake_settle_ms":10000})", true);
    row("settle too long", R"({"handshake_settle_ms":10001})", false);
    row("settle with a fraction", R"({"handshake_settle_ms":1.5})", false);
    row("settle as text", R"({"handshake_settle_ms":"500"})", false);
    row("frame too small", R"({"max_frame_bytes":1023})", false);
    row("notice too early", R"({"silence_notice_s":4})", false);
    row("relative ca_file", R"({"ca_file":"ca.pem"})", false);
    row("ca_file", R"({"ca_file":"/etc/ssl/ca.pem"})", true);
    row("support mode as text", R"({"support_mode":"yes"})", false);
    row("system proxy", R"({"proxy":"system"})", true);
    row("no proxy", R"({"proxy":"none"})", true);
    row("http proxy", R"({"proxy":"http://proxy.acme.example:3128","proxy_sign_in":true})", true);
    row("socks proxy", R"({"proxy":"socks5://[2001:db8::1]:1080"})", true);
    row("proxy without a port", R"({"proxy":"http://proxy.acme.example"})", false);
    row("proxy port too high", R"({"proxy":"http://proxy.acme.example:65536"})", false);
    row("proxy with a password", R"({"proxy":"http://ana:pw@proxy.acme.example:3128"})", false);
    row("proxy of another kind", R"({"proxy":"https://proxy.acme.example:3128"})", false);
    row("empty proxy", R"({"proxy":""})", false);
    row("proxy with a path", R"({"proxy":"http://proxy.acme.example:3128/"})", false);
    row("proxy sign-in as text", R"({"proxy_sign_in":"ana"})", false);
}

void EnvironmentPolicyTest::schemaAndReaderAgree() {
    QFETCH(QByteArray, changes);
    QFETCH(bool, good);
    const test::PublishedSchema schema(schemaOf(u"profile.schema.json"_s));
    const QJsonObject object = changed(changes);
    const auto profile = parseProfile(bytesOf(object), u"/x/acme.json"_s);
    QCOMPARE(profile.has_value(), good);
    QCOMPARE(schema.accepts(object), good);
    QVERIFY2(schema.unknownKeywords().isEmpty(), qPrintable(schema.unknownKeywords().values().join(u' ')));
    if (!profile)
        QVERIFY2(profile.error().details.contains(u"key: "), qPrintable(profile.error().details));
}

void EnvironmentPolicyTest::examplesAreAccepted() {
    const test::PublishedSchema schema(schemaOf(u"profile.schema.json"_s));
    const QDir folder(QStringLiteral(APEX_SOURCE_DIR "/resources/environments"));
    const QStringList names =
        folder.entryList({u"local.json"_s, u"netra-*.json"_s, u"*.json.example"_s}, QDir::Files);
    QVERIFY(names.size() >= 5);
    for (const QString& name : names) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray json = file.readAll();
        QVERIFY2(schema.accepts(objectOf(json)), qPrintable(name));
        const auto profile = parseProfile(json, u"/x/%1.json"_s.arg(name.section(u'.', 0, 0)));
        QVERIFY2(profile.has_value(), qPrintable(name));
    }
}

void EnvironmentPolicyTest::policySchemaAndReaderAgree_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const char* json, bool good, const char* named = "") {
        QTest::newRow(name) << QByteArray(json) << good << QString::fromLatin1(named);
    };
    row("smallest", R"({"schema":"apex/policy/1"})", true);
    row("no schema", R"({})", false, "key: schema");
    row("other schema", R"({"schema":"apex/policy/2"})", false, "key: schema");
    row("unknown key", R"({"schema":"apex/policy/1","lock":{}})", false, "key: lock");
    row("locked", R"({"schema":"apex/policy/1","locked":{"support_mode":false,"proxy":"none"}})", true);
    row("locks a key that is nobody's business", R"({"schema":"apex/policy/1","locked":{"name":"x"}})", false,
        "key: locked");
    row("preset as list", R"({"schema":"apex/policy/1","preset":[]})", false, "key: preset");
    row("environment as text", R"({"schema":"apex/policy/1","environments":{"a":"b"}})", false,
        "key: environments");
    row("only these as text", R"({"schema":"apex/policy/1","only_these_environments":"yes"})", false,
        "key: only_these_environments");
}

void EnvironmentPolicyTest::policySchemaAndReaderAgree() {
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    QFETCH(QString, named);
    const test::PublishedSchema schema(schemaOf(u"policy.schema.json"_s));
    const auto policy = parsePolicy(json, u"/etc/x/policy.json"_s);
    QCOMPARE(policy.has_value(), good);
    QCOMPARE(schema.accepts(objectOf(json)), good);
    QVERIFY(schema.unknownKeywords().isEmpty());
    if (!policy) {
        QVERIFY2(policy.error().details.contains(named), qPrintable(policy.error().details));
        QVERIFY(policy.error().details.contains(u"/etc/x/policy.json"));
    }
}

void EnvironmentPolicyTest::policyKeysWrittenTwiceAreNamed() {
    // What an administrator locked must not be undone by a second line below it.
    const QByteArray locked =
        R"({"schema":"apex/policy/1","locked":{"support_mode":false,"support_mode":true}})";
    const auto policy = parsePolicy(locked, u"/etc/x/policy.json"_s);
    QVERIFY(!policy);
    QVERIFY(policy.error().happened.contains(u"twice") &&
            policy.error().happened.contains(u"/etc/x/policy.json"));
    QVERIFY(policy.error().details.contains(u"key: locked.support_mode"));
    const auto environments =
        parsePolicy(R"({"schema":"apex/policy/1","environments":{"a":)" + Remote + R"(,"a":)" + Remote + "}}",
                    u"/etc/x/policy.json"_s);
    QVERIFY(!environments);
    QVERIFY(environments.error().details.contains(u"key: environments.a"));
}

void EnvironmentPolicyTest::policyPresetsAndLocks() {
    QTemporaryDir home;
    const QString policyFile = home.filePath(u"policy.json"_s);
    put(policyFile,
        R"({"schema":"apex/policy/1","preset":{"proxy":"http://p.example:1","silence_notice_s":77},)"
        R"("locked":{"support_mode":false,"proxy_sign_in":true}})");
    put(home.filePath(u"environments/plain.json"_s), Remote);
    put(home.filePath(u"environments/own.json"_s),
        bytesOf(changed(R"({"proxy":"none","support_mode":true,"silence_notice_s":10})")));
    const auto catalog = ProfileCatalog::load(home.filePath(u"environments"_s), policyFile);
    QVERIFY(catalog.errors().empty());

    const auto plain = catalog.find(EnvironmentId(u"plain"_s));
    QVERIFY(plain.has_value());
    QCOMPARE(plain->proxy.address, QUrl(u"http://p.example:1"_s));
    QCOMPARE(plain->silenceNotice.count(), 77);
    QVERIFY(plain->proxy.signIn);

    const auto own = catalog.find(EnvironmentId(u"own"_s));
    QVERIFY(own.has_value());
    QCOMPARE(own->proxy.kind, ProxyKind::None);
    QCOMPARE(own->silenceNotice.count(), 10);
    QVERIFY(!own->supportMode);
    QCOMPARE(own->locked, (QStringList{u"proxy_sign_in"_s, u"support_mode"_s}));
    QCOMPARE(own->lockedBy, policyFile);
    QVERIFY(catalog.find(EnvironmentId(u"local"_s)).has_value());
}

void EnvironmentPolicyTest::policyDefinesEnvironments() {
    QTemporaryDir home;
    const QString policyFile = home.filePath(u"policy.json"_s);
    put(home.filePath(u"environments/acme.json"_s), bytesOf(changed(R"({"name":"Forged"})")));
    put(home.filePath(u"environments/other.json"_s), Remote);
    const QByteArray acme = R"("environments":{"acme":)" + Remote + "}";
    put(policyFile, R"({"schema":"apex/policy/1",)" + acme + "}");
    auto catalog = ProfileCatalog::load(home.filePath(u"environments"_s), policyFile);
    auto found = catalog.find(EnvironmentId(u"acme"_s));
    QVERIFY(found.has_value());
    QCOMPARE(found->name, u"Acme"_s);
    QVERIFY(found->locked.contains(u"api_url"_s));
    QCOMPARE(catalog.errors().size(), size_t{1});
    QCOMPARE(catalog.errors().front().kind, ErrorKind::Denied);
    QVERIFY(catalog.find(EnvironmentId(u"other"_s)).has_value());

    put(policyFile, R"({"schema":"apex/policy/1","only_these_environments":true,)" + acme + "}");
    catalog = ProfileCatalog::load(home.filePath(u"environments"_s), policyFile);
    QCOMPARE(catalog.profiles().size(), size_t{1});
    QVERIFY(!catalog.find(EnvironmentId(u"local"_s)).has_value());
}

void EnvironmentPolicyTest::brokenPolicyClosesEverything() {
    QTemporaryDir home;
    const QString policyFile = home.filePath(u"policy.json"_s);
    put(policyFile, R"({"schema":"apex/policy/1","locked":{"proxy":"ftp://x:1"}})");
    const auto catalog = ProfileCatalog::load({}, policyFile);
    QVERIFY(catalog.profiles().empty());
    const auto found = catalog.find(EnvironmentId(u"local"_s));
    QVERIFY(!found.has_value());
    QVERIFY2(found.error().happened.contains(policyFile), qPrintable(found.error().happened));
    QVERIFY(found.error().details.contains(u"key: proxy"));
    QVERIFY(
        ProfileCatalog::load({}, home.filePath(u"none.json"_s)).find(EnvironmentId(u"local"_s)).has_value());
}

void EnvironmentPolicyTest::proxyForEachAddress_data() {
    QTest::addColumn<QString>("choice");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("proxy");
    const auto row = [](const char* name, const QString& choice, const QString& target,
                        const QString& proxy) { QTest::newRow(name) << choice << target << proxy; };
    const QString http = u"http://p.example:3128"_s;
    row("web", http, u"https://a.example/x"_s, u"HTTP proxy p.example:3128"_s);
    row("socket", http, u"wss://a.example/ws"_s, u"HTTP proxy p.example:3128"_s);
    row("socks for the socket", u"socks5://s.example:1080"_s, u"wss://a.example/ws"_s,
        u"SOCKS proxy s.example:1080"_s);
    row("this computer, web", http, u"http://127.0.0.1:8000/"_s, u"no proxy"_s);
    row("this computer, socket", http, u"ws://localhost:8000/ws"_s, u"no proxy"_s);
    row("this computer, IPv6", http, u"ws://[::1]:8000/ws"_s, u"no proxy"_s);
    row("a name that looks like this computer", http, u"https://127.0.0.1.evil.example/"_s,
        u"HTTP proxy p.example:3128"_s);
    row("none", u"none"_s, u"wss://a.example/ws"_s, u"no proxy"_s);
}

void EnvironmentPolicyTest::proxyForEachAddress() {
    QFETCH(QString, choice);
    QFETCH(QString, target);
    Profile profile;
    profile.proxy = *parseProxy(choice);
    QTEST(shown(proxyFor(profile, QUrl(target))), "proxy");
}

void EnvironmentPolicyTest::systemProxyServesSocketsToo() {
#ifdef Q_OS_LINUX
    qputenv("https_proxy", "http://corp.example:8080");
    qputenv("no_proxy", "direct.example");
    const Profile profile;
    QCOMPARE(shown(proxyFor(profile, QUrl(u"https://a.example/"_s))), u"HTTP proxy corp.example:8080"_s);
    QCOMPARE(shown(proxyFor(profile, QUrl(u"wss://a.example/ws"_s))), u"HTTP proxy corp.example:8080"_s);
    QCOMPARE(shown(proxyFor(profile, QUrl(u"wss://direct.example/ws"_s))), u"no proxy"_s);
    QCOMPARE(shown(proxyFor(profile, QUrl(u"ws://127.0.0.1/ws"_s))), u"no proxy"_s);
    qunsetenv("https_proxy");
    qunsetenv("no_proxy");
#endif
}

void EnvironmentPolicyTest::proxySignInSurvivesTheKeychain() {
    ProxySignIn signIn{u"ACME\\ana ü"_s, Secret("pass\nword:ö")};
    const auto back = decodeProxySignIn(encodeProxySignIn(signIn));
    QVERIFY(back.has_value());
    QCOMPARE(back->user, signIn.user);
    QVERIFY(back->password.equals(signIn.password));
    QVERIFY(!decodeProxySignIn(Secret("something else")).has_value());

    Profile profile;
    profile.proxy = *parseProxy(u"http://p.example:1"_s);
    profile.proxySignIn =
        std::make_shared<const ProxySignIn>(ProxySignIn{u"ana"_s, Secret(QByteArrayLiteral("pw"))});
    QCOMPARE(proxyFor(profile, QUrl(u"wss://a.example"_s)).user(), u"ana"_s);
    QVERIFY(proxyFor(profile, QUrl(u"ws://localhost"_s)).user().isEmpty());
}

QTEST_GUILESS_MAIN(EnvironmentPolicyTest)
#include "tst_environment_policy.moc"
