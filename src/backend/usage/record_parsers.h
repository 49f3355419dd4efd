// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/claude_log.h"
#include "backend/usage/record_parser.h"

namespace apex::backend {

[[nodiscard]] std::unique_ptr<RecordParser> makeCodexParser(LogPlace place, const ReadOptions& options);
/// `start` holds the head of the document.
[[nodiscard]] std::unique_ptr<RecordParser> makeGeminiParser(LogPlace place, std::string_view start,
                                                             const ReadOptions& options);
[[nodiscard]] std::unique_ptr<RecordParser> makeOtlpParser(const ReadOptions& options);
/// Usage and cost pages of OpenAI and Anthropic.
[[nodiscard]] std::unique_ptr<RecordParser> makeBucketParser(SourceKind kind, const ReadOptions& options);

} // namespace apex::backend
