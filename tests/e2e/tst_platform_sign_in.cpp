// SPDX-License-Identifier: GPL-3.0-or-later
// The platform's own sign-in through `apex sign-in --email`, against `apex serve`: a wrong password, the
// right one from standard input, the development sign-in that is not offered, and signing out.
#include "e2e/apex_program.h"
#include "support/browser_person.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrl>

using namespace apex::test;
using namespace Qt::StringLiterals;

class TestPlatformSignIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void wrongPasswordIsRefused();
    void developmentSignInIsRefusedWhereNotOffered();
    void passwordFromStandardInputSignsIn();
    void signingOutEndsIt();

private:
    [[nodiscard]] ProgramResult signIn(const QStringList& options, const QByteArray& input = {}) const {
        return m_apex.run(QStringList{u"sign-in"_s, u"--environment"_s, u"company"_s, u"--json"_s} + options,
                          input);
    }
    /// The account that is signed in to an environment; empty if none is.
    [[nodiscard]] QJsonObject account(const QString& environment = u"company"_s) const;

    const QByteArray m_password = "correct horse battery";
    ApexProgram m_apex;
    QString m_email;
};

QJsonObject TestPlatformSignIn::account(const QString& environment) const {
    const QJsonArray all = m_apex.run({u"accounts"_s, u"--json"_s}).json().value(u"accounts"_s).toArray();
    for (const QJsonValue one : all)
        if (one.toObject().value(u"environment"_s) == environment)
            return one.toObject();
    return {};
}

/// A person makes an account with a password on the page of the backend; then the same server is described as
/// one with the platform's sign-in.
void TestPlatformSignIn::initTestCase() {
    const QJsonObject server = m_apex.startServer();
    QVERIFY(!server.isEmpty());
    const Decision decision{true, u"Ana Test"_s, QString::fromLatin1(m_password)};
    const ProgramResult local = m_apex.signIn(
        [&decision](const QUrl& address) { QCOMPARE(visitAndDecide(address, decision).status, 200); });
    QVERIFY2(local.exitCode == 0, local.err.constData());
    m_email = account(u"local"_s).value(u"name"_s).toString();
    QVERIFY2(m_email.contains(u'@'), qPrintable(m_email));
    QJsonObject profile{
        {u"name"_s, u"Company"_s},      {u"colour"_s, u"#6a1b9a"_s},           {u"backend"_s, u"remote"_s},
        {u"sign_in"_s, u"platform"_s},  {u"socket_credential"_s, u"header"_s}, {u"greeting"_s, u"auto"_s},
        {u"protocol"_s, u"platform"_s}, {u"attachments"_s, u"inline"_s}};
    profile.insert(u"api_url"_s, server.value(u"base_url"_s));
    profile.insert(u"socket_url"_s, server.value(u"ws_url"_s));
    profile.insert(u"issuer"_s, server.value(u"issuer"_s));
    const QString folder = m_apex.home() + u"/config/environments"_s;
    QVERIFY(QDir().mkpath(folder));
    QFile file(folder + u"/company.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(profile).toJson());
}

void TestPlatformSignIn::wrongPasswordIsRefused() {
    const ProgramResult refused = signIn({u"--email"_s, m_email}, "not this one\n");
    QCOMPARE(refused.exitCode, 2);
    QCOMPARE(refused.json().value(u"error"_s).toObject().value(u"kind"_s).toString(), u"authentication"_s);
    QVERIFY(!refused.out.contains("not this one") && !refused.err.contains("not this one"));
    QVERIFY(account().isEmpty());
}

void TestPlatformSignIn::developmentSignInIsRefusedWhereNotOffered() {
    const ProgramResult refused = signIn({u"--development"_s});
    QCOMPARE(refused.exitCode, 2);
    QCOMPARE(refused.json().value(u"error"_s).toObject().value(u"kind"_s).toString(), u"configuration"_s);
    QVERIFY(account().isEmpty());
}

void TestPlatformSignIn::passwordFromStandardInputSignsIn() {
    const ProgramResult signedIn = signIn({u"--email"_s, m_email}, m_password + '\n');
    QVERIFY2(signedIn.exitCode == 0, QByteArray(signedIn.out + signedIn.err).constData());
    QCOMPARE(signedIn.json().value(u"environment"_s).toString(), u"company"_s);
    QVERIFY(signedIn.json().value(u"stored"_s).toBool());
    QVERIFY(!signedIn.out.contains(m_password) && !signedIn.err.contains(m_password));
    QVERIFY(!account().isEmpty());
    const ProgramResult asked = m_apex.run({u"ask"_s, u"Hello"_s, u"--environment"_s, u"company"_s});
    QVERIFY2(asked.exitCode != 2,
             QByteArray(asked.out + asked.err).constData()); // the server takes the sign-in
}

void TestPlatformSignIn::signingOutEndsIt() {
    const ProgramResult out = m_apex.run({u"sign-out"_s, u"--environment"_s, u"company"_s, u"--json"_s});
    QVERIFY2(out.exitCode == 0, QByteArray(out.out + out.err).constData());
    QVERIFY(out.json().value(u"revoked"_s).toBool());
    QVERIFY(account().isEmpty());
    QCOMPARE(m_apex.run({u"ask"_s, u"Hello"_s, u"--environment"_s, u"company"_s}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestPlatformSignIn)
#include "tst_platform_sign_in.moc"
