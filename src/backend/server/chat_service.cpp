// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/chat_service.h"

#include "backend/server/frames.h"
#include "base/logging.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr int longestHistory = 100;

struct ChatServiceWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::ChatService)
};

QString canonicalType(const QString& type) {
    static const QHash<QString, QString> aliases = {
        {u"chat_message"_s, u"user_message"_s}, {u"user"_s, u"user_message"_s},
        {u"message"_s, u"user_message"_s},      {u"user_input"_s, u"user_message"_s},
        {u"chat"_s, u"user_message"_s},         {u"start_agent"_s, u"user_message"_s},
        {u"execute_agent"_s, u"user_message"_s}};
    const QString lower = type.toLower();
    return aliases.value(lower, lower);
}

QJsonObject bodyOf(const QJsonObject& frame) {
    for (const auto name : {"payload"_L1, "data"_L1}) {
        if (frame.value(name).isObject())
            return frame.value(name).toObject();
    }
    return frame;
}

ThreadId threadIn(const QJsonObject& body) {
    for (const auto name : {"thread_id"_L1, "threadId"_L1, "session_id"_L1}) {
        if (const QString id = body.value(name).toString(); !id.isEmpty())
            return ThreadId(id);
    }
    return {};
}

} // namespace

ChatService::ChatService(BackendState& state, ChatHub& hub, IoExecutor& io)
    : m_state(state), m_hub(hub),
      m_runs(
          state.options.run, io, state.clock,
          {[this](const RunRequest& run, const QByteArray& frame) { m_hub.deliver(run.user, frame); },
           [this](const RunRequest& run, const RunOutcome& outcome, const std::vector<QByteArray>& lastFrames,
                  const std::optional<QString>& thrown) { runEnded(run, outcome, lastFrames, thrown); }}) {
    m_hub.setMessageHandler([this](ChatPeer& peer, const QByteArray& text) { handle(peer, text); });
    m_hub.setRunProbe([this](const UserId& user) { return m_runs.activeRuns(user) > 0; });
}

const std::map<QString, ChatService::Handler>& ChatService::handlers() {
    static const std::map<QString, Handler> table = {
        {u"ping"_s, &ChatService::onPing},
        {u"pong"_s, &ChatService::onNothing},
        {u"heartbeat"_s, &ChatService::onHeartbeat},
        {u"heartbeat_ack"_s, &ChatService::onNothing},
        {u"event_confirmation"_s, &ChatService::onNothing},
        {u"handshake_acknowledged"_s, &ChatService::onHandshakeAcknowledged},
        {u"session_acknowledged"_s, &ChatService::onHandshakeAcknowledged},
        {u"disconnect"_s, &ChatService::onDisconnect},
        {u"user_message"_s, &ChatService::onUserMessage},
        {u"stop_agent"_s, &ChatService::onStop},
        {u"switch_thread"_s, &ChatService::onSwitchThread},
        {u"create_thread"_s, &ChatService::onCreateThread},
        {u"list_threads"_s, &ChatService::onListThreads},
        {u"delete_thread"_s, &ChatService::onDeleteThread},
        {u"get_thread_history"_s, &ChatService::onHistory},
        {u"get_conversation_history"_s, &ChatService::onHistory},
        {u"get_agent_context"_s, &ChatService::onAgentContext},
    };
    return table;
}

void ChatService::handle(ChatPeer& peer, const QByteArray& text) {
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject()) {
        m_hub.reply(peer, frames::error(u"JSON_PARSE_ERROR"_s, u"Invalid JSON format"_s, m_state.clock));
        return;
    }
    const QJsonObject frame = document.object();
    const QString given = frame.value("type"_L1).toString();
    const Incoming in{peer, canonicalType(given), bodyOf(frame), frame};
    const auto found = handlers().find(in.type);
    if (found == handlers().end())
        m_hub.reply(peer, frames::ack(given, peer.claims.user, m_state.clock));
    else
        (this->*found->second)(in);
}

void ChatService::onNothing(const Incoming&) {}

void ChatService::onPing(const Incoming& in) {
    m_hub.reply(in.peer, frames::pong(in.peer.claims.user, in.frame.value("timestamp"_L1), m_state.clock));
}

void ChatService::onHeartbeat(const Incoming& in) {
    m_hub.reply(in.peer, frames::heartbeatAck(m_state.clock));
}

void ChatService::onHandshakeAcknowledged(const Incoming& in) {
    m_hub.reply(in.peer, frames::handshakeComplete(in.peer.greetedThread, m_state.clock));
}

void ChatService::onDisconnect(const Incoming& in) {
    if (const auto socket = in.peer.socket.lock())
        socket->close(1000, "client asked");
}

void ChatService::onStop(const Incoming& in) {
    const RunId run(in.body.value("run_id"_L1).toString());
    const QStringList stopping = m_runs.stop(in.peer.claims.user, run, threadIn(in.body));
    m_hub.reply(in.peer,
                frames::ack(in.type, in.peer.claims.user, m_state.clock,
                            {{"stopping"_L1, QJsonArray::fromStringList(stopping)},
                             {"status"_L1, stopping.isEmpty() ? "nothing_to_stop"_L1 : "acknowledged"_L1}}));
}

void ChatService::onSwitchThread(const Incoming& in) {
    const auto thread = m_state.threads.get(in.peer.claims.user, threadIn(in.body));
    if (!thread)
        return refuse(in, thread.error());
    m_hub.reply(in.peer, frames::thread(u"thread_switched"_s, thread->id, m_state.clock));
}

void ChatService::onCreateThread(const Incoming& in) {
    const auto thread =
        m_state.threads.create(in.peer.claims.user, in.body.value("title"_L1).toString().left(200),
                               in.body.value("metadata"_L1).toObject());
    if (!thread)
        return refuse(in, thread.error());
    m_hub.reply(in.peer, frames::thread(u"thread_created"_s, thread->id, m_state.clock));
}

void ChatService::onListThreads(const Incoming& in) {
    const int limit = std::clamp(in.body.value("limit"_L1).toInt(20), 1, 100);
    const auto threads =
        m_state.threads.list(in.peer.claims.user, limit, std::max(0, in.body.value("offset"_L1).toInt(0)));
    if (!threads)
        return refuse(in, threads.error());
    QJsonArray array;
    for (const Thread& thread : *threads)
        array.append(thread.toJson());
    m_hub.reply(in.peer, QJsonObject{{"type"_L1, "thread_list"_L1},
                                     {"payload"_L1, QJsonObject{{"threads"_L1, array}}}});
}

void ChatService::onDeleteThread(const Incoming& in) {
    const ThreadId id = threadIn(in.body);
    if (auto archived = m_state.threads.archive(in.peer.claims.user, id); !archived)
        return refuse(in, archived.error());
    m_hub.reply(in.peer, frames::thread(u"thread_deleted"_s, id, m_state.clock));
}

void ChatService::onHistory(const Incoming& in) {
    const ThreadId id = threadIn(in.body);
    const auto messages = m_state.threads.latestMessages(in.peer.claims.user, id, longestHistory);
    if (!messages)
        return refuse(in, messages.error());
    const QString type = in.type == "get_thread_history"_L1 ? u"thread_history"_s : u"conversation_history"_s;
    m_hub.reply(in.peer, frames::history(type, id, *messages));
}

void ChatService::onAgentContext(const Incoming& in) {
    const ThreadId id = threadIn(in.body);
    const auto files = m_state.files.ofThread(in.peer.claims.user, id);
    const auto thread = m_state.threads.get(in.peer.claims.user, id);
    if (!thread || !files)
        return refuse(in, thread ? files.error() : thread.error());
    QJsonArray attached;
    for (const AttachedFile& file : *files)
        attached.append(QJsonObject{
            {"file_id"_L1, file.id.toString()}, {"name"_L1, file.name}, {"size_bytes"_L1, file.sizeBytes}});
    m_hub.reply(in.peer,
                frames::thread(u"agent_context"_s, id, m_state.clock,
                               {{"message_count"_L1, thread->messageCount}, {"files"_L1, attached}}));
}

void ChatService::refuse(const Incoming& in, const Error& error) {
    const QString code = error.kind == ErrorKind::NotFound       ? u"NOT_FOUND"_s
                         : error.kind == ErrorKind::InvalidInput ? u"INVALID_MESSAGE"_s
                         : error.kind == ErrorKind::TooLarge     ? u"MESSAGE_TOO_LARGE"_s
                         : error.kind == ErrorKind::Unavailable  ? u"TOO_MANY_RUNS"_s
                                                                 : u"STORAGE_ERROR"_s;
    QJsonObject details{{"received_type"_L1, in.type}};
    for (const auto name : {"run_id"_L1, "correlation_id"_L1, "thread_id"_L1}) {
        if (in.body.contains(name))
            details.insert(name, in.body.value(name));
    }
    if (!error.details.isEmpty())
        qCWarning(logBackend) << "Message refused:" << error.forSupport();
    m_hub.reply(in.peer, frames::error(code, error.forPeople(), m_state.clock, details));
}

Expected<void> ChatService::reportInterruptedRuns() {
    const auto interrupted = m_state.runs.takeInterrupted();
    if (!interrupted)
        return fail(interrupted.error());
    const QString sentence = ChatServiceWords::tr(
        "The backend stopped before this run finished. Send the message again to repeat it.");
    for (const StoredRun& run : *interrupted) {
        const auto stored =
            m_state.threads.append(run.owner, run.thread, u"assistant"_s, sentence,
                                   {{"run_id"_L1, run.id.toString()}, {"run_end"_L1, "interrupted"_L1}});
        if (!stored)
            return fail(stored.error());
        m_hub.deliver(run.owner,
                      frames::bytes(frames::runFailed(run, u"INTERRUPTED"_s, sentence, m_state.clock)));
    }
    return {};
}

void ChatService::stopAllRuns(std::function<void()> idle) {
    m_runs.stopAll();
    if (m_runs.isIdle())
        idle();
    else
        m_whenIdle = std::move(idle);
}

} // namespace apex::backend
