// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>
#include <utility>

namespace apex::backend {

/// The one registered client: public, native, no secret (RFC 8252).
inline constexpr char desktopClientId[] = "apex-desktop";

/// True for http://127.0.0.1:PORT/callback and http://[::1]:PORT/callback, spelled exactly so, PORT 1 to
/// 65535 without leading zeros (RFC 8252 7.3: the port is free, everything else is fixed).
[[nodiscard]] bool isAllowedRedirect(const QString& uri);
/// "http://127.0.0.1:PORT" of an allowed redirect URI.
[[nodiscard]] QString redirectOrigin(const QString& uri);

/// True for 43 base64url characters, which is what S256 gives (RFC 7636 4.2).
[[nodiscard]] bool isChallenge(const QString& challenge);
/// True for 43 to 128 unreserved characters (RFC 7636 4.1).
[[nodiscard]] bool isVerifier(const QByteArray& verifier);
/// S256 only: BASE64URL(SHA256(verifier)) equals the challenge (RFC 7636 4.6).
[[nodiscard]] bool verifierMatches(const QByteArray& verifier, const QString& challenge);

/// Decoded parameters of a form body or an OAuth query (application/x-www-form-urlencoded), duplicates kept.
class FormData {
public:
    /// Reads `encoded`; percent escapes and plus signs are decoded, the text is taken as UTF-8.
    explicit FormData(const QByteArray& encoded);

    /// The value if the name occurs exactly once and is not empty (RFC 6749 3.1: empty is as if omitted).
    [[nodiscard]] std::optional<QString> single(QLatin1StringView name) const;
    /// The value or an empty string.
    [[nodiscard]] QString value(QLatin1StringView name) const { return single(name).value_or(QString()); }
    /// True if a name other than `resource` occurs twice, which RFC 6749 3.1 forbids (RFC 8707 allows it for
    /// resource).
    [[nodiscard]] bool hasDuplicates() const;

private:
    QList<std::pair<QString, QString>> m_pairs;
};

/// SHA-256 of a secret that is stored for later comparison only.
[[nodiscard]] QByteArray secretHash(const QByteArray& secret);

} // namespace apex::backend
