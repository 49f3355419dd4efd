// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace apex {

/// Gives back to the system what was freed but the C library keeps for later. Takes milliseconds: for after
/// something large was loaded. Does nothing where the C library has no such call.
void releaseFreeMemory();

} // namespace apex
