// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/storage/database.h"
#include "base/clock.h"
#include "base/ids.h"

#include <QJsonObject>

#include <optional>
#include <vector>

namespace apex::backend {

/// A conversation of one account. Times are seconds since 1970 UTC.
struct Thread {
    ThreadId id;
    UserId owner;
    QString title; ///< empty = none yet
    QJsonObject metadata;
    bool archived = false;
    qint64 createdAt = 0;
    qint64 updatedAt = 0; ///< 0 = never
    int messageCount = 0;

    /// The shape of protocol.md 5.1.
    [[nodiscard]] QJsonObject toJson() const;
};

/// A message of a thread.
struct Message {
    MessageId id;
    QString role; ///< "user" or "assistant"
    QString content;
    QJsonObject metadata;
    qint64 createdAt = 0;

    /// The shape of protocol.md 5.1; `content` is always a string.
    [[nodiscard]] QJsonObject toJson() const;
};

/// One page of messages, oldest first.
struct MessagePage {
    std::vector<Message> messages;
    int total = 0;
};

/// Threads and messages. Another account's thread is NotFound everywhere. Thread of the database only.
class ThreadStore {
public:
    ThreadStore(const Database& database, const Clock& clock) : m_database(database), m_clock(clock) {}

    /// Threads of the account, latest activity first; archived ones included, as on the platform.
    [[nodiscard]] Expected<std::vector<Thread>> list(const UserId& owner, int limit, int offset) const;
    /// Creates a thread; an empty id makes a new one. Conflict if the id exists.
    [[nodiscard]] Expected<Thread> create(const UserId& owner, const QString& title,
                                          const QJsonObject& metadata, const ThreadId& id = {}) const;
    [[nodiscard]] Expected<Thread> get(const UserId& owner, const ThreadId& id) const;
    /// Changes title and merges metadata; `status` "archived" or "active" in it moves the thread there and
    /// back.
    [[nodiscard]] Expected<Thread> update(const UserId& owner, const ThreadId& id,
                                          const std::optional<QString>& title,
                                          const QJsonObject& metadata) const;
    [[nodiscard]] Expected<void> archive(const UserId& owner, const ThreadId& id) const;

    /// Adds a message at the end and marks the thread as active now.
    [[nodiscard]] Expected<Message> append(const UserId& owner, const ThreadId& id, const QString& role,
                                           const QString& content, const QJsonObject& metadata) const;
    [[nodiscard]] Expected<MessagePage> messages(const UserId& owner, const ThreadId& id, int limit,
                                                 int offset) const;
    /// The last `limit` messages, oldest first.
    [[nodiscard]] Expected<std::vector<Message>> latestMessages(const UserId& owner, const ThreadId& id,
                                                                int limit) const;

private:
    const Database& m_database;
    const Clock& m_clock;
};

/// A title of at most 50 characters from a first message: its first words, cut at a word with an ellipsis.
[[nodiscard]] QString titleFromMessage(const QString& text);
/// A new thread id in the platform's form, "thread_" and 16 hex digits.
[[nodiscard]] ThreadId newThreadId();

} // namespace apex::backend
