// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <QString>

#include <vector>

namespace apex::protocol {

/// One value of a JSON document.
struct JsonNode {
    enum class Kind { Object, Array, String, Number, Bool, Null };

    Kind kind = Kind::Null;
    QString key;     ///< member name, or the position in an array
    QString value;   ///< scalars as text; empty for objects and arrays
    int parent = -1; ///< index into the outline, -1 for the root
    int row = 0;     ///< position among the parent's children
    std::vector<int> children;
};

/// The document as a flat list, the root first, children after their parent, in the order received. Empty if
/// it is not JSON. Stops at `maxNodes`; `cut` says whether that left something out.
[[nodiscard]] std::vector<JsonNode> outline(const JsonText& json, int maxNodes, bool* cut = nullptr);

} // namespace apex::protocol
