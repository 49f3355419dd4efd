// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSaveFile>

namespace apex {

/// Puts what was written in the place of the old file, or leaves that as it is. QSaveFile::commit() alone
/// puts an empty or cut file there and calls it a success where the disk is full: what it still buffers is
/// written in it, unjudged.
[[nodiscard]] inline bool commitWhole(QSaveFile& file) {
    return file.flush() && file.commit();
}

} // namespace apex
