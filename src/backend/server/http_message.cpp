// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/http_message.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct HttpMessageWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::HttpResponse)
};

int statusOf(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::NotFound:
        return 404;
    case ErrorKind::Conflict:
        return 409;
    case ErrorKind::InvalidInput:
        return 422;
    case ErrorKind::TooLarge:
        return 413;
    case ErrorKind::Authentication:
        return 401;
    case ErrorKind::Denied:
        return 403;
    case ErrorKind::Unavailable:
        return 503;
    default:
        return 500;
    }
}

} // namespace

QString HttpRequest::parameter(QLatin1StringView name) const {
    for (const QByteArray& pair : query.split('&')) {
        const qsizetype equals = pair.indexOf('=');
        if (equals > 0 && QString::fromUtf8(QByteArray::fromPercentEncoding(pair.left(equals))) == name)
            return QString::fromUtf8(QByteArray::fromPercentEncoding(pair.mid(equals + 1)));
    }
    return {};
}

bool HttpRequest::hasMediaType(QLatin1StringView type) const {
    const QByteArray value = header("content-type");
    return QString::fromLatin1(value.split(';').front()).trimmed().compare(type, Qt::CaseInsensitive) == 0;
}

bool readTarget(const QByteArray& target, HttpRequest& request) {
    if (!target.startsWith('/'))
        return false;
    const qsizetype mark = target.indexOf('?');
    request.query = mark < 0 ? QByteArray() : target.mid(mark + 1);
    request.path.clear();
    for (const QByteArray& segment : target.left(mark < 0 ? target.size() : mark).split('/')) {
        if (!segment.isEmpty())
            request.path.append(QString::fromUtf8(QByteArray::fromPercentEncoding(segment)));
    }
    return true;
}

HttpResponse HttpResponse::json(const QJsonObject& object, int status) {
    return {status, "application/json", QJsonDocument(object).toJson(QJsonDocument::Compact), {}};
}

HttpResponse HttpResponse::json(const QJsonArray& array, int status) {
    return {status, "application/json", QJsonDocument(array).toJson(QJsonDocument::Compact), {}};
}

HttpResponse HttpResponse::detail(int status, const QString& text) {
    return json(QJsonObject{{"detail"_L1, text}}, status);
}

HttpResponse HttpResponse::unauthorized(bool tokenGiven) {
    const QString message = tokenGiven ? HttpMessageWords::tr("The access token is not valid any more.")
                                       : HttpMessageWords::tr("Authentication required");
    HttpResponse response =
        json(QJsonObject{{"detail"_L1,
                          QJsonObject{{"error"_L1, "authentication_failed"_L1}, {"message"_L1, message}}}},
             401);
    response.addHeader("WWW-Authenticate", tokenGiven ? "Bearer error=\"invalid_token\"" : "Bearer");
    return response;
}

HttpResponse HttpResponse::failure(const Error& error) {
    return detail(statusOf(error.kind), error.forPeople());
}

HttpResponse HttpResponse::invalidField(const QString& where, const QString& field, const QString& text) {
    const QJsonObject item{
        {"loc"_L1, QJsonArray{where, field}}, {"msg"_L1, text}, {"type"_L1, "value_error"_L1}};
    return json(QJsonObject{{"detail"_L1, QJsonArray{item}}}, 422);
}

tl::expected<QJsonObject, HttpResponse> jsonBody(const HttpRequest& request) {
    if (!request.hasMediaType("application/json"_L1))
        return tl::unexpected(
            HttpResponse::detail(415, HttpMessageWords::tr("The body must be application/json.")));
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (!document.isObject())
        return tl::unexpected(HttpResponse::invalidField(
            u"body"_s, u"json"_s, HttpMessageWords::tr("The body is not a JSON object.")));
    return document.object();
}

} // namespace apex::backend
