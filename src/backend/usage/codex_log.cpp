// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_record.h"
#include "backend/usage/record_parsers.h"

#include <algorithm>

namespace apex::backend {

namespace {

using Element = JsonRecord::Element;

/// Token counts as a Codex log gives them: cached tokens are part of the input, reasoning tokens of the
/// output.
struct Counts {
    std::int64_t input = 0;
    std::int64_t cached = 0;
    std::int64_t output = 0;
    std::int64_t reasoning = 0;
    bool operator==(const Counts&) const = default;
    [[nodiscard]] Counts since(const Counts& before) const {
        // A count that fell began anew.
        if (input < before.input || output < before.output)
            return *this;
        return {input - before.input, std::max<std::int64_t>(0, cached - before.cached),
                output - before.output, std::max<std::int64_t>(0, reasoning - before.reasoning)};
    }
};

std::optional<RejectReason> readCounts(const Element& from, Counts& counts) {
    std::optional<RejectReason> problem;
    if ((problem = addTokens(from, "input_tokens", counts.input)) ||
        (problem = addTokens(from, "cached_input_tokens", counts.cached)) ||
        (problem = addTokens(from, "output_tokens", counts.output)))
        return problem;
    return addTokens(from, "reasoning_output_tokens", counts.reasoning);
}

/// Session logs of the Codex command line. Each token_count event tells the tokens of the last call and of
/// the session; an event that repeats the session's count is no further call.
class CodexLog final : public RecordParser {
public:
    CodexLog(LogPlace place, const ReadOptions& options)
        : m_latestUs(options.latestTimestampUs), m_session(std::move(place.session)) {}

    std::optional<RejectReason> parse(std::string_view line, std::int64_t number, RecordBatch& batch,
                                      ReadReport& report) override;

private:
    void takeContext(const Element& payload);
    std::optional<RejectReason> takeCount(const Element& payload, std::int64_t number, RecordBatch& batch,
                                          ReadReport& report);
    void append(const Counts& counts, const Counts& total, std::int64_t number, CallRecord& record,
                RecordBatch& batch) const;

    std::int64_t m_latestUs;
    JsonRecord m_json;
    std::string m_session;
    std::string m_project;
    std::string m_model;
    std::optional<Counts> m_total;
};

std::optional<RejectReason> CodexLog::parse(std::string_view line, std::int64_t number, RecordBatch& batch,
                                            ReadReport& report) {
    const auto mentions = [line](std::string_view word) { return line.find(word) != std::string_view::npos; };
    if (line.front() != '{' || line.back() != '}')
        return RejectReason::NotJson;
    if (!mentions("\"token_count\"") && !mentions("\"turn_context\"") && !mentions("\"session_meta\"")) {
        ++report.otherEntries;
        return std::nullopt;
    }
    if (auto problem = m_json.parse(line))
        return problem;
    const Element& root = m_json.root();
    const auto payload = JsonRecord::at(root, "payload");
    const std::string_view type = JsonRecord::text(root, "type");
    if (payload && type == "event_msg" && JsonRecord::text(*payload, "type") == "token_count")
        return takeCount(*payload, number, batch, report);
    if (payload && (type == "session_meta" || type == "turn_context"))
        takeContext(*payload);
    ++report.otherEntries;
    return std::nullopt;
}

void CodexLog::takeContext(const Element& payload) {
    if (const auto model = JsonRecord::text(payload, "model"); !model.empty())
        m_model = model;
    if (const auto folder = JsonRecord::text(payload, "cwd"); !folder.empty())
        m_project = folder;
    if (const auto id = JsonRecord::text(payload, "id"); !id.empty())
        m_session = id;
}

std::optional<RejectReason> CodexLog::takeCount(const Element& payload, std::int64_t number,
                                                RecordBatch& batch, ReadReport& report) {
    const auto total = JsonRecord::at(payload, "info/total_token_usage");
    const auto last = JsonRecord::at(payload, "info/last_token_usage");
    Counts counts;
    Counts sum;
    std::optional<RejectReason> problem;
    if ((total && (problem = readCounts(*total, sum))) || (last && (problem = readCounts(*last, counts))))
        return problem;
    const bool repeated = total && m_total && sum == *m_total;
    if (!last && total)
        counts = m_total ? sum.since(*m_total) : sum;
    if (total)
        m_total = sum;
    if (repeated || counts == Counts()) {
        ++report.otherEntries;
        return std::nullopt;
    }
    if (const auto model = JsonRecord::text(payload, "info/model"); !model.empty())
        m_model = model;
    CallRecord record;
    if (auto faulty = takeTime(JsonRecord::text(m_json.root(), "timestamp"), m_latestUs, record))
        return faulty;
    append(counts, total ? sum : counts, number, record, batch);
    ++report.rowsAccepted;
    return std::nullopt;
}

void CodexLog::append(const Counts& counts, const Counts& total, std::int64_t number, CallRecord& record,
                      RecordBatch& batch) const {
    record.line = number;
    record.cacheRead = std::min(counts.cached, counts.input);
    record.input = counts.input - record.cacheRead;
    record.output = counts.output;
    record.reasoning = std::min(counts.reasoning, counts.output);
    record.hasInput = record.hasOutput = true;
    record.status = CallStatus::Ok;
    record.provider = "openai";
    record.app = "Codex";
    record.model = batch.texts.keep(m_model);
    record.session = batch.texts.keep(m_session);
    record.project = batch.texts.keep(m_project);
    // A resumed or forked session begins with the events of the earlier one, to the millisecond.
    record.identity = IdentityHash()
                          .add("codex")
                          .add(record.timeUs)
                          .add(m_model)
                          .add(counts.input)
                          .add(counts.cached)
                          .add(counts.output)
                          .add(counts.reasoning)
                          .add(total.input)
                          .add(total.output)
                          .identity();
    batch.records.push_back(record);
}

} // namespace

std::unique_ptr<RecordParser> makeCodexParser(LogPlace place, const ReadOptions& options) {
    return std::make_unique<CodexLog>(std::move(place), options);
}

} // namespace apex::backend
