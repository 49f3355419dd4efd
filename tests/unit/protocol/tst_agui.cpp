// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"

#include <QtTest>

using namespace apex;
using namespace apex::protocol;
using namespace Qt::StringLiterals;

namespace {

/// Decodes a stream of AG-UI events.
std::vector<Event> decoded(const QList<QByteArray>& frames) {
    Decoder decoder({}, Dialect::AgUi);
    std::vector<Event> events;
    for (const QByteArray& frame : frames)
        for (const Event& event : decoder.decode(frame).events)
            events.push_back(event);
    return events;
}

const QByteArray kRun = R"({"type":"RUN_STARTED","threadId":"t","runId":"r","timestamp":1772359200000})";

} // namespace

class TestAgUi : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runIdsAreCarried();
    void outcomes_data();
    void outcomes();
    void argumentsAreGathered();
    void chunkedCallsEndWithTheNextEvent();
    void resultWithoutEndBeginsExecution();
    void onlyTheAssistantSpeaks();
    void subagentsAreNamed();
    void theRestIsKept_data();
    void theRestIsKept();
};

void TestAgUi::runIdsAreCarried() {
    const auto events = decoded({kRun, R"({"type":"STEP_STARTED","stepName":"plan"})",
                                 R"({"type":"RUN_ERROR","message":"no","code":"E1"})"});
    for (const Event& event : events) {
        QCOMPARE(event.envelope.run.toString(), u"r"_s);
        QCOMPARE(event.envelope.thread.toString(), u"t"_s);
        QCOMPARE(event.envelope.family, 'U');
    }
    QVERIFY(events[0].envelope.serverTime.has_value());
    QCOMPARE(std::get<AgentThinking>(events[1].body).text, u"plan"_s);
    QCOMPARE(std::get<AgentFailed>(events[2].body).code, u"E1"_s);
}

void TestAgUi::outcomes_data() {
    QTest::addColumn<QByteArray>("outcome");
    QTest::addColumn<bool>("cancelled");
    QTest::addColumn<int>("events");
    QTest::newRow("absent") << QByteArray() << false << 1;
    QTest::newRow("success") << QByteArray(R"(,"outcome":{"type":"success"})") << false << 1;
    QTest::newRow("word") << QByteArray(R"(,"outcome":"success")") << false << 1;
    QTest::newRow("cancelled") << QByteArray(R"(,"outcome":{"type":"cancelled"})") << true << 1;
    QTest::newRow("interrupt") << QByteArray(R"(,"outcome":{"type":"interrupt","interrupts":[{"id":"i"}]})")
                               << false << 2;
}

void TestAgUi::outcomes() {
    QFETCH(QByteArray, outcome);
    const auto events =
        decoded({kRun, QByteArray(R"({"type":"RUN_FINISHED","runId":"r","threadId":"t")" + outcome + "}")});
    QTEST(int(events.size()) - 1, "events");
    QTEST(std::get<AgentCompleted>(events.back().body).cancelled, "cancelled");
}

void TestAgUi::argumentsAreGathered() {
    const auto events =
        decoded({kRun, R"({"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"search"})",
                 R"({"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"{\"q\":"})",
                 R"({"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"1}"})",
                 R"({"type":"TOOL_CALL_END","toolCallId":"c"})",
                 R"({"type":"TOOL_CALL_RESULT","toolCallId":"c","messageId":"m","content":"plain"})"});
    QVERIFY(std::get<ToolExecuting>(events[1].body).preparing);
    QVERIFY(std::get<ToolExecuting>(events[3].body).preparing);
    const auto& executing = std::get<ToolExecuting>(events[4].body);
    QVERIFY(!executing.preparing);
    QCOMPARE(executing.tool, u"search"_s);
    QCOMPARE(executing.arguments, QByteArray(R"({"q":1})"));
    const auto& completed = std::get<ToolCompleted>(events[5].body);
    QCOMPARE(completed.result, QByteArray("\"plain\""));
    QVERIFY(!completed.success.has_value());
    QCOMPARE(completed.tool, u"search"_s);
}

void TestAgUi::chunkedCallsEndWithTheNextEvent() {
    const auto events = decoded(
        {kRun, R"({"type":"TOOL_CALL_CHUNK","toolCallId":"c","toolCallName":"search","delta":"{\"q\""})",
         R"({"type":"TOOL_CALL_CHUNK","delta":":1}"})",
         R"({"type":"TEXT_MESSAGE_CHUNK","messageId":"m","delta":"x"})"});
    QCOMPARE(events.size(), std::size_t(5));
    QCOMPARE(std::get<ToolExecuting>(events[3].body).arguments, QByteArray(R"({"q":1})"));
    QCOMPARE(std::get<PartialText>(events[4].body).text, u"x"_s);
}

void TestAgUi::resultWithoutEndBeginsExecution() {
    const auto events =
        decoded({kRun, R"({"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"search"})",
                 R"({"type":"TOOL_CALL_RESULT","toolCallId":"c","content":"{\"n\":1}"})"});
    QCOMPARE(events.size(), std::size_t(4));
    QVERIFY(!std::get<ToolExecuting>(events[2].body).preparing);
    QCOMPARE(std::get<ToolCompleted>(events[3].body).result, QByteArray(R"({"n":1})"));
}

void TestAgUi::onlyTheAssistantSpeaks() {
    const auto events = decoded({kRun, R"({"type":"TEXT_MESSAGE_START","messageId":"u","role":"user"})",
                                 R"({"type":"TEXT_MESSAGE_CONTENT","messageId":"u","delta":"mine"})",
                                 R"({"type":"TEXT_MESSAGE_END","messageId":"u"})",
                                 R"({"type":"TEXT_MESSAGE_START","messageId":"a","role":"assistant"})",
                                 R"({"type":"TEXT_MESSAGE_CONTENT","messageId":"a","delta":"its"})"});
    for (std::size_t i = 1; i < 4; ++i)
        QVERIFY(std::holds_alternative<RunNotice>(events[i].body));
    QCOMPARE(std::get<PartialText>(events[5].body).text, u"its"_s);
}

void TestAgUi::subagentsAreNamed() {
    const auto events = decoded(
        {kRun, R"({"type":"SUBAGENT_STARTED","subagentRunId":"s1","subagentName":"researcher"})",
         R"({"type":"REASONING_MESSAGE_CHUNK","subagentRunId":"s1","delta":"x"})",
         R"({"type":"SUBAGENT_FINISHED","subagentRunId":"s1"})", R"({"type":"RUN_FINISHED","runId":"r"})"});
    QCOMPARE(events[1].envelope.agent, u"researcher"_s);
    QCOMPARE(events[2].envelope.agent, u"researcher"_s);
    QCOMPARE(events[3].envelope.agent, u"researcher"_s);
    QVERIFY(events[4].envelope.agent.isEmpty());
}

void TestAgUi::theRestIsKept_data() {
    QTest::addColumn<QByteArray>("type");
    for (const char* type :
         {"STATE_SNAPSHOT", "STATE_DELTA", "MESSAGES_SNAPSHOT", "ACTIVITY_SNAPSHOT", "ACTIVITY_DELTA", "RAW",
          "CUSTOM", "REASONING_ENCRYPTED_VALUE", "STEP_FINISHED", "SUBAGENT_ERROR"})
        QTest::newRow(type) << QByteArray(type);
}

void TestAgUi::theRestIsKept() {
    QFETCH(QByteArray, type);
    const QByteArray frame =
        QByteArray("{\"type\":\"") + type + "\",\"value\":{\"x\":1},\"encryptedValue\":\"opaque\"}";
    const auto events = decoded({kRun, frame, R"({"type":"THINKING_START"})"});
    QVERIFY(!std::holds_alternative<Unknown>(events[1].body));
    QVERIFY(std::holds_alternative<Unknown>(events[2].body));
    if (const auto* notice = std::get_if<RunNotice>(&events[1].body))
        QVERIFY(!notice->data.contains("opaque"));
}

QTEST_GUILESS_MAIN(TestAgUi)
#include "tst_agui.moc"
