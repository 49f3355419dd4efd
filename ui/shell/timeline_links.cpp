// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/timeline_links.h"

#include "ui/inspector/raw_frames_panel.h"
#include "ui/inspector/value_viewer.h"
#include "ui/timeline/run_announcer.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/transcript/transcript_view.h"

namespace apex::ui {

using namespace Qt::StringLiterals;

TimelineLinks::TimelineLinks(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    session::AccountSession& session = m_parts.session;
    m_parts.model.setToolHistory([&session](const QString& tool) { return session.toolTimes(tool); });
    m_parts.model.setLiveness([&session] {
        const connection::LinkState& link = session.linkState();
        return models::LinkLiveness{true, link.phase == connection::LinkPhase::Ready, link.roundTrip};
    });
    auto* announcer = new RunAnnouncer(m_parts.model, this);
    connect(announcer, &RunAnnouncer::announced, this, &TimelineLinks::announced);
    connectTranscript();
    connectFrames();
}

void TimelineLinks::connectTranscript() {
    TranscriptView& transcript = m_parts.transcript;
    TimelinePanel& timeline = m_parts.timeline;
    connect(&transcript, &TranscriptView::messageFocused, &timeline, &TimelinePanel::revealRun);
    transcript.setFramesOffered(m_parts.frames != nullptr);
    connect(&transcript, &TranscriptView::frameRequested, this, &TimelineLinks::showFrame);
    connect(&transcript, &TranscriptView::sourceRequested, this, &TimelineLinks::findSource);
    connect(&transcript, &TranscriptView::wordsFocused, &timeline, &TimelinePanel::selectSource);
    connect(&timeline, &TimelinePanel::showInTranscript, &transcript, &TranscriptView::revealPlace);
    connect(&timeline, &TimelinePanel::placeSelected, &transcript, &TranscriptView::markPlace);
}

void TimelineLinks::connectFrames() {
    connect(&m_parts.timeline, &TimelinePanel::frameRequested, this, &TimelineLinks::showFrame);
    connect(&m_parts.timeline, &TimelinePanel::valuesRequested, this,
            [this](const QString& title, const QByteArray& arguments, const QByteArray& result) {
                show(title, {{tr("Parameters"), arguments}, {tr("Result"), result}});
            });
}

void TimelineLinks::showFrame(const models::FrameRef& ref) {
    const connection::Frame* live = m_parts.frames ? m_parts.frames->find(ref.frame, ref.at) : nullptr;
    const QByteArray bytes = live ? live->bytes : m_parts.session.savedFrame(ref.thread, ref.frame, ref.at);
    if (bytes.isEmpty()) {
        Q_EMIT remarked(tr("Frame %1 is not kept on this computer.").arg(ref.frame));
        return;
    }
    if (live)
        m_parts.frames->reveal(ref.frame, ref.at);
    show(tr("Frame %1").arg(ref.frame), {{tr("Frame"), bytes}});
}

/// Of what is open already the window comes to the front instead of a second one.
void TimelineLinks::show(const QString& title, const std::vector<std::pair<QString, QByteArray>>& values) {
    for (ValueViewer* open : m_parts.timeline.findChildren<ValueViewer*>()) {
        if (open->isVisible() && open->shows(title, values)) {
            open->raise();
            return open->activateWindow();
        }
    }
    auto* viewer = new ValueViewer(title, values, m_parts.themes, &m_parts.timeline);
    viewer->show();
}

// A match of characters, which is all that can be known here; never said to be the source.
void TimelineLinks::findSource(const RunId& run, const QString& words) {
    if (!m_parts.timeline.revealMatch(run, words))
        Q_EMIT remarked(tr("No tool result of this run holds these words literally."));
    else
        Q_EMIT remarked(tr("This tool result holds the same words: a match, not a proof."));
}

} // namespace apex::ui
