// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/authorization_metadata.h"
#include "auth/http_call.h"
#include "auth/tokens.h"

#include <QJsonArray>

#include <functional>
#include <memory>

namespace apex::auth {

/// Finds out who signed in: checks the ID token that came with tokens against the provider's keys, and asks
/// the userinfo endpoint where the token names nobody for people (OpenID Connect Core 3.1.3.7 and 5.3). Keys
/// are fetched when first needed and once more for a signature by an unknown key. Main thread.
class IdentityCheck {
public:
    using Send = std::function<void(HttpRequest, HttpCall::Done)>;
    using Done = std::function<void(Expected<TokenSet>)>;

    /// `send` must not call back after this is gone.
    IdentityCheck(Send send, QString clientId);

    /// Gives the tokens back with `identity` set and `idToken` empty, or the reason not to use them: kind
    /// Protocol for a failed check, others if the keys could not be had. Tokens without an ID token pass as
    /// they are. `nonce` empty: none was sent. `askName`: the userinfo endpoint may be asked.
    void run(const AuthorizationMetadata& metadata, TokenSet tokens, QByteArray nonce, bool askName,
             Done done);

private:
    struct Job;
    using JobPtr = std::shared_ptr<Job>;

    void fetchKeys(const JobPtr& job);
    void onKeys(const JobPtr& job, const Expected<HttpAnswer>& answer);
    void judge(const JobPtr& job);
    void askUserInfo(const JobPtr& job);

    Send m_send;
    QString m_clientId;
    QUrl m_keysFrom;
    QJsonArray m_keys;
};

} // namespace apex::auth
