// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/scope_finder.h"

#include "backend/agents/named_rows.h"
#include "backend/agents/scope_names.h"
#include "backend/analysis/usage_statements.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

Expected<QMap<QString, QStringList>> knownNames(RowsQuery& query) {
    QMap<QString, QStringList> known;
    for (const QString& column : nameColumns()) {
        const auto table = query.run(statements::names(column), Scope());
        if (!table)
            return fail(table.error());
        for (std::size_t row = 0; row < table->size(); ++row)
            known[column].append(table->text(row, u"name"_s));
    }
    return known;
}

bool hasModel(const Filters& filters, const QString& but, QString& model) {
    for (const Scope::Filter& filter : filters) {
        if (filter.column == u"model" && filter.value.compare(but, Qt::CaseInsensitive) != 0) {
            model = filter.value;
            return true;
        }
    }
    return false;
}

/// A part of a request that asks on its own, with what it names.
struct RequestPart {
    QString text;
    qsizetype place = 0;
    NamedRows named;
    std::optional<TimeWords> time;

    [[nodiscard]] bool namesRows() const { return !named.filters.empty() || time; }
    [[nodiscard]] QString timeText() const { return time ? time->text.trimmed() : QString(); }
    [[nodiscard]] bool namesOthersThan(const RequestPart& part) const {
        return namesRows() && (named.filters != part.named.filters || timeText() != part.timeText());
    }
};

/// Whether what a part names is for this part only. What the first part names holds for those after it, too,
/// unless they say otherwise.
bool standsAlone(const RequestPart& part, const std::vector<RequestPart>& all,
                 const QStringList& dimensions) {
    const auto next = static_cast<std::size_t>(part.place) + 1;
    if (!part.namesRows() || (next < all.size() && pointsBack(all[next].text)))
        return false;
    bool othersName = false;
    for (const RequestPart& other : all) {
        if (other.place == part.place)
            continue;
        if (other.namesOthersThan(part) || saysOverall(other.text))
            return true;
        othersName = othersName || other.namesRows();
    }
    if (othersName || (part.place > 0 && pointsBack(part.text)))
        return false;
    return part.place > 0 || std::any_of(dimensions.begin(), dimensions.end(), [&](const QString& dimension) {
               return restricts(part.named.filters, dimension);
           });
}

/// Goes through the requests of a conversation, oldest first, and keeps the scope that they come to.
class ScopeFold {
public:
    ScopeFold(RowsQuery& query, FoundScope& found, QDate today)
        : m_query(query), m_found(found), m_today(today) {}

    Expected<void> readDays();
    Expected<void> apply(const ScopeWords& words, bool isLast);
    void finish();

private:
    void restrict(const ScopeWords& words, Scope& next);
    void narrow(const NamedRows& named, const ScopeWords& words, Scope& next);
    static bool turnRound(const QString& text, Scope& next);
    void leaveOut(const SplitRequest& split, const ScopeWords& words, Scope& next);
    [[nodiscard]] QString withoutOwnParts(const QString& text, const ScopeWords& words);
    void addOwnParts(const Scope& next);
    void takeOverParts(Scope& next) const;
    void setTime(const ScopeWords& words, Scope& next);
    void setSpan(const TimeWords& time, bool isChange, Scope& next);
    void say(const QString& note) { m_notes.append(note); }

    RowsQuery& m_query;
    FoundScope& m_found;
    QDate m_today;
    QString m_timeNote;                  ///< of the request that named the span in force
    QStringList m_notes;                 ///< of the last request
    QString m_model;                     ///< the one the conversation is about
    QString m_moveTo;                    ///< of the last request
    bool m_movesEverything = false;      ///< it says so
    bool m_onlyParts = false;            ///< every part of it names rows of its own
    std::vector<RequestPart> m_ownParts; ///< of the last request
};

Expected<void> ScopeFold::readDays() {
    const auto table =
        m_query.run(u"SELECT min(day_number) AS first, max(day_number) AS last FROM usage_rows"_s);
    if (!table)
        return fail(table.error());
    if (table->isNull(0, u"first"_s))
        return {};
    const QDate epoch(1970, 1, 1);
    m_found.firstDay = epoch.addDays(table->number(0, u"first"_s));
    m_found.lastDay = epoch.addDays(table->number(0, u"last"_s));
    return {};
}

Expected<void> ScopeFold::apply(const ScopeWords& words, bool isLast) {
    const QString timeNote = m_timeNote;
    Scope next = m_found.scope;
    m_notes.clear();
    restrict(words, next);
    setTime(words, next);
    if (isLast)
        addOwnParts(next);
    else if (m_onlyParts)
        takeOverParts(next);
    const bool changed = next.rows() != m_found.scope.rows();
    if (changed && !isLast) {
        const auto count = m_query.run(u"SELECT count(*) AS rows FROM $rows"_s, next);
        if (!count)
            return fail(count.error());
        if (count->number(0, u"rows"_s) == 0) {
            m_timeNote = timeNote;
            return {};
        }
    }
    m_found.isChanged = changed || !m_notes.isEmpty() || !m_found.parts.empty();
    m_found.scope = std::move(next);
    return {};
}

void ScopeFold::restrict(const ScopeWords& words, Scope& next) {
    if (words.startsOver)
        next = {};
    const SplitRequest split = splitExclusions(words.text);
    for (const QString& column : columnsTakenWhole(split.kept))
        std::erase_if(next.filters, [&](const Scope::Filter& filter) { return filter.column == column; });
    const QString kept = withoutOwnParts(split.kept, words);
    NamedRows named = rowsNamedIn(m_found, kept, words.names);
    for (const QString& column : nameColumns()) {
        for (const QString& name : periodNamesIn(kept, m_found.known.value(column), column))
            say(QCoreApplication::translate(
                    "Agents", "“%1” was read as a period; for the %2 of that name write “%2 %1”.")
                    .arg(name, column));
    }
    narrow(named, words, next);
    leaveOut(split, words, next);
}

void ScopeFold::narrow(const NamedRows& named, const ScopeWords& words, Scope& next) {
    static const QRegularExpression everything(
        uR"(\b(?:everything|all (?:of )?(?:the |our |my |these |those )?(?:calls|requests|models|traffic|usage))\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    m_moveTo = words.moveTo;
    // "Half of it" goes on about everything.
    m_movesEverything = !m_moveTo.isEmpty() && (m_movesEverything || everything.match(words.text).hasMatch());
    QString model = m_found.known.value(u"model"_s).contains(words.moveFrom, Qt::CaseInsensitive)
                        ? words.moveFrom
                        : QString();
    if (!model.isEmpty() || hasModel(named.filters, words.moveTo, model))
        m_model = model;
    Filters filters = named.filters;
    if (words.choosesModels) {
        // Models that are compared are no filter, and the one in force is what is moved.
        const auto isOnlyModel = [](const Scope::Filter& filter) {
            return filter.column == u"model" && !filter.excluded;
        };
        std::erase_if(filters, isOnlyModel);
        std::erase_if(next.filters, isOnlyModel);
    } else {
        m_notes.append(named.notes);
        m_found.partialNames.append(named.partialNames);
    }
    for (const Scope::Filter& filter : filters)
        std::erase_if(next.filters, [&](const Scope::Filter& old) { return old.column == filter.column; });
    next.filters.insert(next.filters.end(), filters.begin(), filters.end());
}

/// "Exclude it": what the rows were restricted to so far.
bool ScopeFold::turnRound(const QString& text, Scope& next) {
    static const QStringList pronouns{u"it"_s, u"that"_s, u"this"_s, u"them"_s, u"those"_s, u"these"_s};
    const auto isOnly = [](const Scope::Filter& filter) { return !filter.excluded; };
    const auto first = std::find_if(next.filters.begin(), next.filters.end(), isOnly);
    if (!pronouns.contains(text.toLower()) || first == next.filters.end())
        return false;
    const QString column = first->column;
    const bool isOneColumn =
        std::all_of(next.filters.begin(), next.filters.end(),
                    [&](const Scope::Filter& filter) { return filter.excluded || filter.column == column; });
    for (Scope::Filter& filter : next.filters)
        filter.excluded = filter.excluded || isOneColumn;
    return isOneColumn;
}

void ScopeFold::leaveOut(const SplitRequest& split, const ScopeWords& words, Scope& next) {
    for (const QString& text : split.leftOut) {
        if (turnRound(text, next))
            continue;
        const NamedRows named = rowsNamedIn(m_found, text, words.names);
        for (Scope::Filter filter : named.filters) {
            std::erase(next.filters, filter);
            filter.excluded = true;
            const bool isNarrower =
                std::any_of(next.filters.begin(), next.filters.end(), [&](const Scope::Filter& other) {
                    return other == filter || (other.column == filter.column && !other.excluded);
                });
            if (!isNarrower)
                next.filters.push_back(filter);
        }
        m_notes.append(named.notes);
        m_found.partialNames.append(named.partialNames);
        const bool isTime = words.time && !words.time->weekdays.empty();
        if (named.filters.empty() && split.demands.contains(text) && !isTime)
            say(QCoreApplication::translate("Agents",
                                            "Nothing was left out for “%1”: no row has a name like that.")
                    .arg(text));
    }
}

/// A name or a period in one part of a request restricts no part that asks for something else.
QString ScopeFold::withoutOwnParts(const QString& text, const ScopeWords& words) {
    m_ownParts.clear();
    m_onlyParts = false;
    const QStringList texts = partsOfRequest(text);
    if (texts.size() < 2 || words.choosesModels)
        return text;
    std::vector<RequestPart> parts;
    for (const QString& part : texts)
        parts.push_back({part, static_cast<qsizetype>(parts.size()), rowsNamedIn(m_found, part, words.names),
                         words.time ? readTimeWords(part.toLower()) : std::nullopt});
    std::vector<bool> alone;
    alone.reserve(parts.size());
    for (const RequestPart& part : parts)
        alone.push_back(standsAlone(part, parts, words.dimensions));
    bool ownTimes = false;
    for (std::size_t i = 0; i < parts.size(); ++i)
        ownTimes = ownTimes || (alone[i] && parts[i].time);
    QString kept;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        // "How much did X cost last week, and how much the week before?": X is for both, the week is not.
        if (alone[i] || (ownTimes && parts[i].time))
            m_ownParts.push_back(parts[i]);
        if (!alone[i])
            kept += parts[i].text + u' ';
    }
    m_onlyParts = m_ownParts.size() == parts.size() && !ownTimes;
    return kept;
}

/// The scope of a part is that of the request, but for what the part names itself.
void ScopeFold::addOwnParts(const Scope& next) {
    for (const RequestPart& part : m_ownParts) {
        Scope scope = next;
        for (const Scope::Filter& filter : part.named.filters)
            std::erase_if(scope.filters,
                          [&](const Scope::Filter& old) { return old.column == filter.column; });
        scope.filters.insert(scope.filters.end(), part.named.filters.begin(), part.named.filters.end());
        if (part.time && part.time->step != TimeWords::Step::None && !m_found.parts.empty())
            scope = scope.within(m_found.parts.back().scope.from, m_found.parts.back().scope.to);
        const QString timeNote = m_timeNote;
        if (part.time && m_found.firstDay.isValid())
            setSpan(*part.time, false, scope);
        if (m_timeNote != timeNote)
            say(m_timeNote);
        m_timeNote = timeNote;
        m_found.parts.push_back({scope, part.text.trimmed(), part.place});
        m_notes.append(part.named.notes);
        m_found.partialNames.append(part.named.partialNames);
    }
}

/// What goes on about "how much did ana cost and how much did ben cost?" is about both.
void ScopeFold::takeOverParts(Scope& next) const {
    for (const RequestPart& part : m_ownParts) {
        for (const Scope::Filter& filter : part.named.filters)
            addFilters(next.filters, filter.column, {filter.value});
    }
}

void ScopeFold::setTime(const ScopeWords& words, Scope& next) {
    for (const QString& text : words.unreadTimes) {
        if (std::any_of(m_ownParts.begin(), m_ownParts.end(),
                        [&](const RequestPart& part) { return part.timeText().contains(text); }))
            continue;
        say(QCoreApplication::translate(
                "Agents", "I did not understand “%1” as a period; all rows (in scope) were used.")
                .arg(text));
    }
    const bool isOfParts = std::any_of(m_ownParts.begin(), m_ownParts.end(),
                                       [](const RequestPart& part) { return part.time.has_value(); });
    if (!words.time || isOfParts)
        return;
    if (!m_found.firstDay.isValid()) {
        say(QCoreApplication::translate("Agents", "“%1” restricts nothing: no row has a time.")
                .arg(words.time->text.trimmed()));
        return;
    }
    if (!words.time->weekdays.empty())
        next.weekdays = words.time->weekdays;
    if (words.time->kind != TimeWords::Kind::Always || words.time->step != TimeWords::Step::None)
        setSpan(*words.time, words.asksForChange, next);
}

/// `isChange`: the day of a change, which is sought in the data.
void ScopeFold::setSpan(const TimeWords& time, bool isChange, Scope& next) {
    const QString text = time.text.trimmed();
    const bool steps = time.step != TimeWords::Step::None && next.from.isValid() && next.to.isValid();
    if (!steps && time.step == TimeWords::Step::Span) {
        say(QCoreApplication::translate(
                "Agents", "“%1” names no days: the question before was about all of them (%2 to %3).")
                .arg(text, m_found.firstDay.toString(Qt::ISODate), m_found.lastDay.toString(Qt::ISODate)));
        return;
    }
    if (!steps && time.kind == TimeWords::Kind::Always) {
        say(QCoreApplication::translate(
                "Agents", "I did not understand “%1” as a period: no day was named before it. All rows (in "
                          "scope) were used.")
                .arg(text));
        return;
    }
    DaySpan span = steps ? besideSpan(time, {next.from, next.to})
                         : resolveTime(time, m_today, m_found.firstDay, m_found.lastDay);
    const char* note = steps || span.fromToday
                           ? QT_TRANSLATE_NOOP("Agents", "“%1” means %2 to %3 (UTC, both counted).")
                           : QT_TRANSLATE_NOOP("Agents", "“%1” means %2 to %3 (UTC, both counted), "
                                                         "counted from the last day of the data.");
    if (!span.fromToday && time.isNow && !isChange) {
        // Whoever says "today" does not mean the last day of an old file.
        span = resolveFromToday(time, m_today);
        note = QT_TRANSLATE_NOOP("Agents", "“%1” means %2 to %3 (UTC, both counted), and there is no row for "
                                           "it: the data ends on %4.");
    }
    next.from = span.from;
    next.to = span.to;
    m_timeNote = QCoreApplication::translate("Agents", note)
                     .arg(text, span.from.toString(Qt::ISODate), span.to.toString(Qt::ISODate));
    m_timeNote.replace(u"%4"_s, m_found.lastDay.toString(Qt::ISODate));
}

void ScopeFold::finish() {
    m_found.notes = m_notes;
    if (m_found.scope.from.isValid() && !m_timeNote.isEmpty())
        m_found.notes.append(m_timeNote);
    m_found.moveFrom = m_model;
    m_found.movesAll =
        !m_moveTo.isEmpty() && m_model.isEmpty() &&
        (m_movesEverything || std::any_of(m_found.scope.filters.begin(), m_found.scope.filters.end(),
                                          [](const Scope::Filter& filter) {
                                              return filter.column != u"model" && !filter.excluded;
                                          }));
}

/// Whoever asks for what is not there must not take the sum of all rows for it.
void sayNothingWasRestricted(FoundScope& found, const Intent& intent) {
    static const QRegularExpression would(uR"(\b(?:would|could|should|if|optimi[sz]e|consider\w*|new)\b)"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    const bool supposes = intent.own.choosesModels || !intent.moveTo.isEmpty() || !intent.limits.empty() ||
                          intent.targetPercent || intent.main() == Topic::Statements ||
                          would.match(intent.own.text).hasMatch();
    if (found.unknownNames.isEmpty() || supposes || !found.scope.filters.empty())
        return;
    found.notes.append(
        QCoreApplication::translate(
            "Agents", "No row has “%1”, so nothing was restricted by it: the figures are of all rows.")
            .arg(found.unknownNames.join(u"”, “"_s)));
}

void addUnknownNames(FoundScope& found, const Intent& intent) {
    QStringList all;
    for (const QStringList& values : found.known)
        all.append(values);
    for (const QString& name : intent.names + lookAlikes(intent.own.text, found.known)) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const QString& value) {
            return value.compare(name, Qt::CaseInsensitive) == 0;
        });
        if (!known && !found.partialNames.contains(name, Qt::CaseInsensitive) &&
            !found.unknownNames.contains(name, Qt::CaseInsensitive))
            found.unknownNames.append(name);
    }
    sayNothingWasRestricted(found, intent);
}

} // namespace

Expected<FoundScope> findScope(RowsQuery& query, const Intent& intent, QDate today) {
    FoundScope found;
    auto known = knownNames(query);
    if (!known)
        return fail(known.error());
    found.known = std::move(*known);
    if (intent.main() == Topic::Sql)
        return found;
    ScopeFold fold(query, found, today);
    if (auto read = fold.readDays(); !read)
        return fail(read.error());
    for (const ScopeWords& words : intent.turns) {
        if (auto applied = fold.apply(words, false); !applied)
            return fail(applied.error());
    }
    found.partialNames.clear();
    if (auto applied = fold.apply(intent.own, true); !applied)
        return fail(applied.error());
    fold.finish();
    addUnknownNames(found, intent);
    return found;
}

} // namespace apex::backend
