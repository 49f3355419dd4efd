// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/routes.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr auto formType = "application/x-www-form-urlencoded"_L1;

HttpResponse browserResponse(const BrowserAnswer& answer) {
    if (const auto* redirect = std::get_if<Redirect>(&answer))
        return {
            303, {}, {}, {{"Location", redirect->location.toLatin1()}, {"Referrer-Policy", "no-referrer"}}};
    const Page& page = std::get<Page>(answer);
    // Not no-referrer: under that policy browsers send "Origin: null" with the form, and the origin check
    // needs it.
    return {page.status,
            "text/html; charset=utf-8",
            page.html,
            {{"Content-Security-Policy", page.contentSecurityPolicy},
             {"X-Frame-Options", "DENY"},
             {"Referrer-Policy", "same-origin"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Cross-Origin-Resource-Policy", "same-origin"}}};
}

HttpResponse oauthError(const QString& error, const QString& description, int status = 400) {
    return HttpResponse::json({{"error"_L1, error}, {"error_description"_L1, description}}, status);
}

HttpResponse metadata(const BackendState& state) {
    const auto at = [&](QStringView path) -> QString { return state.issuer + path; };
    return HttpResponse::json(QJsonObject{
        {"issuer"_L1, state.issuer},
        {"authorization_endpoint"_L1, at(u"/oauth/authorize")},
        {"token_endpoint"_L1, at(u"/oauth/token")},
        {"revocation_endpoint"_L1, at(u"/oauth/revoke")},
        {"response_types_supported"_L1, QJsonArray{"code"_L1}},
        {"response_modes_supported"_L1, QJsonArray{"query"_L1}},
        {"grant_types_supported"_L1, QJsonArray{"authorization_code"_L1, "refresh_token"_L1}},
        {"token_endpoint_auth_methods_supported"_L1, QJsonArray{"none"_L1}},
        {"revocation_endpoint_auth_methods_supported"_L1, QJsonArray{"none"_L1}},
        {"code_challenge_methods_supported"_L1, QJsonArray{"S256"_L1}},
        {"authorization_response_iss_parameter_supported"_L1, true},
        {"service_documentation"_L1, at(u"/auth/config")},
        {"registered_client_id"_L1, QLatin1StringView(desktopClientId)},
    });
}

HttpResponse tokenResponse(const Expected<TokenPair>& pair) {
    if (!pair) {
        if (pair.error().kind == ErrorKind::Storage)
            return oauthError(u"server_error"_s, pair.error().happened, 500);
        return oauthError(u"invalid_grant"_s, u"The code or refresh token is not valid (any more)."_s);
    }
    QJsonObject body{{"access_token"_L1, QString::fromLatin1(pair->accessToken)},
                     {"token_type"_L1, "Bearer"_L1},
                     {"expires_in"_L1, static_cast<qint64>(pair->accessLife.count())},
                     {"refresh_token"_L1, QString::fromLatin1(pair->refreshToken)}};
    if (!pair->scope.isEmpty())
        body.insert("scope"_L1, pair->scope);
    return HttpResponse::json(body);
}

// The checks every endpoint for the public client shares; an answer if one of them fails.
std::optional<HttpResponse> refuseForm(const HttpRequest& request, const FormData& form,
                                       bool clientRequired) {
    if (!request.hasMediaType(formType))
        return oauthError(u"invalid_request"_s, u"The body must be application/x-www-form-urlencoded."_s,
                          415);
    if (form.hasDuplicates())
        return oauthError(u"invalid_request"_s, u"A parameter is repeated."_s);
    const QString client = form.value("client_id"_L1);
    if (client != QLatin1StringView(desktopClientId) && (clientRequired || !client.isEmpty()))
        return oauthError(u"invalid_client"_s, u"The client is not known."_s);
    return std::nullopt;
}

HttpResponse token(const HttpRequest& request, BackendState& state) {
    const FormData form(request.body);
    if (auto refused = refuseForm(request, form, true))
        return *refused;
    const QString grantType = form.value("grant_type"_L1);
    if (grantType == "authorization_code"_L1) {
        const auto code = form.single("code"_L1);
        const auto verifier = form.single("code_verifier"_L1);
        const auto redirect = form.single("redirect_uri"_L1);
        if (!code || !verifier || !redirect)
            return oauthError(u"invalid_request"_s, u"code, code_verifier and redirect_uri are required."_s);
        return tokenResponse(state.tokens.redeemCode(code->toUtf8(), *redirect, verifier->toUtf8()));
    }
    if (grantType == "refresh_token"_L1) {
        const auto refreshToken = form.single("refresh_token"_L1);
        if (!refreshToken)
            return oauthError(u"invalid_request"_s, u"refresh_token is required."_s);
        return tokenResponse(state.tokens.refresh(refreshToken->toUtf8()));
    }
    return oauthError(grantType.isEmpty() ? u"invalid_request"_s : u"unsupported_grant_type"_s,
                      u"grant_type must be authorization_code or refresh_token."_s);
}

HttpResponse revoke(const HttpRequest& request, BackendState& state) {
    const FormData form(request.body);
    if (auto refused = refuseForm(request, form, false))
        return *refused;
    const auto given = form.single("token"_L1);
    if (!given)
        return oauthError(u"invalid_request"_s, u"token is required."_s);
    if (auto done = state.tokens.revoke(given->toUtf8()); !done)
        return oauthError(u"server_error"_s, done.error().happened, 500);
    return HttpResponse::json(QJsonObject());
}

} // namespace

void addOAuthRoutes(Router& router, BackendState& state) {
    router.add("GET", u"/.well-known/oauth-authorization-server"_s,
               [&state](const HttpRequest&, const QStringList&) { return metadata(state); });
    router.add("GET", u"/oauth/authorize"_s, [&state](const HttpRequest& request, const QStringList&) {
        return browserResponse(state.authorization.ask(request.query));
    });
    router.add("POST", u"/oauth/authorize"_s, [&state](const HttpRequest& request, const QStringList&) {
        if (!request.hasMediaType(formType))
            return HttpResponse::detail(415, u"The body must be application/x-www-form-urlencoded."_s);
        return browserResponse(state.authorization.decide(request.body));
    });
    router.add("POST", u"/oauth/token"_s,
               [&state](const HttpRequest& request, const QStringList&) { return token(request, state); });
    router.add("POST", u"/oauth/revoke"_s,
               [&state](const HttpRequest& request, const QStringList&) { return revoke(request, state); });
}

} // namespace apex::backend
