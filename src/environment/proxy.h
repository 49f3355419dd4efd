// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QNetworkProxy>
#include <QUrl>

#include <optional>

namespace apex::environment {

struct Profile;

/// Which proxy an environment's connections take.
enum class ProxyKind {
    System, ///< as the operating system says for each address
    None,
    Manual, ///< the profile names one
};

/// The proxy of a profile. Never holds a password; that is ProxySignIn, from the keychain.
struct ProxyChoice {
    ProxyKind kind = ProxyKind::System;
    QUrl address;        ///< Manual: http://HOST:PORT or socks5://HOST:PORT
    bool signIn = false; ///< the proxy wants a name and a password
};

/// Name and password for the proxy of one environment; in memory only.
struct ProxySignIn {
    QString user;
    Secret password;
};

/// The regular expression of the profile's key "proxy"; the published schema holds the same.
[[nodiscard]] QString proxyPattern();
/// Reads "system", "none", "http://HOST:PORT" or "socks5://HOST:PORT"; nullopt for anything else.
[[nodiscard]] std::optional<ProxyChoice> parseProxy(const QString& text);

/// The proxy for one address of an environment, the same for HTTP and WebSocket. This computer itself is
/// never reached through a proxy. May ask the operating system.
[[nodiscard]] QNetworkProxy proxyFor(const Profile& profile, const QUrl& target);
/// The proxy in words for people: "no proxy", "HTTP proxy proxy.acme.example:3128".
[[nodiscard]] QString proxyWords(const QNetworkProxy& proxy);

/// The bytes of a proxy sign-in as the keychain keeps them, and back; nullopt if they are something else.
[[nodiscard]] Secret encodeProxySignIn(const ProxySignIn& signIn);
[[nodiscard]] std::optional<ProxySignIn> decodeProxySignIn(const Secret& bytes);

} // namespace apex::environment
