// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "session/account_session.h"
#include "ui/theme/theme_provider.h"

#include <QUrl>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace apex::ui {

class ColourDot;
class DeviceCodeView;
class ErrorBox;
class PasswordForm;
class PasteField;

/// What the sign-in page says; taken from the session.
struct SignInFacts {
    session::AccountSession::SignInState state = session::AccountSession::SignInState::Unknown;
    auth::SignIn::Phase phase = auth::SignIn::Phase::Idle;
    Error error;        ///< why nobody is signed in; empty `happened`: nothing to say
    Error attemptError; ///< what went wrong in the newest try, also while one waits
    QUrl address;       ///< to copy while the browser is awaited
    QString environmentName;
    QString environmentColour;
    QString place;                            ///< host, or where it runs
    bool ownPage = false;                     ///< the page to sign in on is this program's own backend's
    bool platform = false;                    ///< the platform's sign-in: e-mail and password first
    std::optional<auth::PlatformOffer> offer; ///< what the platform's server offers, once it is known
    bool asking = false;                      ///< it is being asked
    Error offerError;                         ///< why it could not be asked
    std::optional<auth::DevicePrompt> device; ///< while one signs in by a code and it is known
    bool canGoBack = false;                   ///< a chat waits behind this page
};

/// Sign-in, in the ways the environment takes: what will happen, where the sign-in is kept, and every failure
/// in words with a way on.
class SignInPage final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit SignInPage(const ThemeProvider& themes, QWidget* parent = nullptr);

    void show(const SignInFacts& facts);
    using QWidget::show;
    /// Puts the focus on the first thing to do.
    void focusFirst();

Q_SIGNALS:
    /// Through the browser.
    void signInRequested();
    /// By a code on another device.
    void codeRequested();
    void cancelRequested();
    void passwordEntered(const QString& email, const apex::Secret& password);
    void developmentRequested();
    void askAgainRequested();
    /// The address on which the browser ended.
    void addressPasted(const apex::Secret& address);
    void tokenPasted(const apex::Secret& token);
    /// The keychain is in trouble: try it again, or keep tokens in memory until the program ends.
    void retryStoreRequested();
    void sessionOnlyRequested();
    void changeEnvironmentRequested();
    void backRequested();

private:
    void buildHead(QVBoxLayout* column);
    void buildWays(QVBoxLayout* column);
    void buildWaiting(QVBoxLayout* column);
    void buildFoot(QVBoxLayout* column);
    void connectButtons();
    void showWays();
    void showWaiting();
    void showCode();
    void showStoreTrouble();
    void showReady();
    [[nodiscard]] Error errorToShow() const;
    [[nodiscard]] bool isByCode() const;
    [[nodiscard]] bool awaitsBrowser() const;
    [[nodiscard]] QString phaseWords() const;
    [[nodiscard]] QString readyWords() const;
    [[nodiscard]] QString keptWhere() const;

    const ThemeProvider& m_themes;
    SignInFacts m_facts;
    bool m_tokenWanted = false;
    bool m_codeWanted = false; ///< the person asked for a code, until the attempt has ended
    QWidget* m_content = nullptr;
    ColourDot* m_dot = nullptr;
    QLabel* m_environment = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_explanation = nullptr;
    ErrorBox* m_error = nullptr;
    PasswordForm* m_password = nullptr;
    QPushButton* m_primary = nullptr;
    QPushButton* m_otherDevice = nullptr;
    QPushButton* m_development = nullptr;
    QLabel* m_developmentNote = nullptr;
    QPushButton* m_askAgain = nullptr;
    DeviceCodeView* m_code = nullptr;
    PasteField* m_address = nullptr;
    PasteField* m_token = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_sessionOnly = nullptr;
    QLabel* m_footnote = nullptr;
    QPushButton* m_useToken = nullptr;
    QPushButton* m_change = nullptr;
    QPushButton* m_back = nullptr;
};

} // namespace apex::ui
