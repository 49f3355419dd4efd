// SPDX-License-Identifier: GPL-3.0-or-later
// The built programs with a language model switched on. The endpoint is `@copilotkit/aimock`: an
// implementation of the OpenAI chat protocol that nobody here wrote, with answers written for this test. It
// is not a model, and nothing here is a recorded exchange with one.
#include "e2e/apex_program.h"
#include "support/browser_person.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTest>
#include <QUrl>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

const QString peers = QStringLiteral(APEX_SOURCE_DIR "/tests/peers");
const QString sample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");
const QByteArray key = "sk-test-4711";

QJsonObject fixture(const QJsonObject& match, const QJsonObject& response) {
    return {{u"match"_s, match}, {u"response"_s, response}};
}

/// Asks for one tool, then words an answer: one sentence that the tools bear out, one that they do not.
QJsonDocument script() {
    const QJsonArray calls{
        QJsonObject{{u"name"_s, u"cost_by"_s}, {u"arguments"_s, u"{\"dimension\":\"service\"}"_s}}};
    const QJsonArray ping{QJsonObject{{u"name"_s, u"ping"_s}, {u"arguments"_s, u"{}"_s}}};
    const QJsonObject usage{
        {u"prompt_tokens"_s, 812}, {u"completion_tokens"_s, 95}, {u"total_tokens"_s, 907}};
    return QJsonDocument(QJsonObject{
        {u"fixtures"_s,
         QJsonArray{fixture({{u"userMessage"_s, u"ready"_s}}, {{u"content"_s, u"ready"_s}}),
                    fixture({{u"userMessage"_s, u"ping"_s}}, {{u"toolCalls"_s, ping}}),
                    fixture({{u"userMessage"_s, u"Which"_s}, {u"hasToolResult"_s, false}},
                            {{u"toolCalls"_s, calls}, {u"usage"_s, usage}}),
                    fixture({{u"userMessage"_s, u"Which"_s}, {u"hasToolResult"_s, true}},
                            {{u"content"_s, u"The file holds 2,000 calls. You can save $98765 a month."_s},
                             {u"usage"_s, usage}})}}});
}

quint16 freePort() {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost, 0);
    return server.serverPort();
}

} // namespace

class TestLanguageModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QFile file(m_apex.home() + u"/fixtures.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(script().toJson());
        file.close();
        const quint16 port = freePort();
        m_address = u"http://127.0.0.1:%1/v1"_s.arg(port);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"AIMOCK_API_KEYS"_s, QString::fromLatin1(key));
        m_endpoint.setProcessEnvironment(environment);
        m_endpoint.setProcessChannelMode(QProcess::MergedChannels);
        m_endpoint.start(u"node"_s, {peers + u"/node_modules/@copilotkit/aimock/dist/cli.js"_s, u"-p"_s,
                                     QString::number(port), u"-f"_s, file.fileName(), u"--strict"_s});
        QByteArray said;
        while (!said.contains(QByteArray::number(port)) && m_endpoint.waitForReadyRead(30'000))
            said += m_endpoint.readAll();
        QVERIFY2(said.contains(QByteArray::number(port)), said.constData());

        QVERIFY(!m_apex.startServer().isEmpty());
        const ProgramResult signedIn =
            m_apex.signIn([](const QUrl& address) { QCOMPARE(visitAndDecide(address).status, 200); });
        QVERIFY2(signedIn.exitCode == 0, signedIn.err.constData());
        m_plain = ask();
        QVERIFY(m_plain.contains("2000"));
        QVERIFY(!m_plain.contains("language model"));
    }

    void offByDefault() {
        QCOMPARE(m_apex.run({u"model"_s, u"--json"_s}).json().value(u"on"_s), QJsonValue(false));
        QCOMPARE(m_apex.run({u"model"_s, u"--test"_s}).exitCode, 2);
        QCOMPARE(m_apex.run({u"model"_s, u"--set"_s, m_address}).exitCode, 64);
        QCOMPARE(
            m_apex.run({u"model"_s, u"--set"_s, u"http://example.com/v1"_s, u"--model"_s, u"m"_s}).exitCode,
            2);
    }
    void aWrongKeyCostsOnlyTheWords() {
        switchOn("sk-wrong");
        QCOMPARE(m_apex.run({u"model"_s, u"--test"_s}).exitCode, 2);
        const QByteArray answer = ask();
        QVERIFY2(answer.contains("did not word this answer") && answer.contains("401"), answer.constData());
        QVERIFY(answer.contains("2000"));
        QVERIFY(!answer.contains("sk-wrong"));
    }
    void theTestSaysWhatWorks() {
        switchOn(key);
        const ProgramResult tried = m_apex.run({u"model"_s, u"--test"_s, u"--json"_s});
        QVERIFY2(tried.exitCode == 0, tried.err.constData());
        const QJsonObject found = tried.json().value(u"test"_s).toObject();
        for (const QString& what : {u"reachable"_s, u"streams"_s, u"calls_tools"_s, u"reports_tokens"_s})
            QVERIFY2(found.value(what).toBool(), qPrintable(what));
    }
    void theAnswerIsWordedAndChecked() {
        switchOn(key);
        const QByteArray answer = ask();
        QVERIFY2(answer.contains("> The file holds 2,000 calls."), answer.constData());
        QVERIFY(!answer.contains("You can save"));
        QVERIFY2(answer.contains("1 sentence of it was left out"), answer.constData());
        QVERIFY2(answer.contains("1624+190 tokens"), answer.constData());
        QVERIFY(answer.contains("some-model"));
        QVERIFY2(answer.contains("cost_by_service"),
                 answer.constData()); // the tool it asked for, with its source
        QVERIFY(!answer.contains(key));
    }
    void switchedOffEverythingIsAsBefore() {
        QCOMPARE(m_apex.run({u"model"_s, u"--off"_s}).exitCode, 0);
        QVERIFY(!ask().contains("language model"));
    }
    void aReplacedKeyLeavesTheKeychain() {
        switchOn(key);
        const QString path = m_apex.home() + u"/config/language-model.json"_s;
        QVERIFY(QFile::copy(path, path + u".before"_s));
        const ProgramResult other =
            m_apex.run({u"model"_s, u"--set"_s, u"http://127.0.0.1:9/v1"_s, u"--model"_s, u"other"_s});
        QVERIFY2(other.exitCode == 0, other.err.constData());
        QVERIFY(QFile::remove(path) && QFile::rename(path + u".before"_s, path));
        const ProgramResult tried = m_apex.run({u"model"_s, u"--test"_s});
        QCOMPARE(tried.exitCode, 2);
        QVERIFY2(tried.err.contains("is not in the keychain"), tried.err.constData());
    }
    void anEndpointThatIsGoneCostsOnlyTheWords() {
        switchOn(key);
        m_endpoint.kill();
        QVERIFY(m_endpoint.waitForFinished());
        const QByteArray answer = ask();
        QVERIFY2(answer.contains("could not be reached"), answer.constData());
        QVERIFY(answer.contains("2000"));
    }
    void cleanupTestCase() {
        m_endpoint.kill();
        m_endpoint.waitForFinished();
    }

private:
    void switchOn(const QByteArray& secret) {
        const ProgramResult set =
            m_apex.run({u"model"_s, u"--set"_s, m_address, u"--model"_s, u"some-model"_s, u"--key-stdin"_s},
                       secret + '\n');
        QVERIFY2(set.exitCode == 0, set.err.constData());
        QVERIFY(!set.out.contains(secret) && !set.err.contains(secret));
    }
    QByteArray ask() {
        const ProgramResult asked = m_apex.run(
            {u"ask"_s, u"Which model costs most?"_s, u"--environment"_s, u"local"_s, u"--attach"_s, sample});
        return asked.exitCode == 0 ? asked.out : asked.err;
    }
    ApexProgram m_apex;
    QProcess m_endpoint;
    QString m_address;
    QByteArray m_plain;
};

QTEST_GUILESS_MAIN(TestLanguageModel)
#include "tst_language_model.moc"
