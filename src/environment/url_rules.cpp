// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QHostAddress>

namespace apex::environment {

namespace {

struct UrlRulesWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::UrlRules)
};

} // namespace

bool isLoopbackHost(const QString& host) {
    if (host.compare(QStringLiteral("localhost"), Qt::CaseInsensitive) == 0)
        return true;
    QHostAddress address;
    return address.setAddress(host) && address.isLoopback();
}

QString urlObjection(const QUrl& url, const QStringList& schemes) {
    const QString secure = schemes.value(0);
    const QString plain = schemes.value(1);
    if (!url.isValid() || url.isRelative() || url.host().isEmpty())
        return UrlRulesWords::tr("it is not a complete address");
    if (url.scheme() != secure && url.scheme() != plain)
        return UrlRulesWords::tr("it must begin with %1://").arg(secure);
    if (!url.userInfo().isEmpty())
        return UrlRulesWords::tr("it must not hold a user name or password");
    if (url.hasQuery() || url.hasFragment())
        return UrlRulesWords::tr("it must not hold a query or fragment");
    if (url.scheme() == plain && !isLoopbackHost(url.host()))
        return UrlRulesWords::tr("%1:// is allowed to this computer only; use %2://").arg(plain, secure);
    return {};
}

QStringList httpSchemes() {
    return {QStringLiteral("https"), QStringLiteral("http")};
}

QStringList socketSchemes() {
    return {QStringLiteral("wss"), QStringLiteral("ws")};
}

} // namespace apex::environment
