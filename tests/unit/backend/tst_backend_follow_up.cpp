// SPDX-License-Identifier: GPL-3.0-or-later
// Questions that go on about the answer before them, that ask for the calls themselves or for an order, and
// messages of several parts. Every figure expected here is a sum of this test's own over the sample's lines.
#include "backend/agents/time_words.h"
#include "conversation.h"

#include <QtTest>

#include <algorithm>
#include <map>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

/// A column of the sample, line by line; line 1 is the head.
QByteArrayList cellsOf(int column) {
    QFile file(sampleCsv);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no sample");
    QByteArrayList cells;
    while (!file.atEnd())
        cells.append(file.readLine().trimmed().split(',').value(column));
    return cells;
}

/// Nearest rank of the latencies (column 12) by the values of another column.
std::map<QByteArray, qint64> percentilesBy(int column, int percent) {
    std::map<QByteArray, std::vector<qint64>> all;
    const QByteArrayList keys = cellsOf(column);
    const QByteArrayList latencies = cellsOf(12);
    for (qsizetype line = 1; line < keys.size(); ++line)
        all[keys[line]].push_back(latencies[line].toLongLong());
    std::map<QByteArray, qint64> ranks;
    for (auto& [key, values] : all) {
        std::sort(values.begin(), values.end());
        ranks[key] = values[(values.size() * static_cast<std::size_t>(percent) + 99) / 100 - 1];
    }
    return ranks;
}

QByteArray largestOf(const std::map<QByteArray, qint64>& values) {
    return std::max_element(values.begin(), values.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

QByteArray smallestOf(const std::map<QByteArray, qint64>& values) {
    return std::min_element(values.begin(), values.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

QString openingOf(const QString& answer) {
    return answer.section(u"## "_s, 0, 0);
}

QString sumText(const Sum& sum) {
    return u"%1 calls cost %2 USD"_s.arg(sum.calls).arg(dollars(sum.nano));
}

} // namespace

class TestFollowUp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void beforeThatIsAsLong_data() {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        const auto row = [](const char* first, const char* second, const char* from, const char* to) {
            QTest::newRow(second) << QString::fromUtf8(first) << QString::fromUtf8(second)
                                  << QString::fromLatin1(from) << QString::fromLatin1(to);
        };
        const char* days = "cost by model from 2025-06-10 to 2025-06-12";
        row(days, "and before that?", "2025-06-07", "2025-06-09");
        row(days, "what about the period before?", "2025-06-07", "2025-06-09");
        row(days, "and earlier?", "2025-06-07", "2025-06-09");
        row(days, "und davor?", "2025-06-07", "2025-06-09");
        row(days, "and after that?", "2025-06-13", "2025-06-15");
        row(days, "und danach?", "2025-06-13", "2025-06-15");
        row("cost by model last week", "and the week before?", "2025-06-02", "2025-06-08");
        row("cost by model last week", "und in der Woche davor?", "2025-06-02", "2025-06-08");
        row("cost by model on 2025-06-10", "and the day before that?", "2025-06-09", "2025-06-09");
    }
    void beforeThatIsAsLong() {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QFETCH(QString, from);
        QFETCH(QString, to);
        const QString answer = conversation({first, second});
        QVERIFY2(answer.startsWith(u"**"_s + sumText(sumOf(from.toUtf8(), to.toUtf8()))),
                 qPrintable(openingOf(answer)));
        QVERIFY2(openingOf(answer).contains(from == to ? from : QString(from + u" to "_s + to)),
                 qPrintable(openingOf(answer)));
        QVERIFY(answer.contains(u"## Cost by model"_s));
    }

    void beforeThatGoesOnAndOn() {
        const QString answer =
            conversation({u"cost by service from 2025-06-10 to 2025-06-12"_s, u"and before that?"_s,
                          u"only reply-drafts"_s, u"and before that?"_s, u"by model"_s});
        QVERIFY2(answer.startsWith(u"**"_s + sumText(sumOf("2025-06-04", "2025-06-06", 4, "reply-drafts"))),
                 qPrintable(openingOf(answer)));
    }

    void beforeAMonthIsAMonth() {
        QCOMPARE(spanBefore({{2025, 3, 1}, {2025, 3, 31}, true}).from, QDate(2025, 2, 1));
        QCOMPARE(spanAfter({{2025, 1, 1}, {2025, 1, 31}, true}).to, QDate(2025, 2, 28));
        QCOMPARE(spanAfter({{2025, 6, 10}, {2025, 6, 12}, true}).to, QDate(2025, 6, 15));
    }

    void beforeEverythingIsNothing() {
        const QString all = conversation({u"cost by model"_s, u"and before that?"_s});
        QVERIFY2(openingOf(all).contains(u"“before that” names no days: the question before was about all of "
                                         "them (2025-06-02 to 2025-06-15)"_s),
                 qPrintable(openingOf(all)));
        const QString none =
            conversation({u"cost by model last week"_s, u"and the week before?"_s, u"and before that?"_s});
        QVERIFY2(none.startsWith(u"**No row is about 2025-05-26 to 2025-06-01"_s),
                 qPrintable(none.left(300)));
        QVERIFY2(openingOf(none).contains(u"The rows cover 2025-06-02 to 2025-06-15."_s),
                 qPrintable(openingOf(none)));
    }

    void thatIsComparedToThePeriodBefore_data() {
        QTest::addColumn<QString>("question");
        for (const char* text :
             {"how does that compare to the week before?", "compare that with the period before",
              "is that more than the week before?", "compared to the previous week?"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void thatIsComparedToThePeriodBefore() {
        QFETCH(QString, question);
        for (const QString& first :
             {u"cost by service last week"_s, u"cost from 2025-06-09 to 2025-06-15"_s}) {
            const QString answer = conversation({first, question});
            QVERIFY2(answer.startsWith(
                         u"**2025-06-09 to 2025-06-15 cost 12.0 % less than 2025-06-02 to 2025-06-08.**"_s),
                     qPrintable(answer.left(900)));
        }
        const QString why = conversation({u"cost last week"_s, question, u"why?"_s});
        QVERIFY2(why.contains(u"From 2025-06-02 to 2025-06-08 the calls cost"_s), qPrintable(why.left(900)));
    }

    void theWeekBeforeIsBeforeTheOtherOne() {
        const QString answer = conversation({u"compare 2025-06-11 to 2025-06-13 with the period before"_s});
        QVERIFY2(answer.contains(u"| 2025-06-08 to 2025-06-10 |"_s) &&
                     answer.contains(dollars(sumOf("2025-06-08", "2025-06-10").nano)),
                 qPrintable(answer.left(900)));
    }

    void aLongScopeIsSaidWhole() {
        QStringList users;
        for (int user = 1; user <= 15; ++user)
            users.append(u"user-%1"_s.arg(user, 2, 10, QChar(u'0')));
        const QString question = u"cost by model of "_s + users.join(u", "_s) + u" without gpt-4o"_s;
        const QString opening = openingOf(conversation({question, u"only 2025-06-03"_s}));
        for (const QString& part : {u"user-15"_s, u"all models but gpt-4o"_s, u"2025-06-03."_s})
            QVERIFY2(opening.contains(part), qPrintable(opening));
        QVERIFY2(!opening.contains(u'…'), qPrintable(opening));
        const QString none = openingOf(conversation({question, u"only 2024-06-03"_s}));
        QVERIFY2(none.contains(u"user-15"_s) && none.contains(u"all models but gpt-4o, 2024-06-03"_s),
                 qPrintable(none));
    }

    void groupsAreOrderedByLatency_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<int>("column");
        QTest::addColumn<int>("percentile");
        QTest::addColumn<bool>("slowest");
        const auto row = [](const char* question, int column, int percentile, bool slowest) {
            QTest::newRow(question) << QString::fromLatin1(question) << column << percentile << slowest;
        };
        row("which user has the slowest calls?", 5, 95, true);
        row("slowest services", 4, 95, true);
        row("rank models by latency", 2, 95, true);
        row("users by latency, fastest first", 5, 95, false);
        row("which service is the fastest?", 4, 95, false);
        row("which user has the highest median latency?", 5, 50, true);
        row("rank users by p90", 5, 90, true);
        row("which model takes the longest?", 2, 95, true);
        row("wer hat die langsamsten Aufrufe?", 5, 95, true);
    }
    void groupsAreOrderedByLatency() {
        QFETCH(QString, question);
        QFETCH(int, column);
        QFETCH(int, percentile);
        QFETCH(bool, slowest);
        const auto ranks = percentilesBy(column, percentile);
        const QByteArray leader = slowest ? largestOf(ranks) : smallestOf(ranks);
        const QString answer = conversation({question});
        QVERIFY2(answer.startsWith(u"**By p%1 of the latency, %2 is %3: %4 ms"_s.arg(
                     QString::number(percentile), QString::fromUtf8(leader),
                     slowest ? u"slowest"_s : u"fastest"_s, QString::number(ranks.at(leader)))),
                 qPrintable(answer.left(900)));
        const QString firstRow = answer.section(u"|---"_s, 1).section(u'\n', 1, 1);
        QVERIFY2(firstRow.startsWith(u"| %1 |"_s.arg(QString::fromUtf8(leader))), qPrintable(firstRow));
    }

    void whoLeadsTogetherWithOthersIsSaidToDoSo() {
        const auto ranks = percentilesBy(5, 99);
        const auto same = std::count_if(ranks.begin(), ranks.end(), [&](const auto& rank) {
            return rank.second == ranks.at(largestOf(ranks));
        });
        QVERIFY(same > 2);
        const QString answer = conversation({u"rank users by p99"_s});
        QVERIFY2(answer.contains(u"%1 others have the same p99."_s.arg(same - 1)),
                 qPrintable(answer.left(600)));
    }

    void callsAreListed() {
        const QString failed = conversation({u"list the failed calls"_s});
        QVERIFY2(failed.startsWith(u"**73 of 2000 calls failed"_s), qPrintable(failed.left(400)));
        QByteArrayList status = cellsOf(7);
        QByteArrayList ids = cellsOf(6);
        QStringList rows;
        Sum rest;
        const QByteArrayList costs = cellsOf(11);
        for (qsizetype line = 1; line < status.size(); ++line) {
            if (status[line] == "ok")
                continue;
            if (rows.size() < 20)
                rows.append(u" %1 |"_s.arg(QString::fromUtf8(ids[line])) + u'#' +
                            u"| usage-sample.csv:%1 |"_s.arg(line + 1));
            else
                rest.nano += nanoOf(costs[line]);
        }
        for (const QString& row : rows)
            QVERIFY2(failed.contains(QRegularExpression(QRegularExpression::escape(row.section(u'#', 0, 0)) +
                                                        u"[^\n]*"_s +
                                                        QRegularExpression::escape(row.section(u'#', 1)))),
                     qPrintable(row + failed));
        QCOMPARE(failed.count(u"| usage-sample.csv:"_s), 20);
        QVERIFY2(
            failed.contains(u"Listed are 1 to 20 of 73, the oldest first; the other 53 cost %1 USD."_s.arg(
                dollars(rest.nano))),
            qPrintable(failed.left(900)));
    }

    void aListIsRestrictedAndGoesOn() {
        const Sum ana = sumOf(always, forever, 5, "user-08");
        const QString calls = conversation({u"show me the calls of user-08"_s});
        QVERIFY2(calls.startsWith(u"**"_s + sumText(ana)), qPrintable(calls.left(400)));
        QVERIFY2(calls.contains(u"Listed are 1 to 20 of %1"_s.arg(ana.calls)), qPrintable(calls.left(900)));
        const QString more = conversation({u"show me the calls of user-08"_s, u"more"_s, u"the next 10"_s});
        QVERIFY2(more.contains(u"Listed are 41 to 50 of %1"_s.arg(ana.calls)), qPrintable(more.left(900)));
        const QString only = conversation({u"show me the calls of user-08"_s, u"only the failed ones"_s});
        QVERIFY2(only.contains(u"Listed are all %1"_s.arg(ana.failedCalls)), qPrintable(only.left(900)));
        const QString other =
            conversation({u"list all calls"_s, u"only the failed ones"_s, u"and of user-09?"_s});
        QVERIFY2(other.contains(u"Listed are all %1"_s.arg(sumOf(always, forever, 5, "user-09").failedCalls)),
                 qPrintable(other.left(900)));
        const Sum day = sumOf("2025-06-05", "2025-06-05");
        const QString errors = conversation({u"show the errors of 2025-06-05"_s});
        QVERIFY2(errors.contains(u"Listed are all %1"_s.arg(day.failedCalls)), qPrintable(errors.left(900)));
        const QString last = conversation({u"the last 3 calls"_s});
        QVERIFY2(last.contains(u"Listed are 1 to 3 of 2000, the newest first"_s) &&
                     last.contains(u"| sample-02000 |"_s),
                 qPrintable(last.left(1500)));
        QVERIFY(conversation({u"which calls timed out?"_s})
                    .startsWith(u"**26 of 2000 calls timed out (1.3 %).**"_s));
        // A table was asked for, not a list.
        QVERIFY(conversation({u"show me the calls per day"_s}).contains(u"| 2025-06-06 | 199 |"_s));
        QVERIFY(conversation({u"show me the number of calls by model"_s}).contains(u"| gpt-4o |"_s));
    }

    void aFirstMessageWithoutAQuestionIsNoReport_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"asdf", "what is the weather?", "lorem ipsum dolor", "wie ist das Wetter?"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void aFirstMessageWithoutAQuestionIsNoReport() {
        QFETCH(QString, text);
        const QString answer = conversation({text});
        QVERIFY2(answer.startsWith(u"I did not understand “%1”"_s.arg(text)), qPrintable(answer.left(500)));
        QVERIFY(answer.contains(u"Nothing was calculated"_s) && answer.contains(u"“by service”"_s));
        QVERIFY(!answer.contains(u"USD"_s));
    }

    void aQuestionOrAFileAloneIsAReport_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"here you go", "Hier, bitte", "what stands out?", "tell me about these",
                                 "Where is my AI spend going?", "how are we doing?", "anything interesting?"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void aQuestionOrAFileAloneIsAReport() {
        QFETCH(QString, text);
        const QString answer = conversation({text});
        QVERIFY2(answer.startsWith(u"**2000 calls cost 8.997969225 USD"_s), qPrintable(answer.left(500)));
        QVERIFY(answer.contains(u"## Cost by model"_s));
    }

    void eachPartIsRestrictedByWhatItSays() {
        const QString all = sumText(sumOf(always, forever));
        const Sum ana = sumOf(always, forever, 5, "user-08");
        const Sum ben = sumOf(always, forever, 5, "user-09");
        const QString overall =
            conversation({u"How much did user-08 cost, and which model is the dearest overall?"_s});
        QVERIFY2(overall.startsWith(u"**"_s + all), qPrintable(overall.left(600)));
        QVERIFY2(overall.contains(u"only user user-08 counts: "_s + sumText(ana)),
                 qPrintable(overall.left(1500)));
        QVERIFY2(overall.contains(u"| gpt-4o | 618 |"_s), qPrintable(overall));
        const QString both = conversation({u"how much did user-08 cost and how much did user-09 cost?"_s});
        QVERIFY2(both.contains(u"only user user-08 counts: "_s + sumText(ana)) &&
                     both.contains(u"only user user-09 counts: "_s + sumText(ben)),
                 qPrintable(both.left(1500)));
        QVERIFY(!both.contains(u"## Action plan"_s));
        const QString failed =
            conversation({u"how many calls of user-08 failed and how many calls of user-09 failed?"_s});
        for (const Sum& sum : {ana, ben})
            QVERIFY2(failed.contains(u"%1 of %2 calls failed"_s.arg(sum.failedCalls).arg(sum.calls)),
                     qPrintable(failed.left(1500)));
        // Where the second part says nothing else, the first one's name holds for it.
        const QString same = conversation({u"how much did user-08 cost and how many calls failed?"_s});
        QVERIFY2(same.contains(u"%1 of %2 calls failed"_s.arg(ana.failedCalls).arg(ana.calls)),
                 qPrintable(same.left(900)));
    }

    void eachPartHasItsPeriod() {
        const QString days =
            conversation({u"what did we spend on 2025-06-05 and what did we spend on 2025-06-06?"_s});
        for (const QByteArray& day : {QByteArray("2025-06-05"), QByteArray("2025-06-06")})
            QVERIFY2(
                days.contains(u"only %1 counts: "_s.arg(QString::fromUtf8(day)) + sumText(sumOf(day, day))),
                qPrintable(days.left(1500)));
        const QString weeks = conversation(
            {u"How much did gpt-4o cost last week, and how much did it cost the week before?"_s});
        for (const auto& [from, to] : {std::pair(QByteArray("2025-06-09"), QByteArray("2025-06-15")),
                                       std::pair(QByteArray("2025-06-02"), QByteArray("2025-06-08"))})
            QVERIFY2(weeks.contains(sumText(sumOf(from, to, 2, "gpt-4o"))), qPrintable(weeks.left(1500)));
        const QString steps = conversation(
            {u"what did we spend from 2025-06-10 to 2025-06-11 and how much in the period before?"_s});
        QVERIFY2(steps.contains(sumText(sumOf("2025-06-08", "2025-06-09"))), qPrintable(steps.left(1500)));
        const QString one =
            conversation({u"which model is the cheapest and how much did we spend last week?"_s});
        QVERIFY2(one.startsWith(u"**"_s + sumText(sumOf(always, forever))) ||
                     one.contains(u"0.043027425 USD"_s),
                 qPrintable(one.left(900)));
        QVERIFY2(one.contains(sumText(sumOf("2025-06-09", "2025-06-15"))), qPrintable(one.left(1500)));
    }

    void anOrderGoesOn_data() {
        QTest::addColumn<QStringList>("questions");
        QTest::addColumn<QString>("says");
        const auto row = [](const QStringList& questions, const QString& says) {
            QTest::newRow(qPrintable(questions.join(u" / "_s))) << questions << says;
        };
        // Figures of awk over the sample.
        row({u"which user has the slowest calls?"_s, u"and the fastest?"_s},
            u"**By p95 of the latency, user-15 is fastest: 4175 ms"_s);
        row({u"who spends the most?"_s, u"and who the least?"_s},
            u"**The lowest cost is that of user-18 (74 calls, 0.2098528 USD)."_s);
        row({u"Welcher Nutzer hat am meisten ausgegeben?"_s, u"und am wenigsten?"_s},
            u"**The lowest cost is that of user-18"_s);
        row({u"top 5 users by tokens"_s, u"and by errors"_s},
            u"**The highest rate has user-24: 6.5 % (7 of 107 calls).**"_s);
        row({u"which service has the highest error rate?"_s, u"and the lowest?"_s},
            u"**The lowest rate has review-summary: 3.1 % (8 of 256 calls).**"_s);
        row({u"which service has the lowest error rate?"_s},
            u"**The lowest rate has review-summary: 3.1 % (8 of 256 calls).**"_s);
        row({u"what share of cost is gpt-4o-mini?"_s, u"and of calls?"_s},
            u"has 34.2 % of the calls: 683 of 2000.**"_s);
        row({u"how many users are there?"_s, u"and models?"_s}, u"**Different models: 5.**"_s);
        row({u"average cost per call by service"_s},
            u"**A call costs most with contract-reading: 0.019222 USD.**"_s);
        row({u"when did we spend the most?"_s}, u"**The highest cost is that of 2025-06-06 (199 calls"_s);
    }
    void anOrderGoesOn() {
        QFETCH(QStringList, questions);
        QFETCH(QString, says);
        const QString answer = conversation(questions);
        QVERIFY2(answer.left(300).contains(says), qPrintable(answer.left(600)));
    }

    void weekdaysAndWeekendsAreNoPeriods() {
        const QString answer = conversation({u"what did user-08 spend on weekdays vs weekends?"_s});
        QVERIFY2(answer.contains(u"| Saturday |"_s) && answer.contains(u"| Monday |"_s) &&
                     !answer.contains(u"2025-05-19"_s),
                 qPrintable(answer.left(900)));
    }

    void twoQuestionsHaveTwoAnswers() {
        const QString answer = conversation({u"which user costs the most and which service is slowest?"_s});
        QVERIFY2(answer.startsWith(u"**The highest cost is that of user-21"_s), qPrintable(answer.left(300)));
        QVERIFY2(answer.contains(u"By p95 of the latency, contract-reading is slowest"_s),
                 qPrintable(answer.left(3000)));
        const QString three = conversation({u"show me the 3 cheapest models"_s});
        QVERIFY2(three.contains(u"These are the first 3 of 5 in that order."_s) &&
                     !three.contains(u"| gpt-4o |"_s),
                 qPrintable(three.left(900)));
    }

    void providersAreNames() {
        const Sum google = sumOf(always, forever, 1, "google");
        const QString answer = conversation({u"how much did we spend on google?"_s});
        QVERIFY2(answer.startsWith(u"**"_s + sumText(google)), qPrintable(answer.left(300)));
        QVERIFY(openingOf(answer).contains(u"This is about provider google."_s));
    }

    void everythingMoves() {
        const QString answer = conversation({u"move everything to gpt-4o-mini"_s});
        const Sum all = sumOf(always, forever);
        const Sum stays = sumOf(always, forever, 2, "gpt-4o-mini");
        QVERIFY2(answer.contains(u"The %1 calls of all rows that are not on gpt-4o-mini yet"_s.arg(
                     all.calls - stays.calls)) &&
                     answer.contains(u"cost %1 USD."_s.arg(dollars(all.nano - stays.nano))),
                 qPrintable(answer.left(1500)));
    }

    void halfOfEverythingIsHalfOfEverything() {
        const QString half = conversation({u"move everything to gpt-4o-mini"_s, u"half of it"_s});
        QVERIFY2(half.contains(u"of all rows that are not on gpt-4o-mini yet"_s) &&
                     half.contains(u"Moving 50 % of them"_s),
                 qPrintable(half.left(900)));
    }

    void afterTwoPartsBothGoOn() {
        const QString answer =
            conversation({u"how much did user-08 cost and how much did user-09 cost?"_s, u"and by model?"_s});
        const Sum ana = sumOf(always, forever, 5, "user-08");
        const Sum ben = sumOf(always, forever, 5, "user-09");
        QVERIFY2(answer.startsWith(u"**"_s + sumText({ana.calls + ben.calls, ana.nano + ben.nano, 0, 0})),
                 qPrintable(answer.left(300)));
    }

    void aMoveInGermanIsOne() {
        const QStringList chain{u"Was wäre, wenn wir die Hälfte von gpt-4o auf gpt-4o-mini verschieben?"_s};
        QVERIFY2(conversation(chain).startsWith(u"**Moving 50 % of the calls of gpt-4o to gpt-4o-mini"_s),
                 qPrintable(conversation(chain).left(300)));
        QVERIFY(conversation(chain + QStringList{u"und alles?"_s}).startsWith(u"**Moving 100 %"_s));
    }

    void eachOfSeveralNamesIsTold() {
        const QString answer = conversation({u"how much do user-08 and user-09 cost?"_s});
        for (const QByteArray& user : {QByteArray("user-08"), QByteArray("user-09")}) {
            const Sum sum = sumOf(always, forever, 5, user);
            QVERIFY2(answer.contains(u"| %1 | %2 |"_s.arg(QString::fromUtf8(user)).arg(sum.calls)) &&
                         answer.contains(dollars(sum.nano)),
                     qPrintable(answer.left(900)));
        }
        QVERIFY(!answer.contains(u"## Action plan"_s));
    }

    void whoIsNotInTheRowsIsSaidFirst() {
        for (const QString& question : {u"cost of user-99"_s, u"how much did gpt-5 cost?"_s}) {
            const QString opening = openingOf(conversation({question}));
            QVERIFY2(opening.contains(u"so nothing was restricted by it: the figures are of all rows."_s),
                     qPrintable(opening));
        }
        QVERIFY(conversation({u"cost of gpt4o by day"_s}).startsWith(u"**618 calls cost 4.5894225 USD"_s));
    }

    void aComparisonIsBrokenDown() {
        const QString answer =
            conversation({u"compare last week with the week before"_s, u"and by service?"_s});
        qint64 before = 0;
        for (const QByteArray& service :
             {QByteArray("reply-drafts"), QByteArray("ticket-triage"), QByteArray("contract-reading"),
              QByteArray("product-search"), QByteArray("review-summary")}) {
            const Sum earlier = sumOf("2025-06-02", "2025-06-08", 4, service);
            const Sum later = sumOf("2025-06-09", "2025-06-15", 4, service);
            before += earlier.nano;
            QVERIFY2(answer.contains(u"| %1 | %2 | %3 |"_s.arg(QString::fromUtf8(service),
                                                               dollars(earlier.nano), dollars(later.nano))),
                     qPrintable(answer));
        }
        QVERIFY(answer.contains(u"| **Total** | **%1** |"_s.arg(dollars(before))));
    }
};

QTEST_GUILESS_MAIN(TestFollowUp)
#include "tst_backend_follow_up.moc"
