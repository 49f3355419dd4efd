// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/proxy.h"

#include "environment/profile.h"
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QRegularExpression>

namespace apex::environment {

namespace {

struct ProxyWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Proxy)
};

/// The operating system knows proxies for web addresses, not for ws: and wss:.
QUrl webAddress(QUrl target) {
    if (target.scheme() == QStringLiteral("wss"))
        target.setScheme(QStringLiteral("https"));
    else if (target.scheme() == QStringLiteral("ws"))
        target.setScheme(QStringLiteral("http"));
    return target;
}

QNetworkProxy systemProxy(const QUrl& target) {
    const auto offered = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(webAddress(target)));
    for (QNetworkProxy proxy : offered) {
        // A tunnel is what WebSocket needs, and a caching proxy is the same host and port.
        if (proxy.type() == QNetworkProxy::HttpCachingProxy)
            proxy.setType(QNetworkProxy::HttpProxy);
        if (proxy.type() == QNetworkProxy::HttpProxy || proxy.type() == QNetworkProxy::Socks5Proxy)
            return proxy;
    }
    return QNetworkProxy(QNetworkProxy::NoProxy);
}

QNetworkProxy manualProxy(const QUrl& address) {
    const bool socks = address.scheme() == QStringLiteral("socks5");
    return {socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, address.host(),
            static_cast<quint16>(address.port())};
}

} // namespace

QString proxyPattern() {
    return QStringLiteral("^(system|none|(http|socks5)://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+\\]):"
                          "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|"
                          "6553[0-5]))$");
}

std::optional<ProxyChoice> parseProxy(const QString& text) {
    static const QRegularExpression form(proxyPattern(), QRegularExpression::DontCaptureOption);
    if (text.endsWith(u'\n') || !form.match(text).hasMatch())
        return std::nullopt;
    if (text == QStringLiteral("system"))
        return ProxyChoice{};
    if (text == QStringLiteral("none"))
        return ProxyChoice{ProxyKind::None, {}, false};
    const QUrl address(text, QUrl::StrictMode);
    if (!address.isValid() || address.host().isEmpty())
        return std::nullopt;
    return ProxyChoice{ProxyKind::Manual, address, false};
}

QNetworkProxy proxyFor(const Profile& profile, const QUrl& target) {
    if (profile.proxy.kind == ProxyKind::None || isLoopbackHost(target.host()))
        return QNetworkProxy(QNetworkProxy::NoProxy);
    QNetworkProxy proxy =
        profile.proxy.kind == ProxyKind::Manual ? manualProxy(profile.proxy.address) : systemProxy(target);
    if (proxy.type() != QNetworkProxy::NoProxy && profile.proxySignIn) {
        proxy.setUser(profile.proxySignIn->user);
        proxy.setPassword(QString::fromUtf8(profile.proxySignIn->password.reveal()));
    }
    return proxy;
}

QString proxyWords(const QNetworkProxy& proxy) {
    const QString place = QStringLiteral("%1:%2").arg(proxy.hostName()).arg(proxy.port());
    switch (proxy.type()) {
    case QNetworkProxy::Socks5Proxy:
        return ProxyWords::tr("SOCKS proxy %1").arg(place);
    case QNetworkProxy::HttpProxy:
    case QNetworkProxy::HttpCachingProxy:
        return ProxyWords::tr("HTTP proxy %1").arg(place);
    default:
        return ProxyWords::tr("no proxy");
    }
}

Secret encodeProxySignIn(const ProxySignIn& signIn) {
    return Secret("proxy1\n" + signIn.user.toUtf8() + '\n' + signIn.password.reveal());
}

std::optional<ProxySignIn> decodeProxySignIn(const Secret& bytes) {
    const QByteArray& all = bytes.reveal();
    const qsizetype head = all.indexOf('\n');
    const qsizetype user = all.indexOf('\n', head + 1);
    if (head < 0 || user < 0 || all.left(head) != "proxy1")
        return std::nullopt;
    return ProxySignIn{QString::fromUtf8(all.mid(head + 1, user - head - 1)), Secret(all.mid(user + 1))};
}

} // namespace apex::environment
