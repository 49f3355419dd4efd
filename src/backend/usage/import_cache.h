// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"

#include <QHash>
#include <QString>

#include <optional>

namespace apex::backend {

/// Remembers which imports are kept in a folder and what files were found to hold, so that the same question
/// is not answered by reading a gigabyte again. Imports are found by content; a file that did not change is
/// recognised by path, size and time of change and is not read at all. One thread; several processes may
/// share the folder.
class ImportCache {
public:
    /// Creates the folder owner-only if it is missing.
    [[nodiscard]] static Expected<ImportCache> open(const QString& folder);

    /// The content id of a file as it is now, if it was read before in this state.
    [[nodiscard]] QByteArray knownContent(const Source& source) const;
    /// Remembers the content ids of files in the states they were seen in.
    void rememberContents(const std::vector<Source>& sources) const;
    /// True if an import of files of exactly these sizes is kept: only then it is worth to hash them.
    [[nodiscard]] bool mayKnow(const QByteArray& sizes) const;
    /// Path of the kept import with this key; empty if there is none. Counts as used.
    [[nodiscard]] QString find(const QByteArray& key) const;
    /// Where an import with this key is to be kept.
    [[nodiscard]] QString pathOf(const QByteArray& key) const;
    /// A name for a file that is being written, in the same folder.
    [[nodiscard]] QString temporaryPath() const;
    /// Makes a finished file an import, and removes old ones beyond the limits. Returns its path.
    [[nodiscard]] Expected<QString> keep(const QString& temporary, const QByteArray& key,
                                         const QByteArray& sizes) const;

private:
    explicit ImportCache(QString folder) : m_folder(std::move(folder)) {}
    void removeOld(const QString& except) const;
    void loadKnown();

    QString m_folder;
    QHash<QByteArray, QByteArray> m_known; ///< state of a file to its content id
};

} // namespace apex::backend
