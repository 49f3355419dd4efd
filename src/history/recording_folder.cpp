// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/recording_folder.h"

#include "history/recording_format.h"

#include <QDir>
#include <QLockFile>

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

bool removeUnlessInUse(const QFileInfo& recording) {
    QLockFile lock(recordingLock(recording.filePath()));
    // 0: only the death of its process makes a lock stale, never its age.
    lock.setStaleLockTime(0);
    return lock.tryLock(0) && QFile::remove(recording.filePath());
}

} // namespace

QString recordingLock(const QString& recording) {
    return recording + u".lock"_s;
}

RoomMade makeRoom(const QString& folder, qint64 capBytes) {
    RoomMade made;
    // Names begin with their time of creation, so name order is age.
    const QFileInfoList recordings =
        QDir(folder).entryInfoList({u"*."_s + recordingSuffix()}, QDir::Files, QDir::Name);
    for (const QFileInfo& recording : recordings)
        made.keptBytes += recording.size();
    for (const QFileInfo& recording : recordings) {
        if (made.keptBytes <= capBytes)
            break;
        const qint64 size = recording.size();
        if (!removeUnlessInUse(recording))
            continue;
        made.removed.append(recording.fileName());
        made.freedBytes += size;
        made.keptBytes -= size;
    }
    return made;
}

} // namespace apex::history
