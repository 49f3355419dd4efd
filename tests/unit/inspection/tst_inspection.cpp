// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"
#include "inspection/recording_writer.h"

#include <QBuffer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

using namespace apex;
using namespace apex::inspection;
using namespace Qt::StringLiterals;

namespace {

QString dataFile(const QString& name) {
    return QStringLiteral(APEX_TEST_DATA "/recordings/") + name;
}

QByteArray contents(const QString& name) {
    QFile file(dataFile(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A finished recording of the given frames, one second apart.
QByteArray recorded(const QList<QByteArray>& frames, bool finish = true) {
    QBuffer buffer;
    if (!buffer.open(QIODevice::WriteOnly))
        return {};
    RecordingWriter writer(buffer);
    RecordingHeader header;
    header.environment = u"local"_s;
    header.created = WallTime(std::chrono::seconds(1'772'359'200));
    header.client = u"apex-desktop 0.1.0"_s;
    bool written = writer.begin(header).has_value();
    std::int64_t at = 0;
    for (const QByteArray& frame : frames) {
        at += 1'000'000;
        written = written && writer
                                 .writeFrame(Direction::In, frame,
                                             *header.created + std::chrono::microseconds(at), MonoTime(at))
                                 .has_value();
    }
    written = written && (!finish || writer.finish().has_value());
    return written ? buffer.data() : QByteArray();
}

QJsonObject document(const Inspection& inspection) {
    QJsonParseError error;
    const auto json = QJsonDocument::fromJson(toJson({inspection}), &error);
    return error.error == QJsonParseError::NoError ? json.object() : QJsonObject();
}

Inspection inspected(const QByteArray& bytes) {
    const auto recording = readRecording(bytes);
    return recording ? inspectFrames(*recording) : Inspection{};
}

} // namespace

class TestInspection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goldenVersion1();
    void aLostConnectionIsNamed();
    void writerAndReaderAgree();
    void cutRecordingsReadAsFarAsTheyGo();
    void changedRecordingsAreNoticed();
    void formatsAreFoundByContent_data();
    void formatsAreFoundByContent();
    void nothingToRead_data();
    void nothingToRead();
    void jsonHasTheContract();
    void stagingTurnHasNoOutcome();
    void serverClockIsSaid();
    void severalFiles();
    void tokensNeverReachAFile();
    void linkEvents();
    void agUi();
    void brokenHarIsReadAsFarAsItGoes();
    void eventStreams();
    void samplesSayWhoSentThem();
    void clientFramesAreSent();
    void pathAndPartsAreInTheDocument();
    void largeFramesAreRead();
    void filesThatCannotBeReadAreNamed();
};

void TestInspection::largeFramesAreRead() {
    // Three times what a socket takes: a recording is not the wire, and nothing waits for it.
    const QByteArray answer(50'000'000, 'x');
    const QByteArray start = R"({"type":"agent_started","run_id":"r","agent_name":"a"})";
    const QByteArray end =
        R"({"type":"agent_completed","run_id":"r","agent_name":"a","final_response":")" + answer + "\"}";
    const QByteArray lines = start + '\n' + end;
    for (const QByteArray& bytes : {lines, recorded({start, end})}) {
        const Inspection found = inspected(bytes);
        QCOMPARE(found.undecodable, qint64(0));
        QCOMPARE(found.frames, qint64(2));
        QCOMPARE(found.runs.size(), std::size_t(1));
        QCOMPARE(found.runs.front().outcome, runs::Outcome::Completed);
        QVERIFY(found.runs.front().answer == QString::fromLatin1(answer));
    }
    // Beyond the limit of one line it is still counted as a frame, with the reason.
    InspectOptions options;
    options.maxFrameBytes = 1'000'000;
    const auto recording = readRecording(lines);
    QVERIFY(recording.has_value());
    const Inspection cut = inspectFrames(*recording, options);
    QCOMPARE(cut.frames, qint64(2));
    QCOMPARE(cut.undecodable, qint64(1));
    QVERIFY(!cut.isSound());
}

void TestInspection::filesThatCannotBeReadAreNamed() {
    QTemporaryDir folder;
    const QString file = folder.filePath(u"numbers.bin"_s);
    QFile bytes(file);
    QVERIFY(bytes.open(QIODevice::WriteOnly));
    QVERIFY(bytes.write("1 2 3\n") > 0);
    bytes.close();
    const auto noFrames = readRecordingFile(file);
    QCOMPARE(noFrames.error().kind, ErrorKind::InvalidInput);
    QVERIFY(noFrames.error().happened.contains(file));
    QVERIFY(noFrames.error().cause->happened.contains(u"No recorded frames"));
    const auto aFolder = readRecordingFile(folder.path());
    QVERIFY(aFolder.error().happened.contains(u"is a folder"));
    QVERIFY(readRecordingFile(file + u".gone"_s).error().happened.contains(u"numbers.bin.gone"));
}

void TestInspection::goldenVersion1() {
    // Written by version 1 of the format; must open in every later one.
    const auto recording = readRecordingFile(dataFile(u"golden-v1.apexrec"_s));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->format, RecordingFormat::ApexRecording);
    QVERIFY(!recording->truncated);
    QCOMPARE(recording->checksumMatches, std::optional(true));
    QCOMPARE(recording->header->environment, u"local"_s);
    QVERIFY(recording->notes.isEmpty());
    const Inspection found = inspectFrames(*recording);
    QCOMPARE(found.frames, qint64(7));
    QCOMPARE(found.sent, qint64(1));
    QCOMPARE(found.undecodable, qint64(1));
    QCOMPARE(found.runs.size(), std::size_t(1));
    QCOMPARE(found.runs.front().outcome, runs::Outcome::Completed);
    QCOMPARE(found.runs.front().first, MonoTime(0));
    QCOMPARE(found.runs.front().firstEvent, MonoTime(1'200'000));
    QCOMPARE(found.clock, ClockSource::Receive);
}

/// Recorded by `apex ask` while its server stood still for half a minute in the middle of a run.
void TestInspection::aLostConnectionIsNamed() {
    const auto recording = readRecordingFile(dataFile(u"reconnected.apexrec"_s));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->checksumMatches, std::optional(true));
    const Inspection found = inspectFrames(*recording);
    QCOMPARE(found.runs.size(), std::size_t(1));
    const runs::Run& run = found.runs.front();
    QCOMPARE(run.outcome, runs::Outcome::Completed);
    QCOMPARE(run.verdict, runs::Verdict::Repaired);
    const auto gaps =
        std::count_if(run.findings.begin(), run.findings.end(),
                      [](const runs::Finding& finding) { return finding.rule == runs::Rule::LinkGap; });
    QCOMPARE(gaps, 1);
}

void TestInspection::writerAndReaderAgree() {
    const QList<QByteArray> frames = {R"({"type":"ping"})", "not json", "{\n  \"type\": \"pong\"\n}",
                                      QByteArray("\"\xff\"")};
    const auto recording = readRecording(recorded(frames));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->checksumMatches, std::optional(true));
    QCOMPARE(recording->entries.size(), std::size_t(4));
    QCOMPARE(recording->entries[0].frame, frames[0]);
    QCOMPARE(recording->entries[1].frame, frames[1]);
    QCOMPARE(QJsonDocument::fromJson(recording->entries[2].frame), QJsonDocument::fromJson(frames[2]));
    QCOMPARE(recording->entries[3].frame, QString::fromUtf8(frames[3]).toUtf8());
    QCOMPARE(recording->entries[1].mono, std::optional(MonoTime(2'000'000)));
    QCOMPARE(recording->entries[1].seq, qint64(1));
}

void TestInspection::cutRecordingsReadAsFarAsTheyGo() {
    const QByteArray whole =
        recorded({R"({"type":"agent_started","run_id":"r","agent_name":"a"})",
                  R"({"type":"agent_completed","run_id":"r","agent_name":"a","result":"x"})"});
    const qsizetype header = whole.indexOf('\n');
    QVERIFY(inspected(whole).isSound());
    for (qsizetype length = header + 1; length < whole.size() - 1; ++length) {
        const auto recording = readRecording(whole.first(length));
        QVERIFY(recording.has_value());
        QVERIFY2(recording->truncated, qPrintable(QString::number(length)));
        QVERIFY(!recording->notes.isEmpty());
        const Inspection found = inspectFrames(*recording);
        QVERIFY(!found.isSound());
        QCOMPARE(found.undecodable, qint64(0));
    }
}

void TestInspection::changedRecordingsAreNoticed() {
    QByteArray bytes = recorded({R"({"type":"agent_started","run_id":"r","agent_name":"a"})"});
    const auto recording = readRecording(bytes.replace("\"a\"", "\"b\""));
    QVERIFY(recording.has_value());
    QCOMPARE(recording->checksumMatches, std::optional(false));
    QVERIFY(!inspectFrames(*recording).isSound());
}

void TestInspection::formatsAreFoundByContent_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<RecordingFormat>("format");
    QTest::addColumn<int>("frames");
    const QByteArray ping = R"({"type":"ping"})";
    QTest::newRow("lines") << QByteArray(ping + "\n" + ping + "\n") << RecordingFormat::JsonLines << 2;
    QTest::newRow("windows lines") << QByteArray("\xef\xbb\xbf" + ping + "\r\n\r\n" + ping + "\r\n")
                                   << RecordingFormat::JsonLines << 2;
    QTest::newRow("one line") << ping << RecordingFormat::JsonLines << 1;
    QTest::newRow("bad line kept") << QByteArray(ping + "\n{\"type\":\n" + ping) << RecordingFormat::JsonLines
                                   << 3;
    QTest::newRow("wrapped is not special")
        << QByteArray(R"({"id":"x","wire":{"type":"ping"}})") << RecordingFormat::JsonLines << 1;
    QTest::newRow("one frame laid out")
        << QByteArray("{\n\"type\": \"ping\"\n}\n") << RecordingFormat::JsonLines << 1;
    QTest::newRow("array") << QByteArray("[\n" + ping + ",\n" + ping + "]") << RecordingFormat::JsonArray
                           << 2;
    QTest::newRow("cut array") << QByteArray("[" + ping + "," + ping + ",{\"ty") << RecordingFormat::JsonArray
                               << 2;
    QTest::newRow("lines of lists") << QByteArray("[" + ping + "]\n[" + ping + "]\n")
                                    << RecordingFormat::JsonLines << 2;
    QTest::newRow("recording") << recorded({ping}) << RecordingFormat::ApexRecording << 1;
    QTest::newRow("har") << contents(u"session.har"_s) << RecordingFormat::Har << 3;
}

void TestInspection::formatsAreFoundByContent() {
    QFETCH(QByteArray, bytes);
    const auto recording = readRecording(bytes);
    QVERIFY(recording.has_value());
    QTEST(recording->format, "format");
    QTEST(int(recording->entries.size()), "frames");
    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const auto again = readRecording(buffer);
    QCOMPARE(again->entries.size(), recording->entries.size());
}

void TestInspection::nothingToRead_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("blank") << QByteArray("\n \n");
    QTest::newRow("text") << QByteArray("Dear all,\nplease find attached\n");
    QTest::newRow("html") << QByteArray("<html>\n</html>");
    QTest::newRow("empty array") << QByteArray("[]");
    QTest::newRow("har without socket") << QByteArray(R"({"log":{"entries":[{"request":{}}]}})");
    QTest::newRow("binary") << QByteArray("\x89PNG\r\n\x1a\n\0\0", 10);
}

void TestInspection::nothingToRead() {
    QFETCH(QByteArray, bytes);
    const auto recording = readRecording(bytes);
    QVERIFY(!recording.has_value());
    QCOMPARE(recording.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!recording.error().action.isEmpty());
    QCOMPARE(readRecordingFile(u"/no/such/file"_s).error().kind, ErrorKind::NotFound);
    ReadLimits tight;
    tight.maxBytes = 3;
    QCOMPARE(readRecording("[1,2,3]", tight).error().kind, ErrorKind::TooLarge);
}

void TestInspection::jsonHasTheContract() {
    const QJsonObject root = document(inspected(contents(u"nested.jsonl"_s)));
    QCOMPARE(root["schema"_L1].toString(), u"apex/inspect/1"_s);
    const QJsonObject frames = root["frames"_L1].toObject();
    for (const auto key : {"total"_L1, "events"_L1, "unknown"_L1, "undecodable"_L1, "duplicates"_L1})
        QVERIFY2(frames[key].isDouble(), key.data());
    QCOMPARE(frames["total"_L1].toInt(), 17);
    const QJsonObject run = root["runs"_L1].toArray().first().toObject();
    QCOMPARE(run["run_id"_L1].toString(), u"run_thread_1_1772359200000_0a1b2c3d"_s);
    QCOMPARE(run["thread_id"_L1].toString(), u"thread_0123456789abcdef"_s);
    QCOMPARE(run["agent"_L1].toString(), u"Supervisor"_s);
    QCOMPARE(run["outcome"_L1].toString(), u"completed"_s);
    QCOMPARE(run["verdict"_L1].toString(), u"ok"_s);
    QCOMPARE(run["duration_ms"_L1].toInt(), 8000);
    QCOMPARE(run["answer"_L1].toString(), u"**A third** can be saved."_s);
    const QJsonObject counts = run["counts"_L1].toObject();
    QCOMPARE(counts["agent_started"_L1].toInt(), 4);
    QCOMPARE(counts["agent_thinking"_L1].toInt(), 2);
    QCOMPARE(counts["tool_executing"_L1].toInt(), 3);
    QCOMPARE(counts["tool_completed"_L1].toInt(), 3);
    QCOMPARE(counts["agent_completed"_L1].toInt(), 4);
    const QJsonArray steps = run["steps"_L1].toArray();
    QVERIFY(steps.first()["parent"_L1].isNull());
    const QJsonObject tool = steps.at(5).toObject();
    QCOMPARE(tool["kind"_L1].toString(), u"tool"_s);
    QCOMPARE(tool["name"_L1].toString(), u"load_usage"_s);
    QCOMPARE(tool["state"_L1].toString(), u"done"_s);
    QCOMPARE(tool["started_ms"_L1].toInt(), 3000);
    QCOMPARE(tool["duration_ms"_L1].toInt(), 1000);
    QCOMPARE(tool["arguments"_L1].toObject()["period"_L1].toString(), u"7d"_s);
    QCOMPARE(tool["result"_L1].toObject()["rows"_L1].toInt(), 1200);
    QCOMPARE(steps.at(tool["parent"_L1].toInt()).toObject()["name"_L1].toString(), u"data"_s);
}

void TestInspection::stagingTurnHasNoOutcome() {
    const QJsonObject run =
        document(inspected(contents(u"staging-turn.jsonl"_s)))["runs"_L1].toArray().first().toObject();
    QCOMPARE(run["outcome"_L1].toString(), u"no_outcome"_s);
    QCOMPARE(run["verdict"_L1].toString(), u"no_outcome"_s);
    QVERIFY(run["answer_is_from_inner_agent"_L1].toBool());
    QVERIFY(run["answer"_L1].toString().contains(u"Repeated Full File Read"));
    QCOMPARE(run["agent"_L1].toString(), u"netra-assistant"_s);
}

void TestInspection::serverClockIsSaid() {
    QCOMPARE(inspected(contents(u"demo.jsonl"_s)).clock, ClockSource::Server);
    const Inspection untimed = inspected(contents(u"untimed.jsonl"_s));
    QCOMPARE(untimed.clock, ClockSource::None);
    QVERIFY(document(untimed)["runs"_L1].toArray().first().toObject()["duration_ms"_L1].isNull());
    QVERIFY(toText({untimed}).contains(u"no times"));
}

void TestInspection::severalFiles() {
    Inspection first = inspected(contents(u"demo.jsonl"_s));
    first.source = u"a"_s;
    Inspection second = inspected(contents(u"nested.jsonl"_s));
    second.source = u"b"_s;
    const QJsonObject root = QJsonDocument::fromJson(toJson({first, second})).object();
    QCOMPARE(root["frames"_L1].toObject()["total"_L1].toInt(), 22);
    QCOMPARE(root["runs"_L1].toArray().at(1).toObject()["file"_L1].toString(), u"b"_s);
    QCOMPARE(root["files"_L1].toArray().size(), 2);
}

void TestInspection::tokensNeverReachAFile() {
    const QByteArray bytes = recorded({R"({"type":"token_refreshed","data":{"new_token":"SECRET"}})",
                                       R"({"type":"handshake_response","session_token":"SECRET)"});
    QVERIFY(!bytes.isEmpty());
    QVERIFY(!bytes.contains("SECRET"));
}

void TestInspection::linkEvents() {
    QBuffer buffer;
    QVERIFY(buffer.open(QIODevice::WriteOnly));
    RecordingWriter writer(buffer);
    QVERIFY(writer.begin({}));
    QVERIFY(writer.writeFrame(Direction::In, R"({"type":"agent_started","run_id":"r","agent_name":"a"})", {},
                              MonoTime(0)));
    QVERIFY(writer.writeLink(u"closed"_s, R"({"code":1006})", {}, MonoTime(1'000'000)));
    QVERIFY(writer.writeLink(u"opened"_s, {}, {}, MonoTime(3'000'000)));
    QVERIFY(writer.writeFrame(Direction::In,
                              R"({"type":"agent_completed","run_id":"r","agent_name":"a","result":"x"})", {},
                              MonoTime(4'000'000)));
    QVERIFY(writer.finish());
    QCOMPARE(writer.frames(), qint64(2));
    const Inspection found = inspected(buffer.data());
    QCOMPARE(found.frames, qint64(2));
    QCOMPARE(found.runs.front().verdict, runs::Verdict::Repaired);
    QCOMPARE(found.runs.front().findings.front().rule, runs::Rule::LinkGap);
}

void TestInspection::agUi() {
    const auto recording = readRecordingFile(dataFile(u"ag-ui.jsonl"_s));
    InspectOptions options;
    options.dialect = protocol::Dialect::AgUi;
    const Inspection found = inspectFrames(*recording, options);
    QCOMPARE(found.unknown, qint64(0));
    const runs::Run& run = found.runs.front();
    QCOMPARE(run.outcome, runs::Outcome::Completed);
    QCOMPARE(run.verdict, runs::Verdict::Ok);
    QCOMPARE(run.answer, u"Three hits."_s);
    QCOMPARE(run.counts.agentThinking, 1);
    QCOMPARE(run.steps.at(1).text, u"Thinking"_s);
    QCOMPARE(run.steps.at(2).arguments, QByteArray(R"({"q":"x"})"));
    QCOMPARE(run.steps.at(2).result, QByteArray(R"({"hits":3})"));
}

void TestInspection::brokenHarIsReadAsFarAsItGoes() {
    QFile file(dataFile(u"session.har"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    const auto all = readRecording(whole);
    QVERIFY(all && !all->truncated);
    std::size_t last = 0;
    for (qsizetype length = whole.indexOf("_webSocketMessages") + 25; length < whole.size() - 40;
         length += 40) {
        const auto cut = readRecording(whole.first(length));
        if (!cut)
            continue; // not one whole message before the break
        QCOMPARE(cut->format, RecordingFormat::Har);
        QVERIFY(cut->truncated && !cut->notes.isEmpty());
        QVERIFY(cut->entries.size() >= last && cut->entries.size() <= all->entries.size());
        QVERIFY(!inspectFrames(*cut).isSound());
        last = cut->entries.size();
    }
    QCOMPARE(last, all->entries.size());
    // A name inside a text is no list of messages.
    QVERIFY(!readRecording(R"({"log":{"comment":"\"_webSocketMessages\":[{\"data\":\"{}\"}]")"));
}

void TestInspection::eventStreams() {
    const auto recording = readRecording(
        "event: message\r\nid: 1\r\ndata: {\"event\":\"agent_started\",\"run_id\":\"r\"}\r\n\r\n"
        ": keep-alive\n\ndata:{\"event\":\"agent_completed\",\"run_id\":\"r\",\"result\":\"x\"}\n\n"
        "data: [DONE]\n\n");
    QVERIFY(recording.has_value());
    QCOMPARE(recording->format, RecordingFormat::EventStream);
    QCOMPARE(formatName(recording->format), u"event-stream"_s);
    const Inspection found = inspectFrames(*recording);
    QCOMPARE(found.frames, qint64(2));
    QCOMPARE(found.runs.front().verdict, runs::Verdict::Ok);
}

void TestInspection::samplesSayWhoSentThem() {
    const auto recording = readRecording(
        R"({"id":"a","dir":"s2c","comment":"c","wire":{"type":"agent_started","run_id":"r","agent_name":"a"}})"
        "\n"
        R"({"id":"b","dir":"c2s","wire":{"type":"stop_agent","payload":{}}})"
        "\n"
        R"({"id":"c","dir":"rest","wire":[1]})"
        "\n");
    QVERIFY(recording.has_value());
    QCOMPARE(recording->entries.size(), std::size_t(2));
    QCOMPARE(recording->entries[1].direction, Direction::Out);
    QCOMPARE(inspectFrames(*recording).unknown, qint64(0));
}

void TestInspection::clientFramesAreSent() {
    const auto recording = readRecording(R"({"type":"user_message","payload":{"content":"hi","run_id":"c1"}})"
                                         "\n"
                                         R"({"type":"handshake_acknowledged","thread_id":"t"})"
                                         "\n"
                                         R"({"event":"user_message","content":"an echo"})"
                                         "\n");
    const Inspection found = inspectFrames(*recording);
    QCOMPARE(found.frames, qint64(3));
    QCOMPARE(found.sent, qint64(2));
    QCOMPARE(found.unknown, qint64(0));
}

void TestInspection::pathAndPartsAreInTheDocument() {
    const auto recording = readRecordingFile(dataFile(u"golden-v1.apexrec"_s));
    const QJsonObject run = QJsonDocument::fromJson(toJson({inspectFrames(*recording)}))
                                .object()["runs"_L1]
                                .toArray()
                                .first()
                                .toObject();
    const QJsonObject share = run["time_share_ms"_L1].toObject();
    qint64 sum = 0;
    for (const QString& part : {u"waiting"_s, u"thinking"_s, u"tools"_s, u"text"_s, u"silence"_s})
        sum += share[part].toInteger();
    QCOMPARE(sum, share["total"_L1].toInteger());
    QCOMPARE(sum, run["duration_ms"_L1].toInteger());
    qint64 at = run["started_ms"_L1].toInteger();
    const QJsonArray path = run["critical_path"_L1].toArray();
    QVERIFY(!path.isEmpty());
    for (const QJsonValue piece : path) {
        QCOMPARE(piece["from_ms"_L1].toInteger(), at);
        at = piece["to_ms"_L1].toInteger();
    }
    QCOMPARE(at, run["started_ms"_L1].toInteger() + sum);
    QVERIFY(run["critical_path_text"_L1].toString().contains(u"%"));
}

QTEST_GUILESS_MAIN(TestInspection)
#include "tst_inspection.moc"
