// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/result_table.h"

#include "backend/agents/markdown_table.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QJsonArray ResultTable::json() const {
    QJsonArray array;
    const auto append = [&](const QStringList& cells) {
        QJsonObject row;
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            row[m_columns[i].key] = cells.value(static_cast<qsizetype>(i));
        array.append(row);
    };
    for (const QStringList& cells : m_rows)
        append(cells);
    if (!m_total.isEmpty())
        append(m_total);
    return array;
}

QJsonObject ResultTable::sheet() const {
    QJsonArray columns;
    for (const Column& column : m_columns)
        columns.append(column.key);
    QJsonArray rows;
    for (const QStringList& cells : m_rows)
        rows.append(QJsonArray::fromStringList(cells));
    if (!m_total.isEmpty())
        rows.append(QJsonArray::fromStringList(m_total));
    return {{"columns"_L1, columns}, {"rows"_L1, rows}};
}

QString ResultTable::markdown() const {
    QStringList labels;
    for (const Column& column : m_columns)
        labels.append(column.label);
    MarkdownTable table(labels);
    for (QStringList cells : m_rows) {
        cells[0] = markdownSafe(cells[0]);
        table.addRow(cells);
    }
    if (!m_total.isEmpty())
        table.addBoldRow(m_total);
    return table.text();
}

} // namespace apex::backend
