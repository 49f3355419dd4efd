// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/record_of_row.h"

#include <algorithm>

namespace apex::backend {

namespace {

constexpr std::size_t maxError = 200;
constexpr std::int64_t usPerHundredthMs = 10;

/// At most so many bytes, cut between characters.
std::string_view shortened(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes)
        return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
        --bytes;
    return text.substr(0, bytes);
}

void takeTokens(const UsageRow& row, CallRecord& record) {
    record.cacheWrite5m = row.cacheWrite5mTokens;
    record.cacheWrite1h = row.cacheWrite1hTokens;
    record.cacheRead = row.cachedTokens;
    // Some exporters leave the cached tokens out of the prompt tokens; then both are paid for.
    const std::int64_t cached = row.cachedTokens + row.cacheWrite5mTokens + row.cacheWrite1hTokens;
    record.input = cached <= row.promptTokens ? row.promptTokens - cached : row.promptTokens;
    record.output = row.completionTokens;
    record.reasoning = row.reasoningTokens;
    record.unsplit = row.unsplitTokens;
    record.hasInput = row.hasPromptTokens || cached > 0;
    record.hasOutput = row.hasCompletionTokens;
}

void takeTexts(const UsageRow& row, RecordBatch& batch, CallRecord& record) {
    const CallRecord* last = batch.records.empty() ? nullptr : &batch.records.back();
    const auto share = [&](std::string_view text, std::string_view CallRecord::*member) {
        record.*member = last && last->*member == text ? last->*member : batch.texts.keep(text);
    };
    share(row.model, &CallRecord::model);
    share(row.provider, &CallRecord::provider);
    share(row.project, &CallRecord::project);
    share(row.session, &CallRecord::session);
    share(row.user, &CallRecord::user);
    share(row.service, &CallRecord::service);
    share(row.app, &CallRecord::app);
    share(shortened(row.error, maxError), &CallRecord::error);
    record.requestId = batch.texts.keep(row.requestId);
    record.messageId = batch.texts.keep(row.messageId);
}

} // namespace

void addRecordOfRow(const UsageRow& row, RecordBatch& batch) {
    CallRecord record;
    record.line = row.line;
    record.calls = row.calls;
    record.timeUs = row.timestampUs;
    record.hasTime = row.hasTimestamp;
    record.recorded = row.cost;
    record.hasRecorded = row.hasCost;
    record.status = row.status;
    record.batch = row.batch;
    takeTokens(row, record);
    takeTexts(row, batch, record);
    // The line items of a cost export repeat in money what its usage export says in tokens.
    if (!row.lineItem.empty() && row.hasCost && !record.hasInput && !record.hasOutput &&
        record.unsplit == 0) {
        record.isBill = true;
        record.item = batch.texts.keep(row.lineItem);
    }
    // A row for several calls holds a mean at best, which is no latency of a call.
    if (row.calls == 1) {
        record.latencyUs = row.hasLatency ? row.latencyHundredths * usPerHundredthMs : -1;
        record.ttftUs = row.ttftHundredths < 0 ? -1 : row.ttftHundredths * usPerHundredthMs;
    }
    if (!row.promptHash.empty())
        record.promptHash = IdentityHash().add(row.promptHash).low() | 1U;
    if (!row.requestId.empty()) {
        const Int128 cost = row.hasCost ? row.cost.units() + 1 : Int128(0);
        record.identity = IdentityHash()
                              .add("table row")
                              .add(row.requestId)
                              .add(row.messageId)
                              .add(row.timestampUs)
                              .add(row.model)
                              .add(row.calls)
                              .add(record.input)
                              .add(record.cacheRead)
                              .add(record.cacheWrite5m)
                              .add(record.cacheWrite1h)
                              .add(record.output)
                              .add(record.unsplit)
                              .add(static_cast<std::int64_t>(cost / powerOfTen(12)))
                              .add(static_cast<std::int64_t>(cost % powerOfTen(12)))
                              .identity();
    }
    batch.records.push_back(record);
}

} // namespace apex::backend
