// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/markdown_block.h"

namespace apex::ui {

/// Parses CommonMark with tables, strikethrough, task lists and bare links into blocks. Pure; any input is
/// valid.
///
/// Raw HTML stays text. Images become their alternative text and their address; nothing is ever fetched.
[[nodiscard]] MarkdownBlocks parseMarkdown(QStringView source);

} // namespace apex::ui
