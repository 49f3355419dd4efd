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
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using State = session::AccountSession::SignInState;

namespace {

const Error lockedKeyring = makeError(ErrorKind::Locked, u"Your keyring is locked."_s, u"Unlock it."_s);

/// Those on show that say something.
QList<QFrame*> bannersAbout(const QWidget& window, const QString& words) {
    QList<QFrame*> found;
    for (QFrame* banner : window.findChildren<QFrame*>(QRegularExpression(u"^banner-"_s)))
        if (!banner->isHidden() && banner->accessibleName().contains(words))
            found << banner;
    return found;
}

QPushButton* buttonOf(const QWidget& banner, const QString& text) {
    for (QPushButton* button : banner.findChildren<QPushButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

} // namespace

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
    void pageSaysWhatThePolicyLeaves_data();
    void pageSaysWhatThePolicyLeaves();
    void ownServerIsEntered();
    void ownServerIsChanged();
    void platformPageTakesPasswords();
    void codeForAnotherDeviceIsShown();
    void longCodesAndAddressesAreShownWhole();
    void codeIsAskedForAndCancelled();
    void pastedSecretsLeaveNothingBehind();
    void signOutThatFailedIsSaidOnce();
    void unsavedSignInCanBeStoredLater();

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

void TestUiSignIn::pageSaysWhatThePolicyLeaves_data() {
    QTest::addColumn<QByteArray>("policy");
    QTest::addColumn<QString>("said"); // "%1" is the file
    const QString broken = u"The key \"support_mode\" in %1 cannot be used: it must be true or false."_s;
    QTest::newRow("broken") << QByteArray(R"({"schema":"apex/policy/1","locked":{"support_mode":"no"}})")
                            << broken;
    QTest::newRow("a key twice") << QByteArray(R"({"schema":"apex/policy/1","schema":"apex/policy/1"})")
                                 << u"The key \"schema\" is written twice in %1."_s;
    QTest::newRow("nothing is allowed")
        << QByteArray(R"({"schema":"apex/policy/1","only_these_environments":true})")
        << u"The administrator of this computer allows only environments of the policy %1, and none that "
           "can be used is in it."_s;
}

void TestUiSignIn::pageSaysWhatThePolicyLeaves() {
    QFETCH(QByteArray, policy);
    QFETCH(QString, said);
    const QTemporaryDir home;
    QFile file(home.filePath(u"policy.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(policy) == policy.size());
    file.close();
    const auto catalog =
        environment::ProfileCatalog::load(m_offline->paths().userProfiles(), file.fileName());
    ClientWindow window(catalog, *m_themes, m_offline->paths());
    window.show();
    // The environment of last time is not to be had either, and for the same reason.
    for (const Error& why : {Error{}, catalog.find(EnvironmentId(u"local"_s)).error()}) {
        window.ask(why);
        QStringList shown;
        for (const QLabel* label : window.findChildren<QLabel*>())
            if (label->isVisible())
                shown << label->text();
        QVERIFY2(shown.contains(said.arg(file.fileName())), qPrintable(shown.join(u'\n')));
        QCOMPARE(shown.count(said.arg(file.fileName())), 1);
        QVERIFY2(!shown.filter(u"administrator"_s).filter(u"Ask "_s).isEmpty(),
                 qPrintable(shown.join(u'\n')));
        QVERIFY(shown.filter(u"Add your own server"_s).isEmpty());
        QVERIFY(!window.findChild<QPushButton*>(u"addOwnServer"_s)->isVisible()); // it would be refused
    }
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
    window.ask({}); // whoever comes back chooses first
    QVERIFY(!form->isVisible() && window.findChild<QAbstractButton*>(u"profile-local"_s)->isVisible());
    window.findChild<QPushButton*>(u"addOwnServer"_s)->click();
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

void TestUiSignIn::ownServerIsChanged() {
    const QString folder = m_offline->paths().userProfiles();
    const environment::OwnServer mine{.name = u"Mine"_s,
                                      .address = u"https://chat.example.org"_s,
                                      .issuer = u"https://login.example.org"_s,
                                      .clientId = u"desk"_s,
                                      .caFile = {}};
    const auto added = environment::addOwnServer(mine, folder, QString());
    QVERIFY(added);
    ClientWindow window(environment::ProfileCatalog::load(folder, QString()), *m_themes, m_offline->paths());
    window.show();
    connect(&window, &ClientWindow::serverEditRequested, this,
            [&](const EnvironmentId& id) { window.editServer(id, *environment::ownServerOf(*added)); });
    EnvironmentId changedId;
    environment::OwnServer changed;
    connect(&window, &ClientWindow::serverChanged, this,
            [&](const EnvironmentId& id, const environment::OwnServer& server) {
                changedId = id;
                changed = server;
            });
    QSignalSpy entered(&window, &ClientWindow::serverEntered);
    QVERIFY(!window.findChild<QAbstractButton*>(u"edit-local"_s)); // what came with the program stays
    auto* edit = window.findChild<QAbstractButton*>(u"edit-mine"_s);
    QTest::keyClick(edit, Qt::Key_Space);
    auto* form = window.findChild<QWidget*>(u"ownServerForm"_s);
    QVERIFY(form->isVisible());
    COMPARE_NAMES(window);
    auto* name = window.findChild<QLineEdit*>(u"serverName"_s);
    auto* issuer = window.findChild<QLineEdit*>(u"serverIssuer"_s);
    const auto* note = window.findChild<QLabel*>(u"serverSignInNote"_s);
    QCOMPARE(name->text(), u"Mine"_s);
    QCOMPARE(window.findChild<QLineEdit*>(u"serverClient"_s)->text(), u"desk"_s);
    name->setText(u"Ours"_s);
    QVERIFY(!note->isVisible());
    issuer->setText(u"https://id.example.org"_s);
    QVERIFY(note->isVisible()); // before it is done, not after
    QTest::keyClick(issuer, Qt::Key_Return);
    QCOMPARE(entered.count(), 0);
    QCOMPARE(changedId, EnvironmentId(u"mine"_s));
    QCOMPARE(changed.name, u"Ours"_s);
    QCOMPARE(changed.issuer, u"https://id.example.org"_s);
    QCOMPARE(changed.address, mine.address);
    window.serverJudged(makeError(ErrorKind::Storage, u"The disk is full."_s));
    QVERIFY(form->isVisible() && form->findChild<QFrame*>(u"errorBox"_s)->isVisible());
    QTest::keyClick(name, Qt::Key_Escape);
    QVERIFY(!form->isVisible());
    QCOMPARE(window.focusWidget(), edit);
    // What was left half changed is not what the next new server begins with.
    window.findChild<QPushButton*>(u"addOwnServer"_s)->click();
    QVERIFY(name->text().isEmpty() && issuer->text().isEmpty() && !note->isVisible());
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
    auto* code = page.findChild<QTextEdit*>(u"deviceCode"_s);
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
    QCOMPARE(code->toPlainText(), u"WDJB-MJHT"_s);
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
    QVERIFY(!code->isVisible() && code->toPlainText().isEmpty());
    facts.ownPage = true; // a backend of this computer only
    page.show(facts);
    QVERIFY(!other->isVisible());
}

void TestUiSignIn::longCodesAndAddressesAreShownWhole() {
    SignInPage page(*m_themes);
    page.resize(480, 640);
    page.QWidget::show();
    SignInFacts facts;
    facts.state = State::SigningIn;
    facts.phase = auth::SignIn::Phase::WaitingForBrowser;
    facts.address = QUrl(u"https://login.accounts.example.org/realms/"_s + QString(90, u'r') +
                         u"/device/authorization?audience=chat"_s);
    facts.device = auth::DevicePrompt{.userCode = QString(64, u'W'),
                                      .address = facts.address,
                                      .addressWithCode = {},
                                      .expiresAt = SystemClock().wallNow() + 10min};
    for (const int width : {480, 900}) {
        page.resize(width, 640);
        page.show(facts);
        for (const QString& name : {u"deviceCode"_s, u"deviceAddress"_s}) {
            auto* field = page.findChild<QTextEdit*>(name);
            QVERIFY(field && field->isVisible());
            QTRY_VERIFY2(field->document()->size().height() <= field->viewport()->height(), qPrintable(name));
            QVERIFY2(field->document()->idealWidth() <= field->viewport()->width(), qPrintable(name));
            QVERIFY(field->height() < 300);
        }
    }
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

void TestUiSignIn::signOutThatFailedIsSaidOnce() {
    m_window->show();
    m_offline->signIn();
    QTRY_COMPARE(m_offline->session().signInState(), State::SignedIn);
    m_offline->store().trouble = lockedKeyring;
    m_offline->session().signOut();
    QTRY_COMPARE(m_offline->session().signInState(), State::StoreTrouble);
    const auto banners = bannersAbout(*m_window, u"keyring"_s);
    QCOMPARE(banners.size(), 1);
    QVERIFY2(banners.front()->accessibleName().startsWith(u"The sign-in could not be removed"),
             qPrintable(banners.front()->accessibleName()));
    // Reading the keychain again would sign in again, and the server has been told already.
    QVERIFY(!buttonOf(*banners.front(), u"Try again"_s));
    m_offline->store().trouble.reset();
    auto* again = buttonOf(*banners.front(), u"Sign out again"_s);
    QVERIFY(again);
    again->click();
    QTRY_COMPARE(m_offline->session().signInState(), State::SignedOut);
    QVERIFY(m_offline->session().signInError().happened.isEmpty());
    QVERIFY(bannersAbout(*m_window, u"keyring"_s).isEmpty());
}

void TestUiSignIn::unsavedSignInCanBeStoredLater() {
    m_window->show();
    m_offline->store().trouble = lockedKeyring;
    m_offline->signIn();
    QTRY_COMPARE(m_offline->session().signInState(), State::SignedIn);
    QVERIFY(m_offline->session().isSessionOnly());
    const auto banners = bannersAbout(*m_window, u"could not be stored"_s);
    QCOMPARE(banners.size(), 1);
    m_offline->store().trouble.reset();
    auto* again = buttonOf(*banners.front(), u"Try again"_s);
    QVERIFY(again);
    again->click();
    QTRY_VERIFY(!m_offline->session().isSessionOnly());
    QTRY_VERIFY(bannersAbout(*m_window, u"could not be stored"_s).isEmpty());
}

QTEST_MAIN(TestUiSignIn)
#include "tst_ui_sign_in.moc"
