// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"
#include "environment/profile.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <memory>

namespace apex::auth {

/// What the person is shown while a sign-in waits for them.
struct DevicePrompt {
    QString userCode;
    QUrl address;         ///< where the code is typed in
    QUrl addressWithCode; ///< the same, the code filled in; may be empty
    WallTime expiresAt;
};

/// One sign-in with a code that the person types into a browser on any device (RFC 8628), for computers
/// without one. Single use. Main thread.
class DeviceSignIn final : public QObject {
    Q_OBJECT
public:
    enum class Phase { Idle, Discovering, WaitingForPerson, Done, Failed, Cancelled };

    /// `network` must outlive this; `profile` has resolved URLs.
    DeviceSignIn(environment::Profile profile, QNetworkAccessManager& network, QObject* parent = nullptr);
    ~DeviceSignIn() override;

    /// Starts: discovery, device code, then one question per interval until the person has decided.
    void start();
    /// Gives up; `failed` comes with ErrorKind::Cancelled.
    void cancel();
    [[nodiscard]] Phase phase() const;
    /// What to show; empty before WaitingForPerson and after the end.
    [[nodiscard]] const std::optional<DevicePrompt>& prompt() const;
    /// Takes the tokens out, once, after succeeded().
    [[nodiscard]] TokenSet takeTokens();

Q_SIGNALS:
    void phaseChanged(apex::auth::DeviceSignIn::Phase phase);
    void succeeded();
    void failed(const apex::Error& error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace apex::auth
