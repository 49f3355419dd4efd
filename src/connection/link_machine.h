// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/backoff.h"
#include "connection/link_state.h"
#include "connection/link_timings.h"
#include "environment/profile.h"

#include <QCoreApplication>

#include <variant>
#include <vector>

namespace apex::connection {

/// The timers a link has; at most one of each runs.
enum class LinkTimer { Connect, Greeting, HandshakeComplete, Settle, AutoWait, Heartbeat, Pong, Retry };
inline constexpr int LinkTimerCount = 8;

/// How the socket's host answers plain HTTP after a refused upgrade, which QWebSocket does not tell.
struct ProbeAnswer {
    enum class Verdict { Accepted, Unauthorized, Forbidden, Busy, Unreachable };
    Verdict verdict = Verdict::Unreachable;
    std::optional<std::chrono::seconds> retryAfter; ///< as the server asked, for Busy
    Error error;                                    ///< what the answer means, for all but Accepted
};

/// What happens to a link.
namespace input {
struct Open {};
struct Close {};
struct RetryNow {};
struct TokenReady {};
struct TokenFailed {
    Error error;
};
struct Upgraded {};
/// The socket never opened. `httpStatus` as far as the socket's text tells it, else 0; `isFinal`: no probe is
/// needed.
struct UpgradeFailed {
    Error error;
    int httpStatus = 0;
    bool isFinal = false;
};
struct Probed {
    ProbeAnswer answer;
};
struct SocketClosed {
    int code = 1006;
    QString reason;
};
/// Any frame came in.
struct FrameSeen {};
struct PongSeen {
    std::chrono::milliseconds roundTrip{};
};
struct GreetedEstablished {
    ConnectionId connection;
};
struct GreetedHandshake {
    ThreadId thread;
};
struct GreetedComplete {};
/// The server complained about the sign-in inside the channel; a close usually follows.
struct AuthenticationComplaint {};
struct TimerFired {
    LinkTimer timer;
};
} // namespace input

using LinkInput =
    std::variant<input::Open, input::Close, input::RetryNow, input::TokenReady, input::TokenFailed,
                 input::Upgraded, input::UpgradeFailed, input::Probed, input::SocketClosed, input::FrameSeen,
                 input::PongSeen, input::GreetedEstablished, input::GreetedHandshake, input::GreetedComplete,
                 input::AuthenticationComplaint, input::TimerFired>;

/// What the shell has to do.
namespace command {
struct AskToken {};
struct OpenSocket {};
/// Drops the socket at once.
struct AbortSocket {};
/// Says good-bye first.
struct CloseSocket {};
struct SendPing {};
struct AcknowledgeHandshake {
    ThreadId thread;
};
struct Probe {};
struct StartTimer {
    LinkTimer timer;
    std::chrono::milliseconds after;
};
struct StopTimer {
    LinkTimer timer;
};
/// The sign-in was not accepted; whoever keeps the tokens should renew them.
struct ReportCredential {
    Error error;
};
/// A line for the recorder: "opening", "opened", "ready", "closed", "waiting", "refused", "woke".
struct Record {
    QString name;
    Error error;
};
} // namespace command

using LinkCommand =
    std::variant<command::AskToken, command::OpenSocket, command::AbortSocket, command::CloseSocket,
                 command::SendPing, command::AcknowledgeHandshake, command::Probe, command::StartTimer,
                 command::StopTimer, command::ReportCredential, command::Record>;
using LinkCommands = std::vector<LinkCommand>;

/// The present by both clocks.
struct Now {
    WallTime wall{};
    MonoTime mono{};
};

/// The link's rules without a socket, a timer or a clock: input in, commands and state out (house-style.md
/// D.2).
class LinkMachine {
    Q_DECLARE_TR_FUNCTIONS(LinkMachine)

public:
    LinkMachine(environment::Greeting greeting, std::chrono::milliseconds settle,
                environment::SocketCredential credential, LinkTimings timings, Backoff::Random random);

    /// Takes one input; what belongs to another epoch than the present one is ignored.
    [[nodiscard]] LinkCommands take(const LinkInput& input, quint64 epoch, Now now);
    /// Number of the present attempt; goes with everything the shell starts, so late answers are known as
    /// late.
    [[nodiscard]] quint64 epoch() const { return m_epoch; }
    [[nodiscard]] const LinkState& state() const { return m_state; }

private:
    struct Greeted {
        bool established = false;
        bool handshake = false;  ///< handshake_response came and was acknowledged
        bool settled = false;    ///< handshake_complete (or its time limit) and the pause are over
        bool incomplete = false; ///< handshake_complete never came
    };
    struct Armed {
        Now at;
        std::chrono::milliseconds after{};
    };

    void on(const input::Open&);
    void on(const input::Close&);
    void on(const input::RetryNow&);
    void on(const input::TokenReady&);
    void on(const input::TokenFailed& failed);
    void on(const input::Upgraded&);
    void on(const input::UpgradeFailed& failed);
    void on(const input::Probed& probed);
    void on(const input::SocketClosed& closed);
    void on(const input::FrameSeen&);
    void on(const input::PongSeen& pong);
    void on(const input::GreetedEstablished& greeted);
    void on(const input::GreetedHandshake& greeted);
    void on(const input::GreetedComplete&);
    void on(const input::AuthenticationComplaint&);
    void on(const input::TimerFired& fired);

    void greetingTimedOut();
    void heartbeat();
    [[nodiscard]] bool overslept() const;
    void checkGreeting();
    void becomeReady();
    void attempt();
    void waitThenRetry(Error error, std::optional<std::chrono::milliseconds> atLeast = {});
    void authenticationFailed(Error error);
    void refuse(Error error);
    void lose(ErrorKind kind, const QString& happened, const QString& details);
    void leaveAttempt();
    void forgiveIfStable();
    void sawLife();
    void startHeartbeat(std::chrono::milliseconds after);
    void start(LinkTimer timer, std::chrono::milliseconds after);
    void stop(LinkTimer timer);
    void stopAll();
    void add(LinkCommand command) { m_commands.push_back(std::move(command)); }
    [[nodiscard]] QString credentialName() const;

    environment::Greeting m_greeting;
    std::chrono::milliseconds m_settle;
    environment::SocketCredential m_credential;
    LinkTimings m_timings;
    Backoff m_backoff;

    LinkState m_state;
    quint64 m_epoch = 0;
    bool m_socketOpen = false;
    Greeted m_greeted;
    Armed m_heartbeat;
    MonoTime m_lastFrame{};
    MonoTime m_readySince{};
    bool m_pongAwaited = false;
    bool m_wasReady = false; ///< m_readySince counts
    bool m_authenticationComplaint = false;
    int m_authFailures = 0;
    int m_serverFailures = 0; ///< closes 1011 in a row
    Error m_upgradeError;
    int m_upgradeStatus = 0;

    Now m_now;
    LinkCommands m_commands;
};

} // namespace apex::connection
