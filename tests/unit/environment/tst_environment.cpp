// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/announcement.h"
#include "environment/desktop_session.h"
#include "environment/own_server.h"
#include "environment/paths.h"
#include "environment/profile.h"
#include "environment/tls.h"
#include "environment/url_rules.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace apex;
using namespace apex::environment;
using namespace Qt::StringLiterals;

namespace {

QJsonObject remoteObject() {
    return {{u"name"_s, u"Customer"_s},
            {u"colour"_s, u"#1A2b3c"_s},
            {u"backend"_s, u"remote"_s},
            {u"api_url"_s, u"https://api.example.com"_s},
            {u"socket_url"_s, u"wss://api.example.com/ws"_s},
            {u"issuer"_s, u"https://id.example.com/tenant"_s},
            {u"sign_in"_s, u"oauth"_s},
            {u"client_id"_s, u"apex-desktop"_s},
            {u"scopes"_s, QJsonArray{u"openid"_s, u"offline_access"_s}},
            {u"socket_credential"_s, u"ticket"_s},
            {u"greeting"_s, u"auto"_s},
            {u"protocol"_s, u"platform"_s},
            {u"attachments"_s, u"inline"_s}};
}

QByteArray bytes(const QJsonObject& object) {
    return QJsonDocument(object).toJson();
}

Expected<Profile> parse(const QJsonObject& object) {
    return parseProfile(bytes(object), u"/etc/apex/customer.json"_s);
}

void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

/// Sets an environment variable for one scope.
class Variable {
public:
    Variable(const char* name, const QByteArray& value)
        : m_name(name), m_old(qgetenv(name)), m_was(qEnvironmentVariableIsSet(name)) {
        qputenv(name, value);
    }
    ~Variable() {
        if (m_was)
            qputenv(m_name, m_old);
        else
            qunsetenv(m_name);
    }
    Q_DISABLE_COPY_MOVE(Variable)

private:
    const char* m_name;
    QByteArray m_old;
    bool m_was;
};

} // namespace

class EnvironmentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ownServerIsWrittenOnce();
    void ownServerThatCannotBeUsedLeavesNothing_data();
    void ownServerThatCannotBeUsedLeavesNothing();
    void readsEveryKey();
    void fillsOnlyDocumentedDefaults();
    void missingKeysAreNamed_data();
    void missingKeysAreNamed();
    void badValuesAreNamed_data();
    void badValuesAreNamed();
    void goodValues_data();
    void goodValues();
    void unknownKeysAreErrors();
    void brokenFilesAreErrors_data();
    void brokenFilesAreErrors();
    void keysWrittenTwiceAreNamed_data();
    void keysWrittenTwiceAreNamed();
    void fileNamesAreIds_data();
    void fileNamesAreIds();
    void builtInProfilesAreComplete();
    void schemaNamesTheSameKeys();
    void userProfilesReplaceBuiltInOnes();
    void brokenUserProfileHidesTheBuiltInOne();
    void unknownNameListsTheKnownOnes();
    void loopbackHosts_data();
    void loopbackHosts();
    void homesAreSeparate();
    void accountFoldersCannotCollide();
    void unusableHomeIsAnError();
    void announcements_data();
    void announcements();
    void walletDesktops();
    void extraAuthoritiesMustBeReadable();
};

void EnvironmentTest::readsEveryKey() {
    QJsonObject object = remoteObject();
    object.insert(u"$schema"_s, u"profile.schema.json"_s);
    object.insert(u"resource"_s, u"https://api.example.com/"_s);
    object.insert(u"audience"_s, u"apex-api"_s);
    object.insert(u"prompt"_s, u"select_account"_s);
    object.insert(u"handshake_settle_ms"_s, 250);
    object.insert(u"max_frame_bytes"_s, 1048576);
    object.insert(u"max_attachment_bytes"_s, 1099511627776.0);
    object.insert(u"silence_notice_s"_s, 45);
    object.insert(u"ca_file"_s, u"/etc/ssl/company.pem"_s);
    object.insert(u"support_mode"_s, true);
    const auto profile = parse(object);
    QVERIFY2(profile, profile ? "" : qPrintable(profile.error().forSupport()));
    QCOMPARE(profile->id, EnvironmentId(u"customer"_s));
    QCOMPARE(profile->colour, u"#1A2b3c"_s);
    QCOMPARE(profile->backend, BackendKind::Remote);
    QCOMPARE(profile->apiUrl, QUrl(u"https://api.example.com"_s));
    QCOMPARE(profile->socketUrl, QUrl(u"wss://api.example.com/ws"_s));
    QCOMPARE(profile->issuer, QUrl(u"https://id.example.com/tenant"_s));
    QCOMPARE(profile->signIn, SignInKind::OAuth);
    QCOMPARE(profile->scopes, (QStringList{u"openid"_s, u"offline_access"_s}));
    QCOMPARE(profile->resource, u"https://api.example.com/"_s);
    QCOMPARE(profile->audience, u"apex-api"_s);
    QCOMPARE(profile->prompt, u"select_account"_s);
    QCOMPARE(profile->socketCredential, SocketCredential::Ticket);
    QCOMPARE(profile->greeting, Greeting::Auto);
    QVERIFY(profile->handshakeSettle == std::chrono::milliseconds(250));
    QCOMPARE(profile->attachments, AttachmentTransport::Inline);
    QCOMPARE(profile->maxFrameBytes, qint64{1048576});
    QCOMPARE(profile->maxAttachmentBytes, qint64{1} << 40);
    QVERIFY(profile->silenceNotice == std::chrono::seconds(45));
    QCOMPARE(profile->caFile, u"/etc/ssl/company.pem"_s);
    QVERIFY(profile->supportMode);
}

void EnvironmentTest::fillsOnlyDocumentedDefaults() {
    const auto profile = parse(remoteObject());
    QVERIFY(profile);
    QVERIFY(profile->handshakeSettle == std::chrono::milliseconds(500));
    QCOMPARE(profile->maxFrameBytes, qint64{4'500'000});
    QCOMPARE(profile->maxAttachmentBytes, qint64{4'500'000});
    QVERIFY(profile->silenceNotice == std::chrono::seconds(30));
    QVERIFY(!profile->supportMode && profile->caFile.isEmpty() && profile->resource.isEmpty());
}

void EnvironmentTest::missingKeysAreNamed_data() {
    QTest::addColumn<QString>("key");
    for (const QString& key : remoteObject().keys())
        QTest::newRow(qPrintable(key)) << key;
}

void EnvironmentTest::missingKeysAreNamed() {
    QFETCH(QString, key);
    QJsonObject object = remoteObject();
    object.remove(key);
    const auto profile = parse(object);
    QVERIFY(!profile);
    QCOMPARE(profile.error().kind, ErrorKind::Configuration);
    QVERIFY2(profile.error().happened.contains(u'"' + key + u'"'), qPrintable(profile.error().happened));
    QVERIFY(profile.error().happened.contains(u"/etc/apex/customer.json"));
    QVERIFY(profile.error().details.contains(key));
}

void EnvironmentTest::badValuesAreNamed_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    const auto row = [](const char* name, const QString& key, const QJsonValue& value) {
        QTest::newRow(name) << key << value;
    };
    row("empty name", u"name"_s, u""_s);
    row("blank name", u"name"_s, u"  "_s);
    row("number as name", u"name"_s, 7);
    row("long name", u"name"_s, QString(61, u'x'));
    row("colour word", u"colour"_s, u"red"_s);
    row("short colour", u"colour"_s, u"#123"_s);
    row("colour with alpha", u"colour"_s, u"#11223344"_s);
    row("colour and line feed", u"colour"_s, u"#112233\n"_s);
    row("backend", u"backend"_s, u"cloud"_s);
    row("backend case", u"backend"_s, u"Remote"_s);
    row("plain http", u"api_url"_s, u"http://api.example.com"_s);
    row("plain ws", u"socket_url"_s, u"ws://api.example.com/ws"_s);
    row("https as socket", u"socket_url"_s, u"https://api.example.com/ws"_s);
    row("wss as api", u"api_url"_s, u"wss://api.example.com"_s);
    row("loopback look-alike", u"api_url"_s, u"http://localhost.example.com"_s);
    row("loopback look-alike address", u"api_url"_s, u"http://127.0.0.1.example.com"_s);
    row("loopback in user name", u"api_url"_s, u"http://localhost@example.com"_s);
    row("plain private address", u"api_url"_s, u"http://10.0.0.1"_s);
    row("plain any address", u"api_url"_s, u"http://0.0.0.0"_s);
    row("password", u"api_url"_s, u"https://me:pw@api.example.com"_s);
    row("query", u"api_url"_s, u"https://api.example.com?x=1"_s);
    row("fragment", u"issuer"_s, u"https://id.example.com#x"_s);
    row("no host", u"api_url"_s, u"https:///x"_s);
    row("relative", u"api_url"_s, u"api.example.com"_s);
    row("file", u"issuer"_s, u"file:///etc/passwd"_s);
    row("space in address", u"issuer"_s, u"https://id example.com"_s);
    row("list as address", u"issuer"_s, QJsonArray{});
    row("sign_in", u"sign_in"_s, u"password"_s);
    row("scopes as text", u"scopes"_s, u"openid"_s);
    row("scope with space", u"scopes"_s, QJsonArray{u"a b"_s});
    row("scope number", u"scopes"_s, QJsonArray{1});
    row("scope twice", u"scopes"_s, QJsonArray{u"a"_s, u"a"_s});
    row("credential", u"socket_credential"_s, u"cookie"_s);
    row("greeting", u"greeting"_s, u"none"_s);
    row("protocol", u"protocol"_s, u"mcp"_s);
    row("attachments", u"attachments"_s, true);
    row("settle negative", u"handshake_settle_ms"_s, -1);
    row("settle fraction", u"handshake_settle_ms"_s, 1.5);
    row("settle text", u"handshake_settle_ms"_s, u"500"_s);
    row("frame tiny", u"max_frame_bytes"_s, 10);
    row("frame huge", u"max_frame_bytes"_s, 1e12);
    row("attachment zero", u"max_attachment_bytes"_s, 0);
    row("silence short", u"silence_notice_s"_s, 1);
    row("silence null", u"silence_notice_s"_s, QJsonValue());
    row("relative ca", u"ca_file"_s, u"company.pem"_s);
    row("support text", u"support_mode"_s, u"yes"_s);
}

void EnvironmentTest::badValuesAreNamed() {
    QFETCH(QString, key);
    QFETCH(QJsonValue, value);
    QJsonObject object = remoteObject();
    object.insert(key, value);
    const auto profile = parse(object);
    QVERIFY(!profile);
    QCOMPARE(profile.error().kind, ErrorKind::Configuration);
    QVERIFY2(QString(profile.error().details + u',').contains(u"key: "_s + key + u','),
             qPrintable(profile.error().details));
    QVERIFY(!profile.error().forSupport().contains(u":pw"));
}

void EnvironmentTest::goodValues_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    const auto row = [](const char* name, const QString& key, const QJsonValue& value) {
        QTest::newRow(name) << key << value;
    };
    row("localhost", u"api_url"_s, u"http://localhost:8000"_s);
    row("loopback v4", u"socket_url"_s, u"ws://127.0.0.1:8000/ws"_s);
    row("loopback v6", u"api_url"_s, u"http://[::1]:8000"_s);
    row("no scopes", u"scopes"_s, QJsonArray{});
    row("hex client", u"client_id"_s, u"0123456789abcdef"_s);
    row("settle zero", u"handshake_settle_ms"_s, 0);
    row("ag-ui", u"protocol"_s, u"ag-ui"_s);
}

void EnvironmentTest::goodValues() {
    QFETCH(QString, key);
    QFETCH(QJsonValue, value);
    QJsonObject object = remoteObject();
    object.insert(key, value);
    const auto profile = parse(object);
    QVERIFY2(profile, profile ? "" : qPrintable(profile.error().forSupport()));
}

void EnvironmentTest::unknownKeysAreErrors() {
    QJsonObject object = remoteObject();
    object.insert(u"api_ulr"_s, u"https://x.example.com"_s);
    const auto profile = parse(object);
    QVERIFY(!profile);
    QVERIFY(profile.error().happened.contains(u"\"api_ulr\""));
    QJsonObject embedded = remoteObject();
    embedded.insert(u"backend"_s, u"embedded"_s); // an embedded backend says its own addresses
    const auto mixed = parse(embedded);
    QVERIFY(!mixed);
    QVERIFY(mixed.error().details.contains(u"api_url"));
    QJsonObject platform = remoteObject();
    platform.insert(u"sign_in"_s, u"platform"_s); // no OAuth client there
    QVERIFY(!parse(platform));
}

void EnvironmentTest::brokenFilesAreErrors_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("hello");
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("cut") << bytes(remoteObject()).left(100);
    QTest::newRow("two documents") << QByteArray("{}{}");
    QTest::newRow("huge") << QByteArray(70'000, ' ') + "{}";
}

void EnvironmentTest::brokenFilesAreErrors() {
    QFETCH(QByteArray, content);
    const auto profile = parseProfile(content, u"/x/customer.json"_s);
    QVERIFY(!profile);
    QCOMPARE(profile.error().kind, ErrorKind::Configuration);
    QVERIFY(profile.error().happened.contains(u"/x/customer.json"));
}

void EnvironmentTest::keysWrittenTwiceAreNamed_data() {
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QString>("key");
    QTest::newRow("same value") << QByteArray(R"("name":"Customer")") << u"name"_s;
    QTest::newRow("another server") << QByteArray(R"("api_url":"https://evil.example")") << u"api_url"_s;
    QTest::newRow("written otherwise") << QByteArray(R"("na\u006de":"Other")") << u"name"_s;
    QTest::newRow("inside") << QByteArray(R"("extra":{"a":[1,{"b":1,"b":2}]})") << u"extra.a[1].b"_s;
}

void EnvironmentTest::keysWrittenTwiceAreNamed() {
    QFETCH(QByteArray, more);
    QFETCH(QString, key);
    const QByteArray content = bytes(remoteObject()).trimmed().chopped(1) + "," + more + "}";
    for (const QByteArray& start : {QByteArray(), QByteArray("\xEF\xBB\xBF")}) {
        const auto profile = parseProfile(start + content, u"/x/customer.json"_s);
        QVERIFY(!profile);
        QCOMPARE(profile.error().kind, ErrorKind::Configuration);
        QVERIFY2(profile.error().happened.contains(u"twice"), qPrintable(profile.error().happened));
        QVERIFY(profile.error().happened.contains(u"/x/customer.json"));
        QVERIFY2(profile.error().details.contains(u"key: "_s + key), qPrintable(profile.error().details));
    }
}

void EnvironmentTest::fileNamesAreIds_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("good");
    QTest::newRow("plain") << u"/x/customer.json"_s << true;
    QTest::newRow("digits and dash") << u"/x/customer-2.json"_s << true;
    QTest::newRow("one letter") << u"/x/a.json"_s << true;
    QTest::newRow("capitals") << u"/x/Customer.json"_s << false;
    QTest::newRow("dot") << u"/x/customer.old.json"_s << false;
    QTest::newRow("space") << u"/x/my customer.json"_s << false;
    QTest::newRow("dash first") << u"/x/-a.json"_s << false;
    QTest::newRow("hidden") << u"/x/.json"_s << false;
    QTest::newRow("umlaut") << u"/x/k\u00fcche.json"_s << false;
    QTest::newRow("long") << u"/x/"_s + QString(65, u'a') + u".json"_s << false;
}

void EnvironmentTest::fileNamesAreIds() {
    QFETCH(QString, file);
    QFETCH(bool, good);
    QCOMPARE(parseProfile(bytes(remoteObject()), file).has_value(), good);
}

void EnvironmentTest::builtInProfilesAreComplete() {
    const ProfileCatalog catalog = ProfileCatalog::load({});
    for (const Error& error : catalog.errors())
        QFAIL(qPrintable(error.forSupport()));
    QCOMPARE(catalog.profiles().size(), std::size_t{4});
    const auto local = catalog.find(EnvironmentId(u"local"_s));
    QVERIFY(local);
    QCOMPARE(local->backend, BackendKind::Embedded);
    QCOMPARE(local->signIn, SignInKind::OAuth);
    QCOMPARE(local->clientId, u"apex-desktop"_s);
    QCOMPARE(local->greeting, Greeting::Handshake);
    QVERIFY(local->handshakeSettle == std::chrono::milliseconds(0));
    QCOMPARE(local->maxAttachmentBytes, qint64{1} << 30);
    QVERIFY(local->apiUrl.isEmpty());
    const auto production = catalog.find(EnvironmentId(u"netra-production"_s));
    QVERIFY(production);
    QCOMPARE(production->socketUrl, QUrl(u"wss://api.netrasystems.ai/ws"_s));
    QCOMPARE(production->issuer, QUrl(u"https://auth.netrasystems.ai"_s));
    QStringList colours;
    for (const Profile& profile : catalog.profiles()) {
        QVERIFY(!colours.contains(profile.colour)); // two environments never look alike
        colours.append(profile.colour);
    }
}

void EnvironmentTest::schemaNamesTheSameKeys() {
    QFile file(QStringLiteral(APEX_SOURCE_DIR "/resources/environments/profile.schema.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject schema = QJsonDocument::fromJson(file.readAll()).object();
    const QJsonObject properties = schema.value(u"properties").toObject();
    QVERIFY(!properties.isEmpty());
    // Each property of the schema is known to the parser: with a value of a wrong kind it is "cannot be
    // used", never "not known".
    for (const QString& key : properties.keys()) {
        if (key == u"$schema")
            continue;
        QJsonObject object = remoteObject();
        object.insert(key, QJsonObject());
        const auto profile = parse(object);
        QVERIFY2(!profile && profile.error().happened.contains(u"cannot be used"), qPrintable(key));
    }
    for (const QString& key : remoteObject().keys())
        QVERIFY2(properties.contains(key), qPrintable(key));
}

void EnvironmentTest::userProfilesReplaceBuiltInOnes() {
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"netra-staging.json"_s), bytes(remoteObject()));
    writeFile(folder.filePath(u"customer.json"_s), bytes(remoteObject()));
    writeFile(folder.filePath(u"notes.txt"_s), "not a profile");
    const ProfileCatalog catalog = ProfileCatalog::load(folder.path());
    QVERIFY(catalog.errors().empty());
    QCOMPARE(catalog.profiles().size(), std::size_t{5});
    QCOMPARE(catalog.find(EnvironmentId(u"netra-staging"_s))->apiUrl, QUrl(u"https://api.example.com"_s));
    QVERIFY(catalog.find(EnvironmentId(u"customer"_s))->source.startsWith(folder.path()));
}

void EnvironmentTest::brokenUserProfileHidesTheBuiltInOne() {
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"netra-production.json"_s), "{}");
    const ProfileCatalog catalog = ProfileCatalog::load(folder.path());
    QCOMPARE(catalog.errors().size(), std::size_t{1});
    const auto found = catalog.find(EnvironmentId(u"netra-production"_s));
    QVERIFY(!found); // else the person would talk to another backend than the file says
    QCOMPARE(found.error().kind, ErrorKind::Configuration);
    QVERIFY(found.error().happened.contains(folder.path()));
}

void EnvironmentTest::unknownNameListsTheKnownOnes() {
    const auto found = ProfileCatalog::load({}).find(EnvironmentId(u"nowhere"_s));
    QVERIFY(!found);
    QCOMPARE(found.error().kind, ErrorKind::NotFound);
    QVERIFY(found.error().action.contains(u"local") && found.error().action.contains(u"netra-production"));
}

void EnvironmentTest::loopbackHosts_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("loopback");
    QTest::newRow("name") << u"localhost"_s << true;
    QTest::newRow("name in capitals") << u"LOCALHOST"_s << true;
    QTest::newRow("v4") << u"127.0.0.1"_s << true;
    QTest::newRow("v4 other") << u"127.8.9.1"_s << true;
    QTest::newRow("v6") << u"::1"_s << true;
    QTest::newRow("empty") << u""_s << false;
    QTest::newRow("dot") << u"localhost."_s << false;
    QTest::newRow("sub-domain") << u"x.localhost"_s << false;
    QTest::newRow("look-alike") << u"localhost.evil.example"_s << false;
    QTest::newRow("any") << u"0.0.0.0"_s << false;
    QTest::newRow("lan") << u"192.168.0.1"_s << false;
}

void EnvironmentTest::loopbackHosts() {
    QFETCH(QString, host);
    QFETCH(bool, loopback);
    QCOMPARE(isLoopbackHost(host), loopback);
}

void EnvironmentTest::homesAreSeparate() {
    const QTemporaryDir one;
    const QTemporaryDir two;
    QString first;
    {
        const Variable home("APEX_HOME", one.path().toUtf8());
        const auto paths = resolvePaths();
        QVERIFY(paths);
        for (const QString& folder :
             {paths->config, paths->data, paths->cache, paths->logs, paths->backendData(),
              paths->userProfiles(), paths->account(EnvironmentId(u"e"_s), UserId(u"u"_s))})
            QVERIFY2(folder.startsWith(one.path() + u'/'), qPrintable(folder));
        const auto permissions = QFile::permissions(paths->data);
        QVERIFY(!(permissions & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::ExeOther)));
        QCOMPARE(paths->homeHash.size(), 12);
        first = paths->homeHash;
        const Variable spelled("APEX_HOME", (one.path() + u"/./"_s).toUtf8());
        QCOMPARE(resolvePaths()->homeHash, first); // the same home, spelled otherwise
    }
    const Variable home("APEX_HOME", two.path().toUtf8());
    QVERIFY(resolvePaths()->homeHash != first);
}

void EnvironmentTest::accountFoldersCannotCollide() {
    Paths paths;
    paths.data = u"/d"_s;
    const EnvironmentId environment(u"e"_s);
    const auto folder = [&](const QString& user) { return paths.account(environment, UserId(user)); };
    const QStringList users{u"ana"_s,
                            u"Ana"_s,
                            u"ANA"_s,
                            u"a/b"_s,
                            u"a_b"_s,
                            u"../x"_s,
                            u".."_s,
                            u""_s,
                            u"ana@example.com"_s,
                            QString(300, u'x'),
                            QString(301, u'x'),
                            u"\u00e4"_s};
    QStringList seen;
    for (const QString& user : users) {
        const QString path = folder(user);
        QVERIFY2(!seen.contains(path, Qt::CaseInsensitive), qPrintable(user));
        QVERIFY(!path.contains(u"..") && path.count(u'/') == 4 && path.size() < 100);
        seen.append(path);
    }
}

void EnvironmentTest::unusableHomeIsAnError() {
    const QTemporaryDir folder;
    writeFile(folder.filePath(u"file"_s), "x");
    const Variable home("APEX_HOME", folder.filePath(u"file/home"_s).toUtf8());
    const auto paths = resolvePaths();
    QVERIFY(!paths);
    QCOMPARE(paths.error().kind, ErrorKind::Storage);
    QVERIFY(!paths.error().action.isEmpty());
}

void EnvironmentTest::announcements_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("good");
    const auto line = [](const QByteArray& schema, const QByteArray& base, const QByteArray& socket,
                         const QByteArray& issuer, const QByteArray& pid) -> QByteArray {
        return R"({"schema":")" + schema + R"(","base_url":")" + base + R"(","ws_url":")" + socket +
               R"(","issuer":")" + issuer + R"(","authorization_endpoint":"x","pid":)" + pid + "}";
    };
    const QByteArray http = "http://127.0.0.1:4000";
    const QByteArray ws = "ws://127.0.0.1:4000/ws";
    QTest::newRow("good") << QByteArray(line("apex/serve/1", http, ws, http, "12")) << true;
    QTest::newRow("next schema") << QByteArray(line("apex/serve/2", http, ws, http, "12")) << false;
    QTest::newRow("remote base") << QByteArray(line("apex/serve/1", "https://evil.example", ws, http, "12"))
                                 << false;
    QTest::newRow("remote socket") << QByteArray(
                                          line("apex/serve/1", http, "wss://evil.example/ws", http, "12"))
                                   << false;
    QTest::newRow("remote issuer") << QByteArray(line("apex/serve/1", http, ws, "https://evil.example", "12"))
                                   << false;
    QTest::newRow("no pid") << QByteArray(line("apex/serve/1", http, ws, http, "0")) << false;
    QTest::newRow("no issuer") << QByteArray(line("apex/serve/1", http, ws, "", "12")) << false;
    QTest::newRow("not json") << QByteArray("Listening on port 4000") << false;
}

void EnvironmentTest::announcements() {
    QFETCH(QByteArray, line);
    QFETCH(bool, good);
    QCOMPARE(parseAnnouncement(line, u"test"_s).has_value(), good);
}

void EnvironmentTest::walletDesktops() {
    const auto prefers = [](const char* current, const char* session) {
        const Variable desktop("XDG_CURRENT_DESKTOP", current);
        const Variable name("DESKTOP_SESSION", session);
        return desktopPrefersKWallet();
    };
    QVERIFY(prefers("KDE", ""));
    QVERIFY(!prefers("KDE:plasma", "")); // QtKeychain compares exactly
    QVERIFY(!prefers("GNOME", "kde"));
    QVERIFY(!prefers("", ""));
}

void EnvironmentTest::extraAuthoritiesMustBeReadable() {
    const QTemporaryDir folder;
    auto profile = parse(remoteObject());
    QVERIFY(profile);
    QVERIFY(tlsConfiguration(*profile));
    QVERIFY(tlsConfiguration(*profile)->peerVerifyMode() == QSslSocket::VerifyPeer);
    profile->caFile = folder.filePath(u"none.pem"_s);
    QVERIFY(!tlsConfiguration(*profile));
    writeFile(profile->caFile, "no certificate");
    QVERIFY(!tlsConfiguration(*profile));
    QJsonObject object = remoteObject();
    object.insert(u"ca_file"_s, folder.filePath(u"missing.pem"_s));
    writeFile(folder.filePath(u"customer.json"_s), bytes(object));
    const ProfileCatalog catalog = ProfileCatalog::load(folder.path());
    QCOMPARE(catalog.errors().size(), std::size_t{1});
    QVERIFY(catalog.errors().front().happened.contains(u"ca_file"));
}

void EnvironmentTest::ownServerIsWrittenOnce() {
    const QTemporaryDir home;
    const QString folder = home.filePath(u"environments"_s);
    OwnServer server;
    server.name = u" Ärger & Söhne "_s;
    server.address = u"https://chat.example.org/api/"_s;
    server.issuer = u"https://login.example.org"_s;
    server.clientId = u"apex-desktop"_s;
    const auto added = addOwnServer(server, folder, QString());
    QVERIFY2(added, added ? "" : qPrintable(added.error().forSupport()));
    QCOMPARE(added->id.toString(), u"arger-sohne"_s);
    QCOMPARE(added->name, u"Ärger & Söhne"_s);
    QCOMPARE(added->socketUrl, QUrl(u"wss://chat.example.org/api/ws"_s));
    QCOMPARE(added->signIn, SignInKind::OAuth);
    const QString path = folder + u"/arger-sohne.json"_s;
    QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    server.address = u"https://other.example.org"_s;
    const auto again = addOwnServer(server, folder, QString());
    QVERIFY(!again);
    QCOMPARE(again.error().kind, ErrorKind::Conflict);
    QVERIFY(file.seek(0));
    QCOMPARE(file.readAll(), before);
    // A file that is no profile is not overwritten either, and the platform's own sign-in needs no issuer.
    writeFile(folder + u"/plain.json"_s, "{}");
    server.name = u"Plain"_s;
    server.signIn = SignInKind::Platform;
    server.issuer.clear();
    QVERIFY(!addOwnServer(server, folder, QString()));
    server.name = u"Plain two"_s;
    const auto platform = addOwnServer(server, folder, QString());
    QVERIFY(platform);
    QCOMPARE(platform->issuer, QUrl(u"https://other.example.org"_s));
    server.name = u"local"_s; // a built-in one
    QVERIFY(!addOwnServer(server, folder, QString()));
}

void EnvironmentTest::ownServerThatCannotBeUsedLeavesNothing_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("issuer");
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("field");
    const QString address = u"https://chat.example.org"_s;
    const QString issuer = u"https://login.example.org"_s;
    const QString client = u"apex-desktop"_s;
    QTest::newRow("no name") << u" "_s << address << issuer << client << QString() << u"name"_s << u"Name"_s;
    QTest::newRow("plain http") << u"Mine"_s << u"http://chat.example.org"_s << issuer << client << QString()
                                << u"api_url"_s << u"Address"_s;
    QTest::newRow("no issuer") << u"Mine"_s << address << QString() << client << QString() << u"issuer"_s
                               << u"Address of the sign-in"_s;
    QTest::newRow("no client") << u"Mine"_s << address << issuer << QString() << QString() << u"client_id"_s
                               << u"Client ID"_s;
    QTest::newRow("relative CA") << u"Mine"_s << address << issuer << client << u"ca.pem"_s << u"ca_file"_s
                                 << u"Certificate authority"_s;
    QTest::newRow("no certificate in it")
        << u"Mine"_s << address << issuer << client << QStringLiteral(APEX_SOURCE_DIR "/README.md")
        << u"ca_file"_s << u"Certificate authority"_s;
    QTest::newRow("no CA file") << u"Mine"_s << address << issuer << client << u"/nowhere/ca.pem"_s
                                << u"ca_file"_s << u"Certificate authority"_s;
}

void EnvironmentTest::ownServerThatCannotBeUsedLeavesNothing() {
    QFETCH(QString, name);
    QFETCH(QString, address);
    QFETCH(QString, issuer);
    QFETCH(QString, client);
    QFETCH(QString, ca);
    QFETCH(QString, key);
    QFETCH(QString, field);
    const QTemporaryDir home;
    const OwnServer server{name, address, SignInKind::OAuth, issuer, client, ca};
    const auto added = addOwnServer(server, home.path(), QString());
    QVERIFY(!added);
    QVERIFY2(added.error().details.contains(u"key: "_s + key), qPrintable(added.error().details));
    // In the words of the form, which knows no keys and no file.
    QVERIFY2(added.error().happened.startsWith(field + u": "_s), qPrintable(added.error().happened));
    QVERIFY(QDir(home.path()).isEmpty());
}

QTEST_GUILESS_MAIN(EnvironmentTest)
#include "tst_environment.moc"
