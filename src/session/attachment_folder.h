// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/file_preview.h"

#include <vector>

namespace apex::session {

/// A file on its way to the server.
struct OutgoingFile {
    QString path;
    QString name; ///< what the server calls it; in a folder with the folders above it, joined by '/'
    qint64 bytes = 0;
    protocol::ColumnMap columns{}; ///< what the person says its columns are
};

/// Most files that one message takes; the embedded backend has the same limit.
inline constexpr qsizetype mostFilesOfMessage = 10'000;

/// The files below a folder that can be usage data (*.jsonl, *.ndjson, *.json, *.csv, *.tsv), by name. Names
/// begin with the folder's own, so that session logs keep their project. Symbolic links are not followed,
/// hidden folders are entered only if `folder` itself is one, empty and unreadable files are left out.
/// NotFound if nothing usable is there, TooLarge beyond `mostFilesOfMessage` or if the folder is too large to
/// be searched. Blocks; any thread.
[[nodiscard]] Expected<std::vector<OutgoingFile>> usageFilesIn(const QString& folder);

/// The last part of a path, also of "folder/" and ".".
[[nodiscard]] QString attachmentName(const QString& path);

} // namespace apex::session
