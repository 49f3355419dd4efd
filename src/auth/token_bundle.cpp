// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/token_bundle.h"

#include "auth/json_web_token.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace apex::auth {

namespace {

using namespace std::chrono;

const QString schema = QStringLiteral("apex/tokens/1");

struct TokenBundleWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::TokenBundle)
};

qint64 milliseconds1970(WallTime time) {
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

std::optional<WallTime> timeOf(const QJsonValue& value) {
    if (!value.isDouble())
        return std::nullopt;
    return WallTime(milliseconds(value.toInteger()));
}

/// Who signed in by the checked ID token; the access token may be opaque.
QJsonObject identityObject(const Claims& identity) {
    return {{QStringLiteral("sub"), identity.user.toString()},
            {QStringLiteral("email"), identity.email},
            {QStringLiteral("name"), identity.name},
            {QStringLiteral("iss"), identity.issuer}};
}

} // namespace

Secret encodeBundle(const TokenSet& tokens) {
    QJsonObject object{{QStringLiteral("schema"), schema},
                       {QStringLiteral("access_token"), QString::fromUtf8(tokens.accessToken.reveal())},
                       {QStringLiteral("refresh_token"), QString::fromUtf8(tokens.refreshToken.reveal())},
                       {QStringLiteral("scopes"), QJsonArray::fromStringList(tokens.scopes)},
                       {QStringLiteral("server_ahead_ms"), static_cast<qint64>(tokens.serverAhead.count())}};
    if (tokens.expiresAt)
        object.insert(QStringLiteral("expires_at_ms"), milliseconds1970(*tokens.expiresAt));
    if (tokens.receivedAt)
        object.insert(QStringLiteral("received_at_ms"), milliseconds1970(*tokens.receivedAt));
    if (!tokens.issuer.isEmpty())
        object.insert(QStringLiteral("issuer"), tokens.issuer);
    if (tokens.identity)
        object.insert(QStringLiteral("identity"), identityObject(*tokens.identity));
    return Secret(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

Expected<TokenSet> decodeBundle(const Secret& entry) {
    const QJsonObject object = QJsonDocument::fromJson(entry.reveal()).object();
    const QString access = object.value(u"access_token").toString();
    if (object.value(u"schema").toString() != schema || access.isEmpty()) {
        return fail(ErrorKind::Storage, TokenBundleWords::tr("The stored sign-in cannot be understood."),
                    TokenBundleWords::tr("Sign in again; this replaces it."));
    }
    TokenSet tokens;
    tokens.accessToken = Secret(access.toUtf8());
    tokens.refreshToken = Secret(object.value(u"refresh_token").toString().toUtf8());
    const QJsonArray scopes = object.value(u"scopes").toArray();
    for (const QJsonValue& scope : scopes)
        tokens.scopes.append(scope.toString());
    tokens.expiresAt = timeOf(object.value(u"expires_at_ms"));
    tokens.receivedAt = timeOf(object.value(u"received_at_ms"));
    tokens.serverAhead = milliseconds(object.value(u"server_ahead_ms").toInteger());
    tokens.issuer = object.value(u"issuer").toString();
    if (auto identity = readClaimSet(object.value(u"identity").toObject()))
        tokens.identity = std::move(*identity);
    return tokens;
}

} // namespace apex::auth
