// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"
#include "session/archive_replay.h"
#include "session/attachment_check.h"
#include "session/conversation.h"
#include "session/session_text.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::session;
using namespace Qt::StringLiterals;

namespace {

const ThreadId Thread(u"thread_1"_s);
const RunId Run(u"run_1"_s);

/// A whole run of two agents and one tool, as the wire has it.
QList<QByteArray> healthyRun() {
    return {
        R"({"type":"agent_started","run_id":"run_1","thread_id":"thread_1","agent_name":"supervisor"})",
        R"({"type":"agent_started","run_id":"run_1","thread_id":"thread_1","agent_name":"data"})",
        R"({"type":"agent_thinking","run_id":"run_1","thread_id":"thread_1","agent_name":"data","thought":"Reading"})",
        R"({"type":"tool_executing","run_id":"run_1","thread_id":"thread_1","agent_name":"data","tool_name":"costs","execution_id":"x1"})",
        R"({"type":"tool_completed","run_id":"run_1","thread_id":"thread_1","agent_name":"data","tool_name":"costs","execution_id":"x1","results":{"sum":12},"success":true})",
        R"({"type":"agent_completed","run_id":"run_1","thread_id":"thread_1","agent_name":"data","final_response":"Inner words"})",
        R"({"type":"partial_result","payload":{"run_id":"run_1","thread_id":"thread_1","content":"Costs rose ","agent_name":"supervisor"}})",
        R"({"type":"partial_result","payload":{"run_id":"run_1","thread_id":"thread_1","content":"by 12 %.","agent_name":"supervisor"}})",
        R"({"type":"agent_completed","run_id":"run_1","thread_id":"thread_1","agent_name":"supervisor","final_response":"Costs rose by 12 %."})",
    };
}

/// A conversation fed with frames of text, 100 ms apart.
class Feed {
public:
    Feed() : conversation(Thread) {}

    qint64 prompt(const QString& text = u"Why?"_s, const RunId& run = Run) {
        const qint64 id = conversation.appendPrompt(text, {}, run, Delivery::Queued, receipt.wall);
        conversation.promptSent(id, run, receipt);
        return id;
    }
    void feed(const QByteArray& frame) {
        step();
        for (const protocol::Event& event : decoder.decode(frame).events)
            conversation.apply(event, receipt);
    }
    void feed(const QList<QByteArray>& frames) {
        for (const QByteArray& frame : frames)
            feed(frame);
    }
    void step() {
        ++receipt.frame;
        receipt.wall += std::chrono::milliseconds(100);
        receipt.mono += std::chrono::milliseconds(100);
    }
    [[nodiscard]] const Message* answer() const {
        const Message* found = nullptr;
        for (const Message& row : conversation.messages()) {
            if (row.speaker == Speaker::Agent)
                found = &row;
        }
        return found;
    }

    Conversation conversation;
    protocol::Decoder decoder;
    protocol::Receipt receipt{-1, WallTime(std::chrono::seconds(1'795'000'000)), MonoTime(1'000'000)};
};

protocol::StoredMessage stored(const QString& id, const QString& run, bool fromUser, const QString& text) {
    protocol::StoredMessage made;
    made.id = MessageId(id);
    made.run = RunId(run);
    made.fromUser = fromUser;
    made.text = text;
    return made;
}

bool claimsToBeDone(AnswerKind kind) {
    return kind == AnswerKind::Full || kind == AnswerKind::Partial || kind == AnswerKind::Guidance ||
           kind == AnswerKind::Fallback;
}

} // namespace

class TstConversation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void healthyRunBecomesAFullAnswer();
    void streamedTextGrowsInOneRow();
    void nothingIsDoneBeforeItsTerminalEvent_data();
    void nothingIsDoneBeforeItsTerminalEvent();
    void disconnectInTheMiddleNeverShowsDone();
    void innerAnswerOfARunThatNeverCloses();
    void failedRunKeepsItsText();
    void reportTypesSetTheKind_data();
    void reportTypesSetTheKind();
    void errorBeforeAnyEventIsShownAtThePrompt();
    void signalsNameTheRow();
    void mergeKeepsRowsAndOrder();
    void mergeTwiceChangesNothing();
    void mergeMatchesRepeatedTextsOneByOne();
    void storedAnswerOfALostRunIsRecoveredNotDone();
    void storedAnswerReplacesACutOne();
    void serverRunIdIsAdopted();
    void renamedThread();
    void twoRunsKeepTheirAnswersApart();
    void replayRebuildsRowsInPlace();
    void replayOfAnEarlierLifeClosesItsRuns();
    void attachments_data();
    void attachments();
    void wordsForEveryState();
};

void TstConversation::healthyRunBecomesAFullAnswer() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun());
    QCOMPARE(feed.conversation.messages().size(), size_t{2});
    QCOMPARE(feed.answer()->text, u"Costs rose by 12 %."_s);
    QCOMPARE(feed.answer()->kind, AnswerKind::Full);
    QCOMPARE(feed.answer()->run, Run);
    QCOMPARE(feed.conversation.messages()[0].delivery, Delivery::Sent);
    QVERIFY(!feed.conversation.isRunning());
    QCOMPARE(feed.conversation.latestRun(), 0);
}

void TstConversation::streamedTextGrowsInOneRow() {
    Feed feed;
    feed.prompt();
    const QList<QByteArray> frames = healthyRun();
    feed.feed(frames.mid(0, 7));
    const qint64 row = feed.answer()->localId;
    QCOMPARE(feed.answer()->text, u"Costs rose "_s);
    QCOMPARE(feed.answer()->kind, AnswerKind::InProgress);
    const int revision = feed.answer()->revision;
    feed.feed(frames[7]);
    QCOMPARE(feed.answer()->text, u"Costs rose by 12 %."_s);
    QVERIFY(feed.answer()->revision > revision);
    QCOMPARE(feed.answer()->localId, row);
    QCOMPARE(feed.conversation.messages().size(), size_t{2});
}

void TstConversation::nothingIsDoneBeforeItsTerminalEvent_data() {
    QTest::addColumn<int>("frames");
    for (int frames = 0; frames < healthyRun().size(); ++frames)
        QTest::addRow("after %d frames", frames) << frames;
}

void TstConversation::nothingIsDoneBeforeItsTerminalEvent() {
    QFETCH(int, frames);
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, frames));
    const auto check = [&](bool over) {
        for (const Message& row : feed.conversation.messages()) {
            if (row.speaker != Speaker::Agent)
                continue;
            QVERIFY(!claimsToBeDone(row.kind));
            QCOMPARE(row.kind, over ? AnswerKind::NotClosed : AnswerKind::InProgress);
        }
    };
    check(false);
    feed.conversation.endOfInput(feed.receipt.mono);
    check(true);
    QCOMPARE(feed.answer() != nullptr, frames > 0);
}

void TstConversation::disconnectInTheMiddleNeverShowsDone() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 7));
    const protocol::Receipt lost = feed.receipt;
    feed.step();
    feed.conversation.linkGap(lost, feed.receipt);
    QCOMPARE(feed.answer()->kind, AnswerKind::InProgress);
    QVERIFY(feed.conversation.isRunning());
    feed.conversation.endOfInput(feed.receipt.mono);
    QCOMPARE(feed.answer()->kind, AnswerKind::NotClosed);
    QCOMPARE(feed.answer()->text, u"Costs rose "_s);
    QCOMPARE(feed.conversation.ledger().runs()[0].verdict == runs::Verdict::Ok, false);
}

void TstConversation::innerAnswerOfARunThatNeverCloses() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 6));
    QCOMPARE(feed.answer()->text, u"Inner words"_s);
    QCOMPARE(feed.answer()->kind, AnswerKind::InProgress);
    feed.conversation.endOfInput(feed.receipt.mono);
    QCOMPARE(feed.answer()->text, u"Inner words"_s);
    QCOMPARE(feed.answer()->kind, AnswerKind::NotClosed);
    QVERIFY(!answerKindText(feed.answer()->kind).isEmpty());
}

void TstConversation::failedRunKeepsItsText() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 7));
    feed.feed(
        R"({"type":"agent_error","run_id":"run_1","thread_id":"thread_1","agent_name":"supervisor","error":"The price list is gone"})");
    QCOMPARE(feed.answer()->kind, AnswerKind::Failed);
    QCOMPARE(feed.answer()->text, u"Costs rose "_s);
    QVERIFY(feed.answer()->error().happened.contains(u"The price list is gone"_s));
    QVERIFY(!feed.answer()->error().kept.isEmpty());
}

void TstConversation::reportTypesSetTheKind_data() {
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("kind");
    QTest::newRow("full") << QByteArray("full_analysis") << static_cast<int>(AnswerKind::Full);
    QTest::newRow("partial") << QByteArray("partial_analysis") << static_cast<int>(AnswerKind::Partial);
    QTest::newRow("guidance") << QByteArray("guidance") << static_cast<int>(AnswerKind::Guidance);
    QTest::newRow("fallback") << QByteArray("fallback") << static_cast<int>(AnswerKind::Fallback);
    QTest::newRow("recovery") << QByteArray("recovery") << static_cast<int>(AnswerKind::Fallback);
}

void TstConversation::reportTypesSetTheKind() {
    QFETCH(QByteArray, type);
    QFETCH(int, kind);
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 1));
    feed.feed(
        R"({"type":"final_report","payload":{"run_id":"run_1","thread_id":"thread_1","report":{"executive_summary":"Short.","report_type":")" +
        type + R"("},"report_type":")" + type + R"(","agent_name":"supervisor"}})");
    feed.feed(healthyRun().last());
    QCOMPARE(static_cast<int>(feed.answer()->kind), kind);
    QVERIFY(!feed.answer()->report.isEmpty());
}

void TstConversation::errorBeforeAnyEventIsShownAtThePrompt() {
    Feed feed;
    const qint64 prompt = feed.prompt();
    feed.feed(R"({"type":"error_message","error_code":"RATE_001","error_message":"Slow down","details":{}})");
    QCOMPARE(feed.conversation.message(prompt)->delivery, Delivery::Failed);
    QVERIFY(feed.conversation.message(prompt)->error().happened.contains(u"Slow down"_s));
    QCOMPARE(feed.conversation.message(prompt)->text, u"Why?"_s);
    // It was taken after all: what we said of it is put right.
    feed.feed(healthyRun().first());
    QCOMPARE(feed.conversation.message(prompt)->delivery, Delivery::Sent);
    QVERIFY(feed.conversation.message(prompt)->error().happened.isEmpty());
    // An error with nothing waiting becomes a row of its own.
    feed.feed(healthyRun().mid(1));
    feed.feed(R"({"type":"error","message":"Out of order"})");
    QCOMPARE(feed.conversation.messages().back().speaker, Speaker::Notice);
}

void TstConversation::signalsNameTheRow() {
    Feed feed;
    QSignalSpy appended(&feed.conversation, &Conversation::messageAppended);
    QSignalSpy changed(&feed.conversation, &Conversation::messageChanged);
    QSignalSpy runs(&feed.conversation, &Conversation::runChanged);
    feed.prompt();
    QCOMPARE(appended.takeFirst().front().toInt(), 0);
    changed.clear();
    feed.feed(healthyRun().mid(0, 7));
    QCOMPARE(appended.count(), 1);
    QCOMPARE(appended.front().front().toInt(), 1);
    QVERIFY(runs.count() >= 7);
    changed.clear();
    feed.feed(healthyRun()[2]); // a thought changes no row of the transcript
    QCOMPARE(changed.count(), 0);
}

void TstConversation::mergeKeepsRowsAndOrder() {
    Feed feed;
    const qint64 prompt = feed.prompt();
    feed.feed(healthyRun());
    const qint64 answer = feed.answer()->localId;
    const qint64 waiting = feed.conversation.appendPrompt(u"And now?"_s, {}, RunId(u"run_2"_s),
                                                          Delivery::Queued, feed.receipt.wall);
    feed.conversation.mergeHistory({stored(u"m0"_s, {}, true, u"Older question"_s),
                                    stored(u"m1"_s, {}, false, u"Older answer"_s),
                                    stored(u"m2"_s, u"run_1"_s, true, u"Why?"_s),
                                    stored(u"m3"_s, u"run_1"_s, false, u"Costs rose by 12 %."_s)});
    const auto& rows = feed.conversation.messages();
    QCOMPARE(rows.size(), size_t{5});
    QCOMPARE(rows[0].text, u"Older question"_s);
    QCOMPARE(rows[2].localId, prompt);
    QCOMPARE(rows[2].id, MessageId(u"m2"_s));
    QCOMPARE(rows[3].localId, answer);
    QCOMPARE(rows[3].kind, AnswerKind::Full);
    QVERIFY(!rows[3].recovered);
    QCOMPARE(rows[4].localId, waiting);
    QCOMPARE(rows[4].delivery, Delivery::Queued);
}

void TstConversation::mergeTwiceChangesNothing() {
    Feed feed;
    const std::vector<protocol::StoredMessage> list{stored(u"m1"_s, {}, true, u"A"_s),
                                                    stored(u"m2"_s, {}, false, u"B"_s),
                                                    stored(u"m3"_s, {}, true, u"A"_s)};
    feed.conversation.mergeHistory(list);
    const auto once = feed.conversation.messages();
    feed.conversation.mergeHistory(list);
    QCOMPARE(feed.conversation.messages().size(), once.size());
    for (size_t i = 0; i < once.size(); ++i) {
        QCOMPARE(feed.conversation.messages()[i].localId, once[i].localId);
        QCOMPARE(feed.conversation.messages()[i].text, once[i].text);
    }
}

void TstConversation::mergeMatchesRepeatedTextsOneByOne() {
    Feed feed;
    const qint64 one = feed.prompt(u"Hello"_s, RunId(u"r1"_s));
    const qint64 two = feed.prompt(u"Hello"_s, RunId(u"r2"_s));
    feed.conversation.mergeHistory({stored(u"m1"_s, {}, true, u"Hello"_s)});
    QCOMPARE(feed.conversation.message(one)->id, MessageId(u"m1"_s));
    QVERIFY(feed.conversation.message(two)->id.isEmpty());
    QCOMPARE(feed.conversation.messages().size(), size_t{2});
}

void TstConversation::storedAnswerOfALostRunIsRecoveredNotDone() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 7));
    feed.conversation.mergeHistory({stored(u"m1"_s, u"run_1"_s, true, u"Why?"_s),
                                    stored(u"m2"_s, u"run_1"_s, false, u"Costs rose by 12 %."_s)});
    QCOMPARE(feed.answer()->text, u"Costs rose by 12 %."_s);
    QVERIFY(feed.answer()->recovered);
    QVERIFY(!claimsToBeDone(feed.answer()->kind));
    feed.conversation.endOfInput(feed.receipt.mono);
    QCOMPARE(feed.answer()->kind, AnswerKind::NotClosed);
    QCOMPARE(feed.answer()->text, u"Costs rose by 12 %."_s);
}

void TstConversation::storedAnswerReplacesACutOne() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 1));
    protocol::Event end;
    end.envelope.type = u"agent_completed"_s;
    end.envelope.run = Run;
    end.envelope.thread = Thread;
    end.envelope.agent = u"supervisor"_s;
    end.envelope.cutByServer = true;
    protocol::AgentCompleted cut;
    cut.answer = u"Costs rose..."_s;
    end.body = cut;
    feed.step();
    feed.conversation.apply(end, feed.receipt);
    QVERIFY(feed.answer()->cutByServer);
    feed.conversation.mergeHistory({stored(u"m2"_s, u"run_1"_s, false, u"Costs rose by 12 %."_s)});
    QCOMPARE(feed.answer()->text, u"Costs rose by 12 %."_s);
    QVERIFY(!feed.answer()->cutByServer);
    QCOMPARE(feed.answer()->kind, AnswerKind::Full);
}

void TstConversation::serverRunIdIsAdopted() {
    Feed feed;
    const qint64 prompt = feed.prompt(u"Why?"_s, RunId(u"ours"_s));
    feed.feed(healthyRun());
    QCOMPARE(feed.conversation.ledger().runs().size(), size_t{1});
    QCOMPARE(feed.conversation.message(prompt)->run, feed.conversation.ledger().runs()[0].id);
    QCOMPARE(feed.answer()->run, feed.conversation.message(prompt)->run);
}

void TstConversation::renamedThread() {
    Feed feed;
    feed.prompt();
    feed.feed(healthyRun().mid(0, 3));
    QSignalSpy renamed(&feed.conversation, &Conversation::threadChanged);
    feed.conversation.setThread(ThreadId(u"thread_9"_s));
    QCOMPARE(renamed.count(), 1);
    feed.feed(
        R"({"type":"agent_completed","run_id":"run_1","thread_id":"thread_9","agent_name":"supervisor","final_response":"Done."})");
    QCOMPARE(feed.conversation.ledger().runs().size(), size_t{1});
    QCOMPARE(feed.answer()->text, u"Done."_s);
}

void TstConversation::twoRunsKeepTheirAnswersApart() {
    Feed feed;
    feed.prompt(u"One"_s, RunId(u"run_1"_s));
    feed.prompt(u"Two"_s, RunId(u"run_2"_s));
    const auto frame = [](const QByteArray& type, const QByteArray& run,
                          const QByteArray& more) -> QByteArray {
        return R"({"type":")" + type + R"(","run_id":")" + run +
               R"(","thread_id":"thread_1","agent_name":"supervisor")" + more + "}";
    };
    feed.feed(frame("agent_started", "run_1", ""));
    feed.feed(frame("agent_started", "run_2", ""));
    feed.feed(frame("agent_completed", "run_2", R"(,"final_response":"Answer two")"));
    feed.feed(frame("agent_completed", "run_1", R"(,"final_response":"Answer one")"));
    for (const Message& row : feed.conversation.messages()) {
        if (row.speaker == Speaker::Agent)
            QCOMPARE(row.text, row.run == RunId(u"run_1"_s) ? u"Answer one"_s : u"Answer two"_s);
    }
    QCOMPARE(feed.conversation.messages().size(), size_t{4});
}

void TstConversation::replayRebuildsRowsInPlace() {
    std::vector<history::ArchivedFrame> frames;
    qint64 n = 0;
    for (const QByteArray& frame : healthyRun()) {
        ++n;
        frames.push_back(
            {frame, WallTime(std::chrono::seconds(1'795'000'000 + n)), MonoTime(n * 1'000'000), 1});
    }
    Conversation conversation(Thread);
    QSignalSpy appended(&conversation, &Conversation::messageAppended);
    QSignalSpy reset(&conversation, &Conversation::messagesReset);
    ReplayOptions options;
    options.currentSession = 2;
    options.now = {WallTime(std::chrono::seconds(1'795'100'000)), MonoTime(std::chrono::hours(2))};
    replayArchive(
        conversation,
        {stored({}, u"run_1"_s, true, u"Why?"_s), stored({}, u"run_2"_s, true, u"Later question"_s)}, frames,
        options);
    QCOMPARE(appended.count(), 0);
    QCOMPARE(reset.count(), 1);
    const auto& rows = conversation.messages();
    QCOMPARE(rows.size(), size_t{3});
    QCOMPARE(rows[1].speaker, Speaker::Agent);
    QCOMPARE(rows[1].kind, AnswerKind::Full);
    QCOMPARE(rows[2].text, u"Later question"_s);
    const runs::Run& run = conversation.ledger().runs()[0];
    QVERIFY(run.last <= options.now.mono);
    QCOMPARE(run.last - run.first, MonoTime(std::chrono::seconds(8)));
}

void TstConversation::replayOfAnEarlierLifeClosesItsRuns() {
    std::vector<history::ArchivedFrame> frames;
    for (const QByteArray& frame : healthyRun().mid(0, 7))
        frames.push_back({frame, WallTime(std::chrono::seconds(1'795'000'000)), MonoTime(5), 1});
    for (const qint64 present : {2, 1}) {
        Conversation conversation(Thread);
        ReplayOptions options;
        options.currentSession = present;
        options.now = {WallTime(std::chrono::seconds(1'795'000'100)), MonoTime(std::chrono::hours(2))};
        replayArchive(conversation, {}, frames, options);
        QCOMPARE(conversation.isRunning(), present == 1);
        QCOMPARE(conversation.messages().back().kind,
                 present == 1 ? AnswerKind::InProgress : AnswerKind::NotClosed);
    }
}

void TstConversation::attachments_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("exists");
    QTest::addColumn<bool>("sound");
    QTest::addColumn<int>("kind");
    QTest::newRow("text") << QByteArray("a,b\n1,2\n") << true << true << 0;
    QTest::newRow("missing") << QByteArray() << false << false << static_cast<int>(ErrorKind::NotFound);
    QTest::newRow("empty") << QByteArray() << true << false << static_cast<int>(ErrorKind::InvalidInput);
    QTest::newRow("too large") << QByteArray(1001, 'x') << true << false
                               << static_cast<int>(ErrorKind::TooLarge);
    QTest::newRow("just fits") << QByteArray(1000, 'x') << true << true << 0;
    QTest::newRow("binary") << QByteArray("PK\x03\x04\0\0", 6) << true << false
                            << static_cast<int>(ErrorKind::InvalidInput);
}

void TstConversation::attachments() {
    QFETCH(QByteArray, content);
    QFETCH(bool, exists);
    QFETCH(bool, sound);
    QFETCH(int, kind);
    QTemporaryDir folder;
    const QString path = folder.filePath(u"usage.csv"_s);
    if (exists) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    const auto checked = checkAttachment(path, 1000);
    QCOMPARE(checked.has_value(), sound);
    if (!sound) {
        QCOMPARE(static_cast<int>(checked.error().kind), kind);
        QVERIFY(checked.error().happened.contains(u"usage.csv"_s));
        QVERIFY(!checked.error().action.isEmpty());
    }
    QVERIFY(!checkAttachment(folder.path(), 1000));
}

void TstConversation::wordsForEveryState() {
    using connection::LinkPhase;
    QSet<QString> seen;
    for (int state = 0; state <= static_cast<int>(AccountSession::SignInState::StoreTrouble); ++state)
        seen.insert(signInStateText(static_cast<AccountSession::SignInState>(state)));
    QCOMPARE(seen.size(), static_cast<int>(AccountSession::SignInState::StoreTrouble) + 1);
    connection::LinkState link;
    link.phase = LinkPhase::Waiting;
    link.attempt = 3;
    const WallTime now(std::chrono::seconds(1'795'000'000));
    link.retryAt = now + std::chrono::milliseconds(3'200);
    QCOMPARE(linkText(link, now), u"Offline, retry in 4.0 s (attempt 3)"_s.replace(
                                      u"4.0 s"_s, durationText(std::chrono::seconds(4))));
    link.phase = LinkPhase::Ready;
    link.roundTrip = std::chrono::milliseconds(42);
    QCOMPARE(linkText(link, now), u"Connected, 42 ms"_s);
    QCOMPARE(outcomeText(runs::Outcome::None, true), u"Outcome unknown"_s);
    QVERIFY(outcomeText(runs::Outcome::None, false) != outcomeText(runs::Outcome::Completed, true));
    QVERIFY(!closeCodeText(1006).contains(u"1006"_s));
}

QTEST_GUILESS_MAIN(TstConversation)
#include "tst_conversation.moc"
