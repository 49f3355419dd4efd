// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/oauth_rules.h"

#include "base/random.h"
#include "base/secret.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QSet>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString decodeFormPart(QByteArray part) {
    part.replace('+', ' ');
    return QString::fromUtf8(QByteArray::fromPercentEncoding(part));
}

QRegularExpressionMatch matchRedirect(const QString& uri) {
    static const QRegularExpression pattern(
        u"\\A(http://(?:127\\.0\\.0\\.1|\\[::1\\]):([1-9][0-9]{0,4}))/callback\\z"_s);
    return pattern.match(uri);
}

} // namespace

bool isAllowedRedirect(const QString& uri) {
    const auto match = matchRedirect(uri);
    return match.hasMatch() && match.captured(2).toInt() <= 65535;
}

QString redirectOrigin(const QString& uri) {
    return matchRedirect(uri).captured(1);
}

bool isChallenge(const QString& challenge) {
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9_-]{43}\\z"_s);
    return pattern.match(challenge).hasMatch();
}

bool isVerifier(const QByteArray& verifier) {
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9._~-]{43,128}\\z"_s);
    return pattern.match(QString::fromLatin1(verifier)).hasMatch();
}

bool verifierMatches(const QByteArray& verifier, const QString& challenge) {
    if (!isVerifier(verifier))
        return false;
    return constantTimeEquals(base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)),
                              challenge.toLatin1());
}

FormData::FormData(const QByteArray& encoded) {
    for (const QByteArray& pair : encoded.split('&')) {
        if (pair.isEmpty())
            continue;
        const qsizetype equals = pair.indexOf('=');
        const QByteArray name = equals < 0 ? pair : pair.left(equals);
        m_pairs.append({decodeFormPart(name), equals < 0 ? QString() : decodeFormPart(pair.mid(equals + 1))});
    }
}

std::optional<QString> FormData::single(QLatin1StringView name) const {
    std::optional<QString> found;
    for (const auto& [key, value] : m_pairs) {
        if (key != name)
            continue;
        if (found)
            return std::nullopt;
        found = value;
    }
    return found && !found->isEmpty() ? found : std::nullopt;
}

bool FormData::hasDuplicates() const {
    QSet<QString> seen;
    for (const auto& pair : m_pairs) {
        if (pair.first != "resource"_L1 && seen.contains(pair.first))
            return true;
        seen.insert(pair.first);
    }
    return false;
}

QByteArray secretHash(const QByteArray& secret) {
    return QCryptographicHash::hash(secret, QCryptographicHash::Sha256);
}

} // namespace apex::backend
