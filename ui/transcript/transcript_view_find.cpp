// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme_provider.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/text_viewer.h"
#include "ui/transcript/transcript_accessible.h"
#include "ui/transcript/transcript_view.h"

#include <QAction>

#include <algorithm>

namespace apex::ui {

namespace {

constexpr int kFindBarWidth = 420;

} // namespace

void TranscriptView::buildFind() {
    m_findBar = new FindBar(viewport());
    m_findBar->hide();
    connect(m_findBar, &FindBar::searchChanged, this, &TranscriptView::searchAnew);
    connect(m_findBar, &FindBar::nextRequested, this, &TranscriptView::findNext);
    connect(m_findBar, &FindBar::previousRequested, this, &TranscriptView::findPrevious);
    connect(m_findBar, &FindBar::closeRequested, this, &TranscriptView::closeFind);
    connect(&m_finder, &TranscriptFinder::changed, this, &TranscriptView::onFound);
    connect(&m_finder, &TranscriptFinder::finished, this, &TranscriptView::showFoundCount);
    const auto add = [this](const QString& words, const QKeySequence& keys, void (TranscriptView::*does)()) {
        auto* action = new QAction(words, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WindowShortcut);
        connect(action, &QAction::triggered, this, does);
        addAction(action);
    };
    add(tr("Find in this chat"), QKeySequence::Find, &TranscriptView::openFind);
    add(tr("Find next"), QKeySequence(Qt::Key_F3), &TranscriptView::findNext);
    add(tr("Find previous"), QKeySequence(Qt::SHIFT | Qt::Key_F3), &TranscriptView::findPrevious);
}

void TranscriptView::placeFindBar() {
    if (!m_findBar->isVisible())
        return;
    const int width = std::min(std::max(kFindBarWidth, m_findBar->sizeHint().width()),
                               viewport()->width() - 2 * spacing::s);
    const int x = isRightToLeft() ? spacing::s : viewport()->width() - width - spacing::s;
    m_findBar->setGeometry(x, spacing::s, width, m_findBar->sizeHint().height());
    m_findBar->raise();
}

void TranscriptView::openFind() {
    const QString selected = m_selection.isEmpty() ? QString() : copyText();
    m_findBar->show();
    placeFindBar();
    if (!selected.isEmpty() && !selected.contains(u'\n'))
        m_findBar->setNeedle(selected);
    m_findBar->focusWords();
    searchAnew();
}

void TranscriptView::closeFind() {
    if (m_findBar->isHidden())
        return;
    const bool hadFocus = m_findBar->isAncestorOf(focusWidget()) || m_findBar->hasFocus();
    m_findBar->hide();
    m_finder.search({}, Qt::CaseInsensitive, 0);
    // What was found last stays marked as the selection, to be copied or read on from.
    m_current = {};
    if (hadFocus)
        setFocus(Qt::OtherFocusReason);
    viewport()->update();
}

void TranscriptView::searchAnew() {
    layOutNow();
    m_current = {};
    m_jumpToFound = true;
    const int from = m_scroll.placed().empty() ? 0 : m_scroll.placed().front().row;
    m_finder.search(m_findBar->needle(), m_findBar->matchesCase() ? Qt::CaseSensitive : Qt::CaseInsensitive,
                    from);
    viewport()->update();
}

void TranscriptView::onFound() {
    const auto size = static_cast<int>(m_finder.placesOf(m_current.row).size());
    if (m_current.row >= 0 && m_current.index >= size)
        m_current = size == 0 ? FoundPlace{} : FoundPlace{m_current.row, size - 1};
    if (m_jumpToFound && m_finder.count() > 0) {
        const int from = m_scroll.placed().empty() ? 0 : m_scroll.placed().front().row;
        m_jumpToFound = false;
        goToFound(m_finder.firstFrom(from));
    }
    showFoundCount();
    viewport()->update();
}

void TranscriptView::showFoundCount() {
    m_findBar->setCount(m_finder.numberOf(m_current), m_finder.count(), m_finder.isSearching());
}

void TranscriptView::goToFound(const FoundPlace& place) {
    m_current = place;
    const auto& places = m_finder.placesOf(place.row);
    if (place.row < 0 || place.index >= static_cast<int>(places.size()))
        return;
    const TextPosition at = places[static_cast<size_t>(place.index)].from;
    revealText(place.row, at);
    setFocusRow(place.row, false);
    viewport()->update();
}

void TranscriptView::stepFound(int direction) {
    if (m_findBar->isHidden()) {
        openFind();
        return;
    }
    const int from = m_scroll.placed().empty() ? 0 : m_scroll.placed().front().row;
    goToFound(m_current.row < 0 ? m_finder.firstFrom(from) : m_finder.next(m_current, direction));
    showFoundCount();
    Q_EMIT announced(tr("%1 of %2").arg(m_finder.numberOf(m_current)).arg(m_finder.count()));
}

void TranscriptView::findNext() {
    stepFound(1);
}

void TranscriptView::findPrevious() {
    stepFound(-1);
}

MessageMarks TranscriptView::marksOf(int row) const {
    MessageMarks marks;
    marks.selected = m_selection.spanOf(row);
    if (const MessageLayout* layout = m_place.isEmpty() ? nullptr : m_rows.existing(row);
        layout && layout->content().localId == m_placeMessage)
        marks.place = m_place;
    if (m_finder.count() == 0)
        return marks;
    marks.found = m_finder.placesOf(row);
    marks.current = row == m_current.row ? m_current.index : -1;
    return marks;
}

void TranscriptView::showWhole(int row, int block) {
    if (row < 0 || row >= m_rows.count())
        return;
    const MessageContent content = m_rows.content(row);
    auto* viewer = new TextViewer(m_theme.theme(), m_rows.layout(row).wholeTextOf(block), this);
    viewer->setWindowTitle(content.time.isEmpty() ? content.name
                                                  : tr("%1, %2").arg(content.name, content.time));
    viewer->setAttribute(Qt::WA_DeleteOnClose);
    viewer->show();
}

void TranscriptView::showReport(int row, bool report) {
    if (row < 0 || row >= m_rows.count() || m_rows.content(row).asReport == report)
        return;
    m_rows.toggleReport(row);
    m_selection.clear();
    m_finder.rowsChanged(row, row);
    scheduleLayout();
}

bool TranscriptView::scrollSideways(QPoint at, int pixels) {
    int row = -1;
    const MessageHit hit = hitAt(at, &row);
    if (row < 0)
        return false;
    const int block = hit.block >= 0 ? hit.block : positionAt(at).text.block;
    const bool moved = m_rows.layout(row).scrollBlock(block, pixels);
    if (moved)
        viewport()->update();
    return moved;
}

} // namespace apex::ui
