// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/rows_query.h"

#include <utility>
#include <vector>

namespace apex::backend {

/// A statement and the answer that running it would give.
struct PassAnswer {
    QString statement; ///< with `$rows`, as in usage_statements.h
    QueryResult result;
};

/// Computes the answers of the statements of a report in one pass over the rows of the scope: each of them
/// would sort them all. Left out is what would not fit in some 150 MB (very many groups, models or hashed
/// prompts); those are then asked as they are. Empty if there are no rows. Cancelled if the run is stopped.
[[nodiscard]] Expected<std::vector<PassAnswer>> passOver(RowsQuery& query, const Scope& scope);

/// Teaches `query` the answers of passOver(), unless they are known already.
[[nodiscard]] Expected<void> answerInOnePass(RowsQuery& query, const Scope& scope);
/// Teaches `query` only what statements::side() and statements::parts() say of a scope: what is compared with
/// something needs no more, and it costs half as much.
[[nodiscard]] Expected<void> answerPartsInOnePass(RowsQuery& query, const Scope& scope);
/// answerInOnePass() for the scope of the question.
[[nodiscard]] Expected<void> answerInOnePass(RowsQuery& query);

} // namespace apex::backend
