// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/event.h"

#include <QByteArrayView>

#include <memory>

namespace apex::protocol {

/// Whose events a decoder reads.
enum class Dialect {
    Platform, ///< the platform's own events, every envelope of protocol.md 4.1
    AgUi,     ///< AG-UI 1.0 (peers.md 4.1)
};

/// Bounds that keep hostile input from costing more than its own size.
struct DecoderLimits {
    qsizetype maxFrameBytes = 16 * 1024 * 1024; ///< as the server's own limit (3.9)
    std::size_t maxDepth = 256;                 ///< nesting of objects and arrays; 1..1024
    std::size_t maxEventsPerFrame = 10'000;     ///< a batch that holds more is cut, with a reason
    std::size_t maxOpenStreams = 1'000;         ///< AG-UI: open messages and tool calls remembered at once
};

/// What one frame told us. `events` is never empty: what cannot be read is one Unknown with the reason.
struct DecodedFrame {
    std::vector<Event> events;
    bool undecodable = false; ///< not JSON, not an object or array, or over a limit
    QString reason;           ///< for people; empty unless undecodable or cut by a limit
};

/// Frames to typed events (protocol.md 4). Never fails and never drops: unreadable becomes Unknown.
///
/// One decoder per connection or recording: it remembers which agents are running, to see swapped names
/// (4.4), and the open messages and tool calls of AG-UI. Not thread-safe; frames in order of receipt.
class Decoder {
public:
    explicit Decoder(DecoderLimits limits = {}, Dialect dialect = Dialect::Platform);
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    /// Decodes one frame of UTF-8 text. The bytes are not needed afterwards.
    [[nodiscard]] DecodedFrame decode(QByteArrayView frame);
    /// Decodes and says by which dialect, as chosen at construction.
    [[nodiscard]] Dialect dialect() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The frame with the values of token fields (new_token, session_token, access_token, ...) replaced by
/// "[REDACTED]"; all other bytes stay as they are. Call before a frame is stored or shown (3.10).
[[nodiscard]] QByteArray withoutTokens(QByteArray frame);

} // namespace apex::protocol
