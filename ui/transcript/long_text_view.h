// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QBasicTimer>

#include <vector>

namespace apex::ui {

/// Text of any length in one typeface, broken at the window's edge: a line of 50 MB opens at once. Only the
/// lines on the screen are laid out; the others are counted a few milliseconds at a time.
class LongTextView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit LongTextView(const Theme& theme, QWidget* parent = nullptr);

    /// Shares the text; nothing is copied.
    void setText(const QString& text);
    [[nodiscard]] const QString& text() const { return m_text; }
    /// Screen lines counted so far, and whether they are all.
    [[nodiscard]] qsizetype countedLines() const { return m_lines; }
    [[nodiscard]] bool isCounted() const { return m_counted >= m_text.size(); }
    /// Characters on the screen: first and one after the last.
    [[nodiscard]] std::pair<qsizetype, qsizetype> shownRange() const;
    /// Goes to the next place of some words from the selection on, around the end; false if there is none.
    bool find(const QString& words, bool backwards);
    [[nodiscard]] QString selectedText() const;
    void selectAll();

Q_SIGNALS:
    void counted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void startOver();
    void countSome();
    void syncScrollBar();
    /// One after the last character of the screen line that starts at `start`, its line end included.
    [[nodiscard]] qsizetype lineEnd(qsizetype start) const;
    /// First character of a screen line that was counted.
    [[nodiscard]] qsizetype startOfLine(qsizetype line) const;
    [[nodiscard]] qsizetype lineOf(qsizetype position) const;
    [[nodiscard]] QString shown(qsizetype start, qsizetype end) const;
    [[nodiscard]] qsizetype positionAt(QPoint point) const;
    void paintLine(QPainter& painter, qsizetype start, qsizetype end, int y) const;
    void reveal(qsizetype position);

    ThemeColours m_colours;
    QString m_text;
    int m_columns = 80; ///< characters of a screen line
    int m_lineHeight = 16;
    std::vector<qsizetype> m_marks; ///< start of every kMarkEvery-th screen line
    qsizetype m_lines = 0;
    qsizetype m_counted = 0; ///< characters in which lines were counted
    qsizetype m_anchor = 0;
    qsizetype m_head = 0;
    QBasicTimer m_timer;
};

} // namespace apex::ui
