// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QStringList>

namespace apex::history {

/// What making room in a folder of recordings took.
struct RoomMade {
    QStringList removed; ///< file names, oldest first
    qint64 freedBytes = 0;
    qint64 keptBytes = 0; ///< what is still there
};

/// Removes the oldest recordings that no process is writing until the folder holds at most `capBytes`.
[[nodiscard]] RoomMade makeRoom(const QString& folder, qint64 capBytes);
/// Name of the lock file that says a process is writing this recording.
[[nodiscard]] QString recordingLock(const QString& recording);

} // namespace apex::history
