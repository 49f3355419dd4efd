// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"

#include <QObject>
#include <QTimer>

namespace apex::ui {

/// Says what happens in the run shown, for screen readers: events, never ticks. At most one sentence in three
/// seconds, the newest wins; how a run ended is said at once.
class RunAnnouncer final : public QObject {
    Q_OBJECT
public:
    /// `model` outlives this.
    explicit RunAnnouncer(models::TimelineModel& model, QObject* parent = nullptr);

Q_SIGNALS:
    void announced(const QString& sentence);

private:
    void onRunCameIn();
    void onStepsAdded();
    void onSummary();
    void say(const QString& sentence);
    void sayStep(int step);

    models::TimelineModel& m_model;
    int m_waiting = -1; ///< newest step not yet said
    QTimer m_pause;
    RunId m_run;
    bool m_wasRunning = false;
    bool m_toldSilence = false;
};

} // namespace apex::ui
