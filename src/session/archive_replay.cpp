// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/archive_replay.h"

#include <algorithm>
#include <limits>

namespace apex::session {

namespace {

/// What has to be added to a frame's monotonic time to stand on the present clock.
MonoTime offsetOf(const history::ArchivedFrame& frame, const ReplayOptions& options) {
    if (frame.session == options.currentSession)
        return MonoTime{0};
    const auto age = std::chrono::duration_cast<MonoTime>(options.now.wall - frame.wall);
    return options.now.mono - age - frame.mono;
}

} // namespace

void replayArchive(Conversation& conversation, const std::vector<protocol::StoredMessage>& messages,
                   const std::vector<history::ArchivedFrame>& frames, const ReplayOptions& options) {
    conversation.beginReplay();
    conversation.mergeHistory(messages);
    // What was taken live is taken again, however large that environment lets frames be.
    constexpr protocol::DecoderLimits limits{.maxFrameBytes = std::numeric_limits<qsizetype>::max()};
    protocol::Decoder decoder(limits, options.dialect);
    qint64 session = -1;
    MonoTime offset{};
    MonoTime last = MonoTime::min();
    protocol::Receipt receipt{-1, {}, {}};
    for (const history::ArchivedFrame& frame : frames) {
        if (frame.session != session) {
            if (session >= 0)
                conversation.endOfInput(last);
            session = frame.session;
            offset = offsetOf(frame, options);
            decoder = protocol::Decoder(limits, options.dialect);
        }
        last = std::max(last, frame.mono + offset);
        ++receipt.frame;
        receipt.wall = frame.wall;
        receipt.mono = last;
        for (const protocol::Event& event : decoder.decode(frame.bytes).events)
            conversation.apply(event, receipt);
    }
    if (session >= 0 && session != options.currentSession)
        conversation.endOfInput(last);
    conversation.endReplay();
}

} // namespace apex::session
