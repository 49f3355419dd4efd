// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QString>

#include <array>

namespace apex::connection {

/// What a link does about a close code.
enum class CloseReaction {
    Reconnect,    ///< try again, waiting longer each time
    Authenticate, ///< the sign-in was not accepted: renew it, try again, at most three times
    Refuse,       ///< trying again as we are cannot help
};

/// One close code as this platform uses it (protocol.md 3.8, RFC 6455 section 7.4).
struct CloseMeaning {
    int code;
    CloseReaction reaction;
    ErrorKind kind;
    const char* sentence; ///< source text for translation: what happened
    const char* action;   ///< source text for translation: what to do; may be empty
};

/// All codes with a meaning of their own.
[[nodiscard]] const std::array<CloseMeaning, 16>& closeMeanings();
/// The meaning of any code; codes without an own row get that of their range.
[[nodiscard]] const CloseMeaning& closeMeaning(int code);
/// The sentence for people, translated; never holds the bare code.
[[nodiscard]] QString closeSentence(int code);
/// The whole error of a close; the code and the server's reason go to the details.
[[nodiscard]] Error closeError(int code, const QString& reason);

} // namespace apex::connection
