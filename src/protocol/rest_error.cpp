// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/redactor.h"
#include "protocol/json_dom.h"
#include "protocol/names.h"
#include "protocol/protocol_words.h"
#include "protocol/rest.h"

#include <QCoreApplication>

namespace apex::protocol {

namespace {

namespace field = names::field;
using names::view;

constexpr qsizetype kMaxServerText = 1'000;

/// What a status means, before looking at the body (5.5).
struct Meaning {
    ErrorKind kind;
    const char* happened;
    const char* action;
};

Meaning meaningOf(int status) {
    switch (status) {
    case 400:
    case 422:
        return {ErrorKind::InvalidInput,
                QT_TRANSLATE_NOOP("Protocol", "The server did not accept the request."),
                QT_TRANSLATE_NOOP("Protocol", "Change the request and try again.")};
    case 401:
        return {ErrorKind::Authentication,
                QT_TRANSLATE_NOOP("Protocol", "The server did not accept the sign-in."),
                QT_TRANSLATE_NOOP("Protocol", "Sign in again.")};
    case 403:
        return {ErrorKind::Denied, QT_TRANSLATE_NOOP("Protocol", "The server denied the request."),
                QT_TRANSLATE_NOOP("Protocol", "Ask your administrator for access.")};
    case 404:
    case 405:
    case 410:
        return {ErrorKind::NotFound,
                QT_TRANSLATE_NOOP("Protocol", "The server does not know what was asked for."),
                QT_TRANSLATE_NOOP("Protocol", "Reload the list; it may have been deleted elsewhere.")};
    case 408:
    case 504:
        return {ErrorKind::Timeout, QT_TRANSLATE_NOOP("Protocol", "The server did not answer in time."),
                QT_TRANSLATE_NOOP("Protocol", "Try again.")};
    case 409:
        return {ErrorKind::Conflict,
                QT_TRANSLATE_NOOP("Protocol", "The server says that this already exists."),
                QT_TRANSLATE_NOOP("Protocol", "Reload and try again.")};
    case 413:
    case 431:
        return {ErrorKind::TooLarge,
                QT_TRANSLATE_NOOP("Protocol", "The request is larger than the server takes."),
                QT_TRANSLATE_NOOP("Protocol", "Send less at once.")};
    case 429:
        return {ErrorKind::Unavailable, QT_TRANSLATE_NOOP("Protocol", "The server gets too many requests."),
                QT_TRANSLATE_NOOP("Protocol", "Wait a few minutes, then try again.")};
    case 501:
        return {ErrorKind::Unavailable, QT_TRANSLATE_NOOP("Protocol", "The server does not offer this."), ""};
    default:
        break;
    }
    if (status >= 500)
        return {ErrorKind::Unavailable, QT_TRANSLATE_NOOP("Protocol", "The server could not do this."),
                QT_TRANSLATE_NOOP("Protocol", "Try again later.")};
    return {ErrorKind::Protocol,
            QT_TRANSLATE_NOOP("Protocol", "The server gave an answer that was not expected."),
            QT_TRANSLATE_NOOP("Protocol", "Try again; if it happens again, tell your administrator.")};
}

/// One entry of FastAPI's list: "body.title: field required".
QString validationText(const json::Element& entry) {
    QStringList where;
    if (const auto loc = json::member(entry, "loc"); loc && loc->is_array())
        for (const json::Element& part : json::items(*loc))
            where.append(json::asText(part));
    const auto message = json::member(entry, "msg");
    const QString text = message ? json::asText(*message) : json::asText(entry);
    return where.isEmpty() ? text : where.join(u'.') + QStringLiteral(": ") + text;
}

/// The server's own words, by the keys of 5.5; empty if it has none.
QString serverText(const json::Element& value, int depth) {
    if (value.is_string())
        return json::asText(value);
    if (value.is_array()) {
        QStringList lines;
        for (const json::Element& entry : json::items(value))
            lines.append(validationText(entry));
        return lines.join(u"; ");
    }
    if (!value.is_object() || depth > 3)
        return {};
    for (const QLatin1String key : {field::UserMessage, field::UserFriendlyMessage, field::Message,
                                    field::Detail, field::Error, field::ErrorMessage})
        if (const auto found = json::member(value, view(key)); found && !found->is_bool())
            if (QString text = serverText(*found, depth + 1); !text.isEmpty())
                return text;
    return {};
}

} // namespace

Error decodeError(int status, const QByteArray& body) {
    const Meaning meaning = meaningOf(status);
    QStringList details{QStringLiteral("HTTP %1").arg(status)};
    QString words;
    json::Parser parser;
    if (const auto root = parser.parse(body)) {
        words = redact(serverText(*root, 0).left(kMaxServerText));
        if (const QString code = json::memberText(*root, view(field::ErrorCode)); !code.isEmpty())
            details.append(code.left(100));
        if (const QString trace = json::memberText(*root, view(field::TraceId)); !trace.isEmpty())
            details.append(QStringLiteral("trace_id %1").arg(trace.left(100)));
    } else if (!body.isEmpty()) {
        details.append(tr(QT_TRANSLATE_NOOP("Protocol", "the body is not JSON")));
    }
    QString happened = tr(meaning.happened);
    // A sign-in failure keeps our sentence: the server's says nothing a person can act on.
    if (!words.isEmpty() && meaning.kind != ErrorKind::Authentication)
        happened +=
            QStringLiteral(" ") + QCoreApplication::translate("Protocol", "It says: \"%1\".").arg(words);
    else if (!words.isEmpty())
        details.append(words);
    return makeError(meaning.kind, std::move(happened), *meaning.action ? tr(meaning.action) : QString(),
                     details.join(u", "));
}

} // namespace apex::protocol
