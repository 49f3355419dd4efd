// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_store.h"

#include <optional>

namespace apex::backend {

/// Keeps answers of slow queries beside an import. An import never changes, so an answer stays true as long
/// as it exists; it goes when the import goes. A broken answer is as good as none. One thread at a time, any
/// number of processes.
class AnswerCache {
public:
    /// `databasePath`: the import.
    explicit AnswerCache(const QString& databasePath);
    [[nodiscard]] std::optional<QueryResult> find(const QString& sql, const QVariantList& values,
                                                  std::size_t maxRows) const;
    /// Keeps an answer if it is not too large. Best effort: without it the query runs again.
    void keep(const QString& sql, const QVariantList& values, std::size_t maxRows,
              const QueryResult& result) const;
    /// The folder of an import's answers.
    [[nodiscard]] static QString folderOf(const QString& databasePath);

private:
    [[nodiscard]] QString pathOf(const QString& sql, const QVariantList& values, std::size_t maxRows) const;
    QString m_folder;
};

} // namespace apex::backend
