// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_dom.h"
#include "protocol/json_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace apex::protocol {

namespace {

using json::Element;
using json::Fields;

std::optional<double> number(const Fields& fields, std::string_view key) {
    const Element* found = fields.find(key);
    return found ? json::asDouble(*found) : std::nullopt;
}

std::optional<qint64> integer(const Fields& fields, std::string_view key) {
    const Element* found = fields.find(key);
    return found ? json::asInteger(*found) : std::nullopt;
}

std::optional<std::chrono::milliseconds> duration(const Fields& fields, std::string_view key) {
    const auto value = number(fields, key);
    if (!value || *value < 0 || *value > 1e12)
        return std::nullopt;
    return std::chrono::milliseconds{std::llround(*value)};
}

QStringList textList(const Element& value) {
    QStringList list;
    if (value.is_array()) {
        for (const Element& item : json::items(value))
            list.append(json::asText(item));
    } else if (!json::isEmpty(value)) {
        list.append(json::asText(value));
    }
    return list;
}

std::vector<std::pair<QString, QString>> pairs(const Element& value) {
    std::vector<std::pair<QString, QString>> out;
    const Fields fields(value);
    for (const auto& [key, item] : fields.members())
        if (!item.is_null())
            out.emplace_back(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())),
                             json::asText(item));
    return out;
}

CostLine& lineNamed(std::vector<CostLine>& lines, const QString& name) {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const CostLine& line) { return line.name == name; });
    if (found != lines.end())
        return *found;
    lines.push_back({name, {}, {}});
    return lines.back();
}

void addCosts(std::vector<CostLine>& lines, const Element* costs, std::optional<double> CostLine::*column) {
    constexpr std::size_t maxLines = 1'000;
    if (!costs)
        return;
    const Fields fields(*costs);
    for (const auto& [key, value] : fields.members()) {
        if (lines.size() >= maxLines)
            return;
        const QString name = QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()));
        lineNamed(lines, name).*column = json::asDouble(value);
    }
}

void readRange(const Element& range, CostAnalysis& cost) {
    if (range.is_array()) {
        std::vector<std::optional<double>> ends;
        for (const Element& end : json::items(range))
            ends.push_back(json::asDouble(end));
        if (ends.size() == 2) {
            cost.savingsLow = ends[0];
            cost.savingsHigh = ends[1];
        }
        return;
    }
    const Fields fields(range);
    cost.savingsLow = number(fields, "low");
    cost.savingsHigh = number(fields, "high");
}

CostAnalysis costAnalysis(const Element& value) {
    const Fields fields(value);
    CostAnalysis cost;
    cost.currency = json::textOf(fields, "currency");
    cost.period = json::textOf(fields, "period");
    cost.totalCurrent = number(fields, "total_current");
    cost.totalProjected = number(fields, "total_projected");
    cost.monthlySavings = number(fields, "monthly_savings");
    if (const Element* range = fields.find("range"))
        readRange(*range, cost);
    addCosts(cost.lines, fields.find("current_costs"), &CostLine::current);
    addCosts(cost.lines, fields.find("projected_costs"), &CostLine::projected);
    return cost;
}

Recommendation recommendation(const Element& value) {
    Recommendation out;
    if (value.is_string()) {
        out.title = json::asText(value);
        return out;
    }
    const Fields fields(value);
    out.id = json::textOf(fields, "id");
    out.title = json::firstTextOf(fields, {"title", "name", "issue"});
    out.description = json::firstTextOf(fields, {"description", "fix"});
    out.impact = json::textOf(fields, "impact");
    out.effort = json::textOf(fields, "effort");
    out.category = json::textOf(fields, "category");
    if (const Element* metrics = fields.find("metrics"))
        out.metrics = pairs(*metrics);
    if (const Element* evidence = fields.find("evidence"))
        for (const QString& call : textList(*evidence))
            out.evidence.emplace_back(call);
    return out;
}

ActionStep actionStep(const Element& value, int position) {
    ActionStep step;
    step.number = position;
    if (value.is_string()) {
        step.description = json::asText(value);
        return step;
    }
    const Fields fields(value);
    if (const auto own = integer(fields, "step_number"); own && *own >= 0 && *own < 1'000'000)
        step.number = static_cast<int>(*own);
    step.description = json::firstTextOf(fields, {"description", "action", "title"});
    step.expectedOutcome = json::textOf(fields, "expected_outcome");
    if (const Element* dependencies = fields.find("dependencies"))
        step.dependencies = textList(*dependencies);
    return step;
}

AgentMetric agentMetric(const Element& value) {
    const Fields fields(value);
    AgentMetric metric;
    metric.agent = json::firstTextOf(fields, {"agent_type", "agent_name", "agent"});
    metric.duration = duration(fields, "duration_ms");
    const Element* tools = fields.find("tools_executed");
    if (tools && tools->is_array())
        metric.toolsExecuted = static_cast<int>(json::items(*tools).size());
    else if (const auto count = integer(fields, "tools_executed");
             count && *count >= 0 && *count < 1'000'000'000)
        metric.toolsExecuted = static_cast<int>(*count);
    return metric;
}

DataQuality dataQuality(const Element& value) {
    const Fields fields(value);
    DataQuality quality;
    quality.rowsRead = integer(fields, "rows_read");
    quality.rowsRejected = integer(fields, "rows_rejected");
    quality.unknownPriceCalls = integer(fields, "unknown_price_calls");
    quality.period = json::textOf(fields, "period");
    return quality;
}

template <class Add>
void forEach(const Element& list, Add add) {
    simdjson::dom::array items;
    if (list.get_array().get(items) != simdjson::SUCCESS) {
        add(list); // one thing where a list was due
        return;
    }
    for (const Element& item : items)
        add(item);
}

/// Reads one section; false if its name is not one we know.
bool readSection(std::string_view key, const Element& value, Report& report) {
    if (key == "executive_summary" || key == "summary") {
        if (report.executiveSummary.isEmpty() || key == "executive_summary")
            report.executiveSummary = json::asText(value);
    } else if (key == "cost_analysis") {
        report.cost = costAnalysis(value);
    } else if (key == "performance_comparison") {
        report.performance = pairs(value);
    } else if (key == "recommendations") {
        forEach(value, [&](const Element& item) { report.recommendations.push_back(recommendation(item)); });
    } else if (key == "action_plan") {
        forEach(value, [&](const Element& item) {
            report.actionPlan.push_back(actionStep(item, static_cast<int>(report.actionPlan.size()) + 1));
        });
    } else if (key == "agent_metrics") {
        forEach(value, [&](const Element& item) { report.agents.push_back(agentMetric(item)); });
    } else if (key == "assumptions") {
        report.assumptions = textList(value);
    } else if (key == "data_quality") {
        report.dataQuality = dataQuality(value);
    } else {
        return key == "total_duration_ms" || key == "markdown" || key == "report_type";
    }
    return true;
}

} // namespace

Expected<Report> parseReport(const JsonText& json) {
    json::Parser parser;
    auto root = parser.parse(json);
    if (!root || !root->is_object())
        return fail(
            ErrorKind::InvalidInput,
            QCoreApplication::translate("Protocol", "The report is not in a form that can be laid out."),
            QCoreApplication::translate("Protocol", "It is shown as text instead."));
    if (const auto nested = json::member(*root, "final_report"); nested && nested->is_object())
        root = nested;
    const Fields fields(*root);
    Report report;
    report.totalDuration = duration(fields, "total_duration_ms");
    for (const auto& [key, value] : fields.members())
        if (!value.is_null() && !readSection(key, value, report))
            report.other.emplace_back(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())),
                                      json::text(value));
    return report;
}

} // namespace apex::protocol
