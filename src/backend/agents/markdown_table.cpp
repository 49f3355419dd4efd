// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/markdown_table.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

QString markdownEscaped(const QString& text) {
    static const QString marks = u"\\`*[]<>|#~"_s;
    QString safe;
    for (const QChar c : text) {
        if (c.unicode() < 0x20 || c.unicode() == 0x7f) {
            safe += u' ';
            continue;
        }
        if (marks.contains(c))
            safe += u'\\';
        safe += c;
    }
    return safe;
}

QString markdownSafe(const QString& text) {
    const QString safe = markdownEscaped(text.left(80));
    return text.size() > 80 ? QString(safe + u'…') : safe;
}

MarkdownTable::MarkdownTable(const QStringList& headers) {
    addRow(headers);
    m_text += u"|---|"_s;
    for (qsizetype i = 1; i < headers.size(); ++i)
        m_text += u"---:|"_s;
    m_text += u'\n';
}

void MarkdownTable::addRow(const QStringList& cells) {
    m_text += u"| "_s + cells.join(u" | "_s) + u" |\n"_s;
}

void MarkdownTable::addBoldRow(const QStringList& cells) {
    QStringList bold;
    for (const QString& cell : cells)
        bold.append(cell.isEmpty() ? cell : QString(u"**"_s + cell + u"**"_s));
    addRow(bold);
}

} // namespace apex::backend
