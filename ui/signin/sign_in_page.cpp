// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/sign_in_page.h"

#include "ui/signin/centred_column.h"
#include "ui/signin/colour_dot.h"
#include "ui/signin/device_code_view.h"
#include "ui/signin/password_form.h"
#include "ui/signin/paste_field.h"
#include "ui/theme/error_box.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;
using SignInState = session::AccountSession::SignInState;
using Phase = auth::SignIn::Phase;

SignInPage::SignInPage(const ThemeProvider& themes, QWidget* parent) : QWidget(parent), m_themes(themes) {
    setObjectName(u"signInPage"_s);
    setAccessibleName(tr("Sign in"));
    m_content = addCentredColumn(this);
    auto* column = layOutColumn(m_content);
    column->addStretch(1);
    buildHead(column);
    buildWays(column);
    buildWaiting(column);
    buildFoot(column);
    column->addStretch(2);
    connectButtons();
    show(m_facts);
}

void SignInPage::buildHead(QVBoxLayout* column) {
    m_dot = new ColourDot(m_themes, m_content);
    m_environment = new QLabel(m_content);
    m_environment->setObjectName(u"environmentName"_s);
    m_title = new QLabel(m_content);
    m_title->setProperty("role", u"title"_s);
    m_explanation = new QLabel(m_content);
    m_explanation->setProperty("role", u"muted"_s);
    m_error = new ErrorBox(m_themes, m_content);
    for (QLabel* label : {m_environment, m_title, m_explanation}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    auto* place = new QHBoxLayout;
    place->setSpacing(spacing::s);
    place->addWidget(m_dot);
    place->addWidget(m_environment, 1);
    column->addWidget(makeProgramIcon(m_content));
    column->addSpacing(spacing::m);
    column->addWidget(m_title);
    column->addLayout(place);
    column->addSpacing(spacing::s);
    column->addWidget(m_explanation);
    column->addSpacing(spacing::s);
    column->addWidget(m_error);
    column->addSpacing(spacing::s);
}

void SignInPage::buildWays(QVBoxLayout* column) {
    m_password = new PasswordForm(m_content);
    m_primary = new QPushButton(m_content);
    m_primary->setObjectName(u"signIn"_s);
    m_primary->setProperty("size", u"large"_s);
    m_otherDevice = new QPushButton(tr("Sign in on another device"), m_content);
    m_otherDevice->setObjectName(u"otherDevice"_s);
    m_otherDevice->setProperty("role", u"quiet"_s);
    m_otherDevice->setProperty("size", u"large"_s);
    m_development = new QPushButton(tr("Use the development sign-in"), m_content);
    m_development->setObjectName(u"developmentSignIn"_s);
    m_development->setProperty("size", u"large"_s);
    m_developmentNote =
        new QLabel(tr("This is a development server: it signs anybody in as its one test user."), m_content);
    m_developmentNote->setProperty("role", u"caption"_s);
    m_developmentNote->setWordWrap(true);
    m_askAgain = new QPushButton(tr("Ask the server again"), m_content);
    m_askAgain->setObjectName(u"askAgain"_s);
    m_sessionOnly = new QPushButton(tr("Sign in for this session only"), m_content);
    m_sessionOnly->setObjectName(u"sessionOnly"_s);
    m_token = new PasteField(u"token"_s, tr("Access token, for support"), tr("Use it"), m_content);
    for (QWidget* way :
         std::initializer_list<QWidget*>{m_password, m_primary, m_otherDevice, m_development,
                                         m_developmentNote, m_askAgain, m_sessionOnly, m_token})
        column->addWidget(way);
}

void SignInPage::buildWaiting(QVBoxLayout* column) {
    m_code = new DeviceCodeView(m_content);
    m_address = new PasteField(
        u"address"_s,
        tr("When the last page shows, copy its address from the browser's address line and paste it here:"),
        tr("Finish"), m_content);
    m_copy = new QPushButton(tr("Copy address"), m_content);
    m_copy->setObjectName(u"copyAddress"_s);
    m_cancel = new QPushButton(tr("Cancel"), m_content);
    m_cancel->setObjectName(u"cancelSignIn"_s);
    column->addWidget(m_code);
    column->addWidget(m_address);
    auto* row = new QHBoxLayout;
    row->addWidget(m_copy);
    row->addWidget(m_cancel);
    column->addLayout(row);
}

void SignInPage::buildFoot(QVBoxLayout* column) {
    m_footnote = new QLabel(m_content);
    m_footnote->setProperty("role", u"caption"_s);
    m_footnote->setWordWrap(true);
    m_useToken = new QPushButton(tr("Paste an access token"), m_content);
    m_useToken->setObjectName(u"useToken"_s);
    m_change = new QPushButton(tr("Use another environment"), m_content);
    m_change->setObjectName(u"changeEnvironment"_s);
    m_back = new QPushButton(tr("Back to the chat"), m_content);
    m_back->setObjectName(u"backToChat"_s);
    column->addSpacing(spacing::s);
    column->addWidget(m_footnote);
    column->addSpacing(spacing::s);
    for (QPushButton* link : {m_back, m_useToken, m_change})
        addLink(column, link);
}

void SignInPage::connectButtons() {
    connect(m_primary, &QPushButton::clicked, this, [this] {
        if (m_facts.state == SignInState::StoreTrouble)
            Q_EMIT retryStoreRequested();
        else
            Q_EMIT signInRequested();
    });
    connect(m_otherDevice, &QPushButton::clicked, this, [this] {
        m_codeWanted = true;
        Q_EMIT codeRequested();
    });
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_facts.address.toString(QUrl::FullyEncoded)); });
    connect(m_useToken, &QPushButton::clicked, this, [this] {
        m_tokenWanted = !m_tokenWanted;
        showWays();
        if (m_tokenWanted)
            m_token->focusField();
    });
    connect(m_password, &PasswordForm::submitted, this, &SignInPage::passwordEntered);
    connect(m_development, &QPushButton::clicked, this, &SignInPage::developmentRequested);
    connect(m_askAgain, &QPushButton::clicked, this, &SignInPage::askAgainRequested);
    connect(m_address, &PasteField::submitted, this, &SignInPage::addressPasted);
    connect(m_token, &PasteField::submitted, this, &SignInPage::tokenPasted);
    connect(m_cancel, &QPushButton::clicked, this, &SignInPage::cancelRequested);
    connect(m_sessionOnly, &QPushButton::clicked, this, &SignInPage::sessionOnlyRequested);
    connect(m_change, &QPushButton::clicked, this, &SignInPage::changeEnvironmentRequested);
    connect(m_back, &QPushButton::clicked, this, &SignInPage::backRequested);
}

void SignInPage::show(const SignInFacts& facts) {
    // The code has come: it is what the person reads next.
    const bool newState = facts.state != m_facts.state || (facts.device && !m_facts.device) ||
                          (m_facts.address.isEmpty() && !facts.address.isEmpty());
    m_facts = facts;
    m_codeWanted = m_codeWanted && facts.state == SignInState::SigningIn;
    m_code->setPrompt(facts.device);
    m_dot->setColour(QColor(facts.environmentColour));
    // The backend of this computer says where it is by its name.
    const bool named = facts.place.isEmpty() || facts.ownPage;
    m_environment->setText(named ? facts.environmentName : facts.environmentName + u" · "_s + facts.place);
    m_error->setError(errorToShow());
    if (isByCode())
        showCode();
    else if (facts.state == SignInState::SigningIn)
        showWaiting();
    else if (facts.state == SignInState::StoreTrouble)
        showStoreTrouble();
    else
        showReady();
    showWays();
    if (newState && isVisible())
        focusFirst();
}

void SignInPage::focusFirst() {
    if (isByCode())
        m_facts.device ? m_code->focusCode() : m_cancel->setFocus();
    else if (m_facts.state == SignInState::SigningIn)
        awaitsBrowser() && m_copy->isVisible() ? m_copy->setFocus() : m_cancel->setFocus();
    else if (!m_password->isHidden())
        m_password->focusNext();
    else
        m_primary->setFocus();
}

/// A person who pressed Cancel knows it; only what they did not cause is reported.
Error SignInPage::errorToShow() const {
    const bool waiting = m_facts.state == SignInState::SigningIn;
    for (const Error& error :
         {m_facts.attemptError, waiting ? Error{} : m_facts.error, waiting ? Error{} : m_facts.offerError})
        if (!error.happened.isEmpty() && error.kind != ErrorKind::Cancelled)
            return error;
    return {};
}

bool SignInPage::isByCode() const {
    return m_facts.state == SignInState::SigningIn && (m_codeWanted || m_facts.device);
}

bool SignInPage::awaitsBrowser() const {
    return !isByCode() && m_facts.state == SignInState::SigningIn &&
           m_facts.phase == Phase::WaitingForBrowser;
}

/// Which ways are offered in which state.
void SignInPage::showWays() {
    const bool waiting = m_facts.state == SignInState::SigningIn;
    const bool trouble = m_facts.state == SignInState::StoreTrouble;
    const bool ready = !waiting && m_facts.state != SignInState::Unknown;
    const bool platform = m_facts.platform && !trouble;
    const bool password = platform && !awaitsBrowser() && m_facts.state != SignInState::Unknown;
    const bool browser = !platform || (m_facts.offer && m_facts.offer->browser);
    const bool development = ready && platform && m_facts.offer && m_facts.offer->development;
    m_password->setVisible(password && !(m_tokenWanted && ready));
    m_password->setBusy(waiting);
    m_primary->setVisible(ready && browser);
    // The backend of this computer is not reached from another device.
    m_otherDevice->setVisible(ready && !trouble && !m_facts.platform && !m_facts.ownPage);
    m_code->setVisible(m_facts.device.has_value() && isByCode());
    // One primary button a page.
    const QString role = platform ? QString() : u"primary"_s;
    if (m_primary->property("role").toString() != role) {
        m_primary->setProperty("role", role);
        m_primary->style()->unpolish(m_primary); // the look follows the property
        m_primary->style()->polish(m_primary);
    }
    m_development->setVisible(development);
    m_developmentNote->setVisible(development);
    m_askAgain->setVisible(ready && platform && !m_facts.asking && !m_facts.offerError.happened.isEmpty());
    m_token->setVisible(ready && !trouble && m_tokenWanted);
    m_useToken->setVisible(ready && !trouble);
    m_useToken->setText(m_tokenWanted ? tr("Do not use an access token") : tr("Paste an access token"));
    m_address->setVisible(awaitsBrowser() && m_facts.platform);
    m_copy->setVisible(waiting && !isByCode() && !m_facts.address.isEmpty());
    m_cancel->setVisible(waiting);
    m_sessionOnly->setVisible(trouble);
    m_change->setVisible(!waiting);
    m_back->setVisible(m_facts.canGoBack && !waiting);
}

void SignInPage::showWaiting() {
    const bool browser = awaitsBrowser() || !m_facts.platform;
    m_title->setText(browser ? tr("Continue in your browser") : tr("Signing in"));
    m_explanation->setText(phaseWords());
    m_footnote->setText(
        m_facts.platform
            ? tr("The address holds your sign-in: do not show it to anybody. It is checked here, is not "
                 "kept, "
                 "and is taken off the clipboard.")
            : tr("If no page opened, copy the address and open it yourself in a browser on this computer."));
    m_footnote->setVisible(awaitsBrowser());
}

void SignInPage::showCode() {
    m_title->setText(tr("Sign in on another device"));
    m_explanation->setText(m_facts.device
                               ? tr("Use any device with a browser. This window goes on by itself as soon as "
                                    "you are signed in there.")
                               : tr("Asking the server for a code."));
    m_footnote->setText(tr("Tell the code to nobody: whoever types it in decides who is signed in here."));
    m_footnote->setVisible(m_facts.device.has_value());
}

void SignInPage::showStoreTrouble() {
    m_title->setText(tr("Your keychain needs attention"));
    m_explanation->setText(
        tr("A sign-in may be stored there, but it cannot be read right now. It has not been deleted."));
    m_primary->setText(tr("Try again"));
    m_footnote->setText(
        tr("For this session only: the sign-in stays in memory and is gone when the program ends. "
           "What the keychain holds is left untouched."));
    m_footnote->setVisible(true);
}

void SignInPage::showReady() {
    if (m_facts.state == SignInState::Unknown) {
        m_title->setText(tr("One moment"));
        m_explanation->setText(
            tr("Looking for a stored sign-in in your keychain. If it asks, it is because of this."));
        m_footnote->setVisible(false);
        return;
    }
    const bool again = m_facts.state == SignInState::NeedsSignIn;
    m_title->setText(again ? tr("Sign in again") : tr("Sign in"));
    m_explanation->setText(
        again ? tr("Your sign-in has ended. Chats and drafts are kept; you continue where you were.")
              : readyWords());
    m_primary->setText(tr("Sign in with your browser"));
    m_footnote->setText(keptWhere());
    m_footnote->setVisible(true);
}

QString SignInPage::readyWords() const {
    if (m_facts.platform && m_facts.asking)
        return tr("Asking the server which ways to sign in it offers.");
    if (m_facts.platform)
        return tr("With your account at this server.");
    return m_facts.ownPage ? tr("Your browser opens a page that this program serves on this computer only. "
                                "Choose a name there, and you are brought back here.")
                           : tr("Your browser opens the sign-in page of this environment. When you are done "
                                "there, you are brought back here.");
}

QString SignInPage::phaseWords() const {
    switch (m_facts.phase) {
    case Phase::Idle:
    case Phase::Discovering:
        return tr("Asking the server where to sign in.");
    case Phase::WaitingForBrowser:
        return m_facts.platform
                   ? tr("Sign in on the page that has opened. This server cannot bring you back here by "
                        "itself, so one step is left to you.")
                   : tr("Waiting for you to finish signing in there.");
    case Phase::ExchangingCode:
        return m_facts.platform ? tr("The server is looking at your sign-in.")
                                : tr("The browser is done. Finishing the sign-in with the server.");
    case Phase::Done:
        return tr("Signed in.");
    case Phase::Failed:
    case Phase::Cancelled:
        return tr("The sign-in has ended.");
    }
    return {};
}

QString SignInPage::keptWhere() const {
    QString kept = tr("The sign-in is kept in the keychain of your system, for this environment only, "
                      "and goes when you sign out. If your system asks whether it may be stored, "
                      "it is because of this.");
    if (m_facts.ownPage)
        return kept;
    const QString password = m_facts.platform
                                 ? tr("Your password is sent to the server once and kept nowhere.")
                                 : tr("This program never sees your password.");
    return password + u' ' + kept;
}

} // namespace apex::ui
