// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace apex {

/// Keeps memory, which holds tokens, out of crash files: no core dump of this process and of those it starts.
/// Call first in main. False if the system refused; the program may go on, and says so.
[[nodiscard]] bool disableCoreDumps();

} // namespace apex
