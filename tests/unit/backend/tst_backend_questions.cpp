// SPDX-License-Identifier: GPL-3.0-or-later
// What questions mean, and what the tools that answer them find in rows whose truth the test knows by plain
// loops.
#include "backend/agents/intent.h"
#include "backend/analysis/daily_series.h"
#include "backend/analysis/drivers.h"
#include "backend/analysis/measurements.h"
#include "backend/analysis/what_if.h"
#include "backend/usage/usage_import.h"
#include "run_recorder.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cmath>
#include <map>
#include <numeric>
#include <thread>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

const QString sampleCsv = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");
const QString priceFile = QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json");

QString topicsOf(const Intent& intent) {
    QStringList names;
    for (const Topic topic : intent.topics)
        names.append(topicName(topic));
    return names.join(u' ');
}

/// One row of the sample, read by this test's own few lines.
struct Row {
    QString day;
    QString model;
    QString service;
    QString status;
    qint64 tokensIn = 0;
    qint64 nano = 0; ///< cost in 10^-9 dollars
    qint64 latency = 0;
    QString hash;
};

qint64 nanoOf(const QByteArray& text) {
    const qsizetype dot = text.indexOf('.');
    return (dot < 0 ? text : text.left(dot)).toLongLong() * 1'000'000'000 +
           (dot < 0 ? QByteArray() : text.mid(dot + 1)).leftJustified(9, '0').toLongLong();
}

std::vector<Row> sampleRows() {
    std::vector<Row> rows;
    QFile file(sampleCsv);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no sample");
    file.readLine();
    while (!file.atEnd()) {
        const QByteArrayList cells = file.readLine().trimmed().split(',');
        const auto text = [&](int at) { return QString::fromUtf8(cells.at(at)); };
        rows.push_back({text(0).left(10), text(2), text(4), text(7), cells.at(8).toLongLong(),
                        nanoOf(cells.at(11)), cells.at(12).toLongLong(), text(14)});
    }
    return rows;
}

QString dollars(qint64 nano) {
    QString fraction = QString::number(nano % 1'000'000'000).rightJustified(9, u'0');
    while (fraction.size() > 2 && fraction.endsWith(u'0'))
        fraction.chop(1);
    return QString::number(nano / 1'000'000'000) + u'.' + fraction;
}

} // namespace

class TestQuestions : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::unique_ptr<UsageStore> m_store;
    std::vector<Row> m_rows = sampleRows();
    SystemClock m_clock;

    std::unique_ptr<UsageStore> import(const QString& path) {
        const auto prices = PriceBook::load(priceFile);
        ImportOptions options;
        options.prices = &*prices;
        options.latestTimestampUs = m_clock.wallNow().time_since_epoch().count();
        options.cacheFolder = m_dir.filePath(u"imports"_s);
        const auto imported = importUsage({{path, u"usage.csv"_s}}, options, {});
        if (!imported)
            qFatal("%s", qPrintable(imported.error().forSupport()));
        auto store = UsageStore::open(imported->databasePath);
        return std::make_unique<UsageStore>(std::move(*store));
    }
    RowsQuery query(const Scope& scope = {}, const std::stop_token& stop = {}) {
        return {*m_store, scope, stop};
    }

private Q_SLOTS:
    void initTestCase() { m_store = import(sampleCsv); }

    void wordsAreUnderstood_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("topics");
        QTest::addColumn<QString>("dimensions");
        QTest::addColumn<QString>("time");
        const auto row = [](const char* text, const char* topics, const char* dimensions = "",
                            const char* time = "") {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(topics)
                                << QString::fromUtf8(dimensions) << QString::fromUtf8(time);
        };
        row("Where is my AI spend going?", "cost");
        row("Where did last month's AI spend go, by project?", "cost", "project", "last month");
        row("how much per day and by model", "cost", "day model");
        row("Which sessions cost the most?", "cost", "session");
        row("Find unusual cost spikes in the last 14 days", "anomalies cost", "", "last 14 days");
        row("Why is it so expensive?", "reason cost");
        row("how often do we retry?", "retries");
        row("does the context grow within sessions?", "context growth");
        row("forecast next month", "trend");
        row("what is the cache hit rate by service", "caching", "service");
        row("which calls failed yesterday", "errors usage", "", "yesterday");
        row("show the sql", "statements");
        row("how will this impact my rate limits", "limits");
        row("hello", "courtesy");
    }
    void wordsAreUnderstood() {
        QFETCH(QString, text);
        QFETCH(QString, topics);
        QFETCH(QString, dimensions);
        QFETCH(QString, time);
        const Intent intent = readIntent(text);
        QCOMPARE(topicsOf(intent), topics);
        QCOMPARE(intent.dimensions.join(u' '), dimensions);
        QCOMPARE(intent.time ? intent.time->text.trimmed() : QString(), time);
    }

    void numbersInARequestGetTheirMeaning() {
        const Intent both =
            readIntent(u"I need to reduce costs by 20% and improve latency by 2x. I'm also expecting a 30% "
                       "increase in usage."_s);
        QCOMPARE(both.targetPercent, std::optional(20));
        QCOMPARE(both.growthPercent, std::optional(30));
        QCOMPARE(both.latencyFactorTenths, std::optional(20));
        const Intent move = readIntent(u"what if we move half of it from gpt-4o to gpt-4o-mini?"_s);
        QCOMPARE(move.moveFrom, u"gpt-4o"_s);
        QCOMPARE(move.moveTo, u"gpt-4o-mini"_s);
        QCOMPARE(move.sharePercent, std::optional(50));
        QCOMPARE(readIntent(u"move 20 % of the calls to claude-haiku-4-5"_s).sharePercent, std::optional(20));
        QCOMPARE(readIntent(u"use gpt-4.1-mini instead of gpt-4.1"_s).moveFrom, u"gpt-4.1"_s);
        const Intent limits =
            readIntent(u"For feature X, I can accept a latency of 500ms. For feature Y, I need to maintain "
                       "the current latency of 200ms."_s);
        QCOMPARE(limits.limits.size(), std::size_t(2));
        QCOMPARE(limits.limits[0].feature, u"feature X"_s);
        QCOMPARE(limits.limits[0].milliseconds, 500);
        QCOMPARE(limits.limits[1].milliseconds, 200);
        QVERIFY(
            readIntent(
                u"My tools are too slow. I need to reduce the latency by 3x, but I can't spend more money."_s)
                .noExtraCost);
    }

    void aFollowUpKeepsWhatItDoesNotSay() {
        const QStringList earlier{u"What does project shop cost by model?"_s};
        const Intent byDay = readIntent(u"and by day?"_s, earlier);
        QCOMPARE(byDay.main(), Topic::Cost);
        QCOMPARE(byDay.dimensions, QStringList{u"day"_s});
        QCOMPARE(byDay.turns.size(), std::size_t(1));
        QVERIFY(byDay.turns.front().text.contains(u"project shop"_s));
        const Intent week = readIntent(u"only last week"_s, earlier + QStringList{u"and by day?"_s});
        QCOMPARE(week.dimensions, QStringList{u"day"_s});
        QCOMPARE(week.time->days, 7);
        const Intent why = readIntent(u"why?"_s, earlier + QStringList{u"only last week"_s});
        QCOMPARE(why.main(), Topic::Reason);
        QCOMPARE(why.time->days, 7);
        // "why?" changes nothing about what the conversation is about.
        const Intent after =
            readIntent(u"and by session?"_s, earlier + QStringList{u"only last week"_s, u"why?"_s});
        QCOMPARE(after.main(), Topic::Cost);
        QCOMPARE(after.time->days, 7);
        // A question of its own begins anew.
        const Intent fresh =
            readIntent(u"Which calls failed in June 2025 and what did they cost us in total?"_s,
                       earlier + QStringList{u"only last week"_s});
        QVERIFY(!fresh.followUp);
        QCOMPARE(fresh.time->first.year, 2025);
        QCOMPARE(fresh.time->first.month, 6);
    }

    void timeWordsAreTiedToTheDataWhenTodayHasNone() {
        const QDate today(2026, 3, 20);
        const auto span = [&](const QString& text, QDate first, QDate last) {
            return resolveTime(*readTimeWords(text), today, first, last);
        };
        const DaySpan now = span(u"last 7 days"_s, {2026, 3, 1}, {2026, 3, 20});
        QCOMPARE(now.from, QDate(2026, 3, 14));
        QVERIFY(now.fromToday);
        const DaySpan old = span(u"last week"_s, {2025, 6, 2}, {2025, 6, 15});
        QCOMPARE(old.from, QDate(2025, 6, 9));
        QCOMPARE(old.to, QDate(2025, 6, 15));
        QVERIFY(!old.fromToday);
        QCOMPARE(span(u"last month"_s, {2026, 1, 1}, {2026, 3, 20}).to, QDate(2026, 2, 28));
        QCOMPARE(span(u"in june"_s, {2025, 1, 1}, {2025, 12, 31}).from, QDate(2025, 6, 1));
        QCOMPARE(span(u"since 2025-06-05"_s, {2025, 6, 2}, {2025, 6, 15}).to, QDate(2025, 6, 15));
        QCOMPARE(span(u"between 2025-06-03 and 2025-06-04"_s, {2025, 6, 2}, {2025, 6, 15}).to,
                 QDate(2025, 6, 4));
    }

    void breakdownsEqualPlainSums() {
        for (const auto& [dimension, member] : std::map<QString, QString Row::*>{
                 {u"model"_s, &Row::model}, {u"service"_s, &Row::service}, {u"day"_s, &Row::day}}) {
            std::map<QString, std::pair<qint64, qint64>> expected;
            for (const Row& row : m_rows) {
                expected[row.*member].first += 1;
                expected[row.*member].second += row.nano;
            }
            RowsQuery rows = query();
            const auto table = breakdown(rows, dimension);
            QVERIFY(table.has_value());
            QCOMPARE(table->size(), expected.size());
            for (std::size_t i = 0; i < table->size(); ++i) {
                const auto& [calls, nano] = expected.at(table->text(i, u"key"_s));
                QCOMPARE(table->number(i, u"calls"_s), calls);
                QCOMPARE(table->text(i, u"cost_usd"_s), dollars(nano));
            }
        }
    }

    void aScopeRestrictsEveryTool() {
        qint64 nano = 0;
        std::vector<qint64> latencies;
        for (const Row& row : m_rows) {
            if (row.service == u"ticket-triage" && row.day >= u"2025-06-09"_s && row.day <= u"2025-06-11"_s) {
                nano += row.nano;
                latencies.push_back(row.latency);
            }
        }
        std::sort(latencies.begin(), latencies.end());
        RowsQuery rows =
            query(Scope{QDate(2025, 6, 9), QDate(2025, 6, 11), {{u"service"_s, u"ticket-triage"_s}}});
        const auto sum = totals(rows);
        QVERIFY(sum.has_value());
        QCOMPARE(sum->text(0, u"cost_usd"_s), dollars(nano));
        const auto latency = apex::backend::latencies(rows, {});
        QVERIFY(latency.has_value());
        const auto rank =
            static_cast<std::size_t>(std::ceil(static_cast<double>(latencies.size()) * 0.95)) - 1;
        QCOMPARE(latency->number(0, u"latency_p95_us"_s), latencies[rank] * 1000);
        // A value with a quote in it stays a value.
        RowsQuery hostile = query(Scope{}.with(u"service"_s, u"x' OR '1'='1"_s));
        QCOMPARE(totals(hostile)->number(0, u"calls"_s), 0);
    }

    void failuresAndRepeatsEqualPlainLoops() {
        qint64 failed = 0;
        qint64 failedNano = 0;
        std::map<QString, std::vector<qint64>> prompts;
        for (const Row& row : m_rows) {
            if (row.status == u"error" || row.status == u"timeout") {
                ++failed;
                failedNano += row.nano;
            }
            if (!row.hash.isEmpty())
                prompts[row.hash].push_back(row.nano);
        }
        qint64 repeats = 0;
        qint64 repeatNano = 0;
        for (const auto& [hash, costs] : prompts) {
            repeats += static_cast<qint64>(costs.size()) - 1;
            repeatNano += std::accumulate(costs.begin(), costs.end(), qint64(0)) -
                          *std::max_element(costs.begin(), costs.end());
        }
        RowsQuery rows = query();
        const auto measured = measureUsage(rows, nullptr);
        QVERIFY(measured.has_value());
        QCOMPARE(qint64(measured->summary.totals.failed()), failed);
        QCOMPARE(QString::fromStdString(measured->summary.totals.failedCost.toString()), dollars(failedNano));
        QCOMPARE(qint64(measured->summary.repeats.repeats), repeats);
        QCOMPARE(QString::fromStdString(measured->summary.repeats.repeatCost.toString()),
                 dollars(repeatNano));
    }

    void aLineIsFoundAndAnOutlierNamed() {
        std::vector<double> line;
        for (int day = 0; day < 20; ++day)
            line.push_back(10 + 0.5 * day);
        const auto trend = trendOf(line);
        QVERIFY(trend && std::abs(trend->slopePerDay - 0.5) < 1e-9);
        const auto ahead = projectionOf(line, 5);
        QVERIFY(ahead && ahead->alongTrend);
        QVERIFY(std::abs(ahead->expected - (20 + 20.5 + 21 + 21.5 + 22)) < 1e-6);
        QVERIFY(!trendOf({1, 2, 3, 4, 5, 6}));
        // Table values of Student's distribution.
        QVERIFY(std::abs(studentQuantile(5) - 2.570582) < 1e-5);
        QVERIFY(std::abs(studentQuantile(100) - 1.983972) < 1e-5);
        std::vector<double> days{10, 11, 9, 10, 12, 10, 9, 50, 11, 10};
        const OutlierSearch found = findOutliers(days);
        QCOMPARE(found.outliers.size(), std::size_t(1));
        QCOMPARE(found.outliers[0].index, std::size_t(7));
        // Median 10, MAD 1: 0.6745 * 40.
        QVERIFY(std::abs(found.outliers[0].score - 26.98) < 1e-9);
        QVERIFY(findOutliers({5, 5, 5, 5, 5, 5, 5, 5}).outliers.empty());
    }

    void theDriversOfAChangeAddUpToIt() {
        RowsQuery rows = query();
        const auto drivers = findDrivers(rows, Scope{}.within({2025, 6, 2}, {2025, 6, 8}), 7,
                                         Scope{}.within({2025, 6, 9}, {2025, 6, 15}), 7);
        QVERIFY(drivers.has_value());
        const double change =
            QString::fromStdString((drivers->after.costPerDay() - drivers->before.costPerDay()).toString())
                .toDouble();
        QVERIFY(std::abs(drivers->fromCalls + drivers->fromTokensPerCall + drivers->fromPrice - change) <
                1e-9);
    }

    void growthOfTheContextIsSeen() {
        QByteArray rows("timestamp,model,session_id,prompt_tokens,completion_tokens,cost_usd\n");
        for (int call = 0; call < 5; ++call)
            rows += "2025-06-01T00:0" + QByteArray::number(call) + ":00Z,gpt-4o,s1," +
                    QByteArray::number(1000 + 1000 * call) + ",10,0.1\n";
        rows += "2025-06-01T00:00:00Z,gpt-4o,s2,500,10,0.1\n2025-06-01T00:01:00Z,gpt-4o,s2,500,10,0.1\n";
        QFile file(m_dir.filePath(u"sessions.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(rows) == rows.size());
        file.close();
        const auto store = import(file.fileName());
        RowsQuery own(*store, {}, {});
        const auto table = contextTotals(own);
        QVERIFY(table.has_value());
        QCOMPARE(table->number(0, u"sessions"_s), 2);
        QCOMPARE(table->number(0, u"growing"_s), 1);
        QCOMPARE(table->number(0, u"prompt_tokens"_s), 16000);
        QCOMPARE(table->number(0, u"first_tokens"_s), 5 * 1000 + 2 * 500);
        // s1: 1000 + 2000 + 3000 + 4000 tokens stood in the call before; s2: 500.
        const auto again = repeatablePrompts(own);
        QVERIFY(again.has_value());
        QCOMPARE(again->number(0, u"repeatable_tokens"_s), 10'500);
    }

    void changesOnlyReadQueriesMayRun_data() {
        QTest::addColumn<QString>("sql");
        for (const char* sql : {"DROP TABLE calls", "DELETE FROM usage_rows",
                                "UPDATE usage_rows SET calls = 2", "ATTACH DATABASE '/tmp/x.db' AS x",
                                "PRAGMA writable_schema = 1", "INSERT INTO files(name) VALUES('x')",
                                "CREATE TABLE t(a)", "SELECT 1 FROM usage_rows; DELETE FROM files",
                                "SELECT load_extension('/tmp/x.so') FROM usage_rows"})
            QTest::newRow(sql) << QString::fromUtf8(sql);
    }
    void changesOnlyReadQueriesMayRun() {
        QFETCH(QString, sql);
        RunRecorder run(sql);
        run.attach(sampleCsv);
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        const QString answer = run.outcome.answerMarkdown;
        QVERIFY2(answer.contains(u"Only one SELECT"_s), qPrintable(answer));
        // Nothing changed.
        RowsQuery rows = query();
        QCOMPARE(totals(rows)->number(0, u"calls"_s), 2000);
    }

    void anOwnQueryRunsWithinItsLimits() {
        RunRecorder run(
            u"SELECT model, count(*) AS n, usd_sum(cost_pico, cost_rest) AS usd FROM usage_rows GROUP BY 1 ORDER BY 2 DESC"_s);
        run.attach(sampleCsv);
        run.run();
        QVERIFY(run.outcome.answerMarkdown.contains(u"| gpt-4o-mini | 683 | 0.2809401 |"_s));
        RunRecorder many(u"SELECT row_id FROM usage_rows"_s);
        many.attach(sampleCsv);
        many.run();
        QVERIFY(many.outcome.answerMarkdown.contains(u"The first 200 rows; there are more."_s));
        RowsQuery rows = query();
        const auto endless = rows.runOwn(
            u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"_s,
            {10, std::chrono::milliseconds(300)});
        QVERIFY(!endless);
        QCOMPARE(endless.error().kind, ErrorKind::Timeout);
    }

    void stopEndsAQueryOnManyRowsWithin100Ms() {
        QByteArray rows("timestamp,model,session_id,prompt_tokens,completion_tokens,cost_usd,prompt_hash\n");
        for (int i = 0; i < 150'000; ++i)
            rows += "2025-06-0" + QByteArray::number(1 + i % 9) + "T00:00:00Z,gpt-4o,s" +
                    QByteArray::number(i % 977) + ",1000,10,0.0125,h" + QByteArray::number(i % 70'001) + '\n';
        QFile file(m_dir.filePath(u"many.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(rows) == rows.size());
        file.close();
        const auto store = import(file.fileName());
        std::stop_source stop;
        RowsQuery own(*store, {}, stop.get_token());
        QElapsedTimer sinceStop;
        std::atomic<int> answered = 0;
        std::jthread stopper([&] {
            while (answered == 0)
                std::this_thread::yield();
            sinceStop.start();
            stop.request_stop();
        });
        Expected<Table> last = contextTotals(own);
        QVERIFY(last.has_value());
        ++answered;
        // Every query is a new one, so that none is answered from memory.
        for (int i = 1; last && i < 1000; ++i) {
            own.setScope(Scope{}.within(QDate(2020, 1, 1).addDays(-i), {}));
            last = contextTotals(own);
        }
        const qint64 took = sinceStop.elapsed();
        QVERIFY(!last);
        QCOMPARE(last.error().kind, ErrorKind::Cancelled);
        QVERIFY2(took < 100, qPrintable(QString::number(took)));
    }
};

QTEST_GUILESS_MAIN(TestQuestions)
#include "tst_backend_questions.moc"
