// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/socket_admission.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype shortestToken = 10;

struct SocketAdmissionWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::SocketAdmission)
};

QByteArrayList items(const QByteArray& offered) {
    QByteArrayList result;
    for (const QByteArray& item : offered.split(',')) {
        if (const QByteArray trimmed = item.trimmed(); !trimmed.isEmpty())
            result.append(trimmed);
    }
    return result;
}

QByteArray afterPrefix(const QByteArray& item, std::initializer_list<QByteArray> prefixes) {
    for (const QByteArray& prefix : prefixes) {
        if (item.startsWith(prefix) && item.size() > prefix.size())
            return item.mid(prefix.size());
    }
    return {};
}

// The rest is base64url of a token, a raw token, or a raw token behind the name of an environment.
QByteArray tokenFromRest(const QByteArray& rest) {
    bool ok = false;
    QByteArray decoded = fromBase64Url(rest, ok);
    if (ok && decoded.count('.') == 2)
        return decoded;
    return rest.count('.') == 3 ? rest.mid(rest.indexOf('.') + 1) : rest;
}

tl::expected<AccessClaims, HttpResponse> claimsOf(const QByteArray& token, const BackendState& state) {
    if (token.isEmpty())
        return tl::unexpected(HttpResponse::unauthorized(false));
    auto claims = state.tokens.verifyAccess(token);
    if (!claims)
        return tl::unexpected(claims.error().kind == ErrorKind::Storage
                                  ? HttpResponse::failure(claims.error())
                                  : HttpResponse::unauthorized(true));
    return std::move(*claims);
}

tl::expected<AccessClaims, HttpResponse> claimsOfTicket(const QString& id, BackendState& state) {
    const auto ticket = state.tickets.redeem(id.toLatin1());
    if (!ticket || ticket->claims.expiresAt <= secondsNow(state.clock))
        return tl::unexpected(HttpResponse::unauthorized(true));
    const auto live = state.tokens.isLive(ticket->claims.grant);
    if (!live)
        return tl::unexpected(HttpResponse::failure(live.error()));
    if (!*live)
        return tl::unexpected(HttpResponse::unauthorized(true));
    return ticket->claims;
}

tl::expected<AccessClaims, HttpResponse> identify(const HttpRequest& request, BackendState& state) {
    const QByteArray authorization = request.header("authorization");
    if (authorization.left(7).toLower() == "bearer ")
        return claimsOf(authorization.mid(7).trimmed(), state);
    if (const QByteArray token = tokenFromSubprotocols(request.header("sec-websocket-protocol"));
        !token.isEmpty())
        return claimsOf(token, state);
    if (const QString ticket = request.parameter("ticket"_L1); !ticket.isEmpty())
        return claimsOfTicket(ticket, state);
    return tl::unexpected(HttpResponse::unauthorized(false));
}

} // namespace

std::optional<QByteArray> selectSubprotocol(const QByteArray& offered) {
    const QByteArrayList all = items(offered);
    if (all.isEmpty())
        return QByteArray();
    for (const QByteArray& item : all) {
        if (!afterPrefix(item, {"jwt.", "jwt-auth.", "bearer."}).isEmpty())
            return item;
    }
    for (const QByteArray& name :
         {QByteArray("jwt-auth"), QByteArray("jwt"), QByteArray("bearer"), QByteArray("agent_chat")}) {
        if (all.contains(name))
            return name;
    }
    return std::nullopt;
}

QByteArray tokenFromSubprotocols(const QByteArray& offered) {
    for (const QByteArray& item : items(offered)) {
        const QByteArray rest = afterPrefix(item, {"jwt.", "jwt-auth.", "bearer.", "staging-auth."});
        if (rest.size() >= shortestToken)
            return tokenFromRest(rest);
    }
    return {};
}

tl::expected<SocketAdmission, HttpResponse> admitSocket(const HttpRequest& request, BackendState& state) {
    if (request.path != QStringList{u"ws"_s})
        return tl::unexpected(HttpResponse::detail(404, u"Not Found"_s));
    const auto subprotocol = selectSubprotocol(request.header("sec-websocket-protocol"));
    if (!subprotocol)
        return tl::unexpected(HttpResponse::detail(
            403, SocketAdmissionWords::tr("None of the offered subprotocols is supported.")));
    auto claims = identify(request, state);
    if (!claims)
        return tl::unexpected(claims.error());
    return SocketAdmission{std::move(*claims), *subprotocol};
}

} // namespace apex::backend
