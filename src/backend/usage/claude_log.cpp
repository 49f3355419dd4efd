// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/claude_log.h"

#include "backend/usage/block_reader.h"
#include "backend/usage/timestamp.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace apex::backend {

namespace {

namespace sj = simdjson::ondemand;
using simdjson::error_code;

constexpr std::string_view usageKey = "\"usage\"";
constexpr std::string_view syntheticModel = "<synthetic>";
constexpr std::int64_t maxTokens = 1'000'000'000;

/// What the fields of one line say; texts are valid until the next line is parsed.
struct Entry {
    std::string_view timestamp;
    std::string_view sessionId;
    std::string_view cwd;
    std::string_view requestId;
    std::string_view messageId;
    std::string_view model;
    std::string_view speed;
    std::string_view costToken;
    std::optional<std::int64_t> input;
    std::optional<std::int64_t> output;
    std::int64_t cacheRead = 0;
    std::int64_t cacheWrite = 0;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::int64_t durationMs = -1;
    bool splitWrite = false;
    bool sidechain = false;
    bool apiError = false;
    std::optional<RejectReason> problem;
};

bool is(const sj::raw_json_string key, std::string_view name) {
    return std::memcmp(key.raw(), name.data(), name.size()) == 0 && key.raw()[name.size()] == '"';
}

error_code takeText(sj::value value, std::string_view& text) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    if (type != sj::json_type::string)
        return simdjson::SUCCESS;
    return value.get_string().get(text);
}

/// A whole, non-negative number of tokens; anything else is a problem of the entry, null is none.
error_code takeTokens(sj::value value, Entry& entry, std::int64_t& tokens, bool& present) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    if (type == sj::json_type::null)
        return simdjson::SUCCESS;
    if (type != sj::json_type::number) {
        entry.problem = RejectReason::BadTokens;
        return simdjson::SUCCESS;
    }
    std::int64_t number = 0;
    if (const auto error = value.get_int64().get(number)) {
        entry.problem = RejectReason::BadTokens;
        return error == simdjson::INCORRECT_TYPE || error == simdjson::NUMBER_ERROR ? simdjson::SUCCESS
                                                                                    : error;
    }
    if (number < 0)
        entry.problem = RejectReason::NegativeTokens;
    else if (number > maxTokens)
        entry.problem = RejectReason::AbsurdTokens;
    tokens = number;
    present = true;
    return simdjson::SUCCESS;
}

template <class Handler>
error_code forEachField(sj::value value, const Handler& handler) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    if (type != sj::json_type::object)
        return simdjson::SUCCESS;
    sj::object object;
    if (const auto error = value.get_object().get(object))
        return error;
    for (auto item : object) {
        sj::field field;
        if (const auto error = std::move(item).get(field))
            return error;
        if (const auto error = handler(field.key(), field.value()))
            return error;
    }
    return simdjson::SUCCESS;
}

error_code takeCacheSplit(sj::value value, Entry& entry) {
    return forEachField(value, [&](sj::raw_json_string key, sj::value item) {
        if (is(key, "ephemeral_5m_input_tokens"))
            return takeTokens(item, entry, entry.cacheWrite5m, entry.splitWrite);
        if (is(key, "ephemeral_1h_input_tokens"))
            return takeTokens(item, entry, entry.cacheWrite1h, entry.splitWrite);
        return simdjson::SUCCESS;
    });
}

error_code takeUsage(sj::value value, Entry& entry) {
    return forEachField(value, [&](sj::raw_json_string key, sj::value item) {
        bool present = false;
        std::int64_t tokens = 0;
        error_code error = simdjson::SUCCESS;
        if (is(key, "input_tokens")) {
            error = takeTokens(item, entry, tokens, present);
            entry.input = present ? std::optional(tokens) : entry.input;
        } else if (is(key, "output_tokens")) {
            error = takeTokens(item, entry, tokens, present);
            entry.output = present ? std::optional(tokens) : entry.output;
        } else if (is(key, "cache_read_input_tokens")) {
            error = takeTokens(item, entry, entry.cacheRead, present);
        } else if (is(key, "cache_creation_input_tokens")) {
            error = takeTokens(item, entry, entry.cacheWrite, present);
        } else if (is(key, "cache_creation")) {
            error = takeCacheSplit(item, entry);
        } else if (is(key, "speed")) {
            error = takeText(item, entry.speed);
        }
        return error;
    });
}

error_code takeMessage(sj::value value, Entry& entry) {
    return forEachField(value, [&](sj::raw_json_string key, sj::value item) {
        if (is(key, "id"))
            return takeText(item, entry.messageId);
        if (is(key, "model"))
            return takeText(item, entry.model);
        return is(key, "usage") ? takeUsage(item, entry) : simdjson::SUCCESS;
    });
}

error_code takeFlag(sj::value value, bool& flag) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    return type == sj::json_type::boolean ? value.get_bool().get(flag) : simdjson::SUCCESS;
}

error_code takeDuration(sj::value value, Entry& entry) {
    double number = 0;
    if (value.get_double().get(number) == simdjson::SUCCESS && number >= 0 && number < 36e6)
        entry.durationMs = static_cast<std::int64_t>(number);
    return simdjson::SUCCESS;
}

error_code takeCost(sj::value value, Entry& entry) {
    sj::json_type type{};
    if (const auto error = value.type().get(type))
        return error;
    if (type == sj::json_type::number)
        entry.costToken = value.raw_json_token();
    return simdjson::SUCCESS;
}

error_code takeEntryField(sj::raw_json_string key, sj::value value, Entry& entry, int depth);

/// A sub-agent's message inside a progress entry of its parent.
error_code takeProgress(sj::value value, Entry& entry, int depth) {
    return forEachField(value, [&](sj::raw_json_string key, sj::value item) {
        if (!is(key, "message"))
            return simdjson::SUCCESS;
        return forEachField(item, [&](sj::raw_json_string inner, sj::value each) {
            return takeEntryField(inner, each, entry, depth + 1);
        });
    });
}

error_code takeEntryField(sj::raw_json_string key, sj::value value, Entry& entry, int depth) {
    switch (key.raw()[0]) {
    case 'm':
        return is(key, "message") ? takeMessage(value, entry) : simdjson::SUCCESS;
    case 't':
        return is(key, "timestamp") ? takeText(value, entry.timestamp) : simdjson::SUCCESS;
    case 's':
        return is(key, "sessionId") ? takeText(value, entry.sessionId) : simdjson::SUCCESS;
    case 'r':
        return is(key, "requestId") ? takeText(value, entry.requestId) : simdjson::SUCCESS;
    case 'c':
        if (is(key, "costUSD"))
            return takeCost(value, entry);
        return is(key, "cwd") ? takeText(value, entry.cwd) : simdjson::SUCCESS;
    case 'i':
        if (is(key, "isApiErrorMessage"))
            return takeFlag(value, entry.apiError);
        return is(key, "isSidechain") ? takeFlag(value, entry.sidechain) : simdjson::SUCCESS;
    case 'd':
        if (is(key, "durationMs"))
            return takeDuration(value, entry);
        return is(key, "data") && depth == 0 ? takeProgress(value, entry, depth) : simdjson::SUCCESS;
    default:
        return simdjson::SUCCESS;
    }
}

/// The folder name that Claude Code makes of a working directory.
std::string slugOf(std::string_view folder) {
    std::string slug(folder);
    for (char& c : slug) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        c = plain ? c : '-';
    }
    return slug;
}

/// Whether a line may hold token counts; asked of every line, so it has to be quick.
bool mentionsUsage(std::string_view line) {
#if defined(__GLIBC__)
    return memmem(line.data(), line.size(), usageKey.data(), usageKey.size()) != nullptr;
#else
    return line.find(usageKey) != std::string_view::npos;
#endif
}

std::string_view trimmedToken(std::string_view token) {
    const auto last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

} // namespace

LogPlace placeOfLog(std::string_view name) {
    LogPlace place;
    std::vector<std::string_view> parts;
    while (!name.empty()) {
        const auto slash = name.find('/');
        parts.push_back(name.substr(0, slash));
        name = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
    }
    if (parts.empty())
        return place;
    const std::string_view file = parts.back();
    place.session = file.substr(0, file.rfind('.'));
    const auto projects = std::find(parts.begin(), parts.end(), "projects");
    const auto below = std::distance(projects, parts.end());
    if (below > 2)
        place.project = *(projects + 1);
    const auto agents = std::find(parts.begin(), parts.end(), "subagents");
    if (agents != parts.begin() && agents != parts.end())
        place.session = *(agents - 1);
    return place;
}

struct ClaudeLog::Private {
    LogPlace place;
    std::int64_t latestUs;
    sj::parser parser;
    std::string fastModel;
    std::string lastFolder;
    std::string lastSlug;

    std::optional<RejectReason> parse(std::string_view line, Entry& entry);
    bool readLine(std::string_view line, std::int64_t number, RecordBatch& batch, ReadReport& report);
    std::optional<RejectReason> toRecord(const Entry& entry, RecordBatch& batch, CallRecord& record);
    std::optional<RejectReason> takeRecordedCost(const Entry& entry, CallRecord& record) const;
    void takeTexts(const Entry& entry, RecordBatch& batch, CallRecord& record);
    std::string_view projectOf(const Entry& entry);
};

std::optional<RejectReason> ClaudeLog::Private::parse(std::string_view line, Entry& entry) {
    sj::document document;
    if (const auto error =
            parser.iterate(line.data(), line.size(), line.size() + BlockReader::padding).get(document))
        return error == simdjson::UTF8_ERROR ? RejectReason::NotUtf8 : RejectReason::NotJson;
    sj::object object;
    if (document.get_object().get(object))
        return RejectReason::NotJson;
    for (auto item : object) {
        sj::field field;
        if (std::move(item).get(field) || takeEntryField(field.key(), field.value(), entry, 0))
            return RejectReason::NotJson;
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS
               ? std::nullopt
               : std::optional(RejectReason::NotJson);
}

std::optional<RejectReason> ClaudeLog::Private::takeRecordedCost(const Entry& entry,
                                                                 CallRecord& record) const {
    if (entry.costToken.empty())
        return std::nullopt;
    const DecimalResult cost = parseDecimal(trimmedToken(entry.costToken), Money::decimals, false);
    if (cost.problem == DecimalProblem::TooPrecise)
        return RejectReason::TooPreciseCost;
    if (cost.problem != DecimalProblem::None)
        return RejectReason::BadCost;
    record.recorded = Money::fromUnits(cost.units);
    record.hasRecorded = true;
    if (record.recorded < Money())
        return RejectReason::NegativeCost;
    return record.recorded > Money::fromDollars(1'000'000) ? std::optional(RejectReason::AbsurdCost)
                                                           : std::nullopt;
}

std::string_view ClaudeLog::Private::projectOf(const Entry& entry) {
    if (!place.project.empty() || entry.cwd.empty())
        return place.project;
    if (entry.cwd != lastFolder) {
        lastFolder = entry.cwd;
        lastSlug = slugOf(entry.cwd);
    }
    return lastSlug;
}

void ClaudeLog::Private::takeTexts(const Entry& entry, RecordBatch& batch, CallRecord& record) {
    // Neighbours mostly share these texts; one copy serves all.
    const CallRecord* last = batch.records.empty() ? nullptr : &batch.records.back();
    const auto share = [&](std::string_view text, std::string_view CallRecord::*member) {
        record.*member = last && last->*member == text ? last->*member : batch.texts.keep(text);
    };
    std::string_view model = entry.model == syntheticModel ? std::string_view() : entry.model;
    if (entry.speed == "fast" && !model.empty())
        model = fastModel.assign(model).append("-fast");
    share(model, &CallRecord::model);
    share(projectOf(entry), &CallRecord::project);
    share(entry.sessionId.empty() ? std::string_view(place.session) : entry.sessionId, &CallRecord::session);
    share(entry.requestId, &CallRecord::requestId);
    share(entry.messageId, &CallRecord::messageId);
    record.provider = "anthropic";
    record.app = "Claude Code";
}

std::optional<RejectReason> ClaudeLog::Private::toRecord(const Entry& entry, RecordBatch& batch,
                                                         CallRecord& record) {
    const TimestampResult time = parseTimestamp(entry.timestamp, latestUs);
    if (time.problem != TimestampProblem::None)
        return time.problem == TimestampProblem::Absurd ? RejectReason::AbsurdTimestamp
                                                        : RejectReason::BadTimestamp;
    record.timeUs = time.us;
    record.hasTime = true;
    record.input = *entry.input;
    record.output = *entry.output;
    record.hasInput = record.hasOutput = true;
    record.cacheRead = entry.cacheRead;
    record.cacheWrite5m = entry.splitWrite ? entry.cacheWrite5m : entry.cacheWrite;
    record.cacheWrite1h = entry.splitWrite ? entry.cacheWrite1h : 0;
    record.sidechain = entry.sidechain;
    record.status = entry.apiError ? CallStatus::Error : CallStatus::Ok;
    record.latencyUs = entry.durationMs < 0 ? -1 : entry.durationMs * 1000;
    if (auto problem = takeRecordedCost(entry, record))
        return problem;
    if (!entry.messageId.empty()) {
        const std::uint64_t request =
            entry.requestId.empty() ? 0 : (IdentityHash().add(entry.requestId).low() | 1U);
        record.identity = IdentityHash().add(entry.messageId).identity(request);
    }
    takeTexts(entry, batch, record);
    return std::nullopt;
}

/// False if the line is no call and no fault.
bool ClaudeLog::Private::readLine(std::string_view line, std::int64_t number, RecordBatch& batch,
                                  ReadReport& report) {
    Entry entry;
    auto problem = parse(line, entry);
    if (!problem && !entry.problem && (!entry.input || !entry.output))
        return false;
    if (!problem && entry.model == syntheticModel && !entry.apiError)
        return false;
    if (!problem)
        problem = entry.problem;
    CallRecord record;
    if (!problem)
        problem = toRecord(entry, batch, record);
    if (problem) {
        report.reject(number, *problem, line);
        return true;
    }
    record.line = number;
    ++report.rowsAccepted;
    batch.records.push_back(record);
    return true;
}

ClaudeLog::ClaudeLog(LogPlace place, std::int64_t latestTimestampUs) : d(std::make_unique<Private>()) {
    d->place = std::move(place);
    d->latestUs = latestTimestampUs;
}

ClaudeLog::~ClaudeLog() = default;

void ClaudeLog::readLines(std::string_view text, bool lastLineOpen, std::int64_t firstLine,
                          RecordBatch& batch, ReadReport& report) {
    for (std::int64_t number = firstLine; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++report.lines;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.remove_suffix(1);
        if (line.empty())
            continue;
        const bool cut = end == std::string_view::npos && lastLineOpen && line.back() != '}';
        if (cut || line.back() != '}' || line.front() != '{') {
            report.reject(number, cut ? RejectReason::CutOff : RejectReason::NotJson, line);
        } else if (!mentionsUsage(line) || !d->readLine(line, number, batch, report)) {
            ++report.otherEntries;
        }
    }
}

} // namespace apex::backend
