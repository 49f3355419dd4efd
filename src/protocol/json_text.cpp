// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_text.h"

#include "protocol/json_dom.h"

#include <string_view>

namespace apex::protocol {

namespace {

constexpr QChar kEllipsis{0x2026};

/// Lays out JSON text that is known to be well formed, without touching a token of it.
class Indenter {
public:
    explicit Indenter(std::string_view text) : m_text(text) {
        m_out.reserve(static_cast<qsizetype>(text.size()) * 2);
    }

    QByteArray indented() {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"')
                copyString();
            else if (c == '{' || c == '[')
                open(c);
            else if (c == '}' || c == ']')
                close(c);
            else
                copyOther(c);
        }
        return m_out;
    }

private:
    void newLine() { m_out.append('\n').append(m_depth * 2, ' '); }

    void copyString() {
        std::size_t end = m_at + 1;
        while (end < m_text.size() && m_text[end] != '"')
            end += m_text[end] == '\\' ? 2U : 1U;
        end = std::min(end + 1, m_text.size());
        m_out.append(m_text.data() + m_at, static_cast<qsizetype>(end - m_at));
        m_at = end;
    }

    void open(char c) {
        m_out.append(c);
        ++m_at;
        while (m_at < m_text.size() && isSpace(m_text[m_at]))
            ++m_at;
        if (m_at < m_text.size() && (m_text[m_at] == '}' || m_text[m_at] == ']')) {
            m_out.append(m_text[m_at++]);
            return;
        }
        ++m_depth;
        newLine();
    }

    void close(char c) {
        --m_depth;
        newLine();
        m_out.append(c);
        ++m_at;
    }

    void copyOther(char c) {
        ++m_at;
        if (isSpace(c))
            return;
        m_out.append(c);
        if (c == ',')
            newLine();
        else if (c == ':')
            m_out.append(' ');
    }

    static bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

    std::string_view m_text;
    std::size_t m_at = 0;
    qsizetype m_depth = 0;
    QByteArray m_out;
};

QString nestedSummary(const json::Element& value) {
    if (value.is_array())
        return QStringLiteral("[%1]").arg(json::items(value).size());
    if (value.is_object())
        return QStringLiteral("{%1}").arg(json::members(value).size());
    return json::asText(value);
}

/// Joins parts until the limit is passed, so a huge value costs no more than its first bytes.
QString joinedSummary(const json::Element& root, qsizetype limit) {
    QString line;
    const auto add = [&line](const QString& part) {
        if (!line.isEmpty())
            line += QStringLiteral(", ");
        line += part;
    };
    if (root.is_object()) {
        for (const auto& [key, value] : json::members(root)) {
            if (line.size() > limit)
                break;
            add(QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size())) + QStringLiteral(": ") +
                nestedSummary(value).left(limit + 1));
        }
    } else if (root.is_array()) {
        for (const json::Element& value : json::items(root)) {
            if (line.size() > limit)
                break;
            add(nestedSummary(value).left(limit + 1));
        }
    } else {
        line = json::asText(root);
    }
    return line;
}

QString flattened(QString line, qsizetype maxChars) {
    const bool cut = line.size() > maxChars;
    if (cut) {
        line.truncate(std::max<qsizetype>(maxChars - 1, 0));
        if (!line.isEmpty() && line.back().isHighSurrogate())
            line.chop(1);
    }
    for (QChar& c : line)
        if (c.category() == QChar::Other_Control || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator)
            c = u' ';
    if (cut)
        line += kEllipsis;
    return line;
}

} // namespace

QString pretty(const JsonText& json) {
    json::Parser parser(1024);
    if (!parser.parse(json) || parser.wasRepaired())
        return QString::fromUtf8(json);
    return QString::fromUtf8(Indenter({json.constData(), static_cast<std::size_t>(json.size())}).indented());
}

QString oneLine(const JsonText& json, qsizetype maxChars) {
    const qsizetype limit = std::max<qsizetype>(maxChars, 1);
    if (json.isEmpty())
        return {};
    json::Parser parser(1024);
    const auto root = parser.parse(json);
    QString line = root ? joinedSummary(*root, limit) : QString::fromUtf8(json);
    return flattened(std::move(line), limit);
}

} // namespace apex::protocol
