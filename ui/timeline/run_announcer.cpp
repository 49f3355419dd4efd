// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/run_announcer.h"

namespace apex::ui {

using namespace std::chrono_literals;

RunAnnouncer::RunAnnouncer(models::TimelineModel& model, QObject* parent) : QObject(parent), m_model(model) {
    m_pause.setSingleShot(true);
    m_pause.setInterval(3s);
    connect(&m_pause, &QTimer::timeout, this, [this] { sayStep(std::exchange(m_waiting, -1)); });
    connect(&model, &models::TimelineModel::runCameIn, this, &RunAnnouncer::onRunCameIn);
    connect(&model, &models::TimelineModel::stepsAdded, this, &RunAnnouncer::onStepsAdded);
    connect(&model, &models::TimelineModel::summaryChanged, this, &RunAnnouncer::onSummary);
}

void RunAnnouncer::say(const QString& sentence) {
    m_pause.start();
    Q_EMIT announced(sentence);
}

void RunAnnouncer::sayStep(int step) {
    const int row = m_model.rowOf(step);
    if (row < 0)
        return;
    const models::TimelineRow content = m_model.row(row);
    say(tr("%1: %2").arg(content.kindWord, content.title));
}

// Its first event may be its last: the end of such a run is news too, that of a past run chosen from the list
// is not.
void RunAnnouncer::onRunCameIn() {
    m_run = m_model.run()->id;
    m_wasRunning = true;
    m_waiting = -1;
    m_toldSilence = false;
}

// Only noted here, put into words when it is said: most steps of a busy run never are.
void RunAnnouncer::onStepsAdded() {
    m_toldSilence = false;
    const int newest = static_cast<int>(m_model.run()->steps.size()) - 1;
    if (m_pause.isActive())
        m_waiting = newest;
    else
        sayStep(newest);
}

void RunAnnouncer::onSummary() {
    const auto summary = m_model.summary();
    if (!summary)
        return;
    if (summary->id != m_run) {
        m_run = summary->id;
        m_wasRunning = summary->running;
        m_waiting = -1;
        m_toldSilence = false;
        return;
    }
    if (m_wasRunning && !summary->running) {
        m_waiting = -1;
        say(summary->verdictSentence);
    }
    m_wasRunning = summary->running;
    const auto evidence = m_model.evidence();
    const QStringList words = evidence ? models::describeStall(*evidence) : QStringList();
    if (words.isEmpty() || std::exchange(m_toldSilence, true))
        return;
    say(words.front());
}

} // namespace apex::ui
