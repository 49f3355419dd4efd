// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/block_layout.h"

#include <QFontInfo>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace apex::ui {

using Kind = MarkdownBlock::Kind;

namespace {

constexpr qreal kUnlimited = 1e6;
constexpr qreal kSmallerTable = 0.87;
constexpr int kMeasuredRows = 200;

qreal sumOf(const std::vector<qreal>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// A number with its unit signs: "$1,234.50", "12.5 %", "-".
bool isFigures(QStringView text) {
    return std::none_of(text.begin(), text.end(), [](QChar character) { return character.isLetter(); });
}

// Columns take what they need; where that is too wide, each keeps its longest word and they share the rest.
std::vector<qreal> columnWidths(std::vector<qreal> natural, const std::vector<qreal>& least,
                                qreal available) {
    const qreal sum = sumOf(natural);
    if (sum <= available)
        return natural;
    const qreal leastSum = sumOf(least);
    const qreal share = leastSum < available ? (available - leastSum) / std::max(1.0, sum - leastSum) : 0;
    for (size_t column = 0; column < natural.size(); ++column)
        natural[column] = std::floor(least[column] + (natural[column] - least[column]) * share);
    return natural;
}

} // namespace

qreal BlockLayout::barWidth(const TranscriptStyle& style) const {
    return m_block.table.bars.empty() ? 0 : std::round(style.em * 8);
}

// A table that would wrap gets closer columns first, then smaller letters, then broken lines between words;
// only then it scrolls sideways.
void BlockLayout::layOutTable(const TranscriptStyle& style) {
    m_tableScale = 1;
    m_needs = freshNeeds();
    measureColumns(style, m_needs, 0);
    m_widths = chooseColumns(style);
    placeRows(style, 0);
}

std::vector<qreal> BlockLayout::chooseColumns(const TranscriptStyle& style) {
    const TableShape& table = m_block.table;
    const qreal bars = barWidth(style);
    const qreal nested = m_width - nestingWidth(m_block.nesting, style);
    const auto gaps = qreal(std::max(0, table.columns - 1)) + (bars > 0 ? 1 : 0);
    m_gap = std::round(style.em * 1.6);
    if (sumOf(m_needs.natural) + gaps * m_gap + bars > nested)
        m_gap = std::round(style.em * 0.8);
    if (m_tableScale == 1 && sumOf(m_needs.natural) + gaps * m_gap + bars > nested) {
        m_tableScale = kSmallerTable;
        m_needs = freshNeeds();
        measureColumns(style, m_needs, 0);
    }
    m_cellAlignments = table.alignments;
    for (size_t column = 0; column < m_needs.figures.size(); ++column) {
        if (m_needs.figures[column] && table.alignments[column] == Qt::AlignLeading)
            m_cellAlignments[column] = Qt::AlignRight;
    }
    m_window = QRectF(m_left, 0, nested, kUnlimited);
    std::vector<qreal> widths = columnWidths(m_needs.natural, m_needs.least, nested - gaps * m_gap - bars);
    const qreal whole = sumOf(widths) + gaps * m_gap + bars;
    m_overflow = std::max(0.0, std::ceil(whole - nested));
    m_naturalWidth = m_left + std::min(whole, nested);
    m_barsAt = m_left + whole - bars;
    m_barsWidth = bars;
    return widths;
}

void BlockLayout::placeRows(const TranscriptStyle& style, int fromRow) {
    const TableShape& table = m_block.table;
    const auto columns = static_cast<size_t>(table.columns);
    qreal y = fromRow == 0 ? 0 : m_rowTops[static_cast<size_t>(fromRow)];
    m_pieces.erase(m_pieces.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(fromRow) * columns),
                   m_pieces.end());
    m_rowTops.resize(static_cast<size_t>(fromRow));
    for (int row = fromRow; row < table.rows(); ++row) {
        m_rowTops.push_back(y);
        y = placeRow(style, row, y);
    }
    m_rowTops.push_back(y);
    m_height = y + 1 + (m_overflow > 0 ? 12 : 0);
}

bool BlockLayout::extendTable(const MarkdownBlock& next, const TranscriptStyle& style) {
    const TableShape& old = m_block.table;
    if (m_block.kind != Kind::Table || next.kind != Kind::Table || next.nesting != m_block.nesting ||
        next.table.columns != old.columns || next.table.alignments != old.alignments || old.rows() < 2 ||
        next.table.rows() < old.rows() || !next.table.bars.empty() || !old.bars.empty())
        return false;
    // The last row may still have been written; those before it must be the same.
    const int kept = old.rows() - 1;
    const auto cells = static_cast<std::ptrdiff_t>(kept) * old.columns;
    const auto length = old.cells[static_cast<size_t>(cells)].start;
    if (!std::equal(old.cells.begin(), old.cells.begin() + cells, next.table.cells.begin()) ||
        QStringView(next.text).left(length) != QStringView(m_block.text).left(length))
        return false;
    const auto before = [&](const InlineSpan& span) { return span.start < length; };
    const auto end = std::partition_point(m_block.spans.begin(), m_block.spans.end(), before);
    if (!std::equal(m_block.spans.begin(), end, next.spans.begin(),
                    std::partition_point(next.spans.begin(), next.spans.end(), before)))
        return false;
    const std::vector<qreal> widths = m_widths;
    const qreal scale = m_tableScale;
    m_block = next;
    measureColumns(style, m_needs, kept);
    m_widths = chooseColumns(style);
    placeRows(style, m_widths == widths && m_tableScale == scale ? kept : 0);
    return true;
}

BlockLayout::ColumnNeeds BlockLayout::freshNeeds() const {
    const auto columns = static_cast<size_t>(m_block.table.columns);
    return {std::vector<qreal>(columns, 0), std::vector<qreal>(columns, 0),
            std::vector<bool>(columns, m_block.table.rows() > 1)};
}

void BlockLayout::measureColumns(const TranscriptStyle& style, ColumnNeeds& needs, int fromRow) const {
    const TableShape& table = m_block.table;
    const auto columns = static_cast<size_t>(table.columns);
    for (int row = fromRow; row < std::min(table.rows(), kMeasuredRows); ++row) {
        for (size_t column = 0; column < columns; ++column) {
            const TableCell& cell = table.cells[static_cast<size_t>(row) * columns + column];
            const Piece piece = makePiece(style, {cell.start, cell.start + cell.length}, cellFont(style, row),
                                          kUnlimited, Qt::AlignLeft, Wrap::Words);
            const qreal whole = std::ceil(piece.layout->maximumWidth()) + 1;
            const bool figures = row > 0 && isFigures(QStringView(m_block.text).mid(cell.start, cell.length));
            const qreal word = std::min(std::ceil(piece.layout->minimumWidth()) + 1, style.em * 10);
            needs.natural[column] = std::max(needs.natural[column], whole);
            needs.least[column] =
                std::max(needs.least[column], figures ? std::min(whole, style.em * 12) : word);
            if (row > 0 && !figures)
                needs.figures[column] = false;
        }
    }
}

qreal BlockLayout::placeRow(const TranscriptStyle& style, int row, qreal y) {
    const TableShape& table = m_block.table;
    const qreal above = std::round(style.em * 0.4);
    qreal x = m_left;
    qreal height = 0;
    for (size_t column = 0; column < m_widths.size(); ++column) {
        const TableCell& cell = table.cells[static_cast<size_t>(row) * m_widths.size() + column];
        Piece piece =
            makePiece(style, {cell.start, cell.start + cell.length}, cellFont(style, row),
                      std::max(style.em, m_widths[column]), m_cellAlignments[column], Wrap::Anywhere);
        piece.at = {x, y + above};
        height = std::max(height, piece.height);
        x += m_widths[column] + m_gap;
        m_pieces.push_back(std::move(piece));
    }
    // Heads of different height stand on the rule below them, next to the figures they name.
    for (auto piece = m_pieces.end() - static_cast<std::ptrdiff_t>(m_widths.size());
         row == 0 && piece != m_pieces.end(); ++piece)
        piece->at.ry() += height - piece->height;
    return y + height + 2 * above + 1;
}

} // namespace apex::ui
