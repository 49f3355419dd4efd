// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/number_reader.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QStringList months{u"jan"_s, u"feb"_s, u"mar"_s, u"apr"_s, u"may"_s, u"jun"_s,
                         u"jul"_s, u"aug"_s, u"sep"_s, u"oct"_s, u"nov"_s, u"dec"_s};
const QString monthPattern =
    u"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    u"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"_s;

struct Suffix {
    FigureUnit unit;
    double factor;
};

/// Units and multipliers as they stand behind a numeral or a number word.
const QHash<QString, Suffix>& suffixes() { // NOLINT(readability-function-size): a table
    using enum FigureUnit;
    static const QHash<QString, Suffix> all{
        {u"%"_s, {Percent, 1}},
        {u"percent"_s, {Percent, 1}},
        {u"usd"_s, {Money, 1}},
        {u"$"_s, {Money, 1}},
        {u"dollar"_s, {Money, 1}},
        {u"dollars"_s, {Money, 1}},
        {u"ms"_s, {Milliseconds, 1}},
        {u"millisecond"_s, {Milliseconds, 1}},
        {u"milliseconds"_s, {Milliseconds, 1}},
        {u"s"_s, {Seconds, 1}},
        {u"sec"_s, {Seconds, 1}},
        {u"second"_s, {Seconds, 1}},
        {u"seconds"_s, {Seconds, 1}},
        {u"k"_s, {Count, 1e3}},
        {u"thousand"_s, {Count, 1e3}},
        {u"m"_s, {Count, 1e6}},
        {u"million"_s, {Count, 1e6}},
        {u"b"_s, {Count, 1e9}},
        {u"bn"_s, {Count, 1e9}},
        {u"billion"_s, {Count, 1e9}},
        {u"x"_s, {Never, 1}},
        {u"×"_s, {Never, 1}},
        {u"times"_s, {Never, 1}},
        {u"fold"_s, {Never, 1}},
        {u"‰"_s, {Never, 1}},
        {u"points"_s, {Never, 1}},
        {u"cent"_s, {Never, 1}},
        {u"cents"_s, {Never, 1}},
        {u"eur"_s, {Never, 1}},
        {u"euro"_s, {Never, 1}},
        {u"euros"_s, {Never, 1}},
        {u"€"_s, {Never, 1}},
        {u"£"_s, {Never, 1}},
        {u"¥"_s, {Never, 1}},
        {u"gbp"_s, {Never, 1}},
        {u"pounds"_s, {Never, 1}},
        {u"kb"_s, {Never, 1}},
        {u"mb"_s, {Never, 1}},
        {u"gb"_s, {Never, 1}},
        {u"µs"_s, {Never, 1}},
        {u"trillion"_s, {Never, 1}},
        {u"hundred"_s, {Count, 100}},
        {u"st"_s, {Count, 1}},
        {u"nd"_s, {Count, 1}},
        {u"rd"_s, {Count, 1}},
        {u"th"_s, {Count, 1}},
        {u"day"_s, {Count, 1}},
        {u"days"_s, {Count, 1}},
        {u"hour"_s, {Count, 1}},
        {u"hours"_s, {Count, 1}},
        {u"week"_s, {Count, 1}},
        {u"weeks"_s, {Count, 1}},
        {u"month"_s, {Count, 1}},
        {u"minute"_s, {Count, 1}},
        {u"minutes"_s, {Count, 1}},
        {u"token"_s, {Count, 1}},
        {u"tokens"_s, {Count, 1}},
        {u"call"_s, {Count, 1}},
        {u"calls"_s, {Count, 1}},
        {u"model"_s, {Count, 1}},
    };
    return all;
}

/// Applies what stands behind a number: at most a multiplier and a unit.
void applySuffixes(const QString& behind, ShownFigure& figure) {
    static const QRegularExpression next(u"^[\\s-]?([%‰$€£¥×]|[\\p{L}µ]+)"_s);
    QString rest = behind;
    for (int i = 0; i < 3; ++i) {
        const auto match = next.match(rest);
        const auto found = match.hasMatch() ? suffixes().find(match.captured(1)) : suffixes().end();
        if (found == suffixes().end())
            return;
        figure.value *= found->factor;
        figure.step *= found->factor;
        if (found->unit != FigureUnit::Count)
            figure.unit = figure.unit == FigureUnit::Count || figure.unit == found->unit ? found->unit
                                                                                         : FigureUnit::Never;
        rest.remove(0, match.capturedLength());
    }
}

/// Applies the currency and the sign in front of a numeral.
void applyPrefix(const QString& before, ShownFigure& figure) {
    static const QRegularExpression money(u"(?:^|[^\\p{L}])(?:us)?(?:\\$|usd)\\s?[-+]?$"_s);
    static const QRegularExpression other(u"(?:[€£¥]|[^\\p{L}](?:eur|gbp|chf|jpy|[ac]\\$))\\s?[-+]?$"_s);
    static const QRegularExpression sign(u"(?:^|[\\s(\\[:=])-(?:us)?(?:\\$|usd|€|£|¥)?\\s?$|[$€£¥]\\s?-$"_s);
    if (other.match(before).hasMatch())
        figure.unit = FigureUnit::Never;
    else if (money.match(before).hasMatch())
        figure.unit = FigureUnit::Money;
    figure.minus = sign.match(before).hasMatch();
}

int monthOf(const QString& word) {
    return static_cast<int>(months.indexOf(word.left(3))) + 1;
}

// Number words.

const QHash<QString, int>& smallWords() {
    static const QHash<QString, int> all{
        {u"zero"_s, 0},     {u"one"_s, 1},        {u"two"_s, 2},       {u"three"_s, 3},
        {u"four"_s, 4},     {u"five"_s, 5},       {u"six"_s, 6},       {u"seven"_s, 7},
        {u"eight"_s, 8},    {u"nine"_s, 9},       {u"ten"_s, 10},      {u"eleven"_s, 11},
        {u"twelve"_s, 12},  {u"thirteen"_s, 13},  {u"fourteen"_s, 14}, {u"fifteen"_s, 15},
        {u"sixteen"_s, 16}, {u"seventeen"_s, 17}, {u"eighteen"_s, 18}, {u"nineteen"_s, 19},
        {u"twenty"_s, 20},  {u"thirty"_s, 30},    {u"forty"_s, 40},    {u"fifty"_s, 50},
        {u"sixty"_s, 60},   {u"seventy"_s, 70},   {u"eighty"_s, 80},   {u"ninety"_s, 90},
        {u"couple"_s, 2},   {u"pair"_s, 2},       {u"both"_s, 2},
    };
    return all;
}

/// Words that state an amount no tool states: ratios, fractions, vague multitudes; and number words of other
/// languages, which are not read.
bool isNeverWord(const QString& word) {
    static const QRegularExpression never(u"^(?:half|halves|halved?|halving|thirds|quarters|fifths|sixths|"
                                          u"sevenths|eighths|ninths|tenths|twice|thrice|"
                                          u"doubl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|quadrupl(?:e|es|ed|ing)"
                                          u"|\\w+fold|dozens?|scores|hundreds|thousands|"
                                          u"millions|billions|trillions?|hundredths?|thousandths?|"
                                          u"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|"
                                          u"hundert|tausend|hälfte|drittel|viertel|doppelt|"
                                          u"deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|cent|mille|"
                                          u"moitié|quart|dos|tres|cuatro|cinco|seis|"
                                          u"siete|ocho|nueve|diez|doce|cien|mil|mitad)$"_s);
    return never.match(word).hasMatch();
}

bool isFractionWord(const QString& word) {
    static const QStringList all{u"third"_s,   u"quarter"_s, u"fourth"_s, u"fifth"_s, u"sixth"_s,
                                 u"seventh"_s, u"eighth"_s,  u"ninth"_s,  u"tenth"_s};
    return all.contains(word);
}

/// "the cheaper one", "no one": a pronoun, no number.
bool isPronoun(const QString& word, const QString& before) {
    static const QStringList leads{u"the"_s, u"this"_s,  u"that"_s, u"each"_s,    u"every"_s,  u"no"_s,
                                   u"any"_s, u"which"_s, u"some"_s, u"another"_s, u"cheaper"_s};
    return word == "one"_L1 && leads.contains(before);
}

struct Word {
    QString text;
    qsizetype begin = 0;
    qsizetype end = 0;
};

std::vector<Word> wordsOf(const QString& text) {
    static const QRegularExpression letters(u"\\p{L}+"_s);
    std::vector<Word> words;
    for (auto it = letters.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        words.push_back({match.captured(), match.capturedStart(), match.capturedEnd()});
    }
    return words;
}

/// Within a name such as "one-hub-2" or behind a numeral ("2 million") a word is no number of its own.
bool standsAlone(const QString& text, const Word& word) {
    const QString before = text.left(word.begin);
    static const QRegularExpression numeral(u"[\\d.,][\\s-]?$"_s);
    return !numeral.match(before).hasMatch();
}

class WordNumbers {
public:
    WordNumbers(const QString& text, ShownNumbers& numbers)
        : m_text(text), m_words(wordsOf(text)), m_numbers(numbers) {}
    void read() {
        for (std::size_t i = 0; i < m_words.size();)
            i = readAt(i);
    }

private:
    [[nodiscard]] QString wordBefore(std::size_t i) const { return i == 0 ? QString() : m_words[i - 1].text; }
    [[nodiscard]] bool joined(std::size_t i) const {
        const QString gap = m_text.mid(m_words[i - 1].end, m_words[i].begin - m_words[i - 1].end);
        return gap == u" "_s || gap == u"-"_s;
    }
    void never(const Word& word) {
        ShownFigure figure;
        figure.text = word.text;
        figure.unit = FigureUnit::Never;
        m_numbers.figures.push_back(figure);
    }
    std::size_t readAt(std::size_t i) {
        const Word& word = m_words[i];
        const QString before = wordBefore(i);
        const bool counted = before == "a"_L1 || before == "an"_L1 || smallWords().contains(before);
        if (isNeverWord(word.text) || (isFractionWord(word.text) && counted)) {
            never(word);
            return i + 1;
        }
        const bool isHundred = word.text == "hundred"_L1 || word.text == "thousand"_L1 ||
                               word.text == "million"_L1 || word.text == "billion"_L1;
        if ((!smallWords().contains(word.text) && !isHundred) || isPronoun(word.text, before) ||
            !standsAlone(m_text, word))
            return i + 1;
        return readSequence(i);
    }
    /// "two hundred and twelve", "twenty-five"; "a hundred".
    std::size_t readSequence(std::size_t i) {
        static const QHash<QString, double> large{
            {u"thousand"_s, 1e3}, {u"million"_s, 1e6}, {u"billion"_s, 1e9}};
        const std::size_t first = i;
        double whole = 0;
        double part = 0;
        for (; i < m_words.size() && (i == first || joined(i)); ++i) {
            const QString& word = m_words[i].text;
            if (const auto small = smallWords().find(word); small != smallWords().end())
                part += *small;
            else if (word == "hundred"_L1)
                part = (part > 0 ? part : 1) * 100;
            else if (const auto factor = large.find(word); factor != large.end())
                whole += (part > 0 ? std::exchange(part, 0) : 1) * *factor;
            else if (word != "and"_L1 || i == first || i + 1 >= m_words.size() ||
                     !smallWords().contains(m_words[i + 1].text) || part < 100)
                break;
        }
        ShownFigure figure;
        figure.text = m_text.mid(m_words[first].begin, m_words[i - 1].end - m_words[first].begin);
        figure.value = whole + part;
        applySuffixes(m_text.mid(m_words[i - 1].end), figure);
        m_numbers.figures.push_back(figure);
        return i;
    }

    const QString& m_text;
    std::vector<Word> m_words;
    ShownNumbers& m_numbers;
};

// Numerals.

class Numerals {
public:
    Numerals(const QString& text, ShownNumbers& numbers) : m_text(text), m_numbers(numbers) {}
    void read() {
        static const QRegularExpression token(
            u"(?<date>\\b\\d{4}-\\d{2}(?:-\\d{2})?(?![\\d-]))"
            u"|(?<time>\\b\\d{1,2}:\\d{2}(?::\\d{2})?\\b)"
            u"|(?<md>\\b"_s +
            monthPattern +
            u"\\.?\\s+\\d{1,4}(?:st|nd|rd|th)?(?![\\d.,]\\d)(?:,?\\s+(?:19|20)\\d{2}\\b)?)"
            u"|(?<dm>\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?"_s +
            monthPattern +
            u"\\b(?:,?\\s+(?:19|20)\\d{2}\\b)?)"
            u"|(?<number>(?:\\d++(?:[.,]\\d++)*+|[.]\\d++)(?![\\p{L}_]|[-./:@+][\\p{L}_]))"
            u"|(?<word>[\\p{L}\\d_]+(?:[-./:@+#][\\p{L}\\d_]+)*)"_s);
        for (auto it = token.globalMatch(m_text); it.hasNext();)
            take(it.next());
    }

private:
    void take(const QRegularExpressionMatch& match) {
        static const QRegularExpression digit(u"\\d"_s);
        if (!match.captured(u"date"_s).isEmpty())
            isoDate(match.captured());
        else if (!match.captured(u"time"_s).isEmpty())
            m_numbers.times.append(match.captured());
        else if (!match.captured(u"md"_s).isEmpty() || !match.captured(u"dm"_s).isEmpty())
            writtenDate(match.captured());
        else if (!match.captured(u"number"_s).isEmpty())
            numeral(match.captured(), match.capturedStart(), match.capturedEnd());
        else if (match.captured().contains(digit))
            mixed(match);
    }
    void isoDate(const QString& text) {
        m_numbers.dates.push_back(
            {text, text.left(4).toInt(), text.mid(5, 2).toInt(), text.mid(8, 2).toInt()});
    }
    void writtenDate(const QString& text) {
        static const QRegularExpression part(u"\\d+|"_s + monthPattern);
        ShownDate date{text};
        for (auto it = part.globalMatch(text); it.hasNext();) {
            const QString found = it.next().captured();
            const int number = found.toInt();
            if (!found[0].isDigit())
                date.month = monthOf(found);
            else if (number > 31)
                date.year = number;
            else
                date.day = number;
        }
        m_numbers.dates.push_back(date);
    }
    void numeral(const QString& text, qsizetype begin, qsizetype end) {
        const QString before = m_text.left(begin);
        static const QRegularExpression yearLead(u"(?:^|\\s)(?:in|of|since|during|year|from|until)\\s$"_s);
        ShownFigure figure{text};
        const auto value = numeralValue(text);
        if (!value)
            return unreadable(text);
        figure.value = value->value;
        figure.step = value->step;
        applyPrefix(before, figure);
        applySuffixes(m_text.mid(end), figure);
        const bool year = text.size() == 4 && figure.value >= 1900 && figure.value <= 2100 &&
                          figure.unit == FigureUnit::Count && yearLead.match(before).hasMatch();
        if (year && !m_text.mid(end).contains(QRegularExpression(u"^\\s\\p{L}"_s)))
            m_numbers.dates.push_back({text, static_cast<int>(figure.value)});
        else
            m_numbers.figures.push_back(figure);
    }
    /// "500ms", "12k", "7-day" are figures; every other mixture must be a name that is known.
    void mixed(const QRegularExpressionMatch& match) {
        static const QRegularExpression measured(u"^(\\d+(?:[.,]\\d+)*)-?(\\p{L}+)(?:-\\p{L}+)*$"_s);
        const QString text = match.captured();
        const auto parts = measured.match(text);
        if (parts.hasMatch() && suffixes().contains(parts.captured(2)))
            numeral(parts.captured(1), match.capturedStart(),
                    match.capturedStart() + parts.capturedLength(1));
        else
            m_numbers.names.append(text);
    }
    void unreadable(const QString& text) {
        if (m_numbers.unreadable.isEmpty())
            m_numbers.unreadable = text;
    }

    const QString& m_text;
    ShownNumbers& m_numbers;
};

} // namespace

std::optional<NumeralValue> numeralValue(const QString& numeral) {
    static const QRegularExpression plain(u"^\\d*(?:\\.\\d+)?$"_s);
    static const QRegularExpression commas(u"^[1-9]\\d{0,2}(?:,\\d{3})+(?:\\.\\d+)?$"_s);
    static const QRegularExpression points(u"^[1-9]\\d{0,2}(?:\\.\\d{3}){2,}$"_s);
    QString text = numeral;
    if (points.match(text).hasMatch())
        text.remove(u'.');
    else if (commas.match(text).hasMatch())
        text.remove(u',');
    else if (!plain.match(text).hasMatch() || text.isEmpty())
        return std::nullopt;
    if (text.size() > 18)
        return std::nullopt;
    const qsizetype point = text.indexOf(u'.');
    const double decimals = point < 0 ? 0 : static_cast<double>(text.size() - point - 1);
    return NumeralValue{text.toDouble(), std::pow(10.0, -decimals)};
}

QString plainForm(const QString& sentence) {
    static const QRegularExpression joints(
        u"(?<=\\d)[\\x{A0}\\x{2007}\\x{2009}\\x{202F}'’](?=\\d{3}(?!\\d))"_s);
    static const QRegularExpression percentWords(u"\\bper\\s+cent\\b"_s);
    static const QRegularExpression spaces(u"[\\x{A0}\\x{2000}-\\x{200A}\\x{202F}\\x{205F}\\x{3000}\\t]"_s);
    QString text;
    for (const QChar c : sentence) {
        if (c.category() == QChar::Other_Format || QStringLiteral("*~`\\").contains(c))
            continue;
        if (c == QChar(0x2212) || c == QChar(0x2010) || c == QChar(0x2011))
            text += u'-';
        else if (c == QChar(0x2013) || c == QChar(0x2014))
            text += u" – "_s;
        else
            text += c.toLower();
    }
    return text.replace(joints, QString()).replace(spaces, u" "_s).replace(percentWords, u"percent"_s);
}

ShownNumbers readNumbers(const QString& sentence) {
    ShownNumbers numbers;
    const QString text = plainForm(sentence);
    for (const QChar c : text) {
        // Numerals of other scripts, fractions and exponents are not read.
        const bool odd = (c.isNumber() && (c < u'0' || c > u'9')) || c.isSurrogate();
        if (odd && numbers.unreadable.isEmpty())
            numbers.unreadable = c;
    }
    static const QRegularExpression entity(u"&#?\\w+;"_s);
    if (const auto match = entity.match(text); match.hasMatch())
        numbers.unreadable = match.captured();
    Numerals(text, numbers).read();
    WordNumbers(text, numbers).read();
    return numbers;
}

} // namespace apex::backend
