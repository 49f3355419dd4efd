// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/core_dumps.h"

#include <windows.h>

namespace apex {

bool disableCoreDumps() {
    SetErrorMode(GetErrorMode() | SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    return true;
}

} // namespace apex
