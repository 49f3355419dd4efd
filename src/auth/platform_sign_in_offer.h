// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/http_call.h"
#include "base/error.h"

#include <QList>
#include <QUrl>

namespace apex::auth {

/// The ways to sign in that a platform's auth service offers (GET /auth/config, protocol.md 1).
struct PlatformOffer {
    bool browser = false;     ///< oauth_enabled
    bool development = false; ///< it lists endpoints.dev_login, as only development servers do
    /// Scheme, host and port of pages a browser sign-in may end on; never empty.
    QList<QUrl> finalOrigins;
    /// Where a code is exchanged; empty if none is named at the auth service itself.
    QUrl tokenEndpoint;
};

/// Reads the answer to GET /auth/config of the service at `issuer`. Addresses at other hosts are not taken
/// over, except as origins of a final page, which are compared with and never asked. Pure.
[[nodiscard]] Expected<PlatformOffer> readPlatformOffer(const HttpAnswer& answer, const QUrl& issuer);

/// Scheme, host and port only.
[[nodiscard]] QUrl originOf(const QUrl& url);

} // namespace apex::auth
