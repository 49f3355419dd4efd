// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>
#include <QTimer>

namespace apex::ui {

/// The composer's text: grows with its lines to a cap, Enter sends, files are taken as attachments.
class ComposerEdit final : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ComposerEdit(QWidget* parent = nullptr);
    ~ComposerEdit() override;

    /// Earlier prompts, oldest first; the up key in an empty box brings them back.
    void setHistory(const QStringList& prompts) { m_history = prompts; }
    void addToHistory(const QString& prompt);
    /// Replaces the text in a way that can be undone, caret at the end.
    void replaceText(const QString& text);

Q_SIGNALS:
    void submitted();
    /// Local files were dropped or pasted.
    void filesGiven(const QStringList& paths);
    void escaped();
    void focusChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;
    void insertFromMimeData(const QMimeData* source) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fitHeight();
    void wakeCaret();
    void restCaret();
    bool recall(int direction);
    [[nodiscard]] bool isRecalling() const;

    QStringList m_history;
    QTimer m_caretRest;
    int m_flashTime = 0;       ///< the system's, while the caret rests; 0 while it blinks
    qsizetype m_recalled = -1; ///< index into m_history, -1 while the text is the person's own
};

/// Paths of the local files in dropped or pasted data; empty if there are none.
[[nodiscard]] QStringList localFilesIn(const QMimeData* data);

} // namespace apex::ui
