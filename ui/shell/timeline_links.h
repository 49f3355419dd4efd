// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "session/account_session.h"
#include "ui/theme/theme_provider.h"

#include <QObject>

namespace apex::ui {

class RawFramesPanel;
class TimelinePanel;
class TranscriptView;

/// Ties the timeline to the transcript, to the past of the tools and to the frames: click an answer and see
/// the events that made it, click an event and see its place in the answer or its frame.
class TimelineLinks final : public QObject {
    Q_OBJECT
public:
    /// What is tied; all outlive this. `frames` is nullptr outside support mode.
    struct Parts {
        session::AccountSession& session;
        models::TimelineModel& model;
        TimelinePanel& timeline;
        TranscriptView& transcript;
        RawFramesPanel* frames;
        const ThemeProvider& themes;
    };

    explicit TimelineLinks(const Parts& parts, QObject* parent = nullptr);

Q_SIGNALS:
    /// Said once to assistive technology.
    void announced(const QString& sentence);
    /// Something asked for is not there; one sentence for the status line.
    void remarked(const QString& sentence);

private:
    void connectTranscript();
    void connectFrames();
    void showFrame(const models::FrameRef& frame);
    void findSource(const RunId& run, const QString& words);
    void show(const QString& title, const std::vector<std::pair<QString, QByteArray>>& values);

    Parts m_parts;
};

} // namespace apex::ui
