// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/money.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace apex::backend {

/// What a column or key of an input file can mean (platform-features.md 5.4).
enum class Field : std::uint8_t {
    Timestamp,
    Provider,
    Model,
    App,
    Service,
    User,
    RequestId,
    Status,
    ErrorText, ///< a message that is only there when the call failed
    PromptTokens,
    CompletionTokens,
    CachedTokens,     ///< part of the prompt tokens
    CacheReadTokens,  ///< counted beside the input tokens, as Anthropic's API does
    CacheWriteTokens, ///< counted beside the input tokens, as Anthropic's API does
    TotalTokens,
    CostUsd,
    CostCents,
    LatencyMs,
    LatencySeconds,
    TtftMs,
    PromptHash,
    Calls, ///< a row that sums up several calls
    Project,
    Session,
    MessageId,
    CacheWrite1hTokens, ///< of the cache writes, those that last an hour; counted beside the input tokens
    ReasoningTokens,    ///< part of the completion tokens
    Batch,              ///< whether the call was billed as batch
    EndTime,            ///< with the timestamp it gives the latency
    LineItem,           ///< what an amount of a cost export is for
    FirstTokenTime,     ///< with the timestamp it gives the time to first token
};
inline constexpr std::size_t fieldCount = static_cast<std::size_t>(Field::FirstTokenTime) + 1;

/// The texts of one record, by meaning; empty = absent. Views live as long as the reader's buffer.
struct RawRow {
    std::array<std::string_view, fieldCount> values{};

    [[nodiscard]] std::string_view operator[](Field field) const {
        return values[static_cast<std::size_t>(field)];
    }
    void set(Field field, std::string_view text) { values[static_cast<std::size_t>(field)] = text; }
    void clear() { values.fill({}); }
};

enum class CallStatus : std::uint8_t { Unknown, Ok, Error, Timeout };

/// One call of a model, in canonical units. Texts are valid during the callback only.
struct UsageRow {
    std::int64_t calls = 1;       ///< more than one (or none) where the row sums up calls
    std::int64_t timestampUs = 0; ///< microseconds since 1970 UTC, if hasTimestamp
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::int64_t cachedTokens = 0;       ///< part of promptTokens
    std::int64_t unsplitTokens = 0;      ///< a total without prompt/completion split
    std::int64_t cacheWrite5mTokens = 0; ///< part of promptTokens
    std::int64_t cacheWrite1hTokens = 0; ///< part of promptTokens
    std::int64_t reasoningTokens = 0;    ///< part of completionTokens
    std::int64_t ttftHundredths = -1;    ///< hundredths of a millisecond to the first token; -1: not recorded
    std::int64_t line = 0;               ///< line of the file on which the record starts
    std::int64_t latencyHundredths = 0;  ///< hundredths of a millisecond, if hasLatency
    Money cost;                          ///< as recorded, if hasCost
    std::string_view provider;
    std::string_view model;
    std::string_view app;
    std::string_view service;
    std::string_view user;
    std::string_view promptHash;
    std::string_view project;
    std::string_view session;
    std::string_view requestId;
    std::string_view messageId;
    std::string_view error;
    std::string_view lineItem;
    CallStatus status = CallStatus::Unknown;
    bool hasTimestamp = false;
    bool hasPromptTokens = false;
    bool hasCompletionTokens = false;
    bool hasCost = false;
    bool hasLatency = false;
    bool batch = false;
    bool unknownStatusWord = false; ///< there was a status, but none of the known words
};

/// Why a record was not counted.
enum class RejectReason : std::uint8_t {
    FieldCount,
    CutOff,
    UnclosedQuote,
    TooLong,
    NotUtf8,
    NulByte,
    NotJson,
    NotAnObject,
    NoUsage,
    BadCalls,
    BadTimestamp,
    AmbiguousDate,
    AbsurdTimestamp,
    BadTokens,
    NegativeTokens,
    AbsurdTokens,
    BadCost,
    DecimalComma,
    TooPreciseCost,
    NegativeCost,
    AbsurdCost,
    BadLatency,
    NegativeLatency,
    AbsurdLatency,
};
inline constexpr std::size_t rejectReasonCount = static_cast<std::size_t>(RejectReason::AbsurdLatency) + 1;

} // namespace apex::backend
