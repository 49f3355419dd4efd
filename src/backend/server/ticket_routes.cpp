// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/routes.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

HttpResponse issue(const HttpRequest& request, BackendState& state, const AccessClaims& caller) {
    QJsonObject body;
    if (!request.body.isEmpty()) {
        const auto given = jsonBody(request);
        if (!given)
            return given.error();
        body = *given;
    }
    const qint64 ttl = body.value("ttl_seconds"_L1).toInteger(Tickets::defaultTtl);
    if (ttl < Tickets::shortestTtl || ttl > Tickets::longestTtl)
        return HttpResponse::invalidField(u"body"_s, u"ttl_seconds"_s, u"must lie between 30 and 3600"_s);
    const Ticket ticket =
        state.tickets.issue(caller, static_cast<int>(ttl), body.value("single_use"_L1).toBool(true));
    const QString id = QString::fromLatin1(ticket.id);
    return HttpResponse::json(
        QJsonObject{{"ticket_id"_L1, id},
                    {"expires_at"_L1, ticket.expiresAt},
                    {"created_at"_L1, ticket.createdAt},
                    {"ttl_seconds"_L1, ticket.ttlSeconds},
                    {"single_use"_L1, ticket.singleUse},
                    {"websocket_url"_L1, QString(state.webSocketUrl + u"?ticket="_s + id)}});
}

HttpResponse validate(BackendState& state, const QString& id, const AccessClaims& caller) {
    const auto ticket = state.tickets.redeem(id.toLatin1());
    if (!ticket || !(ticket->claims.user == caller.user))
        return HttpResponse::json(QJsonObject{{"valid"_L1, false}});
    return HttpResponse::json(QJsonObject{{"valid"_L1, true},
                                          {"user_id"_L1, ticket->claims.user.toString()},
                                          {"expires_at"_L1, ticket->expiresAt}});
}

} // namespace

void addTicketRoutes(Router& router, BackendState& state) {
    router.addSignedIn("POST", u"/api/websocket/ticket"_s,
                       [&state](const HttpRequest& request, const QStringList&, const AccessClaims& caller) {
                           return issue(request, state, caller);
                       });
    router.addSignedIn(
        "GET", u"/api/websocket/ticket/{}/validate"_s,
        [&state](const HttpRequest&, const QStringList& arguments, const AccessClaims& caller) {
            return validate(state, arguments.front(), caller);
        });
    router.addSignedIn(
        "DELETE", u"/api/websocket/ticket/{}"_s,
        [&state](const HttpRequest&, const QStringList& arguments, const AccessClaims& caller) {
            return state.tickets.remove(arguments.front().toLatin1(), caller.user)
                       ? HttpResponse::json(QJsonObject{{"revoked"_L1, true}})
                       : HttpResponse::detail(404, u"Not Found"_s);
        });
}

} // namespace apex::backend
