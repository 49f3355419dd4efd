// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/questions.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/answers.h"
#include "backend/agents/answers_parts.h"
#include "backend/agents/figures.h"
#include "backend/agents/measure_questions.h"
#include "backend/analysis/daily_series.h"

#include <algorithm>
#include <optional>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

Question breakdown(const QString& dimension) {
    return {u"cost_by_"_s + dimension, {{"dimension"_L1, dimension}}, [dimension](RunState& state) {
                return answers::breakdownBy(state, dimension, state.intent.ranking);
            }};
}

Question latency(const QString& dimension) {
    return {u"latency_by_"_s + dimension, {{"dimension"_L1, dimension}}, [dimension](RunState& state) {
                return answers::latency(state, dimension, state.intent.ranking);
            }};
}

Question failures(const QString& dimension) {
    return {u"errors_by_"_s + dimension, {{"dimension"_L1, dimension}}, [dimension](RunState& state) {
                return answers::errorsBy(state, dimension);
            }};
}

QJsonObject periodNames(const Intent& intent) {
    QJsonArray names;
    for (const TimeWords& words : intent.periods)
        names.append(words.text.trimmed());
    return {{"periods"_L1, names}};
}

/// Says which model a move starts from if the question left that open.
Expected<Answer> moveAnswer(RunState& state) {
    auto answer = answers::modelChoice(state);
    if (answer && state.intent.moveFrom.isEmpty() && answer->facts.contains("model"_L1))
        answer->sentences.prepend(
            say(QT_TRANSLATE_NOOP("Agents",
                                  "No model to move from was named, so this is about %1, the dearest."))
                .arg(answer->facts.value("model"_L1).toString()));
    return answer;
}

Question move(const Intent& intent) {
    QJsonObject arguments;
    if (!intent.moveTo.isEmpty())
        arguments = {{"to"_L1, intent.moveTo}, {"share_percent"_L1, intent.sharePercent.value_or(100)}};
    if (!intent.moveFrom.isEmpty())
        arguments["from"_L1] = intent.moveFrom;
    return {intent.moveTo.isEmpty() ? u"compare_models"_s : u"what_if_model"_s, arguments, moveAnswer};
}

void addWishes(const Intent& intent, std::vector<Question>& questions) {
    if (intent.limits.empty() && !intent.latencyFactorTenths)
        return;
    QJsonArray limits;
    for (const LatencyLimit& limit : intent.limits)
        limits.append(QJsonObject{{"for"_L1, limit.feature}, {"limit_ms"_L1, limit.milliseconds}});
    QJsonObject arguments{{"limits"_L1, limits}};
    if (intent.latencyFactorTenths)
        arguments["times_faster"_L1] = *intent.latencyFactorTenths / 10.0;
    questions.push_back({u"check_latency_wishes"_s, arguments, answers::latencyWishes});
}

/// The question of a topic that nothing else in the request changes.
std::optional<Question> plainQuestion(Topic topic) {
    switch (topic) {
    case Topic::Change:
        return Question{u"compare_before_after"_s, {}, answers::beforeAndAfter};
    case Topic::Anomalies:
        return Question{u"anomalies"_s, {}, answers::anomalies};
    case Topic::Retries:
        return Question{u"retries_and_duplicates"_s, {}, answers::retriesAndRepeats};
    case Topic::Context:
        return Question{u"context_growth"_s, {}, answers::contextGrowth};
    case Topic::Limits:
        return Question{u"peak_rates"_s, {}, answers::peakRates};
    case Topic::Caching:
        return Question{u"cache_use"_s, {}, answers::caching};
    case Topic::Trend:
        return Question{u"trend"_s, {}, answers::trend};
    case Topic::Reason:
        return Question{u"cost_drivers"_s, {}, answers::reasons};
    default:
        return std::nullopt;
    }
}

void addTopic(Topic topic, const RunState& state, std::vector<Question>& questions) {
    if (auto plain = plainQuestion(topic))
        return questions.push_back(std::move(*plain));
    const Intent& intent = state.intent;
    switch (topic) {
    case Topic::Models:
        questions.push_back(move(intent));
        break;
    case Topic::Latency:
        questions.push_back(latency(intent.dimensions.isEmpty() ? u"model"_s : intent.dimensions.front()));
        break;
    case Topic::Errors:
        for (const QString& dimension : intent.dimensions)
            questions.push_back(failures(dimension));
        questions.push_back({u"error_causes"_s, {}, answers::errorCauses});
        break;
    case Topic::Periods:
        questions.push_back({u"compare_periods"_s, periodNames(intent), answers::comparePeriods});
        break;
    case Topic::Usage:
        if (intent.main() == Topic::Usage && intent.dimensions.isEmpty())
            questions.push_back({u"usage_totals"_s, {}, answers::usageTotals});
        break;
    case Topic::Averages:
        if (!intent.asksFor(Topic::Latency))
            questions.push_back({u"averages"_s, {}, answers::averages});
        break;
    case Topic::Growth:
        if (intent.growthPercent)
            questions.push_back(
                {u"project_growth"_s, {{"growth_percent"_L1, *intent.growthPercent}}, answers::growth});
        else
            questions.push_back({u"trend"_s, {}, answers::trend});
        break;
    default: // nothing of their own to ask
        break;
    }
}

bool isAsked(const std::vector<Question>& questions, const QString& tool) {
    return std::any_of(questions.begin(), questions.end(),
                       [&](const Question& question) { return question.tool == tool; });
}

void addOnce(std::vector<Question>& questions, Question question) {
    if (!isAsked(questions, question.tool))
        questions.push_back(std::move(question));
}

/// Parts of the message that a name in them restricts, and nothing else.
void addParts(const RunState& state, std::vector<Question>& questions) {
    for (const FoundScope::Part& part : state.found.parts)
        questions.push_back({u"part_of_question"_s, {{"part"_L1, part.text}}, [part](RunState& run) {
                                 return answers::partOfQuestion(run, part);
                             }});
}

void addNotFound(const RunState& state, std::vector<Question>& questions) {
    if (!state.found.unknownNames.isEmpty())
        questions.push_back({u"find_names"_s,
                             {{"names"_L1, QJsonArray::fromStringList(state.found.unknownNames)}},
                             answers::unknownNames});
}

} // namespace

std::vector<Question> questionsOf(const RunState& state) {
    const Intent& intent = state.intent;
    std::vector<Question> questions;
    if (intent.main() == Topic::Sql)
        return {{u"run_sql"_s,
                 {{"sql"_L1, intent.sql}, {"most_rows"_L1, 200}, {"most_seconds"_L1, 10}},
                 answers::ownQuery}};
    if (intent.main() == Topic::Statements && intent.asksFor(Topic::Sql) && !intent.sql.isEmpty())
        return {{u"run_sql"_s, {{"sql"_L1, intent.sql}}, answers::ownQuery},
                {u"show_statements"_s, {}, answers::statements}};
    if (auto parts = partQuestions(state); !parts.empty()) {
        addNotFound(state, parts);
        return parts;
    }
    if (auto figure = measureQuestions(state); !figure.empty()) {
        addParts(state, figure);
        return figure;
    }
    addWishes(intent, questions);
    // "which model is slowest", "which team wasted most on errors": the tables of these topics tell.
    const bool ownTable = (intent.main() == Topic::Latency && !intent.asksFor(Topic::Cost)) ||
                          intent.main() == Topic::Errors || intent.main() == Topic::Caching ||
                          intent.main() == Topic::Periods;
    if (!ownTable) {
        for (const QString& dimension : intent.dimensions)
            addOnce(questions, breakdown(dimension));
    }
    for (const Topic topic : intent.topics) {
        std::vector<Question> added;
        addTopic(topic, state, added);
        for (Question& question : added)
            addOnce(questions, std::move(question));
    }
    if (!intent.moveTo.isEmpty() && !intent.asksFor(Topic::Change))
        addOnce(questions, move(intent));
    if (intent.isNarrow() && questions.empty())
        questions.push_back(breakdown(u"model"_s));
    addParts(state, questions);
    if (!intent.asksFor(Topic::Models) && !intent.asksFor(Topic::Change))
        addNotFound(state, questions);
    if (intent.asksFor(Topic::Statements))
        questions.push_back({u"show_statements"_s, {}, answers::statements});
    return questions;
}

std::vector<Question> questionsOfReport(const RunState& state, const std::vector<Question>& asked) {
    if (asksForFigure(state) || !partQuestions(state).empty())
        return {};
    std::vector<Question> questions;
    const auto add = [&](bool possible, Question question) {
        if (possible && !isAsked(asked, question.tool))
            questions.push_back(std::move(question));
    };
    const UsageSummary& usage = *state.usage;
    const bool manyDays =
        periodDays(usage) >= static_cast<std::int64_t>(leastDaysForTrend) && !costUnknown(usage);
    add(usage.totals.tokensCached > 0, {u"cache_use"_s, {}, answers::caching});
    add(state.measured->sessionCount > 0, {u"context_growth"_s, {}, answers::contextGrowth});
    add(usage.totals.failed() > 0, {u"retries_and_duplicates"_s, {}, answers::retriesAndRepeats});
    add(manyDays, {u"trend"_s, {}, answers::trend});
    add(manyDays, {u"anomalies"_s, {}, answers::anomalies});
    return questions;
}

} // namespace apex::backend
