// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace apex::auth {

/// True for the signatures accepted (RFC 7518 3.1, RFC 8037 3.1): RS, PS and ES with 256, 384 and 512 bits,
/// and EdDSA with Ed25519. Never "none", never a shared secret.
[[nodiscard]] bool isSignatureAlgorithm(const QString& name);

/// True if a public JWK (RFC 7517 4) may check signatures of this algorithm: its type, curve, `use`,
/// `key_ops` and `alg` fit.
[[nodiscard]] bool fitsAlgorithm(const QJsonObject& key, const QString& algorithm);

/// Checks a JWS signature (RFC 7515 5.2) with a public JWK that fits. False for anything that is not right: a
/// wrong signature, a malformed key, an RSA key below 2048 bits. Pure.
[[nodiscard]] bool isSignedBy(const QJsonObject& key, const QString& algorithm, const QByteArray& signedBytes,
                              const QByteArray& signature);

} // namespace apex::auth
