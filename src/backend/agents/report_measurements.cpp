// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_words.h"
#include "backend/agents/figures.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/report_sections.h"
#include "backend/agents/usage_results.h"

#include <algorithm>

namespace apex::backend::sections {

using namespace Qt::StringLiterals;

namespace {

QString named(const std::string& name, const char* none) {
    return markdownSafe(groupName(name, say(none)));
}

/// Recorded and list-price cost get columns of their own as soon as both kinds or only list prices occur.
class CostColumns {
public:
    explicit CostColumns(const UsageSummary& usage)
        : m_apart(usage.totals.repricedCalls > 0), m_whole(usage.totals.cost()) {}

    [[nodiscard]] QStringList headers(const QString& first) const {
        QStringList names{first, say(QT_TRANSLATE_NOOP("Agents", "Calls")),
                          say(QT_TRANSLATE_NOOP("Agents", "Tokens in")),
                          say(QT_TRANSLATE_NOOP("Agents", "Tokens out"))};
        if (m_apart)
            names << say(QT_TRANSLATE_NOOP("Agents", "Recorded (USD)"))
                  << say(QT_TRANSLATE_NOOP("Agents", "At list price (USD)"));
        return names << say(QT_TRANSLATE_NOOP("Agents", "Cost (USD)"))
                     << say(QT_TRANSLATE_NOOP("Agents", "Share of cost"));
    }
    [[nodiscard]] QStringList cells(const QString& first, const CallTotals& totals) const {
        QStringList row{first, QString::number(totals.calls), QString::number(totals.tokensIn),
                        QString::number(totals.tokensOut)};
        // Where no call has a cost of that kind there is none, which is something else than 0.
        if (m_apart)
            row << (totals.recordedCalls > 0 ? moneyText(totals.recordedCost) : QString())
                << (totals.repricedCalls > 0 ? moneyText(totals.repricedCost) : QString());
        const bool unknown = totals.calls > 0 && totals.unknownCalls == totals.calls;
        row << (unknown ? say(QT_TRANSLATE_NOOP("Agents", "unknown")) : moneyText(totals.cost()));
        return row << (unknown ? QString()
                               : QString(percentText(perMille(totals.cost(), m_whole)) + u" %"_s));
    }

private:
    bool m_apart;
    Money m_whole;
};

template <class Groups>
QString groupTable(const QString& title, const QString& column, const Groups& groups,
                   const UsageSummary& usage, const char* none) {
    const CostColumns columns(usage);
    MarkdownTable table(columns.headers(column));
    CallTotals rest;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i < shownGroups)
            table.addRow(columns.cells(named(groups[i].name, none), groups[i].totals));
        else
            addTotals(rest, groups[i].totals);
    }
    if (rest.calls > 0)
        table.addRow(columns.cells(say(QT_TRANSLATE_NOOP("Agents", "all others")), rest));
    table.addBoldRow(columns.cells(say(QT_TRANSLATE_NOOP("Agents", "Total")), usage.totals));
    return u"## "_s + title + u"\n\n"_s + table.text() + u'\n';
}

QStringList latencyCells(const QString& name, const LatencyPercentiles& latency) {
    return {name,
            QString::number(latency.count),
            latencyText(latency.p50),
            latencyText(latency.p90),
            latencyText(latency.p95),
            latencyText(latency.p99)};
}

QStringList errorCells(const QString& name, const CallTotals& totals) {
    return {name,
            QString::number(totals.statusKnown),
            QString::number(totals.errors),
            QString::number(totals.timeouts),
            shareText(totals.errors, totals.statusKnown) + u" %"_s,
            shareText(totals.timeouts, totals.statusKnown) + u" %"_s,
            moneyText(totals.failedCost)};
}

QString timeTitle(const QString& unit) {
    if (unit == "day"_L1)
        return say(QT_TRANSLATE_NOOP("Agents", "Cost by day (UTC)"));
    return unit == "week"_L1 ? say(QT_TRANSLATE_NOOP("Agents", "Cost by week (UTC, from Monday)"))
                             : say(QT_TRANSLATE_NOOP("Agents", "Cost by month (UTC)"));
}

} // namespace

QString costByModel(const UsageSummary& usage) {
    return groupTable(say(QT_TRANSLATE_NOOP("Agents", "Cost by model")),
                      say(QT_TRANSLATE_NOOP("Agents", "Model")), usage.models, usage,
                      QT_TRANSLATE_NOOP("Agents", "(no model recorded)"));
}

QString costByGroup(const QString& title, const QString& column, const std::vector<GroupSummary>& groups,
                    const UsageSummary& usage) {
    return groups.empty()
               ? QString()
               : groupTable(title, column, groups, usage, QT_TRANSLATE_NOOP("Agents", "(not recorded)"));
}

QString costByTime(const UsageSummary& usage) {
    if (!usage.hasPeriod())
        return {};
    const TimeTable times = timeTable(usage);
    const CostColumns columns(usage);
    MarkdownTable table(columns.headers(times.unit == "day"_L1 ? say(QT_TRANSLATE_NOOP("Agents", "Day"))
                                        : times.unit == "week"_L1
                                            ? say(QT_TRANSLATE_NOOP("Agents", "Week of"))
                                            : say(QT_TRANSLATE_NOOP("Agents", "Month"))));
    for (const TimeRow& row : times.rows)
        table.addRow(columns.cells(row.label, row.totals));
    return u"## "_s + timeTitle(times.unit) + u"\n\n"_s + table.text() + u'\n';
}

QString peakHours(const UsageSummary& usage) {
    if (!usage.hasPeriod())
        return {};
    if (!usage.hoursKnown)
        return say(QT_TRANSLATE_NOOP(
                   "Agents", "The rows stand for whole days, so the busiest hour of the day is not known.")) +
               u"\n\n"_s;
    const auto peak =
        std::max_element(usage.hours.begin(), usage.hours.end(),
                         [](const CallTotals& a, const CallTotals& b) { return a.calls < b.calls; });
    return say(QT_TRANSLATE_NOOP("Agents", "Busiest hour of the day (UTC): the one that begins at %1 "
                                           "o’clock, calls over the whole period: %2."))
               .arg(QString::number(peak - usage.hours.begin()), QString::number(peak->calls)) +
           u"\n\n"_s;
}

QString latency(const UsageSummary& usage) {
    if (usage.latency.count == 0)
        return {};
    MarkdownTable table({say(QT_TRANSLATE_NOOP("Agents", "Model")),
                         say(QT_TRANSLATE_NOOP("Agents", "Calls with latency")), u"p50 (ms)"_s, u"p90 (ms)"_s,
                         u"p95 (ms)"_s, u"p99 (ms)"_s});
    for (std::size_t i = 0; i < std::min(usage.models.size(), shownGroups); ++i) {
        if (usage.models[i].latency.count > 0)
            table.addRow(
                latencyCells(named(usage.models[i].name, QT_TRANSLATE_NOOP("Agents", "(no model recorded)")),
                             usage.models[i].latency));
    }
    table.addBoldRow(latencyCells(say(QT_TRANSLATE_NOOP("Agents", "All calls")), usage.latency));
    return u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Latency")) + u"\n\n"_s + table.text() + u'\n';
}

QString errors(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    if (usage.totals.statusKnown == 0)
        return {};
    MarkdownTable table(
        {say(QT_TRANSLATE_NOOP("Agents", "Model")), say(QT_TRANSLATE_NOOP("Agents", "Calls with status")),
         say(QT_TRANSLATE_NOOP("Agents", "Errors")), say(QT_TRANSLATE_NOOP("Agents", "Timeouts")),
         say(QT_TRANSLATE_NOOP("Agents", "Error rate")), say(QT_TRANSLATE_NOOP("Agents", "Timeout rate")),
         say(QT_TRANSLATE_NOOP("Agents", "Cost of failed calls (USD)"))});
    for (std::size_t i = 0; i < std::min(usage.models.size(), shownGroups); ++i)
        table.addRow(
            errorCells(named(usage.models[i].name, QT_TRANSLATE_NOOP("Agents", "(no model recorded)")),
                       usage.models[i].totals));
    table.addBoldRow(errorCells(say(QT_TRANSLATE_NOOP("Agents", "All calls")), usage.totals));
    const QString base =
        say(QT_TRANSLATE_NOOP(
                "Agents", "Rates are shares of the calls with a recorded status; failed calls cost %1 % %2."))
            .arg(percentText(perMille(usage.totals.failedCost, usage.totals.cost())), ofTheCost(state));
    return u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Errors and timeouts")) + u"\n\n"_s + table.text() +
           u'\n' + base + u"\n\n"_s;
}

QString repeats(const RunState& state) {
    const UsageSummary& usage = *state.usage;
    if (usage.repeats.callsWithHash == 0)
        return {};
    const RepeatSummary& repeats = usage.repeats;
    const QString text =
        say(QT_TRANSLATE_NOOP(
                "Agents",
                "%1 of %2 with a prompt hash (%3 %) repeated an earlier prompt; the repeats cost %4 USD "
                "(%5 % %6, the dearest call of each group taken as the original)."))
            .arg(QString::number(repeats.repeats),
                 callsText(static_cast<std::int64_t>(repeats.callsWithHash)),
                 shareText(repeats.repeats, repeats.callsWithHash), moneyText(repeats.repeatCost),
                 percentText(perMille(repeats.repeatCost, usage.totals.cost())), ofTheCost(state));
    const QString most =
        repeats.repeats == 0
            ? QString()
            : QString(u' ' + say(QT_TRANSLATE_NOOP("Agents", "The most repeated prompt was sent %1 times."))
                                 .arg(repeats.mostCalls));
    return u"## "_s + say(QT_TRANSLATE_NOOP("Agents", "Repeated prompts")) + u"\n\n"_s + text + most +
           u"\n\n"_s;
}

} // namespace apex::backend::sections
