// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/block_layout.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace apex::ui {

using Kind = MarkdownBlock::Kind;

void BlockLayout::paint(QPainter& painter, const TranscriptStyle& style, const QRectF& clip,
                        const BlockMarks& marks) const {
    paintNesting(painter, style);
    if (m_block.kind == Kind::Rule) {
        painter.fillRect(QRectF(m_left, 0, m_width - m_left, 1), style.colours.divider);
        return;
    }
    if (m_block.kind == Kind::Code)
        paintCodePanel(painter, style);
    const bool sideways = m_overflow > 0;
    if (sideways) {
        painter.save();
        painter.setClipRect(QRectF(m_window.left(), 0, m_window.width(), m_height), Qt::IntersectClip);
        painter.translate(-m_scroll, 0);
    }
    if (m_block.kind == Kind::Table)
        paintTableLines(painter, style);
    paintBars(painter, style);
    auto piece = m_pieces.begin();
    if (m_block.kind != Kind::Table) {
        piece = std::partition_point(m_pieces.begin(), m_pieces.end(), [&](const Piece& candidate) {
            return candidate.at.y() + candidate.height < clip.top();
        });
    } else if (clip.top() > 0) {
        // Rows stand below each other; the cells of one side by side.
        const auto row = std::upper_bound(m_rowTops.begin(), m_rowTops.end(), clip.top());
        const auto first = std::max<std::ptrdiff_t>(0, row - m_rowTops.begin() - 1) * m_block.table.columns;
        piece += std::min<std::ptrdiff_t>(first, std::ssize(m_pieces));
    }
    for (; piece != m_pieces.end(); ++piece) {
        if (piece->at.y() > clip.bottom())
            break;
        paintPiece(painter, style, *piece, marks, clip);
    }
    if (sideways)
        painter.restore();
    paintScrollHandle(painter, style);
    paintShowAll(painter, style);
}

void BlockLayout::paintScrollHandle(QPainter& painter, const TranscriptStyle& style) const {
    const QRectF handle = scrollHandle();
    if (handle.isEmpty())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.colours.alternate);
    painter.drawRoundedRect(QRectF(m_window.left(), handle.top(), m_window.width(), handle.height()), 3, 3);
    painter.setBrush(style.colours.border);
    painter.drawRoundedRect(handle, 3, 3);
}

void BlockLayout::paintShowAll(QPainter& painter, const TranscriptStyle& style) const {
    if (m_showAllButton.isEmpty())
        return;
    painter.fillRect(QRectF(m_showAllButton.left(), m_showAllButton.top(), m_showAllButton.width(), 1),
                     style.colours.divider);
    painter.setFont(style.metaStrong);
    painter.setPen(style.colours.accent);
    painter.drawText(m_showAllButton, Qt::AlignCenter, showAllText());
}

// The bar repeats a figure of its row as a length: nothing is told by it alone.
void BlockLayout::paintBars(QPainter& painter, const TranscriptStyle& style) const {
    const std::vector<double>& bars = m_block.table.bars;
    if (bars.empty() || m_barsWidth <= 0)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const qreal thickness = std::round(style.em * 0.55);
    for (size_t row = 0; row + 1 < m_rowTops.size() && row < bars.size(); ++row) {
        if (bars[row] < 0)
            continue;
        const qreal middle = (m_rowTops[row] + m_rowTops[row + 1] - 1) / 2;
        const QRectF track(m_barsAt, std::round(middle - thickness / 2), m_barsWidth, thickness);
        painter.setBrush(style.colours.alternate);
        painter.drawRoundedRect(track, 3, 3);
        if (bars[row] <= 0)
            continue;
        QRectF bar = track;
        bar.setWidth(std::max(2.0, track.width() * std::min(1.0, bars[row])));
        painter.setBrush(style.colours.accent);
        painter.drawRoundedRect(bar, 3, 3);
    }
}

void BlockLayout::paintNesting(QPainter& painter, const TranscriptStyle& style) const {
    const qreal edge = m_rightToLeft ? m_width : 0;
    const qreal direction = m_rightToLeft ? -1 : 1;
    for (size_t level = 0; level < m_block.nesting.size(); ++level) {
        if (m_block.nesting[level] != Nesting::Quote)
            continue;
        const qreal x = edge + direction * (qreal(level) * style.indent + (m_rightToLeft ? 3 : 0));
        painter.fillRect(QRectF(x, 0, 3, m_height), style.colours.divider);
    }
    if (!m_block.marker.isEmpty())
        paintMarker(painter, style, edge + direction * qreal(m_block.nesting.size()) * style.indent);
}

void BlockLayout::paintMarker(QPainter& painter, const TranscriptStyle& style, qreal left) const {
    const QFontMetricsF metrics(style.body);
    const qreal lineHeight = style.lineHeight(style.body);
    const qreal baseline = std::round((lineHeight - metrics.height()) / 2 + metrics.ascent());
    const qreal gap = style.em * 0.5;
    if (m_block.task) {
        const qreal side = std::round(style.em * 0.86);
        const qreal x = m_rightToLeft ? left + gap : left - gap - side;
        const QRectF box(std::round(x) + 0.5, std::round((lineHeight - side) / 2) + 0.5, side, side);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_block.taskDone ? style.colours.completed : style.colours.border, 1.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, 3, 3);
        if (m_block.taskDone) {
            painter.setPen(QPen(style.colours.completed, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            const QPointF tick[] = {{box.left() + side * 0.22, box.top() + side * 0.52},
                                    {box.left() + side * 0.43, box.top() + side * 0.74},
                                    {box.left() + side * 0.8, box.top() + side * 0.26}};
            painter.drawPolyline(tick, 3);
        }
        return;
    }
    painter.setFont(style.body);
    painter.setPen(style.colours.muted);
    const qreal width = metrics.horizontalAdvance(m_block.marker);
    painter.drawText(QPointF(m_rightToLeft ? left + gap : left - gap - width, baseline), m_block.marker);
}

void BlockLayout::paintCodePanel(QPainter& painter, const TranscriptStyle& style) const {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.colours.divider, 1));
    painter.setBrush(style.colours.panel);
    painter.drawRoundedRect(m_panel.adjusted(0.5, 0.5, -0.5, -0.5), radius::medium, radius::medium);
    painter.fillRect(QRectF(m_panel.left() + 1, m_copyButton.bottom(), m_panel.width() - 2, 1),
                     style.colours.divider);
    const qreal padding = style.panelPadding * 0.875;
    painter.setFont(style.meta);
    painter.setPen(style.colours.muted);
    const QRectF header(m_panel.left() + padding, 0, m_panel.width() - 2 * padding, m_copyButton.height());
    const QString language = m_block.language.isEmpty() ? QCoreApplication::translate("Transcript", "Code")
                             : m_block.language == u"math"
                                 ? QCoreApplication::translate("Transcript", "Formula in LaTeX")
                                 : m_block.language;
    painter.drawText(header, Qt::AlignLeft | Qt::AlignVCenter | Qt::AlignAbsolute, language);
    painter.setPen(style.colours.accent);
    painter.drawText(header, Qt::AlignRight | Qt::AlignVCenter | Qt::AlignAbsolute,
                     m_copied ? QCoreApplication::translate("Transcript", "Copied")
                              : QCoreApplication::translate("Transcript", "Copy"));
}

void BlockLayout::paintTableLines(QPainter& painter, const TranscriptStyle& style) const {
    for (size_t row = 1; row < m_rowTops.size(); ++row) {
        const bool strong = row == 1 || (m_block.lastRowIsTotal && row + 2 == m_rowTops.size());
        const QColor colour = strong ? style.colours.border : style.colours.divider;
        painter.fillRect(QRectF(m_left, m_rowTops[row] - 1, m_naturalWidth - m_left + m_overflow, 1), colour);
    }
}

void BlockLayout::paintPiece(QPainter& painter, const TranscriptStyle& style, const Piece& piece,
                             const BlockMarks& marks, const QRectF& clip) const {
    painter.setPen(Qt::NoPen);
    if (m_block.kind != Kind::Code) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(style.colours.alternate);
        for (const InlineSpan& span : m_block.spans) {
            if (!span.styles.testFlag(InlineStyle::Code))
                continue;
            for (const QRectF& rect : rectsOf(piece, {span.start, span.start + span.length}))
                painter.drawRoundedRect(rect.adjusted(-2, 2, 2, -2), radius::small, radius::small);
        }
    }
    paintMarks(painter, style, piece, marks);
    const bool quoted =
        std::find(m_block.nesting.begin(), m_block.nesting.end(), Nesting::Quote) != m_block.nesting.end();
    painter.setPen(quoted ? style.colours.muted : style.colours.text);
    piece.layout->draw(&painter, piece.at, {}, clip);
}

// What was found is outlined too, so that it is seen without its colour; the current one more strongly.
void BlockLayout::paintMarks(QPainter& painter, const TranscriptStyle& style, const Piece& piece,
                             const BlockMarks& marks) const {
    if (!marks.selected.isEmpty()) {
        for (const QRectF& rect : rectsOf(piece, marks.selected))
            painter.fillRect(rect, style.colours.selection);
    }
    for (size_t i = 0; i < marks.found.size(); ++i) {
        const bool current = static_cast<int>(i) == marks.current;
        for (const QRectF& rect : rectsOf(piece, marks.found[i])) {
            const QRectF box = rect.adjusted(-0.5, 1.5, 0.5, -1.5);
            painter.setPen(QPen(style.colours.warning, current ? 2 : 1));
            painter.setBrush(current ? style.colours.foundCurrent : style.colours.found);
            painter.drawRoundedRect(box, 2, 2);
        }
    }
}

} // namespace apex::ui
