// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/routes.h"

#include <QDateTime>
#include <QTimeZone>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QJsonObject pairJson(const TokenPair& pair) {
    return {{"access_token"_L1, QString::fromLatin1(pair.accessToken)},
            {"refresh_token"_L1, QString::fromLatin1(pair.refreshToken)},
            {"token_type"_L1, "Bearer"_L1},
            {"expires_in"_L1, static_cast<qint64>(pair.accessLife.count())}};
}

HttpResponse config(const BackendState& state) {
    const auto at = [&](QStringView path) -> QString { return state.issuer + path; };
    const QJsonObject endpoints{{"login"_L1, at(u"/auth/login")},
                                {"logout"_L1, at(u"/auth/logout")},
                                {"callback"_L1, QString()},
                                {"token"_L1, at(u"/oauth/token")},
                                {"user"_L1, at(u"/auth/me")},
                                {"authorization"_L1, at(u"/oauth/authorize")},
                                {"revocation"_L1, at(u"/oauth/revoke")}};
    return HttpResponse::json(
        QJsonObject{{"google_client_id"_L1, QString()},
                    {"oauth_enabled"_L1, true},
                    {"development_mode"_L1, false},
                    {"issuer"_L1, state.issuer},
                    {"client_id"_L1, QLatin1StringView(desktopClientId)},
                    {"endpoints"_L1, endpoints},
                    {"authorized_javascript_origins"_L1, QJsonArray()},
                    {"authorized_redirect_uris"_L1,
                     QJsonArray{"http://127.0.0.1/callback"_L1, "http://[::1]/callback"_L1}},
                    {"oauth_redirect_uri"_L1, "http://127.0.0.1/callback"_L1}});
}

// The platform's door for browsers (protocol.md 2.2); here redirect_uri, state and PKCE are honoured.
HttpResponse browserLogin(const HttpRequest& request) {
    if (FormData(request.query).value("redirect_uri"_L1).isEmpty())
        return HttpResponse::detail(400, u"redirect_uri is required"_s);
    HttpResponse answer{303, {}, {}, {}};
    answer.addHeader("Location", "/oauth/authorize?response_type=code&" + request.query);
    answer.addHeader("Referrer-Policy", "no-referrer");
    return answer;
}

HttpResponse login(const HttpRequest& request, BackendState& state) {
    const auto body = jsonBody(request);
    if (!body)
        return body.error();
    for (const auto name : {"email"_L1, "password"_L1}) {
        if (!body->value(name).isString())
            return HttpResponse::invalidField(u"body"_s, name, u"field required"_s);
    }
    // An account without a password can be entered only by a person, on the consent page.
    HttpResponse invalid = HttpResponse::detail(401, u"Invalid credentials"_s);
    const auto account = state.accounts.byEmail(body->value("email"_L1).toString());
    if (!account)
        return account.error().kind == ErrorKind::NotFound ? invalid : HttpResponse::failure(account.error());
    if (!account->hasPassword)
        return invalid;
    if (auto allowed = state.accounts.checkPassword(*account, body->value("password"_L1).toString());
        !allowed) {
        if (allowed.error().kind != ErrorKind::Unavailable)
            return allowed.error().kind == ErrorKind::Denied ? invalid
                                                             : HttpResponse::failure(allowed.error());
        HttpResponse wait = HttpResponse::detail(429, allowed.error().forPeople());
        wait.addHeader("Retry-After", allowed.error().details.toLatin1());
        return wait;
    }
    const auto pair = state.tokens.signIn(account->id);
    if (!pair)
        return HttpResponse::failure(pair.error());
    QJsonObject answer = pairJson(*pair);
    answer.insert("user"_L1, QJsonObject{{"id"_L1, account->id.toString()},
                                         {"email"_L1, account->email},
                                         {"name"_L1, account->name}});
    return HttpResponse::json(answer);
}

HttpResponse refresh(const HttpRequest& request, BackendState& state) {
    const auto body = jsonBody(request);
    if (!body)
        return body.error();
    for (const auto name : {"refresh_token"_L1, "refreshToken"_L1, "token"_L1}) {
        const QString token = body->value(name).toString();
        if (token.isEmpty())
            continue;
        const auto pair = state.tokens.refresh(token.toUtf8());
        if (pair)
            return HttpResponse::json(pairJson(*pair));
        return pair.error().kind == ErrorKind::Storage
                   ? HttpResponse::failure(pair.error())
                   : HttpResponse::detail(401, u"Invalid refresh token"_s);
    }
    return HttpResponse::detail(
        422, u"refresh_token is required; received keys: %1"_s.arg(QStringList(body->keys()).join(u", "_s)));
}

QByteArray bearer(const HttpRequest& request) {
    const QByteArray header = request.header("authorization");
    return header.left(7).toLower() == "bearer " ? header.mid(7).trimmed() : QByteArray();
}

// Logging out is always answered with success, as on the platform: the caller is signed out whatever it held.
HttpResponse logout(const HttpRequest& request, BackendState& state) {
    if (auto done = state.tokens.revoke(bearer(request)); !done)
        return HttpResponse::failure(done.error());
    return HttpResponse::json(QJsonObject{{"message"_L1, "Logged out"_L1}, {"status"_L1, "success"_L1}});
}

HttpResponse validate(const HttpRequest& request, BackendState& state) {
    const auto body = jsonBody(request);
    if (!body)
        return body.error();
    const auto claims = state.tokens.verifyAccess(body->value("token"_L1).toString().toLatin1());
    if (!claims)
        return HttpResponse::json(QJsonObject{
            {"valid"_L1, false}, {"error"_L1, "invalid_token"_L1}, {"message"_L1, claims.error().happened}});
    return HttpResponse::json(QJsonObject{{"valid"_L1, true},
                                          {"user_id"_L1, claims->user.toString()},
                                          {"email"_L1, claims->email},
                                          {"permissions"_L1, QJsonArray::fromStringList(claims->permissions)},
                                          {"expires_at"_L1, isoWithoutZone(claims->expiresAt)}});
}

HttpResponse verify(const HttpRequest& request, BackendState& state) {
    const auto claims = state.tokens.verifyAccess(bearer(request));
    if (!claims)
        return HttpResponse::json(QJsonObject{{"valid"_L1, false}, {"error"_L1, "invalid_token"_L1}});
    return HttpResponse::json(QJsonObject{{"valid"_L1, true},
                                          {"user_id"_L1, claims->user.toString()},
                                          {"email"_L1, claims->email},
                                          {"exp"_L1, isoWithoutZone(claims->expiresAt)}});
}

HttpResponse me(BackendState& state, const AccessClaims& caller) {
    const auto account = state.accounts.byId(caller.user);
    if (!account)
        return HttpResponse::failure(account.error());
    return HttpResponse::json(QJsonObject{
        {"user_id"_L1, account->id.toString()},
        {"email"_L1, account->email},
        {"permissions"_L1, QJsonArray::fromStringList(caller.permissions)},
        {"token_expires_at"_L1, isoWithoutZone(caller.expiresAt)},
        {"name"_L1, account->name},
        {"created_at"_L1, isoWithoutZone(account->createdAt)},
        {"last_login_at"_L1, account->lastLoginAt == 0 ? QJsonValue() : isoWithoutZone(account->lastLoginAt)},
        {"is_verified"_L1, true},
        {"auth_provider"_L1, "local"_L1}});
}

} // namespace

QString isoWithoutZone(qint64 secondsSince1970) {
    return QDateTime::fromSecsSinceEpoch(secondsSince1970, QTimeZone::utc())
        .toString(u"yyyy-MM-ddTHH:mm:ss"_s);
}

void addAuthRoutes(Router& router, BackendState& state) {
    router.add("GET", u"/auth/config"_s,
               [&state](const HttpRequest&, const QStringList&) { return config(state); });
    router.add("GET", u"/auth/login"_s,
               [](const HttpRequest& request, const QStringList&) { return browserLogin(request); });
    router.add("POST", u"/auth/login"_s,
               [&state](const HttpRequest& request, const QStringList&) { return login(request, state); });
    router.add("POST", u"/auth/refresh"_s,
               [&state](const HttpRequest& request, const QStringList&) { return refresh(request, state); });
    router.add("POST", u"/auth/logout"_s,
               [&state](const HttpRequest& request, const QStringList&) { return logout(request, state); });
    router.add("POST", u"/auth/validate"_s,
               [&state](const HttpRequest& request, const QStringList&) { return validate(request, state); });
    for (const char* method : {"GET", "POST"})
        router.add(method, u"/auth/verify"_s, [&state](const HttpRequest& request, const QStringList&) {
            return verify(request, state);
        });
    router.addSignedIn("GET", u"/auth/me"_s,
                       [&state](const HttpRequest&, const QStringList&, const AccessClaims& caller) {
                           return me(state, caller);
                       });
}

} // namespace apex::backend
