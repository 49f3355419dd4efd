// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QByteArray>
#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>

#include <optional>
#include <utility>

namespace apex::backend {

/// A request as the routes see it, free of any network library.
struct HttpRequest {
    QByteArray method;                     ///< upper case
    QStringList path;                      ///< decoded segments; "/" is an empty list
    QByteArray query;                      ///< as received, without the question mark
    QHash<QByteArray, QByteArray> headers; ///< names in lower case; repeated ones joined by ", "
    QByteArray body;

    [[nodiscard]] QByteArray header(const QByteArray& lowerCaseName) const {
        return headers.value(lowerCaseName);
    }
    /// Value of a query parameter, percent-decoded, plus signs kept; empty if absent.
    [[nodiscard]] QString parameter(QLatin1StringView name) const;
    /// True if the body was declared as this media type; parameters such as charset are ignored.
    [[nodiscard]] bool hasMediaType(QLatin1StringView type) const;
};

/// Splits a request target into the decoded segments and the raw query of `request`; false if it is not a
/// plain path.
[[nodiscard]] bool readTarget(const QByteArray& target, HttpRequest& request);

/// A whole answer.
struct HttpResponse {
    int status = 200;
    QByteArray contentType;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers;

    void addHeader(const QByteArray& name, const QByteArray& value) {
        headers.append(std::pair(name, value));
    }
    [[nodiscard]] static HttpResponse json(const QJsonObject& object, int status = 200);
    [[nodiscard]] static HttpResponse json(const QJsonArray& array, int status = 200);
    /// {"detail": text}, the plain form of protocol.md 5.5.
    [[nodiscard]] static HttpResponse detail(int status, const QString& text);
    /// 401 in the form of protocol.md 5.5, with a Bearer challenge.
    [[nodiscard]] static HttpResponse unauthorized(bool tokenGiven);
    /// The answer for an error of a store: status by kind, the sentence for people as detail.
    [[nodiscard]] static HttpResponse failure(const Error& error);
    /// 422 in FastAPI's list form, for one wrong field.
    [[nodiscard]] static HttpResponse invalidField(const QString& where, const QString& field,
                                                   const QString& text);
};

/// The JSON object in the body, or the 415/422 that says why there is none.
[[nodiscard]] tl::expected<QJsonObject, HttpResponse> jsonBody(const HttpRequest& request);

} // namespace apex::backend
