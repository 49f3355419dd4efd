// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session_status.h"
#include "ui/theme/theme_provider.h"

#include <QColor>
#include <QWidget>

class QToolButton;

namespace apex::ui {

class ElidedLabel;
class StatusChip;

/// The top line: who and where, which chat, and how the connection stands. Colour never stands without words.
class HeaderBar final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit HeaderBar(const ThemeProvider& themes, QWidget* parent = nullptr);

    void setAccount(const QString& environment, const QString& colour, const QString& account);
    void setTitle(const QString& title);
    void setLink(const models::LinkWords& words);
    /// A language model that is on, "qwen2.5 at 127.0.0.1:11434", and what that means; empty: none, or
    /// unknown.
    void setLanguageModel(const QString& name, const QString& sentence);
    void setPanes(bool sidebarShown, bool timelineShown);
    /// The panes can be toggled only where they exist.
    void setPanesAvailable(bool available);
    [[nodiscard]] StatusChip* connectionChip() const { return m_connection; }
    [[nodiscard]] StatusChip* accountChip() const { return m_account; }

Q_SIGNALS:
    void accountClicked();
    void connectionClicked();
    void languageModelClicked();
    void sidebarToggled(bool shown);
    void timelineToggled(bool shown);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    static constexpr int stripe = 3; ///< height of the environment's colour, in device-independent pixels

    void applyTheme();
    void shareRoom();

    const ThemeProvider& m_themes;
    models::LinkWords m_words;
    QColor m_colour; ///< of the environment
    QToolButton* m_sidebar;
    StatusChip* m_account;
    ElidedLabel* m_title;
    StatusChip* m_model; ///< only while a language model is on
    StatusChip* m_connection;
    QToolButton* m_timeline;
};

} // namespace apex::ui
