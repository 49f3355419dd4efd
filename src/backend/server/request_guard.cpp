// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/request_guard.h"

#include <QCoreApplication>

namespace apex::backend {

namespace {

struct RequestGuardWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::RequestGuard)
};

bool comesFromAnotherSite(const HttpRequest& request) {
    const QByteArray site = request.header("sec-fetch-site");
    if (site.isEmpty() || site == "same-origin" || site == "none")
        return false;
    // A link to the sign-in page may come from anywhere; a person still has to decide there.
    const bool navigation = request.method == "GET" && request.header("sec-fetch-mode") == "navigate" &&
                            request.header("sec-fetch-dest") == "document";
    return !navigation;
}

} // namespace

RequestGuard::RequestGuard(quint16 port) {
    for (const QByteArray& name : {QByteArray("127.0.0.1"), QByteArray("localhost"), QByteArray("[::1]")})
        m_hosts.append(name + ':' + QByteArray::number(port));
}

std::optional<HttpResponse> RequestGuard::refuse(const HttpRequest& request) const {
    if (!m_hosts.contains(request.header("host").toLower()))
        return HttpResponse::detail(
            421, RequestGuardWords::tr("This server answers only under its own loopback address."));
    const QByteArray origin = request.header("origin");
    if (!origin.isEmpty() && !(origin.startsWith("http://") && m_hosts.contains(origin.mid(7).toLower())))
        return HttpResponse::detail(403,
                                    RequestGuardWords::tr("Requests from other web pages are not allowed."));
    if (comesFromAnotherSite(request))
        return HttpResponse::detail(403,
                                    RequestGuardWords::tr("Requests from other web pages are not allowed."));
    return std::nullopt;
}

} // namespace apex::backend
