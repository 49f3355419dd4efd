// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QJsonObject>
#include <QString>

#include <vector>

namespace apex::backend {

/// Which of the imported rows a question is about. Days are UTC and both counted; an invalid date is open.
struct Scope {
    struct Filter {
        QString column; ///< a text column of usage_rows
        QString value;
        bool excluded = false; ///< all rows but these; rows that do not say stay in
        friend bool operator==(const Filter& a, const Filter& b) = default;
    };
    QDate from;
    QDate to;
    std::vector<Filter> filters; ///< values of the same column are alternatives, columns restrict each other
    std::vector<int> weekdays{}; ///< only these, 1 = Monday; empty: all

    [[nodiscard]] bool isEverything() const {
        return !from.isValid() && !to.isValid() && weekdays.empty() && filters.empty();
    }
    /// What stands for the rows in a FROM clause: the view, or a restricted selection of it.
    [[nodiscard]] QString rows() const;
    /// For arguments of tool events.
    [[nodiscard]] QJsonObject json() const;
    /// For people: "project shop, all models but gpt-4o, 2025-06-01 to 2025-06-07"; empty for everything.
    [[nodiscard]] QString text() const;
    [[nodiscard]] Scope with(const QString& column, const QString& value) const;
    [[nodiscard]] Scope within(QDate first, QDate last) const;
};

/// A text as an SQL literal.
[[nodiscard]] QString sqlText(const QString& text);

} // namespace apex::backend
