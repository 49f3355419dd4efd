// SPDX-License-Identifier: GPL-3.0-or-later
// No sentence of a language model is shown with a number that the tools did not give.
#include "backend/llm/number_check.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

FigureSet figuresOf(const QByteArray& json) {
    FigureSet set;
    set.addResult(QJsonDocument::fromJson(json).object());
    return set;
}

const QByteArray results = R"json({
    "cost_usd": "4.5894225", "calls": 1234567, "models": 3, "days": 14, "hit_rate_percent": "41.3",
    "p95_ms": "812.5", "tokens_in": 1200000, "period": "2025-06-02 to 2025-06-15 (UTC, 14 days)",
    "change_usd": "-2.50", "growth_percent": 50, "zero_calls": 0, "peak_calls_minute": "2025-06-03 14:05",
    "by_model": [{"model": "gpt-4o", "cost_usd": "3.00", "calls": 12}, {"model": "claude-3-5-sonnet", "cost_usd": "1.59"}],
    "by_project": [{"project": "saved 99 % of 7777 USD", "cost_usd": "0.5"}, {"project": "8888", "cost_usd": "0.25"}]
})json";

} // namespace

class TestBackendLlmNumbers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sentences_data() {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<bool>("shown");
        const auto row = [](bool shown, const QString& sentence) {
            QTest::newRow(qPrintable(sentence)) << sentence << shown;
        };
        for (const QString& sentence : {u"The whole cost was $4.5894225."_s,
                                        u"The cost was $4.59."_s,
                                        u"It cost about 4.6 USD."_s,
                                        u"About 5 dollars were spent."_s,
                                        u"There were 1,234,567 calls."_s,
                                        u"1\u202f234\u202f567 calls."_s,
                                        u"Some 1.2 million tokens went in."_s,
                                        u"1.23 million calls."_s,
                                        u"Over 14 days, three models were used."_s,
                                        u"The hit rate is 41.3 %."_s,
                                        u"The hit rate is 41%."_s,
                                        u"p95 is 812.5 ms."_s,
                                        u"p95 is 813ms."_s,
                                        u"It fell by $2.50."_s,
                                        u"The change is -$2.50."_s,
                                        u"From 2025-06-02 to 2025-06-15."_s,
                                        u"It began on June 2."_s,
                                        u"It began on 2 June 2025."_s,
                                        u"That was in 2025."_s,
                                        u"The peak was at 14:05."_s,
                                        u"gpt-4o costs $3.00."_s,
                                        u"GPT-4o made twelve calls."_s,
                                        u"claude-3-5-sonnet is the cheaper one."_s,
                                        u"Zero calls failed."_s,
                                        u"Usage grows by fifty percent."_s,
                                        u"A 14-day period."_s,
                                        u"First, look at caching."_s,
                                        u"**4.59 USD** in all."_s,
                                        u"Nothing to count here."_s})
            row(true, sentence);
        for (const QString& sentence : {u"The cost was $4.58."_s,
                                        u"The cost was $4.60."_s,
                                        u"The cost was 4.59 %."_s,
                                        u"The cost was €4.59."_s,
                                        u"The cost was 4.59 calls."_s,
                                        u"There were 1,234,568 calls."_s,
                                        u"12,34,567 calls."_s,
                                        u"4,59 dollars."_s,
                                        u"Half of the calls failed."_s,
                                        u"A third of the cost is cache."_s,
                                        u"Two thirds are output."_s,
                                        u"The cost doubled."_s,
                                        u"It is 3x slower."_s,
                                        u"It rose threefold."_s,
                                        u"Twice as much."_s,
                                        u"Dozens of calls failed."_s,
                                        u"Eleven calls failed."_s,
                                        u"Twenty-five models."_s,
                                        u"a hundred calls."_s,
                                        u"You would save 99 % of it."_s,
                                        u"7777 USD were saved."_s,
                                        u"$8888 is the sum."_s,
                                        u"8888 calls."_s,
                                        u"Together they cost $7.59."_s,
                                        u"p99 is high."_s,
                                        u"gpt-5 would be cheaper."_s,
                                        u"p95 is 812.5 s."_s,
                                        u"p95 is 0.8125 s."_s,
                                        u"The change is +$0.00."_s,
                                        u"The calls rose by -14."_s,
                                        u"It began on June 1."_s,
                                        u"It ended on 2025-06-30."_s,
                                        u"That was in 2024."_s,
                                        u"2025 calls failed."_s,
                                        u"The peak was at 15:05."_s,
                                        u"The cost was $4\u200b.58."_s,
                                        u"The cost was \uFF14\uFF0E\uFF15\uFF19 USD."_s,
                                        u"About \u00BD of it."_s,
                                        u"It is 10\u00B2 calls."_s,
                                        u"It is &#52;&#50; calls."_s,
                                        u"1e6 calls."_s,
                                        u"0x1F calls."_s,
                                        u"Es waren zwölf Aufrufe."_s,
                                        u"4.59 million USD."_s,
                                        u"$1.2k were spent."_s,
                                        u"99 bottles."_s,
                                        u"[Pay here](https://example.com)"_s,
                                        u"![x](http://e.vil/a)"_s,
                                        u"Calls | 3 | 4"_s,
                                        u"4\\2 calls."_s,
                                        u"Between 10-20 calls."_s,
                                        u"The 7th model."_s,
                                        u"$0 were spent."_s,
                                        u"\u0664\u0662 calls."_s})
            row(false, sentence);
    }
    void sentences() {
        QFETCH(QString, sentence);
        QFETCH(bool, shown);
        const CheckedProse checked = checkProse(sentence, figuresOf(results));
        const QString reason = checked.refused.empty() ? QString() : checked.refused.front().reason;
        QVERIFY2((checked.refused.empty() && checked.kept > 0) == shown,
                 qPrintable(reason + u" | shown: "_s + checked.text));
        QCOMPARE(checked.text.isEmpty(), !shown);
    }

    void oneWrongSentenceLeavesTheOthers() {
        const CheckedProse checked = checkProse(
            u"# Summary\n\n1. The cost was $4.59. You can save $900.\n2. Three models ran.\n7. A stray mark.\n> - fine\n"_s,
            figuresOf(results));
        QCOMPARE(checked.text,
                 u"Summary\n\n1. The cost was $4.59.\n2. Three models ran.\nA stray mark.\n- fine"_s);
        QCOMPARE(checked.refused.size(), std::size_t(2));
        QCOMPARE(checked.refused[0].sentence, u"You can save $900."_s);
        QVERIFY(checked.refused[0].reason.contains(u"900"_s));
    }

    void thoughtsAreNotShown() {
        const CheckedProse checked =
            checkProse(u"<think>maybe 77 calls</think>\nThree models ran."_s, figuresOf(results));
        QCOMPARE(checked.text, u"Three models ran."_s);
        QVERIFY(checked.refused.empty());
    }

    void constantsOfAQueryAreNoResult() {
        FigureSet set;
        set.addResult({{u"rows"_s, QJsonArray{QJsonObject{{u"saving_usd"_s, u"4242"_s}, {u"calls"_s, 7}}}}},
                      {4242.0});
        QVERIFY(checkProse(u"You save $4242."_s, set).text.isEmpty());
        QVERIFY(!checkProse(u"There were 7 calls."_s, set).text.isEmpty());
    }

    /// Whatever is not a rounding of a figure is refused, in every spelling.
    void numbersThatNoToolGaveAreRefused() {
        QRandomGenerator random(20251128);
        for (int round = 0; round < 3000; ++round) {
            const double given = random.bounded(1'000'000) / 100.0 + 1;
            FigureSet set;
            set.addResult(
                {{u"cost_usd"_s, QString::number(given, 'f', 2)}, {u"calls"_s, random.bounded(1, 50)}});
            const int places = random.bounded(0, 3);
            const double shown = random.bounded(1'000'000) / 100.0 + 1;
            QString text = QString::number(shown, 'f', places);
            // The rounding of the figure itself, by another way than the product's.
            if (text == QString::number(given, 'f', places) ||
                std::abs(text.toDouble() - given) <= 0.5 * std::pow(10, -places) + 1e-9)
                continue;
            const QStringList spellings{u"$%1 in all."_s, u"It cost %1 USD."_s, u"It is %1 dollars, then."_s,
                                        u"(%1 USD)"_s,    u"cost=$%1"_s,        u"**$%1**"_s,
                                        u"- $%1 a day"_s};
            for (const QString& spelling : spellings) {
                const CheckedProse checked = checkProse(spelling.arg(text), set);
                QVERIFY2(checked.text.isEmpty(),
                         qPrintable(spelling.arg(text) + u" given "_s + QString::number(given, 'f', 2)));
            }
        }
    }

    void namesGiveNoFigures() {
        const FigureSet set =
            figuresOf(R"({"groups":[{"project":"1000 USD","user":"42"}],"sql":"SELECT 77"})");
        for (const QString& sentence : {u"1000 USD saved."_s, u"42 users."_s, u"77 rows."_s})
            QVERIFY2(checkProse(sentence, set).text.isEmpty(), qPrintable(sentence));
    }
};

QTEST_GUILESS_MAIN(TestBackendLlmNumbers)
#include "tst_backend_llm_numbers.moc"
