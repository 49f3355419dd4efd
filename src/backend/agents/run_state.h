// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent_run.h"
#include "backend/agents/answer.h"
#include "backend/agents/frame_writer.h"
#include "backend/agents/intent.h"
#include "backend/agents/model_prose.h"
#include "backend/agents/scope_finder.h"
#include "backend/analysis/usage_measure.h"
#include "backend/llm/model_settings.h"
#include "backend/usage/simulations.h"
#include "backend/usage/usage_import.h"

#include <QJsonArray>
#include <QJsonObject>

#include <memory>
#include <optional>

namespace apex::backend {

/// How much of what an analysis needs the files hold (platform-features.md 5.2).
enum class Sufficiency { Sufficient, Partial, Insufficient };

/// One of the fields an analysis needs, and whether the files have it.
struct NeededField {
    QString name;
    QString why;
    bool present = false;
};

/// A change worth proposing, with the tool calls that show why.
struct Recommendation {
    QString id;
    QString title;
    QString description;
    QString category;
    QString effort;
    QStringList evidence;                 ///< execution ids
    std::optional<Simulation> simulation; ///< none: nothing can be calculated for it
};

/// One step of the plan.
struct PlanStep {
    QString description;
    QString check;
    QString rollback;
    QStringList dependencies;
};

/// What one agent took, for the report.
struct AgentMetric {
    QString agent;
    double durationMs = 0;
    int tools = 0;
};

/// What a tool gave.
struct ToolResult {
    QString tool;
    QString call; ///< execution id
    QJsonObject result;
};

/// Everything the agents of one run hand on to each other. One run, one thread.
struct RunState {
    RunState(const RunRequest& asked, FrameWriter& writer, const Clock& time, std::stop_token token)
        : request(asked), frames(writer), clock(time), stop(std::move(token)) {}

    const RunRequest& request;
    FrameWriter& frames;
    const Clock& clock;
    std::stop_token stop;

    Intent intent;
    std::vector<AttachedFile> files; ///< those analysed
    Sufficiency sufficiency = Sufficiency::Insufficient;
    std::vector<NeededField> needed;
    std::unique_ptr<PriceBook> prices; ///< null: no usable price file
    QString priceProblem;              ///< why not

    std::optional<ImportReport> import;
    std::unique_ptr<UsageStore> store; ///< the imported rows; null: nothing was imported
    std::unique_ptr<RowsQuery> rows;   ///< asks the store within the scope of the question
    FoundScope found;                  ///< which rows the question is about
    qint64 rowsInScope = 0;
    QStringList skippedFiles; ///< sentences: files not counted and why
    std::optional<MeasuredUsage> measured;
    std::optional<UsageSummary> usage; ///< the summary of `measured`
    std::vector<Finding> findings;     ///< answers of single tools, in the order asked
    std::size_t findingsAsked =
        0; ///< those at the front that the question asked for; the others belong to the report
    QJsonObject profile;
    QHash<QString, QString> lastCall; ///< tool name -> execution id of its last successful call
    std::vector<Simulation> simulations;
    QStringList simulationsWithoutEffect;
    std::optional<CombinedSaving> combined;
    std::optional<Money> projectedGrowth;
    std::vector<Recommendation> recommendations;
    std::vector<PlanStep> plan;
    std::vector<ToolResult> toolResults; ///< of every call so far, those of the language model apart
    ModelSource* modelSource = nullptr;  ///< not owned; nullptr: there is no language model
    std::optional<ModelProse> prose;     ///< what the language model did; none: it is off
    QStringList assumptions;
    QJsonObject report;
    QString answer;

    std::vector<AgentMetric> metrics;
    int toolsOfAgent = 0; ///< of the agent at work

    [[nodiscard]] bool stopped() const { return stop.stop_requested(); }
};

} // namespace apex::backend
