// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/source_kind.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

namespace {

bool has(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

/// Blanks between tokens say nothing about the format; text inside strings loses them too, which harms
/// nothing here.
std::string withoutBlanks(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(plain),
                 [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    return plain;
}

bool isClaudeLog(std::string_view text) {
    if (has(text, "\"parentUuid\":") || has(text, "\"leafUuid\":") ||
        has(text, "\"type\":\"file-history-snapshot\"") || has(text, "\"type\":\"queue-operation\""))
        return true;
    const bool message =
        has(text, "\"message\":{") && (has(text, "\"requestId\":") || has(text, "\"sessionId\":"));
    return message && has(text, "\"usage\":{") && has(text, "\"input_tokens\":");
}

bool isCodexLog(std::string_view text) {
    return has(text, "\"type\":\"session_meta\"") || has(text, "\"type\":\"turn_context\"") ||
           (has(text, "\"type\":\"event_msg\"") && has(text, "\"payload\":{"));
}

bool isGeminiLog(std::string_view text) {
    return has(text, "\"projectHash\":") && has(text, "\"sessionId\":");
}

} // namespace

SourceKind sourceKindOf(std::string_view start) {
    const std::string text = withoutBlanks(start);
    const auto first = text.find_first_of("{[");
    if (first > 3) // nothing at all, or more than a byte order mark before it
        return SourceKind::Table;
    if (has(text, "\"resourceSpans\":["))
        return SourceKind::OtlpSpans;
    if (isCodexLog(text))
        return SourceKind::CodexLog;
    if (isGeminiLog(text))
        return SourceKind::GeminiLog;
    if (isClaudeLog(text))
        return SourceKind::ClaudeLog;
    if (has(text, "\"object\":\"organization.") ||
        (has(text, "\"object\":\"bucket\"") && has(text, "\"results\":[")))
        return SourceKind::OpenAiBuckets;
    if (has(text, "\"starting_at\":") && has(text, "\"results\":["))
        return SourceKind::AnthropicBuckets;
    return SourceKind::Table;
}

bool readsInBlocks(SourceKind kind) {
    return kind == SourceKind::ClaudeLog;
}

QString sourceKindText(SourceKind kind) {
    switch (kind) {
    case SourceKind::Table:
        return {};
    case SourceKind::ClaudeLog:
        return QCoreApplication::translate("UsageReader", "Claude Code session log");
    case SourceKind::CodexLog:
        return QCoreApplication::translate("UsageReader", "Codex session log");
    case SourceKind::GeminiLog:
        return QCoreApplication::translate("UsageReader", "Gemini CLI session log");
    case SourceKind::OtlpSpans:
        return QCoreApplication::translate("UsageReader", "OpenTelemetry spans (OTLP JSON)");
    case SourceKind::OpenAiBuckets:
        return QCoreApplication::translate("UsageReader", "OpenAI usage or cost export (API JSON)");
    case SourceKind::AnthropicBuckets:
        return QCoreApplication::translate("UsageReader", "Anthropic usage or cost export (API JSON)");
    }
    return {};
}

} // namespace apex::backend
