// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/llm/figure_set.h"

namespace apex::backend {

/// A sentence that is not shown, and why.
struct RefusedSentence {
    QString sentence;
    QString reason;
};

/// What is left of a model's text.
struct CheckedProse {
    QString text; ///< Markdown: paragraphs and lists, no headings, links, tables or code
    std::vector<RefusedSentence> refused;
    int kept = 0; ///< sentences
};

/// Keeps the sentences whose every number the tools gave; a link or markup for anything but emphasis and
/// lists is a reason to refuse too. Says nothing about whether a sentence is true.
[[nodiscard]] CheckedProse checkProse(const QString& text, const FigureSet& figures);

} // namespace apex::backend
