// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json_dom.h"

#include <QLatin1String>

#include <initializer_list>

/// Private to protocol/: one platform message with its envelopes laid open.
namespace apex::protocol {

using Keys = std::initializer_list<QLatin1String>;

/// Looks through flat fields, `payload`, `data`, `payload.data` and `data.payload` (protocol.md 4.1, unwrap
/// rule).
class WireMessage {
public:
    /// The element must be an object and outlive this.
    explicit WireMessage(const json::Element& object);

    /// Innermost member of that name that is not null: what the event itself says.
    [[nodiscard]] const json::Element* inner(QLatin1String key) const;
    /// Outermost member of that name that is not null: what the envelope says.
    [[nodiscard]] const json::Element* outer(QLatin1String key) const;
    /// First key, in the order given, whose innermost value is neither null nor empty.
    [[nodiscard]] const json::Element* firstFilled(Keys keys) const;
    /// Member of `metadata`, wherever that stands.
    [[nodiscard]] const json::Element* metadata(QLatin1String key) const;

    /// Text of the first filled key; strings as they are, other values as JSON.
    [[nodiscard]] QString text(Keys keys) const;
    /// The first of the keys that holds a non-empty string, innermost.
    [[nodiscard]] QString string(Keys keys) const;
    /// The first of the keys that holds a non-empty string or a number, outermost: identifiers.
    [[nodiscard]] QString identifier(Keys keys) const;
    [[nodiscard]] std::optional<double> number(Keys keys) const;
    [[nodiscard]] std::optional<qint64> integer(Keys keys) const;
    [[nodiscard]] std::optional<bool> flag(Keys keys) const;

    [[nodiscard]] const json::Fields& top() const { return m_top; }
    [[nodiscard]] const json::Fields& payload() const { return m_payload; }
    [[nodiscard]] const json::Fields& data() const { return m_data; }
    /// `payload`, whatever it is; nullptr if absent or null.
    [[nodiscard]] const json::Element* payloadValue() const { return m_top.find("payload"); }
    [[nodiscard]] const json::Element* dataValue() const { return m_top.find("data"); }
    /// The message as it came.
    [[nodiscard]] const json::Element& whole() const { return m_whole; }

private:
    json::Element m_whole;
    json::Fields m_top;
    json::Fields m_payload;     ///< payload
    json::Fields m_data;        ///< data
    json::Fields m_payloadData; ///< payload.data
    json::Fields m_dataPayload; ///< data.payload
    json::Fields m_metadata;
};

} // namespace apex::protocol
