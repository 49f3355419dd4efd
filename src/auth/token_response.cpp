// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/token_response.h"

#include "auth/server_words.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::auth {

namespace {

using namespace std::chrono;

struct TokenResponseWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::TokenAnswer)
};

QString statusText(const HttpAnswer& answer) {
    return QStringLiteral("HTTP %1").arg(answer.status);
}

tl::unexpected<Error> brokenAnswer(const HttpAnswer& answer, const QString& why) {
    return fail(ErrorKind::Protocol, TokenResponseWords::tr("The sign-in server's answer cannot be used."),
                TokenResponseWords::tr("Try again, and tell your administrator if it happens again."),
                statusText(answer) + QStringLiteral(", ") + why);
}

Error serverTrouble(const HttpAnswer& answer, const QString& words) {
    QString details = statusText(answer);
    if (!words.isEmpty())
        details += QStringLiteral(", ") + words;
    if (answer.status == 429) {
        return makeError(ErrorKind::Unavailable, TokenResponseWords::tr("The sign-in server is busy."),
                         TokenResponseWords::tr("It is tried again by itself."), details);
    }
    return makeError(ErrorKind::Unavailable,
                     TokenResponseWords::tr("The sign-in server has a problem at the moment."),
                     TokenResponseWords::tr("Try again in a few minutes."), details);
}

Error refusal(const QString& words) {
    return makeError(ErrorKind::Authentication,
                     TokenResponseWords::tr("The server does not accept this sign-in any more."),
                     TokenResponseWords::tr("Sign in again."), words);
}

/// RFC 6749 5.2: only these mean that trying again cannot help; a 404 or an HTML page is a proxy's.
Error oauthFailure(const HttpAnswer& answer, const QJsonObject& object) {
    const QByteArray code = object.value(u"error").toString().toUtf8();
    const QString words = serverWords(code, object.value(u"error_description").toString().toUtf8());
    static const QList<QByteArray> final{"invalid_grant",   "invalid_client", "unauthorized_client",
                                         "invalid_request", "invalid_scope",  "unsupported_grant_type",
                                         "invalid_target"};
    const bool clientError = answer.status == 400 || answer.status == 401;
    if (clientError && final.contains(code))
        return refusal(statusText(answer) + QStringLiteral(", ") + words);
    return serverTrouble(answer, words);
}

Error platformFailure(const HttpAnswer& answer, const QJsonObject& object) {
    const QJsonValue detail = object.value(u"detail");
    const QString words = serverWords(detail.toString().toUtf8(), {});
    if ((answer.status == 401 || answer.status == 422) && !detail.isUndefined())
        return refusal(statusText(answer) + QStringLiteral(", ") + words);
    return serverTrouble(answer, words);
}

std::optional<WallTime> expiryOf(const QJsonObject& object, const TokenSet& tokens, TokenDialect dialect,
                                 WallTime serverNow) {
    const auto claims = readClaims(tokens.accessToken);
    const std::optional<WallTime> own = claims ? claims->expiresAt : std::nullopt;
    const QJsonValue lifetime = object.value(u"expires_in");
    // Some servers send the number as a text.
    const double seconds = lifetime.isString() ? lifetime.toString().toDouble() : lifetime.toDouble();
    constexpr double longest = 10.0 * 365 * 24 * 3600;
    const bool known = seconds > 0 && seconds < longest;
    if (dialect == TokenDialect::Platform && own) {
        // The platform refuses any token older than this, whatever its exp says (protocol.md 2.4).
        constexpr hours oldest(24);
        return claims->issuedAt ? std::min(*own, *claims->issuedAt + oldest) : *own;
    }
    if (known)
        return serverNow + duration_cast<microseconds>(duration<double>(seconds));
    return own;
}

} // namespace

milliseconds clockDifference(const HttpAnswer& answer, WallTime now) {
    if (!answer.serverTime)
        return milliseconds(0);
    // Date has whole seconds; its middle is the best guess.
    const auto difference = duration_cast<milliseconds>(*answer.serverTime + milliseconds(500) - now);
    return abs(difference) < seconds(3) ? milliseconds(0) : difference;
}

Expected<TokenSet> readTokenAnswer(const HttpAnswer& answer, TokenDialect dialect, WallTime now) {
    const QJsonDocument document = QJsonDocument::fromJson(answer.body.reveal());
    const QJsonObject object = document.object();
    if (answer.status != 200) {
        return fail(dialect == TokenDialect::OAuth ? oauthFailure(answer, object)
                                                   : platformFailure(answer, object));
    }
    if (answer.contentType != "application/json" || !document.isObject())
        return brokenAnswer(answer, QStringLiteral("not JSON"));
    if (object.value(u"token_type").toString().compare(QStringLiteral("bearer"), Qt::CaseInsensitive) != 0)
        return brokenAnswer(answer, QStringLiteral("token_type is not Bearer"));
    TokenSet tokens;
    tokens.accessToken = Secret(object.value(u"access_token").toString().toUtf8());
    tokens.refreshToken = Secret(object.value(u"refresh_token").toString().toUtf8());
    if (tokens.accessToken.isEmpty())
        return brokenAnswer(answer, QStringLiteral("no access_token"));
    tokens.idToken = Secret(object.value(u"id_token").toString().toUtf8());
    tokens.scopes = object.value(u"scope").toString().split(u' ', Qt::SkipEmptyParts);
    tokens.receivedAt = now;
    tokens.serverAhead = clockDifference(answer, now);
    tokens.expiresAt = expiryOf(object, tokens, dialect, now + tokens.serverAhead);
    return tokens;
}

} // namespace apex::auth
