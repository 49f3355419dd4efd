// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace apex::ui {

/// The keys of the window on one page (F1).
class KeySheet final : public QDialog {
    Q_OBJECT
public:
    explicit KeySheet(QWidget* parent = nullptr);
};

} // namespace apex::ui
