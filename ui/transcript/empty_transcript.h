// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace apex::ui {

/// What an empty thread shows: a title, one sentence and up to three prompts to begin with.
class EmptyTranscript final : public QWidget {
    Q_OBJECT
public:
    explicit EmptyTranscript(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// At most three are shown; an empty list brings back the built-in ones.
    void setPrompts(const QStringList& prompts);

Q_SIGNALS:
    void promptChosen(const QString& prompt);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QLabel* m_title = nullptr;
    QLabel* m_sentence = nullptr;
    QVBoxLayout* m_buttons = nullptr;
};

} // namespace apex::ui
