// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/core_dumps.h"

#include <sys/resource.h>

namespace apex {

// Not PR_SET_DUMPABLE: it also hides /proc/<pid>/root, by which desktop portals (file dialogs, opening the
// browser) recognise who asks. Collectors of crashes obey the soft limit.
bool disableCoreDumps() {
    rlimit limit{};
    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return false;
    limit.rlim_cur = 0;
    return setrlimit(RLIMIT_CORE, &limit) == 0;
}

} // namespace apex
