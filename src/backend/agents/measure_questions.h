// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/questions.h"
#include "backend/analysis/call_figures.h"

namespace apex::backend {

/// A figure that a request asks for by its name ("median cost per call", "how many calls took longer than 5
/// s").
struct Measure {
    enum class Kind {
        MedianCost,
        MeanLatency,
        CostRates, ///< per thousand calls and per million tokens
        TokensPerCall,
        TopCalls,
        Listed,   ///< the calls themselves
        Distinct, ///< "how many users"
        FailureRate,
        Timeouts,
        Beyond, ///< calls beyond a limit of time, money or tokens
        WastedTokens,
        FailedCalls,
        MostGrown,
        PriceChange,
        PriceOn, ///< "what would claude-haiku-4-5 cost us?"
        Batch,
        Share,
        Ranked,     ///< "which user made the most calls", "cheapest model per call"
        Budget,     ///< "we have a budget of 5 USD"
        NotComputed ///< known by name, but nothing that is calculated here
    };
    Kind kind = Kind::NotComputed;
    QString dimension{};               ///< to break it down by, or Distinct: what is counted; may be empty
    CallOrder order = CallOrder::Cost; ///< TopCalls, Beyond
    bool upwards = true;               ///< TopCalls: the largest; Beyond: above the limit
    /// Ranked: what by; CallOrder has no place for it.
    enum class Rank { Cost, CostPerCall, Calls, Tokens, TokensPerCall };
    Rank rank = Rank::Cost;
    std::int64_t limit = 0; ///< Beyond: in the unit of its order
    int number = 5;         ///< TopCalls: how many; PriceChange: percent, may be negative
    CallList list{};        ///< Listed
    QString words{};        ///< Beyond, Budget: the limit as written; NotComputed: the name
};

/// Reads one request on its own; `text` in lower case, `dimensions` those that it names.
[[nodiscard]] std::optional<Measure> measureIn(const QString& text, const QStringList& dimensions);
/// The figure that the question asks for, or that the one it goes on about asked for.
[[nodiscard]] std::optional<Measure> measureAsked(const RunState& state);
/// The tools for that figure, in the order of the answer; empty: the question asks for no single figure.
[[nodiscard]] std::vector<Question> measureQuestions(const RunState& state);
/// The tools for a request of which parts name rows of their own, in its order; empty: it has none, or it
/// asks for more than figures and tables.
[[nodiscard]] std::vector<Question> partQuestions(const RunState& state);
/// True if the answer is one figure, so that nothing else is looked at.
[[nodiscard]] bool asksForFigure(const RunState& state);

} // namespace apex::backend
