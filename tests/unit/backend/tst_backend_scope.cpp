// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows a question is about: periods, exclusions, short names, and what a conversation keeps of them.
// What is not understood is said.
#include "backend/agents/intent.h"
#include "backend/agents/plain_request.h"
#include "conversation.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// What stands before the first table: how the question was understood.
QString opening(const QString& answer) {
    return answer.section(u"## "_s, 0, 0);
}

} // namespace

class TestScope : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_halfYear; ///< one call a day from 2025-01-01 to 2025-06-30, each for 0.25 USD

    [[nodiscard]] QString half(const QStringList& questions) const {
        return conversation(questions, m_halfYear);
    }

private Q_SLOTS:
    void initTestCase() {
        m_halfYear = m_dir.filePath(u"half-year.csv"_s);
        QFile file(m_halfYear);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "timestamp,model,user,project,status,prompt_tokens,completion_tokens,cost_usd,latency_ms\n");
        const QList<QByteArray> users{"May", "ana", "ben", "Will"};
        int row = 0;
        for (QDate day(2025, 1, 1); day <= QDate(2025, 6, 30); day = day.addDays(1), ++row) {
            file.write(day.toString(Qt::ISODate).toUtf8() + "T10:00:00Z," +
                       (row % 5 == 0 ? "gpt-4.1," : "gpt-4o,") + users[row % 4] +
                       (row % 3 == 0 ? ",-home-ana-shop" : ",-home-ana-docs") + ",ok,1000,100,0.25,900\n");
        }
    }

    void periodsAreUnderstood_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("span");
        QTest::addColumn<int>("calls");
        const auto row = [](const char* question, const char* span, int calls) {
            QTest::newRow(question) << QString::fromUtf8(question) << QString::fromLatin1(span) << calls;
        };
        row("cost by model between 3 and 7 May", "2025-05-03 to 2025-05-07", 5);
        row("cost by model from May 3 to May 7", "2025-05-03 to 2025-05-07", 5);
        row("cost by model, May 3-7", "2025-05-03 to 2025-05-07", 5);
        row("cost by model from 3 May until 7 June 2025", "2025-05-03 to 2025-06-07", 36);
        row("cost by model on June 5th", "2025-06-05", 1);
        row("cost by model on 5 June 2025", "2025-06-05", 1);
        row("cost by model, only June 5", "2025-06-05", 1);
        row("Kosten nach Modell am 5. Juni", "2025-06-05", 1);
        row("cost by model since June 5", "2025-06-05 to 2025-06-30", 26);
        row("cost by model until June 5", "2025-01-01 to 2025-06-05", 156);
        row("cost by model before June 5", "2025-01-01 to 2025-06-04", 155);
        row("cost by model after June 5", "2025-06-06 to 2025-06-30", 25);
        row("cost by model since May", "2025-05-01 to 2025-06-30", 61);
        row("cost by model in the first week of june", "2025-06-01 to 2025-06-07", 7);
        row("cost by model in the first half of May", "2025-05-01 to 2025-05-15", 15);
        row("cost by model in the second half of May", "2025-05-16 to 2025-05-31", 16);
        row("cost by model in March and April", "2025-03-01 to 2025-04-30", 61);
        row("cost by model from January to March", "2025-01-01 to 2025-03-31", 90);
        row("cost by model in Q1", "2025-01-01 to 2025-03-31", 90);
        row("cost by model in Q2 2025", "2025-04-01 to 2025-06-30", 91);
        row("cost by model in 2025", "2025-01-01 to 2025-12-31", 181);
        row("cost by model in 2025-05", "2025-05-01 to 2025-05-31", 31);
        row("cost by model in H1", "2025-01-01 to 2025-06-30", 181);
        row("cost by model on Mondays", "about Mondays", 26);
        row("cost by model, weekends only", "about Saturdays, Sundays", 52);
        row("cost by model, only weekdays in June", "2025-06-01 to 2025-06-30", 21);
    }
    void periodsAreUnderstood() {
        QFETCH(QString, question);
        QFETCH(QString, span);
        QFETCH(int, calls);
        const QString answer = half({question});
        QVERIFY2(answer.startsWith(u"**%1 calls cost "_s.arg(calls)) ||
                     (calls == 1 && answer.startsWith(u"**1 call"_s)),
                 qPrintable(answer.left(500)));
        QVERIFY2(opening(answer).contains(span), qPrintable(opening(answer)));
        QVERIFY2(!answer.contains(u"did not understand"_s), qPrintable(opening(answer)));
    }

    void quartersAreCompared() {
        const QString answer = half({u"compare Q1 to Q2"_s});
        QVERIFY2(answer.contains(
                     u"2025-04-01 to 2025-06-30 cost 22.75 USD, 2025-01-01 to 2025-03-31 cost 22.50 USD"_s),
                 qPrintable(answer.left(1500)));
    }

    void whatIsNoPeriodIsSaid_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("word");
        QTest::newRow("slashes") << u"cost by model on 6/5/2025"_s << u"6/5/2025"_s;
        QTest::newRow("months apart") << u"cost by model in January and May"_s << u"january and may"_s;
        QTest::newRow("no such day") << u"cost by model on June 31"_s << u"june 31"_s;
        QTest::newRow("day of some month") << u"cost by model on the 5th"_s << u"on the 5th"_s;
        QTest::newRow("week number") << u"cost by model in week 23"_s << u"week 23"_s;
        QTest::newRow("last weekday") << u"cost by model last tuesday"_s << u"last tuesday"_s;
    }
    void whatIsNoPeriodIsSaid() {
        QFETCH(QString, question);
        QFETCH(QString, word);
        const QString said = opening(half({question}));
        QVERIFY2(said.contains(u"I did not understand “"_s + word + u"” as a period"_s, Qt::CaseInsensitive),
                 qPrintable(said));
        QVERIFY2(said.startsWith(u"**181 calls cost "_s), qPrintable(said));
    }

    void aPeriodWithoutRowsIsEmptyAndNotInherited() {
        QVERIFY2(half({u"cost by model in 2019"_s}).startsWith(u"**No row is about 2019-01-01"_s),
                 qPrintable(half({u"cost by model in 2019"_s}).left(300)));
        const QString next = half({u"cost by model"_s, u"only 2019"_s, u"and by user?"_s});
        QVERIFY2(next.startsWith(u"**181 calls cost"_s), qPrintable(next.left(300)));
        const QString today = half({u"what did we spend today, by model?"_s});
        QVERIFY2(today.startsWith(u"**No row is about"_s) && today.contains(u"the data ends on 2025-06-30"_s),
                 qPrintable(today.left(400)));
        const QString week = half({u"cost by model last week"_s});
        QVERIFY2(week.contains(u"counted from the last day of the data"_s), qPrintable(opening(week)));
    }

    void aNewPeriodReplacesTheOldOne() {
        const QString day =
            conversation({u"cost by model from 2025-06-09 to 2025-06-12"_s, u"on 5 June 2025"_s});
        QVERIFY2(day.startsWith(u"**180 calls cost 0.71871145 USD"_s), qPrintable(day.left(300)));
        const QString since = conversation({u"cost by model on 2025-06-09"_s, u"and since June 5?"_s});
        QVERIFY2(since.startsWith(u"**1469 calls cost 6.61750875 USD"_s), qPrintable(since.left(300)));
    }

    void relativeWordsCountFromTheAnswerBefore() {
        const auto said = [&](const QString& first, const QString& then) {
            return opening(half({first, then}));
        };
        QVERIFY2(said(u"how many calls on 2025-03-10, by model?"_s, u"and the day before?"_s)
                     .contains(u"This is about 2025-03-09."_s),
                 qPrintable(said(u"how many calls on 2025-03-10, by model?"_s, u"and the day before?"_s)));
        QVERIFY(said(u"cost by model on 2025-03-10"_s, u"and the next day?"_s)
                    .contains(u"This is about 2025-03-11."_s));
        QVERIFY(said(u"cost by model from 2025-03-10 to 2025-03-16"_s, u"and the week before?"_s)
                    .contains(u"2025-03-03 to 2025-03-09"_s));
        QVERIFY(said(u"cost by model in March"_s, u"and the previous month?"_s)
                    .contains(u"2025-02-01 to 2025-02-28"_s));
    }

    void exclusionsLeaveRowsOut_data() {
        QTest::addColumn<QString>("question");
        for (const char* question :
             {"cost by model, exclude gpt-4o", "cost by model for everything except gpt-4o",
              "cost by model without gpt-4o", "cost by model not counting gpt-4o",
              "Kosten nach Modell ohne gpt-4o", "cost of all models but gpt-4o, by user"})
            QTest::newRow(question) << QString::fromUtf8(question);
    }
    void exclusionsLeaveRowsOut() {
        QFETCH(QString, question);
        const QString answer = conversation({question});
        QVERIFY2(answer.startsWith(u"**1382 calls cost 4.408546725 USD"_s), qPrintable(answer.left(300)));
        QVERIFY2(answer.contains(u"This is about all models but gpt-4o."_s), qPrintable(opening(answer)));
        QVERIFY(!answer.contains(u"| gpt-4o |"_s));
    }

    void exclusionsStayAndAreNeverTurnedRound() {
        const QString on = conversation({u"cost by model"_s, u"without gpt-4o"_s, u"and by service?"_s});
        QVERIFY2(on.startsWith(u"**1382 calls cost 4.408546725 USD"_s), qPrintable(on.left(300)));
        const QString day = conversation(
            {u"cost by service without gpt-4o"_s, u"only 2025-06-05"_s, u"not counting gpt-4.1"_s});
        QVERIFY2(day.contains(u"all models but gpt-4.1, gpt-4o, 2025-06-05"_s) ||
                     day.contains(u"all models but gpt-4o, gpt-4.1, 2025-06-05"_s),
                 qPrintable(opening(day)));
        const QString both = conversation({u"cost of reply-drafts without gpt-4o"_s});
        QVERIFY2(both.contains(u"service reply-drafts"_s) && both.contains(u"all models but gpt-4o"_s),
                 qPrintable(opening(both)));
        const QString two = conversation({u"cost by model without gemini and gpt-4o-mini"_s});
        QVERIFY2(two.startsWith(u"**1129 calls"_s), qPrintable(opening(two)));
        const QString it = conversation({u"cost of gpt-4o by user"_s, u"exclude it"_s});
        QVERIFY2(it.startsWith(u"**1382 calls"_s), qPrintable(opening(it)));
        const QString errors = conversation({u"cost by user without errors"_s});
        QVERIFY2(errors.contains(u"Nothing was left out for “errors”"_s), qPrintable(opening(errors)));
        const QString back = conversation({u"cost by service without gpt-4o"_s, u"only gpt-4o"_s});
        QVERIFY2(back.startsWith(u"**618 calls"_s), qPrintable(back.left(300)));
        const QString family = conversation({u"cost by model without gemini"_s});
        QVERIFY2(family.contains(u"all models but gemini-1.5-flash"_s), qPrintable(opening(family)));
        QVERIFY2(conversation({u"cost by model, exclude bananas"_s}).contains(u"“bananas”"_s),
                 qPrintable(opening(conversation({u"cost by model, exclude bananas"_s}))));
    }

    void everythingStartsOver() {
        const QString all =
            conversation({u"cost by service without gpt-4o"_s, u"only 2025-06-05"_s, u"everything"_s});
        QVERIFY2(all.startsWith(u"**2000 calls"_s), qPrintable(opening(all)));
        const QString models =
            conversation({u"cost by service without gpt-4o"_s, u"only 2025-06-05"_s, u"and all models?"_s});
        QVERIFY2(models.startsWith(u"**180 calls"_s), qPrintable(opening(models)));
    }

    void rowsThatDoNotSayStayIn() {
        const QString path = m_dir.filePath(u"some-users.csv"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("timestamp,model,user,status,prompt_tokens,completion_tokens,cost_usd\n"
                   "2025-06-02T10:00:00Z,gpt-4o,ana,ok,1000,100,0.25\n"
                   "2025-06-03T10:00:00Z,gpt-4o,,ok,1000,100,0.50\n"
                   "2025-06-04T10:00:00Z,gpt-4o,ben,ok,1000,100,1.00\n");
        file.close();
        const QString answer = conversation({u"cost by model, exclude ana"_s}, path);
        QVERIFY2(answer.startsWith(u"**2 calls cost 1.50 USD"_s), qPrintable(answer.left(300)));
    }

    void aUserMayHaveTheNameOfAMonth() {
        const QString month = half({u"what did we spend in May, by model?"_s});
        QVERIFY2(month.startsWith(u"**31 calls"_s), qPrintable(month.left(300)));
        const QString user = half({u"what did user May spend, by model?"_s});
        QVERIFY2(user.startsWith(u"**46 calls"_s) && user.contains(u"user May"_s),
                 qPrintable(user.left(300)));
        const QString word = half({u"Will the cost by model grow?"_s});
        QVERIFY2(!word.contains(u"user Will"_s), qPrintable(word.left(300)));
    }

    void shortNamesOfProjectsAreUnderstood() {
        const QString shop = half({u"cost by model"_s, u"only shop"_s});
        QVERIFY2(shop.startsWith(u"**61 calls"_s), qPrintable(shop.left(300)));
        QVERIFY2(shop.contains(u"“shop” was taken to be project -home-ana-shop"_s),
                 qPrintable(opening(shop)));
        const QString docs = half({u"cost by model"_s, u"only shop"_s, u"and docs?"_s});
        QVERIFY2(docs.startsWith(u"**120 calls"_s), qPrintable(docs.left(300)));
    }

    void aPersonOnAModelIsNoMove() {
        const QString answer = conversation({u"how much did user-21 spend on gpt-4o?"_s});
        QVERIFY2(answer.contains(u"**26 calls cost 0.24559 USD"_s), qPrintable(answer.left(400)));
        QVERIFY(readIntent(u"how much did user-21 spend on gpt-4o?"_s).moveTo.isEmpty());
        QVERIFY(readIntent(u"is the output of runs on gpt-4o longer?"_s).moveTo.isEmpty());
        QCOMPARE(readIntent(u"what if we used haiku-3 for that: run it on gpt-4o"_s).moveTo, u"gpt-4o"_s);
        QCOMPARE(readIntent(u"what if we run it on gpt-4.1?"_s).moveTo, u"gpt-4.1"_s);
    }

    void isThereIsNoFollowUp() {
        QVERIFY(!readIntent(u"is there a spike in cost?"_s).followUp);
        QVERIFY(readIntent(u"what happened there?"_s).followUp);
    }

    void theFutureIsAProjection() {
        const QString answer = half({u"how much will it be in december?"_s});
        QVERIFY2(answer.contains(u"## Trend and projection"_s), qPrintable(answer.left(500)));
        QVERIFY(!answer.contains(u"No row is about"_s));
        QVERIFY(half({u"what will june cost?"_s}).contains(u"## Trend and projection"_s));
    }

    void aMoveGoesOn() {
        const QString start = u"what if we move half of gpt-4.1 to gpt-4o-mini?"_s;
        QVERIFY2(conversation({start}).contains(u"Moving 50 % of them"_s), qPrintable(conversation({start})));
        QVERIFY(conversation({start, u"and all of it?"_s}).contains(u"Moving 100 % of them"_s));
        const QString other = conversation({start, u"how about gpt-5-mini?"_s});
        QVERIFY2(other.contains(u"list price of gpt-5-mini"_s) &&
                     other.contains(u"calls of gpt-4.1 cost"_s) && other.contains(u"Moving 50 %"_s),
                 qPrintable(other.left(900)));
        const QString much = conversation({start, u"and 120 %?"_s});
        QVERIFY2(much.contains(u"at most 100 %"_s), qPrintable(much.left(900)));
    }

    void itInAMoveIsWhatTheAnswerBeforeWasAbout() {
        const QString model =
            conversation({u"how much did gpt-4.1 cost?"_s, u"move half of it to gpt-4o-mini"_s});
        QVERIFY2(model.contains(u"calls of gpt-4.1 cost"_s), qPrintable(model.left(900)));
        const QString again =
            conversation({u"how much did gpt-4.1 cost?"_s, u"move half of it to gpt-4o-mini"_s,
                          u"move all of it to gemini-1.5-flash"_s});
        QVERIFY2(again.contains(u"calls of gpt-4.1 cost"_s), qPrintable(again.left(900)));
        const QString service = conversation({u"move reply-drafts to gpt-4o-mini"_s});
        QVERIFY2(service.contains(u"of service reply-drafts that are not on gpt-4o-mini yet"_s),
                 qPrintable(service.left(1200)));
        const QString its =
            conversation({u"how much did reply-drafts cost?"_s, u"move half of it to gpt-4o-mini"_s});
        QVERIFY2(its.contains(u"Moving 50 % of them to gpt-4o-mini"_s), qPrintable(its.left(1200)));
        const QString none = conversation({u"cost by service"_s, u"move half of it to gpt-4o-mini"_s});
        QVERIFY2(none.contains(u"calls of gpt-4o cost"_s) && none.contains(u"the dearest"_s),
                 qPrintable(none.left(900)));
    }

    void theFilesOfTheAnswerBeforeStay() {
        std::vector<EarlierMessage> history{{true, u"cost by model"_s, {FileId(sampleCsv)}},
                                            {false, u"…"_s, {}},
                                            {true, u"and this one, by model?"_s, {FileId(m_halfYear)}},
                                            {false, u"…"_s, {}}};
        RunRecorder run(u"and by day?"_s);
        for (const QString& path : {sampleCsv, m_halfYear}) {
            run.attach(path);
            run.request.files.back().ofThisMessage = false;
        }
        run.request.history = history;
        run.run();
        QVERIFY2(run.outcome.answerMarkdown.startsWith(u"**181 calls"_s),
                 qPrintable(run.outcome.answerMarkdown.left(400)));
        QVERIFY(opening(run.outcome.answerMarkdown).contains(u"half-year.csv"_s));
        RunRecorder both(u"cost of all files by day"_s);
        both.request.files = run.request.files;
        both.request.history = history;
        both.run();
        QVERIFY2(both.outcome.answerMarkdown.startsWith(u"**2181 calls"_s),
                 qPrintable(both.outcome.answerMarkdown.left(400)));
    }

    void theFirstOfManyAreShown() {
        const QString users = conversation({u"top 3 users"_s});
        QVERIFY2(users.contains(u"3 of 24"_s) || users.contains(u"3 of 25"_s), qPrintable(users.left(1500)));
        QVERIFY2(users.contains(u"with the highest cost"_s), qPrintable(users.left(900)));
        const QString days = conversation({u"top 5 days"_s});
        QVERIFY2(days.contains(u"5 of 14 with the highest cost"_s), qPrintable(days.left(1500)));
        QVERIFY(conversation({u"3 most expensive services"_s}).contains(u"3 of 5 with the highest cost"_s));
        const QString calls = conversation({u"which service made the most calls?"_s});
        QVERIFY2(calls.contains(u"reply-drafts has most calls: 669"_s), qPrintable(calls.left(900)));
        const QString cheap = conversation({u"which week was the cheapest?"_s});
        QVERIFY2(cheap.contains(u"The week of 2025-06-09 cost least: 4.210699625 USD"_s),
                 qPrintable(cheap.left(900)));
    }

    void aNameInOnePartIsNoFilterOfTheOther() {
        const QString answer = conversation({u"which model is the cheapest and how much did gemini cost?"_s});
        const Sum flash = sumOf(always, forever, 2, "gemini-1.5-flash");
        QVERIFY2(answer.contains(u"2000 calls cost 8.997969225 USD"_s), qPrintable(answer.left(500)));
        QVERIFY2(answer.contains(u"%1 calls cost %2 USD"_s.arg(flash.calls).arg(dollars(flash.nano))),
                 qPrintable(answer.left(1500)));
        QVERIFY(answer.contains(u"| gpt-4o |"_s));
    }

    void whatIsNotUnderstoodCalculatesNothing_data() {
        QTest::addColumn<QString>("question");
        for (const char* question :
             {"what is the weather?", "delete everything", "who are you?", "what can you do?"})
            QTest::newRow(question) << QString::fromUtf8(question);
    }
    void whatIsNotUnderstoodCalculatesNothing() {
        QFETCH(QString, question);
        for (const QString& before : {u"cost by service"_s, u"SELECT count(*) FROM usage_rows"_s}) {
            const QString answer = conversation({before, question});
            QVERIFY2(answer.contains(u"Nothing was calculated"_s) && answer.contains(u"by model"_s),
                     qPrintable(answer.left(500)));
            QVERIFY(!answer.contains(u"cannot be understood"_s) && !answer.contains(u"USD"_s));
        }
        const QString sql = conversation({u"SELECT count(*) AS n FROM usage_rows"_s, u"show the SQL"_s});
        QVERIFY2(sql.contains(u"SELECT count(*) AS n"_s), qPrintable(sql.left(600)));
        const QString on =
            conversation({u"cost by service"_s, u"only 2025-06-05"_s, question, u"by model"_s});
        QVERIFY2(on.startsWith(u"**180 calls"_s), qPrintable(on.left(300)));
    }

    void inflectionsAreNoSlips() {
        for (const QString& text : {u"how much do we waste"_s, u"compared to may"_s, u"who spends most"_s,
                                    u"is there a duplicate"_s, u"the cached part"_s,
                                    u"which tokens are used"_s, u"reduced cost"_s, u"averages"_s})
            QVERIFY2(plainRequest(text).notes.isEmpty(), qPrintable(plainRequest(text).notes.join(u' ')));
    }

    void halfTranslatedTextIsNotEchoed() {
        const PlainRequest plain = plainRequest(u"Was kostet ein Aufruf im Durchschnitt?"_s);
        for (const QString& note : plain.notes)
            QVERIFY2(!note.contains(u"Was cost"_s), qPrintable(note));
        QVERIFY(readIntent(u"Was kostet ein Aufruf im Durchschnitt?"_s).asksFor(Topic::Averages));
    }
};

QTEST_GUILESS_MAIN(TestScope)
#include "tst_backend_scope.moc"
