// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/call_record.h"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace apex::backend {

/// Reads one JSON record as a tree and hands out its values by path; what is absent or of another type is
/// empty. Views live until the next record. One thread.
class JsonRecord {
public:
    using Element = simdjson::dom::element;

    /// Parses a record that is followed by BlockReader::padding readable bytes.
    [[nodiscard]] std::optional<RejectReason> parse(std::string_view record);
    [[nodiscard]] const Element& root() const { return m_root; }

    /// The value at a path of keys joined by '/'.
    [[nodiscard]] static std::optional<Element> at(const Element& from, std::string_view path);
    [[nodiscard]] static std::string_view text(const Element& from, std::string_view path);
    /// A number, or a text that is one, as it stands; "" if absent.
    [[nodiscard]] static std::string number(const Element& from, std::string_view path);
    [[nodiscard]] static bool flag(const Element& from, std::string_view path);

private:
    simdjson::dom::parser m_parser;
    Element m_root;
};

/// Adds a token count to `tokens`; the reason if it is there and no whole number from 0 to one billion.
[[nodiscard]] std::optional<RejectReason> addTokens(const JsonRecord::Element& from, std::string_view path,
                                                    std::int64_t& tokens, bool* present = nullptr);
/// Sets the record's time from a text or number; the reason if there is none that can be read.
[[nodiscard]] std::optional<RejectReason> takeTime(std::string_view text, std::int64_t latestUs,
                                                   CallRecord& record);

} // namespace apex::backend
