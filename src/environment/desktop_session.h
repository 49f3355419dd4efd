// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace apex::environment {

/// True where QtKeychain 0.13 prefers KWallet: the desktop names itself exactly "KDE" (house-style.md C.1).
[[nodiscard]] bool desktopPrefersKWallet();

} // namespace apex::environment
