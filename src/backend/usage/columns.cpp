// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/columns.h"

#include <QCoreApplication>
#include <QStringList>

#include <array>
#include <unordered_map>
#include <utility>

namespace apex::backend {

namespace {

using Synonyms = std::unordered_map<std::string_view, Field>;

/// Names are compared without case and punctuation; the more telling name comes first in each line.
const Synonyms& columnSynonyms() { // NOLINT(readability-function-size): a table, not a procedure
    static const Synonyms table{{"calls", Field::Calls},
                                {"apicalls", Field::Calls},
                                {"nummodelrequests", Field::Calls},
                                {"requestcount", Field::Calls},
                                {"requests", Field::Calls},
                                {"callcount", Field::Calls},
                                {"starttimeiso", Field::Timestamp},
                                {"amountvalue", Field::CostUsd},
                                {"timestamp", Field::Timestamp},
                                {"tsutc", Field::Timestamp},
                                {"ts", Field::Timestamp},
                                {"timestamputc", Field::Timestamp},
                                {"time", Field::Timestamp},
                                {"datetime", Field::Timestamp},
                                {"date", Field::Timestamp},
                                {"created", Field::Timestamp},
                                {"createdat", Field::Timestamp},
                                {"starttime", Field::Timestamp},
                                {"eventtime", Field::Timestamp},
                                {"requesttime", Field::Timestamp},
                                {"provider", Field::Provider},
                                {"vendor", Field::Provider},
                                {"modelprovider", Field::Provider},
                                {"model", Field::Model},
                                {"modelname", Field::Model},
                                {"modelid", Field::Model},
                                {"engine", Field::Model},
                                {"deployment", Field::Model},
                                {"app", Field::App},
                                {"application", Field::App},
                                {"appname", Field::App},
                                {"project", Field::Project},
                                {"projectid", Field::Project},
                                {"projectname", Field::Project},
                                {"workspace", Field::Project},
                                {"workspaceid", Field::Project},
                                {"team", Field::Project},
                                {"teamid", Field::Project},
                                {"session", Field::Session},
                                {"sessionid", Field::Session},
                                {"conversationid", Field::Session},
                                {"threadid", Field::Session},
                                {"messageid", Field::MessageId},
                                {"responseid", Field::RequestId},
                                {"lineitem", Field::LineItem},
                                {"tokentype", Field::LineItem},
                                {"costtype", Field::LineItem},
                                {"endtime", Field::EndTime},
                                {"completionstarttime", Field::FirstTokenTime},
                                {"firsttokentime", Field::FirstTokenTime},
                                {"customllmprovider", Field::Provider},
                                {"enduser", Field::User},
                                {"useremail", Field::User},
                                {"apikeyname", Field::Service},
                                {"apikeyalias", Field::Service},
                                {"batch", Field::Batch},
                                {"isbatch", Field::Batch},
                                {"servicetier", Field::Batch},
                                {"usagetype", Field::Batch},
                                {"usagedateutc", Field::Timestamp},
                                {"usagedate", Field::Timestamp},
                                {"day", Field::Timestamp},
                                {"bucketstarttime", Field::Timestamp},
                                {"startingat", Field::Timestamp},
                                {"modelversion", Field::Model},
                                {"usageinputtokensnocache", Field::PromptTokens},
                                {"uncachedinputtokens", Field::PromptTokens},
                                {"usageinputtokenscachewrite5m", Field::CacheWriteTokens},
                                {"usageinputtokenscachewrite1h", Field::CacheWrite1hTokens},
                                {"usageinputtokenscacheread", Field::CacheReadTokens},
                                {"usageoutputtokens", Field::CompletionTokens},
                                {"cachewrite5mtokens", Field::CacheWriteTokens},
                                {"cachewrite1htokens", Field::CacheWrite1hTokens},
                                {"ephemeral5minputtokens", Field::CacheWriteTokens},
                                {"ephemeral1hinputtokens", Field::CacheWrite1hTokens},
                                {"reasoningtokens", Field::ReasoningTokens},
                                {"thoughtstokencount", Field::ReasoningTokens},
                                {"outputreasoningtokens", Field::ReasoningTokens},
                                {"service", Field::Service},
                                {"servicename", Field::Service},
                                {"component", Field::Service},
                                {"feature", Field::Service},
                                {"user", Field::User},
                                {"userref", Field::User},
                                {"userid", Field::User},
                                {"username", Field::User},
                                {"customer", Field::User},
                                {"customerid", Field::User},
                                {"requestid", Field::RequestId},
                                {"eventid", Field::RequestId},
                                {"traceid", Field::RequestId},
                                {"callid", Field::RequestId},
                                {"status", Field::Status},
                                {"outcome", Field::Status},
                                {"state", Field::Status},
                                {"statuscode", Field::Status},
                                {"httpstatus", Field::Status},
                                {"success", Field::Status},
                                {"error", Field::ErrorText},
                                {"errormessage", Field::ErrorText},
                                {"errortype", Field::ErrorText},
                                {"prompttokens", Field::PromptTokens},
                                {"inputtokens", Field::PromptTokens},
                                {"tokensinput", Field::PromptTokens},
                                {"tokensin", Field::PromptTokens},
                                {"promptokens", Field::PromptTokens},
                                {"intokens", Field::PromptTokens},
                                {"tokensprompt", Field::PromptTokens},
                                {"inputtokencount", Field::PromptTokens},
                                {"prompttokencount", Field::PromptTokens},
                                {"ncontexttokenstotal", Field::PromptTokens},
                                {"completiontokens", Field::CompletionTokens},
                                {"outputtokens", Field::CompletionTokens},
                                {"tokensoutput", Field::CompletionTokens},
                                {"tokensout", Field::CompletionTokens},
                                {"outtokens", Field::CompletionTokens},
                                {"tokenscompletion", Field::CompletionTokens},
                                {"outputtokencount", Field::CompletionTokens},
                                {"candidatestokencount", Field::CompletionTokens},
                                {"ngeneratedtokenstotal", Field::CompletionTokens},
                                {"generatedtokens", Field::CompletionTokens},
                                {"cachedtokens", Field::CachedTokens},
                                {"cachedinputtokens", Field::CachedTokens},
                                {"tokenscached", Field::CachedTokens},
                                {"cachedprompttokens", Field::CachedTokens},
                                {"inputcachedtokens", Field::CachedTokens},
                                {"cachedcontenttokencount", Field::CachedTokens},
                                {"cachereadinputtokens", Field::CacheReadTokens},
                                {"cachereadtokens", Field::CacheReadTokens},
                                {"cachecreationinputtokens", Field::CacheWriteTokens},
                                {"cachewritetokens", Field::CacheWriteTokens},
                                {"totaltokens", Field::TotalTokens},
                                {"tokensused", Field::TotalTokens},
                                {"tokens", Field::TotalTokens},
                                {"tokenstotal", Field::TotalTokens},
                                {"totaltokencount", Field::TotalTokens},
                                {"costusd", Field::CostUsd},
                                {"cost", Field::CostUsd},
                                {"totalcost", Field::CostUsd},
                                {"totalcostusd", Field::CostUsd},
                                {"usd", Field::CostUsd},
                                {"amountusd", Field::CostUsd},
                                {"spend", Field::CostUsd},
                                {"spendusd", Field::CostUsd},
                                {"priceusd", Field::CostUsd},
                                {"costcents", Field::CostCents},
                                {"costcent", Field::CostCents},
                                {"cents", Field::CostCents},
                                {"latencyms", Field::LatencyMs},
                                {"latency", Field::LatencyMs},
                                {"durationms", Field::LatencyMs},
                                {"responsetimems", Field::LatencyMs},
                                {"elapsedms", Field::LatencyMs},
                                {"totale2ems", Field::LatencyMs},
                                {"latencys", Field::LatencySeconds},
                                {"latencyseconds", Field::LatencySeconds},
                                {"latencysec", Field::LatencySeconds},
                                {"durationseconds", Field::LatencySeconds},
                                {"durations", Field::LatencySeconds},
                                {"ttftms", Field::TtftMs},
                                {"timetofirsttokenms", Field::TtftMs},
                                {"timetofirsttoken", Field::TtftMs},
                                {"ttft", Field::TtftMs},
                                {"prompthash", Field::PromptHash},
                                {"prompthashsha256", Field::PromptHash},
                                {"prompsha256", Field::PromptHash},
                                {"promptsha256", Field::PromptHash},
                                {"promptfingerprint", Field::PromptHash}};
    return table;
}

/// Nested keys by full path; a single key at the top goes through the column names.
const Synonyms& pathSynonyms() {
    static const Synonyms table{
        {"event_metadata.timestamp_utc", Field::Timestamp},
        {"event_metadata.timestamp", Field::Timestamp},
        {"event_metadata.event_id", Field::RequestId},
        {"trace_context.trace_id", Field::RequestId},
        {"identity_context.user_id", Field::User},
        {"application_context.app_name", Field::App},
        {"application_context.service_name", Field::Service},
        {"request.model.name", Field::Model},
        {"request.model.provider", Field::Provider},
        {"request.model", Field::Model},
        {"model.name", Field::Model},
        {"model.provider", Field::Provider},
        {"response.model", Field::Model},
        {"message.model", Field::Model},
        {"performance.latency_ms.total_e2e", Field::LatencyMs},
        {"performance.latency_ms.time_to_first_token", Field::TtftMs},
        {"performance.latency_ms", Field::LatencyMs},
        {"finops.cost.total_cost_usd", Field::CostUsd},
        {"cost.total_cost_usd", Field::CostUsd},
        {"cost.total_usd", Field::CostUsd},
        {"cost.usd", Field::CostUsd},
        {"response.status", Field::Status},
        {"usage.prompt_tokens_details.cached_tokens", Field::CachedTokens},
        {"usage.input_tokens_details.cached_tokens", Field::CachedTokens},
        {"usage.completion_tokens_details.reasoning_tokens", Field::ReasoningTokens},
        {"usage.output_tokens_details.reasoning_tokens", Field::ReasoningTokens},
        {"response.usage.completion_tokens_details.reasoning_tokens", Field::ReasoningTokens},
        {"response.system.provider_request_id", Field::RequestId},
        {"response.usage.prompt_tokens_details.cached_tokens", Field::CachedTokens},
        {"response.error.message", Field::ErrorText},
        {"error.message", Field::ErrorText},
        {"error.type", Field::ErrorText}};
    return table;
}

constexpr std::array<std::string_view, 8> containers{"metrics.",       "usage.",         "response.usage.",
                                                     "message.usage.", "usageMetadata.", "tokens.",
                                                     "attributes.",    "dimensions."};

std::string plainName(std::string_view name) {
    std::string plain;
    plain.reserve(name.size());
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            plain += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain += c;
        else if (static_cast<unsigned char>(c) >= 0x80)
            return {};
    }
    return plain;
}

/// Inside a token container the bare words say which tokens are meant.
std::optional<Field> fieldOfTokenWord(std::string_view word) {
    if (word == "input" || word == "prompt" || word == "in")
        return Field::PromptTokens;
    if (word == "output" || word == "completion" || word == "out")
        return Field::CompletionTokens;
    if (word == "cached")
        return Field::CachedTokens;
    return word == "total" ? std::optional(Field::TotalTokens) : std::nullopt;
}

} // namespace

std::optional<Field> fieldOfColumn(std::string_view name) {
    const Synonyms& table = columnSynonyms();
    const auto found = table.find(plainName(name));
    if (found != table.end())
        return found->second;
    // "metrics.cost_usd" and "usage.prompt_tokens" also appear as flattened column names.
    return name.find('.') == std::string_view::npos ? std::nullopt : fieldOfPath(name);
}

std::optional<Field> fieldOfPath(std::string_view path) {
    const Synonyms& table = pathSynonyms();
    if (const auto found = table.find(path); found != table.end())
        return found->second;
    if (path.find('.') == std::string_view::npos) {
        const auto found = columnSynonyms().find(plainName(path));
        return found == columnSynonyms().end() ? std::nullopt : std::optional(found->second);
    }
    for (const std::string_view container : containers) {
        if (!path.starts_with(container))
            continue;
        const std::string leaf = plainName(path.substr(container.size()));
        if (const auto found = columnSynonyms().find(leaf); found != columnSynonyms().end())
            return found->second;
        return container == "tokens." ? fieldOfTokenWord(leaf) : std::nullopt;
    }
    return std::nullopt;
}

std::string_view fieldName(Field field) {
    static constexpr std::array<std::string_view, fieldCount> names{"timestamp",
                                                                    "provider",
                                                                    "model",
                                                                    "app",
                                                                    "service",
                                                                    "user",
                                                                    "request_id",
                                                                    "status",
                                                                    "error",
                                                                    "prompt_tokens",
                                                                    "completion_tokens",
                                                                    "cached_tokens",
                                                                    "cache_read_input_tokens",
                                                                    "cache_creation_input_tokens",
                                                                    "total_tokens",
                                                                    "cost_usd",
                                                                    "cost_cents",
                                                                    "latency_ms",
                                                                    "latency_s",
                                                                    "ttft_ms",
                                                                    "prompt_hash",
                                                                    "calls",
                                                                    "project",
                                                                    "session",
                                                                    "message_id",
                                                                    "cache_write_1h_tokens",
                                                                    "reasoning_tokens",
                                                                    "batch",
                                                                    "end_time",
                                                                    "line_item",
                                                                    "first_token_time"};
    return names[static_cast<std::size_t>(field)];
}

QString canonicalName(Field field) {
    const std::string_view name = fieldName(field);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

QString fieldWords(Field field) { // NOLINT(readability-function-size): a table, not a procedure
    static constexpr std::array<const char*, fieldCount> words{
        QT_TRANSLATE_NOOP("UsageReader", "time of the call"),
        QT_TRANSLATE_NOOP("UsageReader", "provider"),
        QT_TRANSLATE_NOOP("UsageReader", "model"),
        QT_TRANSLATE_NOOP("UsageReader", "app"),
        QT_TRANSLATE_NOOP("UsageReader", "service"),
        QT_TRANSLATE_NOOP("UsageReader", "user"),
        QT_TRANSLATE_NOOP("UsageReader", "id of the request"),
        QT_TRANSLATE_NOOP("UsageReader", "status"),
        QT_TRANSLATE_NOOP("UsageReader", "error message"),
        QT_TRANSLATE_NOOP("UsageReader", "input tokens"),
        QT_TRANSLATE_NOOP("UsageReader", "output tokens"),
        QT_TRANSLATE_NOOP("UsageReader", "cached tokens, part of the input"),
        QT_TRANSLATE_NOOP("UsageReader", "tokens read from a cache, beside the input"),
        QT_TRANSLATE_NOOP("UsageReader", "tokens written to a cache, beside the input"),
        QT_TRANSLATE_NOOP("UsageReader", "tokens in total"),
        QT_TRANSLATE_NOOP("UsageReader", "cost in US dollars"),
        QT_TRANSLATE_NOOP("UsageReader", "cost in US cents"),
        QT_TRANSLATE_NOOP("UsageReader", "latency in milliseconds"),
        QT_TRANSLATE_NOOP("UsageReader", "latency in seconds"),
        QT_TRANSLATE_NOOP("UsageReader", "time to the first token in milliseconds"),
        QT_TRANSLATE_NOOP("UsageReader", "hash of the prompt"),
        QT_TRANSLATE_NOOP("UsageReader", "number of calls in the row"),
        QT_TRANSLATE_NOOP("UsageReader", "project"),
        QT_TRANSLATE_NOOP("UsageReader", "session"),
        QT_TRANSLATE_NOOP("UsageReader", "id of the message"),
        QT_TRANSLATE_NOOP("UsageReader", "tokens written to a cache for an hour"),
        QT_TRANSLATE_NOOP("UsageReader", "reasoning tokens, part of the output"),
        QT_TRANSLATE_NOOP("UsageReader", "whether it was a batch call"),
        QT_TRANSLATE_NOOP("UsageReader", "time of the end"),
        QT_TRANSLATE_NOOP("UsageReader", "what an amount is for"),
        QT_TRANSLATE_NOOP("UsageReader", "time of the first token")};
    return QCoreApplication::translate("UsageReader", words[static_cast<std::size_t>(field)]);
}

QString fieldList() {
    QStringList names;
    for (std::size_t i = 0; i < fieldCount; ++i)
        names.append(canonicalName(static_cast<Field>(i)));
    return names.join(QStringLiteral(", "));
}

} // namespace apex::backend
