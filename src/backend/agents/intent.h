// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/ranking.h"
#include "backend/agents/time_words.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace apex::backend {

/// What a question is about; decides which tools run and the order of the answer, never its figures.
enum class Topic {
    Sql,        ///< a query of the user's own
    Statements, ///< "show the SQL"
    Reason,     ///< "why?"
    Periods,    ///< "compare May to June"
    Change,     ///< "was the upgrade worth it?"
    Anomalies,
    Retries,
    Context, ///< growth of the context within sessions
    Models,  ///< comparing or moving between models
    Latency,
    Errors,
    Growth,
    Caching,
    Savings,
    Trend,
    Limits, ///< rate limits
    Cost,
    Usage,
    Averages, ///< "what does a call cost on average?"
    Courtesy, ///< "thanks", "hello": nothing is asked
    Unclear,  ///< nothing that the rules know: nothing is calculated
};

/// "for feature X I can accept a latency of 500 ms".
struct LatencyLimit {
    QString feature; ///< as written; empty: everything
    int milliseconds = 0;
};

/// What one request of a conversation says about the rows it is about.
struct ScopeWords {
    QString text;      ///< in the words that the rules know
    QStringList names; ///< quoted names and model-like words
    std::optional<TimeWords> time;
    QStringList unreadTimes;    ///< look like a period and were not understood
    QStringList dimensions;     ///< that it breaks down by itself
    bool choosesModels = false; ///< models in it are compared or moved to, not filtered by
    bool startsOver = false;    ///< "everything": nothing before it restricts
    bool asksForChange = false; ///< "was the upgrade yesterday worth it?"
    QString moveFrom;
    QString moveTo;
};

/// What the words of a request say, and those of the requests before it.
struct Intent {
    std::vector<Topic> topics;        ///< in the order of weight; never empty
    QStringList keywords;             ///< the words that decided it
    QStringList dimensions;           ///< columns to break down by, in the order named: "project", "day", ...
    std::optional<TimeWords> time;    ///< "only last week"
    std::vector<TimeWords> periods;   ///< Topic::Periods: the two that are compared, as named
    QStringList notes;                ///< sentences: what was read in another way than it was written
    QStringList names;                ///< quoted names and model-like words, as written
    QString moveTo;                   ///< "move it to X"
    QString moveFrom;                 ///< "instead of Y"; empty: what the question before was about
    std::optional<int> sharePercent;  ///< "half of it"
    std::optional<int> targetPercent; ///< "reduce by 30 %"
    std::optional<int> growthPercent; ///< "usage grows by 50 %"
    std::optional<int> latencyFactorTenths; ///< "3x faster": 30
    std::optional<int> barePercent;         ///< a percentage that says of what by nothing: "and 20 %?"
    std::optional<Ranking> ranking;         ///< "top 3 users"
    std::vector<LatencyLimit> limits;
    QString sql;               ///< Topic::Sql: the query as written
    bool noExtraCost = false;  ///< "but I can't spend more"
    bool asksQuality = false;  ///< wants a judgement of quality, which no usage row holds
    bool decimalComma = false; ///< the user declared decimal commas
    bool followUp = false;     ///< goes on about the question before
    bool saysNothing = false;  ///< holds no word that the rules know; names may still be known to the rows
    ScopeWords own;            ///< what this request says about the rows
    std::vector<ScopeWords> turns; ///< the same of the requests it goes on about, oldest first

    [[nodiscard]] Topic main() const { return topics.front(); }
    [[nodiscard]] bool asksFor(Topic topic) const;
    /// A question with one short answer; everything else gets the whole report.
    [[nodiscard]] bool isNarrow() const;
};

/// Reads one request on its own; deterministic.
[[nodiscard]] Intent readIntent(const QString& request);
/// Reads a request as a part of its conversation: `earlier` are the user's messages before it, oldest first.
[[nodiscard]] Intent readIntent(const QString& request, const QStringList& earlier);
/// Name of a topic for results ("cost", "latency", ...).
[[nodiscard]] QString topicName(Topic topic);

} // namespace apex::backend
