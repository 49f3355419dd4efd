// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

namespace apex::history {

/// Creates the folder if needed and lets only its owner in.
[[nodiscard]] Expected<void> makePrivateFolder(const QString& path);

} // namespace apex::history
