// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/figure_set.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

bool holdsNames(const QString& key) {
    static const QSet<QString> all{
        u"model"_s,  u"project"_s, u"session"_s,     u"user"_s,        u"service"_s, u"app"_s,
        u"name"_s,   u"file"_s,    u"text"_s,        u"id"_s,          u"tool"_s,    u"sql"_s,
        u"reason"_s, u"error"_s,   u"status"_s,      u"replacement"_s, u"title"_s,   u"description"_s,
        u"scope"_s,  u"column"_s,  u"taken_for"_s,   u"statements"_s,  u"summary"_s, u"provider"_s,
        u"notes"_s,  u"missing"_s, u"assumptions"_s, u"effect"_s,      u"method"_s};
    return all.contains(key);
}

bool containsAny(const QString& text, const QStringList& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const QString& part) { return text.contains(part); });
}

bool near(double shown, double exact, double step) {
    return std::abs(shown - exact) <= step / 2 * (1 + 1e-9) + std::abs(exact) * 1e-12;
}

} // namespace

FigureUnit unitOfKey(const QString& name, FigureUnit inherited) {
    const QString key = name.toLower();
    if (key.endsWith("usd"_L1) || key.contains("usd_per"_L1))
        return FigureUnit::Money;
    if (key.contains("percent"_L1))
        return FigureUnit::Percent;
    if (key.endsWith("_ms"_L1))
        return FigureUnit::Milliseconds;
    if (key.endsWith("seconds"_L1))
        return FigureUnit::Seconds;
    if (containsAny(key,
                    {u"calls"_s, u"token"_s, u"rows"_s, u"count"_s, u"days"_s, u"sessions"_s, u"retries"_s}))
        return FigureUnit::Count;
    if (containsAny(key, {u"cost"_s, u"usd"_s, u"price"_s, u"spend"_s, u"saving"_s}))
        return FigureUnit::Money;
    if (containsAny(key, {u"share"_s, u"rate"_s}))
        return FigureUnit::Percent;
    return containsAny(key, {u"latency"_s, u"ttft"_s}) ? FigureUnit::Milliseconds : inherited;
}

void FigureSet::addResult(const QJsonObject& result, const std::vector<double>& constants) {
    for (auto it = result.begin(); it != result.end(); ++it)
        add(it.key(), it.value(), FigureUnit::Count, constants);
}

void FigureSet::add(const QString& key, const QJsonValue& value, FigureUnit inherited,
                    const std::vector<double>& constants) {
    const FigureUnit unit = unitOfKey(key, inherited);
    addNames(key);
    if (value.isDouble())
        addFigure(value.toDouble(), unit, constants);
    else if (value.isString())
        addText(key, value.toString(), unit, constants);
    for (const QJsonValue& entry : value.toArray())
        add(key, entry, unit, constants);
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        add(it.key(), it.value(), unit, constants);
}

void FigureSet::addText(const QString& key, const QString& text, FigureUnit unit,
                        const std::vector<double>& constants) {
    addNames(text);
    if (holdsNames(key))
        return;
    static const QRegularExpression single(u"^([-+]?)([\\d,]*\\.?\\d+)(?: ?(%|usd|ms|s))?$"_s);
    static const QRegularExpression bounds(u" to |–|\\.\\."_s);
    for (const QString& part : plainForm(text).split(bounds)) {
        const auto match = single.match(part.trimmed());
        const auto value = match.hasMatch() ? numeralValue(match.captured(2)) : std::nullopt;
        if (!value)
            continue;
        const QString mark = match.captured(3);
        const FigureUnit marked = mark == "%"_L1     ? FigureUnit::Percent
                                  : mark == "usd"_L1 ? FigureUnit::Money
                                  : mark == "ms"_L1  ? FigureUnit::Milliseconds
                                  : mark == "s"_L1   ? FigureUnit::Seconds
                                                     : unit;
        addFigure(match.captured(1) == "-"_L1 ? -value->value : value->value, marked, constants);
    }
    static const QRegularExpression date(u"\\b\\d{4}-\\d{2}-\\d{2}"_s);
    for (auto it = date.globalMatch(text); it.hasNext();)
        m_dates.insert(QDate::fromString(it.next().captured(), Qt::ISODate));
    static const QRegularExpression time(u"\\b\\d{1,2}:\\d{2}(?::\\d{2})?\\b"_s);
    for (auto it = time.globalMatch(text); it.hasNext();)
        m_times.insert(it.next().captured());
}

void FigureSet::addFigure(double value, FigureUnit unit, const std::vector<double>& constants) {
    if (std::find(constants.begin(), constants.end(), std::abs(value)) == constants.end())
        m_figures[unit].push_back(value);
}

void FigureSet::addNames(const QString& text) {
    for (const QString& name : readNumbers(text).names) {
        m_names.insert(name);
        for (const QString& part : name.split(u'_')) // "latency_p95_ms" knows p95
            m_names.insert(part);
    }
}

bool FigureSet::has(const ShownFigure& figure) const {
    const auto found = m_figures.find(figure.unit);
    if (figure.unit == FigureUnit::Never || found == m_figures.end())
        return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](double exact) {
        if (figure.minus && exact >= 0)
            return false;
        // Nothing but nothing rounds to zero, however few digits are shown.
        return figure.value == 0 ? exact == 0 : near(figure.value, std::abs(exact), figure.step);
    });
}

bool FigureSet::has(const ShownDate& shown) const {
    return std::any_of(m_dates.begin(), m_dates.end(), [&](QDate date) {
        return (shown.year == 0 || shown.year == date.year()) &&
               (shown.month == 0 || shown.month == date.month()) &&
               (shown.day == 0 || shown.day == date.day());
    });
}

} // namespace apex::backend
