// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/glyph.h"
#include "ui/theme/theme_provider.h"

#include <QAbstractButton>

namespace apex::ui {

/// A quiet button of the header: a shape or a colour dot, and words that shorten where room is scarce.
class StatusChip final : public QAbstractButton {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit StatusChip(const ThemeProvider& themes, QWidget* parent = nullptr);

    void setGlyph(Glyph glyph, const QColor& colour);
    /// A filled circle instead of a shape, for the colour of an environment.
    void setDot(const QColor& colour);
    void setWords(const QString& words);
    /// Accessible name before the words, for example "Connection".
    void setPurpose(const QString& purpose);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    const ThemeProvider& m_themes;
    Glyph m_glyph = Glyph::Off;
    QColor m_colour;
    bool m_dot = false;
    QString m_purpose;
};

} // namespace apex::ui
