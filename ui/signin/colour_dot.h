// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QWidget>

namespace apex::ui {

/// A filled circle in an environment's colour; decoration beside the name, never alone.
class ColourDot final : public QWidget {
    Q_OBJECT
public:
    explicit ColourDot(QWidget* parent = nullptr);

    /// An invalid colour draws nothing.
    void setColour(const QColor& colour);
    [[nodiscard]] QSize sizeHint() const override { return {12, 12}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QColor m_colour;
};

} // namespace apex::ui
