// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/profile_network.h"

#include "environment/tls.h"
#include "environment/tls_failure.h"

#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QVariant>

namespace apex::environment {

namespace {

constexpr const char* RememberedProxy = "apexProxy";

/// Answers for each address as the profile wants it.
class ProfileProxies final : public QNetworkProxyFactory {
public:
    explicit ProfileProxies(Profile profile) : m_profile(std::move(profile)) {}
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        return {proxyFor(m_profile, query.url())};
    }

private:
    Profile m_profile;
};

} // namespace

ProfileNetwork::ProfileNetwork(QObject* parent) : QNetworkAccessManager(parent) {}

ProfileNetwork::ProfileNetwork(const Profile& profile, QObject* parent) : QNetworkAccessManager(parent) {
    use(profile);
}

void ProfileNetwork::use(const Profile& profile) {
    m_profile = profile;
    m_tls.reset();
    clearConnectionCache();
    setProxyFactory(new ProfileProxies(profile));
}

QNetworkReply* ProfileNetwork::createRequest(Operation operation, const QNetworkRequest& request,
                                             QIODevice* outgoing) {
    QNetworkRequest made = request;
    if (m_profile && request.url().scheme() == QStringLiteral("https")) {
        if (!m_tls)
            m_tls = tlsConfiguration(*m_profile);
        // Without its authorities a request fails by itself: nothing unknown becomes trusted.
        if (m_tls->has_value())
            made.setSslConfiguration(**m_tls);
    }
    QNetworkReply* reply = QNetworkAccessManager::createRequest(operation, made, outgoing);
    rememberTlsErrors(*reply);
    rememberProxy(*reply);
    return reply;
}

void ProfileNetwork::rememberProxy(QNetworkReply& reply) const {
    // Asking the operating system again is not worth it: its proxies show in the connection check.
    if (!m_profile || m_profile->proxy.kind != ProxyKind::Manual)
        return;
    const QNetworkProxy proxy = proxyFor(*m_profile, reply.url());
    if (proxy.type() != QNetworkProxy::NoProxy)
        reply.setProperty(RememberedProxy, proxyWords(proxy));
}

QString proxyOf(const QNetworkReply& reply) {
    return reply.property(RememberedProxy).toString();
}

} // namespace apex::environment
