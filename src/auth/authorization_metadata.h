// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QList>
#include <QUrl>

namespace apex::auth {

/// What an authorization server says of itself (RFC 8414 2, OpenID Connect Discovery 3). Absent addresses are
/// empty.
struct AuthorizationMetadata {
    QString issuer;
    QUrl authorizationEndpoint;
    QUrl tokenEndpoint;
    QUrl revocationEndpoint;
    QUrl deviceEndpoint; ///< device_authorization_endpoint (RFC 8628 4)
    QUrl keysUrl;        ///< jwks_uri
    QUrl userInfoEndpoint;
    bool namesItself = false; ///< always sends `iss` (RFC 9207 3)
};

/// Where an issuer's metadata may be, in the order to look: RFC 8414 3.1 (the well-known part goes between
/// host and path), OpenID Connect Discovery 4 (it goes behind the path), and the same document in the first
/// place's form (RFC 8414 5).
[[nodiscard]] QList<QUrl> metadataUrls(const QUrl& issuer);

/// Reads metadata: the issuer must match exactly, endpoints must be https or on loopback, S256 and the code
/// flow must be supported.
[[nodiscard]] Expected<AuthorizationMetadata> parseMetadata(const QByteArray& json, const QUrl& issuer);

} // namespace apex::auth
