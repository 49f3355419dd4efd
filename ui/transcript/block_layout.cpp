// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/block_layout.h"

#include "ui/transcript/code_highlight.h"

#include <QCoreApplication>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QLocale>
#include <QTextBoundaryFinder>
#include <QTextOption>
#include <QUrl>

#include <algorithm>
#include <cmath>

namespace apex::ui {

using namespace Qt::StringLiterals;
using Kind = MarkdownBlock::Kind;

namespace {

constexpr qreal kUnlimited = 1e6;
// More lines than this are read in the viewer; the first ones say what it is.
constexpr size_t kShownCodeLines = 160;
constexpr qsizetype kLongestLine = 2'000;

qreal widestLine(const QTextLayout& layout) {
    qreal widest = 0;
    for (int line = 0; line < layout.lineCount(); ++line)
        widest = std::max(widest, layout.lineAt(line).naturalTextWidth());
    return widest;
}

QFont headingFont(const TranscriptStyle& style, int level) {
    return style.headings[static_cast<size_t>(std::clamp(level, 1, 6)) - 1];
}

QTextOption::WrapMode wrapMode(Wrap wrap) {
    switch (wrap) {
    case Wrap::Words:
        return QTextOption::WordWrap;
    case Wrap::Anywhere:
        return QTextOption::WrapAtWordBoundaryOrAnywhere;
    case Wrap::Code:
        break;
    }
    return QTextOption::WrapAnywhere;
}

QFont spanFont(const TranscriptStyle& style, const QFont& base, InlineStyles styles) {
    QFont font = base;
    if (styles.testFlag(InlineStyle::Code)) {
        font = style.mono;
        font.setPixelSize(std::max(1, qRound(QFontInfo(base).pixelSize() * 0.9)));
        font.setWeight(base.weight());
    }
    if (styles.testFlag(InlineStyle::Strong))
        font.setWeight(QFont::DemiBold);
    font.setItalic(font.italic() || styles.testFlag(InlineStyle::Emphasis));
    font.setStrikeOut(styles.testFlag(InlineStyle::Strike));
    return font;
}

QColor codeColour(const TranscriptStyle& style, CodeWord word) {
    switch (word) {
    case CodeWord::Keyword:
        return style.colours.codeKeyword;
    case CodeWord::String:
        return style.colours.codeString;
    case CodeWord::Number:
        return style.colours.codeNumber;
    case CodeWord::Comment:
        return style.colours.codeComment;
    case CodeWord::Name:
        return style.colours.codeName;
    case CodeWord::None:
        break;
    }
    return style.colours.text;
}

QTextOption optionFor(QStringView text, Qt::Alignment alignment, QTextOption::WrapMode wrap,
                      qreal tabDistance) {
    QTextOption option;
    option.setWrapMode(wrap);
    const bool rightToLeft = text.isRightToLeft();
    option.setTextDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    option.setAlignment(alignment == Qt::AlignLeading ? (rightToLeft ? Qt::AlignRight : Qt::AlignLeft)
                                                      : alignment);
    option.setTabStopDistance(tabDistance);
    return option;
}

} // namespace

qreal nestingWidth(const std::vector<Nesting>& nesting, const TranscriptStyle& style) {
    return std::min(qreal(nesting.size()), 8.0) * style.indent;
}

bool isOpenableLink(const QString& address) {
    const QUrl url(address, QUrl::StrictMode);
    if (!url.isValid())
        return false;
    return (url.scheme() == "https"_L1 && !url.host().isEmpty()) ||
           (url.scheme() == "mailto"_L1 && !url.path().isEmpty());
}

BlockLayout::BlockLayout(MarkdownBlock block, const TranscriptStyle& style, qreal width)
    : m_block(std::move(block)), m_width(width) {
    layOut(style);
}

void BlockLayout::layOut(const TranscriptStyle& style) {
    m_rightToLeft = m_block.kind != Kind::Code && m_block.text.isRightToLeft();
    m_left = contentLeft(style);
    m_window = QRectF(0, 0, m_width, kUnlimited);
    switch (m_block.kind) {
    case Kind::Paragraph:
    case Kind::Heading:
        layOutText(style);
        break;
    case Kind::Code:
        layOutCode(style, 0);
        break;
    case Kind::Table:
        layOutTable(style);
        break;
    case Kind::Rule:
        m_height = 1;
        m_naturalWidth = m_width;
        break;
    }
}

qreal BlockLayout::contentLeft(const TranscriptStyle& style) const {
    return m_rightToLeft ? 0 : nestingWidth(m_block.nesting, style);
}

void BlockLayout::layOutText(const TranscriptStyle& style) {
    const bool heading = m_block.kind == Kind::Heading;
    const QFont font = heading ? headingFont(style, m_block.level) : style.body;
    const qreal available = std::max(style.em * 4, m_width - nestingWidth(m_block.nesting, style));
    Piece piece = makePiece(style, {0, static_cast<int>(m_block.text.size())}, font, available,
                            Qt::AlignLeading, Wrap::Anywhere);
    piece.at = {m_left, 0};
    m_height = piece.height;
    for (int line = 0; line < piece.layout->lineCount(); ++line)
        m_naturalWidth = std::max(m_naturalWidth, m_left + piece.layout->lineAt(line).naturalTextWidth());
    m_pieces.push_back(std::move(piece));
}

void BlockLayout::layOutCode(const TranscriptStyle& style, size_t fromLine) {
    const qreal padding = style.panelPadding * 0.875;
    const qreal header = style.lineHeight(style.meta) + padding * 0.9;
    const qreal available = std::max(style.em * 4, m_width - m_left - 2 * padding);
    m_pieces.erase(m_pieces.begin() + static_cast<std::ptrdiff_t>(fromLine), m_pieces.end());
    // A block that still grows is coloured once, when its end has come.
    if (!m_block.open)
        m_codeWords = highlightCode(m_block.text, m_block.language);
    qreal y = header + padding * 0.5;
    qsizetype start = 0;
    if (!m_pieces.empty()) {
        y = m_pieces.back().at.y() + m_pieces.back().height;
        start = m_pieces.back().start + m_pieces.back().length + 1;
    }
    while (start <= m_block.text.size() && m_pieces.size() < kShownCodeLines) {
        qsizetype end = m_block.text.indexOf(u'\n', start);
        if (end < 0)
            end = m_block.text.size();
        // Lines keep their shape and scroll sideways; one that no screen could scroll through is broken.
        const bool endless = end - start > kLongestLine;
        Piece piece =
            makePiece(style, {static_cast<int>(start), static_cast<int>(end)}, style.mono,
                      endless ? available : kUnlimited, Qt::AlignLeft, endless ? Wrap::Code : Wrap::Words);
        piece.at = {m_left + padding, y};
        y += piece.height;
        if (!endless)
            m_overflow = std::max(m_overflow, std::ceil(widestLine(*piece.layout)) - available);
        m_pieces.push_back(std::move(piece));
        start = end + 1;
    }
    m_window = QRectF(m_left + padding, header, available, y - header);
    y = placeShowAll(style, start, y);
    m_height = std::ceil(y + (m_overflow > 0 ? padding * 1.4 : padding));
    m_naturalWidth = m_width;
    m_panel = QRectF(m_left, 0, m_width - m_left, m_height);
    const qreal buttonWidth =
        QFontMetricsF(style.meta).horizontalAdvance(QCoreApplication::translate("Transcript", "Copied")) +
        2 * padding;
    m_copyButton = QRectF(m_panel.right() - buttonWidth, 0, buttonWidth, header);
}

qreal BlockLayout::placeShowAll(const TranscriptStyle& style, qsizetype laidOutTo, qreal y) {
    m_lineCount += std::count(m_block.text.begin() + m_countedTo, m_block.text.end(), u'\n');
    m_countedTo = m_block.text.size();
    m_showAllButton = {};
    if (laidOutTo > m_block.text.size())
        return y;
    const qreal height = style.lineHeight(style.meta) + style.em * 0.5;
    y += std::round(style.em * 0.3);
    m_showAllButton = QRectF(m_left + 1, y, m_width - m_left - 2, height);
    return y + height - style.panelPadding * 0.5;
}

QString BlockLayout::showAllText() const {
    const QLocale locale;
    return QCoreApplication::translate("Transcript", "Show all %1 lines (%2)")
        .arg(locale.toString(m_lineCount + 1), locale.formattedDataSize(m_block.text.size()));
}

bool BlockLayout::extendCode(const MarkdownBlock& next, const TranscriptStyle& style) {
    if (m_block.kind != Kind::Code || next.kind != Kind::Code || next.nesting != m_block.nesting ||
        next.language != m_block.language || !next.text.startsWith(m_block.text) || m_pieces.empty() ||
        !next.open)
        return false;
    m_block = next;
    const bool full = m_pieces.size() == kShownCodeLines;
    layOutCode(style, full ? m_pieces.size() : m_pieces.size() - 1);
    return true;
}

BlockLayout::Piece BlockLayout::makePiece(const TranscriptStyle& style, TextRange range, const QFont& font,
                                          qreal width, Qt::Alignment alignment, Wrap wrap) const {
    Piece piece;
    piece.start = range.from;
    piece.length = range.to - range.from;
    QString text = m_block.text.mid(range.from, piece.length);
    text.replace(u'\n', QChar(QChar::LineSeparator));
    const QFontMetricsF metrics(font);
    piece.lineHeight = style.lineHeight(font, m_block.kind == Kind::Heading ? 1.3 : 0);
    piece.layout = std::make_unique<QTextLayout>(text, font);
    piece.layout->setCacheEnabled(true);
    piece.layout->setTextOption(
        optionFor(text, alignment, wrapMode(wrap), metrics.horizontalAdvance(u' ') * 4));
    piece.layout->setFormats(formatsFor(style, range, font));
    const qreal baseline = (piece.lineHeight - metrics.height()) / 2 + metrics.ascent();
    piece.layout->beginLayout();
    qreal y = 0;
    for (QTextLine line = piece.layout->createLine(); line.isValid(); line = piece.layout->createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, std::round(y + std::max(0.0, baseline - line.ascent()))});
        y += std::max(piece.lineHeight, std::ceil(line.height()));
    }
    piece.layout->endLayout();
    piece.height = y;
    return piece;
}

QList<QTextLayout::FormatRange> BlockLayout::formatsFor(const TranscriptStyle& style, TextRange range,
                                                        const QFont& font) const {
    if (m_block.kind == Kind::Code)
        return codeFormats(style, range);
    QList<QTextLayout::FormatRange> formats;
    for (const InlineSpan& span : m_block.spans) {
        const int from = std::max(span.start, range.from);
        const int to = std::min(span.start + span.length, range.to);
        if (to <= from)
            continue;
        QTextLayout::FormatRange format;
        format.start = from - range.from;
        format.length = to - from;
        format.format.setFont(spanFont(style, font, span.styles));
        if (span.link >= 0) {
            const bool openable = isOpenableLink(m_block.links.value(span.link));
            format.format.setForeground(openable ? style.colours.accent : style.colours.muted);
            format.format.setUnderlineStyle(openable ? QTextCharFormat::SingleUnderline
                                                     : QTextCharFormat::DotLine);
        }
        formats << format;
        if (span.styles.testFlag(InlineStyle::Code))
            formats << spacesAround(range, from, to, font);
    }
    return formats;
}

QList<QTextLayout::FormatRange> BlockLayout::codeFormats(const TranscriptStyle& style,
                                                         TextRange range) const {
    QList<QTextLayout::FormatRange> formats;
    const auto first =
        std::partition_point(m_codeWords.begin(), m_codeWords.end(),
                             [&](const InlineSpan& span) { return span.start + span.length <= range.from; });
    for (auto span = first; span != m_codeWords.end() && span->start < range.to; ++span) {
        QTextLayout::FormatRange format;
        format.start = std::max(span->start, range.from) - range.from;
        format.length = std::min(span->start + span->length, range.to) - range.from - format.start;
        format.format.setForeground(codeColour(style, span->code));
        if (span->code == CodeWord::Comment)
            format.format.setFontItalic(true);
        formats << format;
    }
    return formats;
}

// The panel behind inline code reaches into the spaces around it; they are widened by as much.
QList<QTextLayout::FormatRange> BlockLayout::spacesAround(TextRange range, int from, int to,
                                                          const QFont& font) const {
    QList<QTextLayout::FormatRange> formats;
    for (const int at : {from - 1, to}) {
        const bool styled =
            std::any_of(m_block.spans.begin(), m_block.spans.end(), [at](const InlineSpan& span) {
                return at >= span.start && at < span.start + span.length;
            });
        if (at < range.from || at >= range.to || styled || m_block.text[at] != u' ')
            continue;
        QTextLayout::FormatRange format;
        format.start = at - range.from;
        format.length = 1;
        QFont wider = font;
        wider.setWordSpacing(3);
        format.format.setFont(wider);
        formats << format;
    }
    return formats;
}

QFont BlockLayout::cellFont(const TranscriptStyle& style, int row) const {
    QFont font = style.tableFont;
    if (m_tableScale < 1)
        font.setPixelSize(std::max(1, qRound(QFontInfo(font).pixelSize() * m_tableScale)));
    if (row == 0)
        font.setWeight(QFont::DemiBold);
    return font;
}

QPointF BlockLayout::inContent(QPointF point) const {
    return point + QPointF(m_scroll, 0);
}

void BlockLayout::setScrollPosition(qreal position) {
    m_scroll = std::clamp(position, 0.0, m_overflow);
}

qreal BlockLayout::scrollFactor() const {
    const qreal way = m_window.width() - scrollHandle().width();
    return way > 0 ? m_overflow / way : 0;
}

void BlockLayout::reveal(int position) {
    const Piece* piece = pieceOf(position);
    if (m_overflow <= 0 || !piece || piece->layout->lineCount() == 0)
        return;
    const int local = std::clamp(position - piece->start, 0, piece->length);
    const QTextLine line = piece->layout->lineForTextPosition(local);
    const qreal x = piece->at.x() + (line.isValid() ? line.cursorToX(local) : 0);
    const qreal margin = m_window.width() / 4;
    if (x - m_scroll < m_window.left() || x - m_scroll > m_window.right() - margin)
        setScrollPosition(x - m_window.left() - margin);
}

QRectF BlockLayout::scrollHandle() const {
    if (m_overflow <= 0)
        return {};
    constexpr qreal kThickness = 6;
    const qreal track = m_window.width();
    const qreal length = std::max(32.0, track * track / (track + m_overflow));
    const qreal x = m_window.left() + (track - length) * m_scroll / m_overflow;
    return {x, m_height - kThickness - 4, length, kThickness};
}

const BlockLayout::Piece* BlockLayout::pieceAt(QPointF point) const {
    const Piece* best = nullptr;
    qreal bestDistance = 0;
    for (const Piece& piece : m_pieces) {
        const qreal dy = std::max({piece.at.y() - point.y(), point.y() - piece.at.y() - piece.height, 0.0});
        const bool inTable = m_block.kind == Kind::Table;
        const qreal dx = inTable && point.x() < piece.at.x() ? 1000 + piece.at.x() - point.x()
                         : inTable                           ? (point.x() - piece.at.x()) * 1e-3
                                                             : 0;
        const qreal distance = dy * 1e6 + dx;
        if (!best || distance < bestDistance) {
            best = &piece;
            bestDistance = distance;
        }
    }
    return best;
}

const BlockLayout::Piece* BlockLayout::pieceOf(int position) const {
    const auto after = std::upper_bound(m_pieces.begin(), m_pieces.end(), position,
                                        [](int value, const Piece& piece) { return value < piece.start; });
    return after == m_pieces.begin() ? nullptr : &*std::prev(after);
}

int BlockLayout::positionAt(QPointF point) const {
    const Piece* piece = pieceAt(inContent(point));
    if (!piece)
        return 0;
    const QPointF local = inContent(point) - piece->at;
    for (int i = 0; i < piece->layout->lineCount(); ++i) {
        const QTextLine line = piece->layout->lineAt(i);
        const bool last = i + 1 == piece->layout->lineCount();
        if (last || local.y() < piece->layout->lineAt(i + 1).y())
            return piece->start + line.xToCursor(local.x());
    }
    return piece->start;
}

QString BlockLayout::linkAt(QPointF point) const {
    if (m_block.links.isEmpty())
        return {};
    for (const Piece& piece : m_pieces) {
        for (const InlineSpan& span : m_block.spans) {
            if (span.link < 0)
                continue;
            for (const QRectF& rect : rectsOf(piece, {span.start, span.start + span.length})) {
                if (rect.contains(inContent(point)))
                    return m_block.links.value(span.link);
            }
        }
    }
    return {};
}

std::vector<QRectF> BlockLayout::rectsOf(const Piece& piece, TextRange range) const {
    std::vector<QRectF> rects;
    const int from = std::max(range.from - piece.start, 0);
    const int to = std::min(range.to - piece.start, piece.length);
    if (to < from || (to == from && piece.length > 0))
        return rects;
    qreal y = 0;
    for (int i = 0; i < piece.layout->lineCount(); ++i) {
        const QTextLine line = piece.layout->lineAt(i);
        const qreal height = std::max(piece.lineHeight, std::ceil(line.height()));
        const int first = std::max(from, line.textStart());
        const int end = std::min(to, line.textStart() + line.textLength());
        if (first < end) {
            const qreal a = line.cursorToX(first);
            const qreal b = line.cursorToX(end);
            rects.emplace_back(piece.at.x() + std::min(a, b), piece.at.y() + y, std::abs(b - a), height);
        }
        y += height;
    }
    return rects;
}

QRectF BlockLayout::lineRect(int position) const {
    const Piece* piece = pieceOf(position);
    if (!piece)
        return {0, 0, m_width, m_height};
    qreal y = 0;
    for (int i = 0; i < piece->layout->lineCount(); ++i) {
        const QTextLine line = piece->layout->lineAt(i);
        const qreal height = std::max(piece->lineHeight, std::ceil(line.height()));
        if (position - piece->start < line.textStart() + line.textLength() ||
            i + 1 == piece->layout->lineCount())
            return {piece->at.x(), piece->at.y() + y, line.naturalTextWidth(), height};
        y += height;
    }
    return {piece->at, QSizeF(0, piece->height)};
}

TextRange BlockLayout::wordAt(int position) const {
    QTextBoundaryFinder finder(QTextBoundaryFinder::Word, m_block.text);
    finder.setPosition(std::clamp(position + 1, 0, static_cast<int>(m_block.text.size())));
    const auto start = finder.toPreviousBoundary();
    const auto end = finder.toNextBoundary();
    return {static_cast<int>(std::max<qsizetype>(start, 0)),
            static_cast<int>(end < 0 ? m_block.text.size() : end)};
}

} // namespace apex::ui
