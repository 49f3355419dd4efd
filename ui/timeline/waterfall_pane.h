// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QToolButton;

namespace apex::ui {

class ElidedLabel;
class WaterfallView;

/// The waterfall with its buttons, and the critical path in words beneath, as far as
/// they fit.
class WaterfallPane final : public QWidget {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    WaterfallPane(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] WaterfallView* view() const { return m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    [[nodiscard]] QToolButton* addButton(const QString& name, const QString& words);
    void applyTheme();
    void refresh();

    models::TimelineModel& m_model;
    const ThemeProvider& m_themes;
    WaterfallView* m_view;
    QToolButton* m_in;
    QToolButton* m_out;
    QToolButton* m_fit;
    QToolButton* m_path;
    ElidedLabel* m_words;
};

} // namespace apex::ui
