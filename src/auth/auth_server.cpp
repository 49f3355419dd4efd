// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/auth_server.h"

#include "base/logging.h"
#include "environment/tls.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace apex::auth {

namespace {

/// Bytes for a JSON body; the caller's object may still hold copies Qt made.
Secret jsonBody(const QJsonObject& object) {
    return Secret(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QUrl joined(const QUrl& base, const QString& path) {
    QUrl url = base;
    QString prefix = base.path();
    if (prefix.endsWith(u'/'))
        prefix.chop(1);
    url.setPath(prefix + path);
    return url;
}

/// A sign-in that never began cannot be over: the words for a refused grant are about a renewal.
Error exchangeFailure(Error error) {
    if (error.kind == ErrorKind::Authentication)
        error.happened = AuthServer::tr("The server did not accept what the browser brought back.");
    return error;
}

tl::unexpected<Error> notPrepared() {
    return fail(ErrorKind::Internal, AuthServer::tr("The sign-in was not prepared."));
}

Error noDeviceGrant() {
    return makeError(ErrorKind::Configuration,
                     AuthServer::tr("The sign-in server offers no sign-in with a code on another device."),
                     AuthServer::tr("Sign in with the browser of this computer, or tell your administrator."),
                     QStringLiteral("no device_authorization_endpoint"));
}

} // namespace

AuthServer::AuthServer(environment::Profile profile, QNetworkAccessManager& network, const Clock& clock,
                       QObject* parent)
    : QObject(parent), m_profile(std::move(profile)), m_network(network), m_clock(clock),
      m_identity(
          [this](HttpRequest request, HttpCall::Done done) { send(std::move(request), std::move(done)); },
          m_profile.clientId) {}

bool AuthServer::isPlatform() const {
    return m_profile.signIn == environment::SignInKind::Platform;
}

void AuthServer::send(HttpRequest request, HttpCall::Done done) {
    auto tls = environment::tlsConfiguration(m_profile);
    if (!tls) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done), error = tls.error()] { done(fail(error)); }, Qt::QueuedConnection);
        return;
    }
    HttpCall::send(m_network, *tls, std::move(request), this, std::move(done));
}

void AuthServer::moveTo(const environment::Profile& profile) {
    m_profile = profile;
    m_metadata.reset();
}

void AuthServer::discover(Done<AuthorizationMetadata> done) {
    if (m_metadata) {
        QMetaObject::invokeMethod(
            this, [this, done = std::move(done)] { done(*m_metadata); }, Qt::QueuedConnection);
        return;
    }
    lookForMetadata(metadataUrls(m_profile.issuer), done);
}

Error AuthServer::notDescribed(const HttpAnswer& answer) const {
    const ErrorKind kind = answer.status >= 500 ? ErrorKind::Unavailable : ErrorKind::Protocol;
    return makeError(kind, tr("The sign-in server does not describe itself."),
                     tr("Check the environment's settings and your network, then try again."),
                     QStringLiteral("HTTP %1 from %2").arg(answer.status).arg(m_profile.issuer.host()));
}

void AuthServer::lookForMetadata(QList<QUrl> places, const Done<AuthorizationMetadata>& done) {
    HttpRequest request;
    request.url = places.takeFirst();
    send(std::move(request), [this, places, done](const Expected<HttpAnswer>& answer) {
        if (!answer)
            return done(fail(answer.error()));
        const bool found = answer->status == 200;
        const bool elsewhere = (answer->status >= 400 && answer->status < 500) ||
                               (found && !QJsonDocument::fromJson(answer->body.reveal()).isObject());
        if (elsewhere && !places.isEmpty())
            return lookForMetadata(places, done);
        if (!found)
            return done(fail(notDescribed(*answer)));
        auto metadata = parseMetadata(answer->body.reveal(), m_profile.issuer);
        if (metadata)
            m_metadata = *metadata;
        done(std::move(metadata));
    });
}

void AuthServer::postForm(const QUrl& url, const QList<Field>& fields, HttpCall::Done done) {
    QByteArray body;
    for (const auto& [name, value] : fields) {
        if (!body.isEmpty())
            body += '&';
        body += name + '=' + value.toPercentEncoding();
    }
    HttpRequest request;
    request.url = url;
    request.contentType = QByteArrayLiteral("application/x-www-form-urlencoded");
    request.body = Secret(std::move(body));
    send(std::move(request), std::move(done));
}

void AuthServer::postJson(const QString& path, Secret body, Secret bearer, HttpCall::Done done) {
    HttpRequest request;
    request.url = joined(m_profile.issuer, path);
    request.contentType = QByteArrayLiteral("application/json");
    request.body = std::move(body);
    request.bearer = std::move(bearer);
    send(std::move(request), std::move(done));
}

HttpCall::Done AuthServer::readingTokens(TokenDialect dialect, Done<TokenSet> done) {
    return [this, dialect, done = std::move(done)](const Expected<HttpAnswer>& answer) {
        if (answer)
            done(readTokenAnswer(*answer, dialect, m_clock.wallNow()));
        else
            done(fail(answer.error()));
    };
}

void AuthServer::addTarget(QList<Field>& fields) const {
    if (!m_profile.resource.isEmpty())
        fields.append({"resource", m_profile.resource.toUtf8()});
    if (!m_profile.audience.isEmpty())
        fields.append({"audience", m_profile.audience.toUtf8()});
}

void AuthServer::fetchTokens(QList<Field> fields, const QByteArray& nonce, Done<TokenSet> done) {
    addTarget(fields);
    postForm(
        m_metadata->tokenEndpoint, fields,
        readingTokens(TokenDialect::OAuth, [this, nonce, done = std::move(done)](Expected<TokenSet> tokens) {
            if (tokens)
                m_identity.run(*m_metadata, std::move(*tokens), nonce, true, done);
            else
                done(fail(exchangeFailure(tokens.error())));
        }));
}

void AuthServer::exchangeCode(const Secret& code, const Secret& verifier, const QUrl& redirectUri,
                              const QByteArray& nonce, Done<TokenSet> done) {
    if (!m_metadata) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done)] { done(notPrepared()); }, Qt::QueuedConnection);
        return;
    }
    fetchTokens({{"grant_type", "authorization_code"},
                 {"code", code.reveal()},
                 {"redirect_uri", redirectUri.toEncoded()},
                 {"client_id", m_profile.clientId.toUtf8()},
                 {"code_verifier", verifier.reveal()}},
                nonce, std::move(done));
}

void AuthServer::requestDeviceCode(Done<DeviceAuthorization> done) {
    if (!m_metadata || m_metadata->deviceEndpoint.isEmpty()) {
        const Error error = m_metadata ? noDeviceGrant() : notPrepared().value();
        QMetaObject::invokeMethod(
            this, [done = std::move(done), error] { done(fail(error)); }, Qt::QueuedConnection);
        return;
    }
    QList<Field> fields{{"client_id", m_profile.clientId.toUtf8()}};
    if (!m_profile.scopes.isEmpty())
        fields.append({"scope", m_profile.scopes.join(u' ').toUtf8()});
    addTarget(fields);
    const bool issuerIsLocal = m_profile.issuer.scheme() == QStringLiteral("http");
    postForm(m_metadata->deviceEndpoint, fields,
             [issuerIsLocal, done = std::move(done)](const Expected<HttpAnswer>& answer) {
                 done(answer ? readDeviceAuthorization(*answer, issuerIsLocal) : fail(answer.error()));
             });
}

void AuthServer::pollDevice(const Secret& deviceCode, Done<DeviceAnswer> done) {
    if (!m_metadata) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done)] { done(notPrepared()); }, Qt::QueuedConnection);
        return;
    }
    QList<Field> fields{{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                        {"device_code", deviceCode.reveal()},
                        {"client_id", m_profile.clientId.toUtf8()}};
    addTarget(fields);
    postForm(m_metadata->tokenEndpoint, fields,
             [this, done = std::move(done)](const Expected<HttpAnswer>& answer) {
                 if (!answer)
                     return done(fail(answer.error()));
                 if (const auto waiting = readDeviceWait(*answer))
                     return done(DeviceAnswer{*waiting});
                 if (auto refusal = readDeviceRefusal(*answer))
                     return done(DeviceAnswer{std::move(*refusal)});
                 auto tokens = readTokenAnswer(*answer, TokenDialect::OAuth, m_clock.wallNow());
                 if (!tokens)
                     return done(fail(tokens.error()));
                 m_identity.run(*m_metadata, std::move(*tokens), {}, true,
                                [done](Expected<TokenSet> checked) {
                                    if (checked)
                                        done(DeviceAnswer{std::move(*checked)});
                                    else
                                        done(fail(checked.error()));
                                });
             });
}

void AuthServer::refresh(const Secret& refreshToken, Done<TokenSet> done) {
    if (isPlatform()) {
        const QJsonObject object{{QStringLiteral("refresh_token"), QString::fromUtf8(refreshToken.reveal())}};
        postJson(QStringLiteral("/auth/refresh"), jsonBody(object), {},
                 readingTokens(TokenDialect::Platform, std::move(done)));
        return;
    }
    // Functions must be copyable, secrets are not.
    auto token = std::make_shared<Secret>(refreshToken.clone());
    discover([this, token, done = std::move(done)](const Expected<AuthorizationMetadata>& metadata) {
        if (!metadata) {
            done(fail(metadata.error()));
            return;
        }
        renew(*token, done);
    });
}

/// The old refresh token is used up once the answer is here: only a failed check may cost the new one, not
/// keys that cannot be had at the moment (OpenID Connect Core 3.1.3.7 6 trusts the channel alone).
void AuthServer::renew(const Secret& refreshToken, const Done<TokenSet>& done) {
    QList<Field> fields{{"grant_type", "refresh_token"},
                        {"refresh_token", refreshToken.reveal()},
                        {"client_id", m_profile.clientId.toUtf8()}};
    addTarget(fields);
    postForm(m_metadata->tokenEndpoint, fields,
             readingTokens(TokenDialect::OAuth, [this, done](Expected<TokenSet> answer) {
                 if (!answer)
                     return done(std::move(answer));
                 auto kept = std::make_shared<TokenSet>(answer->clone());
                 m_identity.run(
                     *m_metadata, std::move(*answer), {}, false, [kept, done](Expected<TokenSet> checked) {
                         if (checked)
                             return done(std::move(checked));
                         if (checked.error().kind == ErrorKind::Protocol)
                             return done(fail(
                                 wrapError(ErrorKind::Authentication,
                                           tr("The renewed sign-in failed a check and was not accepted."),
                                           checked.error(), tr("Sign in again."))));
                         qCWarning(logAuth).noquote()
                             << "renewed, its ID token unchecked:" << checked.error().forSupport();
                         kept->idToken = {};
                         done(std::move(*kept));
                     });
             }));
}

void AuthServer::revoke(const TokenSet& tokens, Done<void> done) {
    const auto judged = [done = std::move(done)](const Expected<HttpAnswer>& answer) {
        if (!answer)
            done(fail(answer.error()));
        else if (answer->status != 200 && answer->status != 204)
            done(fail(ErrorKind::Unavailable, tr("The server did not confirm the sign-out."), {},
                      QStringLiteral("HTTP %1").arg(answer->status)));
        else
            done({});
    };
    if (isPlatform()) {
        postJson(QStringLiteral("/auth/logout"), jsonBody({}), tokens.accessToken.clone(), judged);
        return;
    }
    const bool hasRefresh = !tokens.refreshToken.isEmpty();
    auto token =
        std::make_shared<Secret>(hasRefresh ? tokens.refreshToken.clone() : tokens.accessToken.clone());
    const QByteArray hint =
        hasRefresh ? QByteArrayLiteral("refresh_token") : QByteArrayLiteral("access_token");
    discover([this, token, hint, judged](const Expected<AuthorizationMetadata>& metadata) {
        if (!metadata) {
            judged(fail(metadata.error()));
            return;
        }
        if (metadata->revocationEndpoint.isEmpty()) {
            judged(HttpAnswer{.status = 200, .contentType = {}, .body = {}, .serverTime = {}});
            return;
        }
        postForm(metadata->revocationEndpoint,
                 {{"token", token->reveal()},
                  {"token_type_hint", hint},
                  {"client_id", m_profile.clientId.toUtf8()}},
                 judged);
    });
}

} // namespace apex::auth
