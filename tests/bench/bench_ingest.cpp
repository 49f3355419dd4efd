// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of decoding, judging and recording an event stream, against bare simdjson parsing of the same bytes
// and against itself on a hundred times longer history; memory for each event held; and one frame of 50 MB.
// Prints one JSON document and fails when a ratio is out of bounds. Usage: bench_ingest [events], 100000 by
// default.
#include "history/recorder.h"
#include "protocol/decoder.h"
#include "protocol/json_writer.h"
#include "runs/ledger.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTextStream>

#include <simdjson.h>

#ifdef Q_OS_LINUX
#include <malloc.h>
#endif

using namespace apex;

namespace {

/// One turn of an agent with two tool calls, as the platform's bridge sends it.
std::vector<QByteArray> turn(qsizetype number) {
    const QByteArray run = "run_thread_1_" + QByteArray::number(number);
    const auto frame = [&](const char* type, const QByteArray& rest) {
        return QByteArray("{\"type\":\"" + QByteArray(type) + "\",\"run_id\":\"" + run +
                          "\",\"user_id\":\"user_0a1b2c3d4e5f\",\"agent_name\":\"Supervisor\","
                          "\"timestamp\":\"2026-03-01T10:00:00.000000+00:00\"," +
                          rest + "}");
    };
    std::vector<QByteArray> frames;
    frames.push_back(frame("agent_started",
                           R"("data":{"status":"started","message":"Supervisor has started processing"})"));
    for (const char* step : {"1", "2", "3"}) {
        const QByteArray n(step);
        frames.push_back(
            frame("agent_thinking", ("\"data\":{\"reasoning\":\"Extracting entities and intent " + n +
                                     "\",\"step_number\":" + n + "}")));
        frames.push_back(frame(
            "tool_executing",
            ("\"tool_name\":\"cost_analyzer\",\"execution_id\":\"e" + n +
             "\",\"data\":{\"parameters\":{\"region\":\"us-east-1\",\"days\":7},\"status\":\"executing\"}")));
        frames.push_back(frame("tool_completed", ("\"tool_name\":\"cost_analyzer\",\"execution_id\":\"e" + n +
                                                  "\",\"data\":{\"result\":{\"savings\":12,\"models\":[\"a\","
                                                  "\"b\"]},\"execution_time_ms\":15.2}")));
    }
    frames.push_back(frame(
        "agent_completed",
        R"("data":{"status":"completed","result":{"response":"A third can be saved."},"execution_time_ms":820})"));
    return frames;
}

std::vector<QByteArray> stream(qsizetype events) {
    std::vector<QByteArray> frames;
    for (qsizetype number = 0; static_cast<qsizetype>(frames.size()) < events; ++number)
        for (QByteArray& frame : turn(number))
            frames.push_back(std::move(frame));
    frames.resize(static_cast<std::size_t>(events));
    return frames;
}

double nanosecondsParsing(const std::vector<QByteArray>& frames) {
    simdjson::dom::parser parser;
    std::size_t members = 0;
    QElapsedTimer timer;
    timer.start();
    for (const QByteArray& frame : frames) {
        simdjson::dom::object object;
        if (parser.parse(frame.constData(), static_cast<std::size_t>(frame.size())).get(object) ==
            simdjson::SUCCESS)
            members += object.size();
    }
    const double spent = double(timer.nsecsElapsed()) / double(frames.size());
    return members > 0 ? spent : 0;
}

/// Bytes of the heap in use; 0 where the platform does not tell.
double heapBytes() {
#ifdef Q_OS_LINUX
    const struct mallinfo2 info = mallinfo2();
    return double(info.uordblks) + double(info.hblkhd);
#else
    return 0;
#endif
}

struct Judged {
    double nanoseconds = 0;
    double heldBytes = 0; ///< for each event, by the ledger
    bool allEnded = true;
};

Judged judge(const std::vector<QByteArray>& frames, history::Recorder* recorder = nullptr) {
    const double before = heapBytes();
    // Above what the socket takes, so that the long frame is decoded and not refused.
    protocol::Decoder decoder({.maxFrameBytes = 64 * 1024 * 1024});
    runs::Ledger ledger;
    qint64 index = 0;
    QElapsedTimer timer;
    timer.start();
    for (const QByteArray& frame : frames) {
        const protocol::Receipt receipt{index, {}, MonoTime(index * 1000)};
        if (recorder)
            recorder->frame(frame, receipt, false);
        for (const protocol::Event& event : decoder.decode(frame).events)
            ledger.apply(event, receipt);
        ++index;
    }
    Judged result;
    result.nanoseconds = double(timer.nsecsElapsed()) / double(frames.size());
    result.heldBytes = (heapBytes() - before) / double(frames.size());
    for (std::size_t i = 0; i + 1 < ledger.runs().size(); ++i)
        result.allEnded = result.allEnded && ledger.runs()[i].verdict == runs::Verdict::Ok;
    return result;
}

/// The better of two, since the machine has other work too.
Judged best(const std::vector<QByteArray>& frames) {
    const Judged first = judge(frames);
    const Judged second = judge(frames);
    return second.nanoseconds < first.nanoseconds ? second : first;
}

double nanosecondsRecorded(const std::vector<QByteArray>& frames) {
    const QTemporaryDir folder;
    SystemClock clock;
    history::RecorderOptions options;
    options.folder = folder.filePath(QStringLiteral("recordings"));
    history::Recorder recorder(options, clock);
    return recorder.start() ? judge(frames, &recorder).nanoseconds : 0;
}

/// One frame of 50 MB in a single line: a tool's result nobody expected.
double ratioOfLongFrame() {
    std::vector<QByteArray> one;
    QByteArray rows;
    while (rows.size() < 50'000'000)
        rows += R"({"model":"m","calls":12,"cost_usd":0.0125,"note":"a tool result nobody expected"},)";
    rows.chop(1);
    QByteArray frame = R"({"type":"tool_completed","run_id":"r","tool_name":"t","data":{"result":{"rows":[)";
    frame += rows + "]}}}";
    one.push_back(frame);
    nanosecondsParsing(one);
    const double bare = nanosecondsParsing(one);
    return best(one).nanoseconds / bare;
}

} // namespace

int main(int argc, char** argv) {
    using namespace Qt::StringLiterals;
    const qsizetype events = argc > 1 ? QByteArray(argv[1]).toLongLong() : 100'000;
    const std::vector<QByteArray> few = stream(std::max<qsizetype>(events / 100, 1000));
    const std::vector<QByteArray> many = stream(std::max<qsizetype>(events, 1000));
    judge(few); // warms caches and allocator
    const Judged shortRun = best(few);
    const Judged longRun = best(many);
    const double bare = nanosecondsParsing(many);
    const double recorded = nanosecondsRecorded(many);
    const double history = longRun.nanoseconds / shortRun.nanoseconds;
    const double longFrame = ratioOfLongFrame();
    const bool right = shortRun.allEnded && longRun.allEnded;
    protocol::JsonWriter out;
    out.beginObject().key("schema"_L1).string("apex/bench-ingest/2"_L1);
    out.key("events"_L1).number(qint64(many.size()));
    out.key("events_per_second"_L1).number(1e9 / longRun.nanoseconds);
    out.key("events_per_second_recorded"_L1).number(1e9 / recorded);
    out.key("ns_per_event"_L1).number(longRun.nanoseconds);
    out.key("ns_bare_parse"_L1).number(bare);
    out.key("ratio_to_bare_parse"_L1).number(longRun.nanoseconds / bare);
    out.key("ns_per_event_short_history"_L1).number(shortRun.nanoseconds);
    out.key("ratio_long_to_short_history"_L1).number(history);
    out.key("bytes_per_held_event"_L1).number(longRun.heldBytes);
    out.key("ratio_50mb_frame_to_bare_parse"_L1).number(longFrame);
    out.key("verdicts_right"_L1).boolean(right).endObject();
    QTextStream(stdout) << QString::fromUtf8(out.bytes()) << Qt::endl;
    // Budgets of the project are 1.2 and 3; the gate leaves room for a busy machine.
    return right && history < 1.6 && longFrame < 4.5 ? 0 : 1;
}
