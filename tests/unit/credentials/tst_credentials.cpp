// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/chunked_entries.h"
#include "credentials/keychain_errors.h"
#include "credentials/memory_store.h"

#include <QTest>
#include <QTimer>

#include <memory>

Q_DECLARE_METATYPE(apex::credentials::JobAnswer)
Q_DECLARE_METATYPE(apex::credentials::StoreCondition::Kind)

using namespace apex;
using namespace apex::credentials;
using namespace Qt::StringLiterals;

namespace {

/// Entries in memory that can be capped and made to fail at a chosen call.
class PlainEntries final : public EntryPort {
public:
    void read(const QString& key, SecretStore::ReadDone done) override {
        QTimer::singleShot(0, qApp, [this, key, done = std::move(done)] {
            if (m_readTrouble)
                done(Locked{makeError(ErrorKind::Locked, u"locked"_s)});
            else if (entries.contains(key))
                done(Found{Secret(entries.value(key))});
            else
                done(NotFound{});
        });
    }
    void write(const QString& key, Secret secret, SecretStore::WriteDone done) override {
        const QByteArray bytes(secret.reveal().constData(), secret.size());
        QTimer::singleShot(0, qApp, [this, key, bytes, done = std::move(done)] {
            if (writesLeft == 0 || (cap > 0 && bytes.size() > cap)) {
                done(fail(ErrorKind::Unavailable, u"refused"_s));
                return;
            }
            --writesLeft;
            entries.insert(key, bytes);
            done({});
        });
    }
    void remove(const QString& key, SecretStore::WriteDone done) override {
        QTimer::singleShot(0, qApp, [this, key, done = std::move(done)] {
            entries.remove(key);
            done({});
        });
    }

    QHash<QString, QByteArray> entries;
    qsizetype cap = 0;
    int writesLeft = -1;
    bool m_readTrouble = false;
};

QByteArray pattern(int size, char seed) {
    QByteArray bytes(size, Qt::Uninitialized);
    for (int i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 31 + seed) & 0xff);
    return bytes;
}

/// Name of an outcome, so that a failing comparison says what came.
QString nameOf(const ReadOutcome& outcome) {
    static const QStringList names{u"found"_s,  u"not found"_s,   u"locked"_s,
                                   u"denied"_s, u"unavailable"_s, u"corrupt"_s};
    return names.at(static_cast<int>(outcome.index()));
}

ReadOutcome readNow(ChunkedEntries& chunks, const QString& key) {
    std::optional<ReadOutcome> result;
    chunks.read(key, [&](ReadOutcome outcome) { result = std::move(outcome); });
    while (!result)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return std::move(*result);
}

Expected<void> writeNow(ChunkedEntries& chunks, const QString& key, const QByteArray& bytes) {
    std::optional<Expected<void>> result;
    chunks.write(key, Secret(bytes), [&](Expected<void> outcome) { result = std::move(outcome); });
    while (!result)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return std::move(*result);
}

QByteArray bytesOf(const ReadOutcome& outcome) {
    const auto* found = std::get_if<Found>(&outcome);
    return found ? found->secret.reveal() : QByteArrayLiteral("(none)");
}

} // namespace

class CredentialsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void entryKeysCannotCollide();
    void roundTrips_data();
    void roundTrips();
    void shrinkingLeavesNothingBehind();
    void cutShortWriteKeepsTheOldSecret_data();
    void cutShortWriteKeepsTheOldSecret();
    void mixedOrMissingPartsAreCorrupt();
    void foreignEntriesAreCorrupt_data();
    void foreignEntriesAreCorrupt();
    void lockedStoreIsNotOverwritten();
    void removalTakesThePartsToo();
    void hugeSecretsAreRefused();
    void readAnswers_data();
    void readAnswers();
    void removalIsBelievedOnlyInAnOpenStore();
    void memoryStoreKeepsUntilRemoved();
    void answersAreDroppedWithTheirContext();
};

void CredentialsTest::entryKeysCannotCollide() {
    QCOMPARE(entryKey(u"abc"_s, u"local"_s, u"u1"_s, u"tokens"_s), u"abc/local/u1/tokens"_s);
    QVERIFY(entryKey(u"abc"_s, u"local"_s, u"a/b"_s, u"tokens"_s) !=
            entryKey(u"abc"_s, u"local/a"_s, u"b"_s, u"tokens"_s));
    QVERIFY(entryKey(u"abc"_s, u"local"_s, u"a#a0"_s, u"t"_s) !=
            chunkKey(entryKey(u"abc"_s, u"local"_s, u"a"_s, u"t"_s), 'a', 0));
}

void CredentialsTest::roundTrips_data() {
    QTest::addColumn<int>("cap");
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("entries");
    QTest::newRow("no cap, empty") << 0 << 0 << 1;
    QTest::newRow("no cap, 64 KiB") << 0 << 65536 << 1;
    QTest::newRow("windows, fits exactly") << 2560 << 2560 - static_cast<int>(directOverhead()) << 1;
    QTest::newRow("windows, one byte more") << 2560 << 2561 - static_cast<int>(directOverhead()) << 2;
    QTest::newRow("windows, 6 KiB bundle") << 2560 << 6144 << 4;
    QTest::newRow("windows, parts exactly full") << 2560 << 5120 << 3;
}

void CredentialsTest::roundTrips() {
    QFETCH(int, cap);
    QFETCH(int, size);
    QFETCH(int, entries);
    PlainEntries port;
    port.cap = cap;
    ChunkedEntries chunks(port, cap);
    for (const char seed : {char{1}, char{2}, char{3}}) { // three times: both generations and back
        const QByteArray secret = pattern(size, seed);
        QVERIFY(writeNow(chunks, u"k"_s, secret));
        QCOMPARE(bytesOf(readNow(chunks, u"k"_s)), secret);
        QCOMPARE(port.entries.size(), entries);
    }
}

void CredentialsTest::shrinkingLeavesNothingBehind() {
    PlainEntries port;
    port.cap = 200;
    ChunkedEntries chunks(port, 200);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(2000, 1)));
    QVERIFY(writeNow(chunks, u"k"_s, pattern(500, 2)));
    QCOMPARE(port.entries.size(), 4);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(10, 3)));
    QCOMPARE(port.entries.keys(), QStringList{u"k"_s});
}

void CredentialsTest::cutShortWriteKeepsTheOldSecret_data() {
    QTest::addColumn<int>("writes");
    for (int writes = 0; writes <= 5; ++writes)
        QTest::addRow("%d writes succeed", writes) << writes;
}

void CredentialsTest::cutShortWriteKeepsTheOldSecret() {
    QFETCH(int, writes);
    PlainEntries port;
    port.cap = 200;
    ChunkedEntries chunks(port, 200);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(900, 1)));
    port.writesLeft = writes; // a new secret of 1000 bytes needs five parts and the manifest
    QVERIFY(!writeNow(chunks, u"k"_s, pattern(1000, 2)));
    QCOMPARE(bytesOf(readNow(chunks, u"k"_s)), pattern(900, 1));
    port.writesLeft = -1;
    QVERIFY(writeNow(chunks, u"k"_s, pattern(300, 3)));
    QCOMPARE(bytesOf(readNow(chunks, u"k"_s)), pattern(300, 3));
    QCOMPARE(port.entries.size(), 3); // nothing of the failed write is left
}

void CredentialsTest::mixedOrMissingPartsAreCorrupt() {
    PlainEntries port;
    ChunkedEntries chunks(port, 100);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(250, 1)));
    const QString second = chunkKey(u"k"_s, 'a', 1);
    QVERIFY(port.entries.contains(second));
    const QByteArray good = port.entries.value(second);
    port.entries[second] = pattern(100, 9);
    QCOMPARE(nameOf(readNow(chunks, u"k"_s)), u"corrupt"_s);
    port.entries.remove(second);
    QCOMPARE(nameOf(readNow(chunks, u"k"_s)), u"corrupt"_s);
    port.entries[second] = good;
    QCOMPARE(nameOf(readNow(chunks, u"k"_s)), u"found"_s);
}

void CredentialsTest::foreignEntriesAreCorrupt_data() {
    QTest::addColumn<QByteArray>("entry");
    const QByteArray hash(64, 'a');
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("other program's") << QByteArray("password123");
    QTest::newRow("bare mark") << QByteArray("apex1 chunked ");
    QTest::newRow("no generation") << QByteArray("apex1 chunked c 1 10 ") + hash;
    QTest::newRow("no parts") << QByteArray("apex1 chunked a 0 10 ") + hash;
    QTest::newRow("too many parts") << QByteArray("apex1 chunked a 65 10 ") + hash;
    QTest::newRow("negative length") << QByteArray("apex1 chunked a 1 -1 ") + hash;
    QTest::newRow("short hash") << QByteArray("apex1 chunked a 1 10 abc");
    QTest::newRow("hash with other letters") << QByteArray("apex1 chunked a 1 10 ") + QByteArray(64, 'z');
    QTest::newRow("one field more") << QByteArray("apex1 chunked a 1 10 ") + hash + " x";
}

void CredentialsTest::foreignEntriesAreCorrupt() {
    QFETCH(QByteArray, entry);
    PlainEntries port;
    port.entries.insert(u"k"_s, entry);
    ChunkedEntries chunks(port, 2560);
    QCOMPARE(nameOf(readNow(chunks, u"k"_s)), u"corrupt"_s);
    QVERIFY(writeNow(chunks, u"k"_s, "new")); // signing in again replaces it
    QCOMPARE(bytesOf(readNow(chunks, u"k"_s)), QByteArray("new"));
}

void CredentialsTest::lockedStoreIsNotOverwritten() {
    PlainEntries port;
    ChunkedEntries chunks(port, 100);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(250, 1)));
    port.m_readTrouble = true;
    const auto result = writeNow(chunks, u"k"_s, pattern(250, 2));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::Locked);
    QCOMPARE(nameOf(readNow(chunks, u"k"_s)), u"locked"_s);
    port.m_readTrouble = false;
    QCOMPARE(bytesOf(readNow(chunks, u"k"_s)), pattern(250, 1));
}

void CredentialsTest::removalTakesThePartsToo() {
    PlainEntries port;
    ChunkedEntries chunks(port, 100);
    QVERIFY(writeNow(chunks, u"k"_s, pattern(950, 1)));
    QVERIFY(writeNow(chunks, u"other"_s, pattern(10, 1)));
    std::optional<Expected<void>> result;
    chunks.remove(u"k"_s, [&](Expected<void> outcome) { result = std::move(outcome); });
    QTRY_VERIFY(result.has_value());
    QVERIFY(*result);
    QCOMPARE(port.entries.keys(), QStringList{u"other"_s});
}

void CredentialsTest::hugeSecretsAreRefused() {
    PlainEntries port;
    ChunkedEntries chunks(port, 100);
    const auto result = writeNow(chunks, u"k"_s, pattern(100 * maxChunks + 1, 1));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::TooLarge);
    QVERIFY(port.entries.isEmpty());
}

void CredentialsTest::readAnswers_data() {
    using Kind = StoreCondition::Kind;
    QTest::addColumn<JobAnswer>("answer");
    QTest::addColumn<StoreCondition::Kind>("condition");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("not found, open") << JobAnswer::NotFound << Kind::Open << u"not found"_s;
    QTest::newRow("not found, but locked") << JobAnswer::NotFound << Kind::Locked << u"locked"_s;
    QTest::newRow("not found, nothing to hold it")
        << JobAnswer::NotFound << Kind::NoCollection << u"not found"_s;
    QTest::newRow("not found, but gone") << JobAnswer::NotFound << Kind::Unreachable << u"unavailable"_s;
    QTest::newRow("denied, open") << JobAnswer::Denied << Kind::Open << u"denied"_s;
    QTest::newRow("denied, because locked") << JobAnswer::Denied << Kind::Locked << u"locked"_s;
    QTest::newRow("denied by the person") << JobAnswer::DeniedByPerson << Kind::Open << u"denied"_s;
    QTest::newRow("other, open") << JobAnswer::Other << Kind::Open << u"unavailable"_s;
    QTest::newRow("other, locked") << JobAnswer::Other << Kind::Locked << u"locked"_s;
    QTest::newRow("other, gone") << JobAnswer::Other << Kind::Unreachable << u"unavailable"_s;
    QTest::newRow("no store") << JobAnswer::NoStore << Kind::Open << u"unavailable"_s;
}

void CredentialsTest::readAnswers() {
    QFETCH(JobAnswer, answer);
    QFETCH(StoreCondition::Kind, condition);
    QFETCH(QString, outcome);
    QCOMPARE(nameOf(readOutcome(answer, {condition, {}}, u"details"_s)), outcome);
    if (outcome != u"not found"_s && outcome != u"found"_s)
        QVERIFY(!writeOutcome(answer, {condition, {}}, {}).error().action.isEmpty());
}

void CredentialsTest::removalIsBelievedOnlyInAnOpenStore() {
    using Kind = StoreCondition::Kind;
    QVERIFY(needsProbe(JobAnswer::Ok, true));
    QVERIFY(!needsProbe(JobAnswer::Ok, false));
    QVERIFY(removeOutcome(JobAnswer::Ok, {Kind::Open, {}}, {}));
    QVERIFY(removeOutcome(JobAnswer::NotFound, {Kind::Open, {}}, {}));
    const auto locked = removeOutcome(JobAnswer::Ok, {Kind::Locked, {}}, {});
    QVERIFY(!locked);
    QCOMPARE(locked.error().kind, ErrorKind::Locked);
    QVERIFY(!removeOutcome(JobAnswer::NotFound, {Kind::Locked, {}}, {}));
    QVERIFY(!removeOutcome(JobAnswer::Other, {Kind::Open, {}}, {}));
}

void CredentialsTest::memoryStoreKeepsUntilRemoved() {
    MemoryStore store;
    QString answer;
    const auto readInto = [&] {
        answer.clear();
        store.read(u"k"_s, this, [&](const ReadOutcome& outcome) { answer = nameOf(outcome); });
        QVERIFY(answer.isEmpty()); // later, never at once
        QTRY_VERIFY(!answer.isEmpty());
    };
    readInto();
    QCOMPARE(answer, u"not found"_s);
    store.write(u"k"_s, Secret("s"), this, [](const Expected<void>&) {});
    readInto();
    QCOMPARE(answer, u"found"_s);
    store.remove(u"k"_s, this, [](const Expected<void>&) {});
    readInto();
    QCOMPARE(answer, u"not found"_s);
}

void CredentialsTest::answersAreDroppedWithTheirContext() {
    MemoryStore store;
    auto context = std::make_unique<QObject>();
    bool called = false;
    store.read(u"k"_s, context.get(), [&](const ReadOutcome&) { called = true; });
    context.reset();
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

QTEST_GUILESS_MAIN(CredentialsTest)
#include "tst_credentials.moc"
