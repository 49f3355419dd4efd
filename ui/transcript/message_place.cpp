// SPDX-License-Identifier: GPL-3.0-or-later
// The place of an event in the answer it belongs to.
#include "ui/transcript/message_layout.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace apex::ui {

namespace {

// A paragraph this short that names a call says where the block above it comes from.
constexpr qsizetype kLongestSourceLine = 160;

bool isSourceLine(const MarkdownBlock& block) {
    return block.kind == MarkdownBlock::Kind::Paragraph && block.text.size() <= kLongestSourceLine;
}

/// Letters and figures only: the same of a source and of how it reads.
QString wordsOf(QStringView text) {
    QString words;
    for (const QChar c : text)
        if (c.isLetterOrNumber())
            words += c;
    return words;
}

bool canHaveSource(const MarkdownBlock& block) {
    return block.kind != MarkdownBlock::Kind::Heading && block.kind != MarkdownBlock::Kind::Rule;
}

} // namespace

TextSpan MessageLayout::blocks(size_t first, size_t last) const {
    const auto size = static_cast<int>(block(last).text.size());
    return {{static_cast<int>(first), 0}, {static_cast<int>(last), std::max(1, size)}};
}

TextSpan MessageLayout::placeOf(const models::AnswerPlace& place) const {
    if (const TextSpan named = placeOfSource(place.source); !named.isEmpty())
        return named;
    return m_content.showsReport() ? TextSpan{} : placeOfOffset(place.offset);
}

TextSpan MessageLayout::placeOfSource(const QString& call) const {
    for (size_t last = 0; last < m_entries.size(); ++last) {
        if (!models::namesCall(block(last).text, call))
            continue;
        size_t first = last;
        if (isSourceLine(block(last)) && last > 0 && canHaveSource(block(last - 1)))
            first = last - 1;
        while (first > 0 && first < last && !block(first).nesting.empty() &&
               !block(first - 1).nesting.empty())
            --first;
        return blocks(first, last);
    }
    return {};
}

TextSpan MessageLayout::placeOfOffset(qsizetype offset) const {
    const auto& segments = m_document.segments();
    if (offset < 0 || segments.empty() || m_entries.empty())
        return {};
    const QString& text = m_document.text();
    while (offset < text.size() && text.at(offset).isSpace())
        ++offset; // what is written next begins behind the blank lines
    size_t wanted = 0;
    while (wanted + 1 < segments.size() && segments[wanted].start + segments[wanted].length <= offset)
        ++wanted;
    const auto begins = [](const Entry& entry, size_t segment) { return entry.segment < segment; };
    const auto first = std::lower_bound(m_entries.begin(), m_entries.end(), wanted, begins);
    const auto end = std::lower_bound(first, m_entries.end(), wanted + 1, begins);
    if (first == end)
        return {};
    // A list and what follows it may be one segment; the words of the line say which block of it is meant.
    const qsizetype lineEnd = text.indexOf(u'\n', offset);
    const QString line = wordsOf(QStringView(text).mid(offset, lineEnd < 0 ? -1 : lineEnd - offset));
    if (line.isEmpty()) // nothing was written any more
        return blocks(static_cast<size_t>(end - m_entries.begin()) - 1,
                      static_cast<size_t>(end - m_entries.begin()) - 1);
    const auto block = std::find_if(first, end, [&line](const Entry& entry) {
        return wordsOf(entry.layout->block().text).contains(line);
    });
    const auto at = [this](auto entry) { return static_cast<size_t>(entry - m_entries.begin()); };
    return block == end ? blocks(at(first), at(end) - 1) : blocks(at(block), at(block));
}

QString MessageLayout::textAround(int index) const {
    if (index < 0 || static_cast<size_t>(index) >= m_entries.size())
        return {};
    const auto at = static_cast<size_t>(index);
    QString text = block(at).text;
    if (at + 1 < m_entries.size() && canHaveSource(block(at)) && isSourceLine(block(at + 1)))
        text += u'\n' + block(at + 1).text;
    return text;
}

void MessageLayout::paintPlace(QPainter& painter, const TranscriptStyle& style, const TextSpan& place) const {
    const auto first = static_cast<size_t>(place.from.block);
    const auto last = std::min(static_cast<size_t>(place.to.block), m_entries.size() - 1);
    if (first > last)
        return;
    const qreal around = std::round(style.em * 0.4);
    const qreal top = m_entries[first].y - around;
    const qreal bottom = m_entries[last].y + m_entries[last].layout->height() + around;
    const qreal side = style.panelPadding - 2.0;
    const QRectF area(-side, top, m_width + 2 * side, bottom - top);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.colours.selection);
    painter.drawRoundedRect(seen(area), radius::medium, radius::medium);
    painter.setBrush(style.colours.accent);
    painter.drawRoundedRect(seen(QRectF(area.left(), top + around, 3, area.height() - 2 * around)), 1.5, 1.5);
}

} // namespace apex::ui
