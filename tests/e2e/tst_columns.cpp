// SPDX-License-Identifier: GPL-3.0-or-later
// A table whose headers nobody could guess, asked about from the command line: the preview says what is taken
// for what, a correction travels with the file, and the totals are right.
#include "e2e/apex_program.h"
#include "support/browser_person.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>
#include <QUrl>

using namespace apex::test;
using namespace Qt::StringLiterals;

class TestColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(!m_apex.startServer().isEmpty());
        const ProgramResult signedIn =
            m_apex.signIn([](const QUrl& address) { QCOMPARE(visitAndDecide(address).status, 200); });
        QVERIFY2(signedIn.exitCode == 0, signedIn.err.constData());
        QFile file(table());
        QVERIFY(file.open(QIODevice::WriteOnly));
        // "Cost" is what was planned; what was paid stands under a name of its own.
        file.write("Wann,KI,Cost,Rechnungsbetrag,Team\n"
                   "2025-06-01,gpt-4o,9.99,1.25,blue\n"
                   "2025-06-02,gpt-4o-mini,9.99,0.50,red\n"
                   "2025-06-03,gpt-4o,9.99,2.00,blue\n");
    }

    void thePreviewSaysWhatIsTakenForWhat() {
        const ProgramResult text =
            m_apex.run({u"ask"_s, u"--preview"_s, u"--environment"_s, u"local"_s, u"--attach"_s, table()});
        QVERIFY2(text.exitCode == 0, text.err.constData());
        QVERIFY2(text.out.contains("Rechnungsbetrag  ->  (not used)"), text.out.constData());
        const ProgramResult json = m_apex.run(
            {u"ask"_s, u"--preview"_s, u"--json"_s, u"--environment"_s, u"local"_s, u"--attach"_s, table()});
        const QJsonObject file = json.json()[u"files"].toArray().first().toObject();
        QCOMPARE(file[u"usable"].toBool(), true);
        QCOMPARE(file[u"columns"].toArray().at(2).toObject()[u"field"].toString(), u"cost_usd"_s);
        QCOMPARE(file[u"columns"].toArray().at(3).toObject()[u"sample"].toString(), u"1.25"_s);
    }

    void aCorrectionGivesTheRightTotals() {
        const ProgramResult byName = ask({});
        // Of what the names tell, only the planned cost is of use: too little to calculate with.
        QVERIFY2(byName.out.contains("this answer holds no figures"), byName.out.constData());
        const ProgramResult corrected = ask({u"--column"_s, u"cost=Rechnungsbetrag"_s, u"--column"_s,
                                             u"model=KI"_s, u"--column"_s, u"time=Wann"_s});
        QVERIFY2(corrected.exitCode == 0, corrected.err.constData());
        QVERIFY2(corrected.out.contains("3 calls cost 3.75 USD, 2025-06-01 to 2025-06-03"),
                 corrected.out.constData());
        QVERIFY2(corrected.out.contains("“Rechnungsbetrag” as cost_usd (as you said)"),
                 corrected.out.constData());
        QVERIFY2(corrected.out.contains("Columns not used: Cost."), corrected.out.constData());
    }

    void theCorrectionStaysWithTheThread() {
        const ProgramResult first =
            ask({u"--json"_s, u"--column"_s, u"cost=Rechnungsbetrag"_s, u"--column"_s, u"model=KI"_s});
        const QString thread = first.json()[u"thread_id"].toString();
        QVERIFY2(!thread.isEmpty(), first.err.constData());
        const ProgramResult next =
            m_apex.run({u"ask"_s, u"and by model?"_s, u"--environment"_s, u"local"_s, u"--thread"_s, thread});
        QVERIFY2(next.out.contains("3 calls cost 3.75 USD"), next.out.constData());
    }

    void aWrongCorrectionIsRefusedWithWords() {
        const ProgramResult unknown = ask({u"--column"_s, u"cost=Rechnungbetrag"_s});
        QCOMPARE(unknown.exitCode, 1);
        QVERIFY2(
            QByteArray(unknown.out + unknown.err).contains("No attached file has a column “Rechnungbetrag”"),
            QByteArray(unknown.out + unknown.err).constData());
        const ProgramResult field = ask({u"--column"_s, u"colour=Team"_s});
        QCOMPARE(field.exitCode, 2);
        QVERIFY2(field.err.contains("The column “Team” cannot be taken for “colour”"), field.err.constData());
        QCOMPARE(ask({u"--column"_s, u"Team"_s}).exitCode, 64);
        QCOMPARE(m_apex.run({u"ask"_s, u"x"_s, u"--environment"_s, u"local"_s, u"--column"_s, u"cost=A"_s})
                     .exitCode,
                 64);
    }

private:
    [[nodiscard]] QString table() const { return m_apex.home() + u"/paid.csv"_s; }
    [[nodiscard]] ProgramResult ask(const QStringList& options) const {
        return m_apex.run(QStringList{u"ask"_s, u"Where is my AI spend going?"_s, u"--environment"_s,
                                      u"local"_s, u"--attach"_s, table()} +
                          options);
    }

    ApexProgram m_apex;
};

QTEST_GUILESS_MAIN(TestColumns)
#include "tst_columns.moc"
