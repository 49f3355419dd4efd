// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/account_session_private.h"

namespace apex::session {

using namespace Qt::StringLiterals;

void AccountSession::askSignInOffer() {
    if (m_private->isOfPlatform())
        m_private->platformSignIn().ask();
}

const std::optional<auth::PlatformOffer>& AccountSession::signInOffer() const {
    static const std::optional<auth::PlatformOffer> none;
    return m_private->platform ? m_private->platform->offer() : none;
}

const Error& AccountSession::signInOfferError() const {
    static const Error none;
    return m_private->platform ? m_private->platform->offerError() : none;
}

bool AccountSession::isAskingSignInOffer() const {
    return m_private->platform && m_private->platform->isAsking();
}

void AccountSession::signInWithPassword(const QString& email, const Secret& password) {
    if (m_private->isSigningIn())
        return;
    m_private->beginAttempt();
    m_private->platformSignIn().start(email, password);
}

void AccountSession::signInForDevelopment() {
    if (m_private->isSigningIn())
        return;
    m_private->beginAttempt();
    m_private->platformSignIn().startDevelopment();
}

void AccountSession::submitSignInAddress(const Secret& address) {
    if (!m_private->platform)
        return;
    const auto taken = m_private->platform->submitAddress(address);
    if (taken)
        return;
    m_private->signInError = taken.error();
    Q_EMIT signInStateChanged();
}

void AccountSession::signInWithToken(Secret accessToken) {
    if (m_private->isSigningIn())
        return;
    m_private->beginAttempt();
    m_private->probing = true;
    auto pasted = std::make_shared<Secret>(std::move(accessToken));
    const auto judged = [this, pasted, begun = ++m_private->probes](const connection::ProbeAnswer& answer) {
        if (!m_private->probing || begun != m_private->probes)
            return;
        if (answer.verdict == connection::ProbeAnswer::Verdict::Accepted) {
            m_private->probing = false;
            auth::TokenSet tokens;
            tokens.accessToken = std::move(*pasted);
            return m_private->adopt(std::move(tokens));
        }
        const bool refused = answer.verdict == connection::ProbeAnswer::Verdict::Unauthorized ||
                             answer.verdict == connection::ProbeAnswer::Verdict::Forbidden;
        Error error = wrapError(answer.error.kind,
                                refused ? tr("The server does not accept this token.")
                                        : tr("The server could not be asked whether it accepts this token."),
                                answer.error, answer.error.action);
        error.kept = tr("The token was not kept; an earlier sign-in stays as it was.");
        m_private->endAttempt(error);
    };
    m_private->rest->probe(*pasted, this, judged);
    Q_EMIT signInStateChanged();
}

void AccountSession::followServer(const environment::Profile& resolved) {
    m_private->parts.profile = resolved;
    m_private->rest->moveTo(resolved);
    m_private->link->moveTo(resolved);
    if (m_private->keeper)
        m_private->keeper->moveTo(resolved);
    // What was begun at the old address cannot end any more.
    cancelSignIn();
    m_private->platform.reset();
    m_private->link->retryNow();
    Q_EMIT signInStateChanged();
}

bool AccountSession::Private::isSigningIn() const {
    return signIn || device || probing || (platform && platform->isBusy());
}

auth::PlatformSignIn& AccountSession::Private::platformSignIn() {
    if (platform)
        return *platform;
    platform = std::make_unique<auth::PlatformSignIn>(parts.profile, parts.network, parts.openBrowser);
    auth::PlatformSignIn* flow = platform.get();
    connect(flow, &auth::PlatformSignIn::offerChanged, &q, &AccountSession::signInStateChanged);
    connect(flow, &auth::PlatformSignIn::phaseChanged, &q, &AccountSession::signInStateChanged);
    connect(flow, &auth::PlatformSignIn::browserUnavailable, &q, [this] { browserUnavailable(); });
    connect(flow, &auth::PlatformSignIn::succeeded, &q, [this] { adopt(platform->takeTokens()); });
    connect(flow, &auth::PlatformSignIn::failed, &q, [this](const Error& error) { endAttempt(error); });
    return *flow;
}

void AccountSession::Private::beginAttempt() {
    started = true;
    signInError = {};
    signOutError = {};
    notify(u"browser"_s, {});
}

void AccountSession::Private::endAttempt(const Error& error) {
    probing = false;
    signInError = error;
    Q_EMIT q.signInStateChanged();
}

void AccountSession::Private::browserUnavailable() {
    // The attempt goes on: the person may open the address by hand.
    signInError = makeError(ErrorKind::Unavailable, tr("The browser could not be opened."),
                            tr("Copy the address and open it yourself."));
    notify(u"browser"_s, signInError); // for who has no page to show it on; taken back with the attempt
    Q_EMIT q.signInStateChanged();
}

} // namespace apex::session
