// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QStringList>

#include <optional>
#include <vector>

namespace apex::backend {

/// What a figure counts. Figures of different units never stand for each other.
enum class FigureUnit {
    Count, ///< things, tokens, days
    Money, ///< US dollars
    Percent,
    Milliseconds,
    Seconds,
    Never, ///< no tool gives such figures: other currencies, ratios, fractions, "dozens"
};

/// A number as a sentence shows it.
struct ShownFigure {
    QString text;
    double value = 0; ///< without its sign
    double step = 1;  ///< what the last digit shown stands for
    FigureUnit unit = FigureUnit::Count;
    bool minus = false;
};

/// A date as a sentence shows it; 0 where a part is not said.
struct ShownDate {
    QString text;
    int year = 0;
    int month = 0;
    int day = 0;
};

/// Every number of one sentence.
struct ShownNumbers {
    std::vector<ShownFigure> figures;
    std::vector<ShownDate> dates;
    QStringList times;  ///< "14:00"
    QStringList names;  ///< words with letters and digits: "gpt-4o", "p95"; lower case
    QString unreadable; ///< the first thing that may be a number and cannot be read with certainty
};

/// Reads the numbers of English prose: numerals with separators, signs, currencies, units and multipliers
/// ("1.2 million"), dates, ordinals and number words. In doubt something is a number.
[[nodiscard]] ShownNumbers readNumbers(const QString& sentence);

/// Text without what can hide or split a number unseen: format characters and emphasis marks; all kinds of
/// spaces, dashes and separators within numerals made plain.
[[nodiscard]] QString plainForm(const QString& sentence);

/// "1,234.5" -> 1234.5 and its step; nullopt if the separators cannot be read with certainty.
struct NumeralValue {
    double value = 0;
    double step = 1;
};
[[nodiscard]] std::optional<NumeralValue> numeralValue(const QString& numeral);

} // namespace apex::backend
