// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QSplitter;

namespace apex::ui {

/// Three panes side by side; below 1000 px the timeline moves under the chat, below 760 px the chats hide
/// until asked for.
class Workspace final : public QWidget {
    Q_OBJECT
public:
    static constexpr int stackedBelow = 1000;
    static constexpr int singleBelow = 760;

    /// Takes the panes as children.
    Workspace(QWidget* threads, QWidget* chat, QWidget* timeline, QWidget* parent = nullptr);

    void setThreadsWanted(bool wanted);
    void setTimelineWanted(bool wanted);
    [[nodiscard]] bool threadsShown() const;
    [[nodiscard]] bool timelineWanted() const { return m_timelineWanted; }
    [[nodiscard]] bool isStacked() const { return m_stacked; }

    /// Splitter positions for the settings, and back.
    [[nodiscard]] QByteArray saveState() const;
    void restoreState(const QByteArray& state);

Q_SIGNALS:
    /// Which panes are shown changed.
    void panesChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QWidget* m_threads;
    QWidget* m_chat;
    QWidget* m_timeline;
    QSplitter* m_outer;
    QSplitter* m_inner;
    QByteArray m_sideState;    ///< inner splitter, panes side by side
    QByteArray m_stackedState; ///< inner splitter, panes stacked
    bool m_threadsWanted = true;
    bool m_drawerOpen = false; ///< in a narrow window the chats show only on request
    bool m_timelineWanted = true;
    bool m_stacked = false;
    bool m_single = false;
};

} // namespace apex::ui
