// SPDX-License-Identifier: GPL-3.0-or-later
// The golden path through separate processes: the backend, the command line, a real keyring, real sockets and
// the real OAuth flow. The test plays only the person in the browser.
#include "e2e/apex_program.h"
#include "support/browser_person.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>
#include <QUrl>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

const QString sample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

void allow(const QUrl& address) {
    const PageLoad page = visitAndDecide(address);
    QCOMPARE(page.status, 200);
}

/// Sum of the cost column in nano-dollars, by integers on the raw text: independent of the product's
/// arithmetic.
qint64 costOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QByteArrayList header = file.readLine().trimmed().split(',');
    const qsizetype column = header.indexOf("cost_usd");
    qint64 sum = 0;
    while (!file.atEnd()) {
        const QByteArray cell = file.readLine().trimmed().split(',').value(column);
        if (cell.isEmpty())
            continue;
        const QByteArrayList parts = cell.split('.');
        sum +=
            parts.value(0).toLongLong() * 1'000'000'000 + parts.value(1).leftJustified(9, '0').toLongLong();
    }
    return sum;
}

QString dollars(qint64 nano) {
    QString fraction = QString::number(nano % 1'000'000'000).rightJustified(9, u'0');
    while (fraction.size() > 2 && fraction.endsWith(u'0'))
        fraction.chop(1);
    return QString::number(nano / 1'000'000'000) + u'.' + fraction;
}

QString digitsOnlyGrouping(QString text) {
    return text.remove(u',');
}

} // namespace

class TestGoldenPath : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void serveAnnouncesItself();
    void askBeforeSignInSaysSo();
    void signInThroughTheBrowser();
    void accountsListsTheAccount();
    void askAnswersWithTheTotalsOfTheFile();
    void theRunHasAllFiveEventsInOrderAndPaired();
    void theRecordingIsSound();
    void cuttingTheRecordingIsNoticed();
    void followUpKeepsTheThread();
    void questionWithoutDataGetsGuidance();
    void badAttachmentsAreRefusedInWords_data();
    void badAttachmentsAreRefusedInWords();
    void aRestartedBackendStillKnowsTheAccount();
    void deniedSignInIsSaidInWords();
    void aForeignTokenIsRefused();
    void checkNamesEveryStep();
    void signOutForgets();
    void aSecondServerIsRefused();
    void wrongUsage_data();
    void wrongUsage();

private:
    ApexProgram m_apex;
    QJsonObject m_answer;
    QString m_recording;
};

void TestGoldenPath::initTestCase() {
    m_recording = m_apex.home() + u"/run.apexrec"_s;
}

void TestGoldenPath::serveAnnouncesItself() {
    const QJsonObject line = m_apex.startServer();
    QCOMPARE(line.value(u"schema"_s).toString(), u"apex/serve/1"_s);
    QVERIFY(line.value(u"base_url"_s).toString().startsWith(u"http://127.0.0.1:"_s));
    QVERIFY(line.value(u"ws_url"_s).toString().startsWith(u"ws://127.0.0.1:"_s));
    QVERIFY(line.value(u"authorization_endpoint"_s).toString().contains(u"/oauth/authorize"_s));
    QCOMPARE(line.value(u"pid"_s).toInteger(), m_apex.server()->processId());
}

void TestGoldenPath::askBeforeSignInSaysSo() {
    const ProgramResult result =
        m_apex.run({u"ask"_s, u"Hello there"_s, u"--environment"_s, u"local"_s, u"--json"_s});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.err.contains("sign-in"), result.err.constData());
    QCOMPARE(result.json().value(u"schema"_s).toString(), u"apex/ask/1"_s);
    QVERIFY(result.json().contains(u"error"_s));
}

void TestGoldenPath::signInThroughTheBrowser() {
    const ProgramResult result = m_apex.signIn(allow);
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QVERIFY(result.out.contains("Ana Test"));
}

void TestGoldenPath::accountsListsTheAccount() {
    const ProgramResult result = m_apex.run({u"accounts"_s, u"--json"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    const QJsonArray accounts = result.json().value(u"accounts"_s).toArray();
    QCOMPARE(accounts.size(), 1);
    QCOMPARE(accounts[0].toObject().value(u"environment"_s).toString(), u"local"_s);
}

void TestGoldenPath::askAnswersWithTheTotalsOfTheFile() {
    const ProgramResult result =
        m_apex.run({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s, u"local"_s, u"--attach"_s,
                    sample, u"--record"_s, m_recording, u"--json"_s});
    QVERIFY2(result.exitCode == 0, QByteArray(result.err + result.out.left(2000)).constData());
    m_answer = result.json();
    QCOMPARE(m_answer.value(u"schema"_s).toString(), u"apex/ask/1"_s);
    const QString total = dollars(costOf(sample));
    QVERIFY2(digitsOnlyGrouping(m_answer.value(u"answer"_s).toString()).contains(total),
             qPrintable(u"no total "_s + total + u" in:\n"_s + m_answer.value(u"answer"_s).toString()));
    QVERIFY(!m_answer.value(u"thread_id"_s).toString().isEmpty());
}

void TestGoldenPath::theRunHasAllFiveEventsInOrderAndPaired() {
    const QJsonArray runs = m_answer.value(u"runs"_s).toArray();
    QCOMPARE(runs.size(), 1);
    const QJsonObject run = runs[0].toObject();
    QCOMPARE(run.value(u"outcome"_s).toString(), u"completed"_s);
    QVERIFY2(run.value(u"verdict"_s).toString() == u"ok"_s,
             QJsonDocument(run.value(u"findings"_s).toArray()).toJson().constData());
    const QJsonObject counts = run.value(u"counts"_s).toObject();
    for (const QString& event : {u"agent_started"_s, u"agent_thinking"_s, u"tool_executing"_s,
                                 u"tool_completed"_s, u"agent_completed"_s})
        QVERIFY2(counts.value(event).toInt() > 0, qPrintable(event));
    QCOMPARE(counts.value(u"tool_executing"_s).toInt(), counts.value(u"tool_completed"_s).toInt());
    QCOMPARE(counts.value(u"agent_started"_s).toInt(), counts.value(u"agent_completed"_s).toInt());

    QStringList agents;
    for (const QJsonValue& value : run.value(u"steps"_s).toArray()) {
        const QJsonObject step = value.toObject();
        if (step.value(u"kind"_s).toString() == u"agent"_s)
            agents.append(step.value(u"name"_s).toString());
        if (step.value(u"kind"_s).toString() == u"tool"_s)
            QVERIFY2(step.value(u"state"_s).toString() == u"done"_s,
                     qPrintable(step.value(u"name"_s).toString()));
    }
    QCOMPARE(agents, (QStringList{u"Supervisor"_s, u"triage"_s, u"data"_s, u"optimization"_s, u"actions"_s,
                                  u"reporting"_s}));
}

void TestGoldenPath::theRecordingIsSound() {
    const ProgramResult result = m_apex.run({u"inspect"_s, u"--json"_s, m_recording});
    QVERIFY2(result.exitCode == 0, QByteArray(result.err + result.out.left(2000)).constData());
    const QJsonArray runs = result.json().value(u"runs"_s).toArray();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs[0].toObject().value(u"outcome"_s).toString(), u"completed"_s);
    QCOMPARE(runs[0].toObject().value(u"counts"_s),
             m_answer.value(u"runs"_s).toArray()[0].toObject().value(u"counts"_s));
}

void TestGoldenPath::cuttingTheRecordingIsNoticed() {
    QFile whole(m_recording);
    QVERIFY(whole.open(QIODevice::ReadOnly));
    const QByteArrayList lines = whole.readAll().split('\n');
    // Without the last quarter the outermost agent never completes.
    const QByteArray part = lines.mid(0, lines.size() * 3 / 4).join('\n') + '\n';
    const ProgramResult result = m_apex.run({u"inspect"_s, u"--json"_s, u"-"_s}, part);
    QCOMPARE(result.exitCode, 1);
    const QJsonObject run = result.json().value(u"runs"_s).toArray()[0].toObject();
    QCOMPARE(run.value(u"outcome"_s).toString(), u"no_outcome"_s);
    QCOMPARE(run.value(u"verdict"_s).toString(), u"no_outcome"_s);
}

void TestGoldenPath::followUpKeepsTheThread() {
    const QString thread = m_answer.value(u"thread_id"_s).toString();
    const ProgramResult result =
        m_apex.run({u"ask"_s, u"And what about errors and latency?"_s, u"--environment"_s, u"local"_s,
                    u"--thread"_s, thread, u"--json"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QCOMPARE(result.json().value(u"thread_id"_s).toString(), thread);
    // The file of the first message is still known to the thread.
    QVERIFY(
        digitsOnlyGrouping(result.json().value(u"answer"_s).toString()).contains(dollars(costOf(sample))));
}

void TestGoldenPath::questionWithoutDataGetsGuidance() {
    const ProgramResult result =
        m_apex.run({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s, u"local"_s, u"--json"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    const QString answer = result.json().value(u"answer"_s).toString();
    QVERIFY2(answer.contains(u"cost_usd"_s), qPrintable(answer));
    QVERIFY2(!answer.contains(u'$'), qPrintable(answer)); // no number without data
}

void TestGoldenPath::badAttachmentsAreRefusedInWords_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0",
                                          20)
                            << QByteArray("text");
    QTest::newRow("wrong columns") << QByteArray("colour,shape\nred,round\nblue,square\n")
                                   << QByteArray("column");
    QByteArray mixed("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
    for (int i = 0; i < 10; ++i)
        mixed += "2026-01-01T00:00:00Z,caf\xe9,1,1,0.1\n";
    QTest::newRow("mixed encodings") << mixed << QByteArray("UTF-8");
}

void TestGoldenPath::badAttachmentsAreRefusedInWords() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, says);
    const QString path = m_apex.home() + u"/attachment.csv"_s;
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
    file.close();
    const ProgramResult result = m_apex.run({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s,
                                             u"local"_s, u"--attach"_s, path, u"--json"_s});
    QVERIFY2(result.exitCode == 1 || result.exitCode == 2, result.out.constData());
    const QByteArray all = result.out + result.err;
    QVERIFY2(all.contains(says), all.constData());
}

void TestGoldenPath::aRestartedBackendStillKnowsTheAccount() {
    m_apex.stopServer();
    QVERIFY(!m_apex.startServer().isEmpty());
    const QString thread = m_answer.value(u"thread_id"_s).toString();
    const ProgramResult result = m_apex.run({u"ask"_s, u"What was the total?"_s, u"--environment"_s,
                                             u"local"_s, u"--thread"_s, thread, u"--json"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    QCOMPARE(result.json().value(u"thread_id"_s).toString(), thread);
}

void TestGoldenPath::deniedSignInIsSaidInWords() {
    const ProgramResult result = m_apex.signIn([](const QUrl& address) {
        Decision no;
        no.allow = false;
        (void)visitAndDecide(address, no);
    });
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.err.contains("cancelled") || result.err.contains("declined") ||
                 result.err.contains("denied"),
             result.err.constData());
}

void TestGoldenPath::aForeignTokenIsRefused() {
    ApexProgram other;
    QVERIFY(!other.startServer().isEmpty());
    // A well-formed token that this server never issued.
    const QByteArray forged = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyX2V2aWwiLCJleHAiOjQxMDI0NDQ4MDB9.";
    const ProgramResult stored =
        other.run({u"sign-in"_s, u"--environment"_s, u"local"_s, u"--token-stdin"_s}, forged + '\n');
    const ProgramResult result =
        other.run({u"ask"_s, u"Let me in please"_s, u"--environment"_s, u"local"_s, u"--json"_s});
    QCOMPARE(result.exitCode, 2);
    QVERIFY(!QByteArray(stored.out + stored.err + result.out + result.err).contains(forged));
}

void TestGoldenPath::checkNamesEveryStep() {
    const ProgramResult result = m_apex.run({u"check"_s, u"--environment"_s, u"local"_s, u"--json"_s});
    QVERIFY2(result.exitCode == 0, QByteArray(result.err + result.out).constData());
    QStringList names;
    for (const QJsonValue& value : result.json().value(u"checks"_s).toArray())
        names.append(value.toObject().value(u"name"_s).toString());
    for (const QString& name :
         {u"tls"_s, u"keychain"_s, u"database"_s, u"profile"_s, u"backend"_s, u"sign_in"_s, u"socket"_s})
        QVERIFY2(names.contains(name), qPrintable(name + u" missing in "_s + names.join(u' ')));
    // In words, what belongs to a check begins under what was found.
    const ProgramResult words = m_apex.run({u"check"_s, u"--environment"_s, u"local"_s, u"--details"_s});
    static const QRegularExpression column(u"^(?:.{7}  .{11}  \\S| {22}\\S| {19}-> \\S)"_s);
    for (const QString& line : QString::fromUtf8(words.out).split(u'\n', Qt::SkipEmptyParts))
        QVERIFY2(column.match(line).hasMatch(), qPrintable(line));
}

void TestGoldenPath::signOutForgets() {
    const ProgramResult out = m_apex.run({u"sign-out"_s, u"--environment"_s, u"local"_s});
    QVERIFY2(out.exitCode == 0, out.err.constData());
    const ProgramResult result = m_apex.run({u"ask"_s, u"Hello again"_s, u"--environment"_s, u"local"_s});
    QCOMPARE(result.exitCode, 2);
    QVERIFY(m_apex.run({u"accounts"_s, u"--json"_s}).json().value(u"accounts"_s).toArray().isEmpty());
}

void TestGoldenPath::aSecondServerIsRefused() {
    const ProgramResult result = m_apex.run({u"serve"_s}, {}, 15'000);
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.err.contains(QByteArray::number(m_apex.server()->processId())), result.err.constData());
}

void TestGoldenPath::wrongUsage_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no command") << QStringList{};
    QTest::newRow("unknown command") << QStringList{u"frobnicate"_s};
    QTest::newRow("unknown option") << QStringList{u"serve"_s, u"--frobnicate"_s};
    QTest::newRow("ask without text") << QStringList{u"ask"_s, u"--environment"_s, u"local"_s};
    QTest::newRow("ask without environment") << QStringList{u"ask"_s, u"hello"_s};
    QTest::newRow("inspect without file") << QStringList{u"inspect"_s};
    QTest::newRow("port out of range") << QStringList{u"serve"_s, u"--port"_s, u"70000"_s};
}

void TestGoldenPath::wrongUsage() {
    QFETCH(QStringList, arguments);
    const ProgramResult result = m_apex.run(arguments, {}, 10'000);
    QCOMPARE(result.exitCode, 64);
    QVERIFY(result.out.isEmpty());
    QVERIFY(!result.err.isEmpty());
}

QTEST_GUILESS_MAIN(TestGoldenPath)
#include "tst_golden_path.moc"
