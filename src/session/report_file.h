// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/json_text.h"

#include <QString>

namespace apex::session {

/// Saves an answer and its report as what the file's name ends in: .md the answer, .json the structured
/// report, .csv its cost table. A file of that name is replaced only when all is written. InvalidInput for
/// another ending, NotFound if the answer has nothing of the kind, Storage if it cannot be written.
[[nodiscard]] Expected<void> saveReport(const QString& path, const QString& answer,
                                        const protocol::JsonText& report);

} // namespace apex::session
