// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/json_web_token.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>

namespace apex::auth {

namespace {

constexpr qsizetype longestText = 256;
constexpr qsizetype longestSubject = 1024;

struct JsonWebTokenWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::Claims)
};

tl::unexpected<Error> notReadable(const QString& why) {
    return fail(ErrorKind::InvalidInput,
                JsonWebTokenWords::tr("The access token does not say who it belongs to."), {}, why);
}

std::optional<QByteArray> decodedPart(const QByteArray& part) {
    const auto decoded = QByteArray::fromBase64Encoding(part, QByteArray::Base64UrlEncoding |
                                                                  QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || part.contains('='))
        return std::nullopt;
    return *decoded;
}

std::optional<QJsonObject> decodedObject(const QByteArray& part) {
    const auto bytes = decodedPart(part);
    if (!bytes)
        return std::nullopt;
    const QJsonDocument document = QJsonDocument::fromJson(*bytes);
    if (!document.isObject())
        return std::nullopt;
    return document.object();
}

/// Shown to people, in terminals too: no control characters, nothing that reorders the text around it.
QString textForPeople(const QJsonValue& value) {
    QString text;
    for (const QChar c : value.toString().left(longestText)) {
        const ushort code = c.unicode();
        const bool reorders = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
                              code == 0x200e || code == 0x200f || code == 0x061c;
        const bool separates = code == 0x2028 || code == 0x2029;
        if (c.category() != QChar::Other_Control && !reorders && !separates)
            text.append(c);
    }
    return text.trimmed();
}

QStringList texts(const QJsonValue& value) {
    QStringList list;
    const QJsonArray items = value.toArray();
    for (const QJsonValue& item : items) {
        if (item.isString())
            list.append(item.toString());
    }
    return list;
}

} // namespace

std::optional<WallTime> numericDate(const QJsonValue& value) {
    constexpr double lastSecond = 253402300799.0; // 9999-12-31
    if (!value.isDouble() || value.toDouble() < 0 || value.toDouble() > lastSecond)
        return std::nullopt;
    return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(value.toDouble() * 1e6)));
}

Expected<JsonWebToken> parseJsonWebToken(const QByteArray& compact) {
    if (compact.size() > maxTokenBytes)
        return notReadable(QStringLiteral("longer than 64 KiB"));
    const QList<QByteArray> parts = compact.split('.');
    if (parts.size() != 3)
        return notReadable(QStringLiteral("not three parts"));
    const auto header = decodedObject(parts[0]);
    if (!header)
        return notReadable(QStringLiteral("the header is not a JSON object in base64url"));
    const auto payload = decodedObject(parts[1]);
    if (!payload)
        return notReadable(QStringLiteral("the payload is not a JSON object in base64url"));
    const auto signature = decodedPart(parts[2]);
    if (!signature)
        return notReadable(QStringLiteral("the signature is not base64url"));
    return JsonWebToken{.header = *header,
                        .payload = *payload,
                        .signedBytes = parts[0] + '.' + parts[1],
                        .signature = *signature};
}

Expected<Claims> readClaimSet(const QJsonObject& payload) {
    const QString subject = payload.value(u"sub").toString();
    if (subject.isEmpty())
        return notReadable(QStringLiteral("no sub claim"));
    if (subject.size() > longestSubject)
        return notReadable(QStringLiteral("the sub claim is too long"));
    QString name = textForPeople(payload.value(u"name"));
    if (name.isEmpty())
        name = textForPeople(payload.value(u"preferred_username"));
    return Claims{.user = UserId(subject),
                  .email = textForPeople(payload.value(u"email")),
                  .name = name,
                  .issuer = payload.value(u"iss").toString(),
                  .permissions = texts(payload.value(u"permissions")),
                  .issuedAt = numericDate(payload.value(u"iat")),
                  .expiresAt = numericDate(payload.value(u"exp"))};
}

} // namespace apex::auth
