// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/markdown_block.h"

#include <optional>

namespace apex::ui {

/// Formulas are shown as the LaTeX they are, set like code: no library that sets them is packaged where this
/// program is built. A single dollar is money, never a formula.
///
/// Which line ends a formula that this line begins ("$$" or "\\["); empty if it begins none.
[[nodiscard]] QStringView formulaEnd(QStringView line);
/// True if a formula that `line` begins also ends on it.
[[nodiscard]] bool isWholeFormula(QStringView line);
/// The block of a formula from its first mark on, up to its last one if that has come; nullopt if the source
/// begins with none.
[[nodiscard]] std::optional<MarkdownBlock> formulaBlock(QStringView source);
/// The source with formulas in running text, \\( to \\), set as code spans.
[[nodiscard]] QString withFormulasAsCode(QStringView source);

} // namespace apex::ui
