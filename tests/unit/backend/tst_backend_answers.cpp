// SPDX-License-Identifier: GPL-3.0-or-later
// What an auditor asked: answers that go backwards in time, divide by the wrong days, answer another question
// than the one asked, or say 0 where nothing is known. Expected figures are those of plain loops over the
// sample (awk), or follow from rows that the test writes itself.
#include "protocol/report_export.h"
#include "run_recorder.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

const QString sampleCsv = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

/// A call a day at noon for a dollar each, twice as much from `dearFrom` on.
QByteArray dailyRows(QDate first, QDate last, QDate dearFrom) {
    QByteArray rows("timestamp,model,service,prompt_tokens,completion_tokens,cost_usd\n");
    for (QDate day = first; day <= last; day = day.addDays(1))
        rows += day.toString(Qt::ISODate).toUtf8() + "T12:00:00Z,gpt-4o,chat,1000,100," +
                (day >= dearFrom ? "2" : "1") + '\n';
    return rows;
}

/// Two days of an OpenAI export: what was used, not when in the day nor how it ended.
QByteArray dayBuckets() {
    QByteArray rows(R"({"object":"page","data":[)");
    for (int day = 0; day < 2; ++day)
        rows +=
            (day > 0 ? "," : "") + QByteArray(R"({"object":"bucket","start_time":)") +
            QByteArray::number(1756684800 + day * 86400) +
            R"(,"results":[{"object":"organization.usage.completions.result","input_tokens":1000,"output_tokens":500,"input_cached_tokens":800,"num_model_requests":5,"model":"gpt-4o"}]})";
    return rows + "]}";
}

} // namespace

class TestAnswers : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString write(const QString& name, const QByteArray& content) {
        QFile file(m_dir.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write test file");
        return file.fileName();
    }
    static QString conversation(const QStringList& questions, const QString& path = sampleCsv) {
        std::vector<EarlierMessage> history;
        QString answer;
        for (const QString& question : questions) {
            RunRecorder run(question);
            run.attach(path);
            run.request.history = history;
            run.run();
            answer = run.outcome.answerMarkdown;
            history.push_back({true, question});
            history.push_back({false, answer});
        }
        return answer;
    }
    static QString ask(const QString& question, const QString& path = sampleCsv) {
        return conversation({question}, path);
    }
    static qsizetype tablesUnder(const QString& answer, const QString& header) {
        return answer.count(u"\n| "_s + header + u" |"_s);
    }

private Q_SLOTS:
    void theLaterPeriodIsSetAgainstTheEarlier() {
        const QString answer = ask(u"compare last week to the week before"_s);
        QVERIFY2(answer.contains(
                     u"**2025-06-09 to 2025-06-15 cost 12.0 % less than 2025-06-02 to 2025-06-08.**"_s),
                 qPrintable(answer));
        QVERIFY(!answer.contains(u"13.7 %"_s) && !answer.contains(u" more."_s));
        QVERIFY(answer.indexOf(u"| 2025-06-02 to"_s) < answer.indexOf(u"| 2025-06-09 to"_s));
        QVERIFY2(answer.contains(u"| -12.0 % |"_s), qPrintable(answer));
    }

    void aPeriodIsDividedByTheDaysItHasRowsFor() {
        const QString path =
            write(u"months.csv"_s, dailyRows({2026, 4, 20}, {2026, 5, 31}, QDate(2026, 5, 1)));
        const QString answer = ask(u"compare april to may"_s, path);
        QVERIFY2(answer.contains(u"“april” is covered from 2026-04-20 on"_s), qPrintable(answer));
        QVERIFY2(
            answer.startsWith(
                u"**2026-05-01 to 2026-05-31 cost 100.0 % more a day than 2026-04-20 to 2026-04-30.**"_s),
            qPrintable(answer));
        QVERIFY2(answer.contains(u"Per day that is 2.00 against 1.00 USD (31 and 11 days)"_s),
                 qPrintable(answer));
    }

    void aShareIsTakenOfTheWhole() {
        const QString answer = ask(u"what share of cost is gpt-4o?"_s);
        QVERIFY2(answer.contains(u"51.0 %"_s) && !answer.contains(u"100.0 %"_s),
                 qPrintable(answer.left(900)));
        QVERIFY(answer.contains(u"4.5894225"_s) && answer.contains(u"8.997969225"_s));
    }

    void aFilteredReportSaysSo() {
        const QString answer = ask(u"What did we spend on gpt-4o?"_s);
        QVERIFY2(answer.section(u"## "_s, 0, 0).contains(u"This is about model gpt-4o"_s),
                 qPrintable(answer.left(700)));
        QCOMPARE(answer.count(u"This is about"_s), 1);
        QVERIFY(!answer.contains(u"of the total cost"_s));
        QVERIFY(answer.contains(u"of the cost in scope"_s));
        QVERIFY(ask(u"Where is my AI spend going?"_s).contains(u"of the total cost"_s));
    }

    void whyIsAboutTheDayThatWasNamed() {
        for (const QString& question :
             {u"why was 2025-06-06 so expensive?"_s, u"which day was the most expensive and why?"_s}) {
            const QString answer = ask(question);
            QVERIFY2(answer.contains(QRegularExpression(u"2025-06-\\d\\d differ from the average day"_s)),
                     qPrintable(answer));
            QVERIFY(answer.contains(u"| model gpt-4o |"_s));
            QVERIFY(!answer.contains(u"2025-06-06 to 2025-06-06 the"_s));
        }
    }

    void whyIsAboutThePeriodThatWasNamed() {
        const QString path = write(u"rise.csv"_s, dailyRows({2026, 4, 20}, {2026, 5, 31}, QDate(2026, 5, 1)));
        const QString answer = ask(u"why did costs rise in may?"_s, path);
        QVERIFY2(answer.contains(u"From 2026-04-20 to 2026-04-30 the calls cost 1.00 USD a day, from "
                                 "2026-05-01 to 2026-05-31 2.00 USD a day."_s),
                 qPrintable(answer));
        QVERIFY(!answer.contains(u"in the middle is left out"_s));
        QVERIFY2(ask(u"why did costs rise last week?"_s).contains(u"That is 12.0 % less a day."_s),
                 "a wrong premise is said");
    }

    void aSecondWhyAfterAComparisonKeepsItsPeriods() {
        const QString answer = conversation({u"compare last week to the week before"_s, u"why?"_s});
        QVERIFY2(answer.contains(u"From 2025-06-02 to 2025-06-08 the calls cost"_s), qPrintable(answer));
    }

    void wholeDaysHaveNoHours() {
        const QString path = write(u"openai-usage.json"_s, dayBuckets());
        const QString hours = ask(u"cost by hour"_s, path);
        QVERIFY2(hours.contains(u"whole days"_s) && !hours.contains(u"100.0 %"_s), qPrintable(hours));
        const QString report = ask(u"Where is my AI spend going?"_s, path);
        QVERIFY2(!report.contains(u"Busiest hour"_s), qPrintable(report));
        const QString limits = ask(u"what about my rate limits?"_s, path);
        QVERIFY2(limits.contains(u"whole days"_s) && !limits.contains(u"fullest minute"_s),
                 qPrintable(limits));
    }

    void whatIsNotRecordedIsNotZero() {
        const QString path = write(u"openai-usage.json"_s, dayBuckets());
        const QString rate = ask(u"what is our error rate?"_s, path);
        QVERIFY2(rate.contains(u"no row has `status`"_s), qPrintable(rate));
        const QString errors = conversation({u"cost by model"_s, u"and the errors?"_s}, path);
        QVERIFY2(errors.contains(u"no row has `status`"_s), qPrintable(errors));
        const QString report = ask(u"Where is my AI spend going?"_s, path);
        QVERIFY2(!report.contains(u"No failed call with a cost"_s), qPrintable(report));
        QVERIFY(report.contains(u"failures are unknown"_s));
        const QString usage = ask(u"how many tokens did we use?"_s, path);
        QVERIFY2(usage.contains(u"users: not recorded"_s) && usage.contains(u"failed: not recorded"_s),
                 qPrintable(usage));
        const QString days = ask(u"compare 2025-09-01 to 2025-09-02"_s, path);
        QVERIFY2(days.contains(u"not recorded"_s), qPrintable(days));
    }

    void narrowAnswersKeepTheirAssumptions() {
        const QString move = ask(u"what if we move half of gpt-4o to gpt-4o-mini?"_s);
        QVERIFY2(move.contains(u"List prices as of "_s), qPrintable(move));
        QVERIFY(move.contains(u"the same tokens per call on the other model"_s));
        const QString priced = ask(u"cost by model"_s, write(u"openai-usage.json"_s, dayBuckets()));
        QVERIFY2(priced.contains(u"priced at list price"_s), qPrintable(priced));
        QVERIFY(priced.contains(u"| Cost at list price (USD) |"_s));
    }

    void whyWithoutCostsIsSaid() {
        QByteArray rows("timestamp,model,prompt_tokens,completion_tokens\n");
        for (int day = 1; day < 10; ++day)
            rows += "2025-06-0" + QByteArray::number(day) + "T12:00:00Z,my-own,10,20\n";
        const QString path = write(u"own.csv"_s, rows);
        const QString answer = conversation({u"cost by model"_s, u"why?"_s}, path);
        QVERIFY2(!answer.contains(u"0.00"_s) && answer.contains(u"unknown"_s), qPrintable(answer));
        const QString compared = ask(u"compare 2025-06-01 to 2025-06-02"_s, path);
        QVERIFY2(!compared.contains(u"0.00"_s) && compared.contains(u"unknown"_s), qPrintable(compared));
        const QString each = ask(u"what does a call cost on average?"_s, path);
        QVERIFY2(!each.contains(u"0.00"_s), qPrintable(each));
    }

    void theKeyOfACallIsNotItsUser() {
        const QString answer = ask(u"cost by api key"_s);
        QVERIFY2(answer.contains(u"API key"_s) && answer.contains(u"not kept"_s), qPrintable(answer));
    }

    void aProjectIsNoApplication() {
        const QString path =
            write(u"p.csv"_s, "timestamp,model,project,prompt_tokens,completion_tokens,cost_usd\n"
                              "2025-06-01T12:00:00Z,gpt-4o,a,1,1,1\n"
                              "2025-06-01T13:00:00Z,gpt-4o,b,1,1,2\n");
        const QString answer = ask(u"Where is my AI spend going?"_s, path);
        QVERIFY2(answer.contains(u"## Cost by project"_s) && !answer.contains(u"## Cost by application"_s),
                 qPrintable(answer));
    }

    void aFileHalfRejectedIsSaidFirst() {
        QByteArray rows("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
        for (int i = 0; i < 20; ++i)
            rows += "2025-06-01T12:00:00Z,gpt-4o," + QByteArray(i % 2 == 0 ? "-" : "") + "10,10,0.5\n";
        const QString path = write(u"half.csv"_s, rows);
        for (const QString& question : {u"Where is my AI spend going?"_s, u"cost by model"_s}) {
            const QString opening = ask(question, path).section(u"## "_s, 0, 0);
            QVERIFY2(opening.contains(u"10 of 20 rows"_s), qPrintable(opening));
        }
        QVERIFY(!ask(u"cost by model"_s).section(u"## "_s, 0, 0).contains(u"rejected"_s));
    }

    void whatIsAskedIsComputed_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* question, const QStringList& says) {
            QTest::newRow(question) << QString::fromUtf8(question) << says;
        };
        row("median cost per call", {u"0.00139625 USD"_s});
        row("what is the average latency?", {u"3004.39 ms"_s});
        row("cost per 1k calls", {u"4.499 USD"_s});
        row("cost per 1k calls by model", {u"| gpt-4o | "_s, u"| 7.4263 |"_s});
        row("cost per million tokens", {u"2.022 USD"_s});
        row("average tokens per call by model", {u"Tokens in per call"_s, u"| gpt-4o |"_s});
        row("what was the most expensive call?", {u"sample-00240"_s, u"0.055218"_s});
        row("how many users are there?", {u"users: 24"_s});
        row("which user has the highest error rate?", {u"user-24"_s, u"6.5 %"_s});
        row("timeouts by service", {u"26 of 2000 calls"_s, u"timed out"_s, u"| 8 |"_s, u"| 3 |"_s});
        row("how many calls took longer than 5 s?", {u"196 of 2000"_s});
        row("how many calls took longer than 10 seconds?", {u"28 of 2000"_s});
        row("how many tokens were wasted on errors?", {u"155256"_s, u"1976"_s});
        row("how many calls failed?", {u"73 of 2000"_s});
        row("what percentage of calls failed?", {u"73 of 2000 calls failed (3.7 %"_s});
        row("which service grew the most?", {u"USD a day"_s});
        row("what if prices rise by 20 %?", {u"10.80 USD"_s, u"8.997969225 USD"_s});
        row("what would claude-haiku-4-5 cost us?", {u"6.154092 USD"_s});
        row("how much would batch save?", {u"can wait"_s});
        row("which user made the most calls?", {u"user-24 has most calls: 107"_s});
        row("which model is the cheapest per call?",
            {u"A call costs least with gemini-1.5-flash: 0.000229 USD"_s});
        row("cheapest model", {u"gemini-1.5-flash cost least: 0.043027425 USD"_s});
        row("how many calls per day?", {u"2025-06-06 has most calls: 199"_s});
        row("users who spent more than 0.5 USD", {u"More than 0.5 USD: 2 of 24"_s, u"| user-21 |"_s});
        row("busiest hour", {u"The hour from 10:00 has most calls: 191"_s});
        row("which week was the cheapest?", {u"The week of 2025-06-09 cost least"_s});
        row("failed calls by day", {u"**73 of 2000 calls"_s, u"| **Total** | **73** |"_s});
        row("show calls slower than 10 seconds", {u"28 of 2000"_s, u"| 30000 |"_s});
        row("How many calls failed and which model is slowest?",
            {u"73 of 2000"_s, u"Latency and time to first token"_s});
        row("we have a budget of 5 USD, are we over it?",
            {u"3.997969225 USD more than the budget of 5 USD"_s});
        row("cost in euros", {u"is not computed"_s});
        row("what is the standard deviation of cost?", {u"is not computed"_s});
    }
    void whatIsAskedIsComputed() {
        QFETCH(QString, question);
        QFETCH(QStringList, says);
        RunRecorder run(question);
        run.attach(sampleCsv);
        run.run();
        const QString answer = run.outcome.answerMarkdown;
        for (const QString& text : says)
            QVERIFY2(answer.contains(text), qPrintable(text + u"\n"_s + answer.left(3000)));
        QVERIFY2(!answer.contains(u"## Action plan"_s), qPrintable(answer.left(300)));
    }

    void aFollowUpOfAFigureAsksForItAgain() {
        const QString answer = conversation({u"how many calls failed?"_s, u"and for gpt-4o?"_s});
        QVERIFY2(answer.contains(u"This is about model gpt-4o"_s) && answer.contains(u" of 618"_s),
                 qPrintable(answer.left(900)));
    }

    void aQuestionOfItsOwnIsNoFollowUp() {
        const QString answer = conversation({u"how many tokens were wasted on errors?"_s, u"top 3 users"_s});
        QVERIFY2(answer.contains(u"| user-21 |"_s) && !answer.contains(u"that failed used"_s),
                 qPrintable(answer.left(900)));
    }

    void onlyErrorsBeginsWithErrors() {
        const QString answer = conversation({u"cost by service"_s, u"only errors"_s});
        QVERIFY2(answer.startsWith(u"**73 of 2000 calls"_s), qPrintable(answer.left(400)));
        QVERIFY(ask(u"only errors"_s).startsWith(u"**73 of 2000 calls"_s));
    }

    void theModelThatIsLeftIsNoCandidate() {
        const QString answer = ask(u"what if we move gpt-4o to gpt-4o-mini?"_s);
        QVERIFY2(!answer.contains(u"All calls on"_s), qPrintable(answer));
        QVERIFY2(answer.startsWith(u"**Moving 100 % of the calls of gpt-4o to gpt-4o-mini would save "_s),
                 qPrintable(answer.left(300)));
    }

    void nextMonthHasItsDays() {
        const QString answer = ask(u"forecast next month"_s);
        QVERIFY2(answer.contains(u"2025-07-01 to 2025-07-31"_s) && answer.contains(u"31 days"_s),
                 qPrintable(answer));
    }

    void theStatementsOfAReportAreShown() {
        const QString answer = conversation({u"Where is my AI spend going?"_s, u"show me the sql"_s});
        QVERIFY2(answer.count(u"```sql"_s) > 5, qPrintable(answer.left(1500)));
        QVERIFY(answer.contains(u"summarise_usage"_s));
    }

    void costsOfZeroAreNoMissingPrices() {
        QByteArray rows("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
        for (int i = 0; i < 5; ++i)
            rows += "2025-06-01T12:00:00Z,gpt-4o,10,10,0\n";
        const QString answer = ask(u"Reduce my spend"_s, write(u"zero.csv"_s, rows));
        QVERIFY2(!answer.contains(u"No model with a known price"_s), qPrintable(answer));
    }

    void oneIsSaidInTheSingular() {
        const QString path =
            write(u"one.csv"_s, "timestamp,model,prompt_tokens,completion_tokens,cost_usd,status\n"
                                "2025-06-01T12:00:00Z,gpt-4o,1000,10,0.5,error\n");
        for (const QString& question :
             {u"Where is my AI spend going?"_s, u"what if we move it to gpt-4o-mini?"_s,
              u"what does a call cost on average?"_s, u"my rate limits?"_s}) {
            const QString answer = ask(question, path);
            const QRegularExpression plural(uR"((?<![\d.])1 (?:calls|rows|days|changes)\b)"_s);
            QVERIFY2(!answer.contains(plural), qPrintable(plural.match(answer).captured() + answer));
        }
    }

    void labelsReadWell() {
        const QString week = ask(u"cost by week"_s);
        QVERIFY2(week.contains(u"## Cost by week (UTC)"_s), qPrintable(week));
        const QString failed = ask(u"which day wasted most on errors?"_s);
        QVERIFY2(!failed.contains(u"(utc)"_s), qPrintable(failed));
        QVERIFY(failed.indexOf(u"| 2025-06-02 |"_s) < failed.indexOf(u"| 2025-06-10 |"_s));
        QVERIFY(failed.contains(u"| **Total** |"_s));
    }

    void totalsCarryTokensAndShare() {
        const QString answer = ask(u"cost by service"_s);
        QVERIFY2(
            answer.contains(QRegularExpression(
                u"\\| \\*\\*Total\\*\\* \\| \\*\\*2000\\*\\* \\| \\*\\*4014528\\*\\* .*\\*\\*100.0 %\\*\\* \\|"_s)),
            qPrintable(answer));
    }

    void unknownAmountsAreEmptyCells() {
        const QString path = write(u"mixed.csv"_s, "timestamp,model,prompt_tokens,completion_tokens\n"
                                                   "2025-06-01T12:00:00Z,gpt-4o,1000,10\n"
                                                   "2025-06-02T12:00:00Z,my-own,1000,10\n");
        const QString answer = ask(u"Where is my AI spend going?"_s, path);
        QVERIFY2(answer.contains(u"| my-own | 1 | 1000 | 10 |  |  | unknown |"_s),
                 qPrintable(answer.left(1500)));
    }

    void costsOfZeroHaveNoReasonAndNoSaving() {
        const QString path = write(u"zero.csv"_s, "timestamp,model,prompt_tokens,completion_tokens,cost_usd\n"
                                                  "2025-06-01T12:00:00Z,gpt-4o,1000,10,0\n"
                                                  "2025-06-02T12:00:00Z,gpt-4o,1000,10,0\n");
        const QString why = conversation({u"cost by model"_s, u"why?"_s}, path);
        QVERIFY2(why.contains(u"All recorded costs are 0"_s), qPrintable(why));
        const QString move = ask(u"what if we move it to gpt-4o-mini?"_s, path);
        QVERIFY2(move.contains(u"a move saves nothing"_s) && !move.contains(u"would save"_s),
                 qPrintable(move));
    }

    void aTableIsShownOnce() {
        const QString answer = ask(u"which model is slowest, and how do I reduce latency by 2x?"_s);
        QVERIFY2(answer.count(u"| p50 (ms) | p90 (ms) | p95 (ms) | p99 (ms) |"_s) <= 2, qPrintable(answer));
        QCOMPARE(ask(u"My calls are slow"_s).count(u"| Calls with latency | p50 (ms) |"_s), 1);
    }

    void dataQualityIsShort() {
        RunRecorder run(u"cost by model"_s);
        QByteArray wide("timestamp,model,prompt_tokens,completion_tokens,cost_usd");
        QByteArray cells("2025-06-01T12:00:00Z,gpt-4o,1,1,1");
        for (int i = 0; i < 30; ++i) {
            wide += ",extra" + QByteArray::number(i);
            cells += ",x";
        }
        for (int i = 0; i < 9; ++i)
            run.attach(write(u"f%1.csv"_s.arg(i), wide + '\n' + cells + QByteArray::number(i) + '\n'));
        run.run();
        const QString answer = run.outcome.answerMarkdown;
        QVERIFY2(answer.count(u"bytes)"_s) == 5 && answer.contains(u"4 more files"_s), qPrintable(answer));
        QVERIFY(answer.contains(u"extra11"_s) && !answer.contains(u"extra12,"_s));
        QVERIFY(answer.contains(u"18 more"_s));
    }

    void theTableThatWasAskedForIsSaved() {
        RunRecorder run(u"cost by service"_s);
        run.attach(sampleCsv);
        run.run();
        const QByteArray report = QJsonDocument(run.outcome.finalReport).toJson();
        const auto csv =
            protocol::exportReport(protocol::ReportFormat::CostTable, run.outcome.answerMarkdown, report);
        QVERIFY(csv.has_value());
        QVERIFY2(csv->startsWith("key,calls,") && csv->contains("\ncontract-reading,185,"), csv->constData());
        QVERIFY(csv->contains("Total,2000,"));
    }

    void ownQueriesSeeTheRowsOnly() {
        const QString answer = ask(u"SELECT count(*) AS n FROM usage_rows"_s);
        QVERIFY2(answer.startsWith(u"## Result"_s), qPrintable(answer.left(100)));
        for (const QString& sql :
             {u"SELECT * FROM sqlite_master"_s, u"SELECT * FROM calls"_s,
              u"SELECT name FROM (SELECT * FROM files)"_s, u"SELECT * FROM pragma_table_info('calls')"_s}) {
            const QString refused = ask(sql);
            QVERIFY2(refused.contains(u"This query is not allowed."_s), qPrintable(refused));
            QVERIFY2(!refused.contains(u"not authorized"_s) && !refused.contains(u"not an error"_s) &&
                         !refused.contains(u"prohibited"_s),
                     qPrintable(refused));
        }
        QVERIFY(ask(u"WITH a AS (SELECT model, calls FROM usage_rows) SELECT sum(calls) AS n FROM a"_s)
                    .contains(u"| 2000 |"_s));
        QVERIFY(!ask(u"DROP TABLE calls"_s).contains(u"not authorized"_s));
    }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_backend_answers.moc"
