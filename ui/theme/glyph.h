// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>
#include <QWidget>

namespace apex::ui {

/// Shapes that carry meaning without colour (peers.md 6.3).
enum class Glyph {
    Started,    ///< ▶
    Thinking,   ///< ◇
    ToolActive, ///< ▢
    ToolDone,   ///< ▣
    Failed,     ///< ✕
    Finished,   ///< ■
    Warning,    ///< ⚠
    Link,       ///< ⇄
    Unknown,    ///< ?
    Text,       ///< ≡
    Notice,     ///< ·
    Off,        ///< ○
    Busy,       ///< ◔
    Stopped,    ///< ◼ with a bar
    Key,        ///< ⚿
};

/// Draws a shape into a square; line width follows its size.
void paintGlyph(QPainter& painter, const QRectF& box, Glyph glyph, const QColor& colour);

/// Flags for QPainter::drawText of one line that begins where reading does, in the middle of its height.
[[nodiscard]] int leadingSide(const QWidget& widget);

/// A shape followed by words on one line, elided where it does not fit; its accessible name is the words.
class GlyphLabel final : public QWidget {
    Q_OBJECT
public:
    explicit GlyphLabel(QWidget* parent = nullptr);

    void setGlyph(Glyph glyph, const QColor& colour);
    void setText(const QString& text, const QColor& colour);
    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Glyph m_glyph = Glyph::Notice;
    QColor m_glyphColour;
    QString m_text;
    QColor m_textColour;
};

} // namespace apex::ui
