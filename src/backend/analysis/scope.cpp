// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/scope.h"

#include <QCoreApplication>
#include <QMap>
#include <QStringList>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString dayNumber(QDate day) {
    return QString::number(QDate(1970, 1, 1).daysTo(day)) + u" /* "_s + day.toString(Qt::ISODate) + u" */"_s;
}

QMap<QString, QStringList> valuesByColumn(const std::vector<Scope::Filter>& filters) {
    QMap<QString, QStringList> columns;
    for (const Scope::Filter& filter : filters)
        columns[filter.column].append(filter.value);
    return columns;
}

} // namespace

QString sqlText(const QString& text) {
    QString quoted = text;
    quoted.remove(QChar(0));
    return u'\'' + quoted.replace(u'\'', u"''"_s) + u'\'';
}

QString Scope::rows() const {
    QStringList conditions;
    if (from.isValid())
        conditions.append(u"day_number >= "_s + dayNumber(from));
    if (to.isValid())
        conditions.append(u"day_number <= "_s + dayNumber(to));
    const auto columns = valuesByColumn(filters);
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        QStringList quoted;
        for (const QString& value : column.value())
            quoted.append(sqlText(value));
        conditions.append(column.key() + u" IN ("_s + quoted.join(u", "_s) + u')');
    }
    if (conditions.isEmpty())
        return u"usage_rows"_s;
    return u"(SELECT * FROM usage_rows WHERE "_s + conditions.join(u" AND "_s) + u')';
}

QJsonObject Scope::json() const {
    QJsonObject json;
    if (from.isValid())
        json["from"_L1] = from.toString(Qt::ISODate);
    if (to.isValid())
        json["to"_L1] = to.toString(Qt::ISODate);
    const auto columns = valuesByColumn(filters);
    for (auto column = columns.begin(); column != columns.end(); ++column)
        json[column.key()] = column.value().join(u", "_s);
    return json;
}

QString Scope::text() const {
    QStringList parts;
    const auto columns = valuesByColumn(filters);
    for (auto column = columns.begin(); column != columns.end(); ++column)
        parts.append(column.key() + u' ' + column.value().join(u", "_s));
    if (from.isValid() && from == to)
        parts.append(from.toString(Qt::ISODate));
    else if (from.isValid() && to.isValid())
        parts.append(QCoreApplication::translate("Agents", "%1 to %2")
                         .arg(from.toString(Qt::ISODate), to.toString(Qt::ISODate)));
    else if (from.isValid())
        parts.append(QCoreApplication::translate("Agents", "from %1").arg(from.toString(Qt::ISODate)));
    else if (to.isValid())
        parts.append(QCoreApplication::translate("Agents", "until %1").arg(to.toString(Qt::ISODate)));
    return parts.join(u", "_s);
}

Scope Scope::with(const QString& column, const QString& value) const {
    Scope narrower = *this;
    std::erase_if(narrower.filters, [&](const Filter& filter) { return filter.column == column; });
    narrower.filters.push_back({column, value});
    return narrower;
}

Scope Scope::within(QDate first, QDate last) const {
    Scope narrower = *this;
    narrower.from = first;
    narrower.to = last;
    return narrower;
}

} // namespace apex::backend
