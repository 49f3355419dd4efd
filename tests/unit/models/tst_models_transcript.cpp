// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/transcript_model.h"
#include "support/sample_runs.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace Qt::StringLiterals;
using models::TranscriptModel;

class TestTranscriptModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsFollowTheConversation();
    void agentsSpeakByTheirNames();
    void streamedTextIsReadWhenAskedFor();
    void streamedTextComesAtMostThirtyTimesASecond();
    void olderHistoryArrivesAsInsertedRows();
    void wordsSayWhatIsMissing();
    void failedMessageCanBeRetried();
    void conversationMayGoFirst();
};

namespace {

struct Scene {
    test::FakeClock clock;
    session::Conversation conversation{ThreadId(u"t"_s)};
    TranscriptModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    qint64 frame = 0;

    Scene() { model.setConversation(&conversation); }
    protocol::Receipt receipt() { return {frame++, clock.wallNow(), clock.monoNow()}; }
    qint64 ask(const QString& text, const QString& run) {
        const qint64 id =
            conversation.appendPrompt(text, {}, RunId(run), session::Delivery::Sending, clock.wallNow());
        conversation.promptSent(id, RunId(run), receipt());
        return id;
    }
    void stream(const QString& run, const QString& text) {
        protocol::Event event;
        event.envelope.type = u"partial_result"_s;
        event.envelope.run = RunId(run);
        event.envelope.thread = conversation.thread();
        event.body = protocol::PartialText{text, false, false, {}};
        conversation.apply(event, receipt());
    }
    QVariant at(int row, int role) const { return model.index(row).data(role); }
};

protocol::StoredMessage stored(const QString& id, bool fromUser, const QString& text) {
    protocol::StoredMessage message;
    message.id = MessageId(id);
    message.thread = ThreadId(u"t"_s);
    message.fromUser = fromUser;
    message.text = text;
    message.createdAt = WallTime(std::chrono::seconds{1'700'000'000});
    return message;
}

} // namespace

void TestTranscriptModel::rowsFollowTheConversation() {
    Scene scene;
    scene.ask(u"hello"_s, u"r1"_s);
    test::RunScript(scene.conversation, scene.clock, u"r1"_s).start(u"A"_s).complete(u"A"_s, u"**hi**"_s);
    QCOMPARE(scene.model.rowCount(), 2);
    QCOMPARE(scene.at(0, Qt::DisplayRole).toString(), u"hello"_s);
    QCOMPARE(scene.at(1, Qt::DisplayRole).toString(), u"**hi**"_s);
    QCOMPARE(scene.at(1, TranscriptModel::BadgeRole).toString(), QString());
    QVERIFY(scene.at(0, Qt::AccessibleTextRole).toString().startsWith(u"You, "_s));
    QCOMPARE(scene.model.rowOfRun(RunId(u"r1"_s)), 0);
    QCOMPARE(scene.model.rowOf(scene.at(1, TranscriptModel::LocalIdRole).toLongLong()), 1);
}

void TestTranscriptModel::agentsSpeakByTheirNames() {
    Scene scene;
    scene.ask(u"hello"_s, u"r1"_s);
    test::RunScript(scene.conversation, scene.clock, u"r1"_s)
        .start(u"cost_supervisor"_s)
        .complete(u"cost_supervisor"_s, u"hi"_s);
    QCOMPARE(scene.at(0, TranscriptModel::SpeakerNameRole).toString(), u"You"_s);
    QCOMPARE(scene.at(1, TranscriptModel::SpeakerNameRole).toString(), u"Cost supervisor"_s);
    QVERIFY(scene.at(1, Qt::AccessibleTextRole).toString().startsWith(u"Cost supervisor, "_s));
    const auto frame = scene.at(1, TranscriptModel::FrameRole).value<models::FrameRef>();
    QCOMPARE(frame.thread, ThreadId(u"t"_s));
    QVERIFY(frame.frame >= 0);
    QCOMPARE(scene.at(0, TranscriptModel::FrameRole).value<models::FrameRef>().frame, qint64(-1));
    // An answer that only the server's store holds has no run here, and so nobody in particular who spoke.
    scene.conversation.mergeHistory({stored(u"m9"_s, false, u"Stored answer"_s)});
    QCOMPARE(scene.at(scene.model.rowCount() - 1, TranscriptModel::SpeakerNameRole).toString().isEmpty(),
             false);
    QCOMPARE(models::humanWords(u"gpt-4o"_s), u"gpt-4o"_s);
    QCOMPARE(models::humanWords(u"potential_savings"_s), u"Potential savings"_s);
}

void TestTranscriptModel::streamedTextIsReadWhenAskedFor() {
    Scene scene;
    scene.ask(u"hello"_s, u"r1"_s);
    test::RunScript(scene.conversation, scene.clock, u"r1"_s).start(u"A"_s);
    QString text;
    for (int i = 0; i < 50; ++i) {
        text += QString::number(i) + u' ';
        scene.stream(u"r1"_s, QString::number(i) + u' ');
        // Whoever reads has the newest, whether or not the views were told yet.
        if (i % 7 == 0) {
            QCOMPARE(scene.at(1, Qt::DisplayRole).toString(), text);
            QCOMPARE(scene.conversation.messages().back().text, text);
        }
    }
    const int revision = scene.at(1, TranscriptModel::RevisionRole).toInt();
    scene.stream(u"r1"_s, u"end"_s);
    QVERIFY(scene.at(1, TranscriptModel::RevisionRole).toInt() > revision);
    QCOMPARE(scene.at(1, Qt::DisplayRole).toString(), text + u"end"_s);
}

void TestTranscriptModel::streamedTextComesAtMostThirtyTimesASecond() {
    Scene scene;
    scene.ask(u"hello"_s, u"r1"_s);
    test::RunScript(scene.conversation, scene.clock, u"r1"_s).start(u"A"_s);
    scene.stream(u"r1"_s, u"x"_s);
    scene.model.flush();
    QSignalSpy changes(&scene.model, &QAbstractItemModel::dataChanged);
    QElapsedTimer timer;
    timer.start();
    int pieces = 0;
    while (timer.elapsed() < 300) {
        scene.stream(u"r1"_s, u"y"_s);
        ++pieces;
        QCoreApplication::processEvents();
    }
    const auto allowed = timer.elapsed() / 33 + 1;
    QVERIFY2(pieces > allowed * 2, "the test must stream faster than the limit");
    QVERIFY2(changes.size() <= allowed, qPrintable(QString::number(changes.size())));
    QTRY_VERIFY(scene.at(1, Qt::DisplayRole).toString().size() == pieces + 1);
}

void TestTranscriptModel::olderHistoryArrivesAsInsertedRows() {
    Scene scene;
    scene.ask(u"newest"_s, u"r1"_s);
    QSignalSpy inserted(&scene.model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&scene.model, &QAbstractItemModel::modelReset);
    const qint64 id = scene.at(0, TranscriptModel::LocalIdRole).toLongLong();
    scene.conversation.mergeHistory({stored(u"m1"_s, true, u"older"_s), stored(u"m2"_s, false, u"answer"_s)});
    QCOMPARE(reset.size(), 0);
    QVERIFY(inserted.size() >= 1);
    const int row = scene.model.rowOf(id);
    QVERIFY(row >= 0);
    QCOMPARE(scene.at(row, Qt::DisplayRole).toString(), u"newest"_s);
}

void TestTranscriptModel::wordsSayWhatIsMissing() {
    Scene scene;
    scene.ask(u"hello"_s, u"r1"_s);
    test::RunScript(scene.conversation, scene.clock, u"r1"_s).start(u"A"_s);
    scene.stream(u"r1"_s, u"half an ans"_s);
    QCOMPARE(scene.at(1, TranscriptModel::BadgeRole).toString(), u"In progress"_s);
    scene.conversation.endOfInput(scene.clock.monoNow());
    QCOMPARE(scene.at(1, TranscriptModel::BadgeRole).toString(), u"Outcome unknown"_s);
    QVERIFY(scene.at(1, Qt::AccessibleTextRole).toString().contains(u"Outcome unknown"_s));
}

void TestTranscriptModel::failedMessageCanBeRetried() {
    Scene scene;
    const qint64 id = scene.ask(u"hello"_s, u"r1"_s);
    QVERIFY(!scene.at(0, TranscriptModel::CanRetryRole).toBool());
    scene.conversation.setDelivery(
        id, session::Delivery::Failed,
        makeError(ErrorKind::Network, u"The connection broke."_s, u"Try again."_s));
    QVERIFY(scene.at(0, TranscriptModel::CanRetryRole).toBool());
    QCOMPARE(scene.at(0, TranscriptModel::DeliveryTextRole).toString(), u"Not sent"_s);
    QVERIFY(scene.at(0, TranscriptModel::ErrorRole).toString().contains(u"The connection broke."_s));
}

void TestTranscriptModel::conversationMayGoFirst() {
    TranscriptModel model;
    {
        session::Conversation conversation{ThreadId(u"t"_s)};
        conversation.appendPrompt(u"hello"_s, {}, {}, session::Delivery::Queued, WallTime{});
        model.setConversation(&conversation);
        QCOMPARE(model.rowCount(), 1);
    }
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestTranscriptModel)
#include "tst_models_transcript.moc"
