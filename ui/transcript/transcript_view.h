// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/transcript/transcript_finder.h"
#include "ui/transcript/transcript_scroll.h"
#include "ui/transcript/transcript_selection.h"

#include <QAbstractScrollArea>
#include <QBasicTimer>
#include <QElapsedTimer>
#include <QPointer>
#include <QUrl>

#include <set>

class QMenu;
class QPushButton;

namespace apex::ui {

class EmptyTranscript;
class FindBar;
class ThemeProvider;

/// Where a reader stands in a thread, to come back to it later.
struct ReadingPlace {
    bool followsEnd = true;
    qint64 localId = 0; ///< message at the top of the window
    int offset = 0;     ///< pixels of it above the window
};

/// The transcript of one thread. Draws only what is visible, never moves the reader, opens nothing by itself.
class TranscriptView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// `theme` outlives the view.
    explicit TranscriptView(const ThemeProvider& theme, QWidget* parent = nullptr);
    ~TranscriptView() override;

    /// Shows a TranscriptModel, or any model with its roles. Not owned; nullptr shows the empty state.
    void setModel(QAbstractItemModel* model);
    [[nodiscard]] QAbstractItemModel* model() const { return m_model; }
    /// Size of the text, 0.5 to 3; 1 is the theme's.
    void setZoom(qreal zoom);
    [[nodiscard]] qreal zoom() const { return m_zoom; }
    /// Support mode: the frame behind an answer may be asked for.
    void setFramesOffered(bool offered) { m_framesOffered = offered; }
    /// Prompts offered while the thread is empty; at most three are shown.
    void setExamplePrompts(const QStringList& prompts);

    /// True while new text keeps the end in view. An intent of the reader, which ends by itself only at the
    /// start of an answer that is longer than the window.
    [[nodiscard]] bool isFollowing() const { return m_scroll.follows(); }
    /// Messages that came while the reader was elsewhere.
    [[nodiscard]] int newMessages() const { return m_newMessages; }
    /// Row that has the keyboard's attention, -1 for none.
    [[nodiscard]] int focusedRow() const { return m_focusRow; }
    [[nodiscard]] const TranscriptFinder& finder() const { return m_finder; }
    /// The place found that was jumped to; row -1 for none.
    [[nodiscard]] FoundPlace currentFound() const { return m_current; }
    /// Blocks of a row that are pointed at for a moment; empty for none.
    [[nodiscard]] TextSpan pointedAt(int row) const { return marksOf(row).place; }
    /// Shows a message's structured report in place of its text, or its text again.
    void showReport(int row, bool report);
    /// Opens the whole text of a block, or of the message for -1, in a window of its own.
    void showWhole(int row, int block);
    [[nodiscard]] ReadingPlace readingPlace() const;
    void restore(const ReadingPlace& place);

    /// The selection, or without one the focused message. Empty if there is neither.
    [[nodiscard]] QString copyText() const;
    [[nodiscard]] QString copyMarkdown() const;

    /// Rows on the screen, after laying out what is due.
    const std::vector<PlacedRow>& placedRows();
    [[nodiscard]] const TranscriptRows& rows() const { return m_rows; }
    /// A row's rectangle in viewport coordinates; empty if it is not on the screen.
    [[nodiscard]] QRect rowRect(int row) const;
    /// Width of the text column with the panels around it, pixels; a composer below stands well at this
    /// width.
    [[nodiscard]] int columnWidth() const;
    /// Left edge of the text column in viewport coordinates.
    [[nodiscard]] int columnLeft() const;

public Q_SLOTS:
    /// Goes to the end and follows it.
    void jumpToLatest();
    /// Brings the first message of a run into view and gives it the keyboard's attention.
    void revealRun(const apex::RunId& run);
    /// The same with the answer of a run, or its prompt while there is no answer.
    void revealAnswer(const apex::RunId& run);
    /// Brings the place of an event into view and points at it for a moment; the answer where no place is
    /// known.
    void revealPlace(const apex::models::AnswerPlace& place);
    /// Points at the place of an event for a moment if its answer is in view; moves nothing.
    void markPlace(const apex::models::AnswerPlace& place);
    /// Opens the find bar; selected words of one line become what is searched for.
    void openFind();
    void closeFind();
    void findNext();
    void findPrevious();
    /// The prompt before or after where the reader is.
    void goToPreviousPrompt();
    void goToNextPrompt();
    void selectAll();
    void clearSelection();
    /// Does what Enter does on a row: shows its run in the timeline.
    void activateRow(int row);
    /// Asks for another try of a message that was not sent.
    void retryRow(int row);

Q_SIGNALS:
    /// The reader wants to see this frame as it came.
    void frameRequested(const apex::models::FrameRef& frame);
    void retryRequested(qint64 localId);
    /// The reader wants to keep an answer as a file.
    void saveRequested(qint64 localId);
    /// The reader wants to see this run in the timeline.
    void messageActivated(const apex::RunId& run);
    /// A message of this run was clicked or reached by key: views beside may show what belongs to it.
    void messageFocused(const apex::RunId& run);
    /// These words of a run's answer, with their source line, were clicked.
    void wordsFocused(const apex::RunId& run, const QString& words);
    /// The reader wants to know which tool result holds these words of a run's answer.
    void sourceRequested(const apex::RunId& run, const QString& words);
    /// Only https and mailto; the receiver asks before it opens anything.
    void linkActivated(const QUrl& url);
    /// A link that must not be opened was clicked; `address` as written.
    void linkRefused(const QString& address);
    /// Full address under the pointer, empty for none.
    void linkHovered(const QString& address);
    void examplePromptChosen(const QString& prompt);
    void followingChanged(bool following);
    /// columnWidth() is another one.
    void columnWidthChanged(int width);
    /// Said once to assistive technology: an answer started, ended or failed.
    void announced(const QString& sentence);

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void timerEvent(QTimerEvent* event) override;

private:
    // Model
    void onRowsInserted(const QModelIndex& parent, int first, int last);
    void onRowsRemoved(const QModelIndex& parent, int first, int last);
    void onDataChanged(const QModelIndex& first, const QModelIndex& last);
    void onModelReset();
    void noteAnswer(int row);
    void keepStartOfAnswer(int first, int last);

    // Layout and scrolling
    void applyTheme();
    void applyGeometry();
    void scheduleLayout();
    void layOutNow();
    void afterScroll();
    void syncScrollBar();
    void syncPill();
    void placeOverlays();
    void scrollPixels(int pixels);
    void noteFollowing(bool before);
    [[nodiscard]] int pageStep() const;

    // Keys
    bool scrollByKey(int key);
    bool handleRowKey(QKeyEvent* event);
    bool handleCopyKey(QKeyEvent* event);
    void moveFocus(int direction, bool extend);
    void movePrompt(int direction);
    void setFocusRow(int row, bool reveal);
    void tellFocusedRun();
    void revealRow(int row);

    // Places of events
    [[nodiscard]] int answerRow(const RunId& run) const;
    void revealText(int row, TextPosition at);
    void showPlace(int row, const TextSpan& span);
    void endPlace();
    void tellFocusedWords(int row, QPoint point);

    // Pointer
    [[nodiscard]] TranscriptPosition positionAt(QPoint point) const;
    [[nodiscard]] MessageHit hitAt(QPoint point, int* row = nullptr) const;
    [[nodiscard]] QPointF toRow(QPoint point, const PlacedRow& placed) const;
    void clickAt(QPoint point);
    void hoverAt(QPoint point);
    void dragTo(QPoint point);

    // Copying and the menu
    [[nodiscard]] QString copied(bool markdown) const;
    void copyToClipboard(const QString& text);
    void copyCode(int row, int block);
    void endCopiedNote();
    [[nodiscard]] QMenu* createMenu(int row, int block);
    void addBlockActions(QMenu& menu, const MarkdownBlock& block);
    void addLinkActions(QMenu& menu, const MarkdownBlock& block);
    void openLink(const QString& address);

    // Finding
    void buildFind();
    void placeFindBar();
    void searchAnew();
    void onFound();
    void goToFound(const FoundPlace& place);
    void stepFound(int direction);
    void showFoundCount();
    [[nodiscard]] MessageMarks marksOf(int row) const;

    // Long and wide content
    bool scrollSideways(QPoint at, int pixels);

    // Painting
    void paintRow(QPainter& painter, const PlacedRow& placed, const QRect& exposed);

    const ThemeProvider& m_theme;
    QPointer<QAbstractItemModel> m_model;
    qreal m_zoom = 1;
    TranscriptRows m_rows;
    TranscriptScroll m_scroll{m_rows};
    TranscriptSelection m_selection;
    TranscriptFinder m_finder;
    FindBar* m_findBar = nullptr;
    FoundPlace m_current;
    qint64 m_placeMessage = 0; ///< message of which `m_place` is pointed at
    TextSpan m_place;          ///< empty for none
    bool m_framesOffered = false;
    bool m_jumpToFound = false; ///< the first place found is to be shown
    int m_handleRow = -1;       ///< row whose handle is dragged sideways, -1 for none
    int m_handleBlock = -1;
    std::set<qint64> m_openAnswers;
    QPushButton* m_pill = nullptr;
    EmptyTranscript* m_empty = nullptr;
    int m_newMessages = 0;
    int m_focusRow = -1;
    bool m_showFocus = false;
    bool m_layoutDue = true;
    bool m_syncingBar = false;
    int m_barValue = 0;
    QBasicTimer m_layoutTimer;
    QBasicTimer m_dragTimer;
    QBasicTimer m_copiedTimer;
    QBasicTimer m_placeTimer;
    QPoint m_pressed;
    QPoint m_pointer;
    bool m_selecting = false;
    bool m_dragged = false;
    QElapsedTimer m_sinceDoubleClick;
    QString m_hovered;
};

} // namespace apex::ui
