// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "ui/theme/theme_provider.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace apex::ui {

/// An error in place: what happened, what was kept, what to do, and on demand the details with a way to copy
/// them.
class ErrorBox final : public QFrame {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ErrorBox(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// An error with empty `happened` hides the box.
    void setError(const Error& error);
    [[nodiscard]] const Error& error() const { return m_error; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void layOut();
    void applyTheme();
    void setDetailsShown(bool shown);

    const ThemeProvider& m_themes;
    Error m_error;
    QLabel* m_happened;
    QLabel* m_advice;
    QLabel* m_details;
    QPushButton* m_more;
    QPushButton* m_copy;
};

} // namespace apex::ui
