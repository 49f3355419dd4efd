// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/backend_state.h"
#include "backend/server/http_message.h"

namespace apex::backend {

/// Leave to open a socket.
struct SocketAdmission {
    AccessClaims claims;
    QByteArray subprotocol; ///< to be echoed; may carry a token, so it never goes to a log. Empty = none
};

/// Decides before the upgrade (protocol.md 3.2): 404 wrong path, 403 no offered subprotocol fits, 401 no
/// valid token. The token comes by Authorization header, subprotocol or ticket, never by ?token=. Origin and
/// Host were checked.
[[nodiscard]] tl::expected<SocketAdmission, HttpResponse> admitSocket(const HttpRequest& request,
                                                                      BackendState& state);

/// The subprotocol the server selects from the offered ones; nullopt if some were offered and none fits.
[[nodiscard]] std::optional<QByteArray> selectSubprotocol(const QByteArray& offered);
/// The token inside the offered subprotocols, base64url-encoded or raw; empty if there is none.
[[nodiscard]] QByteArray tokenFromSubprotocols(const QByteArray& offered);

} // namespace apex::backend
