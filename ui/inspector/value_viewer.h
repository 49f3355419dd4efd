// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme_provider.h"

#include <QDialog>

#include <utility>
#include <vector>

class QLabel;
class QTabWidget;

namespace apex::ui {

/// Support mode: raw values in a window of their own, so that the row they belong to stays in sight. Not
/// modal; deletes itself when closed.
class ValueViewer final : public QDialog {
    Q_OBJECT
public:
    /// Values with their names; empty ones are left out. `themes` outlives this.
    ValueViewer(const QString& title, const std::vector<std::pair<QString, QByteArray>>& values,
                const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Whether it was opened for these, all of them the same to the byte.
    [[nodiscard]] bool shows(const QString& title,
                             const std::vector<std::pair<QString, QByteArray>>& values) const;

private:
    [[nodiscard]] QByteArray current() const;
    void save();

    QTabWidget* m_tabs;
    QLabel* m_trouble;
};

} // namespace apex::ui
