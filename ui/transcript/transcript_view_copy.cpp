// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/transcript_model.h"
#include "ui/transcript/markdown_copy.h"
#include "ui/transcript/transcript_view.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>

#include <algorithm>

namespace apex::ui {

using models::TranscriptModel;

namespace {

constexpr int kCopiedMs = 1500;

bool coversAll(const TextSpan& span, const MarkdownBlocks& blocks) {
    if (span.from > TextPosition{} || blocks.empty())
        return false;
    const auto last = static_cast<int>(blocks.size()) - 1;
    return span.to >= TextPosition{last, static_cast<int>(blocks.back().text.size())};
}

QString copiedRow(const MessageContent& content, const TextSpan& span, bool markdown) {
    const MarkdownBlocks blocks = blocksOf(content);
    const bool verbatim = markdown || content.speaker == session::Speaker::User;
    if (verbatim && !content.showsReport() && coversAll(span, blocks))
        return content.text;
    std::vector<BlockSelection> parts;
    for (int i = span.from.block; i <= span.to.block && i < static_cast<int>(blocks.size()); ++i) {
        const MarkdownBlock& block = blocks[static_cast<size_t>(i)];
        const auto size = static_cast<int>(block.text.size());
        const TextRange range{i == span.from.block ? std::min(span.from.offset, size) : 0,
                              i == span.to.block ? std::min(span.to.offset, size) : size};
        if (!range.isEmpty())
            parts.push_back({&block, range});
    }
    return markdown ? selectionAsMarkdown(parts) : selectionAsText(parts);
}

QString heading(const MessageContent& content, bool markdown) {
    const QString name =
        markdown ? QString(QStringLiteral("**") + content.name + QStringLiteral("**")) : content.name;
    return content.time.isEmpty() ? name : QString(name + QStringLiteral(", ") + content.time);
}

} // namespace

QString TranscriptView::copied(bool markdown) const {
    if (m_selection.isEmpty()) {
        if (m_focusRow < 0 || m_focusRow >= m_rows.count())
            return {};
        TranscriptSelection whole;
        whole.selectRows(m_focusRow, m_focusRow);
        return copiedRow(m_rows.content(m_focusRow), whole.spanOf(m_focusRow), markdown);
    }
    QStringList messages;
    const bool several = m_selection.firstRow() != m_selection.lastRow();
    for (int row = m_selection.firstRow(); row <= std::min(m_selection.lastRow(), m_rows.count() - 1);
         ++row) {
        const MessageContent content = m_rows.content(row);
        const QString text = copiedRow(content, m_selection.spanOf(row), markdown);
        if (text.isEmpty())
            continue;
        const QString gap = markdown ? QStringLiteral("\n\n") : QStringLiteral("\n");
        messages << (several ? QString(heading(content, markdown) + gap + text) : text);
    }
    return messages.join(QStringLiteral("\n\n"));
}

QString TranscriptView::copyText() const {
    return copied(false);
}

QString TranscriptView::copyMarkdown() const {
    return copied(true);
}

void TranscriptView::copyToClipboard(const QString& text) {
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

void TranscriptView::copyCode(int row, int block) {
    const MessageLayout* layout = m_rows.existing(row);
    if (layout && block >= 0 && block < static_cast<int>(layout->blockCount()))
        copyToClipboard(layout->block(static_cast<size_t>(block)).text);
    m_rows.layout(row).markCopied(block);
    m_copiedTimer.start(kCopiedMs, this);
    viewport()->update();
}

void TranscriptView::endCopiedNote() {
    m_copiedTimer.stop();
    for (const PlacedRow& placed : placedRows())
        m_rows.layout(placed.row).markCopied(-1);
    viewport()->update();
}

void TranscriptView::selectAll() {
    if (m_rows.count() == 0)
        return;
    m_selection.selectRows(0, m_rows.count() - 1);
    viewport()->update();
}

void TranscriptView::clearSelection() {
    m_selection.clear();
    viewport()->update();
}

void TranscriptView::contextMenuEvent(QContextMenuEvent* event) {
    layOutNow();
    int row = m_focusRow;
    int block = -1;
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const QRect rect = rowRect(row);
        at = viewport()->mapToGlobal(rect.isEmpty() ? viewport()->rect().center()
                                                    : rect.intersected(viewport()->rect()).topLeft());
    } else {
        const QPoint point = viewport()->mapFromGlobal(event->globalPos());
        block = hitAt(point, &row).block;
    }
    if (row < 0 || row >= m_rows.count())
        return;
    m_focusRow = row;
    QMenu* menu = createMenu(row, block);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(at);
    event->accept();
}

QMenu* TranscriptView::createMenu(int row, int block) {
    auto* menu = new QMenu(this);
    menu->addAction(m_selection.isEmpty() ? tr("Copy message") : tr("Copy"), this,
                    [this] { copyToClipboard(copyText()); });
    menu->addAction(m_selection.isEmpty() ? tr("Copy message as Markdown") : tr("Copy as Markdown"), this,
                    [this] { copyToClipboard(copyMarkdown()); });
    // By keyboard there is no block under the pointer: all of the message are offered.
    const MarkdownBlocks blocks = blocksOf(m_rows.content(row));
    for (int i = 0; i < static_cast<int>(blocks.size()); ++i) {
        if (block < 0 || block == i)
            addBlockActions(*menu, blocks[static_cast<size_t>(i)]);
    }
    menu->addSeparator();
    const MessageContent content = m_rows.content(row);
    menu->addAction(tr("Open in a window of its own"), this, [this, row, block] { showWhole(row, block); });
    if (content.report && !content.text.trimmed().isEmpty())
        menu->addAction(content.asReport ? tr("Show as text") : tr("Show as report"), this,
                        [this, row, report = !content.asReport] { showReport(row, report); });
    if (content.speaker == session::Speaker::Agent && (content.report || !content.text.trimmed().isEmpty()))
        menu->addAction(tr("Save this answer…"), this,
                        [this, id = content.localId] { Q_EMIT saveRequested(id); });
    const QModelIndex index = m_rows.index(row);
    const RunId run(index.data(TranscriptModel::RunIdRole).toString());
    if (!run.isEmpty())
        menu->addAction(tr("Show in timeline"), this, [this, row] { activateRow(row); });
    if (!run.isEmpty() && !m_selection.isEmpty())
        menu->addAction(tr("Find these words in the tool results"), this,
                        [this, run] { Q_EMIT sourceRequested(run, copyText().trimmed()); });
    const auto frame = index.data(TranscriptModel::FrameRole).value<models::FrameRef>();
    if (m_framesOffered && frame.frame >= 0)
        menu->addAction(tr("Show its last frame"), this, [this, frame] { Q_EMIT frameRequested(frame); });
    if (index.data(TranscriptModel::CanRetryRole).toBool())
        menu->addAction(tr("Retry"), this, [this, row] { retryRow(row); });
    menu->addAction(tr("Select all"), this, &TranscriptView::selectAll);
    return menu;
}

void TranscriptView::addBlockActions(QMenu& menu, const MarkdownBlock& block) {
    if (block.kind == MarkdownBlock::Kind::Code) {
        const QString language =
            block.language.isEmpty() ? QString() : QString(u" (" + block.language + u')');
        menu.addAction(tr("Copy code%1").arg(language), this,
                       [this, text = block.text] { copyToClipboard(text); });
    }
    if (block.kind == MarkdownBlock::Kind::Table) {
        menu.addAction(tr("Copy table as CSV"), this, [this, block] { copyToClipboard(tableAsCsv(block)); });
        menu.addAction(tr("Copy table as TSV"), this, [this, block] { copyToClipboard(tableAsTsv(block)); });
    }
    addLinkActions(menu, block);
}

void TranscriptView::addLinkActions(QMenu& menu, const MarkdownBlock& block) {
    for (const QString& address : block.links) {
        QString shown = address;
        shown.replace(u'&', QStringLiteral("&&"));
        if (isOpenableLink(address))
            menu.addAction(tr("Open %1").arg(shown), this, [this, address] { openLink(address); });
        menu.addAction(tr("Copy address %1").arg(shown), this, [this, address] { copyToClipboard(address); });
    }
}

} // namespace apex::ui
