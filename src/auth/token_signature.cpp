// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/token_signature.h"

#include <QJsonArray>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>

namespace apex::auth {

namespace {

enum class Scheme { Rsa, RsaPss, Ecdsa, EdDsa };

struct Algorithm {
    QLatin1String name;
    Scheme scheme;
    const char* digest;  ///< OpenSSL's name; nullptr: part of the scheme
    QLatin1String curve; ///< JWK name
    const char* group;   ///< OpenSSL's name of the curve
    int coordinateBytes;
};

constexpr std::array<Algorithm, 11> algorithms{
    {{QLatin1String("RS256"), Scheme::Rsa, "SHA256", QLatin1String(), nullptr, 0},
     {QLatin1String("RS384"), Scheme::Rsa, "SHA384", QLatin1String(), nullptr, 0},
     {QLatin1String("RS512"), Scheme::Rsa, "SHA512", QLatin1String(), nullptr, 0},
     {QLatin1String("PS256"), Scheme::RsaPss, "SHA256", QLatin1String(), nullptr, 0},
     {QLatin1String("PS384"), Scheme::RsaPss, "SHA384", QLatin1String(), nullptr, 0},
     {QLatin1String("PS512"), Scheme::RsaPss, "SHA512", QLatin1String(), nullptr, 0},
     {QLatin1String("ES256"), Scheme::Ecdsa, "SHA256", QLatin1String("P-256"), "prime256v1", 32},
     {QLatin1String("ES384"), Scheme::Ecdsa, "SHA384", QLatin1String("P-384"), "secp384r1", 48},
     {QLatin1String("ES512"), Scheme::Ecdsa, "SHA512", QLatin1String("P-521"), "secp521r1", 66},
     {QLatin1String("EdDSA"), Scheme::EdDsa, nullptr, QLatin1String("Ed25519"), nullptr, 32},
     {QLatin1String("Ed25519"), Scheme::EdDsa, nullptr, QLatin1String("Ed25519"), nullptr, 32}}};

constexpr int leastRsaBits = 2048;
// Checking with a larger modulus or exponent costs more than a sign-in may.
constexpr qsizetype mostModulusBytes = 1024;
constexpr qsizetype mostExponentBytes = 8;

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// What OpenSSL notes about a refused key or signature must not be taken for an error of the next TLS call.
struct ErrorQueueGuard {
    ErrorQueueGuard() { ERR_set_mark(); }
    ~ErrorQueueGuard() { ERR_pop_to_mark(); }
    ErrorQueueGuard(const ErrorQueueGuard&) = delete;
    ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

const Algorithm* find(const QString& name) {
    const auto* found = std::find_if(algorithms.begin(), algorithms.end(),
                                     [&name](const Algorithm& one) { return name == one.name; });
    return found == algorithms.end() ? nullptr : found;
}

QByteArray member(const QJsonObject& key, QStringView name) {
    const auto decoded = QByteArray::fromBase64Encoding(key.value(name).toString().toLatin1(),
                                                        QByteArray::Base64UrlEncoding |
                                                            QByteArray::AbortOnBase64DecodingErrors);
    return decoded ? *decoded : QByteArray();
}

const unsigned char* bytesOf(const QByteArray& text) {
    return reinterpret_cast<const unsigned char*>(text.constData());
}

std::size_t sizeOf(const QByteArray& text) {
    return static_cast<std::size_t>(text.size());
}

KeyPtr fromParameters(const char* type, OSSL_PARAM_BLD* builder) {
    EVP_PKEY* key = nullptr;
    OSSL_PARAM* parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = nullptr;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return {key, &EVP_PKEY_free};
}

KeyPtr rsaKey(const QJsonObject& jwk) {
    const QByteArray modulus = member(jwk, u"n");
    const QByteArray exponent = member(jwk, u"e");
    if (modulus.isEmpty() || modulus.size() > mostModulusBytes || exponent.isEmpty() ||
        exponent.size() > mostExponentBytes)
        return {nullptr, &EVP_PKEY_free};
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> n(
        BN_bin2bn(bytesOf(modulus), static_cast<int>(modulus.size()), nullptr), &BN_free);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> e(
        BN_bin2bn(bytesOf(exponent), static_cast<int>(exponent.size()), nullptr), &BN_free);
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(),
                                                                                  &OSSL_PARAM_BLD_free);
    if (!n || !e || !builder || BN_num_bits(n.get()) < leastRsaBits ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return {nullptr, &EVP_PKEY_free};
    return fromParameters("RSA", builder.get());
}

KeyPtr curveKey(const QJsonObject& jwk, const Algorithm& algorithm) {
    const QByteArray x = member(jwk, u"x");
    const QByteArray y = member(jwk, u"y");
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(),
                                                                                  &OSSL_PARAM_BLD_free);
    if (!builder || x.size() != algorithm.coordinateBytes || y.size() != algorithm.coordinateBytes)
        return {nullptr, &EVP_PKEY_free};
    const QByteArray point = '\x04' + x + y;
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm.group, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.constData(),
                                         sizeOf(point)) != 1)
        return {nullptr, &EVP_PKEY_free};
    return fromParameters("EC", builder.get());
}

KeyPtr publicKey(const QJsonObject& jwk, const Algorithm& algorithm) {
    switch (algorithm.scheme) {
    case Scheme::Rsa:
    case Scheme::RsaPss:
        return rsaKey(jwk);
    case Scheme::Ecdsa:
        return curveKey(jwk, algorithm);
    case Scheme::EdDsa:
        break;
    }
    const QByteArray x = member(jwk, u"x");
    if (x.size() != algorithm.coordinateBytes)
        return {nullptr, &EVP_PKEY_free};
    return {EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytesOf(x), sizeOf(x)), &EVP_PKEY_free};
}

/// RFC 7518 3.4 puts r and s side by side; OpenSSL wants them in DER.
QByteArray derSignature(const QByteArray& pair, const Algorithm& algorithm) {
    const int half = algorithm.coordinateBytes;
    if (pair.size() != qsizetype{2} * half)
        return {};
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> parts(ECDSA_SIG_new(), &ECDSA_SIG_free);
    BIGNUM* r = BN_bin2bn(bytesOf(pair), half, nullptr);
    BIGNUM* s = BN_bin2bn(bytesOf(pair) + half, half, nullptr);
    if (!parts || !r || !s || ECDSA_SIG_set0(parts.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &der);
    QByteArray bytes = size > 0 ? QByteArray(reinterpret_cast<const char*>(der), size) : QByteArray();
    OPENSSL_free(der);
    return bytes;
}

} // namespace

bool isSignatureAlgorithm(const QString& name) {
    return find(name) != nullptr;
}

bool fitsAlgorithm(const QJsonObject& key, const QString& name) {
    const Algorithm* algorithm = find(name);
    if (!algorithm)
        return false;
    const bool rsa = algorithm->scheme == Scheme::Rsa || algorithm->scheme == Scheme::RsaPss;
    const QString type = algorithm->scheme == Scheme::EdDsa ? QStringLiteral("OKP")
                         : rsa                              ? QStringLiteral("RSA")
                                                            : QStringLiteral("EC");
    const auto absentOr = [&key](QStringView member, const QString& value) {
        return !key.contains(member) || key.value(member).toString() == value;
    };
    const bool mayVerify =
        !key.contains(u"key_ops") || key.value(u"key_ops").toArray().contains(QStringLiteral("verify"));
    return key.value(u"kty").toString() == type && absentOr(u"use", QStringLiteral("sig")) &&
           absentOr(u"alg", name) && mayVerify && (rsa || key.value(u"crv").toString() == algorithm->curve);
}

bool isSignedBy(const QJsonObject& key, const QString& name, const QByteArray& signedBytes,
                const QByteArray& signature) {
    const Algorithm* algorithm = find(name);
    if (!algorithm || signature.isEmpty() || !fitsAlgorithm(key, name))
        return false;
    const ErrorQueueGuard guard;
    const KeyPtr verifier = publicKey(key, *algorithm);
    const QByteArray raw =
        algorithm->scheme == Scheme::Ecdsa ? derSignature(signature, *algorithm) : signature;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr; // owned by the context
    if (!verifier || raw.isEmpty() || !context ||
        EVP_DigestVerifyInit_ex(context.get(), &options, algorithm->digest, nullptr, nullptr, verifier.get(),
                                nullptr) != 1)
        return false;
    if (algorithm->scheme == Scheme::RsaPss &&
        (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    return EVP_DigestVerify(context.get(), bytesOf(raw), sizeOf(raw), bytesOf(signedBytes),
                            sizeOf(signedBytes)) == 1;
}

} // namespace apex::auth
