// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

/// Draws at whatever size and density it is asked for.
class VectorIconEngine : public QIconEngine {
public:
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap picture(size);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return picture;
    }
};

class LineIconEngine final : public VectorIconEngine {
public:
    explicit LineIconEngine(QByteArray svg) : m_svg(std::move(svg)), m_renderer(m_svg) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (mode == QIcon::Disabled)
            painter->setOpacity(0.5);
        m_renderer.render(painter, rect);
        painter->restore();
    }

    [[nodiscard]] QIconEngine* clone() const override { return new LineIconEngine(m_svg); }
    QString key() const override { return u"apex-line"_s; }

private:
    QByteArray m_svg;
    QSvgRenderer m_renderer;
};

class GlyphIconEngine final : public VectorIconEngine {
public:
    GlyphIconEngine(Glyph glyph, const QColor& colour) : m_glyph(glyph), m_colour(colour) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode, QIcon::State) override {
        paintGlyph(*painter, QRectF(rect), m_glyph, m_colour);
    }

    [[nodiscard]] QIconEngine* clone() const override { return new GlyphIconEngine(m_glyph, m_colour); }
    QString key() const override { return u"apex-glyph"_s; }

private:
    Glyph m_glyph;
    QColor m_colour;
};

} // namespace

QIcon themeIcon(const QString& name, const QColor& colour) {
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("icon %s is not in the resources", qPrintable(name));
        return {};
    }
    // The files draw in black; the theme's colour takes its place.
    QByteArray svg = file.readAll();
    svg.replace("#000000", colour.name().toLatin1());
    return QIcon(new LineIconEngine(svg));
}

QIcon glyphIcon(Glyph glyph, const QColor& colour) {
    return QIcon(new GlyphIconEngine(glyph, colour));
}

} // namespace apex::ui
