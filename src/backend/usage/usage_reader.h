// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/read_report.h"
#include "base/error.h"

#include <stop_token>

namespace apex::backend {

/// Streams a usage file of any supported format, found by content, with bounded memory
/// (platform-features.md 5.4).
///
/// `name` is what people call the file. Fails if the file cannot be read or understood, if more than half of
/// its records cannot be used, and when stopped (ErrorKind::Cancelled; within one block of 256 KiB). Blocks;
/// any thread.
[[nodiscard]] Expected<ReadReport> readUsageFile(const QString& path, const QString& name,
                                                 const ReadOptions& options, const RowHandler& handler,
                                                 std::stop_token stop);

} // namespace apex::backend
