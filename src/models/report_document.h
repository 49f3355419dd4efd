// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json_text.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace apex::models {

/// Figures of a report as a table; the first row of words is `columns`.
struct ReportTable {
    QStringList columns;
    std::vector<bool> figures; ///< one a column: numbers, to be set right
    std::vector<QStringList> rows;
    std::vector<double> bars; ///< one a row, 0 to 1, below 0 for none; empty where there are none
    bool lastRowIsTotal = false;
};

/// One recommendation or step.
struct ReportItem {
    QString title;
    QStringList facts; ///< "Impact: high"
    QString text;      ///< Markdown
    QString outcome;   ///< what the step should bring; may be empty
};

/// A part of a report under its own heading.
struct ReportSection {
    QString heading;
    QString text; ///< Markdown; may be empty
    QStringList facts;
    std::optional<ReportTable> table;
    std::vector<ReportItem> items;
    bool numbered = false; ///< the items are steps in order
};

/// A structured report in words, ready to be laid out. Figures are as sent; only shares and differences of
/// two of them are computed, and what was not sent is not shown.
struct ReportDocument {
    std::vector<ReportSection> sections;
};

/// Reads a final report; nullopt where it is none or holds nothing to show.
[[nodiscard]] std::optional<ReportDocument> readReport(const protocol::JsonText& json);
/// "potential_savings" as "Potential savings"; words for keys and agent names that the server made up.
[[nodiscard]] QString humanWords(const QString& key);

} // namespace apex::models
