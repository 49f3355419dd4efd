// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFlags>
#include <QString>
#include <QStringList>

#include <vector>

namespace apex::ui {

/// How a run of characters is set.
enum class InlineStyle : quint8 {
    None = 0,
    Strong = 1,
    Emphasis = 2,
    Code = 4,
    Strike = 8,
    Link = 16,
};
Q_DECLARE_FLAGS(InlineStyles, InlineStyle)
Q_DECLARE_OPERATORS_FOR_FLAGS(InlineStyles)

/// What a word of code is.
enum class CodeWord : quint8 { None, Keyword, String, Number, Comment, Name };

/// Styled characters of a block; spans do not overlap and stand in order.
struct InlineSpan {
    int start = 0; ///< index into MarkdownBlock::text
    int length = 0;
    InlineStyles styles;
    int link = -1; ///< index into MarkdownBlock::links, -1 for none
    CodeWord code = CodeWord::None;

    friend bool operator==(const InlineSpan&, const InlineSpan&) = default;
};

/// One step of nesting around a block, outermost first.
enum class Nesting : quint8 { Quote, Item };

/// A cell's characters within the text of its table.
struct TableCell {
    int start = 0;
    int length = 0;

    friend bool operator==(const TableCell&, const TableCell&) = default;
};

/// Columns and cells of a table block; row 0 is the header. Cells are stored row by row, `columns` each.
struct TableShape {
    int columns = 0;
    std::vector<Qt::Alignment> alignments; ///< one a column
    std::vector<TableCell> cells;
    /// Length of a bar at the end of each row, 0 to 1, below 0 for none; empty where the table has no bars.
    std::vector<double> bars;

    [[nodiscard]] int rows() const { return columns == 0 ? 0 : static_cast<int>(cells.size()) / columns; }
    friend bool operator==(const TableShape&, const TableShape&) = default;
};

/// One leaf of the block tree with the path of quotes and list items that leads to it. A value.
struct MarkdownBlock {
    enum class Kind : quint8 { Paragraph, Heading, Code, Table, Rule };
    Kind kind = Kind::Paragraph;
    int level = 0; ///< of a heading, 1 to 6
    QString text;  ///< what is read: cells are separated by tab and newline, code lines by newline
    std::vector<InlineSpan> spans;
    QStringList links; ///< targets as written, not yet judged by any policy
    QString language;  ///< of a code block; may be empty
    bool open = false; ///< a code block whose end has not come yet
    std::vector<Nesting> nesting;
    QString marker;    ///< "•" or "3." where this block opens a list item; empty otherwise
    bool task = false; ///< the list item is a task
    bool taskDone = false;
    bool tight = false; ///< stands close to the block before it (tight list)
    TableShape table;

    /// A table whose last row sums up the others.
    bool lastRowIsTotal = false;

    friend bool operator==(const MarkdownBlock&, const MarkdownBlock&) = default;
};

using MarkdownBlocks = std::vector<MarkdownBlock>;

} // namespace apex::ui
