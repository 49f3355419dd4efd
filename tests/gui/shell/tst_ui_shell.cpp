// SPDX-License-Identifier: GPL-3.0-or-later
#include "named_widgets.h"
#include "support/offline_session.h"
#include "support/sample_runs.h"
#include "ui/composer/composer.h"
#include "ui/inspector/raw_frames_panel.h"
#include "ui/shell/banner_stack.h"
#include "ui/shell/client_window.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/key_sheet.h"
#include "ui/shell/main_window.h"
#include "ui/shell/quick_switcher.h"
#include "ui/shell/status_chip.h"
#include "ui/shell/workspace.h"
#include "ui/signin/sign_in_page.h"
#include "ui/theme/glyph.h"
#include "ui/threads/thread_list.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using State = session::AccountSession::SignInState;

namespace {

void playChat(session::Conversation& chat) {
    test::FakeClock clock;
    const RunId run(u"run-1"_s);
    chat.appendPrompt(u"Where did our spend rise?"_s, {}, run, session::Delivery::Sent, clock.wallNow());
    test::playHealthyRun(chat, clock, run.toString());
}

} // namespace

class TestUiShell final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void init();
    void cleanup();
    void signedOutShowsTheSignInPage();
    void signingInShowsTheWorkspace();
    void everyInteractiveWidgetHasAName();
    void panesMoveWithTheWidth();
    void keysCycleThroughPanes();
    void tabWalksThroughEverythingAndBack();
    void timelineKeyTogglesThePane();
    void notReadyMeansQueueing();
    void bannersStayUntilTakenBack();
    void linksAreConfirmedInFull();
    void revealingARunSelectsItInTheTimeline();
    void anEventLeadsToItsPlaceByKeyboardAndBack();
    void splittersAndLookAreRemembered();
    void keySheetOpensAndCloses();
    void rawFramesAreForSupportOnly();
    void doubleTextSizeFitsTheSmallWindow();
    void accountsAreOneKeyApart();
    void hiddenAccountsKeepTheirPlace();
    void quickSwitcherFindsByWords();

private:
    [[nodiscard]] Workspace* workspace() const { return m_window->findChild<Workspace*>(); }
    void show();

    std::unique_ptr<ThemeProvider> m_themes;
    std::unique_ptr<test::OfflineSession> m_offline;
    std::unique_ptr<MainWindow> m_window;
};

void TestUiShell::init() {
    m_offline = std::make_unique<test::OfflineSession>();
    m_window = std::make_unique<MainWindow>(m_offline->session(), *m_themes, m_offline->paths());
}

void TestUiShell::cleanup() {
    m_window.reset();
    m_offline.reset();
    m_themes->setTextScale(1.0);
}

void TestUiShell::show() {
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_offline->signIn();
    QTRY_VERIFY(m_window->conversation());
}

void TestUiShell::signedOutShowsTheSignInPage() {
    m_window->show();
    m_offline->session().start();
    QTRY_COMPARE(m_offline->session().signInState(), State::SignedOut);
    auto* button = m_window->findChild<QPushButton*>(u"signIn"_s);
    QTRY_VERIFY(button->isVisible());
    QVERIFY(!workspace()->isVisible());
    QCOMPARE(button->text(), u"Sign in with your browser"_s);
    QVERIFY(m_window->findChild<QLabel*>(u"environmentName"_s)->text().contains(u"Acme staging"_s));
    // Nothing listens there: the attempt ends in words and with a way to try again.
    button->click();
    const auto* page = m_window->findChild<SignInPage*>();
    QTRY_VERIFY_WITH_TIMEOUT(page->findChild<QFrame*>(u"errorBox"_s)->isVisible(), 20'000);
    QVERIFY(button->isVisible());
}

void TestUiShell::signingInShowsTheWorkspace() {
    m_window->resize(1280, 800); // so wide that no pane has to give way, which would tell the toggles too
    show();
    QVERIFY(workspace()->isVisible());
    // At the very first start too the toggles say what is shown.
    for (const QToolButton* toggle : m_window->findChild<HeaderBar*>()->findChildren<QToolButton*>())
        QVERIFY2(!toggle->isCheckable() || toggle->isChecked(), qPrintable(toggle->accessibleName()));
    QVERIFY(m_window->findChild<StatusChip*>(u"accountChip"_s)->text().contains(u"ana@acme.example"_s));
    QVERIFY(m_window->windowTitle().contains(u"Acme staging"_s));
    auto* chip = m_window->findChild<StatusChip*>(u"connectionChip"_s);
    QTRY_VERIFY(chip->text().startsWith(u"Offline"_s));
    QVERIFY(chip->accessibleName().startsWith(u"Connection: Offline"_s));
}

void TestUiShell::everyInteractiveWidgetHasAName() {
    m_window->show();
    COMPARE_NAMES(*m_window);
    m_offline->signIn();
    QTRY_VERIFY(m_window->conversation());
    playChat(*m_window->conversation());
    COMPARE_NAMES(*m_window);
    // The walk itself must be able to find one.
    QPushButton nameless(m_window->centralWidget());
    nameless.show();
    QCOMPARE(test::namelessWidgets(*m_window).size(), 1);
}

void TestUiShell::panesMoveWithTheWidth() {
    show();
    auto* threads = m_window->findChild<ThreadList*>();
    auto* timeline = m_window->findChild<TimelinePanel*>();
    auto* composer = m_window->findChild<Composer*>();
    const auto at = [this](QWidget* widget) { return widget->mapTo(m_window.get(), QPoint()); };
    m_window->resize(1280, 800);
    QTRY_VERIFY(!workspace()->isStacked());
    QVERIFY(at(timeline).x() > at(composer).x() + composer->width() / 2);
    m_window->resize(900, 760);
    QTRY_VERIFY(workspace()->isStacked());
    QTRY_VERIFY(at(timeline).y() > at(composer).y());
    QVERIFY(threads->isVisible());
    m_window->resize(640, 720);
    QTRY_VERIFY(!threads->isVisible());
    QTest::keyClick(m_window.get(), Qt::Key_F9);
    QTRY_VERIFY(threads->isVisible());
    m_window->resize(1280, 800);
    QTRY_VERIFY(threads->isVisible() && !workspace()->isStacked());
}

void TestUiShell::keysCycleThroughPanes() {
    show();
    playChat(*m_window->conversation());
    m_window->activateWindow();
    m_window->findChild<Composer*>()->focusText();
    QTRY_VERIFY(m_window->findChild<Composer*>()->isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(m_window.get(), Qt::Key_F6);
    QTRY_COMPARE(QApplication::focusWidget(), m_window->findChild<TimelineView*>());
    QTest::keyClick(m_window.get(), Qt::Key_F6, Qt::ShiftModifier);
    QTRY_VERIFY(m_window->findChild<Composer*>()->isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(m_window.get(), Qt::Key_F6, Qt::ShiftModifier);
    QTRY_COMPARE(QApplication::focusWidget(), m_window->findChild<TranscriptView*>());
}

void TestUiShell::tabWalksThroughEverythingAndBack() {
    show();
    playChat(*m_window->conversation());
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QWidget* first = m_window->findChild<StatusChip*>(u"accountChip"_s);
    first->setFocus();
    QSet<QString> seen;
    int steps = 0;
    do {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(QApplication::focusWidget() && QApplication::focusWidget()->isVisible());
        for (const QWidget* at = QApplication::focusWidget(); at; at = at->parentWidget())
            seen.insert(at->objectName());
    } while (QApplication::focusWidget() != first && ++steps < 60);
    QCOMPARE(QApplication::focusWidget(), first);
    for (const QString& place :
         {u"toggleTimeline"_s, u"newChat"_s, u"transcriptView"_s, u"composerEdit"_s, u"timelineView"_s})
        QVERIFY2(seen.contains(place),
                 qPrintable(place + u" is not among "_s + QStringList(seen.values()).join(u' ')));
}

void TestUiShell::timelineKeyTogglesThePane() {
    show();
    auto* timeline = m_window->findChild<TimelinePanel*>();
    QVERIFY(timeline->isVisible());
    QTest::keyClick(m_window.get(), Qt::Key_F8);
    QTRY_VERIFY(!timeline->isVisible());
    QTest::keyClick(m_window.get(), Qt::Key_F8);
    QTRY_VERIFY(timeline->isVisible());
}

void TestUiShell::notReadyMeansQueueing() {
    show();
    auto* composer = m_window->findChild<Composer*>();
    QCOMPARE(composer->mode(), ComposerMode::Queue);
    m_window->conversation()->setTitle(u"A title"_s);
    QVERIFY(m_window->windowTitle().startsWith(u"A title"_s));
}

void TestUiShell::bannersStayUntilTakenBack() {
    show();
    auto* banners = m_window->findChild<BannerStack*>();
    Error full = makeError(ErrorKind::Storage, u"The disk is full."_s, u"Make room."_s);
    Q_EMIT m_offline->session().notice(u"disk"_s, full);
    QVERIFY(banners->has(u"disk"_s));
    QVERIFY(banners->isVisible());
    QCOMPARE(m_window->findChild<QFrame*>(u"banner-disk"_s)->accessibleName(), full.forPeople());
    COMPARE_NAMES(*m_window);
    Q_EMIT m_offline->session().notice(u"disk"_s, Error{});
    QVERIFY(!banners->has(u"disk"_s));
}

void TestUiShell::linksAreConfirmedInFull() {
    show();
    const QUrl url(u"https://example.org/a/long/path?with=query&and=more#fragment"_s);
    Q_EMIT m_window->findChild<TranscriptView*>()->linkActivated(url);
    auto* box = m_window->findChild<QMessageBox*>(u"confirmLink"_s);
    QTRY_VERIFY(box && box->isVisible());
    QCOMPARE(box->informativeText(), url.toString(QUrl::FullyEncoded));
    QCOMPARE(box->textFormat(), Qt::PlainText);
    box->reject();
}

void TestUiShell::revealingARunSelectsItInTheTimeline() {
    show();
    playChat(*m_window->conversation());
    test::FakeClock clock;
    test::playFailedRun(*m_window->conversation(), clock, u"run-2"_s);
    auto* outcome = m_window->findChild<GlyphLabel*>(u"runOutcome"_s);
    QTRY_VERIFY(outcome->text().startsWith(u"failed"_s));
    workspace()->setTimelineWanted(false);
    Q_EMIT m_window->findChild<TranscriptView*>()->messageActivated(RunId(u"run-1"_s));
    QTRY_VERIFY(m_window->findChild<TimelinePanel*>()->isVisible());
    QVERIFY(outcome->text().startsWith(u"completed"_s));
}

void TestUiShell::anEventLeadsToItsPlaceByKeyboardAndBack() {
    show();
    m_window->activateWindow();
    test::FakeClock clock;
    session::Conversation& chat = *m_window->conversation();
    chat.appendPrompt(u"Where did our spend rise?"_s, {}, RunId(u"run_1"_s), session::Delivery::Sent,
                      clock.wallNow());
    test::playSourcedRun(chat, clock, u"run_1"_s);
    auto* rows = m_window->findChild<TimelineView*>();
    auto* transcript = m_window->findChild<TranscriptView*>();
    QTRY_COMPARE(transcript->rows().count(), 2);
    rows->setFocus();
    QTest::keyClick(rows, Qt::Key_Home);
    QTest::keyClick(rows, Qt::Key_Down);
    QCOMPARE(rows->model()->row(rows->currentRow()).title, u"usage_query"_s);
    QTest::keyClick(rows, Qt::Key_Return);
    const TextSpan place = transcript->pointedAt(1);
    const MessageLayout* answer = transcript->rows().existing(1);
    QVERIFY(!place.isEmpty() && answer);
    QCOMPARE(answer->block(static_cast<size_t>(place.from.block)).kind, MarkdownBlock::Kind::Table);
    QCOMPARE(QApplication::focusWidget(), rows); // the next event is one key away
    // And back: words with another source select the event that made them.
    Q_EMIT transcript->wordsFocused(RunId(u"run_1"_s), u"Source: price_table (run_1_call_12)."_s);
    QCOMPARE(rows->model()->row(rows->currentRow()).title, u"price_table"_s);
}

void TestUiShell::splittersAndLookAreRemembered() {
    show();
    workspace()->setTimelineWanted(false);
    m_window->close();
    WindowSettings(m_offline->paths()).setScheme(SchemeChoice::Dark);
    m_window = std::make_unique<MainWindow>(m_offline->session(), *m_themes, m_offline->paths());
    m_window->show();
    QVERIFY(!m_window->findChild<Workspace*>()->timelineWanted());
    QCOMPARE(m_themes->choice(), SchemeChoice::Dark);
    m_themes->setChoice(SchemeChoice::Light);
}

void TestUiShell::keySheetOpensAndCloses() {
    show();
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    QTRY_VERIFY(m_window->findChild<KeySheet*>());
    auto* sheet = m_window->findChild<KeySheet*>();
    QTRY_VERIFY(sheet->isVisible());
    QVERIFY(sheet->findChildren<QLabel*>().size() > 30);
    QTest::keyClick(sheet, Qt::Key_Escape);
    QTRY_VERIFY(!m_window->findChild<KeySheet*>());
}

void TestUiShell::rawFramesAreForSupportOnly() {
    QVERIFY(!m_window->findChild<RawFramesPanel*>());
    test::OfflineSession support(true);
    MainWindow window(support.session(), *m_themes, support.paths());
    auto* panel = window.findChild<RawFramesPanel*>();
    QVERIFY(panel);
    connection::Frame frame;
    frame.bytes = R"({"type":"ping","payload":{"n":1}})";
    frame.outgoing = true;
    Q_EMIT support.session().frame(frame);
    auto* table = panel->findChild<QTableView*>();
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, FrameTable::DirectionColumn).data().toString(), u"out"_s);
    table->setCurrentIndex(table->model()->index(0, 0));
    QVERIFY(panel->findChild<QPlainTextEdit*>()->toPlainText().contains(u"  \"payload\": {"_s));
    panel->findChild<QPushButton*>(u"copyFrame"_s)->click();
    QCOMPARE(QApplication::clipboard()->text().toUtf8(), frame.bytes);
    for (size_t i = 0; i < FrameTable::maxFrames + 10; ++i)
        panel->append(frame);
    QCOMPARE(table->model()->rowCount(), static_cast<int>(FrameTable::maxFrames)); // bounded, and it says so
}

void TestUiShell::doubleTextSizeFitsTheSmallWindow() {
    show();
    playChat(*m_window->conversation());
    m_themes->setTextScale(2.0);
    m_window->resize(800, 600);
    QTRY_COMPARE(m_window->size(), QSize(800, 600)); // no pane forces the window wider or higher
    const auto* chip = m_window->findChild<StatusChip*>(u"connectionChip"_s);
    QTRY_VERIFY2(
        chip->width() >= chip->sizeHint().width(),
        qPrintable(
            u"%1 of %2 pixels: %3"_s.arg(chip->width()).arg(chip->sizeHint().width()).arg(chip->text())));
    QVERIFY(m_window->findChild<QLabel*>(u"chatTitle"_s)->width() > 0);
    for (const QString& name : {u"toggleSidebar"_s, u"toggleTimeline"_s}) {
        const auto* toggle = m_window->findChild<QToolButton*>(name);
        QTRY_VERIFY2(
            toggle->width() >= toggle->iconSize().width() + 2 * spacing::s - 4,
            qPrintable(
                u"%1 of %2 pixels: %3"_s.arg(toggle->width()).arg(toggle->sizeHint().width()).arg(name)));
    }
    const QRect inside = m_window->rect();
    for (QPushButton* button : m_window->findChildren<QPushButton*>()) {
        if (!button->isVisible() || button->property("role").toString() == u"finding"_s)
            continue;
        const QRect place(button->mapTo(m_window.get(), QPoint()), button->size());
        QVERIFY2(inside.contains(place), qPrintable(button->text()));
    }
}

void TestUiShell::accountsAreOneKeyApart() {
    const auto catalog = environment::ProfileCatalog::load(QString());
    ClientWindow window(catalog, *m_themes, m_offline->paths());
    test::OfflineSession other;
    MainWindow second(other.session(), *m_themes, other.paths());
    window.addPage(m_window.get());
    window.addPage(&second);
    window.setAccounts({{u"Acme staging"_s, u"#b25e00"_s, u"ana@acme.example"_s, u"Connected"_s, true},
                        {u"Acme production"_s, u"#b3261e"_s, u"bob@acme.example"_s, {}, false}});
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.activateWindow();
    m_offline->signIn();
    other.signIn();
    QTRY_VERIFY(second.conversation() && m_window->conversation());
    window.showPage(m_window.get());
    QSignalSpy chosen(&window, &ClientWindow::accountChosen);
    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(chosen.count(), 1);
    QCOMPARE(chosen.at(0).at(0).toInt(), 1);
    // Also from where one writes.
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_1, Qt::ControlModifier);
    QTRY_COMPARE(chosen.count(), 2);
    QTest::keyClick(&window, Qt::Key_9, Qt::ControlModifier); // nobody is there
    QCOMPARE(chosen.count(), 2);
    QCOMPARE(window.windowTitle(), m_window->windowTitle());
    window.removePage(&second);
    window.removePage(m_window.get());
}

void TestUiShell::hiddenAccountsKeepTheirPlace() {
    const auto catalog = environment::ProfileCatalog::load(QString());
    ClientWindow window(catalog, *m_themes, m_offline->paths());
    test::OfflineSession other;
    MainWindow second(other.session(), *m_themes, other.paths());
    window.addPage(m_window.get());
    window.addPage(&second);
    window.showPage(m_window.get());
    window.show();
    m_offline->signIn();
    other.signIn();
    QTRY_VERIFY(second.conversation() && m_window->conversation());
    m_window->findChild<Composer*>()->setDraft(u"half a thought"_s);
    window.showPage(&second);
    QVERIFY(second.findChild<Composer*>()->draft().isEmpty());
    playChat(*m_window->conversation()); // it goes on while nobody looks
    QVERIFY(second.conversation()->messages().empty());
    window.showPage(m_window.get());
    QCOMPARE(m_window->findChild<Composer*>()->draft(), u"half a thought"_s);
    QVERIFY(!m_window->conversation()->messages().empty());
    // The page that asks leads back to where one was.
    window.ask({});
    QCOMPARE(window.currentPage(), nullptr);
    window.findChild<QPushButton*>(u"backFromEnvironments"_s)->click();
    QCOMPARE(window.currentPage(), m_window.get());
    window.removePage(&second);
    window.removePage(m_window.get());
}

void TestUiShell::quickSwitcherFindsByWords() {
    QVERIFY(fitsTyped(u"Cut GPU cost in eu-west"_s, u"cost gpu"_s));
    QVERIFY(!fitsTyped(u"Cut GPU cost in eu-west"_s, u"cost cpu"_s));
    show();
    QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
    QPointer<QuickSwitcher> switcher = m_window->findChild<QuickSwitcher*>();
    QTRY_VERIFY(switcher && switcher->isVisible());
    COMPARE_NAMES(*switcher);
    auto* field = switcher->findChild<QLineEdit*>(u"quickField"_s);
    const int all = switcher->shownCount();
    QTest::keyClicks(field, u"nothing is called this"_s);
    QCOMPARE(switcher->shownCount(), 0);
    auto* list = switcher->findChild<QListWidget*>(u"quickList"_s);
    QCOMPARE(list->count(), 1); // and says so
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(switcher->isVisible());
    field->clear();
    QTest::keyClicks(field, u"keys"_s);
    QVERIFY(switcher->shownCount() < all && switcher->shownCount() > 0);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_VERIFY(m_window->findChild<KeySheet*>());
    m_window->findChild<KeySheet*>()->reject();
    QTRY_VERIFY(!switcher);
}

QTEST_MAIN(TestUiShell)
#include "tst_ui_shell.moc"
