// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace apex::ui {

/// One line that narrows the rows of the timeline: words, `tool:`, `agent:`, `kind:`, `is:problem`; a menu
/// offers what occurs in the run.
class FilterBar final : public QWidget {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    FilterBar(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    /// Puts the keyboard into the line and selects what stands there.
    void focusLine();
    /// Says again how many rows are left out.
    void refreshCount();

Q_SIGNALS:
    /// Escape or the cross: the filter is empty again and the bar not wanted.
    void closed();

private:
    void applyTheme();
    void fillMenu();
    void addTerms(const QString& title, const QString& field, const QStringList& values);
    void toggleTerm(const QString& term);
    void close();
    bool eventFilter(QObject* watched, QEvent* event) override;

    models::TimelineModel& m_model;
    const ThemeProvider& m_themes;
    QLineEdit* m_line;
    QToolButton* m_choose;
    QToolButton* m_close;
    QMenu* m_menu;
    QLabel* m_count;
};

} // namespace apex::ui
