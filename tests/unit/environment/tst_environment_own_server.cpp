// SPDX-License-Identifier: GPL-3.0-or-later
// A server that a person added, changed later: what is written, what stays, and who stays signed in.
#include "environment/own_server.h"
#include "support/full_disk.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

using namespace apex;
using namespace apex::environment;
using namespace Qt::StringLiterals;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QJsonObject objectOf(const QString& path) {
    return QJsonDocument::fromJson(contentOf(path)).object();
}

void put(const QString& path, const QByteArray& content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

OwnServer acme() {
    return {.name = u"Acme"_s,
            .address = u"https://chat.acme.example"_s,
            .signIn = SignInKind::OAuth,
            .issuer = u"https://login.acme.example"_s,
            .clientId = u"apex-desktop"_s,
            .caFile = {}};
}

} // namespace

class EnvironmentOwnServerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void formIsFilledIn();
    void changeKeepsTheIdAndWhatTheFormDoesNotAsk();
    void otherSignInDropsWhatItDoesNotUse();
    void whatCannotBeUsedChangesNothing_data();
    void whatCannotBeUsedChangesNothing();
    void diskWithoutRoomChangesNothing();
    void signInStaysWhereTheIssuerStays_data();
    void signInStaysWhereTheIssuerStays();
    void lockedKeyStaysTheAdministrators();

private:
    std::unique_ptr<QTemporaryDir> m_home;
    QString m_folder;
    QString m_file;
    std::optional<Profile> m_known;
};

void EnvironmentOwnServerTest::init() {
    m_home = std::make_unique<QTemporaryDir>();
    m_folder = m_home->filePath(u"environments"_s);
    m_file = m_folder + u"/acme.json"_s;
    const auto added = addOwnServer(acme(), m_folder, QString());
    QVERIFY(added);
    m_known = *added;
}

void EnvironmentOwnServerTest::formIsFilledIn() {
    const auto server = ownServerOf(*m_known);
    QVERIFY(server);
    QCOMPARE(server->name, u"Acme"_s);
    QCOMPARE(server->address, u"https://chat.acme.example"_s);
    QCOMPARE(server->issuer, u"https://login.acme.example"_s);
    QCOMPARE(server->clientId, u"apex-desktop"_s);
    OwnServer platform = acme();
    platform.name = u"Platform"_s;
    platform.signIn = SignInKind::Platform;
    platform.issuer.clear();
    const auto added = addOwnServer(platform, m_folder, QString());
    QVERIFY(added);
    QVERIFY(ownServerOf(*added)->issuer.isEmpty()); // it follows the address, as it was entered
}

void EnvironmentOwnServerTest::changeKeepsTheIdAndWhatTheFormDoesNotAsk() {
    QJsonObject byHand = objectOf(m_file);
    byHand.insert(u"socket_url"_s, u"wss://live.acme.example/socket"_s);
    byHand.insert(u"socket_credential"_s, u"ticket"_s);
    byHand.insert(u"scopes"_s, QJsonArray{u"openid"_s, u"chat"_s});
    put(m_file, QJsonDocument(byHand).toJson());
    OwnServer server = acme();
    server.name = u"Acme of old"_s;
    auto changed = changeOwnServer(*m_known, server, m_folder, QString());
    QVERIFY2(changed, changed ? "" : qPrintable(changed.error().forSupport()));
    QCOMPARE(changed->id, m_known->id); // its accounts hang from it
    QCOMPARE(changed->name, u"Acme of old"_s);
    QCOMPARE(changed->socketUrl, QUrl(u"wss://live.acme.example/socket"_s));
    QCOMPARE(changed->socketCredential, SocketCredential::Ticket);
    QCOMPARE(changed->scopes, (QStringList{u"openid"_s, u"chat"_s}));
    QCOMPARE(QFile::permissions(m_file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    server.address = u"https://chat2.acme.example/api"_s;
    changed = changeOwnServer(*m_known, server, m_folder, QString());
    QVERIFY(changed);
    QCOMPARE(changed->socketUrl, QUrl(u"wss://chat2.acme.example/api/ws"_s)); // not the old server's
    QCOMPARE(QDir(m_folder).entryList(QDir::Files), QStringList{u"acme.json"_s});
}

void EnvironmentOwnServerTest::otherSignInDropsWhatItDoesNotUse() {
    QJsonObject byHand = objectOf(m_file);
    byHand.insert(u"audience"_s, u"chat"_s);
    put(m_file, QJsonDocument(byHand).toJson());
    OwnServer server = acme();
    server.signIn = SignInKind::Platform;
    server.issuer.clear();
    auto changed = changeOwnServer(*m_known, server, m_folder, QString());
    QVERIFY2(changed, changed ? "" : qPrintable(changed.error().forSupport()));
    QCOMPARE(changed->signIn, SignInKind::Platform);
    QCOMPARE(changed->issuer, QUrl(u"https://chat.acme.example"_s));
    changed = changeOwnServer(*changed, acme(), m_folder, QString());
    QVERIFY(changed);
    QCOMPARE(changed->signIn, SignInKind::OAuth);
    QVERIFY(changed->scopes.contains(u"openid"_s));
}

void EnvironmentOwnServerTest::whatCannotBeUsedChangesNothing_data() {
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("issuer");
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("key");
    const QString good = u"https://chat.acme.example"_s;
    QTest::newRow("plain http") << u"http://chat.acme.example"_s << good << QString() << u"api_url"_s;
    QTest::newRow("no issuer") << good << QString() << QString() << u"issuer"_s;
    QTest::newRow("no such file") << good << good << u"/nowhere/ca.pem"_s << u"ca_file"_s;
}

void EnvironmentOwnServerTest::whatCannotBeUsedChangesNothing() {
    QFETCH(QString, address);
    QFETCH(QString, issuer);
    QFETCH(QString, ca);
    QFETCH(QString, key);
    const QByteArray before = contentOf(m_file);
    OwnServer server = acme();
    server.address = address;
    server.issuer = issuer;
    server.caFile = ca;
    const auto changed = changeOwnServer(*m_known, server, m_folder, QString());
    QVERIFY(!changed);
    QVERIFY2(changed.error().details.contains(u"key: "_s + key), qPrintable(changed.error().details));
    QVERIFY2(!changed.error().happened.contains(m_file), qPrintable(changed.error().happened)); // of the form
    QCOMPARE(contentOf(m_file), before);
}

void EnvironmentOwnServerTest::diskWithoutRoomChangesNothing() {
    const QByteArray before = contentOf(m_file);
    OwnServer server = acme();
    server.name = u"Other"_s;
    std::vector<Error> errors;
    {
        const test::FullDisk disk;
        if (!disk.isFull())
            return;
        if (const auto changed = changeOwnServer(*m_known, server, m_folder, QString()); !changed)
            errors.push_back(changed.error());
        if (const auto added = addOwnServer(server, m_folder, QString()); !added)
            errors.push_back(added.error());
    }
    QCOMPARE(errors.size(), size_t{2});
    QCOMPARE(errors.front().kind, ErrorKind::Storage);
    QCOMPARE(errors.front().kept, u"The server stays as it was."_s);
    QCOMPARE(errors.back().kind, ErrorKind::Storage);
    QCOMPARE(errors.back().kept, u"Nothing was written."_s);
    QCOMPARE(contentOf(m_file), before);
    QCOMPARE(QDir(m_folder).entryList(QDir::Files | QDir::Hidden), QStringList{u"acme.json"_s});
}

void EnvironmentOwnServerTest::signInStaysWhereTheIssuerStays_data() {
    QTest::addColumn<OwnServer>("after");
    QTest::addColumn<bool>("elsewhere");
    const auto row = [](const char* name, bool elsewhere, const std::function<void(OwnServer&)>& change) {
        OwnServer after = acme();
        change(after);
        QTest::newRow(name) << after << elsewhere;
    };
    row("the same", false, [](OwnServer&) {});
    row("name and address", false, [](OwnServer& server) {
        server.name = u"Other"_s;
        server.address = u"https://chat2.acme.example"_s;
    });
    row("a slash more", false, [](OwnServer& server) { server.issuer += u"/ "_s; });
    row("another issuer", true, [](OwnServer& server) { server.issuer = u"https://id.acme.example"_s; });
    row("a path more", true, [](OwnServer& server) { server.issuer += u"/tenant"_s; });
    row("another way", true, [](OwnServer& server) { server.signIn = SignInKind::Platform; });
}

void EnvironmentOwnServerTest::signInStaysWhereTheIssuerStays() {
    QFETCH(OwnServer, after);
    QFETCH(bool, elsewhere);
    QCOMPARE(isSignedInElsewhere(acme(), after), elsewhere);
}

void EnvironmentOwnServerTest::lockedKeyStaysTheAdministrators() {
    const QString policy = m_home->filePath(u"policy.json"_s);
    put(policy, R"({"schema":"apex/policy/1","locked":{"proxy":"none","support_mode":false}})");
    const auto catalog = ProfileCatalog::load(m_folder, policy);
    QCOMPARE(catalog.locked(), (QStringList{u"proxy"_s, u"support_mode"_s}));
    QCOMPARE(catalog.lockedBy(), policy);
    OwnServer server = acme();
    server.name = u"Other"_s;
    const auto changed = changeOwnServer(*m_known, server, m_folder, policy);
    QVERIFY(changed);
    QCOMPARE(changed->lockedBy, policy);
    QVERIFY(!objectOf(m_file).contains(u"proxy"_s)); // it is not copied into the person's own file
}

QTEST_GUILESS_MAIN(EnvironmentOwnServerTest)
#include "tst_environment_own_server.moc"
