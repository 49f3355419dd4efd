// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QSet>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace apex::ui {

/// One thing the quick switcher can go to or do.
struct QuickEntry {
    QString text;
    QString kind; ///< "Chat", "Account", "Command"; shown where no entry of the kind has a key
    QString keys; ///< native text of its shortcut; may be empty
    std::function<void()> run;
};

/// Type a few letters, press Return: chats, accounts and commands in one list (Ctrl+K).
class QuickSwitcher final : public QDialog {
    Q_OBJECT
public:
    explicit QuickSwitcher(std::vector<QuickEntry> entries, QWidget* parent = nullptr);

    /// How many entries fit what was typed.
    [[nodiscard]] int shownCount() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& typed);
    void addEntry(size_t index);
    void sayThatNothingFits();
    void runCurrent();

    std::vector<QuickEntry> m_entries;
    QSet<QString> m_kindsWithKeys;
    QLineEdit* m_field;
    QListWidget* m_list;
};

/// True if every word typed occurs in the text, in any order and case; nothing typed fits all.
[[nodiscard]] bool fitsTyped(const QString& text, const QString& typed);

} // namespace apex::ui
