// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are damaged, foreign, changing or endless, and queries that must not be run.
#include "import_world.h"

#include <QStringEncoder>

#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

class TestUsageBadInput : public QObject, private ImportWorld {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadPrices(); }

    void badLinesAreCountedWithReasonAndPlace() {
        const QByteArray good = lineOf(claudeCall(u"m1"_s, u"r1"_s, 5, 5, false, u"s"_s, 1));
        QByteArray wrong = good;
        wrong.replace("2025-08", "1970-01");
        const QByteArray content = "\xef\xbb\xbf" + good + good + good + good + good +
                                   QByteArray(wrong).replace("m1", "m2") +
                                   QByteArray(good).replace("m1", "\xff\xfe") + "\0\0\n" + good.left(80);
        const auto import = this->import({{u"a.jsonl"_s, content}});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(import->report.rows, std::uint64_t(1));
        QCOMPARE(import->report.duplicates, std::uint64_t(4));
        std::vector<std::pair<qint64, RejectReason>> told;
        for (const RejectedRow& row : import->report.files.front().firstRejected)
            told.emplace_back(row.line, row.reason);
        const std::vector<std::pair<qint64, RejectReason>> expected{
            {6, RejectReason::AbsurdTimestamp}, {7, RejectReason::NotUtf8}, {8, RejectReason::CutOff}};
        QCOMPARE(told.size(), expected.size());
        QVERIFY(told == expected);
    }

    void mostlyBadLogsFailLoudly() {
        const QByteArray good = lineOf(claudeCall(u"m1"_s, u"r1"_s, 5, 5, false, u"s"_s, 1));
        const auto import = this->import({{u"a.jsonl"_s, good + "{\"usage\"\n{\"usage\"\n{\"usage\"\n"}});
        QVERIFY(!import.has_value());
        QVERIFY2(import.error().forPeople().contains(u"3 of 4"_s), qPrintable(import.error().forPeople()));
    }

    void whatLiesBesideTheLogsInAFolderIsLeftOut() {
        const QByteArray good = lineOf(claudeCall(u"m1"_s, u"r1"_s, 5, 5, false, u"s"_s, 1));
        const QByteArray settings = R"({"theme":"dark","allow":["Bash"]})";
        const QByteArray index = R"([{"id":"a","title":"x"},{"id":"b","title":"y"}])";
        const auto import = this->import({{u"logs/index.json"_s, index},
                                          {u"logs/p/a.jsonl"_s, good},
                                          {u"logs/settings.json"_s, settings}});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QCOMPARE(import->report.rows, std::uint64_t(1));
        QVERIFY(import->report.files[0].skipped.contains(u"logs/index.json"_s));
        QVERIFY(import->report.files[1].skipped.isEmpty());
        QVERIFY(import->report.files[2].skipped.contains(u"logs/settings.json"_s));
        // A file that somebody named, and a folder with nothing else in it, are refused.
        QVERIFY(!this->import({{u"index.json"_s, index}, {u"a.jsonl"_s, good}}).has_value());
        QVERIFY(!this->import({{u"logs/index.json"_s, index}}).has_value());
    }

    void utf16AndLongLinesAreRead() {
        const QByteArray good = lineOf(claudeCall(u"m1"_s, u"r1"_s, 5, 5, false, u"s"_s, 1));
        QStringEncoder encoder(QStringEncoder::Utf16LE, QStringConverter::Flag::WriteBom);
        const QByteArray utf16 = encoder.encode(QString::fromUtf8(good + good));
        QCOMPARE(import({{u"a.jsonl"_s, utf16}})->report.rows, std::uint64_t(1));
        QByteArray table = encoder.encode(u"model,prompt_tokens\nm\u00e9,5\n"_s);
        table = "\xff\xfe" + table;
        QCOMPARE(query(import({{u"a.csv"_s, QByteArray(utf16.left(0)) + table}}),
                       u"SELECT model FROM usage_rows"_s)[0][0]
                     .toString(),
                 u"m\u00e9"_s);
        const QByteArray picture =
            lineOf({{u"type"_s, u"user"_s}, {u"parentUuid"_s, QString(9'000'000, u'A')}});
        const auto long9 = import({{u"a.jsonl"_s, good + picture + QByteArray(good).replace("m1", "m2")}});
        QCOMPARE(long9->report.rows, std::uint64_t(2));
        QCOMPARE(long9->report.files.front().rejectedBy[static_cast<std::size_t>(RejectReason::TooLong)],
                 std::uint64_t(1));
    }

    void archivesAndOtherFilesAreRefused() {
        for (const QByteArray& content : {QByteArray("PK\x03\x04zip bomb"), QByteArray("\x1f\x8b\x08gzip")}) {
            const auto import = this->import({{u"bomb"_s, content}});
            QVERIFY(!import.has_value());
            QCOMPARE(import.error().kind, ErrorKind::InvalidInput);
        }
        QVERIFY(!importUsage({{m_dir.path(), u"folder"_s}}, options(), {}).has_value());
        QVERIFY(!importUsage({{m_dir.filePath(u"nowhere"_s), u"none"_s}}, options(), {}).has_value());
    }

#if defined(__unix__) || defined(__APPLE__)
    void linksThatLeadInCirclesEndNowhere() {
        const QString folder = m_dir.filePath(u"tree/.claude/projects/-home-ana"_s);
        QDir().mkpath(folder);
        QFile file(folder + u"/a.jsonl"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(lineOf(claudeCall(u"m1"_s, u"r1"_s, 5, 5, false, u"s"_s, 1)));
        file.close();
        QVERIFY(QFile::link(m_dir.filePath(u"tree"_s), folder + u"/up"_s));
        QVERIFY(QFile::link(folder + u"/a.jsonl"_s, folder + u"/b.jsonl"_s));
        QCOMPARE(::mkfifo(QFile::encodeName(folder + u"/pipe.jsonl"_s).constData(), 0600), 0);
        const auto files = usageFilesBelow(m_dir.filePath(u"tree/.claude"_s));
        QVERIFY(files.has_value());
        QCOMPARE(files->size(), std::size_t(1));
        QCOMPARE(files->front().name, u".claude/projects/-home-ana/a.jsonl"_s);
        const auto import = importUsage(*files, options(), {});
        QCOMPARE(query(import, u"SELECT project FROM usage_rows"_s)[0][0].toString(), u"-home-ana"_s);
    }
#endif

    /// A log that its tool goes on writing: what was there at the start counts, and the change is told or
    /// harmless.
    void growingFilesAreReadAsTheyWere() {
        const QByteArray filler = lineOf({{u"type"_s, u"user"_s}, {u"parentUuid"_s, QString(3000, u'x')}});
        QByteArray content;
        for (int i = 0; i < 3000; ++i)
            content += lineOf(claudeCall(u"m%1"_s.arg(i), u"r"_s, 5, 5, false, u"s"_s, i)) + filler;
        const auto files = write({{u"a.jsonl"_s, content}});
        std::jthread writer([path = files.front().path](const std::stop_token& stop) {
            QFile file(path);
            if (!file.open(QIODevice::Append | QIODevice::Unbuffered))
                return;
            for (int i = 0; !stop.stop_requested() && i < 20'000; ++i)
                file.write(lineOf(claudeCall(u"later%1"_s.arg(i), u"r"_s, 5, 5, false, u"s"_s, 5)));
        });
        const auto import = importUsage(files, options(), {});
        QVERIFY2(import.has_value(), import ? "" : qPrintable(import.error().forSupport()));
        QVERIFY(import->report.rows >= 3000);
        QCOMPARE(query(import, u"SELECT COUNT(*) FROM usage_rows WHERE message_id NOT LIKE 'later%'"_s)[0][0]
                     .toInt(),
                 3000);
    }

    void stopEndsTheImportAndLeavesNothing() {
        QByteArray content;
        while (content.size() < 6'000'000)
            content += lineOf({{u"type"_s, u"user"_s}, {u"parentUuid"_s, QString(3000, u'x')}});
        const ImportOptions how = options();
        std::stop_source stop;
        const auto import =
            importUsage(write({{u"a.jsonl"_s, content}, {u"b.csv"_s, "model,tokens\nm,1\n"}}), how,
                        stop.get_token(), [&](std::uint64_t, std::uint64_t) { stop.request_stop(); });
        QVERIFY(!import.has_value());
        QCOMPARE(import.error().kind, ErrorKind::Cancelled);
        QVERIFY(QDir(how.cacheFolder).entryList(QDir::Files).isEmpty());
    }

    void queriesOnlyRead_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("delete") << u"DELETE FROM calls"_s << ErrorKind::Denied;
        QTest::newRow("insert") << u"INSERT INTO meta VALUES('a','b')"_s << ErrorKind::Denied;
        QTest::newRow("attach") << u"ATTACH 'x.db' AS x"_s << ErrorKind::Denied;
        QTest::newRow("pragma") << u"PRAGMA writable_schema = 1"_s << ErrorKind::Denied;
        QTest::newRow("pragma function") << u"SELECT * FROM pragma_database_list"_s << ErrorKind::Denied;
        QTest::newRow("temporary table") << u"CREATE TEMP TABLE t(a)"_s << ErrorKind::Denied;
        QTest::newRow("vacuum into") << u"VACUUM INTO 'copy.db'"_s << ErrorKind::Denied;
        QTest::newRow("extension") << u"SELECT load_extension('x')"_s << ErrorKind::Denied;
        QTest::newRow("two statements") << u"SELECT 1; DELETE FROM calls"_s << ErrorKind::Denied;
        QTest::newRow("explain") << u"EXPLAIN SELECT 1"_s << ErrorKind::Denied;
        QTest::newRow("no SQL") << u"how much?"_s << ErrorKind::InvalidInput;
        QTest::newRow("nothing") << u""_s << ErrorKind::InvalidInput;
        QTest::newRow("endless")
            << u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"_s
            << ErrorKind::Timeout;
    }
    void queriesOnlyRead() {
        QFETCH(QString, sql);
        QFETCH(ErrorKind, kind);
        const auto import = this->import({{u"a.csv"_s, "model,prompt_tokens\ngpt-4o,10\n"}});
        const auto store = UsageStore::open(import->databasePath);
        const auto result = store->query(sql, {}, {}, {10, std::chrono::milliseconds(200)});
        QVERIFY(!result.has_value());
        QVERIFY2(result.error().kind == kind, qPrintable(result.error().forSupport()));
        QCOMPARE(store->query(u"SELECT COUNT(*) FROM usage_rows"_s)->rows[0][0].toInt(), 1);
    }

    /// Only slow answers are kept; a spoiled one is asked for again.
    void slowAnswersAreKeptBesideTheImport() {
        const auto import = this->import({{u"a.csv"_s, "model,prompt_tokens\ngpt-4o,10\n"}});
        const auto store = UsageStore::open(import->databasePath);
        const QString slow = u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                             "SELECT MAX(i), NULL, 'x', 0.5 FROM n"_s;
        const auto first = store->query(slow, {300'000});
        const QString folder = import->databasePath.chopped(6) + u".answers"_s;
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 1);
        QCOMPARE(store->query(slow, {300'000})->rows, first->rows);
        QCOMPARE(store->query(slow, {300'001})->rows[0][0].toInt(), 300'001);
        for (const QString& name : QDir(folder).entryList(QDir::Files)) {
            QFile kept(folder + u'/' + name);
            QVERIFY(kept.open(QIODevice::ReadWrite));
            kept.seek(kept.size() - 3);
            kept.write("!");
        }
        QCOMPARE(store->query(slow, {300'000})->rows, first->rows);
    }

    void queriesAreStoppedAndCut() {
        const auto import = this->import({{u"a.csv"_s, "model,prompt_tokens\na,1\nb,2\nc,3\n"}});
        const auto store = UsageStore::open(import->databasePath);
        const auto cut = store->query(u"SELECT model FROM usage_rows WHERE prompt_tokens > ?"_s, {0}, {},
                                      {2, std::chrono::seconds(5)});
        QCOMPARE(cut->rows.size(), std::size_t(2));
        QVERIFY(cut->truncated);
        QCOMPARE(
            store
                ->query(
                    u"SELECT percentile(prompt_tokens, 50), percentile(prompt_tokens, 100) FROM usage_rows"_s)
                ->rows[0],
            (QVariantList{2LL, 3LL}));
        std::stop_source stop;
        std::jthread stopper([&stop] {
            std::this_thread::yield();
            stop.request_stop();
        });
        const auto endless = store->query(
            u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"_s, {},
            stop.get_token());
        QVERIFY(!endless.has_value());
        QCOMPARE(endless.error().kind, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestUsageBadInput)
#include "tst_backend_usage_bad_input.moc"
