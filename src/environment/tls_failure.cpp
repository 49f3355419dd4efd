// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/tls_failure.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QSslConfiguration>
#include <QVariant>

namespace apex::environment {

namespace {

struct TlsFailureWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::TlsFailure)
};

constexpr const char* RememberedErrors = "apexTlsErrors";

TlsProblem problemOf(const QSslError& error) {
    switch (error.error()) {
    case QSslError::SelfSignedCertificate:
        return TlsProblem::SelfSigned;
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
    case QSslError::InvalidCaCertificate:
        return TlsProblem::UnknownAuthority;
    case QSslError::CertificateExpired:
        return TlsProblem::Expired;
    case QSslError::CertificateNotYetValid:
        return TlsProblem::NotYetValid;
    case QSslError::HostNameMismatch:
        return TlsProblem::WrongHost;
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted:
        return TlsProblem::Revoked;
    default:
        return TlsProblem::Other;
    }
}

/// The reason to name first: what no administrator could mend elsewhere comes before what a missing
/// authority explains.
TlsProblem leading(const QList<QSslError>& errors, const QString& text) {
    constexpr TlsProblem order[] = {TlsProblem::Revoked,     TlsProblem::Expired,
                                    TlsProblem::NotYetValid, TlsProblem::WrongHost,
                                    TlsProblem::SelfSigned,  TlsProblem::UnknownAuthority};
    for (const TlsProblem wanted : order) {
        for (const QSslError& error : errors) {
            if (problemOf(error) == wanted)
                return wanted;
        }
    }
    // OpenSSL's own words are not translated.
    const bool version = text.contains(QStringLiteral("protocol version"), Qt::CaseInsensitive) ||
                         text.contains(QStringLiteral("unsupported protocol"), Qt::CaseInsensitive);
    return version ? TlsProblem::OldVersion : TlsProblem::Other;
}

QString shortDate(const QDateTime& time) {
    return time.toUTC().toString(QStringLiteral("yyyy-MM-dd"));
}

QString firstOf(const QStringList& names, const QString& otherwise) {
    return names.isEmpty() ? otherwise : names.front().left(120);
}

QString namesOf(const QSslCertificate& certificate) {
    QStringList names = certificate.subjectAlternativeNames().values();
    if (names.isEmpty())
        names = certificate.subjectInfo(QSslCertificate::CommonName);
    return names.mid(0, 4).join(QStringLiteral(", ")).left(200);
}

void explain(TlsFailure& failure, const QString& host, const QSslCertificate& own,
             const QSslCertificate& top) {
    const QString installCa = TlsFailureWords::tr(
        "If your company inspects connections, its certificate authority is missing: ask your "
        "administrator to install it on this computer or to name it as \"ca_file\" of this "
        "environment.");
    const QString askOperator =
        TlsFailureWords::tr("Ask the operator of %1 to renew its certificate.").arg(host);
    switch (failure.problem) {
    case TlsProblem::UnknownAuthority:
        failure.happened =
            TlsFailureWords::tr("The certificate of %1 comes from \"%2\", which this computer does not "
                                "trust.")
                .arg(host, firstOf(top.issuerInfo(QSslCertificate::CommonName),
                                   TlsFailureWords::tr("an unnamed authority")));
        failure.action = installCa;
        break;
    case TlsProblem::SelfSigned:
        failure.happened = TlsFailureWords::tr("%1 shows a certificate that it made itself.").arg(host);
        failure.action = installCa;
        break;
    case TlsProblem::Expired:
        failure.happened = TlsFailureWords::tr("The certificate of %1 was valid until %2 only.")
                               .arg(host, shortDate(own.expiryDate()));
        failure.action = askOperator + u' ' + TlsFailureWords::tr("Also check the date of this computer.");
        break;
    case TlsProblem::NotYetValid:
        failure.happened = TlsFailureWords::tr("The certificate of %1 is valid from %2 on only.")
                               .arg(host, shortDate(own.effectiveDate()));
        failure.action = TlsFailureWords::tr("Check the date and time of this computer.");
        break;
    case TlsProblem::WrongHost:
        failure.happened = TlsFailureWords::tr("The certificate shown by %1 is for another host: %2.")
                               .arg(host, namesOf(own));
        failure.action =
            TlsFailureWords::tr("Check the addresses of this environment; if they are right, somebody "
                                "may be in between.");
        break;
    case TlsProblem::Revoked:
        failure.happened = TlsFailureWords::tr("The certificate of %1 was withdrawn.").arg(host);
        failure.action = askOperator;
        break;
    case TlsProblem::OldVersion:
        failure.happened = TlsFailureWords::tr("%1 offers only outdated versions of TLS.").arg(host);
        failure.action = TlsFailureWords::tr("Ask the operator of %1 for TLS 1.2 or newer.").arg(host);
        break;
    case TlsProblem::Other:
        failure.happened = TlsFailureWords::tr("The secure channel to %1 could not be trusted.").arg(host);
        failure.action = installCa;
        break;
    }
}

} // namespace

Error TlsFailure::toError() const {
    QStringList all = chain;
    if (!details.isEmpty())
        all.prepend(details);
    return makeError(ErrorKind::Tls, happened, action, all.join(QStringLiteral("; ")));
}

QString certificateLine(const QSslCertificate& certificate) {
    const QByteArray print = certificate.digest(QCryptographicHash::Sha256).toHex(':').left(23).toUpper();
    return TlsFailureWords::tr("%1, issued by %2, valid %3 to %4, SHA-256 %5…")
        .arg(
            firstOf(certificate.subjectInfo(QSslCertificate::CommonName), namesOf(certificate)),
            firstOf(certificate.issuerInfo(QSslCertificate::CommonName), TlsFailureWords::tr("nobody named")),
            shortDate(certificate.effectiveDate()), shortDate(certificate.expiryDate()),
            QString::fromLatin1(print));
}

TlsFailure describeTlsFailure(const QString& host, const QList<QSslError>& errors,
                              const QList<QSslCertificate>& chain, const QString& text) {
    TlsFailure failure;
    failure.problem = leading(errors, text);
    for (const QSslCertificate& certificate : chain)
        failure.chain.append(certificateLine(certificate));
    QStringList reasons;
    for (const QSslError& error : errors)
        reasons.append(error.errorString());
    reasons.removeDuplicates();
    failure.details = reasons.isEmpty() ? text.left(200) : reasons.join(QStringLiteral(", "));
    explain(failure, host, chain.value(0), chain.isEmpty() ? QSslCertificate() : chain.constLast());
    return failure;
}

void rememberTlsErrors(QNetworkReply& reply) {
    QObject::connect(&reply, &QNetworkReply::sslErrors, &reply, [&reply](const QList<QSslError>& errors) {
        reply.setProperty(RememberedErrors, QVariant::fromValue(errors));
    });
}

std::optional<TlsFailure> tlsFailureOf(const QNetworkReply& reply) {
    if (reply.error() != QNetworkReply::SslHandshakeFailedError)
        return std::nullopt;
    const auto errors = reply.property(RememberedErrors).value<QList<QSslError>>();
    QList<QSslCertificate> chain = reply.sslConfiguration().peerCertificateChain();
    if (chain.isEmpty() && !errors.isEmpty() && !errors.front().certificate().isNull())
        chain = {errors.front().certificate()};
    return describeTlsFailure(reply.url().host(), errors, chain, reply.errorString());
}

} // namespace apex::environment
