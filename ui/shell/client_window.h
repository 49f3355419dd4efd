// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/own_server.h"
#include "environment/paths.h"
#include "environment/profile.h"
#include "ui/shell/account_line.h"
#include "ui/shell/window_settings.h"
#include "ui/theme/theme_provider.h"

#include <QMainWindow>

#include <vector>

class QStackedWidget;

namespace apex::ui {

class EnvironmentPage;
class MainWindow;

/// The one window: a page for each open account, and the page that asks which environment. Pages that are not
/// on show live on: their connections, runs and drafts go on. Main thread.
class ClientWindow final : public QMainWindow {
    Q_OBJECT
public:
    /// `themes` and `paths` outlive this; `catalog` is copied from.
    ClientWindow(const environment::ProfileCatalog& catalog, ThemeProvider& themes,
                 const environment::Paths& paths, QWidget* parent = nullptr);
    ~ClientWindow() override;

    /// Asks which environment; `why` says why the one chosen before could not be opened.
    void ask(const Error& why);
    /// The chosen environment is being started: the page that asked waits.
    void showStarting(const QString& environmentName);
    /// What the page that asks offers from now on.
    void setCatalog(const environment::ProfileCatalog& catalog);
    /// Shows the form for a server of the person's own, filled in.
    void editServer(const EnvironmentId& environment, const environment::OwnServer& server);
    /// Why the server entered last could not be written; an error with empty `happened`: it was.
    void serverJudged(const Error& error);
    /// Adds an account's page; the caller keeps owning it and takes it out before deleting it.
    void addPage(MainWindow* page);
    void removePage(MainWindow* page);
    void showPage(MainWindow* page);
    /// nullptr while the window asks.
    [[nodiscard]] MainWindow* currentPage() const;
    /// What the switcher offers; the first nine get Ctrl+1 to Ctrl+9.
    void setAccounts(const std::vector<AccountLine>& accounts);

Q_SIGNALS:
    /// The person describes a server of their own; serverJudged() answers.
    void serverEntered(const apex::environment::OwnServer& server);
    /// The person wants to change a server of their own; editServer() answers.
    void serverEditRequested(const apex::EnvironmentId& environment);
    /// The server is described anew; serverJudged() answers.
    void serverChanged(const apex::EnvironmentId& environment, const apex::environment::OwnServer& server);
    void environmentChosen(const apex::EnvironmentId& environment);
    /// A server that the person added goes off the list.
    void serverRemovalRequested(const apex::EnvironmentId& environment);
    /// Index into the accounts last set.
    void accountChosen(int index);
    /// Another page came on show.
    void pageChanged();

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void buildKeys();
    void refreshTitle();
    void refreshBack();

    ThemeProvider& m_themes;
    WindowSettings m_settings;
    QStackedWidget* m_stack;
    EnvironmentPage* m_ask;
    MainWindow* m_last = nullptr; ///< on show before the window asked
    std::vector<AccountLine> m_accounts;
};

} // namespace apex::ui
