// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_cursor.h"

#include "protocol/json_dom.h"
#include "protocol/wire_time.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace apex::protocol {

namespace {

/// Steps over JSON by brackets and quotes only: values keep their bytes, whatever is wrong inside them.
class Scanner {
public:
    explicit Scanner(QByteArrayView text) : m_text(text) {}

    void skipSpace() {
        while (m_at < m_text.size() && QByteArrayView(" \t\r\n").contains(m_text[m_at]))
            ++m_at;
    }
    bool eat(char c) {
        skipSpace();
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    [[nodiscard]] bool atEnd() {
        skipSpace();
        return m_at >= m_text.size();
    }
    /// Steps over one value; nullopt if it breaks off or there is none.
    std::optional<QByteArrayView> value() {
        skipSpace();
        const qsizetype begin = m_at;
        qsizetype depth = 0;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                if (!skipString())
                    return std::nullopt;
            } else if (c == '{' || c == '[') {
                ++depth;
                ++m_at;
            } else if ((c == '}' || c == ']') && depth > 0) {
                --depth;
                ++m_at;
            } else if (depth == 0) {
                if (!skipWord())
                    break;
            } else {
                ++m_at;
            }
            if (depth == 0)
                break;
        }
        if (depth > 0 || m_at == begin)
            return std::nullopt;
        return m_text.sliced(begin, m_at - begin);
    }

private:
    bool skipString() {
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] == '\\')
                ++m_at;
            else if (m_text[m_at] == '"') {
                ++m_at;
                return true;
            }
        }
        return false;
    }
    bool skipWord() {
        const qsizetype begin = m_at;
        while (m_at < m_text.size() && !QByteArrayView(",:]}[{\" \t\r\n").contains(m_text[m_at]))
            ++m_at;
        return m_at > begin;
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

void readString(QByteArrayView raw, JsonMember& member) {
    json::Parser parser;
    if (!raw.contains('\\'))
        member.text = QString::fromUtf8(raw.sliced(1, raw.size() - 2));
    else if (const auto value = parser.parse(raw))
        member.text = json::asString(*value).value_or(QString());
    const QByteArray utf8 = member.text.toUtf8();
    // Only what can be a time is tried: texts may be long.
    if (utf8.size() <= 40)
        member.time = parseTime({utf8.constData(), static_cast<std::size_t>(utf8.size())});
}

void readNumber(QByteArrayView raw, JsonMember& member) {
    double number = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc{} || end != raw.data() + raw.size())
        return;
    member.time = timeFromNumber(number);
    qint64 whole = 0;
    const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), whole);
    if (read.ec == std::errc{} && read.ptr == raw.data() + raw.size())
        member.integer = whole;
}

JsonMember memberOf(QByteArrayView name, QByteArrayView raw) {
    JsonMember member;
    member.raw = raw;
    member.name.assign(name.data() + 1, static_cast<std::size_t>(name.size() - 2));
    if (raw.front() == '"')
        readString(raw, member);
    else if (raw.front() != '{' && raw.front() != '[')
        readNumber(raw, member);
    return member;
}

} // namespace

const JsonMember* findMember(const std::vector<JsonMember>& members, std::string_view name) {
    const auto found =
        std::ranges::find_if(members, [name](const JsonMember& each) { return each.name == name; });
    return found == members.end() ? nullptr : &*found;
}

std::optional<std::vector<JsonMember>> topLevelMembers(QByteArrayView text) {
    Scanner scanner(text);
    if (!scanner.eat('{'))
        return std::nullopt;
    std::vector<JsonMember> members;
    bool closed = scanner.eat('}');
    while (!closed) {
        const auto name = scanner.value();
        if (!name || name->size() < 2 || name->front() != '"' || !scanner.eat(':'))
            return std::nullopt;
        const auto value = scanner.value();
        if (!value)
            return std::nullopt;
        members.push_back(memberOf(*name, *value));
        closed = scanner.eat('}');
        if (!closed && !scanner.eat(','))
            return std::nullopt;
    }
    if (!scanner.atEnd())
        return std::nullopt;
    return members;
}

std::optional<std::vector<QByteArrayView>> topLevelItems(QByteArrayView text, bool* brokenOff) {
    Scanner scanner(text);
    if (!scanner.eat('['))
        return std::nullopt;
    std::vector<QByteArrayView> items;
    const auto breakOff = [&]() -> std::optional<std::vector<QByteArrayView>> {
        if (!brokenOff || !scanner.atEnd())
            return std::nullopt;
        *brokenOff = true;
        return std::move(items);
    };
    bool closed = scanner.eat(']');
    while (!closed) {
        const auto value = scanner.value();
        if (!value)
            return breakOff();
        items.push_back(*value);
        closed = scanner.eat(']');
        if (!closed && !scanner.eat(','))
            return breakOff();
    }
    if (!scanner.atEnd())
        return std::nullopt;
    return items;
}

std::vector<QByteArrayView> leadingItems(QByteArrayView text) {
    Scanner scanner(text);
    std::vector<QByteArrayView> items;
    bool goesOn = scanner.eat('[');
    while (goesOn) {
        const auto value = scanner.value();
        if (!value)
            break;
        items.push_back(*value);
        goesOn = scanner.eat(',');
    }
    return items;
}

bool isJson(QByteArrayView text) {
    json::Parser parser(1024);
    return parser.parse(text) && !parser.wasRepaired();
}

QByteArray singleLine(const QByteArray& text) {
    if (text.isEmpty() || !isJson(text))
        return {};
    if (!text.contains('\n') && !text.contains('\r'))
        return text;
    // Line breaks are only blanks in valid JSON: inside strings they must be escaped.
    QByteArray line = text;
    return line.replace('\n', ' ').replace('\r', ' ').trimmed();
}

} // namespace apex::protocol
