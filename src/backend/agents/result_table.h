// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <vector>

namespace apex::backend {

/// A table that is shown to people and, cell by cell the same, in a tool's result: no figure can be in one
/// only.
class ResultTable {
public:
    struct Column {
        QString key;   ///< in the result
        QString label; ///< for people
    };
    ResultTable() = default;
    ResultTable(QString name, std::vector<Column> columns)
        : m_name(std::move(name)), m_columns(std::move(columns)) {}

    void add(QStringList cells) { m_rows.push_back(std::move(cells)); }
    /// A last row in bold.
    void setTotal(QStringList cells) { m_total = std::move(cells); }
    [[nodiscard]] bool isEmpty() const { return m_rows.empty(); }
    [[nodiscard]] std::size_t size() const { return m_rows.size(); }
    [[nodiscard]] QString name() const { return m_name; }
    [[nodiscard]] QJsonArray json() const;
    /// Columns and rows in their order: {"columns": [...], "rows": [[...], ...]}, the total last.
    [[nodiscard]] QJsonObject sheet() const;
    /// Markdown, texts made safe, with a line end behind it.
    [[nodiscard]] QString markdown() const;

private:
    QString m_name;
    std::vector<Column> m_columns;
    std::vector<QStringList> m_rows;
    QStringList m_total;
};

} // namespace apex::backend
