// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/chat_page.h"
#include "ui/shell/connection_popover.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/main_window.h"
#include "ui/shell/quick_switcher.h"
#include "ui/shell/status_chip.h"
#include "ui/shell/workspace.h"
#include "ui/theme/removal_question.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QIcon>
#include <QListView>
#include <QMenuBar>
#include <QMessageBox>
#include <QPainter>
#include <QPixmap>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QIcon colourDotIcon(const QColor& colour, qreal ratio) {
    QPixmap picture(QSize(16, 16) * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(3, 3, 10, 10));
    return picture;
}

QString wordsOf(const AccountLine& line) {
    const QString who =
        line.account.isEmpty() ? line.environment : line.environment + u" / "_s + line.account;
    return line.state.isEmpty() ? who : who + u" · "_s + line.state;
}

/// What the menus can do now, so that nothing has to be listed twice.
void addCommands(const QWidget& menu, const QString& context, std::vector<QuickEntry>& entries) {
    const QList<QAction*> actions = menu.actions();
    for (QAction* action : actions) {
        if (!action->isEnabled() || !action->isVisible() || action->isSeparator())
            continue;
        if (const QMenu* inner = action->menu()) {
            // "Text size: 150 %"; the menus of the menu bar say nothing that their items do not.
            const bool nested = qobject_cast<const QMenu*>(&menu) != nullptr;
            addCommands(*inner, nested ? action->text().remove(u'&') + u": "_s : QString(), entries);
            continue;
        }
        if (action->objectName() == u"goTo")
            continue; // here we are
        const QString text = context + action->text().remove(u'&');
        entries.push_back({text, MainWindow::tr("Command"),
                           action->shortcut().toString(QKeySequence::NativeText),
                           [guard = QPointer<QAction>(action)] {
                               if (guard)
                                   guard->trigger();
                           }});
    }
}

} // namespace

void MainWindow::buildActions() {
    buildFileMenu();
    buildViewMenu();
    buildHelpMenu();
    for (const int direction : {1, -1}) {
        auto* cycle = new QAction(direction > 0 ? tr("Next pane") : tr("Previous pane"), this);
        cycle->setShortcut(QKeySequence(direction > 0 ? u"F6"_s : u"Shift+F6"_s));
        connect(cycle, &QAction::triggered, this, [this, direction] { cyclePane(direction); });
        addAction(cycle);
    }
}

void MainWindow::buildFileMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Chat"));
    m_newChat = menu->addAction(tr("&New chat"), QKeySequence::New, this, &MainWindow::openNewChat);
    m_stop = menu->addAction(tr("&Stop the run"), QKeySequence(u"Ctrl+."_s), this, [this] { stopRun({}); });
    menu->addAction(tr("&Go to…"), QKeySequence(u"Ctrl+K"_s), this, &MainWindow::showQuickSwitcher)
        ->setObjectName(u"goTo"_s);
    menu->addSeparator();
    menu->addAction(tr("&Add an account or environment…"), this, &MainWindow::addAccountRequested);
    m_signOut = menu->addAction(tr("Sign &out"), this, [this] { m_session.signOut(); });
    menu->addAction(tr("&Remove this account…"), this, &MainWindow::confirmRemoval);
    menu->addSeparator();
    m_languageModel = menu->addAction(tr("&Language model…"), this, [this] {
        if (m_openLanguageModel)
            m_openLanguageModel();
    });
    m_languageModel->setVisible(false);
    menu->addAction(tr("&Quit"), QKeySequence::Quit, this, [this] { window()->close(); });
}

void MainWindow::buildViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    m_showThreads = menu->addAction(tr("&Chats"), QKeySequence(Qt::Key_F9), m_workspace,
                                    [this] { m_workspace->setThreadsWanted(!m_workspace->threadsShown()); });
    m_showTimeline = menu->addAction(tr("&Timeline"), QKeySequence(Qt::Key_F8), m_workspace, [this] {
        m_workspace->setTimelineWanted(!m_workspace->timelineWanted());
    });
    for (QAction* action : {m_showThreads, m_showTimeline})
        action->setCheckable(true);
    menu->addSeparator();
    buildThemeMenu(menu);
    buildTextSizeMenu(menu);
}

void MainWindow::buildThemeMenu(QMenu* view) {
    QMenu* menu = view->addMenu(tr("&Colours"));
    auto* group = new QActionGroup(menu);
    const std::pair<SchemeChoice, QString> choices[] = {{SchemeChoice::System, tr("Like the &system")},
                                                        {SchemeChoice::Light, tr("&Light")},
                                                        {SchemeChoice::Dark, tr("&Dark")},
                                                        {SchemeChoice::HighContrast, tr("&High contrast")}};
    for (const auto& [choice, words] : choices) {
        QAction* action = menu->addAction(words);
        action->setCheckable(true);
        action->setChecked(choice == m_themes.choice());
        group->addAction(action);
        // Another account's page may have changed it.
        connect(&m_themes, &ThemeProvider::changed, action,
                [this, action, known = choice] { action->setChecked(known == m_themes.choice()); });
        connect(action, &QAction::triggered, this, [this, chosen = choice] {
            m_settings.setScheme(chosen);
            m_themes.setChoice(chosen);
        });
    }
}

void MainWindow::buildTextSizeMenu(QMenu* view) {
    QMenu* menu = view->addMenu(tr("&Text size"));
    auto* group = new QActionGroup(menu);
    for (const int percent : {100, 125, 150, 175, 200}) {
        const qreal scale = percent / 100.0;
        QAction* action = menu->addAction(tr("%1 %").arg(percent));
        action->setCheckable(true);
        action->setChecked(qFuzzyCompare(scale, m_themes.textScale()));
        group->addAction(action);
        connect(&m_themes, &ThemeProvider::changed, action,
                [this, action, scale] { action->setChecked(qFuzzyCompare(scale, m_themes.textScale())); });
        connect(action, &QAction::triggered, this, [this, scale] {
            m_settings.setTextScale(scale);
            m_themes.setTextScale(scale);
        });
    }
}

void MainWindow::buildHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(tr("&Keys"), QKeySequence(Qt::Key_F1), this, &MainWindow::showKeys);
    m_check = menu->addAction(tr("&Check the connection…"), QKeySequence(u"Ctrl+Shift+D"_s), this, [this] {
        if (m_openDoctor)
            m_openDoctor();
    });
    m_check->setVisible(false);
    menu->addAction(tr("&About Apex Desktop"), this, &MainWindow::showAbout);
}

void MainWindow::showAccountMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(u"accountMenu"_s);
    connect(menu, &QMenu::aboutToHide, menu, &QObject::deleteLater); // a menu hides, it is not closed
    addAccountItems(menu);
    menu->addSeparator();
    menu->addAction(tr("Add an account or environment…"), this, &MainWindow::addAccountRequested);
    QAction* out = menu->addAction(tr("Sign out"), this, [this] { m_session.signOut(); });
    out->setEnabled(m_signOut->isEnabled());
    menu->addAction(tr("Remove this account…"), this, &MainWindow::confirmRemoval);
    const QWidget* chip = m_header->accountChip();
    menu->popup(chip->mapToGlobal(QPoint(0, chip->height() + spacing::xs)));
}

void MainWindow::addAccountItems(QMenu* menu) {
    const std::vector<AccountLine> lines = m_accounts.empty() ? std::vector{accountLine()} : m_accounts;
    const QFontMetrics metrics(menu->font());
    for (size_t i = 0; i < lines.size(); ++i) {
        const AccountLine& line = lines[i];
        QAction* action = menu->addAction(
            colourDotIcon(QColor(line.colour), devicePixelRatioF()),
            metrics.elidedText(wordsOf(line), Qt::ElideMiddle, 60 * metrics.averageCharWidth())
                .replace(u'&', u"&&"_s));
        action->setCheckable(true);
        action->setChecked(line.current || m_accounts.empty());
        if (action->isChecked()) {
            QFont strong = menu->font();
            strong.setBold(true);
            action->setFont(strong);
        }
        action->setToolTip(wordsOf(line));
        if (i < 9 && !m_accounts.empty())
            action->setShortcut(
                QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(i))));
        connect(action, &QAction::triggered, this, [this, index = static_cast<int>(i)] {
            if (!m_accounts.empty())
                Q_EMIT accountChosen(index);
        });
    }
}

void MainWindow::confirmRemoval() {
    const AccountLine line = accountLine();
    const QString name = line.account.isEmpty() ? line.environment : line.account;
    askBeforeRemoval(this, u"confirmRemoval"_s,
                     {tr("Remove this account?"), tr("Remove %1 from this computer?").arg(name),
                      tr("You are signed out, and the chats, drafts and recordings that this computer keeps "
                         "for the account are deleted. What the server keeps stays there.")},
                     [this] { Q_EMIT removeAccountRequested(); });
}

void MainWindow::setDoctor(std::function<void()> open) {
    m_openDoctor = std::move(open);
    m_check->setVisible(m_openDoctor != nullptr);
    m_popover->setCheckOffered(m_openDoctor != nullptr);
}

void MainWindow::setLanguageModelDialog(std::function<void()> open) {
    m_openLanguageModel = std::move(open);
    m_languageModel->setVisible(m_openLanguageModel != nullptr);
    connect(m_header, &HeaderBar::languageModelClicked, m_languageModel, &QAction::trigger,
            Qt::UniqueConnection);
}

void MainWindow::setLanguageModel(const QString& name, const QString& sentence) {
    m_header->setLanguageModel(name, sentence);
}

void MainWindow::showQuickSwitcher() {
    std::vector<QuickEntry> entries;
    if (m_conversation)
        for (const session::ThreadEntry& thread : m_session.threads()) {
            const QString title = thread.title.simplified();
            entries.push_back({title.isEmpty() ? tr("Chat without a title") : title,
                               tr("Chat"),
                               {},
                               [this, id = thread.id] { openThread(id); }});
        }
    for (size_t i = 0; i < m_accounts.size(); ++i) {
        if (m_accounts[i].current)
            continue;
        entries.push_back({wordsOf(m_accounts[i]), tr("Account"), {}, [this, index = static_cast<int>(i)] {
                               Q_EMIT accountChosen(index);
                           }});
    }
    addCommands(*menuBar(), {}, entries);
    auto* switcher = new QuickSwitcher(std::move(entries), this);
    switcher->setAttribute(Qt::WA_DeleteOnClose);
    switcher->open();
}

void MainWindow::showKeys() {
    auto* sheet = new KeySheet(this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->open();
}

void MainWindow::showAbout() {
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Apex Desktop"),
                        tr("Apex Desktop %1").arg(QStringLiteral(APEX_VERSION)), QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setIconPixmap(windowIcon().pixmap(64, 64));
    box->setInformativeText(
        tr("A desktop client for AI agents that analyse AI spend.\n\n"
           "Free software under the GNU General Public License, version 3 or later. "
           "It comes without any warranty. It connects to the servers of the chosen environment "
           "and to nothing else.\n\nQt %1")
            .arg(QString::fromLatin1(qVersion())));
    box->open();
}

void MainWindow::cyclePane(int direction) {
    if (m_pages->currentWidget() != m_workspace)
        return;
    const std::array<QWidget*, 4> panes{m_threads->view(), m_chat->transcript(), m_chat->composer(),
                                        m_timeline->view()};
    const QWidget* focused = QApplication::focusWidget();
    int at = 1;
    for (int i = 0; i < 4; ++i)
        if (const auto* pane = panes[static_cast<size_t>(i)];
            pane == focused || (focused && pane->isAncestorOf(focused)))
            at = i;
    for (int tried = 0; tried < 4; ++tried) {
        at = (at + direction + 4) % 4;
        QWidget* pane = panes[static_cast<size_t>(at)];
        if (!pane->isVisible())
            continue;
        if (pane == m_chat->composer())
            m_chat->composer()->focusText();
        else
            pane->setFocus(Qt::ShortcutFocusReason);
        return;
    }
}

} // namespace apex::ui
