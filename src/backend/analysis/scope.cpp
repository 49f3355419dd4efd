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

QMap<QString, QStringList> valuesByColumn(const std::vector<Scope::Filter>& filters, bool excluded) {
    QMap<QString, QStringList> columns;
    for (const Scope::Filter& filter : filters) {
        if (filter.excluded == excluded)
            columns[filter.column].append(filter.value);
    }
    return columns;
}

QString sqlList(const QStringList& values) {
    QStringList quoted;
    for (const QString& value : values)
        quoted.append(sqlText(value));
    return u'(' + quoted.join(u", "_s) + u')';
}

QStringList filterConditions(const std::vector<Scope::Filter>& filters) {
    QStringList conditions;
    const auto only = valuesByColumn(filters, false);
    for (auto column = only.begin(); column != only.end(); ++column)
        conditions.append(column.key() + u" IN "_s + sqlList(column.value()));
    const auto without = valuesByColumn(filters, true);
    for (auto column = without.begin(); column != without.end(); ++column)
        conditions.append(u'(' + column.key() + u" IS NULL OR "_s + column.key() + u" NOT IN "_s +
                          sqlList(column.value()) + u')');
    return conditions;
}

QString weekdayCondition(const std::vector<int>& weekdays) {
    QStringList numbers;
    for (const int day : weekdays)
        numbers.append(QString::number(day - 1));
    return u"(day_number + 3) % 7 IN ("_s + numbers.join(u", "_s) + u") /* 0 = Monday */"_s;
}

QString weekdayNames(const std::vector<int>& weekdays) {
    static const QStringList names{u"Monday"_s, u"Tuesday"_s,  u"Wednesday"_s, u"Thursday"_s,
                                   u"Friday"_s, u"Saturday"_s, u"Sunday"_s};
    if (weekdays == std::vector<int>{1, 2, 3, 4, 5})
        return QCoreApplication::translate("Agents", "Monday to Friday");
    QStringList named;
    for (const int day : weekdays)
        named.append(names.at(day - 1) + u's');
    return named.join(u", "_s);
}

/// "2025-06-01 to 2025-06-07"; empty if both ends are open.
QString daysText(QDate from, QDate to) {
    if (from.isValid() && from == to)
        return from.toString(Qt::ISODate);
    if (from.isValid() && to.isValid())
        return QCoreApplication::translate("Agents", "%1 to %2")
            .arg(from.toString(Qt::ISODate), to.toString(Qt::ISODate));
    if (from.isValid())
        return QCoreApplication::translate("Agents", "from %1").arg(from.toString(Qt::ISODate));
    return to.isValid() ? QCoreApplication::translate("Agents", "until %1").arg(to.toString(Qt::ISODate))
                        : QString();
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
    if (!weekdays.empty())
        conditions.append(weekdayCondition(weekdays));
    conditions.append(filterConditions(filters));
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
    if (!weekdays.empty())
        json["weekdays"_L1] = weekdayNames(weekdays);
    const auto only = valuesByColumn(filters, false);
    for (auto column = only.begin(); column != only.end(); ++column)
        json[column.key()] = column.value().join(u", "_s);
    const auto without = valuesByColumn(filters, true);
    for (auto column = without.begin(); column != without.end(); ++column)
        json[QString(u"not_"_s + column.key())] = column.value().join(u", "_s);
    return json;
}

QString Scope::text() const {
    QStringList parts;
    const auto only = valuesByColumn(filters, false);
    for (auto column = only.begin(); column != only.end(); ++column)
        parts.append(column.key() + u' ' + column.value().join(u", "_s));
    const auto without = valuesByColumn(filters, true);
    for (auto column = without.begin(); column != without.end(); ++column)
        parts.append(QCoreApplication::translate("Agents", "all %1s but %2")
                         .arg(column.key(), column.value().join(u", "_s)));
    if (!weekdays.empty())
        parts.append(weekdayNames(weekdays));
    if (const QString days = daysText(from, to); !days.isEmpty())
        parts.append(days);
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
