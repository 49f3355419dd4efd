// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session_status.h"

namespace apex::models {

using namespace std::chrono;
using connection::LinkPhase;
using SignInState = session::AccountSession::SignInState;

namespace {

/// Context of the translations.
struct StatusWords {
    Q_DECLARE_TR_FUNCTIONS(SessionStatus)
};

QString wholeSeconds(seconds time) {
    return time < 60s ? StatusWords::tr("%1 s").arg(time.count()) : durationText(time);
}

QString retryWords(const connection::LinkState& link, WallTime now) {
    if (!link.retryAt)
        return StatusWords::tr("Offline");
    const auto left = ceil<seconds>(*link.retryAt - now);
    return left.count() <= 0 ? StatusWords::tr("Offline · trying again")
                             : StatusWords::tr("Offline · retry in %1").arg(wholeSeconds(left));
}

LinkWords connectedWords(const connection::LinkState& link) {
    LinkWords w{StatusTone::Good, StatusWords::tr("Connected"), StatusWords::tr("The connection is up."),
                false, false};
    // The chip keeps still; how long a ping took is told where it is asked for.
    if (link.roundTrip) {
        w.sentence = StatusWords::tr("The connection is up. The last answer to a ping took %1 ms.")
                         .arg(link.roundTrip->count());
    }
    return w;
}

LinkWords describeSignedIn(const connection::LinkState& link, WallTime now) {
    const QString trouble = link.error.happened.isEmpty() ? QString() : link.error.forPeople();
    switch (link.phase) {
    case LinkPhase::Closed:
        return {StatusTone::Off, StatusWords::tr("Not connected"),
                trouble.isEmpty() ? StatusWords::tr("No connection has been opened.") : trouble, true, false};
    case LinkPhase::GettingToken:
        return {StatusTone::Busy, StatusWords::tr("Connecting: 1 of 3 · sign-in"),
                StatusWords::tr("Getting the sign-in ready."), false, false};
    case LinkPhase::Opening:
        return {StatusTone::Busy, StatusWords::tr("Connecting: 2 of 3 · secure channel"),
                StatusWords::tr("Opening the channel to the server."), false, false};
    case LinkPhase::Greeting:
        return {StatusTone::Busy, StatusWords::tr("Connecting: 3 of 3 · greeting"),
                StatusWords::tr("Waiting for the server's greeting. Nothing is sent before it."), false,
                false};
    case LinkPhase::Ready:
        return connectedWords(link);
    case LinkPhase::Waiting:
        return {StatusTone::Attention, retryWords(link, now),
                trouble.isEmpty() ? StatusWords::tr("The connection is lost. Nothing will be sent twice.")
                                  : trouble,
                true, false};
    case LinkPhase::Refused:
        return {StatusTone::Problem, StatusWords::tr("Refused by the server"),
                trouble.isEmpty() ? StatusWords::tr("The server did not accept this sign-in.") : trouble,
                true, true};
    }
    return {};
}

} // namespace

LinkWords describeLink(SignInState signIn, const connection::LinkState& link, WallTime now) {
    switch (signIn) {
    case SignInState::Unknown:
        return {StatusTone::Busy, StatusWords::tr("Starting"),
                StatusWords::tr("Looking for a stored sign-in."), false, false};
    case SignInState::SignedOut:
        return {StatusTone::Off, StatusWords::tr("Signed out"), StatusWords::tr("Nobody is signed in."),
                false, true};
    case SignInState::SigningIn:
        return {StatusTone::Busy, StatusWords::tr("Waiting for sign-in"),
                StatusWords::tr("Finish the sign-in in your browser or on the other device."), false, false};
    case SignInState::StoreTrouble:
        return {StatusTone::Problem, StatusWords::tr("Keychain trouble"),
                StatusWords::tr("The stored sign-in cannot be read right now."), false, false};
    case SignInState::NeedsSignIn:
        return {
            StatusTone::Attention, StatusWords::tr("Sign-in needed"),
            StatusWords::tr("The sign-in has ended. A run may continue on the server; your drafts are kept."),
            false, true};
    case SignInState::SignedIn:
    case SignInState::RenewalFailing:
        break;
    }
    return describeSignedIn(link, now);
}

QString lastEventText(std::optional<MonoTime> last, MonoTime now) {
    if (!last)
        return {};
    const auto age = duration_cast<seconds>(std::max(now, *last) - *last);
    return StatusWords::tr("Last event %1 s ago").arg(age.count());
}

QString renewalText(std::optional<WallTime> expiresAt, WallTime now) {
    if (!expiresAt)
        return {};
    const auto left = duration_cast<minutes>(*expiresAt - now);
    if (left > 72h)
        return {}; // nobody has to plan for that
    if (left < 1min)
        return StatusWords::tr("Sign-in is about to renew");
    if (left < 120min)
        return StatusWords::tr("Sign-in renews within %1 min").arg(left.count());
    return StatusWords::tr("Sign-in renews within %1 h").arg(duration_cast<hours>(left).count());
}

SessionStatus::SessionStatus(session::AccountSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    m_tick.setInterval(1s);
    m_tick.setTimerType(Qt::CoarseTimer);
    connect(&m_tick, &QTimer::timeout, this, &SessionStatus::changed);
    connect(&m_session, &session::AccountSession::signInStateChanged, this, &SessionStatus::update);
    connect(&m_session, &session::AccountSession::linkStateChanged, this, &SessionStatus::update);
}

LinkWords SessionStatus::link() const {
    return describeLink(m_session.signInState(), m_session.linkState(), m_session.clock().wallNow());
}

QString SessionStatus::lastEvent() const {
    return m_running ? lastEventText(m_session.lastFrameAt(), m_session.clock().monoNow()) : QString();
}

QString SessionStatus::renewal() const {
    const auto& claims = m_session.claims();
    return claims ? renewalText(claims->expiresAt, m_session.clock().wallNow()) : QString();
}

QString SessionStatus::account() const {
    const auto& claims = m_session.claims();
    if (!claims)
        return {};
    if (!claims->email.isEmpty())
        return claims->email;
    return claims->name.isEmpty() ? claims->user.toString() : claims->name;
}

void SessionStatus::setRunning(bool running) {
    if (running == m_running)
        return;
    m_running = running;
    update();
}

void SessionStatus::setVisible(bool visible) {
    if (visible == m_visible)
        return;
    m_visible = visible;
    update();
}

void SessionStatus::update() {
    const bool counts = m_running || m_session.linkState().phase == LinkPhase::Waiting;
    if (counts && m_visible && !m_tick.isActive())
        m_tick.start();
    else if (!counts || !m_visible)
        m_tick.stop();
    Q_EMIT changed();
}

} // namespace apex::models
