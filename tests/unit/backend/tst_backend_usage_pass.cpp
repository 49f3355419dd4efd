// SPDX-License-Identifier: GPL-3.0-or-later
// What one pass over the rows computes is what the statements give that SQLite runs, for every column of
// every row, in its order.
#include "backend/analysis/usage_pass.h"
#include "backend/analysis/usage_statements.h"
#include "backend/usage/usage_import.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// Rows with every gap there is: no time, status, cost, hash, tokens, names; calls at midnight; equal costs.
QByteArray raggedRows(unsigned seed, int count) {
    std::mt19937 random(seed);
    const auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    QByteArray text = "timestamp,model,provider,service,user,project,session,status,prompt_tokens,"
                      "cached_tokens,completion_tokens,cost_usd,latency_ms,prompt_hash\n";
    static const char* const models[] = {"gpt-4o", "gpt-4o-mini", "in-house-7b", "claude-haiku-4-5", ""};
    static const char* const states[] = {"ok", "error", "timeout", ""};
    for (int i = 0; i < count; ++i) {
        const int prompt = upTo(5000);
        const QByteArray time =
            QByteArray("2025-06-") + QByteArray::number(1 + upTo(9)).rightJustified(2, '0') +
            (upTo(7) == 0 ? QByteArray("T00:00:00Z")
                          : 'T' + QByteArray::number(upTo(24)).rightJustified(2, '0') + ":31:07.123456Z");
        text += (upTo(9) == 0 ? QByteArray() : time) + ',' + models[upTo(5)] + ',' +
                (upTo(3) == 0 ? "azure" : "openai") + ",s" + QByteArray::number(upTo(4)) + ',' +
                (upTo(4) == 0 ? QByteArray() : 'u' + QByteArray::number(upTo(9))) + ',' +
                (upTo(2) == 0 ? QByteArray() : QByteArray("shop")) + ",x" + QByteArray::number(upTo(3)) +
                ',' + states[upTo(4)] + ',' + (upTo(8) == 0 ? QByteArray() : QByteArray::number(prompt)) +
                ',' + QByteArray::number(upTo(2) == 0 ? 0 : prompt / 2) + ',' +
                (upTo(8) == 0 ? QByteArray() : QByteArray::number(upTo(900))) + ',' +
                (upTo(3) == 0 ? QByteArray() : "0.0" + QByteArray::number(upTo(40))) + ',' +
                (upTo(5) == 0 ? QByteArray() : QByteArray::number(upTo(3000))) + ',' +
                (upTo(6) == 0 ? QByteArray() : 'p' + QByteArray::number(upTo(count / 3))) + '\n';
    }
    return text;
}

QByteArray sortedRows(const QByteArray& rows) {
    QByteArrayList lines = rows.trimmed().split('\n');
    std::sort(lines.begin() + 1, lines.end());
    return lines.join('\n') + '\n';
}

/// The order of values that cost the same is nobody's promise.
void settleTies(QueryResult& result) {
    if (!QStringList{u"name"_s, u"value"_s, u"key"_s}.contains(result.columns.front()))
        return;
    std::sort(result.rows.begin(), result.rows.end(), [](const QVariantList& a, const QVariantList& b) {
        return a.front().toString() < b.front().toString();
    });
}

QString shown(const QVariant& value) {
    return value.isValid() ? value.toString() : u"(null)"_s;
}

/// SQLite's sum of nothing is NULL, ours is 0; both are read as 0.
bool isSame(const QVariant& ours, const QVariant& theirs) {
    return shown(ours) == shown(theirs) || (!theirs.isValid() && ours.isValid() && ours.toString() == u"0");
}

} // namespace

class TestUsagePass : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void thePassGivesWhatTheStatementsGive_data();
    void thePassGivesWhatTheStatementsGive();
    void nothingIsTaughtOfNoRows();
    void aStoppedPassSaysSo();
    void theAnswersAreKept();

private:
    [[nodiscard]] UsageStore imported(const QByteArray& content);

    QTemporaryDir m_dir;
    std::optional<PriceBook> m_prices;
    int m_number = 0;
};

void TestUsagePass::initTestCase() {
    auto book = PriceBook::load(QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json"));
    QVERIFY(book.has_value());
    m_prices.emplace(std::move(*book));
}

UsageStore TestUsagePass::imported(const QByteArray& content) {
    const QString path = m_dir.filePath(u"rows-%1.csv"_s.arg(++m_number));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write");
    file.close();
    ImportOptions options;
    options.prices = &*m_prices;
    options.latestTimestampUs = 1'800'000'000'000'000;
    options.cacheFolder = m_dir.filePath(u"imports-%1"_s.arg(m_number));
    const auto done = importUsage({{path, u"rows.csv"_s, {}}}, options, {});
    if (!done)
        qFatal("%s", qPrintable(done.error().forSupport()));
    auto store = UsageStore::open(done->databasePath);
    if (!store)
        qFatal("%s", qPrintable(store.error().forSupport()));
    return std::move(*store);
}

void TestUsagePass::thePassGivesWhatTheStatementsGive_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("scoped");
    QTest::addColumn<bool>("sorted"); // by time, as logs are
    QFile sample(QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv"));
    QVERIFY(sample.open(QIODevice::ReadOnly));
    QTest::newRow("sample") << sample.readAll() << false << true;
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::addRow("ragged %u", seed) << raggedRows(seed, 900) << false << false;
        QTest::addRow("ragged %u, a part of it", seed) << raggedRows(seed, 900) << true << false;
        QTest::addRow("ragged %u, sorted", seed) << sortedRows(raggedRows(seed, 2000)) << false << true;
    }
}

void TestUsagePass::thePassGivesWhatTheStatementsGive() {
    QFETCH(QByteArray, content);
    QFETCH(bool, scoped);
    QFETCH(bool, sorted);
    const UsageStore store = imported(content);
    Scope scope;
    if (scoped)
        scope = Scope{QDate(2025, 6, 2), QDate(2025, 6, 6), {}}.with(u"service"_s, u"s1"_s);
    RowsQuery rows(store, scope, {});
    const auto answers = passOver(rows, rows.scope());
    QVERIFY2(answers, qPrintable(answers ? QString() : answers.error().forSupport()));
    // Calls out of order leave the retries to SQLite.
    QVERIFY(answers->size() == 33 || (!sorted && answers->size() == 32));
    int retries = 0;
    for (const PassAnswer& answer : *answers) {
        if (answer.statement == statements::retries())
            for (const QVariantList& row : answer.result.rows)
                retries += row.at(1).toInt();
        auto asked = store.query(QString(answer.statement).replace(u"$rows"_s, scope.rows()), {}, {},
                                 {1'000'000, std::chrono::milliseconds(60'000)});
        QVERIFY2(asked, qPrintable(answer.statement));
        QueryResult result = answer.result;
        settleTies(result);
        settleTies(*asked);
        QCOMPARE(result.rows.size(), asked->rows.size());
        QCOMPARE(QSet<QString>(result.columns.begin(), result.columns.end()),
                 QSet<QString>(asked->columns.begin(), asked->columns.end()));
        for (std::size_t row = 0; row < asked->rows.size(); ++row)
            for (qsizetype i = 0; i < asked->columns.size(); ++i) {
                const QString& name = asked->columns.at(i);
                const QVariant& ours = result.rows[row].at(result.columns.indexOf(name));
                const QVariant& theirs = asked->rows[row].at(i);
                QVERIFY2(isSame(ours, theirs), qPrintable(u"row %1, %2: %3, not %4\n%5"_s.arg(row).arg(
                                                   name, shown(ours), shown(theirs), answer.statement)));
            }
    }
    QVERIFY2(!sorted || retries > 0, "no retry was among the rows");
}

void TestUsagePass::nothingIsTaughtOfNoRows() {
    const UsageStore store = imported(raggedRows(1, 50));
    RowsQuery rows(store, Scope{}.with(u"service"_s, u"nobody"_s), {});
    QVERIFY(passOver(rows, rows.scope())->empty());
}

void TestUsagePass::aStoppedPassSaysSo() {
    const UsageStore store = imported(raggedRows(1, 5000));
    std::stop_source stop;
    stop.request_stop();
    RowsQuery rows(store, {}, stop.get_token());
    const auto answers = passOver(rows, rows.scope());
    QVERIFY(!answers);
    QCOMPARE(answers.error().kind, ErrorKind::Cancelled);
}

void TestUsagePass::theAnswersAreKept() {
    const UsageStore store = imported(raggedRows(3, 500));
    RowsQuery first(store, {}, {});
    QVERIFY(answerInOnePass(first));
    RowsQuery second(store, {}, {});
    const auto answers = passOver(first, {});
    for (const PassAnswer& answer : *answers)
        QVERIFY2(second.knows(answer.statement, {}), qPrintable(answer.statement));
}

QTEST_GUILESS_MAIN(TestUsagePass)
#include "tst_backend_usage_pass.moc"
