// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/row_builder.h"

#include "backend/usage/timestamp.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace apex::backend {

namespace {

constexpr std::int64_t maxTokens = 1'000'000'000;
constexpr std::int64_t maxLatencyHundredths = 10LL * 3600 * 100'000; // ten hours

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equalsWord(std::string_view text, std::string_view word) {
    return text.size() == word.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

template <std::size_t N>
bool isOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return equalsWord(text, word); });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

/// Words that exporters write where there is no value.
bool isAbsent(std::string_view text) {
    static constexpr std::array<std::string_view, 7> words{"null", "none", "nan", "n/a", "na", "-", "\\n"};
    return text.empty() || (text.size() <= 4 && isOneOf(text, words));
}

std::string_view valueOf(const RawRow& raw, Field field) {
    const std::string_view text = trimmed(raw[field]);
    return isAbsent(text) ? std::string_view() : text;
}

/// A whole number of tokens; "12.0" is taken, "12.5" is not.
std::optional<RejectReason> readTokens(std::string_view text, std::int64_t& tokens, bool& present) {
    present = !text.empty();
    if (!present)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tokens);
    if (error != std::errc() || end != text.data() + text.size()) {
        const DecimalResult number = parseDecimal(text, 0, false);
        if (number.problem == DecimalProblem::TooLarge)
            return text.front() == '-' ? RejectReason::NegativeTokens : RejectReason::AbsurdTokens;
        if (number.problem != DecimalProblem::None)
            return number.problem == DecimalProblem::DecimalComma ? RejectReason::DecimalComma
                                                                  : RejectReason::BadTokens;
        tokens = static_cast<std::int64_t>(number.units);
    }
    if (tokens < 0)
        return RejectReason::NegativeTokens;
    return tokens > maxTokens ? std::optional(RejectReason::AbsurdTokens) : std::nullopt;
}

std::optional<RejectReason> readCalls(const RawRow& raw, UsageRow& row) {
    const std::string_view text = valueOf(raw, Field::Calls);
    bool present = false;
    std::int64_t calls = 1;
    if (readTokens(text, calls, present))
        return RejectReason::BadCalls;
    row.calls = present ? calls : 1;
    return std::nullopt;
}

std::optional<RejectReason> readTimestamp(const RawRow& raw, const ValueRules& rules, UsageRow& row) {
    const std::string_view text = valueOf(raw, Field::Timestamp);
    row.hasTimestamp = !text.empty();
    if (!row.hasTimestamp)
        return std::nullopt;
    const TimestampResult time = parseTimestamp(text, rules.latestTimestampUs);
    row.timestampUs = time.us;
    switch (time.problem) {
    case TimestampProblem::None:
        return std::nullopt;
    case TimestampProblem::NotATime:
        return RejectReason::BadTimestamp;
    case TimestampProblem::Ambiguous:
        return RejectReason::AmbiguousDate;
    case TimestampProblem::Absurd:
        return RejectReason::AbsurdTimestamp;
    }
    return RejectReason::BadTimestamp;
}

std::optional<RejectReason> readAllTokens(const RawRow& raw, UsageRow& row) {
    std::int64_t cacheRead = 0;
    bool hasOther = false;
    std::int64_t total = 0;
    bool hasCached = false;
    bool hasRead = false;
    bool hasWrite = false;
    bool hasTotal = false;
    const auto take = [&](Field field, std::int64_t& tokens, bool& present) {
        return readTokens(valueOf(raw, field), tokens, present);
    };
    std::optional<RejectReason> problem;
    if ((problem = take(Field::PromptTokens, row.promptTokens, row.hasPromptTokens)) ||
        (problem = take(Field::CompletionTokens, row.completionTokens, row.hasCompletionTokens)) ||
        (problem = take(Field::CachedTokens, row.cachedTokens, hasCached)) ||
        (problem = take(Field::CacheReadTokens, cacheRead, hasRead)) ||
        (problem = take(Field::CacheWriteTokens, row.cacheWrite5mTokens, hasWrite)) ||
        (problem = take(Field::CacheWrite1hTokens, row.cacheWrite1hTokens, hasOther)) ||
        (problem = take(Field::ReasoningTokens, row.reasoningTokens, hasOther)) ||
        (problem = take(Field::TotalTokens, total, hasTotal)))
        return problem;
    row.promptTokens += cacheRead + row.cacheWrite5mTokens + row.cacheWrite1hTokens;
    row.cachedTokens += cacheRead;
    if (hasTotal && !row.hasPromptTokens && !row.hasCompletionTokens)
        row.unsplitTokens = total;
    return std::nullopt;
}

std::optional<RejectReason> readCost(const RawRow& raw, const ValueRules& rules, UsageRow& row) {
    std::string_view text = valueOf(raw, Field::CostUsd);
    const bool cents = text.empty();
    if (cents)
        text = valueOf(raw, Field::CostCents);
    row.hasCost = !text.empty();
    if (!row.hasCost)
        return std::nullopt;
    const DecimalResult number =
        parseDecimal(text, cents ? Money::decimals - 2 : Money::decimals, rules.decimalComma);
    row.cost = Money::fromUnits(number.units);
    static const Money limit = Money::fromDollars(1'000'000);
    switch (number.problem) {
    case DecimalProblem::None:
        break;
    case DecimalProblem::NotANumber:
        return RejectReason::BadCost;
    case DecimalProblem::DecimalComma:
        return RejectReason::DecimalComma;
    case DecimalProblem::TooPrecise:
        return RejectReason::TooPreciseCost;
    case DecimalProblem::TooLarge:
        return RejectReason::AbsurdCost;
    }
    if (row.cost < Money())
        return RejectReason::NegativeCost;
    return row.cost > limit ? std::optional(RejectReason::AbsurdCost) : std::nullopt;
}

/// Digits below a hundredth of a millisecond say nothing about a network call; they are cut, not an error.
std::optional<RejectReason> readLatency(const RawRow& raw, const ValueRules& rules, UsageRow& row) {
    std::string_view text = valueOf(raw, Field::LatencyMs);
    const bool seconds = text.empty();
    if (seconds)
        text = valueOf(raw, Field::LatencySeconds);
    row.hasLatency = !text.empty();
    if (!row.hasLatency)
        return std::nullopt;
    const DecimalResult number = parseDecimal(text, 20, rules.decimalComma);
    if (number.problem == DecimalProblem::TooLarge)
        return RejectReason::AbsurdLatency;
    if (number.problem != DecimalProblem::None)
        return number.problem == DecimalProblem::DecimalComma ? RejectReason::DecimalComma
                                                              : RejectReason::BadLatency;
    if (number.units < 0)
        return RejectReason::NegativeLatency;
    const Int128 hundredths = number.units / powerOfTen(seconds ? 15 : 18);
    if (hundredths > maxLatencyHundredths)
        return RejectReason::AbsurdLatency;
    row.latencyHundredths = static_cast<std::int64_t>(hundredths);
    return std::nullopt;
}

/// Time to first token, and both durations from instants where no durations are recorded (LiteLLM). What
/// cannot be read is left out: the row's cost and tokens do not depend on it.
void readInstants(const RawRow& raw, const ValueRules& rules, UsageRow& row) {
    const auto hundredthsTo = [&](Field field) -> std::int64_t {
        const TimestampResult time = parseTimestamp(valueOf(raw, field), rules.latestTimestampUs);
        const std::int64_t hundredths = (time.us - row.timestampUs) / 10;
        const bool usable = row.hasTimestamp && time.problem == TimestampProblem::None && hundredths >= 0;
        return usable && hundredths <= maxLatencyHundredths ? hundredths : -1;
    };
    const DecimalResult ttft = parseDecimal(valueOf(raw, Field::TtftMs), 20, rules.decimalComma);
    if (ttft.problem == DecimalProblem::None && ttft.units >= 0)
        row.ttftHundredths = static_cast<std::int64_t>(ttft.units / powerOfTen(18));
    else
        row.ttftHundredths = hundredthsTo(Field::FirstTokenTime);
    if (row.ttftHundredths > maxLatencyHundredths)
        row.ttftHundredths = -1;
    if (const std::int64_t latency = row.hasLatency ? -1 : hundredthsTo(Field::EndTime); latency >= 0) {
        row.hasLatency = true;
        row.latencyHundredths = latency;
    }
}

bool isBatch(std::string_view text) {
    static constexpr std::array<std::string_view, 4> words{"true", "1", "batch", "yes"};
    return isOneOf(text, words);
}

CallStatus statusOfCode(int code) {
    if (code == 408 || code == 504)
        return CallStatus::Timeout;
    if (code >= 400 && code <= 599)
        return CallStatus::Error;
    return code >= 100 && code <= 399 ? CallStatus::Ok : CallStatus::Unknown;
}

CallStatus statusOfWord(std::string_view text) {
    static constexpr std::array<std::string_view, 12> ok{"ok",        "success",  "succeeded", "successful",
                                                         "completed", "complete", "true",      "done",
                                                         "stop",      "finished", "1",         "pass"};
    static constexpr std::array<std::string_view, 12> error{"error",     "failed",     "failure", "fail",
                                                            "exception", "false",      "0",       "cancelled",
                                                            "errored",   "rate_limit", "aborted", "rejected"};
    static constexpr std::array<std::string_view, 5> timeout{"timeout", "timed_out", "timedout", "timed out",
                                                             "deadline_exceeded"};
    if (isOneOf(text, ok))
        return CallStatus::Ok;
    if (isOneOf(text, timeout))
        return CallStatus::Timeout;
    if (isOneOf(text, error))
        return CallStatus::Error;
    int code = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), code);
    return problem == std::errc() && end == text.data() + text.size() ? statusOfCode(code)
                                                                      : CallStatus::Unknown;
}

void readStatus(const RawRow& raw, UsageRow& row) {
    const std::string_view text = valueOf(raw, Field::Status);
    if (!text.empty()) {
        row.status = statusOfWord(text);
        row.unknownStatusWord = row.status == CallStatus::Unknown;
    } else if (!valueOf(raw, Field::ErrorText).empty()) {
        row.status = CallStatus::Error;
    }
}

} // namespace

std::optional<RejectReason> buildRow(const RawRow& raw, const ValueRules& rules, UsageRow& row) {
    row = UsageRow();
    row.model = valueOf(raw, Field::Model);
    std::optional<RejectReason> problem;
    if ((problem = readCalls(raw, row)) || (problem = readTimestamp(raw, rules, row)) ||
        (problem = readAllTokens(raw, row)) || (problem = readCost(raw, rules, row)) ||
        (problem = readLatency(raw, rules, row)))
        return problem;
    const bool hasTokens = row.hasPromptTokens || row.hasCompletionTokens || row.unsplitTokens > 0;
    if (row.model.empty() && !hasTokens && !row.hasCost)
        return RejectReason::NoUsage;
    row.provider = valueOf(raw, Field::Provider);
    row.app = valueOf(raw, Field::App);
    row.service = valueOf(raw, Field::Service);
    row.user = valueOf(raw, Field::User);
    row.promptHash = valueOf(raw, Field::PromptHash);
    row.project = valueOf(raw, Field::Project);
    row.session = valueOf(raw, Field::Session);
    row.requestId = valueOf(raw, Field::RequestId);
    row.messageId = valueOf(raw, Field::MessageId);
    row.error = valueOf(raw, Field::ErrorText);
    row.lineItem = valueOf(raw, Field::LineItem);
    row.batch = isBatch(valueOf(raw, Field::Batch));
    readInstants(raw, rules, row);
    readStatus(raw, row);
    return std::nullopt;
}

} // namespace apex::backend
