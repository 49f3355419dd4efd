// SPDX-License-Identifier: GPL-3.0-or-later
// The part of ChatService that turns a message into a run and a run into a stored answer.
#include "backend/server/chat_service.h"
#include "backend/server/frames.h"
#include "base/logging.h"
#include "base/random.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestText = 256 * 1024;
constexpr int earlierMessages = 40;
constexpr qsizetype mostReferences = 10'000;

struct ChatRunsWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::ChatService)
};

QString textIn(const QJsonObject& body) {
    for (const auto name : {"message"_L1, "content"_L1, "text"_L1, "user_request"_L1}) {
        if (QString text = body.value(name).toString(); !text.trimmed().isEmpty())
            return text;
    }
    return {};
}

bool isUsableRunId(const QString& id) {
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}\\z"_s);
    return pattern.match(id).hasMatch();
}

bool isUsableThreadId(const ThreadId& id) {
    return isUsableRunId(id.toString());
}

FileId referenceId(const QJsonValue& reference) {
    if (reference.isString())
        return FileId(reference.toString());
    const QJsonObject object = reference.toObject();
    return FileId(object.value(object.contains("file_id"_L1) ? "file_id"_L1 : "id"_L1).toString());
}

QString endName(RunEnd end) {
    switch (end) {
    case RunEnd::Completed:
        return u"completed"_s;
    case RunEnd::Failed:
        return u"failed"_s;
    case RunEnd::Stopped:
        return u"stopped"_s;
    }
    return u"failed"_s;
}

QJsonArray attachmentsJson(const std::vector<AttachedFile>& files) {
    QJsonArray array;
    for (const AttachedFile& file : files)
        array.append(QJsonObject{
            {"file_id"_L1, file.id.toString()}, {"name"_L1, file.name}, {"size_bytes"_L1, file.sizeBytes}});
    return array;
}

std::vector<FileId> filesOf(const QJsonObject& metadata) {
    std::vector<FileId> files;
    for (const QJsonValue& file : metadata.value("attachments"_L1).toArray())
        files.emplace_back(file.toObject().value("file_id"_L1).toString());
    return files;
}

QJsonObject answerMetadata(const RunRequest& run, const RunOutcome& outcome) {
    QJsonObject metadata{{"run_id"_L1, run.run.toString()}, {"run_end"_L1, endName(outcome.end)}};
    if (!outcome.finalReport.isEmpty()) {
        metadata.insert("report_type"_L1, outcome.finalReport.value("report_type"_L1));
        metadata.insert("final_report"_L1, outcome.finalReport);
    }
    return metadata;
}

} // namespace

bool ChatService::isRepeated(const Incoming& in, const QString& text) const {
    const RunId wanted(in.body.value("run_id"_L1).toString());
    if (wanted.isEmpty())
        return false;
    const auto earlier = m_state.runs.find(wanted);
    return earlier && *earlier && (*earlier)->owner == in.peer.claims.user && (*earlier)->request == text;
}

void ChatService::onUserMessage(const Incoming& in) {
    const QString text = textIn(in.body);
    const UserId& user = in.peer.claims.user;
    if (text.isEmpty())
        return refuse(in, makeError(ErrorKind::InvalidInput, ChatRunsWords::tr("Please enter a message.")));
    if (text.size() > longestText)
        return refuse(in, makeError(ErrorKind::TooLarge, ChatRunsWords::tr("The message is too long."),
                                    ChatRunsWords::tr("Shorten it, or attach it as a file.")));
    if (isRepeated(in, text)) {
        m_hub.reply(in.peer,
                    frames::ack(in.type, user, m_state.clock,
                                {{"status"_L1, "duplicate"_L1}, {"run_id"_L1, in.body.value("run_id"_L1)}}));
        return;
    }
    if (m_runs.activeRuns(user) >= m_state.options.maxRunsPerUser)
        return refuse(in, makeError(ErrorKind::Unavailable,
                                    ChatRunsWords::tr("Too many runs are under way for this account."),
                                    ChatRunsWords::tr("Wait for one to finish, or stop one.")));
    auto request = prepareRun(in, text);
    if (!request)
        return refuse(in, request.error());
    QJsonObject accepted{{"run_id"_L1, request->run.toString()},
                         {"thread_id"_L1, request->thread.toString()}};
    if (in.body.contains("correlation_id"_L1))
        accepted.insert("correlation_id"_L1, in.body.value("correlation_id"_L1));
    m_hub.reply(in.peer, frames::ack(in.type, user, m_state.clock, accepted));
    m_runs.start(std::move(*request));
}

Expected<RunRequest> ChatService::prepareRun(const Incoming& in, const QString& text) {
    const UserId& user = in.peer.claims.user;
    // Everything that can be refused is looked at before anything is stored.
    auto added = newFiles(in);
    if (!added)
        return fail(added.error());
    const auto thread = threadFor(in);
    if (!thread)
        return fail(thread.error());
    const auto run = runIdFor(in, thread->id);
    if (!run)
        return fail(run.error());
    const auto earlier = m_state.threads.latestMessages(user, thread->id, earlierMessages);
    if (!earlier)
        return fail(earlier.error());
    if (auto attached = m_state.files.attach(thread->id, *added); !attached)
        return fail(attached.error());
    auto files = m_state.files.ofThread(user, thread->id);
    if (!files)
        return fail(files.error());
    QSet<QString> now;
    for (const AttachedFile& file : *added)
        now.insert(file.id.toString());
    for (AttachedFile& file : *files)
        file.ofThisMessage = now.contains(file.id.toString());
    QJsonObject metadata{{"run_id"_L1, run->toString()}};
    if (!added->empty())
        metadata.insert("attachments"_L1, attachmentsJson(*added));
    const auto stored = m_state.threads.append(user, thread->id, u"user"_s, text, metadata);
    if (!stored)
        return fail(stored.error());
    if (auto begun = m_state.runs.begin({*run, user, thread->id, text}); !begun)
        return fail(begun.error());
    titleThread(*thread, text);
    RunRequest request{*run,
                       thread->id,
                       user,
                       text,
                       std::move(*files),
                       {},
                       m_state.options.priceFilePath,
                       m_state.options.dataDir + u"/imports"_s};
    for (const Message& message : *earlier)
        request.history.push_back({message.role == "user"_L1, message.content, filesOf(message.metadata)});
    return request;
}

Expected<Thread> ChatService::threadFor(const Incoming& in) {
    const UserId& user = in.peer.claims.user;
    const ThreadId wanted(in.body.value("thread_id"_L1).toString());
    if (!wanted.isEmpty()) {
        auto known = m_state.threads.get(user, wanted);
        if (known || known.error().kind != ErrorKind::NotFound)
            return known;
    }
    // Only the id this connection was greeted with may be chosen by the client.
    const bool greeted = wanted == in.peer.greetedThread && isUsableThreadId(wanted);
    auto created = m_state.threads.create(user, {}, {}, greeted ? wanted : ThreadId());
    if (created) {
        // With the run, so that the account's other connections do not take the thread for theirs.
        m_hub.deliver(user, frames::bytes(frames::thread(u"thread_created"_s, created->id, m_state.clock,
                                                         {{"run_id"_L1, in.body.value("run_id"_L1)}})));
    }
    return created;
}

Expected<std::vector<AttachedFile>> ChatService::newFiles(const Incoming& in) const {
    std::vector<AttachedFile> files;
    const QJsonArray references = in.body.value("references"_L1).toArray();
    if (references.size() > mostReferences)
        return fail(ErrorKind::InvalidInput,
                    ChatRunsWords::tr("A message can refer to at most %1 files.").arg(mostReferences));
    for (const auto& reference : references) {
        auto file = m_state.files.get(in.peer.claims.user, referenceId(reference));
        if (!file)
            return fail(file.error());
        files.push_back(std::move(*file));
    }
    if (const QJsonArray records = in.body.value("jsonl_logs"_L1).toArray(); !records.isEmpty()) {
        auto logs = storeLogs(in.peer.claims.user, records);
        if (!logs)
            return fail(logs.error());
        files.push_back(std::move(*logs));
    }
    return files;
}

Expected<AttachedFile> ChatService::storeLogs(const UserId& owner, const QJsonArray& records) const {
    auto incoming = m_state.files.begin(owner, u"logs.jsonl"_s, -1);
    if (!incoming)
        return fail(incoming.error());
    for (const auto& record : records) {
        QByteArray line =
            record.isObject()
                ? frames::bytes(record.toObject())
                : QJsonDocument(QJsonArray{record}).toJson(QJsonDocument::Compact).mid(1).chopped(1);
        line.append('\n');
        if (auto written = incoming->write(line.constData(), line.size()); !written)
            return fail(written.error());
    }
    return m_state.files.finish(std::move(*incoming));
}

Expected<RunId> ChatService::runIdFor(const Incoming& in, const ThreadId& thread) const {
    const QString wanted = in.body.value("run_id"_L1).toString();
    if (isUsableRunId(wanted)) {
        const auto taken = m_state.runs.find(RunId(wanted));
        if (!taken)
            return fail(taken.error());
        if (!*taken)
            return RunId(wanted);
    }
    const qint64 ms = m_state.clock.wallNow().time_since_epoch().count() / 1000;
    return RunId(
        u"%1_run_%2_%3"_s.arg(thread.toString()).arg(ms).arg(QString::fromLatin1(randomBytes(4).toHex())));
}

void ChatService::titleThread(const Thread& thread, const QString& text) {
    if (!thread.title.isEmpty())
        return;
    const QString title = titleFromMessage(text);
    if (auto renamed = m_state.threads.update(thread.owner, thread.id, title, {}); !renamed) {
        qCWarning(logBackend) << "A conversation stays without a title:" << renamed.error().forSupport();
        return;
    }
    m_hub.deliver(thread.owner, frames::bytes(frames::threadRenamed(thread.id, title, m_state.clock)));
}

void ChatService::runEnded(const RunRequest& run, const RunOutcome& outcome,
                           const std::vector<QByteArray>& lastFrames, const std::optional<QString>& thrown) {
    RunOutcome told = outcome;
    if (thrown) {
        qCCritical(logBackend) << "A run ended by an exception:" << *thrown;
        told.end = RunEnd::Failed;
        told.answerMarkdown =
            ChatRunsWords::tr("The run failed because of a defect in the agents. Nothing was calculated.");
    }
    std::optional<Error> trouble;
    if (!told.answerMarkdown.isEmpty()) {
        const auto stored = m_state.threads.append(run.user, run.thread, u"assistant"_s, told.answerMarkdown,
                                                   answerMetadata(run, told));
        if (!stored)
            trouble = stored.error();
    }
    if (auto ended = m_state.runs.end(run.run, endName(told.end)); !ended)
        trouble = ended.error();
    for (const QByteArray& frame : lastFrames)
        m_hub.deliver(run.user, frame);
    const StoredRun stored{run.run, run.user, run.thread, run.text};
    if (thrown)
        m_hub.deliver(run.user, frames::bytes(frames::runFailed(stored, u"AGENT_DEFECT"_s,
                                                                told.answerMarkdown, m_state.clock)));
    if (trouble)
        m_hub.deliver(run.user,
                      frames::bytes(frames::error(u"STORAGE_ERROR"_s, trouble->forPeople(), m_state.clock,
                                                  {{"run_id"_L1, run.run.toString()}})));
    if (m_runs.isIdle() && m_whenIdle)
        std::exchange(m_whenIdle, nullptr)();
}

} // namespace apex::backend
