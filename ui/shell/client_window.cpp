// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/client_window.h"

#include "ui/shell/main_window.h"
#include "ui/signin/environment_page.h"
#include "ui/theme/button_keys.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QIcon>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>

namespace apex::ui {

using namespace Qt::StringLiterals;

ClientWindow::ClientWindow(const environment::ProfileCatalog& catalog, ThemeProvider& themes,
                           const environment::Paths& paths, QWidget* parent)
    : QMainWindow(parent), m_themes(themes), m_settings(paths), m_stack(new QStackedWidget(this)),
      m_ask(new EnvironmentPage(catalog, themes, m_stack)) {
    setObjectName(u"clientWindow"_s);
    qApp->installEventFilter(new ButtonKeys(this));
    setWindowIcon(QIcon(u":/icons/apex-desktop.svg"_s));
    setMinimumSize(480, 400);
    m_themes.setTextScale(m_settings.textScale());
    m_themes.setChoice(m_settings.scheme());
    m_stack->addWidget(m_ask);
    setCentralWidget(m_stack);
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    restoreGeometry(m_settings.geometry());
    connect(m_ask, &EnvironmentPage::removalRequested, this, &ClientWindow::serverRemovalRequested);
    connect(m_ask, &EnvironmentPage::editRequested, this, &ClientWindow::serverEditRequested);
    connect(m_ask, &EnvironmentPage::serverChanged, this, &ClientWindow::serverChanged);
    connect(m_ask, &EnvironmentPage::environmentChosen, this, &ClientWindow::environmentChosen);
    connect(m_ask, &EnvironmentPage::serverEntered, this, &ClientWindow::serverEntered);
    connect(m_ask, &EnvironmentPage::backRequested, this, [this] {
        if (m_last)
            showPage(m_last);
    });
    connect(m_stack, &QStackedWidget::currentChanged, this, [this] {
        refreshTitle();
        Q_EMIT pageChanged();
    });
    buildKeys();
    refreshTitle();
}

ClientWindow::~ClientWindow() {
    // The pages are their owner's.
    while (m_stack->count() > 1) {
        QWidget* page = m_stack->widget(m_stack->count() - 1);
        m_stack->removeWidget(page);
        page->setParent(nullptr);
    }
}

void ClientWindow::buildKeys() {
    for (int number = 1; number <= 9; ++number) {
        auto* action = new QAction(this);
        action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + number)));
        connect(action, &QAction::triggered, this, [this, index = number - 1] {
            if (index < static_cast<int>(m_accounts.size()))
                Q_EMIT accountChosen(index);
        });
        addAction(action);
    }
}

void ClientWindow::ask(const Error& why) {
    if (auto* page = currentPage())
        m_last = page;
    m_ask->setWaiting({});
    m_ask->showCards();
    m_ask->showError(why);
    refreshBack();
    m_stack->setCurrentWidget(m_ask);
    m_ask->focusFirst();
}

void ClientWindow::showStarting(const QString& environmentName) {
    m_ask->showError({});
    m_ask->setWaiting(environmentName);
}

void ClientWindow::setCatalog(const environment::ProfileCatalog& catalog) {
    m_ask->setCatalog(catalog);
}

void ClientWindow::editServer(const EnvironmentId& environment, const environment::OwnServer& server) {
    m_ask->editServer(environment, server);
}

void ClientWindow::serverJudged(const Error& error) {
    m_ask->serverJudged(error);
}

void ClientWindow::addPage(MainWindow* page) {
    m_stack->addWidget(page);
    page->setAccounts(m_accounts);
    connect(page, &QWidget::windowTitleChanged, this, &ClientWindow::refreshTitle);
    connect(page, &MainWindow::accountChosen, this, &ClientWindow::accountChosen);
    connect(
        page, &MainWindow::addAccountRequested, this, [this] { ask({}); }, Qt::QueuedConnection);
}

void ClientWindow::removePage(MainWindow* page) {
    disconnect(page, nullptr, this, nullptr);
    if (m_last == page)
        m_last = nullptr;
    m_stack->removeWidget(page);
    page->setParent(nullptr);
    refreshBack();
}

void ClientWindow::showPage(MainWindow* page) {
    m_last = page;
    m_ask->setWaiting({});
    m_stack->setCurrentWidget(page);
    page->focusPlace();
}

MainWindow* ClientWindow::currentPage() const {
    return qobject_cast<MainWindow*>(m_stack->currentWidget());
}

void ClientWindow::setAccounts(const std::vector<AccountLine>& accounts) {
    m_accounts = accounts;
    for (int i = 0; i < m_stack->count(); ++i)
        if (auto* page = qobject_cast<MainWindow*>(m_stack->widget(i)))
            page->setAccounts(accounts);
}

void ClientWindow::refreshBack() {
    m_ask->setBackOffered(m_last != nullptr);
}

void ClientWindow::refreshTitle() {
    const MainWindow* page = currentPage();
    setWindowTitle(page ? page->windowTitle() : tr("Apex Desktop"));
}

void ClientWindow::closeEvent(QCloseEvent* event) {
    for (int i = 0; i < m_stack->count(); ++i)
        if (auto* page = qobject_cast<MainWindow*>(m_stack->widget(i)))
            page->saveState();
    m_settings.setGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

void ClientWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() != QEvent::WindowStateChange)
        return;
    if (auto* page = currentPage())
        page->windowStateChanged();
}

bool ClientWindow::event(QEvent* event) {
    if (event->type() == QEvent::ThemeChange)
        m_themes.systemLookChanged();
    return QMainWindow::event(event);
}

} // namespace apex::ui
