// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/calendar_words.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QString monthName =
    uR"((?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?)"_s;
const QString dayNumberWord = uR"([0-3]?\d(?:st|nd|rd|th|\.)?)"_s;
const QString yearNumber = uR"((?:19|20)\d\d)"_s;

/// A place in the text that names a period.
struct Named {
    qsizetype at = 0;
    qsizetype end = 0;
    CalendarDay first;
    CalendarDay last;
    bool sure = true;   ///< needs no word before it
    bool exists = true; ///< false: there is no such day
};

int monthOf(const QString& word) {
    static const QStringList names{u"jan"_s, u"feb"_s, u"mar"_s, u"apr"_s, u"may"_s, u"jun"_s,
                                   u"jul"_s, u"aug"_s, u"sep"_s, u"oct"_s, u"nov"_s, u"dec"_s};
    return static_cast<int>(names.indexOf(word.left(3))) + 1;
}

int numberIn(const QString& word) {
    static const QRegularExpression digits(uR"(\d+)"_s);
    return digits.match(word).captured().toInt();
}

bool isDay(const CalendarDay& day) {
    // A leap year, so that February 29 without a year is a day.
    return QDate::isValid(day.year > 0 ? day.year : 2024, day.month, std::max(day.day, 1));
}

/// "first half of may", "last week of june", "first 3 days of may".
void readPartOfMonth(const QRegularExpressionMatch& match, Named& named) {
    const bool isLast = match.captured(u"which"_s) != u"first";
    const QString unit = match.captured(u"unit"_s);
    if (unit == u"half") {
        named.first.day = isLast ? 16 : 1;
        named.last.day = isLast ? 0 : 15;
        return;
    }
    const int days = unit == u"week" ? 7 : std::max(numberIn(match.captured(u"count"_s)), 1);
    const int inMonth =
        QDate(named.first.year > 0 ? named.first.year : 2025, named.first.month, 1).daysInMonth();
    named.first.day = isLast ? std::max(inMonth - days + 1, 1) : 1;
    named.last.day = isLast ? 0 : std::min(days, inMonth);
}

void setMonths(Named& named, int first, int count, int year) {
    named.first = {year, first, 1};
    named.last = {year, first + count - 1, 0};
}

using Fill = void (*)(const QRegularExpressionMatch&, Named&);

struct Pattern {
    QRegularExpression words;
    Fill fill;
};

QRegularExpression wholeWords(const QString& pattern) {
    return QRegularExpression(u"(?<![\\w./-])(?:"_s + pattern + u")(?![\\w/])"_s);
}

void fillDays(const QRegularExpressionMatch& match, Named& named) {
    const int year = match.captured(u"y"_s).toInt();
    const int month = monthOf(match.captured(u"m"_s));
    named.first = {year, month, numberIn(match.captured(u"d"_s))};
    named.last = named.first;
    if (match.hasCaptured(u"e"_s))
        named.last.day = numberIn(match.captured(u"e"_s));
    named.exists = isDay(named.first) && isDay(named.last) && named.first.day > 0 && named.last.day > 0;
}

void fillMonth(const QRegularExpressionMatch& match, Named& named) {
    static const QStringList alsoOtherWords{u"may"_s, u"march"_s, u"mar"_s, u"jan"_s};
    setMonths(named, monthOf(match.captured(u"m"_s)), 1, match.captured(u"y"_s).toInt());
    named.sure = named.first.year > 0 || !alsoOtherWords.contains(match.captured(u"m"_s));
    if (match.hasCaptured(u"which"_s))
        readPartOfMonth(match, named);
}

void fillNumbers(const QRegularExpressionMatch& match, Named& named) {
    named.first = {match.captured(u"y"_s).toInt(), match.captured(u"m"_s).toInt(),
                   match.captured(u"d"_s).toInt()};
    named.last = named.first;
    named.exists = isDay(named.first);
}

void fillHalfYear(const QRegularExpressionMatch& match, Named& named) {
    setMonths(named, match.captured(u"h"_s) == u"h1" ? 1 : 7, 6, match.captured(u"y"_s).toInt());
}

void fillQuarter(const QRegularExpressionMatch& match, Named& named) {
    static const QStringList ordinals{u"first"_s, u"second"_s, u"third"_s, u"fourth"_s};
    const QString word = match.captured(u"q"_s);
    const qsizetype ordinal = ordinals.indexOf(word);
    const int quarter = ordinal >= 0 ? static_cast<int>(ordinal) + 1 : numberIn(word);
    setMonths(named, quarter * 3 - 2, 3,
              std::max(match.captured(u"y"_s).toInt(), match.captured(u"z"_s).toInt()));
}

void fillYear(const QRegularExpressionMatch& match, Named& named) {
    const QString half = match.captured(u"which"_s);
    setMonths(named, half == u"second" ? 7 : 1, half.isEmpty() ? 12 : 6, match.captured(u"y"_s).toInt());
    named.sure = !half.isEmpty();
}

/// Longer forms first.
const std::vector<Pattern>& patterns() {
    const QString day = u"(?<d>"_s + dayNumberWord + u")"_s;
    const QString end = u"(?<e>"_s + dayNumberWord + u")"_s;
    const QString month = u"(?<m>"_s + monthName + u")"_s;
    const QString year = u"(?:,?\\s+(?:of\\s+)?(?<y>"_s + yearNumber + u"))?"_s;
    const QString to = uR"(\s*(?:-|–|—|to|and|until|till|through|bis)\s*(?:the\s+)?)"_s;
    static const std::vector<Pattern> list{
        {wholeWords(u"(?<y>\\d{4})-(?<m>\\d\\d)-(?<d>\\d\\d)(?!-)"_s), fillNumbers},
        {wholeWords(u"(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>\\d{4})"_s), fillNumbers},
        {wholeWords(u"(?<y>(?:19|20)\\d\\d)-(?<m>[01]\\d)(?!-)"_s), fillNumbers},
        {wholeWords(day + to + end + u"\\s+(?:of\\s+)?"_s + month + year), fillDays},
        {wholeWords(month + u"\\s+(?:the\\s+)?"_s + day + to + end + u"(?!\\w|\\s*(?:of\\s+)?"_s + monthName +
                    u")"_s + year),
         fillDays},
        {wholeWords(u"(?<which>first|second|last)\\s+(?<unit>half|week)\\s+of\\s+"_s + month + year),
         fillMonth},
        {wholeWords(u"(?<which>first|last)\\s+(?<count>\\d{1,2})\\s+(?<unit>days)\\s+of\\s+"_s + month +
                    year),
         fillMonth},
        {wholeWords(u"(?<which>first|second)\\s+half\\s+of\\s+(?<y>"_s + yearNumber + u")"_s), fillYear},
        {wholeWords(day + u"\\s+(?:of\\s+)?"_s + month + year), fillDays},
        {wholeWords(month + u"\\s+(?:the\\s+)?"_s + day + u"(?!\\d)"_s + year), fillDays},
        {wholeWords(month + year), fillMonth},
        {wholeWords(
             u"(?:(?<z>"_s + yearNumber +
             u")[\\s-]*)?(?<q>q[1-4]|(?:[1-4](?:st|nd|rd|th|\\.)|first|second|third|fourth)(?=\\s+quarter))(?:\\s+quarter)?"_s +
             year),
         fillQuarter},
        {wholeWords(u"(?<h>h[12])"_s + year), fillHalfYear},
        {wholeWords(u"(?<y>"_s + yearNumber + u")(?!-|\\.\\d|\\s*(?:%|usd|calls|tokens|ms))"_s), fillYear}};
    return list;
}

std::vector<Named> namedIn(const QString& text) {
    std::vector<Named> all;
    for (const Pattern& pattern : patterns()) {
        for (auto found = pattern.words.globalMatch(text); found.hasNext();) {
            const auto match = found.next();
            Named named;
            named.at = match.capturedStart();
            named.end = match.capturedEnd();
            const bool taken = std::any_of(all.begin(), all.end(), [&](const Named& other) {
                return named.at < other.end && other.at < named.end;
            });
            if (taken)
                continue;
            pattern.fill(match, named);
            all.push_back(named);
        }
    }
    std::sort(all.begin(), all.end(), [](const Named& a, const Named& b) { return a.at < b.at; });
    return all;
}

/// A year-less day in one year, to see what lies side by side.
QDate inYear(const CalendarDay& day, int year, bool isLast) {
    const int said = day.year > 0 ? day.year : year;
    const QDate first(said, day.month, 1);
    const int number = day.day > 0 ? std::min(day.day, first.daysInMonth())
                       : isLast    ? first.daysInMonth()
                                   : 1;
    return QDate(said, day.month, number);
}

bool touches(const Named& a, const Named& b) {
    return inYear(a.last, 2025, true).addDays(1) == inYear(b.first, 2025, false);
}

QString wordsBefore(const QString& text, qsizetype at) {
    static const QRegularExpression word(
        uR"(\b(between|from|since|starting(?: in| on)?|after|until|till|up to|through|before|in|during|for|of|only|on|about|and|year|with|to|than|as of)\s+(?:the\s+)?$)"_s);
    return word.match(text.left(at)).captured(1);
}

TimeWords spanOf(const QString& text, const Named& first, const Named& last, const QString& before) {
    TimeWords words;
    words.kind = TimeWords::Kind::Calendar;
    words.first = first.first;
    words.last = last.last;
    static const QStringList joints{u"and"_s, u"about"_s, u"with"_s, u"to"_s, u"than"_s, u"of"_s, u"for"_s};
    const qsizetype at =
        before.isEmpty() || joints.contains(before) ? first.at : text.lastIndexOf(before, first.at - 1);
    words.text = text.mid(at, last.end - at);
    return words;
}

/// "since June 5", "before May": open on one side.
void openSide(TimeWords& words, const QString& before) {
    if (before == u"since" || before == u"from" || before == u"as of" || before.startsWith(u"starting")) {
        words.last = {};
    } else if (before == u"after") {
        // The day after the last one named.
        words.first = words.last;
        words.shiftFirst = 1;
        words.last = {};
        if (words.first.day == 0)
            words.first.day = 31;
    } else if (before == u"until" || before == u"till" || before == u"up to" || before == u"through") {
        words.first = {};
    } else if (before == u"before") {
        words.last = words.first;
        if (words.last.day == 0)
            words.last.day = 1;
        words.shiftLast = -1;
        words.first = {};
    }
}

/// Where the span that begins with `at` ends: the same place, or the last one that is joined to it. None:
/// what is joined cannot be one span.
std::optional<std::size_t> endOfSpan(const QString& text, const std::vector<Named>& all, std::size_t at,
                                     const QString& before) {
    static const QRegularExpression range(uR"(^\s*(?:-|–|—|to|until|till|through|bis)\s*(?:the\s+)?$)"_s);
    static const QRegularExpression also(uR"(^\s*(?:,|,?\s*and|&|\+)\s*(?:(?:in|of|the)\s+)?$)"_s);
    std::size_t end = at;
    while (end + 1 < all.size()) {
        const QString joint = text.mid(all[end].end, all[end + 1].at - all[end].end);
        const bool isRange =
            range.match(joint).hasMatch() || (before == u"between" && also.match(joint).hasMatch());
        if (isRange)
            return end + 1;
        if (!also.match(joint).hasMatch())
            return end;
        if (!touches(all[end], all[end + 1]))
            return std::nullopt;
        ++end;
    }
    return end;
}

bool isPeriod(const QString& text, const Named& named, const QString& before, bool bare) {
    static const QRegularExpression nothing(uR"(^\W*$)"_s);
    if (named.sure || bare || !before.isEmpty())
        return true;
    // "may?" alone, or a year at the end.
    const bool ends = nothing.match(text.mid(named.end)).hasMatch();
    const bool isYear = named.first.month == 1 && named.last.month == 12;
    return ends && (isYear || nothing.match(text.left(named.at)).hasMatch());
}

} // namespace

CalendarRead readCalendar(const QString& text, bool bare) {
    CalendarRead read;
    const std::vector<Named> all = namedIn(text);
    for (std::size_t at = 0; at < all.size(); ++at) {
        const QString before = wordsBefore(text, all[at].at);
        if (!isPeriod(text, all[at], before, bare))
            continue;
        const auto end = endOfSpan(text, all, at, before);
        const std::size_t last = end.value_or(std::min(at + 1, all.size() - 1));
        const bool exists = std::all_of(all.begin() + static_cast<std::ptrdiff_t>(at),
                                        all.begin() + static_cast<std::ptrdiff_t>(last) + 1,
                                        [](const Named& named) { return named.exists; });
        if (!end || !exists || read.time) {
            read.unread.append(text.mid(all[at].at, all[last].end - all[at].at));
        } else {
            read.time = spanOf(text, all[at], all[last], before);
            if (last == at)
                openSide(*read.time, before);
        }
        at = last;
    }
    return read;
}

DaySpan calendarSpan(const TimeWords& words, QDate first, QDate last) {
    const auto spanIn = [&](int year) {
        DaySpan span;
        const int known = words.first.year > 0  ? words.first.year
                          : words.last.year > 0 ? words.last.year
                                                : year;
        if (words.first.month > 0)
            span.from = inYear(words.first, known, false).addDays(words.shiftFirst);
        if (words.last.month > 0)
            span.to = inYear(words.last, known, true).addDays(words.shiftLast);
        // "from November to February" goes over the end of a year.
        if (span.from.isValid() && span.to.isValid() && span.to < span.from) {
            if (words.last.year == 0)
                span.to = inYear(words.last, known + 1, true).addDays(words.shiftLast);
            else if (words.first.year == 0)
                span.from = inYear(words.first, known - 1, false).addDays(words.shiftFirst);
        }
        return span;
    };
    const bool isOpen = words.first.month == 0 || words.last.month == 0;
    const auto within = [&](QDate day) { return day.isValid() && day >= first && day <= last; };
    for (int year = last.year(); year >= first.year(); --year) {
        const DaySpan span = spanIn(year);
        const bool fits =
            isOpen ? within(span.from) || within(span.to) : span.from <= last && span.to >= first;
        if (fits)
            return span;
    }
    return spanIn(last.year());
}

} // namespace apex::backend
