// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include "base/logging.h"
#include "ui/inspector/raw_frames_panel.h"
#include "ui/shell/banner_stack.h"
#include "ui/shell/chat_page.h"
#include "ui/shell/connection_popover.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/timeline_links.h"
#include "ui/shell/workspace.h"
#include "ui/signin/arrival_page.h"
#include "ui/signin/sign_in_page.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"

#include <QCloseEvent>
#include <QDesktopServices>
#include <QIcon>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Set while the program is loaded, before main().
const std::chrono::steady_clock::time_point processStart = std::chrono::steady_clock::now();

} // namespace

MainWindow::MainWindow(session::AccountSession& session, ThemeProvider& themes,
                       const environment::Paths& paths, QWidget* parent)
    : QMainWindow(parent), m_session(session), m_themes(themes), m_settings(paths), m_status(session),
      m_threadModel(session.clock()), m_timelineModel(session.clock()) {
    setObjectName(u"mainWindow"_s);
    setWindowIcon(QIcon(u":/icons/apex-desktop.svg"_s));
    setMinimumSize(480, 400);
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    m_themes.setTextScale(m_settings.textScale());
    m_themes.setChoice(m_settings.scheme());
    m_draftDelay.setSingleShot(true);
    m_draftDelay.setInterval(800ms);
    buildPages();
    buildStatusBar();
    buildActions();
    connectViews();
    connectSession();
    m_workspace->restoreState(m_settings.workspace());
    refreshSignIn();
    refreshThreads();
}

MainWindow::~MainWindow() {
    // Views tell their models when they are hidden, so they have to go before the models, which are members.
    delete takeCentralWidget();
}

void MainWindow::buildPages() {
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_header = new HeaderBar(m_themes, central);
    m_pages = new QStackedWidget(central);
    m_signIn = new SignInPage(m_themes, m_pages);
    m_arrival = new ArrivalPage(m_themes, m_pages);
    m_threads = new ThreadList(m_threadModel, m_themes);
    m_chat = new ChatPage(m_themes);
    m_timeline = new TimelinePanel(m_timelineModel, m_themes);
    m_timelineModel.setSupportMode(m_session.isSupportMode());
    m_chat->transcript()->setModel(&m_transcriptModel);
    m_pages->addWidget(m_signIn);
    m_pages->addWidget(m_arrival);
    buildTimelinePane();
    m_pages->addWidget(m_workspace);
    column->addWidget(m_header);
    column->addWidget(m_pages, 1);
    setCentralWidget(central);
    m_popover = new ConnectionPopover(m_themes, this);
}

void MainWindow::buildTimelinePane() {
    auto* tabs = new QTabWidget(m_pages);
    tabs->setObjectName(u"detailTabs"_s);
    tabs->setAccessibleName(tr("Details of the run"));
    tabs->setDocumentMode(true);
    tabs->setTabBarAutoHide(true);
    tabs->tabBar()->setAccessibleName(tr("Details of the run"));
    tabs->addTab(m_timeline, tr("Timeline"));
    if (m_session.isSupportMode()) {
        m_frames = new RawFramesPanel(m_themes, tabs);
        tabs->addTab(m_frames, tr("Raw frames"));
    }
    // Its bar is its focus proxy, and Tab would end in a bar that hides itself.
    tabs->setFocusProxy(nullptr);
    tabs->setFocusPolicy(Qt::NoFocus);
    m_workspace = new Workspace(m_threads, m_chat, tabs, m_pages);
}

void MainWindow::buildStatusBar() {
    m_statusText = new QLabel(this);
    m_statusText->setObjectName(u"statusText"_s);
    m_statusText->setAccessibleName(tr("Status"));
    m_statusText->setProperty("role", u"caption"_s);
    m_statusText->setTextFormat(Qt::PlainText);
    m_statusText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(spacing::m, 0, spacing::m, 0);
    statusBar()->addWidget(m_statusText, 1);
    if (m_session.isSupportMode()) {
        auto* support = new QLabel(tr("Support mode"), this);
        support->setProperty("role", u"caption"_s);
        statusBar()->addPermanentWidget(support);
    }
}

void MainWindow::connectViews() {
    auto* transcript = m_chat->transcript();
    auto* composer = m_chat->composer();
    connect(m_threads, &ThreadList::newChatRequested, this, &MainWindow::openNewChat);
    connect(m_threads, &ThreadList::threadChosen, this, &MainWindow::openThread);
    connect(transcript, &TranscriptView::messageActivated, this, [this](const RunId& run) {
        m_workspace->setTimelineWanted(true);
        m_timeline->revealRun(run);
    });
    connect(transcript, &TranscriptView::linkActivated, this, &MainWindow::confirmLink);
    connect(transcript, &TranscriptView::linkRefused, this, [this](const QString& address) {
        showNotice(u"link"_s, makeError(ErrorKind::Denied, tr("This address is not opened: %1").arg(address),
                                        tr("Only https and mailto addresses are.")));
    });
    connect(transcript, &TranscriptView::linkHovered, this, [this](const QString& address) {
        address.isEmpty() ? statusBar()->clearMessage() : statusBar()->showMessage(address);
    });
    connect(transcript, &TranscriptView::announced, this, &MainWindow::announce);
    auto* links = new TimelineLinks(
        {m_session, m_timelineModel, *m_timeline, *transcript, m_frames, m_themes}, m_timeline);
    connect(links, &TimelineLinks::announced, this, &MainWindow::announce);
    connect(links, &TimelineLinks::remarked, this,
            [this](const QString& words) { statusBar()->showMessage(words, 8000); });
    connect(m_timeline, &TimelinePanel::stopRequested, this, &MainWindow::stopRun);
    connect(composer, &Composer::draftChanged, &m_draftDelay, [this] {
        // Counted from the first letter that is not saved, so that steady typing is saved too.
        if (!m_draftDelay.isActive())
            m_draftDelay.start();
    });
    connect(&m_draftDelay, &QTimer::timeout, this, &MainWindow::saveDraft);
    connect(m_workspace, &Workspace::panesChanged, this, [this] {
        m_header->setPanes(m_workspace->threadsShown(), m_workspace->timelineWanted());
        m_showThreads->setChecked(m_workspace->threadsShown());
        m_showTimeline->setChecked(m_workspace->timelineWanted());
    });
    connect(m_header, &HeaderBar::sidebarToggled, m_workspace, &Workspace::setThreadsWanted);
    connect(m_header, &HeaderBar::timelineToggled, m_workspace, &Workspace::setTimelineWanted);
    connect(m_header, &HeaderBar::connectionClicked, this, &MainWindow::showPopover);
    connect(m_header, &HeaderBar::accountClicked, this, &MainWindow::showAccountMenu);
    connect(m_signIn, &SignInPage::changeEnvironmentRequested, this, &MainWindow::addAccountRequested);
}

void MainWindow::rememberPlace() {
    if (m_conversation)
        m_places[m_conversation->thread()] = m_chat->transcript()->readingPlace();
}

void MainWindow::saveDraft() {
    m_draftDelay.stop();
    if (m_conversation)
        m_session.saveDraft(m_conversation->thread(), m_chat->composer()->draft());
}

void MainWindow::confirmLink(const QUrl& url) {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Open this address?"),
                                tr("This address opens outside the program:"), QMessageBox::Cancel, this);
    box->setObjectName(u"confirmLink"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(url.toString(QUrl::FullyEncoded));
    auto* open = box->addButton(tr("Open"), QMessageBox::AcceptRole);
    // An address out of a message is opened by intent, not by a key too many.
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [this, url, open](QAbstractButton* button) {
        if (button == open && !QDesktopServices::openUrl(url))
            showNotice(u"link"_s, makeError(ErrorKind::Unavailable, tr("No program took the address."),
                                            tr("Copy it from the message and open it yourself.")));
    });
    box->open();
}

void MainWindow::refreshTitle() {
    QString title = m_conversation ? m_conversation->title().simplified() : QString();
    if (title.isEmpty())
        title = m_conversation ? tr("New chat") : QString();
    m_header->setTitle(title);
    const QString place = tr("%1 — Apex Desktop").arg(m_session.profile().name);
    setWindowTitle(title.isEmpty() ? place : title + u" — "_s + place);
}

// How long a start takes for the person who waits; support finds it in the log.
void MainWindow::noteFirstPaint() {
    const auto since = std::chrono::steady_clock::now() - processStart;
    qCInfo(logUi).noquote() << "first paint"
                            << std::chrono::duration_cast<std::chrono::milliseconds>(since).count()
                            << "ms after process start";
}

void MainWindow::updateVisibility() {
    m_status.setVisible(isVisible() && !window()->isMinimized());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    saveState();
    QMainWindow::closeEvent(event);
}

void MainWindow::saveState() {
    saveDraft();
    m_threads->finishArchive();
    m_settings.setWorkspace(m_workspace->saveState());
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    updateVisibility();
}

void MainWindow::hideEvent(QHideEvent* event) {
    QMainWindow::hideEvent(event);
    updateVisibility();
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        windowStateChanged();
}

void MainWindow::windowStateChanged() {
    updateVisibility();
    m_timelineModel.setVisible(!window()->isMinimized() && m_timeline->isVisible());
}

bool MainWindow::event(QEvent* event) {
    if (event->type() == QEvent::ThemeChange)
        m_themes.systemLookChanged();
    if (event->type() == QEvent::Paint && !m_painted) {
        m_painted = true;
        // Queued behind the paint events of the children, which belong to the same picture.
        QMetaObject::invokeMethod(this, &MainWindow::noteFirstPaint, Qt::QueuedConnection);
    }
    return QMainWindow::event(event);
}

} // namespace apex::ui
