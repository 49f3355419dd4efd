// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/router.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

void Router::add(const QByteArray& method, const QString& path, Handler handler, qint64 bodyLimit) {
    m_routes.push_back({method, path.split(u'/', Qt::SkipEmptyParts), std::move(handler), bodyLimit});
}

void Router::addSignedIn(const QByteArray& method, const QString& path, SignedInHandler handler,
                         qint64 bodyLimit) {
    add(
        method, path,
        [this, handler = std::move(handler)](const HttpRequest& request, const QStringList& arguments) {
            const auto who = caller(request);
            return who ? handler(request, arguments, *who) : who.error();
        },
        bodyLimit);
}

bool Router::matches(const Route& route, const QStringList& path, QStringList& arguments) {
    if (route.path.size() != path.size())
        return false;
    arguments.clear();
    for (qsizetype i = 0; i < path.size(); ++i) {
        if (route.path.at(i) == "{}"_L1)
            arguments.append(path.at(i));
        else if (route.path.at(i) != path.at(i))
            return false;
    }
    return true;
}

qint64 Router::bodyLimit(const HttpRequest& request) const {
    QStringList arguments;
    for (const Route& route : m_routes) {
        if (route.method == request.method && matches(route, request.path, arguments))
            return route.bodyLimit;
    }
    return smallBody;
}

HttpResponse Router::handle(const HttpRequest& request) const {
    QStringList arguments;
    QByteArrayList allowed;
    for (const Route& route : m_routes) {
        if (!matches(route, request.path, arguments))
            continue;
        if (route.method == request.method)
            return route.handler(request, arguments);
        allowed.append(route.method);
    }
    if (!request.path.isEmpty() && request.path.front() == "api"_L1) {
        if (const auto who = caller(request); !who)
            return who.error();
    }
    if (allowed.isEmpty())
        return HttpResponse::detail(404, u"Not Found"_s);
    HttpResponse response = HttpResponse::detail(405, u"Method Not Allowed"_s);
    response.addHeader("Allow", allowed.join(", "));
    return response;
}

tl::expected<AccessClaims, HttpResponse> Router::caller(const HttpRequest& request) const {
    const QByteArray header = request.header("authorization");
    if (header.left(7).toLower() != "bearer ")
        return tl::unexpected(HttpResponse::unauthorized(false));
    auto claims = m_tokens.verifyAccess(header.mid(7).trimmed());
    if (claims)
        return std::move(*claims);
    return tl::unexpected(claims.error().kind == ErrorKind::Storage ? HttpResponse::failure(claims.error())
                                                                    : HttpResponse::unauthorized(true));
}

} // namespace apex::backend
