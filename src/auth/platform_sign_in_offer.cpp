// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/platform_sign_in_offer.h"

#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace apex::auth {

namespace {

struct PlatformSignInOfferWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::PlatformSignIn)
};

constexpr int mostOrigins = 32;

bool isUsable(const QUrl& url) {
    return environment::urlObjection(url, environment::httpSchemes()).isEmpty();
}

void addOrigin(QList<QUrl>& origins, const QString& text) {
    const QUrl origin = originOf(QUrl(text, QUrl::StrictMode));
    if (isUsable(origin) && !origins.contains(origin) && origins.size() < mostOrigins)
        origins.append(origin);
}

Error notDescribed(const HttpAnswer& answer) {
    const QString details = QStringLiteral("HTTP %1 from /auth/config").arg(answer.status);
    if (answer.status >= 500 || answer.status == 429) {
        return makeError(ErrorKind::Unavailable,
                         PlatformSignInOfferWords::tr("The sign-in server has a problem at the moment."),
                         PlatformSignInOfferWords::tr("Try again in a few minutes."), details);
    }
    return makeError(
        ErrorKind::Protocol,
        PlatformSignInOfferWords::tr("The sign-in server does not say how to sign in; it may not be one."),
        PlatformSignInOfferWords::tr("Check the environment's addresses, or ask your administrator."),
        details);
}

} // namespace

QUrl originOf(const QUrl& url) {
    QUrl origin;
    origin.setScheme(url.scheme());
    origin.setHost(url.host());
    origin.setPort(url.port(url.scheme() == u"https" ? 443 : 80));
    return origin;
}

Expected<PlatformOffer> readPlatformOffer(const HttpAnswer& answer, const QUrl& issuer) {
    const QJsonDocument document = QJsonDocument::fromJson(answer.body.reveal());
    if (answer.status != 200 || !document.isObject())
        return fail(notDescribed(answer));
    const QJsonObject object = document.object();
    const QJsonObject endpoints = object.value(u"endpoints").toObject();
    PlatformOffer offer;
    offer.browser = object.value(u"oauth_enabled").toBool();
    offer.development = !endpoints.value(u"dev_login").toString().isEmpty();
    addOrigin(offer.finalOrigins, issuer.toString());
    const QJsonArray origins = object.value(u"authorized_javascript_origins").toArray();
    for (const QJsonValue& origin : origins)
        addOrigin(offer.finalOrigins, origin.toString());
    // A code and its verifier go nowhere but to the service that the profile names.
    const QUrl token(endpoints.value(u"token").toString(), QUrl::StrictMode);
    if (isUsable(token) && originOf(token) == originOf(issuer))
        offer.tokenEndpoint = token;
    return offer;
}

} // namespace apex::auth
