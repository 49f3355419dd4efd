// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "environment/profile.h"

#include <QAbstractSocket>
#include <QNetworkRequest>
#include <QWebSocketHandshakeOptions>

namespace apex::connection {

/// What opens a socket; holds the credential, so it is never logged or stored.
struct SocketRequest {
    QNetworkRequest request;
    QWebSocketHandshakeOptions options;
};

/// Largest message the link takes, in bytes: the server's own limit (protocol.md 3.9), or the profile's
/// max_frame_bytes where that is more.
[[nodiscard]] qint64 maxIncomingBytes(const environment::Profile& profile);

/// Builds the upgrade request with the credential in the profile's one way (protocol.md 3.2). For Ticket,
/// `credential` is the ticket's id, else the access token.
[[nodiscard]] SocketRequest socketRequest(const environment::Profile& profile, const Secret& credential);
/// The HTTP status inside QWebSocket's error text, 0 if there is none; a hint only, the text is translated.
[[nodiscard]] int statusHint(const QString& errorText);
/// The failure of an upgrade in words; `isFinal` is set if asking the host by HTTP cannot tell more.
[[nodiscard]] Error upgradeError(QAbstractSocket::SocketError code, const QString& text, const QUrl& url,
                                 bool& isFinal);

} // namespace apex::connection
