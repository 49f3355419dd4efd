// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/wire_time.h"

#include <charconv>
#include <cmath>

namespace apex::protocol {

namespace {

/// Reads digits of a fixed-form text from left to right.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_rest(text) {}

    bool eat(char c) {
        if (m_rest.empty() || m_rest.front() != c)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    std::optional<int> digits(std::size_t count) {
        if (m_rest.size() < count)
            return std::nullopt;
        int value = 0;
        const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + count, value);
        if (error != std::errc{} || end != m_rest.data() + count || value < 0)
            return std::nullopt;
        m_rest.remove_prefix(count);
        return value;
    }
    /// Fraction of a second in microseconds; digits beyond the sixth are read over.
    std::int64_t fraction() {
        std::int64_t micros = 0;
        std::int64_t unit = 100'000;
        while (!m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9') {
            micros += (m_rest.front() - '0') * unit;
            unit /= 10;
            m_rest.remove_prefix(1);
        }
        return micros;
    }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
};

/// Offset from UTC at the end of the text; nullopt if it is malformed.
std::optional<std::chrono::minutes> zone(Cursor& cursor) {
    using std::chrono::minutes;
    if (cursor.atEnd() || cursor.eat('Z') || cursor.eat('z'))
        return minutes{0};
    const bool negative = cursor.eat('-');
    if (!negative && !cursor.eat('+'))
        return std::nullopt;
    const auto hours = cursor.digits(2);
    cursor.eat(':');
    const auto mins = cursor.atEnd() ? std::optional<int>(0) : cursor.digits(2);
    if (!hours || !mins || *hours > 23 || *mins > 59)
        return std::nullopt;
    const minutes offset{*hours * 60 + *mins};
    return negative ? -offset : offset;
}

std::optional<std::chrono::sys_days> date(Cursor& cursor) {
    const auto year = cursor.digits(4);
    if (!year || !cursor.eat('-'))
        return std::nullopt;
    const auto month = cursor.digits(2);
    if (!month || !cursor.eat('-'))
        return std::nullopt;
    const auto day = cursor.digits(2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year{*year},
                                          std::chrono::month{static_cast<unsigned>(*month)},
                                          std::chrono::day{static_cast<unsigned>(*day)}};
    if (!ymd.ok())
        return std::nullopt;
    return std::chrono::sys_days{ymd};
}

std::optional<WallTime> parseIso(std::string_view text) {
    using namespace std::chrono;
    Cursor cursor(text);
    const auto days = date(cursor);
    if (!days)
        return std::nullopt;
    if (cursor.atEnd())
        return WallTime{days->time_since_epoch()};
    if (!cursor.eat('T') && !cursor.eat('t') && !cursor.eat(' '))
        return std::nullopt;
    const auto hour = cursor.digits(2);
    const bool colon = cursor.eat(':');
    const auto minute = cursor.digits(2);
    if (!hour || !colon || !minute || *hour > 24 || *minute > 59)
        return std::nullopt;
    int second = 0;
    if (cursor.eat(':')) {
        const auto read = cursor.digits(2);
        if (!read || *read > 60)
            return std::nullopt;
        second = *read;
    }
    const std::int64_t micros = cursor.eat('.') || cursor.eat(',') ? cursor.fraction() : 0;
    const auto offset = zone(cursor);
    if (!offset || !cursor.atEnd())
        return std::nullopt;
    return WallTime{days->time_since_epoch() + hours{*hour} + minutes{*minute} + seconds{second} +
                    microseconds{micros} - *offset};
}

} // namespace

std::optional<WallTime> timeFromNumber(double value) {
    if (!std::isfinite(value) || value <= 0)
        return std::nullopt;
    double micros = value;
    if (value < 1e11)
        micros = value * 1e6;
    else if (value < 1e14)
        micros = value * 1e3;
    constexpr double year10000 = 253'402'300'800.0 * 1e6;
    if (micros >= year10000)
        return std::nullopt;
    return WallTime{std::chrono::microseconds{std::llround(micros)}};
}

std::optional<WallTime> parseTime(std::string_view text) {
    if (text.find_first_not_of("0123456789.") == std::string_view::npos && !text.empty()) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc{} && end == text.data() + text.size())
            return timeFromNumber(value);
        return std::nullopt;
    }
    return parseIso(text);
}

} // namespace apex::protocol
