// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace apex::connection {

/// Every interval of a link. The defaults are the product's; tests shorten them instead of waiting.
struct LinkTimings {
    std::chrono::milliseconds connectDeadline{15'000};  ///< name, TCP, TLS and upgrade together
    std::chrono::milliseconds greetingDeadline{10'000}; ///< from the upgrade to the last greeting
    std::chrono::milliseconds handshakeComplete{2'000}; ///< wait for handshake_complete (protocol.md 3.4)
    std::chrono::milliseconds autoWait{
        2'000}; ///< Auto: how long a handshake may follow connection_established
    std::chrono::milliseconds silence{20'000}; ///< a protocol ping after this much silence
    std::chrono::milliseconds pongDeadline{
        10'000}; ///< no sign of life this long after a ping: the link is dead
    std::chrono::milliseconds backoffBase{1'000};
    std::chrono::milliseconds backoffCap{60'000};
    std::chrono::milliseconds longestServerWait{300'000}; ///< the most of a Retry-After that is honoured
    std::chrono::milliseconds stableAfter{30'000};        ///< Ready this long forgives earlier failures
    std::chrono::milliseconds wakeJump{15'000};           ///< a heartbeat this late means the machine slept
    int maxAuthFailures = 3;                              ///< then Refused
};

} // namespace apex::connection
