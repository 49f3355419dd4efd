// SPDX-License-Identifier: GPL-3.0-or-later
// What people really write in a conversation: bits of sentences, slips of the pen, German, thanks. Each
// answer is about what was asked, and its figures are those of this test's own loops over the sample.
#include "backend/agents/intent.h"
#include "backend/agents/plain_request.h"
#include "backend/agents/scope_finder.h"
#include "conversation.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

QString topicsOf(const Intent& intent) {
    QStringList names;
    for (const Topic topic : intent.topics)
        names.append(topicName(topic));
    return names.join(u' ');
}

} // namespace

class TestConversation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wordsAreUnderstood_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("topics");
        QTest::addColumn<QString>("dimensions");
        const auto row = [](const char* text, const char* topics, const char* dimensions = "") {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromLatin1(topics)
                                << QString::fromLatin1(dimensions);
        };
        row("thanks", "courtesy");
        row("Thanks a lot, that was helpful!", "courtesy");
        row("ok great, thank you", "courtesy");
        row("Hi there", "courtesy");
        row("danke!", "courtesy");
        row("ok, and by project?", "cost", "project");
        row("thanks, and by model?", "cost", "model");
        row("compare may to june", "periods");
        row("this week vs last week", "periods");
        row("what is the difference between yesterday and the day before?", "periods");
        row("was last week more expensive than the week before?", "periods");
        row("compare gpt-4o with gpt-4o-mini", "models");
        row("which team wasted most on errors?", "errors", "project");
        row("who is the biggest spender?", "cost", "user");
        row("top 3 services", "cost", "service");
        row("what does a call cost on average?", "cost averages");
        row("und nach projekt?", "cost", "project");
        row("Warum sind die Kosten gestiegen?", "reason cost");
        row("welches modell ist am langsamsten, und was kostet es", "cost", "model");
        row("spare mir 30 prozent", "savings");
        row("cots by porject", "cost", "project");
        row("how much did we spned per sesion", "cost", "session");
    }
    void wordsAreUnderstood() {
        QFETCH(QString, text);
        QFETCH(QString, topics);
        QFETCH(QString, dimensions);
        const Intent intent = readIntent(text);
        for (const QString& topic : topics.split(u' '))
            QVERIFY2(topicsOf(intent).split(u' ').contains(topic), qPrintable(topicsOf(intent)));
        QCOMPARE(intent.dimensions.join(u' '), dimensions);
    }

    void slipsAndGermanAreSaid() {
        QCOMPARE(plainRequest(u"cost by porject"_s).notes,
                 QStringList(u"“porject” was read as “project”."_s));
        QCOMPARE(plainRequest(u"Kosten nach Projekt, nur letzte Woche"_s).text,
                 u"cost by project, only last week"_s);
        QCOMPARE(readIntent(u"spare mir 30 prozent"_s).targetPercent, std::optional(30));
        QCOMPARE(readIntent(u"save me 30%"_s).targetPercent, std::optional(30));
        // Names, quotes and other words stay as they are.
        for (const QString& text :
             {u"cost of project 'modle'"_s, u"claude-sonet-4"_s, u"where is my spend going"_s,
              u"the hosts and their posts"_s, u"cost of modes.py"_s})
            QVERIFY2(plainRequest(text).notes.isEmpty(), qPrintable(plainRequest(text).notes.join(u' ')));
    }

    void thanksCalculateNothingAndChangeNothing() {
        const QString thanks = conversation({u"cost by service"_s, u"thanks!"_s});
        QVERIFY2(thanks.startsWith(u"You are welcome. Nothing was calculated"_s), qPrintable(thanks));
        QVERIFY(!thanks.contains(u"USD"_s));
        const QString on =
            conversation({u"cost by service"_s, u"only 2025-06-05"_s, u"thanks!"_s, u"and by model?"_s});
        QVERIFY2(on.contains(u"This is about 2025-06-05"_s), qPrintable(on.left(400)));
        QVERIFY(conversation({u"hello"_s}).startsWith(u"Hello."_s));
    }

    void twoPeriodsAreComparedByTheirOwnSums() {
        // The data ends on 2025-06-15, so these weeks are counted from there.
        const QString answer = conversation({u"compare this week to last week"_s});
        const Sum now = sumOf("2025-06-09", "2025-06-15");
        const Sum before = sumOf("2025-06-02", "2025-06-08");
        QVERIFY2(answer.contains(
                     u"2025-06-09 to 2025-06-15 cost %1 USD, 2025-06-02 to 2025-06-08 cost %2 USD"_s.arg(
                         dollars(now.nano), dollars(before.nano))),
                 qPrintable(answer));
        QVERIFY(answer.contains(u"| %1 |"_s.arg(now.calls)) &&
                answer.contains(u"| %1 |"_s.arg(before.calls)));
        QVERIFY(answer.contains(
            (now.nano >= before.nano ? dollars(now.nano - before.nano) : dollars(before.nano - now.nano)) +
            u" USD ("_s));
    }

    void aPeriodWithoutCallsIsSaid() {
        const QString answer = conversation({u"compare may to june"_s});
        QVERIFY2(answer.contains(u"No call lies in 2025-05-01 to 2025-05-31"_s), qPrintable(answer));
        QVERIFY(answer.contains(dollars(sumOf("2025-06-01", "2025-06-30").nano)));
        QVERIFY(!answer.contains(u" more."_s) && !answer.contains(u" less."_s));
    }

    void wasteIsToldByWhoCausedIt() {
        const QString answer = conversation({u"which service wasted most on errors?"_s});
        QByteArray worst;
        Sum most;
        Sum all = sumOf(always, forever);
        for (const QByteArray& service :
             {QByteArray("reply-drafts"), QByteArray("review-summary"), QByteArray("contract-reading"),
              QByteArray("ticket-triage"), QByteArray("product-search")}) {
            const Sum sum = sumOf(always, forever, 4, service);
            if (sum.failedNano > most.failedNano) {
                most = sum;
                worst = service;
            }
        }
        QVERIFY2(answer.contains(u"Most was spent on failed calls of %1: %2 of %3 USD."_s.arg(
                     QString::fromUtf8(worst), dollars(most.failedNano), dollars(all.failedNano))),
                 qPrintable(answer));
        QVERIFY(answer.contains(u"| %1 | %2 | %3 | %4 |"_s.arg(QString::fromUtf8(worst))
                                    .arg(most.failedCalls)
                                    .arg(most.calls)
                                    .arg(dollars(most.failedNano))));
        QVERIFY(
            conversation({u"which team wasted most on errors?"_s}).contains(u"No row says its project"_s));
    }

    void aFamilyOfModelsIsAScope() {
        QVERIFY(holdsWords(u"claude-haiku-4-5"_s, u"haiku"_s));
        QVERIFY(holdsWords(u"gemini-1.5-flash"_s, u"Gemini flash"_s));
        QVERIFY(holdsWords(u"claude-opus-4-1-20250805"_s, u"opus 4.1"_s));
        QVERIFY(!holdsWords(u"gpt-4-turbo"_s, u"gpt-4"_s) &&
                !holdsWords(u"claude-sonnet-4-5"_s, u"sonnet 4"_s));
        QVERIFY(!holdsWords(u"gpt-4o"_s, u"haiku"_s) && !holdsWords(u"gpt-4o"_s, {}));
        const Sum flash = sumOf(always, forever, 2, "gemini-1.5-flash");
        const QString answer = conversation({u"how much did gemini cost, by service?"_s});
        QVERIFY2(answer.contains(u"“gemini” means model gemini-1.5-flash"_s), qPrintable(answer.left(600)));
        QVERIFY2(answer.startsWith(u"**%1 calls cost %2 USD"_s.arg(flash.calls).arg(dollars(flash.nano))),
                 qPrintable(answer.left(200)));
        // It stays in force where the conversation goes on.
        const QString on = conversation({u"how much did gemini cost, by service?"_s, u"and by day?"_s});
        QVERIFY2(on.contains(dollars(flash.nano)), qPrintable(on.left(400)));
    }

    void aMoveToAFamilyGoesToItsNewest() {
        const QString answer =
            conversation({u"Where is my AI spend going?"_s, u"what if we move half of it to haiku?"_s});
        QVERIFY2(answer.contains(u"“haiku” was taken to be claude-"_s), qPrintable(answer));
        QVERIFY(answer.contains(u"Moving 50 % of them"_s));
    }

    void numbersOfUseAreSaid() {
        const QString answer = conversation({u"how many tokens did we use?"_s});
        QVERIFY2(answer.contains(u"Calls: 2000, failed: 73. Tokens in: 4014528"_s),
                 qPrintable(answer.left(900)));
    }

    void whatADayMeansIsSaidFirst() {
        const QString answer = conversation({u"show me the last day"_s});
        const Sum sum = sumOf("2025-06-15", "2025-06-15");
        QVERIFY2(answer.contains(u"**%1 calls cost %2 USD"_s.arg(sum.calls).arg(dollars(sum.nano))),
                 qPrintable(answer.left(200)));
        QVERIFY(answer.section(u"## "_s, 0, 0).contains(u"“last day” means 2025-06-15"_s));
        // Nobody means the last day of an old file by "yesterday".
        const QString old = conversation({u"show me yesterday"_s});
        QVERIFY2(old.startsWith(u"**No row is about"_s) && old.contains(u"the data ends on 2025-06-15"_s),
                 qPrintable(old.left(300)));
    }

    void statementsAreToldFromSentences() {
        for (const QString& text :
             {u"SELECT load_extension('x')"_s, u"select readfile('/etc/passwd')"_s, u"VACUUM INTO 'c.db'"_s,
              u"explain query plan select 1"_s, u"DELETE FROM calls"_s, u"alter table calls add x"_s})
            QVERIFY2(readIntent(text).main() == Topic::Sql, qPrintable(text));
        for (const QString& text :
             {u"select the cheapest model"_s, u"explain the costs"_s, u"Select a model?"_s,
              u"begin with (last) week"_s, u"explain why select calls failed"_s})
            QVERIFY2(readIntent(text).main() != Topic::Sql, qPrintable(text));
        QVERIFY(conversation({u"DELETE FROM usage_rows"_s}).contains(u"This query is not allowed."_s));
        QVERIFY(conversation({u"SELECT modle FROM usage_rows"_s})
                    .contains(u"The columns of usage_rows are: row_id"_s));
        QVERIFY(conversation({u"SELECT hex(zeroblob(6000000)) FROM usage_rows"_s})
                    .contains(u"longer than 10 MB"_s));
    }

    void averagesAreQuotients() {
        const Sum all = sumOf(always, forever);
        const QString answer = conversation({u"what does a call cost on average?"_s});
        QVERIFY2(answer.contains(u"(%1 USD, %2 calls)"_s.arg(dollars(all.nano)).arg(all.calls)),
                 qPrintable(answer));
        const double each = static_cast<double>(all.nano) / 1e9 / static_cast<double>(all.calls);
        QVERIFY2(answer.contains(u"A call cost %1 USD on average"_s.arg(QString::number(each, 'f', 6))),
                 qPrintable(answer));
    }

    void aConversationGoesOn() {
        const QString byService = conversation({u"Where is my AI spend going?"_s, u"and by service?"_s});
        QVERIFY2(byService.contains(u"| contract-reading | 185 |"_s), qPrintable(byService));
        QVERIFY(!byService.contains(u"## Recommendations"_s));
        const qint64 nano = sumOf("2025-06-09", forever).nano;
        const QString week = conversation({u"What does it cost by service?"_s, u"only last week"_s});
        QVERIFY2(week.contains(dollars(nano)), qPrintable(week));
        QVERIFY(week.contains(u"## Cost by service"_s));
        const QString move =
            conversation({u"Where is my AI spend going?"_s, u"what if we move half of it to gpt-4o-mini?"_s});
        QVERIFY2(move.contains(u"Moving 50 % of them"_s) &&
                     move.contains(u"calls of gpt-4o cost 4.5894225 USD"_s),
                 qPrintable(move));
        const QString why = conversation({u"What does it cost by service?"_s, u"why?"_s});
        QVERIFY2(why.contains(u"## What drives the cost"_s), qPrintable(why));
        const QString sql = conversation({u"What does it cost by service?"_s, u"show the SQL"_s});
        QVERIFY2(sql.contains(u"```sql"_s) && sql.contains(u"GROUP BY"_s), qPrintable(sql));
    }

    void everyPromptOfThePlatformGetsAnAnswerWhoseFiguresAreInToolResults_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* prompt, const char* says) {
            QTest::newRow(name) << QString::fromUtf8(prompt) << QString::fromUtf8(says);
        };
        row("limits",
            "I need to reduce costs but keep quality the same. For feature X, I can accept a latency of "
            "500ms. For feature Y, I need to maintain the current latency of 200ms.",
            "No row belongs to “feature Y”");
        row("faster",
            "My tools are too slow. I need to reduce the latency by 3x, but I can't spend more money.",
            "3 times faster means a p95 of");
        row("growth",
            "I'm expecting a 50% increase in agent usage next month. How will this impact my costs and rate "
            "limits?",
            "With 50 % more of the same these peaks become");
        row("function",
            "I need to optimize the 'user_authentication' function. What advanced methods can I use?",
            "is in no row");
        row("models",
            "I'm considering using the new 'gpt-4o' and 'claude-3-sonnet' models. How effective would they "
            "be in my current setup?",
            "no price for “claude-3-sonnet”");
        row("cache",
            "I want to audit all uses of KV caching in my system to find optimization opportunities.",
            "hit rate 1.1 %");
        row("several",
            "I need to reduce costs by 20% and improve latency by 2x. I'm also expecting a 30% increase in "
            "usage. What should I do?",
            "The 20 % asked for is");
        row("switch",
            "@Netra which of our Agent tools should switch to GPT-5? Which versions? What to set the "
            "verbosity to?",
            "Quality is in no usage row");
        row("rollback",
            "@Netra was the upgrade yesterday to GPT-5 worth it? Rollback anything where quality didn't "
            "improve much but cost was higher",
            "No row in this scope is a call of “GPT-5”");
        row("too dear",
            "@Netra GPT-5 is way too expensive for the real time chat feature. Move to claude 4.1 or "
            "GPT-5-mini? Validate quality impact",
            "Quality is in no usage row");
    }
    void everyPromptOfThePlatformGetsAnAnswerWhoseFiguresAreInToolResults() {
        QFETCH(QString, prompt);
        QFETCH(QString, says);
        RunRecorder run(prompt);
        run.attach(sampleCsv);
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        QString answer = run.outcome.answerMarkdown;
        QVERIFY2(answer.contains(says), qPrintable(answer.left(3000)));
        const QString results = run.toolResults() + prompt;
        answer.remove(QRegularExpression(u"`[^`]*`"_s)).remove(QRegularExpression(u"(?m)^\\d+\\. "_s));
        static const QRegularExpression figure(u"(?<![\\w.-])\\d+(?:\\.\\d+)?(?![\\w-])"_s);
        QStringList strangers;
        for (auto found = figure.globalMatch(answer); found.hasNext();) {
            const QString number = found.next().captured();
            const QRegularExpression same(u"(?<![\\w.])"_s + QRegularExpression::escape(number) +
                                          u"(?![\\w.]*\\d)"_s);
            if (!results.contains(same))
                strangers.append(number);
        }
        QVERIFY2(strangers.isEmpty(), qPrintable(strangers.join(u' ')));
    }
};

QTEST_GUILESS_MAIN(TestConversation)
#include "tst_backend_conversation.moc"
