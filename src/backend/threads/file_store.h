// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent_run.h"
#include "backend/storage/database.h"

#include <QFile>

namespace apex::backend {

/// A file on its way in: written piece by piece, gone again unless finished.
class IncomingFile {
public:
    ~IncomingFile();
    IncomingFile(IncomingFile&&) noexcept = default;
    IncomingFile& operator=(IncomingFile&&) = delete;
    IncomingFile(const IncomingFile&) = delete;
    IncomingFile& operator=(const IncomingFile&) = delete;

    /// Appends bytes; Storage error if the disk refuses them.
    [[nodiscard]] Expected<void> write(const char* bytes, qint64 size);
    [[nodiscard]] qint64 size() const { return m_size; }

private:
    friend class FileStore;
    IncomingFile(UserId owner, FileId id, QString name, ColumnChoices columns, std::unique_ptr<QFile> file)
        : m_owner(std::move(owner)), m_id(std::move(id)), m_name(std::move(name)),
          m_columns(std::move(columns)), m_file(std::move(file)) {}

    UserId m_owner;
    FileId m_id;
    QString m_name;
    ColumnChoices m_columns;
    std::unique_ptr<QFile> m_file;
    qint64 m_size = 0;
};

/// Uploaded files: bytes under DIR/files/USER/ID (owner-only), names in the database. Thread of the database
/// only.
class FileStore {
public:
    /// `directory` is the backend's data folder.
    FileStore(const Database& database, const Clock& clock, const QString& directory);

    /// Removes what interrupted uploads left behind.
    [[nodiscard]] Expected<void> removeLeftovers() const;
    /// Starts an upload. `expectedBytes` -1 = not known; Storage error at once if the disk has not that much
    /// room. `columns` is what the user says its columns are.
    [[nodiscard]] Expected<IncomingFile> begin(const UserId& owner, const QString& name, qint64 expectedBytes,
                                               ColumnChoices columns = {}) const;
    /// Makes the upload a file; InvalidInput if it is empty.
    [[nodiscard]] Expected<AttachedFile> finish(IncomingFile incoming) const;
    /// The file, NotFound if it is not the owner's.
    [[nodiscard]] Expected<AttachedFile> get(const UserId& owner, const FileId& id) const;
    /// Ties files to a thread, so that later runs of the thread see them too; all or none.
    [[nodiscard]] Expected<void> attach(const ThreadId& thread, const std::vector<AttachedFile>& files) const;
    /// Files of a thread in the order they were attached.
    [[nodiscard]] Expected<std::vector<AttachedFile>> ofThread(const UserId& owner,
                                                               const ThreadId& thread) const;

private:
    [[nodiscard]] QString pathOf(const UserId& owner, const FileId& id) const;

    const Database& m_database;
    const Clock& m_clock;
    QString m_directory;
};

} // namespace apex::backend
