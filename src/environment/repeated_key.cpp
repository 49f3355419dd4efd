// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/repeated_key.h"

#include <QSet>

#include <simdjson.h>

namespace apex::environment {

namespace {

namespace ondemand = simdjson::ondemand;

/// Goes through every object until one names a key twice. QJsonDocument keeps the last of equal keys and does
/// not tell.
class KeyWalk {
public:
    /// False if the text breaks a rule of JSON on the way.
    [[nodiscard]] bool object(ondemand::object members, const QString& way) {
        QSet<QString> seen;
        for (auto field : members) {
            std::string_view key;
            if (field.unescaped_key().get(key) != simdjson::SUCCESS)
                return false;
            const QString name = QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()));
            const QString place = way.isEmpty() ? name : way + u'.' + name;
            if (seen.contains(name)) {
                m_repeated = place;
                return true;
            }
            seen.insert(name);
            if (!value(field.value(), place) || !m_repeated.isEmpty())
                return !m_repeated.isEmpty();
        }
        return true;
    }
    [[nodiscard]] const QString& repeated() const { return m_repeated; }

private:
    [[nodiscard]] bool value(simdjson::simdjson_result<ondemand::value> found, const QString& way) {
        ondemand::value one;
        ondemand::json_type type{};
        if (found.get(one) != simdjson::SUCCESS || one.type().get(type) != simdjson::SUCCESS)
            return false;
        if (type == ondemand::json_type::object) {
            ondemand::object members;
            return one.get_object().get(members) == simdjson::SUCCESS && object(members, way);
        }
        ondemand::array items;
        return type != ondemand::json_type::array ||
               (one.get_array().get(items) == simdjson::SUCCESS && array(items, way));
    }

    [[nodiscard]] bool array(ondemand::array items, const QString& way) {
        qsizetype at = 0;
        for (auto item : items) {
            if (!value(item, way + u'[' + QString::number(at++) + u']') || !m_repeated.isEmpty())
                return !m_repeated.isEmpty();
        }
        return true;
    }

    QString m_repeated;
};

} // namespace

std::optional<QString> repeatedKey(const QByteArray& json) {
    constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");
    const QByteArray text = json.startsWith(byteOrderMark) ? json.sliced(byteOrderMark.size()) : json;
    const simdjson::padded_string padded(text.constData(), static_cast<std::size_t>(text.size()));
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object root;
    KeyWalk walk;
    const bool read = parser.iterate(padded).get(document) == simdjson::SUCCESS &&
                      document.get_object().get(root) == simdjson::SUCCESS && walk.object(root, {});
    return read ? std::optional(walk.repeated()) : std::nullopt;
}

} // namespace apex::environment
