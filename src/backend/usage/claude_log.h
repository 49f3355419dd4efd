// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"
#include "backend/usage/read_report.h"

#include <memory>
#include <string_view>

namespace apex::backend {

/// Where a session log lies, as its name tells: "projects/-home-ana-shop/1f3c...jsonl".
struct LogPlace {
    std::string project; ///< the folder below "projects"; empty if the name does not say
    std::string session; ///< the file's name without ending
};
/// Reads a place from a file's name; sub-agents' logs lie in folders below their session.
[[nodiscard]] LogPlace placeOfLog(std::string_view name);

/// Reads lines of Claude Code session logs: each assistant message with its token counts is one call. Lines
/// of other kinds are counted, not parsed. Keeps no state between lines, so parts of a file can be read in
/// any order. One thread.
///
/// Same rules as the independent tool ccusage 20: a call needs a time and both token counts; a split of the
/// cache-write tokens by lifetime goes before their sum; speed "fast" makes the model's name end in "-fast";
/// entries of the model
/// "<synthetic>" are no calls, but those that report an API error are failed calls without tokens.
class ClaudeLog {
public:
    ClaudeLog(LogPlace place, std::int64_t latestTimestampUs);
    ~ClaudeLog();
    ClaudeLog(const ClaudeLog&) = delete;
    ClaudeLog& operator=(const ClaudeLog&) = delete;

    /// `text` holds whole lines and is followed by BlockReader::padding readable bytes; `lastLineOpen`: its
    /// last line has no line end because the file ends there. Lines are numbered from `firstLine`.
    void readLines(std::string_view text, bool lastLineOpen, std::int64_t firstLine, RecordBatch& batch,
                   ReadReport& report);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace apex::backend
