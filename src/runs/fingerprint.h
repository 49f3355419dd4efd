// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <optional>
#include <unordered_set>
#include <vector>

/// Private to runs/: recognising an event that was sent twice.
namespace apex::runs {

/// A number equal for equal events. Nullopt where equal events are normal and nothing tells them apart:
/// streamed text, and anything without a sender's time or event id.
[[nodiscard]] std::optional<quint64> fingerprint(const protocol::Event& event);

/// A number equal for events that say the same, whoever sent them when; nullopt for those that rightly do,
/// one after the other: streamed text, and pieces of what is streamed.
[[nodiscard]] std::optional<quint64> wording(const protocol::Event& event);

/// Remembers the last 10 000 fingerprints, as many as the server remembers ids (protocol.md 3.10).
class RecentFingerprints {
public:
    /// True if it was seen before; remembers it otherwise.
    [[nodiscard]] bool seenBefore(quint64 fingerprint);

private:
    std::unordered_set<quint64> m_known;
    std::vector<quint64> m_ring;
    std::size_t m_next = 0;
};

} // namespace apex::runs
