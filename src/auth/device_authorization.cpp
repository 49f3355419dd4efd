// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/device_authorization.h"

#include "auth/server_words.h"
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::auth {

namespace {

using namespace std::chrono;

constexpr double longestLifetime = 24.0 * 3600;
constexpr double longestInterval = 300;

struct DeviceAuthorizationWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::DeviceSignIn)
};

QJsonObject objectOf(const HttpAnswer& answer) {
    return QJsonDocument::fromJson(answer.body.reveal()).object();
}

QByteArray errorOf(const HttpAnswer& answer) {
    const bool refused = answer.status >= 400 && answer.status < 500;
    return refused ? objectOf(answer).value(u"error").toString().toUtf8() : QByteArray();
}

Error unusable(const HttpAnswer& answer, const QString& why) {
    return makeError(
        ErrorKind::Protocol, DeviceAuthorizationWords::tr("The sign-in server's answer cannot be used."),
        DeviceAuthorizationWords::tr("Try again, and tell your administrator if it happens again."),
        QStringLiteral("device authorization, HTTP %1, %2").arg(answer.status).arg(why));
}

bool isReadable(const QString& code) {
    return !code.isEmpty() && code.size() <= 64 && std::all_of(code.begin(), code.end(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'-' || c == u' ' || c == u'_';
    });
}

bool isPlace(const QUrl& url, bool issuerIsLocal) {
    const bool plain = url.scheme() != environment::httpSchemes().value(0);
    return (!plain || issuerIsLocal) &&
           environment::urlObjection(url.adjusted(QUrl::RemoveQuery), environment::httpSchemes()).isEmpty();
}

Error refusedRequest(const HttpAnswer& answer) {
    const QJsonObject object = objectOf(answer);
    const QString words = QStringLiteral("HTTP %1, ").arg(answer.status) +
                          serverWords(object.value(u"error").toString().toUtf8(),
                                      object.value(u"error_description").toString().toUtf8());
    if (answer.status >= 500 || answer.status == 429) {
        return makeError(ErrorKind::Unavailable,
                         DeviceAuthorizationWords::tr("The sign-in server has a problem at the moment."),
                         DeviceAuthorizationWords::tr("Try again in a few minutes."), words);
    }
    return makeError(
        ErrorKind::Configuration,
        DeviceAuthorizationWords::tr(
            "The sign-in server does not give this program a code for another device."),
        DeviceAuthorizationWords::tr("Tell your administrator; the details hold what the server said."),
        words);
}

} // namespace

Expected<DeviceAuthorization> readDeviceAuthorization(const HttpAnswer& answer, bool issuerIsLocal) {
    if (answer.status != 200)
        return fail(refusedRequest(answer));
    const QJsonObject object = objectOf(answer);
    DeviceAuthorization device;
    device.deviceCode = Secret(object.value(u"device_code").toString().toUtf8());
    device.userCode = object.value(u"user_code").toString();
    device.verificationUri = QUrl(object.value(u"verification_uri").toString(), QUrl::StrictMode);
    if (device.deviceCode.isEmpty() || !isReadable(device.userCode))
        return fail(unusable(answer, QStringLiteral("no usable code")));
    if (!isPlace(device.verificationUri, issuerIsLocal))
        return fail(unusable(answer, QStringLiteral("no usable verification_uri")));
    const QUrl complete(object.value(u"verification_uri_complete").toString(), QUrl::StrictMode);
    if (isPlace(complete, issuerIsLocal))
        device.verificationUriComplete = complete;
    const double lifetime = object.value(u"expires_in").toDouble();
    if (!(lifetime > 0))
        return fail(unusable(answer, QStringLiteral("no expires_in")));
    device.lifetime = seconds(static_cast<std::int64_t>(std::clamp(lifetime, 1.0, longestLifetime)));
    const double interval = object.value(u"interval").toDouble(static_cast<double>(device.interval.count()));
    device.interval = seconds(static_cast<std::int64_t>(std::clamp(interval, 1.0, longestInterval)));
    return device;
}

std::optional<DeviceWait> readDeviceWait(const HttpAnswer& answer) {
    const QByteArray error = errorOf(answer);
    if (error == "authorization_pending")
        return DeviceWait::Pending;
    if (error == "slow_down")
        return DeviceWait::SlowDown;
    return std::nullopt;
}

std::optional<Error> readDeviceRefusal(const HttpAnswer& answer) {
    const QByteArray error = errorOf(answer);
    const QString details = serverWords(error, {});
    if (error == "access_denied") {
        return makeError(ErrorKind::Denied,
                         DeviceAuthorizationWords::tr("The sign-in was declined on the other device."),
                         DeviceAuthorizationWords::tr("Sign in again if that was not intended."), details);
    }
    if (error == "expired_token") {
        return makeError(ErrorKind::Timeout,
                         DeviceAuthorizationWords::tr("The code was not used in time and is no longer good."),
                         DeviceAuthorizationWords::tr("Sign in again to get a new code."), details);
    }
    if (error.isEmpty())
        return std::nullopt;
    return makeError(
        ErrorKind::Authentication, DeviceAuthorizationWords::tr("The sign-in server refused the sign-in."),
        DeviceAuthorizationWords::tr("Sign in again, and tell your administrator if it happens again."),
        serverWords(error, objectOf(answer).value(u"error_description").toString().toUtf8()));
}

} // namespace apex::auth
