// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

#include <cmath>

namespace apex::test {

/// Judges JSON by the part of JSON Schema 2020-12 that our published schemas use. A keyword it does not know
/// is refused, so that no rule of a schema goes unjudged.
class PublishedSchema {
public:
    explicit PublishedSchema(QJsonObject root) : m_root(std::move(root)) {}

    [[nodiscard]] bool accepts(const QJsonValue& value) const { return accepts(m_root, value); }
    /// Keywords met that this class cannot judge.
    [[nodiscard]] const QSet<QString>& unknownKeywords() const { return m_unknown; }

private:
    [[nodiscard]] bool accepts(const QJsonValue& schema, const QJsonValue& value) const {
        if (schema.isBool())
            return schema.toBool();
        const QJsonObject rules = schema.toObject();
        bool good = true;
        for (auto it = rules.begin(); it != rules.end(); ++it)
            good = accepts(rules, it.key(), it.value(), value) && good;
        return good;
    }

    [[nodiscard]] bool accepts(const QJsonObject& rules, const QString& keyword, const QJsonValue& rule,
                               const QJsonValue& value) const {
        static const QSet<QString> silent{QStringLiteral("$schema"), QStringLiteral("$defs"),
                                          QStringLiteral("title"),   QStringLiteral("then"),
                                          QStringLiteral("default"), QStringLiteral("description"),
                                          QStringLiteral("else")};
        if (silent.contains(keyword))
            return true;
        if (keyword == u"type")
            return isOfType(rule.toString(), value);
        if (keyword == u"enum")
            return rule.toArray().contains(value);
        if (keyword == u"const")
            return rule == value;
        if (keyword == u"$ref")
            return accepts(resolve(rule.toString()), value);
        if (keyword == u"allOf") {
            const QJsonArray parts = rule.toArray();
            return std::all_of(parts.begin(), parts.end(),
                               [&](const QJsonValue& part) { return accepts(part, value); });
        }
        if (keyword == u"if")
            return accepts(rules.value(accepts(rule, value) ? u"then" : u"else"), value);
        if (keyword == u"pattern")
            return !value.isString() ||
                   QRegularExpression(rule.toString()).match(value.toString()).hasMatch();
        if (keyword == u"maxLength")
            return !value.isString() || value.toString().size() <= rule.toInt();
        if (keyword == u"minimum")
            return !value.isDouble() || value.toDouble() >= rule.toDouble();
        if (keyword == u"maximum")
            return !value.isDouble() || value.toDouble() <= rule.toDouble();
        return acceptsParts(rules, keyword, rule, value);
    }

    [[nodiscard]] bool acceptsParts(const QJsonObject& rules, const QString& keyword, const QJsonValue& rule,
                                    const QJsonValue& value) const {
        if (keyword == u"required") {
            const QJsonArray names = rule.toArray();
            return !value.isObject() || std::all_of(names.begin(), names.end(), [&](const QJsonValue& name) {
                return value.toObject().contains(name.toString());
            });
        }
        if (keyword == u"properties" || keyword == u"additionalProperties") {
            const QJsonObject named = rules.value(u"properties").toObject();
            const QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it) {
                const bool isNamed = named.contains(it.key());
                if (isNamed == (keyword == u"properties") &&
                    !accepts(isNamed ? named.value(it.key()) : rule, it.value()))
                    return false;
            }
            return true;
        }
        const QJsonArray items = value.toArray();
        if (keyword == u"items")
            return std::all_of(items.begin(), items.end(),
                               [&](const QJsonValue& item) { return accepts(rule, item); });
        if (keyword == u"uniqueItems")
            return std::all_of(items.begin(), items.end(), [&](const QJsonValue& item) {
                return std::count(items.begin(), items.end(), item) == 1;
            });
        m_unknown.insert(keyword);
        return false;
    }

    [[nodiscard]] QJsonValue resolve(const QString& reference) const {
        QJsonValue place = m_root;
        const QStringList steps = reference.mid(2).split(u'/');
        for (const QString& step : steps)
            place = place.toObject().value(step);
        return place;
    }

    [[nodiscard]] static bool isOfType(const QString& type, const QJsonValue& value) {
        if (type == u"string")
            return value.isString();
        if (type == u"boolean")
            return value.isBool();
        if (type == u"object")
            return value.isObject();
        if (type == u"array")
            return value.isArray();
        if (type == u"integer")
            return value.isDouble() && std::floor(value.toDouble()) >= value.toDouble();
        return false;
    }

    QJsonObject m_root;
    mutable QSet<QString> m_unknown;
};

} // namespace apex::test
