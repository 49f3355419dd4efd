// SPDX-License-Identifier: GPL-3.0-or-later
// Which environment, and the ways to sign in to it.
#include "environment/own_server.h"
#include "named_widgets.h"
#include "support/offline_session.h"
#include "ui/shell/client_window.h"
#include "ui/shell/main_window.h"
#include "ui/signin/sign_in_page.h"

#include <QApplication>
#include <QClipboard>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = session::AccountSession::SignInState;

class TestUiSignIn final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void init();
    void cleanup();
    void signInPageSaysEveryState_data();
    void signInPageSaysEveryState();
    void signInPageHasNames();
    void startWindowOffersEveryEnvironment();
    void ownServerIsEntered();
    void platformPageTakesPasswords();
    void codeForAnotherDeviceIsShown();
    void codeIsAskedForAndCancelled();
    void pastedSecretsLeaveNothingBehind();

private:
    std::unique_ptr<ThemeProvider> m_themes;
    std::unique_ptr<test::OfflineSession> m_offline;
    std::unique_ptr<MainWindow> m_window;
};

void TestUiSignIn::init() {
    m_offline = std::make_unique<test::OfflineSession>();
    m_window = std::make_unique<MainWindow>(m_offline->session(), *m_themes, m_offline->paths());
}

void TestUiSignIn::cleanup() {
    m_window.reset();
    m_offline.reset();
}

void TestUiSignIn::signInPageSaysEveryState_data() {
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("button");
    QTest::newRow("signed out") << State::SignedOut << u"signIn"_s;
    QTest::newRow("signing in") << State::SigningIn << u"cancelSignIn"_s;
    QTest::newRow("sign-in needed") << State::NeedsSignIn << u"signIn"_s;
    QTest::newRow("keychain trouble") << State::StoreTrouble << u"sessionOnly"_s;
    QTest::newRow("looking") << State::Unknown << u"changeEnvironment"_s;
}

void TestUiSignIn::signInPageSaysEveryState() {
    QFETCH(State, state);
    QFETCH(QString, button);
    SignInPage page(*m_themes);
    page.resize(480, 640);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = state;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.address = QUrl(u"https://example.org/authorize"_s);
    page.show(facts);
    QVERIFY(page.findChild<QPushButton*>(button)->isVisible());
    QCOMPARE(page.findChild<QPushButton*>(u"copyAddress"_s)->isVisible(), state == State::SigningIn);
    QCOMPARE(page.findChild<QPushButton*>(u"signIn"_s)->isVisible(),
             state != State::SigningIn && state != State::Unknown);
}

void TestUiSignIn::signInPageHasNames() {
    SignInPage page(*m_themes);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = State::StoreTrouble;
    facts.error = makeError(ErrorKind::Locked, u"Your keychain is locked."_s, u"Unlock it."_s, u"code 4"_s);
    page.show(facts);
    COMPARE_NAMES(page);
    QSignalSpy retry(&page, &SignInPage::retryStoreRequested);
    QSignalSpy signIn(&page, &SignInPage::signInRequested);
    page.findChild<QPushButton*>(u"signIn"_s)->click();
    QCOMPARE(retry.count(), 1);
    QCOMPARE(signIn.count(), 0); // only "not found" leads to a sign-in
}

void TestUiSignIn::startWindowOffersEveryEnvironment() {
    const auto catalog = environment::ProfileCatalog::load(QString());
    QVERIFY(!catalog.profiles().empty());
    ClientWindow window(catalog, *m_themes, m_offline->paths());
    window.show();
    QSignalSpy chosen(&window, &ClientWindow::environmentChosen);
    for (const auto& profile : catalog.profiles()) {
        auto* card = window.findChild<QAbstractButton*>(u"profile-"_s + profile.id.toString());
        QVERIFY2(card, qPrintable(profile.name));
        QTest::keyClick(card, Qt::Key_Space);
        QTest::keyClick(card, Qt::Key_Return);
    }
    QCOMPARE(chosen.count(), 2 * static_cast<qsizetype>(catalog.profiles().size()));
    COMPARE_NAMES(window);
}

void TestUiSignIn::ownServerIsEntered() {
    const QString folder = m_offline->paths().userProfiles();
    ClientWindow window(environment::ProfileCatalog::load(folder, QString()), *m_themes, m_offline->paths());
    window.show();
    connect(&window, &ClientWindow::serverEntered, this, [&](const environment::OwnServer& server) {
        const auto added = environment::addOwnServer(server, folder, QString());
        window.setCatalog(environment::ProfileCatalog::load(folder, QString()));
        window.serverJudged(added ? Error{} : added.error());
    });
    QTest::keyClick(window.findChild<QPushButton*>(u"addOwnServer"_s), Qt::Key_Space);
    auto* form = window.findChild<QWidget*>(u"ownServerForm"_s);
    QVERIFY(form->isVisible());
    COMPARE_NAMES(window);
    auto* add = window.findChild<QPushButton*>(u"addServer"_s);
    QVERIFY(!add->isEnabled());
    auto* name = window.findChild<QLineEdit*>(u"serverName"_s);
    auto* address = window.findChild<QLineEdit*>(u"serverAddress"_s);
    name->setText(u"Mine"_s);
    address->setText(u"http://chat.example.org"_s);
    window.findChild<QLineEdit*>(u"serverIssuer"_s)->setText(u"https://login.example.org"_s);
    QVERIFY(add->isEnabled());
    add->click();
    const auto* box = form->findChild<QFrame*>(u"errorBox"_s);
    QVERIFY(box->isVisible()); // plain http to another computer
    QCOMPARE(name->text(), u"Mine"_s);
    QVERIFY(!window.findChild<QAbstractButton*>(u"profile-mine"_s));
    address->setText(u"https://chat.example.org"_s);
    QTest::keyClick(address, Qt::Key_Return);
    QVERIFY(!form->isVisible());
    auto* card = window.findChild<QAbstractButton*>(u"profile-mine"_s);
    QVERIFY(card && card->isVisible());
    QSignalSpy chosen(&window, &ClientWindow::environmentChosen);
    card->click();
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(window.findChildren<QAbstractButton*>(u"profile-local"_s).size(), 1);
    // What one added, one can take away; what came with the program stays.
    QVERIFY(!window.findChild<QAbstractButton*>(u"remove-local"_s));
    QSignalSpy removal(&window, &ClientWindow::serverRemovalRequested);
    window.findChild<QAbstractButton*>(u"remove-mine"_s)->click();
    auto* question = window.findChild<QMessageBox*>(u"confirmServerRemoval"_s);
    QVERIFY(question && removal.isEmpty());
    for (QAbstractButton* button : question->buttons())
        if (question->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    QCOMPARE(removal.count(), 1);
    const auto profile = environment::ProfileCatalog::load(folder, QString()).find(EnvironmentId(u"mine"_s));
    QVERIFY(environment::removeOwnServer(*profile));
    window.setCatalog(environment::ProfileCatalog::load(folder, QString()));
    QVERIFY(!window.findChild<QAbstractButton*>(u"profile-mine"_s));
}

void TestUiSignIn::platformPageTakesPasswords() {
    SignInPage page(*m_themes);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = State::SignedOut;
    facts.platform = true;
    page.show(facts);
    auto* development = page.findChild<QPushButton*>(u"developmentSignIn"_s);
    auto* browser = page.findChild<QPushButton*>(u"signIn"_s);
    QVERIFY(!development->isVisible() && !browser->isVisible()); // before the server has said so
    facts.offer =
        auth::PlatformOffer{.browser = true, .development = false, .finalOrigins = {}, .tokenEndpoint = {}};
    page.show(facts);
    QVERIFY(!development->isVisible() && browser->isVisible());
    COMPARE_NAMES(page);
    QString got;
    connect(&page, &SignInPage::passwordEntered, this, [&got](const QString& email, const Secret& password) {
        got = email + u'|' + QString::fromUtf8(password.reveal());
    });
    auto* email = page.findChild<QLineEdit*>(u"email"_s);
    auto* password = page.findChild<QLineEdit*>(u"password"_s);
    QCOMPARE(password->echoMode(), QLineEdit::Password);
    email->setText(u" ana@acme.example "_s);
    password->setText(u"pass word"_s);
    QTest::keyClick(password, Qt::Key_Return);
    QCOMPARE(got, u"ana@acme.example|pass word"_s);
    QVERIFY(password->text().isEmpty());
    QVERIFY(!password->isUndoAvailable());
    password->setText(u"again"_s);
    page.hide();
    QVERIFY(password->text().isEmpty());
}

void TestUiSignIn::codeForAnotherDeviceIsShown() {
    SignInPage page(*m_themes);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = State::SignedOut;
    page.show(facts);
    auto* other = page.findChild<QPushButton*>(u"otherDevice"_s);
    auto* code = page.findChild<QLineEdit*>(u"deviceCode"_s);
    QVERIFY(other->isVisible() && !code->isVisible());
    QSignalSpy asked(&page, &SignInPage::codeRequested);
    QTest::keyClick(other, Qt::Key_Space);
    QCOMPARE(asked.count(), 1);
    facts.state = State::SigningIn;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.address = QUrl(u"https://login.example/device"_s);
    facts.device = auth::DevicePrompt{.userCode = u"WDJB-MJHT"_s,
                                      .address = facts.address,
                                      .addressWithCode = {},
                                      .expiresAt = SystemClock().wallNow() + 10min};
    page.show(facts);
    QVERIFY(code->isVisible() && !other->isVisible());
    QCOMPARE(code->text(), u"WDJB-MJHT"_s);
    QVERIFY(code->font().pointSizeF() > page.font().pointSizeF());
    QVERIFY(page.findChild<QLabel*>(u"deviceExpiry"_s)->text().contains(u"good until"_s));
    QVERIFY(page.findChild<QPushButton*>(u"cancelSignIn"_s)->isVisible());
    QVERIFY(!page.findChild<QPushButton*>(u"copyAddress"_s)->isVisible());
    COMPARE_NAMES(page);
    QCOMPARE(page.focusWidget(), code);
    page.findChild<QPushButton*>(u"copyDeviceAddress"_s)->click();
    QCOMPARE(QApplication::clipboard()->text(), u"https://login.example/device"_s);
    facts.state = State::SignedOut;
    facts.device.reset();
    page.show(facts);
    QVERIFY(!code->isVisible() && code->text().isEmpty());
    facts.ownPage = true; // a backend of this computer only
    page.show(facts);
    QVERIFY(!other->isVisible());
}

void TestUiSignIn::codeIsAskedForAndCancelled() {
    m_window->show();
    m_offline->session().start();
    auto* other = m_window->findChild<QPushButton*>(u"otherDevice"_s);
    QTRY_VERIFY(other->isVisible());
    other->click();
    QCOMPARE(m_offline->session().signInState(), State::SigningIn);
    auto* cancel = m_window->findChild<QPushButton*>(u"cancelSignIn"_s);
    QVERIFY(cancel->isVisible());
    cancel->click();
    QTRY_COMPARE(m_offline->session().signInState(), State::SignedOut);
    QVERIFY(other->isVisible());
    QVERIFY(!m_window->findChild<SignInPage*>()->findChild<QFrame*>(u"errorBox"_s)->isVisible());
}

void TestUiSignIn::pastedSecretsLeaveNothingBehind() {
    SignInPage page(*m_themes);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = State::SigningIn;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.platform = true;
    page.show(facts);
    auto* field = page.findChild<QLineEdit*>(u"addressField"_s);
    QTRY_VERIFY(field->isVisible());
    QCOMPARE(field->echoMode(), QLineEdit::Password);
    const QString address = u"https://app.example/auth/callback?access_token=secret"_s;
    QApplication::clipboard()->setText(address);
    QByteArray got;
    connect(&page, &SignInPage::addressPasted, this, [&got](const Secret& pasted) { got = pasted.reveal(); });
    field->paste();
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(QString::fromUtf8(got), address);
    QVERIFY(field->text().isEmpty());
    QVERIFY(QApplication::clipboard()->text().isEmpty());
    // What somebody else copied meanwhile is theirs.
    field->setText(address);
    QApplication::clipboard()->setText(u"a shopping list"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(QApplication::clipboard()->text(), u"a shopping list"_s);
}

QTEST_MAIN(TestUiSignIn)
#include "tst_ui_sign_in.moc"
