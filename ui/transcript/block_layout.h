// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/markdown_block.h"
#include "ui/transcript/transcript_style.h"

#include <QPointF>
#include <QRectF>
#include <QTextLayout>

#include <memory>
#include <optional>

class QPainter;

namespace apex::ui {

/// Characters [from, to) of a block's text.
struct TextRange {
    int from = 0;
    int to = 0;

    [[nodiscard]] bool isEmpty() const { return to <= from; }
};

/// What is marked in a block's text.
struct BlockMarks {
    TextRange selected;
    std::vector<TextRange> found;
    int current = -1; ///< index into `found` of the one that was jumped to
};

/// Where lines may break: between words only, inside words if there is no other way, or anywhere.
enum class Wrap { Words, Anywhere, Code };

/// One block laid out for a width: placed pieces of text, each a QTextLayout. Coordinates start at the
/// block's corner.
class BlockLayout {
public:
    BlockLayout(MarkdownBlock block, const TranscriptStyle& style, qreal width);

    /// Takes the next state of a growing code block, laying out only its new lines; false if it is another
    /// block.
    [[nodiscard]] bool extendCode(const MarkdownBlock& next, const TranscriptStyle& style);

    [[nodiscard]] const MarkdownBlock& block() const { return m_block; }
    [[nodiscard]] qreal height() const { return m_height; }
    /// Width the text really takes; at most the width given.
    [[nodiscard]] qreal naturalWidth() const { return m_naturalWidth; }

    /// How far the content reaches beyond the width given; such a block scrolls sideways. 0 for most.
    [[nodiscard]] qreal overflow() const { return m_overflow; }
    [[nodiscard]] qreal scrollPosition() const { return m_scroll; }
    /// Scrolls sideways; clamped to 0 and overflow().
    void setScrollPosition(qreal position);
    /// Pixels of content for one of the handle.
    [[nodiscard]] qreal scrollFactor() const;
    /// Scrolls sideways as far as a character needs to be seen.
    void reveal(int position);
    /// The handle to drag sideways; empty where nothing overflows.
    [[nodiscard]] QRectF scrollHandle() const;
    /// The "Show all lines" button of a long code block; empty rectangle for others.
    [[nodiscard]] QRectF showAllButton() const { return m_showAllButton; }

    /// Takes the next state of a growing table, laying out only its last rows; false if it is another block
    /// or its columns no longer fit.
    [[nodiscard]] bool extendTable(const MarkdownBlock& next, const TranscriptStyle& style);

    /// Whether the code block says that it was just copied.
    void setCopied(bool copied) { m_copied = copied; }

    /// Paints what lies inside `clip` (block coordinates).
    void paint(QPainter& painter, const TranscriptStyle& style, const QRectF& clip,
               const BlockMarks& marks) const;
    /// Nearest position in the text.
    [[nodiscard]] int positionAt(QPointF point) const;
    /// Address of the link under a point, empty if there is none.
    [[nodiscard]] QString linkAt(QPointF point) const;
    /// The "Copy" button of a code block; empty rectangle for others.
    [[nodiscard]] QRectF copyButton() const { return m_copyButton; }
    /// Rectangle of the line that holds a position.
    [[nodiscard]] QRectF lineRect(int position) const;
    /// Word around a position.
    [[nodiscard]] TextRange wordAt(int position) const;

private:
    /// A stretch of the text that is one QTextLayout.
    struct Piece {
        int start = 0;
        int length = 0;
        QPointF at;
        qreal height = 0;
        qreal lineHeight = 0;
        std::unique_ptr<QTextLayout> layout;
    };
    struct LineEdges {
        QRectF rect;
        int from = 0;
        int to = 0;
    };

    void layOut(const TranscriptStyle& style);
    void layOutText(const TranscriptStyle& style);
    void layOutCode(const TranscriptStyle& style, size_t fromLine);
    qreal placeShowAll(const TranscriptStyle& style, qsizetype laidOutTo, qreal y);
    [[nodiscard]] QString showAllText() const;
    void layOutTable(const TranscriptStyle& style);
    [[nodiscard]] qreal contentLeft(const TranscriptStyle& style) const;
    /// What the columns of a table need: on one line, and without breaking a word or a number.
    struct ColumnNeeds {
        std::vector<qreal> natural;
        std::vector<qreal> least;
        std::vector<bool> figures; ///< no cell below the head holds a letter
    };
    void measureColumns(const TranscriptStyle& style, ColumnNeeds& needs, int fromRow) const;
    [[nodiscard]] ColumnNeeds freshNeeds() const;
    [[nodiscard]] std::vector<qreal> chooseColumns(const TranscriptStyle& style);
    void placeRows(const TranscriptStyle& style, int fromRow);
    [[nodiscard]] qreal barWidth(const TranscriptStyle& style) const;
    [[nodiscard]] QPointF inContent(QPointF point) const;
    [[nodiscard]] QFont cellFont(const TranscriptStyle& style, int row) const;
    qreal placeRow(const TranscriptStyle& style, int row, qreal y);
    Piece makePiece(const TranscriptStyle& style, TextRange range, const QFont& font, qreal width,
                    Qt::Alignment alignment, Wrap wrap) const;
    [[nodiscard]] QList<QTextLayout::FormatRange> formatsFor(const TranscriptStyle& style, TextRange range,
                                                             const QFont& font) const;
    [[nodiscard]] QList<QTextLayout::FormatRange> codeFormats(const TranscriptStyle& style,
                                                              TextRange range) const;
    [[nodiscard]] QList<QTextLayout::FormatRange> spacesAround(TextRange range, int from, int to,
                                                               const QFont& font) const;
    [[nodiscard]] const Piece* pieceAt(QPointF point) const;
    [[nodiscard]] const Piece* pieceOf(int position) const;
    [[nodiscard]] std::vector<QRectF> rectsOf(const Piece& piece, TextRange range) const;

    void paintNesting(QPainter& painter, const TranscriptStyle& style) const;
    void paintMarker(QPainter& painter, const TranscriptStyle& style, qreal left) const;
    void paintCodePanel(QPainter& painter, const TranscriptStyle& style) const;
    void paintTableLines(QPainter& painter, const TranscriptStyle& style) const;
    void paintPiece(QPainter& painter, const TranscriptStyle& style, const Piece& piece,
                    const BlockMarks& marks, const QRectF& clip) const;
    void paintMarks(QPainter& painter, const TranscriptStyle& style, const Piece& piece,
                    const BlockMarks& marks) const;
    void paintBars(QPainter& painter, const TranscriptStyle& style) const;
    void paintScrollHandle(QPainter& painter, const TranscriptStyle& style) const;
    void paintShowAll(QPainter& painter, const TranscriptStyle& style) const;

    MarkdownBlock m_block;
    qreal m_width = 0;
    qreal m_height = 0;
    qreal m_naturalWidth = 0;
    qreal m_left = 0; ///< where the content begins, after quotes and list indents
    std::vector<Piece> m_pieces;
    std::vector<qreal> m_rowTops; ///< of a table, one more than rows
    QRectF m_panel;               ///< of a code block
    QRectF m_copyButton;
    QRectF m_showAllButton;
    std::vector<InlineSpan> m_codeWords; ///< of a closed code block
    QRectF m_window;                     ///< where content that scrolls sideways shows
    qreal m_overflow = 0;                ///< content beyond m_window
    qreal m_scroll = 0;
    qsizetype m_lineCount = 0; ///< of a code block, also lines that are not shown
    qsizetype m_countedTo = 0; ///< characters in which lines were counted
    ColumnNeeds m_needs;       ///< of a table
    std::vector<qreal> m_widths;
    qreal m_gap = 0;
    qreal m_barsAt = 0; ///< left edge of the bars
    qreal m_barsWidth = 0;
    std::vector<Qt::Alignment> m_cellAlignments; ///< columns of figures stand right unless told otherwise
    qreal m_tableScale = 1;                      ///< of the font; one step smaller where a table is too wide
    bool m_rightToLeft = false;
    bool m_copied = false;
};

/// Width of the quotes and list indents around a block.
[[nodiscard]] qreal nestingWidth(const std::vector<Nesting>& nesting, const TranscriptStyle& style);

/// True for the only addresses that may be opened: https with a host, and mailto (design.md 4.8).
[[nodiscard]] bool isOpenableLink(const QString& address);

} // namespace apex::ui
