// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/block_layout.h"

namespace apex::ui {

/// A part of a block's text.
struct BlockSelection {
    const MarkdownBlock* block = nullptr; ///< not owned
    TextRange range;
};

/// The selected parts as a person would type them: list markers, tab-separated cells, code as it is.
[[nodiscard]] QString selectionAsText(const std::vector<BlockSelection>& parts);
/// The selected parts as Markdown again; a block that is cut keeps its inline marks.
[[nodiscard]] QString selectionAsMarkdown(const std::vector<BlockSelection>& parts);
/// A table block as comma-separated values (RFC 4180). Cells a spreadsheet would run as a formula get an
/// apostrophe.
[[nodiscard]] QString tableAsCsv(const MarkdownBlock& table);
/// A table block as tab-separated values, under the same rule for formulas.
[[nodiscard]] QString tableAsTsv(const MarkdownBlock& table);

} // namespace apex::ui
