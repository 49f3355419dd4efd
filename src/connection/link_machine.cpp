// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/link_machine.h"

#include "connection/close_codes.h"

#include <algorithm>

namespace apex::connection {

using environment::Greeting;

namespace {

bool isAfterUpgrade(LinkPhase phase) {
    return phase == LinkPhase::Greeting || phase == LinkPhase::Ready;
}

std::chrono::milliseconds between(MonoTime from, MonoTime to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

} // namespace

LinkMachine::LinkMachine(Greeting greeting, std::chrono::milliseconds settle,
                         environment::SocketCredential credential, LinkTimings timings,
                         Backoff::Random random)
    : m_greeting(greeting), m_settle(settle), m_credential(credential), m_timings(timings),
      m_backoff(timings.backoffBase, timings.backoffCap, std::move(random)) {}

LinkCommands LinkMachine::take(const LinkInput& input, quint64 epoch, Now now) {
    m_now = now;
    m_commands.clear();
    if (epoch == m_epoch)
        std::visit([this](const auto& happened) { on(happened); }, input);
    return std::exchange(m_commands, {});
}

void LinkMachine::on(const input::Open&) {
    if (m_state.phase != LinkPhase::Closed && m_state.phase != LinkPhase::Refused)
        return;
    m_backoff.reset();
    m_authFailures = 0;
    m_serverFailures = 0;
    m_state.attempt = 0;
    m_state.error = {};
    attempt();
}

void LinkMachine::on(const input::Close&) {
    if (m_state.phase == LinkPhase::Closed)
        return;
    stopAll();
    if (m_socketOpen)
        add(command::CloseSocket{});
    m_socketOpen = false;
    ++m_epoch;
    m_state = {};
    m_wasReady = false;
    add(command::Record{QStringLiteral("closed"), {}});
}

void LinkMachine::on(const input::RetryNow&) {
    if (m_state.phase == LinkPhase::Refused)
        on(input::Open{});
    else if (m_state.phase == LinkPhase::Waiting)
        attempt();
}

void LinkMachine::on(const input::TokenReady&) {
    if (m_state.phase != LinkPhase::GettingToken)
        return;
    m_state.phase = LinkPhase::Opening;
    m_socketOpen = true;
    add(command::OpenSocket{});
    add(command::Record{QStringLiteral("opening"), {}});
    start(LinkTimer::Connect, m_timings.connectDeadline);
}

void LinkMachine::on(const input::TokenFailed& failed) {
    if (m_state.phase != LinkPhase::GettingToken)
        return;
    const bool needsPerson = failed.error.kind == ErrorKind::Authentication ||
                             failed.error.kind == ErrorKind::Denied ||
                             failed.error.kind == ErrorKind::Configuration;
    if (needsPerson)
        refuse(failed.error);
    else
        waitThenRetry(failed.error);
}

void LinkMachine::on(const input::Upgraded&) {
    if (m_state.phase != LinkPhase::Opening || !m_socketOpen)
        return;
    stop(LinkTimer::Connect);
    m_state.phase = LinkPhase::Greeting;
    m_greeted = {};
    m_lastFrame = m_now.mono;
    add(command::Record{QStringLiteral("opened"), {}});
    start(LinkTimer::Greeting, m_timings.greetingDeadline);
}

void LinkMachine::on(const input::UpgradeFailed& failed) {
    if (m_state.phase != LinkPhase::Opening || !m_socketOpen)
        return;
    stop(LinkTimer::Connect);
    add(command::AbortSocket{});
    m_socketOpen = false;
    if (failed.isFinal) {
        waitThenRetry(failed.error);
        return;
    }
    m_upgradeError = failed.error;
    m_upgradeStatus = failed.httpStatus;
    add(command::Probe{});
    start(LinkTimer::Connect, m_timings.connectDeadline);
}

void LinkMachine::on(const input::Probed& probed) {
    if (m_state.phase != LinkPhase::Opening || m_socketOpen)
        return;
    stop(LinkTimer::Connect);
    using Verdict = ProbeAnswer::Verdict;
    switch (probed.answer.verdict) {
    case Verdict::Unauthorized:
        authenticationFailed(probed.answer.error);
        return;
    case Verdict::Forbidden:
        refuse(probed.answer.error);
        return;
    case Verdict::Busy:
        waitThenRetry(probed.answer.error, probed.answer.retryAfter.value_or(std::chrono::seconds(0)));
        return;
    case Verdict::Unreachable:
        waitThenRetry(probed.answer.error);
        return;
    case Verdict::Accepted:
        break;
    }
    Error error = m_upgradeError;
    error.details += QStringLiteral("; credential sent by ") + credentialName();
    if (m_upgradeStatus == 401) {
        error.happened =
            tr("The server takes this sign-in for data but not for the live connection. A proxy on the way "
               "may remove it.");
        error.kind = ErrorKind::Authentication;
        authenticationFailed(error);
    } else if (m_upgradeStatus == 403) {
        error.happened =
            tr("The server refuses the live connection, although it takes this sign-in for data.");
        error.action = tr("Ask an administrator to check \"socket_credential\" of this environment.");
        error.kind = ErrorKind::Configuration;
        refuse(error);
    } else {
        error.happened =
            tr("The server answers, but the live connection could not be opened. A proxy on the way may "
               "block it.");
        waitThenRetry(error);
    }
}

void LinkMachine::on(const input::SocketClosed& closed) {
    if (!isAfterUpgrade(m_state.phase))
        return;
    m_socketOpen = false;
    add(command::AbortSocket{});
    forgiveIfStable();
    const CloseMeaning& meaning = closeMeaning(closed.code);
    const Error error = closeError(closed.code, closed.reason);
    m_serverFailures = closed.code == 1011 ? m_serverFailures + 1 : 0;
    if (meaning.reaction == CloseReaction::Refuse)
        refuse(error);
    else if (meaning.reaction == CloseReaction::Authenticate || m_authenticationComplaint)
        authenticationFailed(error);
    else {
        // The other authenticator reports a bad sign-in as 1011 (protocol.md 3.8): renew the token after
        // repeats.
        if (m_serverFailures > 0 && m_serverFailures % 3 == 0)
            add(command::ReportCredential{error});
        waitThenRetry(error);
    }
}

void LinkMachine::on(const input::FrameSeen&) {
    sawLife();
}

void LinkMachine::on(const input::PongSeen& pong) {
    m_state.roundTrip = pong.roundTrip;
    sawLife();
}

void LinkMachine::sawLife() {
    m_lastFrame = m_now.mono;
    if (!std::exchange(m_pongAwaited, false))
        return;
    stop(LinkTimer::Pong);
}

void LinkMachine::on(const input::GreetedEstablished& greeted) {
    if (!isAfterUpgrade(m_state.phase))
        return;
    m_greeted.established = true;
    m_state.connection = greeted.connection;
    checkGreeting();
}

void LinkMachine::on(const input::GreetedHandshake& greeted) {
    if (!isAfterUpgrade(m_state.phase))
        return;
    add(command::AcknowledgeHandshake{greeted.thread});
    if (m_state.phase == LinkPhase::Ready || m_greeted.handshake)
        return;
    m_greeted.handshake = true;
    stop(LinkTimer::AutoWait);
    start(LinkTimer::HandshakeComplete, m_timings.handshakeComplete);
}

void LinkMachine::on(const input::GreetedComplete&) {
    if (m_state.phase != LinkPhase::Greeting || !m_greeted.handshake || m_greeted.settled)
        return;
    stop(LinkTimer::HandshakeComplete);
    start(LinkTimer::Settle, m_settle);
}

void LinkMachine::on(const input::AuthenticationComplaint&) {
    m_authenticationComplaint = true;
}

void LinkMachine::checkGreeting() {
    if (m_state.phase != LinkPhase::Greeting)
        return;
    const bool handshakeDone = m_greeted.handshake && m_greeted.settled;
    switch (m_greeting) {
    case Greeting::Established:
        if (m_greeted.established)
            becomeReady();
        return;
    case Greeting::Handshake:
        if (m_greeted.established && handshakeDone)
            becomeReady();
        return;
    case Greeting::Auto:
        if (m_greeted.established && handshakeDone)
            becomeReady();
        else if (m_greeted.established && !m_greeted.handshake)
            start(LinkTimer::AutoWait, m_timings.autoWait);
        return;
    }
}

void LinkMachine::becomeReady() {
    stop(LinkTimer::Greeting);
    stop(LinkTimer::AutoWait);
    stop(LinkTimer::HandshakeComplete);
    stop(LinkTimer::Settle);
    m_state.phase = LinkPhase::Ready;
    m_state.attempt = 0;
    m_state.retryAt.reset();
    m_state.error = {};
    if (m_greeted.incomplete)
        m_state.error = makeError(ErrorKind::Protocol, tr("The server did not finish its greeting."),
                                  tr("Messages are sent now; if one stays without reaction, send it again."),
                                  QStringLiteral("handshake_complete missing"));
    m_readySince = m_now.mono;
    m_wasReady = true;
    add(command::Record{QStringLiteral("ready"), m_state.error});
    startHeartbeat(m_timings.silence);
}

void LinkMachine::greetingTimedOut() {
    const bool handshakeDone = m_greeted.handshake && m_greeted.settled;
    if (handshakeDone || m_greeted.established) {
        const QString missing =
            m_greeted.established ? QStringLiteral("handshake") : QStringLiteral("connection_established");
        becomeReady();
        m_state.error = makeError(ErrorKind::Protocol, tr("The server gave only one of its two greetings."),
                                  tr("Messages are sent now; if one stays without reaction, send it again."),
                                  missing + QStringLiteral(" missing"));
        return;
    }
    lose(ErrorKind::Timeout, tr("The server accepted the connection but did not greet in time."),
         QStringLiteral("no greeting within %1 ms").arg(m_timings.greetingDeadline.count()));
}

void LinkMachine::on(const input::TimerFired& fired) {
    const LinkPhase phase = m_state.phase;
    switch (fired.timer) {
    case LinkTimer::Connect:
        if (phase == LinkPhase::Opening)
            lose(ErrorKind::Timeout, tr("The server did not answer in time."),
                 QStringLiteral("no upgrade within %1 ms").arg(m_timings.connectDeadline.count()));
        return;
    case LinkTimer::Greeting:
        if (phase == LinkPhase::Greeting)
            greetingTimedOut();
        return;
    case LinkTimer::HandshakeComplete:
        if (phase == LinkPhase::Greeting) {
            m_greeted.incomplete = true;
            start(LinkTimer::Settle, m_settle);
        }
        return;
    case LinkTimer::Settle:
        m_greeted.settled = true;
        checkGreeting();
        return;
    case LinkTimer::AutoWait:
        if (phase == LinkPhase::Greeting)
            becomeReady();
        return;
    case LinkTimer::Heartbeat:
        if (phase == LinkPhase::Ready)
            heartbeat();
        return;
    case LinkTimer::Pong:
        if (phase == LinkPhase::Ready)
            lose(
                ErrorKind::Network, tr("The connection went silent."),
                QStringLiteral("no sign of life within %1 ms of a ping").arg(m_timings.pongDeadline.count()));
        return;
    case LinkTimer::Retry:
        if (phase == LinkPhase::Waiting)
            attempt();
        return;
    }
}

void LinkMachine::lose(ErrorKind kind, const QString& happened, const QString& details) {
    if (m_socketOpen)
        add(command::AbortSocket{});
    m_socketOpen = false;
    forgiveIfStable();
    waitThenRetry(makeError(kind, happened, {}, details));
}

bool LinkMachine::overslept() const {
    const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(m_now.wall - m_heartbeat.at.wall);
    const auto late = std::max(wall, between(m_heartbeat.at.mono, m_now.mono)) - m_heartbeat.after;
    return late > m_timings.wakeJump;
}

void LinkMachine::heartbeat() {
    if (overslept()) {
        add(command::Record{QStringLiteral("woke"), {}});
        add(command::AbortSocket{});
        m_socketOpen = false;
        forgiveIfStable();
        attempt();
        return;
    }
    const auto silence = between(m_lastFrame, m_now.mono);
    // The tolerance keeps an idle link at one wake-up a period: the last pong came a round trip after the
    // last ping.
    if (silence < m_timings.silence - m_timings.silence / 10) {
        startHeartbeat(m_timings.silence - silence);
        return;
    }
    add(command::SendPing{});
    m_pongAwaited = true;
    start(LinkTimer::Pong, m_timings.pongDeadline);
    startHeartbeat(m_timings.silence);
}

void LinkMachine::startHeartbeat(std::chrono::milliseconds after) {
    m_heartbeat = {m_now, after};
    start(LinkTimer::Heartbeat, after);
}

void LinkMachine::attempt() {
    stopAll();
    ++m_epoch;
    ++m_state.attempt;
    m_state.phase = LinkPhase::GettingToken;
    m_state.retryAt.reset();
    m_state.roundTrip.reset();
    m_state.connection = {};
    m_authenticationComplaint = false;
    m_pongAwaited = false;
    m_wasReady = false;
    m_upgradeError = {};
    m_upgradeStatus = 0;
    add(command::AskToken{});
}

void LinkMachine::leaveAttempt() {
    stopAll();
    // Answers of the attempt just left are late from here on.
    ++m_epoch;
    m_state.roundTrip.reset();
    m_state.connection = {};
    m_wasReady = false;
}

void LinkMachine::forgiveIfStable() {
    if (!m_wasReady || between(m_readySince, m_now.mono) < m_timings.stableAfter)
        return;
    m_backoff.reset();
    m_authFailures = 0;
    m_serverFailures = 0;
}

void LinkMachine::waitThenRetry(Error error, std::optional<std::chrono::milliseconds> atLeast) {
    leaveAttempt();
    auto wait = m_backoff.next();
    if (atLeast)
        wait = std::max(wait, std::min(*atLeast, m_timings.longestServerWait));
    m_state.phase = LinkPhase::Waiting;
    m_state.retryAt = m_now.wall + wait;
    m_state.error = std::move(error);
    add(command::Record{QStringLiteral("waiting"), m_state.error});
    start(LinkTimer::Retry, wait);
}

void LinkMachine::authenticationFailed(Error error) {
    ++m_authFailures;
    add(command::ReportCredential{error});
    if (m_authFailures >= m_timings.maxAuthFailures)
        refuse(std::move(error));
    else
        waitThenRetry(std::move(error));
}

void LinkMachine::refuse(Error error) {
    leaveAttempt();
    m_state.phase = LinkPhase::Refused;
    m_state.retryAt.reset();
    m_state.error = std::move(error);
    add(command::Record{QStringLiteral("refused"), m_state.error});
}

void LinkMachine::start(LinkTimer timer, std::chrono::milliseconds after) {
    add(command::StartTimer{timer, after});
}

void LinkMachine::stop(LinkTimer timer) {
    add(command::StopTimer{timer});
}

void LinkMachine::stopAll() {
    for (int timer = 0; timer < LinkTimerCount; ++timer)
        stop(static_cast<LinkTimer>(timer));
}

QString LinkMachine::credentialName() const {
    switch (m_credential) {
    case environment::SocketCredential::Header:
        return QStringLiteral("Authorization header");
    case environment::SocketCredential::Subprotocol:
        return QStringLiteral("subprotocol");
    case environment::SocketCredential::Ticket:
        return QStringLiteral("ticket");
    }
    return {};
}

} // namespace apex::connection
