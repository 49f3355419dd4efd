// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timeline_model.h"

#include "runs/ledger.h"

#include <algorithm>

namespace apex::models {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

TimelineModel::TimelineModel(const Clock& clock, QObject* parent)
    : QAbstractListModel(parent), m_clock(clock) {
    m_tick.setInterval(1s);
    m_tick.setTimerType(Qt::CoarseTimer);
    connect(&m_tick, &QTimer::timeout, this, &TimelineModel::onTick);
    m_summaryDelay.setInterval(100ms);
    m_summaryDelay.setSingleShot(true);
    connect(&m_summaryDelay, &QTimer::timeout, this, &TimelineModel::summaryChanged);
}

void TimelineModel::setConversation(session::Conversation* conversation) {
    if (m_conversation == conversation)
        return;
    if (m_conversation)
        disconnect(m_conversation, nullptr, this, nullptr);
    m_conversation = conversation;
    m_followLatest = true;
    if (conversation) {
        connect(conversation, &session::Conversation::runChanged, this, &TimelineModel::onRunChanged);
        connect(conversation, &session::Conversation::messagesReset, this, &TimelineModel::onReplayed);
        // Whoever asks something new wants to see what comes of it.
        connect(conversation, &session::Conversation::messageAppended, this, [this](int row) {
            if (m_conversation->messages()[static_cast<size_t>(row)].speaker == session::Speaker::User)
                m_followLatest = true;
        });
        connect(conversation, &QObject::destroyed, this, [this] {
            m_conversation = nullptr;
            resetRows();
            Q_EMIT runsChanged();
        });
    }
    m_run = conversation ? conversation->latestRun() : -1;
    resetRows();
    Q_EMIT runsChanged();
}

void TimelineModel::showRun(int run) {
    m_followLatest = run < 0;
    const int wanted = run < 0 && m_conversation ? m_conversation->latestRun() : run;
    if (wanted == m_run)
        return;
    m_run = wanted;
    resetRows();
}

QStringList TimelineModel::runTitles() const {
    QStringList titles;
    if (!m_conversation)
        return titles;
    int ordinal = 0;
    for (const auto& r : m_conversation->ledger().runs()) {
        const QString state = runStateWord(r);
        titles << runLabel(r, ++ordinal) + (state.isEmpty() ? QString() : u" · "_s + state);
    }
    return titles;
}

QStringList TimelineModel::runIds() const {
    QStringList ids;
    if (!m_conversation)
        return ids;
    for (const auto& r : m_conversation->ledger().runs())
        ids << r.id.toString();
    return ids;
}

int TimelineModel::runIndex(const RunId& id) const {
    return m_conversation ? m_conversation->ledger().indexOf(id) : -1;
}

void TimelineModel::setSupportMode(bool on) {
    if (on == m_supportMode)
        return;
    m_supportMode = on;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void TimelineModel::setVisible(bool visible) {
    if (visible == m_visible)
        return;
    m_visible = visible;
    updateTick();
    if (visible && m_tick.isActive())
        onTick();
}

const runs::Run* TimelineModel::run() const {
    if (!m_conversation || m_run < 0)
        return nullptr;
    const auto& all = m_conversation->ledger().runs();
    return static_cast<size_t>(m_run) < all.size() ? &all[static_cast<size_t>(m_run)] : nullptr;
}

TimelineRow TimelineModel::row(int index) const {
    const int step = stepOf(index);
    if (step < 0)
        return {};
    const runs::Run& shown = *run();
    TimelineRow row = describeStep(shown, step, m_findings, m_clock.monoNow(), m_supportMode);
    if (const auto pace = paceOf(shown.steps[static_cast<size_t>(step)]); pace && isSlow(*pace)) {
        row.badges.prepend(tr("slower than usual"));
        row.sentence += u", "_s + tr("slower than usual");
    }
    return row;
}

RowDetails TimelineModel::details(int index) const {
    const int step = stepOf(index);
    if (step < 0)
        return {};
    RowDetails details = describeDetails(*run(), step, m_findings, m_supportMode);
    if (const auto pace = paceOf(run()->steps[static_cast<size_t>(step)]))
        details.timing = paceText(*pace);
    return details;
}

int TimelineModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid())
        return 0;
    return m_filter.isEmpty() ? m_steps : static_cast<int>(m_shown.size());
}

int TimelineModel::stepOf(int row) const {
    if (row < 0 || row >= rowCount() || !run())
        return -1;
    return m_filter.isEmpty() ? row : m_shown[static_cast<size_t>(row)];
}

int TimelineModel::rowOf(int step) const {
    if (step < 0 || step >= m_steps)
        return -1;
    if (m_filter.isEmpty())
        return step;
    const auto found = std::lower_bound(m_shown.begin(), m_shown.end(), step);
    return found != m_shown.end() && *found == step ? static_cast<int>(found - m_shown.begin()) : -1;
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TimelineRow r = row(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
    case SentenceRole:
        return r.sentence;
    case KindRole:
        return static_cast<int>(r.kind);
    case StateRole:
        return static_cast<int>(r.state);
    case DepthRole:
        return r.depth;
    case TitleRole:
        return r.title;
    case TextRole:
        return r.text;
    case StartedRole:
        return r.startedText;
    case DurationRole:
        return r.durationText;
    case BadgesRole:
        return r.badges;
    case ArgumentsLineRole:
        return r.argumentsLine;
    case ProblemRole:
        return r.problem;
    default:
        return {};
    }
}

QHash<int, QByteArray> TimelineModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{KindRole, "kind"},
                  {StateRole, "state"},
                  {DepthRole, "depth"},
                  {TitleRole, "title"},
                  {TextRole, "text"},
                  {StartedRole, "started"},
                  {DurationRole, "duration"},
                  {BadgesRole, "badges"},
                  {ArgumentsLineRole, "arguments"},
                  {ProblemRole, "problem"},
                  {SentenceRole, "sentence"}});
    return names;
}

void TimelineModel::onReplayed() {
    const int latest = m_conversation->latestRun();
    if (m_followLatest && latest != m_run) {
        m_run = latest;
        resetRows();
        Q_EMIT runsChanged();
    } else if (const runs::Run* r = run(); r && static_cast<int>(r->steps.size()) != m_steps) {
        resetRows();
        Q_EMIT runsChanged();
    }
}

void TimelineModel::onRunChanged(const runs::Change& change) {
    if (change.run < 0)
        return;
    if (change.runAdded || change.outcomeChanged)
        Q_EMIT runsChanged();
    if (change.run != m_run) {
        if (m_followLatest && m_conversation->latestRun() != m_run) {
            m_run = m_conversation->latestRun();
            Q_EMIT runCameIn();
            resetRows();
        }
        return;
    }
    const int steps = static_cast<int>(run()->steps.size());
    if (steps < m_steps)
        return resetRows();
    m_findings.follow(*run());
    const int known = m_steps;
    if (steps > known)
        addSteps(known);
    for (const int step : change.changedSteps)
        if (step >= 0 && step < known)
            changeStep(step);
    updateTick();
    if (change.outcomeChanged)
        m_totals.known = false;
    tellSummary(change.outcomeChanged || change.runAdded ||
                (change.firstNewStep < 0 && change.changedSteps.empty()));
}

void TimelineModel::addSteps(int from) {
    const int steps = static_cast<int>(run()->steps.size());
    if (m_filter.isEmpty()) {
        beginInsertRows({}, from, steps - 1);
        m_steps = steps;
        endInsertRows();
    } else {
        std::vector<int> passing;
        for (int step = from; step < steps; ++step)
            if (shows(step))
                passing.push_back(step);
        m_steps = steps;
        if (!passing.empty()) {
            const int first = rowCount();
            beginInsertRows({}, first, first + static_cast<int>(passing.size()) - 1);
            m_shown.insert(m_shown.end(), passing.begin(), passing.end());
            endInsertRows();
        }
    }
    Q_EMIT stepsAdded(from);
}

void TimelineModel::changeStep(int step) {
    int row = rowOf(step);
    if (row < 0 && shows(step)) {
        const auto place = std::lower_bound(m_shown.begin(), m_shown.end(), step);
        row = static_cast<int>(place - m_shown.begin());
        beginInsertRows({}, row, row);
        m_shown.insert(place, step);
        endInsertRows();
    } else if (row >= 0) {
        Q_EMIT dataChanged(index(row), index(row));
    }
    Q_EMIT stepChanged(step);
}

void TimelineModel::tellSummary(bool atOnce) {
    if (atOnce) {
        m_summaryDelay.stop();
        Q_EMIT summaryChanged();
    } else if (!m_summaryDelay.isActive()) {
        m_summaryDelay.start();
    }
}

void TimelineModel::resetRows() {
    beginResetModel();
    const runs::Run* r = run();
    m_steps = r ? static_cast<int>(r->steps.size()) : 0;
    m_findings.clear();
    if (r)
        m_findings.follow(*r);
    m_totals.known = false;
    collectRows();
    endResetModel();
    Q_EMIT stepsReset();
    updateTick();
    tellSummary(true);
}

void TimelineModel::updateTick() {
    const runs::Run* r = run();
    const bool wanted = m_visible && r && !r->ended && r->outcome == runs::Outcome::None;
    if (wanted && !m_tick.isActive())
        m_tick.start();
    else if (!wanted)
        m_tick.stop();
}

void TimelineModel::onTick() {
    const runs::Run* r = run();
    if (!r)
        return;
    // Running steps are few; finished ones never change again.
    for (int step = m_steps - 1; step >= 0; --step)
        if (r->steps[static_cast<size_t>(step)].state == runs::StepState::Running)
            if (const int row = rowOf(step); row >= 0)
                Q_EMIT dataChanged(index(row), index(row), {DurationRole, SentenceRole});
    tellSummary(true);
    Q_EMIT ticked();
}

} // namespace apex::models
