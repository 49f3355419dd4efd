// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/archive.h"
#include "protocol/decoder.h"
#include "session/conversation.h"

namespace apex::session {

/// How saved frames are read again.
struct ReplayOptions {
    protocol::Dialect dialect = protocol::Dialect::Platform;
    qint64 currentSession = 0; ///< frames of this session are live ones; runs of earlier ones cannot go on
    struct {
        WallTime wall{};
        MonoTime mono{};
    } now;
};

/// Rebuilds a conversation from what was saved: messages first, then the frames through decoder and ledger.
///
/// Monotonic times of earlier lives of the program are moved onto the present clock by their wall time, and
/// never run backwards. Runs that were open when an earlier life ended stay without an outcome.
void replayArchive(Conversation& conversation, const std::vector<protocol::StoredMessage>& messages,
                   const std::vector<history::ArchivedFrame>& frames, const ReplayOptions& options);

} // namespace apex::session
