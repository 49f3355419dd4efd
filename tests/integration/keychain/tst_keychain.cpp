// SPDX-License-Identifier: GPL-3.0-or-later
// Runs under support/with-keyring.sh: a real gnome-keyring, unlocked, on a bus of its own.
#include "credentials/keychain_store.h"
#include "store_calls.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QProcess>

#include <csignal>

using namespace apex;
using namespace apex::credentials;
using namespace apex::test;
using namespace Qt::StringLiterals;

/// A secret as the Secret Service API passes it in a "plain" session: (oayays).
struct PlainSecret {
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};
Q_DECLARE_METATYPE(PlainSecret)

QDBusArgument& operator<<(QDBusArgument& argument, const PlainSecret& secret) {
    argument.beginStructure();
    argument << secret.session << secret.parameters << secret.value << secret.contentType;
    argument.endStructure();
    return argument;
}

const QDBusArgument& operator>>(const QDBusArgument& argument, PlainSecret& secret) {
    argument.beginStructure();
    argument >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    argument.endStructure();
    return argument;
}

namespace {

QByteArray pattern(int size, int seed) {
    QByteArray bytes(size, Qt::Uninitialized);
    for (int i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 37 + seed) & 0xff); // all byte values, zero included
    return bytes;
}

/// How many entries of ours secret-tool, an independent client, sees under a name.
int countEntries(const QString& key) {
    QProcess tool;
    tool.start(u"secret-tool"_s, {u"search"_s, u"--all"_s, u"user"_s, key, u"server"_s, u"Apex Desktop"_s});
    if (!tool.waitForFinished(10'000))
        return -1;
    return static_cast<int>(tool.readAllStandardOutput().count("label ="));
}

QDBusMessage serviceCall(const QString& interface, const QString& method) {
    return QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                          interface, method);
}

bool lockEverything() {
    QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"test-lock"_s);
    QDBusMessage alias = serviceCall(u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
    alias << u"default"_s;
    const auto path = bus.call(alias).arguments().value(0).value<QDBusObjectPath>();
    QDBusMessage lock = serviceCall(u"org.freedesktop.Secret.Service"_s, u"Lock"_s);
    lock << QVariant::fromValue(QList<QDBusObjectPath>{path});
    const QDBusMessage reply = bus.call(lock);
    QDBusConnection::disconnectFromBus(u"test-lock"_s);
    return reply.type() == QDBusMessage::ReplyMessage;
}

/// Opens the collection again with the password with-keyring.sh gave it (one line feed).
bool unlockEverything() {
    qDBusRegisterMetaType<PlainSecret>();
    QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"test-unlock"_s);
    QDBusMessage open = serviceCall(u"org.freedesktop.Secret.Service"_s, u"OpenSession"_s);
    open << u"plain"_s << QVariant::fromValue(QDBusVariant(QString()));
    const auto session = bus.call(open).arguments().value(1).value<QDBusObjectPath>();
    QDBusMessage alias = serviceCall(u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
    alias << u"default"_s;
    const auto collection = bus.call(alias).arguments().value(0).value<QDBusObjectPath>();
    QDBusMessage unlock = serviceCall(u"org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"_s,
                                      u"UnlockWithMasterPassword"_s);
    unlock << QVariant::fromValue(collection)
           << QVariant::fromValue(PlainSecret{session, {}, QByteArrayLiteral("\n"), u"text/plain"_s});
    const QDBusMessage reply = bus.call(unlock);
    if (reply.type() != QDBusMessage::ReplyMessage)
        qWarning() << reply.errorMessage();
    QDBusConnection::disconnectFromBus(u"test-unlock"_s);
    return reply.type() == QDBusMessage::ReplyMessage;
}

} // namespace

class KeychainTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void updateInPlaceLeavesOneEntry();
    void partsOnACappedStore();
    void manyCallsAtOnceAreAnsweredInOrder();
    void deletedStoreDropsItsAnswers();
    void lockedIsNeverTakenForEmpty();
    void deadDaemonIsUnavailable();
};

void KeychainTest::roundTrip_data() {
    QTest::addColumn<int>("size");
    QTest::newRow("empty") << 0;
    QTest::newRow("one byte") << 1;
    QTest::newRow("6 KiB") << 6144;
    QTest::newRow("64 KiB") << 65536;
}

void KeychainTest::roundTrip() {
    QFETCH(int, size);
    KeychainStore store;
    const QString key = entryKey(u"home"_s, u"local"_s, u"ana"_s, QString::number(size));
    QCOMPARE(readName(store, key), u"not found"_s);
    QVERIFY(writeNow(store, key, pattern(size, 1)));
    QCOMPARE(readBytes(store, key), pattern(size, 1));
    QVERIFY(removeNow(store, key));
    QCOMPARE(readName(store, key), u"not found"_s);
    QVERIFY(removeNow(store, key)); // gone is gone
}

void KeychainTest::updateInPlaceLeavesOneEntry() {
    KeychainStore store;
    const QString key = u"home/local/ana/update"_s;
    QVERIFY(writeNow(store, key, "first"));
    QVERIFY(writeNow(store, key, "second"));
    QCOMPARE(readBytes(store, key), QByteArray("second"));
    QCOMPARE(countEntries(key), 1);
    QVERIFY(removeNow(store, key));
    QCOMPARE(countEntries(key), 0);
}

void KeychainTest::partsOnACappedStore() {
    KeychainStore store(2560);
    const QString key = u"home/local/ana/parts"_s;
    QVERIFY(writeNow(store, key, pattern(6000, 1)));
    QVERIFY(writeNow(store, key, pattern(9000, 2)));
    QCOMPARE(readBytes(store, key), pattern(9000, 2));
    QVERIFY(writeNow(store, key, "small"));
    QCOMPARE(readBytes(store, key), QByteArray("small"));
    QVERIFY(writeNow(store, key, pattern(3000, 3)));
    QVERIFY(removeNow(store, key));
    for (const QString& part : {u""_s, u"#a0"_s, u"#b0"_s, u"#a1"_s, u"#b3"_s})
        QCOMPARE(countEntries(key + part), 0);
}

void KeychainTest::manyCallsAtOnceAreAnsweredInOrder() {
    KeychainStore store;
    QStringList answers;
    for (int i = 0; i < 10; ++i) {
        const QString key = u"home/local/many/%1"_s.arg(i % 3);
        store.write(key, Secret(QByteArray::number(i)), this, [&answers, i](const Expected<void>& result) {
            answers.append(result ? u"w%1"_s.arg(i) : u"failed"_s);
        });
        store.read(key, this, [&answers](const ReadOutcome& outcome) {
            const auto* found = std::get_if<Found>(&outcome);
            answers.append(found ? u"r"_s + QString::fromLatin1(found->secret.reveal()) : nameOf(outcome));
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(answers.size(), 20, 20'000);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(answers[2 * i], u"w%1"_s.arg(i));
        QCOMPARE(answers[2 * i + 1], u"r%1"_s.arg(i));
    }
}

void KeychainTest::deletedStoreDropsItsAnswers() {
    bool called = false;
    auto store = std::make_unique<KeychainStore>();
    store->read(u"home/local/gone/x"_s, this, [&](const ReadOutcome&) { called = true; });
    store.reset();
    KeychainStore other; // the orphaned job must not block the next one
    QCOMPARE(readName(other, u"home/local/gone/x"_s), u"not found"_s);
    QVERIFY(!called);
}

void KeychainTest::lockedIsNeverTakenForEmpty() {
    KeychainStore store;
    const QString key = u"home/local/ana/locked"_s;
    QVERIFY(writeNow(store, key, "kept"));
    QVERIFY(lockEverything());

    const auto outcome = readNow(store, key);
    QVERIFY(outcome.has_value());
    QCOMPARE(nameOf(*outcome), u"locked"_s);
    const Error& error = std::get<Locked>(*outcome).error;
    QVERIFY(!error.happened.isEmpty() && !error.kept.isEmpty() && !error.action.isEmpty());
    QCOMPARE(readName(store, u"home/local/nobody/never"_s), u"locked"_s);
    const auto written = writeNow(store, key, "other");
    QVERIFY(!written);
    QCOMPARE(written.error().kind, ErrorKind::Locked);
    const auto removed = removeNow(store, key);
    QVERIFY(!removed);
    QCOMPARE(removed.error().kind, ErrorKind::Locked);

    QVERIFY(unlockEverything());
    QCOMPARE(readBytes(store, key), QByteArray("kept"));
    QVERIFY(removeNow(store, key));
}

void KeychainTest::deadDaemonIsUnavailable() {
    KeychainStore store;
    const QString key = u"home/local/ana/dead"_s;
    QVERIFY(writeNow(store, key, "kept"));
    bool ok = false;
    const int daemon = qEnvironmentVariableIntValue("APEX_KEYRING_PID", &ok);
    QVERIFY2(ok && daemon > 1, "run this under support/with-keyring.sh");
    QCOMPARE(::kill(daemon, SIGKILL), 0);
    QCOMPARE(readName(store, key), u"unavailable"_s);
    const auto written = writeNow(store, key, "x");
    QVERIFY(!written);
    QCOMPARE(written.error().kind, ErrorKind::Unavailable);
    const auto removed = removeNow(store, key);
    QVERIFY(!removed);
    QCOMPARE(removed.error().kind, ErrorKind::Unavailable);
}

QTEST_GUILESS_MAIN(KeychainTest)
#include "tst_keychain.moc"
