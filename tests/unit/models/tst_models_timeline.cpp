// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session_status.h"
#include "models/thread_list_model.h"
#include "models/timeline_model.h"
#include "models/timeline_words.h"
#include "support/sample_runs.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::models;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Tester = QAbstractItemModelTester;

class TestModelsTimeline final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesAreReadableInFullAndInOneLine();
    void largeFramesAreCutAndSaySo();
    void runsAreToldApartByTheirTime();
    void rowsFollowTheRun();
    void rowsSayWhatAPersonWouldSay();
    void parametersNeedSupportMode();
    void onlyTouchedRowsChange();
    void newestRunIsFollowedUntilOneIsChosen();
    void aRunWithoutEndHasNoOutcome();
    void aFailureIsNeverCompleted();
    void aLongFailureIsCutWhereWordsEnd();
    void remarksComeInTheOrderOfTheirFrames();
    void timeSentenceAddsUp_data();
    void timeSentenceAddsUp();
    void clockTicksOnlyForARunningRunInSight();
    void problemsCanBeWalked();
    void destroyedConversationLeavesAnEmptyModel();
    void threadRowsSayTheirState();
    void threadChangesKeepUntouchedRows();
    void renamingOnlyAsks();
    void relativeTimes();
    void linkWordsForEveryPhase();
    void renewalAndLastEvent();

private:
    test::FakeClock m_clock;
};

namespace {

std::unique_ptr<session::Conversation> conversation() {
    return std::make_unique<session::Conversation>(ThreadId(u"thread-1"_s));
}

int rowTitled(const TimelineModel& model, const QString& title) {
    for (int i = 0; i < model.rowCount(); ++i)
        if (model.row(i).title == title)
            return i;
    return -1;
}

} // namespace

void TestModelsTimeline::framesAreReadableInFullAndInOneLine() {
    const QByteArray frame = R"({"a":"{[,:]}\"x","b":[1,2],"c":{}})";
    QCOMPARE(frameText(frame, 1000),
             u"{\n  \"a\": \"{[,:]}\\\"x\",\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": {}\n}"_s);
    QCOMPARE(frameLine(R"({"query":"gpu","days":7})", 100), u"query: gpu, days: 7"_s);
    QCOMPARE(frameLine(R"({"agent_name":"data","type":"tool_executing","n":1})", 100),
             u"tool_executing · agent_name: data, n: 1"_s);
    QCOMPARE(frameLine(R"({"event":"agent_started"})", 100), u"agent_started"_s);
    QCOMPARE(frameLine(R"({"agent_name":"data","type":"tool_executing"})", 24).size(), 24);
    QCOMPARE(frameText("plain, text: with signs", 100), u"plain, text: with signs"_s);
    const QByteArray deep(5000, '[');
    QCOMPARE(frameText(deep, 10'000), QString::fromUtf8(deep));
}

void TestModelsTimeline::largeFramesAreCutAndSaySo() {
    bool cut = false;
    QCOMPARE(frameText(R"({"a":"0123456789"})", 5, &cut), u"{\"a\":"_s);
    QVERIFY(cut);
    const QByteArray large = R"({"q":")" + QByteArray(100'000, 'x') + "\"}";
    QVERIFY(frameLine(large, 20).size() <= 21);
    QVERIFY(frameLine(large, 20).endsWith(u'…'));
}

void TestModelsTimeline::runsAreToldApartByTheirTime() {
    runs::Run run;
    run.id = RunId(u"run_thread_1_abcdef"_s);
    run.agent = u"triage"_s;
    QCOMPARE(runLabel(run, 2), u"Run 2 · triage"_s);
    const QDateTime at(QDate(2026, 3, 4), QTime(14, 2, 31));
    run.firstWall = WallTime(std::chrono::milliseconds(at.toMSecsSinceEpoch()));
    QCOMPARE(runLabel(run, 2), u"14:02:31 · triage"_s);
}

void TestModelsTimeline::rowsFollowTheRun() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setConversation(chat.get());
    QVERIFY(!model.summary());
    test::playHealthyRun(*chat, m_clock, u"run-1"_s);
    const auto summary = model.summary();
    QVERIFY(summary);
    QCOMPARE(summary->mark, RunMark::Completed);
    QCOMPARE(summary->outcomeWord, u"completed"_s);
    QCOMPARE(summary->completenessText, u"Events of all five kinds were received."_s);
    QVERIFY(!summary->running);
    const int tool = rowTitled(model, u"usage_query"_s);
    QVERIFY(tool >= 0);
    const TimelineRow row = model.row(tool);
    QCOMPARE(row.kind, runs::StepKind::Tool);
    QCOMPARE(row.state, runs::StepState::Done);
    QCOMPARE(row.durationText, u"27.6 s"_s);
    QCOMPARE(row.startedText, u"+4.2 s"_s);
    QVERIFY(row.badges.contains(u"cut by server"_s));
    const int agent = rowTitled(model, u"data"_s);
    QVERIFY(row.depth > model.row(agent).depth);
}

void TestModelsTimeline::rowsSayWhatAPersonWouldSay() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playHealthyRun(*chat, m_clock, u"run-1"_s);
    const int tool = rowTitled(model, u"price_table"_s);
    QCOMPARE(model.data(model.index(tool), Qt::AccessibleTextRole).toString(),
             u"Tool price table, done in 0.4 s, 32.1 s into the run"_s);
    for (int i = 0; i < model.rowCount(); ++i)
        QVERIFY(!model.row(i).sentence.isEmpty());
}

void TestModelsTimeline::parametersNeedSupportMode() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playHealthyRun(*chat, m_clock, u"run-1"_s);
    const int tool = rowTitled(model, u"usage_query"_s);
    QVERIFY(model.row(tool).argumentsLine.isEmpty());
    QVERIFY(model.details(tool).arguments.isEmpty());
    QVERIFY(model.details(tool).result.isEmpty());
    QVERIFY(model.details(tool).hiddenParameters);
    model.setSupportMode(true);
    QVERIFY(model.row(tool).argumentsLine.startsWith(u"dataset: usage"_s));
    QVERIFY(model.details(tool).arguments.contains(u"\"days\": 7"_s));
    QVERIFY(model.details(tool).result.contains(u"12733.18"_s));
    QVERIFY(model.details(tool).timing.contains(u"the server says 1.2 s"_s));
    QVERIFY(!model.details(tool).hiddenParameters);
}

void TestModelsTimeline::onlyTouchedRowsChange() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setConversation(chat.get());
    test::RunScript script(*chat, m_clock, u"run-1"_s);
    script.start(u"supervisor"_s);
    for (int i = 0; i < 50; ++i)
        script.wait(1s)
            .tool(u"supervisor"_s, u"t%1"_s.arg(i), "{}")
            .toolDone(u"supervisor"_s, u"t%1"_s.arg(i), "{}");
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    script.wait(1s).tool(u"supervisor"_s, u"last"_s, "{}");
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(reset.count(), 0);
    QVERIFY2(changed.count() <= 2, qPrintable(QString::number(changed.count())));
    changed.clear();
    script.wait(1s).toolDone(u"supervisor"_s, u"last"_s, "{}");
    QCOMPARE(inserted.count(), 1);
    bool lastTouched = false;
    for (const auto& arguments : changed)
        lastTouched = lastTouched || arguments.at(0).toModelIndex().row() == model.rowCount() - 1;
    QVERIFY(lastTouched);
    QVERIFY(changed.count() <= 2);
}

void TestModelsTimeline::newestRunIsFollowedUntilOneIsChosen() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setConversation(chat.get());
    test::playHealthyRun(*chat, m_clock, u"run-1"_s);
    test::playFailedRun(*chat, m_clock, u"run-2"_s);
    QCOMPARE(model.runTitles().size(), 2);
    QCOMPARE(model.summary()->id, RunId(u"run-2"_s));
    model.showRun(model.runIndex(RunId(u"run-1"_s)));
    QCOMPARE(model.summary()->id, RunId(u"run-1"_s));
    test::playNoOutcomeRun(*chat, m_clock, u"run-3"_s);
    QCOMPARE(model.summary()->id, RunId(u"run-1"_s));
    model.showRun(-1);
    QCOMPARE(model.summary()->id, RunId(u"run-3"_s));
}

void TestModelsTimeline::aRunWithoutEndHasNoOutcome() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playNoOutcomeRun(*chat, m_clock, u"run-1"_s);
    const auto summary = model.summary();
    QCOMPARE(summary->mark, RunMark::NoOutcome);
    QCOMPARE(summary->outcomeWord, u"outcome unknown"_s);
    QVERIFY(!summary->verdictSentence.contains(u"complete"_s));
    const int tool = rowTitled(model, u"usage_query"_s);
    QCOMPARE(model.row(tool).state, runs::StepState::Unfinished);
    QVERIFY(model.row(tool).durationText.isEmpty());
    QVERIFY(!model.row(tool).badges.isEmpty());
    QVERIFY(model.row(tool).sentence.contains(u"did not finish"_s));
}

void TestModelsTimeline::aFailureIsNeverCompleted() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playFailedRun(*chat, m_clock, u"run-1"_s);
    QCOMPARE(model.summary()->mark, RunMark::Failed);
    QVERIFY(model.summary()->verdictSentence.contains(u"the data source did not answer"_s));
    QVERIFY(!model.summary()->verdictSentence.contains(u"completed"_s));
}

void TestModelsTimeline::aLongFailureIsCutWhereWordsEnd() {
    QCOMPARE(firstSentence(u"  the disk is full\nat line 3"_s), u"the disk is full"_s);
    const QString most(150, u'x');
    QCOMPARE(firstSentence(most + u". "_s + most), QString(most + u'.'));
    QCOMPARE(firstSentence(most + u' ' + most), QString(most + u'…'));
    QCOMPARE(firstSentence(QString(300, u'x')).size(), 201);
}

void TestModelsTimeline::remarksComeInTheOrderOfTheirFrames() {
    runs::Run run;
    run.findings = {{runs::Rule::Silence, {}, -1},
                    {runs::Rule::UnpairedToolStart, {}, 5},
                    {runs::Rule::MissingStart, {}, 0},
                    {runs::Rule::CutByServer, {}, 4}};
    std::vector<qint64> frames;
    for (const FindingText& finding : describeFindings(run, 4))
        frames.push_back(finding.frame);
    QCOMPARE(frames, (std::vector<qint64>{0, 4, 5, -1}));
}

void TestModelsTimeline::timeSentenceAddsUp_data() {
    QTest::addColumn<qint64>("waiting");
    QTest::addColumn<qint64>("thinking");
    QTest::addColumn<qint64>("tools");
    QTest::addColumn<qint64>("text");
    QTest::addColumn<qint64>("silence");
    QTest::newRow("each part rounds down")
        << qint64(149) << qint64(149) << qint64(149) << qint64(149) << qint64(149);
    QTest::newRow("each part rounds up")
        << qint64(151) << qint64(160) << qint64(170) << qint64(180) << qint64(199);
    QTest::newRow("nothing but silence")
        << qint64(0) << qint64(0) << qint64(0) << qint64(0) << qint64(40'000);
    QTest::newRow("under a tenth") << qint64(10) << qint64(20) << qint64(10) << qint64(5) << qint64(2);
    QTest::newRow("just below a minute")
        << qint64(0) << qint64(19'990) << qint64(39'960) << qint64(0) << qint64(0);
    QTest::newRow("minutes") << qint64(1499) << qint64(60'700) << qint64(125'333) << qint64(900)
                             << qint64(77'777);
}

void TestModelsTimeline::timeSentenceAddsUp() {
    const auto column = [](const char* name) {
        return std::chrono::milliseconds(*static_cast<qint64*>(QTest::qData(name, qMetaTypeId<qint64>())));
    };
    runs::TimeShare share;
    share.waiting = column("waiting");
    share.thinking = column("thinking");
    share.tools = column("tools");
    share.text = column("text");
    share.silence = column("silence");
    share.total = share.waiting + share.thinking + share.tools + share.text + share.silence;
    // Reads the sentence back the way a sceptical reader would.
    const auto millis = [](const QString& words) {
        static const QRegularExpression form(u"(?:(\\d+) min )?(\\d+(?:\\.\\d)?) (m?s)"_s);
        const auto match = form.match(words);
        const double last = match.captured(2).toDouble() * (match.captured(3) == u"ms" ? 1 : 1000);
        return qRound64(60'000 * match.captured(1).toDouble() + last);
    };
    const QString sentence = timeSentence(share);
    const QStringList sides = sentence.split(u" = "_s);
    QCOMPARE(sides.size(), 2);
    qint64 sum = 0;
    for (const QString& part : sides.at(1).split(u" + "_s))
        sum += millis(part);
    QCOMPARE(sum, millis(sides.at(0)));
    QVERIFY(std::abs(sum - share.total.count()) <= 500);
}

void TestModelsTimeline::clockTicksOnlyForARunningRunInSight() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playRunningRun(*chat, m_clock, u"run-1"_s);
    QVERIFY(!model.isTicking());
    model.setVisible(true);
    QVERIFY(model.isTicking());
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    m_clock.advance(5s);
    QTRY_VERIFY_WITH_TIMEOUT(changed.count() >= 1, 3000);
    const int tool = rowTitled(model, u"usage_query"_s);
    QCOMPARE(model.row(tool).durationText, u"17.4 s"_s);
    model.setVisible(false);
    QVERIFY(!model.isTicking());
    model.setVisible(true);
    chat->endOfInput(m_clock.monoNow());
    QVERIFY(!model.isTicking());
}

void TestModelsTimeline::problemsCanBeWalked() {
    const auto chat = conversation();
    TimelineModel model(m_clock);
    model.setConversation(chat.get());
    test::playNoOutcomeRun(*chat, m_clock, u"run-1"_s);
    int row = -1;
    int problems = 0;
    while ((row = model.nextProblem(row, 1)) >= 0) {
        QVERIFY(model.row(row).problem);
        ++problems;
    }
    QVERIFY(problems >= 2);
    QVERIFY(model.nextProblem(model.rowCount(), -1) > model.nextProblem(-1, 1));
}

void TestModelsTimeline::destroyedConversationLeavesAnEmptyModel() {
    auto chat = conversation();
    TimelineModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    model.setConversation(chat.get());
    test::playHealthyRun(*chat, m_clock, u"run-1"_s);
    QVERIFY(model.rowCount() > 0);
    chat.reset();
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.summary());
}

void TestModelsTimeline::threadRowsSayTheirState() {
    ThreadListModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    const auto now = m_clock.wallNow();
    model.setThreads({{ThreadId(u"a"_s), u"One"_s, now, true, runs::Outcome::None, true},
                      {ThreadId(u"b"_s), QString(), now - 10min, false, runs::Outcome::None, true},
                      {ThreadId(u"c"_s), u"Three"_s, std::nullopt, false, runs::Outcome::Completed, true},
                      {ThreadId(u"d"_s), u"Four"_s, std::nullopt, false, runs::Outcome::None, false}});
    QCOMPARE(model.data(model.index(0), ThreadListModel::StateRole).toString(), u"running"_s);
    QCOMPARE(model.data(model.index(1), Qt::AccessibleTextRole).toString(),
             u"Untitled chat, outcome unknown, 10 min ago"_s);
    QVERIFY(model.data(model.index(1), ThreadListModel::ProblemRole).toBool());
    QCOMPARE(model.data(model.index(2), ThreadListModel::StateRole).toString(), QString());
    QCOMPARE(model.data(model.index(3), ThreadListModel::StateRole).toString(), QString());
}

void TestModelsTimeline::threadChangesKeepUntouchedRows() {
    ThreadListModel model(m_clock);
    Tester tester(&model, Tester::FailureReportingMode::Fatal);
    std::vector<session::ThreadEntry> threads;
    for (int i = 0; i < 5; ++i)
        threads.push_back({ThreadId(QString::number(i)), u"t"_s, {}, false, runs::Outcome::None, false});
    model.setThreads(threads);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    threads[3].running = true;
    model.setThreads(threads);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 3);
    QCOMPARE(reset.count(), 0);
    model.setThreads(threads);
    QCOMPARE(changed.count(), 1);
    model.hide(ThreadId(u"2"_s));
    QCOMPARE(model.rowOf(ThreadId(u"2"_s)), -1);
    QCOMPARE(model.rowOf(ThreadId(u"3"_s)), 2);
    model.showAll();
    QCOMPARE(model.rowOf(ThreadId(u"3"_s)), 3);
}

void TestModelsTimeline::renamingOnlyAsks() {
    ThreadListModel model(m_clock);
    model.setThreads({{ThreadId(u"a"_s), u"Old"_s, {}, false, runs::Outcome::None, false}});
    QSignalSpy asked(&model, &ThreadListModel::renameRequested);
    QVERIFY(!model.setData(model.index(0), u"  "_s, Qt::EditRole));
    QVERIFY(!model.setData(model.index(0), u"Old"_s, Qt::EditRole));
    QVERIFY(model.setData(model.index(0), u" New  name "_s, Qt::EditRole));
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.at(0).at(1).toString(), u"New name"_s);
    QCOMPARE(model.titleAt(0), u"Old"_s);
}

void TestModelsTimeline::relativeTimes() {
    const QLocale english(QLocale::English, QLocale::UnitedKingdom);
    const auto now = m_clock.wallNow();
    QCOMPARE(relativeTime(now - 20s, now, english), u"now"_s);
    QCOMPARE(relativeTime(now + 20s, now, english), u"now"_s);
    QCOMPARE(relativeTime(now - 5min, now, english), u"5 min ago"_s);
    QCOMPARE(relativeTime(now - 24h, now, english), u"yesterday"_s);
    QVERIFY(relativeTime(now - 72h, now, english).endsWith(u"day"_s));
}

void TestModelsTimeline::linkWordsForEveryPhase() {
    using State = session::AccountSession::SignInState;
    using connection::LinkPhase;
    const auto now = m_clock.wallNow();
    QSet<QString> chips;
    for (const auto phase : {LinkPhase::Closed, LinkPhase::GettingToken, LinkPhase::Opening,
                             LinkPhase::Greeting, LinkPhase::Ready, LinkPhase::Waiting, LinkPhase::Refused}) {
        connection::LinkState link;
        link.phase = phase;
        link.retryAt = now + 3500ms;
        link.roundTrip = 42ms;
        const LinkWords words = describeLink(State::SignedIn, link, now);
        QVERIFY(!words.chip.isEmpty());
        QVERIFY(!words.sentence.isEmpty());
        QCOMPARE(words.tone == StatusTone::Good, phase == LinkPhase::Ready);
        chips << words.chip;
    }
    QCOMPARE(chips.size(), 7);
    QVERIFY(chips.contains(u"Connected"_s));
    QVERIFY(chips.contains(u"Offline · retry in 4 s"_s));
    for (const auto state :
         {State::Unknown, State::SignedOut, State::SigningIn, State::NeedsSignIn, State::StoreTrouble}) {
        connection::LinkState ready;
        ready.phase = LinkPhase::Ready;
        QVERIFY(describeLink(state, ready, now).tone != StatusTone::Good);
    }
}

void TestModelsTimeline::renewalAndLastEvent() {
    QCOMPARE(lastEventText(std::nullopt, 5s), QString());
    QCOMPARE(lastEventText(MonoTime(1s), MonoTime(13s)), u"Last event 12 s ago"_s);
    const auto now = m_clock.wallNow();
    QCOMPARE(renewalText(now + 22min + 30s, now), u"Sign-in renews within 22 min"_s);
    QCOMPARE(renewalText(std::nullopt, now), QString());
}

QTEST_GUILESS_MAIN(TestModelsTimeline)
#include "tst_models_timeline.moc"
