// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/threads/run_store.h"
#include "backend/threads/thread_store.h"

#include <QJsonArray>
#include <QJsonObject>

namespace apex::backend::frames {

/// Compact UTF-8 text of a frame.
[[nodiscard]] QByteArray bytes(const QJsonObject& frame);
/// Seconds since 1970 UTC with fraction, the platform's usual form of a time on frames.
[[nodiscard]] double timestamp(const Clock& clock);

/// First greeting of the October generation (protocol.md 3.4).
[[nodiscard]] QJsonObject handshakeResponse(const ThreadId& thread, const Clock& clock);
[[nodiscard]] QJsonObject handshakeComplete(const ThreadId& thread, const Clock& clock);
/// Greeting of the September generation (protocol.md 3.4); `user` is not cut short.
[[nodiscard]] QJsonObject connectionEstablished(const UserId& user, const QString& connectionId,
                                                const Clock& clock);
/// Application heartbeat (protocol.md 3.7).
[[nodiscard]] QJsonObject heartbeat(const QString& connectionId, qint64 messages, qint64 events,
                                    const Clock& clock);
[[nodiscard]] QJsonObject heartbeatAck(const Clock& clock);
[[nodiscard]] QJsonObject pong(const UserId& user, const QJsonValue& original, const Clock& clock);
/// Receipt of a message (protocol.md 3.6); `more` is merged in.
[[nodiscard]] QJsonObject ack(const QString& receivedType, const UserId& user, const Clock& clock,
                              const QJsonObject& more = {});
/// Flat error_message (protocol.md 4.6); `details` goes in as it is.
[[nodiscard]] QJsonObject error(const QString& code, const QString& message, const Clock& clock,
                                const QJsonObject& details = {});
/// thread_created, thread_switched, thread_deleted and the like in payload form (protocol.md 4.7).
[[nodiscard]] QJsonObject thread(const QString& type, const ThreadId& id, const Clock& clock,
                                 const QJsonObject& more = {});
[[nodiscard]] QJsonObject threadRenamed(const ThreadId& id, const QString& title, const Clock& clock);
/// History in payload form; `type` is "thread_history" or "conversation_history".
[[nodiscard]] QJsonObject history(const QString& type, const ThreadId& id,
                                  const std::vector<Message>& messages);
/// The end of a run that could not end itself.
[[nodiscard]] QJsonObject runFailed(const StoredRun& run, const QString& code, const QString& sentence,
                                    const Clock& clock);
/// Last frame before the server closes its sockets.
[[nodiscard]] QJsonObject serverShutdown(const Clock& clock);

/// The same frame with `recovered:true` (protocol.md 3.10).
[[nodiscard]] QByteArray recovered(const QByteArray& frame);

} // namespace apex::backend::frames
