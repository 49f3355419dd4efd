// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_summary.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

namespace apex::ui {

/// Where a run's time went, as one bar of parts whose widths sum to the whole. The words beside it say the
/// same; for assistive technology the bar is its sentence.
class TimeBar final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit TimeBar(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Parts and the sentence that says them.
    void setParts(const std::vector<models::TimePart>& parts, const QString& sentence);

    [[nodiscard]] bool hasParts() const { return !m_parts.empty(); }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// The parts from left to right in whole pixels; together exactly `width`.
    [[nodiscard]] std::vector<int> widths(int width) const;
    [[nodiscard]] int partAt(int x) const;

    const ThemeProvider& m_themes;
    std::vector<models::TimePart> m_parts;
};

} // namespace apex::ui
