// SPDX-License-Identifier: GPL-3.0-or-later
// What the columns of a table are taken for: shown before, corrected by a person, honoured by the importer.
#include "backend/usage/column_choices.h"
#include "backend/usage/columns.h"
#include "backend/usage/table_preview.h"
#include "backend/usage/usage_import.h"
#include "backend/usage/value_counts.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

class TestColumns : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    int m_number = 0;

    ImportFile file(const QString& name, const QByteArray& content, const QByteArray& choices = {}) {
        const QString path = m_dir.filePath(QString::number(++m_number));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write a file of the test");
        return {path, name, columnChoicesFromJson(choices).value()};
    }
    Expected<UsageImport> import(const std::vector<ImportFile>& files) const {
        ImportOptions options;
        options.latestTimestampUs = 1'900'000'000'000'000;
        options.cacheFolder = m_dir.filePath(u"imports"_s);
        return importUsage(files, options, {});
    }
    static QString cost(const UsageImport& import) {
        const auto store = UsageStore::open(import.databasePath);
        const auto sum = store->query(u"SELECT usd_sum(cost_pico, cost_rest) FROM usage_rows"_s);
        return sum->rows.front().front().toString();
    }
    static QString told(const FileImport& file) {
        QStringList list;
        for (const ColumnMapping& column : file.columns)
            list.append(column.column + u'=' + column.field + (column.chosen ? u"!"_s : QString()));
        return list.join(u' ');
    }
    static QString told(const TablePreview& preview) {
        QStringList list;
        for (const PreviewedColumn& column : preview.columns)
            list.append(column.name + u'=' + column.field + u':' + column.sample);
        return list.join(u' ');
    }

private Q_SLOTS:
    void choicesAreReadAndWrittenAgain() {
        const auto choices = columnChoicesFromJson(R"({"Amount":"cost","Notes":"","When":"timestamp"})");
        QVERIFY(choices.has_value());
        QCOMPARE(columnChoicesJson(*choices),
                 QByteArray(R"({"Amount":"cost_usd","Notes":"","When":"timestamp"})"));
        QVERIFY(columnChoicesFromJson({})->empty());
        QVERIFY(columnChoicesJson({}).isEmpty());
    }

    void wrongChoicesSayWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("words");
        QTest::newRow("no object") << QByteArray("[1]") << u"not said as an object"_s;
        QTest::newRow("no JSON") << QByteArray("cost") << u"not said as an object"_s;
        QTest::newRow("unknown") << QByteArray(R"({"A":"colour"})") << u"“A” cannot be taken for “colour”"_s;
        QTest::newRow("number") << QByteArray(R"({"A":5})") << u"“A” cannot be taken"_s;
        QTest::newRow("twice") << QByteArray(R"({"A":"cost","B":"cost_usd"})")
                               << u"Two columns were taken for cost_usd"_s;
    }
    void wrongChoicesSayWhatIsWrong() {
        QFETCH(QByteArray, json);
        QFETCH(QString, words);
        const auto choices = columnChoicesFromJson(json);
        QVERIFY(!choices.has_value());
        QVERIFY2(choices.error().forPeople().contains(words), qPrintable(choices.error().forPeople()));
    }

    void aChoiceComesBeforeTheName() {
        const QByteArray table("KI,Cost,Amount,Tokens\ngpt-4o,9.00,0.50,7\ngpt-4o,9.00,0.25,7\n");
        const auto import =
            this->import({file(u"a.csv"_s, table, R"({"KI":"model","Amount":"cost","Tokens":""})")});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(cost(*import), u"0.75"_s);
        QCOMPARE(told(import->report.files.front()), u"KI=model! Cost= Amount=cost_usd! Tokens=!"_s);
        // Without the choice the names decide, and it is another import.
        const auto byName = this->import({file(u"a.csv"_s, table)});
        QVERIFY(!byName->report.fromCache);
        QCOMPARE(cost(*byName), u"18.00"_s);
        QVERIFY(this->import({file(u"a.csv"_s, table)})->report.fromCache);
    }

    void aChoiceMakesAFileUsableThatNamesNothing() {
        const QByteArray table("KI;Betrag;Wann\nmodel-a;1.5;2025-06-01\n");
        QVERIFY(!import({file(u"a.csv"_s, table)}).has_value());
        const auto import = this->import({file(u"a.csv"_s, table, R"({"Betrag":"cost_usd"})")});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(cost(*import), u"1.50"_s);
    }

    void pathsOfJsonAreChosenToo() {
        const QByteArray lines(R"({"cost":9,"bill":{"net":0.5},"model":"m"}
{"cost":9,"bill":{"net":0.25},"model":"m"}
)");
        const auto import = this->import({file(u"a.jsonl"_s, lines, R"({"bill.net":"cost_usd"})")});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(cost(*import), u"0.75"_s);
        const auto without = this->import({file(u"a.jsonl"_s, lines, R"({"cost":""})")});
        QCOMPARE(cost(*without), u"0.00"_s);
    }

    void aColumnThatNoFileHasIsAnError() {
        const QByteArray table("model,prompt_tokens\nm,1\n");
        const auto import = this->import({file(u"a.csv"_s, table, R"({"Amuont":"cost"})")});
        QVERIFY(!import.has_value());
        QVERIFY2(
            import.error().forPeople().contains(u"No attached file has a column “Amuont”. Found: model"_s),
            qPrintable(import.error().forPeople()));
        // Of several files one is enough: what is said of a folder goes for all of it.
        QVERIFY(this->import({file(u"a.csv"_s, table, R"({"Amount":"cost"})"),
                              file(u"b.csv"_s, "model,Amount\nm,2\n", R"({"Amount":"cost"})")})
                    .has_value());
    }

    void theSameBytesReadInTwoWaysAreTwoFiles() {
        const QByteArray table("model,A,B\nm,1,2\n");
        const auto import = this->import(
            {file(u"a.csv"_s, table, R"({"A":"cost"})"), file(u"b.csv"_s, table, R"({"B":"cost"})")});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(cost(*import), u"3.00"_s);
    }

    void previewsSayWhatTheImporterWouldDo_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<bool>("usable");
        QTest::newRow("csv") << QByteArray("Cost (USD),When,Model\n0.5,2025-06-01,gpt-4o\n0.6,2025-0")
                             << u"Cost (USD)=cost_usd:0.5 When=:2025-06-01 Model=model:gpt-4o"_s << true;
        QTest::newRow("tabs") << QByteArray("KI\tBetrag\nm\t1\n") << u"KI=:m Betrag=:1"_s << false;
        QTest::newRow("header alone")
            << QByteArray("model,cost\n") << u"model=model: cost=cost_usd:"_s << true;
        QTest::newRow("json lines") << QByteArray("{\"model\":\"m\",\"usage\":{\"prompt_tokens\":5}}\n{\"mod")
                                    << u"model=model:m usage.prompt_tokens=prompt_tokens:5"_s << true;
        QTest::newRow("json, cut") << QByteArray("[{\"a\":1,\"model\":\"m\"},{\"a\":2,")
                                   << u"a=:1 model=model:m"_s << true;
        QTest::newRow("canonical name")
            << QByteArray("cost,cost_usd\n1,2\n") << u"cost=:1 cost_usd=cost_usd:2"_s << true;
        QTest::newRow("session log")
            << QByteArray(R"({"parentUuid":"x","sessionId":"s","message":{"usage":{"input_tokens":1}}})")
            << QString() << true;
    }
    void previewsSayWhatTheImporterWouldDo() {
        QFETCH(QByteArray, head);
        QFETCH(QString, expected);
        QFETCH(bool, usable);
        const auto preview = previewTable(head, u"f"_s);
        QVERIFY2(preview.has_value(), preview ? "" : qPrintable(preview.error().forSupport()));
        QCOMPARE(told(*preview), expected);
        QCOMPARE(preview->usable, usable);
        QVERIFY(!preview->format.isEmpty());
    }

    void whatIsNoTableHasNoPreview() {
        for (const QByteArray& head : {QByteArray(), QByteArray("PK\x03\x04rest"), QByteArray("\x1f\x8b"),
                                       QByteArray("a\0b", 3), QByteArray("{\"a\":")})
            QVERIFY(!previewTable(head, u"f"_s).has_value());
    }

    void everyFieldHasWords() {
        QSet<QString> words;
        for (std::size_t i = 0; i < fieldCount; ++i) {
            words.insert(fieldWords(static_cast<Field>(i)));
            QVERIFY(fieldOfColumn(fieldName(static_cast<Field>(i))) == static_cast<Field>(i));
        }
        QCOMPARE(words.size(), static_cast<qsizetype>(fieldCount));
    }

    /// A folder with a foreign file in it is kept like any other, and read again when that file changes.
    void aFolderWithAForeignFileIsReadOnce() {
        const QByteArray table("model,prompt_tokens\nm,1\n");
        const QByteArray foreign(R"({"theme":"dark"})");
        const auto files = [&](const QByteArray& beside) {
            return std::vector<ImportFile>{file(u"logs/a.csv"_s, table),
                                           file(u"logs/settings.json"_s, beside)};
        };
        const auto first = import(files(foreign));
        QVERIFY2(first.has_value(), first ? "" : qPrintable(first.error().forSupport()));
        QVERIFY(!first->report.fromCache);
        const auto again = import(files(foreign));
        QVERIFY(again->report.fromCache);
        QVERIFY(again->report.files[1].skipped.contains(u"logs/settings.json"_s));
        QVERIFY(!import(files(R"({"theme":"light"})"))->report.fromCache);
        const auto joined = import(files(R"([{"model":"m","prompt_tokens":5}])"));
        QVERIFY(!joined->report.fromCache);
        QCOMPARE(joined->report.rows, std::uint64_t(2));
        QVERIFY(import(files(foreign))->report.fromCache);
    }

    void percentilesAreExactOrNearlySo() {
        std::mt19937_64 random(7);
        ValueCounts few;
        ValueCounts many;
        std::vector<std::int64_t> all;
        for (std::uint64_t i = 0; i < ValueCounts::mostValues * 3 / 2; ++i) {
            const auto value = static_cast<std::int64_t>(random() % 60'000'000'000);
            all.push_back(value);
            many.add(value);
            few.add(value % 50'000);
        }
        std::vector<std::int64_t> small(all);
        for (std::int64_t& value : small)
            value %= 50'000;
        std::sort(all.begin(), all.end());
        std::sort(small.begin(), small.end());
        for (const double percent : {0.001, 50.0, 90.0, 95.0, 99.0, 100.0}) {
            const auto rank =
                static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(all.size())) - 1);
            QCOMPARE(few.nearestRank(percent), small[rank]);
            const std::int64_t near = many.nearestRank(percent);
            QVERIFY(near <= all[rank] && (all[rank] - near) * 1000 <= all[rank]);
        }
        QCOMPARE(ValueCounts().nearestRank(50), std::int64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestColumns)
#include "tst_backend_columns.moc"
