// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <QStringList>

namespace apex {

QString Error::forPeople() const {
    QStringList parts;
    for (const QString& part : {happened, kept, action}) {
        if (!part.isEmpty())
            parts.append(part);
    }
    return parts.join(u' ');
}

QString Error::forSupport() const {
    QString text = errorKindName(kind) + QStringLiteral(": ") + happened;
    if (!details.isEmpty())
        text += QStringLiteral(" [") + details + u']';
    if (cause)
        text += QStringLiteral("\n  caused by ") + cause->forSupport();
    return text;
}

QString errorKindName(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Configuration:
        return QStringLiteral("configuration");
    case ErrorKind::InvalidInput:
        return QStringLiteral("invalid_input");
    case ErrorKind::TooLarge:
        return QStringLiteral("too_large");
    case ErrorKind::NotFound:
        return QStringLiteral("not_found");
    case ErrorKind::Conflict:
        return QStringLiteral("conflict");
    case ErrorKind::Authentication:
        return QStringLiteral("authentication");
    case ErrorKind::Denied:
        return QStringLiteral("denied");
    case ErrorKind::Locked:
        return QStringLiteral("locked");
    case ErrorKind::Unavailable:
        return QStringLiteral("unavailable");
    case ErrorKind::Network:
        return QStringLiteral("network");
    case ErrorKind::Tls:
        return QStringLiteral("tls");
    case ErrorKind::Timeout:
        return QStringLiteral("timeout");
    case ErrorKind::Protocol:
        return QStringLiteral("protocol");
    case ErrorKind::Storage:
        return QStringLiteral("storage");
    case ErrorKind::Cancelled:
        return QStringLiteral("cancelled");
    case ErrorKind::Internal:
        return QStringLiteral("internal");
    }
    return QStringLiteral("internal");
}

Error makeError(ErrorKind kind, QString happened, QString action, QString details) {
    Error error;
    error.kind = kind;
    error.happened = std::move(happened);
    error.action = std::move(action);
    error.details = std::move(details);
    return error;
}

Error wrapError(ErrorKind kind, QString happened, Error cause, QString action) {
    Error error = makeError(kind, std::move(happened), std::move(action));
    error.cause = std::make_shared<const Error>(std::move(cause));
    return error;
}

} // namespace apex
