// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/wire_message.h"

#include "protocol/names.h"

namespace apex::protocol {

namespace {

namespace field = names::field;
using names::view;

json::Fields fieldsOf(const json::Fields& parent, QLatin1String key) {
    const json::Element* child = parent.find(view(key));
    return child ? json::Fields(*child) : json::Fields();
}

} // namespace

WireMessage::WireMessage(const json::Element& object)
    : m_whole(object), m_top(object), m_payload(fieldsOf(m_top, field::Payload)),
      m_data(fieldsOf(m_top, field::Data)), m_payloadData(fieldsOf(m_payload, field::Data)),
      m_dataPayload(fieldsOf(m_data, field::Payload)) {
    if (const json::Element* metadata = inner(field::Metadata))
        m_metadata = json::Fields(*metadata);
}

const json::Element* WireMessage::inner(QLatin1String key) const {
    for (const json::Fields* layer : {&m_dataPayload, &m_payloadData, &m_data, &m_payload, &m_top})
        if (const json::Element* found = layer->find(view(key)))
            return found;
    return nullptr;
}

const json::Element* WireMessage::outer(QLatin1String key) const {
    for (const json::Fields* layer : {&m_top, &m_payload, &m_data, &m_payloadData, &m_dataPayload})
        if (const json::Element* found = layer->find(view(key)))
            return found;
    return nullptr;
}

const json::Element* WireMessage::firstFilled(Keys keys) const {
    for (const QLatin1String key : keys)
        for (const json::Fields* layer : {&m_dataPayload, &m_payloadData, &m_data, &m_payload, &m_top})
            if (const json::Element* found = layer->find(view(key)); found && !json::isEmpty(*found))
                return found;
    return nullptr;
}

const json::Element* WireMessage::metadata(QLatin1String key) const {
    return m_metadata.find(view(key));
}

QString WireMessage::text(Keys keys) const {
    const json::Element* found = firstFilled(keys);
    return found ? json::asText(*found) : QString();
}

QString WireMessage::string(Keys keys) const {
    for (const QLatin1String key : keys) {
        const json::Element* found = firstFilled({key});
        if (!found)
            continue;
        if (auto string = json::asString(*found))
            return *std::move(string);
    }
    return {};
}

QString WireMessage::identifier(Keys keys) const {
    for (const QLatin1String key : keys) {
        const json::Element* found = outer(key);
        if (!found || json::isEmpty(*found))
            continue;
        if (auto string = json::asString(*found))
            return *std::move(string);
        if (found->is_number())
            return json::asText(*found);
    }
    return {};
}

std::optional<double> WireMessage::number(Keys keys) const {
    for (const QLatin1String key : keys)
        if (const json::Element* found = inner(key))
            if (const auto number = json::asDouble(*found))
                return number;
    return std::nullopt;
}

std::optional<qint64> WireMessage::integer(Keys keys) const {
    for (const QLatin1String key : keys)
        if (const json::Element* found = inner(key))
            if (const auto number = json::asInteger(*found))
                return number;
    return std::nullopt;
}

std::optional<bool> WireMessage::flag(Keys keys) const {
    for (const QLatin1String key : keys)
        if (const json::Element* found = inner(key))
            if (const auto flag = json::asBool(*found))
                return flag;
    return std::nullopt;
}

} // namespace apex::protocol
