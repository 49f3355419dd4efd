// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/authorization_metadata.h"

#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <utility>

namespace apex::auth {

namespace {

struct AuthorizationMetadataWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::Discovery)
};

Error unusable(const QString& sentence, const QUrl& issuer, const QString& details) {
    return makeError(
        ErrorKind::Protocol, sentence,
        AuthorizationMetadataWords::tr("Check the environment's settings, or tell your administrator."),
        QStringLiteral("issuer: %1, %2").arg(issuer.toString(), details));
}

/// An endpoint may carry a query (RFC 6749 3.1), everything else is as for base addresses; but a server
/// elsewhere cannot send us to this computer.
bool isEndpoint(const QUrl& url, const QUrl& issuer) {
    const bool downgraded =
        issuer.scheme() != url.scheme() && url.scheme() != environment::httpSchemes().value(0);
    return !downgraded &&
           environment::urlObjection(url.adjusted(QUrl::RemoveQuery), environment::httpSchemes()).isEmpty();
}

/// The key of the first address that is missing though needed, or cannot be used; empty if all are well. An
/// address that cannot be parsed is not one that is absent.
QString unusableEndpoint(const QJsonObject& object, const AuthorizationMetadata& metadata,
                         const QUrl& issuer) {
    const std::array<std::pair<QString, QUrl>, 6> addresses{
        {{QStringLiteral("authorization_endpoint"), metadata.authorizationEndpoint},
         {QStringLiteral("token_endpoint"), metadata.tokenEndpoint},
         {QStringLiteral("revocation_endpoint"), metadata.revocationEndpoint},
         {QStringLiteral("device_authorization_endpoint"), metadata.deviceEndpoint},
         {QStringLiteral("jwks_uri"), metadata.keysUrl},
         {QStringLiteral("userinfo_endpoint"), metadata.userInfoEndpoint}}};
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto& [key, url] = addresses[i];
        const bool needed = i < 2;
        if ((needed || object.contains(key)) && !isEndpoint(url, issuer))
            return key;
    }
    return {};
}

} // namespace

QList<QUrl> metadataUrls(const QUrl& issuer) {
    QString path = issuer.path();
    if (path.endsWith(u'/'))
        path.chop(1);
    const auto at = [&issuer](const QString& place) {
        QUrl url = issuer;
        url.setPath(place);
        return url;
    };
    const QString oauth = QStringLiteral("/.well-known/oauth-authorization-server");
    const QString openId = QStringLiteral("/.well-known/openid-configuration");
    QList<QUrl> urls{at(oauth + path), at(path + openId)};
    if (!path.isEmpty())
        urls.append(at(openId + path));
    return urls;
}

Expected<AuthorizationMetadata> parseMetadata(const QByteArray& json, const QUrl& issuer) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonObject object = document.object();
    if (!document.isObject())
        return fail(unusable(
            AuthorizationMetadataWords::tr("The sign-in server's description of itself is not valid JSON."),
            issuer, {}));
    if (object.value(u"issuer").toString() != issuer.toString(QUrl::FullyEncoded)) {
        return fail(
            unusable(AuthorizationMetadataWords::tr(
                         "The sign-in server calls itself by another name than the environment does."),
                     issuer, QStringLiteral("it says: ") + object.value(u"issuer").toString().left(200)));
    }
    const auto lists = [&object](QStringView key, const QString& value) {
        return object.value(key).toArray().contains(value);
    };
    if (!lists(u"response_types_supported", QStringLiteral("code")))
        return fail(unusable(
            AuthorizationMetadataWords::tr("The sign-in server does not offer the code flow."), issuer, {}));
    if (!lists(u"code_challenge_methods_supported", QStringLiteral("S256")))
        return fail(unusable(
            AuthorizationMetadataWords::tr("The sign-in server does not offer PKCE with S256."), issuer, {}));
    const auto url = [&object](QStringView key) {
        return QUrl(object.value(key).toString(), QUrl::StrictMode);
    };
    AuthorizationMetadata metadata{
        .issuer = object.value(u"issuer").toString(),
        .authorizationEndpoint = url(u"authorization_endpoint"),
        .tokenEndpoint = url(u"token_endpoint"),
        .revocationEndpoint = url(u"revocation_endpoint"),
        .deviceEndpoint = url(u"device_authorization_endpoint"),
        .keysUrl = url(u"jwks_uri"),
        .userInfoEndpoint = url(u"userinfo_endpoint"),
        .namesItself = object.value(u"authorization_response_iss_parameter_supported").toBool()};
    if (const QString key = unusableEndpoint(object, metadata, issuer); !key.isEmpty())
        return fail(unusable(
            AuthorizationMetadataWords::tr("The sign-in server names an address that cannot be used."),
            issuer, QStringLiteral("key: ") + key));
    return metadata;
}

} // namespace apex::auth
