// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/call_list_words.h"
#include "backend/agents/measure_questions.h"
#include "backend/agents/ranking.h"
#include "backend/analysis/measurements.h"

#include <QRegularExpression>

#include <cmath>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

using MeasureKind = Measure::Kind;

bool says(const QString& text, const QString& pattern) {
    return QRegularExpression(pattern).match(text).hasMatch();
}

std::optional<Measure> notComputed(const QString& text) {
    static const QRegularExpression name(
        uR"(\b(?:standard deviation|std\.? ?dev\w*|variance|correlations?|histogram|seasonality|carbon footprint|carbon|co2|roi|return on investment|p99\.9|p999|(?:in )?(?:euros?|eur|gbp|pounds|yen))\b)"_s);
    const auto found = name.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    Measure measure{MeasureKind::NotComputed};
    measure.words = found.captured();
    return measure;
}

/// "Which user has the slowest calls": an order of users, not of calls.
bool asksWhoseCalls(const QString& text) {
    return says(
        text,
        uR"(\b(?:which|what|who|whose)\b.*\b(?:has|have|had|makes?|made|gets?|got|sends?|sent|runs?|whose|with)\b.*\b(?:most expensive|dearest|costliest|priciest|cheapest|largest|biggest|longest|slowest|fastest)\s+(?:calls|requests|prompts)\b)"_s);
}

std::optional<Measure> orderOfCallers(const QString& text, const QString& dimension) {
    Measure measure{MeasureKind::Ranked};
    measure.dimension = dimension;
    measure.rank = Measure::Rank::CostPerCall;
    measure.upwards = !says(text, u"\\bcheapest\\b"_s);
    if (says(text, uR"(\b(?:most expensive|dearest|costliest|priciest|cheapest)\b)"_s))
        return measure;
    if (!says(text, uR"(\b(?:largest|biggest|longest prompts)\b)"_s))
        return std::nullopt;
    measure.rank = Measure::Rank::TokensPerCall;
    return measure;
}

std::optional<Measure> topCallsIn(const QString& text) {
    static const QRegularExpression top(
        uR"(\b(most expensive|dearest|costliest|priciest|cheapest|largest|biggest|longest|slowest|fastest|top)\s+(?:(\d{1,2})\s+)?(?:single |individual )?(?:calls?|requests?|prompts?)\b)"_s);
    static const QRegularExpression which(
        uR"(\bwhich (?:calls?|requests?) (?:cost|costs|was|were|is|are)(?: the)? (most|most expensive|dearest|slowest|longest|cheapest)\b)"_s);
    auto found = top.match(text);
    if (!found.hasMatch())
        found = which.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    const QString adjective = found.captured(1);
    Measure measure{MeasureKind::TopCalls};
    if (says(adjective, u"slowest|fastest|longest"_s) || says(text, u"\\bby (?:latency|duration)"_s))
        measure.order = CallOrder::Latency;
    if (says(found.captured(), u"prompt|^largest"_s) || says(text, u"\\bby tokens"_s))
        measure.order = CallOrder::Tokens;
    measure.upwards = !says(adjective, u"cheapest|fastest"_s);
    if (const int most = found.captured(2).toInt(); most > 0)
        measure.number = most;
    return measure;
}

/// "longer than 5 s", "more than $0.05", "over 2000 tokens".
std::optional<Measure> beyondIn(const QString& text) {
    static const QRegularExpression limit(
        uR"(\b(?:how many|show|list|which)(?: me)?(?: all| the)? (?:calls|requests)\b.*?\b(longer|slower|more|over|above|greater|less|shorter|faster|under|below|fewer)\b(?: than)?\s*(\$)?(\d+(?:\.\d+)?)\s*(ms|milliseconds?|min|minutes?|s|secs?|seconds?|usd|dollars?|cents?|\$|tokens?)?(?![\w%]))"_s);
    const auto found = limit.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    Measure measure{MeasureKind::Beyond};
    measure.upwards = says(found.captured(1), u"longer|slower|more|over|above|greater"_s);
    const double value = found.captured(3).toDouble();
    const QString unit = found.captured(4);
    double factor = 0;
    if (!found.captured(2).isEmpty() || says(unit, u"^(?:usd|dollars?|\\$)$"_s))
        factor = 1e12;
    else if (unit.startsWith(u"cent"_s))
        factor = 1e10;
    else if (unit.startsWith(u"token"_s)) {
        measure.order = CallOrder::Tokens;
        factor = 1;
    } else if (!unit.isEmpty()) {
        measure.order = CallOrder::Latency;
        factor = says(unit, u"^m(?:s|illi)"_s) ? 1e3 : unit.startsWith(u'm') ? 6e7 : 1e6;
    }
    if (factor <= 0)
        return std::nullopt;
    measure.limit = std::llround(value * factor);
    measure.words = found.captured(2) + found.captured(3);
    if (!unit.isEmpty())
        measure.words += u' ' + (unit == u"usd" ? u"USD"_s : unit);
    return measure;
}

using NounAndDimension = std::pair<QString, QString>;

const std::vector<NounAndDimension>& nounsOfDimensions() {
    static const std::vector<NounAndDimension> nouns{
        {u"users?|people|developers?"_s, u"user"_s},   {u"models?"_s, u"model"_s},
        {u"services?|features?"_s, u"service"_s},      {u"projects?|teams?"_s, u"project"_s},
        {u"sessions?|conversations?"_s, u"session"_s}, {u"apps?|applications?"_s, u"app"_s},
        {u"providers?|vendors?"_s, u"provider"_s}};
    return nouns;
}

/// "Users who spent more than 0.5 USD".
std::optional<Measure> costLimitIn(const QString& text) {
    static const QRegularExpression limit(
        uR"(\b(?:cost|costs|spent|spend|spending|paid)\b.*\b(more|over|above|less|under|below)\b(?: than)?\s*\$?\s*(\d+(?:\.\d+)?)\s*(?:usd|dollars?|\$)?(?!\s*(?:%|percent|tokens?|calls|times|s\b|ms\b)))"_s);
    const auto found = limit.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    for (const auto& [noun, dimension] : nounsOfDimensions()) {
        if (!says(text, u"\\b(?:"_s + noun + u") (?:who|that|which|have|has|cost|costs|spent|with)\\b"_s))
            continue;
        Measure measure{MeasureKind::Ranked};
        measure.dimension = dimension;
        measure.upwards = says(found.captured(1), u"more|over|above"_s);
        measure.words = found.captured(2);
        return measure;
    }
    return std::nullopt;
}

std::optional<Measure> distinctIn(const QString& text) {
    for (const auto& [noun, dimension] : nounsOfDimensions()) {
        if (says(text, u"\\b(?:how many|number of) (?:different |distinct |unique |active )?(?:"_s + noun +
                           u")\\b(?!.*\\b(?:more|less|over|above|under|below|at least)\\b)"_s)) {
            Measure measure{MeasureKind::Distinct};
            measure.dimension = dimension;
            return measure;
        }
    }
    return std::nullopt;
}

std::optional<Measure> priceChangeIn(const QString& text) {
    static const QRegularExpression change(
        uR"(\bprices?\b.*?\b(ris\w*|rose|increas\w*|go up|goes up|went up|grow\w*|higher|dearer|drop\w*|fall\w*|fell|go down|goes down|decreas\w*|lower|cheaper)\b.*?(\d{1,4})\s*(?:%|percent))"_s);
    const auto found = change.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    Measure measure{MeasureKind::PriceChange};
    const bool falls =
        says(found.captured(1), u"^(?:drop|fall|fell|go down|goes down|decreas|lower|cheaper)"_s);
    measure.number = falls ? -found.captured(2).toInt() : found.captured(2).toInt();
    return measure;
}

/// "Which user made the most calls", "cheapest model per call", "how many calls per day".
std::optional<Measure> rankedIn(const QString& text, const QString& dimension) {
    Measure measure{MeasureKind::Ranked};
    measure.dimension = dimension;
    const bool perCall = says(text, uR"(\bper (?:call|request)\b)"_s);
    measure.rank = perCall ? Measure::Rank::CostPerCall : Measure::Rank::Cost;
    if (says(text,
             uR"(\b(?:cheapest|least expensive|lowest costs?)\b|\bcosts? (?:us )?(?:the )?least\b)"_s)) {
        measure.upwards = false;
        return measure;
    }
    if (perCall && says(text, uR"(\b(?:most expensive|dearest|costliest|priciest)\b)"_s))
        return measure;
    // "Average cost per call by service".
    if (perCall && says(text, u"\\b(?:costs?|price|spen\\w*)\\b"_s))
        return measure;
    if (says(text, u"\\b(?:costs?|spen\\w*)\\b"_s))
        return std::nullopt;
    measure.upwards = !says(text, uR"(\b(?:fewest|least|quietest)\b)"_s);
    if (says(text, uR"(\b(?:most|fewest|least|how many) tokens\b|^\W*(?:and )?tokens (?:per|by)\b)"_s)) {
        measure.rank = Measure::Rank::Tokens;
        return measure;
    }
    measure.rank = Measure::Rank::Calls;
    return says(
               text,
               uR"(\b(?:most|fewest|least|how many) (?:calls|requests)\b|\b(?:most|least) used\b|\b(?:busiest|quietest)\b|^\W*(?:and )?calls (?:per|by)\b)"_s)
               ? std::optional(measure)
               : std::nullopt;
}

std::optional<Measure> budgetIn(const QString& text) {
    static const QRegularExpression budget(
        uR"(\bbudget (?:of|is|was)\s*\$?\s*(\d+(?:\.\d+)?)|\b(\d+(?:\.\d+)?)\s*(?:usd|dollars?|\$) budget\b|\$(\d+(?:\.\d+)?) budget\b)"_s);
    const auto found = budget.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    Measure measure{MeasureKind::Budget};
    measure.words = found.captured(1) + found.captured(2) + found.captured(3);
    return measure;
}

/// Failures are asked for in many ways; wishes to lower them are no questions for a figure.
std::optional<MeasureKind> failureKind(const QString& text, bool broken) {
    if (says(text, uR"(\b(?:reduc|lower|improv|cut|optimi|avoid|decreas|fix)\w*)"_s))
        return std::nullopt;
    if (says(
            text,
            uR"(\btokens?\b.*\b(?:wasted|lost|spent|burned)\b.*\b(?:error|fail|timeout)|\bwasted\b.*\btokens?\b)"_s))
        return MeasureKind::WastedTokens;
    const bool counts =
        says(text, uR"(\b(?:how many|number of|count of|what (?:percentage|percent|share|fraction) of)\b)"_s);
    if (says(text, uR"(\btime-?outs?\b|\btimed out\b)"_s) && !says(text, u"\\berrors?\\b|\\bfail"_s) &&
        (broken || counts) && !says(text, u"\\b(?:cost|spen|wast)"_s))
        return MeasureKind::Timeouts;
    if (says(
            text,
            uR"(^\W*(?:and |but |only |just |now |ok |the )*(?:time-?outs?|timed out)(?: ones| calls)?\W*$)"_s))
        return MeasureKind::Timeouts;
    if (says(text, uR"(\b(?:error|failure|fail|timeout)s? rates?\b)"_s))
        return broken ? MeasureKind::FailureRate : MeasureKind::FailedCalls;
    if (broken && says(text, uR"(\bmost (?:errors|failures|failed|timeouts)\b)"_s))
        return MeasureKind::FailedCalls;
    if (counts && says(text, uR"(\b(?:failed|fail|failures|errors)\b)"_s) && !says(text, u"\\btokens?\\b"_s))
        return MeasureKind::FailedCalls;
    return std::nullopt;
}

std::optional<MeasureKind> meanKind(const QString& text) {
    const QString duration = u"(?:latency|latencies|response times?|duration)"_s;
    const QString mean = u"(?:average|avg|mean)"_s;
    if (says(text, u"\\bmedian\\b"_s) && !says(text, u"\\btokens?\\b"_s))
        return says(text, duration) ? MeasureKind::MeanLatency : MeasureKind::MedianCost;
    if (says(text, u"\\b"_s + mean + u"\\b.*\\b"_s + duration + u"|\\b"_s + duration + u"\\b.*\\b"_s + mean +
                       u"\\b|\\bhow long (?:does|do|did) (?:a|our|the|my)? ?(?:calls?|requests?) take"_s))
        return MeasureKind::MeanLatency;
    if (says(
            text,
            uR"(\b(?:per|each)\s+(?:1\s?k|1[.,]?000|thousand|100)\s+(?:calls|requests)|\b(?:per|each|for)\s+(?:a\s+)?(?:1\s?m|1\s?million|million|1\s?k|thousand|1[.,]?000)\s*tokens?\b|\b(?:cost|price) per token\b)"_s))
        return MeasureKind::CostRates;
    if (says(text, uR"(\btokens\b.*\b(?:per|a) (?:call|request)\b|\b(?:average|avg|mean)\b.*\btokens\b)"_s) &&
        !says(text, u"\\bcosts?\\b"_s))
        return MeasureKind::TokensPerCall;
    return std::nullopt;
}

/// "Which user has the highest median latency": an order, for which the table of percentiles is.
bool ordersByPercentile(const QString& text) {
    const auto ranking = readRanking(text);
    return ranking && ranking->measure == Ranking::Measure::Latency &&
           !says(text, u"\\b(?:average|avg|mean)\\b"_s);
}

bool asksForGrowth(const QString& text) {
    return says(
        text,
        uR"(\b(?:which|what|who)\b.*\b(?:grew|grown|increased|rose|growing)\b.*\b(?:most|fastest)\b|\b(?:biggest|largest|highest|fastest) (?:growth|increase|rise)\b|\bfastest growing\b)"_s);
}

bool asksForBatch(const QString& text) {
    return says(text, uR"(\bbatch\w*\b)"_s) &&
           says(text, uR"(\b(?:sav|cost|cheap|much|discount|price|pay|spen|worth|bring)\w*)"_s);
}

Measure ofKindAndDimension(MeasureKind kind, const QStringList& dimensions, bool upwards = true) {
    Measure measure{kind};
    measure.dimension = dimensions.value(0);
    measure.upwards = upwards;
    return measure;
}

} // namespace

std::optional<Measure> measureIn(const QString& text, const QStringList& dimensions) {
    if (says(text, u"\\bwhy\\b|\\bcompare"_s))
        return std::nullopt;
    const bool broken = !dimensions.isEmpty();
    if (broken && asksWhoseCalls(text))
        return orderOfCallers(text, dimensions.front());
    for (const auto& read : {notComputed, beyondIn, topCallsIn, priceChangeIn, budgetIn, costLimitIn}) {
        if (auto measure = read(text))
            return measure;
    }
    if (const auto list = callListIn(text); list && !broken) {
        Measure measure{MeasureKind::Listed};
        measure.list = *list;
        return measure;
    }
    if (const auto kind = failureKind(text, broken))
        return ofKindAndDimension(*kind, dimensions, !asksForLeast(text).value_or(false));
    if (broken && ordersByPercentile(text))
        return std::nullopt;
    if (broken && says(text, uR"(\b(?:most|highest(?: number of)?) tokens per (?:call|request)\b)"_s)) {
        Measure measure = ofKindAndDimension(MeasureKind::Ranked, dimensions);
        measure.rank = Measure::Rank::TokensPerCall;
        return measure;
    }
    if (const auto kind = meanKind(text))
        return ofKindAndDimension(*kind, dimensions);
    if (broken && !isTimeDimension(dimensions.front()) && asksForGrowth(text))
        return ofKindAndDimension(MeasureKind::MostGrown, dimensions);
    if (broken) {
        if (auto ranked = rankedIn(text, dimensions.front()))
            return ranked;
    }
    if (asksForBatch(text))
        return Measure{MeasureKind::Batch};
    return distinctIn(text);
}

} // namespace apex::backend
