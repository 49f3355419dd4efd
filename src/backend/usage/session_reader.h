// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"
#include "backend/usage/read_report.h"

#include <functional>
#include <stop_token>

namespace apex::backend {

/// Streams a session log, span file or API export whose records have to be read in order. Records go into the
/// batch that `batch` names at that moment; `afterRecord` is called after each record of the file. Fails like
/// readUsageFile.
[[nodiscard]] Expected<ReadReport> readSession(const Source& source, const ReadOptions& options,
                                               const std::function<RecordBatch&()>& batch,
                                               const std::function<void()>& afterRecord,
                                               std::stop_token stop);

} // namespace apex::backend
