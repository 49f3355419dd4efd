// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/message_layout.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace apex::ui {

using session::AnswerKind;
using session::Delivery;

namespace {

TextRange rangeIn(const TextSpan& span, int block, qsizetype length) {
    const auto size = static_cast<int>(length);
    if (span.isEmpty() || block < span.from.block || block > span.to.block)
        return {};
    return {block == span.from.block ? std::min(span.from.offset, size) : 0,
            block == span.to.block ? std::min(span.to.offset, size) : size};
}

void paintButton(QPainter& painter, const TranscriptStyle& style, const QRectF& rect, const QString& words) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.colours.border, 1));
    painter.setBrush(style.colours.window);
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setFont(style.metaStrong);
    painter.setPen(style.colours.text);
    painter.drawText(rect, Qt::AlignCenter, words);
}

} // namespace

void MessageLayout::paint(QPainter& painter, const TranscriptStyle& style, const QRectF& clip,
                          const MessageMarks& marks) const {
    if (hasPanel())
        paintPanel(painter, style);
    if (!marks.place.isEmpty())
        paintPlace(painter, style, marks.place);
    if (clip.intersects(m_metaRect))
        paintMeta(painter, style);
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries[i];
        if (entry.y + entry.layout->height() < clip.top())
            continue;
        if (entry.y > clip.bottom())
            break;
        painter.translate(0, entry.y);
        entry.layout->paint(painter, style, clip.translated(0, -entry.y),
                            marksOf(marks, static_cast<int>(i)));
        painter.translate(0, -entry.y);
    }
    if (m_note) {
        TranscriptStyle quiet = style;
        quiet.colours.text = style.colours.muted;
        painter.translate(0, m_noteY);
        m_note->paint(painter, quiet, clip.translated(0, -m_noteY), {});
        painter.translate(0, -m_noteY);
    }
    if (!m_showAllRect.isEmpty())
        paintButton(painter, style, seen(m_showAllRect),
                    QCoreApplication::translate("Transcript", "Show all"));
    paintAttachments(painter, style);
    if (m_error)
        paintError(painter, style, clip);
}

BlockMarks MessageLayout::marksOf(const MessageMarks& marks, int block) const {
    const qsizetype size = m_entries[static_cast<size_t>(block)].layout->block().text.size();
    BlockMarks result;
    result.selected = rangeIn(marks.selected, block, size);
    for (size_t i = 0; i < marks.found.size(); ++i) {
        const TextRange range = rangeIn(marks.found[i], block, size);
        if (range.isEmpty())
            continue;
        if (static_cast<int>(i) == marks.current)
            result.current = static_cast<int>(result.found.size());
        result.found.push_back(range);
    }
    return result;
}

void MessageLayout::paintPanel(QPainter& painter, const TranscriptStyle& style) const {
    painter.setRenderHint(QPainter::Antialiasing);
    // In high contrast panel and ground are one colour.
    const bool edge = style.colours.panel == style.colours.window;
    painter.setPen(edge ? QPen(style.colours.border, 1) : QPen(Qt::NoPen));
    painter.setBrush(style.colours.panel);
    painter.drawRoundedRect(m_panelRect.adjusted(0.5, 0.5, -0.5, -0.5), radius::medium + 2,
                            radius::medium + 2);
}

void MessageLayout::paintMeta(QPainter& painter, const TranscriptStyle& style) const {
    qreal x = paintMetaText(painter, style.metaStrong, style.colours.text, m_content.name, 0);
    const QString separator = QStringLiteral("  ·  ");
    if (!m_content.time.isEmpty()) { // apart, or the direction of the words moves the separator
        x = paintMetaText(painter, style.meta, style.colours.muted, separator, x);
        x = paintMetaText(painter, style.meta, style.colours.muted, m_content.time, x);
    }
    if (!m_content.deliveryText.isEmpty()) {
        const QColor colour = m_content.delivery == Delivery::Failed   ? style.colours.failed
                              : m_content.delivery == Delivery::Queued ? style.colours.warning
                                                                       : style.colours.muted;
        x = paintMetaText(painter, style.meta, style.colours.muted, separator, x);
        x = paintMetaText(painter, style.meta, colour, m_content.deliveryText, x);
    }
    if (!m_content.badge.isEmpty())
        paintBadge(painter, style, x + style.em * 0.7);
    paintToggle(painter, style);
}

void MessageLayout::paintToggle(QPainter& painter, const TranscriptStyle& style) const {
    if (m_toggleRect.isEmpty())
        return;
    painter.setFont(style.meta);
    painter.setPen(style.colours.accent);
    painter.drawText(seen(m_toggleRect), Qt::AlignCenter, toggleText());
}

qreal MessageLayout::paintMetaText(QPainter& painter, const QFont& font, const QColor& colour,
                                   const QString& text, qreal x) const {
    const QFontMetricsF metrics(font);
    const QString fitting = metrics.elidedText(text, Qt::ElideRight, std::max(0.0, metaRight() - x));
    painter.setFont(font);
    painter.setPen(colour);
    const QRectF place(x, m_metaRect.top(), metaRight() - x, m_metaRect.height());
    const Qt::Alignment side = m_mirrored ? Qt::AlignRight : Qt::AlignLeft;
    painter.drawText(seen(place), static_cast<int>(side | Qt::AlignVCenter | Qt::AlignAbsolute), fitting);
    return x + metrics.horizontalAdvance(fitting);
}

QColor MessageLayout::badgeColour(const TranscriptStyle& style) const {
    switch (m_content.kind) {
    case AnswerKind::Failed:
        return style.colours.failed;
    case AnswerKind::InProgress:
        return style.colours.accent;
    case AnswerKind::Full:
    case AnswerKind::Guidance:
        return style.colours.muted;
    case AnswerKind::Partial:
    case AnswerKind::Fallback:
    case AnswerKind::NotClosed:
    case AnswerKind::Stopped:
        break;
    }
    return style.colours.warning;
}

void MessageLayout::paintBadge(QPainter& painter, const TranscriptStyle& style, qreal x) const {
    const QFontMetricsF metrics(style.meta);
    const qreal padding = style.em * 0.55;
    const QString text =
        metrics.elidedText(m_content.badge, Qt::ElideRight, std::max(0.0, metaRight() - x - 2 * padding));
    const qreal width = metrics.horizontalAdvance(text) + 2 * padding;
    const qreal height = std::round(style.lineHeight(style.meta) * 0.98);
    const QRectF place(std::round(x) + 0.5, std::round(m_metaRect.center().y() - height / 2) + 0.5, width,
                       height);
    const QRectF pill = seen(place);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor outline = badgeColour(style);
    painter.setFont(style.meta);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(outline, 1));
    painter.drawRoundedRect(pill, height / 2, height / 2);
    painter.drawText(pill, Qt::AlignCenter, text);
}

void MessageLayout::paintAttachments(QPainter& painter, const TranscriptStyle& style) const {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(style.meta);
    for (size_t i = 0; i < m_attachmentRects.size(); ++i) {
        const QRectF rect = seen(m_attachmentRects[i]);
        painter.setPen(QPen(style.colours.divider, 1));
        painter.setBrush(style.colours.window);
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius::small + 2, radius::small + 2);
        const qreal side = std::round(style.em * 0.95);
        const QRectF icon(rect.left() + style.em * 0.5, rect.center().y() - side / 2, side, side);
        style.attachmentIcon.paint(&painter, icon.toAlignedRect());
        painter.setPen(style.colours.text);
        const QRectF label(icon.right() + style.em * 0.35, rect.top(),
                           rect.right() - icon.right() - style.em * 0.8, rect.height());
        const QString& name = m_content.attachments.at(static_cast<qsizetype>(i));
        painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter | Qt::AlignAbsolute,
                         painter.fontMetrics().elidedText(name, Qt::ElideMiddle, qCeil(label.width())));
    }
}

void MessageLayout::paintError(QPainter& painter, const TranscriptStyle& style, const QRectF& clip) const {
    const bool failed = m_content.kind == AnswerKind::Failed || m_content.delivery == Delivery::Failed;
    const QColor colour = failed ? style.colours.failed : style.colours.warning;
    painter.fillRect(seen(QRectF(m_errorRect.left(), m_errorRect.top(), 3, m_errorRect.height())), colour);
    const QPointF text(style.panelPadding, m_errorRect.top() + std::round(style.em * 0.6));
    painter.translate(text);
    m_error->paint(painter, style, clip.translated(-text), BlockMarks{});
    painter.translate(-text);
    if (m_retryRect.isEmpty())
        return;
    paintButton(painter, style, seen(m_retryRect), QCoreApplication::translate("Transcript", "Retry"));
}

} // namespace apex::ui
