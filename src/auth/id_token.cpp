// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/id_token.h"

#include "auth/token_signature.h"
#include "base/random.h"

#include <QCoreApplication>
#include <QCryptographicHash>

#include <algorithm>

namespace apex::auth {

namespace {

constexpr qsizetype mostKeys = 64;

struct IdTokenWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::IdToken)
};

tl::unexpected<Error> failed(const char* check, const QString& why) {
    return fail(idTokenError(QString::fromLatin1(check), why));
}

/// RFC 7519 4.1.3: one text or a list of texts.
QStringList audiences(const QJsonValue& value) {
    if (value.isString())
        return {value.toString()};
    QStringList list;
    const QJsonArray items = value.toArray();
    for (const QJsonValue& item : items)
        list.append(item.toString());
    return list;
}

std::optional<Error> audienceObjection(const QJsonObject& claims, const QString& clientId) {
    const QStringList named = audiences(claims.value(u"aud"));
    const QString party = claims.value(u"azp").toString();
    if (!named.contains(clientId))
        return idTokenError(QStringLiteral("aud"), IdTokenWords::tr("it was made for another program"));
    if ((named.size() > 1 || claims.contains(u"azp")) && party != clientId)
        return idTokenError(QStringLiteral("azp"), IdTokenWords::tr("it was given to another program"));
    return std::nullopt;
}

std::optional<Error> timeObjection(const QJsonObject& claims, WallTime now) {
    const auto expires = numericDate(claims.value(u"exp"));
    const auto issued = numericDate(claims.value(u"iat"));
    const auto begins = numericDate(claims.value(u"nbf"));
    if (!expires || *expires + clockTolerance <= now)
        return idTokenError(QStringLiteral("exp"), IdTokenWords::tr("it has expired"));
    if (!issued || *issued - clockTolerance > now || (begins && *begins - clockTolerance > now)) {
        return idTokenError(
            QStringLiteral("iat"),
            IdTokenWords::tr("it was made in the future; the clock of this computer may be wrong"));
    }
    return std::nullopt;
}

/// OpenID Connect Core 3.1.3.6: the left half of the hash that belongs to the signature's algorithm.
QByteArray halfHash(const Secret& token, const QString& algorithm) {
    using Hash = QCryptographicHash;
    const auto method = algorithm.endsWith(u"256")   ? Hash::Sha256
                        : algorithm.endsWith(u"384") ? Hash::Sha384
                                                     : Hash::Sha512;
    const QByteArray hash = Hash::hash(token.reveal(), method);
    return base64Url(hash.left(hash.size() / 2));
}

} // namespace

Error idTokenError(const QString& check, const QString& why) {
    return makeError(
        ErrorKind::Protocol,
        IdTokenWords::tr("The sign-in server's statement of who you are failed a check: %1.").arg(why),
        IdTokenWords::tr("Nothing was accepted. Try again, and tell your administrator if it happens again."),
        QStringLiteral("ID token, check: ") + check);
}

Expected<void> checkIdTokenHeader(const JsonWebToken& token) {
    const QString algorithm = token.header.value(u"alg").toString();
    if (!isSignatureAlgorithm(algorithm)) {
        const bool unsignedToken = algorithm.compare(QStringLiteral("none"), Qt::CaseInsensitive) == 0;
        return failed("alg", unsignedToken
                                 ? IdTokenWords::tr("it is not signed")
                                 : IdTokenWords::tr("it is signed in a way that proves nothing here"));
    }
    if (token.header.contains(u"crit"))
        return failed("crit", IdTokenWords::tr("it demands an extension that this program does not know"));
    return {};
}

SignatureVerdict judgeSignature(const QJsonArray& keys, const JsonWebToken& token) {
    const QString algorithm = token.header.value(u"alg").toString();
    const QJsonValue wanted = token.header.value(u"kid");
    bool tried = false;
    for (qsizetype i = 0; i < std::min<qsizetype>(keys.size(), mostKeys); ++i) {
        const QJsonObject key = keys.at(i).toObject();
        const bool named = !wanted.isString() || key.value(u"kid") == wanted;
        if (!named || !fitsAlgorithm(key, algorithm))
            continue;
        tried = true;
        if (isSignedBy(key, algorithm, token.signedBytes, token.signature))
            return SignatureVerdict::Good;
    }
    // Without a name the right key may be one that is not here yet.
    return tried && wanted.isString() ? SignatureVerdict::Bad : SignatureVerdict::UnknownKey;
}

Expected<Claims> checkIdTokenClaims(const JsonWebToken& token, const IdTokenExpectation& expected,
                                    const Secret& accessToken) {
    const QJsonObject& claims = token.payload;
    if (claims.value(u"iss").toString() != expected.issuer)
        return failed("iss", IdTokenWords::tr("it comes from another sign-in server"));
    if (auto objection = audienceObjection(claims, expected.clientId))
        return fail(std::move(*objection));
    if (auto objection = timeObjection(claims, expected.serverNow))
        return fail(std::move(*objection));
    if (!expected.nonce.isEmpty() &&
        !constantTimeEquals(claims.value(u"nonce").toString().toUtf8(), expected.nonce))
        return failed("nonce", IdTokenWords::tr("it belongs to another sign-in"));
    if (claims.contains(u"at_hash") &&
        !constantTimeEquals(claims.value(u"at_hash").toString().toUtf8(),
                            halfHash(accessToken, token.header.value(u"alg").toString())))
        return failed("at_hash", IdTokenWords::tr("it belongs to another access token"));
    auto known = readClaimSet(claims);
    if (!known)
        return failed("sub", IdTokenWords::tr("it does not say who signed in"));
    return known;
}

} // namespace apex::auth
