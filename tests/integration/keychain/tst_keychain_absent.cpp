// SPDX-License-Identifier: GPL-3.0-or-later
// A login without a session bus: servers, containers, remote shells.
#include "credentials/keychain_store.h"
#include "store_calls.h"

using namespace apex;
using namespace apex::credentials;
using namespace apex::test;
using namespace Qt::StringLiterals;

class KeychainAbsentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readSaysUnavailable() {
        KeychainStore store;
        const auto outcome = readNow(store, u"home/local/ana/tokens"_s);
        QVERIFY(outcome.has_value());
        QCOMPARE(nameOf(*outcome), u"unavailable"_s);
        const Error& error = std::get<Unavailable>(*outcome).error;
        QVERIFY(!error.happened.isEmpty());
        QVERIFY(!error.action.isEmpty());
    }
    void writeAndRemoveFail() {
        KeychainStore store;
        const auto written = writeNow(store, u"home/local/ana/tokens"_s, "x");
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Unavailable);
        const auto removed = removeNow(store, u"home/local/ana/tokens"_s);
        QVERIFY(!removed);
        QCOMPARE(removed.error().kind, ErrorKind::Unavailable);
    }
};

int main(int argc, char** argv) {
    qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    QCoreApplication app(argc, argv);
    KeychainAbsentTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_keychain_absent.moc"
