// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/analysis/scope.h"
#include "backend/usage/money.h"
#include "backend/usage/usage_store.h"

#include <QHash>
#include <QJsonArray>

#include <optional>

namespace apex::backend {

/// The rows of one query, with their columns by name. Amounts of money are columns whose name ends in "_usd".
class Table {
public:
    Table() = default;
    explicit Table(QueryResult result) : m_result(std::move(result)) {}

    [[nodiscard]] std::size_t size() const { return m_result.rows.size(); }
    [[nodiscard]] bool isEmpty() const { return m_result.rows.empty(); }
    [[nodiscard]] bool truncated() const { return m_result.truncated; }
    [[nodiscard]] const QStringList& columns() const { return m_result.columns; }
    [[nodiscard]] const QVariant& value(std::size_t row, const QString& column) const;
    [[nodiscard]] bool isNull(std::size_t row, const QString& column) const;
    [[nodiscard]] QString text(std::size_t row, const QString& column) const;
    [[nodiscard]] std::int64_t number(std::size_t row, const QString& column) const;
    [[nodiscard]] double real(std::size_t row, const QString& column) const;
    /// From the exact decimal text that usd_sum() and usd() give.
    [[nodiscard]] Money money(std::size_t row, const QString& column) const;
    /// Rows as objects, the first `most` of them; NULL is null, amounts are texts.
    [[nodiscard]] QJsonArray json(std::size_t most) const;
    /// The same rows in another order; `order` names each of them once.
    [[nodiscard]] Table inOrder(const std::vector<std::size_t>& order) const;

private:
    QueryResult m_result;
};

/// Money from an exact decimal text; zero if it is none.
[[nodiscard]] Money moneyOf(const QString& text);

/// Asks one imported set of rows, always within one scope, and remembers what it asked. One run, one thread.
class RowsQuery {
public:
    RowsQuery(const UsageStore& store, Scope scope, std::stop_token stop)
        : m_store(store), m_scope(std::move(scope)), m_stop(std::move(stop)) {}

    /// Runs a statement in which `$rows` stands for the rows of the scope.
    [[nodiscard]] Expected<Table> run(const QString& sql);
    /// The same for another scope.
    [[nodiscard]] Expected<Table> run(const QString& sql, const Scope& scope);
    /// A query of the user's own, with its limits; nothing is replaced in it.
    [[nodiscard]] Expected<Table> runOwn(const QString& sql, const QueryLimits& limits);
    /// Hands every row of a scope to `each`.
    [[nodiscard]] Expected<void> eachCall(const Scope& scope,
                                          const std::function<void(const CallRow&)>& each) const {
        return m_store.eachCall(scope.rows(), m_stop, each);
    }
    /// Whether the answer of a statement in a scope is known without running it.
    [[nodiscard]] bool knows(const QString& sql, const Scope& scope) const;
    /// What running a statement in a scope would give; run() gives it from now on. The caller answers for it.
    void teach(const QString& sql, const Scope& scope, const QueryResult& answer);
    [[nodiscard]] const UsageStore& store() const { return m_store; }
    [[nodiscard]] const Scope& scope() const { return m_scope; }
    void setScope(Scope scope) { m_scope = std::move(scope); }
    [[nodiscard]] bool stopped() const { return m_stop.stop_requested(); }
    /// Statements run since the last call, exactly as they ran.
    [[nodiscard]] QStringList takeStatements();

private:
    const UsageStore& m_store;
    Scope m_scope;
    std::stop_token m_stop;
    QStringList m_statements;
    QHash<QString, QueryResult> m_taught; ///< by the whole statement
};

} // namespace apex::backend
