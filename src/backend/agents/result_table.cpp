// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/result_table.h"

#include "backend/agents/markdown_table.h"

#include <QJsonObject>

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
