// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QToolButton;

namespace apex::ui {

struct Theme;

/// Words to find, how many there are, and the way to the next and the one before.
class FindBar final : public QFrame {
    Q_OBJECT
public:
    explicit FindBar(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    [[nodiscard]] QString needle() const;
    void setNeedle(const QString& words);
    [[nodiscard]] bool matchesCase() const;
    /// Says "3 of 17"; `number` 0 where none is current, `searching` while there may be more.
    void setCount(qsizetype number, qsizetype count, bool searching);
    /// Puts the caret into the words and selects them.
    void focusWords();

Q_SIGNALS:
    /// Other words or another sense of case.
    void searchChanged();
    void nextRequested();
    void previousRequested();
    void closeRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QToolButton* addButton(const QString& name, const QString& words, const QString& keys);

    QLineEdit* m_words;
    QLabel* m_count;
    int m_countRoom = 0; ///< for the widest usual count
    QToolButton* m_case;
    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_close;
};

} // namespace apex::ui
