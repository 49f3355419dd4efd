// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/jwt.h"

#include "base/random.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr auto audience = "netra-platform"_L1;
constexpr qint64 clockSkewSeconds = 60;

struct JwtWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::AccessTokens)
};

tl::unexpected<Error> refused(const QString& why) {
    return fail(ErrorKind::Authentication, JwtWords::tr("The access token is not accepted."),
                JwtWords::tr("Sign in again."), why);
}

bool decodeObject(const QByteArray& part, QJsonObject& object) {
    bool ok = false;
    const QByteArray json = fromBase64Url(part, ok);
    if (!ok)
        return false;
    const QJsonDocument document = QJsonDocument::fromJson(json);
    object = document.object();
    return document.isObject();
}

bool headerAllowed(const QJsonObject& header) {
    // RFC 8725 3.1: the algorithm is ours to choose, never the token's.
    return header.value("alg"_L1).toString() == "HS256"_L1 && !header.contains("crit"_L1);
}

AccessClaims readClaims(const QJsonObject& claims) {
    AccessClaims result;
    result.user = UserId(claims.value("sub"_L1).toString());
    result.email = claims.value("email"_L1).toString();
    result.name = claims.value("name"_L1).toString();
    for (const auto& permission : claims.value("permissions"_L1).toArray())
        result.permissions.append(permission.toString());
    result.grant = claims.value("sid"_L1).toString();
    result.jti = claims.value("jti"_L1).toString();
    result.issuedAt = claims.value("iat"_L1).toInteger();
    result.expiresAt = claims.value("exp"_L1).toInteger();
    return result;
}

} // namespace

QByteArray fromBase64Url(const QByteArray& text, bool& ok) {
    const auto decoded =
        QByteArray::fromBase64Encoding(text, QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals |
                                                 QByteArray::AbortOnBase64DecodingErrors);
    ok = decoded.decodingStatus == QByteArray::Base64DecodingStatus::Ok && !text.contains('=');
    return ok ? *decoded : QByteArray();
}

qint64 secondsNow(const Clock& clock) {
    return std::chrono::floor<std::chrono::seconds>(clock.wallNow()).time_since_epoch().count();
}

AccessTokens::AccessTokens(Secret key, QString issuer, std::chrono::seconds life, const Clock& clock)
    : m_key(std::move(key)), m_issuer(std::move(issuer)), m_life(life), m_clock(clock) {}

QByteArray AccessTokens::issue(const AccessClaims& subject) const {
    const qint64 now = nowSeconds();
    const QJsonObject header{{"alg"_L1, "HS256"_L1}, {"typ"_L1, "JWT"_L1}};
    const QJsonObject claims{
        {"sub"_L1, subject.user.toString()},
        {"iat"_L1, now},
        {"exp"_L1, now + static_cast<qint64>(m_life.count())},
        {"iss"_L1, m_issuer},
        {"aud"_L1, audience},
        {"jti"_L1, QString::fromLatin1(randomToken(16))},
        {"sid"_L1, subject.grant},
        {"token_type"_L1, "access"_L1},
        {"type"_L1, "access"_L1},
        {"env"_L1, "local"_L1},
        {"email"_L1, subject.email},
        {"name"_L1, subject.name},
        {"permissions"_L1, QJsonArray::fromStringList(subject.permissions)},
    };
    const QByteArray signedPart = base64Url(QJsonDocument(header).toJson(QJsonDocument::Compact)) + '.' +
                                  base64Url(QJsonDocument(claims).toJson(QJsonDocument::Compact));
    return signedPart + '.' + base64Url(signature(signedPart));
}

Expected<AccessClaims> AccessTokens::verify(const QByteArray& token) const {
    const QList<QByteArray> parts = token.split('.');
    QJsonObject header;
    if (parts.size() != 3 || !decodeObject(parts.at(0), header) || !headerAllowed(header))
        return refused(u"form or algorithm"_s);
    bool ok = false;
    const QByteArray given = fromBase64Url(parts.at(2), ok);
    if (!ok || !constantTimeEquals(given, signature(parts.at(0) + '.' + parts.at(1))))
        return refused(u"signature"_s);
    QJsonObject claims;
    if (!decodeObject(parts.at(1), claims))
        return refused(u"claims"_s);
    if (claims.value("iss"_L1).toString() != m_issuer || claims.value("aud"_L1).toString() != audience ||
        claims.value("token_type"_L1).toString() != "access"_L1)
        return refused(u"issuer, audience or type"_s);
    const AccessClaims result = readClaims(claims);
    if (result.user.isEmpty() || result.jti.isEmpty() || result.issuedAt > nowSeconds() + clockSkewSeconds)
        return refused(u"subject, id or time"_s);
    if (result.expiresAt <= nowSeconds())
        return refused(u"expired"_s);
    return result;
}

QByteArray AccessTokens::signature(const QByteArray& signedPart) const {
    return QMessageAuthenticationCode::hash(signedPart, m_key.reveal(), QCryptographicHash::Sha256);
}

qint64 AccessTokens::nowSeconds() const {
    return secondsNow(m_clock);
}

} // namespace apex::backend
