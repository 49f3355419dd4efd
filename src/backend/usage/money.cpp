// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/money.h"

#include <algorithm>
#include <array>

namespace apex::backend {

namespace {

constexpr int maxIntegerDigits = 12;
constexpr int maxDigits = 37;

struct Digits {
    Int128 mantissa = 0;
    int count = 0;    ///< significant digits taken
    int fraction = 0; ///< digits after the decimal sign
    int dropped = 0;  ///< zeros at the end that were not taken
    bool any = false;
};

/// Takes one digit; zeros at the end are held back so that "1.000...0" never overflows.
bool takeDigit(Digits& digits, int value) {
    digits.any = true;
    if (value == 0) {
        ++digits.dropped;
        return true;
    }
    for (; digits.dropped > 0; --digits.dropped) {
        if (digits.mantissa != 0) {
            digits.mantissa *= 10;
            ++digits.count;
        }
        if (digits.count >= maxDigits)
            return false;
    }
    digits.mantissa = digits.mantissa * 10 + value;
    return ++digits.count <= maxDigits;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Reads an optional exponent from `at` to the end of `text`.
bool parseExponent(std::string_view text, std::size_t at, int& exponent) {
    if (at == text.size())
        return true;
    if (text[at] != 'e' && text[at] != 'E')
        return false;
    ++at;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+'))
        ++at;
    if (at == text.size() || text.size() - at > 4)
        return false;
    for (; at < text.size(); ++at) {
        if (!isDigit(text[at]))
            return false;
        exponent = exponent * 10 + (text[at] - '0');
    }
    exponent = negative ? -exponent : exponent;
    return true;
}

DecimalResult scaleTo(const Digits& digits, int exponent, int scale, bool negative) {
    DecimalResult result;
    if (digits.mantissa == 0)
        return result;
    const int shift = digits.dropped + exponent - digits.fraction + scale;
    if (digits.count + shift - scale > maxIntegerDigits)
        return {0, DecimalProblem::TooLarge};
    if (shift < 0)
        return {0, DecimalProblem::TooPrecise};
    result.units = digits.mantissa * powerOfTen(shift);
    if (negative)
        result.units = -result.units;
    return result;
}

} // namespace

Int128 powerOfTen(int exponent) {
    static const auto table = [] {
        std::array<Int128, 38> powers{};
        powers[0] = 1;
        for (std::size_t i = 1; i < powers.size(); ++i)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    return table[static_cast<std::size_t>(exponent)];
}

DecimalResult parseDecimal(std::string_view text, int scale, bool decimalComma) {
    std::size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+'))
        ++at;
    if (at < text.size() && text[at] == '$')
        ++at;
    Digits digits;
    bool point = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (isDigit(c)) {
            digits.fraction += point ? 1 : 0;
            if (!takeDigit(digits, c - '0'))
                return {0, DecimalProblem::TooPrecise};
        } else if (!point && c == (decimalComma ? ',' : '.')) {
            point = true;
        } else if (!decimalComma && c == ',') {
            return {0, DecimalProblem::DecimalComma};
        } else {
            break;
        }
    }
    int exponent = 0;
    if (!digits.any || !parseExponent(text, at, exponent))
        return {0, DecimalProblem::NotANumber};
    return scaleTo(digits, exponent, scale, negative);
}

Money Money::fromDollars(std::int64_t dollars) {
    return Money(powerOfTen(decimals) * dollars);
}

std::string Money::toString() const {
    const bool negative = m_units < 0;
    Int128 rest = negative ? -m_units : m_units;
    std::string reversed;
    for (int i = 0; i < decimals || rest != 0 || i == decimals; ++i) {
        if (i == decimals)
            reversed += '.';
        reversed += static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    }
    std::reverse(reversed.begin(), reversed.end());
    const std::size_t least = reversed.find('.') + 3;
    while (reversed.size() > least && reversed.back() == '0')
        reversed.pop_back();
    return negative ? "-" + reversed : reversed;
}

std::string Money::toRoundedString(int places) const {
    const Int128 step = powerOfTen(decimals - std::clamp(places, 0, decimals));
    const Int128 half = step / 2;
    const Int128 magnitude = m_units < 0 ? -m_units : m_units;
    const Int128 rounded = (magnitude + half) / step * step;
    return Money(m_units < 0 ? -rounded : rounded).toString();
}

Money Money::scaled(std::int64_t numerator, std::int64_t denominator) const {
    const Int128 whole = m_units / denominator * numerator;
    const Int128 rest = m_units % denominator * numerator / denominator;
    return Money(whole + rest);
}

std::int64_t perMille(Money part, Money whole) {
    if (whole.units() <= 0)
        return 0;
    // Both sides lose the same low digits, far below a tenth of a percent, so that the product cannot
    // overflow.
    Int128 p = part.units();
    Int128 w = whole.units();
    while (w > powerOfTen(30)) {
        p /= 10;
        w /= 10;
    }
    return static_cast<std::int64_t>((p * 2000 + w) / (2 * w));
}

} // namespace apex::backend
