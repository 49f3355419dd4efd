// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/glyph.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyle>

namespace apex::ui {

namespace {

/// Shapes are given on a unit square of 16 and scaled, so that all share one optical weight.
QPointF at(const QRectF& box, qreal x, qreal y) {
    return {box.left() + box.width() * x / 16.0, box.top() + box.height() * y / 16.0};
}

QRectF inner(const QRectF& box, qreal margin) {
    const qreal d = box.width() * margin / 16.0;
    return box.adjusted(d, d, -d, -d);
}

QPolygonF polygon(const QRectF& box, std::initializer_list<QPointF> points) {
    QPolygonF result;
    for (const QPointF& p : points)
        result << at(box, p.x(), p.y());
    return result;
}

void strokeLines(QPainter& painter, const QRectF& box, std::initializer_list<QLineF> lines) {
    for (const QLineF& line : lines)
        painter.drawLine(at(box, line.x1(), line.y1()), at(box, line.x2(), line.y2()));
}

void paintWarning(QPainter& painter, const QRectF& box) {
    painter.drawPolygon(polygon(box, {{8, 2.5}, {14.2, 13.5}, {1.8, 13.5}}));
    strokeLines(painter, box, {{8, 6.6, 8, 9.6}, {8, 11.5, 8, 11.6}});
}

void paintLink(QPainter& painter, const QRectF& box) {
    strokeLines(painter, box,
                {{2, 5.5, 13, 5.5}, {10.5, 3, 13.5, 5.5}, {3, 10.5, 14, 10.5}, {5.5, 8, 2.5, 10.5}});
    strokeLines(painter, box, {{13.5, 5.5, 10.5, 8}, {2.5, 10.5, 5.5, 13}});
}

void paintUnknown(QPainter& painter, const QRectF& box) {
    QPainterPath path(at(box, 5, 5.6));
    path.cubicTo(at(box, 5, 1.6), at(box, 11.4, 1.8), at(box, 11, 5.8));
    path.cubicTo(at(box, 10.7, 7.8), at(box, 8, 7.8), at(box, 8, 10.2));
    painter.drawPath(path);
    strokeLines(painter, box, {{8, 13, 8, 13.1}});
}

void paintKey(QPainter& painter, const QRectF& box) {
    painter.drawEllipse(at(box, 5, 10.5), box.width() * 3 / 16, box.width() * 3 / 16);
    strokeLines(painter, box, {{7.2, 8.3, 13.5, 2.5}, {11, 4.8, 13, 6.8}});
}

void paintBusy(QPainter& painter, const QRectF& box, const QColor& colour) {
    painter.drawEllipse(inner(box, 2.5));
    painter.setBrush(colour);
    painter.drawPie(inner(box, 2.5), 0, 90 * 16);
}

} // namespace

void paintGlyph(QPainter& painter, const QRectF& box, Glyph glyph, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(colour, std::max(1.25, box.width() * 1.5 / 16.0), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    switch (glyph) {
    case Glyph::Started:
        painter.setBrush(colour);
        painter.drawPolygon(polygon(box, {{5, 3.5}, {12.5, 8}, {5, 12.5}}));
        break;
    case Glyph::Thinking:
        painter.drawPolygon(polygon(box, {{8, 2}, {14, 8}, {8, 14}, {2, 8}}));
        break;
    case Glyph::ToolActive:
        painter.drawRoundedRect(inner(box, 2.75), 1.5, 1.5);
        break;
    case Glyph::ToolDone:
        painter.drawRoundedRect(inner(box, 2.75), 1.5, 1.5);
        painter.fillRect(inner(box, 5.5), colour);
        break;
    case Glyph::Failed:
        strokeLines(painter, box, {{3.5, 3.5, 12.5, 12.5}, {12.5, 3.5, 3.5, 12.5}});
        break;
    case Glyph::Finished:
        painter.setBrush(colour);
        painter.drawRoundedRect(inner(box, 3.5), 1, 1);
        break;
    case Glyph::Warning:
        paintWarning(painter, box);
        break;
    case Glyph::Link:
        paintLink(painter, box);
        break;
    case Glyph::Unknown:
        paintUnknown(painter, box);
        break;
    case Glyph::Text:
        strokeLines(painter, box, {{3, 4.5, 13, 4.5}, {3, 8, 13, 8}, {3, 11.5, 9, 11.5}});
        break;
    case Glyph::Notice:
        painter.setBrush(colour);
        painter.drawEllipse(inner(box, 6));
        break;
    case Glyph::Off:
        painter.drawEllipse(inner(box, 2.75));
        break;
    case Glyph::Busy:
        paintBusy(painter, box, colour);
        break;
    case Glyph::Stopped:
        painter.drawEllipse(inner(box, 2));
        painter.fillRect(inner(box, 5.5), colour);
        break;
    case Glyph::Key:
        paintKey(painter, box);
        break;
    }
    painter.restore();
}

int leadingSide(const QWidget& widget) {
    const Qt::Alignment side = QStyle::visualAlignment(widget.layoutDirection(), Qt::AlignLeft);
    return static_cast<int>(side | Qt::AlignVCenter | Qt::AlignAbsolute);
}

GlyphLabel::GlyphLabel(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void GlyphLabel::setGlyph(Glyph glyph, const QColor& colour) {
    if (glyph == m_glyph && colour == m_glyphColour)
        return;
    m_glyph = glyph;
    m_glyphColour = colour;
    update();
}

void GlyphLabel::setText(const QString& text, const QColor& colour) {
    if (text == m_text && colour == m_textColour)
        return;
    const bool sameText = text == m_text;
    m_text = text;
    m_textColour = colour;
    if (!sameText) {
        setAccessibleName(text);
        updateGeometry();
    }
    update();
}

QSize GlyphLabel::sizeHint() const {
    const QFontMetrics metrics(font());
    return {metrics.ascent() + spacing::s + metrics.horizontalAdvance(m_text) + 2,
            std::max(metrics.height() + spacing::xs, 24)};
}

QSize GlyphLabel::minimumSizeHint() const {
    return {48, sizeHint().height()};
}

void GlyphLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QFontMetrics metrics(font());
    const int side = metrics.ascent();
    const auto seen = [this](const QRect& part) {
        return QStyle::visualRect(layoutDirection(), rect(), part);
    };
    paintGlyph(painter, QRectF(seen({0, (height() - side) / 2, side, side})), m_glyph, m_glyphColour);
    painter.setPen(m_textColour.isValid() ? m_textColour : palette().color(QPalette::WindowText));
    const QRect words = seen(rect().adjusted(side + spacing::s, 0, 0, 0));
    painter.drawText(words, leadingSide(*this), metrics.elidedText(m_text, Qt::ElideRight, words.width()));
}

} // namespace apex::ui
