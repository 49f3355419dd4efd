// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/redactor.h"

#include <QRegularExpression>

namespace apex {

namespace {

// The captured prefix stays, so a reader still sees which field was removed.
const QRegularExpression& jwtPattern() {
    static const QRegularExpression pattern(
        QStringLiteral(R"(eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*)"));
    return pattern;
}

const QRegularExpression& encodedJwtPattern() {
    // base64url("eyJ...") as offered in a WebSocket subprotocol (protocol.md 3.2).
    static const QRegularExpression pattern(
        QStringLiteral(R"(((?:jwt|jwt-auth|bearer|staging-auth)\.)[A-Za-z0-9_.\-]{16,})"));
    return pattern;
}

const QRegularExpression& bearerPattern() {
    static const QRegularExpression pattern(QStringLiteral(R"((Bearer\s+)[^\s"',;]+)"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern;
}

const QRegularExpression& fieldPattern() {
    static const QRegularExpression pattern(
        QStringLiteral(
            R"(((?:^|[^A-Za-z0-9_])["']?(?:access_token|refresh_token|id_token|session_token|new_token|token|)"
            R"(code|code_verifier|state|ticket|ticket_id|password|client_secret|api_key|apikey|secret|)"
            R"(authorization|device_code|jwt)["']?\s*[=:]\s*["']?)[^\s"'&,;}\]]{6,})"),
        QRegularExpression::CaseInsensitiveOption);
    return pattern;
}

} // namespace

QString redact(QString text) {
    static const QString mark = QStringLiteral("[redacted]");
    static const QString keepPrefix = QStringLiteral("\\1[redacted]");
    text.replace(bearerPattern(), keepPrefix);
    text.replace(encodedJwtPattern(), keepPrefix);
    text.replace(jwtPattern(), mark);
    text.replace(fieldPattern(), keepPrefix);
    return text;
}

} // namespace apex
