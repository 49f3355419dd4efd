// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"
#include "protocol/wire_time.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace apex;
using namespace apex::protocol;
using namespace Qt::StringLiterals;

namespace {

Event one(QByteArrayView frame) {
    Decoder decoder;
    const DecodedFrame decoded = decoder.decode(frame);
    return decoded.events.size() == 1 ? decoded.events.front() : Event{};
}

template <class T>
T body(QByteArrayView frame) {
    const Event event = one(frame);
    const T* found = std::get_if<T>(&event.body);
    return found ? *found : T{};
}

/// The sample frames by their id.
QHash<QString, QByteArray> samples() {
    QHash<QString, QByteArray> frames;
    QFile file(QStringLiteral(APEX_TEST_DATA "/frames/platform.jsonl"));
    if (!file.open(QIODevice::ReadOnly))
        return frames;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const QJsonObject row = QJsonDocument::fromJson(line).object();
        if (row["dir"_L1].toString() == u"s2c")
            frames.insert(row["id"_L1].toString(),
                          QJsonDocument(row["wire"_L1].toObject()).toJson(QJsonDocument::Compact));
    }
    return frames;
}

} // namespace

class TestDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplesDecode_data();
    void samplesDecode();
    void everySampleIsCovered();
    void synonyms_data();
    void synonyms();
    void agentNames_data();
    void agentNames();
    void thoughts_data();
    void thoughts();
    void toolArguments_data();
    void toolArguments();
    void toolResults_data();
    void toolResults();
    void answers_data();
    void answers();
    void errors_data();
    void errors();
    void times_data();
    void times();
    void envelopeSurvivesInnerFields();
    void swappedNamesArePutBack();
    void batchIsOrdered();
    void cutValuesAreSeen();
    void retryInfo();
    void noticesHaveWords();
    void namesMayStandInside();
    void familiesOfNotices();
    void modelChecksAreSaid();
    void subagentsNameTheirParent();
    void keysMayStandTwiceAnywhere();
};

void TestDecoder::samplesDecode_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<char>("family");
    QTest::addColumn<QString>("agent");
    QTest::addColumn<QString>("run");
    const QString session = u"run_session_41768_bc4f5c3c_41768_e2c2f1eb"_s;
    const QString thread67 = u"thread_67cda1f0141943c4_run_1756920689989_61351ed4"_s;
    const QString demo = u"0d0d3a0e-0c1b-4d61-8d3e-1f7b7e0f2a10"_s;
    QTest::newRow("conn-main") << u"connection_established"_s << 'B' << QString() << QString();
    QTest::newRow("conn-demo") << u"connection_established"_s << 'A' << QString() << QString();
    QTest::newRow("handshake-response") << u"handshake_response"_s << 'H' << QString() << u"run_25_0f3b"_s;
    QTest::newRow("handshake-complete") << u"handshake_complete"_s << 'H' << QString() << QString();
    QTest::newRow("heartbeat") << u"heartbeat"_s << 'B' << QString() << QString();
    QTest::newRow("ack-unknown") << u"ack"_s << 'A' << QString() << QString();
    QTest::newRow("error-json") << u"error_message"_s << 'A' << QString() << QString();
    QTest::newRow("error-connection") << u"error_message"_s << 'B' << QString() << QString();
    QTest::newRow("auth-failed") << u"error_message"_s << 'A' << QString() << QString();
    QTest::newRow("A-agent-started") << u"agent_started"_s << 'A' << u"triage"_s << session;
    QTest::newRow("A-agent-thinking") << u"agent_thinking"_s << 'A' << u"Supervisor"_s << session;
    QTest::newRow("A-tool-executing") << u"tool_executing"_s << 'A' << QString() << session;
    QTest::newRow("A-agent-completed") << u"agent_completed"_s << 'A' << u"Supervisor"_s << session;
    QTest::newRow("A-progress") << u"progress_update"_s << 'A' << QString() << QString();
    QTest::newRow("A-tool-executing-with-id") << u"tool_executing"_s << 'A' << QString() << QString();
    QTest::newRow("B-tool-executing-redacted") << u"tool_executing"_s << 'B' << u"triage"_s << session;
    QTest::newRow("B-agent-error") << u"agent_error"_s << 'B' << u"Supervisor"_s << session;
    QTest::newRow("B-progress") << u"progress_update"_s << 'B' << u"ToolDispatcher"_s << session;
    QTest::newRow("B-agent-thinking") << u"agent_thinking"_s << 'B' << u"triage"_s << thread67;
    QTest::newRow("B-tool-executing-swapped") << u"tool_executing"_s << 'B' << u"cost_analyzer"_s << thread67;
    QTest::newRow("C-agent-started-real") << u"agent_started"_s << 'C' << u"netra-assistant"_s
                                          << u"thread_thread_86db35a070e14921_run_1756905054017_54480004"_s;
    QTest::newRow("C-thinking-flat-real") << u"agent_thinking"_s << 'A' << u"Supervisor"_s << thread67;
    QTest::newRow("C-thinking-payload-real") << u"agent_thinking"_s << 'C' << u"triage"_s << thread67;
    QTest::newRow("C-thread-created") << u"thread_created"_s << 'C' << QString() << QString();
    QTest::newRow("C-agent-completed-result") << u"agent_completed"_s << 'B' << u"claude_code_optimizer"_s
                                              << u"run_session_969_44184cce_969_1a2b3c4d"_s;
    QTest::newRow("C-agent-completed-payload") << u"agent_completed"_s << 'C' << QString() << QString();
    QTest::newRow("C-partial-result") << u"partial_result"_s << 'C' << u"cost_optimizer"_s << QString();
    QTest::newRow("C-final-report") << u"final_report"_s << 'C' << u"supervisor"_s << QString();
    QTest::newRow("C-thread-history") << u"thread_history"_s << 'C' << QString() << QString();
    QTest::newRow("C-thread-renamed") << u"thread_renamed"_s << 'A' << QString() << QString();
    QTest::newRow("C-error-flat") << u"error"_s << 'A' << QString() << QString();
    QTest::newRow("C-error-payload") << u"error"_s << 'C' << QString() << QString();
    QTest::newRow("C-agent-stopped-bare") << u"agent_stopped"_s << 'A' << QString() << QString();
    QTest::newRow("C-agent-stopped-payload") << u"agent_stopped"_s << 'C' << QString() << QString();
    QTest::newRow("D-system-message-event-data") << u"agent_started"_s << 'D' << QString() << QString();
    QTest::newRow("D-progress-tool-executing")
        << u"tool_executing"_s << 'D' << u"supervisor-agent"_s << QString();
    QTest::newRow("D-response-complete") << u"agent_completed"_s << 'D' << QString() << QString();
    QTest::newRow("D-system-message-event-payload")
        << u"agent_thinking"_s << 'D' << u"triage"_s << u"run_1"_s;
    QTest::newRow("E-demo-1-agent_started") << u"agent_started"_s << 'E' << u"Netra AI Assistant"_s << demo;
    QTest::newRow("E-demo-2-agent_thinking") << u"agent_thinking"_s << 'E' << u"Netra AI Assistant"_s << demo;
    QTest::newRow("E-demo-3-tool_executing") << u"tool_executing"_s << 'E' << QString() << demo;
    QTest::newRow("E-demo-4-tool_completed") << u"tool_completed"_s << 'E' << QString() << demo;
    QTest::newRow("E-demo-5-agent_completed")
        << u"agent_completed"_s << 'E' << u"Netra AI Assistant"_s << demo;
    QTest::newRow("F-sse-agent-started")
        << u"agent_started"_s << 'F' << u"stream-agent-2b1f0c7e-0000-4000-8000-000000000001"_s << QString();
    QTest::newRow("G-recovered") << u"agent_thinking"_s << 'A' << QString() << QString();
    QTest::newRow("H-timeout-warning")
        << u"agent_timeout_warning"_s << 'H' << u"claude_code_optimizer"_s << QString();
    QTest::newRow("H-timeout-failure")
        << u"agent_timeout_failure"_s << 'H' << u"claude_code_optimizer"_s << QString();
    QTest::newRow("H-backend-log") << u"backend_log"_s << 'H' << QString() << QString();
    QTest::newRow("H-cleanup-complete") << u"cleanup_complete"_s << 'H' << QString() << QString();
    QTest::newRow("I-orchestration") << u"agent_started"_s << 'I' << u"supervisor"_s << u"run_1"_s;
}

void TestDecoder::samplesDecode() {
    const QByteArray frame = samples().value(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(!frame.isEmpty());
    Decoder decoder;
    const DecodedFrame decoded = decoder.decode(frame);
    QCOMPARE(decoded.events.size(), std::size_t(1));
    QVERIFY(!decoded.undecodable);
    const Event& event = decoded.events.front();
    QVERIFY(!std::holds_alternative<Unknown>(event.body));
    QTEST(event.envelope.type, "type");
    QTEST(event.envelope.family, "family");
    QTEST(event.envelope.agent, "agent");
    QTEST(event.envelope.run.toString(), "run");
}

void TestDecoder::everySampleIsCovered() {
    // A sample added later must not slip by untested; the batch has a test of its own.
    const auto frames = samples();
    QCOMPARE(frames.size(), 51);
    for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
        Decoder decoder;
        const DecodedFrame decoded = decoder.decode(*frame);
        for (const Event& event : decoded.events)
            QVERIFY2(!std::holds_alternative<Unknown>(event.body), qPrintable(frame.key()));
    }
}

void TestDecoder::synonyms_data() {
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char* wire, const QString& canonical) { QTest::newRow(wire) << canonical; };
    row("reasoning", u"agent_thinking"_s);
    row("tool_call", u"tool_executing"_s);
    row("tool_started", u"tool_executing"_s);
    row("tool_result", u"tool_completed"_s);
    row("tool_error", u"tool_completed"_s);
    row("agent_finished", u"agent_completed"_s);
    row("subagent_started", u"agent_started"_s);
    row("subagent_completed", u"agent_completed"_s);
    row("orchestration_started", u"agent_started"_s);
    row("orchestration_thinking", u"agent_thinking"_s);
    row("orchestration_delegating", u"agent_thinking"_s);
    row("orchestration_completed", u"agent_completed"_s);
    row("factory_heartbeat", u"heartbeat"_s);
    row("isolated_connection_established", u"connection_established"_s);
    row("legacy_agent_started", u"agent_started"_s);
    row("stream_chunk", u"stream_chunk"_s);
    row("server_shutdown", u"server_shutdown"_s);
}

void TestDecoder::synonyms() {
    const QByteArray name = QTest::currentDataTag();
    // By type, by event, and wrapped: the same event each time.
    for (const QByteArray& frame :
         {QByteArray("{\"type\":\"" + name + "\"}"), QByteArray("{\"event\":\"" + name + "\"}"),
          QByteArray("{\"type\":\"system_message\",\"event\":\"" + name + "\",\"payload\":{}}"),
          QByteArray("{\"type\":\"agent_progress\",\"data\":{\"event\":\"" + name + "\"}}")}) {
        const Event event = one(frame);
        QTEST(event.envelope.type, "canonical");
        QVERIFY(!std::holds_alternative<Unknown>(event.body));
    }
}

void TestDecoder::agentNames_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("agent");
    QTest::newRow("agent_name") << QByteArray(R"({"type":"agent_started","agent_name":"a","name":"b"})")
                                << u"a"_s;
    QTest::newRow("agent") << QByteArray(R"({"type":"agent_started","agent":"a"})") << u"a"_s;
    QTest::newRow("agent_id") << QByteArray(R"({"type":"agent_started","agent_id":"a"})") << u"a"_s;
    QTest::newRow("agent_type") << QByteArray(R"({"type":"agent_started","agent_type":"a"})") << u"a"_s;
    QTest::newRow("name") << QByteArray(R"({"type":"agent_started","name":"a"})") << u"a"_s;
    QTest::newRow("null first") << QByteArray(R"({"type":"agent_started","agent_name":null,"agent":"a"})")
                                << u"a"_s;
    QTest::newRow("payload") << QByteArray(R"({"type":"agent_started","payload":{"agent_name":"a"}})")
                             << u"a"_s;
    QTest::newRow("payload data") << QByteArray(
                                         R"({"type":"agent_started","payload":{"data":{"agent_name":"a"}}})")
                                  << u"a"_s;
    QTest::newRow("subagent")
        << QByteArray(R"({"type":"subagent_started","agent_name":"parent","data":{"subagent_name":"child"}})")
        << u"child"_s;
    QTest::newRow("tool keeps name") << QByteArray(R"({"type":"tool_executing","name":"tool"})") << QString();
}

void TestDecoder::agentNames() {
    QFETCH(QByteArray, frame);
    QTEST(one(frame).envelope.agent, "agent");
}

void TestDecoder::thoughts_data() {
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<double>("progress");
    QTest::newRow("reasoning") << QByteArray(R"("reasoning":"x","message":"y")") << -1.0;
    QTest::newRow("thought") << QByteArray(R"("thought":"x","status":"thinking")") << -1.0;
    QTest::newRow("message") << QByteArray(R"("message":"x")") << -1.0;
    QTest::newRow("thinking") << QByteArray(R"("thinking":"x")") << -1.0;
    QTest::newRow("content") << QByteArray(R"("content":"x")") << -1.0;
    QTest::newRow("status") << QByteArray(R"("status":"x")") << -1.0;
    QTest::newRow("percent") << QByteArray(R"("thought":"x","progress_percentage":40)") << 0.4;
    QTest::newRow("share") << QByteArray(R"("thought":"x","progress":0.4)") << 0.4;
    QTest::newRow("share as percent") << QByteArray(R"("thought":"x","progress":40)") << 0.4;
    QTest::newRow("beyond") << QByteArray(R"("thought":"x","progress":4000)") << 1.0;
}

void TestDecoder::thoughts() {
    QFETCH(QByteArray, fields);
    QFETCH(double, progress);
    for (const QByteArray& frame : {QByteArray("{\"type\":\"agent_thinking\"," + fields + "}"),
                                    QByteArray("{\"type\":\"agent_thinking\",\"payload\":{" + fields + "}}"),
                                    QByteArray("{\"type\":\"agent_thinking\",\"data\":{" + fields + "}}")}) {
        const auto thinking = body<AgentThinking>(frame);
        QCOMPARE(thinking.text, u"x"_s);
        QCOMPARE(thinking.progress.value_or(-1.0), progress);
    }
}

void TestDecoder::toolArguments_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QString>("call");
    const auto row = [](const char* name, const char* fields, const char* arguments,
                        const QString& call = {}) {
        QTest::newRow(name) << QByteArray(QByteArray("{\"type\":\"tool_executing\",\"tool_name\":\"t\",") +
                                          fields + "}")
                            << QByteArray(arguments) << call;
    };
    for (const char* key : {"parameters", "tool_args", "params", "args", "input", "tool_input", "arguments"})
        row(key, QByteArray(QByteArray("\"") + key + "\":{\"a\":1}").constData(), "{\"a\":1}");
    row("empty above metadata", R"("parameters":{},"tool_args":{},"metadata":{"parameters":{"r":"x"}})",
        R"({"r":"x"})");
    row("only empty", R"("parameters":{})", "{}");
    row("none", R"("status":"executing")", "");
    row("execution_id", R"("parameters":{"a":1},"execution_id":"e1")", R"({"a":1})", u"e1"_s);
    row("null id", R"("parameters":{"a":1},"execution_id":null,"call_id":"c1")", R"({"a":1})", u"c1"_s);
    row("numeric id", R"("parameters":{"a":1},"tool_id":7)", R"({"a":1})", u"7"_s);
    row("large number", R"("parameters":{"n":9007199254740993})", R"({"n":9007199254740993})");
}

void TestDecoder::toolArguments() {
    QFETCH(QByteArray, frame);
    const auto tool = body<ToolExecuting>(frame);
    QCOMPARE(tool.tool, u"t"_s);
    QTEST(tool.arguments, "arguments");
    QTEST(tool.call.toString(), "call");
}

void TestDecoder::toolResults_data() {
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QByteArray>("result");
    QTest::addColumn<int>("success"); // 1 yes, 0 no, -1 not said
    QTest::addColumn<qint64>("micros");
    const auto row = [](const char* name, const char* fields, const char* result, int success,
                        qint64 micros) {
        QTest::newRow(name) << QByteArray(fields) << QByteArray(result) << success << micros;
    };
    row("results", R"("results":{"a":1})", R"({"a":1})", -1, -1);
    row("string", R"("result":"35 %")", R"("35 %")", -1, -1);
    row("output", R"("output":[1])", "[1]", -1, -1);
    row("metadata", R"("metadata":{"result":{"a":1}})", R"({"a":1})", -1, -1);
    row("success", R"("result":1,"success":true)", "1", 1, -1);
    row("failure", R"("success":false,"error":"no")", "", 0, -1);
    row("error only", R"("error":"no")", "", 0, -1);
    row("status error", R"("status":"error")", "", 0, -1);
    row("zero is unknown", R"("result":1,"execution_time":0,"duration":0)", "1", -1, -1);
    row("milliseconds", R"("result":1,"execution_time_ms":15.2)", "1", -1, 15'200);
    row("duration_ms before duration", R"("result":1,"duration":9,"duration_ms":5)", "1", -1, 5'000);
    row("negative", R"("result":1,"duration_ms":-5)", "1", -1, -1);
}

void TestDecoder::toolResults() {
    QFETCH(QByteArray, fields);
    const auto tool =
        body<ToolCompleted>(QByteArray("{\"type\":\"tool_completed\",\"tool_name\":\"t\"," + fields + "}"));
    QCOMPARE(tool.tool, u"t"_s);
    QTEST(tool.result, "result");
    QTEST(tool.success ? int(*tool.success) : -1, "success");
    QTEST(tool.duration ? qint64(tool.duration->count()) : qint64(-1), "micros");
}

void TestDecoder::answers_data() {
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<QString>("answer");
    const auto row = [](const char* name, const char* fields, const QString& answer = u"yes"_s) {
        QTest::newRow(name) << QByteArray(fields) << answer;
    };
    row("final_response", R"("final_response":"yes","message":"no")");
    row("stock phrase", R"("final_response":"Task completed","metadata":{"response":"yes"})");
    row("object", R"("final_response":{"answer":"yes"})");
    row("data result", R"("data":{"result":{"output":"yes"},"message":"no"})");
    row("nested results", R"("data":{"result":{"status":"done","result":{"response":"yes"}}})");
    row("payload text", R"("payload":"yes")");
    row("payload result", R"("payload":{"result":"yes","duration_ms":5})");
    row("content", R"("data":{"content":"yes","message":"yes"})");
    row("response", R"("response":"yes","status":"success")");
    row("result output", R"("result":{"output":"yes"})");
    row("message", R"("message":"yes")");
    row("stock message is no answer", R"("message":"Supervisor has completed processing your request")",
        QString());
    row("nothing", R"("status":"completed")", QString());
}

void TestDecoder::answers() {
    QFETCH(QByteArray, fields);
    QTEST(body<AgentCompleted>(QByteArray("{\"type\":\"agent_completed\"," + fields + "}")).answer, "answer");
}

void TestDecoder::errors_data() {
    QTest::addColumn<QByteArray>("frame");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* frame, const QString& message) {
        QTest::newRow(name) << QByteArray(frame) << message;
    };
    row("flat", R"({"type":"agent_error","error":"boom","status":"error"})", u"boom"_s);
    row("friendly", R"({"type":"agent_error","error":"x","user_friendly_message":"sorry"})", u"sorry"_s);
    row("data", R"({"type":"agent_error","data":{"error_message":"failed"}})", u"failed"_s);
    row("object", R"({"type":"agent_failed","error":{"message":"deep"}})", u"deep"_s);
    row("boolean flag", R"({"type":"agent_error","error":true,"detail":"why"})", u"why"_s);
    row("death", R"({"type":"agent_death","data":{"death_cause":"timeout","message":"gone"}})", u"gone"_s);
    row("timeout", R"({"type":"agent_timeout_failure","error":"late"})", u"late"_s);
}

void TestDecoder::errors() {
    QFETCH(QByteArray, frame);
    QTEST(body<AgentFailed>(frame).message, "message");
    QCOMPARE(body<AgentFailed>(R"({"type":"agent_death","data":{"death_cause":"timeout"}})").cause,
             AgentFailed::Cause::Death);
    QVERIFY(body<ServerError>(R"({"type":"error_message","error_code":"AUTH_FAILED"})").authentication);
    QCOMPARE(body<ServerError>(R"({"type":"error","payload":{"error":"Supervisor failed"}})").message,
             u"Supervisor failed"_s);
}

void TestDecoder::times_data() {
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("micros");
    constexpr qint64 base = 1'758'207'374;
    QTest::newRow("iso offset") << QByteArray(R"("2025-09-18T14:56:14.251120+00:00")")
                                << base * 1'000'000 + 251'120;
    QTest::newRow("iso other zone") << QByteArray(R"("2025-09-18T16:56:14.251120+02:00")")
                                    << base * 1'000'000 + 251'120;
    QTest::newRow("iso without zone")
        << QByteArray(R"("2025-09-18T14:56:14.251120")") << base * 1'000'000 + 251'120;
    QTest::newRow("iso z") << QByteArray(R"("2025-09-18T14:56:14Z")") << base * 1'000'000;
    QTest::newRow("float seconds") << QByteArray("1758207374.25") << base * 1'000'000 + 250'000;
    QTest::newRow("int seconds") << QByteArray("1758207374") << base * 1'000'000;
    QTest::newRow("int milliseconds") << QByteArray("1758207374251") << base * 1'000'000 + 251'000;
    QTest::newRow("int microseconds") << QByteArray("1758207374251120") << base * 1'000'000 + 251'120;
    QTest::newRow("digits as text") << QByteArray(R"("1758207374")") << base * 1'000'000;
    QTest::newRow("nonsense") << QByteArray(R"("yesterday")") << qint64(-1);
    QTest::newRow("no such day") << QByteArray(R"("2025-02-30T00:00:00Z")") << qint64(-1);
    QTest::newRow("negative") << QByteArray("-5") << qint64(-1);
    QTest::newRow("huge") << QByteArray("1e300") << qint64(-1);
    QTest::newRow("object") << QByteArray("{}") << qint64(-1);
}

void TestDecoder::times() {
    QFETCH(QByteArray, value);
    const Event event = one(QByteArray("{\"type\":\"agent_thinking\",\"timestamp\":" + value + "}"));
    const auto time = event.envelope.serverTime;
    QTEST(time ? qint64(time->time_since_epoch().count()) : qint64(-1), "micros");
}

void TestDecoder::envelopeSurvivesInnerFields() {
    const Event event = one(R"({"type":"agent_thinking","run_id":"outer","agent_name":"a","thread_id":"t",
        "timestamp":1758207374,"data":{"run_id":"inner","thought":"x","timestamp":5,"status":"s"}})");
    QCOMPARE(event.envelope.run.toString(), u"outer"_s);
    QCOMPARE(event.envelope.thread.toString(), u"t"_s);
    QCOMPARE(qint64(event.envelope.serverTime->time_since_epoch().count()), qint64(1'758'207'374'000'000));
    QVERIFY(one(R"({"type":"agent_started","run_id":"unknown_run"})").envelope.run.isEmpty());
    const auto cut =
        body<ConnectionEstablished>(R"({"type":"connection_established","data":{"user_id":"demo-use..."}})");
    QVERIFY(cut.userIsCut);
    QVERIFY(one(R"({"type":"agent_started","user_id":"demo-use..."})").envelope.user.isEmpty());
}

void TestDecoder::swappedNamesArePutBack() {
    Decoder decoder;
    const QByteArray swapped =
        R"({"type":"tool_executing","run_id":"r","agent_name":"cost_analyzer","tool_name":"triage"})";
    QVERIFY(!decoder.decode(swapped).events.front().envelope.namesSwapped);
    QVERIFY(!decoder.decode(R"({"type":"agent_started","run_id":"r","agent_name":"triage"})").undecodable);
    const Event event = decoder.decode(swapped).events.front();
    QVERIFY(event.envelope.namesSwapped);
    QCOMPARE(event.envelope.agent, u"triage"_s);
    QCOMPARE(std::get<ToolExecuting>(event.body).tool, u"cost_analyzer"_s);
    // Another run, or the agent gone: nothing is known, so nothing is changed.
    QVERIFY(
        !decoder.decode(QByteArray(swapped).replace("\"r\"", "\"s\"")).events.front().envelope.namesSwapped);
    QVERIFY(!decoder.decode(R"({"type":"agent_completed","run_id":"r","agent_name":"triage"})").undecodable);
    QVERIFY(!decoder.decode(swapped).events.front().envelope.namesSwapped);
}

void TestDecoder::batchIsOrdered() {
    Decoder decoder;
    const auto decoded = decoder.decode(R"({"type":"event_batch","user_id":"u","events":{
        "agent_completed":[{"agent_name":"a","timestamp":1758207503.0}],
        "agent_thinking":[{"reasoning":"b","timestamp":1758207501.5},{"reasoning":"c","timestamp":1758207502.0}],
        "agent_started":[{"agent_name":"a","timestamp":1758207501.0}]}})");
    QStringList order;
    for (const Event& event : decoded.events) {
        order.append(event.envelope.type);
        QCOMPARE(event.envelope.family, 'G');
        QCOMPARE(event.envelope.user.toString(), u"u"_s);
    }
    QCOMPARE(order, QStringList({u"agent_started"_s, u"agent_thinking"_s, u"agent_thinking"_s,
                                 u"agent_completed"_s}));
    const auto untimed = decoder.decode(
        R"({"type":"event_batch","events":{"tool_completed":[{"tool_name":"t"}],"tool_executing":[{"tool_name":"t"}]}})");
    QCOMPARE(untimed.events.front().envelope.type, u"tool_executing"_s);
    QVERIFY(std::holds_alternative<Unknown>(
        decoder.decode(R"({"type":"event_batch","events":{}})").events.front().body));
}

void TestDecoder::cutValuesAreSeen() {
    const QByteArray cut = QByteArray(500, 'x') + "...";
    const QByteArray frame = R"({"type":"tool_completed","tool_name":"t","data":{"result":{"a":"CUT"}}})";
    QVERIFY(one(QByteArray(frame).replace("CUT", cut)).envelope.cutByServer);
    QVERIFY(!one(R"({"type":"tool_completed","tool_name":"t","data":{"result":"short..."}})")
                 .envelope.cutByServer);
    QVERIFY(one(R"({"type":"tool_completed","tool_name":"t","result":"x","truncated":true})")
                .envelope.cutByServer);
    // The server counts characters, not bytes and not UTF-16 units.
    const QByteArray faces = QByteArray("\xF0\x9F\x98\x80").repeated(500) + "...";
    const Event cutFaces = one(QByteArray(frame).replace("CUT", faces));
    QVERIFY(cutFaces.envelope.cutByServer);
    QVERIFY(cutFaces.envelope.cutDetail.contains(u"500"));
    QVERIFY(!one(QByteArray(frame).replace("CUT", faces.mid(4))).envelope.cutByServer);
    // A list of as many entries as it lets through, and one with a mark behind them; other lists are whole.
    const QByteArray list = R"({"type":"tool_completed","tool_name":"t","data":{"result":[LIST]}})";
    const QByteArray ten = QByteArray("1,").repeated(9) + "1";
    QVERIFY(one(QByteArray(list).replace("LIST", ten)).envelope.cutDetail.contains(u"10"));
    QVERIFY(one(QByteArray(list).replace("LIST", QByteArray(ten + ",\"... 4 more\""))).envelope.cutByServer);
    QVERIFY(!one(QByteArray(list).replace("LIST", QByteArray(ten + ",1"))).envelope.cutByServer);
    QVERIFY(!one(QByteArray(list).replace("LIST", "1,2,3")).envelope.cutByServer);
    QVERIFY(!one(QByteArray(list).replace("LIST", ten).replace("\"data\":{", "\"critical\":true,\"data\":{"))
                 .envelope.cutByServer);
}

void TestDecoder::namesMayStandInside() {
    QCOMPARE(one(R"({"data":{"event":"agent_started","agent_name":"a"}})").envelope.type, u"agent_started"_s);
    QCOMPARE(one(R"({"payload":{"type":"agent_thinking","thought":"t"}})").envelope.type,
             u"agent_thinking"_s);
    QCOMPARE(
        one(R"({"type":"agent_progress","data":{"type":"tool_executing","tool_name":"t"}})").envelope.family,
        'D');
    // A type inside that is no event's name is the sender's own business.
    QVERIFY(std::holds_alternative<Unknown>(one(R"({"data":{"type":"csv"}})").body));
    QVERIFY(
        std::holds_alternative<RunNotice>(one(R"({"type":"system_message","data":{"type":"info"}})").body));
}

void TestDecoder::familiesOfNotices() {
    for (const char* name : {"cleanup_progress", "mcp_tool_progress", "validation_failed", "stream_start"}) {
        const Event event = one(QByteArray("{\"type\":\"" + QByteArray(name) + "\",\"message\":\"m\"}"));
        QCOMPARE(event.envelope.type, QString::fromLatin1(name));
        QCOMPARE(std::get<RunNotice>(event.body).text, u"m"_s);
    }
}

void TestDecoder::modelChecksAreSaid() {
    Decoder decoder;
    const auto events = decoder
                            .decode(R"({"type":"agent_thinking","run_id":"r","thought":"t","llm_validation":
        {"is_valid":false,"violations_count":2}})")
                            .events;
    QCOMPARE(events.size(), std::size_t(2));
    QVERIFY(std::get<RunNotice>(events[1].body).text.contains(u"2"));
    QCOMPARE(events[1].envelope.run.toString(), u"r"_s);
    QCOMPARE(decoder.decode(R"({"type":"agent_thinking","llm_validation":{"is_valid":true}})").events.size(),
             std::size_t(1));
}

void TestDecoder::subagentsNameTheirParent() {
    const Event event =
        one(R"({"type":"subagent_started","agent_name":"sup","data":{"subagent_name":"sub"}})");
    QCOMPARE(event.envelope.agent, u"sub"_s);
    QCOMPARE(event.envelope.parentAgent, std::optional(u"sup"_s));
    QVERIFY(!one(R"({"type":"agent_started","agent_name":"sup"})").envelope.parentAgent);
    QCOMPARE(one(R"({"type":"agent_started","turn_id":"t7"})").envelope.turn, u"t7"_s);
}

void TestDecoder::keysMayStandTwiceAnywhere() {
    QVERIFY(one(R"({"type":"tool_executing","parameters":{"a":[{"k":1,"k":2}]}})").envelope.duplicateKeys);
    QVERIFY(!one(R"({"type":"tool_executing","parameters":{"a":[{"k":1},{"k":2}]}})").envelope.duplicateKeys);
}

void TestDecoder::retryInfo() {
    const Event event = one(R"({"type":"agent_started","agent_name":"a","recovered":true,
        "retry_info":{"is_retry":true,"attempt_number":2,"max_attempts":3,"reason":"timeout"}})");
    QVERIFY(event.envelope.recovered);
    QCOMPARE(event.envelope.attempt, 2);
    QCOMPARE(event.envelope.maxAttempts, 3);
    QCOMPARE(event.envelope.retryReason, u"timeout"_s);
}

void TestDecoder::noticesHaveWords() {
    const auto frames = samples();
    QCOMPARE(body<RunNotice>(frames.value(u"H-backend-log"_s)).text, u"step done"_s);
    QCOMPARE(body<RunNotice>(frames.value(u"B-progress"_s)).text, u"half"_s);
    const auto warning = body<RunNotice>(frames.value(u"H-timeout-warning"_s));
    QCOMPARE(warning.level, RunNotice::Level::Warning);
    QVERIFY(warning.text.contains(u"240") && warning.text.contains(u"300"));
    QVERIFY(!warning.data.isEmpty());
}

QTEST_GUILESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
