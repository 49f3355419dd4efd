// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QJsonObject>
#include <QLockFile>

#include <memory>
#include <optional>

namespace apex::backend {

/// Where a running backend is to be found; `apex/serve/1`.
struct Announcement {
    QString baseUrl;               ///< "http://127.0.0.1:PORT"
    QString webSocketUrl;          ///< "ws://127.0.0.1:PORT/ws"
    QString authorizationEndpoint; ///< baseUrl + "/oauth/authorize"
    QString issuer;                ///< the same as baseUrl
    qint64 pid = 0;

    [[nodiscard]] QJsonObject toJson() const;
};

/// The data folder of one backend: held by one process at a time through backend.lock, announced in
/// backend.json.
class DataFolder {
public:
    /// Creates the folder owner-only if needed and locks it. Conflict with the pid if a living process holds
    /// it; a lock whose process is gone is taken over.
    [[nodiscard]] static Expected<std::unique_ptr<DataFolder>> lock(const QString& path);
    /// Removes the announcement and the lock.
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    /// Writes backend.json, readable by the owner only.
    [[nodiscard]] Expected<void> announce(const Announcement& announcement);

    /// The backend that runs on this folder now; nothing if there is none or its process is gone.
    [[nodiscard]] static std::optional<Announcement> running(const QString& path);

private:
    DataFolder(QString path, std::unique_ptr<QLockFile> lock)
        : m_path(std::move(path)), m_lock(std::move(lock)) {}

    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace apex::backend
