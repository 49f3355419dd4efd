// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/scope_finder.h"

namespace apex::backend {

using Filters = std::vector<Scope::Filter>;

/// The rows that a text names, and the sentences and words that go with it.
struct NamedRows {
    Filters filters;
    QStringList notes;
    QStringList partialNames;
};

/// True if a filter is of that column.
[[nodiscard]] bool restricts(const Filters& filters, const QString& column);
/// Adds a filter for each name that has none yet.
void addFilters(Filters& filters, const QString& column, const QStringList& names);
/// What a text names of the rows; `modelWords` are its words that look like models.
[[nodiscard]] NamedRows rowsNamedIn(const FoundScope& found, const QString& text,
                                    const QStringList& modelWords);

} // namespace apex::backend
