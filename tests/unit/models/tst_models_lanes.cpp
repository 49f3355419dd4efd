// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive.h"
#include "models/json_tree_model.h"
#include "models/run_lanes.h"
#include "models/timeline_model.h"
#include "support/sample_runs.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace apex;
using namespace apex::models;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestModelsLanes final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parallelStepsStandSideBySide();
    void noTwoStepsOfALaneOverlap();
    void piecesAreBoundByPixels();
    void piecesTellWhatTheyHold();
    void aLongStepIsNeverMergedAway();
    void aStepThatEndsFreesItsLane();
    void filterReadsFieldsAndWords();
    void filteredRowsFollowALiveRun();
    void pathSentenceAddsUp();
    void fourKindsOfStallHaveFourTexts();
    void silenceNeverConcludesThatARunFailed();
    void toolTimesComeFromTheArchive();
    void aSlowToolIsMeasuredAgainstItsOwnPast();
    void jsonTreeKeepsOrderAndPaths();
    void jsonTreeSaysWhatIsNotJson();
    void aNumberLeadsToTheToolsThatHoldIt();
    void findingsAreFoundThroughTheIndex();
};

namespace {

runs::Run randomRun(int steps, quint32 seed) {
    QRandomGenerator random(seed);
    runs::Run run;
    MonoTime now{1'000'000};
    run.first = now;
    for (int i = 0; i < steps; ++i) {
        runs::Step step;
        step.kind = runs::StepKind::Tool;
        step.depth = 1 + static_cast<int>(random.bounded(3));
        step.started = now;
        step.ended = now + MonoTime(random.bounded(30'000));
        step.state = runs::StepState::Done;
        run.steps.push_back(step);
        now += MonoTime(random.bounded(5'000));
    }
    run.last = now + MonoTime{30'000};
    return run;
}

RunLanes lanesOf(const runs::Run& run) {
    RunLanes lanes;
    for (int i = 0; i < static_cast<int>(run.steps.size()); ++i)
        lanes.add(run, i);
    return lanes;
}

} // namespace

void TestModelsLanes::parallelStepsStandSideBySide() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    test::playParallelRun(chat, clock, u"run-1"_s);
    const runs::Run& run = chat.ledger().runs().front();
    const RunLanes lanes = lanesOf(run);
    std::set<int> tools;
    for (size_t i = 0; i < run.steps.size(); ++i)
        if (run.steps[i].kind == runs::StepKind::Tool)
            tools.insert(lanes.laneOf(static_cast<int>(i)));
    QCOMPARE(tools.size(), size_t{3});
    QCOMPARE(lanes.laneOf(0), 0);
    QCOMPARE(lanes.depthOf(0), 0);
}

void TestModelsLanes::noTwoStepsOfALaneOverlap() {
    for (const quint32 seed : {1U, 2U, 3U}) {
        const runs::Run run = randomRun(2'000, seed);
        const RunLanes lanes = lanesOf(run);
        std::map<int, MonoTime> until;
        for (int i = 0; i < static_cast<int>(run.steps.size()); ++i) { // by start
            const int lane = lanes.laneOf(i);
            QCOMPARE(lanes.depthOf(lane), run.steps[static_cast<size_t>(i)].depth);
            QVERIFY(!until.contains(lane) || until[lane] <= lanes.startOf(i));
            until[lane] = lanes.endOf(i);
        }
    }
}

void TestModelsLanes::piecesAreBoundByPixels() {
    const runs::Run run = randomRun(100'000, 7);
    const RunLanes lanes = lanesOf(run);
    const MonoTime pixel = (run.last - run.first) / 800;
    for (int lane = 0; lane < lanes.laneCount(); ++lane) {
        const auto pieces = lanes.pieces(lane, run.first, run.last, pixel, run.last);
        QVERIFY2(pieces.size() <= 803, qPrintable(QString::number(pieces.size())));
        int steps = 0;
        for (const LanePiece& piece : pieces)
            steps += piece.merged;
        int expected = 0;
        for (int step = 0; step < lanes.stepCount(); ++step)
            expected += lanes.laneOf(step) == lane;
        QCOMPARE(steps, expected); // merged, not lost
    }
}

void TestModelsLanes::piecesTellWhatTheyHold() {
    const runs::Run run = randomRun(500, 11);
    const RunLanes lanes = lanesOf(run);
    for (int step = 0; step < lanes.stepCount(); ++step) {
        const auto pieces =
            lanes.pieces(lanes.laneOf(step), lanes.startOf(step), lanes.startOf(step), MonoTime{1}, run.last);
        QVERIFY(
            std::any_of(pieces.begin(), pieces.end(), [&](const LanePiece& p) { return p.step == step; }));
        if (lanes.endOf(step) > lanes.startOf(step))
            QCOMPARE(lanes.stepAt(lanes.laneOf(step), lanes.startOf(step) + MonoTime{1}, MonoTime{0}), step);
    }
    QCOMPARE(lanes.stepAt(0, run.first - 1s, MonoTime{0}), -1);
}

void TestModelsLanes::aLongStepIsNeverMergedAway() {
    runs::Run run;
    runs::Step step;
    step.kind = runs::StepKind::Tool;
    step.state = runs::StepState::Done;
    step.started = MonoTime{0};
    step.ended = MonoTime{10};
    run.steps.push_back(step);
    step.started = MonoTime{20}; // in the same pixel, but long
    step.ended = MonoTime{90'000};
    run.steps.push_back(step);
    const auto pieces =
        lanesOf(run).pieces(0, MonoTime{0}, MonoTime{100'000}, MonoTime{1'000}, MonoTime{100'000});
    QCOMPARE(pieces.size(), size_t{2});
    QCOMPARE(pieces.back().step, 1);
    QCOMPARE(pieces.back().merged, 1);
}

void TestModelsLanes::aStepThatEndsFreesItsLane() {
    runs::Run run;
    runs::Step step;
    step.kind = runs::StepKind::Tool;
    step.state = runs::StepState::Running;
    step.started = MonoTime{10};
    run.steps.push_back(step);
    RunLanes lanes;
    lanes.add(run, 0);
    QCOMPARE(lanes.endOf(0), MonoTime::max());
    run.steps[0].state = runs::StepState::Done;
    run.steps[0].ended = MonoTime{50};
    QVERIFY(lanes.update(run, 0));
    step.started = MonoTime{60};
    run.steps.push_back(step);
    lanes.add(run, 1);
    QCOMPARE(lanes.laneOf(1), 0);
    run.steps[1].started = MonoTime{20}; // moved: the lanes have to be made anew
    QVERIFY(!lanes.update(run, 1));
}

void TestModelsLanes::filterReadsFieldsAndWords() {
    const RowFilter filter =
        parseFilter(uR"(tool:"my tool" agent:data kind:think is:problem cost "two words")"_s);
    QCOMPARE(filter.tools, QStringList{u"my tool"_s});
    QCOMPARE(filter.agents, QStringList{u"data"_s});
    QCOMPARE(filter.kinds, std::vector{runs::StepKind::Thinking});
    QCOMPARE(filter.words, (QStringList{u"cost"_s, u"two words"_s}));
    QVERIFY(filter.problemsOnly);
    QVERIFY(parseFilter(u"  "_s).isEmpty());
    QVERIFY(parseFilter(u"tool:"_s).isEmpty()); // still being typed
    QCOMPARE(parseFilter(filterTerm(u"tool"_s, u"a b"_s)).tools, QStringList{u"a b"_s});
}

void TestModelsLanes::filteredRowsFollowALiveRun() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    TimelineModel model(clock);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setConversation(&chat);
    model.setFilter(parseFilter(u"tool:price"_s));
    test::playParallelRun(chat, clock, u"run-1"_s);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.row(0).title, u"price_table"_s);
    QVERIFY(model.hiddenSteps() > 4);
    QCOMPARE(model.rowOf(model.stepOf(0)), 0);
    QCOMPARE(model.rowOf(0), -1);
    model.setFilter(parseFilter(u"agent:data kind:thinking"_s));
    QCOMPARE(model.rowCount(), 2);
    model.setFilter(parseFilter(u"invoices"_s));
    QCOMPARE(model.rowCount(), 3); // two thoughts and the agent's description
    model.setFilter({});
    QCOMPARE(model.hiddenSteps(), 0);
    QCOMPARE(model.tools(), (QStringList{u"usage_query"_s, u"price_table"_s, u"invoice_search"_s}));
}

void TestModelsLanes::pathSentenceAddsUp() {
    for (auto* play : {test::playHealthyRun, test::playParallelRun, test::playFailedRun}) {
        test::FakeClock clock;
        session::Conversation chat{ThreadId(u"t"_s)};
        play(chat, clock, u"run-1"_s);
        const runs::Run& run = chat.ledger().runs().front();
        const QString sentence = pathSentence(run, runs::criticalPath(run, clock.monoNow()));
        static const QRegularExpression number(u"(\\d+)\\.(\\d) s"_s);
        auto found = number.globalMatch(sentence);
        qint64 total = -1;
        qint64 sum = 0;
        while (found.hasNext()) {
            const auto match = found.next();
            const qint64 tenths = match.captured(1).toLongLong() * 10 + match.captured(2).toLongLong();
            if (total < 0)
                total = tenths;
            else
                sum += tenths;
        }
        QVERIFY2(total > 0 && total == sum, qPrintable(sentence));
    }
}

void TestModelsLanes::fourKindsOfStallHaveFourTexts() {
    const ToolPace slow{u"usage_query"_s, 31'000ms, history::ToolTimes{212, 3000ms, 9000ms}};
    const LinkLiveness alive{true, true, 42ms};
    const LinkLiveness dead{true, false, {}};
    const QStringList deadLink = describeStall({1'000ms, dead, {}});
    const QStringList silent = describeStall({12'000ms, alive, {}});
    const QStringList both = describeStall({12'000ms, dead, {}});
    const QStringList tool = describeStall({1'000ms, alive, {slow}});
    QCOMPARE(silent, QStringList{u"No event for 12 s. The connection is alive: it answered in 42 ms."_s});
    QCOMPARE(tool, QStringList{
                       u"usage_query: median 3.0 s, p95 9.0 s, now 31.0 s (n = 212). Slower than usual."_s});
    const QSet<QStringList> different{deadLink, silent, both, tool};
    QCOMPARE(different.size(), 4);
    QVERIFY(describeStall({1'000ms, alive, {}}).isEmpty());
    QVERIFY(!isSlow({u"x"_s, 31'000ms, history::ToolTimes{3, 3000ms, 9000ms}})); // too few to say so
}

void TestModelsLanes::silenceNeverConcludesThatARunFailed() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    TimelineModel model(clock);
    model.setToolHistory([](const QString&) { return history::ToolTimes{212, 3000ms, 9000ms}; });
    model.setConversation(&chat);
    test::playRunningRun(chat, clock, u"run-1"_s);
    for (const bool known : {false, true})
        for (const bool up : {false, true}) {
            model.setLiveness([=] { return LinkLiveness{known, up, {}}; });
            clock.advance(std::chrono::minutes(10));
            const auto summary = model.summary();
            QStringList words = describeStall(*model.evidence());
            words << summary->outcomeWord << summary->verdictWord << summary->verdictSentence;
            for (int row = 0; row < model.rowCount(); ++row)
                words << model.row(row).sentence;
            QVERIFY2(!words.join(u' ').contains("fail"_L1, Qt::CaseInsensitive),
                     qPrintable(words.join(u'\n')));
            QVERIFY(summary->running);
        }
    chat.endOfInput(clock.monoNow());
    QVERIFY(!model.evidence());
}

void TestModelsLanes::toolTimesComeFromTheArchive() {
    const QTemporaryDir folder;
    {
        auto archive = history::Archive::open(folder.path());
        QVERIFY(archive.has_value());
        QVERIFY(!(*archive)->toolTimes(u"query"_s));
        std::vector<history::ToolTime> times;
        for (int i = 1; i <= 100; ++i)
            times.push_back({u"query"_s, std::chrono::milliseconds(i)});
        times.push_back({u"other"_s, 5ms});
        (*archive)->saveToolTimes(ThreadId(u"t"_s), RunId(u"r1"_s), times);
        (*archive)->saveToolTimes(ThreadId(u"t"_s), RunId(u"r1"_s), times); // the same run again counts once
    }
    auto archive = history::Archive::open(folder.path());
    const auto known = (*archive)->toolTimes(u"query"_s);
    QVERIFY(known.has_value());
    QCOMPARE(known->count, 100);
    QCOMPARE(known->median, 50ms);
    QCOMPARE(known->p95, 95ms);
    (*archive)->saveToolTimes(ThreadId(u"t"_s), RunId(u"r2"_s), {{u"query"_s, 1'000ms}});
    QCOMPARE((*archive)->toolTimes(u"query"_s)->count, 101); // not what was remembered
    (*archive)->removeThread(ThreadId(u"t"_s));
    QVERIFY(!(*archive)->toolTimes(u"query"_s));
}

void TestModelsLanes::aSlowToolIsMeasuredAgainstItsOwnPast() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    TimelineModel model(clock);
    model.setConversation(&chat);
    test::playRunningRun(chat, clock, u"run-1"_s); // its tool has run 12.4 s
    const int row = model.rowCount() - 1;
    QVERIFY(model.row(row).badges.isEmpty());
    model.setToolHistory([](const QString& tool) -> std::optional<history::ToolTimes> {
        if (tool != u"usage_query"_s)
            return std::nullopt;
        return history::ToolTimes{212, 3000ms, 9000ms};
    });
    QCOMPARE(model.row(row).badges, QStringList{u"slower than usual"_s});
    QCOMPARE(model.details(row).timing, u"median 3.0 s, p95 9.0 s, now 12.4 s (n = 212)"_s);
}

void TestModelsLanes::jsonTreeKeepsOrderAndPaths() {
    JsonTreeModel tree;
    QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QVERIFY(tree.setJson(R"({"b":1,"a":{"list":[true,null,{"deep":"x"}]},"c":"t\nu","d":{}})"));
    QCOMPARE(tree.rowCount(), 4);
    QCOMPARE(tree.index(0, 0).data().toString(), u"b"_s);
    QCOMPARE(tree.index(0, 1).data().toString(), u"1"_s);
    const QModelIndex list = tree.index(0, 0, tree.index(1, 0));
    QCOMPARE(tree.rowCount(list), 3);
    QCOMPARE(tree.index(1, 1, list).data().toString(), u"null"_s);
    const QModelIndex deep = tree.index(0, 0, tree.index(2, 0, list));
    QCOMPARE(tree.pathOf(deep), u"a.list[2].deep"_s);
    QCOMPARE(tree.index(1, 1).data().toString(), u"1 member"_s);
    QCOMPARE(tree.index(0, 1, tree.index(1, 0)).data().toString(), u"3 items"_s);
    QCOMPARE(tree.index(3, 1).data().toString(), u"empty"_s);
    QCOMPARE(tree.parent(deep), tree.index(2, 0, list));
    QCOMPARE(tree.index(2, 1).data().toString(), u"t u"_s);
    QCOMPARE(tree.index(2, 1).data(Qt::ToolTipRole).toString(), u"t\nu"_s);
}

void TestModelsLanes::jsonTreeSaysWhatIsNotJson() {
    JsonTreeModel tree;
    QVERIFY(!tree.setJson("not json"));
    QCOMPARE(tree.rowCount(), 0);
    QVERIFY(tree.setJson("42"));
    QCOMPARE(tree.index(0, 1).data().toString(), u"42"_s);
}

void TestModelsLanes::aNumberLeadsToTheToolsThatHoldIt() {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"t"_s)};
    TimelineModel model(clock);
    model.setConversation(&chat);
    test::playHealthyRun(chat, clock, u"run-1"_s);
    const auto rows = model.rowsWithResult(u" 12733.18 "_s);
    QCOMPARE(rows.size(), size_t{1});
    QCOMPARE(model.row(rows.front()).title, u"usage_query"_s);
    QVERIFY(model.rowsWithResult(u"12733.19"_s).empty());
    QVERIFY(model.rowsWithResult({}).empty());
}

void TestModelsLanes::findingsAreFoundThroughTheIndex() {
    runs::Run run;
    for (int i = 0; i < 3; ++i) {
        runs::Step step;
        step.kind = runs::StepKind::Tool;
        step.state = runs::StepState::Done;
        step.firstFrame = 10 * i;
        step.lastFrame = 10 * i + 5;
        run.steps.push_back(step);
    }
    run.findings = {{runs::Rule::Duplicate, {}, 15}, {runs::Rule::CutByServer, {}, 20}};
    FindingIndex index;
    index.follow(run);
    QVERIFY(!index.isProblem(run, run.steps[0]));
    QVERIFY(index.isProblem(run, run.steps[1]));
    QVERIFY(!index.isProblem(run, run.steps[2])); // a note is none
    run.findings.resize(1, run.findings[0]);      // one was taken back, another came
    run.findings.push_back({runs::Rule::OutOfOrder, {}, 0});
    index.follow(run);
    QVERIFY(index.isProblem(run, run.steps[0]));
    QCOMPARE(index.on(run.steps[2]).size(), size_t{0});
}

QTEST_GUILESS_MAIN(TestModelsLanes)
#include "tst_models_lanes.moc"
