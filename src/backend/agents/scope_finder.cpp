// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/scope_finder.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QStringList& nameColumns() {
    static const QStringList columns{u"model"_s, u"project"_s, u"service"_s,
                                     u"app"_s,   u"user"_s,    u"session"_s};
    return columns;
}

/// Words of questions; a value that is one of them restricts nothing unless it is quoted.
bool isCommonWord(const QString& value) {
    static const QSet<QString> words{u"user"_s,  u"users"_s, u"default"_s, u"unknown"_s, u"project"_s,
                                     u"model"_s, u"cost"_s,  u"all"_s,     u"none"_s,    u"other"_s,
                                     u"the"_s,   u"and"_s,   u"tools"_s,   u"tool"_s,    u"function"_s,
                                     u"usage"_s, u"what"_s,  u"agent"_s};
    return words.contains(value.toLower());
}

bool isWordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'/';
}

bool containsWord(const QString& text, const QString& word) {
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        const qsizetype end = at + word.size();
        const bool begins = at == 0 || !isWordCharacter(text.at(at - 1));
        const bool ends = end >= text.size() || !isWordCharacter(text.at(end));
        if (begins && ends)
            return true;
    }
    return false;
}

Expected<QMap<QString, QStringList>> knownNames(RowsQuery& query) {
    QMap<QString, QStringList> known;
    for (const QString& column : nameColumns()) {
        const auto table =
            query.run(u"SELECT "_s + column + u" AS name FROM usage_rows WHERE "_s + column +
                      u" IS NOT NULL GROUP BY 1 ORDER BY total(cost_pico) DESC, count(*) DESC LIMIT 2000"_s);
        if (!table)
            return fail(table.error());
        for (std::size_t row = 0; row < table->size(); ++row)
            known[column].append(table->text(row, u"name"_s));
    }
    return known;
}

void addNames(FoundScope& found, const Intent& intent, const QString& request) {
    const bool modelsAreChoices =
        intent.asksFor(Topic::Models) || intent.asksFor(Topic::Change) || !intent.moveTo.isEmpty();
    QStringList taken;
    for (const QString& column : nameColumns()) {
        if (column == u"model" && modelsAreChoices)
            continue;
        QStringList names = namesIn(request, found.known.value(column));
        if (names.isEmpty() && intent.followUp)
            names = namesIn(intent.context, found.known.value(column));
        names.removeIf([&](const QString& name) { return taken.contains(name, Qt::CaseInsensitive); });
        for (const QString& name : names)
            found.scope.filters.push_back({column, name});
        taken.append(names);
    }
}

/// "opus" means every model with that word in its name; "the shop project" the project that ends in it.
void addPartialNames(FoundScope& found, const QString& column, const QStringList& words) {
    for (const QString& word : words) {
        const QStringList& known = found.known.value(column);
        QStringList meant;
        std::copy_if(known.begin(), known.end(), std::back_inserter(meant),
                     [&](const QString& name) { return holdsWords(name, word); });
        if (meant.isEmpty() || meant.contains(word, Qt::CaseInsensitive) || meant.size() == known.size())
            continue;
        for (const QString& name : meant) {
            const Scope::Filter filter{column, name};
            if (std::find(found.scope.filters.begin(), found.scope.filters.end(), filter) ==
                found.scope.filters.end())
                found.scope.filters.push_back(filter);
        }
        found.partialNames.append(word);
        found.notes.append(QCoreApplication::translate("Agents", "“%1” means %2 %3.")
                               .arg(word, column, meant.join(u", "_s)));
    }
}

/// The words beside "project", "team" and so on, which may be part of a name.
QStringList wordsBeside(const QString& text, const QString& columnWords) {
    QStringList words;
    const QString name = uR"(['"‘“`]?([A-Za-z0-9][\w.-]{2,})['"’”`]?)"_s;
    const QRegularExpression after(u"\\b(?:"_s + columnWords + u")\\s+"_s + name,
                                   QRegularExpression::CaseInsensitiveOption);
    const QRegularExpression before(name + u"\\s+(?:"_s + columnWords + u")\\b"_s,
                                    QRegularExpression::CaseInsensitiveOption);
    for (const QRegularExpression& pattern : {after, before}) {
        for (auto found = pattern.globalMatch(text); found.hasNext();) {
            const QString word = found.next().captured(1);
            if (!isCommonWord(word) && !words.contains(word))
                words.append(word);
        }
    }
    return words;
}

void addPartsOfNames(FoundScope& found, const Intent& intent, const QString& request) {
    const bool modelsAreChoices =
        intent.asksFor(Topic::Models) || intent.asksFor(Topic::Change) || !intent.moveTo.isEmpty();
    const QString text = intent.followUp ? request + u'\n' + intent.context : request;
    const auto isFiltered = [&](const QString& column) {
        return std::any_of(found.scope.filters.begin(), found.scope.filters.end(),
                           [&](const Scope::Filter& filter) { return filter.column == column; });
    };
    if (!modelsAreChoices && !isFiltered(u"model"_s))
        addPartialNames(found, u"model"_s, intent.names.isEmpty() ? intent.contextNames : intent.names);
    const std::vector<std::pair<QString, QString>> columns{{u"project"_s, u"project|repo|team|workspace"_s},
                                                           {u"service"_s, u"service|feature"_s},
                                                           {u"app"_s, u"app|application"_s},
                                                           {u"user"_s, u"user|developer"_s}};
    for (const auto& [column, words] : columns) {
        if (!isFiltered(column))
            addPartialNames(found, column, wordsBeside(text, words));
    }
}

void addUnknownNames(FoundScope& found, const Intent& intent) {
    QStringList all;
    for (const QStringList& values : found.known)
        all.append(values);
    for (const QString& name : intent.names) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const QString& value) {
            return value.compare(name, Qt::CaseInsensitive) == 0;
        });
        if (!known && !found.partialNames.contains(name) &&
            !found.unknownNames.contains(name, Qt::CaseInsensitive))
            found.unknownNames.append(name);
    }
}

Expected<void> addTime(RowsQuery& query, FoundScope& found, const TimeWords& words, QDate today) {
    const auto table =
        query.run(u"SELECT min(day_number) AS first, max(day_number) AS last FROM usage_rows"_s);
    if (!table)
        return fail(table.error());
    if (table->isNull(0, u"first"_s)) {
        found.notes.append(QCoreApplication::translate("Agents", "“%1” restricts nothing: no row has a time.")
                               .arg(words.text.trimmed()));
        return {};
    }
    const QDate epoch(1970, 1, 1);
    const DaySpan span = resolveTime(words, today, epoch.addDays(table->number(0, u"first"_s)),
                                     epoch.addDays(table->number(0, u"last"_s)));
    found.scope.from = span.from;
    found.scope.to = span.to;
    const QString text =
        span.fromToday ? QCoreApplication::translate("Agents", "“%1” means %2 to %3 (UTC, both counted).")
                       : QCoreApplication::translate("Agents", "“%1” means %2 to %3 (UTC, both counted), "
                                                               "counted from the last day of the data.");
    found.notes.append(
        text.arg(words.text.trimmed(), span.from.toString(Qt::ISODate), span.to.toString(Qt::ISODate)));
    return {};
}

} // namespace

bool holdsWords(const QString& name, const QString& words) {
    static const QRegularExpression separator(uR"([^\p{L}\p{N}]+)"_s);
    static const QRegularExpression digit(uR"(\d)"_s);
    static const QRegularExpression date(uR"(^\d{8}$)"_s);
    QStringList parts = name.toLower().split(separator, Qt::SkipEmptyParts);
    const QStringList wanted = words.toLower().split(separator, Qt::SkipEmptyParts);
    if (words.contains(digit)) {
        // A version means that one: "gpt-4" is no "gpt-4-turbo", "sonnet 4" no "claude-sonnet-4-5".
        if (!parts.isEmpty() && date.match(parts.back()).hasMatch())
            parts.removeLast();
        return parts.size() >= wanted.size() && parts.mid(parts.size() - wanted.size()) == wanted;
    }
    qsizetype at = 0;
    for (const QString& word : wanted) {
        at = parts.indexOf(word, at) + 1;
        if (at == 0)
            return false;
    }
    return !wanted.isEmpty();
}

QStringList namesIn(const QString& text, const QStringList& values) {
    QStringList names;
    for (const QString& value : values) {
        const bool quoted = text.contains(u'\'' + value + u'\'', Qt::CaseInsensitive) ||
                            text.contains(u'"' + value + u'"', Qt::CaseInsensitive);
        if (quoted || (value.size() >= 3 && !isCommonWord(value) && containsWord(text, value)))
            names.append(value);
    }
    std::stable_sort(names.begin(), names.end(),
                     [](const QString& a, const QString& b) { return a.size() > b.size(); });
    return names;
}

Expected<FoundScope> findScope(RowsQuery& query, const Intent& intent, const QString& request, QDate today) {
    FoundScope found;
    auto known = knownNames(query);
    if (!known)
        return fail(known.error());
    found.known = std::move(*known);
    if (intent.main() == Topic::Sql)
        return found;
    addNames(found, intent, request);
    addPartsOfNames(found, intent, request);
    addUnknownNames(found, intent);
    if (intent.time) {
        if (auto added = addTime(query, found, *intent.time, today); !added)
            return fail(added.error());
    }
    return found;
}

} // namespace apex::backend
