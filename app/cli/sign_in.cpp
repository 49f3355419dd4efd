// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/environment_host.h"
#include "cli/interruption.h"
#include "cli/secret_input.h"

#include <QCoreApplication>
#include <QFile>

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;
using State = session::AccountSession::SignInState;

const QString schema = u"apex/sign-in/1"_s;

struct Options {
    bool json = false;
    bool noBrowser = false;
    bool tokenFromStdin = false;
    bool device = false;
    bool development = false;
    QString email;
};

/// Drives one sign-in of a session to its end and leaves the event loop with an ExitCode.
class SignInRun final : public QObject {
public:
    SignInRun(session::AccountSession& session, QNetworkAccessManager& network, Options options)
        : m_session(session), m_options(options), m_rest(session.profile(), {}, network) {
        connect(&m_interruption, &Interruption::interrupted, this, [this] { interrupted(); });
        connect(&session, &session::AccountSession::signInStateChanged, this, &SignInRun::look);
        connect(&session, &session::AccountSession::notice, this, [](const QString& key, const Error& error) {
            // What became of the credentials is said at the end.
            if (!error.happened.isEmpty() && key != u"credentials"_s)
                complain(error);
        });
    }

    void begin() {
        if (m_options.device)
            return m_session.signInByCode();
        if ((!m_options.email.isEmpty() || m_options.development) && !isOfPlatform())
            return end(
                giveUp(makeError(ErrorKind::Configuration, u"This environment does not take passwords."_s,
                                 u"Sign in with the browser or by --device."_s),
                       m_options.json, schema));
        if (!m_options.email.isEmpty())
            return m_session.signInWithPassword(m_options.email, readSecretLine(u"Password: "_s));
        if (m_options.development)
            return m_session.askSignInOffer(); // look() follows
        if (!m_options.tokenFromStdin)
            return m_session.signIn();
        QFile input;
        QByteArray token;
        if (input.open(stdin, QIODevice::ReadOnly))
            token = input.readLine(1024 * 1024).trimmed();
        if (token.isEmpty())
            return end(giveUp(makeError(ErrorKind::InvalidInput, u"No token came on standard input."_s,
                                        u"Pipe the access token in, on one line."_s),
                              m_options.json, schema));
        // Looked at by the server before it may replace a sign-in that works.
        auto pasted = std::make_shared<Secret>(std::move(token));
        m_rest.probe(pasted->clone(), this, [this, pasted](const connection::ProbeAnswer& answer) {
            if (answer.verdict == connection::ProbeAnswer::Verdict::Accepted)
                return m_session.adoptPastedToken(std::move(*pasted));
            Error error = wrapError(answer.error.kind,
                                    answer.verdict == connection::ProbeAnswer::Verdict::Unauthorized
                                        ? u"The server does not accept this token."_s
                                        : u"The server could not be asked whether it accepts this token."_s,
                                    answer.error, answer.error.action);
            error.kept = u"The token was not kept; an earlier sign-in stays as it was."_s;
            end(giveUp(error, m_options.json, schema));
        });
    }

private:
    void interrupted() {
        if (m_session.signInState() == State::SigningIn)
            return m_session.cancelSignIn(); // look() follows
        end(giveUp(makeError(ErrorKind::Cancelled, u"The sign-in was cancelled."_s), m_options.json, schema));
    }

    void look() {
        if (m_over)
            return;
        const auto state = m_session.signInState();
        if (state == State::SigningIn && !m_urlShown && m_session.devicePrompt())
            return showCode(*m_session.devicePrompt());
        if (state == State::SigningIn && !m_urlShown && !m_session.signInUrl().isEmpty())
            return showUrl();
        if (state == State::SignedIn)
            return succeed();
        if (m_options.development && !m_begun && !m_session.isAskingSignInOffer())
            return beginDevelopment();
        if (state == State::SigningIn && isOfPlatform() && !m_session.signInAttemptError().happened.isEmpty())
            return askAddressAgain();
        if (state == State::StoreTrouble || ((state == State::SignedOut || state == State::NeedsSignIn) &&
                                             !m_session.signInError().happened.isEmpty()))
            end(giveUp(m_session.signInError(), m_options.json, schema));
    }

    [[nodiscard]] bool isOfPlatform() const {
        return m_session.profile().signIn == environment::SignInKind::Platform;
    }

    void beginDevelopment() {
        m_begun = true;
        if (m_session.signInOffer())
            return m_session.signInForDevelopment();
        end(giveUp(m_session.signInOfferError(), m_options.json, schema));
    }

    /// The platform's browser sign-in ends on a page of its own (protocol.md 2.2).
    void askAddress() {
        readSecretLineLater(
            u"When the last page shows, copy its address and paste it here (it is not shown): "_s, this,
            [this](const Secret& address) {
                m_complained.clear();
                if (!m_over && !address.isEmpty())
                    m_session.submitSignInAddress(address);
            });
    }

    void askAddressAgain() {
        const Error error = m_session.signInAttemptError();
        if (error.happened == m_complained)
            return;
        m_complained = error.happened;
        complain(error);
        askAddress();
    }

    void say(const QString& line) const { m_options.json ? complain(line) : printLine(line); }

    void showCode(const auth::DevicePrompt& prompt) {
        m_urlShown = true;
        say(u"Open this address in a browser on any device:"_s);
        say(QString::fromUtf8(prompt.address.toEncoded()));
        say(u"and type in this code:"_s);
        say(prompt.userCode);
        if (!prompt.addressWithCode.isEmpty()) {
            say(u"Or open this one, where the code is filled in; check that it is the same:"_s);
            say(QString::fromUtf8(prompt.addressWithCode.toEncoded()));
        }
        const auto left = std::chrono::ceil<std::chrono::minutes>(prompt.expiresAt - SystemClock().wallNow());
        say(u"Waiting for the sign-in (at most %1 min; Ctrl-C cancels)."_s.arg(left.count()));
    }

    void showUrl() {
        m_urlShown = true;
        say(m_options.noBrowser
                ? u"Open this address in a browser to sign in:"_s
                : u"Your browser was asked to open this address; if it did not, open it yourself:"_s);
        say(QString::fromUtf8(m_session.signInUrl().toEncoded()));
        say(u"Waiting for the sign-in (at most %1 minutes; Ctrl-C cancels)."_s.arg(isOfPlatform() ? 10 : 5));
        if (isOfPlatform())
            askAddress();
    }

    void succeed() {
        const auto& claims = m_session.claims();
        const QString name = claims ? (claims->name.isEmpty() ? claims->email : claims->name) : QString();
        const bool stored = !m_session.isSessionOnly();
        if (m_options.json)
            printJson({{u"schema"_s, schema},
                       {u"environment"_s, m_session.profile().id.toString()},
                       {u"account"_s, claims ? claims->user.toString() : QString()},
                       {u"name"_s, name},
                       {u"stored"_s, stored}});
        const QString who = name.isEmpty() ? u"an account without a name"_s : name;
        if (stored && !m_options.json)
            printLine(u"Signed in to %1 as %2. The credentials are in the keychain."_s.arg(
                m_session.profile().name, who));
        if (!stored)
            complain(
                u"apex: You were signed in to %1 as %2, but the credentials could not be stored in the "
                u"keychain, so the sign-in ends with this command. Unlock the keychain and sign in again."_s
                    .arg(m_session.profile().name, who));
        end(stored ? AsAsked : FellShort);
    }

    void end(int code) {
        m_over = true;
        disconnect(&m_session, nullptr, this, nullptr);
        QCoreApplication::exit(code);
    }

    session::AccountSession& m_session;
    Options m_options;
    connection::RestClient m_rest;
    Interruption m_interruption;
    bool m_urlShown = false;
    bool m_over = false;
    bool m_begun = false; ///< the development sign-in was asked for
    QString m_complained; ///< what was last said of a pasted address
};

} // namespace

int signIn(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Signs in through the system browser and keeps the credentials in the keychain."_s);
    const QCommandLineOption environment(u"environment"_s, u"Environment to sign in to (required)."_s,
                                         u"NAME"_s);
    const QCommandLineOption noBrowser(u"no-browser"_s, u"Only print the address."_s);
    const QCommandLineOption device(
        u"device"_s, u"Sign in with a code in a browser on any device, for computers without one."_s);
    const QCommandLineOption email(
        u"email"_s, u"Sign in with this address and a password read from standard input (platform only)."_s,
        u"ADDRESS"_s);
    const QCommandLineOption development(
        u"development"_s,
        u"Sign in as the test user, where a development server offers it (platform only)."_s);
    const QCommandLineOption token(u"token-stdin"_s,
                                   u"Store an access token read from standard input instead."_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/sign-in/1."_s);
    parser.addOptions({environment, noBrowser, device, email, development, token, json});
    if (const auto code = parse(parser, arguments))
        return *code;
    if (!parser.isSet(environment))
        return refuse(arguments, u"--environment NAME is required; there is no default environment."_s);
    const int ways = int(parser.isSet(device)) + int(parser.isSet(token)) + int(parser.isSet(email)) +
                     int(parser.isSet(development));
    if (ways > 1)
        return refuse(arguments,
                      u"--device, --email, --development and --token-stdin are different ways to sign "
                      "in; choose one."_s);
    const Options options{parser.isSet(json),   parser.isSet(noBrowser),   parser.isSet(token),
                          parser.isSet(device), parser.isSet(development), parser.value(email)};

    EnvironmentHost host;
    std::unique_ptr<SignInRun> run;
    const auto open = options.noBrowser ? auth::BrowserOpener([](const QUrl&) { return true; })
                                        : auth::BrowserOpener(&openInBrowser);
    QMetaObject::invokeMethod(
        &host,
        [&] {
            host.open(EnvironmentId(parser.value(environment)), open,
                      [&](Expected<session::AccountSession*> session) {
                          if (!session)
                              return QCoreApplication::exit(giveUp(session.error(), options.json, schema));
                          run = std::make_unique<SignInRun>(**session, host.network(), options);
                          run->begin();
                      });
        },
        Qt::QueuedConnection);
    const int code = QCoreApplication::exec();
    run.reset();
    return code;
}

} // namespace apex::cli
