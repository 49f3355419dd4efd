// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_record.h"
#include "backend/usage/record_parsers.h"

namespace apex::backend {

namespace {

namespace dom = simdjson::dom;
using Element = JsonRecord::Element;

/// Pages of the usage and cost interfaces of providers: buckets of time with results, each a sum over calls,
/// or an amount of money that stands beside the usage and is never added to it.
class ApiBuckets final : public RecordParser {
public:
    ApiBuckets(SourceKind kind, const ReadOptions& options)
        : m_anthropic(kind == SourceKind::AnthropicBuckets), m_latestUs(options.latestTimestampUs) {}
    std::optional<RejectReason> parse(std::string_view text, std::int64_t line, RecordBatch& batch,
                                      ReadReport& report) override;

private:
    std::optional<RejectReason> readBucket(const Element& bucket, std::int64_t line, RecordBatch& batch,
                                           ReadReport& report) const;
    std::optional<RejectReason> readResult(const Element& result, CallRecord& record,
                                           RecordBatch& batch) const;
    static std::optional<RejectReason> readOpenAi(const Element& result, CallRecord& record,
                                                  RecordBatch& batch);
    static std::optional<RejectReason> readAnthropic(const Element& result, CallRecord& record,
                                                     RecordBatch& batch);
    static std::optional<RejectReason> readBill(std::string_view amount, int scale, std::string_view currency,
                                                CallRecord& record);

    bool m_anthropic;
    std::int64_t m_latestUs;
    JsonRecord m_json;
};

std::optional<RejectReason> ApiBuckets::parse(std::string_view text, std::int64_t line, RecordBatch& batch,
                                              ReadReport& report) {
    if (auto problem = m_json.parse(text))
        return problem;
    dom::array pages;
    const auto data = JsonRecord::at(m_json.root(), "data");
    if (!data || data->get(pages)) // a document is delivered bucket by bucket
        return readBucket(m_json.root(), line, batch, report);
    for (const Element& bucket : pages) {
        if (const auto problem = readBucket(bucket, line, batch, report))
            report.reject(line, *problem, {});
    }
    return std::nullopt;
}

std::optional<RejectReason> ApiBuckets::readBucket(const Element& bucket, std::int64_t line,
                                                   RecordBatch& batch, ReadReport& report) const {
    CallRecord common;
    common.line = line;
    const std::string time = JsonRecord::number(bucket, m_anthropic ? "starting_at" : "start_time");
    if (auto problem = takeTime(time, m_latestUs, common))
        return problem;
    dom::array results;
    const auto list = JsonRecord::at(bucket, "results");
    if (!list || list->get(results))
        return RejectReason::NoUsage;
    if (results.size() == 0)
        ++report.otherEntries; // a day without use
    for (const Element& result : results) {
        CallRecord record = common;
        if (const auto problem = readResult(result, record, batch)) {
            report.reject(line, *problem, JsonRecord::text(result, "model"));
            continue;
        }
        ++report.rowsAccepted;
        batch.records.push_back(record);
    }
    return std::nullopt;
}

std::optional<RejectReason> ApiBuckets::readResult(const Element& result, CallRecord& record,
                                                   RecordBatch& batch) const {
    record.calls = 0;
    record.provider = m_anthropic ? "anthropic" : "openai";
    record.model = batch.texts.keep(JsonRecord::text(result, "model"));
    record.user = batch.texts.keep(JsonRecord::text(result, "user_id"));
    record.service = batch.texts.keep(JsonRecord::text(result, "api_key_id"));
    return m_anthropic ? readAnthropic(result, record, batch) : readOpenAi(result, record, batch);
}

std::optional<RejectReason> ApiBuckets::readBill(std::string_view amount, int scale,
                                                 std::string_view currency, CallRecord& record) {
    record.isBill = true;
    if (!currency.empty() && currency != "usd" && currency != "USD")
        return RejectReason::BadCost;
    const DecimalResult number = parseDecimal(amount, scale, false);
    record.recorded = Money::fromUnits(number.units);
    record.hasRecorded = true;
    switch (number.problem) {
    case DecimalProblem::None:
        return std::nullopt;
    case DecimalProblem::TooPrecise:
        return RejectReason::TooPreciseCost;
    case DecimalProblem::TooLarge:
        return RejectReason::AbsurdCost;
    default:
        return RejectReason::BadCost;
    }
}

std::optional<RejectReason> ApiBuckets::readOpenAi(const Element& result, CallRecord& record,
                                                   RecordBatch& batch) {
    record.project = batch.texts.keep(JsonRecord::text(result, "project_id"));
    if (JsonRecord::text(result, "object") == "organization.costs.result") {
        record.item = batch.texts.keep(JsonRecord::text(result, "line_item"));
        return readBill(JsonRecord::number(result, "amount/value"), Money::decimals,
                        JsonRecord::text(result, "amount/currency"), record);
    }
    std::int64_t prompt = 0;
    std::optional<RejectReason> problem;
    if ((problem = addTokens(result, "num_model_requests", record.calls)) ||
        (problem = addTokens(result, "input_tokens", prompt, &record.hasInput)) ||
        (problem = addTokens(result, "input_cached_tokens", record.cacheRead)) ||
        (problem = addTokens(result, "output_tokens", record.output, &record.hasOutput)))
        return problem;
    if (!record.hasInput && !record.hasOutput)
        return RejectReason::NoUsage;
    record.hasOutput = true;
    record.input = record.cacheRead <= prompt ? prompt - record.cacheRead : prompt;
    record.batch = JsonRecord::flag(result, "batch");
    return std::nullopt;
}

std::optional<RejectReason> ApiBuckets::readAnthropic(const Element& result, CallRecord& record,
                                                      RecordBatch& batch) {
    record.project = batch.texts.keep(JsonRecord::text(result, "workspace_id"));
    record.batch = JsonRecord::text(result, "service_tier") == "batch";
    const std::string amount = JsonRecord::number(result, "amount");
    if (!amount.empty()) {
        record.item = batch.texts.keep(JsonRecord::text(result, "description"));
        // The cost report counts in cents.
        return readBill(amount, Money::decimals - 2, JsonRecord::text(result, "currency"), record);
    }
    std::optional<RejectReason> problem;
    if ((problem = addTokens(result, "uncached_input_tokens", record.input, &record.hasInput)) ||
        (problem = addTokens(result, "cache_read_input_tokens", record.cacheRead, &record.hasInput)) ||
        (problem = addTokens(result, "cache_creation/ephemeral_5m_input_tokens", record.cacheWrite5m)) ||
        (problem = addTokens(result, "cache_creation/ephemeral_1h_input_tokens", record.cacheWrite1h)) ||
        (problem = addTokens(result, "output_tokens", record.output, &record.hasOutput)))
        return problem;
    return record.hasInput || record.hasOutput ? std::nullopt : std::optional(RejectReason::NoUsage);
}

} // namespace

std::unique_ptr<RecordParser> makeBucketParser(SourceKind kind, const ReadOptions& options) {
    return std::make_unique<ApiBuckets>(kind, options);
}

} // namespace apex::backend
