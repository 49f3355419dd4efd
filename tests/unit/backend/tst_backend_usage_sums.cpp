// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/usage_measure.h"
#include "backend/usage/price_book.h"
#include "backend/usage/simulations.h"
#include "backend/usage/usage_import.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <map>
#include <numeric>
#include <random>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t latest = 1'900'000'000'000'000; // 2030

/// One generated call and its text, so that the expected sums never pass through the product's reader.
struct Call {
    int model = 0;
    int day = 0;
    int service = 0;
    int status = 0; // 0 ok, 1 error, 2 timeout
    qint64 in = 0;
    qint64 out = 0;
    qint64 nano = -1; // cost in 10^-9 dollars, -1: not recorded
    quint32 latency = 0;
    int prompt = 0;
};

std::vector<Call> generate(unsigned seed, int count) {
    std::mt19937 random(seed);
    const auto below = [&random](int bound) {
        return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    std::vector<Call> calls;
    for (int i = 0; i < count; ++i) {
        Call call;
        call.model = below(4);
        call.day = below(40);
        call.service = below(3);
        call.status = below(10) < 8 ? 0 : 1 + below(2);
        call.in = below(100'000);
        call.out = below(5'000);
        call.nano = below(5) == 0 ? -1 : below(2'000'000'000);
        call.latency = static_cast<quint32>(below(60'000));
        call.prompt = below(count / 3 + 1);
        calls.push_back(call);
    }
    return calls;
}

const std::array<const char*, 4> modelNames{"gpt-4o", "gpt-4o-mini", "home-made",
                                            "claude-3-5-haiku-20241022"};

QByteArray nanoText(qint64 nano) {
    return nano < 0 ? QByteArray()
                    : QByteArray::number(nano / 1'000'000'000) + '.' +
                          QByteArray::number(nano % 1'000'000'000).rightJustified(9, '0');
}

QByteArray lineOf(const Call& call) {
    const QByteArray day = QDate(2025, 1, 1).addDays(call.day).toString(Qt::ISODate).toUtf8();
    return day + "T12:00:00Z," + modelNames[static_cast<std::size_t>(call.model)] + ",s" +
           QByteArray::number(call.service) + ',' +
           (call.status == 0   ? "ok"
            : call.status == 1 ? "error"
                               : "timeout") +
           ',' + QByteArray::number(call.in) + ',' + QByteArray::number(call.out) + ',' +
           nanoText(call.nano) + ',' + QByteArray::number(call.latency) + ",p" +
           QByteArray::number(call.prompt) + '\n';
}

const QByteArray header(
    "timestamp,model,service,status,prompt_tokens,completion_tokens,cost_usd,latency_ms,prompt_hash\n");

Money fromNano(qint64 nano) {
    return Money::fromUnits(powerOfTen(Money::decimals - 9) * nano);
}

quint32 nearestRank(std::vector<quint32> values, double percent) {
    std::sort(values.begin(), values.end());
    const auto rank =
        static_cast<std::size_t>(std::ceil(percent / 100.0 * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
}

} // namespace

class TestUsageSums : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::unique_ptr<PriceBook> m_prices;
    int m_files = 0;

    /// The way of the agents: imported into SQLite, measured by queries.
    UsageSummary summarise(const std::vector<QByteArray>& contents) {
        std::vector<ImportFile> files;
        for (const QByteArray& content : contents) {
            const QString path = m_dir.filePath(QString::number(++m_files));
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
                qFatal("cannot write test file");
            files.push_back({path, u"f"_s, {}});
        }
        ImportOptions options;
        options.prices = m_prices.get();
        options.latestTimestampUs = latest;
        options.cacheFolder = m_dir.filePath(u"imports"_s);
        const auto imported = importUsage(files, options, {});
        if (!imported)
            qFatal("%s", qPrintable(imported.error().forSupport()));
        const auto store = UsageStore::open(imported->databasePath);
        if (!store)
            qFatal("%s", qPrintable(store.error().forSupport()));
        RowsQuery rows(*store, {}, {});
        auto measured = measureUsage(rows, m_prices.get());
        if (!measured)
            qFatal("%s", qPrintable(measured.error().forSupport()));
        return std::move(measured->summary);
    }

    static QString fingerprint(const CallTotals& totals) {
        return u"%1 %2 %3 %4 %5 %6 %7 %8 %9"_s.arg(totals.calls)
            .arg(totals.tokensIn)
            .arg(totals.tokensOut)
            .arg(QString::fromStdString(totals.recordedCost.toString()),
                 QString::fromStdString(totals.repricedCost.toString()),
                 QString::fromStdString(totals.failedCost.toString()))
            .arg(totals.errors)
            .arg(totals.timeouts)
            .arg(totals.unknownCalls);
    }
    static QStringList fingerprint(const UsageSummary& usage) {
        QStringList lines{fingerprint(usage.totals)};
        for (const ModelSummary& model : usage.models)
            lines << QString::fromStdString(model.name) + u' ' + fingerprint(model.totals) +
                         u" %1 %2"_s.arg(model.latency.p50).arg(model.latency.p99);
        for (const DaySummary& day : usage.days)
            lines << QString::number(day.day) + u' ' + fingerprint(day.totals);
        for (const GroupSummary& service : usage.services)
            lines << QString::fromStdString(service.name) + u' ' + fingerprint(service.totals);
        lines << u"%1 %2 %3 %4"_s.arg(usage.latency.p50)
                     .arg(usage.latency.p90)
                     .arg(usage.latency.p95)
                     .arg(usage.latency.p99);
        lines << u"%1 %2 %3 %4"_s.arg(usage.repeats.repeats)
                     .arg(usage.repeats.distinct)
                     .arg(usage.repeats.mostCalls)
                     .arg(QString::fromStdString(usage.repeats.repeatCost.toString()));
        lines << u"%1 %2"_s.arg(usage.firstUs).arg(usage.lastUs);
        return lines;
    }

private Q_SLOTS:
    void initTestCase() {
        auto book = PriceBook::load(QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json"));
        QVERIFY2(book.has_value(), book ? "" : qPrintable(book.error().forPeople()));
        m_prices = std::make_unique<PriceBook>(std::move(*book));
    }

    void sumsEqualANaiveComputation_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 5; ++seed)
            QTest::newRow(QByteArray::number(seed).constData()) << seed;
    }
    void sumsEqualANaiveComputation() {
        QFETCH(int, seed);
        const auto calls = generate(static_cast<unsigned>(seed), 3000);
        QByteArray content = header;
        qint64 nano = 0, failed = 0, in = 0, unknown = 0, repriced = 0;
        std::array<qint64, 4> byModel{};
        std::map<int, qint64> byDay;
        std::vector<quint32> latencies;
        std::map<int, std::vector<qint64>> prompts;
        for (const Call& call : calls) {
            content += lineOf(call);
            // List prices in 10^-9 dollars per token: gpt-4o 2500/10000, mini 150/600, haiku 800/4000.
            const std::array<std::pair<qint64, qint64>, 4> list{
                {{2500, 10000}, {150, 600}, {0, 0}, {800, 4000}}};
            const auto [priceIn, priceOut] = list[static_cast<std::size_t>(call.model)];
            qint64 cost = call.nano;
            if (cost < 0) {
                cost = call.in * priceIn + call.out * priceOut;
                unknown += call.model == 2 ? 1 : 0;
                repriced += cost;
            }
            nano += cost;
            failed += call.status > 0 ? cost : 0;
            in += call.in;
            byModel[static_cast<std::size_t>(call.model)] += cost;
            byDay[call.day] += cost;
            latencies.push_back(call.latency * 100);
            prompts[call.prompt].push_back(cost);
        }
        const UsageSummary usage = summarise({content});
        QCOMPARE(usage.totals.calls, std::uint64_t(3000));
        QCOMPARE(usage.totals.tokensIn, in);
        QVERIFY(usage.totals.cost() == fromNano(nano));
        QVERIFY(usage.totals.repricedCost == fromNano(repriced));
        QVERIFY(usage.totals.failedCost == fromNano(failed));
        QCOMPARE(qint64(usage.totals.unknownCalls), unknown);
        for (const ModelSummary& model : usage.models) {
            const auto at = std::find(modelNames.begin(), modelNames.end(), model.name) - modelNames.begin();
            QVERIFY(model.totals.cost() == fromNano(byModel[static_cast<std::size_t>(at)]));
        }
        const int firstDay = static_cast<int>(QDate(1970, 1, 1).daysTo(QDate(2025, 1, 1)));
        QCOMPARE(usage.days.size(), byDay.size());
        for (const DaySummary& day : usage.days)
            QVERIFY(day.totals.cost() == fromNano(byDay[day.day - firstDay]));
        QCOMPARE(usage.latency.p50, nearestRank(latencies, 50));
        QCOMPARE(usage.latency.p90, nearestRank(latencies, 90));
        QCOMPARE(usage.latency.p95, nearestRank(latencies, 95));
        QCOMPARE(usage.latency.p99, nearestRank(latencies, 99));
        qint64 repeatCost = 0;
        for (const auto& [prompt, costs] : prompts)
            repeatCost += std::accumulate(costs.begin(), costs.end(), qint64(0)) -
                          *std::max_element(costs.begin(), costs.end());
        QCOMPARE(usage.repeats.repeats, std::uint64_t(3000 - prompts.size()));
        QVERIFY(usage.repeats.repeatCost == fromNano(repeatCost));
    }

    void neitherOrderNorSplittingNorFormatChangesASum() {
        std::mt19937 random(99);
        for (unsigned seed = 10; seed < 15; ++seed) {
            auto calls = generate(seed, 800);
            QByteArray whole = header;
            for (const Call& call : calls)
                whole += lineOf(call);
            const QStringList expected = fingerprint(summarise({whole}));
            std::shuffle(calls.begin(), calls.end(), random);
            std::vector<QByteArray> parts(5, header);
            QByteArray json;
            for (std::size_t i = 0; i < calls.size(); ++i) {
                parts[i < 5 ? i : random() % 5] += lineOf(calls[i]);
                const QList<QByteArray> f = lineOf(calls[i]).trimmed().split(',');
                const QList<QByteArray> names = header.trimmed().split(',');
                json += "{";
                for (qsizetype k = 0; k < f.size(); ++k)
                    json += (k ? ",\"" : "\"") + names[k] +
                            "\":" + (k >= 4 && k <= 7 && !f[k].isEmpty() ? f[k] : "\"" + f[k] + "\"");
                json += "}\n";
            }
            QCOMPARE(fingerprint(summarise(parts)), expected);
            QCOMPARE(fingerprint(summarise({json})), expected);
        }
    }

    void recordedAndListPriceCostStayApart() {
        const UsageSummary usage = summarise({"model,prompt_tokens,completion_tokens,cost_usd\ngpt-4o,"
                                              "1000000,0,\ngpt-4o,1000000,0,1.00\nnobody,5,5,\n"});
        QCOMPARE(usage.totals.recordedCost.toString(), std::string("1.00"));
        QCOMPARE(usage.totals.repricedCost.toString(), std::string("2.50"));
        QCOMPARE(usage.totals.unknownCalls, std::uint64_t(1));
        QCOMPARE(usage.models.front().listCost.toString(), std::string("5.00"));
    }

    void rowsThatSumUpCallsCountAsThatManyCalls() {
        const UsageSummary usage =
            summarise({"[{\"timestamp\":\"2025-06-01\",\"model\":\"m\",\"latency_ms\":5,\"metrics\":{\"api_"
                       "calls\":40,\"tokens_used\":900,"
                       "\"cost_usd\":0.5}},{\"model\":\"m\",\"status\":\"ok\",\"metrics\":{\"api_calls\":2,"
                       "\"tokens_used\":100,\"cost_usd\":1}}]"});
        QCOMPARE(usage.totals.calls, std::uint64_t(42));
        QCOMPARE(usage.totals.statusKnown, std::uint64_t(2));
        QCOMPARE(usage.totals.tokensUnsplit, std::int64_t(1000));
        QCOMPARE(usage.totals.cost().toString(), std::string("1.50"));
        QCOMPARE(usage.summedRows, std::uint64_t(2));
        QCOMPARE(usage.callsWithoutTimestamp, std::uint64_t(2));
        QCOMPARE(usage.latency.count, std::uint64_t(0));
        QVERIFY(usage.hasPeriod());
    }

    void cachedTokensAreCheaper() {
        const UsageSummary usage =
            summarise({"model,prompt_tokens,cached_tokens,completion_tokens\ngpt-4o,1000000,400000,0\n"});
        QCOMPARE(usage.totals.cost().toString(), std::string("2.00")); // 0.6 x 2.50 + 0.4 x 1.25
    }

    void modelNamesMatchExactlyByAliasOrWithoutDate() {
        const auto provider = [this](std::string_view name) {
            const ModelPrice* price = m_prices->find(name);
            return price ? price->model : std::string("unknown");
        };
        QCOMPARE(provider("gpt-4o"), std::string("gpt-4o"));
        QCOMPARE(provider("gpt-4o-2024-08-06"), std::string("gpt-4o"));
        QCOMPARE(provider("claude-3-5-sonnet-20241022"), std::string("claude-3-5-sonnet"));
        QCOMPARE(provider("claude-3-7-sonnet-latest"), std::string("claude-3-7-sonnet"));
        QCOMPARE(provider("gemini-1.5-flash-002"), std::string("gemini-1.5-flash"));
        QCOMPARE(provider("anthropic/claude-3.5-sonnet"), std::string("claude-3-5-sonnet"));
        for (const char* name :
             {"gpt-4o-ultra", "GPT-4o", "gpt", "", "my-gpt-4o", "gpt-4o-2024", "claude-3-5"})
            QCOMPARE(provider(name), std::string("unknown"));
    }

    void faultyPriceFilesSayWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("words");
        const QByteArray head(
            "{\"schema\":\"apex/prices/1\",\"currency\":\"USD\",\"as_of\":\"2025-06-01\",\"models\":");
        QTest::newRow("no json") << QByteArray("prices") << u"not valid JSON"_s;
        QTest::newRow("schema") << QByteArray("{\"schema\":\"x\"}") << u"schema"_s;
        QTest::newRow("currency") << QByteArray("{\"schema\":\"apex/prices/1\",\"currency\":\"EUR\"}")
                                  << u"currency"_s;
        QTest::newRow("date") << QByteArray("{\"schema\":\"apex/prices/1\",\"currency\":\"USD\"}")
                              << u"as_of"_s;
        QTest::newRow("no output price")
            << QByteArray(head + "[{\"model\":\"m\",\"provider\":\"p\",\"input\":\"1\"}]}")
            << u"“m” needs an input"_s;
        QTest::newRow("word as price")
            << QByteArray(head +
                          "[{\"model\":\"m\",\"provider\":\"p\",\"input\":\"cheap\",\"output\":\"1\"}]}")
            << u"not an amount"_s;
        QTest::newRow("twice")
            << QByteArray(head + "[{\"model\":\"m\",\"provider\":\"p\",\"input\":\"1\",\"output\":\"1\"},{"
                                 "\"model\":\"m\",\"provider\":\"p\",\"input\":\"1\",\"output\":\"1\"}]}")
            << u"listed twice"_s;
    }
    void faultyPriceFilesSayWhatIsWrong() {
        QFETCH(QByteArray, json);
        QFETCH(QString, words);
        QFile file(m_dir.filePath(u"prices.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(json);
        file.close();
        const auto book = PriceBook::load(file.fileName());
        QVERIFY(!book.has_value());
        QVERIFY2(book.error().forPeople().contains(words), qPrintable(book.error().forPeople()));
    }

    void theShippedPriceFileIsConsistent() {
        QVERIFY(m_prices->size() > 20);
        QVERIFY(m_prices->asOf() <= QDate::currentDate());
        const ModelPrice* price = m_prices->find("gpt-4o");
        QVERIFY(price);
        QVERIFY(!m_prices->alternativesTo(*price).empty());
        for (const ModelPrice* other : m_prices->alternativesTo(*price))
            QVERIFY(other->input <= price->input && other->output <= price->output);
    }

    void combinedSavingsAreNeverASum() {
        QByteArray content = header;
        for (const Call& call : generate(77, 2000))
            content += lineOf(call);
        const UsageSummary usage = summarise({content});
        std::vector<Simulation> simulations;
        for (const auto& simulation : {simulateFailedCalls(usage), simulateCache(usage), simulateBatch(usage),
                                       simulatePromptTrim(usage)})
            simulations.push_back(*simulation);
        const CombinedSaving combined = combineSavings(usage, simulations);
        Money sum;
        Money largest;
        for (const Simulation& simulation : simulations) {
            sum += simulation.high;
            largest = std::max(largest, simulation.high);
            QVERIFY(simulation.low <= simulation.high);
        }
        QVERIFY(combined.high < sum);
        QVERIFY(combined.high > largest);
        QVERIFY(combined.high < usage.totals.cost());
        QVERIFY(combined.low <= combined.high);
        const CombinedSaving nothing = combineSavings(usage, {});
        QVERIFY(nothing.high.isZero());
    }
};

QTEST_GUILESS_MAIN(TestUsageSums)
#include "tst_backend_usage_sums.moc"
