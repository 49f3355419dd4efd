// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_record.h"
#include "backend/usage/record_parsers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace apex::backend {

namespace {

namespace dom = simdjson::dom;
using Element = JsonRecord::Element;
using Attributes = std::map<std::string_view, std::string, std::less<>>;

/// OTLP attributes are a list of {key, value: {stringValue | intValue | doubleValue | boolValue}}.
void readAttributes(const Element& from, Attributes& attributes) {
    dom::array list;
    const auto found = JsonRecord::at(from, "attributes");
    if (!found || found->get(list))
        return;
    for (const Element& item : list) {
        const std::string_view key = JsonRecord::text(item, "key");
        for (const std::string_view type : {"value/stringValue", "value/intValue", "value/doubleValue"}) {
            if (std::string value = JsonRecord::number(item, type); !value.empty() && !key.empty())
                attributes[key] = std::move(value);
        }
    }
}

std::string_view firstOf(const Attributes& attributes, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        if (const auto found = attributes.find(key); found != attributes.end() && !found->second.empty())
            return found->second;
    }
    return {};
}

std::optional<RejectReason> readTokens(std::string_view text, std::int64_t& tokens, bool* present = nullptr) {
    if (text.empty())
        return std::nullopt;
    const DecimalResult number = parseDecimal(text, 0, false);
    if (number.problem != DecimalProblem::None)
        return RejectReason::BadTokens;
    if (number.units < 0)
        return RejectReason::NegativeTokens;
    if (number.units > 1'000'000'000)
        return RejectReason::AbsurdTokens;
    tokens = static_cast<std::int64_t>(number.units);
    if (present)
        *present = true;
    return std::nullopt;
}

/// Microseconds of a "...UnixNano" text.
std::int64_t microsecondsOf(const Element& span, std::string_view key) {
    const std::string text = JsonRecord::number(span, key);
    std::int64_t nanoseconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nanoseconds);
    return error == std::errc() && end == text.data() + text.size() ? nanoseconds / 1000 : 0;
}

/// Spans of calls to generative models by OpenTelemetry's semantic conventions, as the collector's file
/// exporter writes them.
class OtlpSpans final : public RecordParser {
public:
    explicit OtlpSpans(const ReadOptions& options) : m_latestUs(options.latestTimestampUs) {}
    std::optional<RejectReason> parse(std::string_view record, std::int64_t line, RecordBatch& batch,
                                      ReadReport& report) override;

private:
    void readResource(const Element& resource, std::int64_t line, RecordBatch& batch, ReadReport& report);
    void readSpan(const Element& span, Attributes attributes, std::int64_t line, RecordBatch& batch,
                  ReadReport& report) const;
    std::optional<RejectReason> takeNumbers(const Attributes& attributes, const Element& span,
                                            CallRecord& record) const;

    std::int64_t m_latestUs;
    JsonRecord m_json;
};

std::optional<RejectReason> OtlpSpans::parse(std::string_view record, std::int64_t line, RecordBatch& batch,
                                             ReadReport& report) {
    if (auto problem = m_json.parse(record))
        return problem;
    dom::array resources;
    // A line holds the whole message, a document is delivered resource by resource.
    if (const auto list = JsonRecord::at(m_json.root(), "resourceSpans"); list && !list->get(resources)) {
        for (const Element& resource : resources)
            readResource(resource, line, batch, report);
    } else {
        readResource(m_json.root(), line, batch, report);
    }
    return std::nullopt;
}

void OtlpSpans::readResource(const Element& resource, std::int64_t line, RecordBatch& batch,
                             ReadReport& report) {
    Attributes shared;
    if (const auto described = JsonRecord::at(resource, "resource"))
        readAttributes(*described, shared);
    dom::array scopes;
    const auto found = JsonRecord::at(resource, "scopeSpans");
    if (!found || found->get(scopes))
        return;
    for (const Element& scope : scopes) {
        dom::array spans;
        const auto list = JsonRecord::at(scope, "spans");
        if (!list || list->get(spans))
            continue;
        for (const Element& span : spans)
            readSpan(span, shared, line, batch, report);
    }
}

std::optional<RejectReason> OtlpSpans::takeNumbers(const Attributes& attributes, const Element& span,
                                                   CallRecord& record) const {
    std::int64_t prompt = 0;
    std::optional<RejectReason> problem;
    if ((problem =
             readTokens(firstOf(attributes, {"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"}),
                        prompt, &record.hasInput)) ||
        (problem =
             readTokens(firstOf(attributes, {"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"}),
                        record.output, &record.hasOutput)) ||
        (problem = readTokens(
             firstOf(attributes, {"gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cached_tokens"}),
             record.cacheRead)) ||
        (problem = readTokens(firstOf(attributes, {"gen_ai.usage.cache_creation.input_tokens",
                                                   "gen_ai.usage.cache_write.input_tokens"}),
                              record.cacheWrite5m)) ||
        (problem = readTokens(
             firstOf(attributes, {"gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"}),
             record.reasoning)))
        return problem;
    // By the convention the input tokens include those of the cache.
    const std::int64_t cached = record.cacheRead + record.cacheWrite5m;
    record.input = cached <= prompt ? prompt - cached : prompt;
    if (const std::string_view cost = firstOf(attributes, {"gen_ai.usage.cost", "gen_ai.cost.usd"});
        !cost.empty()) {
        const DecimalResult amount = parseDecimal(cost, Money::decimals, false);
        if (amount.problem != DecimalProblem::None || amount.units < 0)
            return amount.units < 0 ? RejectReason::NegativeCost : RejectReason::BadCost;
        record.recorded = Money::fromUnits(amount.units);
        record.hasRecorded = true;
    }
    const std::int64_t began = microsecondsOf(span, "startTimeUnixNano");
    const std::int64_t ended = microsecondsOf(span, "endTimeUnixNano");
    if (began > 0 && ended >= began && ended - began < 36'000'000'000)
        record.latencyUs = ended - began;
    return takeTime(std::to_string(began), m_latestUs, record);
}

void OtlpSpans::readSpan(const Element& span, Attributes attributes, std::int64_t line, RecordBatch& batch,
                         ReadReport& report) const {
    readAttributes(span, attributes);
    static constexpr std::array<std::string_view, 3> notCalls{"invoke_agent", "create_agent", "execute_tool"};
    const std::string_view operation = firstOf(attributes, {"gen_ai.operation.name"});
    const std::string_view model = firstOf(attributes, {"gen_ai.response.model", "gen_ai.request.model"});
    // An agent's span sums up those of its calls; counting both would count every token twice.
    if (model.empty() || std::find(notCalls.begin(), notCalls.end(), operation) != notCalls.end()) {
        ++report.otherEntries;
        return;
    }
    CallRecord record;
    record.line = line;
    if (const auto problem = takeNumbers(attributes, span, record)) {
        report.reject(line, *problem, JsonRecord::text(span, "name"));
        return;
    }
    const std::string_view error = firstOf(attributes, {"error.type"});
    const std::string code = JsonRecord::number(span, "status/code");
    const bool failed = !error.empty() || code == "2" || code == "STATUS_CODE_ERROR";
    record.status = error == "timeout" ? CallStatus::Timeout : failed ? CallStatus::Error : CallStatus::Ok;
    const auto keep = [&](std::initializer_list<std::string_view> keys) {
        return batch.texts.keep(firstOf(attributes, keys));
    };
    record.model = batch.texts.keep(model);
    record.provider = keep({"gen_ai.provider.name", "gen_ai.system"});
    record.service = keep({"service.name"});
    record.session = keep({"gen_ai.conversation.id", "session.id"});
    record.user = keep({"enduser.id", "user.id"});
    record.project = keep({"service.namespace", "deployment.environment.name", "deployment.environment"});
    record.error = batch.texts.keep(error.substr(0, 200));
    record.requestId = keep({"gen_ai.response.id"});
    const std::string_view trace = JsonRecord::text(span, "traceId");
    const std::string_view id = JsonRecord::text(span, "spanId");
    if (!id.empty())
        record.identity = IdentityHash().add("otlp").add(trace).add(id).identity();
    ++report.rowsAccepted;
    batch.records.push_back(record);
}

} // namespace

std::unique_ptr<RecordParser> makeOtlpParser(const ReadOptions& options) {
    return std::make_unique<OtlpSpans>(options);
}

} // namespace apex::backend
