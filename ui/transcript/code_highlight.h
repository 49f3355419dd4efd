// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/markdown_block.h"

namespace apex::ui {

/// Marks the words of a code block by what they are; empty for a language that is not known. Costs time in
/// proportion to the code and is meant for a block that is complete, once. Main thread.
[[nodiscard]] std::vector<InlineSpan> highlightCode(const QString& code, const QString& language);

} // namespace apex::ui
