// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/intent.h"
#include "backend/analysis/rows_query.h"

#include <QMap>

namespace apex::backend {

/// Which rows a question is about, found by comparing its words with the values that the rows really have.
struct FoundScope {
    /// A part of the question that names rows of its own: "... and how much did opus cost?".
    struct Part {
        Scope scope;
        QString text;        ///< the part as written
        qsizetype place = 0; ///< among the parts of the request
    };
    Scope scope;
    QStringList notes;                ///< how words were tied to days and names
    QStringList partialNames;         ///< words that stand for all names that hold them
    QStringList unknownNames;         ///< quoted names and models that no row has
    QMap<QString, QStringList> known; ///< the values of each filled column, at most 2,000 each
    std::vector<Part> parts;          ///< restrict nothing but their own part
    QString moveFrom;                 ///< the model that "it" in a move stands for; empty: none was named
    bool movesAll = false;            ///< a move of everything in the scope, whatever its model
    QDate firstDay;                   ///< of all rows; invalid: none has a time
    QDate lastDay;
    bool isChanged = false; ///< the words of this request themselves named rows or days
};

/// Goes through the conversation: what each request names narrows or replaces what the ones before it named;
/// a scope that has no row is not handed on.
[[nodiscard]] Expected<FoundScope> findScope(RowsQuery& query, const Intent& intent, QDate today);

/// True if a name holds these words in their order, whatever stands between ("claude-haiku-4-5" holds "haiku"
/// and "claude haiku"); with a version in them they have to be its end ("haiku 4.5"). Case does not matter.
[[nodiscard]] bool holdsWords(const QString& name, const QString& words);
/// The values among `values` that occur in `text` as whole words, letter case aside; the longest first.
[[nodiscard]] QStringList namesIn(const QString& text, const QStringList& values);

} // namespace apex::backend
