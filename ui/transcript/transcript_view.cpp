// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_view.h"

#include "models/transcript_model.h"
#include "ui/theme/theme_icon.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/empty_transcript.h"
#include "ui/transcript/find_bar.h"
#include "ui/transcript/transcript_accessible.h"

#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>

namespace apex::ui {

using models::TranscriptModel;

TranscriptView::TranscriptView(const ThemeProvider& theme, QWidget* parent)
    : QAbstractScrollArea(parent), m_theme(theme), m_rows(makeTranscriptStyle(theme.theme(), 1)),
      m_finder([this](int row) { return m_rows.searchedContent(row); }) {
    installTranscriptAccessibility();
    setObjectName(QStringLiteral("transcriptView"));
    setAccessibleName(tr("Transcript"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Its coming and going would change the width, and so every line break.
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    m_pill = new QPushButton(viewport());
    m_pill->setObjectName(QStringLiteral("jumpToLatestButton"));
    m_pill->setStyleSheet(QStringLiteral("border-radius: 15px;"));
    m_pill->hide();
    connect(m_pill, &QPushButton::clicked, this, &TranscriptView::jumpToLatest);
    m_empty = new EmptyTranscript(viewport());
    connect(m_empty, &EmptyTranscript::promptChosen, this, &TranscriptView::examplePromptChosen);
    buildFind();
    connect(&theme, &ThemeProvider::changed, this, &TranscriptView::applyTheme);
    applyTheme();
}

TranscriptView::~TranscriptView() = default;

void TranscriptView::setModel(QAbstractItemModel* model) {
    if (m_model)
        m_model->disconnect(this);
    m_model = model;
    if (model) {
        connect(model, &QAbstractItemModel::rowsInserted, this, &TranscriptView::onRowsInserted);
        connect(model, &QAbstractItemModel::rowsRemoved, this, &TranscriptView::onRowsRemoved);
        connect(model, &QAbstractItemModel::dataChanged, this, &TranscriptView::onDataChanged);
        connect(model, &QAbstractItemModel::modelReset, this, &TranscriptView::onModelReset);
        connect(model, &QObject::destroyed, this, &TranscriptView::onModelReset);
    }
    onModelReset();
}

void TranscriptView::setExamplePrompts(const QStringList& prompts) {
    m_empty->setPrompts(prompts);
}

void TranscriptView::onModelReset() {
    m_rows.setModel(m_model);
    m_scroll.reset();
    m_selection.clear();
    m_openAnswers.clear();
    m_newMessages = 0;
    m_focusRow = -1;
    m_current = {};
    endPlace();
    m_finder.setModel(m_model);
    for (int row = 0; m_model && row < m_rows.count(); ++row) {
        // Only rows at the end can still be open; older ones are not worth a visit each.
        if (row < m_rows.count() - 8)
            row = m_rows.count() - 8;
        const QModelIndex index = m_rows.index(row);
        if (index.data(TranscriptModel::KindRole).toInt() == int(session::AnswerKind::InProgress))
            m_openAnswers.insert(index.data(TranscriptModel::LocalIdRole).toLongLong());
    }
    scheduleLayout();
}

void TranscriptView::onRowsInserted(const QModelIndex&, int first, int last) {
    const int count = last - first + 1;
    const bool appended = last == m_model->rowCount() - 1;
    m_rows.rowsInserted(first, count);
    m_scroll.rowsInserted(first, count);
    if (appended && isFollowing())
        keepStartOfAnswer(first, last);
    m_selection.rowsInserted(first, count);
    if (m_current.row >= first)
        m_current.row += count;
    m_finder.rowsInserted(first, count);
    if (m_focusRow >= first)
        m_focusRow += count;
    if (appended && !isFollowing())
        m_newMessages += count;
    if (appended) {
        for (int row = first; row <= last; ++row)
            noteAnswer(row);
    }
    scheduleLayout();
}

// A fresh answer is read from its start. Many rows at once are history, of which the end is the news.
void TranscriptView::keepStartOfAnswer(int first, int last) {
    constexpr int kMostFresh = 3;
    const auto speaker = [this](int row) {
        return session::Speaker(m_rows.index(row).data(TranscriptModel::SpeakerRole).toInt());
    };
    const bool answer = last - first < kMostFresh && speaker(last) == session::Speaker::Agent;
    const bool hasPrompt = last > 0 && speaker(last - 1) == session::Speaker::User;
    m_scroll.keepStart(answer ? last : -1, hasPrompt);
}

void TranscriptView::onRowsRemoved(const QModelIndex&, int first, int last) {
    const int count = last - first + 1;
    m_rows.rowsRemoved(first, count);
    m_scroll.rowsRemoved(first, count);
    m_selection.rowsRemoved(first, count);
    if (m_current.row >= first)
        m_current.row = m_current.row > last ? m_current.row - count : -1;
    m_finder.rowsRemoved(first, count);
    if (m_focusRow >= first)
        m_focusRow = m_focusRow > last ? m_focusRow - count : -1;
    scheduleLayout();
}

void TranscriptView::onDataChanged(const QModelIndex& first, const QModelIndex& last) {
    m_rows.rowsChanged(first.row(), last.row());
    m_finder.rowsChanged(first.row(), last.row());
    const int from = std::max(first.row(), m_rows.count() - 8);
    for (int row = from; row <= last.row(); ++row)
        noteAnswer(row);
    const auto& placed = m_scroll.placed();
    const bool visible =
        !placed.empty() && first.row() <= placed.back().row && last.row() >= placed.front().row;
    if (visible || isFollowing() || placed.empty())
        scheduleLayout();
    else if (first.row() == last.row())
        m_rows.heights().forget(first.row());
}

// Assistive technology hears that an answer started and how it ended, never the pieces between.
void TranscriptView::noteAnswer(int row) {
    const QModelIndex index = m_rows.index(row);
    if (index.data(TranscriptModel::SpeakerRole).toInt() != int(session::Speaker::Agent))
        return;
    const qint64 id = index.data(TranscriptModel::LocalIdRole).toLongLong();
    const auto kind = session::AnswerKind(index.data(TranscriptModel::KindRole).toInt());
    const bool wasOpen = m_openAnswers.count(id) > 0;
    if (kind == session::AnswerKind::InProgress) {
        if (!wasOpen) {
            m_openAnswers.insert(id);
            Q_EMIT announced(tr("Answer started"));
        }
        return;
    }
    if (!wasOpen)
        return;
    m_openAnswers.erase(id);
    const QString badge = index.data(TranscriptModel::BadgeRole).toString();
    const QString error = index.data(TranscriptModel::ErrorRole).toString();
    QString sentence = badge.isEmpty() ? tr("Answer complete") : tr("Answer ended: %1").arg(badge);
    if (!error.isEmpty())
        sentence += QStringLiteral(". ") + error;
    Q_EMIT announced(sentence);
}

void TranscriptView::applyTheme() {
    TranscriptStyle style = makeTranscriptStyle(m_theme.theme(), m_zoom);
    style.rightToLeft = isRightToLeft();
    m_rows.setStyle(std::move(style));
    m_pill->setIcon(themeIcon(QStringLiteral("arrow-down"), m_theme.theme().colours.text));
    m_empty->setTheme(m_theme.theme());
    m_findBar->setTheme(m_theme.theme());
    // The gutter of the scroll bar belongs to the page, not to the panels around it.
    QPalette palette = this->palette();
    palette.setColor(QPalette::Window, m_theme.theme().colours.window);
    setPalette(palette);
    setAutoFillBackground(true);
    applyGeometry();
}

void TranscriptView::setZoom(qreal zoom) {
    const qreal clamped = std::clamp(zoom, 0.5, 3.0);
    if (qFuzzyCompare(clamped, m_zoom))
        return;
    m_zoom = clamped;
    applyTheme();
}

void TranscriptView::applyGeometry() {
    const TranscriptStyle& style = m_rows.style();
    const int margin = style.panelPadding + spacing::m;
    const int before = columnWidth();
    const int widest = viewport()->width() - 2 * margin;
    const int width = std::max(160, std::min(qRound(style.measure), widest));
    // Tables may reach from the text's left edge to the pane's right one.
    m_rows.setWidth(width, std::min(width + (widest - width) / 2, 2 * width));
    scheduleLayout();
    if (columnWidth() != before)
        Q_EMIT columnWidthChanged(columnWidth());
}

int TranscriptView::columnWidth() const {
    return m_rows.width() + 2 * m_rows.style().panelPadding;
}

int TranscriptView::columnLeft() const {
    return (viewport()->width() - m_rows.width()) / 2;
}

void TranscriptView::scheduleLayout() {
    m_layoutDue = true;
    if (isVisible())
        m_layoutTimer.start(0, this);
}

void TranscriptView::layOutNow() {
    if (!m_layoutDue)
        return;
    m_layoutTimer.stop();
    m_layoutDue = false;
    const bool before = isFollowing();
    m_scroll.arrange(viewport()->height());
    noteFollowing(before);
    syncScrollBar();
    syncPill();
    placeOverlays();
    viewport()->update();
}

const std::vector<PlacedRow>& TranscriptView::placedRows() {
    layOutNow();
    return m_scroll.placed();
}

QRect TranscriptView::rowRect(int row) const {
    const PlacedRow* placed = m_scroll.placedRow(row);
    if (!placed)
        return {};
    const int padding = m_rows.style().panelPadding;
    return {columnLeft() - padding, placed->top, m_rows.width() + 2 * padding, placed->height};
}

void TranscriptView::timerEvent(QTimerEvent* event) {
    if (event->timerId() == m_layoutTimer.timerId()) {
        m_layoutTimer.stop();
        layOutNow();
    } else if (event->timerId() == m_copiedTimer.timerId()) {
        endCopiedNote();
    } else if (event->timerId() == m_placeTimer.timerId()) {
        endPlace();
    } else if (event->timerId() == m_dragTimer.timerId()) {
        const int beyond = m_pointer.y() < 0 ? m_pointer.y() : m_pointer.y() - viewport()->height();
        scrollPixels(beyond / 2);
        dragTo(m_pointer);
    } else {
        QAbstractScrollArea::timerEvent(event);
    }
}

void TranscriptView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    applyGeometry();
    placeOverlays();
}

void TranscriptView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    if (m_layoutDue)
        scheduleLayout();
}

bool TranscriptView::event(QEvent* event) {
    if (event->type() == QEvent::LocaleChange || event->type() == QEvent::LayoutDirectionChange ||
        event->type() == QEvent::FontChange)
        applyTheme();
    return QAbstractScrollArea::event(event);
}

bool TranscriptView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave)
        hoverAt({-1, -1});
    return QAbstractScrollArea::viewportEvent(event);
}

void TranscriptView::paintEvent(QPaintEvent* event) {
    layOutNow();
    QPainter painter(viewport());
    painter.setLayoutDirection(Qt::LayoutDirectionAuto); // names and dates read in their own direction
    painter.fillRect(event->rect(), m_rows.style().colours.window);
    for (const PlacedRow& placed : m_scroll.placed()) {
        if (placed.top <= event->rect().bottom() && placed.top + placed.height >= event->rect().top())
            paintRow(painter, placed, event->rect());
    }
}

void TranscriptView::paintRow(QPainter& painter, const PlacedRow& placed, const QRect& exposed) {
    const QPoint corner(columnLeft(), placed.top);
    painter.save();
    painter.translate(corner);
    m_rows.layout(placed.row)
        .paint(painter, m_rows.style(), QRectF(exposed.translated(-corner)), marksOf(placed.row));
    painter.restore();
    if (placed.row != m_focusRow || !m_showFocus || !hasFocus())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_rows.style().colours.accent, 2));
    painter.setBrush(Qt::NoBrush);
    const QRectF ring = QRectF(rowRect(placed.row)).adjusted(-3, 3, 3, -3);
    painter.drawRoundedRect(ring, radius::medium + 4, radius::medium + 4);
    painter.restore();
}

void TranscriptView::placeOverlays() {
    const bool empty = !m_model || m_rows.count() == 0;
    m_empty->setVisible(empty);
    if (empty)
        m_empty->setGeometry(viewport()->rect());
    placeFindBar();
    m_pill->adjustSize();
    m_pill->move((viewport()->width() - m_pill->width()) / 2,
                 viewport()->height() - m_pill->height() - spacing::m);
}

void TranscriptView::syncPill() {
    if (isFollowing() || m_scroll.showsEnd())
        m_newMessages = 0;
    const bool leftAtStart = m_scroll.staysAtStart() && m_newMessages == 0;
    const bool wanted = !isFollowing() && !m_scroll.showsEnd() && !leftAtStart;
    m_pill->setText(m_newMessages > 0 ? tr("Jump to latest (%n new)", nullptr, m_newMessages)
                                      : tr("Jump to latest"));
    if (!wanted && m_pill->hasFocus())
        setFocus(Qt::OtherFocusReason);
    m_pill->setVisible(wanted);
}

} // namespace apex::ui
