// SPDX-License-Identifier: GPL-3.0-or-later
// From an event to its run, its answer and its place in the answer, and back.
#include "models/transcript_model.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/transcript_accessible.h"
#include "ui/transcript/transcript_view.h"

#include <algorithm>

namespace apex::ui {

using models::TranscriptModel;

namespace {

constexpr int kPlaceShown = 4'000; ///< ms; long enough to find it, short enough not to stay
constexpr int kSpokenCharacters = 80;

} // namespace

void TranscriptView::revealRun(const RunId& run) {
    for (int row = m_rows.count() - 1; row >= 0; --row) {
        const QString id = m_rows.index(row).data(TranscriptModel::RunIdRole).toString();
        if (id != run.toString())
            continue;
        while (row > 0 && m_rows.index(row - 1).data(TranscriptModel::RunIdRole).toString() == id)
            --row;
        m_showFocus = true;
        setFocusRow(row, true);
        return;
    }
}

int TranscriptView::answerRow(const RunId& run) const {
    for (int row = m_rows.count() - 1; row >= 0; --row) {
        const QModelIndex index = m_rows.index(row);
        if (index.data(TranscriptModel::RunIdRole).toString() == run.toString() &&
            index.data(TranscriptModel::SpeakerRole).toInt() != int(session::Speaker::User))
            return row;
    }
    return -1;
}

void TranscriptView::revealAnswer(const RunId& run) {
    const int row = answerRow(run);
    if (row < 0)
        return revealRun(run);
    m_showFocus = true;
    setFocusRow(row, true);
}

void TranscriptView::revealPlace(const models::AnswerPlace& place) {
    const int row = answerRow(place.run);
    const TextSpan span = row < 0 ? TextSpan{} : m_rows.layout(row).placeOf(place);
    if (span.isEmpty()) {
        endPlace();
        return revealAnswer(place.run);
    }
    m_showFocus = true;
    revealText(row, span.from);
    setFocusRow(row, false);
    showPlace(row, span);
    const QString words = m_rows.layout(row).block(static_cast<size_t>(span.from.block)).text.simplified();
    const bool fits = words.size() <= kSpokenCharacters;
    Q_EMIT announced(tr("Place in the answer: %1").arg(fits ? words : words.left(kSpokenCharacters) + u'…'));
}

void TranscriptView::markPlace(const models::AnswerPlace& place) {
    layOutNow();
    const int row = place.isKnown() ? answerRow(place.run) : -1;
    const bool seen = row >= 0 && m_scroll.placedRow(row);
    const TextSpan span = seen ? m_rows.layout(row).placeOf(place) : TextSpan{};
    if (span.isEmpty())
        endPlace();
    else
        showPlace(row, span);
}

void TranscriptView::showPlace(int row, const TextSpan& span) {
    m_placeMessage = m_rows.layout(row).content().localId;
    m_place = span;
    m_placeTimer.start(kPlaceShown, Qt::CoarseTimer, this);
    viewport()->update();
}

void TranscriptView::endPlace() {
    m_placeTimer.stop();
    if (m_place.isEmpty())
        return;
    m_place = {};
    viewport()->update();
}

// The top line of a text, a third down the window unless it is in sight already.
void TranscriptView::revealText(int row, TextPosition at) {
    layOutNow();
    const int line = qRound(m_rows.layout(row).topFor({at, 0, true}));
    const PlacedRow* placed = m_scroll.placedRow(row);
    const int height = viewport()->height();
    const int hidden = m_findBar->isVisible() ? m_findBar->geometry().bottom() : 0;
    const int lineHeight = qRound(m_rows.style().em * 2);
    const bool visible = placed && placed->top + line >= hidden && placed->top + line + lineHeight <= height;
    if (!visible) {
        const bool before = isFollowing();
        m_scroll.moveTo(row, line - height / 3);
        noteFollowing(before);
    }
    m_rows.layout(row).revealSideways(at);
    afterScroll();
}

// Which words were clicked says which of the run's events are meant.
void TranscriptView::tellFocusedWords(int row, QPoint point) {
    const PlacedRow* placed = m_scroll.placedRow(row);
    const MessageLayout* layout = placed ? m_rows.existing(row) : nullptr;
    if (!layout || layout->content().speaker != session::Speaker::Agent || layout->blockCount() == 0)
        return;
    const QString words = layout->textAround(layout->positionAt(toRow(point, *placed)).block);
    if (!words.isEmpty())
        Q_EMIT wordsFocused(layout->content().run, words);
}

} // namespace apex::ui
