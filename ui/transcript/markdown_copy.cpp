// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/markdown_copy.h"

#include <algorithm>

namespace apex::ui {

using namespace Qt::StringLiterals;
using Kind = MarkdownBlock::Kind;

namespace {

QString prefixed(const QString& text, const QString& first, const QString& rest) {
    QString result = text;
    result.replace(u'\n', u'\n' + rest);
    return first + result;
}

QString taskMark(const MarkdownBlock& block) {
    return block.task ? (block.taskDone ? u"[x] "_s : u"[ ] "_s) : QString();
}

QString plainBlock(const BlockSelection& part) {
    const MarkdownBlock& block = *part.block;
    const QString text = block.text.mid(part.range.from, part.range.to - part.range.from);
    const auto items = std::count(block.nesting.begin(), block.nesting.end(), Nesting::Item);
    const QString indent(std::max<qsizetype>(0, (items - 1) * 2), u' ');
    if (block.marker.isEmpty() || part.range.from > 0)
        return items > 0 ? prefixed(text, indent + u"  "_s, indent + u"  "_s) : text;
    const QString marker = block.marker + u' ' + taskMark(block);
    return prefixed(text, indent + marker, indent + QString(marker.size(), u' '));
}

/// Opening and closing marks of a style, innermost last.
QString marksFor(InlineStyles styles) {
    QString marks;
    if (styles.testFlag(InlineStyle::Strong))
        marks += u"**"_s;
    if (styles.testFlag(InlineStyle::Emphasis))
        marks += u'*';
    if (styles.testFlag(InlineStyle::Strike))
        marks += u"~~"_s;
    if (styles.testFlag(InlineStyle::Code))
        marks += u'`';
    return marks;
}

QString inlineMarkdown(const MarkdownBlock& block, TextRange range) {
    QString result;
    int at = range.from;
    for (const InlineSpan& span : block.spans) {
        const int from = std::max(span.start, range.from);
        const int to = std::min(span.start + span.length, range.to);
        if (to <= from)
            continue;
        result += QStringView(block.text).mid(at, from - at);
        const QString opening = marksFor(span.styles);
        QString closing = opening;
        std::reverse(closing.begin(), closing.end());
        const QString inner = opening + block.text.mid(from, to - from) + closing;
        result += span.link < 0 ? inner : QString(u'[' + inner + u"](" + block.links.value(span.link) + u')');
        at = to;
    }
    result += QStringView(block.text).mid(at, range.to - at);
    return result;
}

QString alignmentRow(const TableShape& table) {
    QString row = u"|"_s;
    for (const Qt::Alignment alignment : table.alignments) {
        const bool right = alignment.testFlag(Qt::AlignRight);
        const bool centre = alignment.testFlag(Qt::AlignHCenter);
        row += (centre ? u" :---"_s : u" ---"_s) + (right || centre ? u": |"_s : u" |"_s);
    }
    return row;
}

QString tableMarkdown(const MarkdownBlock& block) {
    QStringList lines;
    const TableShape& table = block.table;
    for (int row = 0; row < table.rows(); ++row) {
        QString line = u"|"_s;
        for (int column = 0; column < table.columns; ++column) {
            const TableCell& cell = table.cells[size_t(row) * size_t(table.columns) + size_t(column)];
            QString text = inlineMarkdown(block, {cell.start, cell.start + cell.length});
            line += u' ' + text.replace(u'|', u"\\|"_s) + u" |"_s;
        }
        lines << line;
        if (row == 0)
            lines << alignmentRow(table);
    }
    return lines.join(u'\n');
}

QString markdownContent(const BlockSelection& part) {
    const MarkdownBlock& block = *part.block;
    const bool whole = part.range.from == 0 && part.range.to >= block.text.size();
    switch (block.kind) {
    case Kind::Paragraph:
        return inlineMarkdown(block, part.range);
    case Kind::Heading:
        return QString(block.level, u'#') + u' ' + inlineMarkdown(block, part.range);
    case Kind::Rule:
        return u"---"_s;
    case Kind::Table:
        return whole ? tableMarkdown(block)
                     : block.text.mid(part.range.from, part.range.to - part.range.from);
    case Kind::Code:
        break;
    }
    if (block.language == u"math"_s)
        return u"$$\n"_s + QStringView(block.text).mid(part.range.from, part.range.to - part.range.from) +
               u"\n$$"_s;
    const QString fence = block.text.contains(u"```"_s) ? u"````"_s : u"```"_s;
    return fence + block.language + u'\n' +
           QStringView(block.text).mid(part.range.from, part.range.to - part.range.from) + u'\n' + fence;
}

QString markdownBlock(const BlockSelection& part) {
    const MarkdownBlock& block = *part.block;
    QString first;
    QString rest;
    for (size_t level = 0; level < block.nesting.size(); ++level) {
        const bool innermost = level + 1 == block.nesting.size();
        if (block.nesting[level] == Nesting::Quote) {
            first += u"> "_s;
            rest += u"> "_s;
        } else {
            const bool ordered = block.marker.endsWith(u'.');
            const QString marker = ordered ? QString(block.marker + u' ') : u"- "_s;
            const bool opens = innermost && !block.marker.isEmpty();
            first += opens ? QString(marker + taskMark(block)) : u"  "_s;
            rest += opens ? QString(marker.size(), u' ') : u"  "_s;
        }
    }
    return prefixed(markdownContent(part), first, rest);
}

template <class Writer>
QString joined(const std::vector<BlockSelection>& parts, Writer writer) {
    QString result;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            result += parts[i].block->tight ? u"\n"_s : u"\n\n"_s;
        result += writer(parts[i]);
    }
    return result;
}

// What a spreadsheet would take for a formula, as opposed to a signed number.
bool looksLikeFormula(const QString& cell) {
    if (cell.startsWith(u'=') || cell.startsWith(u'@'))
        return true;
    if (!cell.startsWith(u'+') && !cell.startsWith(u'-'))
        return false;
    return cell.size() > 1 && !cell[1].isDigit() && cell[1] != u'.' && !cell[1].isSpace() &&
           cell[1].category() != QChar::Symbol_Currency;
}

QString delimited(const MarkdownBlock& block, QChar separator) {
    QString result;
    const TableShape& table = block.table;
    for (size_t i = 0; i < table.cells.size(); ++i) {
        QString cell = block.text.mid(table.cells[i].start, table.cells[i].length);
        if (looksLikeFormula(cell))
            cell.prepend(u'\'');
        if (cell.contains(separator) || cell.contains(u'"') || cell.contains(u'\n'))
            cell = u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
        const bool lastOfRow = (i + 1) % static_cast<size_t>(table.columns) == 0;
        result += cell + (lastOfRow ? QChar(u'\n') : separator);
    }
    return result;
}

} // namespace

QString selectionAsText(const std::vector<BlockSelection>& parts) {
    return joined(parts, plainBlock);
}

QString selectionAsMarkdown(const std::vector<BlockSelection>& parts) {
    return joined(parts, markdownBlock);
}

QString tableAsCsv(const MarkdownBlock& table) {
    return delimited(table, u',');
}

QString tableAsTsv(const MarkdownBlock& table) {
    return delimited(table, u'\t');
}

} // namespace apex::ui
