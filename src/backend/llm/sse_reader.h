// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace apex::backend {

/// Reads server-sent events (WHATWG HTML 9.2.6) from bytes as they come and gives the data of each event.
/// Comments, event names and ids are passed over. Holds at most maxEventBytes of an unfinished event.
class SseReader {
public:
    static constexpr qsizetype maxEventBytes = 1024 * 1024;

    /// The data of the events that these bytes complete, in order.
    [[nodiscard]] QByteArrayList feed(QByteArrayView bytes);
    /// What an input without a last empty line leaves; some servers end so. Empty if there is nothing.
    [[nodiscard]] QByteArray finish();
    /// An event was longer than maxEventBytes; nothing more is read.
    [[nodiscard]] bool tooLong() const { return m_tooLong; }

private:
    void takeLine(QByteArrayList& events);
    QByteArray m_line;
    QByteArray m_data;
    bool m_hasData = false;
    bool m_lastWasReturn = false;
    bool m_first = true;
    bool m_tooLong = false;
};

} // namespace apex::backend
