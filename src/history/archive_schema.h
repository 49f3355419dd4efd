// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace apex::history {

/// Version this program writes.
inline constexpr int ArchiveSchemaVersion = 3;

/// Statements that bring a database of version `from` to ArchiveSchemaVersion; 0 is an empty file.
[[nodiscard]] QStringList archiveMigration(int from);

} // namespace apex::history
