// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/authorization_metadata.h"
#include "auth/device_authorization.h"
#include "auth/http_call.h"
#include "auth/identity_check.h"
#include "auth/token_response.h"
#include "auth/tokens.h"
#include "environment/profile.h"

#include <QObject>

namespace apex::auth {

/// The requests to one environment's sign-in server, by the rules of its profile. Calls back once, later, and
/// never after its destruction. Errors of kind Authentication are final, others may pass. Main thread.
class AuthServer final : public QObject {
    Q_OBJECT
public:
    template <class T>
    using Done = std::function<void(Expected<T>)>;

    /// `network` and `clock` must outlive this.
    AuthServer(environment::Profile profile, QNetworkAccessManager& network, const Clock& clock,
               QObject* parent = nullptr);

    /// The same server at other addresses, from the next request on.
    void moveTo(const environment::Profile& profile);
    /// Asks for the metadata, once; later calls get the same answer. A place that answers with a 4xx or with
    /// something that is no JSON is not where this server keeps them: the next is asked. OAuth only.
    void discover(Done<AuthorizationMetadata> done);
    /// Exchanges a code for tokens (RFC 6749 4.1.3, RFC 7636 4.5) and checks the ID token that may come with
    /// them; `nonce` as in the request, empty if none was. OAuth only, after discover().
    void exchangeCode(const Secret& code, const Secret& verifier, const QUrl& redirectUri,
                      const QByteArray& nonce, Done<TokenSet> done);
    /// Asks for a device code (RFC 8628 3.1). OAuth only, after discover().
    void requestDeviceCode(Done<DeviceAuthorization> done);
    /// Asks once whether the person has decided (RFC 8628 3.4). OAuth only, after discover().
    void pollDevice(const Secret& deviceCode, Done<DeviceAnswer> done);
    /// Renews with a refresh token (RFC 6749 6, or POST /auth/refresh). A server may keep the refresh token
    /// as it is: then the answer's is empty.
    void refresh(const Secret& refreshToken, Done<TokenSet> done);
    /// Ends the grant (RFC 7009, or POST /auth/logout); success also where the server offers no way.
    void revoke(const TokenSet& tokens, Done<void> done);

private:
    using Field = std::pair<QByteArray, QByteArray>;

    void send(HttpRequest request, HttpCall::Done done);
    void postForm(const QUrl& url, const QList<Field>& fields, HttpCall::Done done);
    void postJson(const QString& path, Secret body, Secret bearer, HttpCall::Done done);
    [[nodiscard]] HttpCall::Done readingTokens(TokenDialect dialect, Done<TokenSet> done);
    void lookForMetadata(QList<QUrl> places, const Done<AuthorizationMetadata>& done);
    void fetchTokens(QList<Field> fields, const QByteArray& nonce, Done<TokenSet> done);
    void renew(const Secret& refreshToken, const Done<TokenSet>& done);
    void addTarget(QList<Field>& fields) const;
    [[nodiscard]] Error notDescribed(const HttpAnswer& answer) const;
    [[nodiscard]] bool isPlatform() const;

    environment::Profile m_profile;
    QNetworkAccessManager& m_network;
    const Clock& m_clock;
    std::optional<AuthorizationMetadata> m_metadata;
    IdentityCheck m_identity;
};

} // namespace apex::auth
