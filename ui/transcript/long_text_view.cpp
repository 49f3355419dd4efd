// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/long_text_view.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTimerEvent>

#include <algorithm>
#include <limits>

namespace apex::ui {

namespace {

constexpr qsizetype kMarkEvery = 256;
constexpr qint64 kSliceMs = 6;
constexpr int kPadding = spacing::m;

} // namespace

LongTextView::LongTextView(const Theme& theme, QWidget* parent)
    : QAbstractScrollArea(parent), m_colours(theme.colours) {
    setObjectName(QStringLiteral("longTextView"));
    setAccessibleName(tr("Text"));
    setFont(theme.fonts.mono);
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    // Text is set the way it was written, whatever the direction of the window.
    setLayoutDirection(Qt::LeftToRight);
    viewport()->setCursor(Qt::IBeamCursor);
    m_lineHeight = QFontMetrics(theme.fonts.mono).lineSpacing() + 2;
}

void LongTextView::setText(const QString& text) {
    m_text = text;
    m_anchor = m_head = 0;
    startOver();
}

void LongTextView::startOver() {
    const qsizetype top = m_lines > 0 ? startOfLine(verticalScrollBar()->value()) : 0;
    const int width = viewport()->width() - 2 * kPadding;
    m_columns = std::max(8, width / std::max(1, fontMetrics().horizontalAdvance(u'M')));
    m_marks.clear();
    m_lines = 0;
    m_counted = 0;
    countSome();
    verticalScrollBar()->setValue(static_cast<int>(lineOf(top)));
    viewport()->update();
}

qsizetype LongTextView::lineEnd(qsizetype start) const {
    const qsizetype most = std::min(m_text.size(), start + m_columns);
    const qsizetype found = QStringView(m_text).mid(start, most - start).indexOf(u'\n');
    if (found >= 0)
        return start + found + 1;
    if (most < m_text.size() && m_text[most] == u'\n')
        return most + 1;
    const bool splitsPair = most < m_text.size() && m_text[most].isLowSurrogate() && most - 1 > start;
    return splitsPair ? most - 1 : most;
}

void LongTextView::countSome() {
    QElapsedTimer clock;
    clock.start();
    while (m_counted < m_text.size()) {
        if (m_lines % kMarkEvery == 0) {
            if (clock.elapsed() >= kSliceMs)
                break;
            m_marks.push_back(m_counted);
        }
        m_counted = lineEnd(m_counted);
        ++m_lines;
    }
    if (isCounted())
        m_timer.stop();
    else if (!m_timer.isActive())
        m_timer.start(0, this);
    syncScrollBar();
    if (isCounted())
        Q_EMIT counted();
}

void LongTextView::syncScrollBar() {
    const qsizetype page = std::max(1, viewport()->height() / m_lineHeight);
    verticalScrollBar()->setPageStep(static_cast<int>(page));
    const qsizetype last = std::max<qsizetype>(0, m_lines - page + 1);
    verticalScrollBar()->setRange(
        0, static_cast<int>(std::min<qsizetype>(last, std::numeric_limits<int>::max())));
}

qsizetype LongTextView::startOfLine(qsizetype line) const {
    if (m_marks.empty())
        return 0;
    const auto mark = std::min<qsizetype>(line / kMarkEvery, std::ssize(m_marks) - 1);
    qsizetype start = m_marks[static_cast<size_t>(mark)];
    for (qsizetype at = mark * kMarkEvery; at < line && start < m_counted; ++at)
        start = lineEnd(start);
    return start;
}

qsizetype LongTextView::lineOf(qsizetype position) const {
    const auto after = std::upper_bound(m_marks.begin(), m_marks.end(), position);
    if (after == m_marks.begin())
        return 0;
    qsizetype line = (after - m_marks.begin() - 1) * kMarkEvery;
    for (qsizetype start = *std::prev(after); line + 1 < m_lines; ++line) {
        start = lineEnd(start);
        if (start > position)
            break;
    }
    return line;
}

// Tabs and line ends are no characters to draw; each keeps its one column, so that places stay countable.
QString LongTextView::shown(qsizetype start, qsizetype end) const {
    QString line = m_text.mid(start, end - start);
    if (line.endsWith(u'\n'))
        line.chop(1);
    for (QChar& c : line) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    return line;
}

std::pair<qsizetype, qsizetype> LongTextView::shownRange() const {
    const qsizetype first = startOfLine(verticalScrollBar()->value());
    qsizetype end = first;
    for (int y = kPadding / 2; y < viewport()->height() && end < m_text.size(); y += m_lineHeight)
        end = lineEnd(end);
    return {first, end};
}

void LongTextView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_colours.window);
    painter.setFont(font());
    qsizetype start = startOfLine(verticalScrollBar()->value());
    for (int y = kPadding / 2; y < viewport()->height() && start < m_text.size(); y += m_lineHeight) {
        const qsizetype end = lineEnd(start);
        if (y <= event->rect().bottom() && y + m_lineHeight >= event->rect().top())
            paintLine(painter, start, end, y);
        start = end;
    }
}

void LongTextView::paintLine(QPainter& painter, qsizetype start, qsizetype end, int y) const {
    const QString line = shown(start, end);
    const qsizetype from = std::clamp(std::min(m_anchor, m_head), start, end) - start;
    const qsizetype to = std::clamp(std::max(m_anchor, m_head), start, end) - start;
    const QFontMetricsF metrics(font());
    if (to > from) {
        const qreal left = metrics.horizontalAdvance(line.left(from));
        const qreal right = std::max(left + 4, metrics.horizontalAdvance(line.left(to)));
        painter.fillRect(QRectF(kPadding + left, y, right - left, m_lineHeight), m_colours.selection);
    }
    painter.setPen(m_colours.text);
    painter.drawText(QPointF(kPadding, y + metrics.ascent() + 1), line);
}

qsizetype LongTextView::positionAt(QPoint point) const {
    const qsizetype row = std::max(0, point.y() - kPadding / 2) / m_lineHeight;
    const qsizetype line =
        std::clamp<qsizetype>(verticalScrollBar()->value() + row, 0, std::max<qsizetype>(0, m_lines - 1));
    const qsizetype start = startOfLine(line);
    const QString words = shown(start, lineEnd(start));
    const QFontMetricsF metrics(font());
    qsizetype low = 0;
    qsizetype high = words.size();
    while (low < high) {
        const qsizetype middle = (low + high + 1) / 2;
        if (metrics.horizontalAdvance(words.left(middle)) <= point.x() - kPadding)
            low = middle;
        else
            high = middle - 1;
    }
    return start + low;
}

bool LongTextView::find(const QString& words, bool backwards) {
    if (words.isEmpty())
        return false;
    const qsizetype from = std::min(m_anchor, m_head);
    qsizetype at = backwards
                       ? (from > 0 ? m_text.lastIndexOf(words, from - 1, Qt::CaseInsensitive) : -1)
                       : m_text.indexOf(words, m_anchor == m_head ? from : from + 1, Qt::CaseInsensitive);
    if (at < 0)
        at = backwards ? m_text.lastIndexOf(words, -1, Qt::CaseInsensitive)
                       : m_text.indexOf(words, 0, Qt::CaseInsensitive);
    if (at < 0)
        return false;
    m_anchor = at;
    m_head = at + words.size();
    reveal(at);
    viewport()->update();
    return true;
}

void LongTextView::reveal(qsizetype position) {
    // A place that was not reached yet has no line number; the count goes there first.
    while (m_counted <= position && m_counted < m_text.size())
        countSome();
    const auto line = static_cast<int>(lineOf(position));
    const int first = verticalScrollBar()->value();
    if (line < first || line >= first + verticalScrollBar()->pageStep() - 1)
        verticalScrollBar()->setValue(std::max(0, line - verticalScrollBar()->pageStep() / 3));
}

QString LongTextView::selectedText() const {
    return m_text.mid(std::min(m_anchor, m_head), std::abs(m_head - m_anchor));
}

void LongTextView::selectAll() {
    m_anchor = 0;
    m_head = m_text.size();
    viewport()->update();
}

void LongTextView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    startOver();
}

void LongTextView::timerEvent(QTimerEvent* event) {
    if (event->timerId() == m_timer.timerId())
        countSome();
    else
        QAbstractScrollArea::timerEvent(event);
}

void LongTextView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        QGuiApplication::clipboard()->setText(m_anchor == m_head ? m_text : selectedText());
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (event->key() == Qt::Key_Home)
        verticalScrollBar()->setValue(0);
    else if (event->key() == Qt::Key_End)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void LongTextView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_head = positionAt(event->position().toPoint());
    if (!event->modifiers().testFlag(Qt::ShiftModifier))
        m_anchor = m_head;
    viewport()->update();
}

void LongTextView::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton))
        return;
    const QPoint point = event->position().toPoint();
    if (point.y() < 0 || point.y() > viewport()->height())
        verticalScrollBar()->setValue(verticalScrollBar()->value() + (point.y() < 0 ? -1 : 1));
    m_head = positionAt(point);
    viewport()->update();
}

} // namespace apex::ui
