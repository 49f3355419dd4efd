// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"

#include <optional>

namespace apex::connection {

/// Where the link stands. Sending is possible in Ready only (design.md 4.3).
enum class LinkPhase { Closed, GettingToken, Opening, Greeting, Ready, Waiting, Refused };

/// The link's state in facts; words are made by session/session_text.h.
struct LinkState {
    LinkPhase phase = LinkPhase::Closed;
    int attempt = 0;                                    ///< connection attempts since the last Ready
    std::optional<std::chrono::milliseconds> roundTrip; ///< last protocol ping
    std::optional<WallTime> retryAt;                    ///< in Waiting
    Error error; ///< last failure; in Ready a warning about the greeting; empty `happened` if none
    ConnectionId connection;
};

} // namespace apex::connection
