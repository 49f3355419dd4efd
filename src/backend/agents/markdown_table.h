// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace apex::backend {

/// Text of any length that Markdown shows as it is, on one line.
[[nodiscard]] QString markdownEscaped(const QString& text);
/// Text from a file made safe for Markdown: one line, at most 80 characters, no markup.
[[nodiscard]] QString markdownSafe(const QString& text);

/// Builds a Markdown table whose first column is text and the others are numbers.
class MarkdownTable {
public:
    explicit MarkdownTable(const QStringList& headers);
    void addRow(const QStringList& cells);
    void addBoldRow(const QStringList& cells);
    /// The table with a line end behind it.
    [[nodiscard]] QString text() const { return m_text; }

private:
    QString m_text;
};

} // namespace apex::backend
