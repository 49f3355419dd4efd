// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_dom.h"

#include <charconv>
#include <cmath>

namespace apex::protocol::json {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Value of four hexadecimal digits at the position, or nullopt.
std::optional<unsigned> hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size())
        return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, value, 16);
    if (error != std::errc{} || end != text.data() + at + 4)
        return std::nullopt;
    return value;
}

bool isHighSurrogate(unsigned unit) {
    return unit >= 0xd800 && unit <= 0xdbff;
}
bool isLowSurrogate(unsigned unit) {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/// Copies JSON while mending what simdjson refuses and real senders produce.
class Mender {
public:
    explicit Mender(std::string_view text) : m_text(text) {
        m_out.reserve(static_cast<qsizetype>(text.size()) + 16);
    }

    QByteArray mended() {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"')
                copyString();
            else if (isDigit(c) || c == '-' || c == 'N' || c == 'I')
                copyNumberOrWord();
            else
                copyBytes(1);
        }
        return m_out;
    }

private:
    void copyBytes(std::size_t count) {
        m_out.append(m_text.data() + m_at, static_cast<qsizetype>(count));
        m_at += count;
    }

    void copyString() {
        copyBytes(1);
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (m_text[m_at] == '\\')
                copyEscape();
            else if (static_cast<unsigned char>(m_text[m_at]) < 0x20)
                escapeControl();
            else
                copyBytes(1);
        }
        if (m_at < m_text.size())
            copyBytes(1);
    }

    void escapeControl() {
        static constexpr char hex[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(m_text[m_at]);
        m_out.append("\\u00").append(hex[byte >> 4]).append(hex[byte & 0xf]);
        ++m_at;
    }

    void copyEscape() {
        if (m_at + 1 < m_text.size() && m_text[m_at + 1] == 'u') {
            if (const auto unit = hex4(m_text, m_at + 2)) {
                copyUnit(*unit);
                return;
            }
        }
        copyBytes(std::min<std::size_t>(2, m_text.size() - m_at));
    }

    void copyUnit(unsigned unit) {
        if (isHighSurrogate(unit) && m_text.substr(m_at + 6, 2) == "\\u") {
            const auto low = hex4(m_text, m_at + 8);
            if (low && isLowSurrogate(*low)) {
                copyBytes(12);
                return;
            }
        }
        if (isHighSurrogate(unit) || isLowSurrogate(unit)) {
            m_out.append("\\ufffd");
            m_at += 6;
            return;
        }
        copyBytes(6);
    }

    void copyNumberOrWord() {
        std::size_t end = m_at;
        while (end < m_text.size() &&
               std::string_view(",:]} \t\r\n\"[{").find(m_text[end]) == std::string_view::npos)
            ++end;
        const std::string_view token = m_text.substr(m_at, end - m_at);
        m_at = end;
        if (token == "NaN" || token == "Infinity" || token == "-Infinity")
            m_out.append("null");
        else if (isOversized(token))
            m_out.append('"').append(token.data(), static_cast<qsizetype>(token.size())).append('"');
        else
            m_out.append(token.data(), static_cast<qsizetype>(token.size()));
    }

    /// A well-formed number that fits neither 64 bits nor a finite double.
    static bool isOversized(std::string_view token) {
        if (token.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
            return false;
        const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
        if (digits.empty() || !isDigit(digits.front()) ||
            (digits.size() > 1 && digits[0] == '0' && isDigit(digits[1])))
            return false;
        if (digits.find_first_of(".eE") == std::string_view::npos) {
            std::uint64_t value = 0;
            const auto error = std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
            return error == std::errc::result_out_of_range ||
                   (token.front() == '-' && value > std::uint64_t{1} << 63);
        }
        double value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return end == digits.data() + digits.size() && error == std::errc::result_out_of_range;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    QByteArray m_out;
};

} // namespace

QByteArray repaired(QByteArrayView text) {
    // Decoding replaces every invalid sequence by U+FFFD, and drops a leading byte order mark.
    const QByteArray utf8 = QString::fromUtf8(text).toUtf8();
    return Mender({utf8.constData(), static_cast<std::size_t>(utf8.size())}).mended();
}

} // namespace apex::protocol::json
