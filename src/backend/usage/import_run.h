// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"

namespace apex::backend {

/// Reads the sources into a new store at `path` with several threads and fills in their content ids. On
/// failure the file is left as it is.
[[nodiscard]] Expected<ImportReport> runImport(std::vector<Source>& sources, const ImportOptions& options,
                                               const QString& path, const std::stop_token& stop,
                                               const ImportProgress& progress);

} // namespace apex::backend
