// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace apex::ui {

class LongTextView;
struct Theme;

/// A window of its own for text that is too long for the transcript: read, search, copy.
class TextViewer final : public QWidget {
    Q_OBJECT
public:
    /// `parent` decides when it goes at the latest.
    TextViewer(const Theme& theme, const QString& text, QWidget* parent = nullptr);

    [[nodiscard]] LongTextView* view() const { return m_view; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showFacts();
    void findFrom(bool backwards);

    LongTextView* m_view;
    QLineEdit* m_words;
    QLabel* m_facts;
};

} // namespace apex::ui
