// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/report_blocks.h"

#include "ui/transcript/markdown_document.h"

#include <QCoreApplication>

namespace apex::ui {

using namespace Qt::StringLiterals;
using Kind = MarkdownBlock::Kind;
using models::ReportItem;
using models::ReportSection;
using models::ReportTable;

namespace {

MarkdownBlock textBlock(Kind kind, const QString& text) {
    MarkdownBlock block;
    block.kind = kind;
    block.text = text;
    return block;
}

MarkdownBlock heading(const QString& text, int level) {
    MarkdownBlock block = textBlock(Kind::Heading, text);
    block.level = level;
    return block;
}

MarkdownBlock listItem(const QString& text, const QString& marker) {
    MarkdownBlock block = textBlock(Kind::Paragraph, text);
    block.nesting = {Nesting::Item};
    block.marker = marker;
    return block;
}

/// "Impact: high  ·  Effort: low" with the values set strong.
MarkdownBlock factsLine(const QStringList& facts) {
    MarkdownBlock block = textBlock(Kind::Paragraph, facts.join(u"  ·  "_s));
    int at = 0;
    for (const QString& fact : facts) {
        const qsizetype colon = fact.indexOf(u": ");
        if (colon >= 0)
            block.spans.push_back({at + static_cast<int>(colon) + 2,
                                   static_cast<int>(fact.size() - colon) - 2, InlineStyle::Strong, -1});
        at += static_cast<int>(fact.size()) + 5;
    }
    return block;
}

void addCell(MarkdownBlock& block, const QString& text, bool firstOfRow, bool strong) {
    if (!block.table.cells.empty())
        block.text += firstOfRow ? u'\n' : u'\t';
    const auto start = static_cast<int>(block.text.size());
    // A cell is one line: tab and newline separate cells.
    const QString line = text.simplified();
    block.text += line;
    block.table.cells.push_back({start, static_cast<int>(line.size())});
    if (strong && !line.isEmpty())
        block.spans.push_back({start, static_cast<int>(line.size()), InlineStyle::Strong, -1});
}

MarkdownBlock tableBlock(const ReportTable& table) {
    MarkdownBlock block;
    block.kind = Kind::Table;
    block.lastRowIsTotal = table.lastRowIsTotal;
    block.table.columns = static_cast<int>(table.columns.size());
    for (const bool figures : table.figures)
        block.table.alignments.push_back(figures ? Qt::AlignRight : Qt::AlignLeft);
    for (qsizetype column = 0; column < table.columns.size(); ++column)
        addCell(block, table.columns[column], column == 0, false);
    for (size_t row = 0; row < table.rows.size(); ++row) {
        const bool total = table.lastRowIsTotal && row + 1 == table.rows.size();
        for (qsizetype column = 0; column < table.columns.size(); ++column)
            addCell(block, table.rows[row].value(column), column == 0, total);
    }
    if (!table.bars.empty()) {
        block.table.bars.push_back(-1); // the head
        block.table.bars.insert(block.table.bars.end(), table.bars.begin(), table.bars.end());
    }
    return block;
}

void addMarkdown(MarkdownBlocks& blocks, const QString& text, bool inItem) {
    MarkdownDocument document;
    document.setText(text);
    for (const MarkdownSegment& segment : document.segments()) {
        for (MarkdownBlock block : segment.blocks) {
            // Headings of the report's own texts stand below the report's headings.
            if (block.kind == Kind::Heading)
                block.level = std::max(block.level, 4);
            if (inItem)
                block.nesting.insert(block.nesting.begin(), Nesting::Item);
            blocks.push_back(std::move(block));
        }
    }
}

void addItem(MarkdownBlocks& blocks, const ReportItem& item, const QString& marker) {
    MarkdownBlock title = listItem(item.title, marker);
    title.spans.push_back({0, static_cast<int>(item.title.size()), InlineStyle::Strong, -1});
    blocks.push_back(std::move(title));
    if (!item.facts.isEmpty()) {
        MarkdownBlock facts = factsLine(item.facts);
        facts.nesting = {Nesting::Item};
        facts.tight = true;
        blocks.push_back(std::move(facts));
    }
    if (!item.text.isEmpty())
        addMarkdown(blocks, item.text, true);
    if (!item.outcome.isEmpty()) {
        MarkdownBlock outcome =
            listItem(QCoreApplication::translate("Transcript", "Done when: %1").arg(item.outcome), QString());
        outcome.tight = true;
        blocks.push_back(std::move(outcome));
    }
}

void addSection(MarkdownBlocks& blocks, const ReportSection& section) {
    blocks.push_back(heading(section.heading, 2));
    if (!section.text.isEmpty())
        addMarkdown(blocks, section.text, false);
    for (const QString& fact : section.facts) {
        MarkdownBlock block = factsLine({fact});
        block.nesting = {Nesting::Item};
        block.marker = u"•"_s;
        block.tight = &fact != &section.facts.first();
        blocks.push_back(std::move(block));
    }
    if (section.table)
        blocks.push_back(tableBlock(*section.table));
    for (size_t i = 0; i < section.items.size(); ++i)
        addItem(blocks, section.items[i], QString::number(i + 1) + u'.');
}

} // namespace

MarkdownBlocks reportBlocks(const models::ReportDocument& report) {
    MarkdownBlocks blocks;
    for (const ReportSection& section : report.sections)
        addSection(blocks, section);
    return blocks;
}

} // namespace apex::ui
