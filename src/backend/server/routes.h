// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/backend_state.h"
#include "backend/server/router.h"

namespace apex::backend {

/// OAuth: metadata (RFC 8414), /oauth/authorize, /oauth/token, /oauth/revoke (RFC 7009).
void addOAuthRoutes(Router& router, BackendState& state);
/// The platform's own way to sign in and to ask who one is: /auth/... (protocol.md 2.1).
void addAuthRoutes(Router& router, BackendState& state);
/// /health, /ws/config, /api/config/public, /api/discovery/services.
void addStatusRoutes(Router& router, BackendState& state);
/// /api/websocket/ticket... (protocol.md 2.6).
void addTicketRoutes(Router& router, BackendState& state);
/// /api/threads... (protocol.md 5.1).
void addThreadRoutes(Router& router, BackendState& state);
/// GET /api/files/{id}; the upload itself is streamed, see Upload.
void addFileRoutes(Router& router, BackendState& state);

/// The platform's form of an instant: ISO 8601 without a zone, meaning UTC.
[[nodiscard]] QString isoWithoutZone(qint64 secondsSince1970);

} // namespace apex::backend
