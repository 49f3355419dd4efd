// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/thread_list_model.h"
#include "ui/theme/theme_provider.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QListView;
class QPushButton;

namespace apex::ui {

/// The chats of the account. F2 renames, Delete archives with some seconds to undo.
class ThreadList final : public QWidget {
    Q_OBJECT
public:
    /// `model` and `themes` outlive this.
    ThreadList(models::ThreadListModel& model, const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Marks a thread as the open one without choosing it; an unknown or empty id marks none.
    void setCurrentThread(const ThreadId& thread);
    [[nodiscard]] QListView* view() const { return m_view; }
    /// Carries out an archive whose time to undo is still running; call before the session ends.
    void finishArchive();

Q_SIGNALS:
    void newChatRequested();
    void threadChosen(const apex::ThreadId& thread);
    void renameRequested(const apex::ThreadId& thread, const QString& title);
    /// The time to undo is over.
    void archiveRequested(const apex::ThreadId& thread);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void buildTop();
    void buildUndoBar();
    void applyTheme();
    void onReset();
    void choose(const QModelIndex& index);
    void archive(int row);
    void undoArchive();
    void showMenu(const QPoint& position);

    models::ThreadListModel& m_model;
    const ThemeProvider& m_themes;
    QPushButton* m_new = nullptr;
    QListView* m_view = nullptr;
    QLabel* m_empty = nullptr;
    QWidget* m_undoBar = nullptr;
    QLabel* m_undoText = nullptr;
    ThreadId m_current;
    ThreadId m_archiving;
    QTimer m_undoTime;
};

} // namespace apex::ui
