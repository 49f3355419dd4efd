// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>

#include <optional>

namespace apex::environment {

/// The HTTP requests of one environment: its proxy, its trust, and a memory of why a secure channel failed.
/// Main thread.
class ProfileNetwork final : public QNetworkAccessManager {
    Q_OBJECT
public:
    explicit ProfileNetwork(QObject* parent = nullptr);
    explicit ProfileNetwork(const Profile& profile, QObject* parent = nullptr);

    /// Takes proxy and trust from `profile` for all later requests; open connections are closed.
    void use(const Profile& profile);

protected:
    QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request,
                                 QIODevice* outgoing) override;

private:
    void rememberProxy(QNetworkReply& reply) const;

    std::optional<Profile> m_profile;
    std::optional<Expected<QSslConfiguration>> m_tls; ///< read when first needed
};

/// The proxy a reply of ProfileNetwork took, in words; empty if none.
[[nodiscard]] QString proxyOf(const QNetworkReply& reply);

} // namespace apex::environment
