// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/report_document.h"
#include "ui/transcript/markdown_block.h"

namespace apex::ui {

/// A structured report as blocks, so that it is laid out, selected, searched and copied like any answer.
[[nodiscard]] MarkdownBlocks reportBlocks(const models::ReportDocument& report);

} // namespace apex::ui
