// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/threads/thread_store.h"

#include "base/random.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestTitle = 50;

struct ThreadStoreWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::ThreadStore)
};

qint64 microseconds(const Clock& clock) {
    return clock.wallNow().time_since_epoch().count();
}

QString toText(const QJsonObject& object) {
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}
QJsonObject fromText(const QVariant& text) {
    return QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

QString threadQuery(const QString& rest) {
    return u"SELECT id, account, title, metadata, archived, created_at, coalesce(updated_at, 0), "
           "(SELECT count(*) FROM messages m WHERE m.thread = threads.id) FROM threads "_s +
           rest;
}

Thread readThread(const Database::Row& row) {
    return {ThreadId(row.at(0).toString()),
            UserId(row.at(1).toString()),
            row.at(2).toString(),
            fromText(row.at(3)),
            row.at(4).toBool(),
            row.at(5).toLongLong(),
            row.at(6).toLongLong(),
            row.at(7).toInt()};
}

Message readMessage(const Database::Row& row) {
    return {MessageId(row.at(0).toString()), row.at(1).toString(), row.at(2).toString(), fromText(row.at(3)),
            row.at(4).toLongLong()};
}

std::vector<Message> readMessages(const std::vector<Database::Row>& rows) {
    std::vector<Message> messages;
    messages.reserve(rows.size());
    for (const auto& row : rows)
        messages.push_back(readMessage(row));
    return messages;
}

} // namespace

QJsonObject Thread::toJson() const {
    QJsonObject all = metadata;
    all.insert("user_id"_L1, owner.toString());
    all.insert("title"_L1, title.isEmpty() ? QJsonValue() : QJsonValue(title));
    all.insert("status"_L1, archived ? "archived"_L1 : "active"_L1);
    all.insert("created_at"_L1, createdAt);
    return {{"id"_L1, id.toString()},
            {"object"_L1, "thread"_L1},
            {"title"_L1, title.isEmpty() ? QJsonValue() : QJsonValue(title)},
            {"created_at"_L1, createdAt},
            {"updated_at"_L1, updatedAt == 0 ? QJsonValue() : QJsonValue(updatedAt)},
            {"metadata"_L1, all},
            {"message_count"_L1, messageCount}};
}

QJsonObject Message::toJson() const {
    return {{"id"_L1, id.toString()},
            {"role"_L1, role},
            {"content"_L1, content},
            {"created_at"_L1, createdAt},
            {"metadata"_L1, metadata}};
}

Expected<std::vector<Thread>> ThreadStore::list(const UserId& owner, int limit, int offset) const {
    const auto rows =
        m_database.rows(threadQuery(u"WHERE account = ? ORDER BY activity DESC, id LIMIT ? OFFSET ?"_s),
                        {owner.toString(), limit, offset});
    if (!rows)
        return fail(rows.error());
    std::vector<Thread> threads;
    for (const auto& row : *rows)
        threads.push_back(readThread(row));
    return threads;
}

Expected<Thread> ThreadStore::create(const UserId& owner, const QString& title, const QJsonObject& metadata,
                                     const ThreadId& id) const {
    Thread thread{
        id.isEmpty() ? newThreadId() : id, owner, title, metadata, false, unixSeconds(m_clock), 0, 0};
    const auto done =
        m_database.execute(u"INSERT INTO threads(id, account, title, metadata, created_at, activity) "
                           "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO NOTHING"_s,
                           {thread.id.toString(), owner.toString(), title, toText(metadata), thread.createdAt,
                            microseconds(m_clock)});
    if (!done)
        return fail(done.error());
    if (*done == 0)
        return fail(ErrorKind::Conflict, ThreadStoreWords::tr("A conversation with this id exists already."));
    return thread;
}

Expected<Thread> ThreadStore::get(const UserId& owner, const ThreadId& id) const {
    const auto rows =
        m_database.rows(threadQuery(u"WHERE id = ? AND account = ?"_s), {id.toString(), owner.toString()});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return fail(ErrorKind::NotFound, ThreadStoreWords::tr("There is no such conversation."));
    return readThread(rows->front());
}

Expected<Thread> ThreadStore::update(const UserId& owner, const ThreadId& id,
                                     const std::optional<QString>& title, const QJsonObject& metadata) const {
    auto thread = get(owner, id);
    if (!thread)
        return thread;
    if (title)
        thread->title = *title;
    for (auto it = metadata.begin(); it != metadata.end(); ++it) {
        if (it.key() == "status"_L1)
            thread->archived = it.value().toString() == "archived"_L1;
        else
            thread->metadata.insert(it.key(), it.value());
    }
    thread->updatedAt = unixSeconds(m_clock);
    const auto done = m_database.execute(
        u"UPDATE threads SET title = ?, metadata = ?, archived = ?, updated_at = ? WHERE id = ?"_s,
        {thread->title, toText(thread->metadata), thread->archived ? 1 : 0, thread->updatedAt,
         id.toString()});
    if (!done)
        return fail(done.error());
    return thread;
}

Expected<void> ThreadStore::archive(const UserId& owner, const ThreadId& id) const {
    const auto done = update(owner, id, std::nullopt, {{"status"_L1, "archived"_L1}});
    if (!done)
        return fail(done.error());
    return {};
}

Expected<Message> ThreadStore::append(const UserId& owner, const ThreadId& id, const QString& role,
                                      const QString& content, const QJsonObject& metadata) const {
    if (auto thread = get(owner, id); !thread)
        return fail(thread.error());
    Message message{MessageId(u"msg_"_s + QString::fromLatin1(randomBytes(12).toHex())), role, content,
                    metadata, unixSeconds(m_clock)};
    const auto done = m_database.inTransaction([&]() -> Expected<void> {
        if (auto added = m_database.execute(
                u"INSERT INTO messages(id, thread, role, content, metadata, created_at) "
                "VALUES(?, ?, ?, ?, ?, ?)"_s,
                {message.id.toString(), id.toString(), role, content, toText(metadata), message.createdAt});
            !added)
            return fail(added.error());
        if (auto marked =
                m_database.execute(u"UPDATE threads SET updated_at = ?, activity = ? WHERE id = ?"_s,
                                   {message.createdAt, microseconds(m_clock), id.toString()});
            !marked)
            return fail(marked.error());
        return {};
    });
    if (!done)
        return fail(done.error());
    return message;
}

Expected<MessagePage> ThreadStore::messages(const UserId& owner, const ThreadId& id, int limit,
                                            int offset) const {
    const auto thread = get(owner, id);
    if (!thread)
        return fail(thread.error());
    const auto rows =
        m_database.rows(u"SELECT id, role, content, metadata, created_at FROM messages WHERE thread = ? "
                        "ORDER BY seq LIMIT ? OFFSET ?"_s,
                        {id.toString(), limit, offset});
    if (!rows)
        return fail(rows.error());
    return MessagePage{readMessages(*rows), thread->messageCount};
}

Expected<std::vector<Message>> ThreadStore::latestMessages(const UserId& owner, const ThreadId& id,
                                                           int limit) const {
    if (auto thread = get(owner, id); !thread)
        return fail(thread.error());
    const auto rows =
        m_database.rows(u"SELECT id, role, content, metadata, created_at FROM (SELECT * FROM messages "
                        "WHERE thread = ? ORDER BY seq DESC LIMIT ?) ORDER BY seq"_s,
                        {id.toString(), limit});
    if (!rows)
        return fail(rows.error());
    return readMessages(*rows);
}

QString titleFromMessage(const QString& text) {
    QString line = text.simplified();
    if (line.size() <= longestTitle)
        return line;
    QString cut = line.left(longestTitle - 1);
    const qsizetype space = cut.lastIndexOf(u' ');
    if (space > longestTitle / 2)
        cut.truncate(space);
    else if (cut.back().isHighSurrogate())
        cut.chop(1);
    return cut + u'…';
}

ThreadId newThreadId() {
    return ThreadId(u"thread_"_s + QString::fromLatin1(randomBytes(8).toHex()));
}

} // namespace apex::backend
