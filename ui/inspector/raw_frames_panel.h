// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/frame_table.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTableView;

namespace apex::ui {

/// Support mode: every frame both ways, the chosen one in full beneath.
class RawFramesPanel final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit RawFramesPanel(const ThemeProvider& themes, QWidget* parent = nullptr);

    void append(const connection::Frame& frame);
    void clear() { m_table.clear(); }
    /// The incoming frame of this index and receive time (0: whatever its time), if it is still in the table;
    /// nullptr else.
    [[nodiscard]] const connection::Frame* find(qint64 frame, MonoTime at) const;
    /// Selects it; false if it is not in the table.
    bool reveal(qint64 frame, MonoTime at);

private:
    void buildTable();
    void applyTheme();
    void showCurrent();
    void copyCurrent();
    [[nodiscard]] const connection::Frame* current() const;
    [[nodiscard]] int rowOf(qint64 frame, MonoTime at) const;

    const ThemeProvider& m_themes;
    FrameTable m_table;
    QTableView* m_view;
    QPlainTextEdit* m_detail;
    QLabel* m_bound;
};

} // namespace apex::ui
