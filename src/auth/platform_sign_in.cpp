// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/platform_sign_in.h"

#include "auth/loopback_listener.h"
#include "auth/pkce.h"
#include "auth/platform_sign_in_address.h"
#include "auth/token_response.h"
#include "base/logging.h"
#include "base/random.h"
#include "environment/tls.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <QUrlQuery>

namespace apex::auth {

namespace {

constexpr auto browserDeadline = std::chrono::minutes(10);
/// The client id of servers that honour the loopback redirect; the others ignore it.
const QString clientId = QStringLiteral("apex-desktop");

QUrl joined(const QUrl& base, const QString& path) {
    QUrl url = base;
    QString prefix = base.path();
    if (prefix.endsWith(u'/'))
        prefix.chop(1);
    url.setPath(prefix + path);
    return url;
}

} // namespace

struct PlatformSignIn::State {
    State(PlatformSignIn& signIn, environment::Profile environmentProfile,
          QNetworkAccessManager& networkAccess, BrowserOpener opener)
        : owner(signIn), profile(std::move(environmentProfile)), network(networkAccess),
          openBrowser(std::move(opener)) {
        timeout.setSingleShot(true);
        QObject::connect(&timeout, &QTimer::timeout, &owner, [this] { onTimeout(); });
    }

    void enter(Phase next) {
        phase = next;
        Q_EMIT owner.phaseChanged(next);
    }
    [[nodiscard]] bool isBusy() const {
        return phase == Phase::Discovering || phase == Phase::WaitingForBrowser ||
               phase == Phase::ExchangingCode;
    }

    void send(HttpRequest request, HttpCall::Done done);
    void logIn(const QString& path, const QJsonObject& body, bool development);
    void endBrowser();
    void openListener();
    void onAnswer();
    void onTimeout();
    void finish(Expected<TokenSet> answer);

    PlatformSignIn& owner;
    environment::Profile profile;
    QNetworkAccessManager& network;
    BrowserOpener openBrowser;
    SystemClock clock;
    QTimer timeout;

    std::optional<PlatformOffer> offer;
    Error offerError;
    bool asking = false;

    Phase phase = Phase::Idle;
    int attempt = 0; ///< answers of an earlier one are dropped
    std::unique_ptr<LoopbackListener> listener;
    Pkce pkce;
    Secret state;
    QUrl redirectUri;
    QUrl url;
    TokenSet tokens;
};

void PlatformSignIn::State::send(HttpRequest request, HttpCall::Done done) {
    auto tls = environment::tlsConfiguration(profile);
    if (!tls) {
        QMetaObject::invokeMethod(
            &owner, [done = std::move(done), error = tls.error()] { done(fail(error)); },
            Qt::QueuedConnection);
        return;
    }
    HttpCall::send(network, *tls, std::move(request), &owner, std::move(done));
}

void PlatformSignIn::State::logIn(const QString& path, const QJsonObject& body, bool development) {
    ++attempt;
    enter(Phase::ExchangingCode);
    HttpRequest request;
    request.url = joined(profile.issuer, path);
    request.contentType = QByteArrayLiteral("application/json");
    request.body = Secret(QJsonDocument(body).toJson(QJsonDocument::Compact));
    send(std::move(request), [this, development, begun = attempt](const Expected<HttpAnswer>& answer) {
        if (begun == attempt && isBusy())
            finish(answer ? readLoginAnswer(*answer, development, clock.wallNow())
                          : Expected<TokenSet>(fail(answer.error())));
    });
}

void PlatformSignIn::State::endBrowser() {
    timeout.stop();
    if (listener)
        listener.release()->deleteLater(); // this may be one of its slots
    pkce = {};
    state = {};
    url.clear();
}

/// A port of ours in the address costs nothing where the server ignores it.
void PlatformSignIn::State::openListener() {
    listener = std::make_unique<LoopbackListener>();
    QObject::connect(listener.get(), &LoopbackListener::answered, &owner, [this] { onAnswer(); });
    const auto redirect = listener->listen();
    state = Secret(randomToken(32));
    url = joined(profile.issuer, QStringLiteral("/auth/login"));
    QUrlQuery query{{QStringLiteral("provider"), QStringLiteral("google")},
                    {QStringLiteral("state"), QString::fromLatin1(state.reveal())}};
    if (redirect) {
        redirectUri = *redirect;
        pkce = Pkce::create();
        listener->expect(
            {.state = state.clone(), .issuer = profile.issuer.toString(), .issuerRequired = false});
        query.addQueryItem(QStringLiteral("client_id"), clientId);
        query.addQueryItem(QStringLiteral("redirect_uri"), redirectUri.toString(QUrl::FullyEncoded));
        query.addQueryItem(QStringLiteral("code_challenge"), QString::fromLatin1(pkce.challenge));
        query.addQueryItem(QStringLiteral("code_challenge_method"), QStringLiteral("S256"));
    } else {
        qCInfo(logAuth).noquote() << redirect.error().forSupport();
    }
    url.setQuery(query);
}

void PlatformSignIn::State::onAnswer() {
    if (phase != Phase::WaitingForBrowser)
        return;
    Judgement judgement = listener->takeJudgement();
    if (const auto* refusal = std::get_if<Refusal>(&judgement))
        return finish(fail(refusal->error));
    const auto* granted = std::get_if<Granted>(&judgement);
    if (!granted)
        return;
    if (!offer || offer->tokenEndpoint.isEmpty())
        return finish(
            fail(ErrorKind::Protocol,
                 PlatformSignIn::tr("The server sent a code, but does not say where to exchange it."),
                 PlatformSignIn::tr("Sign in with e-mail and password, or ask your administrator.")));
    QByteArray body = "grant_type=authorization_code&code=" + granted->code.reveal().toPercentEncoding() +
                      "&redirect_uri=" + redirectUri.toEncoded().toPercentEncoding() +
                      "&client_id=" + clientId.toUtf8() + "&code_verifier=" + pkce.verifier.reveal();
    HttpRequest request;
    request.url = offer->tokenEndpoint;
    request.contentType = QByteArrayLiteral("application/x-www-form-urlencoded");
    request.body = Secret(std::move(body));
    endBrowser();
    enter(Phase::ExchangingCode);
    send(std::move(request), [this, begun = attempt](const Expected<HttpAnswer>& answer) {
        if (begun == attempt && isBusy())
            finish(answer ? readTokenAnswer(*answer, TokenDialect::Platform, clock.wallNow())
                          : Expected<TokenSet>(fail(answer.error())));
    });
}

void PlatformSignIn::State::onTimeout() {
    finish(fail(ErrorKind::Timeout, PlatformSignIn::tr("The sign-in was not completed within 10 minutes."),
                PlatformSignIn::tr("Sign in again when you are ready.")));
}

void PlatformSignIn::State::finish(Expected<TokenSet> answer) {
    endBrowser();
    if (answer) {
        tokens = std::move(*answer);
        qCInfo(logAuth) << "signed in";
        enter(Phase::Done);
        Q_EMIT owner.succeeded();
    } else {
        enter(answer.error().kind == ErrorKind::Cancelled ? Phase::Cancelled : Phase::Failed);
        Q_EMIT owner.failed(answer.error());
    }
}

PlatformSignIn::PlatformSignIn(environment::Profile profile, QNetworkAccessManager& network,
                               BrowserOpener openBrowser, QObject* parent)
    : QObject(parent),
      m_state(std::make_unique<State>(*this, std::move(profile), network, std::move(openBrowser))) {}

PlatformSignIn::~PlatformSignIn() = default;

void PlatformSignIn::ask() {
    if (m_state->asking || m_state->offer)
        return;
    m_state->asking = true;
    m_state->offerError = {};
    HttpRequest request;
    request.url = joined(m_state->profile.issuer, QStringLiteral("/auth/config"));
    m_state->send(std::move(request), [this](const Expected<HttpAnswer>& answer) {
        m_state->asking = false;
        auto offer = answer ? readPlatformOffer(*answer, m_state->profile.issuer)
                            : Expected<PlatformOffer>(fail(answer.error()));
        if (offer)
            m_state->offer = std::move(*offer);
        else
            m_state->offerError = offer.error();
        Q_EMIT offerChanged();
    });
    Q_EMIT offerChanged();
}

const std::optional<PlatformOffer>& PlatformSignIn::offer() const {
    return m_state->offer;
}

const Error& PlatformSignIn::offerError() const {
    return m_state->offerError;
}

bool PlatformSignIn::isAsking() const {
    return m_state->asking;
}

void PlatformSignIn::start(const QString& email, const Secret& password) {
    if (m_state->isBusy())
        return;
    m_state->logIn(QStringLiteral("/auth/login"),
                   {{QStringLiteral("email"), email},
                    {QStringLiteral("password"), QString::fromUtf8(password.reveal())}},
                   false);
}

void PlatformSignIn::startDevelopment() {
    if (m_state->isBusy())
        return;
    if (m_state->offer && m_state->offer->development)
        return m_state->logIn(QStringLiteral("/auth/dev/login"), {}, true);
    const Error error =
        makeError(ErrorKind::Configuration, tr("This server does not offer the development sign-in."),
                  tr("Sign in with your own account."));
    QMetaObject::invokeMethod(
        this, [this, error] { m_state->finish(fail(error)); }, Qt::QueuedConnection);
}

void PlatformSignIn::startBrowser() {
    if (m_state->isBusy())
        return;
    ++m_state->attempt;
    m_state->openListener();
    m_state->timeout.start(browserDeadline);
    m_state->enter(Phase::WaitingForBrowser);
    if (m_state->phase == Phase::WaitingForBrowser && !m_state->openBrowser(m_state->url))
        Q_EMIT browserUnavailable(m_state->url);
}

Expected<void> PlatformSignIn::submitAddress(const Secret& pasted) {
    if (m_state->phase != Phase::WaitingForBrowser)
        return fail(ErrorKind::InvalidInput, tr("No sign-in is waiting for an address."),
                    tr("Sign in first."));
    AddressExpectation expected;
    expected.origins =
        m_state->offer ? m_state->offer->finalOrigins : QList<QUrl>{originOf(m_state->profile.issuer)};
    expected.state = m_state->state.clone();
    auto read = readPastedAddress(pasted, expected, m_state->clock.wallNow());
    if (!read)
        return fail(read.error());
    m_state->finish(std::move(*read));
    return {};
}

void PlatformSignIn::cancel() {
    if (m_state->isBusy())
        m_state->finish(fail(ErrorKind::Cancelled, tr("The sign-in was cancelled.")));
}

PlatformSignIn::Phase PlatformSignIn::phase() const {
    return m_state->phase;
}

bool PlatformSignIn::isBusy() const {
    return m_state->isBusy();
}

QUrl PlatformSignIn::browserUrl() const {
    return m_state->url;
}

TokenSet PlatformSignIn::takeTokens() {
    return std::exchange(m_state->tokens, {});
}

Expected<TokenSet> readLoginAnswer(const HttpAnswer& answer, bool development, WallTime now) {
    using Words = PlatformSignIn;
    const QString details = QStringLiteral("HTTP %1").arg(answer.status);
    switch (answer.status) {
    case 200:
        return readTokenAnswer(answer, TokenDialect::Platform, now);
    case 401:
        if (!development)
            return fail(ErrorKind::Authentication,
                        Words::tr("The e-mail address or the password is not right."),
                        Words::tr("Check both and try again."), details);
        [[fallthrough]];
    case 403:
        return fail(ErrorKind::Denied,
                    development ? Words::tr("The server does not allow the development sign-in.")
                                : Words::tr("This account may not sign in here."),
                    Words::tr("Ask your administrator."), details);
    case 404:
    case 405:
        return fail(ErrorKind::Configuration, Words::tr("This server does not offer this way to sign in."),
                    Words::tr("Choose another way, or ask your administrator."), details);
    case 422:
        return fail(ErrorKind::InvalidInput, Words::tr("The server cannot read this e-mail address."),
                    Words::tr("Check how it is written and try again."), details);
    case 429:
        return fail(ErrorKind::Unavailable, Words::tr("There were too many tries in a short time."),
                    Words::tr("Wait a minute, then try again. Nothing is tried by itself."), details);
    default:
        return fail(ErrorKind::Unavailable, Words::tr("The sign-in server has a problem at the moment."),
                    Words::tr("Try again in a few minutes."), details);
    }
}

} // namespace apex::auth
