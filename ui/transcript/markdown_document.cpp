// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/markdown_document.h"

#include "ui/transcript/markdown_math.h"
#include "ui/transcript/markdown_parser.h"

#include <algorithm>
#include <iterator>

namespace apex::ui {

namespace {

qsizetype indentOf(QStringView line) {
    qsizetype indent = 0;
    while (indent < line.size() && (line[indent] == u' ' || line[indent] == u'\t'))
        ++indent;
    return indent;
}

bool isBlank(QStringView line) {
    return indentOf(line) == line.size() || line.trimmed().isEmpty();
}

qsizetype runLength(QStringView line, QChar character) {
    qsizetype length = 0;
    while (length < line.size() && line[length] == character)
        ++length;
    return length;
}

bool isListItem(QStringView line) {
    if (line.isEmpty())
        return false;
    if (line[0] == u'-' || line[0] == u'*' || line[0] == u'+')
        return line.size() == 1 || line[1] == u' ' || line[1] == u'\t';
    qsizetype digits = 0;
    while (digits < line.size() && digits < 10 && line[digits] >= u'0' && line[digits] <= u'9')
        ++digits;
    return digits > 0 && digits < line.size() && (line[digits] == u'.' || line[digits] == u')') &&
           (digits + 1 == line.size() || line[digits + 1] == u' ');
}

MarkdownBlocks blocksOfSegment(QStringView source) {
    if (auto formula = formulaBlock(source); formula && !formula->open)
        return {*std::move(formula)};
    const bool fenced = source.startsWith(u"```") || source.startsWith(u"~~~");
    if (!fenced && source.contains(u"\\("))
        return parseMarkdown(withFormulasAsCode(source));
    return parseMarkdown(source);
}

bool isHeading(QStringView line) {
    const qsizetype marks = runLength(line, u'#');
    return marks >= 1 && marks <= 6 && marks < line.size() && line[marks] == u' ';
}

} // namespace

void MarkdownDocument::clear() {
    m_text.clear();
    m_segments.clear();
    m_closed = 0;
    m_openStart = 0;
    m_scan = {};
}

MarkdownBlocks MarkdownDocument::takeBlocks() {
    MarkdownBlocks blocks;
    for (MarkdownSegment& segment : m_segments)
        std::move(segment.blocks.begin(), segment.blocks.end(), std::back_inserter(blocks));
    clear();
    return blocks;
}

size_t MarkdownDocument::setText(const QString& text) {
    if (!text.startsWith(m_text))
        clear();
    const size_t firstChanged = m_closed;
    m_text = text;
    m_segments.resize(m_closed);
    readLines();
    parseOpenSegment();
    return firstChanged;
}

void MarkdownDocument::readLines() {
    for (;;) {
        const qsizetype end = m_text.indexOf(u'\n', m_scan.at);
        if (end < 0)
            return;
        const QStringView line = QStringView(m_text).mid(m_scan.at, end - m_scan.at);
        readLine(line, end + 1);
        m_scan.at = end + 1;
    }
}

void MarkdownDocument::readLine(QStringView line, qsizetype next) {
    if (!m_scan.fence.isNull()) {
        readFenceLine(line, next);
        return;
    }
    if (isBlank(line)) {
        m_scan.blankBefore = m_scan.started;
        return;
    }
    if (m_scan.blankBefore && startsSegment(line))
        closeSegment(m_scan.at);
    if (readFormula(line, next))
        return;
    const bool first = !m_scan.started;
    m_scan.started = true;
    m_scan.blankBefore = false;
    if (first)
        m_scan.isList = isListItem(line.mid(indentOf(line)));
    if (opensFence(line))
        enterFence(first, indentOf(line) == 0);
    else if (first && isHeading(line))
        closeSegment(next);
}

// A formula at the margin is a segment of its own, as a fence is.
bool MarkdownDocument::readFormula(QStringView line, qsizetype next) {
    if (indentOf(line) > 0 || formulaEnd(line).isEmpty())
        return false;
    if (m_scan.started)
        closeSegment(m_scan.at);
    m_scan.started = true;
    if (isWholeFormula(line)) {
        closeSegment(next);
        return true;
    }
    m_scan.fence = formulaEnd(line).back();
    m_scan.formula = true;
    m_scan.fenceOpensSegment = true;
    return true;
}

// A fence at the margin ends whatever stood before it, so it is a segment of its own.
void MarkdownDocument::enterFence(bool first, bool atMargin) {
    const QChar fence = m_scan.fence;
    const qsizetype length = m_scan.fenceLength;
    if (atMargin && !first)
        closeSegment(m_scan.at);
    m_scan.started = true;
    m_scan.fence = fence;
    m_scan.fenceLength = length;
    m_scan.fenceOpensSegment = atMargin;
}

// A segment ends only where nothing that follows can still belong to it: continuation lines of list items are
// indented, further items are items, and everything else at the margin after a blank line is new.
bool MarkdownDocument::startsSegment(QStringView line) const {
    if (indentOf(line) > 0)
        return false;
    return !(m_scan.isList && isListItem(line));
}

bool MarkdownDocument::opensFence(QStringView line) {
    const QStringView content = line.mid(indentOf(line));
    if (content.isEmpty() || (content[0] != u'`' && content[0] != u'~'))
        return false;
    if (!m_scan.isList && indentOf(line) > 3)
        return false;
    const qsizetype length = runLength(content, content[0]);
    if (length < 3 || (content[0] == u'`' && content.mid(length).contains(u'`')))
        return false;
    m_scan.fence = content[0];
    m_scan.fenceLength = length;
    return true;
}

void MarkdownDocument::readFenceLine(QStringView line, qsizetype next) {
    const QStringView content = line.mid(indentOf(line));
    if (m_scan.formula) {
        // A blank line cannot stand in a formula; what began as one was none and is text.
        const QStringView end = m_scan.fence == u'$' ? QStringView(u"$$") : QStringView(u"\\]");
        if (content.trimmed().endsWith(end) || isBlank(line))
            closeSegment(next);
        return;
    }
    const bool leftItem = m_scan.isList && indentOf(line) == 0 && !content.isEmpty();
    const qsizetype length = runLength(content, m_scan.fence);
    const bool closes = length >= m_scan.fenceLength && isBlank(content.mid(length));
    if (!closes && !leftItem)
        return;
    m_scan.fence = {};
    if (m_scan.fenceOpensSegment)
        closeSegment(next);
    else if (leftItem && !closes)
        readLine(line, next);
}

void MarkdownDocument::closeSegment(qsizetype end) {
    MarkdownSegment segment{m_openStart, end - m_openStart, {}};
    const QStringView source = QStringView(m_text).mid(segment.start, segment.length);
    segment.blocks = blocksOfSegment(source);
    m_parsed += source.size();
    m_segments.push_back(std::move(segment));
    m_closed = m_segments.size();
    m_openStart = end;
    const qsizetype at = m_scan.at;
    m_scan = {};
    m_scan.at = at;
}

void MarkdownDocument::parseOpenSegment() {
    const QStringView source = QStringView(m_text).mid(m_openStart);
    if (isBlank(source))
        return;
    MarkdownSegment segment{m_openStart, source.size(), {}};
    if (m_scan.fenceOpensSegment && !m_scan.fence.isNull()) {
        segment.blocks = openFenceBlocks(source);
    } else {
        segment.blocks = blocksOfSegment(source);
        m_parsed += source.size();
        // A fence within a list item may still grow.
        if (!m_scan.fence.isNull() && !segment.blocks.empty())
            segment.blocks.back().open = segment.blocks.back().kind == MarkdownBlock::Kind::Code;
    }
    m_segments.push_back(std::move(segment));
}

// An open fence is what it says: lines of code. It needs no parser until it closes.
MarkdownBlocks MarkdownDocument::openFenceBlocks(QStringView source) const {
    if (m_scan.formula) {
        if (auto formula = formulaBlock(source))
            return {*std::move(formula)};
    }
    const qsizetype lineEnd = source.indexOf(u'\n');
    MarkdownBlock block;
    block.kind = MarkdownBlock::Kind::Code;
    block.open = true;
    const QStringView info = source.left(lineEnd).mid(runLength(source, m_scan.fence)).trimmed();
    block.language = info.left(info.indexOf(u' ') < 0 ? info.size() : info.indexOf(u' ')).toString();
    QStringView code = source.mid(lineEnd + 1);
    // The last line has no end yet, but may already be the closing fence.
    const QStringView last = code.mid(code.lastIndexOf(u'\n') + 1).trimmed();
    if (last.size() >= m_scan.fenceLength && runLength(last, m_scan.fence) == last.size())
        code = code.left(code.lastIndexOf(u'\n') + 1);
    block.text = code.toString();
    if (block.text.endsWith(u'\n'))
        block.text.chop(1);
    return {block};
}

} // namespace apex::ui
