// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/report_sections.h"
#include "backend/agents/usage_results.h"
#include "backend/usage/reject_reason.h"

#include <algorithm>

namespace apex::backend::sections {

using namespace Qt::StringLiterals;

namespace {

QString rejectedWords(const FileImport& file) {
    QString text;
    QStringList reasons;
    for (std::size_t i = 0; i < rejectReasonCount; ++i) {
        if (file.rejectedBy[i] > 0)
            reasons.append(say(QT_TRANSLATE_NOOP("Agents", "%1 (rows: %2)"))
                               .arg(rejectReasonText(static_cast<RejectReason>(i)))
                               .arg(file.rejectedBy[i]));
    }
    if (!reasons.isEmpty())
        text += u' ' + say(QT_TRANSLATE_NOOP("Agents", "Reasons: %1.")).arg(reasons.join(u"; "_s));
    QStringList lines;
    for (const RejectedRow& row : file.firstRejected)
        lines.append(QString::number(row.line));
    if (!lines.isEmpty())
        text += u' ' + say(QT_TRANSLATE_NOOP("Agents", "First rejected lines: %1.")).arg(lines.join(u", "_s));
    return text;
}

/// What a column was taken for is said where its name does not say it.
QString columnWords(const FileImport& file) {
    QString text;
    QStringList taken;
    QStringList unused;
    for (const ColumnMapping& column : file.columns) {
        const QString name = markdownSafe(column.column);
        if (column.field.isEmpty())
            unused.append(name);
        else if (column.chosen)
            taken.append(
                say(QT_TRANSLATE_NOOP("Agents", "“%1” as %2 (as you said)")).arg(name, column.field));
        else if (column.column != column.field)
            taken.append(say(QT_TRANSLATE_NOOP("Agents", "“%1” as %2")).arg(name, column.field));
    }
    if (!taken.isEmpty())
        text += u' ' + say(QT_TRANSLATE_NOOP("Agents", "Columns taken: %1.")).arg(taken.join(u", "_s));
    constexpr qsizetype mostUnused = 12;
    QStringList shown = unused.mid(0, mostUnused);
    if (unused.size() > mostUnused)
        shown.append(say(QT_TRANSLATE_NOOP("Agents", "and %1 more")).arg(unused.size() - mostUnused));
    if (!unused.isEmpty())
        text += u' ' + say(QT_TRANSLATE_NOOP("Agents", "Columns not used: %1.")).arg(shown.join(u", "_s));
    return text;
}

QString fileSentence(const FileImport& file) {
    QString text = say(QT_TRANSLATE_NOOP("Agents", "“%1” (%2, %3 bytes): %4 read, %5 rejected."))
                       .arg(markdownSafe(file.name), file.format, QString::number(file.bytes),
                            rowsText(static_cast<std::int64_t>(file.rows)), QString::number(file.rejected));
    if (file.duplicates > 0)
        text += u' ' + say(QT_TRANSLATE_NOOP("Agents", "Copies of calls that were counted already: %1."))
                           .arg(file.duplicates);
    text += rejectedWords(file) + columnWords(file);
    if (file.changedWhileRead)
        text +=
            u' ' +
            say(QT_TRANSLATE_NOOP("Agents", "Somebody wrote to it meanwhile; what was there at the start was "
                                            "counted."));
    return text;
}

QStringList fileSentences(const ImportReport& import) {
    constexpr qsizetype mostFiles = 5;
    QStringList list;
    qsizetype others = 0;
    for (const FileImport& file : import.files) {
        if (!file.skipped.isEmpty() || !file.sameAs.isEmpty()) // said among what was left out
            continue;
        if (list.size() < mostFiles)
            list.append(fileSentence(file));
        else
            ++others;
    }
    if (others > 0)
        list.append(counted(others,
                            QT_TRANSLATE_NOOP("Agents", "And 1 more file, which is in the sum below."),
                            QT_TRANSLATE_NOOP("Agents", "And %1 more files, which are in the sum below.")));
    if (import.files.size() > 1)
        list.append(
            say(QT_TRANSLATE_NOOP("Agents", "All %1 files: %2 read, %3 rejected, %4 copies left out."))
                .arg(QString::number(import.files.size()), rowsText(static_cast<std::int64_t>(import.rows)),
                     QString::number(import.rejected), QString::number(import.duplicates)));
    if (import.billRows > 0)
        list.append(counted(
            static_cast<std::int64_t>(import.billRows),
            QT_TRANSLATE_NOOP("Agents", "1 row is an amount of a bill, not a call; it is in the view "
                                        "bill_rows and never added to the costs of calls."),
            QT_TRANSLATE_NOOP("Agents", "%1 rows are amounts of a bill, not calls; they are in the view "
                                        "bill_rows and never added to the costs of calls.")));
    return list;
}

QString unknownPrices(const UsageSummary& usage) {
    QStringList models;
    for (const ModelSummary& model : usage.models) {
        if (model.totals.unknownCalls > 0 && models.size() < static_cast<qsizetype>(shownGroups))
            models.append(say(QT_TRANSLATE_NOOP("Agents", "%1 (%2)"))
                              .arg(markdownSafe(groupName(
                                       model.name, say(QT_TRANSLATE_NOOP("Agents", "no model recorded")))),
                                   QString::number(model.totals.unknownCalls)));
    }
    return say(QT_TRANSLATE_NOOP("Agents",
                                 "Calls with unknown cost, which are in no sum of money: %1. By model: %2."))
        .arg(QString::number(usage.totals.unknownCalls), models.join(u", "_s));
}

bool usesPrices(const RunState& state) {
    const auto restsOnPrices = [](const Finding& finding) {
        return finding.answer.facts.contains("prices_as_of"_L1);
    };
    return state.prices && state.usage &&
           (state.usage->totals.repricedCalls > 0 || !state.simulations.empty() ||
            std::any_of(state.findings.begin(), state.findings.end(), restsOnPrices));
}

/// Which amounts are list prices, and of which day these are.
QStringList priceAssumptions(const RunState& state) {
    const CallTotals& totals = state.usage->totals;
    QStringList list;
    if (totals.repricedCalls > 0)
        list.append(totals.recordedCalls == 0
                        ? say(QT_TRANSLATE_NOOP(
                                  "Agents", "No cost is recorded: all amounts are list prices (%1 priced at "
                                            "list price, %2 USD)."))
                              .arg(callsText(static_cast<std::int64_t>(totals.repricedCalls)),
                                   moneyText(totals.repricedCost))
                        : say(QT_TRANSLATE_NOOP(
                                  "Agents", "Without a recorded cost, so priced at list price: %1 (%2 USD); "
                                            "with a recorded cost: %3 (%4 USD)."))
                              .arg(callsText(static_cast<std::int64_t>(totals.repricedCalls)),
                                   moneyText(totals.repricedCost),
                                   callsText(static_cast<std::int64_t>(totals.recordedCalls)),
                                   moneyText(totals.recordedCost)));
    if (usesPrices(state))
        list.append(
            say(QT_TRANSLATE_NOOP(
                    "Agents", "List prices as of %1 from the price file; check them against your contract."))
                .arg(state.prices->asOf().toString(Qt::ISODate)));
    return list;
}

} // namespace

QStringList assumptionList(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    QStringList list{
        say(QT_TRANSLATE_NOOP("Agents",
                              "All amounts are US dollars for the period %1; nothing is converted."))
            .arg(periodText(usage)),
        say(QT_TRANSLATE_NOOP("Agents", "Measured amounts are exact sums; estimates are rounded."))};
    list.append(
        usage.summedRows == 0
            ? say(QT_TRANSLATE_NOOP("Agents", "Each row counts as one call."))
            : say(QT_TRANSLATE_NOOP(
                  "Agents",
                  "Rows with a number of calls count as that many calls; their latency is left out.")));
    list.append(priceAssumptions(state));
    if (usage.latency.count > 0)
        list.append(
            usage.latency.exact
                ? say(QT_TRANSLATE_NOOP("Agents", "Percentiles of latency are exact (nearest rank)."))
                : say(QT_TRANSLATE_NOOP(
                      "Agents",
                      "Percentiles of latency are nearest ranks; with so many calls each may be up to 0.1 % "
                      "too low.")));
    list.append(state.assumptions);
    list.append(state.found.notes);
    for (const Finding& finding : state.findings)
        list.append(finding.answer.assumptions);
    if (state.combined && state.simulations.size() > 1)
        list.append(say(QT_TRANSLATE_NOOP(
            "Agents", "Together: each change is applied to the cost the ones before leave over.")));
    if (state.projectedGrowth)
        list.append(say(
            QT_TRANSLATE_NOOP("Agents", "Growth: same mix of models, same tokens per call, same prices.")));
    list.removeDuplicates();
    return list;
}

QStringList narrowAssumptionList(const RunState& state) {
    QStringList list = priceAssumptions(state);
    for (std::size_t i = 0; i < std::min(state.findingsAsked, state.findings.size()); ++i)
        list.append(state.findings[i].answer.assumptions);
    list.removeDuplicates();
    return list;
}

QStringList dataQualityList(const RunState& state) {
    QStringList list;
    if (state.import)
        list.append(fileSentences(*state.import));
    for (const QString& skipped : state.skippedFiles)
        list.append(skipped + u'.');
    if (!state.usage)
        return list;
    const UsageSummary& usage = *state.usage;
    if (usage.totals.unknownCalls > 0)
        list.append(unknownPrices(usage));
    if (usage.callsWithoutTimestamp > 0)
        list.append(counted(
            static_cast<std::int64_t>(usage.callsWithoutTimestamp),
            QT_TRANSLATE_NOOP("Agents", "1 call has no timestamp and is missing from the table over time."),
            QT_TRANSLATE_NOOP("Agents",
                              "%1 calls have no timestamp and are missing from the table over time.")));
    if (usage.totals.tokensUnsplit > 0)
        list.append(
            say(QT_TRANSLATE_NOOP(
                    "Agents",
                    "%1 tokens are recorded without a split into prompt and completion; they are in neither "
                    "column and cannot be priced."))
                .arg(usage.totals.tokensUnsplit));
    if (usage.groupsMerged)
        list.append(say(QT_TRANSLATE_NOOP(
            "Agents", "A column has more values than are told apart; the rest is summed up as “(other)”.")));
    if (!state.priceProblem.isEmpty())
        list.append(state.priceProblem + u' ' + say(QT_TRANSLATE_NOOP("Agents", "Nothing was repriced.")));
    for (const NeededField& field : state.needed) {
        if (!field.present)
            list.append(say(QT_TRANSLATE_NOOP("Agents", "Missing: %1 (%2).")).arg(field.name, field.why));
    }
    return list;
}

} // namespace apex::backend::sections
