// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/encoder.h"
#include "protocol/json_cursor.h"
#include "protocol/json_text.h"
#include "protocol/json_writer.h"
#include "protocol/rest.h"
#include "support/json_schema.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <limits>

using namespace apex;
using namespace apex::protocol;
using namespace Qt::StringLiterals;

namespace {

const WallTime kTime{std::chrono::microseconds(1'760'433'165'208'661)};

QJsonObject parsed(const QByteArray& json) {
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json, &error);
    return error.error == QJsonParseError::NoError ? document.object() : QJsonObject();
}

/// tests/data/schemas/outgoing.schema.json: all that may be sent.
QJsonObject outgoingSchema() {
    QFile file(QStringLiteral(APEX_TEST_DATA "/schemas/outgoing.schema.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QByteArray restSample(const QString& id) {
    QFile file(QStringLiteral(APEX_TEST_DATA "/frames/platform.jsonl"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    while (!file.atEnd()) {
        const QJsonObject row = QJsonDocument::fromJson(file.readLine()).object();
        const QJsonValue wire = row["wire"_L1];
        if (row["id"_L1].toString() == id)
            return wire.isArray() ? QJsonDocument(wire.toArray()).toJson()
                                  : QJsonDocument(wire.toObject()).toJson();
    }
    return {};
}

} // namespace

/// Everything in protocol/ that is not an event: what is sent, REST bodies, JSON text, reports.
class TestBodies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void userMessage();
    void userMessageRefusesBadLogs();
    void otherMessages();
    void everythingSentFitsItsSchema();
    void theSchemaRefuses_data();
    void theSchemaRefuses();
    void threads();
    void threadsRefuse_data();
    void threadsRefuse();
    void messages();
    void contents_data();
    void contents();
    void filesAndConfig();
    void restErrors_data();
    void restErrors();
    void prettyKeepsTokens();
    void oneLine_data();
    void oneLine();
    void reports();
    void reportsOfOtherForms();
    void writerEscapes();
    void cursor();
};

void TestBodies::userMessage() {
    UserMessage message;
    message.content = u"Grüße \"x\"\n\u0001😀"_s;
    message.run = RunId(u"r1"_s);
    message.references = {FileId(u"f1"_s)};
    message.inlineLogs = {R"({"n":9007199254740993})", " [1] "};
    message.timestamp = kTime;
    const auto frame = encode(message);
    QVERIFY(frame.has_value());
    QVERIFY(!frame->contains('\n'));
    QVERIFY(frame->contains("9007199254740993"));
    const QJsonObject root = parsed(*frame);
    QCOMPARE(root.keys(), QStringList({u"payload"_s, u"type"_s}));
    QCOMPARE(root["type"_L1].toString(), u"user_message"_s);
    const QJsonObject payload = root["payload"_L1].toObject();
    QCOMPARE(payload["content"_L1].toString(), message.content);
    QCOMPARE(payload["run_id"_L1].toString(), u"r1"_s);
    QVERIFY(payload["thread_id"_L1].isNull());
    QVERIFY(payload["client_environment"_L1].isNull());
    QCOMPARE(payload["references"_L1].toArray(), QJsonArray{u"f1"_s});
    QCOMPARE(payload["jsonl_logs"_L1].toArray().size(), 2);
    QVERIFY(payload["timestamp"_L1].toString().startsWith(u"2025-10-14T09:12:45.208661"));
    message.inlineLogs.clear();
    QVERIFY(!parsed(*encode(message))["payload"_L1].toObject().contains("jsonl_logs"_L1));
}

void TestBodies::userMessageRefusesBadLogs() {
    UserMessage message;
    message.inlineLogs = {"{}", R"({"a":1}, "injected":2)"};
    const auto frame = encode(message);
    QVERIFY(!frame.has_value());
    QCOMPARE(frame.error().kind, ErrorKind::InvalidInput);
    QVERIFY(frame.error().happened.contains(u"2"));
}

void TestBodies::otherMessages() {
    const QJsonObject stop = parsed(encode(StopAgent{RunId(u"r"_s), ThreadId(u"t"_s)}));
    QCOMPARE(stop["type"_L1].toString(), u"stop_agent"_s);
    QCOMPARE(stop["payload"_L1].toObject()["run_id"_L1].toString(), u"r"_s);
    QVERIFY(parsed(encode(StopAgent{}))["payload"_L1].toObject().isEmpty());
    const QJsonObject acknowledged = parsed(encode(HandshakeAcknowledged{ThreadId(u"t"_s), kTime}));
    QCOMPARE(acknowledged["thread_id"_L1].toString(), u"t"_s);
    QCOMPARE(parsed(encode(HeartbeatAck{kTime}))["timestamp"_L1].toInteger(), qint64(1'760'433'165'208));
    const QJsonObject pong = parsed(encode(Pong{5, kTime}));
    QCOMPARE(pong["original_timestamp"_L1].toInteger(), qint64(5));
    QVERIFY(!parsed(encode(Pong{{}, kTime})).contains("original_timestamp"_L1));
    QCOMPARE(parsed(encode(PingRequest{kTime}))["type"_L1].toString(), u"ping"_s);
    const auto chosen = encode(Outgoing(SwitchThread{ThreadId(u"t"_s)}));
    QCOMPARE(parsed(*chosen)["payload"_L1].toObject()["thread_id"_L1].toString(), u"t"_s);
    QCOMPARE(encodeRename(u"a\"b"_s), QByteArray(R"({"title":"a\"b"})"));
    QCOMPARE(encodeCreateThread({}), QByteArray("{}"));
}

void TestBodies::everythingSentFitsItsSchema() {
    const QJsonObject schema = outgoingSchema();
    QVERIFY(!schema.isEmpty());
    UserMessage bare;
    bare.content = u"x"_s;
    bare.timestamp = kTime;
    UserMessage full = bare;
    full.content = u"Grüße \"x\"\n\u0001😀"_s;
    full.thread = ThreadId(u"t"_s);
    full.run = RunId(u"r"_s);
    full.references = {FileId(u"f1"_s), FileId(u"f2"_s)};
    full.inlineLogs = {R"({"n":9007199254740993})", " [1] ", "null"};
    full.clientEnvironment = u"local"_s;
    const std::vector<Outgoing> all = {bare,
                                       full,
                                       StopAgent{},
                                       StopAgent{RunId(u"r"_s), ThreadId(u"t"_s)},
                                       HandshakeAcknowledged{ThreadId(u"t"_s), kTime},
                                       HeartbeatAck{kTime},
                                       Pong{},
                                       Pong{5, kTime},
                                       PingRequest{kTime},
                                       SwitchThread{ThreadId(u"t"_s)}};
    QSet<std::size_t> kinds;
    for (const Outgoing& message : all) {
        const auto frame = encode(message);
        QVERIFY(frame.has_value());
        QVERIFY(!frame->contains('\n'));
        const QString fault = test::JsonSchema::fault(schema, parsed(*frame));
        QVERIFY2(fault.isEmpty(), qPrintable(fault));
        kinds.insert(message.index());
    }
    QCOMPARE(kinds.size(), qsizetype(std::variant_size_v<Outgoing>));
}

void TestBodies::theSchemaRefuses_data() {
    QTest::addColumn<QByteArray>("frame");
    for (const char* frame :
         {R"({"type":"user_message","payload":{"content":"x"}})", R"({"type":"stop_agent"})",
          R"({"type":"stop_agent","payload":{"run_id":""}})", R"({"type":"ping","timestamp":"now"})",
          R"({"type":"ping","timestamp":1,"token":"secret"})", R"({"type":"delete_thread","payload":{}})",
          R"({"type":"handshake_acknowledged","thread_id":"t","timestamp":"2025-10-14T09:12:45Z"})"})
        QTest::newRow(frame) << QByteArray(frame);
}

void TestBodies::theSchemaRefuses() {
    QFETCH(QByteArray, frame);
    QVERIFY(!test::JsonSchema::fault(outgoingSchema(), parsed(frame)).isEmpty());
}

void TestBodies::threads() {
    const auto list = decodeThreads(restSample(u"rest-thread-list"_s));
    QVERIFY(list.has_value());
    QCOMPARE(list->size(), std::size_t(1));
    QCOMPARE(list->front().id.toString(), u"thread_86db35a070e14921"_s);
    QVERIFY(list->front().title.isEmpty());
    QCOMPARE(list->front().messageCount, 2);
    QVERIFY(!list->front().archived);
    QVERIFY(list->front().createdAt && !list->front().updatedAt);
    QCOMPARE(list->front().owner.toString(), u"user_1"_s);
    QVERIFY(decodeThread(R"({"id":"a","metadata":{"status":"archived","title":"T"}})")->archived);
    QCOMPARE(decodeThread(R"({"thread_id":"a"})")->id.toString(), u"a"_s);
    QVERIFY(decodeThreads("[]")->empty());
}

void TestBodies::threadsRefuse_data() {
    QTest::addColumn<QByteArray>("body");
    for (const char* body : {"", "{}", "[1]", "[{}]", "null", "[{\"id\":\"\"}]", "<html>", "[{\"id\":\"a\"}"})
        QTest::newRow(body) << QByteArray(body);
}

void TestBodies::threadsRefuse() {
    QFETCH(QByteArray, body);
    QCOMPARE(decodeThreads(body).error().kind, ErrorKind::Protocol);
    QVERIFY(!decodeThread(body).has_value());
}

void TestBodies::messages() {
    const auto page = decodeMessages(restSample(u"rest-messages"_s));
    QVERIFY(page.has_value());
    QCOMPARE(page->messages.size(), std::size_t(2));
    QVERIFY(page->messages[0].fromUser);
    QCOMPARE(page->messages[1].text, u"hello"_s);
    QCOMPARE(page->messages[1].thread.toString(), u"thread_86db35a070e14921"_s);
    QCOMPARE(page->total, std::optional(2));
    const auto rich = decodeMessages(R"({"messages":[{"id":"m","role":"assistant","content":"x",
        "metadata":{"run_id":"r","final_report":{"a":1},"report_type":"guidance"}}]})");
    QCOMPARE(rich->messages[0].run.toString(), u"r"_s);
    QCOMPARE(rich->messages[0].finalReport, QByteArray(R"({"a":1})"));
    QCOMPARE(rich->messages[0].reportType, u"guidance"_s);
    QVERIFY(!decodeMessages("{}").has_value());
}

void TestBodies::contents_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("role");
    const auto row = [](const char* name, const char* content, const QString& text,
                        const QString& role = u"assistant"_s) {
        QTest::newRow(name) << QByteArray(content) << text << role;
    };
    row("string", R"("hi")", u"hi"_s);
    row("parts", R"([{"type":"text","text":{"value":"a"}},{"type":"text","text":"b"}])", u"a\n\nb"_s);
    row("encoded object", R"("{\"response\":\"hi\"}")", u"hi"_s);
    row("encoded list", R"("[{\"type\":\"text\",\"text\":{\"value\":\"hi\"}}]")", u"hi"_s);
    row("typed by a person", R"("{\"response\":\"hi\"}")", u"{\"response\":\"hi\"}"_s, u"user"_s);
    row("no known member", R"({"x":1})", u"{\"x\":1}"_s);
    row("null", "null", QString());
}

void TestBodies::contents() {
    QFETCH(QByteArray, content);
    QFETCH(QString, role);
    const QByteArray body = R"({"messages":[{"id":"m","role":"ROLE","content":CONTENT}]})";
    const auto page =
        decodeMessages(QByteArray(body).replace("ROLE", role.toUtf8()).replace("CONTENT", content));
    QTEST(page->messages.at(0).text, "text");
}

void TestBodies::filesAndConfig() {
    QCOMPARE(decodeFileUpload(R"({"file_id":"f"})")->toString(), u"f"_s);
    QCOMPARE(decodeFileUpload(R"({"id":"g"})")->toString(), u"g"_s);
    QVERIFY(!decodeFileUpload("{}").has_value());
    const auto config = decodePublicConfig(R"({"environment":"local","app_name":"Apex","version":"1",
        "features":{"attachments":{"mode":"upload","max_bytes":1048576}}})");
    QCOMPARE(config->attachments, AttachmentMode::Upload);
    QCOMPARE(config->attachmentLimit, qint64(1'048'576));
    QCOMPARE(decodePublicConfig("{}")->attachments, AttachmentMode::Inline);
    QCOMPARE(decodePublicConfig(R"({"attachments":"none"})")->attachments, AttachmentMode::None);
}

void TestBodies::restErrors_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, int status, const char* body, ErrorKind kind,
                        const QString& words) {
        QTest::newRow(name) << status << QByteArray(body) << kind << words;
    };
    row("detail", 409, R"({"detail":"User exists"})", ErrorKind::Conflict, u"User exists"_s);
    row("middleware", 401,
        R"({"detail":{"error":"authentication_failed","message":"Authentication required"}})",
        ErrorKind::Authentication, QString());
    row("validation", 422, R"({"detail":[{"loc":["query","limit"],"msg":"too large","type":"x"}]})",
        ErrorKind::InvalidInput, u"query.limit: too large"_s);
    row("validation text", 422, R"({"detail":"missing refresh token"})", ErrorKind::InvalidInput,
        u"missing"_s);
    row("unified", 503,
        R"({"error":true,"error_code":"DB","message":"m","user_message":"Back soon","trace_id":"t9"})",
        ErrorKind::Unavailable, u"Back soon"_s);
    row("rate", 429, "", ErrorKind::Unavailable, QString());
    row("html", 502, "<html>Bad Gateway</html>", ErrorKind::Unavailable, QString());
    row("denied", 403, R"({"detail":"Access denied"})", ErrorKind::Denied, u"Access denied"_s);
    row("large", 413, "", ErrorKind::TooLarge, QString());
    row("teapot", 418, "[]", ErrorKind::Protocol, QString());
}

void TestBodies::restErrors() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, words);
    const Error error = decodeError(status, body);
    QTEST(error.kind, "kind");
    QVERIFY(error.happened.contains(words));
    QVERIFY(error.details.contains(QString::number(status)));
    QVERIFY(!error.happened.contains(u'<'));
}

void TestBodies::prettyKeepsTokens() {
    QCOMPARE(
        pretty(R"({"b":1.50,"a":[],"c":[1,{"d":"x,{}:"}]})"),
        u"{\n  \"b\": 1.50,\n  \"a\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": \"x,{}:\"\n    }\n  ]\n}"_s);
    QCOMPARE(pretty("not json"), u"not json"_s);
    QCOMPARE(pretty("{ }"), u"{}"_s);
    QCOMPARE(pretty("9007199254740993"), u"9007199254740993"_s);
}

void TestBodies::oneLine_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("limit");
    QTest::addColumn<QString>("line");
    QTest::newRow("object") << QByteArray(R"({"region":"us-east-1","days":7})") << 80
                            << u"region: us-east-1, days: 7"_s;
    QTest::newRow("nested") << QByteArray(R"({"a":[1,2],"b":{"c":1}})") << 80 << u"a: [2], b: {1}"_s;
    QTest::newRow("list") << QByteArray("[1,true,null]") << 80 << u"1, true, null"_s;
    QTest::newRow("string") << QByteArray(R"("a\nb")") << 80 << u"a b"_s;
    QTest::newRow("cut") << QByteArray(R"({"region":"us-east-1"})") << 8 << u"region:\u2026"_s;
    QTest::newRow("no half characters")
        << QByteArray("\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"") << 2 << u"\u2026"_s;
    QTest::newRow("empty") << QByteArray() << 80 << QString();
    QTest::newRow("other") << QByteArray("plain") << 80 << u"plain"_s;
}

void TestBodies::oneLine() {
    QFETCH(QByteArray, json);
    QFETCH(int, limit);
    const QString line = protocol::oneLine(json, limit);
    QTEST(line, "line");
    QVERIFY(line.size() <= limit);
}

void TestBodies::reports() {
    const auto report = parseReport(
        R"({"executive_summary":"S","cost_analysis":{"currency":"USD","period":"7d","total_current":12.5,
        "total_projected":"9.5","current_costs":{"a":10,"b":2.5},"projected_costs":{"a":7},"monthly_savings":13,"range":{"low":10,"high":15}},
        "performance_comparison":{"p95_ms":900},"recommendations":[{"id":"r","title":"T","metrics":{"potential_savings":3},"evidence":["e1"]},"plain"],
        "action_plan":[{"step_number":2,"description":"D","dependencies":["1"]},"do it"],"agent_metrics":[{"agent_type":"data","duration_ms":5,"tools_executed":2}],
        "assumptions":["A"],"data_quality":{"rows_read":10,"rows_rejected":1,"unknown_price_calls":0,"period":"7d"},"total_duration_ms":8500,"extra":{"x":1}})");
    QVERIFY(report.has_value());
    QCOMPARE(report->executiveSummary, u"S"_s);
    QCOMPARE(report->cost->totalProjected, std::optional(9.5));
    QCOMPARE(report->cost->lines.size(), std::size_t(2));
    QCOMPARE(report->cost->lines[0].projected, std::optional(7.0));
    QVERIFY(!report->cost->lines[1].projected);
    QCOMPARE(report->cost->savingsHigh, std::optional(15.0));
    QCOMPARE(report->recommendations[0].evidence.at(0).toString(), u"e1"_s);
    QCOMPARE(report->recommendations[0].metrics.at(0).second, u"3"_s);
    QCOMPARE(report->recommendations[1].title, u"plain"_s);
    QCOMPARE(report->actionPlan[0].number, 2);
    QCOMPARE(report->actionPlan[1].number, 2);
    QCOMPARE(report->agents[0].toolsExecuted, std::optional(2));
    QCOMPARE(report->dataQuality->rowsRejected, std::optional(qint64(1)));
    QCOMPARE(report->totalDuration, std::optional(std::chrono::milliseconds(8500)));
    QCOMPARE(report->other.size(), std::size_t(1));
    QCOMPARE(report->other[0].second, QByteArray(R"({"x":1})"));
}

void TestBodies::reportsOfOtherForms() {
    QVERIFY(!parseReport("\"text\"").has_value());
    QVERIFY(!parseReport("").has_value());
    QCOMPARE(parseReport(R"({"final_report":{"executive_summary":"in"}})")->executiveSummary, u"in"_s);
    QCOMPARE(parseReport(R"({"summary":"s","recommendations":"only one"})")->recommendations.size(),
             std::size_t(1));
    QVERIFY(!parseReport(R"({"cost_analysis":[]})")->cost->totalCurrent);
}

void TestBodies::writerEscapes() {
    JsonWriter out;
    out.beginObject().key(u"a\"\\"_s).string(u"\u0000\u001f\u007f\t😀"_s);
    out.key("n"_L1).number(std::numeric_limits<double>::infinity());
    out.key("big"_L1).number(std::numeric_limits<qint64>::min()).key("r"_L1).raw({}).endObject();
    QVERIFY(isJson(out.bytes()));
    QVERIFY(out.bytes().contains("\"n\":null"));
    QVERIFY(out.bytes().contains("-9223372036854775808"));
}

void TestBodies::cursor() {
    const QByteArray text = R"( {"a": {"x":[1,2]}, "b":"q\"x", "c":12, "d":1.5} )";
    const auto members = topLevelMembers(text);
    QVERIFY(members.has_value());
    QCOMPARE(members->size(), std::size_t(4));
    QCOMPARE((*members)[0].raw.toByteArray(), QByteArray(R"({"x":[1,2]})"));
    QCOMPARE((*members)[1].text, u"q\"x"_s);
    QCOMPARE((*members)[2].integer, std::optional(qint64(12)));
    QVERIFY(!(*members)[3].integer);
    for (const char* broken :
         {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1}x", "[1]", "{a:1}", "{\"a\":1,}"})
        QVERIFY2(!topLevelMembers(QByteArrayView(broken)), broken);
    QCOMPARE(topLevelItems("[1,[2],{}]")->size(), std::size_t(3));
    bool brokenOff = false;
    QCOMPARE(topLevelItems("[1,2,{\"a\"", &brokenOff)->size(), std::size_t(2));
    QVERIFY(brokenOff);
    QCOMPARE(singleLine("{\n\"a\":\r\n1}"), QByteArray("{ \"a\":  1}"));
    QVERIFY(singleLine("{").isEmpty());
}

QTEST_GUILESS_MAIN(TestBodies)
#include "tst_bodies.moc"
