// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/names.h"
#include "protocol/platform_events.h"
#include "protocol/protocol_words.h"

#include <algorithm>

namespace apex::protocol {

namespace {

namespace event = names::event;
namespace field = names::field;

constexpr std::size_t kMostCharacters = 500; ///< of a string in a result (protocol.md 4.4)
constexpr std::size_t kMostParameter = 200;  ///< of a string in parameters
constexpr std::size_t kMostEntries = 10;     ///< of a list in a result

/// Characters as the server counts them, which is not the number of bytes nor of UTF-16 units.
std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool isCutString(std::string_view text, std::size_t limit) {
    if (text.size() < limit)
        return false;
    for (const std::string_view dots : {std::string_view("..."), std::string_view("\xE2\x80\xA6")})
        if (text.ends_with(dots))
            return characters(text.substr(0, text.size() - dots.size())) == limit;
    return false;
}

/// A last entry that stands for those left out.
bool isListMark(const json::Element& entry) {
    std::string_view text;
    if (entry.get_string().get(text) != simdjson::SUCCESS)
        return false;
    return text.starts_with("...") || text.starts_with("\xE2\x80\xA6") ||
           text.find("truncated") != std::string_view::npos ||
           (text.find("more") != std::string_view::npos && text.size() < 60);
}

bool isCutList(const simdjson::dom::array& list) {
    const std::size_t size = list.size();
    if (size == kMostEntries)
        return true;
    return size == kMostEntries + 1 && isListMark(list.at(kMostEntries).value_unsafe());
}

/// What in a value is as long as the server lets through.
class CutSearch {
public:
    CutSearch(std::size_t limit, bool listsToo) : m_limit(limit), m_listsToo(listsToo) {}

    [[nodiscard]] QString find(const json::Element& value) const {
        if (value.is_string())
            return isCutString(value.get_string().value_unsafe(), m_limit)
                       ? tr(QT_TRANSLATE_NOOP("Protocol", "a text ends after %1 characters")).arg(m_limit)
                       : QString();
        if (value.is_array())
            return findInList(json::items(value));
        if (value.is_object())
            for (const auto& member : json::members(value))
                if (QString found = find(member.value); !found.isEmpty())
                    return found;
        return {};
    }

private:
    [[nodiscard]] QString findInList(const simdjson::dom::array& list) const {
        if (m_listsToo && isCutList(list))
            return tr(QT_TRANSLATE_NOOP("Protocol",
                                        "a list has %1 entries, and this server sends no more of any list"))
                .arg(kMostEntries);
        for (const json::Element& item : list)
            if (QString found = find(item); !found.isEmpty())
                return found;
        return {};
    }

    std::size_t m_limit;
    bool m_listsToo;
};

} // namespace

QString cutValue(const WireMessage& message, char family, const EventName& name) {
    if (message.flag({field::Truncated}).value_or(false))
        return tr(QT_TRANSLATE_NOOP("Protocol", "the server says so"));
    // Only family B shortens values, and it does not say so.
    if (family != 'B')
        return {};
    const bool isTool = name.canonical == event::ToolCompleted;
    if (const json::Element* result = message.firstFilled({field::Results, field::Result, field::Output}))
        if (QString found = CutSearch(kMostCharacters, isTool).find(*result); !found.isEmpty())
            return found;
    const json::Element* parameters = message.inner(field::Parameters);
    return parameters ? CutSearch(kMostParameter, false).find(*parameters) : QString();
}

} // namespace apex::protocol
