// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/read_report.h"
#include "base/error.h"

#include <string_view>

namespace apex::backend {

/// Decides by content what the file is, from its first block; `name` is for the error.
/// Empty, binary and UTF-16 files are errors that say so.
[[nodiscard]] Expected<FileFormat> probeFormat(std::string_view start, const QString& name);

/// Length of a UTF-8 byte order mark at the start, 0 or 3.
[[nodiscard]] std::size_t byteOrderMarkLength(std::string_view start);

} // namespace apex::backend
