// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace apex::ui {

/// Shows a widget as wide as itself and as high as its words need at that width; scrolls what does not fit,
/// so that nothing is ever squeezed.
class FlowScroll final : public QScrollArea {
    Q_OBJECT
public:
    /// Whole: the content is as high as its words want. Least: as high as its parts bear, and fills the rest.
    enum class Fit { Whole, Least };

    explicit FlowScroll(Fit fit, QWidget* parent = nullptr);

    /// What is shown; give it a layout.
    [[nodiscard]] QWidget* content() const { return widget(); }
    /// Height the content needs at a width.
    [[nodiscard]] int contentHeight(int width) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {1, 1}; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();

    Fit m_fit;
};

} // namespace apex::ui
