// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/event.h"

#include <optional>
#include <vector>

namespace apex::protocol {

/// One row of the thread list (5.1).
struct ThreadSummary {
    ThreadId id;
    QString title; ///< empty: the server has none
    std::optional<WallTime> createdAt;
    std::optional<WallTime> updatedAt;
    bool archived = false; ///< metadata.status; the server lists archived threads too
    int messageCount = -1; ///< -1: not sent
    UserId owner;          ///< metadata.user_id; may be empty
};

/// One page of a thread's messages, oldest first.
struct MessagePage {
    ThreadId thread;
    std::vector<StoredMessage> messages;
    std::optional<int> total;
    int limit = 0;
    int offset = 0;
};

/// How files reach the server.
enum class AttachmentMode { None, Inline, Upload };

/// GET /api/config/public: what the environment says of itself.
struct PublicConfig {
    QString environment;
    QString appName;
    QString version;
    AttachmentMode attachments = AttachmentMode::Inline; ///< platform servers know only inline logs (5.4)
    qint64 attachmentLimit = 0;                          ///< bytes; 0: not sent
};

/// Body of GET /api/threads: a bare array (also read: {"threads":[...]}).
[[nodiscard]] Expected<std::vector<ThreadSummary>> decodeThreads(const QByteArray& body);
/// Body of GET, POST, PUT /api/threads[/{id}].
[[nodiscard]] Expected<ThreadSummary> decodeThread(const QByteArray& body);
/// Body of GET /api/threads/{id}/messages.
[[nodiscard]] Expected<MessagePage> decodeMessages(const QByteArray& body);
/// Body of POST /api/files.
[[nodiscard]] Expected<FileId> decodeFileUpload(const QByteArray& body);
/// Body of GET /api/config/public.
[[nodiscard]] Expected<PublicConfig> decodePublicConfig(const QByteArray& body);
/// Any answer with an HTTP status of 400 and up, in the shapes of 5.5. Never fails: an unreadable body is
/// said so.
[[nodiscard]] Error decodeError(int status, const QByteArray& body);

/// Body of POST /api/threads; an empty title is not sent.
[[nodiscard]] QByteArray encodeCreateThread(const QString& title);
/// Body of PUT /api/threads/{id}.
[[nodiscard]] QByteArray encodeRename(const QString& title);

} // namespace apex::protocol
