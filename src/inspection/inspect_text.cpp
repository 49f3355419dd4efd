// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspect.h"
#include "inspection/inspection_words.h"
#include "inspection/words.h"
#include "protocol/json_text.h"
#include "runs/critical_path.h"

namespace apex::inspection {

namespace {

using runs::Run;
using runs::Step;

constexpr qsizetype kSummaryChars = 80;

QString durationOf(std::optional<MonoTime> time) {
    if (!time)
        return QStringLiteral("-");
    return durationText(*time);
}

/// Control characters of the recording must not reach a terminal.
QString printable(QString text, qsizetype maxChars) {
    if (text.size() > maxChars)
        text = text.left(maxChars - 1) + QChar(0x2026);
    for (QChar& c : text)
        if (c.category() == QChar::Other_Control)
            c = u' ';
    return text;
}

QString summaryOf(const Step& step) {
    if (!step.text.isEmpty())
        return printable(step.text, kSummaryChars);
    return printable(
        protocol::oneLine(step.arguments.isEmpty() ? step.result : step.arguments, kSummaryChars),
        kSummaryChars);
}

void writeStep(QStringList& lines, const Step& step, bool timed) {
    const QString indent(2 + std::min(step.depth, 20) * 2, u' ');
    const auto duration = timed && step.ended ? std::optional(*step.ended - step.started) : std::nullopt;
    QString line = indent + kindName(step.kind) + u' ' + printable(step.name, kSummaryChars);
    if (step.state != runs::StepState::Instant)
        line += QStringLiteral(" [%1, %2]").arg(stateName(step.state), durationOf(duration));
    if (const QString summary = summaryOf(step); !summary.isEmpty())
        line += QStringLiteral(": ") + summary;
    lines.append(line);
}

/// One name for a step on the path: its own, or that of the agent that was at work.
QString pieceName(const Run& run, const runs::PathPiece& piece) {
    const QString kind = runs::pathKindName(piece.kind);
    return piece.step < 0
               ? kind
               : kind + u' ' + printable(run.steps[static_cast<std::size_t>(piece.step)].name, kSummaryChars);
}

void writeCriticalPath(QStringList& lines, const Run& run) {
    constexpr qsizetype most = 12;
    const auto path = runs::criticalPath(run, run.last);
    if (path.empty())
        return;
    QStringList pieces;
    for (const runs::PathPiece& piece : path) {
        if (pieces.size() == most) {
            pieces.append(QString(QChar(0x2026)));
            break;
        }
        pieces.append(pieceName(run, piece) + u' ' + durationOf(runs::length(piece)));
    }
    lines.append(QStringLiteral("  ") + tr(QT_TRANSLATE_NOOP("Inspection", "Critical path: ")) +
                 pieces.join(QStringLiteral(" > ")));
    lines.append(QStringLiteral("  ") + printable(runs::criticalPathText(run, path), 400));
}

void writeRun(QStringList& lines, const Run& run, bool timed) {
    const QString id =
        run.id.isEmpty() ? tr(QT_TRANSLATE_NOOP("Inspection", "(no run id)")) : run.id.toString();
    lines.append(
        QStringLiteral("%1 %2: %3, %4, %5")
            .arg(tr(QT_TRANSLATE_NOOP("Inspection", "Run")), printable(id, 200),
                 runs::outcomeName(run.outcome),
                 tr(QT_TRANSLATE_NOOP("Inspection", "verdict %1")).arg(runs::verdictName(run.verdict)),
                 durationOf(timed ? std::optional(run.last - run.first) : std::nullopt)));
    for (const runs::Finding& finding : run.findings) {
        QString line =
            QStringLiteral("  ! %1: %2").arg(runs::ruleName(finding.rule), runs::ruleText(finding.rule));
        if (!finding.detail.isEmpty())
            line += QStringLiteral(" (%1)").arg(printable(finding.detail, kSummaryChars));
        if (finding.frame >= 0)
            line += tr(QT_TRANSLATE_NOOP("Inspection", " [frame %1]")).arg(finding.frame);
        lines.append(line);
    }
    for (const Step& step : run.steps)
        writeStep(lines, step, timed);
    if (timed)
        writeCriticalPath(lines, run);
}

void writeInspection(QStringList& lines, const Inspection& each) {
    if (!each.source.isEmpty())
        lines.append(printable(each.source, 1000));
    lines.append(
        tr(QT_TRANSLATE_NOOP("Inspection", "%1 frames, %2 events, %3 unknown, %4 undecodable, %5 duplicates"))
            .arg(each.frames)
            .arg(each.events)
            .arg(each.unknown)
            .arg(each.undecodable)
            .arg(each.duplicates));
    if (each.clock == ClockSource::Server)
        lines.append(
            tr(QT_TRANSLATE_NOOP("Inspection", "Times are the server's: the input has no receive times.")));
    if (each.clock == ClockSource::None)
        lines.append(tr(QT_TRANSLATE_NOOP("Inspection", "The input has no times.")));
    for (const QString& note : each.notes)
        lines.append(QStringLiteral("! ") + note);
    if (each.runs.empty())
        lines.append(tr(QT_TRANSLATE_NOOP("Inspection", "No runs.")));
    for (const Run& run : each.runs)
        writeRun(lines, run, each.clock != ClockSource::None);
}

} // namespace

QString toText(const std::vector<Inspection>& inspections) {
    QStringList lines;
    for (const Inspection& each : inspections) {
        if (!lines.isEmpty())
            lines.append(QString());
        writeInspection(lines, each);
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace apex::inspection
