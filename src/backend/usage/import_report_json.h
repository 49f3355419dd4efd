// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_import.h"

namespace apex::backend {

/// The report as it is kept with the import.
[[nodiscard]] QString importReportJson(const ImportReport& report);
/// The other way round; what is missing stays empty.
[[nodiscard]] ImportReport importReportFromJson(const QString& text);

} // namespace apex::backend
