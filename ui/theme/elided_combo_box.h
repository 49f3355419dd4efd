// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace apex::ui {

/// A choice whose current words shorten with dots where room is scarce; Qt's own cuts them off. The rows of
/// its list keep the height that the style sheet gives them.
class ElidedComboBox final : public QComboBox {
    Q_OBJECT
public:
    explicit ElidedComboBox(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace apex::ui
