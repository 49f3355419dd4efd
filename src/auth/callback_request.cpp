// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/callback_request.h"

#include <QList>
#include <QSet>

#include <algorithm>

namespace apex::auth {

namespace {

using Kind = CallbackRequest::Kind;

int hexDigit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// application/x-www-form-urlencoded, strict about percent escapes.
std::optional<QByteArray> decoded(QByteArrayView text) {
    QByteArray result;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] != '%') {
            result += text[i];
        } else {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            result += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return result;
}

/// Characters RFC 3986 allows in path and query, percent signs included.
bool isTarget(QByteArrayView target) {
    return target.startsWith('/') &&
           std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool isToken(QByteArrayView text) {
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

struct RequestLine {
    QByteArray method;
    QByteArray path;
    QByteArray query;
};

std::optional<RequestLine> parseRequestLine(const QByteArray& line) {
    const QList<QByteArray> words = line.split(' ');
    if (words.size() != 3 || !isToken(words[0]) || !isTarget(words[1]))
        return std::nullopt;
    if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0")
        return std::nullopt;
    const qsizetype mark = words[1].indexOf('?');
    if (mark < 0)
        return RequestLine{words[0], words[1], {}};
    return RequestLine{words[0], words[1].left(mark), words[1].mid(mark + 1)};
}

/// A page elsewhere can reach us under a name of its own (DNS rebinding); only our own address is answered.
bool hostFits(const QList<QByteArray>& lines, QByteArrayView authority) {
    int hosts = 0;
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0 || line.left(colon).toLower() != "host")
            continue;
        ++hosts;
        if (line.mid(colon + 1).trimmed() != authority)
            return false;
    }
    return hosts == 1;
}

} // namespace

std::optional<CallbackParameters> CallbackParameters::parse(QByteArrayView query) {
    CallbackParameters parameters;
    const QList<QByteArray> pairs = query.toByteArray().split('&');
    for (const QByteArray& pair : pairs) {
        if (pair.isEmpty())
            continue;
        const qsizetype equals = pair.indexOf('=');
        auto name = decoded(QByteArrayView(pair).first(equals < 0 ? pair.size() : equals));
        auto value = decoded(equals < 0 ? QByteArrayView() : QByteArrayView(pair).sliced(equals + 1));
        if (!name || !value)
            return std::nullopt;
        parameters.m_pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::optional<QByteArray> CallbackParameters::single(QByteArrayView name) const {
    for (const auto& [key, value] : m_pairs) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

bool CallbackParameters::hasDuplicates() const {
    QSet<QByteArray> seen;
    return std::any_of(m_pairs.begin(), m_pairs.end(), [&seen](const auto& pair) {
        if (seen.contains(pair.first))
            return true;
        seen.insert(pair.first);
        return false;
    });
}

CallbackRequest parseCallbackRequest(QByteArrayView bytes, QByteArrayView path, QByteArrayView authority) {
    const QByteArray head = bytes.first(std::min(bytes.size(), maxRequestBytes)).toByteArray();
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end < 0)
        return {bytes.size() > maxRequestBytes ? Kind::TooLarge : Kind::Incomplete, {}};
    QList<QByteArray> lines;
    for (qsizetype at = 0; at <= end;) {
        const qsizetype next = head.indexOf("\r\n", at);
        lines.append(head.mid(at, next - at));
        at = next + 2;
    }
    const auto line = parseRequestLine(lines.takeFirst());
    if (!line)
        return {Kind::Malformed, {}};
    if (line->method != "GET")
        return {Kind::WrongMethod, {}};
    if (line->path != path)
        return {Kind::WrongPath, {}};
    auto parameters = CallbackParameters::parse(line->query);
    if (!hostFits(lines, authority) || !parameters || parameters->hasDuplicates())
        return {Kind::Malformed, {}};
    return {Kind::Callback, std::move(*parameters)};
}

} // namespace apex::auth
