// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <QByteArrayView>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace apex::protocol {

/// One member of a JSON object: its bytes as they stand, and what they say.
struct JsonMember {
    std::string name;
    QByteArrayView raw;            ///< the value's bytes inside the text that was read
    QString text;                  ///< the value where it is a string, else empty
    std::optional<qint64> integer; ///< the value where it is a whole number
    std::optional<WallTime> time;  ///< the value where it reads as a time (protocol.md 4.10)
};

/// Members of the object that the text consists of, in order, without looking into their values;
/// nullopt if it is not one object or breaks off. The text must outlive the result.
[[nodiscard]] std::optional<std::vector<JsonMember>> topLevelMembers(QByteArrayView text);
/// The first member of this name, or nullptr; it lives as long as the list.
[[nodiscard]] const JsonMember* findMember(const std::vector<JsonMember>& members, std::string_view name);
/// Items of the list that the text consists of, as they stand; nullopt if it is not one list or breaks off,
/// unless `brokenOff` is given: then the whole items before the break are returned and it is set.
[[nodiscard]] std::optional<std::vector<QByteArrayView>> topLevelItems(QByteArrayView text,
                                                                       bool* brokenOff = nullptr);
/// Items of the list that the text begins with, whatever follows it; the whole items before a break if the
/// text ends inside it. Empty if the text does not begin with a list.
[[nodiscard]] std::vector<QByteArrayView> leadingItems(QByteArrayView text);
/// True if the text is one JSON value, strictly.
[[nodiscard]] bool isJson(QByteArrayView text);
/// The text on one line if it is one JSON value, strictly; else empty. Single lines come back as they are.
[[nodiscard]] QByteArray singleLine(const QByteArray& text);

} // namespace apex::protocol
