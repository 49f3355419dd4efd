// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing that grants access leaves the keychain: real tokens, fetched from the real keyring by a client that
// is not ours, are looked for in every file, output, argument and environment block that signing in, asking,
// checking, the window and signing out leave behind.
#include "e2e/apex_program.h"
#include "e2e/secret_search.h"
#include "support/browser_person.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

const QString sample = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestSecrets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theSearchFindsWhatItLooksFor();
    void signingInLeavesNothing();
    void askingLeavesNothing();
    void refusalsAndFailuresLeaveNothing();
    void theWindowLeavesNothing();
    void concurrentProcessesKeepTheSession();
    void signingOutLeavesNothing();
    void noFileHoldsAnything();

private:
    void signIn();
    void learnTokens();
    void judge(const ProgramResult& result);
    void judgeProcess(const QProcess& process);

    ApexProgram m_apex;
    SecretSearch m_search;
    qint64 m_expiresAtMs = 0; ///< of the access token in the keyring
    QByteArray m_output;      ///< all that the programs printed
};

/// Asks the keyring by secret-tool for what the product stored, as often as it may have changed.
void TestSecrets::learnTokens() {
    const ProgramResult found =
        m_apex.runShell(u"secret-tool search --all server 'Apex Desktop' 2>/dev/null"_s);
    m_expiresAtMs = 0;
    for (const QByteArray& line : found.out.split('\n')) {
        if (!line.startsWith("secret = "))
            continue;
        // QtKeychain gives the Secret Service text only, so bytes are in base64; a mark of ours comes first.
        const QByteArray entry = QByteArray::fromBase64(line.mid(9).trimmed());
        const QJsonObject bundle =
            QJsonDocument::fromJson(entry.mid(std::max<qsizetype>(0, entry.indexOf('{')))).object();
        m_expiresAtMs = std::max(m_expiresAtMs, bundle.value(u"expires_at_ms"_s).toInteger());
        for (const QString& kind : {u"access_token"_s, u"refresh_token"_s}) {
            if (const QByteArray token = bundle.value(kind).toString().toUtf8(); token.size() >= 24)
                m_search.add(kind, token);
        }
    }
}

void TestSecrets::judge(const ProgramResult& result) {
    m_output += result.out + result.err;
    learnTokens();
    const QStringList found = m_search.in(m_output);
    QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));
}

void TestSecrets::judgeProcess(const QProcess& process) {
    const QString facts = u"/proc/%1/"_s.arg(process.processId());
    const QByteArray arguments = contentOf(facts + u"cmdline"_s);
    const QByteArray variables = contentOf(facts + u"environ"_s);
    QVERIFY(!arguments.isEmpty() && !variables.isEmpty());
    QVERIFY(m_search.in(arguments).isEmpty());
    QVERIFY(m_search.in(variables).isEmpty());
    const QByteArray limits = contentOf(facts + u"limits"_s);
    const qsizetype core = limits.indexOf("Max core file size");
    QVERIFY(core >= 0);
    QCOMPARE(limits.mid(core + 18, 12).trimmed(), QByteArray("0"));
}

void TestSecrets::initTestCase() {
    QVERIFY(QDir(m_apex.home()).mkdir(u"tmp"_s));
    m_apex.setVariable(u"TMPDIR"_s, m_apex.home() + u"/tmp"_s);
    QVERIFY(!m_apex.startServer({u"--access-token-life"_s, u"5"_s}).isEmpty());
}

void TestSecrets::theSearchFindsWhatItLooksFor() {
    const QByteArray secret = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.q-7_xHc2VqRk0a+/9s8d7f6g5h4j3k2l1";
    SecretSearch search;
    search.add(u"token"_s, secret);
    QTemporaryDir folder;
    const QByteArrayList leaks{
        QByteArray("{\"t\":\"" + secret + "\"}"),
        QByteArray("{\"t\":\"" + secret + "\"}").toBase64(),
        QByteArray("Bearer " + secret).toBase64(QByteArray::Base64UrlEncoding),
        QByteArray("x" + secret).toBase64(),
        secret.toHex(),
        QByteArray("a=" + secret.toPercentEncoding()),
        QByteArray(reinterpret_cast<const char*>(QString::fromLatin1(secret).utf16()), secret.size() * 2),
        QByteArray("cut: " + secret.right(40))};
    for (const QByteArray& leak : leaks)
        QVERIFY2(!search.in(leak).isEmpty(), leak.constData());
    QVERIFY(QDir(folder.path()).mkpath(u"a/.hidden"_s));
    QFile file(folder.filePath(u"a/.hidden/x"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(leaks[1]) > 0);
    file.close();
    int scanned = 0;
    QCOMPARE(search.inFolder(folder.path(), &scanned).size(), 1);
    QCOMPARE(scanned, 1);
    QVERIFY(search.in("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.another").isEmpty());
}

void TestSecrets::signIn() {
    const ProgramResult result = m_apex.signIn([this](const QUrl& address) {
        const PageLoad page = visitAndDecide(address);
        QCOMPARE(page.status, 200);
        const QByteArray code = QUrlQuery(page.finalUrl).queryItemValue(u"code"_s).toUtf8();
        QVERIFY(code.size() >= 24);
        m_search.add(u"authorization code"_s, code);
    });
    QVERIFY2(result.exitCode == 0, result.err.constData());
    judge(result);
}

void TestSecrets::signingInLeavesNothing() {
    signIn();
    QVERIFY2(m_search.count() >= 3, "code, access token and refresh token are known to the search");
}

void TestSecrets::askingLeavesNothing() {
    const auto process =
        m_apex.start({u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s, u"local"_s,
                      u"--attach"_s, sample, u"--record"_s, m_apex.home() + u"/run.apexrec"_s, u"--json"_s});
    QVERIFY(process->waitForReadyRead(60'000) || process->state() == QProcess::NotRunning);
    if (process->state() == QProcess::Running)
        judgeProcess(*process);
    QVERIFY(process->state() == QProcess::NotRunning || process->waitForFinished(60'000));
    QCOMPARE(process->exitCode(), 0);
    judge({process->exitCode(), process->readAllStandardOutput(), process->readAllStandardError()});
    judgeProcess(*m_apex.server());
    judge(m_apex.run({u"check"_s, u"--environment"_s, u"local"_s, u"--json"_s}));
    judge(m_apex.run({u"accounts"_s, u"--json"_s}));
}

void TestSecrets::refusalsAndFailuresLeaveNothing() {
    const QByteArray pasted =
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyX2V2aWwiLCJleHAiOjQxMDI0NDQ4MDB9.pasted-and-refused";
    m_search.add(u"pasted token"_s, pasted);
    judge(m_apex.run({u"sign-in"_s, u"--environment"_s, u"local"_s, u"--token-stdin"_s}, pasted + '\n'));
    judge(m_apex.run({u"ask"_s, u"Let me in please"_s, u"--environment"_s, u"local"_s, u"--json"_s}));
    m_apex.stopServer();
    judge(m_apex.run({u"ask"_s, u"Is anybody there?"_s, u"--environment"_s, u"local"_s}));
    judge(m_apex.run({u"check"_s, u"--environment"_s, u"local"_s}));
    QVERIFY(!m_apex.startServer({u"--access-token-life"_s, u"5"_s}).isEmpty());
}

void TestSecrets::theWindowLeavesNothing() {
    const QDir recordings(m_apex.home());
    QProcess window;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(u"APEX_HOME"_s, m_apex.home());
    variables.insert(u"TMPDIR"_s, m_apex.home() + u"/tmp"_s);
    variables.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    window.setProcessEnvironment(variables);
    window.start(ApexProgram::binary(u"apex-desktop"_s), {u"--environment"_s, u"local"_s});
    QVERIFY(window.waitForStarted(10'000));
    // Its flight recorder runs once it is signed in and on its way to the server.
    QTRY_VERIFY_WITH_TIMEOUT(m_apex.runShell(u"find \"$APEX_HOME\" -name '*.apexrec' -path '*record*' -newer "
                                             "\"$APEX_HOME/run.apexrec\" | grep -q ."_s)
                                     .exitCode == 0,
                             30'000);
    judgeProcess(window);
    window.terminate();
    QVERIFY(window.waitForFinished(15'000));
    judge({0, window.readAllStandardOutput(), window.readAllStandardError()});
}

/// Four clients on one account whose token has run out: one of them refreshes, the family survives.
void TestSecrets::concurrentProcessesKeepTheSession() {
    // Clients that found no server running started one of their own, whose tokens live longer than the test.
    signIn();
    for (int round = 0; round < 2; ++round) {
        learnTokens();
        const qsizetype known = m_search.count();
        QTRY_VERIFY_WITH_TIMEOUT(QDateTime::currentMSecsSinceEpoch() > m_expiresAtMs, 15'000);
        std::vector<std::unique_ptr<QProcess>> clients;
        for (int i = 0; i < 4; ++i)
            clients.push_back(m_apex.start({u"ask"_s, u"What was the total?"_s, u"--environment"_s,
                                            u"local"_s, u"--attach"_s, sample, u"--json"_s}));
        for (const auto& client : clients) {
            QVERIFY(client->state() == QProcess::NotRunning || client->waitForFinished(60'000));
            const QByteArray err = client->readAllStandardError();
            QVERIFY2(client->exitCode() == 0, err.constData());
            judge({0, client->readAllStandardOutput(), err});
        }
        QVERIFY2(m_search.count() >= known + 2, "there is a new access token and a new refresh token");
    }
}

void TestSecrets::signingOutLeavesNothing() {
    const ProgramResult result = m_apex.run({u"sign-out"_s, u"--environment"_s, u"local"_s});
    QVERIFY2(result.exitCode == 0, result.err.constData());
    judge(result);
    QVERIFY(m_apex.runShell(u"secret-tool search --all server 'Apex Desktop' 2>/dev/null"_s).out.isEmpty());
}

void TestSecrets::noFileHoldsAnything() {
    m_apex.stopServer();
    int scanned = 0;
    QStringList found = m_search.inFolder(m_apex.home(), &scanned);
    found += m_search.inFolder(qEnvironmentVariable("HOME"), &scanned);
    found += m_search.inFolder(qEnvironmentVariable("XDG_RUNTIME_DIR"), &scanned);
    qInfo("%d files searched for %d secrets", scanned, int(m_search.count()));
    QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));
    QVERIFY2(scanned > 10 && m_search.count() > 5, "databases, recordings, logs and settings are among them");
}

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
