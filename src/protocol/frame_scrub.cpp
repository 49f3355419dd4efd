// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/decoder.h"
#include "protocol/json_cursor.h"

#include <array>
#include <string_view>

namespace apex::protocol {

namespace {

constexpr QByteArrayView kReplacement = "\"[REDACTED]\"";
constexpr std::array<std::string_view, 10> kTokenKeys = {
    "new_token", "session_token", "access_token", "refresh_token", "id_token",
    "token",     "ticket",        "ticket_id",    "jwt",           "auth_token"};

bool isTokenKey(std::string_view key) {
    return std::find(kTokenKeys.begin(), kTokenKeys.end(), key) != kTokenKeys.end();
}

/// Position just behind the string that begins at the quote at `at`.
std::size_t stringEnd(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

std::size_t skipSpace(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
        ++at;
    return at;
}

/// A key as its reader sees it: \u escapes of ASCII letters undone, since they would hide a name from us.
std::string plainKey(std::string_view quoted) {
    std::string out;
    const std::string_view body = quoted.substr(1, quoted.size() >= 2 ? quoted.size() - 2 : 0);
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body.substr(i, 4) == "\\u00" && i + 6 <= body.size()) {
            bool ok = false;
            const int code = QByteArray(body.data() + i + 4, 2).toInt(&ok, 16);
            if (ok && code < 0x80) {
                out.push_back(static_cast<char>(code));
                i += 5;
                continue;
            }
        }
        out.push_back(body[i]);
    }
    return out;
}

/// Values behind well-formed keys.
QByteArray withoutKeyedTokens(const QByteArray& frame) {
    const std::string_view text(frame.constData(), static_cast<std::size_t>(frame.size()));
    QByteArray out;
    std::size_t copied = 0;
    for (std::size_t at = text.find('"'); at < text.size(); at = text.find('"', at)) {
        const std::size_t end = stringEnd(text, at);
        const std::size_t colon = skipSpace(text, end);
        const bool isKey = colon < text.size() && text[colon] == ':';
        const std::size_t value = isKey ? skipSpace(text, colon + 1) : end;
        if (!isKey || value >= text.size() || text[value] != '"' ||
            !isTokenKey(plainKey(text.substr(at, end - at)))) {
            at = end;
            continue;
        }
        out.append(text.data() + copied, static_cast<qsizetype>(value - copied)).append(kReplacement);
        copied = at = stringEnd(text, value);
    }
    if (copied == 0)
        return frame;
    return out.append(text.data() + copied, static_cast<qsizetype>(text.size() - copied));
}

/// In damaged text quotes pair up wrongly, so whatever follows the end of a token key counts as its value.
QByteArray withoutLooseTokens(QByteArray frame) {
    for (const std::string_view tail : {"token\"", "jwt\"", "ticket\"", "ticket_id\""}) {
        qsizetype at = 0;
        while ((at = frame.indexOf(QByteArrayView(tail.data(), static_cast<qsizetype>(tail.size())), at)) >=
               0) {
            const std::string_view text(frame.constData(), static_cast<std::size_t>(frame.size()));
            at += static_cast<qsizetype>(tail.size());
            const std::size_t colon = skipSpace(text, static_cast<std::size_t>(at));
            const std::size_t value =
                colon < text.size() && text[colon] == ':' ? skipSpace(text, colon + 1) : text.size();
            if (value >= text.size() || text.substr(value).starts_with(kReplacement.data()))
                continue;
            const std::size_t end = text[value] == '"'
                                        ? stringEnd(text, value)
                                        : std::min(text.find_first_of(",}\" ", value), text.size());
            frame.replace(static_cast<qsizetype>(value), static_cast<qsizetype>(end - value),
                          kReplacement.toByteArray());
        }
    }
    return frame;
}

} // namespace

QByteArray withoutTokens(QByteArray frame) {
    const std::string_view text(frame.constData(), static_cast<std::size_t>(frame.size()));
    if (text.find("tok") == std::string_view::npos && text.find("jwt") == std::string_view::npos &&
        text.find("ticket") == std::string_view::npos && text.find("\\u00") == std::string_view::npos)
        return frame;
    const QByteArray safe = withoutKeyedTokens(frame);
    return isJson(safe) ? safe : withoutLooseTokens(safe);
}

} // namespace apex::protocol
