// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/timeline_model.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace apex::ui {

class GlyphLabel;

/// Which run is shown and how it stands: selector, clock, stop, outcome; while it runs and something drags,
/// the evidence for that.
class TimelineHeader final : public QWidget {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    TimelineHeader(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Takes over what is new of the run shown.
    void showSummary(const models::RunSummary& summary);
    /// Takes over what is new in the list of runs.
    void refreshRuns();
    [[nodiscard]] QToolButton* waterfallButton() const { return m_waterfall; }
    [[nodiscard]] QToolButton* filterButton() const { return m_filter; }

Q_SIGNALS:
    void stopRequested(const apex::RunId& run);

private:
    void buildTop(QVBoxLayout* column);
    void buildState(QVBoxLayout* column);
    [[nodiscard]] QToolButton* addMode(QHBoxLayout* row, const QString& name, const QString& words);
    void applyTheme();
    void refreshEvidence();

    models::TimelineModel& m_model;
    const ThemeProvider& m_themes;
    QComboBox* m_runs = nullptr;
    QLabel* m_elapsed = nullptr;
    QPushButton* m_stop = nullptr;
    GlyphLabel* m_outcome = nullptr;
    QToolButton* m_filter = nullptr;
    QToolButton* m_waterfall = nullptr;
    QLabel* m_evidence = nullptr;
};

} // namespace apex::ui
