// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QString>

#include <cmath>

namespace apex::test {

/// Checks values against the part of JSON Schema 2020-12 that our own schemas use: type, const, required,
/// properties, additionalProperties, items, minItems, minLength, minimum, pattern, oneOf.
class JsonSchema {
public:
    /// Why the value breaks the schema; empty if it does not.
    [[nodiscard]] static QString fault(const QJsonObject& schema, const QJsonValue& value,
                                       const QString& path = QStringLiteral("$")) {
        if (schema.contains(QStringLiteral("oneOf")))
            return oneOf(schema[QStringLiteral("oneOf")].toArray(), value, path);
        if (schema.contains(QStringLiteral("const")) && schema[QStringLiteral("const")] != value)
            return path + QStringLiteral(": not the constant");
        if (!hasType(schema[QStringLiteral("type")], value))
            return path + QStringLiteral(": wrong type");
        if (value.isString())
            return text(schema, value.toString(), path);
        if (value.isDouble() && value.toDouble() < schema[QStringLiteral("minimum")].toDouble(-HUGE_VAL))
            return path + QStringLiteral(": too small");
        if (value.isArray())
            return list(schema, value.toArray(), path);
        return value.isObject() ? object(schema, value.toObject(), path) : QString();
    }

private:
    static QString oneOf(const QJsonArray& choices, const QJsonValue& value, const QString& path) {
        int fitting = 0;
        QStringList faults;
        for (const QJsonValue choice : choices) {
            const QString found = fault(choice.toObject(), value, path);
            fitting += found.isEmpty() ? 1 : 0;
            faults.append(found);
        }
        return fitting == 1 ? QString()
                            : path + QStringLiteral(": fits none or several: ") + faults.join(u"; ");
    }
    static bool hasType(const QJsonValue& type, const QJsonValue& value) {
        if (type.isUndefined())
            return true;
        for (const QJsonValue each : type.isArray() ? type.toArray() : QJsonArray{type}) {
            const QString name = each.toString();
            const double number = value.toDouble();
            if ((name == u"string" && value.isString()) || (name == u"null" && value.isNull()) ||
                (name == u"object" && value.isObject()) || (name == u"array" && value.isArray()) ||
                (name == u"boolean" && value.isBool()) || (name == u"number" && value.isDouble()) ||
                (name == u"integer" && value.isDouble() && std::floor(number) == number))
                return true;
        }
        return false;
    }
    static QString text(const QJsonObject& schema, const QString& value, const QString& path) {
        if (value.size() < schema[QStringLiteral("minLength")].toInt())
            return path + QStringLiteral(": too short");
        const QString pattern = schema[QStringLiteral("pattern")].toString();
        return pattern.isEmpty() || QRegularExpression(pattern).match(value).hasMatch()
                   ? QString()
                   : path + QStringLiteral(": breaks the pattern");
    }
    static QString list(const QJsonObject& schema, const QJsonArray& value, const QString& path) {
        if (value.size() < schema[QStringLiteral("minItems")].toInt())
            return path + QStringLiteral(": too few");
        const QJsonObject items = schema[QStringLiteral("items")].toObject();
        for (qsizetype i = 0; i < value.size(); ++i)
            if (QString found = fault(items, value[i], path + QStringLiteral("[%1]").arg(i));
                !found.isEmpty())
                return found;
        return {};
    }
    static QString object(const QJsonObject& schema, const QJsonObject& value, const QString& path) {
        for (const QJsonValue key : schema[QStringLiteral("required")].toArray())
            if (!value.contains(key.toString()))
                return path + u'.' + key.toString() + QStringLiteral(": missing");
        const QJsonObject properties = schema[QStringLiteral("properties")].toObject();
        for (auto it = value.begin(); it != value.end(); ++it) {
            const QString inner = path + u'.' + it.key();
            if (!properties.contains(it.key())) {
                if (!schema[QStringLiteral("additionalProperties")].toBool(true))
                    return inner + QStringLiteral(": not foreseen");
                continue;
            }
            if (QString found = fault(properties[it.key()].toObject(), it.value(), inner); !found.isEmpty())
                return found;
        }
        return {};
    }
};

} // namespace apex::test
