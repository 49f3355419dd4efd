// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_dom.h"

#include "protocol/json_writer.h"
#include "protocol/wire_time.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace apex::protocol::json {

namespace {

constexpr qsizetype kLargeBuffer = 1024 * 1024;

QString sentence(const char* text) {
    return QCoreApplication::translate("Protocol", text);
}

bool curable(simdjson::error_code error) {
    switch (error) {
    case simdjson::UTF8_ERROR:
    case simdjson::STRING_ERROR:
    case simdjson::NUMBER_ERROR:
    case simdjson::N_ATOM_ERROR:
    case simdjson::TAPE_ERROR:
    case simdjson::UNESCAPED_CHARS:
        return true;
    default:
        return false;
    }
}

QString reasonOf(simdjson::error_code error) {
    switch (error) {
    case simdjson::DEPTH_ERROR:
        return sentence(QT_TRANSLATE_NOOP("Protocol", "The frame is nested too deeply."));
    case simdjson::EMPTY:
        return sentence(QT_TRANSLATE_NOOP("Protocol", "The frame is empty."));
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
        return sentence(QT_TRANSLATE_NOOP("Protocol", "The frame is too large to read."));
    case simdjson::UNCLOSED_STRING:
        return sentence(QT_TRANSLATE_NOOP("Protocol", "The frame ends inside a text."));
    default:
        return sentence(QT_TRANSLATE_NOOP("Protocol", "The frame is not JSON."));
    }
}

} // namespace

Parser::Parser(std::size_t maxDepth) : m_maxDepth(maxDepth) {}

void Parser::releaseLargeBuffers(qsizetype size) {
    if (m_large)
        m_parser = simdjson::dom::parser();
    m_large = size > kLargeBuffer;
    const auto needed = static_cast<std::size_t>(size);
    if (m_parser.capacity() < needed || m_parser.max_depth() != m_maxDepth) {
        // Grown by doubling, so that slowly growing frames do not reallocate each time.
        const std::size_t capacity = std::max<std::size_t>(needed + needed / 2, 4096);
        if (m_parser.allocate(capacity, m_maxDepth) != simdjson::SUCCESS)
            m_parser = simdjson::dom::parser();
    }
}

std::optional<Element> Parser::parse(QByteArrayView text) {
    m_repaired = false;
    m_reason.clear();
    if (text.isEmpty()) { // simdjson would copy from a null pointer
        m_reason = reasonOf(simdjson::EMPTY);
        return std::nullopt;
    }
    releaseLargeBuffers(text.size());
    Element root;
    auto error = m_parser.parse(text.data(), static_cast<std::size_t>(text.size())).get(root);
    if (error != simdjson::SUCCESS && curable(error)) {
        const QByteArray cured = repaired(text);
        if (cured != text) {
            releaseLargeBuffers(cured.size());
            error = m_parser.parse(cured.constData(), static_cast<std::size_t>(cured.size())).get(root);
            m_repaired = error == simdjson::SUCCESS;
        }
    }
    if (error != simdjson::SUCCESS) {
        m_reason = reasonOf(error);
        return std::nullopt;
    }
    return root;
}

Fields::Fields(const Element& object) {
    simdjson::dom::object members;
    if (object.get_object().get(members) != simdjson::SUCCESS)
        return;
    m_members.reserve(members.size());
    for (const auto& [key, value] : members)
        m_members.emplace_back(key, value);
}

const Element* Fields::find(std::string_view key) const {
    for (auto it = m_members.rbegin(); it != m_members.rend(); ++it)
        if (it->first == key)
            return it->second.is_null() ? nullptr : &it->second;
    return nullptr;
}

bool Fields::contains(std::string_view key) const {
    for (const auto& member : m_members)
        if (member.first == key)
            return true;
    return false;
}

namespace {

/// Looks for equal keys with one buffer for all objects.
class DuplicateSearch {
public:
    bool find(const Element& value) {
        if (value.is_array()) {
            for (const Element& item : items(value))
                if (isNested(item) && find(item))
                    return true;
            return false;
        }
        if (!value.is_object())
            return false;
        const auto object = members(value);
        if (hasEqualKeys(object))
            return true;
        for (const auto& member : object)
            if (isNested(member.value) && find(member.value))
                return true;
        return false;
    }

private:
    static bool isNested(const Element& value) { return value.is_object() || value.is_array(); }

    bool hasEqualKeys(const simdjson::dom::object& object) {
        m_keys.clear();
        for (const auto& member : object)
            m_keys.push_back(member.key);
        // Short objects are compared pairwise; long ones are sorted.
        constexpr std::size_t few = 12;
        if (m_keys.size() > few) {
            std::sort(m_keys.begin(), m_keys.end());
            return std::adjacent_find(m_keys.begin(), m_keys.end()) != m_keys.end();
        }
        for (std::size_t i = 1; i < m_keys.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (m_keys[i] == m_keys[j])
                    return true;
        return false;
    }

    std::vector<std::string_view> m_keys;
};

} // namespace

bool hasDuplicateKeys(const Element& value) {
    return DuplicateSearch().find(value);
}

JsonText text(const Element& value) {
    const std::string out = simdjson::minify(value);
    return {out.data(), static_cast<qsizetype>(out.size())};
}

JsonText quoted(const QString& string) {
    return JsonWriter().string(string).bytes();
}

std::optional<QString> asString(const Element& value) {
    std::string_view out;
    if (value.get_string().get(out) != simdjson::SUCCESS)
        return std::nullopt;
    return QString::fromUtf8(out.data(), static_cast<qsizetype>(out.size()));
}

QString asText(const Element& value) {
    if (const auto string = asString(value))
        return *string;
    return QString::fromUtf8(text(value));
}

QString textOf(const Fields& fields, std::string_view key) {
    const Element* found = fields.find(key);
    return found ? asText(*found) : QString();
}

QString firstTextOf(const Fields& fields, std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
        if (QString found = textOf(fields, key); !found.isEmpty())
            return found;
    return {};
}

QString memberText(const Element& object, std::string_view key) {
    const auto found = member(object, key);
    return found ? asText(*found) : QString();
}

std::optional<double> asDouble(const Element& value) {
    double number = 0;
    if (value.get_double().get(number) == simdjson::SUCCESS)
        return number;
    std::string_view string;
    if (value.get_string().get(string) != simdjson::SUCCESS || string.empty())
        return std::nullopt;
    const auto [end, error] = std::from_chars(string.data(), string.data() + string.size(), number);
    if (error != std::errc{} || end != string.data() + string.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<qint64> asInteger(const Element& value) {
    std::int64_t number = 0;
    if (value.get_int64().get(number) == simdjson::SUCCESS)
        return number;
    const auto real = asDouble(value);
    if (!real || *real != std::floor(*real) || std::abs(*real) > 9.0e15)
        return std::nullopt;
    return static_cast<qint64>(*real);
}

std::optional<bool> asBool(const Element& value) {
    bool flag = false;
    if (value.get_bool().get(flag) != simdjson::SUCCESS)
        return std::nullopt;
    return flag;
}

std::optional<WallTime> asTime(const Element& value) {
    std::string_view string;
    if (value.get_string().get(string) == simdjson::SUCCESS)
        return parseTime(string);
    double number = 0;
    if (value.get_double().get(number) == simdjson::SUCCESS)
        return timeFromNumber(number);
    return std::nullopt;
}

bool isEmpty(const Element& value) {
    switch (value.type()) {
    case simdjson::dom::element_type::NULL_VALUE:
        return true;
    case simdjson::dom::element_type::STRING:
        return std::string_view(value.get_string().value_unsafe()).empty();
    case simdjson::dom::element_type::OBJECT:
        return members(value).size() == 0;
    case simdjson::dom::element_type::ARRAY:
        return items(value).size() == 0;
    default:
        return false;
    }
}

std::optional<Element> member(const Element& object, std::string_view key) {
    simdjson::dom::object members;
    if (object.get_object().get(members) != simdjson::SUCCESS)
        return std::nullopt;
    std::optional<Element> found;
    for (const auto& [name, value] : members)
        if (name == key)
            found = value;
    if (found && found->is_null())
        return std::nullopt;
    return found;
}

} // namespace apex::protocol::json
