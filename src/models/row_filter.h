// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runs/run.h"

#include <QStringList>

#include <vector>

namespace apex::models {

/// Which rows of a run are shown. Conditions of one sort are alternatives, different sorts are all required.
struct RowFilter {
    std::vector<runs::StepKind> kinds;
    QStringList agents; ///< names; a row belongs to the agent it stands under
    QStringList tools;
    QStringList words; ///< all of them, anywhere in name or text
    bool problemsOnly = false;

    [[nodiscard]] bool isEmpty() const;
    bool operator==(const RowFilter&) const = default;
};

/// Reads "tool:usage_query agent:data kind:thinking is:problem some words"; values with spaces stand in
/// double quotes. Unknown fields are taken as words.
[[nodiscard]] RowFilter parseFilter(const QString& text);
/// The field that stands for a value, as parseFilter() reads it: `tool:"my tool"`.
[[nodiscard]] QString filterTerm(const QString& field, const QString& value);
/// Name of a kind in a filter: "agent", "thinking", "tool", "text", "report", "notice", "warning", "error",
/// "link".
[[nodiscard]] QString kindName(runs::StepKind kind);

/// True if `step` of `run` passes, problems aside. With support mode words are also looked for in arguments
/// and results.
[[nodiscard]] bool passes(const RowFilter& filter, const runs::Run& run, int step, bool supportMode);

} // namespace apex::models
