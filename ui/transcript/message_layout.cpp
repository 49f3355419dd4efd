// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/message_layout.h"

#include "ui/transcript/report_blocks.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

namespace apex::ui {

using Kind = MarkdownBlock::Kind;
using session::AnswerKind;
using session::Speaker;

namespace {

// Beyond this a message is an attachment in disguise: it is shown in part, said so, and copied in full.
constexpr qsizetype kMaxShownCharacters = 120'000;

qreal gapBetween(const MarkdownBlock& above, const MarkdownBlock& below, qreal em) {
    if (below.kind == Kind::Rule || above.kind == Kind::Rule)
        return std::round(em * 1.5);
    if (below.kind == Kind::Heading)
        return std::round(em * (below.level <= 2 ? 1.75 : 1.4));
    if (above.kind == Kind::Heading)
        return std::round(em * 0.55);
    if (below.tight)
        return std::round(em * 0.3);
    const bool panel = below.kind == Kind::Code || above.kind == Kind::Code || below.kind == Kind::Table ||
                       above.kind == Kind::Table;
    return std::round(em * (panel ? 1.05 : 0.8));
}

QString shownPart(const MessageContent& content) {
    return content.text.left(kMaxShownCharacters);
}

QString noteFor(const MessageContent& content) {
    if (!content.showsReport() && content.text.size() > kMaxShownCharacters) {
        return QCoreApplication::translate(
                   "Transcript", "%1 characters in all; the first %2 are shown here. Copy gives all of them.")
            .arg(QLocale().toString(content.text.size()), QLocale().toString(kMaxShownCharacters));
    }
    if (content.showsReport())
        return {};
    if (content.speaker == Speaker::Agent && content.error.isEmpty() && content.text.trimmed().isEmpty()) {
        if (content.kind == AnswerKind::Stopped)
            return QCoreApplication::translate("Transcript",
                                               "The run was stopped before there was an answer");
        return content.kind == AnswerKind::InProgress
                   ? QCoreApplication::translate("Transcript", "No answer text yet")
                   : QCoreApplication::translate("Transcript", "No answer text was received");
    }
    if (content.speaker == Speaker::Agent && content.kind == AnswerKind::Stopped)
        return QCoreApplication::translate("Transcript",
                                           "The run was stopped; this is what had been written");
    return {};
}

MarkdownBlock plainBlock(const QString& text) {
    MarkdownBlock block;
    block.text = text;
    return block;
}

} // namespace

void MessageLayout::update(const MessageContent& content, const TranscriptStyle& style, qreal width,
                           qreal tableWidth) {
    const bool fromScratch = m_width != width || m_tableWidth != tableWidth;
    if (!fromScratch && content == m_content)
        return;
    const bool textChanged = fromScratch || content.text != m_content.text ||
                             content.speaker != m_content.speaker || content.showsReport() ||
                             m_content.showsReport();
    // Blocks of a report are none of the document's, so the text starts afresh after it.
    const bool fromReport = m_content.showsReport() && !content.showsReport();
    m_content = content;
    m_width = width;
    m_tableWidth = tableWidth;
    m_mirrored = style.rightToLeft;
    if (textChanged)
        updateBlocks(style, fromScratch || fromReport);
    updateFooter(style);
    place(style);
}

void MessageLayout::updateBlocks(const TranscriptStyle& style, bool fromScratch) {
    if (m_content.showsReport()) {
        updateReport(style);
        return;
    }
    if (m_content.speaker == Speaker::User) {
        m_entries.clear();
        std::vector<Entry> none;
        size_t next = 0;
        addBlock(style, plainBlock(shownPart(m_content)), 0, none, next);
        return;
    }
    const size_t changed = m_document.setText(shownPart(m_content));
    if (fromScratch)
        m_entries.clear();
    replaceTail(style, fromScratch ? 0 : changed);
}

void MessageLayout::updateReport(const TranscriptStyle& style) {
    m_entries.clear();
    std::vector<Entry> none;
    size_t next = 0;
    for (const MarkdownBlock& block : reportBlocks(*m_content.report))
        addBlock(style, block, 0, none, next);
}

void MessageLayout::replaceTail(const TranscriptStyle& style, size_t firstSegment) {
    const auto tail = std::find_if(m_entries.begin(), m_entries.end(),
                                   [&](const Entry& entry) { return entry.segment >= firstSegment; });
    std::vector<Entry> old(std::make_move_iterator(tail), std::make_move_iterator(m_entries.end()));
    m_entries.erase(tail, m_entries.end());
    size_t next = 0;
    for (size_t segment = firstSegment; segment < m_document.segments().size(); ++segment) {
        for (const MarkdownBlock& block : m_document.segments()[segment].blocks)
            addBlock(style, block, segment, old, next);
    }
}

// Layouts of the old tail are taken over as long as their blocks are the same, one after the other.
void MessageLayout::addBlock(const TranscriptStyle& style, const MarkdownBlock& block, size_t segment,
                             std::vector<Entry>& old, size_t& next) {
    Entry entry;
    entry.segment = segment;
    if (next < old.size()) {
        std::unique_ptr<BlockLayout>& candidate = old[next++].layout;
        if (candidate->block() == block || candidate->extendCode(block, style) ||
            candidate->extendTable(block, style))
            entry.layout = std::move(candidate);
    }
    if (!entry.layout) {
        const qreal width = block.kind == Kind::Table ? std::max(m_width, m_tableWidth) : m_width;
        entry.layout = std::make_unique<BlockLayout>(block, style, width);
        ++m_laidOut;
    }
    m_entries.push_back(std::move(entry));
}

void MessageLayout::updateFooter(const TranscriptStyle& style) {
    m_error.reset();
    m_note.reset();
    if (!m_content.error.isEmpty()) {
        const qreal width = std::max(style.em * 6, m_width - 2 * style.panelPadding);
        m_error = std::make_unique<BlockLayout>(plainBlock(m_content.error), style, width);
    }
    const QString note = noteFor(m_content);
    if (!note.isEmpty())
        m_note = std::make_unique<BlockLayout>(plainBlock(note), style, m_width);
}

void MessageLayout::place(const TranscriptStyle& style) {
    const qreal panelPadding = hasPanel() ? std::round(style.panelPadding * 0.8) : 0;
    const qreal panelTop = std::round(style.rowPadding * 0.6);
    qreal y = hasPanel() ? panelTop + panelPadding : style.rowPadding;
    m_metaRect = QRectF(0, y, m_width, style.lineHeight(style.meta));
    placeToggle(style);
    y = m_metaRect.bottom() + std::round(style.em * (hasPanel() ? 0.2 : 0.35));
    if (!m_entries.empty() && m_entries.front().layout->block().kind == Kind::Heading)
        y += std::round(style.em * 0.6);
    for (size_t i = 0; i < m_entries.size(); ++i) {
        if (i > 0)
            y += gapBetween(m_entries[i - 1].layout->block(), m_entries[i].layout->block(), style.em);
        m_entries[i].y = y;
        y += m_entries[i].layout->height();
    }
    if (m_note) {
        m_noteY = y + (m_entries.empty() ? 0 : style.em * 0.6);
        y = m_noteY + m_note->height();
    }
    placeShowAll(style, y);
    placeAttachments(style, y);
    y += panelPadding;
    m_panelRect = QRectF(-style.panelPadding, panelTop, m_width + 2 * style.panelPadding, y - panelTop);
    placeError(style, y);
    m_height = qCeil(y + (hasPanel() ? panelTop : style.rowPadding));
}

void MessageLayout::placeToggle(const TranscriptStyle& style) {
    m_toggleRect = {};
    if (toggleText().isEmpty())
        return;
    const qreal width = QFontMetricsF(style.meta).horizontalAdvance(toggleText());
    m_toggleRect = QRectF(m_width - width, m_metaRect.top(), width, m_metaRect.height());
}

QRectF MessageLayout::seen(const QRectF& rect) const {
    return m_mirrored && !rect.isEmpty() ? rect.translated(m_width - rect.right() - rect.left(), 0) : rect;
}

qreal MessageLayout::metaRight() const {
    return m_toggleRect.isEmpty() ? m_width : m_toggleRect.left() - 8;
}

// A report does not take the place of an answer by itself: what is being read stays.
QString MessageLayout::toggleText() const {
    if (!m_content.report || m_content.text.trimmed().isEmpty())
        return {};
    return m_content.asReport ? QCoreApplication::translate("Transcript", "Show as text")
                              : QCoreApplication::translate("Transcript", "Show as report");
}

void MessageLayout::placeShowAll(const TranscriptStyle& style, qreal& y) {
    m_showAllRect = {};
    if (m_content.text.size() <= kMaxShownCharacters || m_content.showsReport())
        return;
    const QString word = QCoreApplication::translate("Transcript", "Show all");
    const qreal width = QFontMetricsF(style.metaStrong).horizontalAdvance(word) + style.em * 1.8;
    y += std::round(style.em * 0.5);
    m_showAllRect = QRectF(0, y, width, style.lineHeight(style.meta) + style.em * 0.6);
    y = m_showAllRect.bottom();
}

void MessageLayout::placeError(const TranscriptStyle& style, qreal& y) {
    m_errorRect = {};
    m_retryRect = {};
    if (!m_error)
        return;
    const qreal padding = std::round(style.em * 0.6);
    y += padding;
    qreal height = m_error->height() + 2 * padding;
    if (m_content.canRetry) {
        const QString word = QCoreApplication::translate("Transcript", "Retry");
        const qreal width = QFontMetricsF(style.metaStrong).horizontalAdvance(word) + style.em * 1.8;
        const qreal button = style.lineHeight(style.meta) + padding;
        m_retryRect = QRectF(style.panelPadding, y + height, width, button);
        height += button + padding;
    }
    m_errorRect = QRectF(0, y, m_width, height);
    y = m_errorRect.bottom();
}

void MessageLayout::placeAttachments(const TranscriptStyle& style, qreal& y) {
    m_attachmentRects.clear();
    if (m_content.attachments.isEmpty())
        return;
    const QFontMetricsF metrics(style.meta);
    const qreal height = style.lineHeight(style.meta) + style.em * 0.4;
    qreal x = 0;
    y += std::round(style.em * 0.6);
    for (const QString& name : m_content.attachments) {
        const qreal width = std::min(m_width, std::ceil(metrics.horizontalAdvance(name) + style.em * 2.4));
        if (x > 0 && x + width > m_width) {
            x = 0;
            y += height + style.em * 0.4;
        }
        m_attachmentRects.emplace_back(x, y, width, height);
        x += width + style.em * 0.5;
    }
    y += height;
}

QString MessageLayout::wholeTextOf(int block) const {
    return block < 0 || block >= static_cast<int>(m_entries.size())
               ? m_content.text
               : m_entries[static_cast<size_t>(block)].layout->block().text;
}

bool MessageLayout::scrollBlock(int block, qreal pixels) {
    if (block < 0 || block >= static_cast<int>(m_entries.size()))
        return false;
    BlockLayout& layout = *m_entries[static_cast<size_t>(block)].layout;
    const qreal before = layout.scrollPosition();
    layout.setScrollPosition(before + pixels);
    return layout.scrollPosition() != before;
}

bool MessageLayout::scrollSideways(qreal pixels) {
    bool moved = false;
    for (int block = 0; block < static_cast<int>(m_entries.size()); ++block)
        moved = scrollBlock(block, pixels) || moved;
    return moved;
}

qreal MessageLayout::scrollFactor(int block) const {
    const BlockLayout& layout = *m_entries[static_cast<size_t>(block)].layout;
    return layout.scrollFactor();
}

void MessageLayout::revealSideways(TextPosition position) {
    if (position.block >= 0 && position.block < static_cast<int>(m_entries.size()))
        m_entries[static_cast<size_t>(position.block)].layout->reveal(position.offset);
}

void MessageLayout::markCopied(int block) {
    for (size_t i = 0; i < m_entries.size(); ++i)
        m_entries[i].layout->setCopied(static_cast<int>(i) == block);
}

TextSpan MessageLayout::wholeText() const {
    if (m_entries.empty())
        return {};
    const auto last = static_cast<int>(m_entries.size()) - 1;
    return {{0, 0}, {last, static_cast<int>(m_entries.back().layout->block().text.size())}};
}

const MessageLayout::Entry* MessageLayout::entryAt(qreal y) const {
    const auto after = std::upper_bound(m_entries.begin(), m_entries.end(), y,
                                        [](qreal value, const Entry& entry) { return value < entry.y; });
    if (m_entries.empty())
        return nullptr;
    return after == m_entries.begin() ? &m_entries.front() : &*std::prev(after);
}

TextPosition MessageLayout::positionAt(QPointF point) const {
    const Entry* entry = entryAt(point.y());
    if (!entry)
        return {};
    const auto index = static_cast<int>(entry - m_entries.data());
    if (index == 0 && point.y() < entry->y)
        return {0, 0};
    return {index, entry->layout->positionAt(point - QPointF(0, entry->y))};
}

MessageHit MessageLayout::hit(QPointF point) const {
    if (seen(m_retryRect).contains(point))
        return {MessageHit::Zone::Retry, {}, -1};
    if (seen(m_showAllRect).contains(point))
        return {MessageHit::Zone::ShowAll, {}, -1};
    if (seen(m_toggleRect).contains(point))
        return {MessageHit::Zone::Toggle, {}, -1};
    const Entry* entry = entryAt(point.y());
    if (!entry || point.y() < entry->y || point.y() > entry->y + entry->layout->height())
        return {};
    const QPointF local = point - QPointF(0, entry->y);
    const auto index = static_cast<int>(entry - m_entries.data());
    if (entry->layout->copyButton().contains(local))
        return {MessageHit::Zone::CopyCode, {}, index};
    if (entry->layout->showAllButton().contains(local))
        return {MessageHit::Zone::ShowAll, {}, index};
    if (entry->layout->scrollHandle().adjusted(0, -4, 0, 4).contains(local))
        return {MessageHit::Zone::ScrollHandle, {}, index};
    const QString address = entry->layout->linkAt(local);
    if (!address.isEmpty())
        return {MessageHit::Zone::Link, address, index};
    if (local.x() < 0 || local.x() > entry->layout->naturalWidth())
        return {};
    return {MessageHit::Zone::Text, {}, index};
}

TextSpan MessageLayout::wordAt(TextPosition position) const {
    if (position.block < 0 || position.block >= static_cast<int>(m_entries.size()))
        return {};
    const TextRange range = m_entries[static_cast<size_t>(position.block)].layout->wordAt(position.offset);
    return {{position.block, range.from}, {position.block, range.to}};
}

TextSpan MessageLayout::blockSpan(TextPosition position) const {
    if (position.block < 0 || position.block >= static_cast<int>(m_entries.size()))
        return {};
    const auto length = block(static_cast<size_t>(position.block)).text.size();
    return {{position.block, 0}, {position.block, static_cast<int>(length)}};
}

ReadingPin MessageLayout::pinAt(qreal y) const {
    const Entry* entry = entryAt(y);
    if (!entry)
        return {};
    const auto index = static_cast<int>(entry - m_entries.data());
    if (y < entry->y || entry->layout->block().kind == Kind::Rule)
        return {{index, 0}, y - entry->y, true};
    const QPointF inside(0, std::min(y - entry->y, entry->layout->height()));
    const int position = entry->layout->positionAt(inside);
    const QRectF line = entry->layout->lineRect(position);
    return {{index, position}, y - entry->y - line.top(), true};
}

qreal MessageLayout::topFor(const ReadingPin& pin) const {
    if (m_entries.empty())
        return pin.distance;
    const auto index = std::min(static_cast<size_t>(std::max(0, pin.at.block)), m_entries.size() - 1);
    const Entry& entry = m_entries[index];
    const qreal line = pin.at.offset == 0 ? 0 : entry.layout->lineRect(pin.at.offset).top();
    return entry.y + line + pin.distance;
}

} // namespace apex::ui
