// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/account_session_private.h"

#include <algorithm>

namespace apex::session {

std::optional<history::ToolTimes> AccountSession::toolTimes(const QString& tool) const {
    return m_private->archive ? m_private->archive->toolTimes(tool) : std::nullopt;
}

QByteArray AccountSession::savedFrame(const ThreadId& thread, qint64 frame, MonoTime at) const {
    if (!m_private->archive || thread.isEmpty())
        return {};
    const std::vector<history::ArchivedFrame> frames = m_private->archive->frames(thread);
    const qint64 current = m_private->archive->session();
    // A live frame's index counts the frames of the connection, not those of the thread: its time tells it.
    const auto live = std::find_if(frames.rbegin(), frames.rend(), [&](const history::ArchivedFrame& saved) {
        return saved.session == current && saved.mono == at;
    });
    if (live != frames.rend())
        return live->bytes;
    const bool past = frame >= 0 && frame < static_cast<qint64>(frames.size()) &&
                      frames[static_cast<size_t>(frame)].session != current;
    return past ? frames[static_cast<size_t>(frame)].bytes : QByteArray();
}

} // namespace apex::session
