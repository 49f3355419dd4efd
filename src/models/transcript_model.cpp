// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/transcript_model.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace apex::models {

using session::AnswerKind;
using session::Delivery;
using session::Message;
using session::Speaker;

namespace {

constexpr int kFlushIntervalMs = 34;
constexpr qsizetype kSentenceTextLimit = 600;

QDateTime localTime(const Message& message) {
    if (!message.at)
        return {};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(message.at->time_since_epoch());
    return QDateTime::fromMSecsSinceEpoch(ms.count());
}

QString kindText(AnswerKind kind) {
    switch (kind) {
    case AnswerKind::Full:
        return {};
    case AnswerKind::Partial:
        return TranscriptModel::tr("Partial answer");
    case AnswerKind::Guidance:
        return TranscriptModel::tr("Guidance");
    case AnswerKind::Fallback:
        return TranscriptModel::tr("Fallback answer");
    case AnswerKind::InProgress:
        return TranscriptModel::tr("In progress");
    case AnswerKind::NotClosed:
        return TranscriptModel::tr("Outcome unknown");
    case AnswerKind::Failed:
        return TranscriptModel::tr("Failed");
    case AnswerKind::Stopped:
        return TranscriptModel::tr("Stopped");
    }
    return {};
}

QString deliveryText(Delivery delivery) {
    switch (delivery) {
    case Delivery::None:
    case Delivery::Sent:
        return {};
    case Delivery::Queued:
        return TranscriptModel::tr("Queued, not sent yet");
    case Delivery::Uploading:
        return TranscriptModel::tr("Uploading files");
    case Delivery::Sending:
        return TranscriptModel::tr("Sending");
    case Delivery::Failed:
        return TranscriptModel::tr("Not sent");
    }
    return {};
}

QString badgeText(const Message& message) {
    QStringList words;
    if (message.speaker == Speaker::Agent)
        words << kindText(message.kind);
    if (message.cutByServer)
        words << TranscriptModel::tr("Shortened by the server");
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

QString shortened(const QString& text) {
    const QString flat = text.left(kSentenceTextLimit).simplified();
    return text.size() > kSentenceTextLimit ? QString(flat + QStringLiteral("…")) : flat;
}

/// Rows that two id lists share at their start and at their end.
struct Overlap {
    qsizetype head = 0;
    qsizetype tail = 0;
};

Overlap overlapOf(const std::vector<qint64>& before, const std::vector<qint64>& after) {
    Overlap overlap;
    const auto shorter = static_cast<qsizetype>(std::min(before.size(), after.size()));
    while (overlap.head < shorter && before[size_t(overlap.head)] == after[size_t(overlap.head)])
        ++overlap.head;
    while (overlap.tail < shorter - overlap.head &&
           before[before.size() - 1 - size_t(overlap.tail)] == after[after.size() - 1 - size_t(overlap.tail)])
        ++overlap.tail;
    return overlap;
}

} // namespace

TranscriptModel::TranscriptModel(QObject* parent) : QAbstractListModel(parent) {
    m_flushTimer.setSingleShot(true);
    connect(&m_flushTimer, &QTimer::timeout, this, &TranscriptModel::flush);
}

void TranscriptModel::setConversation(session::Conversation* conversation) {
    if (conversation == m_conversation)
        return;
    beginResetModel();
    if (m_conversation)
        m_conversation->disconnect(this);
    m_conversation = conversation;
    m_reports.clear();
    m_dirty.clear();
    m_flushTimer.stop();
    m_ids = currentIds();
    connectConversation();
    endResetModel();
}

void TranscriptModel::connectConversation() {
    if (!m_conversation)
        return;
    connect(m_conversation, &session::Conversation::messagesReset, this, &TranscriptModel::reconcile);
    connect(m_conversation, &session::Conversation::messageAppended, this, &TranscriptModel::onAppended);
    connect(m_conversation, &session::Conversation::messageChanged, this, &TranscriptModel::onChanged);
    connect(m_conversation, &QObject::destroyed, this, &TranscriptModel::onConversationGone);
}

std::vector<qint64> TranscriptModel::currentIds() const {
    std::vector<qint64> ids;
    if (!m_conversation)
        return ids;
    ids.reserve(m_conversation->messages().size());
    for (const Message& message : m_conversation->messages())
        ids.push_back(message.localId);
    return ids;
}

int TranscriptModel::rowOf(qint64 localId) const {
    const auto found = std::find(m_ids.rbegin(), m_ids.rend(), localId);
    return found == m_ids.rend() ? -1 : static_cast<int>(std::distance(found, m_ids.rend())) - 1;
}

int TranscriptModel::rowOfRun(const RunId& run) const {
    if (!m_conversation || run.isEmpty())
        return -1;
    const auto& messages = m_conversation->messages();
    for (size_t row = 0; row < std::min(messages.size(), m_ids.size()); ++row) {
        if (messages[row].run == run)
            return static_cast<int>(row);
    }
    return -1;
}

void TranscriptModel::onAppended(int index) {
    if (index != static_cast<int>(m_ids.size()) || !m_conversation) {
        reconcile();
        return;
    }
    beginInsertRows({}, index, index);
    m_ids.push_back(m_conversation->messages()[size_t(index)].localId);
    endInsertRows();
}

void TranscriptModel::onChanged(int index) {
    m_dirty.insert(index);
    if (m_flushTimer.isActive())
        return;
    const qint64 waited = m_sinceFlush.isValid() ? m_sinceFlush.elapsed() : kFlushIntervalMs;
    m_flushTimer.start(static_cast<int>(std::max<qint64>(0, kFlushIntervalMs - waited)));
}

void TranscriptModel::flush() {
    m_flushTimer.stop();
    m_sinceFlush.start();
    const std::set<int> dirty = std::exchange(m_dirty, {});
    for (const int row : dirty) {
        if (row >= 0 && row < rowCount())
            Q_EMIT dataChanged(index(row), index(row));
    }
}

void TranscriptModel::onConversationGone() {
    beginResetModel();
    m_reports.clear();
    m_conversation = nullptr;
    m_ids.clear();
    m_dirty.clear();
    endResetModel();
}

void TranscriptModel::reconcile() {
    m_dirty.clear();
    const std::vector<qint64> after = currentIds();
    const Overlap kept = overlapOf(m_ids, after);
    const auto head = static_cast<int>(kept.head);
    const auto removed = static_cast<int>(m_ids.size()) - head - static_cast<int>(kept.tail);
    const auto added = static_cast<int>(after.size()) - head - static_cast<int>(kept.tail);
    if (removed > 0) {
        beginRemoveRows({}, head, head + removed - 1);
        m_ids.erase(m_ids.begin() + head, m_ids.begin() + head + removed);
        endRemoveRows();
    }
    if (added > 0) {
        beginInsertRows({}, head, head + added - 1);
        m_ids = after;
        endInsertRows();
    }
    if (!m_ids.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

int TranscriptModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_ids.size());
}

const Message* TranscriptModel::messageAt(int row) const {
    if (!m_conversation || row < 0 || row >= rowCount())
        return nullptr;
    const auto& messages = m_conversation->messages();
    const auto at = static_cast<size_t>(row);
    if (at < messages.size() && messages[at].localId == m_ids[at])
        return &messages[at];
    // Between a change of the list and our row signals the rows have moved; identity decides.
    const auto found = std::find_if(messages.begin(), messages.end(),
                                    [&](const Message& m) { return m.localId == m_ids[at]; });
    return found == messages.end() ? nullptr : &*found;
}

QVariant TranscriptModel::data(const QModelIndex& index, int role) const {
    const Message* message = index.isValid() ? messageAt(index.row()) : nullptr;
    if (!message)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return message->text;
    case Qt::AccessibleTextRole:
        return sentence(*message);
    case LocalIdRole:
        return message->localId;
    case SpeakerRole:
        return static_cast<int>(message->speaker);
    case SpeakerNameRole:
        return speakerName(*message);
    case RevisionRole:
        return message->revision;
    case RunIdRole:
        return message->run.toString();
    case AttachmentsRole:
        return message->attachments;
    case ReportRole:
        return message->report;
    case ReportDocumentRole:
        return QVariant::fromValue(reportOf(*message));
    case FrameRole:
        return QVariant::fromValue(frameOf(*message));
    default:
        return stateData(*message, role);
    }
}

QVariant TranscriptModel::stateData(const Message& message, int role) const {
    switch (role) {
    case DeliveryRole:
        return static_cast<int>(message.delivery);
    case DeliveryTextRole:
        return deliveryText(message.delivery);
    case KindRole:
        return static_cast<int>(message.kind);
    case BadgeRole:
        return badgeText(message);
    case TimeRole:
        return localTime(message);
    case ErrorRole:
        return message.error().happened.isEmpty() ? QString() : message.error().forPeople();
    case CanRetryRole:
        return message.speaker == Speaker::User && message.delivery == Delivery::Failed;
    default:
        return {};
    }
}

QString TranscriptModel::speakerName(const Message& message) const {
    switch (message.speaker) {
    case Speaker::User:
        return tr("You");
    case Speaker::Notice:
        return tr("Notice");
    case Speaker::Agent:
        break;
    }
    return agentName(message);
}

// Reading a report costs more than asking for it, and the same few rows are asked for again and again.
std::shared_ptr<const ReportDocument> TranscriptModel::reportOf(const Message& message) const {
    constexpr qsizetype kKept = 32;
    if (message.report.isEmpty())
        return nullptr;
    const auto known = m_reports.constFind(message.localId);
    if (known != m_reports.constEnd() && known->json == message.report)
        return known->document;
    if (m_reports.size() >= kKept)
        m_reports.clear();
    ReadReport read{message.report, nullptr};
    if (auto document = readReport(message.report))
        read.document = std::make_shared<const ReportDocument>(*std::move(document));
    m_reports.insert(message.localId, read);
    return read.document;
}

FrameRef TranscriptModel::frameOf(const Message& message) const {
    const runs::Ledger& ledger = m_conversation->ledger();
    const int index = message.speaker == Speaker::Agent ? ledger.indexOf(message.run) : -1;
    if (index < 0)
        return {};
    const runs::Run& run = ledger.runs()[static_cast<size_t>(index)];
    return {m_conversation->thread(), run.lastFrame, run.last};
}

// The outermost agent speaks for its run; before its name is known, or for stored answers, nobody in
// particular does.
QString TranscriptModel::agentName(const Message& message) const {
    const runs::Ledger& ledger = m_conversation->ledger();
    const int run = message.run.isEmpty() ? -1 : ledger.indexOf(message.run);
    const QString name = run < 0 ? QString() : humanWords(ledger.runs()[static_cast<size_t>(run)].agent);
    return name.isEmpty() ? tr("Agent") : name;
}

QString TranscriptModel::sentence(const Message& message) const {
    QStringList opening{speakerName(message)};
    if (message.at)
        opening << QLocale().toString(localTime(message).time(), QLocale::ShortFormat);
    opening << badgeText(message) << deliveryText(message.delivery);
    if (!message.attachments.isEmpty())
        opening << tr("%n attachment(s)", nullptr, static_cast<int>(message.attachments.size()));
    opening.removeAll(QString());
    QString result = tr("%1: %2").arg(opening.join(QStringLiteral(", ")), shortened(message.text));
    if (!message.error().happened.isEmpty())
        result += QStringLiteral(" ") + message.error().forPeople();
    return result;
}

QHash<int, QByteArray> TranscriptModel::roleNames() const {
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert({{LocalIdRole, "localId"},
                  {SpeakerRole, "speaker"},
                  {SpeakerNameRole, "speakerName"},
                  {RevisionRole, "revision"},
                  {DeliveryRole, "delivery"},
                  {DeliveryTextRole, "deliveryText"},
                  {KindRole, "kind"},
                  {BadgeRole, "badge"},
                  {TimeRole, "time"},
                  {RunIdRole, "runId"},
                  {AttachmentsRole, "attachments"},
                  {ReportRole, "report"},
                  {ErrorRole, "error"},
                  {CanRetryRole, "canRetry"}});
    return names;
}

} // namespace apex::models
