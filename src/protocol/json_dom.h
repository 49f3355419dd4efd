// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <QByteArrayView>
#include <QString>

#include <simdjson.h>

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

/// Private to protocol/: reading JSON with simdjson in a way that survives what real senders produce.
namespace apex::protocol::json {

using Element = simdjson::dom::element;

/// The text made readable: invalid UTF-8 and lone surrogates become U+FFFD, NaN and Infinity null, numbers
/// that fit no 64-bit type strings of their own digits, a byte order mark is dropped. Everything else stays.
[[nodiscard]] QByteArray repaired(QByteArrayView text);

/// A parser with its buffers; the root is valid until the next parse.
class Parser {
public:
    explicit Parser(std::size_t maxDepth = 256);

    /// Parses; on an error that repair can cure it repairs once and says so in wasRepaired().
    [[nodiscard]] std::optional<Element> parse(QByteArrayView text);
    [[nodiscard]] bool wasRepaired() const { return m_repaired; }
    /// Why the last parse failed, for people.
    [[nodiscard]] const QString& reason() const { return m_reason; }

private:
    void releaseLargeBuffers(qsizetype size);
    std::size_t m_maxDepth;
    simdjson::dom::parser m_parser;
    bool m_large = false;
    bool m_repaired = false;
    QString m_reason;
};

/// The members of one object; the last of equal keys counts.
class Fields {
public:
    Fields() = default;
    /// Reads the members; stays empty if the element is no object.
    explicit Fields(const Element& object);

    /// The member, or nullptr if it is absent or null.
    [[nodiscard]] const Element* find(std::string_view key) const;
    [[nodiscard]] bool contains(std::string_view key) const;
    [[nodiscard]] bool isEmpty() const { return m_members.empty(); }
    [[nodiscard]] const std::vector<std::pair<std::string_view, Element>>& members() const {
        return m_members;
    }

private:
    std::vector<std::pair<std::string_view, Element>> m_members;
};

/// True if any object in there, at any depth, has a key twice. Costs about a walk over the value.
[[nodiscard]] bool hasDuplicateKeys(const Element& value);

/// The value as compact JSON.
[[nodiscard]] JsonText text(const Element& value);
/// The text as one JSON string.
[[nodiscard]] JsonText quoted(const QString& string);
/// The string, or nullopt if the value is none.
[[nodiscard]] std::optional<QString> asString(const Element& value);
/// A string as it is, numbers and booleans in words, anything else as JSON.
[[nodiscard]] QString asText(const Element& value);
/// The member as asText() gives it; empty if it is absent or null.
[[nodiscard]] QString textOf(const Fields& fields, std::string_view key);
/// The first of these members that is not empty.
[[nodiscard]] QString firstTextOf(const Fields& fields, std::initializer_list<std::string_view> keys);
/// The member of an object that is read for little else.
[[nodiscard]] QString memberText(const Element& object, std::string_view key);
/// A number, also one inside a string.
[[nodiscard]] std::optional<double> asDouble(const Element& value);
/// An integer, also one inside a string or a double without fraction.
[[nodiscard]] std::optional<qint64> asInteger(const Element& value);
[[nodiscard]] std::optional<bool> asBool(const Element& value);
/// A time by the rule of protocol.md 4.10.
[[nodiscard]] std::optional<WallTime> asTime(const Element& value);
/// True for "", {} and [].
[[nodiscard]] bool isEmpty(const Element& value);
/// A member of an object, or nullopt if there is none, it is null, or the element is no object.
[[nodiscard]] std::optional<Element> member(const Element& object, std::string_view key);
/// The items of an array, by value: iterating over simdjson's own temporary result would dangle.
[[nodiscard]] inline simdjson::dom::array items(const Element& array) {
    return array.get_array().value_unsafe();
}
/// The members of an object, by value, for the same reason.
[[nodiscard]] inline simdjson::dom::object members(const Element& object) {
    return object.get_object().value_unsafe();
}

} // namespace apex::protocol::json
