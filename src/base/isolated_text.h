// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace apex {

/// A path, an address or a server's words as they stand in a sentence: whatever the direction of the
/// sentence, the signs at their edges stay where they belong.
[[nodiscard]] inline QString isolated(const QString& piece) {
    constexpr QChar kFirstStrongIsolate(0x2068);
    constexpr QChar kPopIsolate(0x2069);
    return piece.isEmpty() ? piece : kFirstStrongIsolate + piece + kPopIsolate;
}

} // namespace apex
