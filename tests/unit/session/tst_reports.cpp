// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/file_preview.h"
#include "protocol/report_export.h"
#include "session/report_file.h"
#include "support/full_disk.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace apex;
using namespace apex::protocol;
using namespace Qt::StringLiterals;

namespace {

// Escaped by hand: moc loses its way in raw strings that hold quotes.
const QByteArray
    report("{\"executive_summary\":\"x\",\"cost_analysis\":{\"currency\":\"USD\",\"total_current\":\"3.75\","
           "\"total_projected\":\"2.10\",\"current_costs\":{\"gpt-4o\":\"3.25\",\"a, \\\"b\\\"\":\"0.50\"},"
           "\"projected_costs\":{\"gpt-4o\":\"1.60\"}}}");

} // namespace

class TestReports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theEndingOfTheNameDecides() {
        QCOMPARE(reportFormatOf(u"a.md"_s), std::optional(ReportFormat::Markdown));
        QCOMPARE(reportFormatOf(u"A.JSON"_s), std::optional(ReportFormat::Json));
        QCOMPARE(reportFormatOf(u"a.csv"_s), std::optional(ReportFormat::CostTable));
        QVERIFY(!reportFormatOf(u"a.pdf"_s) && !reportFormatOf(u"csv"_s));
    }

    void amountsAreAsTheyWereSent() {
        QCOMPARE(exportReport(ReportFormat::CostTable, {}, report).value(),
                 QByteArray("model,cost_now_usd,cost_after_usd\r\n"
                            "gpt-4o,3.25,1.60\r\n"
                            "\"a, \"\"b\"\"\",0.50,\r\n"
                            "Total,3.75,2.10\r\n"));
        QCOMPARE(exportReport(ReportFormat::Markdown, u"**é**"_s, report).value(), QByteArray("**é**\n"));
        const QByteArray json = exportReport(ReportFormat::Json, {}, report).value();
        QCOMPARE(QJsonDocument::fromJson(json).object(), QJsonDocument::fromJson(report).object());
    }

    void whatIsNotThereIsSaid() {
        QCOMPARE(exportReport(ReportFormat::Markdown, u" "_s, report).error().kind, ErrorKind::NotFound);
        QCOMPARE(exportReport(ReportFormat::Json, u"x"_s, {}).error().kind, ErrorKind::NotFound);
        for (const QByteArray& other :
             {QByteArray(), QByteArray("{}"), QByteArray("[1]"), QByteArray("{\"cost_analysis\":{}}"),
              QByteArray("{\"cost_analysis\":{\"current_costs\":{}}}")})
            QCOMPARE(exportReport(ReportFormat::CostTable, u"x"_s, other).error().kind, ErrorKind::NotFound);
    }

    void aFileIsReplacedOnlyByAWholeOne() {
        QTemporaryDir folder;
        const QString path = folder.filePath(u"a.csv"_s);
        QVERIFY(session::saveReport(path, {}, report).has_value());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray before = file.readAll();
        QVERIFY(before.startsWith("model,"));
        QVERIFY(!session::saveReport(path, u"x"_s, {}).has_value());
        file.seek(0);
        QCOMPARE(file.readAll(), before);
        QCOMPARE(session::saveReport(folder.filePath(u"a.pdf"_s), u"x"_s, report).error().kind,
                 ErrorKind::InvalidInput);
        QCOMPARE(session::saveReport(u"/nowhere/a.md"_s, u"x"_s, report).error().kind, ErrorKind::Storage);
        bool saved = false;
        {
            const test::FullDisk disk;
            saved = !disk.isFull() || session::saveReport(path, {}, report).has_value();
        }
        QVERIFY(!saved);
        file.seek(0);
        QCOMPARE(file.readAll(), before);
        QFile again(path); // what stands there now, not what was open
        QVERIFY(again.open(QIODevice::ReadOnly));
        QCOMPARE(again.readAll(), before);
    }

    void previewsAreRead() {
        const auto preview = decodeFilePreview(
            R"({"format":"CSV","columns":[{"name":"A","field":"","sample":"1"},5],"fields":[{"name":"cost_usd","words":"cost"}],"usable":false,"problem":""})");
        QVERIFY(preview.has_value());
        QCOMPARE(preview->columns.size(), std::size_t(1));
        QCOMPARE(preview->columns.front().sample, u"1"_s);
        QCOMPARE(preview->fields.front().words, u"cost"_s);
        QVERIFY(!preview->usable);
        QVERIFY(!decodeFilePreview("[]").has_value() && !decodeFilePreview("x").has_value());
        QCOMPARE(encodeColumns({{u"A \"x\""_s, u"cost"_s}, {u"B"_s, {}}}),
                 QByteArray("{\"A \\\"x\\\"\":\"cost\",\"B\":\"\"}"));
        QVERIFY(encodeColumns({}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestReports)
#include "tst_reports.moc"
