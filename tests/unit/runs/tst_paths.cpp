// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/critical_path.h"
#include "unit/runs/feed.h"

#include <QRandomGenerator>
#include <QtTest>

#include <algorithm>

using namespace apex;
using namespace apex::runs;
using namespace Qt::StringLiterals;

/// Where the time of a run went, and whose runs, parents and threads are believed.
class TestPaths : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void partsSumToTheMillisecond();
    void criticalPathFollowsWhatHeldTheRunUp();
    void criticalPathNamesAgentsAndSilence();
    void whatNeverEndedHeldNothingUp();
    void criticalPathOfRunsUnderWay();
    void anotherRunsEndIsNotOurs();
    void whoOutlivesItsParentRanBeside();
    void namedParentsAreBelieved();
    void announcedThreadsAreSupposed();
    void innerFailuresAreQuoted();
    void callsInFlightAreExcused();
    void timeIsPartitionedExactly();
};

void TestPaths::partsSumToTheMillisecond() {
    QRandomGenerator random(4);
    for (int round = 0; round < 200; ++round) {
        Feed feed;
        MonoTime now{0};
        const auto later = [&] { return now += MonoTime(random.bounded(3'000)); };
        feed.ledger.promptSent({}, {}, {0, {}, now});
        feed.at(later(), kStart);
        for (int i = 0; i < 12; ++i) {
            const QByteArray tool = QByteArray::number(random.bounded(3));
            static constexpr const char* frames[] = {
                R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"#I"})",
                R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"#T"})",
                R"({"type":"tool_completed","run_id":"r","agent_name":"sup","tool_name":"#T"})",
                R"({"type":"partial_result","run_id":"r","payload":{"content":"x","agent_name":"sup"}})"};
            QByteArray frame = frames[random.bounded(4)];
            frame.replace("#T", tool).replace("#I", QByteArray::number(i));
            feed.at(later(), frame.constData());
        }
        feed.at(later(), kEnd);
        const TimeShare share = timeShare(feed.run(), now);
        QCOMPARE(share.total, std::chrono::round<std::chrono::milliseconds>(now));
        QCOMPARE(share.waiting + share.thinking + share.tools + share.text + share.silence, share.total);
        for (const auto part : {share.waiting, share.thinking, share.tools, share.text, share.silence})
            QVERIFY(part.count() >= 0);
        MonoTime at = feed.run().first;
        for (const PathPiece& piece : criticalPath(feed.run(), now)) {
            QCOMPARE(piece.from, at);
            QVERIFY(piece.to > piece.from);
            at = piece.to;
        }
        QCOMPARE(at, feed.run().last);
    }
}

void TestPaths::criticalPathFollowsWhatHeldTheRunUp() {
    Feed feed;
    feed.ledger.promptSent({}, {}, {0, {}, 0s});
    feed.at(1s, kStart);
    feed.at(2s, R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"x"})");
    feed.at(3s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"fast"})");
    feed.at(3s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"slow"})");
    feed.at(5s, R"({"type":"tool_completed","run_id":"r","agent_name":"sup","tool_name":"fast"})");
    feed.at(9s, R"({"type":"tool_completed","run_id":"r","agent_name":"sup","tool_name":"slow"})");
    feed.at(10s, kEnd);
    const auto path = criticalPath(feed.run(), 10s);
    QStringList words;
    for (const PathPiece& piece : path)
        words.append(pathKindName(piece.kind) + QString::number(piece.step) + u' ' +
                     QString::number(length(piece) / 1s));
    QCOMPARE(words,
             QStringList({u"waiting-1 1"_s, u"agent0 1"_s, u"thinking1 1"_s, u"tool3 6"_s, u"agent0 1"_s}));
    QCOMPARE(longestPiece(path), 3);
    QCOMPARE(criticalPathText(feed.run(), path), u"Of 10.0 s, most went to the tool slow: 6.0 s (60 %)."_s);
}

void TestPaths::criticalPathNamesAgentsAndSilence() {
    Feed feed;
    feed.at(0s, kStart);
    feed.at(2s, R"({"type":"agent_started","run_id":"r","agent_name":"inner"})");
    feed.at(6s, R"({"type":"agent_completed","run_id":"r","agent_name":"inner","result":"x"})");
    feed.at(7s, kEnd);
    const auto path = criticalPath(feed.run(), 7s);
    QCOMPARE(path.size(), std::size_t(3));
    QCOMPARE(path.at(0).step, 0);
    QCOMPARE(path.at(1).step, 1);
    QCOMPARE(length(path.at(1)), MonoTime(4s));
    QCOMPARE(path.at(2).step, 0);
    QVERIFY(criticalPathText(feed.run(), path).contains(u"inner"));
    // A run of one instant has no path, and says nothing of it.
    QVERIFY(criticalPath(Run{}, {}).empty());
    QVERIFY(criticalPathText(Run{}, {}).isEmpty());
    QCOMPARE(longestPiece({}), -1);
}

void TestPaths::whatNeverEndedHeldNothingUp() {
    Feed feed;
    feed.at(0s, kStart);
    feed.at(1s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"lost"})");
    feed.at(5s, kEnd);
    const auto path = criticalPath(feed.run(), 5s);
    QCOMPARE(path.size(), std::size_t(1));
    QCOMPARE(path.front().kind, PathKind::Agent);
    // Where the run has no end either, the open call is what was waited for.
    Feed cut;
    cut.at(0s, kStart);
    cut.at(1s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"lost"})");
    cut.ledger.endOfInput(5s);
    QCOMPARE(criticalPath(cut.run(), 5s).back().kind, PathKind::Tool);
}

void TestPaths::criticalPathOfRunsUnderWay() {
    Feed feed;
    feed.at(0s, kStart);
    feed.at(1s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"x"})");
    const auto path = criticalPath(feed.run(), 4s);
    QCOMPARE(path.back().kind, PathKind::Tool);
    QCOMPARE(path.back().to, MonoTime(4s));
}

void TestPaths::anotherRunsEndIsNotOurs() {
    Feed feed;
    feed.ledger.promptSent({}, RunId(u"ours"_s), {0, {}, 0s});
    // The end of a run of another name, without a word before it, takes nobody's prompt.
    feed.at(2s, R"({"type":"agent_completed","run_id":"other","agent_name":"sup","result":"theirs"})");
    QCOMPARE(feed.run(0).first, MonoTime(2s));
    feed.at(3s, R"({"type":"agent_started","agent_name":"sup"})");
    QCOMPARE(feed.run(1).first, MonoTime(0s));
    feed.at(4s, R"({"type":"agent_completed","run_id":"third","agent_name":"triage","result":"theirs too"})");
    QCOMPARE(feed.run(1).outcome, Outcome::None);
    feed.at(5s, R"({"type":"agent_completed","run_id":"ours","agent_name":"sup","result":"mine"})");
    QCOMPARE(feed.run(1).answer, u"mine"_s);
    QCOMPARE(feed.ledger.runs().size(), std::size_t(3));
}

void TestPaths::whoOutlivesItsParentRanBeside() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"a"})");
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"b"})");
    feed(R"({"type":"tool_executing","run_id":"r","agent_name":"b","tool_name":"x"})");
    QCOMPARE(feed.run().steps.at(2).parent, 1);
    const Change change = feed(R"({"type":"agent_completed","run_id":"r","agent_name":"a","result":"x"})");
    QCOMPARE(feed.run().steps.at(2).parent, 0);
    QCOMPARE(feed.run().steps.at(2).depth, 1);
    QCOMPARE(feed.run().steps.at(3).parent, 2);
    QCOMPARE(feed.run().steps.at(3).depth, 2);
    for (const int moved : {2, 3})
        QVERIFY(std::find(change.changedSteps.begin(), change.changedSteps.end(), moved) !=
                change.changedSteps.end());
}

void TestPaths::namedParentsAreBelieved() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"subagent_started","run_id":"r","agent_name":"sup","subagent_name":"a"})");
    feed(R"({"type":"subagent_started","run_id":"r","agent_name":"sup","subagent_name":"b"})");
    feed(R"({"type":"subagent_started","run_id":"r","agent_name":"a","subagent_name":"c"})");
    QCOMPARE(feed.run().steps.at(2).parent, 0);
    QCOMPARE(feed.run().steps.at(3).parent, 1);
    QCOMPARE(feed.run().steps.at(3).depth, 2);
}

void TestPaths::announcedThreadsAreSupposed() {
    Feed feed;
    feed(R"({"type":"thread_created","payload":{"thread_id":"t9"}})");
    feed(R"({"type":"agent_started","run_id":"r","agent_name":"sup"})");
    feed(kEnd);
    QVERIFY(feed.run().thread.isEmpty()); // it may still be named
    feed.end();
    QCOMPARE(feed.run().thread.toString(), u"t9"_s);
}

void TestPaths::innerFailuresAreQuoted() {
    Feed feed;
    feed(kStart);
    feed(R"({"type":"error","payload":{"error":"Supervisor failed"}})");
    QVERIFY(feed.run().failure.isEmpty());
    feed.end();
    QCOMPARE(feed.run().outcome, Outcome::None);
    QCOMPARE(feed.run().failure, u"Supervisor failed"_s);
    // It goes on after all.
    feed(kEnd);
    QCOMPARE(feed.run().outcome, Outcome::Completed);
    QVERIFY(feed.run().failure.isEmpty());
}

void TestPaths::callsInFlightAreExcused() {
    const auto rulesAfter = [](const char* between) {
        Feed feed;
        feed(kStart);
        feed(R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"x"})");
        if (*between)
            feed(between);
        feed(R"({"type":"agent_error","run_id":"r","agent_name":"sup","error":"boom"})");
        return feed.rules();
    };
    QCOMPARE(rulesAfter(""), QStringList());
    QCOMPARE(rulesAfter(R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"done"})"),
             QStringList{u"unpaired_tool_start"_s});
}

void TestPaths::timeIsPartitionedExactly() {
    Feed feed;
    feed.ledger.promptSent({}, {}, {0, {}, 0s});
    feed.at(1s, kStart);
    feed.at(2s, R"({"type":"agent_thinking","run_id":"r","agent_name":"sup","thought":"x"})");
    feed.at(5s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"a"})");
    feed.at(6s, R"({"type":"tool_executing","run_id":"r","agent_name":"sup","tool_name":"b"})");
    feed.at(8s, R"({"type":"tool_completed","run_id":"r","agent_name":"sup","tool_name":"a"})");
    feed.at(9s, R"({"type":"tool_completed","run_id":"r","agent_name":"sup","tool_name":"b"})");
    feed.at(11s, R"({"type":"partial_result","run_id":"r","payload":{"content":"He","agent_name":"sup"}})");
    feed.at(13s, R"({"type":"partial_result","run_id":"r","payload":{"content":"llo","agent_name":"sup"}})");
    feed.at(16s, kEnd);
    const TimeShare share = timeShare(feed.run(), 100s);
    QCOMPARE(share.total, 16s);
    QCOMPARE(share.waiting, 1s);
    QCOMPARE(share.thinking, 3s);
    QCOMPARE(share.tools, 4s); // parallel tools once
    QCOMPARE(share.text, 2s);
    QCOMPARE(share.silence, 6s);
    QCOMPARE(feed.run().partialText, u"Hello"_s);
}

QTEST_GUILESS_MAIN(TestPaths)
#include "tst_paths.moc"
