// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/random.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>

namespace apex::test {

/// A private key that signs like a provider does (RFC 7515). Tests only.
class SigningKey {
public:
    /// `bits` counts for RSA only.
    explicit SigningKey(const QString& algorithm, const QString& name = QStringLiteral("k1"),
                        std::size_t bits = 2048)
        : m_algorithm(algorithm), m_name(name), m_key(generate(algorithm, bits), &EVP_PKEY_free) {}

    /// The public half as a JWK.
    [[nodiscard]] QJsonObject jwk() const {
        QJsonObject key{{QStringLiteral("kid"), m_name},
                        {QStringLiteral("use"), QStringLiteral("sig")},
                        {QStringLiteral("alg"), m_algorithm}};
        const auto put = [&key](const char* name, const QByteArray& bytes) {
            key.insert(QString::fromLatin1(name), QString::fromLatin1(base64Url(bytes)));
        };
        if (isRsa()) {
            key.insert(QStringLiteral("kty"), QStringLiteral("RSA"));
            put("n", number(OSSL_PKEY_PARAM_RSA_N, 0));
            put("e", number(OSSL_PKEY_PARAM_RSA_E, 0));
        } else if (isCurve()) {
            key.insert(QStringLiteral("kty"), QStringLiteral("EC"));
            key.insert(QStringLiteral("crv"), QString::fromLatin1(curve(m_algorithm)));
            put("x", number(OSSL_PKEY_PARAM_EC_PUB_X, coordinateBytes()));
            put("y", number(OSSL_PKEY_PARAM_EC_PUB_Y, coordinateBytes()));
        } else {
            key.insert(QStringLiteral("kty"), QStringLiteral("OKP"));
            key.insert(QStringLiteral("crv"), QStringLiteral("Ed25519"));
            QByteArray x(32, '\0');
            std::size_t size = 32;
            EVP_PKEY_get_raw_public_key(m_key.get(), reinterpret_cast<unsigned char*>(x.data()), &size);
            put("x", x);
        }
        return key;
    }

    /// A token with these claims; `more` is merged into its header.
    [[nodiscard]] QByteArray token(const QJsonObject& claims, const QJsonObject& more = {}) const {
        QJsonObject header{{QStringLiteral("alg"), m_algorithm}, {QStringLiteral("kid"), m_name}};
        for (auto it = more.begin(); it != more.end(); ++it)
            header.insert(it.key(), it.value());
        const QByteArray text = base64Url(QJsonDocument(header).toJson(QJsonDocument::Compact)) + '.' +
                                base64Url(QJsonDocument(claims).toJson(QJsonDocument::Compact));
        return text + '.' + base64Url(sign(text));
    }

private:
    [[nodiscard]] bool isRsa() const {
        return m_algorithm.startsWith(u"RS") || m_algorithm.startsWith(u"PS");
    }
    [[nodiscard]] bool isCurve() const { return m_algorithm.startsWith(u"ES"); }
    [[nodiscard]] int coordinateBytes() const {
        return m_algorithm == QStringLiteral("ES256") ? 32 : m_algorithm == QStringLiteral("ES384") ? 48 : 66;
    }
    static const char* curve(const QString& algorithm) {
        return algorithm == QStringLiteral("ES256")   ? "P-256"
               : algorithm == QStringLiteral("ES384") ? "P-384"
                                                      : "P-521";
    }
    static EVP_PKEY* generate(const QString& algorithm, std::size_t bits) {
        if (algorithm.startsWith(u"RS") || algorithm.startsWith(u"PS"))
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits);
        if (algorithm.startsWith(u"ES"))
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve(algorithm));
        return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    [[nodiscard]] QByteArray number(const char* name, int bytes) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(m_key.get(), name, &value);
        QByteArray text(bytes > 0 ? bytes : BN_num_bytes(value), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(text.size()));
        BN_free(value);
        return text;
    }
    [[nodiscard]] QByteArray sign(const QByteArray& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        EVP_PKEY_CTX* options = nullptr;
        const QByteArray digest =
            isRsa() || isCurve() ? "SHA" + m_algorithm.right(3).toLatin1() : QByteArray();
        EVP_DigestSignInit_ex(context.get(), &options, digest.isEmpty() ? nullptr : digest.constData(),
                              nullptr, nullptr, m_key.get(), nullptr);
        if (m_algorithm.startsWith(u"PS")) {
            EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
        }
        const auto* bytes = reinterpret_cast<const unsigned char*>(text.constData());
        std::size_t size = 1024;
        QByteArray signature(1024, '\0');
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                       static_cast<std::size_t>(text.size()));
        signature.truncate(static_cast<qsizetype>(size));
        return isCurve() ? sideBySide(signature) : signature;
    }
    /// DER to the form of RFC 7518 3.4.
    [[nodiscard]] QByteArray sideBySide(const QByteArray& der) const {
        const auto* at = reinterpret_cast<const unsigned char*>(der.constData());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(
            d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
        QByteArray pair(2 * coordinateBytes(), '\0');
        auto* bytes = reinterpret_cast<unsigned char*>(pair.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes, coordinateBytes());
        BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes + coordinateBytes(), coordinateBytes());
        return pair;
    }

    QString m_algorithm;
    QString m_name;
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
};

} // namespace apex::test
