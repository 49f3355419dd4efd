// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"
#include "inspection/words.h"
#include "protocol/json_cursor.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"
#include "runs/critical_path.h"
#include "runs/ledger.h"

namespace apex::inspection {

namespace {

using protocol::JsonWriter;
using runs::Run;
using runs::Step;
using namespace Qt::StringLiterals;

qint64 milliseconds(MonoTime time) {
    return std::chrono::round<std::chrono::milliseconds>(time).count();
}

/// JSON as it is; text that is none, as a string, so the document stays valid whatever was recorded.
void writeValue(JsonWriter& out, const protocol::JsonText& json) {
    if (json.isEmpty())
        out.null();
    else if (protocol::isJson(json))
        out.raw(json);
    else
        out.string(QString::fromUtf8(json));
}

void writeDuration(JsonWriter& out, std::optional<MonoTime> duration) {
    if (duration)
        out.number(milliseconds(*duration));
    else
        out.null();
}

void writeStep(JsonWriter& out, const Step& step, std::optional<MonoTime> start) {
    out.beginObject().key("kind"_L1).string(kindName(step.kind));
    out.key("name"_L1).string(step.name);
    out.key("state"_L1).string(stateName(step.state));
    out.key("started_ms"_L1).number(start ? milliseconds(step.started - *start) : qint64{0});
    out.key("duration_ms"_L1);
    writeDuration(out, start && step.ended ? std::optional(*step.ended - step.started) : std::nullopt);
    out.key("parent"_L1);
    if (step.parent >= 0)
        out.number(qint64{step.parent});
    else
        out.null();
    out.key("arguments"_L1);
    writeValue(out, step.arguments);
    out.key("result"_L1);
    writeValue(out, step.result);
    out.key("text"_L1).stringOrNull(step.text);
    out.key("call_id"_L1).stringOrNull(step.call.toString());
    out.key("depth"_L1).number(qint64{step.depth});
    out.key("iteration"_L1).number(qint64{step.iteration});
    out.key("attempt"_L1).number(qint64{step.attempt});
    out.key("claimed_ms"_L1);
    writeDuration(out, step.claimedDuration);
    out.key("first_frame"_L1).number(step.firstFrame);
    out.key("last_frame"_L1).number(step.lastFrame);
    out.endObject();
}

void writeFindings(JsonWriter& out, const Run& run) {
    out.key("findings"_L1).beginArray();
    for (const runs::Finding& finding : run.findings) {
        out.beginObject().key("rule"_L1).string(runs::ruleName(finding.rule));
        out.key("detail"_L1).string(finding.detail);
        out.key("frame"_L1).number(finding.frame);
        out.key("gravity"_L1).string(gravityName(runs::ruleGravity(finding.rule)));
        out.endObject();
    }
    out.endArray();
}

void writeCounts(JsonWriter& out, const Run& run) {
    namespace event = protocol::names::event;
    out.key("counts"_L1).beginObject();
    out.key(event::AgentStarted).number(qint64{run.counts.agentStarted});
    out.key(event::AgentThinking).number(qint64{run.counts.agentThinking});
    out.key(event::ToolExecuting).number(qint64{run.counts.toolExecuting});
    out.key(event::ToolCompleted).number(qint64{run.counts.toolCompleted});
    out.key(event::AgentCompleted).number(qint64{run.counts.agentCompleted});
    out.endObject();
}

void writeTimeShare(JsonWriter& out, const Run& run, bool known) {
    out.key("time_share_ms"_L1);
    if (!known) {
        out.null();
        return;
    }
    const runs::TimeShare share = runs::timeShare(run, run.last);
    out.beginObject().key("total"_L1).number(qint64{share.total.count()});
    out.key("waiting"_L1).number(qint64{share.waiting.count()});
    out.key("thinking"_L1).number(qint64{share.thinking.count()});
    out.key("tools"_L1).number(qint64{share.tools.count()});
    out.key("text"_L1).number(qint64{share.text.count()});
    out.key("silence"_L1).number(qint64{share.silence.count()});
    out.endObject();
}

void writeCriticalPath(JsonWriter& out, const Run& run, std::optional<MonoTime> start) {
    const auto path = start ? runs::criticalPath(run, run.last) : std::vector<runs::PathPiece>();
    out.key("critical_path"_L1).beginArray();
    for (const runs::PathPiece& piece : path) {
        const qint64 from = milliseconds(piece.from - *start);
        const qint64 to = milliseconds(piece.to - *start);
        out.beginObject().key("kind"_L1).string(runs::pathKindName(piece.kind));
        out.key("step"_L1);
        if (piece.step >= 0)
            out.number(qint64{piece.step});
        else
            out.null();
        out.key("from_ms"_L1).number(from);
        out.key("to_ms"_L1).number(to);
        out.key("duration_ms"_L1).number(to - from);
        out.endObject();
    }
    out.endArray();
    out.key("critical_path_text"_L1).stringOrNull(runs::criticalPathText(run, path));
}

void writeRun(JsonWriter& out, const Run& run, std::optional<MonoTime> start, const QString& file) {
    out.beginObject().key("run_id"_L1).string(run.id.toString());
    out.key("thread_id"_L1).stringOrNull(run.thread.toString());
    out.key("agent"_L1).string(run.agent);
    out.key("outcome"_L1).string(runs::outcomeName(run.outcome));
    out.key("verdict"_L1).string(runs::verdictName(run.verdict));
    writeFindings(out, run);
    writeCounts(out, run);
    out.key("duration_ms"_L1);
    writeDuration(out, start ? std::optional(run.last - run.first) : std::nullopt);
    out.key("started_ms"_L1).number(start ? milliseconds(run.first - *start) : qint64{0});
    writeTimeShare(out, run, start.has_value());
    writeCriticalPath(out, run, start);
    out.key("answer"_L1).stringOrNull(run.answer);
    out.key("answer_is_from_inner_agent"_L1).boolean(run.answerIsFromInnerAgent);
    out.key("partial_text"_L1).stringOrNull(run.partialText);
    out.key("failure"_L1).stringOrNull(run.failure);
    out.key("report_type"_L1).stringOrNull(run.reportType);
    out.key("report"_L1);
    writeValue(out, run.report);
    out.key("first_frame"_L1).number(run.firstFrame);
    out.key("last_frame"_L1).number(run.lastFrame);
    if (!file.isEmpty())
        out.key("file"_L1).string(file);
    out.key("steps"_L1).beginArray();
    for (const Step& step : run.steps)
        writeStep(out, step, start);
    out.endArray().endObject();
}

void writeFrameCounts(JsonWriter& out, const Inspection& counts) {
    out.key("frames"_L1).beginObject();
    out.key("total"_L1).number(counts.frames);
    out.key("events"_L1).number(counts.events);
    out.key("unknown"_L1).number(counts.unknown);
    out.key("undecodable"_L1).number(counts.undecodable);
    out.key("duplicates"_L1).number(counts.duplicates);
    out.key("sent"_L1).number(counts.sent);
    out.endObject();
}

void writeSource(JsonWriter& out, const Inspection& inspection) {
    out.key("source"_L1).stringOrNull(inspection.source);
    out.key("format"_L1).string(formatName(inspection.format));
    out.key("protocol"_L1).string(dialectName(inspection.dialect));
    out.key("clock"_L1).string(clockName(inspection.clock));
    out.key("truncated"_L1).boolean(inspection.truncated);
    out.key("checksum_matches"_L1);
    if (inspection.checksumMatches)
        out.boolean(*inspection.checksumMatches);
    else
        out.null();
    out.key("notes"_L1).beginArray();
    for (const QString& note : inspection.notes)
        out.string(note);
    out.endArray();
}

Inspection summed(const std::vector<Inspection>& inspections) {
    Inspection sum;
    for (const Inspection& each : inspections) {
        sum.frames += each.frames;
        sum.sent += each.sent;
        sum.events += each.events;
        sum.unknown += each.unknown;
        sum.undecodable += each.undecodable;
        sum.duplicates += each.duplicates;
    }
    return sum;
}

} // namespace

QByteArray runToJson(const Run& run, std::optional<MonoTime> start, const QString& file) {
    JsonWriter out;
    writeRun(out, run, start, file);
    return out.bytes();
}

QByteArray toJson(const std::vector<Inspection>& inspections) {
    const bool several = inspections.size() > 1;
    JsonWriter out;
    out.beginObject().key("schema"_L1).string("apex/inspect/1"_L1);
    writeFrameCounts(out, summed(inspections));
    if (!several && !inspections.empty()) {
        writeSource(out, inspections.front());
    } else {
        out.key("files"_L1).beginArray();
        for (const Inspection& each : inspections) {
            out.beginObject();
            writeSource(out, each);
            writeFrameCounts(out, each);
            out.endObject();
        }
        out.endArray();
    }
    out.key("runs"_L1).beginArray();
    for (const Inspection& each : inspections)
        for (const Run& run : each.runs)
            writeRun(out, run, each.clock == ClockSource::None ? std::nullopt : each.start,
                     several ? each.source : QString());
    return out.endArray().endObject().bytes();
}

} // namespace apex::inspection
