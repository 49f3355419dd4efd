// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/runs/feed.h"

#include <QtTest>

using namespace apex;
using namespace apex::runs;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

class TestLedger : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void completesOnlyWithTheOutermost();
    void finalReportDoesNotComplete();
    void innerAnswerIsNoOutcome();
    void duplicateStartIsOneStep();
    void startedAgainIsAnIteration();
    void nestingFollowsTheStack();
    void toolsPairById();
    void toolsPairByNameWithinAgent();
    void lateToolEndIsRepaired();
    void failures();
    void stops();
    void missingIdsAreAdopted();
    void parallelRunsStayApart();
    void eventsAfterTheEnd();
    void noticesMayFollowTheEnd();
    void recoveredEventsAreRepairs();
    void givenUpRunsReopen();
    void burstDelivery();
    void silence();
    void dataBeforeOptimization();
    void foreignUserIsRefused();
    void linkGapLeavesARow();
    void resultWithoutEvents();
    void promptStartsTheClock();
    void threadRename();
    void changesNameWhatChanged();
    void namesAreStable();
    void costDoesNotGrow();
};

void TestLedger::completesOnlyWithTheOutermost() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
    feed(R"({"type":"agent_completed","run_id":"r","agent_name":"inner","result":"part"})");
    QCOMPARE(feed.run().verdict, Verdict::Running);
    QVERIFY(feed.run().answerIsFromInnerAgent);
    feed(kEnd);
    QCOMPARE(feed.run().outcome, Outcome::Completed);
    QCOMPARE(feed.run().verdict, Verdict::Ok);
    QCOMPARE(feed.run().answer, u"done"_s);
    QVERIFY(!feed.run().answerIsFromInnerAgent);
    QCOMPARE(feed.run().agent, u"sup"_s);
}

void TestLedger::finalReportDoesNotComplete() {
    Feed feed;
    feed(kStart);
    feed(
        R"({"type":"final_report","payload":{"report":{"executive_summary":"x"},"agent_name":"sup","run_id":"r"}})");
    feed.end();
    QCOMPARE(feed.run().outcome, Outcome::None);
    QCOMPARE(feed.run().verdict, Verdict::NoOutcome);
    QVERIFY(!feed.run().report.isEmpty());
}

void TestLedger::innerAnswerIsNoOutcome() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
    feed(R"({"type":"agent_completed","run_id":"r","agent_name":"inner","result":"part"})");
    feed.end();
    QCOMPARE(feed.run().outcome, Outcome::None);
    QCOMPARE(feed.run().verdict, Verdict::NoOutcome);
    QCOMPARE(feed.run().answer, u"part"_s);
    QVERIFY(feed.run().answerIsFromInnerAgent);
    QCOMPARE(feed.rules(), QStringList{u"never_closed"_s});
}

void TestLedger::duplicateStartIsOneStep() {
    Feed feed;
    feed(kStart);
    feed(kStart);
    feed(kEnd);
    QCOMPARE(feed.run().steps.size(), std::size_t(1));
    QCOMPARE(feed.run().counts.agentStarted, 2);
    QCOMPARE(feed.run().verdict, Verdict::Repaired);
    feed(kEnd);
    QCOMPARE(feed.rules(), QStringList({u"duplicate"_s, u"duplicate"_s}));
    QCOMPARE(feed.run().outcome, Outcome::Completed);
}

void TestLedger::startedAgainIsAnIteration() {
    Feed feed;
    feed(kStart);
    for (int i = 0; i < 2; ++i) {
        feed(R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
        feed(R"({"type":"agent_completed","run_id":"r","agent_name":"inner","result":"x"})");
    }
    feed(kEnd);
    QCOMPARE(feed.run().steps.at(1).iteration, 1);
    QCOMPARE(feed.run().steps.at(2).iteration, 2);
    QCOMPARE(feed.run().verdict, Verdict::Ok);
}

void TestLedger::nestingFollowsTheStack() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x"})");
    feed(R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"meanwhile"})");
    const auto& steps = feed.run().steps;
    QCOMPARE(steps.at(1).parent, 0);
    QCOMPARE(steps.at(2).parent, 1);
    QCOMPARE(steps.at(2).depth, 2);
    QCOMPARE(steps.at(3).parent, 0);
}

void TestLedger::toolsPairById() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x","execution_id":"1","parameters":{"n":1}})");
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x","execution_id":"2","parameters":{"n":2}})");
    feed(R"({"type":"tool_completed","run_id":"r","tool_name":"x","execution_id":"2","result":"two"})");
    feed(
        R"({"type":"tool_completed","run_id":"r","tool_name":"x","execution_id":"1","result":"one","success":false})");
    feed(kEnd);
    QCOMPARE(feed.run().steps.at(1).result, QByteArray("\"one\""));
    QCOMPARE(feed.run().steps.at(1).state, StepState::Failed);
    QCOMPARE(feed.run().steps.at(2).result, QByteArray("\"two\""));
    QCOMPARE(feed.run().verdict, Verdict::Ok);
}

void TestLedger::toolsPairByNameWithinAgent() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"a"})");
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"b"})");
    feed(R"({"type":"tool_executing","run_id":"r","agent_name":"a","tool_name":"x"})");
    feed(R"({"type":"tool_executing","run_id":"r","agent_name":"b","tool_name":"x"})");
    feed(R"({"type":"tool_completed","run_id":"r","agent_name":"b","tool_name":"x","result":"b"})");
    feed(R"({"type":"tool_completed","run_id":"r","agent_name":"b","tool_name":"x","result":"again"})");
    QCOMPARE(feed.run().steps.at(3).state, StepState::Running);
    QCOMPARE(feed.run().steps.at(4).result, QByteArray("\"b\""));
    QCOMPARE(feed.rules(), QStringList{u"completion_without_start"_s});
}

void TestLedger::lateToolEndIsRepaired() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x","execution_id":"1"})");
    feed(kEnd);
    QCOMPARE(feed.run().verdict, Verdict::Violation);
    QCOMPARE(feed.run().steps.at(1).state, StepState::Unfinished);
    QCOMPARE(feed.rules(), QStringList{u"unpaired_tool_start"_s});
    feed(R"({"type":"tool_completed","run_id":"r","tool_name":"x","execution_id":"1","recovered":true})");
    QCOMPARE(feed.run().verdict, Verdict::Repaired);
    QCOMPARE(feed.run().steps.at(1).state, StepState::Done);
}

void TestLedger::failures() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
    feed(R"({"type":"agent_error","run_id":"r","agent_name":"inner","error":"boom"})");
    QCOMPARE(feed.run().steps.at(1).state, StepState::Failed);
    QCOMPARE(feed.run().outcome, Outcome::None);
    feed(R"({"type":"agent_death","run_id":"r","agent_name":"sup","message":"gone"})");
    QCOMPARE(feed.run().outcome, Outcome::Failed);
    QCOMPARE(feed.run().failure, u"gone"_s);
    QCOMPARE(feed.run().verdict, Verdict::Ok);
}

void TestLedger::stops() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x"})");
    feed.ledger.stopRequested(RunId(u"r"_s), feed.receipt());
    QVERIFY(feed.run().stopRequested);
    QCOMPARE(feed.run().outcome, Outcome::None);
    feed(R"({"type":"agent_stopped"})");
    QCOMPARE(feed.run().outcome, Outcome::Cancelled);
    QCOMPARE(feed.run().steps.at(1).state, StepState::Unfinished);
}

void TestLedger::missingIdsAreAdopted() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_thinking","agent_name":"sup","thought":"x"})");
    feed(R"({"type":"agent_completed","agent_name":"sup","result":"y"})");
    QCOMPARE(feed.ledger.runs().size(), std::size_t(1));
    QCOMPARE(feed.run().verdict, Verdict::Repaired);
    QCOMPARE(feed.rules(), QStringList{u"adopted_run_id"_s});
    // The id may come later than the start.
    Feed late;
    late(R"({"type":"agent_started","agent_name":"sup"})");
    late(kEnd);
    QCOMPARE(late.ledger.runs().size(), std::size_t(1));
    QCOMPARE(late.run().id.toString(), u"r"_s);
    QCOMPARE(late.ledger.indexOf(RunId(u"r"_s)), 0);
}

void TestLedger::parallelRunsStayApart() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"s","agent_name":"sup","thread_id":"u"})");
    feed(kEnd);
    QCOMPARE(feed.run(0).outcome, Outcome::Completed);
    QCOMPARE(feed.run(1).outcome, Outcome::None);
    feed(R"({"type":"agent_completed","thread_id":"u","agent_name":"sup","result":"z"})");
    QCOMPARE(feed.run(1).answer, u"z"_s);
}

void TestLedger::eventsAfterTheEnd() {
    Feed feed;
    feed(kStart);
    feed(kEnd);
    feed(R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"late"})");
    QCOMPARE(feed.rules(), QStringList{u"event_after_terminal"_s});
    QCOMPARE(feed.run().verdict, Verdict::Violation);
    QCOMPARE(feed.run().outcome, Outcome::Completed);
    // A start shows that the end was not the outermost agent's: the run is open again.
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"next"})");
    QCOMPARE(feed.run().verdict, Verdict::Running);
    feed.end();
    QCOMPARE(feed.run().verdict, Verdict::NoOutcome);
}

void TestLedger::noticesMayFollowTheEnd() {
    Feed feed;
    feed(kStart);
    feed(kEnd);
    const MonoTime last = feed.run().last;
    feed(R"({"type":"cleanup_complete","run_id":"r","data":{"cleanup_status":"complete"}})");
    QCOMPARE(feed.run().verdict, Verdict::Ok);
    QCOMPARE(feed.run().last, last);
    QCOMPARE(feed.run().steps.size(), std::size_t(2));
}

void TestLedger::recoveredEventsAreRepairs() {
    Feed feed;
    feed(kStart);
    feed(kEnd);
    feed(R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"late","recovered":true})");
    QCOMPARE(feed.rules(), QStringList{u"out_of_order"_s});
    QCOMPARE(feed.run().verdict, Verdict::Repaired);
    QVERIFY(feed.run().steps.back().recovered);
}

void TestLedger::givenUpRunsReopen() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x"})");
    feed.end();
    QCOMPARE(feed.run().verdict, Verdict::NoOutcome);
    feed(R"({"type":"tool_completed","run_id":"r","tool_name":"x"})");
    QCOMPARE(feed.run().verdict, Verdict::Running);
    feed(kEnd);
    QCOMPARE(feed.run().verdict, Verdict::Ok);
    QVERIFY(feed.run().findings.empty());
}

void TestLedger::burstDelivery() {
    const auto stream = [](std::chrono::milliseconds gap) {
        Feed feed;
        feed.at(0s, kStart);
        for (int i = 0; i < 8; ++i)
            feed.at(3s + i * gap, QByteArray("{\"type\":\"agent_thinking\",\"run_id\":\"r\",\"thought\":\"" +
                                             QByteArray::number(i) + "\"}")
                                      .constData());
        feed.at(3s + 9 * gap, kEnd);
        return feed.rules();
    };
    QCOMPARE(stream(10ms), QStringList{u"burst_delivery"_s});
    QCOMPARE(stream(500ms), QStringList());
}

void TestLedger::silence() {
    Feed feed;
    feed.at(0s, kStart);
    feed.at(64s, kEnd);
    QCOMPARE(feed.rules(), QStringList{u"silence"_s});
    QCOMPARE(feed.run().verdict, Verdict::Ok);
}

void TestLedger::dataBeforeOptimization() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"OptimizationsCoreSubAgent"})");
    QCOMPARE(feed.rules(), QStringList{u"optimization_before_data"_s});
    Feed lawful;
    lawful(kStart);
    lawful(R"({"type":"agent_started","run_id":"r","agent_name":"data"})");
    lawful(R"({"type":"agent_completed","run_id":"r","agent_name":"data","result":"x"})");
    lawful(R"({"type":"agent_started","run_id":"r","agent_name":"optimization"})");
    lawful(R"({"type":"agent_started","run_id":"r","agent_name":"claude_code_optimizer"})");
    QCOMPARE(lawful.rules(), QStringList());
}

void TestLedger::foreignUserIsRefused() {
    LedgerOptions options;
    options.expectedUser = UserId(u"me"_s);
    Feed feed(options);
    QCOMPARE(feed(R"({"type":"agent_started","run_id":"x","agent_name":"a","user_id":"you"})").run, -1);
    QVERIFY(feed.ledger.runs().empty());
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"a","user_id":"me"})");
    feed(R"({"type":"agent_completed","run_id":"r","agent_name":"a","user_id":"you","result":"lie"})");
    QCOMPARE(feed.run().outcome, Outcome::None);
    QVERIFY(feed.run().answer.isEmpty());
    QCOMPARE(feed.rules(), QStringList{u"foreign_user"_s});
    QCOMPARE(feed.ledger.foreignEvents(), qint64(2));
}

void TestLedger::linkGapLeavesARow() {
    Feed feed;
    feed(kStart);
    const auto lost = feed.receipt();
    const auto changes = feed.ledger.linkGap(lost, {lost.frame, {}, lost.mono + 14s});
    QCOMPARE(changes.size(), std::size_t(1));
    QCOMPARE(feed.run().steps.back().kind, StepKind::Link);
    feed(kEnd);
    QCOMPARE(feed.run().verdict, Verdict::Repaired);
}

void TestLedger::resultWithoutEvents() {
    Feed feed;
    feed(kEnd);
    QCOMPARE(feed.run().outcome, Outcome::Completed);
    QCOMPARE(feed.rules(), QStringList({u"missing_start"_s, u"no_live_events"_s}));
    QCOMPARE(feed.run().verdict, Verdict::Violation);
}

void TestLedger::promptStartsTheClock() {
    Feed feed;
    feed.ledger.promptSent(ThreadId(u"t"_s), RunId(u"mine"_s), {0, {}, 5s});
    feed.at(9s, kStart);
    feed.at(10s, kEnd);
    QCOMPARE(feed.run().first, MonoTime(5s));
    QCOMPARE(feed.run().firstEvent, MonoTime(9s));
    QCOMPARE(timeShare(feed.run(), 10s).waiting, 4s);
}

void TestLedger::threadRename() {
    Feed feed;
    feed(kStart);
    feed.ledger.renameThread(ThreadId(u"t"_s), ThreadId(u"new"_s));
    QCOMPARE(feed.run().thread.toString(), u"new"_s);
    feed(R"({"type":"agent_completed","thread_id":"new","agent_name":"sup","result":"x"})");
    QCOMPARE(feed.run().outcome, Outcome::Completed);
}

void TestLedger::changesNameWhatChanged() {
    Feed feed;
    const Change start = feed(kStart);
    QVERIFY(start.runAdded && start.run == 0 && start.firstNewStep == 0);
    QCOMPARE(feed(R"({"type":"tool_executing","run_id":"r","tool_name":"x"})").firstNewStep, 1);
    const Change done = feed(R"({"type":"tool_completed","run_id":"r","tool_name":"x"})");
    QCOMPARE(done.firstNewStep, -1);
    QCOMPARE(done.changedSteps, std::vector<int>{1});
    QVERIFY(feed(kEnd).outcomeChanged);
}

void TestLedger::namesAreStable() {
    QSet<QString> names;
    for (int i = 0; i <= static_cast<int>(Rule::MissingStep); ++i) {
        names.insert(ruleName(static_cast<Rule>(i)));
        QVERIFY(!ruleText(static_cast<Rule>(i)).isEmpty());
    }
    QCOMPARE(names.size(), static_cast<int>(Rule::MissingStep) + 1);
    QCOMPARE(ruleName(Rule::EventAfterTerminal), u"event_after_terminal"_s);
    QCOMPARE(outcomeName(Outcome::None), u"no_outcome"_s);
    QCOMPARE(verdictName(Verdict::Repaired), u"repaired"_s);
}

void TestLedger::costDoesNotGrow() {
    // A long run of every costly shape: ids never closed, names never closed, ends never started, nested
    // agents.
    const auto spend = [](int count) {
        Ledger ledger;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < count; ++i) {
            protocol::Event event;
            event.envelope.run = RunId(u"r"_s);
            event.envelope.agent = QStringLiteral("a%1").arg(i % 3 == 0 ? i : 0);
            if (i % 3 == 0)
                event.body = protocol::AgentStarted{};
            else if (i % 3 == 1)
                event.body = protocol::ToolExecuting{u"x"_s, ToolCallId(QString::number(i)), {}, false};
            else
                event.body = protocol::ToolCompleted{u"y"_s, {}, {}, {}, {}, {}};
            ledger.apply(event, {i, {}, MonoTime(i)});
        }
        return timer.nsecsElapsed() / count;
    };
    spend(1'000);
    const qint64 few = spend(4'000);
    const qint64 many = spend(64'000);
    QVERIFY2(many < few * 6, qPrintable(QStringLiteral("%1 ns, %2 ns").arg(few).arg(many)));
}

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
