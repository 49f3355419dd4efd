// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/identity/token_store.h"
#include "backend/server/http_message.h"

#include <functional>
#include <vector>

namespace apex::backend {

/// Maps method and path to a handler and says beforehand how large a body may be. Thread of the io context
/// only.
class Router {
public:
    /// `arguments` are the path segments that matched "{}".
    using Handler = std::function<HttpResponse(const HttpRequest& request, const QStringList& arguments)>;
    using SignedInHandler = std::function<HttpResponse(
        const HttpRequest& request, const QStringList& arguments, const AccessClaims& caller)>;

    static constexpr qint64 smallBody = 64 * 1024;
    static constexpr qint64 messageBody = 1024 * 1024;

    explicit Router(const TokenStore& tokens) : m_tokens(tokens) {}

    void add(const QByteArray& method, const QString& path, Handler handler, qint64 bodyLimit = smallBody);
    /// Like add; the handler runs only for a valid Bearer token, everybody else gets 401.
    void addSignedIn(const QByteArray& method, const QString& path, SignedInHandler handler,
                     qint64 bodyLimit = smallBody);

    /// Largest body the route takes, in bytes.
    [[nodiscard]] qint64 bodyLimit(const HttpRequest& request) const;
    /// The answer; 404 and 405 in the platform's plain form, 401 first under /api/.
    [[nodiscard]] HttpResponse handle(const HttpRequest& request) const;
    /// Who sends this request, by its Bearer token, or the 401.
    [[nodiscard]] tl::expected<AccessClaims, HttpResponse> caller(const HttpRequest& request) const;

private:
    struct Route {
        QByteArray method;
        QStringList path;
        Handler handler;
        qint64 bodyLimit;
    };
    [[nodiscard]] static bool matches(const Route& route, const QStringList& path, QStringList& arguments);

    const TokenStore& m_tokens;
    std::vector<Route> m_routes;
};

} // namespace apex::backend
