// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/report_document.h"

#include "base/clock.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace apex::models {

using namespace Qt::StringLiterals;
using protocol::CostAnalysis;
using protocol::CostLine;
using protocol::Report;

namespace {

struct ReportWords {
    Q_DECLARE_TR_FUNCTIONS(Report)
};

constexpr int kMostDecimals = 9;
constexpr qsizetype kOtherLimit = 600;

/// Decimals that a number needs to be shown as it is.
int decimalsOf(double value) {
    const QString shortest = QString::number(value, 'g', 15);
    if (shortest.contains(u'e'))
        return kMostDecimals;
    const qsizetype point = shortest.indexOf(u'.');
    return point < 0 ? 0 : static_cast<int>(std::min<qsizetype>(kMostDecimals, shortest.size() - point - 1));
}

/// One number of decimals for all figures of a column, so that their points stand below each other.
class MoneyColumn {
public:
    void take(std::optional<double> value) {
        if (value)
            m_decimals = std::max(m_decimals, decimalsOf(*value));
    }
    [[nodiscard]] QString text(std::optional<double> value) const {
        return value ? QLocale().toString(*value, 'f', m_decimals) : QString();
    }

private:
    int m_decimals = 2;
};

QString money(std::optional<double> value, const QString& currency) {
    MoneyColumn column;
    column.take(value);
    return currency.isEmpty() ? column.text(value) : column.text(value) + u' ' + currency;
}

QString withUnit(const QString& words, const QString& currency) {
    return currency.isEmpty() ? words : ReportWords::tr("%1 (%2)").arg(words, currency);
}

std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
    return a && b ? std::optional(*a - *b) : std::nullopt;
}

QStringList costFacts(const CostAnalysis& cost) {
    QStringList facts;
    if (!cost.period.isEmpty())
        facts << ReportWords::tr("Period: %1").arg(cost.period);
    if (cost.totalCurrent)
        facts << ReportWords::tr("Cost now: %1").arg(money(cost.totalCurrent, cost.currency));
    if (cost.totalProjected)
        facts << ReportWords::tr("Cost after the changes: %1").arg(money(cost.totalProjected, cost.currency));
    if (cost.savingsLow && cost.savingsHigh)
        facts << ReportWords::tr("Saving: %1 to %2")
                     .arg(money(cost.savingsLow, {}), money(cost.savingsHigh, cost.currency));
    if (cost.monthlySavings)
        facts << ReportWords::tr("Saving in a month: %1").arg(money(cost.monthlySavings, cost.currency));
    return facts;
}

/// The columns of the cost table: always what it costs now; the others where they were sent.
struct CostColumns {
    MoneyColumn now;
    MoneyColumn after;
    MoneyColumn saving;
    bool hasShare = false;
    bool hasAfter = false;

    [[nodiscard]] QStringList row(const QString& name, const CostLine& line,
                                  std::optional<double> total) const {
        QStringList cells{name, now.text(line.current)};
        if (hasShare)
            cells << (line.current && total ? ReportWords::tr("%1 %").arg(
                                                  QLocale().toString(*line.current / *total * 100, 'f', 1))
                                            : QString());
        if (hasAfter)
            cells << after.text(line.projected) << saving.text(difference(line.current, line.projected));
        return cells;
    }
};

ReportTable costTable(const CostAnalysis& cost) {
    std::vector<CostLine> lines = cost.lines;
    std::stable_sort(lines.begin(), lines.end(), [](const CostLine& a, const CostLine& b) {
        return a.current.value_or(-1) > b.current.value_or(-1);
    });
    const CostLine total{{}, cost.totalCurrent, cost.totalProjected};
    CostColumns columns;
    columns.hasShare = cost.totalCurrent.value_or(0) > 0;
    std::vector<CostLine> all = lines;
    all.push_back(total);
    for (const CostLine& line : all) {
        columns.now.take(line.current);
        columns.after.take(line.projected);
        columns.saving.take(line.current);
        columns.saving.take(line.projected);
        columns.hasAfter = columns.hasAfter || line.projected.has_value();
    }
    ReportTable table;
    table.columns = {ReportWords::tr("Model"), withUnit(ReportWords::tr("Now"), cost.currency)};
    if (columns.hasShare)
        table.columns << ReportWords::tr("Share");
    if (columns.hasAfter)
        table.columns << withUnit(ReportWords::tr("After"), cost.currency)
                      << withUnit(ReportWords::tr("Saving"), cost.currency);
    table.figures.assign(static_cast<size_t>(table.columns.size()), true);
    table.figures[0] = false;
    for (const CostLine& line : lines) {
        table.rows.push_back(columns.row(line.name, line, cost.totalCurrent));
        if (columns.hasShare)
            table.bars.push_back(line.current ? *line.current / *cost.totalCurrent : -1);
    }
    if (cost.totalCurrent || cost.totalProjected) {
        table.rows.push_back(columns.row(ReportWords::tr("Total"), total, cost.totalCurrent));
        table.lastRowIsTotal = true;
        if (columns.hasShare)
            table.bars.push_back(-1);
    }
    return table;
}

ReportTable pairTable(const std::vector<std::pair<QString, QString>>& pairs) {
    ReportTable table;
    table.columns = {ReportWords::tr("Measure"), ReportWords::tr("Value")};
    table.figures = {false, true};
    for (const auto& [key, value] : pairs)
        table.rows.push_back({humanWords(key), value});
    return table;
}

ReportItem itemOf(const protocol::Recommendation& advice) {
    ReportItem item;
    item.title = advice.title;
    item.text = advice.description;
    if (!advice.impact.isEmpty())
        item.facts << ReportWords::tr("Impact: %1").arg(advice.impact);
    if (!advice.effort.isEmpty())
        item.facts << ReportWords::tr("Effort: %1").arg(advice.effort);
    if (!advice.category.isEmpty())
        item.facts << ReportWords::tr("Kind: %1").arg(humanWords(advice.category));
    for (const auto& [key, value] : advice.metrics)
        item.facts << ReportWords::tr("%1: %2").arg(humanWords(key), value);
    return item;
}

ReportItem itemOf(const protocol::ActionStep& step) {
    ReportItem item;
    item.title = step.description;
    item.outcome = step.expectedOutcome;
    if (!step.dependencies.isEmpty())
        item.facts << ReportWords::tr("After: %1").arg(step.dependencies.join(u", "_s));
    return item;
}

ReportTable agentTable(const std::vector<protocol::AgentMetric>& agents) {
    ReportTable table;
    table.columns = {ReportWords::tr("Agent"), ReportWords::tr("Time"), ReportWords::tr("Tools used")};
    table.figures = {false, true, true};
    for (const auto& agent : agents)
        table.rows.push_back({humanWords(agent.agent),
                              agent.duration ? durationText(*agent.duration) : QString(),
                              agent.toolsExecuted ? QLocale().toString(*agent.toolsExecuted) : QString()});
    return table;
}

QStringList qualityFacts(const protocol::DataQuality& quality) {
    QStringList facts;
    const QLocale locale;
    if (!quality.period.isEmpty())
        facts << ReportWords::tr("Period: %1").arg(quality.period);
    if (quality.rowsRead)
        facts << ReportWords::tr("Rows read: %1").arg(locale.toString(*quality.rowsRead));
    if (quality.rowsRejected)
        facts << ReportWords::tr("Rows left out: %1").arg(locale.toString(*quality.rowsRejected));
    if (quality.unknownPriceCalls)
        facts << ReportWords::tr("Calls without a known price: %1")
                     .arg(locale.toString(*quality.unknownPriceCalls));
    return facts;
}

class DocumentWriter {
public:
    ReportDocument document;

    ReportSection& add(const QString& heading) {
        ReportSection section;
        section.heading = heading;
        document.sections.push_back(std::move(section));
        return document.sections.back();
    }
    void addFigures(const Report& report);
    void addAdvice(const Report& report);
    void addGrounds(const Report& report);
};

void DocumentWriter::addFigures(const Report& report) {
    if (!report.executiveSummary.isEmpty())
        add(ReportWords::tr("Summary")).text = report.executiveSummary;
    if (report.cost) {
        const QStringList facts = costFacts(*report.cost);
        if (!facts.isEmpty() || !report.cost->lines.empty()) {
            ReportSection& section = add(ReportWords::tr("Costs"));
            section.facts = facts;
            if (!report.cost->lines.empty())
                section.table = costTable(*report.cost);
        }
    }
    if (!report.performance.empty())
        add(ReportWords::tr("Performance")).table = pairTable(report.performance);
}

void DocumentWriter::addAdvice(const Report& report) {
    if (!report.recommendations.empty()) {
        ReportSection& section = add(ReportWords::tr("Recommendations"));
        for (const auto& advice : report.recommendations)
            section.items.push_back(itemOf(advice));
    }
    if (!report.actionPlan.empty()) {
        ReportSection& section = add(ReportWords::tr("Action plan"));
        section.numbered = true;
        for (const auto& step : report.actionPlan)
            section.items.push_back(itemOf(step));
    }
}

void DocumentWriter::addGrounds(const Report& report) {
    if (!report.assumptions.isEmpty())
        add(ReportWords::tr("Assumptions")).facts = report.assumptions;
    if (report.dataQuality) {
        if (const QStringList facts = qualityFacts(*report.dataQuality); !facts.isEmpty())
            add(ReportWords::tr("Data")).facts = facts;
    }
    if (!report.agents.empty())
        add(ReportWords::tr("Agents")).table = agentTable(report.agents);
    for (const auto& [key, value] : report.other)
        add(humanWords(key)).text = protocol::oneLine(value, kOtherLimit);
}

} // namespace

std::optional<ReportDocument> readReport(const protocol::JsonText& json) {
    if (json.isEmpty())
        return std::nullopt;
    const auto report = protocol::parseReport(json);
    if (!report)
        return std::nullopt;
    DocumentWriter writer;
    writer.addFigures(*report);
    writer.addAdvice(*report);
    writer.addGrounds(*report);
    if (writer.document.sections.empty())
        return std::nullopt;
    return std::move(writer.document);
}

QString humanWords(const QString& key) {
    QString words = key;
    words = words.replace(u'_', u' ').simplified();
    // A name with figures is spelt as its owner spells it: gpt-4o.
    if (!words.isEmpty() && std::none_of(words.begin(), words.end(), [](QChar c) { return c.isDigit(); }))
        words[0] = words[0].toUpper();
    return words;
}

} // namespace apex::models
