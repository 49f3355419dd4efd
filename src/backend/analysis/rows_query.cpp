// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/rows_query.h"

#include <QCoreApplication>
#include <QJsonObject>

#include <algorithm>
#include <chrono>
#include <utility>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// Our own statements scan at most the whole table; this is the end of patience with a huge one.
constexpr QueryLimits ownLimits{1'000'000, std::chrono::milliseconds(600'000)};

} // namespace

const QVariant& Table::value(std::size_t row, const QString& column) const {
    static const QVariant none;
    const qsizetype at = m_result.columns.indexOf(column);
    return at < 0 ? none : m_result.rows.at(row).at(at);
}

bool Table::isNull(std::size_t row, const QString& column) const {
    return !value(row, column).isValid();
}

QString Table::text(std::size_t row, const QString& column) const {
    return value(row, column).toString();
}

std::int64_t Table::number(std::size_t row, const QString& column) const {
    return value(row, column).toLongLong();
}

double Table::real(std::size_t row, const QString& column) const {
    return value(row, column).toDouble();
}

Money Table::money(std::size_t row, const QString& column) const {
    return moneyOf(text(row, column));
}

QJsonArray Table::json(std::size_t most) const {
    QJsonArray array;
    for (std::size_t row = 0; row < std::min(most, size()); ++row) {
        QJsonObject object;
        for (qsizetype i = 0; i < m_result.columns.size(); ++i)
            object[m_result.columns.at(i)] = QJsonValue::fromVariant(m_result.rows.at(row).at(i));
        array.append(object);
    }
    return array;
}

Table Table::inOrder(const std::vector<std::size_t>& order) const {
    QueryResult other;
    other.columns = m_result.columns;
    other.truncated = m_result.truncated;
    for (const std::size_t row : order)
        other.rows.push_back(m_result.rows.at(row));
    return Table(std::move(other));
}

Money moneyOf(const QString& text) {
    const DecimalResult result = parseDecimal(text.toStdString(), Money::decimals, false);
    return result.problem == DecimalProblem::None ? Money::fromUnits(result.units) : Money();
}

Expected<Table> RowsQuery::run(const QString& sql) {
    return run(sql, m_scope);
}

Expected<Table> RowsQuery::run(const QString& sql, const Scope& scope) {
    return runOwn(QString(sql).replace(u"$rows"_s, scope.rows()), ownLimits);
}

Expected<Table> RowsQuery::runOwn(const QString& sql, const QueryLimits& limits) {
    if (stopped())
        return fail(ErrorKind::Cancelled,
                    QCoreApplication::translate("Agents", "The run was stopped as asked."));
    m_statements.append(sql);
    if (const auto taught = m_taught.constFind(sql); taught != m_taught.constEnd())
        return Table(QueryResult(*taught));
    auto result = m_store.query(sql, {}, m_stop, limits);
    if (!result)
        return fail(result.error());
    return Table(std::move(*result));
}

bool RowsQuery::knows(const QString& sql, const Scope& scope) const {
    const QString whole = QString(sql).replace(u"$rows"_s, scope.rows());
    return m_taught.contains(whole) || m_store.knows(whole, ownLimits);
}

void RowsQuery::teach(const QString& sql, const Scope& scope, const QueryResult& answer) {
    const QString whole = QString(sql).replace(u"$rows"_s, scope.rows());
    m_store.keep(whole, ownLimits, answer);
    m_taught.insert(whole, answer);
}

QStringList RowsQuery::takeStatements() {
    return std::exchange(m_statements, {});
}

} // namespace apex::backend
