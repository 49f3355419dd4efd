// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/device_sign_in.h"

#include "auth/auth_server.h"
#include "base/logging.h"

#include <QTimer>

#include <algorithm>

namespace apex::auth {

namespace {

using namespace std::chrono;

constexpr auto slowDownStep = seconds(5);
constexpr auto longestPause = seconds(60);

/// Troubles that the next question may not meet.
bool mayPass(ErrorKind kind) {
    return kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::Unavailable;
}

} // namespace

struct DeviceSignIn::State {
    State(DeviceSignIn& signIn, environment::Profile environmentProfile, QNetworkAccessManager& network)
        : owner(signIn), profile(std::move(environmentProfile)), server(profile, network, clock) {
        pause.setSingleShot(true);
        deadline.setSingleShot(true);
        QObject::connect(&pause, &QTimer::timeout, &owner, [this] { ask(); });
        QObject::connect(&deadline, &QTimer::timeout, &owner, [this] { onDeadline(); });
    }

    void enter(Phase next) {
        phase = next;
        Q_EMIT owner.phaseChanged(next);
    }

    [[nodiscard]] bool isOver() const {
        return phase == Phase::Done || phase == Phase::Failed || phase == Phase::Cancelled;
    }

    void end() {
        pause.stop();
        deadline.stop();
        deviceCode = {};
        prompt.reset();
    }

    void giveUp(Phase last, const Error& error) {
        if (isOver())
            return;
        end();
        enter(last);
        Q_EMIT owner.failed(error);
    }

    void onDevice(Expected<DeviceAuthorization> device);
    void ask();
    void onAnswer(Expected<DeviceAnswer> answer);
    void onTokens(TokenSet fresh);
    void onDeadline();

    DeviceSignIn& owner;
    environment::Profile profile;
    SystemClock clock;
    AuthServer server;
    QTimer pause;
    QTimer deadline;
    seconds interval{0};
    Secret deviceCode;
    std::optional<DevicePrompt> prompt;
    TokenSet tokens;
    Phase phase = Phase::Idle;
};

void DeviceSignIn::State::onDevice(Expected<DeviceAuthorization> device) {
    if (isOver())
        return;
    if (!device)
        return giveUp(Phase::Failed, device.error());
    deviceCode = std::move(device->deviceCode);
    interval = device->interval;
    prompt = DevicePrompt{.userCode = device->userCode,
                          .address = device->verificationUri,
                          .addressWithCode = device->verificationUriComplete,
                          .expiresAt = clock.wallNow() + device->lifetime};
    deadline.start(device->lifetime);
    pause.start(interval);
    enter(Phase::WaitingForPerson);
}

void DeviceSignIn::State::ask() {
    server.pollDevice(deviceCode, [this](Expected<DeviceAnswer> answer) { onAnswer(std::move(answer)); });
}

void DeviceSignIn::State::onAnswer(Expected<DeviceAnswer> answer) {
    if (isOver())
        return;
    if (!answer && !mayPass(answer.error().kind))
        return giveUp(Phase::Failed, answer.error());
    if (answer) {
        if (auto* fresh = std::get_if<TokenSet>(&*answer))
            return onTokens(std::move(*fresh));
        if (const auto* refusal = std::get_if<Error>(&*answer))
            return giveUp(Phase::Failed, *refusal);
        if (std::get<DeviceWait>(*answer) == DeviceWait::SlowDown)
            interval += slowDownStep;
    } else {
        // RFC 8628 3.5: a server that does not answer is asked less often.
        interval = std::min<seconds>(interval * 2, std::max<seconds>(interval, longestPause));
        qCInfo(logAuth).noquote() << "asked for the sign-in in vain:" << answer.error().forSupport();
    }
    pause.start(interval);
}

void DeviceSignIn::State::onTokens(TokenSet fresh) {
    end();
    tokens = std::move(fresh);
    // RFC 6749 5.1: no scope in the answer means that all that were asked for are granted.
    if (tokens.scopes.isEmpty())
        tokens.scopes = profile.scopes;
    enter(Phase::Done);
    qCInfo(logAuth) << "signed in with a code";
    Q_EMIT owner.succeeded();
}

void DeviceSignIn::State::onDeadline() {
    giveUp(Phase::Failed,
           makeError(ErrorKind::Timeout, tr("The code was not used in time and is no longer good."),
                     tr("Sign in again to get a new code.")));
}

DeviceSignIn::DeviceSignIn(environment::Profile profile, QNetworkAccessManager& network, QObject* parent)
    : QObject(parent), m_state(std::make_unique<State>(*this, std::move(profile), network)) {}

DeviceSignIn::~DeviceSignIn() = default;

void DeviceSignIn::start() {
    if (m_state->phase != Phase::Idle)
        return;
    m_state->enter(Phase::Discovering);
    if (m_state->profile.signIn != environment::SignInKind::OAuth) {
        return m_state->giveUp(
            Phase::Failed,
            makeError(ErrorKind::Configuration,
                      tr("The environment \"%1\" offers no sign-in with a code on another device.")
                          .arg(m_state->profile.name),
                      tr("Sign in with e-mail and password, or with an access token."),
                      QStringLiteral("sign_in: platform")));
    }
    m_state->server.discover([this](const Expected<AuthorizationMetadata>& metadata) {
        if (m_state->isOver())
            return;
        if (!metadata)
            return m_state->giveUp(Phase::Failed, metadata.error());
        m_state->server.requestDeviceCode(
            [this](Expected<DeviceAuthorization> device) { m_state->onDevice(std::move(device)); });
    });
}

void DeviceSignIn::cancel() {
    m_state->giveUp(Phase::Cancelled, makeError(ErrorKind::Cancelled, tr("The sign-in was cancelled.")));
}

DeviceSignIn::Phase DeviceSignIn::phase() const {
    return m_state->phase;
}

const std::optional<DevicePrompt>& DeviceSignIn::prompt() const {
    return m_state->prompt;
}

TokenSet DeviceSignIn::takeTokens() {
    return std::exchange(m_state->tokens, {});
}

} // namespace apex::auth
