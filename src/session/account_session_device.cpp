// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/account_session_private.h"

namespace apex::session {

void AccountSession::signInByCode() {
    if (m_private->isSigningIn())
        return;
    m_private->beginAttempt();
    // A child of the session too: its deferred deletion may come after the session, and so after the network.
    m_private->device =
        std::make_unique<auth::DeviceSignIn>(m_private->parts.profile, m_private->parts.network, this);
    auth::DeviceSignIn* flow = m_private->device.get();
    connect(flow, &auth::DeviceSignIn::phaseChanged, this, [this] { Q_EMIT signInStateChanged(); });
    connect(flow, &auth::DeviceSignIn::succeeded, this, [this] {
        auth::TokenSet tokens = m_private->device->takeTokens();
        m_private->device.release()->deleteLater();
        m_private->adopt(std::move(tokens));
    });
    connect(flow, &auth::DeviceSignIn::failed, this, [this](const Error& error) {
        m_private->device.release()->deleteLater();
        m_private->endAttempt(error);
    });
    flow->start();
    Q_EMIT signInStateChanged();
}

const std::optional<auth::DevicePrompt>& AccountSession::devicePrompt() const {
    static const std::optional<auth::DevicePrompt> none;
    return m_private->device ? m_private->device->prompt() : none;
}

} // namespace apex::session
