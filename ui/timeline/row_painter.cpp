// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/row_painter.h"

#include "ui/timeline/step_look.h"

#include <QPainter>
#include <QPainterPath>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDeepest = 8; // deeper levels share one indent: room for the title matters more
constexpr int kBarWidth = 64;

} // namespace

RowPainter::RowPainter(const Theme& theme) : m_theme(theme) {
    themeChanged();
}

void RowPainter::themeChanged() {
    const QFontMetrics body(m_theme.fonts.body);
    m_rowHeight = std::max(28, body.height() + 2 * spacing::xs + 2);
    setScale(m_scale);
}

void RowPainter::setScale(std::chrono::milliseconds scale) {
    m_scale = std::max(scale, std::chrono::milliseconds(1));
    const QFontMetrics caption(m_theme.fonts.caption);
    const QString widest = m_scale < std::chrono::minutes(1) ? u"00.0 s"_s : u"00 min 00 s"_s;
    m_durationWidth = caption.horizontalAdvance(widest) + spacing::xs;
    m_offsetWidth = caption.horizontalAdvance(u'+' + widest) + spacing::xs;
}

int RowPainter::indent(int depth) const {
    const int side = m_rowHeight / 2 + 2;
    return spacing::m + std::min(depth, kDeepest) * spacing::l + side + spacing::s;
}

RowPainter::Columns RowPainter::columns(const QRect& line, int depth) const {
    Columns c;
    int right = line.right() + 1 - spacing::m;
    // Times and bar only where the words keep room for some thirty letters; both grow with the font.
    const int words = indent(0) + 28 * QFontMetrics(m_theme.fonts.caption).averageCharWidth();
    if (line.width() >= words + m_offsetWidth + m_durationWidth + kBarWidth + 4 * spacing::s) {
        c.bar = QRect(right - kBarWidth, line.top(), kBarWidth, line.height());
        right = c.bar.left() - spacing::s;
    }
    c.duration = QRect(right - m_durationWidth, line.top(), m_durationWidth, line.height());
    right = c.duration.left() - spacing::xs;
    if (line.width() >= words + m_offsetWidth + m_durationWidth + 2 * spacing::s) {
        c.offset = QRect(right - m_offsetWidth, line.top(), m_offsetWidth, line.height());
        right = c.offset.left() - spacing::s;
    }
    const int left = line.left() + indent(depth);
    c.text = QRect(left, line.top(), std::max(0, right - left), line.height());
    return c;
}

void RowPainter::paint(QPainter& painter, const QRect& line, const models::TimelineRow& row,
                       const RowState& state) const {
    paintBackground(painter, line, state);
    const Columns c = columns(line, row.depth);
    const StepLook look = lookOf(row, m_theme.colours);
    const int side = QFontMetrics(m_theme.fonts.body).ascent();
    const QRectF box(c.text.left() - spacing::s - side, line.top() + (line.height() - side) / 2.0, side,
                     side);
    paintGlyph(painter, box, look.glyph, look.colour);
    paintText(painter, c.text, row);
    if (!c.offset.isEmpty())
        paintTime(painter, c.offset, row.startedText, m_theme.colours.muted);
    if (!row.durationText.isEmpty())
        paintTime(painter, c.duration, row.durationText, m_theme.colours.text);
    if (!c.bar.isEmpty())
        paintBar(painter, c.bar, row);
}

void RowPainter::paintBackground(QPainter& painter, const QRect& line, const RowState& state) const {
    if (!state.selected && !state.hovered)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill = QRectF(line).adjusted(spacing::xs, 1, -spacing::xs, -1);
    painter.setBrush(state.selected ? m_theme.colours.selection : m_theme.colours.alternate);
    painter.setPen(Qt::NoPen);
    if (state.focused) {
        painter.setPen(QPen(m_theme.colours.accent, 2));
        painter.drawRoundedRect(pill.adjusted(1, 1, -1, -1), radius::small, radius::small);
    } else {
        painter.drawRoundedRect(pill, radius::small, radius::small);
    }
    painter.restore();
}

int RowPainter::baseline(const QRect& line) const {
    const QFontMetrics body(m_theme.fonts.body);
    return line.top() + (line.height() - body.height()) / 2 + body.ascent();
}

void RowPainter::paintTime(QPainter& painter, const QRect& box, const QString& text,
                           const QColor& colour) const {
    painter.setFont(m_theme.fonts.caption);
    painter.setPen(colour);
    const int width = QFontMetrics(m_theme.fonts.caption).horizontalAdvance(text);
    painter.drawText(box.right() + 1 - width, baseline(box), text);
}

int RowPainter::paintWord(QPainter& painter, const QRect& box, const QString& text, const QFont& font,
                          const QColor& colour) const {
    const QFontMetrics metrics(font);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, box.width());
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(box.left(), baseline(box), shown);
    return metrics.horizontalAdvance(shown);
}

void RowPainter::paintText(QPainter& painter, QRect box, const models::TimelineRow& row) const {
    const auto& c = m_theme.colours;
    // Badges take their place first: a long title is shortened, a warning never is.
    paintBadges(painter, box, row.badges);
    box.setLeft(box.left() +
                paintWord(painter, box, row.kindWord, m_theme.fonts.caption, kindColour(row.kind, c)) +
                spacing::s);
    const bool quiet = row.kind == runs::StepKind::Thinking || row.kind == runs::StepKind::Notice;
    const bool strong =
        row.kind == runs::StepKind::Agent; // who works is the frame, what they do stands in it
    const int used = paintWord(painter, box, row.title, strong ? m_theme.fonts.strong : m_theme.fonts.body,
                               quiet ? c.muted : c.text);
    box.setLeft(box.left() + used + spacing::s);
    if (box.width() > 60 && !row.argumentsLine.isEmpty())
        (void)paintWord(painter, box, row.argumentsLine, m_theme.fonts.caption, c.muted);
}

void RowPainter::paintBadges(QPainter& painter, QRect& box, const QStringList& badges) const {
    const QFontMetrics metrics(m_theme.fonts.caption);
    for (qsizetype i = badges.size() - 1; i >= 0; --i) {
        const int width = metrics.horizontalAdvance(badges.at(i)) + 2 * spacing::s;
        if (width > box.width() * 2 / 3)
            continue;
        const int height = metrics.height() + 2;
        const QRectF pill(box.right() + 1 - width, box.top() + (box.height() - height) / 2.0, width, height);
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.colours.warning, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2.0, height / 2.0);
        painter.setFont(m_theme.fonts.caption);
        painter.drawText(pill, Qt::AlignCenter, badges.at(i));
        painter.restore();
        box.setRight(static_cast<int>(pill.left()) - 1 - spacing::xs);
    }
}

void RowPainter::paintBar(QPainter& painter, const QRect& box, const models::TimelineRow& row) const {
    const double full = static_cast<double>(m_scale.count());
    const qreal middle = box.top() + box.height() / 2.0;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.colours.alternate);
    painter.drawRoundedRect(QRectF(box.left(), middle - 1, box.width(), 2), 1, 1);
    const double from = std::clamp(static_cast<double>(row.started.count()) / full, 0.0, 1.0);
    const double length = std::clamp(static_cast<double>(row.duration.count()) / full, 0.0, 1.0 - from);
    const double width = std::max(3.0, length * box.width());
    const double x = std::min(box.left() + from * box.width(), box.right() + 1.0 - width);
    painter.setBrush(lookOf(row, m_theme.colours).colour);
    painter.drawRoundedRect(QRectF(x, middle - 3, width, 6), std::min(3.0, width / 2), 3);
    painter.restore();
}

} // namespace apex::ui
