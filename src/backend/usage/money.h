// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#if !defined(__SIZEOF_INT128__)
#include <boost/multiprecision/cpp_int.hpp>
#endif

namespace apex::backend {

#if defined(__SIZEOF_INT128__)
__extension__ typedef __int128 Int128;
#else
using Int128 = boost::multiprecision::int128_t;
#endif

/// Exact amount of US dollars in units of 10^-24, good for more than 10^14 dollars; never a binary fraction.
///
/// 24 decimals hold every cost that a program printed from a double for a call of 10 nano-dollars or more.
class Money {
public:
    static constexpr int decimals = 24;

    constexpr Money() = default;
    /// From a whole number of 10^-24 dollars.
    [[nodiscard]] static constexpr Money fromUnits(Int128 units) { return Money(units); }
    /// From whole dollars.
    [[nodiscard]] static Money fromDollars(std::int64_t dollars);

    [[nodiscard]] constexpr Int128 units() const { return m_units; }
    [[nodiscard]] constexpr bool isZero() const { return m_units == 0; }

    /// Every digit, trailing zeros trimmed to at least two decimals: "12.50", "0.000123".
    [[nodiscard]] std::string toString() const;
    /// Rounded half up to `places` decimals (0..24), trailing zeros trimmed to at least two; for estimates
    /// only.
    [[nodiscard]] std::string toRoundedString(int places) const;
    /// This amount times numerator / denominator (0 <= numerator, 0 < denominator), cut at 10^-24 dollars.
    [[nodiscard]] Money scaled(std::int64_t numerator, std::int64_t denominator) const;

    Money& operator+=(Money other) {
        m_units += other.m_units;
        return *this;
    }
    Money& operator-=(Money other) {
        m_units -= other.m_units;
        return *this;
    }
    friend Money operator+(Money a, Money b) { return Money(a.m_units + b.m_units); }
    friend Money operator-(Money a, Money b) { return Money(a.m_units - b.m_units); }
    friend Money operator*(Money a, std::int64_t count) { return Money(a.m_units * count); }
    friend bool operator==(Money a, Money b) { return a.m_units == b.m_units; }
    friend bool operator<(Money a, Money b) { return a.m_units < b.m_units; }
    friend bool operator>(Money a, Money b) { return b < a; }
    friend bool operator<=(Money a, Money b) { return !(b < a); }
    friend bool operator>=(Money a, Money b) { return !(a < b); }

private:
    explicit constexpr Money(Int128 units) : m_units(units) {}
    Int128 m_units = 0;
};

/// Why a decimal text is not usable.
enum class DecimalProblem { None, NotANumber, DecimalComma, TooPrecise, TooLarge };

/// A decimal number read without rounding: units times 10^-scale of what was asked.
struct DecimalResult {
    Int128 units = 0;
    DecimalProblem problem = DecimalProblem::None;
};

/// Reads "12.5", "-3", "1.2e-05" (and "12,5" if `decimalComma`) as a whole number of 10^-scale, 0 <= scale
/// <= 24. Magnitudes of 10^12 and more are TooLarge; digits beyond the scale that are not zero are
/// TooPrecise.
[[nodiscard]] DecimalResult parseDecimal(std::string_view text, int scale, bool decimalComma);

/// 10^exponent, 0 <= exponent <= 37.
[[nodiscard]] Int128 powerOfTen(int exponent);

/// Share of `part` in `whole` in tenths of a percent, rounded half up; 0 if `whole` is not positive.
[[nodiscard]] std::int64_t perMille(Money part, Money whole);

} // namespace apex::backend
