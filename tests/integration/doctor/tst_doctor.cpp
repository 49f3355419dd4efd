// SPDX-License-Identifier: GPL-3.0-or-later
// The fourteen seeded faults: `apex check` names each of them, and nothing else, with its fix, as JSON and in
// words, and shows no byte of a token. Real programs, servers, proxies, certificates and keyring.
#include "e2e/apex_program.h"
#include "support/doctor_world.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QtTest>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

/// One way in which the world can be broken.
struct Seed {
    QString fault;               ///< the code that has to be named
    QString check;               ///< by this check
    QJsonObject world = {};      ///< settings of the world, after the sign-in
    QJsonObject profile = {};    ///< keys of the profile that differ; $PORTS are filled in
    QJsonObject signInWith = {}; ///< settings of the world during the sign-in
    QString shell = {};          ///< runs the program in another surrounding; $CHECK is the command
};

const QString Secure = u"https://localhost:$https"_s;
const QString Socket = u"wss://localhost:$https/ws"_s;
const QString Locked =
    u"\"$KEYRING\" bash -c 'dbus-send --session --print-reply --dest=org.freedesktop.secrets "
    "/org/freedesktop/secrets org.freedesktop.Secret.Service.Lock "
    "array:objpath:/org/freedesktop/secrets/collection/login >/dev/null; $CHECK'"_s;

} // namespace

Q_DECLARE_METATYPE(Seed)

class DoctorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void nothingIsWrong();
    void fourteenFaults_data();
    void fourteenFaults();
    void theirNeighbours_data();
    void theirNeighbours();
    void renewalIsToldAsItIsNow();
    void ticketOfItsOwnOpensTheSocket();
    void proxySignInFromTheKeychain();
    void journalTellsWhatHappened();

private:
    void writeProfile(const QString& environment, const QJsonObject& changes);
    void signIn(const QString& environment);
    void examine(const QString& environment, const Seed& seed);
    [[nodiscard]] QString filled(QString text) const;
    [[nodiscard]] ProgramResult check(const QString& environment, const QString& options,
                                      const QString& shell) const;
    void rememberSecrets(const QJsonObject& seen);

    DoctorWorld m_world;
    ApexProgram m_apex;
    QList<QByteArray> m_secrets;
};

void DoctorTest::initTestCase() {
    QVERIFY2(m_world.start(), m_world.problem().constData());
    m_apex.setVariable(u"KEYRING"_s, QStringLiteral(APEX_SOURCE_DIR "/tests/support/with-keyring.sh"));
}

QString DoctorTest::filled(QString text) const {
    for (const char* name : {"https", "http", "smallHeaders", "oldTls", "proxy", "socks"})
        text.replace(u'$' + QLatin1String(name) + u'$', QString::number(m_world.port(name)));
    for (const char* name : {"https", "http", "smallHeaders", "oldTls", "proxy", "socks"})
        text.replace(u':' + (u'$' + QLatin1String(name)), u':' + QString::number(m_world.port(name)));
    return text.replace(u"$authority"_s, m_world.authority());
}

void DoctorTest::writeProfile(const QString& environment, const QJsonObject& changes) {
    QJsonObject profile{{u"name"_s, u"World"_s},
                        {u"colour"_s, u"#123456"_s},
                        {u"backend"_s, u"remote"_s},
                        {u"sign_in"_s, u"oauth"_s},
                        {u"client_id"_s, u"apex-desktop"_s},
                        {u"scopes"_s, QJsonArray{u"openid"_s}},
                        {u"socket_credential"_s, u"header"_s},
                        {u"greeting"_s, u"established"_s},
                        {u"protocol"_s, u"platform"_s},
                        {u"attachments"_s, u"inline"_s},
                        {u"issuer"_s, u"http://127.0.0.1:$http"_s},
                        {u"api_url"_s, u"http://127.0.0.1:$http"_s},
                        {u"socket_url"_s, u"ws://127.0.0.1:$http/ws"_s}};
    for (auto it = changes.begin(); it != changes.end(); ++it)
        profile.insert(it.key(), it.value());
    for (auto it = profile.begin(); it != profile.end(); ++it) {
        if (it->isString())
            *it = filled(it->toString());
    }
    const QString folder = m_apex.home() + u"/config/environments/"_s;
    QDir().mkpath(folder);
    QFile file(folder + environment + u".json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write(QJsonDocument(profile).toJson()) > 0);
}

void DoctorTest::signIn(const QString& environment) {
    QNetworkAccessManager browser;
    const ProgramResult result = m_apex.signIn(
        [&browser](const QUrl& address) {
            QNetworkReply* reply = browser.get(QNetworkRequest(address));
            QSignalSpy finished(reply, &QNetworkReply::finished);
            QVERIFY(finished.wait(20'000));
            reply->deleteLater();
        },
        environment);
    QVERIFY2(result.exitCode == 0, QByteArray(result.out + result.err).constData());
}

void DoctorTest::rememberSecrets(const QJsonObject& seen) {
    const QJsonArray secrets = seen.value(u"secrets").toArray();
    for (const QJsonValue& secret : secrets)
        m_secrets.append(secret.toString().toLatin1());
}

ProgramResult DoctorTest::check(const QString& environment, const QString& options,
                                const QString& shell) const {
    const QString command = u"\"$APEX\" check --environment %1 %2"_s.arg(environment, options);
    QString line = shell.isEmpty() ? u"$CHECK"_s : shell;
    return m_apex.runShell(line.replace(u"$CHECK"_s, command));
}

void DoctorTest::examine(const QString& environment, const Seed& seed) {
    m_world.set(seed.signInWith);
    writeProfile(environment, {});
    signIn(environment);
    QVERIFY(!QTest::currentTestFailed());
    writeProfile(environment, seed.profile);
    rememberSecrets(m_world.set(seed.world));

    const ProgramResult asJson = check(environment, u"--json"_s, seed.shell);
    QCOMPARE(asJson.exitCode, 1);
    QStringList named;
    QJsonObject found;
    const QJsonArray checks = asJson.json().value(u"checks").toArray();
    for (const QJsonValue& value : checks) {
        const QJsonObject one = value.toObject();
        if (one.value(u"state").toString() != u"failed")
            continue;
        named.append(one.value(u"name").toString() + u':' + one.value(u"fault").toString());
        found = one;
    }
    QVERIFY2(named == QStringList(seed.check + u':' + seed.fault),
             qPrintable(named.join(u' ') + u'\n' + QString::fromUtf8(asJson.out + asJson.err)));
    for (const char* part : {"detail", "means", "fix"})
        QVERIFY2(!found.value(QLatin1String(part)).toString().isEmpty(), part);

    const ProgramResult inWords = check(environment, {}, seed.shell);
    QCOMPARE(inWords.exitCode, 1);
    const QString text = QString::fromUtf8(inWords.out);
    QVERIFY2(text.contains(u"failed   "_s + seed.check), qPrintable(text));
    QVERIFY2(text.contains(u"-> "_s + found.value(u"fix").toString()), qPrintable(text));
    rememberSecrets(m_world.set({}));
    QVERIFY(!m_secrets.isEmpty());
    for (const QByteArray& secret : std::as_const(m_secrets))
        QVERIFY(!QByteArray(asJson.out + asJson.err + inWords.out + inWords.err).contains(secret));
}

void DoctorTest::nothingIsWrong() {
    m_world.set({});
    writeProfile(u"well"_s,
                 {{u"api_url"_s, Secure}, {u"socket_url"_s, Socket}, {u"ca_file"_s, u"$authority"_s}});
    signIn(u"well"_s);
    const ProgramResult result = check(u"well"_s, u"--json"_s, {});
    QVERIFY2(result.exitCode == 0, QByteArray(result.out + result.err).constData());
    const QJsonArray checks = result.json().value(u"checks").toArray();
    QCOMPARE(checks.size(), 18);
    for (const QJsonValue& value : checks)
        QVERIFY2(value.toObject().value(u"state").toString() == u"ok", result.out.constData());
}

void DoctorTest::fourteenFaults_data() {
    QTest::addColumn<Seed>("seed");
    const auto row = [](const char* name, const Seed& seed) { QTest::newRow(name) << seed; };
    const QJsonObject named{{u"api_url"_s, u"https://apex.test:$https"_s},
                            {u"ca_file"_s, u"$authority"_s},
                            {u"proxy"_s, u"http://127.0.0.1:$proxy"_s}};
    row("1 no keychain", {.fault = u"keychain_absent"_s,
                          .check = u"keychain"_s,
                          .shell = u"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent $CHECK"_s});
    row("2 locked keychain", {.fault = u"keychain_locked"_s, .check = u"keychain"_s, .shell = Locked});
    row("3 a token of 6 KB", {.fault = u"headers_too_large"_s,
                              .check = u"socket"_s,
                              .profile = {{u"socket_url"_s, u"ws://127.0.0.1:$smallHeaders/ws"_s}},
                              .signInWith = {{u"tokenBytes"_s, 4200}}});
    row("4 clock ten minutes off",
        {.fault = u"clock_skew"_s, .check = u"clock"_s, .world = {{u"dateOffsetMs"_s, -600'000}}});
    row("5 unknown name", {.fault = u"name_unknown"_s,
                           .check = u"names"_s,
                           .profile = {{u"api_url"_s, u"https://apex.invalid"_s}}});
    row("6 nothing listens", {.fault = u"connection_refused"_s,
                              .check = u"reach"_s,
                              .profile = {{u"api_url"_s, u"http://127.0.0.1:1"_s}}});
    row("7 unknown authority",
        {.fault = u"unknown_authority"_s, .check = u"certificate"_s, .profile = {{u"api_url"_s, Secure}}});
    row("8 certificate of another host",
        {.fault = u"certificate_wrong_host"_s,
         .check = u"certificate"_s,
         .world = {{u"certificate"_s, u"other"_s}},
         .profile = {{u"api_url"_s, Secure}, {u"ca_file"_s, u"$authority"_s}}});
    row("9 proxy wants a sign-in", {.fault = u"proxy_sign_in"_s,
                                    .check = u"proxy"_s,
                                    .world = {{u"proxySignIn"_s, u"ana:secret"_s}},
                                    .profile = named});
    row("10 issuer by another name", {.fault = u"issuer_mismatch"_s,
                                      .check = u"discovery"_s,
                                      .world = {{u"issuer"_s, u"https://other.example"_s}}});
    row("11 redirect not registered",
        {.fault = u"redirect_refused"_s, .check = u"client"_s, .world = {{u"redirect"_s, u"refused"_s}}});
    row("12 account not let in",
        {.fault = u"socket_forbidden"_s, .check = u"socket"_s, .world = {{u"socket"_s, 403}}});
    row("13 no greeting",
        {.fault = u"no_greeting"_s, .check = u"greeting"_s, .world = {{u"socket"_s, u"mute"_s}}});
    row("14 refresh token revoked", {.fault = u"sign_in_ended"_s,
                                     .check = u"token"_s,
                                     .world = {{u"refresh"_s, u"revoked"_s}},
                                     .signInWith = {{u"tokenLifetime"_s, 0}}});
}

void DoctorTest::fourteenFaults() {
    QFETCH(Seed, seed);
    examine(u"fault-"_s + QString::fromLatin1(QTest::currentDataTag()).section(u' ', 0, 0), seed);
}

void DoctorTest::theirNeighbours_data() {
    QTest::addColumn<Seed>("seed");
    const auto row = [](const char* name, const Seed& seed) { QTest::newRow(name) << seed; };
    const QJsonObject secure{{u"api_url"_s, Secure}, {u"ca_file"_s, u"$authority"_s}};
    row("clock behind",
        {.fault = u"clock_skew"_s, .check = u"clock"_s, .world = {{u"dateOffsetMs"_s, 600'000}}});
    row("expired", {.fault = u"certificate_expired"_s,
                    .check = u"certificate"_s,
                    .world = {{u"certificate"_s, u"expired"_s}},
                    .profile = secure});
    row("old TLS",
        {.fault = u"old_tls_version"_s,
         .check = u"certificate"_s,
         .profile = {{u"api_url"_s, u"https://localhost:$oldTls"_s}, {u"ca_file"_s, u"$authority"_s}}});
    row("no certificate in the file of authorities",
        {.fault = u"profile_unusable"_s,
         .check = u"profile"_s,
         .profile = {{u"api_url"_s, Secure}, {u"ca_file"_s, QStringLiteral(APEX_SOURCE_DIR "/README.md")}}});
    row("no discovery",
        {.fault = u"discovery_missing"_s, .check = u"discovery"_s, .world = {{u"discovery"_s, 404}}});
    row("client",
        {.fault = u"client_refused"_s, .check = u"client"_s, .world = {{u"redirect"_s, u"client"_s}}});
    row("audience", {.fault = u"token_wrong_audience"_s,
                     .check = u"token"_s,
                     .profile = {{u"resource"_s, u"https://api.example"_s}},
                     .signInWith = {{u"audience"_s, u"https://other.example"_s}}});
    row("socket 401",
        {.fault = u"socket_unauthorized"_s, .check = u"socket"_s, .world = {{u"socket"_s, 401}}});
    row("socket 404", {.fault = u"socket_not_found"_s, .check = u"socket"_s, .world = {{u"socket"_s, 404}}});
    row("socket 503", {.fault = u"socket_busy"_s, .check = u"socket"_s, .world = {{u"socket"_s, 503}}});
    row("closed",
        {.fault = u"closed_by_server"_s, .check = u"greeting"_s, .world = {{u"socket"_s, u"closes"_s}}});
    row("subprotocol", {.fault = u"subprotocol_ignored"_s,
                        .check = u"socket"_s,
                        .world = {{u"socket"_s, u"no_subprotocol"_s}},
                        .profile = {{u"socket_credential"_s, u"subprotocol"_s}}});
    row("no ticket", {.fault = u"ticket_refused"_s,
                      .check = u"socket"_s,
                      .world = {{u"ticket"_s, 403}},
                      .profile = {{u"socket_credential"_s, u"ticket"_s}}});
    row("ticket repeated by the server", {.fault = u"closed_by_server"_s,
                                          .check = u"greeting"_s,
                                          .world = {{u"socket"_s, u"names_ticket"_s}},
                                          .profile = {{u"socket_credential"_s, u"ticket"_s}}});
    row("unwell", {.fault = u"backend_unwell"_s, .check = u"backend"_s, .world = {{u"health"_s, 503}}});
}

void DoctorTest::theirNeighbours() {
    QFETCH(Seed, seed);
    examine(u"near-"_s + QString::fromLatin1(QTest::currentDataTag()).section(u' ', -1).toLower(), seed);
}

void DoctorTest::renewalIsToldAsItIsNow() {
    m_world.set({{u"tokenLifetime"_s, 0}});
    writeProfile(u"renewed"_s, {});
    signIn(u"renewed"_s);
    rememberSecrets(m_world.set({}));
    // The token that the check asks for is renewed for it: what was planned before that is over.
    const ProgramResult result = check(u"renewed"_s, u"--json"_s, {});
    QVERIFY2(result.exitCode == 0, QByteArray(result.out + result.err).constData());
    const QJsonArray checks = result.json().value(u"checks").toArray();
    for (const QJsonValue& value : checks)
        if (value.toObject().value(u"name").toString() == u"renewal")
            QVERIFY2(value.toObject().value(u"detail").toString().startsWith(u"planned in "),
                     result.out.constData());
}

void DoctorTest::ticketOfItsOwnOpensTheSocket() {
    m_world.set({});
    writeProfile(u"tickets"_s, {{u"socket_credential"_s, u"ticket"_s}});
    signIn(u"tickets"_s);
    rememberSecrets(m_world.set({}));
    const ProgramResult result = check(u"tickets"_s, u"--json --details"_s, {});
    QVERIFY2(result.exitCode == 0, QByteArray(result.out + result.err).constData());
    const QJsonArray checks = result.json().value(u"checks").toArray();
    for (const QJsonValue& value : checks)
        QVERIFY2(value.toObject().value(u"state").toString() == u"ok", result.out.constData());
    const QJsonObject seen = m_world.set({});
    // The account's own connection takes one as well where it is as quick.
    QVERIFY(seen.value(u"ticketsUsed").toInt() >= 1);
    rememberSecrets(seen);
    for (const QByteArray& secret : std::as_const(m_secrets))
        QVERIFY(!QByteArray(result.out + result.err).contains(secret));
}

void DoctorTest::proxySignInFromTheKeychain() {
    m_world.set({});
    writeProfile(u"corp"_s, {});
    signIn(u"corp"_s);
    writeProfile(u"corp"_s, {{u"api_url"_s, u"https://apex.test:$https"_s},
                             {u"socket_url"_s, u"wss://apex.test:$https/ws"_s},
                             {u"ca_file"_s, u"$authority"_s},
                             {u"proxy"_s, u"http://127.0.0.1:$proxy"_s}});
    m_world.set({{u"proxySignIn"_s, u"ana:s3cret-of-the-proxy"_s}});
    const ProgramResult stored = m_apex.run(
        {u"proxy"_s, u"--environment"_s, u"corp"_s, u"--user"_s, u"ana"_s}, "s3cret-of-the-proxy\n");
    QVERIFY2(stored.exitCode == 0, stored.err.constData());
    const ProgramResult good = check(u"corp"_s, u"--json --details"_s, {});
    QVERIFY2(good.exitCode == 0, QByteArray(good.out + good.err).constData());
    QVERIFY(!QByteArray(good.out + stored.out + stored.err).contains("s3cret"));
    QVERIFY(!m_world.set({{u"proxySignIn"_s, u"ana:s3cret-of-the-proxy"_s}})
                 .value(u"connects")
                 .toArray()
                 .isEmpty());

    QCOMPARE(m_apex.run({u"proxy"_s, u"--environment"_s, u"corp"_s, u"--forget"_s}).exitCode, 0);
    const ProgramResult bad = check(u"corp"_s, u"--json"_s, {});
    QVERIFY2(bad.out.contains("\"fault\":\"proxy_sign_in\""), bad.out.constData());
}

void DoctorTest::journalTellsWhatHappened() {
    m_world.set({{u"tokenLifetime"_s, 0}});
    writeProfile(u"journal"_s, {});
    signIn(u"journal"_s);
    m_world.set({});
    const ProgramResult first = check(u"journal"_s, u"--details"_s, {});
    QVERIFY2(first.exitCode == 0, QByteArray(first.out + first.err).constData());
    const ProgramResult later = check(u"journal"_s, u"--details"_s, {});
    QVERIFY2(later.out.contains("UTC: renewed"), later.out.constData());
    QVERIFY2(later.out.contains("UTC: signed in"), later.out.constData());
}

QTEST_GUILESS_MAIN(DoctorTest)
#include "tst_doctor.moc"
