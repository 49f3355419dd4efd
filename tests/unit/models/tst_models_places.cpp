// SPDX-License-Identifier: GPL-3.0-or-later
// Which place of its answer an event of a run leads to.
#include "models/timeline_model.h"
#include "support/sample_runs.h"

#include <QTest>

using namespace apex;
using namespace apex::models;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestModelsPlaces final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void callsAreNamedAsWords();
    void aToolLeadsToWhereItsCallIsNamed();
    void streamedTextHasAnOffsetForEachStep();
    void anAnswerThatIsNotWhatWasStreamedHasNoOffsets();
    void theWholeRunHasNoPlace();
    void wordsLeadBackToTheCallTheyName();

private:
    [[nodiscard]] int rowOf(const QString& title) const;

    std::unique_ptr<test::FakeClock> m_clock;
    std::unique_ptr<session::Conversation> m_chat;
    std::unique_ptr<TimelineModel> m_model;
};

void TestModelsPlaces::init() {
    m_model.reset();
    m_clock = std::make_unique<test::FakeClock>();
    m_chat = std::make_unique<session::Conversation>(ThreadId(u"t"_s));
    m_model = std::make_unique<TimelineModel>(*m_clock);
    m_model->setConversation(m_chat.get());
}

int TestModelsPlaces::rowOf(const QString& title) const {
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->row(row).title == title)
            return row;
    return -1;
}

void TestModelsPlaces::callsAreNamedAsWords() {
    QVERIFY(namesCall(u"Source: `a` (`run_1_call_1`)."_s, u"run_1_call_1"_s));
    QVERIFY(namesCall(u"run_1_call_10, run_1_call_1"_s, u"run_1_call_1"_s));
    QVERIFY(!namesCall(u"Source: run_1_call_10."_s, u"run_1_call_1"_s));
    QVERIFY(!namesCall(u"xrun_1_call_1"_s, u"run_1_call_1"_s));
    QVERIFY(!namesCall(u"anything"_s, {}));
}

void TestModelsPlaces::aToolLeadsToWhereItsCallIsNamed() {
    test::playSourcedRun(*m_chat, *m_clock, u"run_1"_s);
    const AnswerPlace place = m_model->placeOf(m_model->stepOf(rowOf(u"price_table"_s)));
    QCOMPARE(place.run, RunId(u"run_1"_s));
    QCOMPARE(place.source, u"run_1_call_12"_s);
    QVERIFY(place.isKnown());
    QCOMPARE(place.offset, -1); // nothing was streamed
}

void TestModelsPlaces::streamedTextHasAnOffsetForEachStep() {
    test::RunScript script(*m_chat, *m_clock, u"run_1"_s);
    script.start(u"writer"_s).think(u"writer"_s, u"first"_s).write(u"writer"_s, u"One.\n\n"_s);
    script.tool(u"writer"_s, u"look_up"_s, "{}").wait(10ms).toolDone(u"writer"_s, u"look_up"_s, "{}");
    script.write(u"writer"_s, u"Two."_s).complete(u"writer"_s, u"One.\n\nTwo.\n\nThree."_s);
    const auto offsetOf = [this](int step) { return m_model->placeOf(step).offset; };
    QCOMPARE(m_model->rowCount(), 5); // agent, thought, text, tool, text
    QCOMPARE(offsetOf(1), 0);
    QCOMPARE(offsetOf(2), 0);
    QCOMPARE(offsetOf(3), 6);
    QCOMPARE(offsetOf(4), 6);
}

void TestModelsPlaces::anAnswerThatIsNotWhatWasStreamedHasNoOffsets() {
    test::RunScript script(*m_chat, *m_clock, u"run_1"_s);
    script.start(u"writer"_s).write(u"writer"_s, u"A draft."_s).complete(u"writer"_s, u"Another answer."_s);
    QVERIFY(!m_model->placeOf(1).isKnown());
    QCOMPARE(m_model->placeOf(1).run, RunId(u"run_1"_s));
}

void TestModelsPlaces::theWholeRunHasNoPlace() {
    QCOMPARE(m_model->placeOf(0), AnswerPlace());
    test::playSourcedRun(*m_chat, *m_clock, u"run_1"_s);
    QVERIFY(!m_model->placeOf(0).isKnown()); // the outermost agent
    QVERIFY(!m_model->placeOf(-1).isKnown());
    QVERIFY(!m_model->placeOf(1000).isKnown());
}

void TestModelsPlaces::wordsLeadBackToTheCallTheyName() {
    test::playSourcedRun(*m_chat, *m_clock, u"run_1"_s);
    QCOMPARE(m_model->rowNamedIn(u"Source: price_table (run_1_call_12)."_s), rowOf(u"price_table"_s));
    QCOMPARE(m_model->rowNamedIn(u"Source: usage_query (run_1_call_1)."_s), rowOf(u"usage_query"_s));
    QCOMPARE(m_model->rowNamedIn(u"Move the nightly batch back"_s), -1);
}

QTEST_GUILESS_MAIN(TestModelsPlaces)
#include "tst_models_places.moc"
