// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/backoff.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/redactor.h"
#include "base/secret.h"
#include "base/whole_file.h"
#include "support/full_disk.h"

#include <QDebug>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <type_traits>

using namespace apex;
using namespace std::chrono_literals;

// An id of one kind must not pass for another: the compiler is the test.
static_assert(!std::is_convertible_v<ThreadId, RunId>);
static_assert(!std::is_constructible_v<RunId, ThreadId>);
static_assert(!std::is_convertible_v<QString, RunId>);
static_assert(!std::is_copy_constructible_v<Secret>);

class TestBase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void backoffDoublesUpToTheCap();
    void backoffResetStartsOver();
    void backoffJitterCoversTheWholeSpan();
    void rfc3339HasMicroseconds_data();
    void rfc3339HasMicroseconds();
    void durationIsSaidInWords_data();
    void durationIsSaidInWords();
    void waitsAreSaidInWholeSeconds();
    void errorKeepsItsCauseChain();
    void redactorRemovesCredentials_data();
    void redactorRemovesCredentials();
    void redactorLeavesOrdinaryTextAlone();
    void secretPrintsAsSecret();
    void constantTimeComparison();
    void randomTokensDiffer();
    void fullDiskKeepsTheOldFile();
};

namespace {
constexpr auto highest = [](std::uint32_t bound) { return bound - 1; };
}

void TestBase::fullDiskKeepsTheOldFile() {
    const QTemporaryDir folder;
    QFile old(folder.filePath(QStringLiteral("kept")));
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old words") > 0);
    old.close();
    bool committed = false;
    {
        const test::FullDisk disk;
        if (!disk.isFull())
            return;
        QSaveFile file(old.fileName());
        committed =
            file.open(QIODevice::WriteOnly) && file.write(QByteArray(500, 'x')) == 500 && commitWhole(file);
    }
    QVERIFY(!committed);
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("old words"));
}

void TestBase::backoffDoublesUpToTheCap() {
    Backoff backoff(1s, 60s, highest);
    std::vector<qint64> waits;
    for (int i = 0; i < 8; ++i)
        waits.push_back(backoff.next().count());
    QCOMPARE(waits, (std::vector<qint64>{1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000}));
    QCOMPARE(backoff.attempts(), 8);
}

void TestBase::backoffResetStartsOver() {
    Backoff backoff(1s, 60s, highest);
    (void)backoff.next();
    (void)backoff.next();
    backoff.reset();
    QCOMPARE(backoff.next().count(), 1000);
}

void TestBase::backoffJitterCoversTheWholeSpan() {
    std::uint32_t bound = 0;
    Backoff backoff(1s, 60s, [&bound](std::uint32_t b) {
        bound = b;
        return 0U;
    });
    (void)backoff.next();
    QCOMPARE(backoff.next().count(), 500); // never below half the base
    QCOMPARE(bound, 1501U);                // 500..2000 ms
}

void TestBase::rfc3339HasMicroseconds_data() {
    QTest::addColumn<qint64>("us");
    QTest::addColumn<QString>("text");
    QTest::newRow("epoch") << qint64(0) << "1970-01-01T00:00:00.000000Z";
    QTest::newRow("one microsecond") << qint64(1) << "1970-01-01T00:00:00.000001Z";
    QTest::newRow("before the epoch") << qint64(-1) << "1969-12-31T23:59:59.999999Z";
    QTest::newRow("a sample frame") << qint64(1795365441795980) << "2026-11-22T16:37:21.795980Z";
}

void TestBase::rfc3339HasMicroseconds() {
    QFETCH(qint64, us);
    QFETCH(QString, text);
    QCOMPARE(toRfc3339(WallTime(std::chrono::microseconds(us))), text);
}

void TestBase::durationIsSaidInWords_data() {
    QTest::addColumn<qint64>("us");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << qint64(0) << "0 ms";
    QTest::newRow("less than can be said") << qint64(300) << "<1 ms";
    QTest::newRow("milliseconds") << qint64(42'400) << "42 ms";
    QTest::newRow("the most that is said in milliseconds") << qint64(99'400) << "99 ms";
    QTest::newRow("rounded into tenths") << qint64(99'600) << "0.1 s";
    QTest::newRow("tenths") << qint64(420'000) << "0.4 s";
    QTest::newRow("rounded, not cut") << qint64(11'750'000) << "11.8 s";
    QTest::newRow("seconds") << qint64(31'400'000) << "31.4 s";
    QTest::newRow("the most seconds") << qint64(59'949'000) << "59.9 s";
    QTest::newRow("rounded into a minute") << qint64(59'950'000) << "1 min 00 s";
    QTest::newRow("minutes") << qint64(125'600'000) << "2 min 06 s";
    QTest::newRow("rounded into an hour") << qint64(3'599'500'000) << "1 h 00 min";
    QTest::newRow("hours") << qint64(3'720'000'000) << "1 h 02 min";
    QTest::newRow("before") << qint64(-420'000) << "-420 ms";
}

void TestBase::durationIsSaidInWords() {
    QFETCH(qint64, us);
    QFETCH(QString, text);
    QCOMPARE(durationText(MonoTime(us)), text);
}

void TestBase::waitsAreSaidInWholeSeconds() {
    QCOMPARE(durationText(30s), QStringLiteral("30 s"));
    QCOMPARE(durationText(125s), QStringLiteral("2 min 05 s"));
    QCOMPARE(durationText(std::chrono::seconds(7'200)), QStringLiteral("2 h 00 min"));
}

void TestBase::errorKeepsItsCauseChain() {
    Error root = makeError(ErrorKind::Network, QStringLiteral("The host did not answer."), {},
                           QStringLiteral("errno 110"));
    Error middle =
        wrapError(ErrorKind::Unavailable, QStringLiteral("The sign-in service is not reachable."), root);
    Error top = wrapError(ErrorKind::Authentication, QStringLiteral("You are not signed in."), middle,
                          QStringLiteral("Sign in again."));
    QCOMPARE(top.forPeople(), QStringLiteral("You are not signed in. Sign in again."));
    const QString support = top.forSupport();
    QVERIFY(support.contains(QStringLiteral("authentication: You are not signed in.")));
    QVERIFY(support.contains(QStringLiteral("unavailable: The sign-in service")));
    QVERIFY(support.contains(QStringLiteral("errno 110")));
}

void TestBase::redactorRemovesCredentials_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("secret");
    const QString jwt = QStringLiteral("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl");
    QTest::newRow("bare jwt") << QStringLiteral("got ") + jwt << jwt;
    QTest::newRow("bearer") << QStringLiteral("Authorization: Bearer abc123def456") << "abc123def456";
    QTest::newRow("subprotocol") << QStringLiteral("jwt.ZXlKaGJHY2lPaUpJVXpJMU5pSjk")
                                 << "ZXlKaGJHY2lPaUpJVXpJMU5pSjk";
    QTest::newRow("query") << QStringLiteral("GET /callback?code=s3cr3tc0de&state=st4te0123") << "s3cr3tc0de";
    QTest::newRow("state") << QStringLiteral("GET /callback?code=s3cr3tc0de&state=st4te0123") << "st4te0123";
    QTest::newRow("json") << QStringLiteral("{\"refresh_token\": \"r3fr3shv4lue\"}") << "r3fr3shv4lue";
    QTest::newRow("form") << QStringLiteral("grant=x&code_verifier=v3rifi3rvalue") << "v3rifi3rvalue";
    QTest::newRow("ticket") << QStringLiteral("wss://h/ws?ticket=t1cketvalue") << "t1cketvalue";
}

void TestBase::redactorRemovesCredentials() {
    QFETCH(QString, text);
    QFETCH(QString, secret);
    const QString clean = redact(text);
    QVERIFY2(!clean.contains(secret), qPrintable(clean));
    QVERIFY(clean.contains(QStringLiteral("[redacted]")));
}

void TestBase::redactorLeavesOrdinaryTextAlone() {
    const QString text = QStringLiteral("agent data read 2000 rows, exit code 1, close code=1006 in 0.4 s");
    QCOMPARE(redact(text), text);
}

void TestBase::secretPrintsAsSecret() {
    const Secret secret(QByteArrayLiteral("hunter2hunter2"));
    QString out;
    QDebug(&out) << secret;
    QVERIFY(out.contains(QStringLiteral("[secret]")));
    QVERIFY(!out.contains(QStringLiteral("hunter2")));
}

void TestBase::constantTimeComparison() {
    QVERIFY(constantTimeEquals("abc", "abc"));
    QVERIFY(!constantTimeEquals("abc", "abd"));
    QVERIFY(!constantTimeEquals("abc", "ab"));
    QVERIFY(constantTimeEquals("", ""));
}

void TestBase::randomTokensDiffer() {
    QSet<QByteArray> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(randomToken());
    QCOMPARE(seen.size(), 1000);
    QCOMPARE(seen.begin()->size(), 43); // 32 bytes, RFC 7636 section 4.1 minimum length
}

QTEST_GUILESS_MAIN(TestBase)
#include "tst_base.moc"
