// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/time_words.h"

#include "backend/agents/calendar_words.h"

#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QString weekdayName = uR"((?:mon|tues|wednes|thurs|fri|satur|sun)days?)"_s;

int numberOf(const QString& word) {
    static const QStringList names{u"zero"_s, u"one"_s,   u"two"_s,   u"three"_s, u"four"_s, u"five"_s,
                                   u"six"_s,  u"seven"_s, u"eight"_s, u"nine"_s,  u"ten"_s};
    const qsizetype named = names.indexOf(word);
    return named >= 0 ? static_cast<int>(named) : std::min(word.toInt(), 3660);
}

TimeWords lastDays(int days, int skip, const QString& text) {
    TimeWords words;
    words.days = days;
    words.skip = skip;
    words.text = text;
    return words;
}

TimeWords ofKind(TimeWords::Kind kind) {
    TimeWords words;
    words.kind = kind;
    return words;
}

TimeWords now(TimeWords words) {
    words.isNow = true;
    return words;
}

TimeWords stepping(TimeWords words, TimeWords::Step step, bool back) {
    words.step = step;
    words.stepsBack = back;
    return words;
}

/// The span of this length that ends where the last one begins.
TimeWords daysBefore(int days, TimeWords::Step step) {
    TimeWords words = stepping(lastDays(days, days, {}), step, true);
    words.skipsAlways = true;
    return words;
}

std::optional<TimeWords> readCounted(const QString& text) {
    static const QRegularExpression pattern(
        uR"(\b(?:last|past|previous)\s+(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\s+(day|week|month)s?\b(?!\s+of\b))"_s);
    const auto found = pattern.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    const int each = found.captured(2) == u"day" ? 1 : found.captured(2) == u"week" ? 7 : 30;
    const int count = numberOf(found.captured(1));
    return count > 0 ? std::optional(lastDays(count * each, 0, found.captured())) : std::nullopt;
}

struct NamedTime {
    QRegularExpression pattern;
    TimeWords words;
};

/// Steps from the span of the answer before; where there is none, those that go back count from today.
std::vector<NamedTime> steps() {
    using Kind = TimeWords::Kind;
    using Step = TimeWords::Step;
    std::vector<NamedTime> table;
    const auto add = [&](const QString& pattern, const TimeWords& words) {
        table.push_back({QRegularExpression(u"\\b(?:"_s + pattern + u")\\b(?! \\d)"_s), words});
    };
    const std::vector<std::tuple<QString, Step, TimeWords>> units{
        {u"day"_s, Step::Day, daysBefore(1, Step::Day)},
        {u"week"_s, Step::Week, daysBefore(7, Step::Week)},
        {u"month"_s, Step::Month, stepping(ofKind(Kind::LastMonth), Step::Month, true)},
        {u"quarter"_s, Step::Quarter, stepping(ofKind(Kind::LastQuarter), Step::Quarter, true)},
        {u"year"_s, Step::Year, stepping(ofKind(Kind::LastYear), Step::Year, true)}};
    for (const auto& [unit, step, back] : units) {
        add(u"(?:the |a )?"_s + unit + u" before(?: (?:that|it))?"_s, back);
        add(u"(?:the )?(?:previous|preceding) "_s + unit, back);
        add(u"(?:the )?"_s + unit + u" after(?: (?:that|it))?|the (?:next|following) "_s + unit +
                u"|following "_s + unit,
            stepping(ofKind(Kind::Always), step, false));
    }
    const QString ends = uR"((?=\W*$))"_s;
    const QString one = u" (?:period|time span|timespan|span|one)"_s;
    add(u"(?:the )?(?:previous|preceding|prior)"_s + one + u"|the"_s + one +
            u" before(?: (?:that|it|this))?|before (?:that|this|then)"_s + ends +
            u"|(?:and|what about|how about) (?:before|earlier|previously)"_s + ends,
        stepping(ofKind(Kind::Always), Step::Span, true));
    add(u"(?:the )?(?:next|following)"_s + one + u"|the"_s + one +
            u" after(?: (?:that|it|this))?|after (?:that|this)"_s + ends +
            u"|(?:and|what about|how about) (?:after|afterwards?|later)"_s + ends,
        stepping(ofKind(Kind::Always), Step::Span, false));
    return table;
}

const std::vector<NamedTime>& namedTimes() {
    using Kind = TimeWords::Kind;
    static const std::vector<NamedTime> table = [] {
        std::vector<NamedTime> all = steps();
        const auto add = [&](const char16_t* pattern, const TimeWords& words) {
            all.push_back({QRegularExpression(QString::fromUtf16(pattern)), words});
        };
        add(uR"(\b(?:last|past|previous) (?:24 hours|day)\b(?! of))", lastDays(1, 0, {}));
        add(uR"(\btoday\b)", now(lastDays(1, 0, {})));
        add(uR"(\byesterday\b)", now(lastDays(1, 1, {})));
        add(uR"(\b(?:this|current) week\b)", now(lastDays(7, 0, {})));
        add(uR"(\b(?:last|past) week\b(?! of))", lastDays(7, 0, {}));
        add(uR"(\b(?:this|current) month\b)", now(ofKind(Kind::ThisMonth)));
        add(uR"(\b(?:last|past) month\b)", ofKind(Kind::LastMonth));
        add(uR"(\b(?:this|current) quarter\b)", now(ofKind(Kind::ThisQuarter)));
        add(uR"(\b(?:last|past) quarter\b)", ofKind(Kind::LastQuarter));
        add(uR"(\b(?:this|current) year\b|\byear to date\b|\bytd\b)", now(ofKind(Kind::ThisYear)));
        add(uR"(\b(?:last|past) year\b)", now(ofKind(Kind::LastYear)));
        return all;
    }();
    return table;
}

std::optional<TimeWords> readNamed(const QString& text) {
    for (const NamedTime& entry : namedTimes()) {
        if (const auto found = entry.pattern.match(text); found.hasMatch()) {
            TimeWords words = entry.words;
            words.text = found.captured();
            return words;
        }
    }
    return std::nullopt;
}

int weekdayOf(const QString& word) {
    static const QStringList names{u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
    return static_cast<int>(names.indexOf(word.left(3))) + 1;
}

/// The days that the words name: "mondays and fridays", "monday to friday", "weekends".
std::vector<int> weekdaysIn(const QString& words) {
    if (words.contains(u"weekend"_s))
        return {6, 7};
    if (!words.contains(QRegularExpression(weekdayName)))
        return {1, 2, 3, 4, 5};
    std::vector<int> days;
    for (auto found = QRegularExpression(weekdayName).globalMatch(words); found.hasNext();)
        days.push_back(weekdayOf(found.next().captured()));
    static const QRegularExpression range(uR"(\s(?:to|through|until)\s|[-–])"_s);
    if (days.size() == 2 && range.match(words).hasMatch()) {
        const int last = days[1] < days[0] ? days[1] + 7 : days[1];
        std::vector<int> between;
        for (int day = days[0]; day <= last; ++day)
            between.push_back((day - 1) % 7 + 1);
        days = between;
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

struct WeekdaysRead {
    std::vector<int> days;
    QString text;
};

WeekdaysRead readWeekdays(const QString& text) {
    static const QString joint = uR"((?:\s*(?:,|,?\s*and|or|&|to|through|-|–)\s*(?:on\s+)?))"_s;
    static const QRegularExpression pattern(
        uR"((?<out>\b(?:without|exclud\w*|except(?: for)?|not (?:counting|on|including)|but not(?: on)?)\s+(?:the\s+)?)?)"_s +
        uR"((?<!last )(?<!this )(?<!next )(?<!past )(?<!previous )(?<!by )(?<!per )\b(?:(?:only|on|at|during|for)\s+){0,2}(?:the\s+|every\s+|each\s+)?)"_s +
        u"(?<days>"_s + weekdayName + u"(?:"_s + joint + weekdayName +
        uR"()*|weekends?|(?<=only |on |during |for |without |excluding |exclude )(?:weekdays|working days|business days|workdays)|(?:weekdays|working days|business days|workdays)(?= only))(?:\s+only)?\b)"_s);
    const auto found = pattern.match(text);
    if (!found.hasMatch())
        return {};
    std::vector<int> days = weekdaysIn(found.captured(u"days"_s));
    if (found.capturedLength(u"out"_s) > 0) {
        std::vector<int> others;
        for (int day = 1; day <= 7; ++day) {
            if (std::find(days.begin(), days.end(), day) == days.end())
                others.push_back(day);
        }
        days = others;
    }
    return {days, found.captured()};
}

/// What is left and looks like a time. "Next month" is a question about the future, no period.
QStringList leftOver(const QString& text) {
    static const QRegularExpression pattern(
        uR"((?<![\w.-])(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{4}-\d\d(?:-\d\d)?|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?)(?![\w/-])|)"
        uR"(\b(?:(?:the\s+)?(?:last|this|past|previous|every)\s+)?)"_s +
        weekdayName +
        uR"(\b|\b(?:the\s+)?(?:last|this|past|previous)\s+(?:weekend|fortnight|decade|summer|winter|spring|autumn|fall)\b|\b(?:today|yesterday|tomorrow|fortnight|christmas|easter)\b|)"
        uR"(\bon the \d{1,2}(?:st|nd|rd|th)\b|\b(?:calendar )?week \d{1,2}\b|\b(?:in|during) (?:the )?(?:spring|summer|autumn|fall|winter)\b|)"
        uR"(\b(?:january|february|april|june|july|august|september|october|november|december)\b)"_s);
    QStringList words;
    for (auto found = pattern.globalMatch(text); found.hasNext();)
        words.append(found.next().captured().simplified());
    return words;
}

/// Names and quotes hold no periods: "gpt-4o-2024-08-06", "'june'", "user may".
QString withoutNames(QString text) {
    static const QRegularExpression names(
        uR"((?<!\w)['"‘“`][^'"’”`\n]{2,80}['"’”`](?!\w)|(?<![\w-])[a-z][\w./:]*-[\w./:-]*\d[\w./:-]*|)"
        uR"((?<!by )(?<!per )(?<!each )(?<!which )\b(?:user|developer|person|project|team|service|feature|app|model)\s+(?:called\s+|named\s+)?(?=(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)\w+)"_s);
    for (auto found = names.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        text.replace(match.capturedStart(), match.capturedLength(), QString(match.capturedLength(), u'~'));
    }
    return text;
}

QString blanked(QString text, const QString& part) {
    if (const qsizetype at = part.isEmpty() ? -1 : text.indexOf(part); at >= 0)
        text.replace(at, part.size(), QString(part.size(), u'~'));
    return text;
}

TimesRead readSpan(const QString& text, bool bare) {
    TimesRead read;
    if (auto words = readCounted(text))
        read.time = std::move(words);
    else if (auto named = readNamed(text))
        read.time = std::move(named);
    const QString rest = read.time ? blanked(text, read.time->text) : text;
    CalendarRead calendar = readCalendar(rest, bare);
    // A date says more than "the day before" beside it.
    if (calendar.time && read.time)
        calendar.unread.append(calendar.time->text);
    else if (calendar.time)
        read.time = std::move(calendar.time);
    read.unread = calendar.unread;
    return read;
}

TimesRead readAll(const QString& request, bool bare) {
    QString text = withoutNames(request);
    const WeekdaysRead weekdays = readWeekdays(text);
    text = blanked(text, weekdays.text);
    TimesRead read = readSpan(text, bare);
    if (!weekdays.days.empty()) {
        if (!read.time)
            read.time = ofKind(TimeWords::Kind::Always);
        read.time->weekdays = weekdays.days;
        if (read.time->text.isEmpty())
            read.time->text = weekdays.text;
    }
    if (read.time)
        text = blanked(text, read.time->text);
    for (const QString& part : read.unread)
        text = blanked(text, part);
    read.unread.append(leftOver(text));
    return read;
}

DaySpan monthSpan(QDate day) {
    const QDate first(day.year(), day.month(), 1);
    return {first, first.addMonths(1).addDays(-1)};
}

DaySpan monthsSpan(QDate first, int months) {
    return {first, first.addMonths(months).addDays(-1)};
}

/// How many months a span is, from first to last day; 0: it is none of months.
int wholeMonths(const DaySpan& span) {
    if (span.from.day() != 1 || span.to.day() != span.to.daysInMonth())
        return 0;
    return (span.to.year() - span.from.year()) * 12 + span.to.month() - span.from.month() + 1;
}

QDate quarterOf(QDate day) {
    return {day.year(), (day.month() - 1) / 3 * 3 + 1, 1};
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
    case TimeWords::Kind::ThisQuarter:
        return monthsSpan(quarterOf(anchor), 3);
    case TimeWords::Kind::LastQuarter:
        return monthsSpan(quarterOf(anchor).addMonths(atData ? 0 : -3), 3);
    case TimeWords::Kind::ThisYear:
        return monthsSpan(QDate(anchor.year(), 1, 1), 12);
    case TimeWords::Kind::LastYear:
        return monthsSpan(QDate(anchor.year() - (atData ? 0 : 1), 1, 1), 12);
    case TimeWords::Kind::Calendar:
    case TimeWords::Kind::InForce:
    case TimeWords::Kind::Always:
        break;
    }
    return {};
}

bool setsAgainst(const QString& text) {
    static const QRegularExpression compares(
        uR"(\bcompar|\bversus\b|\bvs\b|\bagainst\b|\bdifference between\b|\bchanged? (?:from|between)\b|\b(?:more|less|higher|lower|cheaper|dearer|worse|better)\b.*\bthan\b)"_s);
    return compares.match(text).hasMatch();
}

} // namespace

TimesRead readTimes(const QString& text) {
    return readAll(text, false);
}

std::optional<TimeWords> readTimeWords(const QString& text) {
    return readAll(text, false).time;
}

std::optional<TimeWords> readComparedTime(const QString& text) {
    return setsAgainst(text) ? readAll(text, true).time : std::nullopt;
}

std::vector<TimeWords> readTwoTimes(const QString& text) {
    static const QRegularExpression strong(uR"(\b(?:compared (?:to|with)|versus|vs\.?|against|than)\b)"_s);
    static const QRegularExpression weak(uR"(\bwith\b)"_s);
    static const QRegularExpression weakest(uR"(\b(?:to|and)\b)"_s);
    if (!setsAgainst(text))
        return {};
    for (const QRegularExpression& between : {strong, weak, weakest}) {
        for (auto found = between.globalMatch(text); found.hasNext();) {
            const auto match = found.next();
            auto first = readAll(text.left(match.capturedStart()), true).time;
            auto second = readAll(text.mid(match.capturedEnd()), true).time;
            const auto isSpan = [](const TimeWords& words) {
                return words.kind != TimeWords::Kind::Always || words.step != TimeWords::Step::None;
            };
            if (first && second && isSpan(*first) && isSpan(*second))
                return {std::move(*first), std::move(*second)};
        }
    }
    return {};
}

DaySpan resolveFromToday(const TimeWords& words, QDate today) {
    return spanFrom(words, today, false);
}

DaySpan resolveTime(const TimeWords& words, QDate today, QDate first, QDate last) {
    DaySpan span = spanFrom(words, today, false);
    if (words.kind == TimeWords::Kind::Calendar) {
        span = calendarSpan(words, first, last);
    } else if (words.kind != TimeWords::Kind::Always && (span.to < first || span.from > last)) {
        span = spanFrom(words, last, true);
        span.fromToday = false;
    }
    if (!span.from.isValid())
        span.from = first;
    if (!span.to.isValid())
        span.to = last;
    return span;
}

DaySpan besideSpan(const TimeWords& words, const DaySpan& span) {
    using Step = TimeWords::Step;
    const bool back = words.stepsBack;
    const int months = words.step == Step::Month ? 1 : words.step == Step::Quarter ? 3 : 12;
    switch (words.step) {
    case Step::Day: {
        const QDate day = back ? span.from.addDays(-1) : span.to.addDays(1);
        return {day, day};
    }
    case Step::Week:
        return back ? DaySpan{span.from.addDays(-7), span.from.addDays(-1)}
                    : DaySpan{span.to.addDays(1), span.to.addDays(7)};
    case Step::Span:
        return back ? spanBefore(span) : spanAfter(span);
    default:
        break;
    }
    const QDate day = back ? span.from : span.to;
    const QDate start = months == 1   ? QDate(day.year(), day.month(), 1)
                        : months == 3 ? quarterOf(day)
                                      : QDate(day.year(), 1, 1);
    return monthsSpan(start.addMonths(back ? -months : months), months);
}

DaySpan spanBefore(const DaySpan& span) {
    const int months = wholeMonths(span);
    return {months > 0 ? span.from.addMonths(-months) : span.from.addDays(-span.from.daysTo(span.to) - 1),
            span.from.addDays(-1), span.fromToday};
}

DaySpan spanAfter(const DaySpan& span) {
    const QDate first = span.to.addDays(1);
    const int months = wholeMonths(span);
    return {first,
            months > 0 ? first.addMonths(months).addDays(-1) : first.addDays(span.from.daysTo(span.to)),
            span.fromToday};
}

bool isPeriodName(const QString& word) {
    static const QRegularExpression name(
        uR"(^(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$)"_s,
        QRegularExpression::CaseInsensitiveOption);
    return name.match(word).hasMatch();
}

} // namespace apex::backend
