// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/composer_edit.h"

#include <QAbstractTextDocumentLayout>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QStyleHints>
#include <QUrl>

#include <algorithm>

namespace apex::ui {

namespace {

constexpr int kMaxLines = 8;
constexpr qsizetype kMaxHistory = 200;
constexpr std::chrono::seconds kCaretBlinks{10};

} // namespace

QStringList localFilesIn(const QMimeData* data) {
    QStringList paths;
    if (!data || !data->hasUrls())
        return paths;
    const QList<QUrl> urls = data->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile())
            paths << url.toLocalFile();
    }
    return paths;
}

ComposerEdit::ComposerEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setObjectName(QStringLiteral("composerEdit"));
    setAccessibleName(tr("Message"));
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setStyleSheet(QStringLiteral("border: none; padding: 0px; background: transparent;"));
    document()->setDocumentMargin(0);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_caretRest.setSingleShot(true);
    m_caretRest.setInterval(kCaretBlinks);
    connect(&m_caretRest, &QTimer::timeout, this, &ComposerEdit::restCaret);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &ComposerEdit::wakeCaret);
    connect(this, &QPlainTextEdit::textChanged, this, &ComposerEdit::fitHeight);
    fitHeight();
}

// A caret that blinks at nobody wakes the processor twice a second for nothing: a while after the last
// movement it stands still, and blinks again with the next.
void ComposerEdit::wakeCaret() {
    if (m_flashTime > 0)
        QGuiApplication::styleHints()->setCursorFlashTime(std::exchange(m_flashTime, 0));
    if (hasFocus())
        m_caretRest.start();
}

ComposerEdit::~ComposerEdit() {
    wakeCaret();
}

void ComposerEdit::restCaret() {
    m_flashTime = QGuiApplication::styleHints()->cursorFlashTime();
    QGuiApplication::styleHints()->setCursorFlashTime(0);
}

void ComposerEdit::fitHeight() {
    const int lines = std::max(1, qRound(document()->size().height()));
    const int shown = std::min(lines, kMaxLines);
    const QMargins margins = contentsMargins();
    setFixedHeight(shown * fontMetrics().lineSpacing() + margins.top() + margins.bottom() + 2);
    setVerticalScrollBarPolicy(lines > kMaxLines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
}

void ComposerEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

void ComposerEdit::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitHeight();
}

void ComposerEdit::addToHistory(const QString& prompt) {
    m_recalled = -1;
    if (prompt.isEmpty() || (!m_history.isEmpty() && m_history.last() == prompt))
        return;
    m_history << prompt;
    if (m_history.size() > kMaxHistory)
        m_history.removeFirst();
}

void ComposerEdit::replaceText(const QString& text) {
    QTextCursor cursor(document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    moveCursor(QTextCursor::End);
}

bool ComposerEdit::isRecalling() const {
    return m_recalled >= 0 && m_recalled < m_history.size() && toPlainText() == m_history[m_recalled];
}

// Only an empty box or an untouched recalled prompt is replaced: nothing the person typed is lost.
bool ComposerEdit::recall(int direction) {
    const bool empty = document()->isEmpty();
    if (m_history.isEmpty() || (!empty && !isRecalling()))
        return false;
    const qsizetype current = empty ? m_history.size() : m_recalled;
    const qsizetype target = current + direction;
    if (target < 0 || (empty && direction > 0))
        return false;
    if (target >= m_history.size()) {
        m_recalled = -1;
        replaceText({});
        return true;
    }
    m_recalled = target;
    replaceText(m_history[target]);
    return true;
}

void ComposerEdit::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const Qt::KeyboardModifiers held = event->modifiers() & ~Qt::KeypadModifier;
    if (enter && held == Qt::NoModifier) {
        Q_EMIT submitted();
        return;
    }
    if (enter && held == Qt::ShiftModifier) {
        // A real paragraph, not the line separator that the base class would put in.
        textCursor().insertBlock();
        ensureCursorVisible();
        return;
    }
    if (held == Qt::NoModifier && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down) &&
        recall(event->key() == Qt::Key_Up ? -1 : 1))
        return;
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT escaped();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

bool ComposerEdit::canInsertFromMimeData(const QMimeData* source) const {
    return !localFilesIn(source).isEmpty() || QPlainTextEdit::canInsertFromMimeData(source);
}

void ComposerEdit::insertFromMimeData(const QMimeData* source) {
    const QStringList files = localFilesIn(source);
    if (files.isEmpty())
        QPlainTextEdit::insertFromMimeData(source);
    else
        Q_EMIT filesGiven(files);
}

void ComposerEdit::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    wakeCaret();
    Q_EMIT focusChanged();
}

void ComposerEdit::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    wakeCaret();
    m_caretRest.stop();
    Q_EMIT focusChanged();
}

} // namespace apex::ui
