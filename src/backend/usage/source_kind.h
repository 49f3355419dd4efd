// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QString>

#include <cstdint>
#include <string_view>

namespace apex::backend {

/// What a usage file is.
enum class SourceKind : std::uint8_t {
    Table, ///< CSV or JSON with one call (or bucket) a row, its columns found by name
    ClaudeLog,
    CodexLog,
    GeminiLog,
    OtlpSpans,
    OpenAiBuckets,    ///< pages of the usage and cost API
    AnthropicBuckets, ///< pages of the usage and cost API
};

/// Finds out what a file is by its first bytes; never fails: what is nothing else is a table and is judged
/// when read.
[[nodiscard]] SourceKind sourceKindOf(std::string_view start);
/// True if any block of lines can be read without those before it.
[[nodiscard]] bool readsInBlocks(SourceKind kind);
/// "Claude Code session log"; empty for tables, whose readers know better.
[[nodiscard]] QString sourceKindText(SourceKind kind);

} // namespace apex::backend
