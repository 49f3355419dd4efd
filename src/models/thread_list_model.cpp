// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/thread_list_model.h"

#include <QDateTime>

namespace apex::models {

using namespace Qt::StringLiterals;

namespace {

/// Context of the translations.
struct ThreadWords {
    Q_DECLARE_TR_FUNCTIONS(ThreadList)
};

QDateTime localTime(WallTime time) {
    return QDateTime::fromMSecsSinceEpoch(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

QString stateWord(const session::ThreadEntry& entry) {
    if (entry.running)
        return ThreadWords::tr("running");
    if (!entry.hasRun)
        return {};
    switch (entry.lastOutcome) {
    case runs::Outcome::Completed:
        return {};
    case runs::Outcome::Failed:
        return ThreadWords::tr("failed");
    case runs::Outcome::Cancelled:
        return ThreadWords::tr("stopped");
    case runs::Outcome::None:
        return ThreadWords::tr("outcome unknown");
    }
    return {};
}

bool hasProblem(const session::ThreadEntry& entry) {
    return !entry.running && entry.hasRun &&
           (entry.lastOutcome == runs::Outcome::Failed || entry.lastOutcome == runs::Outcome::None);
}

QString titleOf(const session::ThreadEntry& entry) {
    const QString title = entry.title.simplified();
    return title.isEmpty() ? ThreadWords::tr("Untitled chat") : title;
}

bool sameRow(const session::ThreadEntry& a, const session::ThreadEntry& b) {
    return a.id == b.id && a.title == b.title && a.updatedAt == b.updatedAt && a.running == b.running &&
           a.lastOutcome == b.lastOutcome && a.hasRun == b.hasRun;
}

} // namespace

QString relativeTime(WallTime at, WallTime now, const QLocale& locale) {
    const QDateTime then = localTime(at);
    const QDateTime today = localTime(now);
    const qint64 seconds = then.secsTo(today);
    const qint64 days = then.date().daysTo(today.date());
    if (seconds < 60)
        return ThreadWords::tr("now");
    if (seconds < 3600)
        return ThreadWords::tr("%1 min ago").arg(seconds / 60);
    if (days == 0)
        return locale.toString(then.time(), QLocale::ShortFormat);
    if (days == 1)
        return ThreadWords::tr("yesterday");
    if (days < 7)
        return locale.dayName(then.date().dayOfWeek());
    if (then.date().year() == today.date().year())
        return locale.toString(then.date(), u"d MMM"_s);
    return locale.toString(then.date(), QLocale::ShortFormat);
}

ThreadListModel::ThreadListModel(const Clock& clock, QObject* parent)
    : QAbstractListModel(parent), m_clock(clock) {}

void ThreadListModel::setThreads(const std::vector<session::ThreadEntry>& threads) {
    m_all = threads;
    update();
}

void ThreadListModel::hide(const ThreadId& thread) {
    m_hidden = thread;
    update();
}

void ThreadListModel::showAll() {
    hide({});
}

void ThreadListModel::update() {
    std::vector<session::ThreadEntry> wanted;
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(wanted),
                 [this](const session::ThreadEntry& e) { return m_hidden.isEmpty() || !(e.id == m_hidden); });
    const bool sameIds = std::equal(wanted.begin(), wanted.end(), m_shown.begin(), m_shown.end(),
                                    [](const auto& a, const auto& b) { return a.id == b.id; });
    if (!sameIds) {
        beginResetModel();
        m_shown = std::move(wanted);
        endResetModel();
        return;
    }
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (sameRow(wanted[i], m_shown[i]))
            continue;
        m_shown[i] = wanted[i];
        const QModelIndex changed = index(static_cast<int>(i));
        Q_EMIT dataChanged(changed, changed);
    }
}

int ThreadListModel::rowOf(const ThreadId& thread) const {
    const auto found =
        std::find_if(m_shown.begin(), m_shown.end(), [&thread](const auto& e) { return e.id == thread; });
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

ThreadId ThreadListModel::threadAt(int row) const {
    return row >= 0 && row < rowCount() ? m_shown[static_cast<size_t>(row)].id : ThreadId();
}

QString ThreadListModel::titleAt(int row) const {
    return row >= 0 && row < rowCount() ? titleOf(m_shown[static_cast<size_t>(row)]) : QString();
}

int ThreadListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QString ThreadListModel::sentence(const session::ThreadEntry& entry) const {
    QStringList parts{titleOf(entry)};
    if (const QString state = stateWord(entry); !state.isEmpty())
        parts << state;
    if (entry.updatedAt)
        parts << relativeTime(*entry.updatedAt, m_clock.wallNow());
    return parts.join(u", "_s);
}

QVariant ThreadListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& entry = m_shown[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return titleOf(entry);
    case Qt::EditRole:
        return entry.title;
    case Qt::AccessibleTextRole:
    case SentenceRole:
        return sentence(entry);
    case IdRole:
        return entry.id.toString();
    case TimeRole:
        return entry.updatedAt ? relativeTime(*entry.updatedAt, m_clock.wallNow()) : QString();
    case StateRole:
        return stateWord(entry);
    case RunningRole:
        return entry.running;
    case ProblemRole:
        return hasProblem(entry);
    case FailedRole:
        return hasProblem(entry) && entry.lastOutcome == runs::Outcome::Failed;
    default:
        return {};
    }
}

Qt::ItemFlags ThreadListModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractListModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsEditable | Qt::ItemNeverHasChildren : flags;
}

bool ThreadListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const QString title = value.toString().simplified();
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::EditRole || title.isEmpty() ||
        title == m_shown[static_cast<size_t>(index.row())].title)
        return false;
    Q_EMIT renameRequested(threadAt(index.row()), title);
    return true;
}

QHash<int, QByteArray> ThreadListModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "threadId"},
                  {TitleRole, "title"},
                  {TimeRole, "time"},
                  {StateRole, "state"},
                  {RunningRole, "running"},
                  {ProblemRole, "problem"},
                  {FailedRole, "failed"},
                  {SentenceRole, "sentence"}});
    return names;
}

} // namespace apex::models
