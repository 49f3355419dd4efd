// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/json_text.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace apex::protocol {

/// What a report can be saved as.
enum class ReportFormat {
    Markdown,  ///< the answer as it is shown
    Json,      ///< the structured report as it was sent
    CostTable, ///< its cost by model as CSV (RFC 4180), amounts as they were sent
};

/// By the ending of a file's name (.md, .json, .csv); nullopt for any other.
[[nodiscard]] std::optional<ReportFormat> reportFormatOf(const QString& fileName);
/// The content of such a file. NotFound if the answer has nothing of the kind.
[[nodiscard]] Expected<QByteArray> exportReport(ReportFormat format, const QString& answer,
                                                const JsonText& report);

} // namespace apex::protocol
