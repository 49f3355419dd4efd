// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/sign_in.h"

#include "auth/auth_server.h"
#include "auth/loopback_listener.h"
#include "auth/pkce.h"
#include "base/logging.h"
#include "base/random.h"

#include <QTimer>

namespace apex::auth {

namespace {

constexpr auto deadline = std::chrono::minutes(5);

QByteArray encodedPair(const char* name, const QByteArray& value) {
    return QByteArray(name) + '=' + value.toPercentEncoding();
}

/// Strict servers give a refresh token only to those who show the consent page (OpenID Connect Core 11).
QByteArray promptOf(const environment::Profile& profile) {
    if (!profile.prompt.isEmpty())
        return profile.prompt == QStringLiteral("default") ? QByteArray() : profile.prompt.toUtf8();
    const bool offline = profile.scopes.contains(QStringLiteral("openid")) &&
                         profile.scopes.contains(QStringLiteral("offline_access"));
    return offline ? QByteArrayLiteral("consent") : QByteArray();
}

} // namespace

struct SignIn::State {
    State(SignIn& signIn, environment::Profile environmentProfile, QNetworkAccessManager& network,
          BrowserOpener opener)
        : owner(signIn), profile(std::move(environmentProfile)), openBrowser(std::move(opener)),
          server(profile, network, clock) {
        timeout.setSingleShot(true);
        QObject::connect(&timeout, &QTimer::timeout, &owner, [this] { onTimeout(); });
        QObject::connect(&listener, &LoopbackListener::answered, &owner, [this] { onAnswer(); });
    }

    void enter(Phase next) {
        phase = next;
        Q_EMIT owner.phaseChanged(next);
    }

    [[nodiscard]] bool isOver() const {
        return phase == Phase::Done || phase == Phase::Failed || phase == Phase::Cancelled;
    }

    void giveUp(Phase end, const Error& error) {
        if (isOver())
            return;
        timeout.stop();
        listener.close();
        pkce = {};
        nonce.clear();
        enter(end);
        Q_EMIT owner.failed(error);
    }

    void onMetadata(const Expected<AuthorizationMetadata>& metadata);
    void onTimeout();
    void onAnswer();
    void onTokens(Expected<TokenSet> answer);
    [[nodiscard]] QUrl buildUrl(const QUrl& endpoint, const QByteArray& state) const;

    SignIn& owner;
    environment::Profile profile;
    BrowserOpener openBrowser;
    SystemClock clock;
    AuthServer server;
    LoopbackListener listener;
    QTimer timeout;
    Pkce pkce;
    QByteArray nonce; ///< empty: no ID token was asked for
    QUrl redirectUri;
    QUrl url;
    TokenSet tokens;
    Phase phase = Phase::Idle;
};

QUrl SignIn::State::buildUrl(const QUrl& endpoint, const QByteArray& state) const {
    QList<QByteArray> pairs{encodedPair("response_type", "code"),
                            encodedPair("client_id", profile.clientId.toUtf8()),
                            encodedPair("redirect_uri", redirectUri.toEncoded()),
                            encodedPair("state", state),
                            encodedPair("code_challenge", pkce.challenge),
                            encodedPair("code_challenge_method", "S256")};
    if (!profile.scopes.isEmpty())
        pairs.append(encodedPair("scope", profile.scopes.join(u' ').toUtf8()));
    if (!profile.resource.isEmpty())
        pairs.append(encodedPair("resource", profile.resource.toUtf8()));
    if (!profile.audience.isEmpty())
        pairs.append(encodedPair("audience", profile.audience.toUtf8()));
    if (const QByteArray prompt = promptOf(profile); !prompt.isEmpty())
        pairs.append(encodedPair("prompt", prompt));
    if (!nonce.isEmpty())
        pairs.append(encodedPair("nonce", nonce));
    QUrl complete = endpoint;
    const QByteArray own = endpoint.query(QUrl::FullyEncoded).toUtf8();
    if (!own.isEmpty())
        pairs.prepend(own);
    complete.setQuery(QString::fromUtf8(pairs.join('&')), QUrl::StrictMode);
    return complete;
}

void SignIn::State::onMetadata(const Expected<AuthorizationMetadata>& metadata) {
    if (isOver())
        return;
    if (!metadata) {
        giveUp(Phase::Failed, metadata.error());
        return;
    }
    const auto redirect = listener.listen();
    if (!redirect) {
        giveUp(Phase::Failed, redirect.error());
        return;
    }
    redirectUri = *redirect;
    pkce = Pkce::create();
    if (profile.scopes.contains(QStringLiteral("openid")))
        nonce = randomToken(32);
    Secret state(randomToken(32));
    url = buildUrl(metadata->authorizationEndpoint, state.reveal());
    listener.expect(
        {.state = std::move(state), .issuer = metadata->issuer, .issuerRequired = metadata->namesItself});
    enter(Phase::WaitingForBrowser);
    // A failing browser does not end the wait: the person can open the address elsewhere on this computer.
    if (!isOver() && !openBrowser(url))
        Q_EMIT owner.browserUnavailable(url);
}

void SignIn::State::onTimeout() {
    giveUp(Phase::Failed, makeError(ErrorKind::Timeout, tr("The sign-in was not completed within 5 minutes."),
                                    tr("Sign in again when you are ready.")));
}

void SignIn::State::onAnswer() {
    if (isOver())
        return;
    Judgement judgement = listener.takeJudgement();
    if (const auto* refusal = std::get_if<Refusal>(&judgement)) {
        giveUp(Phase::Failed, refusal->error);
        return;
    }
    const auto* granted = std::get_if<Granted>(&judgement);
    if (!granted)
        return;
    url.clear();
    enter(Phase::ExchangingCode);
    if (isOver())
        return;
    server.exchangeCode(granted->code, pkce.verifier, redirectUri, nonce,
                        [this](Expected<TokenSet> answer) { onTokens(std::move(answer)); });
}

void SignIn::State::onTokens(Expected<TokenSet> answer) {
    if (isOver())
        return;
    if (!answer) {
        giveUp(Phase::Failed, answer.error());
        return;
    }
    timeout.stop();
    pkce = {};
    tokens = std::move(*answer);
    // RFC 6749 5.1: no scope in the answer means that all that were asked for are granted.
    if (tokens.scopes.isEmpty())
        tokens.scopes = profile.scopes;
    enter(Phase::Done);
    qCInfo(logAuth) << "signed in";
    Q_EMIT owner.succeeded();
}

SignIn::SignIn(environment::Profile profile, QNetworkAccessManager& network, BrowserOpener openBrowser,
               QObject* parent)
    : QObject(parent),
      m_state(std::make_unique<State>(*this, std::move(profile), network, std::move(openBrowser))) {}

SignIn::~SignIn() = default;

void SignIn::start() {
    if (m_state->phase != Phase::Idle)
        return;
    m_state->timeout.start(deadline);
    m_state->enter(Phase::Discovering);
    if (m_state->profile.signIn != environment::SignInKind::OAuth) {
        m_state->giveUp(Phase::Failed,
                        makeError(ErrorKind::Configuration,
                                  tr("The environment \"%1\" cannot be signed in to through the browser.")
                                      .arg(m_state->profile.name),
                                  tr("Sign in with e-mail and password, or with an access token."),
                                  QStringLiteral("sign_in: platform")));
        return;
    }
    m_state->server.discover(
        [this](const Expected<AuthorizationMetadata>& metadata) { m_state->onMetadata(metadata); });
}

void SignIn::cancel() {
    m_state->giveUp(Phase::Cancelled, makeError(ErrorKind::Cancelled, tr("The sign-in was cancelled.")));
}

QUrl SignIn::authorizationUrl() const {
    return m_state->url;
}

SignIn::Phase SignIn::phase() const {
    return m_state->phase;
}

TokenSet SignIn::takeTokens() {
    return std::exchange(m_state->tokens, {});
}

} // namespace apex::auth
