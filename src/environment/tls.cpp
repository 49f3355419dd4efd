// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/tls.h"

#include <QCoreApplication>
#include <QFile>
#include <QSslCertificate>

namespace apex::environment {

namespace {

struct TlsWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Tls)
};

} // namespace

Expected<QSslConfiguration> tlsConfiguration(const Profile& profile) {
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (profile.caFile.isEmpty())
        return configuration;
    QFile file(profile.caFile);
    const QList<QSslCertificate> extra = file.open(QIODevice::ReadOnly)
                                             ? QSslCertificate::fromDevice(&file, QSsl::Pem)
                                             : QList<QSslCertificate>();
    if (extra.isEmpty()) {
        return fail(
            ErrorKind::Configuration,
            TlsWords::tr("The certificate file %1 of the environment \"%2\" holds no readable certificate.")
                .arg(profile.caFile, profile.name),
            TlsWords::tr("Ask your administrator for a PEM file with the certificate authorities."),
            QStringLiteral("file: ") + profile.source +
                QStringLiteral(", key: ca_file, why: it holds no readable certificate"));
    }
    configuration.addCaCertificates(extra);
    return configuration;
}

} // namespace apex::environment
