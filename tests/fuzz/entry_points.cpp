// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/entry_points.h"

#include "inspection/inspect.h"
#include "protocol/json_cursor.h"
#include "protocol/json_text.h"
#include "protocol/rest.h"
#include "runs/critical_path.h"
#include "runs/ledger.h"

#include <cstdlib>

namespace apex::fuzz {

namespace {

void require(bool holds, const char* what) {
    if (holds)
        return;
    qCritical("broken invariant: %s", what);
    std::abort();
}

void checkEvent(const protocol::Event& event) {
    if (const auto* tool = std::get_if<protocol::ToolExecuting>(&event.body))
        require(tool->arguments.isEmpty() || protocol::isJson(tool->arguments), "arguments are JSON");
    if (const auto* tool = std::get_if<protocol::ToolCompleted>(&event.body))
        require(tool->result.isEmpty() || protocol::isJson(tool->result), "result is JSON");
    if (const auto* report = std::get_if<protocol::FinalReport>(&event.body))
        require(report->report.isEmpty() || protocol::isJson(report->report), "report is JSON");
    require(event.envelope.attempt >= 1, "attempts count from one");
}

void checkRun(const runs::Run& run) {
    require(run.ended && run.verdict != runs::Verdict::Running, "the input ended, so every run did");
    require((run.outcome == runs::Outcome::None) == (run.verdict == runs::Verdict::NoOutcome),
            "outcome and verdict agree");
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const runs::Step& step = run.steps[i];
        require(step.parent < static_cast<int>(i), "parents come first");
        require(step.state != runs::StepState::Running, "nothing runs after the end");
        require(!step.ended || *step.ended >= step.started, "steps end after they begin");
    }
    const runs::TimeShare share = runs::timeShare(run, run.last);
    require(share.total == share.waiting + share.thinking + share.tools + share.text + share.silence,
            "parts sum up");
    require(share.silence.count() >= 0, "no part is negative");
    MonoTime at = run.first;
    for (const runs::PathPiece& piece : runs::criticalPath(run, run.last)) {
        require(piece.from == at && piece.to > at, "pieces of the path follow each other");
        require(piece.step < static_cast<int>(run.steps.size()), "pieces name steps");
        at = piece.to;
    }
    require(at == std::max(run.last, run.first), "the path covers the run");
}

void checkInspection(const inspection::Recording& recording) {
    const inspection::Inspection found = inspection::inspectFrames(recording);
    for (const runs::Run& run : found.runs)
        checkRun(run);
    require(protocol::isJson(inspection::toJson({found})), "the document is JSON");
    require(!inspection::toText({found}).isEmpty(), "there is always something to say");
}

} // namespace

void decodeFrame(const QByteArray& input) {
    for (const protocol::Dialect dialect : {protocol::Dialect::Platform, protocol::Dialect::AgUi}) {
        protocol::Decoder decoder({}, dialect);
        const protocol::DecodedFrame decoded = decoder.decode(input);
        require(!decoded.events.empty(), "every frame says something");
        require(!decoded.undecodable || !decoded.reason.isEmpty(), "undecodable has a reason");
        for (const protocol::Event& event : decoded.events)
            checkEvent(event);
    }
    require(protocol::oneLine(input, 40).size() <= 40, "one line keeps its limit");
    static_cast<void>(protocol::pretty(input));
    static_cast<void>(protocol::parseReport(input));
    static_cast<void>(protocol::decodeMessages(input));
    static_cast<void>(protocol::decodeThreads(input));
    static_cast<void>(protocol::decodeError(500, input));
    require(!protocol::withoutTokens(input).contains("\"new_token\":\"e"), "tokens are gone");
}

void judgeStream(const QByteArray& input) {
    for (const protocol::Dialect dialect : {protocol::Dialect::Platform, protocol::Dialect::AgUi}) {
        protocol::Decoder decoder({}, dialect);
        runs::Ledger ledger;
        qint64 frame = 0;
        for (const QByteArray& line : input.split('\n')) {
            const MonoTime now{frame * 20'000};
            for (const protocol::Event& event : decoder.decode(line).events)
                ledger.apply(event, {frame, {}, now});
            ++frame;
        }
        ledger.endOfInput(MonoTime{frame * 20'000});
        for (const runs::Run& run : ledger.runs())
            checkRun(run);
    }
}

void inspectRecording(const QByteArray& input) {
    if (const auto recording = inspection::readRecording(input))
        checkInspection(*recording);
    // The same bytes behind a valid first line reach the reader of our own format.
    const QByteArray header = R"({"schema":"apex/recording/1","protocol":"platform"})"
                              "\n";
    if (const auto recording = inspection::readRecording(header + input))
        checkInspection(*recording);
}

void inspectHar(const QByteArray& input) {
    const QByteArray har = R"({"log":{"entries":[{"_webSocketMessages":)" + input + "}]}}";
    if (const auto recording = inspection::readRecording(har))
        checkInspection(*recording);
    if (const auto recording = inspection::readRecording(input))
        checkInspection(*recording);
}

} // namespace apex::fuzz
