// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/frames.h"

#include "base/random.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace apex::backend::frames {

using namespace Qt::StringLiterals;

namespace {

struct FramesWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::frames)
};

QJsonObject withTrailer(QJsonObject frame, const Clock& clock) {
    frame.insert("timestamp"_L1, timestamp(clock));
    frame.insert("server_id"_L1, QJsonValue());
    frame.insert("correlation_id"_L1, QJsonValue());
    return frame;
}

} // namespace

QByteArray bytes(const QJsonObject& frame) {
    return QJsonDocument(frame).toJson(QJsonDocument::Compact);
}

double timestamp(const Clock& clock) {
    return static_cast<double>(clock.wallNow().time_since_epoch().count()) / 1e6;
}

QJsonObject handshakeResponse(const ThreadId& thread, const Clock& clock) {
    return {{"type"_L1, "handshake_response"_L1},
            {"thread_id"_L1, thread.toString()},
            {"run_id"_L1, QJsonValue()},
            {"request_id"_L1, QString(u"req_"_s + QString::fromLatin1(randomBytes(6).toHex()))},
            {"message"_L1, FramesWords::tr("Welcome to the backend on this computer.")},
            {"timestamp"_L1, toRfc3339(clock.wallNow())}};
}

QJsonObject handshakeComplete(const ThreadId& thread, const Clock& clock) {
    return {{"type"_L1, "handshake_complete"_L1},
            {"thread_id"_L1, thread.toString()},
            {"timestamp"_L1, toRfc3339(clock.wallNow())}};
}

QJsonObject connectionEstablished(const UserId& user, const QString& connectionId, const Clock& clock) {
    const QJsonArray events{"agent_started"_L1, "agent_thinking"_L1, "tool_executing"_L1, "tool_completed"_L1,
                            "agent_completed"_L1};
    const QJsonObject features{{"full_business_logic"_L1, true},  {"golden_path_integration"_L1, true},
                               {"cloud_run_optimized"_L1, false}, {"emergency_fallback"_L1, false},
                               {"agent_orchestration"_L1, true},  {"stop_agent"_L1, true},
                               {"client_run_ids"_L1, true}};
    const QJsonObject data{{"mode"_L1, "main"_L1},
                           {"user_id"_L1, user.toString()},
                           {"connection_id"_L1, connectionId},
                           {"golden_path_events"_L1, events},
                           {"features"_L1, features},
                           {"timestamp"_L1, toRfc3339(clock.wallNow())}};
    return withTrailer({{"type"_L1, "connection_established"_L1}, {"data"_L1, data}}, clock);
}

QJsonObject heartbeat(const QString& connectionId, qint64 messages, qint64 events, const Clock& clock) {
    const QJsonObject stats{{"messages_processed"_L1, messages}, {"agent_events_processed"_L1, events}};
    const QJsonObject data{{"connection_id"_L1, connectionId},
                           {"timestamp"_L1, toRfc3339(clock.wallNow())},
                           {"stats"_L1, stats}};
    return withTrailer({{"type"_L1, "heartbeat"_L1}, {"data"_L1, data}}, clock);
}

QJsonObject heartbeatAck(const Clock& clock) {
    const QJsonObject data{{"timestamp"_L1, timestamp(clock)}, {"status"_L1, "healthy"_L1}};
    return withTrailer({{"type"_L1, "heartbeat_ack"_L1}, {"data"_L1, data}}, clock);
}

QJsonObject pong(const UserId& user, const QJsonValue& original, const Clock& clock) {
    QJsonObject data{{"timestamp"_L1, timestamp(clock)}, {"user_id"_L1, user.toString()}};
    if (!original.isUndefined())
        data.insert("original_timestamp"_L1, original);
    return withTrailer({{"type"_L1, "pong"_L1}, {"data"_L1, data}}, clock);
}

QJsonObject ack(const QString& receivedType, const UserId& user, const Clock& clock,
                const QJsonObject& more) {
    QJsonObject frame{{"type"_L1, "ack"_L1},
                      {"received_type"_L1, receivedType.isEmpty() ? QJsonValue() : QJsonValue(receivedType)},
                      {"timestamp"_L1, timestamp(clock)},
                      {"user_id"_L1, user.toString()},
                      {"status"_L1, "acknowledged"_L1}};
    for (auto it = more.begin(); it != more.end(); ++it)
        frame.insert(it.key(), it.value());
    return frame;
}

QJsonObject error(const QString& code, const QString& message, const Clock& clock,
                  const QJsonObject& details) {
    return {{"type"_L1, "error_message"_L1},    {"error_code"_L1, code},
            {"error_message"_L1, message},      {"details"_L1, details},
            {"timestamp"_L1, timestamp(clock)}, {"recovery_suggestions"_L1, QJsonValue()}};
}

QJsonObject thread(const QString& type, const ThreadId& id, const Clock& clock, const QJsonObject& more) {
    QJsonObject payload = more;
    payload.insert("thread_id"_L1, id.toString());
    payload.insert("timestamp"_L1, timestamp(clock));
    return {{"type"_L1, type}, {"payload"_L1, payload}};
}

QJsonObject threadRenamed(const ThreadId& id, const QString& title, const Clock& clock) {
    return {{"type"_L1, "thread_renamed"_L1},
            {"thread_id"_L1, id.toString()},
            {"new_title"_L1, title},
            {"timestamp"_L1, static_cast<qint64>(timestamp(clock))}};
}

QJsonObject history(const QString& type, const ThreadId& id, const std::vector<Message>& messages) {
    QJsonArray array;
    for (const Message& message : messages)
        array.append(message.toJson());
    return {{"type"_L1, type},
            {"payload"_L1, QJsonObject{{"thread_id"_L1, id.toString()}, {"messages"_L1, array}}}};
}

QJsonObject runFailed(const StoredRun& run, const QString& code, const QString& sentence,
                      const Clock& clock) {
    return {{"type"_L1, "agent_error"_L1},
            {"run_id"_L1, run.id.toString()},
            {"thread_id"_L1, run.thread.toString()},
            {"user_id"_L1, run.owner.toString()},
            {"agent_name"_L1, "Supervisor"_L1},
            {"status"_L1, "error"_L1},
            {"error_code"_L1, code},
            {"error"_L1, sentence},
            {"message"_L1, sentence},
            {"timestamp"_L1, toRfc3339(clock.wallNow())}};
}

QJsonObject serverShutdown(const Clock& clock) {
    return {{"type"_L1, "server_shutdown"_L1},
            {"message"_L1, FramesWords::tr("The backend on this computer is stopping.")},
            {"timestamp"_L1, timestamp(clock)}};
}

QByteArray recovered(const QByteArray& frame) {
    QJsonObject object = QJsonDocument::fromJson(frame).object();
    object.insert("recovered"_L1, true);
    return bytes(object);
}

} // namespace apex::backend::frames
