// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QUrl>

#include <optional>

namespace apex::environment {

/// What `apex serve` says of itself on its first stdout line and in `backend.json` (design.md 1). All on
/// loopback.
struct Announcement {
    QUrl baseUrl;
    QUrl socketUrl;
    QUrl issuer;
    qint64 pid = 0;
};

/// Reads one announcement (schema "apex/serve/1"); later keys are allowed. `source` names its origin in
/// errors.
[[nodiscard]] Expected<Announcement> parseAnnouncement(const QByteArray& json, const QString& source);

/// What a backend that could not start said instead of announcing itself; nullopt if it said nothing of the
/// kind.
[[nodiscard]] std::optional<Error> parseRefusal(const QByteArray& json);

/// The announcement file of a data folder; nullopt if there is none or it cannot be used (then it is stale).
[[nodiscard]] std::optional<Announcement> readAnnouncementFile(const QString& dataFolder);

} // namespace apex::environment
