// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/price_book.h"
#include "run_recorder.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <set>
#include <thread>

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

const QString sampleCsv = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");
const QString sampleJsonl = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.jsonl");

} // namespace

class TestAgentsRun : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString write(const QString& name, const QByteArray& content) {
        const QString path = m_dir.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write test file");
        return path;
    }

    static QStringList flow(const QStringList& agents) {
        QStringList lines{u"agent_started Supervisor"_s};
        for (const QString& agent : agents)
            lines << u"agent_started "_s + agent << u"agent_completed "_s + agent;
        return lines << u"agent_completed Supervisor"_s;
    }

    /// Rules every run obeys, however it ends.
    static void checkFrames(const RunRecorder& run) {
        QVERIFY(!run.frames.empty());
        QCOMPARE(RunRecorder::text(run.frames.front(), "type"), u"agent_started"_s);
        QCOMPARE(RunRecorder::text(run.frames.front(), "agent_name"), u"Supervisor"_s);
        std::set<QString> ids;
        QString openCall;
        QString openTool;
        QString openAgent;
        int terminal = 0;
        static const QRegularExpression time(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$"_s);
        for (const QJsonObject& frame : run.frames) {
            QCOMPARE(RunRecorder::text(frame, "run_id"), u"run_1"_s);
            QCOMPARE(RunRecorder::text(frame, "thread_id"), u"thread_1"_s);
            QCOMPARE(RunRecorder::text(frame, "user_id"), u"user_1"_s);
            QVERIFY(time.match(RunRecorder::text(frame, "timestamp")).hasMatch());
            QVERIFY(ids.insert(RunRecorder::text(frame, "event_id")).second);
            const QString type = RunRecorder::text(frame, "type");
            const QString agent = RunRecorder::text(frame, "agent_name");
            QVERIFY(!agent.isEmpty());
            if (type == "tool_executing"_L1) {
                QVERIFY(openCall.isEmpty());
                openCall = RunRecorder::text(frame, "execution_id");
                openTool = RunRecorder::text(frame, "tool_name");
                QVERIFY(!openCall.isEmpty());
                QCOMPARE(agent, openAgent);
            } else if (type == "tool_completed"_L1) {
                QCOMPARE(RunRecorder::text(frame, "execution_id"), openCall);
                QCOMPARE(RunRecorder::text(frame, "tool_name"), openTool);
                QVERIFY(frame.value("duration_ms"_L1).toDouble() > 0);
                openCall.clear();
            } else if (type == "agent_started"_L1 && agent != "Supervisor"_L1) {
                QVERIFY(openAgent.isEmpty());
                openAgent = agent;
            } else if (agent == openAgent && (type == "agent_completed"_L1 || type == "agent_error"_L1)) {
                openAgent.clear();
            }
            if (type == "agent_stopped"_L1 ||
                (agent == "Supervisor"_L1 && (type == "agent_completed"_L1 || type == "agent_error"_L1)))
                ++terminal;
        }
        QVERIFY(openCall.isEmpty());
        QCOMPARE(terminal, 1);
        const QString last = RunRecorder::text(run.frames.back(), "type");
        const QString expected = run.outcome.end == RunEnd::Completed ? u"agent_completed"_s
                                 : run.outcome.end == RunEnd::Failed  ? u"agent_error"_s
                                                                      : u"agent_stopped"_s;
        QCOMPARE(last, expected);
        QCOMPARE(RunRecorder::text(run.frames.back(), "agent_name"), u"Supervisor"_s);
    }

private Q_SLOTS:
    void aFullAnalysisRunsAllStepsInOrder() {
        RunRecorder run(u"Where is my AI spend going?"_s);
        run.attach(sampleCsv);
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        checkFrames(run);
        QCOMPARE(run.story(),
                 flow({u"triage"_s, u"data"_s, u"optimization"_s, u"actions"_s, u"reporting"_s}));
        const auto reports = run.ofType(u"final_report"_s);
        QCOMPARE(reports.size(), std::size_t(1));
        QCOMPARE(RunRecorder::text(run.frames[run.frames.size() - 2], "type"), u"final_report"_s);
        const QJsonObject report = reports.front().value("report"_L1).toObject();
        QCOMPARE(report.value("report_type"_L1).toString(), u"full_analysis"_s);
        QCOMPARE(report.value("data_quality"_L1).toObject().value("rows_read"_L1).toInt(), 2000);
        QCOMPARE(report.value("agent_metrics"_L1).toArray().size(), 5);
        QVERIFY(!report.value("recommendations"_L1).toArray().isEmpty());
        QCOMPARE(run.frames.back().value("final_response"_L1).toString(), run.outcome.answerMarkdown);
    }

    void theTotalEqualsAnIndependentSum() {
        // Sum in whole 10^-9 dollars straight from the text of the sample, without the product's reader.
        QFile file(sampleCsv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        file.readLine();
        qint64 nano = 0;
        while (!file.atEnd()) {
            const QByteArray cost = file.readLine().split(',').at(11);
            const qsizetype dot = cost.indexOf('.');
            const QByteArray fraction = dot < 0 ? QByteArray() : cost.mid(dot + 1);
            QVERIFY(fraction.size() <= 9);
            nano += (dot < 0 ? cost : cost.left(dot)).toLongLong() * 1'000'000'000 +
                    fraction.leftJustified(9, '0').toLongLong();
        }
        QString expected = QString::number(nano / 1'000'000'000) + u'.' +
                           QString::number(nano % 1'000'000'000).rightJustified(9, u'0');
        while (expected.endsWith(u'0'))
            expected.chop(1);
        RunRecorder run(u"Where is my AI spend going?"_s);
        run.attach(sampleCsv);
        run.run();
        QVERIFY2(run.outcome.answerMarkdown.contains(u"**2000 calls cost "_s + expected + u" USD"_s),
                 qPrintable(expected));
        QVERIFY(run.outcome.answerMarkdown.contains(u"**"_s + expected + u"**"_s));
    }

    void everyFigureOfTheAnswerIsInAToolResult() {
        RunRecorder run(u"Reduce my AI cost by 30 %"_s);
        run.attach(sampleCsv);
        run.run();
        const QString results = run.toolResults();
        // Words with digits (model names, percentiles, ids) and list numbers are no figures; durations of
        // time carry no decimals here.
        QString answer = run.outcome.answerMarkdown;
        answer.remove(QRegularExpression(u"`[^`]*`"_s)).remove(QRegularExpression(u"(?m)^\\d+\\. "_s));
        static const QRegularExpression figure(u"(?<![\\w.-])\\d+(?:\\.\\d+)?(?![\\w-])"_s);
        int checked = 0;
        QStringList strangers;
        for (auto found = figure.globalMatch(answer); found.hasNext();) {
            const QString number = found.next().captured();
            ++checked;
            const QRegularExpression same(u"(?<![\\w.])"_s + QRegularExpression::escape(number) +
                                          u"(?![\\w.]*\\d)"_s);
            if (!results.contains(same))
                strangers.append(number);
        }
        QVERIFY(checked > 100);
        QVERIFY2(strangers.isEmpty(), qPrintable(strangers.join(u' ')));
    }

    void aTargetIsAnsweredNotClaimed_data() {
        QTest::addColumn<QString>("question");
        QTest::addColumn<QString>("words");
        QTest::newRow("modest") << u"Cut costs by 10 %"_s << u"The 10 % asked for is reached"_s;
        QTest::newRow("absurd") << u"Reduce cost by 99%"_s << u"The 99 % asked for is not reached"_s;
    }
    void aTargetIsAnsweredNotClaimed() {
        QFETCH(QString, question);
        QFETCH(QString, words);
        RunRecorder run(question);
        run.attach(sampleCsv);
        run.run();
        QVERIFY2(run.outcome.answerMarkdown.contains(words),
                 qPrintable(run.outcome.answerMarkdown.left(800)));
    }

    void growthIsProjectedWhenAsked() {
        RunRecorder run(u"What happens to my bill if usage grows by 50%?"_s);
        run.attach(sampleJsonl);
        run.run();
        QVERIFY(run.toolResults().contains(u"\"growth_percent\":50"_s));
        QVERIFY(run.outcome.answerMarkdown.contains(u"With 50 % more use"_s));
        QVERIFY(!run.outcome.answerMarkdown.contains(u"asked for"_s));
    }

    void withoutDataTheAnswerIsGuidanceAndPromisesNothing() {
        RunRecorder run(u"Analyze my AI costs and save 30 %"_s);
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        checkFrames(run);
        QCOMPARE(run.story(), flow({u"triage"_s, u"data_helper"_s, u"reporting"_s}));
        QCOMPARE(run.outcome.finalReport.value("report_type"_L1).toString(), u"guidance"_s);
        for (const char* column : {"timestamp", "model", "prompt_tokens", "completion_tokens", "cost_usd"})
            QVERIFY(run.outcome.answerMarkdown.contains(QLatin1String(column)));
        // The only figure allowed is the one the user wrote.
        static const QRegularExpression percent(u"(\\d+) ?%"_s);
        for (auto found = percent.globalMatch(run.outcome.answerMarkdown); found.hasNext();)
            QCOMPARE(found.next().captured(1), u"30"_s);
        QVERIFY(!run.outcome.answerMarkdown.contains(u"USD"_s));
    }

    void partialDataIsMeasuredButNotOptimised() {
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"partial.csv"_s,
                         "timestamp,cost_usd\n2025-06-01T00:00:00Z,0.5\n2025-06-02T00:00:00Z,0.25\n"));
        run.run();
        checkFrames(run);
        QCOMPARE(run.story(), flow({u"triage"_s, u"data_helper"_s, u"data"_s, u"reporting"_s}));
        QCOMPARE(run.outcome.finalReport.value("report_type"_L1).toString(), u"partial_analysis"_s);
        QVERIFY(run.outcome.answerMarkdown.contains(u"0.75"_s));
        QVERIFY(run.outcome.answerMarkdown.contains(u"Savings were not calculated"_s));
    }

    void tooLittleDataEndsInGuidance() {
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"little.csv"_s, "model,latency_ms\ngpt-4o,100\n"));
        run.run();
        QCOMPARE(run.story(), flow({u"triage"_s, u"data_helper"_s, u"reporting"_s}));
    }

    void aFailureNamesTheStepAndTheStepsNotRun() {
        QByteArray rows("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
        for (int i = 0; i < 1200; ++i)
            rows += "2025-06-01T00:00:00Z,gpt-4o,10,10,0.1\n";
        for (int i = 0; i < 3000; ++i)
            rows += "2025-06-01T00:00:00Z,gpt-4o,-10,10,0.1\n";
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"bad.csv"_s, rows));
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Failed);
        checkFrames(run);
        const auto errors = run.ofType(u"agent_error"_s);
        QCOMPARE(errors.size(), std::size_t(2));
        QCOMPARE(RunRecorder::text(errors[0], "agent_name"), u"triage"_s);
        const QString message = RunRecorder::text(errors[1], "user_friendly_message");
        QVERIFY2(message.contains(u"3000 of 4200 rows"_s), qPrintable(message));
        QVERIFY2(message.contains(u"negative"_s), qPrintable(message));
        QVERIFY2(message.contains(u"data, optimization, actions, reporting"_s), qPrintable(message));
        QVERIFY(run.ofType(u"agent_completed"_s).empty());
        QVERIFY(run.ofType(u"final_report"_s).empty());
    }

    void aMissingPriceFileIsSaidAndTheRestStands() {
        RunRecorder run(u"cost?"_s);
        run.request.priceFilePath = m_dir.filePath(u"none.json"_s);
        run.attach(sampleCsv);
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        QVERIFY(run.outcome.answerMarkdown.contains(u"price file cannot be read"_s));
        QVERIFY(!run.toolResults().contains(u"simulate_model_swap"_s));
    }

    void unknownModelsStayUnknown() {
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"unknown.csv"_s,
                         "timestamp,model,prompt_tokens,completion_tokens\n"
                         "2025-06-01,gpt-4o-2024-08-06,1000000,1000000\n2025-06-01,my-own,1000000,1\n"
                         "2025-06-01,gpt-4o,1000000,0\n"));
        run.run();
        QVERIFY2(run.outcome.answerMarkdown.contains(u"in no sum of money: 1."_s),
                 qPrintable(run.outcome.answerMarkdown));
        QVERIFY(run.outcome.answerMarkdown.contains(u"my-own (1)"_s));
        QVERIFY(run.outcome.answerMarkdown.contains(u"15.00"_s));
        const auto prices = PriceBook::load(run.request.priceFilePath);
        QVERIFY(prices.has_value());
        QVERIFY(run.outcome.answerMarkdown.contains(prices->asOf().toString(Qt::ISODate) +
                                                    u" from the price file"_s));
    }

    void costsThatAreNotKnownAreNotZero() {
        RunRecorder run(u"Reduce my spend by 20 %"_s);
        run.attach(write(u"own.csv"_s,
                         "timestamp,model,prompt_tokens,completion_tokens\n2025-06-01,my-own,10,20\n"));
        run.run();
        QCOMPARE(run.outcome.end, RunEnd::Completed);
        checkFrames(run);
        const QString answer = run.outcome.answerMarkdown;
        QVERIFY2(answer.startsWith(u"**What 1 call cost is unknown, 2025-06-01 (UTC, one day).**"_s),
                 qPrintable(answer.left(200)));
        QVERIFY2(!answer.contains(u"0.00"_s), qPrintable(answer));
        QVERIFY(answer.contains(u"Whether 20 % can be reached was not calculated"_s));
        const QJsonObject cost = run.outcome.finalReport.value("cost_analysis"_L1).toObject();
        QVERIFY(cost.value("total_current"_L1).isNull());
        QVERIFY(!cost.contains("total_projected"_L1));
    }

    void aFollowUpInheritsTheTopic() {
        RunRecorder run(u"And in this file?"_s);
        run.request.history = {{true, u"Which model is slow?"_s}, {false, u"…"_s}};
        run.attach(sampleCsv);
        run.run();
        const QString answer = run.outcome.answerMarkdown;
        QVERIFY2(answer.contains(u"## Latency"_s) && !answer.contains(u"## Cost by model"_s),
                 qPrintable(answer));
    }

    void filesOfEarlierMessagesAreUsedOnlyWhenThereIsNoNewOne() {
        RunRecorder both(u"cost?"_s);
        both.attach(sampleCsv);
        both.request.files.back().ofThisMessage = false;
        both.attach(sampleJsonl);
        both.run();
        QVERIFY(both.outcome.answerMarkdown.contains(u"**300 calls"_s));
        QVERIFY(both.outcome.answerMarkdown.contains(u"came with an earlier message"_s));
        RunRecorder earlier(u"and the errors?"_s);
        earlier.attach(sampleCsv);
        earlier.request.files.back().ofThisMessage = false;
        earlier.run();
        QVERIFY(earlier.outcome.answerMarkdown.startsWith(u"**73 of 2000 calls"_s));
    }

    void theSameContentTwiceCountsOnce() {
        QFile::copy(sampleCsv, m_dir.filePath(u"copy.csv"_s));
        RunRecorder run(u"cost?"_s);
        run.attach(sampleCsv);
        run.attach(m_dir.filePath(u"copy.csv"_s));
        run.run();
        QVERIFY(run.outcome.answerMarkdown.contains(u"**2000 calls"_s));
        QVERIFY(run.outcome.answerMarkdown.contains(u"was counted once"_s));
    }

    void theQuestionOrdersTheAnswer() {
        const auto answer = [](const QString& question) {
            RunRecorder run(question);
            run.attach(sampleCsv);
            run.run();
            return run.outcome.answerMarkdown;
        };
        const QString cost = answer(u"Where is my AI spend going?"_s);
        QVERIFY(cost.indexOf(u"## Cost by model"_s) < cost.indexOf(u"## Latency"_s));
        const QString slow = answer(u"My calls are slow and cost too much"_s);
        QVERIFY(slow.indexOf(u"## Latency"_s) < slow.indexOf(u"## Cost by model"_s));
        const QString errors = answer(u"What do timeouts cost me?"_s);
        QVERIFY(errors.indexOf(u"## Errors"_s) < errors.indexOf(u"## Cost by model"_s));
    }

    void longPeriodsAreShownByWeekOrMonth() {
        const auto answer = [this](int days) {
            QByteArray rows("timestamp,model,prompt_tokens,completion_tokens,cost_usd\n");
            for (int day = 0; day < days; ++day)
                rows += QDate(2024, 1, 3).addDays(day).toString(Qt::ISODate).toUtf8() + ",gpt-4o,1,1,0.5\n";
            RunRecorder run(u"cost?"_s);
            run.attach(write(u"long.csv"_s, rows));
            run.run();
            return run.outcome.answerMarkdown;
        };
        QVERIFY(answer(31).contains(u"| 2024-02-02 | 1 |"_s));
        QVERIFY(answer(40).contains(u"| 2024-01-01 | 5 |"_s)); // Wednesday to Sunday of the week from Monday
        QVERIFY(answer(500).contains(u"| 2024-02 | 29 |"_s));
    }

    void hostileTextOfAFileStaysText() {
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"h.csv"_s, "timestamp,model,prompt_tokens,completion_tokens,cost_usd\n"
                                     "2025-06-01,\"x|y [a](http://b) <img>\",1,1,1\n"));
        run.run();
        QVERIFY(run.outcome.answerMarkdown.contains(u"x\\|y \\[a\\](http://b) \\<img\\>"_s));
    }

    void stopEndsALongRunWithin100Ms() {
        QByteArray rows("timestamp,model,prompt_tokens,completion_tokens,cost_usd,latency_ms,prompt_hash\n");
        QByteArray block;
        for (int i = 0; i < 20000; ++i)
            block += "2025-06-01T00:00:00Z,gpt-4o,1000,10,0.0125," + QByteArray::number(i) + ",h" +
                     QByteArray::number(i) + "\n";
        for (int i = 0; i < 40; ++i)
            rows += block;
        RunRecorder run(u"cost?"_s);
        run.attach(write(u"large.csv"_s, rows));
        QElapsedTimer sinceStop;
        std::jthread stopper;
        run.onFrame = [&](const QJsonObject& frame) {
            if (RunRecorder::text(frame, "type") == u"tool_executing"_s &&
                RunRecorder::text(frame, "tool_name") == u"load_usage"_s)
                stopper = std::jthread([&] {
                    sinceStop.start();
                    run.stop.request_stop();
                });
        };
        run.run();
        const qint64 took = sinceStop.elapsed();
        QCOMPARE(run.outcome.end, RunEnd::Stopped);
        checkFrames(run);
        QVERIFY2(took < 100, qPrintable(QString::number(took)));
        const QJsonObject last = run.frames.back();
        QCOMPARE(last.value("steps_done"_L1).toArray(), QJsonArray());
        QVERIFY(RunRecorder::text(last, "message").contains(u"nothing was finished"_s));
        QVERIFY(last.value("steps_not_run"_L1).toArray().contains(u"data"_s));
    }

    void stopBetweenAnyTwoFramesEndsTheRunCleanly() {
        RunRecorder whole(u"cost?"_s);
        whole.attach(sampleJsonl);
        whole.run();
        const std::size_t frames = whole.frames.size();
        for (std::size_t at = 1; at + 2 < frames; ++at) {
            RunRecorder run(u"cost?"_s);
            run.attach(sampleJsonl);
            run.onFrame = [&](const QJsonObject&) {
                if (run.frames.size() == at)
                    run.stop.request_stop();
            };
            run.run();
            QVERIFY2(run.outcome.end == RunEnd::Stopped, qPrintable(QString::number(at)));
            checkFrames(run);
            QVERIFY(run.frames.size() <= at + 3);
        }
    }
};

QTEST_GUILESS_MAIN(TestAgentsRun)
#include "tst_backend_agents_run.moc"
