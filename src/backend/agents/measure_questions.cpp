// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/measure_questions.h"

#include "backend/agents/answers.h"
#include "backend/agents/answers_parts.h"
#include "backend/agents/asked_periods.h"
#include "backend/agents/call_list_words.h"
#include "backend/agents/measure_answers.h"
#include "backend/agents/plain_request.h"
#include "backend/agents/scope_names.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

using MeasureKind = Measure::Kind;

bool reads(const QString& text, const QString& pattern) {
    return QRegularExpression(pattern).match(text).hasMatch();
}

/// Longer requests are tasks of many parts, which get the whole report.
constexpr qsizetype mostWords = 20;

Measure listOfCalls(const CallList& list) {
    Measure measure{MeasureKind::Listed};
    measure.list = list;
    return measure;
}

/// Questions that only names or filters make questions for a figure.
std::optional<Measure> measureOfNames(const RunState& state, const QString& text) {
    const Scope& scope = state.found.scope;
    const bool restricted = !scope.filters.empty() || scope.from.isValid();
    if (restricted && state.intent.dimensions.isEmpty() &&
        reads(text,
              uR"(\b(?:share|percentage|fraction|proportion|what percent|how many percent|how much of)\b)"_s))
        return Measure{MeasureKind::Share};
    const bool supposes = reads(text, uR"(\b(?:would|what if|if we|if i|if all)\b)"_s) &&
                          reads(text, uR"(\b(?:cost|pay|spend|bill|price|be)\w*)"_s);
    const bool moves =
        !state.intent.moveTo.isEmpty() || state.intent.asksFor(Topic::Models) || state.intent.growthPercent;
    if (supposes && !moves && !answers::pricedNames(state).isEmpty())
        return Measure{MeasureKind::PriceOn};
    return std::nullopt;
}

std::optional<Measure> measureOfText(const RunState& state, const QString& request) {
    const QString text = plainRequest(request).text.toLower();
    if (text.count(u' ') >= mostWords)
        return std::nullopt;
    if (auto measure = measureIn(text, state.intent.dimensions))
        return measure;
    return measureOfNames(state, text);
}

Question questionOf(const Measure& measure) {
    static const QHash<MeasureKind, QString> tools{{MeasureKind::MedianCost, u"median_cost"_s},
                                                   {MeasureKind::MeanLatency, u"mean_latency"_s},
                                                   {MeasureKind::CostRates, u"cost_rates"_s},
                                                   {MeasureKind::TokensPerCall, u"tokens_per_call"_s},
                                                   {MeasureKind::TopCalls, u"top_calls"_s},
                                                   {MeasureKind::Listed, u"list_calls"_s},
                                                   {MeasureKind::Distinct, u"count_values"_s},
                                                   {MeasureKind::FailureRate, u"failure_rates"_s},
                                                   {MeasureKind::Timeouts, u"timeouts"_s},
                                                   {MeasureKind::Beyond, u"calls_beyond"_s},
                                                   {MeasureKind::WastedTokens, u"wasted_tokens"_s},
                                                   {MeasureKind::FailedCalls, u"failed_calls"_s},
                                                   {MeasureKind::MostGrown, u"most_grown"_s},
                                                   {MeasureKind::PriceChange, u"what_if_prices"_s},
                                                   {MeasureKind::PriceOn, u"price_on_model"_s},
                                                   {MeasureKind::Batch, u"what_if_batch"_s},
                                                   {MeasureKind::Share, u"share_of_whole"_s},
                                                   {MeasureKind::Ranked, u"ranking"_s},
                                                   {MeasureKind::Budget, u"budget"_s},
                                                   {MeasureKind::NotComputed, u"not_computed"_s}};
    QJsonObject arguments;
    if (!measure.dimension.isEmpty())
        arguments["dimension"_L1] = measure.dimension;
    if (measure.kind == MeasureKind::Beyond)
        arguments["limit"_L1] = measure.words;
    if (measure.kind == MeasureKind::TopCalls)
        arguments["most"_L1] = measure.number;
    if (measure.kind == MeasureKind::Listed)
        arguments = {{"most"_L1, measure.list.most}, {"skip"_L1, measure.list.skip}};
    if (measure.kind == MeasureKind::PriceChange)
        arguments["percent"_L1] = measure.number;
    return {tools.value(measure.kind), arguments,
            [measure](RunState& state) { return answers::figure(state, measure); }};
}

/// "How many calls failed and which model is slowest?" are two questions.
QStringList clausesOf(const QString& request) {
    static const QRegularExpression next(uR"(\s*(?:,|\band\b|;)\s*(?=(?:which|what|how|who)\b))"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    return request.split(next, Qt::SkipEmptyParts);
}

/// What one clause asks for, a figure or else the table of its topic.
void addClause(const QString& clause, std::vector<Question>& questions) {
    const Intent intent = readIntent(clause);
    const QString dimension = intent.dimensions.value(0, u"model"_s);
    const std::optional<Ranking> ranking = intent.ranking;
    if (const auto measure = measureIn(plainRequest(clause).text.toLower(), intent.dimensions))
        questions.push_back(questionOf(*measure));
    else if (intent.asksFor(Topic::Latency))
        questions.push_back(
            {u"latency_by_"_s + dimension,
             {{"dimension"_L1, dimension}},
             [dimension, ranking](RunState& state) { return answers::latency(state, dimension, ranking); }});
    else
        questions.push_back(
            {u"cost_by_"_s + dimension, {{"dimension"_L1, dimension}}, [dimension, ranking](RunState& state) {
                 return answers::breakdownBy(state, dimension, ranking);
             }});
}

bool isOfFigures(Topic topic) {
    return topic == Topic::Cost || topic == Topic::Usage || topic == Topic::Latency ||
           topic == Topic::Errors || topic == Topic::Averages;
}

/// False where a part asks for no more than its sum.
bool isTableOrFigure(const QString& clause) {
    const Intent intent = readIntent(clause);
    return !intent.dimensions.isEmpty() || intent.asksFor(Topic::Latency) ||
           measureIn(plainRequest(clause).text.toLower(), intent.dimensions);
}

Question costOfPart(const FoundScope::Part& part) {
    return {u"part_of_question"_s,
            {{"part"_L1, part.text}, {"scope"_L1, part.scope.json()}},
            [part](RunState& run) { return answers::partOfQuestion(run, part); }};
}

/// The tools of a part, run on the rows that it names.
void addPart(const FoundScope::Part& part, std::vector<Question>& questions) {
    if (!isTableOrFigure(part.text))
        return questions.push_back(costOfPart(part));
    std::vector<Question> own;
    addClause(part.text, own);
    for (Question& question : own) {
        question.arguments["scope"_L1] = part.scope.json();
        question.answer = [part, whole = std::move(question.answer)](RunState& run) {
            return answers::answerInPart(run, part, whole);
        };
        questions.push_back(std::move(question));
    }
}

/// "And for gpt-4o?" asks for the same again, "top 3 users" for something else.
bool asksOnItsOwn(const QString& request) {
    return !readIntent(request).keywords.isEmpty() ||
           reads(plainRequest(request).text.toLower(),
                 uR"(\b(?:top|which|who|how|what|list|show|why|\w+est)\b)"_s);
}

/// "And the lowest?" after "which service has the highest error rate?".
std::optional<Measure> failuresInOrder(const Intent& intent) {
    if (!intent.ranking || intent.ranking->measure != Ranking::Measure::ErrorRate ||
        intent.dimensions.isEmpty())
        return std::nullopt;
    Measure measure{MeasureKind::FailureRate};
    measure.dimension = intent.dimensions.front();
    measure.upwards = !intent.ranking->ascending;
    return measure;
}

/// "And of calls?" after "what share of the cost is gpt-4o?".
std::optional<Measure> shareGoneOn(const RunState& state) {
    static const QString ofOther =
        uR"(^\W*(?:and |or )*(?:in|of|by) (?:the )?(?:calls|requests|tokens|costs?)\W*$)"_s;
    const QStringList earlier = earlierRequests(state);
    if (!state.intent.followUp || earlier.isEmpty() ||
        !reads(plainRequest(state.request.text).text.toLower(), ofOther))
        return std::nullopt;
    const auto before = measureOfText(state, earlier.front());
    return before && before->kind == MeasureKind::Share ? before : std::nullopt;
}

/// "And models?" after "how many users are there?".
std::optional<Measure> countGoneOn(const RunState& state) {
    static const QRegularExpression other(uR"(^\W*(?:and|or)\s+(?:how many\s+)?(\w+)\W*$)"_s);
    const auto found = other.match(plainRequest(state.request.text).text.toLower());
    const QStringList earlier = earlierRequests(state);
    if (!found.hasMatch() || !state.intent.followUp || earlier.isEmpty())
        return std::nullopt;
    const auto before = measureIn(plainRequest(earlier.front()).text.toLower(), {});
    return before && before->kind == MeasureKind::Distinct ? measureIn(u"how many "_s + found.captured(1), {})
                                                           : std::nullopt;
}

/// The list that a conversation is about: "list the calls", "only the failed ones", "of user-3", "more".
std::optional<Measure> listGoneOn(const RunState& state) {
    if (!state.intent.followUp)
        return std::nullopt;
    QStringList later;
    std::optional<CallList> list;
    for (const QString& request : QStringList(state.request.text) + earlierRequests(state)) {
        const QString text = plainRequest(request).text.toLower();
        list = callListIn(text);
        if (list)
            break;
        const bool restricts = readIntent(request).dimensions.isEmpty() && !asksOnItsOwn(request);
        if (!restricts && !callListAfter({}, text))
            return std::nullopt;
        later.prepend(text);
    }
    if (!list || later.isEmpty())
        return std::nullopt;
    for (const QString& text : later) {
        const auto after = callListAfter(*list, text);
        // Other rows are listed from their first one on.
        list = after ? *after : CallList{list->outcome, list->newestFirst, list->most, 0};
    }
    return listOfCalls(*list);
}

} // namespace

std::optional<Measure> measureAsked(const RunState& state) {
    const Intent& intent = state.intent;
    if (intent.main() == Topic::Sql || intent.main() == Topic::Courtesy || intent.main() == Topic::Periods ||
        intent.targetPercent || intent.latencyFactorTenths || !state.usage)
        return std::nullopt;
    if (intent.main() != Topic::Statements) {
        if (intent.main() == Topic::Reason)
            return std::nullopt;
        if (auto measure = listGoneOn(state))
            return measure;
        if (auto measure = measureOfText(state, state.request.text))
            return measure;
        if (auto measure = failuresInOrder(intent))
            return measure;
        if (auto measure = shareGoneOn(state))
            return measure;
        if (auto measure = countGoneOn(state))
            return measure;
        if (!intent.followUp || asksOnItsOwn(state.request.text))
            return std::nullopt;
    }
    for (const QString& request : earlierRequests(state)) {
        if (auto measure = measureOfText(state, request))
            return measure;
        if (!readIntent(request).keywords.isEmpty())
            break;
    }
    return std::nullopt;
}

bool asksForFigure(const RunState& state) {
    return measureAsked(state).has_value();
}

std::vector<Question> partQuestions(const RunState& state) {
    const Intent& intent = state.intent;
    if (!state.usage || intent.own.choosesModels || !intent.sql.isEmpty())
        return {};
    const bool figuresOnly = std::all_of(intent.topics.begin(), intent.topics.end(), isOfFigures) &&
                             !intent.targetPercent && !intent.growthPercent && intent.moveTo.isEmpty();
    const QStringList texts = partsOfRequest(splitExclusions(intent.own.text).kept);
    const bool eachAsks = texts.size() > 1 && std::all_of(texts.begin(), texts.end(), isTableOrFigure);
    if (!figuresOnly || (state.found.parts.empty() && !eachAsks))
        return {};
    std::vector<Question> questions;
    for (qsizetype place = 0; place < texts.size(); ++place) {
        const auto own = std::find_if(state.found.parts.begin(), state.found.parts.end(),
                                      [&](const FoundScope::Part& part) { return part.place == place; });
        if (own != state.found.parts.end())
            addPart(*own, questions);
        else if (isTableOrFigure(texts[place]))
            addClause(texts[place], questions);
        else
            questions.push_back(costOfPart({state.found.scope, texts[place].trimmed(), place}));
    }
    return questions;
}

std::vector<Question> measureQuestions(const RunState& state) {
    const auto measure = measureAsked(state);
    if (!measure)
        return {};
    std::vector<Question> questions;
    const QStringList clauses = clausesOf(state.request.text);
    for (const QString& clause : clauses.size() > 1 ? clauses : QStringList())
        addClause(clause, questions);
    if (clauses.size() < 2)
        questions.push_back(questionOf(*measure));
    if (!state.found.unknownNames.isEmpty() && measure->kind != MeasureKind::PriceOn)
        questions.push_back({u"find_names"_s,
                             {{"names"_L1, QJsonArray::fromStringList(state.found.unknownNames)}},
                             answers::unknownNames});
    if (state.intent.asksFor(Topic::Statements))
        questions.push_back({u"show_statements"_s, {}, answers::statements});
    return questions;
}

} // namespace apex::backend
