// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "connection/link_machine.h"

#include <QNetworkReply>

namespace apex::connection {

/// HTTP status of a finished reply, 0 if none came.
[[nodiscard]] int statusOf(const QNetworkReply& reply);
/// Seconds of a Retry-After header, at most an hour; nullopt if there is none.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfterOf(const QNetworkReply& reply);
/// The proxy wants a name and a password (HTTP 407), in words.
[[nodiscard]] Error proxySignInError(const QString& details);
/// The proxy cannot be reached or does not open the way, in words.
[[nodiscard]] Error proxySilentError(const QString& details);
/// Why no HTTP status came: network, TLS or time limit; the address goes to the details without its query.
[[nodiscard]] Error transportError(const QNetworkReply& reply);
/// What a status says about the way to the host and about the sign-in.
[[nodiscard]] ProbeAnswer probeAnswer(QNetworkReply& reply);

} // namespace apex::connection
