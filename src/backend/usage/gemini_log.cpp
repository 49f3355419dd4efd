// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_record.h"
#include "backend/usage/record_parsers.h"

#include <algorithm>

namespace apex::backend {

namespace {

/// Session logs of the Gemini command line: one JSON document with a list of messages, or JSON lines with a
/// head line.
class GeminiLog final : public RecordParser {
public:
    GeminiLog(LogPlace place, std::string_view start, const ReadOptions& options)
        : m_latestUs(options.latestTimestampUs), m_session(headText(start, "sessionId")),
          m_project(headText(start, "projectHash")) {
        if (m_session.empty())
            m_session = std::move(place.session);
    }
    std::optional<RejectReason> parse(std::string_view message, std::int64_t line, RecordBatch& batch,
                                      ReadReport& report) override;

private:
    std::optional<RejectReason> readMessage(const JsonRecord::Element& root, std::int64_t line,
                                            RecordBatch& batch, ReadReport& report) const;
    /// The head of the document stands before its messages, which are all that is delivered.
    static std::string headText(std::string_view start, std::string_view key) {
        const auto at = start.find('"' + std::string(key) + '"');
        const auto open = at == std::string_view::npos ? at : start.find('"', at + key.size() + 2);
        const auto close = open == std::string_view::npos ? open : start.find('"', open + 1);
        return close == std::string_view::npos ? std::string()
                                               : std::string(start.substr(open + 1, close - open - 1));
    }

    std::int64_t m_latestUs;
    JsonRecord m_json;
    std::string m_session;
    std::string m_project;
};

std::optional<RejectReason> GeminiLog::parse(std::string_view message, std::int64_t line, RecordBatch& batch,
                                             ReadReport& report) {
    if (message.find("\"tokens\"") == std::string_view::npos) {
        ++report.otherEntries;
        return std::nullopt;
    }
    if (auto problem = m_json.parse(message))
        return problem;
    simdjson::dom::array messages;
    const auto list = JsonRecord::at(m_json.root(), "messages");
    if (!list || list->get(messages))
        return readMessage(m_json.root(), line, batch, report);
    for (const JsonRecord::Element& each : messages) { // a document on one line
        if (const auto problem = readMessage(each, line, batch, report))
            report.reject(line, *problem, JsonRecord::text(each, "id"));
    }
    return std::nullopt;
}

std::optional<RejectReason> GeminiLog::readMessage(const JsonRecord::Element& root, std::int64_t line,
                                                   RecordBatch& batch, ReadReport& report) const {
    const auto tokens = JsonRecord::at(root, "tokens");
    if (!tokens) {
        ++report.otherEntries;
        return std::nullopt;
    }
    CallRecord record;
    std::int64_t prompt = 0;
    std::optional<RejectReason> problem;
    if ((problem = addTokens(*tokens, "input", prompt, &record.hasInput)) ||
        (problem = addTokens(*tokens, "tool", prompt)) ||
        (problem = addTokens(*tokens, "cached", record.cacheRead)) ||
        (problem = addTokens(*tokens, "output", record.output, &record.hasOutput)) ||
        (problem = addTokens(*tokens, "thoughts", record.reasoning)) ||
        (problem = takeTime(JsonRecord::text(root, "timestamp"), m_latestUs, record)))
        return problem;
    record.cacheRead = std::min(record.cacheRead, prompt);
    record.input = prompt - record.cacheRead;
    record.output += record.reasoning; // billed as output
    record.line = line;
    record.status = CallStatus::Ok;
    record.provider = "google";
    record.app = "Gemini CLI";
    record.model = batch.texts.keep(JsonRecord::text(root, "model"));
    record.session = batch.texts.keep(m_session);
    record.project = batch.texts.keep(m_project);
    const std::string_view id = JsonRecord::text(root, "id");
    record.messageId = batch.texts.keep(id);
    if (!id.empty())
        record.identity = IdentityHash().add("gemini").add(m_session).add(id).identity();
    ++report.rowsAccepted;
    batch.records.push_back(record);
    return std::nullopt;
}

} // namespace

std::unique_ptr<RecordParser> makeGeminiParser(LogPlace place, std::string_view start,
                                               const ReadOptions& options) {
    return std::make_unique<GeminiLog>(std::move(place), start, options);
}

} // namespace apex::backend
