// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/paths.h"
#include "models/session_status.h"
#include "models/thread_list_model.h"
#include "models/timeline_model.h"
#include "models/transcript_model.h"
#include "session/account_session.h"
#include "ui/shell/account_line.h"
#include "ui/shell/window_settings.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/transcript_view.h"

#include <QMainWindow>
#include <QPointer>

#include <functional>
#include <map>

class QAction;
class QLabel;
class QStackedWidget;

namespace apex::ui {

class ArrivalPage;
class ChatPage;
class ConnectionPopover;
class HeaderBar;
class RawFramesPanel;
class SignInPage;
struct SignInFacts;
class ThreadList;
class TimelinePanel;
class Workspace;

/// The page of one account in one environment: chats, transcript, timeline, and the states of sign-in and
/// connection. Stands in a ClientWindow among other accounts' pages, or alone as a window.
///
/// Shows the session and passes on what the person does; decides nothing about either. Main thread.
class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    /// All outlive this.
    MainWindow(session::AccountSession& session, ThemeProvider& themes, const environment::Paths& paths,
               QWidget* parent = nullptr);
    ~MainWindow() override;

    /// The conversation on show; nullptr while nobody is signed in.
    [[nodiscard]] session::Conversation* conversation() const { return m_conversation; }
    void openThread(const ThreadId& thread);
    void openNewChat();
    /// What "Check the connection…" opens, from the connection chip, the Help menu and Ctrl+Shift+D; without
    /// it none of them is offered.
    void setDoctor(std::function<void()> open);
    /// What "Language model…" opens, from the Chat menu and the header; without it neither is offered.
    void setLanguageModelDialog(std::function<void()> open);
    /// The language model that is on, for the header: its name and what it means for one's data; empty: none.
    void setLanguageModel(const QString& name, const QString& sentence);
    /// What the account menu offers to switch to.
    void setAccounts(std::vector<AccountLine> accounts);
    /// The account in words and how it stands, for switchers.
    [[nodiscard]] AccountLine accountLine() const;
    /// Puts the focus where the person goes on.
    void focusPlace();
    /// Saves draft, pending archiving and the places of the panes.
    void saveState();
    /// The window around this was minimised or restored.
    void windowStateChanged();

Q_SIGNALS:
    /// Index into the accounts last set.
    void accountChosen(int index);
    /// The person wants another account or environment; the owner asks which.
    void addAccountRequested();
    /// The person wants this account off this computer.
    void removeAccountRequested();
    /// accountLine() may be new.
    void accountLineChanged();

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    // main_window.cpp
    void buildPages();
    void buildTimelinePane();
    void buildStatusBar();
    void connectViews();
    void rememberPlace();
    void saveDraft();
    void confirmLink(const QUrl& url);
    void refreshTitle();
    void updateVisibility();

    // main_window_actions.cpp
    void buildActions();
    void buildFileMenu();
    void buildViewMenu();
    void buildThemeMenu(QMenu* view);
    void buildTextSizeMenu(QMenu* view);
    void buildHelpMenu();
    void showAccountMenu();
    void addAccountItems(QMenu* menu);
    void confirmRemoval();
    void showQuickSwitcher();
    void showKeys();
    void showAbout();
    void cyclePane(int direction);

    // main_window_session.cpp
    void connectSession();
    void refreshSignIn();
    void refreshStatus();
    void refreshThreads();
    void refreshComposer();
    void previewColumns(const QString& path);
    void saveAnswer(qint64 localId);
    void refreshRun();
    void showConversation(session::Conversation* conversation);
    void showNotice(const QString& key, const Error& error);
    void showSignInBanner();
    void connectSignInPage();
    void refreshPage();
    void refreshArrival();
    [[nodiscard]] SignInFacts signInFacts() const;
    /// Begins a sign-in: in the browser, or on the page that takes passwords.
    void wantSignIn();
    void showPopover();
    void stopRun(const RunId& run);
    void onThreadAssigned(session::Conversation* conversation);
    void announce(const QString& sentence);
    void noteFirstPaint();

    session::AccountSession& m_session;
    ThemeProvider& m_themes;
    WindowSettings m_settings;
    models::SessionStatus m_status;
    models::ThreadListModel m_threadModel;
    models::TranscriptModel m_transcriptModel;
    models::TimelineModel m_timelineModel;
    QPointer<session::Conversation> m_conversation;
    std::map<ThreadId, ReadingPlace> m_places;
    QTimer m_draftDelay;
    std::function<void()> m_openDoctor;
    std::function<void()> m_openLanguageModel;
    std::vector<AccountLine> m_accounts;
    QString m_lineState;         ///< the connection's words last told to the switchers
    bool m_signedInHere = false; ///< the person signed in on this page, not in an earlier run of the program
    bool m_arriving = false;     ///< the arrival page stands before the first chat
    bool m_signInWanted = false; ///< the sign-in page stands before a chat that goes on behind it

    QStackedWidget* m_pages = nullptr;
    HeaderBar* m_header = nullptr;
    SignInPage* m_signIn = nullptr;
    ArrivalPage* m_arrival = nullptr;
    Workspace* m_workspace = nullptr;
    ThreadList* m_threads = nullptr;
    ChatPage* m_chat = nullptr;
    TimelinePanel* m_timeline = nullptr;
    RawFramesPanel* m_frames = nullptr; ///< support mode only
    ConnectionPopover* m_popover = nullptr;
    QLabel* m_statusText = nullptr;
    QAction* m_newChat = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_showThreads = nullptr;
    QAction* m_showTimeline = nullptr;
    QAction* m_signOut = nullptr;
    QAction* m_languageModel = nullptr; ///< offered where the agents are this computer's
    QAction* m_check = nullptr;         ///< offered once there is something to open
    bool m_painted = false;
};

} // namespace apex::ui
