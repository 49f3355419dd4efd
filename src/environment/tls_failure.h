// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslError>
#include <QStringList>

#include <optional>

namespace apex::environment {

/// Why a secure channel is not trusted.
enum class TlsProblem {
    UnknownAuthority, ///< nobody this computer trusts vouches for it
    SelfSigned,       ///< it vouches for itself
    Expired,
    NotYetValid,
    WrongHost,
    Revoked,
    OldVersion, ///< nothing newer than TLS 1.1 is offered
    Other,
};

/// Why a secure channel could not be trusted, with the certificates the server showed.
struct TlsFailure {
    TlsProblem problem = TlsProblem::Other;
    QString happened; ///< a sentence that names the host and the reason
    QString action;
    QStringList chain; ///< one line a certificate, the server's own first
    QString details;   ///< for support

    /// The failure as an error of kind Tls; the chain goes to the details.
    [[nodiscard]] Error toError() const;
};

/// One line for people: whom a certificate is for, by whom, until when, fingerprint.
[[nodiscard]] QString certificateLine(const QSslCertificate& certificate);

/// Names the reason. `errors` and `chain` are as Qt reported them, `text` is the socket's own error text.
[[nodiscard]] TlsFailure describeTlsFailure(const QString& host, const QList<QSslError>& errors,
                                            const QList<QSslCertificate>& chain, const QString& text);

/// Makes a reply remember why its secure channel failed, for tlsFailureOf().
void rememberTlsErrors(QNetworkReply& reply);
/// Why the secure channel of a finished reply failed; nullopt if it did not.
[[nodiscard]] std::optional<TlsFailure> tlsFailureOf(const QNetworkReply& reply);

} // namespace apex::environment
