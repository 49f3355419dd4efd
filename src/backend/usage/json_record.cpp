// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_record.h"

#include "backend/usage/timestamp.h"

#include <array>
#include <charconv>

namespace apex::backend {

namespace dom = simdjson::dom;

std::optional<RejectReason> JsonRecord::parse(std::string_view record) {
    const auto error = m_parser.parse(record.data(), record.size(), false).get(m_root);
    if (error)
        return error == simdjson::UTF8_ERROR ? RejectReason::NotUtf8 : RejectReason::NotJson;
    return m_root.is_object() ? std::nullopt : std::optional(RejectReason::NotAnObject);
}

std::optional<JsonRecord::Element> JsonRecord::at(const Element& from, std::string_view path) {
    Element here = from;
    while (!path.empty()) {
        const auto slash = path.find('/');
        dom::object object;
        if (here.get(object) || object.at_key(path.substr(0, slash)).get(here))
            return std::nullopt;
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    return here.is_null() ? std::nullopt : std::optional(here);
}

std::string_view JsonRecord::text(const Element& from, std::string_view path) {
    const auto found = at(from, path);
    std::string_view text;
    return found && found->get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::string JsonRecord::number(const Element& from, std::string_view path) {
    const auto found = at(from, path);
    if (!found)
        return {};
    switch (found->type()) {
    case dom::element_type::STRING:
        return std::string(text(from, path));
    case dom::element_type::INT64:
        return std::to_string(found->get_int64().value_unsafe());
    case dom::element_type::UINT64:
        return std::to_string(found->get_uint64().value_unsafe());
    case dom::element_type::DOUBLE: {
        // The shortest text that gives the same double is what the exporter had.
        std::array<char, 40> buffer{};
        const auto [end, error] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), found->get_double().value_unsafe());
        return error == std::errc() ? std::string(buffer.data(), end) : std::string();
    }
    default:
        return {};
    }
}

bool JsonRecord::flag(const Element& from, std::string_view path) {
    const auto found = at(from, path);
    bool flag = false;
    return found && found->get(flag) == simdjson::SUCCESS && flag;
}

std::optional<RejectReason> addTokens(const JsonRecord::Element& from, std::string_view path,
                                      std::int64_t& tokens, bool* present) {
    constexpr std::int64_t maxTokens = 1'000'000'000'000; // buckets sum up a day of an organisation
    const std::string text = JsonRecord::number(from, path);
    if (text.empty())
        return std::nullopt;
    const DecimalResult number = parseDecimal(text, 0, false);
    if (number.problem == DecimalProblem::TooLarge)
        return RejectReason::AbsurdTokens;
    if (number.problem != DecimalProblem::None)
        return RejectReason::BadTokens;
    if (number.units < 0)
        return RejectReason::NegativeTokens;
    if (number.units > maxTokens)
        return RejectReason::AbsurdTokens;
    tokens += static_cast<std::int64_t>(number.units);
    if (present)
        *present = true;
    return std::nullopt;
}

std::optional<RejectReason> takeTime(std::string_view text, std::int64_t latestUs, CallRecord& record) {
    const TimestampResult time = parseTimestamp(text, latestUs);
    record.timeUs = time.us;
    record.hasTime = time.problem == TimestampProblem::None;
    switch (time.problem) {
    case TimestampProblem::None:
        return std::nullopt;
    case TimestampProblem::Absurd:
        return RejectReason::AbsurdTimestamp;
    case TimestampProblem::Ambiguous:
        return RejectReason::AmbiguousDate;
    case TimestampProblem::NotATime:
        break;
    }
    return RejectReason::BadTimestamp;
}

} // namespace apex::backend
