// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/timestamp.h"

#include <chrono>
#include <optional>

namespace apex::backend {

namespace {

constexpr std::int64_t usPerSecond = 1'000'000;
constexpr std::int64_t earliestUs = 1'420'070'400 * usPerSecond; // 2015-01-01

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Walks over a text; every take function moves on only if it finds what it wants.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_text(text) {}
    [[nodiscard]] bool atEnd() const { return m_at == m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    bool take(char c) {
        if (peek() != c || atEnd())
            return false;
        ++m_at;
        return true;
    }
    std::optional<int> number(int digits) {
        if (m_text.size() - m_at < static_cast<std::size_t>(digits))
            return std::nullopt;
        int value = 0;
        for (int i = 0; i < digits; ++i) {
            const char c = m_text[m_at + static_cast<std::size_t>(i)];
            if (!isDigit(c))
                return std::nullopt;
            value = value * 10 + (c - '0');
        }
        m_at += static_cast<std::size_t>(digits);
        return value;
    }
    /// Digits of a fraction of a second as microseconds; further digits are cut.
    std::optional<std::int64_t> fractionUs() {
        std::int64_t value = 0;
        int taken = 0;
        for (; isDigit(peek()); ++m_at, ++taken)
            value = taken < 6 ? value * 10 + (peek() - '0') : value;
        if (taken == 0)
            return std::nullopt;
        for (; taken < 6; ++taken)
            value *= 10;
        return value;
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<std::int64_t> dateUs(Cursor& cursor) {
    const auto year = cursor.number(4);
    const char separator = cursor.peek();
    if (!year || (separator != '-' && separator != '/'))
        return std::nullopt;
    cursor.take(separator);
    const auto month = cursor.number(2);
    if (!month || !cursor.take(separator))
        return std::nullopt;
    const auto day = cursor.number(2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * 86'400 * usPerSecond;
}

std::optional<std::int64_t> clockUs(Cursor& cursor) {
    const auto hour = cursor.number(2);
    if (!hour || *hour > 23 || !cursor.take(':'))
        return std::nullopt;
    const auto minute = cursor.number(2);
    if (!minute || *minute > 59)
        return std::nullopt;
    std::int64_t us = (*hour * 3600 + *minute * 60) * usPerSecond;
    if (!cursor.take(':'))
        return us;
    const auto second = cursor.number(2);
    if (!second || *second > 60)
        return std::nullopt;
    us += *second * usPerSecond;
    if (cursor.take('.') || cursor.take(',')) {
        const auto fraction = cursor.fractionUs();
        if (!fraction)
            return std::nullopt;
        us += *fraction;
    }
    return us;
}

/// Offset of a zone such as "Z", "+02:00", "-0530", " UTC"; no zone is UTC.
std::optional<std::int64_t> zoneUs(Cursor& cursor) {
    cursor.take(' ');
    if (cursor.atEnd() || cursor.take('Z') || cursor.take('z'))
        return 0;
    if (cursor.take('U'))
        return cursor.take('T') && cursor.take('C') ? std::optional<std::int64_t>(0) : std::nullopt;
    const bool negative = cursor.peek() == '-';
    if (!cursor.take('+') && !cursor.take('-'))
        return std::nullopt;
    const auto hours = cursor.number(2);
    cursor.take(':');
    const auto minutes = cursor.atEnd() ? std::optional<int>(0) : cursor.number(2);
    if (!hours || *hours > 14 || !minutes || *minutes > 59)
        return std::nullopt;
    const std::int64_t offset = (*hours * 3600 + *minutes * 60) * usPerSecond;
    return negative ? -offset : offset;
}

std::optional<std::int64_t> isoUs(std::string_view text) {
    Cursor cursor(text);
    const auto date = dateUs(cursor);
    if (!date || cursor.atEnd())
        return date;
    if (!cursor.take('T') && !cursor.take(' ') && !cursor.take('t'))
        return std::nullopt;
    const auto clock = clockUs(cursor);
    if (!clock)
        return std::nullopt;
    const auto zone = zoneUs(cursor);
    if (!zone || !cursor.atEnd())
        return std::nullopt;
    return *date + *clock - *zone;
}

/// Seconds below 10^11, milliseconds below 10^14, else microseconds.
std::optional<std::int64_t> numberUs(std::string_view text) {
    const auto dot = text.find('.');
    const std::size_t integerDigits = dot == std::string_view::npos ? text.size() : dot;
    if (integerDigits == 0 || integerDigits > 17)
        return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text.substr(0, integerDigits)) {
        if (!isDigit(c))
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    std::int64_t fraction = 0;
    if (dot != std::string_view::npos) {
        Cursor cursor(text.substr(dot + 1));
        const auto digits = cursor.fractionUs();
        if (!digits || !cursor.atEnd())
            return std::nullopt;
        fraction = *digits;
    }
    if (value < 100'000'000'000)
        return value * usPerSecond + fraction;
    if (value < 100'000'000'000'000)
        return value * 1000 + fraction / 1000;
    return value;
}

bool looksLikeDayMonthYear(std::string_view text) {
    const auto slash = text.find_first_of("/.");
    return (slash == 1 || slash == 2) && isDigit(text[0]) &&
           text.find(text[slash], slash + 1) != std::string_view::npos;
}

} // namespace

TimestampResult parseTimestamp(std::string_view text, std::int64_t latestUs) {
    std::optional<std::int64_t> us = isoUs(text);
    if (!us)
        us = numberUs(text);
    if (!us) {
        return {0, looksLikeDayMonthYear(text) ? TimestampProblem::Ambiguous : TimestampProblem::NotATime};
    }
    if (*us < earliestUs || *us > latestUs)
        return {0, TimestampProblem::Absurd};
    return {*us, TimestampProblem::None};
}

} // namespace apex::backend
