// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/token_keeper.h"

#include "auth/token_keeper_private.h"

namespace apex::auth {

TokenKeeper::TokenKeeper(environment::Profile profile, QString entryKey, credentials::SecretStore& store,
                         QNetworkAccessManager& network, const Clock& clock, QObject* parent)
    : QObject(parent), m_private(std::make_unique<Private>(*this, std::move(profile), std::move(entryKey),
                                                           store, network, clock)) {}

TokenKeeper::~TokenKeeper() = default;

void TokenKeeper::load() {
    m_private->load();
}

void TokenKeeper::adopt(TokenSet tokens, bool sessionOnly) {
    m_private->adopt(std::move(tokens), sessionOnly);
}

void TokenKeeper::moveTo(const environment::Profile& profile) {
    m_private->moveTo(profile);
}

void TokenKeeper::accessToken(QObject* context, TokenReady ready) {
    m_private->waiters.push_back({context, std::move(ready)});
    if (m_private->state == State::Unread)
        m_private->load();
    // Later, so that no caller is answered from inside its own call.
    QMetaObject::invokeMethod(
        this, [this] { m_private->proceed(); }, Qt::QueuedConnection);
}

void TokenKeeper::refused() {
    m_private->refused();
}

void TokenKeeper::signOut(QObject* context, std::function<void(Expected<void>)> done) {
    m_private->signOut(context, std::move(done));
}

TokenKeeper::State TokenKeeper::state() const {
    return m_private->state;
}

const std::optional<Claims>& TokenKeeper::claims() const {
    return m_private->claims;
}

const Error& TokenKeeper::lastError() const {
    return m_private->lastError;
}

std::optional<WallTime> TokenKeeper::nextRefresh() const {
    if (m_private->state == State::RenewalFailing)
        return m_private->retryAt;
    const bool renews = m_private->state == State::SignedIn && !m_private->tokens->refreshToken.isEmpty();
    return renews ? m_private->plan.refreshAt : std::nullopt;
}

bool TokenKeeper::isSessionOnly() const {
    return m_private->isSessionOnly();
}

} // namespace apex::auth
