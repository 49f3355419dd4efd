// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/named_rows.h"

#include "backend/agents/scope_names.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

bool restricts(const Filters& filters, const QString& column) {
    return std::any_of(filters.begin(), filters.end(),
                       [&](const Scope::Filter& filter) { return filter.column == column; });
}

void addFilters(Filters& filters, const QString& column, const QStringList& names) {
    for (const QString& name : names) {
        const Scope::Filter filter{column, name};
        if (std::find(filters.begin(), filters.end(), filter) == filters.end())
            filters.push_back(filter);
    }
}

namespace {

/// Names as they stand in the rows; one that two columns have counts for the first of them.
void addWholeNames(const FoundScope& found, const QString& text, NamedRows& named) {
    QStringList taken;
    for (const QString& column : nameColumns()) {
        QStringList names = namesIn(text, found.known.value(column));
        names.removeIf([&](const QString& name) { return taken.contains(name, Qt::CaseInsensitive); });
        addFilters(named.filters, column, names);
        taken.append(names);
    }
}

/// "gpt4o" is "gpt-4o".
QString lettersAndDigits(const QString& name) {
    QString bare;
    std::copy_if(name.begin(), name.end(), std::back_inserter(bare),
                 [](QChar c) { return c.isLetterOrNumber(); });
    return bare.toLower();
}

/// "opus" means every model with that word in its name; "the shop project" the project that ends in it.
void addPartialNames(const FoundScope& found, const QString& column, const QStringList& words,
                     NamedRows& named) {
    for (const QString& word : words) {
        const QStringList& known = found.known.value(column);
        QStringList meant;
        std::copy_if(known.begin(), known.end(), std::back_inserter(meant),
                     [&](const QString& name) { return holdsWords(name, word); });
        if (meant.isEmpty())
            std::copy_if(known.begin(), known.end(), std::back_inserter(meant), [&](const QString& name) {
                return lettersAndDigits(name) == lettersAndDigits(word);
            });
        if (meant.isEmpty() || meant.contains(word, Qt::CaseInsensitive) || meant.size() == known.size())
            continue;
        addFilters(named.filters, column, meant);
        named.partialNames.append(word);
        named.notes.append(QCoreApplication::translate("Agents", "“%1” means %2 %3.")
                               .arg(word, column, meant.join(u", "_s)));
    }
}

void addShortNames(const FoundScope& found, const QString& text, NamedRows& named) {
    const auto words = shortNamesIn(text, found.known.value(u"project"_s));
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (word.value().size() == 1) {
            addFilters(named.filters, u"project"_s, word.value());
            named.notes.append(QCoreApplication::translate("Agents", "“%1” was taken to be project %2.")
                                   .arg(word.key(), word.value().front()));
        } else {
            named.notes.append(
                QCoreApplication::translate(
                    "Agents",
                    "“%1” could be any of the projects %2, so it restricts nothing; write the whole name.")
                    .arg(word.key(), word.value().join(u", "_s)));
        }
        named.partialNames.append(word.key());
    }
}

} // namespace

NamedRows rowsNamedIn(const FoundScope& found, const QString& text, const QStringList& modelWords) {
    NamedRows named;
    addWholeNames(found, text, named);
    QStringList families = modelWords;
    families.removeIf([&](const QString& word) { return !containsWord(text, word); });
    addPartialNames(found, u"model"_s, families, named);
    if (!restricts(named.filters, u"project"_s))
        addShortNames(found, text, named);
    const auto beside = wordsBesideColumns(text);
    for (auto column = beside.begin(); column != beside.end(); ++column) {
        if (!restricts(named.filters, column.key()))
            addPartialNames(found, column.key(), column.value(), named);
    }
    return named;
}

} // namespace apex::backend
