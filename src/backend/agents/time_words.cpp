// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/time_words.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

int numberOf(const QString& word) {
    static const QStringList names{u"zero"_s, u"one"_s,   u"two"_s,   u"three"_s, u"four"_s, u"five"_s,
                                   u"six"_s,  u"seven"_s, u"eight"_s, u"nine"_s,  u"ten"_s};
    const qsizetype named = names.indexOf(word);
    return named >= 0 ? static_cast<int>(named) : std::min(word.toInt(), 3660);
}

int monthOf(const QString& word) {
    static const QStringList names{u"jan"_s, u"feb"_s, u"mar"_s, u"apr"_s, u"may"_s, u"jun"_s,
                                   u"jul"_s, u"aug"_s, u"sep"_s, u"oct"_s, u"nov"_s, u"dec"_s};
    return static_cast<int>(names.indexOf(word.left(3))) + 1;
}

QDate dateOf(const QString& text) {
    return QDate::fromString(text, Qt::ISODate);
}

TimeWords lastDays(int days, int skip, const QString& text) {
    TimeWords words;
    words.days = days;
    words.skip = skip;
    words.text = text;
    return words;
}

/// The span of this length that ends where the last one begins.
TimeWords daysBefore(int days) {
    TimeWords words = lastDays(days, days, {});
    words.skipsAlways = true;
    return words;
}

TimeWords ofKind(TimeWords::Kind kind, const QString& text) {
    TimeWords words;
    words.kind = kind;
    words.text = text;
    return words;
}

TimeWords dates(QDate from, QDate to, const QString& text) {
    TimeWords words = ofKind(TimeWords::Kind::Dates, text);
    words.from = from;
    words.to = to;
    return words;
}

std::optional<TimeWords> readDates(const QString& text) {
    static const QRegularExpression between(
        uR"((?:between|from)\s+(\d{4}-\d\d-\d\d)\s+(?:and|to|until|till)\s+(\d{4}-\d\d-\d\d))"_s);
    static const QRegularExpression bounded(
        uR"(\b(since|from|after|until|before|till)\s+(\d{4}-\d\d-\d\d))"_s);
    static const QRegularExpression single(uR"((?<![\d-])(\d{4}-\d\d-\d\d)(?![\d-]))"_s);
    if (const auto found = between.match(text); found.hasMatch())
        return dates(dateOf(found.captured(1)), dateOf(found.captured(2)), found.captured());
    if (const auto found = bounded.match(text); found.hasMatch()) {
        const QDate day = dateOf(found.captured(2));
        const QString word = found.captured(1);
        if (word == u"since" || word == u"from")
            return dates(day, {}, found.captured());
        if (word == u"after")
            return dates(day.addDays(1), {}, found.captured());
        return dates({}, word == u"before" ? day.addDays(-1) : day, found.captured());
    }
    if (const auto found = single.match(text); found.hasMatch())
        return dates(dateOf(found.captured(1)), dateOf(found.captured(1)), found.captured());
    return std::nullopt;
}

/// `bare`: the name alone is enough ("june"), as where nothing but a time can stand.
std::optional<TimeWords> readMonth(const QString& text, bool bare) {
    static const QString months =
        uR"((january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?(?:\s+(20\d\d))?)"_s;
    static const QRegularExpression introduced(uR"(\b(?:in|during|for|of|only)\s+)"_s + months);
    static const QRegularExpression alone(uR"(\b)"_s + months);
    const auto found = (bare ? alone : introduced).match(text);
    if (!found.hasMatch())
        return std::nullopt;
    const int month = monthOf(found.captured(1));
    if (const int year = found.captured(2).toInt(); year > 0) {
        const QDate first(year, month, 1);
        return dates(first, first.addMonths(1).addDays(-1), found.captured());
    }
    TimeWords words = ofKind(TimeWords::Kind::Month, found.captured());
    words.month = month;
    return words;
}

std::optional<TimeWords> readCounted(const QString& text) {
    static const QRegularExpression pattern(
        uR"(\b(?:last|past|previous)\s+(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\s+(day|week|month)s?\b)"_s);
    const auto found = pattern.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    const int each = found.captured(2) == u"day" ? 1 : found.captured(2) == u"week" ? 7 : 30;
    const int count = numberOf(found.captured(1));
    return count > 0 ? std::optional(lastDays(count * each, 0, found.captured())) : std::nullopt;
}

std::optional<TimeWords> readNamed(const QString& text) {
    using Kind = TimeWords::Kind;
    struct Named {
        const char16_t* pattern;
        TimeWords words;
    };
    static const std::vector<Named> table{
        {uR"(\b(?:last|past|previous) (?:24 hours|day)\b)", lastDays(1, 0, {})},
        {uR"(\btoday\b)", lastDays(1, 0, {})},
        {uR"(\byesterday\b)", lastDays(1, 1, {})},
        {uR"(\b(?:the |a )?week before\b(?! \d))", daysBefore(7)},
        {uR"(\b(?:the )?day before\b(?! \d))", daysBefore(1)},
        {uR"(\b(?:last|past|previous|this|current) week\b)", lastDays(7, 0, {})},
        {uR"(\b(?:this|current) month\b)", ofKind(Kind::ThisMonth, {})},
        {uR"(\b(?:last|past|previous) month\b)", ofKind(Kind::LastMonth, {})},
        {uR"(\b(?:last|past|previous) quarter\b)", ofKind(Kind::LastQuarter, {})},
        {uR"(\b(?:last|past|previous) year\b)", lastDays(365, 0, {})}};
    for (const Named& entry : table) {
        const QRegularExpression pattern{QString::fromUtf16(entry.pattern)};
        if (const auto found = pattern.match(text); found.hasMatch()) {
            TimeWords words = entry.words;
            words.text = found.captured();
            return words;
        }
    }
    return std::nullopt;
}

DaySpan monthSpan(QDate day) {
    const QDate first(day.year(), day.month(), 1);
    return {first, first.addMonths(1).addDays(-1)};
}

DaySpan spanFrom(const TimeWords& words, QDate anchor, bool atData) {
    switch (words.kind) {
    case TimeWords::Kind::LastDays: {
        const QDate to = anchor.addDays(atData && !words.skipsAlways ? 0 : -words.skip);
        return {to.addDays(1 - words.days), to};
    }
    case TimeWords::Kind::ThisMonth:
        return monthSpan(anchor);
    case TimeWords::Kind::LastMonth:
        return monthSpan(atData ? anchor : anchor.addMonths(-1));
    case TimeWords::Kind::LastQuarter: {
        const QDate start(anchor.year(), (anchor.month() - 1) / 3 * 3 + 1, 1);
        const QDate from = atData ? start : start.addMonths(-3);
        return {from, from.addMonths(3).addDays(-1)};
    }
    case TimeWords::Kind::Month: {
        const int year = words.month > anchor.month() ? anchor.year() - 1 : anchor.year();
        return monthSpan(QDate(year, words.month, 1));
    }
    case TimeWords::Kind::Dates:
        break;
    }
    return {words.from, words.to};
}

} // namespace

std::optional<TimeWords> readTimeWords(const QString& text) {
    if (auto words = readDates(text))
        return words;
    if (auto words = readCounted(text))
        return words;
    if (auto words = readNamed(text))
        return words;
    return readMonth(text, false);
}

std::vector<TimeWords> readTwoTimes(const QString& text) {
    static const QRegularExpression compares(
        uR"(\bcompar|\bversus\b|\bvs\b|\bagainst\b|\bdifference between\b|\bchanged? (?:from|between)\b|\b(?:more|less|higher|lower|cheaper|dearer|worse|better)\b.*\bthan\b)"_s);
    static const QRegularExpression between(
        uR"(\b(?:compared (?:to|with)|versus|vs\.?|against|than|to|with|and)\b)"_s);
    if (!compares.match(text).hasMatch())
        return {};
    const auto timeIn = [](const QString& part) {
        auto words = readTimeWords(part);
        return words ? words : readMonth(part, true);
    };
    for (auto found = between.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        auto first = timeIn(text.left(match.capturedStart()));
        auto second = timeIn(text.mid(match.capturedEnd()));
        if (first && second)
            return {std::move(*first), std::move(*second)};
    }
    return {};
}

DaySpan resolveTime(const TimeWords& words, QDate today, QDate first, QDate last) {
    DaySpan span = spanFrom(words, today, false);
    if (words.kind != TimeWords::Kind::Dates && (span.to < first || span.from > last)) {
        span = spanFrom(words, last, true);
        span.fromToday = false;
    }
    if (!span.from.isValid())
        span.from = first;
    if (!span.to.isValid())
        span.to = last;
    return span;
}

} // namespace apex::backend
