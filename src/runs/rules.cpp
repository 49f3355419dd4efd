// SPDX-License-Identifier: GPL-3.0-or-later
#include "runs/run.h"

#include <QCoreApplication>

namespace apex::runs {

namespace {

/// Everything the project says about one rule.
struct RuleRow {
    Rule rule;
    const char* name;
    Gravity gravity;
    const char* text;
};

constexpr RuleRow kRules[] = {
    {Rule::MissingStart, "missing_start", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "The run was under way before its start was received.")},
    {Rule::EventAfterTerminal, "event_after_terminal", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "An event came after the run had ended.")},
    {Rule::UnpairedToolStart, "unpaired_tool_start", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "A tool call began and its end was never received.")},
    {Rule::CompletionWithoutStart, "completion_without_start", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "Something ended whose start was never received.")},
    {Rule::Duplicate, "duplicate", Gravity::Repair,
     QT_TRANSLATE_NOOP("Rules", "An event was received again; it counts once.")},
    {Rule::OutOfOrder, "out_of_order", Gravity::Repair,
     QT_TRANSLATE_NOOP("Rules", "An event came later than its place in the run.")},
    {Rule::ForeignUser, "foreign_user", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "An event names another user; it was refused.")},
    {Rule::CutByServer, "cut_by_server", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "The server sent a value shortened.")},
    {Rule::BurstDelivery, "burst_delivery", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "Most events came at once instead of when they happened.")},
    {Rule::OptimizationBeforeData, "optimization_before_data", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "Optimization began before the data analysis was complete.")},
    {Rule::Silence, "silence", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "For a long time nothing was received.")},
    {Rule::NoLiveEvents, "no_live_events", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "Only the result was received, no events on the way to it.")},
    {Rule::NeverClosed, "never_closed", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "An agent, a message or a step began and its end was never received.")},
    {Rule::AdoptedRunId, "adopted_run_id", Gravity::Repair,
     QT_TRANSLATE_NOOP("Rules", "Events without a run id were assigned by thread and order.")},
    {Rule::NamesSwapped, "names_swapped", Gravity::Repair,
     QT_TRANSLATE_NOOP("Rules", "Tool and agent name stood in each other's place and were put back.")},
    {Rule::Undecodable, "undecodable", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "A frame could not be read; it may have belonged to this run.")},
    {Rule::LinkGap, "link_gap", Gravity::Repair,
     QT_TRANSLATE_NOOP("Rules", "The connection was lost during the run; events may be missing.")},
    {Rule::NotOpen, "not_open", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "Something went on or ended that had not begun, or had ended before.")},
    {Rule::BrokenPieces, "broken_pieces", Gravity::Breach,
     QT_TRANSLATE_NOOP("Rules", "What came in pieces makes no whole: a piece was lost, repeated or moved.")},
    {Rule::DamagedFrame, "damaged_frame", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "A frame was damaged and was read as far as it could be.")},
    {Rule::MissingStep, "missing_step", Gravity::Note,
     QT_TRANSLATE_NOOP("Rules", "The sender counts its steps, and one of them was not received.")},
};

const RuleRow& rowOf(Rule rule) {
    for (const RuleRow& row : kRules)
        if (row.rule == rule)
            return row;
    Q_UNREACHABLE();
}

} // namespace

QString ruleName(Rule rule) {
    return QString::fromLatin1(rowOf(rule).name);
}
Gravity ruleGravity(Rule rule) {
    return rowOf(rule).gravity;
}
QString ruleText(Rule rule) {
    return QCoreApplication::translate("Rules", rowOf(rule).text);
}

QString outcomeName(Outcome outcome) {
    switch (outcome) {
    case Outcome::Completed:
        return QStringLiteral("completed");
    case Outcome::Failed:
        return QStringLiteral("failed");
    case Outcome::Cancelled:
        return QStringLiteral("cancelled");
    case Outcome::None:
        break;
    }
    return QStringLiteral("no_outcome");
}

QString verdictName(Verdict verdict) {
    switch (verdict) {
    case Verdict::Running:
        return QStringLiteral("running");
    case Verdict::Ok:
        return QStringLiteral("ok");
    case Verdict::Repaired:
        return QStringLiteral("repaired");
    case Verdict::Violation:
        return QStringLiteral("violation");
    case Verdict::NoOutcome:
        break;
    }
    return QStringLiteral("no_outcome");
}

} // namespace apex::runs
