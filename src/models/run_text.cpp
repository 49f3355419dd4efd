// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/run_text.h"

#include "models/timeline_words.h"
#include "protocol/json_cursor.h"
#include "protocol/json_text.h"
#include "runs/ledger.h"

#include <QByteArrayList>
#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <unordered_map>

namespace apex::models {

using namespace Qt::StringLiterals;
using namespace std::chrono;
using runs::Rule;
using runs::StepKind;
using runs::StepState;

namespace {

constexpr qsizetype kLineChars = 120;
constexpr qsizetype kInlineBytes = 8 * 1024;

QString lastLine(const QString& text) {
    const QString trimmed = text.right(2000).trimmed();
    return trimmed.mid(trimmed.lastIndexOf(u'\n') + 1).left(400).simplified();
}

QString kindWord(StepKind kind) {
    switch (kind) {
    case StepKind::Agent:
        return TimelineWords::tr("agent");
    case StepKind::Thinking:
        return TimelineWords::tr("thinking");
    case StepKind::Tool:
        return TimelineWords::tr("tool");
    case StepKind::Text:
        return TimelineWords::tr("answer");
    case StepKind::Report:
        return TimelineWords::tr("report");
    case StepKind::Notice:
        return TimelineWords::tr("notice");
    case StepKind::Warning:
        return TimelineWords::tr("warning");
    case StepKind::Error:
        return TimelineWords::tr("error");
    case StepKind::Link:
        return TimelineWords::tr("connection");
    }
    return {};
}

/// A frame in one line that begins with its type: what comes first on the wire is the same in every frame.
QString typedLine(const QByteArray& frame, qsizetype maxChars) {
    const auto members = protocol::topLevelMembers(frame);
    const protocol::JsonMember* type = nullptr;
    for (const std::string_view name : {"type", "event"})
        if (members && (!type || type->text.isEmpty()))
            type = protocol::findMember(*members, name);
    if (!type || type->text.isEmpty())
        return protocol::oneLine(frame, maxChars);
    QByteArrayList others;
    for (const protocol::JsonMember& member : *members)
        if (&member != type)
            others << '"' + QByteArray::fromStdString(member.name) + "\":" + member.raw.toByteArray();
    const QString head = type->text.simplified().left(maxChars);
    const qsizetype room = maxChars - head.size() - 3;
    return others.isEmpty() || room < 1
               ? head
               : head + u" · "_s + protocol::oneLine('{' + others.join(',') + '}', room);
}

/// Short words for a row; rules that concern the whole run have none.
QString ruleBadge(Rule rule) {
    switch (rule) {
    case Rule::EventAfterTerminal:
        return TimelineWords::tr("after the end");
    case Rule::UnpairedToolStart:
        return TimelineWords::tr("never completed");
    case Rule::CompletionWithoutStart:
        return TimelineWords::tr("no matching start");
    case Rule::Duplicate:
        return TimelineWords::tr("duplicate dropped");
    case Rule::OutOfOrder:
        return TimelineWords::tr("out of order");
    case Rule::ForeignUser:
        return TimelineWords::tr("another user's");
    case Rule::NamesSwapped:
        return TimelineWords::tr("names put right");
    case Rule::Undecodable:
        return TimelineWords::tr("unreadable");
    case Rule::MissingStart:
        return TimelineWords::tr("start missing");
    case Rule::NotOpen:
        return TimelineWords::tr("not open");
    case Rule::BrokenPieces:
        return TimelineWords::tr("a piece is missing or moved");
    case Rule::DamagedFrame:
        return TimelineWords::tr("damaged on the way");
    case Rule::CutByServer:
    case Rule::BurstDelivery:
    case Rule::OptimizationBeforeData:
    case Rule::Silence:
    case Rule::NoLiveEvents:
    case Rule::NeverClosed:
    case Rule::AdoptedRunId:
    case Rule::LinkGap:
    case Rule::MissingStep:
        return {};
    }
    return {};
}

QStringList badgesOf(const runs::Run& run, const runs::Step& step, const FindingIndex& findings) {
    QStringList badges;
    if (step.iteration > 1)
        badges << TimelineWords::tr("round %1").arg(step.iteration);
    if (step.attempt > 1)
        badges << TimelineWords::tr("attempt %1").arg(step.attempt);
    if (step.cutByServer)
        badges << TimelineWords::tr("cut by server");
    if (step.recovered)
        badges << TimelineWords::tr("recovered after reconnect");
    for (const int index : findings.on(step)) {
        const QString badge = ruleBadge(run.findings[static_cast<size_t>(index)].rule);
        if (!badge.isEmpty() && !badges.contains(badge))
            badges << badge;
    }
    if (step.state == StepState::Unfinished && badges.isEmpty())
        badges << TimelineWords::tr("unfinished");
    return badges;
}

QString titleOf(const runs::Step& step) {
    switch (step.kind) {
    case StepKind::Thinking:
        return step.state == StepState::Running ? lastLine(step.text) : firstLine(step.text);
    case StepKind::Agent:
    case StepKind::Tool:
        return step.name.isEmpty() ? TimelineWords::tr("unnamed") : step.name;
    case StepKind::Text:
    case StepKind::Report:
    case StepKind::Notice:
    case StepKind::Warning:
    case StepKind::Error:
    case StepKind::Link:
        return step.name.isEmpty() ? firstLine(step.text) : step.name;
    }
    return {};
}

milliseconds toMs(MonoTime time) {
    return duration_cast<milliseconds>(time);
}

QString stateSentence(const runs::Step& step, const TimelineRow& row) {
    switch (step.state) {
    case StepState::Running:
        return TimelineWords::tr("running for %1").arg(row.durationText);
    case StepState::Done:
        return TimelineWords::tr("done in %1").arg(row.durationText);
    case StepState::Failed:
        return TimelineWords::tr("failed after %1").arg(row.durationText);
    case StepState::Unfinished:
        return TimelineWords::tr("did not finish");
    case StepState::Instant:
        return {};
    }
    return {};
}

QString sentenceOf(const runs::Step& step, const TimelineRow& row) {
    QString head = row.kindWord;
    if (!head.isEmpty())
        head[0] = head[0].toUpper();
    QString title = row.title;
    if (step.kind == StepKind::Tool || step.kind == StepKind::Agent)
        title.replace(u'_', u' ');
    const QString joint = step.kind == StepKind::Thinking ? u": "_s : u" "_s;
    QStringList parts{head + joint + title};
    if (const QString state = stateSentence(step, row); !state.isEmpty())
        parts << state;
    for (const QString& badge : row.badges)
        if (step.state != StepState::Unfinished || badge != TimelineWords::tr("unfinished"))
            parts << badge;
    parts << TimelineWords::tr("%1 into the run").arg(durationText(row.started));
    return parts.join(u", "_s);
}

QString shortened(const protocol::JsonText& json) {
    bool cut = false;
    QString text = frameText(json, kInlineBytes, &cut);
    if (cut)
        text += u"\n… "_s + TimelineWords::tr("%1 of %2 KB shown; Copy takes everything")
                                .arg(kInlineBytes / 1024)
                                .arg((json.size() + 1023) / 1024);
    return text;
}

} // namespace

QString firstSentence(const QString& text) {
    constexpr qsizetype kMost = 200;
    const QString trimmed = text.trimmed();
    QString line = trimmed.left(trimmed.indexOf(u'\n')).left(4 * kMost).simplified();
    if (line.size() <= kMost)
        return line;
    static const QRegularExpression sentenceEnd(u"[.!?](?= )"_s);
    const qsizetype end = line.indexOf(sentenceEnd);
    if (end >= 0 && end < kMost)
        return line.left(end + 1);
    const qsizetype space = line.lastIndexOf(u' ', kMost - 1);
    // A word of that length may be cut, a character of two halves may not.
    const qsizetype most = line.at(kMost - 1).isHighSurrogate() ? kMost - 1 : kMost;
    return line.left(space > 0 ? space : most) + u'…';
}

TimelineRow describeStep(const runs::Run& run, int index, const FindingIndex& findings, MonoTime now,
                         bool supportMode) {
    const auto& step = run.steps[static_cast<size_t>(index)];
    TimelineRow row;
    row.kind = step.kind;
    row.state = step.state;
    row.depth = step.depth;
    row.kindWord = kindWord(step.kind);
    row.title = titleOf(step);
    row.text = step.text;
    row.started = toMs(step.started - run.first);
    row.startedText = u'+' + durationText(row.started);
    if (supportMode)
        row.argumentsLine = protocol::oneLine(step.arguments, kLineChars);
    if (step.state == StepState::Running)
        row.duration = toMs(std::max(now, step.started) - step.started);
    else if (step.ended)
        row.duration = toMs(*step.ended - step.started);
    else if (step.state == StepState::Unfinished)
        row.duration = toMs(run.last - step.started);
    if (step.state != StepState::Instant && (step.ended || step.state == StepState::Running))
        row.durationText = durationText(step.ended ? *step.ended - step.started : MonoTime(row.duration));
    row.badges = badgesOf(run, step, findings);
    row.problem = findings.isProblem(run, step);
    row.hasDetails = true;
    row.sentence = sentenceOf(step, row);
    return row;
}

RowDetails describeDetails(const runs::Run& run, int index, const FindingIndex& findings, bool supportMode) {
    const auto& step = run.steps[static_cast<size_t>(index)];
    RowDetails details;
    details.text = step.text.trimmed().left(64 * 1024);
    if (supportMode) {
        details.arguments = shortened(step.arguments);
        details.result = shortened(step.result);
    }
    details.hiddenParameters = !supportMode && (!step.arguments.isEmpty() || !step.result.isEmpty());
    if (step.ended && step.state != StepState::Instant)
        details.timing = TimelineWords::tr("Measured here: %1").arg(durationText(*step.ended - step.started));
    else if (step.state == StepState::Unfinished)
        details.timing = TimelineWords::tr("No end was received");
    if (step.claimedDuration) {
        const QString claimed = durationText(*step.claimedDuration);
        const QString claim = TimelineWords::tr("the server says %1").arg(claimed);
        details.timing = details.timing.isEmpty() ? claim : details.timing + u" · "_s + claim;
    }
    for (const int remark : findings.on(step)) {
        const auto& finding = run.findings[static_cast<size_t>(remark)];
        details.remarks << (finding.detail.isEmpty() ? runs::ruleText(finding.rule)
                                                     : runs::ruleText(finding.rule) + u' ' + finding.detail);
    }
    if (supportMode && step.firstFrame >= 0)
        details.frames = step.lastFrame > step.firstFrame
                             ? TimelineWords::tr("Frames %1 to %2").arg(step.firstFrame).arg(step.lastFrame)
                             : TimelineWords::tr("Frame %1").arg(step.firstFrame);
    return details;
}

std::vector<FindingText> describeFindings(const runs::Run& run, int limit) {
    std::vector<const runs::Finding*> chosen;
    for (const auto gravity : {runs::Gravity::Breach, runs::Gravity::Repair, runs::Gravity::Note})
        for (const auto& finding : run.findings)
            if (static_cast<int>(chosen.size()) < limit && runs::ruleGravity(finding.rule) == gravity)
                chosen.push_back(&finding);
    // By their frames, as they happened; what concerns the whole run comes last.
    std::stable_sort(chosen.begin(), chosen.end(), [](const runs::Finding* a, const runs::Finding* b) {
        return a->frame >= 0 && (b->frame < 0 || a->frame < b->frame);
    });
    std::unordered_map<qint64, int> stepOfFrame;
    for (const auto* finding : chosen)
        if (finding->frame >= 0)
            stepOfFrame.emplace(finding->frame, -1);
    for (size_t i = 0; i < run.steps.size() && !stepOfFrame.empty(); ++i)
        for (const qint64 frame : {run.steps[i].firstFrame, run.steps[i].lastFrame})
            if (const auto wanted = stepOfFrame.find(frame); wanted != stepOfFrame.end())
                wanted->second = static_cast<int>(i); // of several steps the last one, which is the innermost
    std::vector<FindingText> result;
    result.reserve(chosen.size());
    for (const auto* finding : chosen) {
        const auto step = stepOfFrame.find(finding->frame);
        result.push_back({runs::ruleGravity(finding->rule), runs::ruleText(finding->rule), finding->detail,
                          step == stepOfFrame.end() ? -1 : step->second, finding->frame});
    }
    return result;
}

QString frameText(const QByteArray& frame, qsizetype maxBytes, bool* cut) {
    const bool tooLong = frame.size() > maxBytes;
    if (cut)
        *cut = tooLong;
    return tooLong ? QString::fromUtf8(frame.left(maxBytes)) : protocol::pretty(frame);
}

QString frameLine(const QByteArray& frame, qsizetype maxChars) {
    // A list asks for this at each paint; a large frame is not parsed for one line of it.
    constexpr qsizetype kParsed = 16 * 1024;
    if (frame.size() <= kParsed)
        return typedLine(frame, maxChars);
    return QString::fromUtf8(frame.left(maxChars)).simplified() + u'…';
}

} // namespace apex::models
