// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/account_session.h"

#include <QObject>
#include <QTimer>

namespace apex::models {

/// How a status is to be taken; the view adds a shape, never only a colour.
enum class StatusTone { Off, Busy, Good, Attention, Problem };

/// The connection chip and its details in words (peers.md 6.2).
struct LinkWords {
    StatusTone tone = StatusTone::Off;
    QString chip;     ///< "Connected 42 ms"
    QString sentence; ///< what it means, for the details and for screen readers
    bool canRetry = false;
    bool needsSignIn = false;
};

/// Words for the chip; `now` counts down to the next attempt.
[[nodiscard]] LinkWords describeLink(session::AccountSession::SignInState signIn,
                                     const connection::LinkState& link, WallTime now);
/// "Last event 12 s ago"; empty before the first frame.
[[nodiscard]] QString lastEventText(std::optional<MonoTime> last, MonoTime now);
/// "Sign-in renews in 22 min"; empty if the token does not say.
[[nodiscard]] QString renewalText(std::optional<WallTime> expiresAt, WallTime now);

/// Words about a session, kept current; ticks at 1 Hz only while something counts and somebody looks. Main
/// thread.
class SessionStatus final : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this.
    explicit SessionStatus(session::AccountSession& session, QObject* parent = nullptr);

    [[nodiscard]] LinkWords link() const;
    [[nodiscard]] QString lastEvent() const;
    [[nodiscard]] QString renewal() const;
    /// Who is signed in, for people; empty if nobody is.
    [[nodiscard]] QString account() const;

    void setRunning(bool running);
    void setVisible(bool visible);
    [[nodiscard]] bool isTicking() const { return m_tick.isActive(); }

Q_SIGNALS:
    /// Some of the words may be new.
    void changed();

private:
    void update();

    session::AccountSession& m_session;
    bool m_running = false;
    bool m_visible = false;
    QTimer m_tick;
};

} // namespace apex::models
